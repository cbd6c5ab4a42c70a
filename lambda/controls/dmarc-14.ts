import type { Dependent, DomainFacts } from '../facts/types.ts';
import { discoveryUnknown } from './dmarc-policy.ts';
import { listed, say } from './say.ts';
import type { Control, Finding, JudgeContext } from './types.ts';
import { dnsReasons, dnsUnknown, resolverUnusable, unknownDns, type DnsReason } from './unknowns.ts';

type Reason =
  | 'PARKED_LOCKED'
  | 'PARKED_WITHOUT_NULL_MX'
  | 'PARKED_UNPROTECTED'
  | 'PARKED_SENDS'
  | 'PARKED_ABSENT'
  | 'NOT_CONFIGURED'
  | 'NOT_PARKED'
  | DnsReason;

type Parked = NonNullable<DomainFacts['parked']>;

export const dmarc14: Control<DomainFacts, Reason> = {
  id: 'DMARC-14',
  revision: 2,
  title: 'A parked domain is locked',
  subject: 'domain',
  tier: 2,
  severity: 'LOW',
  asserts:
    'A domain that settings declare parked has an effective DMARC policy of reject and an SPF record that lets nobody send.',
  why: 'A domain of the organization that sends nothing is the easiest one to forge: nobody misses its mail.',
  evidence: 'The effective policy, the SPF record and the MX of the domain.',
  remedy: 'Advice: the records that lock it, once it is certain that nothing sends with it.',
  sources: [
    'RFC 9989 section 4.7',
    'RFC 7208 section 10.1.2',
    'RFC 7505 section 3',
    'checkdmarc: parked domains',
  ],
  reasons: {
    PARKED_LOCKED: { statuses: ['PASS'], means: 'DMARC rejects and SPF lets nobody send.' },
    PARKED_WITHOUT_NULL_MX: {
      statuses: ['PASS'],
      means: 'It is locked; as it has no MX, a null MX would say that it receives nothing either.',
    },
    PARKED_UNPROTECTED: { statuses: ['WARN'], means: 'DMARC does not reject, or SPF lets somebody send.' },
    PARKED_SENDS: {
      statuses: ['WARN'],
      means: 'Settings call it parked, but identities send with it or use it as MAIL FROM.',
    },
    PARKED_ABSENT: { statuses: ['WARN'], means: 'It does not exist in DNS: it may have lapsed.' },
    NOT_CONFIGURED: { statuses: ['NOT_APPLICABLE'], means: 'Settings name no parked domain.' },
    NOT_PARKED: { statuses: ['NOT_APPLICABLE'], means: 'Settings do not call the domain parked.' },
    ...dnsReasons,
  },
  judge(facts, context) {
    const outside = outsideScope(facts, context);
    if (outside) return [outside];
    const { name, parked } = facts;
    // That a subdomain inherits its DMARC record makes no sender of it.
    const senders = facts.dependents.filter(({ use }) => use !== 'DMARC_RECORD');
    if (senders.length > 0) return [sends(name, senders)];
    const unusable = resolverUnusable<Reason>(dmarc14, facts);
    if (unusable) return [unusable];
    if (parked === undefined) return [dnsUnknown(dmarc14, 'DNS_NOT_ASKED', `the records of ${name}`)];
    if (parked.exists === false) {
      const summary = `The parked domain ${name} does not exist in DNS`;
      const text = `See whether ${name} is still registered: renew it, or take it out of parkedDomains in the settings.`;
      return [say(dmarc14, { status: 'WARN', reason: 'PARKED_ABSENT', summary, fix: { text } })];
    }
    return [judgeLock(facts, parked)];
  },
};

function outsideScope({ name }: DomainFacts, { settings }: JudgeContext): Finding<Reason> | undefined {
  if (settings.parkedDomains.includes(name)) return undefined;
  const configured = settings.parkedDomains.length > 0;
  return say(dmarc14, {
    status: 'NOT_APPLICABLE',
    reason: configured ? 'NOT_PARKED' : 'NOT_CONFIGURED',
    summary: configured ? `Settings do not call ${name} parked` : 'Settings name no parked domain',
  });
}

