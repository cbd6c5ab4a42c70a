/**
 * Whether a signed request may do what it asks, in IAM's order: a service control policy's denial, an explicit denial of
 * the session policy, what the role allows, what the session policy allows. The sentences are IAM's ("Troubleshoot
 * access denied error messages"), because scanners read the cause out of them.
 */
import type { World, WorldAccount } from '../organization/types.ts';
import { CommonFailure, MESSAGE } from './errors.ts';
import { evaluatePolicy, matchesAction } from './policy.ts';
import type { Principal } from './principals.ts';

export interface Wish {
  principal: Principal;
  account: WorldAccount;
  region: string;
  /** IAM's name, e.g. `ses:GetAccount`. */
  action: string;
  /** ARN, or `*` where the action has no resource. */
  resource: string;
}

/** @throws CommonFailure `denied`, with the sentence that AWS would give */
export function authorize(world: World, wish: Wish): void {
  const because = denialOf(world, wish);
  if (because === undefined) return;
  const { principal, action, resource } = wish;
  throw new CommonFailure(
    'denied',
    `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${because}`,
  );
}

function denialOf(world: World, { principal, account, region, action, resource }: Wish): string | undefined {
  if (deniedByOrganization(world, account, region, action)) {
    return 'with an explicit deny in a service control policy';
  }
  const { session } = principal;
  // The account's own keys stand for an administrator: only the organization limits them.
  if (!session) return undefined;
  const byPolicy = session.policy ? evaluatePolicy(session.policy, action, resource) : 'allowed';
  if (byPolicy === 'denied') return 'with an explicit deny in a session policy';
  const role = account.roles.find(({ name }) => name === session.roleName);
  if (!role?.allowedActions.some((pattern) => matchesAction(pattern, action))) {
    return `because no identity-based policy allows the ${action} action`;
  }
  return byPolicy === 'silent' ? `because no session policy allows the ${action} action` : undefined;
}

/** Service control policies bind every account but the management account. */
function deniedByOrganization(world: World, account: WorldAccount, region: string, action: string): boolean {
  if (account.id === world.organization.managementAccountId) return false;
  return account.deniedRegions.some(
    (denied) =>
      denied.region === region &&
      (denied.actions === undefined || denied.actions.some((pattern) => matchesAction(pattern, action))),
  );
}

/**
 * Checks that the Region exists and is on for the caller's account.
 * @throws CommonFailure `badSignature` for an unknown Region, `unknownKey` for an opt-in Region that is off: its
 * endpoints do not know the account's keys
 */
export function checkRegion(world: World, account: WorldAccount, regionName: string): void {
  const region = world.regions.find(({ name }) => name === regionName);
  if (!region) throw new CommonFailure('badSignature', MESSAGE.badRegion);
  if (region.optIn && !account.optedInRegions.includes(regionName)) {
    throw new CommonFailure('unknownKey', MESSAGE.unknownKey);
  }
}
