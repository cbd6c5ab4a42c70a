import type { MxRecord } from '../dns/types.ts';
import type { IdentityFacts } from '../facts/types.ts';
import { mxRecord, txt } from './fixes.ts';
import { feedbackHost, mxState, mxText, namedRegion, type MxState } from './mail-from.ts';
import { ownMailFrom, ownMailFromReasons, type OwnMailFromReason } from './own-mail-from.ts';
import { say } from './say.ts';
import { mendedSpf } from './spf-fixes.ts';
import type { Control, DnsRecordToPublish, Finding } from './types.ts';
import { dnsReasons, dnsUnknown, resolverUnusable, type DnsReason } from './unknowns.ts';

type Reason =
  | 'MX_THIS_REGION'
  | 'MX_SHARED_REGION'
  | 'MX_OTHER_REGION'
  | 'OTHER_REGION_UNSEEN'
  | 'MX_WRONG_HOST'
  | 'MX_NULL'
  | 'MX_ALIAS'
  | 'NOT_ONE_MX'
  | OwnMailFromReason
  | DnsReason;

export const mf04: Control<IdentityFacts, Reason> = {
  id: 'MF-04',
  revision: 1,
  title: 'The MX of the MAIL FROM domain is SES’s feedback host',
  subject: 'identity',
  tier: 1,
  severity: 'HIGH',
  reads: ['ses:GetEmailIdentity'],
  asserts:
    'The MX names feedback-smtp.<Region>.amazonses.com of this Region, or of one that shares the MAIL FROM.',
  why: 'With any other host SES drops the MAIL FROM, and bounces never reach SES.',
  evidence: 'The MAIL FROM domain with its MX, SES’s status, and the other Regions that use it.',
  remedy:
    'The MX record of this Region in place of what stands there; in place of an alias the SPF record, too.',
  sources: [
    'Amazon SES developer guide: Using a custom MAIL FROM domain',
    'Amazon SES developer guide: Regions and Amazon SES (custom MAIL FROM domains)',
  ],
  reasons: {
    MX_THIS_REGION: { statuses: ['PASS'], means: 'The MX names this Region’s host.' },
    MX_SHARED_REGION: {
      statuses: ['PASS'],
      means:
        'The MX names another Region, where an identity of the account uses the same MAIL FROM: a documented set-up.',
    },
    MX_OTHER_REGION: {
      statuses: ['WARN', 'FAIL'],
      otherSeverities: ['HIGH'],
      severity: 'MEDIUM',
      means:
        'The MX names a Region where no identity of the account is known to use the MAIL FROM; a failure, and HIGH, where SES has not verified it.',
    },
    OTHER_REGION_UNSEEN: {
      statuses: ['UNKNOWN'],
      means:
        'The MX names another Region, which could not be asked whether it uses the MAIL FROM too, or is none of this scan’s.',
    },
    MX_WRONG_HOST: { statuses: ['FAIL'], class: 1, means: 'The MX names a host that is not SES’s.' },
    MX_NULL: { statuses: ['FAIL'], class: 1, means: 'The name says by a null MX that it takes no mail.' },
    MX_ALIAS: { statuses: ['FAIL'], class: 1, means: 'The MAIL FROM name is an alias.' },
    NOT_ONE_MX: { statuses: ['NOT_APPLICABLE'], means: 'There is none, or more than one; MF-03 speaks.' },
    ...ownMailFromReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const own = ownMailFrom(mf04, facts, context);
    if ('finding' in own) return [own.finding];
    const { setting } = own;
    if (facts.effective.mailFrom === undefined && facts.mailFrom === undefined) {
      const summary = 'No custom MAIL FROM is in effect';
      return [say(mf04, { status: 'NOT_APPLICABLE', reason: 'NO_MAIL_FROM', summary })];
    }
    const unusable = resolverUnusable(mf04, facts);
    if (unusable) return [unusable];
    if (facts.mailFrom === undefined) {
      return [dnsUnknown(mf04, 'DNS_NOT_ASKED', `the MX of ${setting.domain}`)];
    }
    return [judgeMx(facts, facts.mailFrom, setting.status)];
  },
};

type LiveMailFrom = NonNullable<IdentityFacts['mailFrom']>;

