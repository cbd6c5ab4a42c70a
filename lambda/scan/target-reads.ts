/**
 * What is read of a target beside its identities. What identities are judged with is read when the first of them asks;
 * what the target's own controls need is read in the round that finishes. Every optional read may be switched off.
 */
import type { ScanSettings } from '../contract.ts';
import type { DnsClient } from '../dns/types.ts';
import { MAX_IPS_OF_TARGET } from '../facts/dedicated-addresses.ts';
import { recordDns, unusableDns } from '../facts/dns-facts.ts';
import { gatherReverseDns, gatherTrackingDomains } from '../facts/gather-target-dns.ts';
import type { TargetSettingsOptions } from '../facts/gather-target-settings.ts';
import type {
  ConfigurationSetsFacts,
  Observed,
  Permitted,
  TargetFacts,
  UnansweredQuestion,
} from '../facts/types.ts';
import type { AccountReading, SendStatistics } from '../ses/account.ts';
import { memoizeConfigurationSets } from '../ses/configuration-sets.ts';
import type { DedicatedIpView } from '../ses/listings.ts';
import { createNotificationReader } from '../ses/notifications.ts';
import { observeIf } from '../ses/observe.ts';
import type { SesReader } from '../ses/reader.ts';
import { compareEndpoints } from './endpoint-regions.ts';
import { readStreams } from './target-streams.ts';
import { readTopics } from './target-topics.ts';

export interface TargetReadsOptions {
  reader: SesReader;
  settings: ScanSettings;
  accountId: string;
  region: string;
  /** Every identity of the target, sorted. */
  names: readonly string[];
  dns: DnsClient;
  /** Set: DNS is not asked at all. */
  dnsUnusable?: string;
  now: () => Date;
  /** Regions of the scan: the other Regions of a multi-Region endpoint are asked only among them. */
  scanRegions: readonly string[];
  makeReader: (region: string) => SesReader;
}

export interface TargetReads {
  account: AccountReading;
  sendStatistics: Observed<SendStatistics>;
  /** For gatherIdentityFacts. */
  ofIdentities(): Promise<TargetSettingsOptions>;
  /** Asked for once, by whoever needs them first: an identity with a custom MAIL FROM, or the target's own controls. */
  dedicatedIps(): Promise<Permitted<DedicatedIpView[]>>;
  /**
   * For the target's own controls.
   * @param defaultSets names of the configuration sets that any identity of the target has as its default
   * @throws TimeBudgetExceeded: the next round begins with it again
   */
  ofTarget(defaultSets: readonly string[]): Promise<TargetOnly>;
}

export interface TargetOnly {
  facts: Partial<TargetFacts>;
  /** DNS questions that got no answer. */
  unanswered: UnansweredQuestion[];
}

/** Reads GetAccount and GetSendStatistics at once, and nothing else. */
export async function createTargetReads(options: TargetReadsOptions): Promise<TargetReads> {
  const { reader, names } = options;
  const { permissions } = options.settings;
  const account = await reader.getAccount();
  const sendStatistics = await reader.sendStatistics();
  const notificationsOf = createNotificationReader(reader.batch, names, permissions.notifications);
  const sets = memoizeConfigurationSets(reader.configurationSets);
  const configurationSetsWith = (named: readonly string[]): Promise<Permitted<ConfigurationSetsFacts>> =>
    observeIf(permissions.configurationSets, () => sets(named));
  let receiptDomains: Promise<Permitted<string[]>> | undefined;
  let ips: Promise<Permitted<DedicatedIpView[]>> | undefined;
  const readDedicatedIps = (): Promise<Permitted<DedicatedIpView[]>> =>
    (ips ??= observeIf(permissions.dedicatedIps, () => reader.listings.dedicatedIps()));
  return {
    account,
    sendStatistics,
    dedicatedIps: readDedicatedIps,
    async ofIdentities() {
      receiptDomains ??= observeIf(permissions.receiptRules, () => reader.receiptDomains());
      return { notificationsOf, configurationSetsWith, receiptDomains: await receiptDomains };
    },
    async ofTarget(defaultSets): Promise<TargetOnly> {
      const { suppressedReasons, vdmEnabled, pricingPlan } = account;
      const facts: Partial<TargetFacts> = {
        suppressedReasons,
        vdmEnabled,
        ...(pricingPlan ? { pricingPlan } : {}),
        sendStatistics: sumsOf(sendStatistics),
      };
      // Nothing can be wrong with how a target without identities sends: it costs no call.
      if (names.length === 0) return { facts, unanswered: [] };
      const configurationSets = await configurationSetsWith(defaultSets);
      const topics = await readTopics({ ...options, notificationsOf, configurationSets });
      const streams = await readStreams({ ...options, configurationSets });
      const { dedicatedIps, ...listings } = await readListings(options, {
        vdmEnabled,
        dedicatedIps: readDedicatedIps,
      });
      const { answers, unanswered } = await askDns(options, configurationSets, dedicatedIps);
      return { facts: { ...facts, ...topics, ...streams, ...listings, ...answers }, unanswered };
    },
  };
}

