/**
 * Known and told, outbox and digest, against a model: scans, retries, duplicates and late invocations over a changing
 * world, two mail steps at once, and a crash between any two calls to the table or to SNS.
 * MODEL_RUNS=2000 looks longer.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  checkAcknowledgedIsTold,
  checkKnownStays,
  checkNewestWins,
  checkNothingInvented,
  checkNothingLost,
  checkOneDigestAScan,
  checkPublishing,
  checkStories,
  checkWaivedAsSet,
  checkWaivers,
  digestsOf,
} from './model/invariants.ts';
import { Scenario, plans, type Plan, type Run, type ScanPlan } from './model/scenario.ts';
import { startDatabase, type TestDatabase } from './support.ts';

const RUNS = Number(process.env['MODEL_RUNS'] ?? 40);

let database: TestDatabase;
let scenario: Scenario;
beforeAll(async () => {
  database = await startDatabase();
  scenario = new Scenario(database);
});
afterAll(() => database.close());

/** A full scan that sees everything and is not disturbed, with its mail. */
const CLEAN: ScanPlan = {
  scan: 99,
  notify: true,
  covers: [true, true],
  unanswered: 0,
  passes: true,
  time: 10_000,
};

async function checkRun(run: Run): Promise<void> {
  const digests = digestsOf(await database.dump(run.tableName));
  checkPublishing(run, digests);
  checkOneDigestAScan(run, digests);
  checkStories(digests);
  checkNothingInvented(run, digests);
  checkWaivers(digests);
  await checkKnownStays(run);
  await checkNewestWins(run);
}

describe('whatever happens to scans and their processes', () => {
  it(
    'a change enters exactly one digest, nothing is lost or invented, and the newer observation wins',
    async () => {
      await fc.assert(
        fc.asyncProperty(plans, async (plan: Plan) => {
          const run = await scenario.run(plan);
          await checkRun(run);
          await scenario.finish(run, plan, { ...CLEAN, scan: 98, mailOnly: true });
          await checkRun(run);
          await checkAcknowledgedIsTold(run);
          await scenario.finish(run, plan, CLEAN);
          await checkRun(run);
          const items = await database.dump(run.tableName);
          await checkNothingLost(run, items, checkStories(digestsOf(items)));
          await checkWaivedAsSet(run);
        }),
        { numRuns: RUNS, endOnFailure: RUNS > 200 },
      );
    },
    RUNS * 5_000 + 60_000,
  );
});
