import { dmarc14 } from '../../lambda/controls/dmarc-14.ts';
import type { DomainFacts } from '../../lambda/facts/types.ts';
import {
  ACCOUNT,
  contextOf,
  dmarcFacts,
  dmarcUnknown,
  found,
  fromDomainFacts,
  nodata,
  NOW,
  REGION,
  servfail,
  withoutDmarc,
} from './facts.ts';
import { describeControl } from './paired.ts';

type Parked = NonNullable<DomainFacts['parked']>;
const context = contextOf({ settings: { parkedDomains: ['example.com'] } });

function parked(change?: (parked: Parked, facts: DomainFacts) => void): DomainFacts {
  const lock = found(['v=spf1 -all']);
  const locked: Parked = {
    exists: true,
    mx: found([{ preference: 0, exchange: '' }]),
    dmarc: dmarcFacts(),
    spf: { txt: lock, records: ['v=spf1 -all'], all: '-', passes: 'nobody' },
  };
  const facts: DomainFacts = {
    name: 'example.com',
    observedAt: NOW,
    dependents: [],
    parked: locked,
    unansweredNames: [],
  };
  change?.(locked, facts);
  return facts;
}
const open = (summary: RegExp, change: (parked: Parked) => void) => ({
  facts: parked(change),
  context,
  says: {
    status: 'WARN' as const,
    reason: 'PARKED_UNPROTECTED' as const,
    severity: 'LOW' as const,
    summary,
    publish: [],
  },
});

describeControl(dmarc14, [
  { when: 'it is locked', facts: parked(), context, says: { status: 'PASS', reason: 'PARKED_LOCKED' } },
  {
    when: 'it is locked and receives mail',
    facts: parked((one) => (one.mx = found([{ preference: 10, exchange: 'mx.example.com' }]))),
    context,
    says: { status: 'PASS', reason: 'PARKED_LOCKED' },
  },
  {
    when: 'it is locked and has no MX: a null MX is advised',
    facts: parked((one) => (one.mx = nodata())),
    context,
    says: { status: 'PASS', reason: 'PARKED_WITHOUT_NULL_MX' },
  },
  {
    when: 'no DMARC record applies',
    facts: parked((one) => withoutDmarc(one.dmarc)),
    context,
    says: {
      status: 'WARN',
      reason: 'PARKED_UNPROTECTED',
      severity: 'LOW',
      summary: 'The parked domain example.com is easy to forge: no DMARC record applies',
      publish: [],
      fixText: /^Make certain that nothing sends with example\.com .* then publish “v=DMARC1; p=reject”/,
    },
  },
  {
    when: 'the policy is quarantine',
    ...open(/its DMARC policy is quarantine/, ({ dmarc }) => (dmarc.appliedPolicy = 'quarantine')),
  },
  {
    when: 'it has no SPF record',
    ...open(/it has no SPF record/, ({ spf }) =>
      Object.assign(spf, { txt: nodata(), records: [], passes: 'unknown' }),
    ),
  },
  {
    when: 'it has two SPF records',
    ...open(/several SPF records/, ({ spf }) => spf.records.push('v=spf1 mx -all')),
  },
  {
    when: 'its SPF lets somebody send',
    ...open(/lets somebody send/, ({ spf }) => (spf.passes = 'somebody')),
  },
  { when: 'its SPF ends softly', ...open(/does not end with -all/, ({ spf }) => (spf.all = '~')) },
  {
    when: 'an identity uses it',
    facts: fromDomainFacts(),
    context,
    says: {
      status: 'WARN',
      reason: 'PARKED_SENDS',
      severity: 'LOW',
      summary: 'example.com is declared parked, but example.com uses it',
      evidence: { users: ['example.com in 111111111111 eu-west-1'] },
    },
  },
  {
    when: 'a subdomain inherits its DMARC record, and nothing sends as the domain itself',
    facts: parked((_one, facts) => {
      facts.dependents = [
        { accountId: ACCOUNT, region: REGION, identity: 'mail.example.com', use: 'DMARC_RECORD' },
      ];
    }),
    context,
    says: { status: 'PASS', reason: 'PARKED_LOCKED' },
  },
  {
    when: 'an identity uses it as MAIL FROM',
    facts: parked((_one, facts) => {
      facts.dependents = [
        { accountId: ACCOUNT, region: REGION, identity: 'mail.example.net', use: 'MAIL_FROM' },
      ];
    }),
    context,
    says: { status: 'WARN', reason: 'PARKED_SENDS', severity: 'LOW' },
  },
  {
    when: 'it does not exist',
    facts: parked((one) => (one.exists = false)),
    context,
    says: { status: 'WARN', reason: 'PARKED_ABSENT', severity: 'LOW' },
  },
  {
    when: 'settings name no parked domain',
    facts: fromDomainFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_CONFIGURED' },
  },
  {
    when: 'settings name other parked domains',
    facts: fromDomainFacts(),
    context: contextOf({ settings: { parkedDomains: ['parked.example'] } }),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_PARKED' },
  },
  {
    when: 'DMARC did not answer, and SPF is locked',
    facts: parked((one) => dmarcUnknown(one.dmarc)),
    context,
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'DMARC did not answer, and SPF is open: a warning in either case',
    ...open(/its SPF does not end with -all/, ({ dmarc, spf }) => {
      dmarcUnknown(dmarc);
      spf.all = '?';
    }),
  },
  {
    when: 'SPF did not answer',
    facts: parked(({ spf }) => Object.assign(spf, { txt: servfail(), records: [], passes: 'unknown' })),
    context,
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'whom SPF lets pass did not answer',
    facts: parked(({ spf }) => (spf.passes = 'unknown')),
    context,
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED' },
  },
  {
    when: 'nobody asked',
    facts: parked((_one, facts) => delete facts.parked),
    context,
    says: { status: 'UNKNOWN', reason: 'DNS_NOT_ASKED' },
  },
  {
    when: 'the resolver is unusable',
    facts: parked((_one, facts) => (facts.dnsUnusable = 'no TCP')),
    context,
    says: { status: 'UNKNOWN', reason: 'RESOLVER_UNUSABLE' },
  },
]);