function judgeMx(facts: IdentityFacts, live: LiveMailFrom, status: string): Finding<Reason> {
  const { domain, mx } = live;
  const records: MxRecord[] = mx.kind === 'found' ? mx.records : [];
  const evidence = {
    mailFrom: domain,
    mx: records.map(mxText),
    sesStatus: status,
    usedInRegions: live.alsoUsedInRegions,
  };
  const state = mxState(mx);
  switch (state.kind) {
    case 'unknown':
      return dnsUnknown(mf04, state.because, `the MX of ${domain}`, evidence);
    case 'missing':
    case 'multiple': {
      const summary = `${domain} does not have exactly one MX`;
      return say(mf04, { status: 'NOT_APPLICABLE', reason: 'NOT_ONE_MX', summary, evidence });
    }
    case 'ses':
      return judgeRegion(facts, live, { region: state.region, status, evidence, records });
    case 'alias':
    case 'null':
    case 'other':
      return wrongHost(facts, domain, state, records, evidence);
  }
}

function judgeRegion(
  facts: IdentityFacts,
  { domain, alsoUsedInRegions }: LiveMailFrom,
  {
    region,
    status,
    evidence,
    records,
  }: { region: string; status: string; evidence: Finding['evidence']; records: readonly MxRecord[] },
): Finding<Reason> {
  const host = feedbackHost(region);
  const named = namedRegion(region, facts.region, alsoUsedInRegions);
  if (named === 'own') {
    const summary = `The MX of ${domain} names ${host}`;
    return say(mf04, { status: 'PASS', reason: 'MX_THIS_REGION', summary, evidence });
  }
  if (named === 'unseen') {
    const summary = `The MX of ${domain} names ${host}; whether that Region uses the same MAIL FROM is not known`;
    return say(mf04, { status: 'UNKNOWN', reason: 'OTHER_REGION_UNSEEN', summary, evidence });
  }
  if (named === 'shared') {
    const summary = `The MX of ${domain} names ${host}, where the same MAIL FROM is used; SES hands bounces to the Region that sent`;
    return say(mf04, { status: 'PASS', reason: 'MX_SHARED_REGION', summary, evidence });
  }
  const verified = status === 'SUCCESS';
  return say(mf04, {
    status: verified ? 'WARN' : 'FAIL',
    reason: 'MX_OTHER_REGION',
    ...(verified ? {} : { severity: 'HIGH' as const }),
    summary: `The MX of ${domain} names ${host}, a Region where no identity of the account is known to use this MAIL FROM`,
    evidence,
    fix: {
      text: 'Replace the MX record by the one of this Region.',
      publish: [mxRecord(domain, facts.region)],
      remove: records.map((record) => ({ name: domain, type: 'MX', value: mxText(record) })),
    },
  });
}

function wrongHost(
  facts: IdentityFacts,
  domain: string,
  state: Extract<MxState, { kind: 'alias' | 'null' | 'other' }>,
  records: MxRecord[],
  evidence: Finding['evidence'],
): Finding<Reason> {
  const publish = [mxRecord(domain, facts.region)];
  if (state.kind === 'alias') {
    return say(mf04, {
      status: 'FAIL',
      reason: 'MX_ALIAS',
      summary: `The MAIL FROM domain ${domain} is an alias of ${state.target}: SES needs an MX and a TXT of its own there`,
      evidence: { ...evidence, alias: state.target },
      fix: {
        text: 'Replace the CNAME by the MX and the SPF record at the name itself, in one change.',
        publish: [...publish, txt(domain, mendedSpf(facts.mailFrom?.spf ?? NO_SPF))],
        keep: [],
        remove: [{ name: domain, type: 'CNAME', value: state.target }],
      },
    });
  }
  const remove: DnsRecordToPublish[] = records.map((record) => ({
    name: domain,
    type: 'MX',
    value: mxText(record),
  }));
  const fix = { text: 'Replace the MX record by the one given.', publish, remove };
  if (state.kind === 'null') {
    const summary = `The MAIL FROM domain ${domain} has a null MX: it says it takes no mail, so SES cannot use it`;
    return say(mf04, { status: 'FAIL', reason: 'MX_NULL', summary, evidence, fix });
  }
  const mistake = mistakeOf(state.host);
  return say(mf04, {
    status: 'FAIL',
    reason: 'MX_WRONG_HOST',
    summary: `The MX of ${domain} names ${state.host}, which is no SES feedback host${mistake ? ` (${mistake})` : ''}: bounces do not reach SES`,
    evidence,
    fix,
  });
}

const NO_SPF = { records: [], nearMisses: [] };

function mistakeOf(host: string): string | undefined {
  if (host.endsWith('.amazonaws.com')) return 'amazonaws.com instead of amazonses.com';
  if (host.startsWith('feedback-smtp.') && host.includes('.amazonses.com.'))
    return 'the DNS provider appended the zone';
  return undefined;
}
