/** The work on one target's identities within one invocation: describe, gather, judge, record. */
import type { ScanRegionInput, TargetCursor } from '../contract.ts';
import { revisionsOf } from '../controls/catalogue.ts';
import { judgeIdentity } from '../controls/judge.ts';
import type { Json } from '../controls/types.ts';
import { storedAddresses } from '../facts/dedicated-addresses.ts';
import { gatherIdentityFacts } from '../facts/gather-identity.ts';
import { summaryOf } from '../facts/summary.ts';
import type { PrimaryFacts, SesIdentity, TargetFacts } from '../facts/types.ts';
import type { Pass } from '../findings/table.ts';
import { UnexpectedAnswer } from '../ses/identity.ts';
import { observe } from '../ses/observe.ts';
import type { ListedIdentity, SesReader } from '../ses/reader.ts';
import { createBulkSenders } from './bulk-senders.ts';
import { markDefaults } from './default-sets.ts';
import { registerDependents, unregisterDependents } from './dependents.ts';
import { organizationFacts } from './organization-members.ts';
import { memoize } from './memoize.ts';
import { probeResolver } from './resolver.ts';
import { isNewGround, judgeContext } from './record.ts';
import { graverOf } from './second-opinion.ts';
import { sendersElsewhere, sharedMailFromRegions } from './shared-mail-from.ts';
import type { Runtime } from './runtime.ts';
import { createTargetReads } from './target-reads.ts';
import { targetUse, type StoredTargetSummary } from './target-use.ts';

const MAX_UNANSWERED = 50;
const MAX_UNREADABLE = 10;
/** As many as SES lets one Region hold; the facts of a target are judged where they are gathered, and not stored. */
const MAX_IDENTITIES_IN_FACTS = 10_000;
/** Names of default configuration sets that the cursor carries to the round that judges the target. */
const MAX_DEFAULT_SETS = 100;

type TargetCounts = Omit<TargetCursor, 'after' | 'round'>;

export interface TargetScan {
  /**
   * Describes one by one, gathers and records side by side. A name that vanished since the listing is counted. A batch
   * that throws counts nothing, because the next round begins with it again; what it had under way has ended.
   */
  judgeIdentities(names: string[]): Promise<void>;
  isGone(name: string): Promise<boolean>;
  retire(name: string): Promise<void>;
  counts(): TargetCounts;
  /**
   * For the round that finishes: reads what only the target's own controls need.
   * @throws TimeBudgetExceeded
   */
  facts(): Promise<TargetFacts>;
  /** To be stored with the target; costs no call where `facts` was asked before. @throws TimeBudgetExceeded */
  summary(): Promise<StoredTargetSummary>;
}

export interface TargetScanOptions {
  event: ScanRegionInput;
  runtime: Runtime;
  reader: SesReader;
  makeReader: (region: string) => SesReader;
  listed: ListedIdentity[];
  observedAt: string;
  cursor: TargetCursor;
  /** Opened before anything was gathered. */
  pass: Pass;
}

