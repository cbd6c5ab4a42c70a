import { describe, expect, it } from 'vitest';
import { dkim10 } from '../../lambda/controls/dkim-10.ts';
import type { JudgeContext, Json } from '../../lambda/controls/types.ts';
import type { IdentityFacts } from '../../lambda/facts/types.ts';
import {
  before,
  byodkim,
  contextOf,
  found,
  hoursAgo,
  identityFacts,
  NOW,
  recordOf,
  REGION,
  silent,
} from './facts.ts';
import { NO_OWN_TOKENS } from './dkim-scope-cases.ts';
import { describeControl } from './paired.ts';

const own = (change?: (facts: IdentityFacts) => void) =>
  identityFacts((facts) => {
    byodkim(facts);
    change?.(facts);
  });
const daysAgo = (days: number) => hoursAgo(24 * days);

/** What the scan so many days ago stored of the key that `facts` show. */
function since(days: number, facts = own()): JudgeContext {
  const earlier = contextOf({ scanStartTime: daysAgo(days) });
  return remembering(dkim10.judge(facts, earlier)[0]?.evidence ?? {});
}
function remembering(evidence: { [key: string]: Json }): JudgeContext {
  return contextOf({ before: before({ 'DKIM-10': { evidence } }) });
}

describeControl(dkim10, [
  {
    when: 'the key is seen for the first time',
    facts: own(),
    says: { status: 'PASS', reason: 'KEY_FRESH', evidence: { selector: 'corp', firstSeen: NOW } },
  },
  {
    when: 'the key is known for a month',
    facts: own(),
    context: since(30),
    says: { status: 'PASS', reason: 'KEY_FRESH', evidence: { firstSeen: daysAgo(30) } },
  },
  {
    when: 'the key is known for eight months',
    facts: own(),
    context: since(240),
    says: { status: 'PASS', reason: 'ROTATION_ADVISED', summary: /plan its rotation/ },
  },
  {
    when: 'the key is known for longer than a year',
    facts: own(),
    context: since(366),
    says: {
      status: 'WARN',
      reason: 'KEY_OLD',
      severity: 'MEDIUM',
      summary: `The DKIM key at corp._domainkey.example.com is the same since ${daysAgo(366).slice(0, 10)}, longer than the 365 days allowed`,
      command: `aws sesv2 put-email-identity-dkim-signing-attributes --email-identity example.com --signing-attributes-origin EXTERNAL --signing-attributes file://signing-attributes.json --region ${REGION}`,
    },
  },
  {
    when: 'the key was rotated since: it is young again',
    facts: own((facts) => (recordOf(facts, 0).txt = found(['v=DKIM1; k=rsa; p=NEWKEY']))),
    context: since(366),
    says: { status: 'PASS', reason: 'KEY_FRESH', evidence: { firstSeen: NOW } },
  },
  {
    when: 'the same key is only written otherwise',
    facts: own((facts) => (recordOf(facts, 0).txt = found(['p=OWN KEY']))),
    context: since(366),
    says: { status: 'WARN', reason: 'KEY_OLD', severity: 'MEDIUM' },
  },
  {
    when: 'what is stored cannot be read',
    facts: own(),
    context: remembering({ selector: 'corp', fingerprint: 'ab', firstSeen: 'no time' }),
    says: { status: 'PASS', reason: 'KEY_FRESH', evidence: { firstSeen: NOW } },
  },
  {
    when: 'the selector does not answer: what is known of the key is kept',
    facts: own((facts) => silent(recordOf(facts, 0))),
    context: since(366),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL', evidence: { firstSeen: daysAgo(366) } },
  },
  {
    when: 'the resolver is unusable: what is known of the key is kept',
    facts: own((facts) => (facts.dnsUnusable = 'no answer')),
    context: since(366),
    says: { status: 'UNKNOWN', reason: 'RESOLVER_UNUSABLE', evidence: { firstSeen: daysAgo(366) } },
  },
  {
    when: 'SES does not tell the selector',
    facts: own((facts) => (facts.ses.dkim.tokens = [])),
    says: { status: 'UNKNOWN', reason: 'SELECTOR_NOT_GIVEN' },
  },
  {
    when: 'two keys stand at the selector',
    facts: own((facts) => (recordOf(facts, 0).txt = found(['p=A', 'p=B']))),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_VALID_KEY' },
  },
  {
    when: 'SES makes the key',
    facts: identityFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_BYODKIM' },
  },
  ...NO_OWN_TOKENS,
]);

describe('what is remembered of a key', () => {
  it('stays the same from scan to scan, so that nothing is stored anew', () => {
    const first = dkim10.judge(own(), contextOf())[0];
    const later = dkim10.judge(own(), {
      ...remembering(first?.evidence ?? {}),
      scanStartTime: '2026-12-01T06:00:00.000Z',
    })[0];
    expect(later).toEqual(first);
  });
});
