/** The organization's accounts, listed completely, and which of them a scan looks at. */
import {
  DescribeOrganizationCommand,
  ListAccountsCommand,
  type Account,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import type { ExecutionInput, ScanSettings } from '../contract.ts';
import { classifyAwsError, isCredentialError, plainText } from './classify.ts';
import { OperatorError } from './errors.ts';
import { collectPages } from './pages.ts';
import { decideScope, type AccountsInScope, type ListedAccount } from './scope.ts';
import {
  readAccountParents,
  readUnitTree,
  unitIdsDownTo,
  unitIdsOfPaths,
  unitPathName,
  type UnitTree,
} from './tree.ts';

export type { AccountInScope, AccountsInScope, ExcludedAccount } from './scope.ts';

/**
 * Lists every account of the organization and sorts out which ones the scan looks at.
 *
 * An account is in scope when it is ACTIVE and neither settings nor input keep it out. The way to its organizational
 * unit comes from `Account.Paths`, and from a walk of the tree where that field is missing.
 *
 * @throws OperatorError with a sentence for denied reads, accounts without a state, unknown ids, an empty or too large
 *   scope (see `decideScope`), an incomplete listing
 */
export async function listAccountsInScope(options: {
  organizations: OrganizationsClient;
  settings: ScanSettings;
  input: ExecutionInput;
}): Promise<AccountsInScope> {
  const { organizations, settings, input } = options;
  const [organization, accounts] = await Promise.all([
    readOrganization(organizations),
    listAccounts(organizations),
  ]);
  const { scope } = settings;
  const needsUnits =
    scope.organizationalUnits.length + scope.excludedOrganizationalUnits.length > 0 ||
    input.organizationalUnits !== undefined;
  const tree = await readTree(organizations, needsUnits);
  const listed = await placeAccounts(organizations, accounts, tree);
  if (needsUnits) refuseUnplaced(listed);
  return { ...organization, ...decideScope(listed, new Set(tree.keys()), scope, input) };
}

async function readOrganization(
  organizations: OrganizationsClient,
): Promise<Pick<AccountsInScope, 'managementAccountId' | 'organizationId'>> {
  const answer = await asking('organizations:DescribeOrganization', () =>
    organizations.send(new DescribeOrganizationCommand({})),
  );
  const { MasterAccountId, Id } = answer.Organization ?? {};
  if (MasterAccountId) return { managementAccountId: MasterAccountId, ...(Id ? { organizationId: Id } : {}) };
  throw new OperatorError(
    'OrganizationUnreadable',
    'organizations:DescribeOrganization did not name the management account. Start the scan again.',
  );
}

async function listAccounts(organizations: OrganizationsClient): Promise<(Account & { Id: string })[]> {
  const accounts = await asking('organizations:ListAccounts', () =>
    collectPages('organizations:ListAccounts', async (token) => {
      const answer = await organizations.send(
        new ListAccountsCommand({ ...(token ? { NextToken: token } : {}) }),
      );
      return { items: answer.Accounts, next: answer.NextToken };
    }),
  );
  const byId = new Map<string, Account & { Id: string }>();
  for (const account of accounts) {
    const { Id } = account;
    if (!Id) {
      throw new OperatorError(
        'ListingIncomplete',
        'organizations:ListAccounts named an account without an id, so the listing cannot be trusted. Start the scan again.',
      );
    }
    byId.set(Id, { ...account, Id });
  }
  return [...byId.values()];
}

/** An unreadable tree costs only the units' names, unless somebody filters by unit. */
async function readTree(organizations: OrganizationsClient, needed: boolean): Promise<UnitTree> {
  try {
    return await asking('organizations:ListOrganizationalUnitsForParent', () => readUnitTree(organizations));
  } catch (error) {
    if (needed || !(error instanceof OperatorError) || error.name !== 'OrganizationsDenied') throw error;
    return new Map();
  }
}

async function placeAccounts(
  organizations: OrganizationsClient,
  accounts: readonly (Account & { Id: string })[],
  tree: UnitTree,
): Promise<ListedAccount[]> {
  const withoutPath = accounts.some((account) => unitIdsOfPaths(account.Paths).length === 0);
  const parents =
    withoutPath && tree.size > 0
      ? await asking('organizations:ListAccountsForParent', () => readAccountParents(organizations, tree))
      : new Map<string, string>();
  return accounts.map((account) => {
    const fromPath = unitIdsOfPaths(account.Paths);
    const parent = parents.get(account.Id);
    const unitIds = fromPath.length > 0 ? fromPath : parent ? unitIdsDownTo(parent, tree) : [];
    return {
      id: account.Id,
      name: plainText(account.Name ?? account.Id, 128),
      ouPath: unitPathName(unitIds, tree),
      unitIds,
      state: stateOf(account),
    };
  });
}

/** A filter by unit says nothing of an account whose unit is unknown (it may have moved while the tree was read). */
function refuseUnplaced(listed: readonly ListedAccount[]): void {
  const unplaced = listed.find((account) => account.unitIds.length === 0);
  if (!unplaced) return;
  throw new OperatorError(
    'AccountPlaceUnknown',
    `The organizational unit of account ${unplaced.id} could not be learned, so the filters by unit cannot be applied. Start the scan again.`,
  );
}

/** `Status` was retired in September 2026; it is read only where an older stand-in gives no `State`. */
function stateOf(account: Account & { Id: string }): string {
  const state: string | undefined = account.State ?? account.Status;
  if (state) return plainText(state, 40);
  throw new OperatorError(
    'AccountStateMissing',
    `organizations:ListAccounts gave neither State nor Status for account ${account.Id}, so it cannot be told whether the account is active. Update this software.`,
  );
}

/** Runs a read of Organizations and turns what AWS refuses into a sentence. */
async function asking<T>(action: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    throw explain(action, error);
  }
}

function explain(action: string, error: unknown): OperatorError {
  const { outcome, detail } = classifyAwsError(error);
  const cause = { cause: error };
  if (error instanceof Error && error.name === 'AWSOrganizationsNotInUseException') {
    return new OperatorError(
      'NotAnOrganization',
      'The account of these credentials belongs to no AWS Organization. Use credentials of the organization, or scan this account alone with --this-account.',
      cause,
    );
  }
  if (outcome === 'ACCESS_DENIED' || outcome === 'DENIED_BY_POLICY') {
    return new OperatorError(
      'OrganizationsDenied',
      `${action} was denied (${detail}). Only the management account or a delegated administrator may list the organization: run there, or register this account as a delegated administrator and allow the action.`,
      cause,
    );
  }
  if (isCredentialError(error)) {
    return new OperatorError(
      'CredentialsRefused',
      `AWS did not accept the credentials for ${action} (${detail}). Sign in again or check the profile.`,
      cause,
    );
  }
  return new OperatorError(
    'OrganizationsUnreadable',
    `${action} failed (${detail}). Start the scan again; if it goes on, look at the network and the AWS Health Dashboard.`,
    cause,
  );
}
