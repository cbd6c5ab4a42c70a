import type { CoverageOutcome } from '../../lambda/facts/types.ts';
import { scan01 } from '../../lambda/controls/scan-01.ts';
import { accountFacts } from './facts.ts';
import { describeControl } from './paired.ts';

const outcome = (value: CoverageOutcome, detail?: string) =>
  accountFacts((facts) => {
    facts.outcome = value;
    if (detail !== undefined) facts.detail = detail;
  });

describeControl(scan01, [
  {
    when: 'the account was surveyed',
    facts: outcome('SCANNED'),
    says: { status: 'PASS', reason: 'SURVEYED' },
  },
  {
    when: 'no Region holds an identity',
    facts: outcome('EMPTY'),
    says: { status: 'PASS', reason: 'SURVEYED' },
  },
  {
    when: 'a Region was read in part: SCAN-02 speaks of it',
    facts: outcome('PARTIAL'),
    says: { status: 'PASS', reason: 'SURVEYED' },
  },
  {
    when: 'the member role is not there',
    facts: outcome('ROLE_MISSING', 'AccessDenied: not authorized to perform sts:AssumeRole'),
    says: {
      status: 'FAIL',
      reason: 'ROLE_MISSING',
      severity: 'HIGH',
      summary: 'The account could not be read: the role ses-posture-member could not be assumed',
      evidence: { outcome: 'ROLE_MISSING', detail: 'AccessDenied: not authorized to perform sts:AssumeRole' },
      fixText: /Deploy the member role ses-posture-member to account 111111111111/,
      command: 'aws iam get-role --role-name ses-posture-member',
    },
  },
  {
    when: 'the role may not list Regions',
    facts: outcome('ACCESS_DENIED'),
    says: { status: 'FAIL', reason: 'ACCESS_DENIED', severity: 'HIGH', fixText: /Deploy the member role/ },
  },
  {
    when: 'a service control policy denies it',
    facts: outcome('DENIED_BY_POLICY'),
    says: {
      status: 'FAIL',
      reason: 'DENIED_BY_POLICY',
      severity: 'HIGH',
      fixText: /service control policies/,
    },
  },
  {
    when: 'AWS throttled',
    facts: outcome('THROTTLED'),
    says: { status: 'FAIL', reason: 'THROTTLED', severity: 'HIGH', fixText: /account 111111111111 alone/ },
  },
  {
    when: 'it took too long',
    facts: outcome('TIMED_OUT'),
    says: { status: 'FAIL', reason: 'TIMED_OUT', severity: 'HIGH' },
  },
  {
    when: 'it broke',
    facts: outcome('FAILED'),
    says: { status: 'FAIL', reason: 'FAILED', severity: 'HIGH' },
  },
  {
    when: 'the settings leave it out, or it is suspended',
    facts: outcome('EXCLUDED'),
    says: { status: 'NOT_APPLICABLE', reason: 'EXCLUDED' },
  },
  {
    when: 'the settings expect the denial',
    facts: outcome('EXPECTED_DENIAL'),
    says: { status: 'NOT_APPLICABLE', reason: 'EXPECTED_DENIAL' },
  },
  {
    when: 'no Region in scope is on',
    facts: outcome('REGION_DISABLED'),
    says: { status: 'NOT_APPLICABLE', reason: 'REGION_DISABLED' },
  },
  {
    when: 'no Region in scope offers SES',
    facts: outcome('NOT_OFFERED'),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_OFFERED' },
  },
  {
    when: 'the scan has not come to it',
    facts: outcome('PENDING'),
    says: { status: 'UNKNOWN', reason: 'PENDING' },
  },
]);
