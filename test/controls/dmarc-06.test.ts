import { dmarc06 } from '../../lambda/controls/dmarc-06.ts';
import type { DmarcFacts } from '../../lambda/facts/types.ts';
import { before, contextOf, dmarcUnknown, fromDomainFacts, inheritedDmarc, withoutDmarc } from './facts.ts';
import { describeControl } from './paired.ts';

type Policy = 'none' | 'quarantine' | 'reject';
const cause = (controlId: string, name = 'example.com') =>
  ({ controlId, subject: { kind: 'domain', name } }) as const;

function set(dmarc: DmarcFacts, p: Policy, sp: Policy = p): void {
  Object.assign(dmarc, { policy: p, appliedPolicy: p, ownPolicies: { p, sp, np: sp } });
}
const policy = (p: Policy, sp?: Policy) => fromDomainFacts(({ from }) => set(from.dmarc, p, sp));
const subdomain = (change: (dmarc: DmarcFacts) => void = () => undefined) =>
  fromDomainFacts((facts) => {
    facts.name = 'news.example.com';
    inheritedDmarc('example.com', 'quarantine')(facts.from.dmarc);
    change(facts.from.dmarc);
  });
const hadItsOwn = contextOf({
  before: before({ 'DMARC-06': { tracked: { name: 'DMARC policy', value: 'reject', rank: 3 } } }),
});

describeControl(dmarc06, [
  {
    when: 'the policy is reject',
    facts: policy('reject'),
    says: {
      status: 'PASS',
      reason: 'DMARC_POLICY_TRACKED',
      tracked: { value: 'reject', rank: 3 },
      cause: null,
    },
  },
  {
    when: 'the policy is quarantine: DMARC-05 still passes, so a fall to it is a line of its own',
    facts: policy('quarantine'),
    says: {
      status: 'PASS',
      reason: 'DMARC_POLICY_TRACKED',
      tracked: { value: 'quarantine', rank: 2 },
      cause: null,
    },
  },
  {
    when: 'the policy is none: DMARC-05 is the line',
    facts: policy('none'),
    says: {
      status: 'PASS',
      reason: 'DMARC_POLICY_TRACKED',
      tracked: { value: 'none', rank: 1 },
      cause: cause('DMARC-05'),
    },
  },
  {
    when: 'subdomains get less: the rank lies between',
    facts: policy('reject', 'none'),
    says: {
      status: 'PASS',
      reason: 'DMARC_POLICY_TRACKED',
      tracked: { value: 'reject, subdomains none', rank: 2 },
      cause: null,
    },
  },
  {
    when: 'no record applies: DMARC-01 is the line',
    facts: fromDomainFacts(({ from }) => withoutDmarc(from.dmarc)),
    says: {
      status: 'PASS',
      reason: 'DMARC_ABSENT_TRACKED',
      tracked: { value: 'absent', rank: 0 },
      cause: cause('DMARC-01'),
    },
  },
  {
    when: 'a parent’s record applies and always did',
    facts: subdomain(),
    says: { status: 'NOT_APPLICABLE', reason: 'INHERITED', tracked: null },
  },
  {
    when: 'its own record is gone and the parent’s is weaker',
    facts: subdomain(),
    context: hadItsOwn,
    says: {
      status: 'PASS',
      reason: 'DMARC_INHERITED_TRACKED',
      tracked: { value: 'quarantine', rank: 2 },
      cause: null,
    },
  },
  {
    when: 'its own record was doubled, so the parent’s applies: DMARC-02 is the line',
    facts: subdomain((dmarc) => (dmarc.ownRecords = ['v=DMARC1; p=reject', 'v=DMARC1; p=none'])),
    context: hadItsOwn,
    says: {
      status: 'PASS',
      reason: 'DMARC_INHERITED_TRACKED',
      tracked: { value: 'quarantine', rank: 2 },
      cause: cause('DMARC-02', 'news.example.com'),
    },
  },
  {
    when: 'DNS does not answer',
    facts: fromDomainFacts(({ from }) => dmarcUnknown(from.dmarc)),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL', tracked: null },
  },
]);
