/** Measuring two ways of one job side by side: interleaved rounds, medians, one ratio. */

export interface Contender {
  name: string;
  /** Does every case of the workload once. */
  run(): Promise<unknown>;
}

export interface Comparison {
  job: string;
  /** Evaluations per second of processor time, median of the rounds. */
  ours: number;
  theirs: number;
  /** Ours divided by theirs, of the medians. */
  ratio: number;
  /** Questions per evaluation. */
  ourQueries: number;
  theirQueries: number;
}

export interface MeasureOptions {
  rounds: number;
  /** The same, once before the first round, so that the compiler is done. */
  warmUpMs: number;
  /** Milliseconds of processor time that one contender runs in one round. */
  roundMs: number;
}

/** Reading the processor's clock costs about as much as one evaluation. */
const RUNS_PER_READING = 20;

/**
 * Runs both contenders in turn, the first of each round changing, so that heat and the garbage of one fall on both alike.
 *
 * @param casesPerRun how many evaluations one `run()` is
 * @returns evaluations per second of processor time of each, as medians over the rounds
 */
export async function interleave(
  ours: Contender,
  theirs: Contender,
  casesPerRun: number,
  options: MeasureOptions,
): Promise<{ ours: number; theirs: number }> {
  const rates: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  await oneRound(ours, casesPerRun, options.warmUpMs);
  await oneRound(theirs, casesPerRun, options.warmUpMs);
  for (let round = 0; round < options.rounds; round += 1) {
    const order: ('ours' | 'theirs')[] = round % 2 === 0 ? ['ours', 'theirs'] : ['theirs', 'ours'];
    for (const side of order) {
      rates[side].push(await oneRound(side === 'ours' ? ours : theirs, casesPerRun, options.roundMs));
    }
  }
  return { ours: median(rates.ours), theirs: median(rates.theirs) };
}

/** Processor time, not the wall clock: what else runs on the machine then moves the ratio little. */
async function oneRound(contender: Contender, casesPerRun: number, roundMs: number): Promise<number> {
  const started = process.cpuUsage();
  let runs = 0;
  let spentMs = 0;
  while (spentMs < roundMs) {
    for (let batch = 0; batch < RUNS_PER_READING; batch += 1) await contender.run();
    runs += RUNS_PER_READING;
    const { user, system } = process.cpuUsage(started);
    spentMs = (user + system) / 1000;
  }
  return (runs * casesPerRun * 1000) / spentMs;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
