/** One scan without a deployment, its digest on the terminal, its outcome as the exit code. */
import { SECOND_OPINION_UNAVAILABLE } from '../../lambda/scan/second-opinion.ts';
import type { ScanOptions } from '../commands/scan.ts';
import { ENV, type ScanSettings } from '../../lambda/contract.ts';
import type { ScanOutcome } from '../../local/run-scan.ts';
import {
  buildWorld,
  EXAMPLE_CORP_EXTERNAL_ID,
  EXAMPLE_CORP_SETTINGS,
} from '../../local/organization/build-world.ts';
import { useCallerCredentials } from '../caller.ts';
import { COULD_NOT_RUN, interruption, printable } from '../interruption.ts';
import { DEFAULT_FOLDER, SANDBOX_FOLDER } from '../options.ts';
import { readSettingsFile } from '../settings-file.ts';
import { showScan } from '../show-scan.ts';

/** Something is failing, or regressed. */
const FAILING = 1;

export async function scan(options: ScanOptions): Promise<void> {
  const signal = interruption.watch();
  const settings = settingsOf(options);
  const world = options.sandbox
    ? buildWorld({
        week: options.week === 2 ? 2 : 1,
        now: new Date(),
        externalId: EXAMPLE_CORP_EXTERNAL_ID,
      })
    : undefined;
  if (!world) await useCallerCredentials(options);
  // Loaded late, because it takes a second: whoever has no credentials is told at once.
  const { startStack } = await import('../../local/stack.ts');
  const { runScan } = await import('../../local/run-scan.ts');
  const stack = await startStack({
    folder: options.folder ?? (world ? SANDBOX_FOLDER : DEFAULT_FOLDER),
    settings,
    ...(world ? { world } : {}),
    ...(world && options.requestsPerSecond ? { requestsPerSecond: options.requestsPerSecond } : {}),
  });
  // Said on the command line, it outweighs what the shell exports and what the simulated organization has of its own.
  if (options.dns) process.env[ENV.dnsServers] = options.dns.join(',');
  try {
    const input = inputOf(options);
    report(await showScan('Scan', (onEvent) => runScan({ stack, input, onEvent, signal })), options);
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

/** What the command line says outweighs the settings file. */
function settingsOf(options: ScanOptions): Partial<ScanSettings> {
  return {
    organizationName: 'AWS Organization',
    ...(options.sandbox ? EXAMPLE_CORP_SETTINGS : {}),
    ...(options.settings ? readSettingsFile(options.settings) : {}),
    accountAccess: options.thisAccount ? 'ownCredentials' : 'memberRole',
    ...(options.sandbox ? { externalId: EXAMPLE_CORP_EXTERNAL_ID } : {}),
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
function report(outcome: ScanOutcome, options: ScanOptions): void {
  const { execution, digest, scan: record, reportFile, exportFolder } = outcome;
  if (execution.status !== 'SUCCEEDED') {
    if (execution.status !== 'ABORTED') {
      console.error(`Error: ${printable(explain(execution.error))}`);
      process.exitCode = COULD_NOT_RUN;
    }
    return;
  }
  if (digest) console.log(`\nSubject: ${digest.subject}\n\n${digest.body}`);
  if (reportFile) console.log(`Report: ${reportFile}`);
  if (exportFolder) console.log(`Export for SQL: ${exportFolder}`);
  const failing = (record?.totals?.findings.FAIL ?? 0) > 0;
  // Without a second opinion everything was judged all the same; the digest says so.
  const problems = (record?.problems ?? []).filter((problem) => problem !== SECOND_OPINION_UNAVAILABLE);
  const broken = [...problems, ...noAccountEntered(record, options)];
  for (const problem of broken) console.error(`Error: ${printable(problem)}`);
  process.exitCode = broken.length > 0 ? COULD_NOT_RUN : failing ? FAILING : 0;
}

/** One account without the role is a finding; all of them are a mistake in how the scan was called. */
function noAccountEntered(record: ScanOutcome['scan'], options: ScanOptions): string[] {
  const { SCANNED, ROLE_MISSING = 0 } = record?.totals?.accountOutcomes ?? {};
  if (SCANNED !== undefined || ROLE_MISSING === 0) return [];
  const { memberRoleName = 'ses-posture-member' } = settingsOf(options);
  const where =
    ROLE_MISSING === 1
      ? 'could not be assumed in the one account that was to be entered'
      : `could be assumed in none of ${ROLE_MISSING} accounts`;
  return [
    `The role ${memberRoleName} ${where}. Name the right role and external id with --role-name and --external-id, or scan your own account with --this-account.`,
  ];
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
