/** A run of the model: rounds of scans side by side over a changing world, stopped and killed anywhere. */
import fc from 'fast-check';
import type { DigestMessage } from '../../../lambda/findings/mail.ts';
import { runMailStep } from '../../../lambda/findings/mail.ts';
import { subjectKey } from '../../../lambda/findings/schema.ts';
import { createFindingsTable, type FindingsTable } from '../../../lambda/findings/table.ts';
import type { DigestEntry } from '../../../lambda/findings/types.ts';
import { Clock, type TestDatabase } from '../support.ts';
import { Crash, LentClient, Process, Scheduler, type Death } from './processes.ts';
import { SUBJECTS, World, at, findingsOf } from './world.ts';

/** A little more than a lease lasts. */
const LEASE_SECONDS = 130;

export interface ScanPlan {
  /** A number used twice is the same scan again: a retry, or a duplicate beside it. */
  scan: number;
  notify: boolean;
  /** Which subjects it covers; a full scan covers all. */
  covers: boolean[];
  /** Bits: which keys stay unanswered. */
  unanswered: number;
  death?: Death;
  /** At which of its calls the process is held back until the others are through. */
  holdAt?: number;
  /** Whether a worker says that it is at work, so that unchanged subjects are not written. */
  passes: boolean;
  mailOnly?: boolean;
  /** Calls that one invocation of the mail step has time for. */
  time: number;
}

export interface Plan {
  rounds: { scans: ScanPlan[]; changes: Parameters<World['change']>[0][] }[];
  /** Which waiting call goes next, round and round. */
  order: number[];
  /** Whether somebody who waits for a lease waits so long that it runs out. */
  patience: boolean;
  baseline: boolean;
}

const scanPlan: fc.Arbitrary<ScanPlan> = fc.record(
  {
    scan: fc.integer({ min: 1, max: 5 }),
    notify: fc.boolean(),
    covers: fc.oneof(
      fc.constant(SUBJECTS.map(() => true)),
      fc.array(fc.boolean(), { minLength: SUBJECTS.length, maxLength: SUBJECTS.length }),
    ),
    unanswered: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 63 })),
    death: fc.record({ call: fc.integer({ min: 1, max: 90 }), reached: fc.boolean() }),
    holdAt: fc.oneof(fc.integer({ min: 3, max: 20 }), fc.integer({ min: 20, max: 80 })),
    passes: fc.constant(true),
    time: fc.oneof(fc.constant(10_000), fc.integer({ min: 20, max: 60 })),
  },
  { requiredKeys: ['scan', 'notify', 'covers', 'unanswered', 'passes', 'time'] },
);

const worldChange: fc.Arbitrary<Parameters<World['change']>[0]> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ subject: fc.nat(1), key: fc.nat(2), fact: fc.nat(6) }) },
  { weight: 2, arbitrary: fc.record({ toggle: fc.nat(1) }) },
  { weight: 6, arbitrary: fc.constant('back' as const) },
  { weight: 1, arbitrary: fc.constant('release' as const) },
  { weight: 2, arbitrary: fc.record({ waiver: fc.nat(1) }) },
);

export const plans: fc.Arbitrary<Plan> = fc.record({
  rounds: fc.array(
    fc.record({
      scans: fc.array(scanPlan, { minLength: 1, maxLength: 3 }),
      changes: fc.array(worldChange, { maxLength: 6 }),
    }),
    { minLength: 1, maxLength: 4, size: 'max' },
  ),
  order: fc.array(fc.nat(1000), { minLength: 20, maxLength: 60, size: 'max' }),
  patience: fc.boolean(),
  baseline: fc.boolean(),
});

export interface Run {
  world: World;
  clock: Clock;
  tableName: string;
  /** Every message that SNS accepted, in order. */
  accepted: DigestMessage[];
  /** Scans whose mail step came to its end. */
  mailed: Set<string>;
  /** Whether any process died or waited out a lease: then a digest may have been sent twice. */
  disturbed: boolean;
  table: FindingsTable;
}

export class Scenario {
  readonly #database: TestDatabase;
  readonly #clients: LentClient[];

  constructor(database: TestDatabase) {
    this.#database = database;
    this.#clients = Array.from({ length: 3 }, () => new LentClient(database.client()));
  }

