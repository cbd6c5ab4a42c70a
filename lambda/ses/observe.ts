/** A read that may be denied or fail, as an observation of its own. */
import type { Observed, Permitted } from '../facts/types.ts';
import { classifyUnseen } from '../organization/classify.ts';
import { TimeBudgetExceeded } from './pacing.ts';

/** What is denied or fails is `unseen`. @throws TimeBudgetExceeded: a time budget that ends is no observation */
export async function observe<T>(read: () => Promise<T>): Promise<Observed<T>> {
  try {
    return { kind: 'seen', value: await read() };
  } catch (error) {
    if (error instanceof TimeBudgetExceeded) throw error;
    return { kind: 'unseen', ...classifyUnseen(error) };
  }
}

/** The same where the settings permit the read; where they do not, nothing is called. */
export async function observeIf<T>(permitted: boolean, read: () => Promise<T>): Promise<Permitted<T>> {
  return permitted ? observe(read) : { kind: 'off' };
}
