/** The words in which the simulated organization is described. Whatever a description leaves out is healthy. */
import type { AccountFaultName, IdentityFaultName, TargetFaultName } from './faults/index.ts';

export interface OrganizationSpec {
  id: string;
  name: string;
  rootId: string;
  managementAccountId: string;
  units: UnitSpec[];
  accounts: AccountSpec[];
}

export interface UnitSpec {
  id: string;
  name: string;
  /** Id of the unit above, or of the root. */
  in: string;
}

export interface AccountSpec {
  id: string;
  name: string;
  /** Id of its organizational unit, or of the root. */
  in: string;
  optedInRegions?: string[];
  /** Regions that the fault `region-denied` denies. */
  deniedRegions?: string[];
  faults?: AccountFaultName[];
  targets: { [region: string]: TargetSpec };
}

export interface TargetSpec {
  faults?: TargetFaultName[];
  /** See WorldTarget.listPageSize. */
  listPageSize?: number;
  /** Virtual Deliverability Manager is on. */
  vdm?: true;
  /** Dedicated addresses: of one of Amazon SES's networks, or of others, which the MAIL FROM domains then have to list. */
  dedicatedIps?: string[];
  /** A global endpoint that is READY sends through this Region, too. */
  endpointWith?: string;
  identities: IdentitySpec[];
}

export interface IdentitySpec extends IdentityOptions {
  type: 'DOMAIN' | 'EMAIL_ADDRESS';
  name: string;
}

export interface IdentityOptions {
  faults?: IdentityFaultName[];
  /** The custom MAIL FROM domain; absent: `bounce.<domain>`. */
  mailFrom?: string;
  /** Addresses that the SPF of the MAIL FROM domain lists beside SES. */
  spfAddresses?: string[];
  /** Region that the MX of the MAIL FROM domain names, where that is not the identity's own. */
  mxRegion?: string;
  /** A selector of the organization's own: BYODKIM instead of Easy DKIM. */
  byodkim?: string;
  /** Deterministic Easy DKIM in a second Region: the tokens and the zone of this one (DEED). */
  replicaOf?: string;
  /** A subdomain without tokens of its own, signed by the parent identity of the same target. */
  inheritsDkim?: true;
  /** Opens and clicks are tracked under `click.<domain>`, by a configuration set of the identity's own. */
  tracksClicks?: true;
  /** Sending authorization for this account. */
  sharedWith?: string;
  /** The identity was deleted from SES; its DNS records were left behind. */
  deleted?: true;
}

/** A domain identity; healthy in every respect but its faults. */
export function domain(name: string, options: IdentityOptions = {}): IdentitySpec {
  return { type: 'DOMAIN', name, ...options };
}

/** An e-mail address identity; verified, and configured like its domain where that is an identity of the same target. */
export function address(name: string, options: IdentityOptions = {}): IdentitySpec {
  return { type: 'EMAIL_ADDRESS', name, ...options };
}