function sends(name: string, dependents: readonly Dependent[]): Finding<Reason> {
  const users = dependents.map(({ accountId, region, identity }) => `${identity} in ${accountId} ${region}`);
  return say(dmarc14, {
    status: 'WARN',
    reason: 'PARKED_SENDS',
    summary: `${name} is declared parked, but ${listed([...new Set(dependents.map(({ identity }) => identity))])} ${dependents.length === 1 ? 'uses' : 'use'} it`,
    evidence: { users },
    fix: {
      text: `Find out who made the identities: delete them if ${name} is to send nothing, or take it out of parkedDomains in the settings.`,
    },
  });
}

/** What is known to be missing counts whatever the other half is; locked is only what both halves say. */
function judgeLock(facts: DomainFacts, parked: Parked): Finding<Reason> {
  const { name } = facts;
  const { dmarc, spf, mx } = parked;
  const policy = dmarc.status === 'found' ? (dmarc.appliedPolicy ?? dmarc.policy ?? 'none') : 'absent';
  const evidence = {
    policy: dmarc.status === 'temperror' ? 'unknown' : policy,
    recordDomain: dmarc.recordDomain,
    spf: spf.records,
    passes: spf.passes,
    mx: mx.kind === 'found' ? mx.records.map(({ exchange }) => exchange || '.') : mx.kind,
  };
  const missing = [...missingDmarc(name, parked, policy), ...missingSpf(name, parked)];
  if (missing.length > 0) {
    return say(dmarc14, {
      status: 'WARN',
      reason: 'PARKED_UNPROTECTED',
      summary: `The parked domain ${name} is easy to forge: ${missing.map(({ what }) => what).join(', ')}`,
      evidence,
      fix: {
        text: `Make certain that nothing sends with ${name} (reports under p=none for some weeks, mail logs), then ${missing.map(({ todo }) => todo).join(', and ')}.${nullMxAdvice(name, mx)}`,
      },
    });
  }
  if (dmarc.status === 'temperror') return discoveryUnknown<Reason>(dmarc14, facts, dmarc);
  const because = unknownDns(spf.txt) ?? (spf.passes === 'unknown' ? ('DNS_UNANSWERED' as const) : undefined);
  if (because !== undefined) return dnsUnknown<Reason>(dmarc14, because, `the SPF of ${name}`, evidence);
  if (mx.kind === 'absent') {
    const summary = `The parked domain ${name} is locked; a null MX (“0 .”) would say that it receives nothing either`;
    return say(dmarc14, { status: 'PASS', reason: 'PARKED_WITHOUT_NULL_MX', summary, evidence });
  }
  const summary = `The parked domain ${name} is locked`;
  return say(dmarc14, { status: 'PASS', reason: 'PARKED_LOCKED', summary, evidence });
}

interface Missing {
  what: string;
  todo: string;
}

function missingDmarc(name: string, { dmarc }: Parked, policy: string): Missing[] {
  if (dmarc.status === 'temperror' || policy === 'reject') return [];
  const what = policy === 'absent' ? 'no DMARC record applies' : `its DMARC policy is ${policy}`;
  return [{ what, todo: `publish “v=DMARC1; p=reject” (and your rua) as TXT at _dmarc.${name}` }];
}

function missingSpf(name: string, { spf }: Parked): Missing[] {
  const todo = `publish “v=spf1 -all” as the one SPF record of ${name}`;
  if (spf.txt.kind === 'unknown') return [];
  if (spf.records.length === 0) return [{ what: 'it has no SPF record', todo }];
  if (spf.records.length > 1) return [{ what: 'it has several SPF records', todo }];
  if (spf.passes === 'somebody') return [{ what: 'its SPF lets somebody send', todo }];
  const open = spf.all === '+' || spf.all === '?' || spf.all === '~' || spf.all === 'none';
  return open ? [{ what: 'its SPF does not end with -all', todo }] : [];
}

function nullMxAdvice(name: string, mx: Parked['mx']): string {
  return mx.kind === 'absent' ? ` If ${name} receives nothing either, a null MX (MX “0 .”) says so.` : '';
}
