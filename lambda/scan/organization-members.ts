/** Whether the accounts that an identity's policies name belong to the organization (IDENT-07). */
import type { Scan } from '../contract.ts';
import { accountsNamed } from '../controls/policy-document.ts';
import type { IdentityFacts } from '../facts/types.ts';
import type { Runtime } from './runtime.ts';

/** SES's own bounds allow more; whoever is beyond is not known. */
const MAX_ACCOUNTS_ASKED = 200;

/**
 * A full scan has a coverage row of every account of the organization, excluded ones included, before anything is tried:
 * without one an account is a stranger. A narrowed scan knows only those that it covers; of others nothing is said.
 * With a caller's own credentials there is no listing to go by.
 *
 * @param identity its own account is never asked for
 */
export async function organizationFacts(
  scan: Scan,
  runtime: Runtime,
  identity: { accountId: string; policies: { readonly [name: string]: string } | undefined },
): Promise<Pick<IdentityFacts, 'organization'>> {
  if (runtime.settings.accountAccess !== 'memberRole') return {};
  const named = accountsNamed(identity.policies ?? {}).filter((account) => account !== identity.accountId);
  const accounts: { [accountId: string]: boolean } = {};
  for (const account of named.slice(0, MAX_ACCOUNTS_ASKED)) {
    const covered = (await runtime.table.readAccountCoverage(scan.id, account)) !== undefined;
    if (covered || scan.full) accounts[account] = covered;
  }
  return { organization: { accounts, ...(scan.organizationId ? { id: scan.organizationId } : {}) } };
}
