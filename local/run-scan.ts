/** One scan without a deployment: the synthesized workflow over the handlers, and what it left behind. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runtimeFromEnvironment } from '../lambda/scan/runtime.ts';
import { EXPORT_FOLDER, reportLocation } from '../lambda/report/location.ts';
import type { ExecutionInput, ListAccountsInput } from '../lambda/contract.ts';
import type { ScanRecord } from '../lambda/findings/types.ts';
import { handlers } from './handlers.ts';
import type { Stack } from './stack.ts';
import { synthesizeScanWorkflow, type ScanWorkflowDefinition } from './workflow/definition.ts';
import { lambdaContext, type Handler } from './workflow/lambda-context.ts';
import { runWorkflow, type Execution, type RunOptions, type WorkflowEvent } from './workflow/run.ts';

export interface ScanOutcome {
  execution: Execution;
  scan?: ScanRecord;
  /** Subject and body of the digest that this scan sent. */
  digest?: { subject: string; body: string };
  /** Path of the report, when it was written. */
  reportFile?: string;
  /** Folder of the SQL export of this and earlier scans, when there is one. */
  exportFolder?: string;
}

export interface RunScanOptions {
  stack: Stack;
  /** As an execution's input; anything unknown in it is refused by the first state. */
  input?: ExecutionInput | { [key: string]: unknown };
  onEvent?: (event: WorkflowEvent) => void;
  signal?: AbortSignal;
  /** In place of the real handlers of the same names: for tests of what happens when one fails. */
  handlers?: { [name: string]: Handler };
  /** Milliseconds a Lambda may take, and until a failed task is tried again; by default as on AWS. */
  lambdaTimeoutMs?: RunOptions['lambdaTimeoutMs'];
  retryIntervalMs?: number;
}

/** The same for every scan of this process; synthesizing takes about a second. */
let synthesized: Promise<ScanWorkflowDefinition> | undefined;

/** Runs the workflow to its end; a scan that fails is closed as EventBridge's rule would close it. */
export async function runScan(options: RunScanOptions): Promise<ScanOutcome> {
  const { stack } = options;
  const workflow = await (synthesized ??= synthesizeScanWorkflow());
  const mailsBefore = new Set(readdirSync(stack.outboxFolder));
  const name = `local-${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`;
  let startTime: string | undefined;
  const execution = await runWorkflow({
    ...workflow,
    handlers: { ...handlers, ...options.handlers },
    name,
    // Behind the real AWS there is no execution in a console to link to.
    ...(stack.dns ? {} : { stateMachineArn: 'local:stateMachine:ses-posture-scan' }),
    input: options.input ?? {},
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.lambdaTimeoutMs === undefined ? {} : { lambdaTimeoutMs: options.lambdaTimeoutMs }),
    ...(options.retryIntervalMs === undefined ? {} : { retryIntervalMs: options.retryIntervalMs }),
    onEvent(event) {
      if (event.handler === 'list-accounts')
        startTime ??= (event.input as ListAccountsInput).execution.startTime;
      options.onEvent?.(event);
    },
  });
  if (execution.status !== 'SUCCEEDED' && startTime) await closeScan(execution, startTime);
  const scan = startTime ? await runtimeFromEnvironment().table.readScan(`${startTime}#${name}`) : undefined;
  const digest = newMail(stack.outboxFolder, mailsBefore);
  return { execution, ...(scan ? { scan, ...reportOf(stack, scan) } : {}), ...(digest ? { digest } : {}) };
}

async function closeScan(execution: Execution, startTime: string): Promise<void> {
  const detail = {
    executionArn: execution.id,
    name: execution.name,
    status: execution.status,
    startDate: Date.parse(startTime),
    stateMachineArn: execution.id.split(':').slice(0, 7).join(':'),
  };
  await handlers['record-failure']?.({ detail } as never, lambdaContext('record-failure'));
}

/** The SNS stand-in writes header lines, an empty line, the body. */
function newMail(folder: string, before: Set<string>): { subject: string; body: string } | undefined {
  const file = readdirSync(folder)
    .filter((name) => !before.has(name) && name.endsWith('-ses-posture-findings.txt'))
    .sort()
    .at(-1);
  if (!file) return undefined;
  const text = readFileSync(join(folder, file), 'utf8');
  const end = text.indexOf('\n\n');
  const subject = /^Subject: (.*)$/m.exec(text.slice(0, end))?.[1] ?? '';
  return { subject, body: text.slice(end + 2) };
}

function reportOf(stack: Stack, scan: ScanRecord): Pick<ScanOutcome, 'reportFile' | 'exportFolder'> {
  const runtime = runtimeFromEnvironment();
  const { bucket, key } = reportLocation(scan, runtime.reportBucketName, runtime.homeRegion);
  const file = join(stack.bucketFolder, bucket, key);
  const exportFolder = join(stack.bucketFolder, bucket, EXPORT_FOLDER);
  return {
    ...(existsSync(file) ? { reportFile: file } : {}),
    ...(existsSync(exportFolder) ? { exportFolder } : {}),
  };
}
