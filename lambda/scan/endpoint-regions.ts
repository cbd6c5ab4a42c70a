/**
 * A multi-Region endpoint that is READY sends through two Regions, so both have to hold the same identities alike
 * (ACCT-13). Read as cheaply as it can be told honestly: a listing of each Region, then DKIM and MAIL FROM of what both
 * hold, a hundred identities a call. What is not learned is named; it never counts as alike.
 */
import type { DkimSetting, MailFromSetting, RegionComparison, RegionGap } from '../facts/types.ts';
import { plainText } from '../organization/classify.ts';
import { BATCH_SIZE, type BatchReader } from '../ses/batch.ts';
import type { MultiRegionEndpointFacts } from '../ses/listings.ts';
import { observe } from '../ses/observe.ts';
import type { ListedIdentity, SesReader } from '../ses/reader.ts';
import {
  byWeight,
  dkimGap,
  inBoth,
  listingGaps,
  mailFromGap,
  regionListing,
  type Pair,
  type RegionListing,
} from '../ses/region-gaps.ts';
import { toDkimSetting, toMailFromSetting } from '../ses/region-settings.ts';

/** Identities whose settings are compared: 2,000 cost 40 calls in each Region, and so 80 seconds. Listings are read whole. */
const MAX_COMPARED = 2_000;
/** An endpoint has two Regions, so several endpoints are needed to come beyond this. */
const MAX_OTHER_REGIONS = 4;
/** Beyond it nothing more is asked: a throttled Region must not take the time of what else is read of the target. */
const MOST_MS = 300_000;
const STOPPED = `the comparison was stopped after ${MOST_MS / 60_000} minutes`;
const MAX_GAPS = 20;
const MAX_SENTENCES = 10;

type ReaderOfRegion = Pick<SesReader, 'listIdentities' | 'describeIdentity'> & {
  batch: Pick<BatchReader, 'dkim' | 'mailFrom'>;
};

export interface EndpointRegionsOptions {
  reader: ReaderOfRegion;
  region: string;
  /** Regions of the scan: no other is asked. */
  scanRegions: readonly string[];
  makeReader: (region: string) => ReaderOfRegion;
  now: () => Date;
}

/** How one other Region differs, before it is bounded. */
interface Difference {
  gaps: RegionGap[];
  uncompared: string[];
}

/** A setting that both Regions tell of a hundred identities at once. */
interface Comparable<Setting> {
  what: string;
  read: (reader: ReaderOfRegion, names: string[]) => Promise<Map<string, Setting>>;
  gapOf: (pair: Pair<Setting>) => RegionGap | undefined;
}

const DKIM: Comparable<DkimSetting> = {
  what: 'DKIM',
  read: async ({ batch }, names) => mapped(await batch.dkim(names), toDkimSetting),
  gapOf: dkimGap,
};
const MAIL_FROM: Comparable<MailFromSetting> = {
  what: 'MAIL FROM',
  read: async ({ batch }, names) => mapped(await batch.mailFrom(names), toMailFromSetting),
  gapOf: mailFromGap,
};

/**
 * The endpoints, those that are READY with how their Regions compare; for others nothing is called.
 *
 * @throws TimeBudgetExceeded: the next round begins with it again
 */
export async function compareEndpoints(
  endpoints: readonly MultiRegionEndpointFacts[],
  options: EndpointRegionsOptions,
): Promise<MultiRegionEndpointFacts[]> {
  const regions = new OtherRegions(options);
  const compared: MultiRegionEndpointFacts[] = [];
  for (const endpoint of endpoints) {
    const ready = endpoint.status === 'READY';
    compared.push(ready ? { ...endpoint, comparison: await regions.compare(endpoint.regions) } : endpoint);
  }
  return compared;
}

/** The other Regions of all endpoints: each is compared once. */
class OtherRegions {
  private readonly options: EndpointRegionsOptions;
  private readonly differences = new Map<string, Difference>();
  private readonly startedAt: number;
  private asked = 0;
  private ownListing: Promise<RegionListing | string> | undefined;

  constructor(options: EndpointRegionsOptions) {
    this.options = options;
    this.startedAt = options.now().getTime();
  }

  async compare(regions: readonly string[]): Promise<RegionComparison> {
    const others = [...new Set(regions)].filter((region) => region !== this.options.region);
    const found: Difference[] = [];
    for (const other of others) {
      const difference = this.differences.get(other) ?? (await this.differenceTo(other));
      this.differences.set(other, difference);
      found.push(difference);
    }
    if (others.length === 0) found.push(notCompared('the other Region, which SES does not name'));
    const gaps = found.flatMap((one) => one.gaps).sort(byWeight);
    const [first] = gaps;
    return {
      gaps: gaps.slice(0, MAX_GAPS),
      gapCount: gaps.length,
      ...(first ? await this.originOf(first) : {}),
      uncompared: found.flatMap((one) => one.uncompared).slice(0, MAX_SENTENCES),
    };
  }

