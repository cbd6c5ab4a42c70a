/** Records of SES in hosted zones: read once an account, stored by the domain that they speak of, given to its judgement. */
import type { AwsCredentialIdentity } from '@aws-sdk/types';
import type { Scan } from '../contract.ts';
import { registrableDomain } from '../controls/fixes.ts';
import type { Dependent, DomainFacts, OutOfSight, ZoneRecord } from '../facts/types.ts';
import { forEachLimited } from '../findings/store.ts';
import type { AccountCoverage, ZonesCoverage } from '../findings/types.ts';
import type { StoredZoneRecords } from '../findings/zones.ts';
import { readHostedZones } from '../organization/hosted-zones.ts';
import { domainOfRecord } from '../organization/zone-records.ts';
import type { Runtime } from './runtime.ts';
import type { SharedFactsReader } from './shared-facts.ts';
import { isUnseen } from './totals.ts';

/** Of one domain in one account. */
const MAX_RECORDS = 40;
/** Of one domain in all accounts. */
const MAX_SHOWN = 120;
const MAX_SENDERS = 20;

/**
 * Reads the account's hosted zones, where the settings permit it, and stores what stands for SES. A refusal is coverage,
 * and no end of the survey.
 */
export async function surveyZones(
  scan: Scan,
  runtime: Runtime,
  account: { accountId: string; credentials: AwsCredentialIdentity },
): Promise<void> {
  const { settings, table } = runtime;
  if (!settings.permissions.hostedZones) return;
  const { accountId } = account;
  const observedAt = runtime.now().toISOString();
  const { records, unseen } = await readHostedZones({
    ...account,
    homeRegion: runtime.homeRegion,
    speed: settings.requestsPerSecond,
  });
  const domains = new Map<string, ZoneRecord[]>();
  for (const record of records) {
    const domain = domainOfRecord(record);
    domains.set(domain, [...(domains.get(domain) ?? []), record]);
  }
  await forEachLimited([...domains], async ([domain, found]) => {
    const kept = found.sort(byNameAndValue).slice(0, MAX_RECORDS);
    await table.putZoneRecords(domain, { accountId, observedAt, records: kept });
    await table.addScanDomain(scan.id, domain);
  });
  if (!unseen) {
    await table.markZonesRead(accountId, scan.id);
    await table.setZonesCoverage(scan.id, accountId, { kind: 'seen', observedAt });
    return;
  }
  const { because, detail, bound } = unseen;
  await table.setZonesCoverage(scan.id, accountId, { kind: 'unseen', because, detail, observedAt });
  if (bound) await table.addScanProblem(scan.id, `Account ${accountId}: ${detail}`);
}

export type ZoneFacts = Pick<DomainFacts, 'zoneRecords' | 'sendersBySpf'>;

export interface ZoneFactsReader {
  (name: string, dependents: readonly Dependent[], sharedFacts: SharedFactsReader): Promise<ZoneFacts>;
}

/** @returns a reader of one invocation: how the accounts were read is read once. */
export function createZoneFacts(scan: Scan, runtime: Runtime): ZoneFactsReader {
  if (!runtime.settings.permissions.hostedZones)
    return () => Promise.resolve({ zoneRecords: { kind: 'off' } });
  let made: Promise<Map<string, AccountCoverage>> | undefined;
  const coverage = (): Promise<Map<string, AccountCoverage>> => (made ??= readCoverage(scan, runtime));
  return async (name, dependents, sharedFacts) => {
    const zoneRecords = await currentRecords(name, await coverage(), scan, runtime);
    const idle =
      zoneRecords.kind === 'seen' &&
      zoneRecords.value.some(({ type }) => type === 'MX') &&
      !dependents.some(({ use }) => use === 'MAIL_FROM');
    if (!idle) return { zoneRecords };
    return { zoneRecords, sendersBySpf: await sendersBySpf(name, runtime, sharedFacts) };
  };
}

/** Whether a domain that nobody uses is known for the first time because its zone's account is. */
export async function isNewZoneGround(
  scan: Scan,
  runtime: Runtime,
  zoneRecords: DomainFacts['zoneRecords'],
): Promise<boolean> {
  if (zoneRecords?.kind !== 'seen') return true;
  for (const account of new Set(zoneRecords.value.map(({ zoneAccount }) => zoneAccount))) {
    const since = await runtime.table.readZonesSince(account);
    if (since !== undefined && since !== scan.id) return false;
  }
  return true;
}