function sumsOf(statistics: Observed<SendStatistics>): TargetFacts['sendStatistics'] & object {
  return statistics.kind === 'seen' ? { kind: 'seen', value: statistics.value.sums } : statistics;
}

type Listings = Pick<
  TargetFacts,
  'recommendations' | 'reputation' | 'reputationAlarms' | 'reputationEntities' | 'multiRegionEndpoints'
> & { dedicatedIps: Permitted<DedicatedIpView[]> };

/** One after the other: a read that runs out of time leaves none going on behind it. */
async function readListings(
  options: TargetReadsOptions,
  { vdmEnabled, dedicatedIps }: Pick<AccountReading, 'vdmEnabled'> & Pick<TargetReads, 'dedicatedIps'>,
): Promise<Listings> {
  const { reader, now } = options;
  const { permissions } = options.settings;
  const { listings, reputation } = reader;
  const recommendations = await readRecommendations(options, vdmEnabled);
  return {
    ...(recommendations ? { recommendations } : {}),
    reputation: await observeIf(permissions.reputation, () => reputation.rates(now())),
    reputationAlarms: await observeIf(permissions.alarms, () => reputation.alarms()),
    dedicatedIps: await dedicatedIps(),
    reputationEntities: await observeIf(permissions.reputationEntities, () => listings.reputationEntities()),
    multiRegionEndpoints: await readEndpoints(options),
  };
}

/** A READY endpoint has its Regions compared; whatever is not learned there leaves the endpoints themselves seen. */
async function readEndpoints(
  options: TargetReadsOptions,
): Promise<Listings['multiRegionEndpoints'] & object> {
  const { reader, settings } = options;
  const read = await observeIf(settings.permissions.multiRegionEndpoints, () =>
    reader.listings.multiRegionEndpoints(),
  );
  return read.kind === 'seen' ? { kind: 'seen', value: await compareEndpoints(read.value, options) } : read;
}

/** Where VDM is off there are none to ask for; where that is not known, that is why these are not known, either. */
async function readRecommendations(
  { reader, settings }: TargetReadsOptions,
  vdm: AccountReading['vdmEnabled'],
): Promise<TargetFacts['recommendations']> {
  if (!settings.permissions.recommendations) return { kind: 'off' };
  if (vdm.kind === 'unseen') return vdm;
  return vdm.value ? observeIf(true, () => reader.listings.recommendations()) : undefined;
}

type DnsAnswers = Pick<TargetFacts, 'configurationSets' | 'dedicatedIps'>;

async function askDns(
  { dns: inner, dnsUnusable }: TargetReadsOptions,
  sets: Permitted<ConfigurationSetsFacts>,
  ips: Permitted<DedicatedIpView[]>,
): Promise<{ answers: DnsAnswers; unanswered: UnansweredQuestion[] }> {
  const recorder = recordDns(inner);
  const dns = dnsUnusable === undefined ? recorder.dns : unusableDns(dnsUnusable);
  const answers: DnsAnswers = {
    configurationSets:
      sets.kind === 'seen'
        ? { kind: 'seen', value: { ...sets.value, sets: await gatherTrackingDomains(sets.value.sets, dns) } }
        : sets,
    dedicatedIps: ips.kind === 'seen' ? { kind: 'seen', value: await withReverseDns(ips.value, dns) } : ips,
  };
  return { answers, unanswered: dnsUnusable === undefined ? recorder.unanswered() : [] };
}

function withReverseDns(ips: readonly DedicatedIpView[], dns: DnsClient) {
  return Promise.all(
    ips
      .slice(0, MAX_IPS_OF_TARGET)
      .map(async (view) => ({ ...view, ...(await gatherReverseDns(view.ip, dns)) })),
  );
}
