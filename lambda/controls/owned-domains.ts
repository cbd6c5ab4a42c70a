/** Whose the domain of an identity is, as the setting `ownedDomains` and SES's own verification have it. */
import type { ScanSettings } from '../contract.ts';
import type { IdentityFacts } from '../facts/types.ts';
import { isAtOrBelow } from '../mail-auth/names.ts';

/**
 * The owned domain that `domain` is or lies below, the nearest one.
 *
 * @param domain lower case, A-labels
 */
export function ownedDomain(domain: string, { ownedDomains }: ScanSettings): string | undefined {
  return ownedDomains
    .filter((owned) => isAtOrBelow(domain, owned))
    .sort((left, right) => right.length - left.length)[0];
}

/**
 * An address of a domain whose DNS is in other hands (IDENT-06): neither declared as owned, nor proved to be in this
 * account's hands by a verified domain identity. Without the setting nobody can tell, and nothing is foreign.
 */
export function isForeignAddress({ ses, effective }: IdentityFacts, settings: ScanSettings): boolean {
  if (ses.type !== 'EMAIL_ADDRESS' || settings.ownedDomains.length === 0) return false;
  return effective.verifiedDomain === undefined && ownedDomain(ses.domain, settings) === undefined;
}