  /** Runs the plan; nothing is checked here. */
  async run(plan: Plan): Promise<Run> {
    const clock = new Clock();
    const tableName = await this.#database.createTable();
    const table = this.#tableOf(at(this.#clients, 0), tableName, clock);
    const run: Run = {
      world: new World(),
      clock,
      tableName,
      accepted: [],
      mailed: new Set(),
      disturbed: false,
      table,
    };
    let turn = 0;
    const next = (): number => at(plan.order, turn++);
    for (const { scans, changes } of plan.rounds) {
      const scheduler = new Scheduler();
      const [first, ...pending] = changes;
      if (first) run.world.change(first);
      const moveOn = (): void => {
        const change = pending.shift();
        if (change) run.world.change(change);
      };
      const processes = scans.map((scan, index) => this.#scan(run, plan, scan, index, scheduler, moveOn));
      await scheduler.run(processes, (waiting) => {
        // The world moves while it is looked at.
        if (next() % 4 === 0) moveOn();
        return next() % Math.max(waiting, 1);
      });
      await Promise.all(processes);
      for (const change of pending) run.world.change(change);
      for (const lent of this.#clients) lent.process = undefined;
    }
    return run;
  }

  /** Lets every lease and pass run out, then runs one scan without anything in the way. */
  async finish(run: Run, plan: Plan, scan: ScanPlan): Promise<void> {
    run.clock.advance(3600);
    const scheduler = new Scheduler();
    const process = this.#scan(run, plan, scan, 0, scheduler);
    await scheduler.run([process], () => 0);
    at(this.#clients, 0).process = undefined;
    await process;
  }

  #tableOf(lent: LentClient, tableName: string, clock: Clock): FindingsTable {
    return createFindingsTable({ client: lent.client, tableName, retentionDays: 365, now: clock.now });
  }

  async #scan(
    run: Run,
    plan: Plan,
    scan: ScanPlan,
    index: number,
    scheduler: Scheduler,
    onHold?: () => void,
  ): Promise<void> {
    const lent = at(this.#clients, index);
    const { death, holdAt } = scan;
    const process = new Process(`scan ${scan.scan} as ${index}`, scheduler, {
      ...(death && { death }),
      ...(holdAt && { holdAt }),
      ...(onHold && { onHold }),
    });
    lent.process = process;
    const table = this.#tableOf(lent, run.tableName, run.clock);
    try {
      if (!scan.mailOnly) await scanOnce(run, plan, scan, table);
      if (scan.notify) await mailOnce(run, plan, scan, { table, process });
    } catch (error) {
      run.disturbed = true;
      const late = (error as Error).message.includes('is late');
      if (!(error instanceof Crash) && !((error as Error).cause instanceof Crash) && !late) throw error;
    }
  }
}

/** Every subject side by side, as a scan does. Gathering takes time: what is seen is recorded later. */
export async function scanOnce(run: Run, plan: Plan, scan: ScanPlan, table: FindingsTable): Promise<void> {
  const full = scan.covers.every(Boolean);
  const id = `scan-${scan.scan}`;
  const pass = scan.passes ? await table.openPass(at(SUBJECTS, 0)) : undefined;
  const work = SUBJECTS.map(async (subject, index) => {
    if (!full && !scan.covers[index]) return;
    // Not all at one moment: gathering one subject takes longer than another.
    for (let step = 0; step <= index; step += 1) await table.readAccount('111111111111');
    const observedAt = run.clock.time;
    const { revision } = run.world;
    const seen = run.world.observe(
      subject,
      observedAt,
      (key) => ((scan.unanswered >> (index * 3 + key)) & 1) === 1,
    );
    // A call between seeing and storing, so that the world and other scans can move on.
    const stored = await table.readSubject(subject);
    const common = { subject, observedAt, ...(pass && { pass }) };
    const { saw } = seen;
    if (saw === 'gone' && !stored) {
      // As a scan does: only names that are stored are retired.
      seen.outcome = 'not stored';
      return;
    }
    const outcome =
      saw === 'gone'
        ? await table.retireSubject({ ...common, scan: { id } })
        : await table.recordSubject({
            ...common,
            scan: { id, startTime: '2026-11-21T06:00:00.000Z', full },
            revisions: { 'DKIM-01': revision, 'DMARC-06': revision, 'DKIM-05': revision },
            judge: () => findingsOf(saw, revision),
            baselineIfNew: plan.baseline,
            waivers: run.world.waivers,
          });
    seen.outcome = outcome.result === 'stale' ? 'stale' : 'stored';
  });
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  await pass?.close();
}

/** The text of the model's digests: whatever a reader is told, NOTED left out as it is in the real one. */
export function linesOf(entries: readonly Pick<DigestEntry, 'changes'>[]): string {
  return entries
    .flatMap(({ changes }) => changes)
    .filter(({ kind }) => kind !== 'NOTED')
    .map(({ subject, key, kind, from, known }) =>
      [subjectKey(subject), key, kind, from?.status, known.status, known.observedAt].join(' '),
    )
    .sort()
    .join('\n');
}

async function mailOnce(
  run: Run,
  plan: Plan,
  scan: ScanPlan,
  { table, process }: { table: FindingsTable; process: Process },
): Promise<void> {
  const id = `scan-${scan.scan}`;
  let resume: string | undefined;
  let waited = 0;
  // Each invocation has more time than the one before, so that one is long enough.
  for (let time = scan.time; ; time += 20) {
    const end = process.calls + time;
    const outcome = await runMailStep({
      table,
      scan: { id },
      owner: process.name,
      header: ({ tally }) => tally,
      render: ({ entries }) => ({ subject: `${entries.length} subjects`, body: linesOf(entries) }),
      publish: (message) =>
        process.call(async () => {
          await Promise.resolve();
          run.accepted.push(message);
        }),
      msLeft: () => end - process.calls,
      wait: (ms) => {
        waited += plan.patience ? LEASE_SECONDS : ms / 1000;
        // Whoever held the lease was given up, and may still send what the next one sends again.
        if (waited > LEASE_SECONDS - 10) run.disturbed = true;
        run.clock.advance(plan.patience ? LEASE_SECONDS : ms / 1000);
        return Promise.resolve();
      },
      ...(resume && { resume }),
    });
    if (outcome.done) {
      run.mailed.add(id);
      return;
    }
    resume = outcome.resume;
  }
}
