import type { AccountFacts, CoverageOutcome } from '../facts/types.ts';
import { say } from './say.ts';
import type { Control, Finding, Fix, ReasonSpec, Status } from './types.ts';

type Reason = 'SURVEYED' | Exclude<CoverageOutcome, 'SCANNED' | 'EMPTY' | 'PARTIAL'>;

const fails = (means: string): ReasonSpec => ({ statuses: ['FAIL'], means });
const leftOut = (means: string): ReasonSpec => ({ statuses: ['NOT_APPLICABLE'], means });

export const scan01: Control<AccountFacts, Reason> = {
  id: 'SCAN-01',
  revision: 1,
  title: 'Every account in scope was seen',
  subject: 'account',
  tier: 1,
  severity: 'HIGH',
  reads: ['account:ListRegions'],
  asserts: 'The scanner assumed its role in the account and surveyed its Regions.',
  why: 'An account that is not seen has no findings, which must never read as an account without problems.',
  evidence: 'How the survey ended (`outcome`), AWS’s own words, and the name of the role.',
  remedy:
    'What to deploy, to allow or to scan again; for a missing role the command that shows it. The scanner itself changes no role and no policy.',
  sources: ['AWS STS API: AssumeRole', 'IAM user guide: Troubleshoot access denied error messages'],
  reasons: {
    SURVEYED: { statuses: ['PASS'], means: 'The account was surveyed; SCAN-02 speaks of its Regions.' },
    ROLE_MISSING: fails('The member role is not there, or does not trust the scanner.'),
    ACCESS_DENIED: fails('The role was assumed, but may not list Regions or read SES.'),
    DENIED_BY_POLICY: fails('A service or resource control policy denies it explicitly.'),
    THROTTLED: fails('AWS throttled the survey until its time ended.'),
    TIMED_OUT: fails('The survey did not end in time.'),
    FAILED: fails('The survey failed with an error.'),
    EXCLUDED: leftOut('The account is left out by the settings, or is suspended or closed.'),
    EXPECTED_DENIAL: leftOut('The settings expect the denial.'),
    REGION_DISABLED: leftOut('No Region in scope is on in this account.'),
    NOT_OFFERED: leftOut('No Region in scope offers SES.'),
    PENDING: { statuses: ['UNKNOWN'], means: 'The scan has not come to this account yet.' },
  },
  judge(facts) {
    const { status, reason, summary } = wordOn(facts);
    const finding: Finding<Reason> = say(scan01, {
      status,
      reason,
      summary,
      evidence: { outcome: facts.outcome, detail: facts.detail, role: facts.memberRoleName },
      ...(status === 'FAIL' ? { fix: fixFor(facts) } : {}),
    });
    return [finding];
  },
};

function wordOn({ outcome, memberRoleName: role }: AccountFacts): {
  status: Status;
  reason: Reason;
  summary: string;
} {
  const lost = (sentence: string): string => `The account could not be read: ${sentence}`;
  switch (outcome) {
    case 'SCANNED':
    case 'EMPTY':
    case 'PARTIAL':
      return { status: 'PASS', reason: 'SURVEYED', summary: 'The account was surveyed' };
    case 'ROLE_MISSING':
      return { status: 'FAIL', reason: outcome, summary: lost(`the role ${role} could not be assumed`) };
    case 'ACCESS_DENIED':
      return { status: 'FAIL', reason: outcome, summary: lost(`the role ${role} lacks a permission`) };
    case 'DENIED_BY_POLICY':
      return { status: 'FAIL', reason: outcome, summary: lost('a policy of the organization denies it') };
    case 'THROTTLED':
      return { status: 'FAIL', reason: outcome, summary: lost('AWS throttled the calls') };
    case 'TIMED_OUT':
      return { status: 'FAIL', reason: outcome, summary: lost('AWS did not answer in time') };
    case 'FAILED':
      return { status: 'FAIL', reason: outcome, summary: lost('the survey ended in an error') };
    case 'EXCLUDED':
    case 'EXPECTED_DENIAL':
    case 'REGION_DISABLED':
    case 'NOT_OFFERED':
      return { status: 'NOT_APPLICABLE', reason: outcome, summary: 'The account is not looked at' };
    case 'PENDING':
      return { status: 'UNKNOWN', reason: outcome, summary: 'The scan has not come to the account yet' };
  }
}

function fixFor({ outcome, memberRoleName: role, accountId }: AccountFacts): Fix {
  switch (outcome) {
    case 'ROLE_MISSING':
    case 'ACCESS_DENIED':
      return {
        text:
          `Deploy the member role ${role} to account ${accountId} (the StackSet; by hand in the management account) ` +
          'and see that it trusts the scanner role with the external id of the settings. ' +
          `The command, run with credentials of account ${accountId}, shows the role as it is.`,
        command: `aws iam get-role --role-name ${role}`,
      };
    case 'DENIED_BY_POLICY':
      return {
        text: `Allow the role ${role} in the service control policies that apply to account ${accountId}, or exclude the account in the settings.`,
      };
    default:
      return {
        text: `Start a scan of account ${accountId} alone; if it fails again, the scanner's log of this scan says where.`,
      };
  }
}
