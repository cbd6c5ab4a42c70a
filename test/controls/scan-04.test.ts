import { describe, expect, it } from 'vitest';
import { scan04OfDomain, scan04OfTarget } from '../../lambda/controls/scan-04.ts';
import type { Json, JudgeContext } from '../../lambda/controls/types.ts';
import type { TargetFacts } from '../../lambda/facts/types.ts';
import { before, contextOf, fromDomainFacts, targetFacts } from './facts.ts';
import { describeControl } from './paired.ts';

const NAME = { name: '_dmarc.example.com', type: 'TXT', because: 'SERVFAIL' } as const;
const OTHER = { name: 'bounce.example.com', type: 'MX', because: 'TIMEOUT' } as const;

const unanswered = (...names: NonNullable<TargetFacts['unansweredNames']>) =>
  targetFacts((facts) => (facts.unansweredNames = names));

/** The context of the next scan after one that stored `evidence`. */
function after(evidence: { [key: string]: Json }, full = true): JudgeContext {
  return contextOf({ full, before: before({ 'SCAN-04': { status: 'UNKNOWN', evidence } }) });
}
const once = { unanswered: [{ question: 'TXT _dmarc.example.com', because: 'SERVFAIL', fullScans: 1 }] };

const saysWarn = { status: 'WARN', reason: 'NAMES_STAY_UNANSWERED', severity: 'MEDIUM' } as const;
const saysUnknown = { status: 'UNKNOWN', reason: 'NAMES_UNANSWERED' } as const;

describeControl(scan04OfTarget, [
  { when: 'every name answered', facts: targetFacts(), says: { status: 'PASS', reason: 'ALL_ANSWERED' } },
  {
    when: 'a name gave no answer for the first time',
    facts: unanswered(NAME),
    says: {
      ...saysUnknown,
      summary: 'DNS gave no answer for TXT _dmarc.example.com (SERVFAIL)',
      evidence: once,
    },
  },
  {
    when: 'the same name gives no answer at the second full scan running',
    facts: unanswered(OTHER, NAME),
    context: after(once),
    says: {
      ...saysWarn,
      summary: 'DNS gave no answer in 2 full scans running for TXT _dmarc.example.com (SERVFAIL)',
      evidence: {
        count: 2,
        unanswered: [
          { question: 'TXT _dmarc.example.com', because: 'SERVFAIL', fullScans: 2 },
          { question: 'MX bounce.example.com', because: 'TIMEOUT', fullScans: 1 },
        ],
      },
      fixText: /dig \+trace/,
    },
  },
  { when: 'another name than last time', facts: unanswered(OTHER), context: after(once), says: saysUnknown },
  {
    when: 'the second scan is a narrowed one',
    facts: unanswered(NAME),
    context: after(once, false),
    says: { ...saysUnknown, evidence: once },
  },
  {
    when: 'a narrowed scan follows two full ones: it stays open',
    facts: unanswered(NAME),
    context: after(
      { unanswered: [{ question: 'TXT _dmarc.example.com', because: 'SERVFAIL', fullScans: 2 }] },
      false,
    ),
    says: saysWarn,
  },
  {
    when: 'the resolver is unusable: what was counted stays',
    facts: targetFacts((facts) => (facts.dnsUnusable = 'no answer over TCP')),
    context: after(once),
    says: { status: 'UNKNOWN', reason: 'RESOLVER_UNUSABLE', evidence: once },
  },
  {
    when: 'the target was not read',
    facts: targetFacts((facts) => (facts.outcome = 'THROTTLED')),
    says: { status: 'UNKNOWN', reason: 'TARGET_UNSEEN' },
  },
]);

describe('SCAN-04 of a domain', () => {
  it('judges the names of the domain by the same rule', () => {
    const facts = fromDomainFacts((one) => one.unansweredNames.push(NAME));
    const [first] = scan04OfDomain.judge(facts, contextOf());
    expect(first).toMatchObject({ status: 'UNKNOWN', reason: 'NAMES_UNANSWERED' });
    const [second] = scan04OfDomain.judge(facts, after(first?.evidence ?? {}));
    expect(second).toMatchObject({ status: 'WARN', reason: 'NAMES_STAY_UNANSWERED' });
    const [third] = scan04OfDomain.judge(fromDomainFacts(), after(second?.evidence ?? {}));
    expect(third).toMatchObject({ status: 'PASS', reason: 'ALL_ANSWERED' });
  });

  it('keeps the longest unanswered names where evidence has no room for all', () => {
    const names = Array.from({ length: 50 }, (_, n) => ({ ...NAME, name: `a${n}.example.com` }));
    const [finding] = scan04OfTarget.judge(unanswered(...names, NAME), after(once));
    expect(finding?.evidence).toMatchObject({ count: 51 });
    expect(finding?.evidence['unanswered']).toHaveLength(10);
    expect(finding?.evidence['unanswered']).toContainEqual({
      question: 'TXT _dmarc.example.com',
      because: 'SERVFAIL',
      fullScans: 2,
    });
  });
});
