/**
 * The per-account, per-Region work: list, gather, judge, record; in chunks that fit the Lambda's time.
 * The cursor is the last name judged, in sorted order; every chunk lists in full, only the last one retires.
 */
import { MAX_ROUNDS, type ScanRegionInput, type ScanRegionOutput, type TargetCursor } from '../contract.ts';
import type { CoverageOutcome } from '../facts/types.ts';
import { storedReverseDns } from '../facts/stored-reverse-dns.ts';
import type { Pass } from '../findings/table.ts';
import { classifyAwsError } from '../organization/classify.ts';
import { openMemberSession } from '../organization/member-session.ts';
import { TimeBudgetExceeded } from '../ses/pacing.ts';
import { createSesReader, type SesReader } from '../ses/reader.ts';
import { recordTarget } from './record.ts';
import { createTargetScan, type TargetScan } from './target-scan.ts';
import type { Runtime } from './runtime.ts';
import { noteSecondOpinion } from './second-opinion.ts';

/** A chunk hands back its cursor when less than this is left, so that a batch under way can end. Milliseconds. */
const RESERVE_MS = 90_000;
/** Identities gathered side by side: SES is asked one by one, the DNS behind them in parallel. */
const BATCH = 10;
const START: TargetCursor = { after: '', round: 0, judged: 0, vanished: 0, unanswered: [], unreadable: [] };

/**
 * @param msLeft milliseconds until the Lambda is ended.
 * @throws only what is unexpected; the workflow then records it as coverage.
 */
export async function scanRegion(
  event: ScanRegionInput,
  runtime: Runtime,
  msLeft: () => number,
): Promise<ScanRegionOutput> {
  const work = new RegionWork(event, runtime, msLeft);
  if (work.cursor.round >= MAX_ROUNDS) {
    return work.end('TIMED_OUT', `gave up after ${work.cursor.round} rounds at ${work.cursor.after}`);
  }
  try {
    return await work.run();
  } catch (error) {
    if (error instanceof TimeBudgetExceeded) return work.end('TIMED_OUT', error.message);
    const { outcome, detail } = classifyAwsError(error);
    if (outcome === 'FAILED') throw error;
    return work.end(outcome, detail);
  }
}

class RegionWork {
  readonly event: ScanRegionInput;
  readonly cursor: TargetCursor;
  private readonly runtime: Runtime;
  private readonly msLeft: () => number;
  private readonly observedAt: string;
  private target: TargetScan | undefined;
  /** By Region: one pace for all who ask there. */
  private readonly readers = new Map<string, SesReader>();

  constructor(event: ScanRegionInput, runtime: Runtime, msLeft: () => number) {
    this.event = event;
    this.runtime = runtime;
    this.msLeft = msLeft;
    this.cursor = event.cursor ?? START;
    this.observedAt = runtime.now().toISOString();
  }

  async run(): Promise<ScanRegionOutput> {
    const { accountId, region } = this.event;
    const pass = await this.runtime.table.openPass({ kind: 'target', accountId, region });
    try {
      return await this.runUnder(pass);
    } finally {
      for (const reader of this.readers.values()) reader.close();
      await pass.close();
    }
  }

  private async runUnder(pass: Pass): Promise<ScanRegionOutput> {
    const { event, runtime, cursor, observedAt } = this;
    const { scan, accountId, region } = event;
    const session = await openMemberSession({
      sts: runtime.sts,
      settings: runtime.settings,
      scan,
      accountId,
    });
    if (session.kind === 'refused') return this.end(session.outcome, session.detail);
    const makeReader = (inRegion: string): SesReader => {
      const made = this.readers.get(inRegion);
      if (made) return made;
      const reader = createSesReader({
        credentials: session.credentials,
        accountId,
        region: inRegion,
        requestsPerSecond: runtime.settings.requestsPerSecond,
        deadline: () => this.msLeft() - RESERVE_MS / 3,
      });
      this.readers.set(inRegion, reader);
      return reader;
    };
    const reader = makeReader(region);
    const listed = (await reader.listIdentities()).sort((left, right) => byCodeUnits(left.name, right.name));
    await runtime.table.addAccountRegion(accountId, region);
    this.target = await createTargetScan({
      event,
      runtime,
      reader,
      makeReader,
      listed,
      observedAt,
      cursor,
      pass,
    });
    const names = listed.map((identity) => identity.name);
    const output = await this.walk(this.target, pass, names);
    await noteSecondOpinion(scan, runtime, this.target.counts().secondOpinion);
    return output;
  }

  private async walk(target: TargetScan, pass: Pass, names: string[]): Promise<ScanRegionOutput> {
    const rest = names.filter((name) => name > this.cursor.after);
    let after = this.cursor.after;
    for (let start = 0; start < rest.length; start += BATCH) {
      if (start > 0 && this.msLeft() < RESERVE_MS) return this.again(target, after, names.length);
      const batch = rest.slice(start, start + BATCH);
      try {
        await target.judgeIdentities(batch);
      } catch (error) {
        // A throttled Region can eat the time inside a batch; what came before it stands.
        if (error instanceof TimeBudgetExceeded && start > 0) return this.again(target, after, names.length);
        throw error;
      }
      after = batch.at(-1) ?? after;
    }
    try {
      return await this.finish(target, pass, names);
    } catch (error) {
      // What only the target's own controls need is read last: a round of its own has time for it.
      if (error instanceof TimeBudgetExceeded && rest.length > 0)
        return this.again(target, after, names.length);
      throw error;
    }
  }

  private again(target: TargetScan, after: string, listed: number): ScanRegionOutput {
    const cursor = { after, round: this.cursor.round + 1, ...target.counts() };
    return { ...this.event, cursor, done: false, listed, judged: cursor.judged };
  }

  private async finish(target: TargetScan, pass: Pass, names: string[]): Promise<ScanRegionOutput> {
    const { scan, accountId, region } = this.event;
    await this.retireMissing(target, new Set(names));
    const facts = await target.facts();
    const summary = { ...(await target.summary()), ...storedReverseDns(facts) };
    await recordTarget(scan, this.runtime, facts, { pass, summary });
    await this.runtime.table.markRegionCovered(accountId, region, scan.id);
    return this.output(names.length, target.counts().judged);
  }

  /** A stored name is retired when the complete listing lacks it *and* SES calls it NotFound. */
  private async retireMissing(target: TargetScan, listed: Set<string>): Promise<void> {
    const { accountId, region } = this.event;
    for (const name of await this.runtime.table.listIdentityNames(accountId, region)) {
      if (!listed.has(name) && (await target.isGone(name))) await target.retire(name);
    }
  }

  /** Ends the target with an outcome that is not SCANNED; PARTIAL when some identities were judged before. */
  async end(outcome: CoverageOutcome, detail: string): Promise<ScanRegionOutput> {
    const { scan, accountId, region } = this.event;
    const judged = this.target?.counts().judged ?? this.cursor.judged;
    await recordTarget(scan, this.runtime, {
      accountId,
      region,
      observedAt: this.observedAt,
      outcome: judged > 0 ? 'PARTIAL' : outcome,
      detail: judged > 0 ? `${outcome} after ${judged} identities: ${detail}` : detail,
      ...(judged > 0 ? { judged } : {}),
    });
    return this.output(0, judged);
  }

  private output(listed: number, judged: number): ScanRegionOutput {
    const { scan, accountId, region } = this.event;
    return { scan, accountId, region, done: true, listed, judged };
  }
}

/** The order of the cursor: plain code units, so that it never depends on a locale. */
function byCodeUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