/** Reads what all identities of the target share: the account's SES state, its use, whether DNS can be asked at all. */
export async function createTargetScan(options: TargetScanOptions): Promise<TargetScan> {
  const { event, runtime, reader, cursor } = options;
  const { scan, accountId, region } = event;
  const dns = runtime.makeDns();
  const dnsUnusable = await probeResolver(scan, runtime);
  const reads = await createTargetReads({
    reader,
    settings: runtime.settings,
    accountId,
    region,
    names: options.listed.map(({ name }) => name),
    dns,
    ...(dnsUnusable ? { dnsUnusable } : {}),
    now: runtime.now,
    scanRegions: scan.regions,
    makeReader: options.makeReader,
  });
  const summary = targetUse({
    account: reads.account.account,
    sendStatistics: reads.sendStatistics,
    stored: (await runtime.table.readSubject({ kind: 'target', accountId, region }))?.facts?.['summary'],
    inUseDays: runtime.settings.thresholds.inUseDays,
    observedAt: options.observedAt,
  });
  const baselineIfNew = await isNewGround(scan, runtime, accountId, region);
  const bulkSender = createBulkSenders(runtime, summary);
  const describe = memoize((name: string) => reader.describeIdentity(name));
  const usersOf = memoize((domain: string) => runtime.table.listDependents(domain));
  const describedElsewhere = memoize((key: string) => {
    const [other = '', name = ''] = key.split('\n');
    return options.makeReader(other).describeIdentity(name);
  });
  const readerElsewhere = (other: string): Pick<SesReader, 'describeIdentity'> => ({
    describeIdentity: (name) => describedElsewhere(`${other}\n${name}`),
  });
  const listedNames = new Set(options.listed.map((identity) => identity.name));
  const counts = {
    judged: cursor.judged,
    vanished: cursor.vanished,
    unanswered: [...cursor.unanswered],
    unreadable: [...cursor.unreadable],
    defaultSets: [...(cursor.defaultSets ?? [])],
  };
  const secondOpinion = (): Pick<TargetCursor, 'secondOpinion'> => {
    const state = graverOf(cursor.secondOpinion, dns.secondOpinion?.());
    return state === undefined ? {} : { secondOpinion: state };
  };

  const gather = async (
    identity: SesIdentity,
    observedAt: string,
  ): Promise<Awaited<ReturnType<typeof gatherIdentityFacts>>> =>
    gatherIdentityFacts({
      ...(await reads.ofIdentities()),
      accountId,
      region,
      identity,
      describe,
      listed: listedNames,
      target: { productionAccess: summary.productionAccess, inUse: summary.inUse },
      sharedMailFromRegions: (exchange, mailFromDomain) =>
        sharedMailFromRegions({
          exchange,
          mailFromDomain,
          identityName: identity.name,
          accountId,
          region,
          scan,
          makeReader: readerElsewhere,
          usersOf,
        }),
      sendersElsewhere: async (domain) => sendersElsewhere(await usersOf(domain), { accountId, region }),
      dedicatedIps: reads.dedicatedIps,
      describePrimary: (primary) =>
        describePrimary(event, readerElsewhere(primary), { name: identity.name, region: primary }),
      settings: runtime.settings,
      dns,
      observedAt,
      ...(dnsUnusable ? { dnsUnusable } : {}),
    });

  /** @returns the DNS questions that got no answer */
  const judgeOne = async (identity: SesIdentity, observedAt: string): Promise<TargetCursor['unanswered']> => {
    const gathered = await gather(identity, observedAt);
    const { unanswered } = gathered;
    const organization = await organizationFacts(scan, runtime, { accountId, policies: identity.policies });
    const facts = { ...gathered.facts, ...organization, ...(await bulkSender(gathered.facts)) };
    const subject = { kind: 'identity', accountId, region, name: identity.name } as const;
    const dependsOn = await registerDependents(scan, runtime, facts);
    await runtime.table.recordSubject({
      subject,
      scan,
      observedAt,
      revisions: revisionsOf('identity'),
      judge: (before) => judgeIdentity(facts, judgeContext(scan, runtime, before)),
      facts: {
        dependsOn,
        inUse: facts.target.inUse,
        productionAccess: facts.target.productionAccess,
        summary: summaryOf(facts, runtime.settings) as unknown as Json,
      },
      baselineIfNew,
      settings: runtime.settingsFingerprint,
      pass: options.pass,
    });
    return unanswered;
  };

  return {
    async judgeIdentities(names) {
      const described: { identity: SesIdentity; observedAt: string }[] = [];
      const unreadable: string[] = [];
      for (const name of names) {
        const observedAt = runtime.now().toISOString();
        const identity = await describe(name).catch((error: unknown) => {
          // One identity that SES describes in words of a later day must not hide the others.
          if (!(error instanceof UnexpectedAnswer)) throw error;
          return error;
        });
        if (identity instanceof UnexpectedAnswer) unreadable.push(identity.message.slice(0, 200));
        else if (identity !== 'gone') described.push({ identity, observedAt });
      }
      const unanswered = await allEnded(
        described.map(({ identity, observedAt }) => judgeOne(identity, observedAt)),
      );
      const sets = described.flatMap(({ identity }) => identity.configurationSet ?? []);
      const newSets = [...new Set(sets)].filter((name) => !counts.defaultSets.includes(name));
      addBounded(counts.defaultSets, newSets, MAX_DEFAULT_SETS);
      counts.judged += described.length;
      counts.vanished += names.length - described.length - unreadable.length;
      addBounded(counts.unreadable, unreadable, MAX_UNREADABLE);
      addBounded(counts.unanswered, unanswered.flat(), MAX_UNANSWERED);
    },
    isGone: async (name) => (await describe(name)) === 'gone',
    async retire(name) {
      const subject = { kind: 'identity', accountId, region, name } as const;
      await unregisterDependents(scan, runtime, subject);
      await runtime.table.retireSubject({
        subject,
        scan,
        observedAt: runtime.now().toISOString(),
        pass: options.pass,
      });
    },
    counts: () => ({ ...counts, ...secondOpinion() }),
    // Of a target without identities nothing sends, and nothing more is read.
    summary: async () =>
      options.listed.length === 0 ? summary : { ...summary, ...storedAddresses(await reads.dedicatedIps()) },
    async facts() {
      const { facts, unanswered } = await reads.ofTarget(counts.defaultSets);
      addBounded(counts.unanswered, unanswered, MAX_UNANSWERED);
      const complete = counts.defaultSets.length < MAX_DEFAULT_SETS && counts.unreadable.length === 0;
      return {
        ...facts,
        ...markDefaults(facts.configurationSets, counts.defaultSets, complete),
        accountId,
        region,
        observedAt: options.observedAt,
        ...wholeness(options.listed.length, counts.unreadable),
        listed: options.listed.length,
        judged: counts.judged,
        vanished: counts.vanished,
        account: reads.account.account,
        deliveryAttempts: attemptsOf(facts.sendStatistics),
        identities: options.listed.slice(0, MAX_IDENTITIES_IN_FACTS),
        unansweredNames: counts.unanswered as TargetFacts['unansweredNames'] & object,
        ...secondOpinion(),
        ...(dnsUnusable ? { dnsUnusable } : {}),
      };
    },
  };
}

