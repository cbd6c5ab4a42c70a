/** Derives from the description what the AWS stand-ins and the DNS server answer, so that the two always belong together. */
import { createHash } from 'node:crypto';
import { easyDkimTokens } from './dkim-keys.ts';
import { EXAMPLE_CORP } from './description.ts';
import { FAULTS } from './faults/index.ts';
import { EXAMPLE_CORP_DOMAIN_OWNERS } from './further-accounts.ts';
import type { IdentitySite, TargetFaultSite } from './faults/types.ts';
import { dkimZoneOf, REGIONS, SES_REGIONS } from './regions.ts';
import {
  globalEndpoint,
  healthyAddress,
  healthyDomain,
  healthyTarget,
  memberRole,
  shareWith,
  trackingSet,
} from './ses-preset.ts';
import type { DnsFault, World, WorldAccount, WorldIdentity, WorldTarget } from './types.ts';
import {
  domain,
  type AccountSpec,
  type IdentitySpec,
  type OrganizationSpec,
  type TargetSpec,
} from './vocabulary.ts';
import { aWeekLater } from './week-two.ts';
import { ZoneDraft } from './zone-draft.ts';
import {
  apexOf,
  FOREIGN_DOMAINS,
  layApex,
  layDedicatedIp,
  layFromDomain,
  layIdentity,
  layInfrastructure,
} from './zone-preset.ts';

/** Keys in the style of AWS's documentation. They open nothing but the simulated organization. */
export const MANAGEMENT_CREDENTIALS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
} as const;

export const DEFAULT_MEMBER_ROLE_NAME = 'ses-posture-member';

/** What the member roles of Example Corp ask for where it is served: the demo, the sandbox, `scan --sandbox`. */
export const EXAMPLE_CORP_EXTERNAL_ID = 'example-corp-7f3c';

/** What Example Corp's operators set beyond the defaults, where it is served. */
export const EXAMPLE_CORP_SETTINGS: {
  organizationName: string;
  domainOwners: { [domain: string]: string[] };
} = {
  organizationName: EXAMPLE_CORP.name,
  domainOwners: EXAMPLE_CORP_DOMAIN_OWNERS,
};

export interface WorldOptions {
  /** Which week of the organization's life. */
  week: 1 | 2;
  /** All timestamps count back from here. The same `now` for both weeks makes the weeks differ by what happened only. */
  now: Date;
  memberRoleName?: string;
  externalId?: string;
  /** ARN that the member roles trust; absent: every principal of the management account. */
  scannerPrincipal?: string;
  /** So many further identities in the newsletter account's target, for benchmarks. */
  large?: number;
}

/** Accounts, SES state and zones of Example Corp in the given week. */
export function buildWorld(options: WorldOptions): World {
  return deriveWorld(organizationOf(options), options);
}

/** The description that a world of these options is derived from. */
export function organizationOf({ week, large }: Pick<WorldOptions, 'week' | 'large'>): OrganizationSpec {
  const organization = week === 2 ? aWeekLater(EXAMPLE_CORP) : structuredClone(EXAMPLE_CORP);
  if (large !== undefined) addTenants(organization, large);
  return organization;
}

