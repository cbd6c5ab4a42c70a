import { say } from './say.ts';
import type { Control, Finding, JudgeContext } from './types.ts';

type Reason = 'SCANNED_IN_TIME' | 'SCAN_OVERDUE' | 'NEVER_SCANNED' | 'SCANS_UNREAD';

export interface ScanAgeFacts {
  /** Start of the last successful full scan, ISO 8601; absent: there was none. */
  lastFullScan?: string;
}

const DAY_MS = 24 * 3_600_000;

/**
 * Judged of the scanner itself and not of any subject: nothing is stored. The daily WatchScans alarms on the same age, and
 * the digest of a narrowed scan says it (docs/judgement.md, "The scanner itself").
 */
export const scan06: Omit<Control<ScanAgeFacts, Reason>, 'subject'> = {
  id: 'SCAN-06',
  revision: 1,
  title: 'A full scan succeeded lately',
  tier: 2,
  severity: 'HIGH',
  asserts:
    'The last successful full scan is not older than `thresholds.maxScanAgeDays`: one and a half schedules.',
  why: 'A scanner that stopped is as quiet as one that finds nothing; only a clock outside it can tell.',
  evidence: 'When the last successful full scan began, and its age in days.',
  remedy: 'Shows the failed executions of the state machine.',
  sources: ['Amazon CloudWatch user guide: Configuring how CloudWatch alarms treat missing data'],
  reasons: {
    SCANNED_IN_TIME: { statuses: ['PASS'], means: 'The last successful full scan is recent enough.' },
    SCAN_OVERDUE: { statuses: ['FAIL'], means: 'The last successful full scan is too old.' },
    NEVER_SCANNED: { statuses: ['FAIL'], means: 'No full scan has succeeded yet.' },
    SCANS_UNREAD: { statuses: ['UNKNOWN'], means: 'When the last full scan began cannot be told.' },
  },
  judge: (facts, context) => [judgeScanAge(facts, context)],
};

/** @param context `scanStartTime` is the clock: when the question is asked */
export function judgeScanAge(
  { lastFullScan }: ScanAgeFacts,
  { scanStartTime, settings }: Pick<JudgeContext, 'scanStartTime' | 'settings'>,
): Finding<Reason> {
  const { maxScanAgeDays } = settings.thresholds;
  const fix = {
    text: 'Look at the failed executions of the state machine ses-posture-scan and at the alarms, mend what broke, and start a full scan.',
    command:
      'aws stepfunctions list-executions --state-machine-arn "$STATE_MACHINE_ARN" --status-filter FAILED --max-items 5',
  };
  if (lastFullScan === undefined) {
    const summary = 'No full scan has succeeded yet';
    return say(scan06, {
      status: 'FAIL',
      reason: 'NEVER_SCANNED',
      summary,
      evidence: { maxScanAgeDays },
      fix,
    });
  }
  const ageDays = (Date.parse(scanStartTime) - Date.parse(lastFullScan)) / DAY_MS;
  const evidence = { lastFullScan, maxScanAgeDays, ageDays: Math.round(ageDays * 10) / 10 };
  if (!Number.isFinite(ageDays)) {
    const summary = 'Not judged: when the last full scan began cannot be told';
    return say(scan06, { status: 'UNKNOWN', reason: 'SCANS_UNREAD', summary, evidence: { lastFullScan } });
  }
  const days = Math.max(0, Math.floor(ageDays));
  const ago = `The last successful full scan was ${days} day${days === 1 ? '' : 's'} ago`;
  if (ageDays <= maxScanAgeDays) {
    return say(scan06, { status: 'PASS', reason: 'SCANNED_IN_TIME', summary: ago, evidence });
  }
  const summary = `${ago}; more than ${maxScanAgeDays} days are too many`;
  return say(scan06, { status: 'FAIL', reason: 'SCAN_OVERDUE', summary, evidence, fix });
}
