import { describe, expect, it } from 'vitest';
import { dmarc06 } from '../../lambda/controls/dmarc-06.ts';
import { changeBetween } from '../../lambda/findings/compare.ts';
import type { Stand } from '../../lambda/findings/types.ts';
import type { DmarcFacts } from '../../lambda/facts/types.ts';
import { contextOf, dmarcUnknown, fromDomainFacts, inheritedDmarc, withoutDmarc } from './facts.ts';
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
    when: 'it is an Organizational Domain: what subdomains get is remembered for itself',
    facts: policy('reject', 'none'),
    says: {
      key: 'DMARC-06#subdomains',
      status: 'PASS',
      reason: 'DMARC_SUBDOMAINS_TRACKED',
      tracked: { value: 'none', rank: 1 },
    },
  },
  {
    when: 'it is an Organizational Domain with a weaker sp: its own policy is remembered as it is',
    facts: policy('reject', 'none'),
    says: { status: 'PASS', reason: 'DMARC_POLICY_TRACKED', tracked: { value: 'reject', rank: 3 } },
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
    when: 'a parent’s record applies: whoever publishes a weaker one here lowers it, and a fall of the parent’s is the parent’s line',
    facts: subdomain(),
    says: {
      status: 'PASS',
      reason: 'DMARC_INHERITED_TRACKED',
      tracked: { value: 'quarantine', rank: 2 },
      cause: cause('DMARC-06'),
    },
  },
  {
    when: 'a parent’s record applies in test mode',
    facts: subdomain((dmarc) => (dmarc.appliedPolicy = 'none')),
    says: { status: 'PASS', reason: 'DMARC_INHERITED_TRACKED', tracked: { value: 'none', rank: 1 } },
  },
  {
    when: 'its own record was doubled, so the parent’s applies: DMARC-02 is the line',
    facts: subdomain((dmarc) => (dmarc.ownRecords = ['v=DMARC1; p=reject', 'v=DMARC1; p=none'])),
    says: {
      status: 'PASS',
      reason: 'DMARC_INHERITED_TRACKED',
      tracked: { value: 'quarantine', rank: 2 },
      cause: cause('DMARC-02', 'news.example.com'),
    },
  },
  {
    when: 'whether it is an Organizational Domain is not known: its own policy is',
    facts: fromDomainFacts(({ from }) => delete from.dmarc.organizationalDomain),
    says: { status: 'PASS', reason: 'DMARC_POLICY_TRACKED', tracked: { value: 'reject', rank: 3 } },
  },
  {
    when: 'whether it is an Organizational Domain is not known: what subdomains got stays remembered',
    facts: fromDomainFacts(({ from }) => delete from.dmarc.organizationalDomain),
    says: { key: 'DMARC-06#subdomains', status: 'UNKNOWN', reason: 'DNS_UNANSWERED', tracked: null },
  },
  {
    when: 'DNS does not answer',
    facts: fromDomainFacts(({ from }) => dmarcUnknown(from.dmarc)),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL', tracked: null },
  },
]);

describe('DMARC-06: what is remembered', () => {
  const say = (facts: ReturnType<typeof policy>) => dmarc06.judge(facts, contextOf());
  const change = (told: ReturnType<typeof policy>, known: ReturnType<typeof policy>) =>
    say(known).map((now) => {
      const before = say(told).find(({ key }) => key === now.key);
      return [now.key, changeBetween(before as Stand | undefined, now as Stand)];
    });

  it('tells that p fell, though sp rose as far', () => {
    expect(change(policy('reject', 'none'), policy('quarantine'))).toEqual([
      ['DMARC-06', 'WEAKENED'],
      ['DMARC-06#subdomains', 'NOTED'],
    ]);
  });

  it('tells that sp fell, though p rose as far', () => {
    expect(change(policy('quarantine'), policy('reject', 'none'))).toEqual([
      ['DMARC-06', 'NOTED'],
      ['DMARC-06#subdomains', 'WEAKENED'],
    ]);
  });

  it('tells of a record that enforces less than what the name inherited', () => {
    const own = fromDomainFacts((facts) => {
      facts.name = 'news.example.com';
      Object.assign(facts.from.dmarc, { recordDomain: 'news.example.com' });
      set(facts.from.dmarc, 'none');
    });
    expect(change(subdomain(), own)).toEqual([['DMARC-06', 'WEAKENED']]);
  });
});
