/** How wide a scan may go. */
import { SHARD_COUNT } from '../lambda/contract.ts';

/**
 * How many accounts, Regions of one account and domain shards are worked on at once.
 *
 * Accounts times Regions, and shards, stay below half of what the account may run, so that a scan never starves the
 * functions of others: with 1,000 that leaves 20 x 5 = 100; a new account with 10 gets 2 x 2 = 4.
 */
export function mapConcurrency(lambdaConcurrency: number): {
  accounts: number;
  regions: number;
  shards: number;
} {
  const budget = Math.ceil(lambdaConcurrency / 2) - 1;
  const regions = Math.min(5, Math.floor(Math.sqrt(budget)));
  return {
    accounts: Math.min(20, Math.floor(budget / regions)),
    regions,
    shards: Math.min(SHARD_COUNT, budget),
  };
}
