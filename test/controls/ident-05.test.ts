import { describe, expect, it } from 'vitest';
import { ident05 } from '../../lambda/controls/ident-05.ts';
import type { TargetFacts } from '../../lambda/facts/types.ts';
import { before, contextOf, seenAccount, targetFacts, UNSEEN } from './facts.ts';
import { describeControl } from './paired.ts';

const withAddresses = (addresses: string[], change?: (facts: TargetFacts) => void) =>
  targetFacts((facts) => {
    for (const name of addresses) {
      facts.identities?.push({ name, type: 'EMAIL_ADDRESS', domain: name.slice(name.indexOf('@') + 1) });
    }
    facts.listed = facts.identities?.length ?? 0;
    change?.(facts);
  });
const known = contextOf({
  before: before({ 'IDENT-05#gmail.com': { status: 'FAIL', reason: 'FREEMAIL_IDENTITY' } }),
});

describeControl(ident05, [
  {
    when: 'all domains are the organization’s own',
    facts: targetFacts(),
    says: { status: 'PASS', reason: 'OWN_DOMAINS_ONLY' },
  },
  {
    when: 'gmail.com addresses send in production',
    facts: withAddresses(['a@gmail.com', 'b@gmail.com']),
    says: {
      key: 'IDENT-05#gmail.com',
      status: 'FAIL',
      reason: 'FREEMAIL_IDENTITY',
      severity: 'HIGH',
      summary:
        '2 identities of gmail.com (a@gmail.com and b@gmail.com): such mail impersonates the provider and can never align',
      evidence: { provider: 'gmail.com', count: 2, addresses: ['a@gmail.com', 'b@gmail.com'] },
      fixText: /domain of your own/,
    },
  },
  {
    when: 'the operator’s own list names the provider',
    facts: withAddresses(['a@isp.example']),
    context: contextOf({ settings: { freemailDomains: ['isp.example'] } }),
    says: { key: 'IDENT-05#isp.example', status: 'FAIL', reason: 'FREEMAIL_IDENTITY', severity: 'HIGH' },
  },
  {
    when: 'they are recipients in the sandbox',
    facts: withAddresses(['a@gmail.com'], (facts) => (seenAccount(facts).productionAccess = false)),
    says: { key: 'IDENT-05#gmail.com', status: 'NOT_APPLICABLE', reason: 'SANDBOX_RECIPIENT' },
  },
  {
    when: 'whether the target is in the sandbox was denied',
    facts: withAddresses(['a@gmail.com'], (facts) => (facts.account = UNSEEN)),
    says: { key: 'IDENT-05#gmail.com', status: 'UNKNOWN', reason: 'ACCESS_DENIED' },
  },
  {
    when: 'the list is cut and shows none',
    facts: targetFacts((facts) => (facts.listed = 5000)),
    says: { status: 'UNKNOWN', reason: 'LIST_INCOMPLETE' },
  },
  {
    when: 'one of those listed was deleted before it was read',
    facts: targetFacts((facts) => Object.assign(facts, { listed: 3, vanished: 1 })),
    says: { status: 'PASS', reason: 'OWN_DOMAINS_ONLY' },
  },
  {
    when: 'the last gmail.com identity was deleted',
    facts: targetFacts(),
    context: known,
    says: { key: 'IDENT-05#gmail.com', status: 'PASS', reason: 'OWN_DOMAINS_ONLY' },
  },
  {
    when: 'the target is empty now',
    facts: targetFacts((facts) => Object.assign(facts, { outcome: 'EMPTY', listed: 0 })),
    context: known,
    says: { key: 'IDENT-05#gmail.com', status: 'PASS', reason: 'OWN_DOMAINS_ONLY' },
  },
  {
    when: 'the target was not seen: what was found stays',
    facts: targetFacts((facts) => (facts.outcome = 'THROTTLED')),
    context: known,
    says: { key: 'IDENT-05#gmail.com', status: 'UNKNOWN', reason: 'TARGET_UNSEEN' },
  },
  {
    when: 'the list is cut and lacks what was found before',
    facts: targetFacts((facts) => (facts.listed = 5000)),
    context: known,
    says: { key: 'IDENT-05#gmail.com', status: 'UNKNOWN', reason: 'LIST_INCOMPLETE' },
  },
  {
    when: 'the identities could not be listed',
    facts: targetFacts((facts) => delete facts.identities),
    says: { status: 'UNKNOWN', reason: 'TARGET_UNSEEN' },
  },
]);

describe('IDENT-05', () => {
  it('gives one finding a provider domain and names the first 20 addresses', () => {
    const many = Array.from({ length: 25 }, (_, n) => `user${n}@yahoo.co.jp`);
    const findings = ident05.judge(withAddresses([...many, 'a@gmail.com']), contextOf());
    expect(findings.map(({ key }) => key)).toEqual(['IDENT-05#gmail.com', 'IDENT-05#yahoo.co.jp']);
    expect(findings[1]?.evidence).toMatchObject({ count: 25, addresses: many.slice(0, 20) });
  });
});