/** As buildWorld, from any description: tests describe small organizations of their own. */
export function deriveWorld(organization: OrganizationSpec, options: Omit<WorldOptions, 'week'>): World {
  const zone = new ZoneDraft();
  const apexes = new Set(layInfrastructure(zone));
  const sites = sitesOf(organization, options.now);
  for (const { spec, site } of sites) {
    if (FOREIGN_DOMAINS.includes(site.domain)) continue;
    const apex = apexOf(site.domain);
    if (!apexes.has(apex)) layApex(zone, apex);
    apexes.add(apex);
    layFromDomain(zone, apex);
    layFromDomain(zone, site.domain);
    if (spec.type === 'DOMAIN') layIdentity(zone, spec, site);
  }
  for (const { site, spec } of targetsOf(organization, options.now)) {
    for (const ip of site.dedicatedIps) layDedicatedIp(zone, ip, site.region);
    for (const fault of spec.faults ?? []) FAULTS.target[fault].zone?.(zone, site);
  }
  const dnsFaults: DnsFault[] = [];
  for (const { spec, site } of sites) {
    for (const fault of spec.faults ?? []) {
      FAULTS.identity[fault].zone?.(zone, site);
      dnsFaults.push(...(FAULTS.identity[fault].dns?.(site) ?? []));
    }
  }
  return {
    organization: {
      id: organization.id,
      name: organization.name,
      managementAccountId: organization.managementAccountId,
      rootId: organization.rootId,
    },
    organizationalUnits: organization.units.map(({ id, name, in: parentId }) => ({ id, name, parentId })),
    accounts: withHostedZones(
      organization.accounts.map((account) => deriveAccount(organization, account, options)),
      sites,
    ),
    sesRegions: [...SES_REGIONS],
    regions: REGIONS.map((region) => ({ ...region })),
    zones: zone.records(),
    dnsFaults,
    zoneApexes: [...apexes].sort(),
  };
}

/** A zone is Route 53's in the first account that has an identity in it. */
function withHostedZones(accounts: WorldAccount[], sites: { site: IdentitySite }[]): WorldAccount[] {
  const owners = new Map<string, string>();
  for (const { site } of sites) {
    const apex = apexOf(site.domain);
    if (!owners.has(apex) && !FOREIGN_DOMAINS.includes(site.domain)) owners.set(apex, site.accountId);
  }
  return accounts.map((account) => {
    const names = [...owners].flatMap(([apex, owner]) => (owner === account.id ? [apex] : []));
    if (names.length === 0) return account;
    return { ...account, hostedZones: names.map((name) => ({ id: hostedZoneId(name), name })) };
  });
}

function hostedZoneId(apex: string): string {
  return `Z${createHash('sha256').update(apex).digest('hex').slice(0, 19).toUpperCase()}`;
}

/** Every identity of the description in its place, deleted ones included. */
export function sitesOf(
  organization: OrganizationSpec,
  now: Date,
): { spec: IdentitySpec; site: IdentitySite }[] {
  return organization.accounts.flatMap((account) =>
    Object.entries(account.targets).flatMap(([region, target]) =>
      target.identities.map((spec) => ({ spec, site: siteOf(account.id, region, spec, now) })),
    ),
  );
}

/** Every target of the description in its place. */
export function targetsOf(
  organization: OrganizationSpec,
  now: Date,
): { spec: TargetSpec; site: TargetFaultSite }[] {
  return organization.accounts.flatMap(({ id, targets }) =>
    Object.entries(targets).map(([region, spec]) => ({ spec, site: targetSiteOf(id, region, spec, now) })),
  );
}

function targetSiteOf(accountId: string, region: string, spec: TargetSpec, now: Date): TargetFaultSite {
  const domains = [...new Set(spec.identities.map(({ name }) => fromDomainOf(name)))];
  return { accountId, region, dedicatedIps: spec.dedicatedIps ?? [], domains, now };
}

function fromDomainOf(name: string): string {
  return name.slice(name.lastIndexOf('@') + 1).toLowerCase();
}

function siteOf(accountId: string, region: string, spec: IdentitySpec, now: Date): IdentitySite {
  const fromDomain = fromDomainOf(spec.name);
  const dkimRegion = spec.replicaOf ?? region;
  return {
    accountId,
    region,
    name: spec.name,
    domain: fromDomain,
    tokens: spec.byodkim ? [spec.byodkim] : easyDkimTokens(accountId, dkimRegion, fromDomain),
    hostedZone: dkimZoneOf(dkimRegion),
    mailFrom: spec.mailFrom ?? `bounce.${fromDomain}`,
    now,
  };
}

