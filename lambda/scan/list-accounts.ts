/** The first state: who is in scope, which Regions, the scan's record and a PENDING coverage row per account. */
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import {
  SHARD_COUNT,
  type ExecutionInput,
  type ListAccountsInput,
  type ListAccountsOutput,
  type Scan,
} from '../contract.ts';
import type { ScanRecord } from '../findings/types.ts';
import { listAccountsInScope, type AccountsInScope } from '../organization/accounts.ts';
import { OperatorError } from '../organization/errors.ts';
import { listSesRegions } from '../organization/ses-regions.ts';
import { parseExecutionInput } from './input.ts';
import type { Runtime } from './runtime.ts';

/**
 * @throws OperatorError for bad input, an unknown account, unit or Region, and a scope without any account.
 */
export async function listAccounts(event: ListAccountsInput, runtime: Runtime): Promise<ListAccountsOutput> {
  const input = parseExecutionInput(event.input);
  const [accounts, regions] = await Promise.all([findAccounts(input, runtime), findRegions(input, runtime)]);
  const scan: Scan = {
    id: `${event.execution.startTime}#${event.execution.name}`,
    name: event.execution.name,
    startTime: event.execution.startTime,
    executionArn: event.execution.id,
    full: !input.accounts && !input.organizationalUnits && !input.regions,
    notify: input.notify ?? true,
    first: (await runtime.table.lastSuccessfulFullScan()) === undefined,
    regions,
    ...(accounts.organizationId ? { organizationId: accounts.organizationId } : {}),
  };
  const started = await runtime.table.startScan(scanRecord(scan, input, accounts.inScope.length));
  if (started.kind === 'duplicate') return { scan, accounts: [], shards: [], duplicate: true };
  await writeCoverage(scan, accounts, runtime);
  const shards = Array.from({ length: SHARD_COUNT }, (_, shard) => String(shard));
  return { scan, accounts: accounts.inScope.map((account) => account.id), shards, duplicate: false };
}

async function findAccounts(input: ExecutionInput, runtime: Runtime): Promise<AccountsInScope> {
  const { settings, organizations, sts } = runtime;
  if (settings.accountAccess === 'memberRole') return listAccountsInScope({ organizations, settings, input });
  const id = (await sts.send(new GetCallerIdentityCommand({}))).Account;
  if (!id)
    throw new OperatorError(
      'CallerUnknown',
      'AWS did not say which account the credentials belong to. Check them with `aws sts get-caller-identity`.',
    );
  return { managementAccountId: id, inScope: [{ id, name: id, ouPath: '', state: 'ACTIVE' }], excluded: [] };
}

async function findRegions(input: ExecutionInput, runtime: Runtime): Promise<string[]> {
  const offered = await listSesRegions(runtime.makeSsm, runtime.homeRegion);
  const wanted = input.regions ?? runtime.settings.scope.regions;
  const unknown = wanted.find((region) => !offered.includes(region));
  if (unknown) {
    throw new OperatorError(
      'RegionUnknown',
      `SES is not offered in a Region "${unknown}". Choose among: ${offered.join(', ')}.`,
    );
  }
  const allowed =
    runtime.settings.scope.regions.length > 0
      ? offered.filter((region) => runtime.settings.scope.regions.includes(region))
      : offered;
  const regions = input.regions ? allowed.filter((region) => input.regions?.includes(region)) : allowed;
  if (regions.length > 0) return regions;
  throw new OperatorError(
    'NoRegionInScope',
    "None of the Regions asked for is among the settings' scope.regions. Change one of the two.",
  );
}

function scanRecord(scan: Scan, input: ExecutionInput, accountsInScope: number): ScanRecord {
  const { scheduledTime, ...rest } = input;
  return {
    id: scan.id,
    name: scan.name,
    executionArn: scan.executionArn,
    startTime: scan.startTime,
    state: 'RUNNING',
    full: scan.full,
    notify: scan.notify,
    input: JSON.parse(JSON.stringify(rest)) as ScanRecord['input'],
    ...(scheduledTime ? { scheduledTime } : {}),
    accountsInScope,
    problems: [],
  };
}

async function writeCoverage(scan: Scan, accounts: AccountsInScope, runtime: Runtime): Promise<void> {
  const excluded = scan.full ? accounts.excluded : [];
  await runtime.table.putPendingCoverage(scan.id, [...accounts.inScope, ...excluded]);
  for (const { id, name, ouPath } of [...accounts.inScope, ...excluded]) {
    await runtime.table.putAccount({ accountId: id, name, ouPath });
  }
  for (const account of excluded) {
    await runtime.table.setAccountCoverage(scan.id, account.id, {
      outcome: 'EXCLUDED',
      detail: account.because,
    });
  }
}