/** The identity that a DEED replica follows, in its own Region: asked of SES there, as a shared MAIL FROM is. */
async function describePrimary(
  { scan }: ScanRegionInput,
  reader: Pick<SesReader, 'describeIdentity'>,
  { name, region }: { name: string; region: string },
): Promise<PrimaryFacts['identity']> {
  if (!scan.regions.includes(region)) return { kind: 'not-scanned' };
  const read = await observe(() => reader.describeIdentity(name));
  if (read.kind === 'unseen') return read;
  return read.value === 'gone' ? { kind: 'gone' } : { kind: 'seen', value: read.value };
}

function attemptsOf(statistics: TargetFacts['sendStatistics']): TargetFacts['deliveryAttempts'] & object {
  if (statistics?.kind === 'seen') return { kind: 'seen', value: statistics.value.attempts };
  return statistics ?? { kind: 'unseen', because: 'FAILED', detail: 'GetSendStatistics was not asked' };
}

function wholeness(listed: number, unreadable: string[]): Pick<TargetFacts, 'outcome' | 'detail'> {
  if (unreadable.length > 0) return { outcome: 'PARTIAL', detail: unreadable.join('; ').slice(0, 300) };
  return { outcome: listed === 0 ? 'EMPTY' : 'SCANNED' };
}

/** Waits for all, so that nothing goes on behind an error; then throws the first. */
async function allEnded<T>(work: Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

function addBounded<T>(list: T[], more: readonly T[], most: number): void {
  list.push(...more.slice(0, Math.max(0, most - list.length)));
}
