/**
 * `npm run bench`: evaluations per second of processor time beside mailauth's, in one process over one zone, as ratios of medians.
 * `--quick` for a short run, `--json` for data. Exit status 1 when anything is slower or asks more than mailauth.
 */
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { compareMailAuth } from './mail-auth.ts';
import type { Comparison } from './measure.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});

const options = values.quick
  ? { rounds: 11, roundMs: 60, warmUpMs: 300 }
  : { rounds: 31, roundMs: 150, warmUpMs: 1500 };
const comparisons = await compareMailAuth(options);
console.log(values.json ? JSON.stringify(comparisons, null, 2) : table(comparisons));
const worse = comparisons.filter(
  ({ ratio, ourQueries, theirQueries }) => ratio < 1 || ourQueries > theirQueries,
);
for (const { job } of worse) console.error(`${job} is slower than mailauth or asks more.`);
process.exitCode = worse.length > 0 ? 1 : 0;

function table(rows: readonly Comparison[]): string {
  const view = new Table({
    head: ['job', 'ours/s', 'mailauth/s', 'ratio', 'questions', "mailauth's"],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const { job, ours, theirs, ratio, ourQueries, theirQueries } of rows) {
    view.push([
      job,
      Math.round(ours).toLocaleString('en-US'),
      Math.round(theirs).toLocaleString('en-US'),
      ratio.toFixed(2),
      ourQueries.toFixed(2),
      theirQueries.toFixed(2),
    ]);
  }
  return view.toString();
}
