import type { CoverageOutcome } from '../../lambda/facts/types.ts';
import { scan02 } from '../../lambda/controls/scan-02.ts';
import type { Severity } from '../../lambda/controls/types.ts';
import { targetFacts } from './facts.ts';
import { describeControl } from './paired.ts';

const outcome = (value: CoverageOutcome, detail?: string) =>
  targetFacts((facts) => {
    facts.outcome = value;
    if (detail !== undefined) facts.detail = detail;
  });
const fails = <Reason extends string>(reason: Reason) => ({
  status: 'FAIL' as const,
  reason,
  severity: 'MEDIUM' as Severity,
});
const leftOut = <Reason extends string>(reason: Reason) => ({ status: 'NOT_APPLICABLE' as const, reason });

describeControl(scan02, [
  { when: 'all was read', facts: outcome('SCANNED'), says: { status: 'PASS', reason: 'READ_WHOLLY' } },
  {
    when: 'SES answered and holds nothing',
    facts: outcome('EMPTY'),
    says: { status: 'PASS', reason: 'READ_WHOLLY', summary: 'SES answered and holds no identity' },
  },
  {
    when: 'reading broke off after some chunks',
    facts: targetFacts((facts) => Object.assign(facts, { outcome: 'PARTIAL', listed: 900, judged: 400 })),
    says: {
      ...fails('PARTIAL'),
      summary: 'SES was read in part only: 400 of 900 identities were judged',
      evidence: { listed: 900, judged: 400 },
    },
  },
  {
    when: 'an SCP denies the Region',
    facts: outcome('DENIED_BY_POLICY', 'with an explicit deny in a service control policy'),
    says: {
      ...fails('DENIED_BY_POLICY'),
      evidence: { explicitDeny: true, region: 'eu-west-1' },
      fixText: /in eu-west-1 in the service control policies of account 111111111111, or list eu-west-1/,
    },
  },
  {
    when: 'the role lacks a permission',
    facts: outcome('ACCESS_DENIED', 'no identity-based policy allows it'),
    says: { ...fails('ACCESS_DENIED'), evidence: { explicitDeny: false }, fixText: /current member role/ },
  },
  { when: 'the role is gone', facts: outcome('ROLE_MISSING'), says: fails('ROLE_MISSING') },
  { when: 'AWS throttled', facts: outcome('THROTTLED'), says: fails('THROTTLED') },
  {
    when: 'it took too long',
    facts: outcome('TIMED_OUT'),
    says: { ...fails('TIMED_OUT'), fixText: /alone/ },
  },
  { when: 'it broke', facts: outcome('FAILED'), says: fails('FAILED') },
  { when: 'the Region is off', facts: outcome('REGION_DISABLED'), says: leftOut('REGION_DISABLED') },
  { when: 'there is no SES', facts: outcome('NOT_OFFERED'), says: leftOut('NOT_OFFERED') },
  { when: 'the denial is expected', facts: outcome('EXPECTED_DENIAL'), says: leftOut('EXPECTED_DENIAL') },
  { when: 'the settings leave it out', facts: outcome('EXCLUDED'), says: leftOut('EXCLUDED') },
  {
    when: 'the scan has not come to it',
    facts: outcome('PENDING'),
    says: { status: 'UNKNOWN', reason: 'PENDING' },
  },
]);
