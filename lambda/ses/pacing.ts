/** Keeping to SES's request rate: 1 request a second for each account and Region, shared with everybody else there. */
import { isThrottlingError, isTransientError } from '../organization/classify.ts';

/** The invocation's time is over; what is left is done in the next round. Not an error of AWS. */
export class TimeBudgetExceeded extends Error {
  constructor(what: string) {
    super(`No time was left for ${what} in this invocation; it goes on in the next round.`);
    this.name = 'TimeBudgetExceeded';
  }
}

export interface PacerOptions {
  /** The rate to begin with and to come back to. */
  requestsPerSecond: number;
  /** Milliseconds left for this invocation. */
  deadline: () => number;
  /** Tries a call gets; default 8, which is about a minute of waiting. */
  attempts?: number;
  /** For tests; the machine's own by default. */
  clock?: Clock;
}

export interface Clock {
  /** Milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** 0 to 1, for jitter. */
  random(): number;
}

export interface Pacer {
  /**
   * Runs a call in its turn, again where AWS throttled it or the answer got lost.
   * @param what the call's name, for the error
   * @param call gets a signal that aborts it when the time budget ends
   * @throws TimeBudgetExceeded, or the call's last error
   */
  run<T>(what: string, call: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** Unless told otherwise. With waits of up to 1, 2, 4, ... 20 s, full jitter, that is about a minute. */
const ATTEMPTS = 8;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 20_000;
/** Never slower than this between two requests, however often SES throttles. */
const LONGEST_INTERVAL_MS = 10_000;
/** Too little time to begin a request. */
const LEAST_TIME_MS = 250;
/** After a throttled answer the interval doubles, from at least this; each success takes a tenth off it. */
const THROTTLED_INTERVAL_MS = 20;
const RECOVERY = 0.9;

const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
};

/**
 * A pacer for one account and Region. Requests leave one interval apart; somebody else's scanner may use the same
 * request a second, so the interval adapts: doubled when SES throttles, shortened again while it does not.
 */
export function createPacer(options: PacerOptions): Pacer {
  const clock = options.clock ?? systemClock;
  const attempts = options.attempts ?? ATTEMPTS;
  const base = 1_000 / options.requestsPerSecond;
  let interval = base;
  let nextSlot = 0;

  const waitFor = async (what: string, ms: number): Promise<void> => {
    if (ms + LEAST_TIME_MS > options.deadline()) throw new TimeBudgetExceeded(what);
    if (ms >= 1) await clock.sleep(ms);
  };
  const takeSlot = async (what: string): Promise<void> => {
    const slot = Math.max(clock.now(), nextSlot);
    nextSlot = slot + interval;
    await waitFor(what, slot - clock.now());
  };
  const tryOnce = async <T>(what: string, call: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    await takeSlot(what);
    const budget = new AbortController();
    const timer = setTimeout(() => budget.abort(), Math.max(1, Math.min(options.deadline(), 2 ** 31 - 1)));
    try {
      const result = await call(budget.signal);
      interval = Math.max(base, interval * RECOVERY);
      return result;
    } catch (error) {
      if (budget.signal.aborted) throw new TimeBudgetExceeded(what);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    async run(what, call) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await tryOnce(what, call);
        } catch (error) {
          if (isThrottlingError(error)) {
            interval = Math.min(LONGEST_INTERVAL_MS, Math.max(interval * 2, THROTTLED_INTERVAL_MS));
          }
          if (attempt >= attempts || !isTransientError(error)) throw error;
          await waitFor(what, clock.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)));
        }
      }
    },
  };
}
