/** Which accounts of the organization a scan looks at: pure decisions over the listing. */
import { MAX_ACCOUNTS, type ExecutionInput, type ScanSettings } from '../contract.ts';
import { OperatorError } from './errors.ts';

/** An account as Organizations lists it. */
export interface ListedAccount {
  id: string;
  name: string;
  /** Names from the root down, e.g. `Root/Workloads/Production`. */
  ouPath: string;
  /** Ids of the same, root first; empty when neither `Paths` nor the tree told. */
  unitIds: string[];
  state: string;
}

export interface AccountInScope {
  id: string;
  name: string;
  ouPath: string;
  state: string;
}

export interface ExcludedAccount {
  id: string;
  name: string;
  ouPath: string;
  /** A phrase: which setting or which state keeps the account out. */
  because: string;
}

export interface AccountsInScope {
  managementAccountId: string;
  /** `o-...`, where Organizations was asked. */
  organizationId?: string;
  inScope: AccountInScope[];
  /** Kept out by settings or by their state; accounts that only the input leaves out are not among them. */
  excluded: ExcludedAccount[];
}

type Scope = Pick<
  ScanSettings['scope'],
  'accounts' | 'organizationalUnits' | 'excludedAccounts' | 'excludedOrganizationalUnits'
>;

/**
 * Sorts accounts into those in scope and those excluded, each by account id.
 *
 * Settings narrow first (an account or unit of either list lets an account in, an exclusion wins over both), then the
 * account's state, then the input. A unit stands for everything beneath it.
 *
 * @param unitIds every root and unit of the organization
 * @throws OperatorError `AccountUnknown`, `OrganizationalUnitUnknown`, `AccountNotInScope` (the input names an account
 *   that settings or its state keep out), `NoAccountInScope`, `TooManyAccounts`
 */
export function decideScope(
  accounts: readonly ListedAccount[],
  unitIds: ReadonlySet<string>,
  scope: Scope,
  input: ExecutionInput,
): Pick<AccountsInScope, 'inScope' | 'excluded'> {
  refuseUnknown(accounts, unitIds, scope, input);
  const inScope: AccountInScope[] = [];
  const excluded: ExcludedAccount[] = [];
  for (const account of [...accounts].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const { id, name, ouPath, state } = account;
    const because = excludedBecause(account, scope);
    if (because) excluded.push({ id, name, ouPath, because });
    else if (askedFor(account, input)) inScope.push({ id, name, ouPath, state });
  }
  refuseExcludedInput(excluded, input);
  refuseCount(inScope.length, accounts.length);
  return { inScope, excluded };
}

function excludedBecause(account: ListedAccount, scope: Scope): string | undefined {
  if (scope.excludedAccounts.includes(account.id)) return 'excluded by the setting scope.excludedAccounts';
  const unit = scope.excludedOrganizationalUnits.find((id) => account.unitIds.includes(id));
  if (unit) return `excluded by the setting scope.excludedOrganizationalUnits (${unit})`;
  const narrowed = scope.accounts.length + scope.organizationalUnits.length > 0;
  const letIn =
    scope.accounts.includes(account.id) ||
    scope.organizationalUnits.some((id) => account.unitIds.includes(id));
  if (narrowed && !letIn) return 'not among the settings scope.accounts and scope.organizationalUnits';
  return account.state === 'ACTIVE' ? undefined : exclusionByState(account.state);
}

/** Why an account in that state is kept out, as its coverage says it. */
export function exclusionByState(state: string): string {
  return `the account is ${state}`;
}

function askedFor(account: ListedAccount, input: ExecutionInput): boolean {
  if (!input.accounts && !input.organizationalUnits) return true;
  if (input.accounts?.includes(account.id)) return true;
  return input.organizationalUnits?.some((id) => account.unitIds.includes(id)) ?? false;
}

function refuseUnknown(
  accounts: readonly ListedAccount[],
  unitIds: ReadonlySet<string>,
  scope: Scope,
  input: ExecutionInput,
): void {
  const accountIds = new Set(accounts.map((account) => account.id));
  const lists: [where: string, kind: 'Account' | 'OrganizationalUnit', ids: readonly string[]][] = [
    ['The execution input (accounts)', 'Account', input.accounts ?? []],
    ['The setting scope.accounts', 'Account', scope.accounts],
    ['The execution input (organizationalUnits)', 'OrganizationalUnit', input.organizationalUnits ?? []],
    ['The setting scope.organizationalUnits', 'OrganizationalUnit', scope.organizationalUnits],
    [
      'The setting scope.excludedOrganizationalUnits',
      'OrganizationalUnit',
      scope.excludedOrganizationalUnits,
    ],
  ];
  for (const [where, kind, ids] of lists) {
    const known = kind === 'Account' ? accountIds : unitIds;
    const unknown = ids.find((id) => !known.has(id));
    if (unknown === undefined) continue;
    const what = kind === 'Account' ? 'account' : 'organizational unit or root';
    throw new OperatorError(
      `${kind}Unknown`,
      `${where} names ${what} ${unknown}, which the organization does not have. Correct the id or take it out.`,
    );
  }
}

function refuseExcludedInput(excluded: readonly ExcludedAccount[], input: ExecutionInput): void {
  const asked = excluded.find((account) => input.accounts?.includes(account.id));
  if (!asked) return;
  throw new OperatorError(
    'AccountNotInScope',
    `The execution input asks for account ${asked.id}, which cannot be scanned: ${asked.because}. Take it out of the input or change what excludes it.`,
  );
}

function refuseCount(inScope: number, listed: number): void {
  if (inScope === 0) {
    throw new OperatorError(
      'NoAccountInScope',
      `None of the organization's ${listed} accounts is in scope. Widen the settings' scope or the execution input.`,
    );
  }
  if (inScope > MAX_ACCOUNTS) {
    throw new OperatorError(
      'TooManyAccounts',
      `${inScope} accounts are in scope, and one scan covers at most ${MAX_ACCOUNTS}. Narrow the settings' scope, for example by organizational units.`,
    );
  }
}