  private async differenceTo(other: string): Promise<Difference> {
    if (!this.options.scanRegions.includes(other)) {
      return notCompared(`${other}, which is outside the Regions of this scan`);
    }
    if (this.isLate()) return notCompared(`${other}: ${STOPPED}`);
    this.asked += 1;
    if (this.asked > MAX_OTHER_REGIONS) {
      return notCompared(`${other}, beyond the ${MAX_OTHER_REGIONS} other Regions that are compared`);
    }
    // Listed anew: what was created in both Regions since the round began is no gap.
    this.ownListing ??= this.list(this.options.region);
    const here = await this.ownListing;
    if (typeof here === 'string') return notCompared(here);
    const there = await this.list(other);
    if (typeof there === 'string') return notCompared(there);
    const pairs = inBoth(here, there);
    const difference: Difference = { gaps: listingGaps(here, there), uncompared: [] };
    if (pairs.length > MAX_COMPARED) {
      const beyond = pairs.splice(MAX_COMPARED).length;
      difference.uncompared.push(
        `DKIM and MAIL FROM of ${counted(beyond)} in ${other}, beyond the first ${MAX_COMPARED}`,
      );
    }
    // SES verifies DKIM of domains alone; an address shows that of its domain.
    const domains = pairs.filter(([{ type }]) => type === 'DOMAIN');
    await this.compareSetting(DKIM, domains, other, difference);
    await this.compareSetting(MAIL_FROM, pairs, other, difference);
    return difference;
  }

  /** The listing, or why there is none. */
  private async list(region: string): Promise<RegionListing | string> {
    const read = await observe(() => this.readerOf(region).listIdentities());
    if (read.kind === 'seen') return regionListing(region, read.value);
    return `${region}, whose identities could not be listed (${read.detail})`;
  }

  /** Hundred by hundred, so that what was seen before a denial or the end of the time counts. */
  private async compareSetting<Setting>(
    setting: Comparable<Setting>,
    pairs: readonly PairOfListed[],
    other: string,
    difference: Difference,
  ): Promise<void> {
    const silent: string[] = [];
    for (let from = 0; from < pairs.length; from += BATCH_SIZE) {
      const stretch = pairs.slice(from, from + BATCH_SIZE);
      const read = await this.readStretch(setting, stretch, other);
      if (typeof read === 'string') {
        difference.uncompared.push(`${setting.what} of ${counted(pairs.length - from)} in ${read}`);
        break;
      }
      for (const [identity, its] of stretch) {
        const [here, there] = [read.here.get(identity.name), read.there.get(its.name)];
        if (here === undefined || there === undefined) {
          silent.push(identity.name);
          continue;
        }
        const gap = setting.gapOf({
          identity,
          here: { region: this.options.region, setting: here },
          there: { region: other, setting: there },
        });
        if (gap) difference.gaps.push(gap);
      }
    }
    if (silent.length > 0) {
      const first = plainText(silent[0] ?? '', 100);
      difference.uncompared.push(
        `${setting.what} of ${counted(silent.length)} in ${other}, of which SES told nothing (deleted since?), such as ${first}`,
      );
    }
  }

  /** What both Regions tell, or in which of them nothing was told, and why. */
  private async readStretch<Setting>(
    setting: Comparable<Setting>,
    stretch: readonly PairOfListed[],
    other: string,
  ): Promise<{ here: Map<string, Setting>; there: Map<string, Setting> } | string> {
    const { region } = this.options;
    if (this.isLate()) return `${other}: ${STOPPED}`;
    const namesHere = stretch.map(([identity]) => identity.name);
    const here = await observe(() => setting.read(this.readerOf(region), namesHere));
    if (here.kind === 'unseen') return `${region} (${here.detail})`;
    const namesThere = stretch.map(([, identity]) => identity.name);
    const there = await observe(() => setting.read(this.readerOf(other), namesThere));
    return there.kind === 'unseen' ? `${other} (${there.detail})` : { here: here.value, there: there.value };
  }

  /** What API v1 does not tell and the fix depends on: whether the key is SES's own, which a replica can share. */
  private async originOf(gap: RegionGap): Promise<Pick<RegionComparison, 'origin'>> {
    const asks = gap.type === 'DOMAIN' && gap.differs !== 'MAIL_FROM' && !this.isLate();
    if (!asks) return {};
    const read = await observe(() => this.readerOf(gap.other).describeIdentity(gap.identity));
    return read.kind === 'seen' && read.value !== 'gone' ? { origin: read.value.dkim.origin } : {};
  }

  private readerOf(region: string): ReaderOfRegion {
    return region === this.options.region ? this.options.reader : this.options.makeReader(region);
  }

  private isLate(): boolean {
    return this.options.now().getTime() - this.startedAt > MOST_MS;
  }
}

type PairOfListed = [here: ListedIdentity, there: ListedIdentity];

function counted(identities: number): string {
  return identities === 1 ? '1 identity' : `${identities} identities`;
}

function notCompared(what: string): Difference {
  return { gaps: [], uncompared: [what] };
}

function mapped<Answer, Setting>(
  answers: ReadonlyMap<string, Answer>,
  toSetting: (name: string, answer: Answer) => Setting,
): Map<string, Setting> {
  return new Map([...answers].map(([name, answer]) => [name, toSetting(name, answer)]));
}
