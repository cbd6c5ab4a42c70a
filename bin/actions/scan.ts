/** One scan without a deployment, its digest on the terminal, its outcome as the exit code. */
import type { ScanOptions } from '../commands/scan.ts';
import type { ScanSettings } from '../../lambda/contract.ts';
import { runScan, type ScanOutcome } from '../../local/run-scan.ts';
import { startStack } from '../../local/stack.ts';
import { buildWorld } from '../../local/organization/build-world.ts';
import { useCallerCredentials } from '../caller.ts';
import { COULD_NOT_RUN, interruption, printable } from '../interruption.ts';
import { DEFAULT_FOLDER, SANDBOX_FOLDER } from '../options.ts';
import { showScan } from '../show-scan.ts';

/** Something is failing, or regressed. */
const FAILING = 1;

export async function scan(options: ScanOptions): Promise<void> {
  const signal = interruption.watch();
  const world = options.sandbox
    ? buildWorld({ week: options.week === 2 ? 2 : 1, now: new Date(), ...memberRole(options) })
    : undefined;
  if (!world) await useCallerCredentials(options);
  const stack = await startStack({
    folder: options.folder ?? (world ? SANDBOX_FOLDER : DEFAULT_FOLDER),
    settings: settingsOf(options),
    ...(world ? { world } : {}),
    ...(world && options.requestsPerSecond ? { requestsPerSecond: options.requestsPerSecond } : {}),
  });
  try {
    report(await showScan('Scan', (onEvent) => runScan({ stack, input: inputOf(options), onEvent, signal })));
  } finally {
    await stack.close();
  }
}

function memberRole(options: ScanOptions): { memberRoleName?: string; externalId?: string } {
  return {
    ...(options.roleName ? { memberRoleName: options.roleName } : {}),
    ...(options.externalId ? { externalId: options.externalId } : {}),
  };
}

function settingsOf(options: ScanOptions): Partial<ScanSettings> {
  return {
    organizationName: options.sandbox ? 'Example Corp' : 'AWS Organization',
    accountAccess: options.thisAccount ? 'ownCredentials' : 'memberRole',
    ...memberRole(options),
    requestsPerSecond: options.requestsPerSecond ?? (options.sandbox ? 1_000 : 1),
    // Whoever names the resolvers may mean names that only these know, so nobody else is asked.
    ...(options.dns ? { dns: { servers: options.dns, timeoutMs: 1500, secondOpinionServers: [] } } : {}),
  };
}

function inputOf(options: ScanOptions): { accounts?: string[]; regions?: string[] } {
  return {
    ...(options.accounts ? { accounts: options.accounts } : {}),
    ...(options.regions ? { regions: options.regions } : {}),
  };
}

/** The digest on the terminal, and the exit code. */
function report(outcome: ScanOutcome): void {
  const { execution, digest, scan: record, reportFile } = outcome;
  if (execution.status !== 'SUCCEEDED') {
    if (execution.status !== 'ABORTED') {
      console.error(`Error: ${printable(explain(execution.error))}`);
      process.exitCode = COULD_NOT_RUN;
    }
    return;
  }
  if (digest) console.log(`\nSubject: ${digest.subject}\n\n${digest.body}`);
  if (reportFile) console.log(`Report: ${reportFile}`);
  const failing = (record?.totals?.findings.FAIL ?? 0) > 0;
  process.exitCode = failing ? FAILING : 0;
}

/** A handler's error comes as Lambda wraps it: the sentence stands in the Cause. */
export function explain(error: { Error: string; Cause: string } | undefined): string {
  if (!error) return 'The scan ended without saying why.';
  try {
    const { errorMessage } = JSON.parse(error.Cause) as { errorMessage?: string };
    return errorMessage ?? error.Cause;
  } catch {
    // Not a handler's error: Step Functions' own words.
    return `${error.Error}: ${error.Cause}`;
  }
}
