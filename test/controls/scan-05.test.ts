import { describe, expect, it } from 'vitest';
import { judgeDomain, judgeIdentity } from '../../lambda/controls/judge.ts';
import { scan05OfDomain, scan05OfTarget } from '../../lambda/controls/scan-05.ts';
import type { TargetFacts } from '../../lambda/facts/types.ts';
import {
  contextOf,
  dkimStatus,
  fromDomainFacts,
  gone,
  identityFacts,
  recordOf,
  targetFacts,
  withoutDmarc,
} from './facts.ts';
import { describeControl } from './paired.ts';

const DIFFERS = {
  name: '_dmarc.example.com',
  type: 'TXT',
  because: 'DNS_INCONSISTENT',
  secondOpinion: true,
  detail: '192.0.2.53:53 says NXDOMAIN, 1.1.1.1:53 says ["v=DMARC1; p=none"]',
} as const;
const SILENT = {
  name: 'bounce.example.com',
  type: 'MX',
  because: 'SERVFAIL',
  secondOpinion: true,
  detail: 'the second opinion gave no answer: answered SERVFAIL',
} as const;
const FIRST_SILENT = { name: 'bounce.example.com', type: 'TXT', because: 'TIMEOUT' } as const;

const met = (
  secondOpinion: TargetFacts['secondOpinion'],
  ...unansweredNames: NonNullable<TargetFacts['unansweredNames']>
) => targetFacts((facts) => Object.assign(facts, { secondOpinion, unansweredNames }));

describeControl(scan05OfTarget, [
  {
    when: 'the second resolver confirmed what fails',
    facts: met('reachable'),
    says: { status: 'PASS', reason: 'RESOLVERS_AGREE' },
  },
  {
    when: 'nothing fails',
    facts: met('unused'),
    says: { status: 'PASS', reason: 'NOTHING_TO_CONFIRM' },
  },
  {
    when: 'the first resolver alone left a name open: that is SCAN-04’s matter',
    facts: met('reachable', FIRST_SILENT),
    says: { status: 'PASS', reason: 'RESOLVERS_AGREE' },
  },
  {
    when: 'the two answer differently',
    facts: met('reachable', SILENT, DIFFERS),
    says: {
      status: 'UNKNOWN',
      reason: 'DNS_INCONSISTENT',
      summary:
        /^Two independent resolvers answer differently for TXT _dmarc\.example\.com: a name server lags behind/,
      evidence: {
        count: 2,
        names: [
          'MX bounce.example.com: the second opinion gave no answer: answered SERVFAIL',
          'TXT _dmarc.example.com: 192.0.2.53:53 says NXDOMAIN, 1.1.1.1:53 says ["v=DMARC1; p=none"]',
        ],
      },
    },
  },
  {
    when: 'the second is up, but silent for a name',
    facts: met('reachable', SILENT),
    says: {
      status: 'UNKNOWN',
      reason: 'SECOND_OPINION_SILENT',
      summary: 'The second DNS resolver gave no answer for MX bounce.example.com',
    },
  },
  {
    when: 'the second cannot be reached: the warning is the scan’s, not each target’s',
    facts: met('unreachable'),
    says: {
      status: 'NOT_APPLICABLE',
      reason: 'SECOND_OPINION_UNAVAILABLE',
      evidence: { unconfirmed: true },
    },
  },
  {
    when: 'the settings name none',
    facts: met('none'),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_SECOND_OPINION' },
  },
  {
    when: 'the client knows of none',
    facts: targetFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_SECOND_OPINION' },
  },
  {
    when: 'the first resolver failed its own test',
    facts: targetFacts((facts) => Object.assign(facts, { secondOpinion: 'unused', dnsUnusable: 'no TCP' })),
    says: { status: 'UNKNOWN', reason: 'RESOLVER_UNUSABLE', evidence: { resolver: 'no TCP' } },
  },
  {
    when: 'the target was not read',
    facts: targetFacts((facts) => (facts.outcome = 'THROTTLED')),
    says: { status: 'UNKNOWN', reason: 'TARGET_UNSEEN' },
  },
]);

describe('SCAN-05 of a domain', () => {
  it('judges by the same rule', () => {
    const facts = fromDomainFacts((one) => {
      one.secondOpinion = 'reachable';
      one.unansweredNames.push(DIFFERS);
    });
    expect(scan05OfDomain.judge(facts, contextOf())).toMatchObject([
      { status: 'UNKNOWN', reason: 'DNS_INCONSISTENT' },
    ]);
  });

  it('keeps ten names where evidence has no room for all', () => {
    const names = Array.from({ length: 50 }, (_, n) => ({ ...DIFFERS, name: `a${n}.example.com` }));
    const [finding] = scan05OfDomain.judge(
      fromDomainFacts((one) => one.unansweredNames.push(...names)),
      contextOf(),
    );
    expect(finding?.evidence).toMatchObject({ count: 50 });
    expect(finding?.evidence['names']).toHaveLength(10);
  });
});

describe('what rests on one resolver alone', () => {
  const marked = (findings: ReturnType<typeof judgeIdentity>): string[] =>
    findings.filter(({ evidence }) => evidence['unconfirmed'] === true).map(({ controlId }) => controlId);

  const keyGone = (secondOpinion: 'reachable' | 'unreachable') =>
    identityFacts((facts) => {
      gone(recordOf(facts, 0));
      facts.secondOpinion = secondOpinion;
    });

  it('says so in the evidence of what fails by DNS, and of nothing else', () => {
    expect(marked(judgeIdentity(keyGone('unreachable'), contextOf()))).toContain('DKIM-05');
    expect(marked(judgeIdentity(keyGone('unreachable'), contextOf()))).not.toContain('DKIM-08');
    expect(marked(judgeIdentity(keyGone('reachable'), contextOf()))).toEqual([]);
  });

  it('is told of domains, too', () => {
    const facts = fromDomainFacts((one) => {
      withoutDmarc(one.from.dmarc);
      one.secondOpinion = 'unreachable';
    });
    expect(marked(judgeDomain(facts, contextOf()))).toEqual(expect.arrayContaining(['DMARC-01']));
  });

  it('is not what SES itself says has failed', () => {
    const facts = identityFacts((one) => {
      dkimStatus(one, 'FAILED');
      gone(recordOf(one, 0));
      one.secondOpinion = 'unreachable';
    });
    const findings = judgeIdentity(facts, contextOf());
    expect(findings).toContainEqual(expect.objectContaining({ controlId: 'DKIM-02', status: 'FAIL' }));
    expect(marked(findings)).toContain('DKIM-05');
    expect(marked(findings)).not.toContain('DKIM-02');
  });
});
