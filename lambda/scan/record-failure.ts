/** Any error that a state ended with, turned into coverage; and the end of an execution that died. */
import type { RecordFailureInput, RecordFailureOutput, Scan } from '../contract.ts';
import type { CoverageOutcome } from '../facts/types.ts';
import type { ScanState } from '../findings/types.ts';
import { recordAccount, recordTarget } from './record.ts';
import type { Runtime } from './runtime.ts';

const MAX_DETAIL = 300;

export interface FailureRecorded {
  output: RecordFailureOutput;
  /** True when the report was not written: alarmed, never fatal. */
  reportFailed: boolean;
}

export async function recordFailure(event: RecordFailureInput, runtime: Runtime): Promise<FailureRecorded> {
  const done = { output: {}, reportFailed: event.stage === 'WriteReport' };
  if (event.detail) {
    await closeDeadScan(event.detail, runtime);
    return done;
  }
  const { scan, accountId, region } = event;
  if (!scan) return done;
  const { outcome, detail } = readFailure(event.error);
  if (accountId && region) await recordRegionFailure(scan, runtime, { accountId, region, outcome, detail });
  else if (accountId)
    await recordAccount(scan, runtime, {
      accountId,
      outcome,
      detail,
      observedAt: runtime.now().toISOString(),
    });
  else await runtime.table.addScanProblem(scan.id, `${describeStage(event)}: ${detail}`);
  return done;
}

/** PARTIAL where earlier rounds judged something: those findings stand. */
async function recordRegionFailure(
  scan: Scan,
  runtime: Runtime,
  failure: { accountId: string; region: string; outcome: CoverageOutcome; detail: string },
): Promise<void> {
  const { accountId, region, outcome, detail } = failure;
  const coverage = await runtime.table.readAccountCoverage(scan.id, accountId);
  const judged = coverage?.regions[region]?.judged ?? 0;
  await recordTarget(scan, runtime, {
    accountId,
    region,
    observedAt: runtime.now().toISOString(),
    outcome: judged > 0 ? 'PARTIAL' : outcome,
    detail,
    ...(judged > 0 ? { judged } : {}),
  });
}

/** Step Functions hands the error's name and, for a Lambda, a JSON text with errorType and errorMessage as Cause. */
export function readFailure(error: RecordFailureInput['error']): {
  outcome: CoverageOutcome;
  detail: string;
} {
  const name = error?.Error ?? 'Unknown';
  const detail = `${name}: ${messageOf(error?.Cause ?? '')}`
    .replace(/[\x00-\x1f\x7f]/g, ' ')
    .slice(0, MAX_DETAIL);
  if (name === 'States.Timeout' || name === 'Sandbox.Timedout' || name === 'States.HeartbeatTimeout')
    return { outcome: 'TIMED_OUT', detail };
  if (name === 'Lambda.TooManyRequestsException') return { outcome: 'THROTTLED', detail };
  return { outcome: 'FAILED', detail };
}

function messageOf(cause: string): string {
  try {
    const parsed: unknown = JSON.parse(cause);
    const message = (parsed as { errorMessage?: unknown } | null)?.errorMessage;
    return typeof message === 'string' ? message : cause;
  } catch {
    // Not a Lambda's JSON: Step Functions' own sentence.
    return cause;
  }
}

function describeStage(event: RecordFailureInput): string {
  if (event.stage === 'JudgeDomains') return `Domains of shard ${event.shard ?? '?'} could not be judged`;
  if (event.stage === 'WriteReport') return 'The report or its export could not be written';
  return `${event.stage ?? 'The scan'} failed`;
}

async function closeDeadScan(
  detail: NonNullable<RecordFailureInput['detail']>,
  runtime: Runtime,
): Promise<void> {
  const id = `${new Date(detail.startDate).toISOString()}#${detail.name}`;
  const state: ScanState =
    detail.status === 'TIMED_OUT' || detail.status === 'ABORTED' ? detail.status : 'FAILED';
  await runtime.table.closeScan(id, { state, endTime: runtime.now().toISOString() });
}
