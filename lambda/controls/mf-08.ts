import type { DomainFacts } from '../facts/types.ts';
import { inOrder, oldestFact, placeOf } from './across-targets.ts';
import { mailFromScope, mailFromScopeReasons, type MailFromScopeReason } from './from-domain.ts';
import { mxState } from './mail-from.ts';
import { listed, say } from './say.ts';
import type { Control } from './types.ts';
import { dnsReasons, dnsUnknown, type DnsReason } from './unknowns.ts';

type Reason = 'ONE_REGION' | 'SHARED_BY_REGIONS' | 'SHARED_WITHOUT_SES_MX' | MailFromScopeReason | DnsReason;

const MAX_ROWS = 20;

export const mf08: Control<DomainFacts, Reason> = {
  id: 'MF-08',
  revision: 1,
  title: 'Which Regions share the MAIL FROM domain',
  subject: 'domain',
  tier: 2,
  severity: 'INFO',
  reads: ['ses:GetEmailIdentity'],
  asserts: 'It is known which Regions use the MAIL FROM domain, and which of them its one MX names.',
  why: 'Several Regions may share a MAIL FROM domain: it has one MX, which names one of them, and SES hands bounces to the Region that sent. Whoever gives up the named Region has to change the MX first.',
  evidence:
    'The Regions, at most 20 identities that use the name, the Region that its MX names, and how old the oldest of these facts is.',
  remedy: 'none',
  sources: ['Amazon SES developer guide: Using a custom MAIL FROM domain'],
  reasons: {
    ONE_REGION: { statuses: ['PASS'], means: 'Identities of one Region use it.' },
    SHARED_BY_REGIONS: {
      statuses: ['PASS'],
      means: 'Identities of several Regions use it; the evidence says which, and which one the MX names.',
    },
    SHARED_WITHOUT_SES_MX: {
      statuses: ['PASS'],
      means: 'Identities of several Regions use it, and its MX names none; MF-03 and MF-04 judge that.',
    },
    ...mailFromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = mailFromScope(mf08, facts);
    if ('finding' in scope) return [scope.finding];
    const { regions, mx } = scope.mailFrom;
    const users = inOrder((facts.identities ?? []).filter(({ use }) => use === 'MAIL_FROM'));
    const used = {
      regions: regions.slice(0, MAX_ROWS),
      identities: users.slice(0, MAX_ROWS).map((one) => ({ place: placeOf(one), identity: one.name })),
      oldestFact: oldestFact(users, context),
    };
    if (regions.length < 2) {
      const summary = `${facts.name} is used in ${regions[0] ?? 'one Region'} alone`;
      return [say(mf08, { status: 'PASS', reason: 'ONE_REGION', summary, evidence: used })];
    }
    const state = mxState(mx);
    if (state.kind === 'unknown') return [dnsUnknown(mf08, state.because, `the MX of ${facts.name}`)];
    const shared = `${facts.name} is shared by ${listed(regions, 5)}`;
    const evidence = { ...used, mxRegion: state.kind === 'ses' ? state.region : null };
    if (state.kind !== 'ses') {
      const summary = `${shared}; its MX names no Region of SES`;
      return [say(mf08, { status: 'PASS', reason: 'SHARED_WITHOUT_SES_MX', summary, evidence })];
    }
    const summary = `${shared}; its MX names ${state.region}`;
    return [say(mf08, { status: 'PASS', reason: 'SHARED_BY_REGIONS', summary, evidence })];
  },
};
