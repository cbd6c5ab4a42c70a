import type { CoverageOutcome, TargetFacts } from '../facts/types.ts';
import { say } from './say.ts';
import type { Control, Fix, ReasonSpec, Status } from './types.ts';

type Reason = 'READ_WHOLLY' | Exclude<CoverageOutcome, 'SCANNED' | 'EMPTY'>;

const fails = (means: string): ReasonSpec => ({ statuses: ['FAIL'], means });
const leftOut = (means: string): ReasonSpec => ({ statuses: ['NOT_APPLICABLE'], means });

export const scan02: Control<TargetFacts, Reason> = {
  id: 'SCAN-02',
  revision: 1,
  title: 'Every enabled SES Region of the account answered',
  subject: 'target',
  tier: 1,
  severity: 'MEDIUM',
  reads: ['account:ListRegions', 'ses:ListEmailIdentities'],
  asserts: 'SES in this Region was read wholly, or holds no identity.',
  why: 'A Region that is denied or times out may hold identities that nobody watches; it is not an empty one.',
  evidence:
    'How reading ended (`outcome`), AWS’s own words and whether they name an explicit deny, and how many identities were listed and judged.',
  remedy:
    'What to deploy or to allow, the setting that declares the denial as meant, or to scan the Region again.',
  sources: [
    'AWS Account Management API: ListRegions',
    'AWS Organizations user guide: Service control policies (SCPs)',
    'IAM user guide: Troubleshoot access denied error messages',
  ],
  reasons: {
    READ_WHOLLY: { statuses: ['PASS'], means: 'Every identity of the Region was read, or there is none.' },
    PARTIAL: fails('Reading failed after a part of the identities.'),
    ACCESS_DENIED: fails('The member role may not read SES here.'),
    DENIED_BY_POLICY: fails('A service or resource control policy denies SES here explicitly.'),
    ROLE_MISSING: fails('The member role could not be assumed.'),
    THROTTLED: fails('AWS throttled the calls until their time ended.'),
    TIMED_OUT: fails('AWS did not answer in time, or the work went round too often.'),
    FAILED: fails('Reading ended in an error.'),
    REGION_DISABLED: leftOut('The account has the Region switched off.'),
    NOT_OFFERED: leftOut('SES is not offered in the Region.'),
    EXPECTED_DENIAL: leftOut('The settings list the Region as denied on purpose.'),
    EXCLUDED: leftOut('The settings leave it out.'),
    PENDING: { statuses: ['UNKNOWN'], means: 'The scan has not come to this Region yet.' },
  },
  judge(facts) {
    const { status, reason, summary } = wordOn(facts);
    const { outcome, detail, region, listed, judged } = facts;
    const evidence = {
      region,
      outcome,
      detail,
      listed,
      judged,
      explicitDeny: detail === undefined ? undefined : /explicit deny/i.test(detail),
    };
    return [
      say(scan02, {
        status,
        reason,
        summary,
        evidence,
        ...(status === 'FAIL' ? { fix: fixFor(facts) } : {}),
      }),
    ];
  },
};

function wordOn({ outcome, listed, judged }: TargetFacts): {
  status: Status;
  reason: Reason;
  summary: string;
} {
  switch (outcome) {
    case 'SCANNED':
      return { status: 'PASS', reason: 'READ_WHOLLY', summary: 'SES was read wholly' };
    case 'EMPTY':
      return { status: 'PASS', reason: 'READ_WHOLLY', summary: 'SES answered and holds no identity' };
    case 'PARTIAL': {
      const count = listed === undefined ? '' : `: ${judged ?? 0} of ${listed} identities were judged`;
      return { status: 'FAIL', reason: outcome, summary: `SES was read in part only${count}` };
    }
    case 'ACCESS_DENIED':
      return { status: 'FAIL', reason: outcome, summary: 'SES could not be read: access was denied' };
    case 'DENIED_BY_POLICY':
      return {
        status: 'FAIL',
        reason: outcome,
        summary: 'SES could not be read: a policy denies it explicitly',
      };
    case 'ROLE_MISSING':
      return {
        status: 'FAIL',
        reason: outcome,
        summary: 'SES could not be read: the role could not be assumed',
      };
    case 'THROTTLED':
      return { status: 'FAIL', reason: outcome, summary: 'SES could not be read: AWS throttled the calls' };
    case 'TIMED_OUT':
      return { status: 'FAIL', reason: outcome, summary: 'SES could not be read in time' };
    case 'FAILED':
      return { status: 'FAIL', reason: outcome, summary: 'SES could not be read: the calls failed' };
    case 'REGION_DISABLED':
    case 'NOT_OFFERED':
    case 'EXPECTED_DENIAL':
    case 'EXCLUDED':
      return { status: 'NOT_APPLICABLE', reason: outcome, summary: 'The Region is not looked at' };
    case 'PENDING':
      return { status: 'UNKNOWN', reason: outcome, summary: 'The scan has not come to the Region yet' };
  }
}

function fixFor({ outcome, accountId, region }: TargetFacts): Fix {
  switch (outcome) {
    case 'ACCESS_DENIED':
    case 'ROLE_MISSING':
      return {
        text: `Deploy the current member role to account ${accountId}: it allows reading SES in every Region.`,
      };
    case 'DENIED_BY_POLICY':
      return {
        text:
          `Allow ses:GetAccount, ses:ListEmailIdentities and ses:GetEmailIdentity in ${region} in the service control ` +
          `policies of account ${accountId}, or list ${region} under scope.expectedDeniedRegions in the settings.`,
      };
    default:
      return {
        text: `Start a scan of account ${accountId} and Region ${region} alone; if it fails again, see the scanner's log.`,
      };
  }
}
