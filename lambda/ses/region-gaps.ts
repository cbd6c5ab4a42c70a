/** Where two Regions hold the same identities, and where they do not. Pure. */
import type { DkimSetting, MailFromSetting, RegionGap } from '../facts/types.ts';
import type { ListedIdentity } from './reader.ts';

/** The listing of one Region, by `identityKey`. */
export interface RegionListing {
  region: string;
  identities: ReadonlyMap<string, ListedIdentity>;
}

/** Domains are compared in lower case as A-labels, addresses verbatim, as SES does. */
export function identityKey({ type, name, domain }: ListedIdentity): string {
  return type === 'DOMAIN' ? domain : name;
}

export function regionListing(region: string, listed: readonly ListedIdentity[]): RegionListing {
  return { region, identities: new Map(listed.map((identity) => [identityKey(identity), identity])) };
}

/** What one of the Regions lacks, or has not verified although the other has; in both directions. */
export function listingGaps(here: RegionListing, there: RegionListing): RegionGap[] {
  return [...oneWay(here, there), ...oneWay(there, here)];
}

/** Of what `other` holds: what `region` lacks, or has not verified. */
function oneWay(other: RegionListing, region: RegionListing): RegionGap[] {
  return [...other.identities].flatMap(([key, { name: identity, type, verified }]): RegionGap[] => {
    const same = region.identities.get(key);
    const gap = { identity, type, region: region.region, other: other.region };
    if (!same) return [{ ...gap, differs: 'MISSING' }];
    return verified === true && same.verified === false ? [{ ...gap, differs: 'UNVERIFIED' }] : [];
  });
}

/** Identities of both Regions: domains first, each kind by name. */
export function inBoth(here: RegionListing, there: RegionListing): [ListedIdentity, ListedIdentity][] {
  return [...here.identities]
    .flatMap(([key, identity]): [ListedIdentity, ListedIdentity][] => {
      const same = there.identities.get(key);
      return same ? [[identity, same]] : [];
    })
    .sort(([left], [right]) => rankOf(left.type) - rankOf(right.type) || (left.name < right.name ? -1 : 1));
}

/** The identity in both Regions, with what each of them says of a setting. */
export interface Pair<Setting> {
  identity: Pick<ListedIdentity, 'name' | 'type'>;
  here: { region: string; setting: Setting };
  there: { region: string; setting: Setting };
}

/**
 * DKIM is alike where both Regions sign, or neither: switched on or off in both, and SUCCESS in both or in neither. Tokens
 * may differ: each Region has its own unless DEED shares them.
 */
export function dkimGap({ identity, here, there }: Pair<DkimSetting>): RegionGap | undefined {
  const strength = ({ enabled, status }: DkimSetting): number =>
    Number(enabled) + Number(status === 'SUCCESS');
  const alike =
    here.setting.enabled === there.setting.enabled &&
    (here.setting.status === 'SUCCESS') === (there.setting.status === 'SUCCESS');
  if (alike) return undefined;
  const [weak, strong] = strength(here.setting) < strength(there.setting) ? [here, there] : [there, here];
  return {
    identity: identity.name,
    type: identity.type,
    region: weak.region,
    other: strong.region,
    differs: 'DKIM',
    found: weak.setting,
    wanted: strong.setting,
  };
}

/** MAIL FROM is alike where both Regions have the same domain, or none, and SES has verified it in both or in neither. */
export function mailFromGap({ identity, here, there }: Pair<MailFromSetting>): RegionGap | undefined {
  const strength = ({ domain, status }: MailFromSetting): number =>
    Number(domain !== undefined) + Number(status === 'SUCCESS');
  const difference = strength(here.setting) - strength(there.setting);
  if (difference === 0 && here.setting.domain === there.setting.domain) return undefined;
  const [weak, strong] = difference < 0 ? [here, there] : [there, here];
  return {
    identity: identity.name,
    type: identity.type,
    region: weak.region,
    other: strong.region,
    differs: 'MAIL_FROM',
    found: weak.setting,
    wanted: strong.setting,
  };
}

const KINDS: readonly RegionGap['differs'][] = ['MISSING', 'UNVERIFIED', 'DKIM', 'MAIL_FROM'];

/** What stops mail first: what is missing before what differs, domains before the addresses that they cover. */
export function byWeight(left: RegionGap, right: RegionGap): number {
  const order = (gap: RegionGap): number => KINDS.indexOf(gap.differs) * 2 + rankOf(gap.type);
  return (
    order(left) - order(right) || compare(left.identity, right.identity) || compare(left.region, right.region)
  );
}

function rankOf(type: ListedIdentity['type']): number {
  return type === 'DOMAIN' ? 0 : 1;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
