/**
 * Each domain once a scan: DMARC, SPF and MX of a MAIL FROM, whether a From domain receives, what hosted zones hold for it;
 * retires domains that nobody uses and no zone speaks of.
 */
import {
  MAX_ROUNDS,
  type Cursor,
  type JudgeDomainsInput,
  type JudgeDomainsOutput,
  type Scan,
} from '../contract.ts';
import { revisionsOf } from '../controls/catalogue.ts';
import { judgeDomain } from '../controls/judge.ts';
import type { DnsClient } from '../dns/types.ts';
import { addressesOfDomain } from '../facts/dedicated-addresses.ts';
import { gatherDomainFacts } from '../facts/gather-domain.ts';
import type { Dependent } from '../facts/types.ts';
import { shardOf } from '../findings/schema.ts';
import type { Pass } from '../findings/table.ts';
import { createNewGround, judgeContext } from './record.ts';
import { probeResolver } from './resolver.ts';
import type { Runtime } from './runtime.ts';
import { noteSecondOpinion } from './second-opinion.ts';
import { createSharedFacts, type SharedFactsReader } from './shared-facts.ts';
import { createZoneFacts, isNewZoneGround, type ZoneFactsReader } from './zone-records.ts';

const RESERVE_MS = 60_000;
const BATCH = 10;

type NewGround = ReturnType<typeof createNewGround>;

export async function judgeDomains(
  event: JudgeDomainsInput,
  runtime: Runtime,
  msLeft: () => number,
): Promise<JudgeDomainsOutput> {
  const { scan, shard } = event;
  const cursor = event.cursor ?? { after: '', round: 0 };
  if (cursor.round >= MAX_ROUNDS) {
    await runtime.table.addScanProblem(
      scan.id,
      `Domains of shard ${shard} after ${cursor.after} were given up after ${cursor.round} rounds`,
    );
    return { scan, shard, done: true };
  }
  const pass = await runtime.table.openPass({ shard });
  try {
    return await judgeShard(event, runtime, { cursor, pass, msLeft });
  } finally {
    await pass.close();
  }
}

async function judgeShard(
  { scan, shard }: JudgeDomainsInput,
  runtime: Runtime,
  work: { cursor: Cursor; pass: Pass; msLeft: () => number },
): Promise<JudgeDomainsOutput> {
  const { cursor, pass, msLeft } = work;
  const dns = runtime.makeDns();
  const domains = (await domainsOfShard(scan, shard, runtime)).filter((name) => name > cursor.after);
  const dnsUnusable = domains.length > 0 ? await probeResolver(scan, runtime) : undefined;
  const sharedFacts = createSharedFacts(scan, runtime);
  const zoneFacts = createZoneFacts(scan, runtime);
  const newGround = createNewGround(scan, runtime);
  let after = cursor.after;
  for (let start = 0; start < domains.length; start += BATCH) {
    if (start > 0 && msLeft() < RESERVE_MS) break;
    const batch = domains.slice(start, start + BATCH);
    await Promise.all(
      batch.map((name) =>
        judgeOne(scan, runtime, { name, dns, dnsUnusable, sharedFacts, zoneFacts, newGround, pass }),
      ),
    );
    after = batch.at(-1) ?? after;
  }
  await noteSecondOpinion(scan, runtime, dns.secondOpinion?.());
  const done = domains.length === 0 || after === domains.at(-1);
  return done ? { scan, shard, done } : { scan, shard, cursor: { after, round: cursor.round + 1 }, done };
}

/** The domains this scan met; in a full scan also those declared as parked, and the stored ones, whose users may be gone. */
async function domainsOfShard(scan: Scan, shard: string, runtime: Runtime): Promise<string[]> {
  const met = await runtime.table.listScanDomains(scan.id, Number(shard));
  const stored = scan.full ? await runtime.table.listStoredDomains(Number(shard)) : [];
  const parked = scan.full ? runtime.settings.parkedDomains.filter((name) => shardOf(name) === shard) : [];
  const unseen: string[] = [];
  for (const name of stored) {
    if (!met.includes(name) && (await runtime.table.listDependents(name)).length === 0) unseen.push(name);
  }
  return [...new Set([...met, ...parked, ...unseen])].sort();
}

async function judgeOne(
  scan: Scan,
  runtime: Runtime,
  work: {
    name: string;
    dns: DnsClient;
    dnsUnusable: string | undefined;
    sharedFacts: SharedFactsReader;
    zoneFacts: ZoneFactsReader;
    newGround: NewGround;
    pass: Pass;
  },
): Promise<void> {
  const { name, dns, dnsUnusable, sharedFacts, zoneFacts, newGround, pass } = work;
  const subject = { kind: 'domain', name } as const;
  const observedAt = runtime.now().toISOString();
  const dependents = await runtime.table.listDependents(name);
  const zones = await zoneFacts(name, dependents, sharedFacts);
  const inZone = zones.zoneRecords?.kind === 'seen' && zones.zoneRecords.value.length > 0;
  if (dependents.length === 0 && !inZone && !runtime.settings.parkedDomains.includes(name)) {
    await runtime.table.retireSubject({ subject, scan, observedAt, pass });
    return;
  }
  const stored = sharedFacts(name, dependents);
  const [gathered, shared] = await Promise.all([
    gatherDomainFacts({
      name,
      dependents,
      usesMailFrom: async (mailFrom) =>
        (await runtime.table.listDependents(mailFrom)).some(({ use }) => use === 'MAIL_FROM'),
      dedicatedAddresses: async () =>
        addressesOfDomain(
          dependents,
          (await stored).targets ?? [],
          runtime.settings.permissions.dedicatedIps,
        ),
      settings: runtime.settings,
      dns,
      observedAt,
      ...(dnsUnusable ? { dnsUnusable } : {}),
    }),
    stored,
  ]);
  const facts = { ...gathered, ...shared, ...zones };
  await runtime.table.recordSubject({
    subject,
    scan,
    observedAt,
    revisions: revisionsOf('domain'),
    judge: (before) => judgeDomain(facts, judgeContext(scan, runtime, before)),
    baselineIfNew:
      (await isNewDomainBaseline(newGround, dependents)) &&
      (dependents.length > 0 || (await isNewZoneGround(scan, runtime, zones.zoneRecords))),
    settings: runtime.settingsFingerprint,
    pass,
  });
}

/**
 * A domain first met through targets that this scan is the first to cover is baseline; through a known one it is news.
 * One that the settings alone name is baseline, too; of one that only a hosted zone names, its account decides.
 */
async function isNewDomainBaseline(newGround: NewGround, dependents: Dependent[]): Promise<boolean> {
  for (const { accountId, region } of dependents) {
    if (!(await newGround(accountId, region))) return false;
  }
  return true;
}
