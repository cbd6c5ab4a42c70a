/** What SES holds of an identity beside its description: notifications, configuration sets, the identity above it. */
import { ancestorsOf, effectiveSettings } from '../ses/effective.ts';
import { domainOf } from '../ses/names.ts';
import type {
  ConfigurationSetsFacts,
  IdentityFacts,
  NotificationFacts,
  Permitted,
  SesIdentity,
} from './types.ts';

/** Whatever is missing is left out of the facts. */
export interface TargetSettingsOptions {
  /** Of any identity of the target; memoized by the caller. */
  notificationsOf?: (name: string) => Promise<Permitted<NotificationFacts>>;
  /** The target's configuration sets, those of these names among them; memoized by the caller. */
  configurationSetsWith?: (names: readonly string[]) => Promise<Permitted<ConfigurationSetsFacts>>;
  receiptDomains?: Permitted<string[]>;
}

export type TargetSettings = Pick<
  IdentityFacts,
  'notifications' | 'configurationSets' | 'receiptDomains' | 'parent'
>;

/** @param known the identity and its ancestors that are identities of the target, by name */
export async function gatherTargetSettings(
  identity: SesIdentity,
  known: ReadonlyMap<string, SesIdentity>,
  options: TargetSettingsOptions,
): Promise<TargetSettings> {
  const { notificationsOf, configurationSetsWith, receiptDomains } = options;
  const parent = nearestVerifiedDomainAbove(identity, known);
  const named = [...known.values()].flatMap(({ configurationSet }) => configurationSet ?? []);
  const sets = await configurationSetsWith?.(named);
  const notifications = await notificationsOf?.(identity.name);
  const ofParent = parent && (await notificationsOf?.(parent.name));
  const dkim = parent && effectiveSettings(parent, known).dkim;
  const signer = dkim && 'signer' in dkim ? dkim.signer : undefined;
  const above = {
    ...(ofParent ? { notifications: ofParent } : {}),
    ...(signer === undefined ? {} : { signer }),
  };
  return {
    ...(notifications ? { notifications } : {}),
    ...(sets ? { configurationSets: sets } : {}),
    ...(receiptDomains ? { receiptDomains } : {}),
    ...(parent ? { parent: { ses: parent, ...above } } : {}),
  };
}

/** The most granular domain identity that would decide were `identity` not there: of an address its domain's, or above. */
function nearestVerifiedDomainAbove(
  identity: SesIdentity,
  known: ReadonlyMap<string, SesIdentity>,
): SesIdentity | undefined {
  const domains = new Map(
    [...known.values()].filter(({ type }) => type === 'DOMAIN').map((one) => [domainOf(one.name), one]),
  );
  return ancestorsOf(identity.name)
    .filter((name) => !name.includes('@'))
    .map((name) => domains.get(name))
    .find((one) => one?.verificationStatus === 'SUCCESS');
}