async function readCoverage(scan: Scan, runtime: Runtime): Promise<Map<string, AccountCoverage>> {
  const accounts = new Map<string, AccountCoverage>();
  for await (const row of runtime.table.listCoverage(scan.id)) accounts.set(row.accountId, row);
  return accounts;
}

/** Drops what a later reading of the same account no longer found, and what accounts that are gone once held. */
async function currentRecords(
  name: string,
  coverage: Map<string, AccountCoverage>,
  scan: Scan,
  runtime: Runtime,
): Promise<NonNullable<DomainFacts['zoneRecords']>> {
  const records: ZoneRecord[] = [];
  for (const stored of await runtime.table.listZoneRecords(name)) {
    const state = stateOf(stored, coverage.get(stored.accountId), scan);
    if (state === 'gone') await runtime.table.removeZoneRecords(name, stored);
    else if (state === 'current') records.push(...stored.records);
    else records.push(...stored.records.map((record) => ({ ...record, unseen: state })));
  }
  if (records.length > 0) return { kind: 'seen', value: records.slice(0, MAX_SHOWN) };
  return noneKnown(coverage);
}

/** Route 53's refusal comes first: nothing else tells of it, while SCAN-01 tells of an account that was not surveyed. */
function noneKnown(coverage: Map<string, AccountCoverage>): NonNullable<DomainFacts['zoneRecords']> {
  const rows = [...coverage.values()].sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
  const unseen = rows.flatMap((row) => unseenIn(row) ?? []);
  const refused = unseen.find((one) => 'because' in one);
  if (refused) return { kind: 'unseen', ...refused };
  const lost = unseen.flatMap((one) => ('outOfSight' in one ? [one.outOfSight] : []));
  const [first] = lost;
  if (first) return { kind: 'outOfSight', outOfSight: { ...first, others: lost.length - 1 } };
  return { kind: 'seen', value: [] };
}

type Unseen = NonNullable<ZoneRecord['unseen']>;
type Refusal = Exclude<Unseen, { outOfSight: OutOfSight }>;

function stateOf(
  { observedAt }: StoredZoneRecords,
  account: AccountCoverage | undefined,
  scan: Scan,
): 'current' | 'gone' | Unseen {
  // A narrowed scan did not lose what it did not look at; a full one lists every account there is.
  if (account === undefined) return scan.full ? 'gone' : 'current';
  const { zones } = account;
  if (zones && observedAt >= zones.observedAt) return 'current';
  return unseenIn(account, true) ?? 'gone';
}

/** Why the account's zones were not read; undefined where they were, or where the settings leave the account out. */
function unseenIn({ accountId, outcome, zones }: AccountCoverage, strict = false): Unseen | undefined {
  if (zones) return zones.kind === 'seen' ? undefined : refusal(zones, accountId);
  if (outcome === 'EXCLUDED' && !strict) return undefined;
  if (isUnseen(outcome) || outcome === 'EXCLUDED') return { outOfSight: { accountId, outcome, others: 0 } };
  return { because: 'FAILED', detail: `Account ${accountId}: its hosted zones were not read` };
}

function refusal(zones: Extract<ZonesCoverage, { kind: 'unseen' }>, accountId: string): Refusal {
  return { because: zones.because, detail: `Account ${accountId}: ${zones.detail}` };
}

/** Who relies on SPF alone where a name below could pass for it: From domains from the name up to the registrable one. */
async function sendersBySpf(
  name: string,
  runtime: Runtime,
  sharedFacts: SharedFactsReader,
): Promise<NonNullable<DomainFacts['sendersBySpf']>> {
  const identities: string[] = [];
  let unread = 0;
  const registrable = registrableDomain(name);
  for (let above = name; above.length >= registrable.length; above = above.slice(above.indexOf('.') + 1)) {
    const senders = (await runtime.table.listDependents(above)).filter(({ use }) => use === 'FROM');
    const shared = senders.length > 0 ? await sharedFacts(above, senders) : undefined;
    unread += shared?.identitiesUnread ?? 0;
    for (const { verdict, name: identity, accountId, region } of shared?.identities ?? []) {
      if (verdict === 'SPF_ONLY') identities.push(`${identity} in ${accountId} ${region}`);
    }
    if (!above.includes('.')) break;
  }
  return { identities: identities.sort().slice(0, MAX_SENDERS), unread };
}

function byNameAndValue(left: ZoneRecord, right: ZoneRecord): number {
  return `${left.name} ${left.type} ${left.value}` < `${right.name} ${right.type} ${right.value}` ? -1 : 1;
}