function deriveAccount(
  organization: OrganizationSpec,
  spec: AccountSpec,
  options: Omit<WorldOptions, 'week'>,
): WorldAccount {
  const managementId = organization.managementAccountId;
  const trusted = options.scannerPrincipal ?? `arn:aws:iam::${managementId}:root`;
  const account: WorldAccount = {
    id: spec.id,
    name: spec.name,
    email: `aws+${spec.name}@example.com`,
    state: 'ACTIVE',
    parentId: spec.in,
    ...(spec.id === managementId && {
      credentials: { ...MANAGEMENT_CREDENTIALS, principalArn: `arn:aws:iam::${managementId}:user/sandbox` },
    }),
    roles: [memberRole(options.memberRoleName ?? DEFAULT_MEMBER_ROLE_NAME, trusted, options.externalId)],
    optedInRegions: [...(spec.optedInRegions ?? [])],
    deniedRegions: [],
    targets: Object.fromEntries(
      Object.keys(spec.targets).map((region) => [region, deriveTarget(spec, region, options.now)]),
    ),
  };
  for (const fault of spec.faults ?? []) {
    FAULTS.account[fault].apply(account, { accountId: spec.id, deniedRegions: spec.deniedRegions ?? [] });
  }
  return account;
}

function deriveTarget(account: AccountSpec, region: string, now: Date): WorldTarget {
  const target = healthyTarget(account.id, region, now);
  const spec = account.targets[region] ?? { identities: [] };
  if (spec.listPageSize !== undefined) target.listPageSize = spec.listPageSize;
  if (spec.vdm) target.vdm = true;
  if (spec.endpointWith) target.multiRegionEndpoints = [globalEndpoint([region, spec.endpointWith], now)];
  if (spec.dedicatedIps) {
    target.dedicatedIps = spec.dedicatedIps.map((ip) => ({
      ip,
      warmupStatus: 'DONE',
      warmupPercentage: 100,
      pool: 'dedicated',
    }));
  }
  const identities = spec.identities.filter(({ deleted }) => !deleted);
  for (const one of identities) {
    const identity = deriveIdentity(one, identities, account.id, region, now);
    target.identities.push(identity);
    settleInTarget(target, identity, one, siteOf(account.id, region, one, now));
  }
  const site = targetSiteOf(account.id, region, spec, now);
  for (const fault of spec.faults ?? []) FAULTS.target[fault].ses?.(target, site);
  return target;
}

/** What an identity brings into its target beside itself. */
function settleInTarget(
  target: WorldTarget,
  identity: WorldIdentity,
  spec: IdentitySpec,
  site: IdentitySite,
): void {
  if (spec.tracksClicks) trackingSet(target, identity);
  for (const fault of spec.faults ?? []) FAULTS.identity[fault].target?.(target, identity, site);
}

function deriveIdentity(
  spec: IdentitySpec,
  neighbours: IdentitySpec[],
  accountId: string,
  region: string,
  now: Date,
): WorldIdentity {
  const site = siteOf(accountId, region, spec, now);
  const itsDomain = neighbours.find(({ type, name }) => type === 'DOMAIN' && name === site.domain);
  const identity =
    spec.type === 'DOMAIN'
      ? healthyDomain(spec, site)
      : healthyAddress(
          spec,
          site,
          itsDomain && deriveIdentity(itsDomain, neighbours, accountId, region, now),
        );
  if (spec.sharedWith !== undefined) shareWith(identity, site, spec.sharedWith);
  for (const fault of spec.faults ?? []) FAULTS.identity[fault].ses?.(identity, site);
  return identity;
}

function addTenants(organization: OrganizationSpec, count: number): void {
  const newsletter = organization.accounts.find(({ id }) => id === '333333333333')?.targets['us-west-2'];
  if (!newsletter) throw new Error('The description has lost the newsletter target that takes the tenants.');
  delete newsletter.listPageSize;
  for (let n = 1; n <= count; n += 1) {
    newsletter.identities.push(domain(`tenant-${String(n).padStart(5, '0')}.campaigns.example`));
  }
}
