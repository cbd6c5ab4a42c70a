/** Whether a target sends: severity by use and the volume of its domains rest on it. */
import type { ScanSettings } from '../contract.ts';
import type { Observed, TargetSummary } from '../facts/types.ts';
import { dayOf, type AccountReading, type SendStatistics } from '../ses/account.ts';

/** Stored on the target under `summary`: whose it is and since when stands in the subject itself. */
export type StoredTargetSummary = Omit<TargetSummary, 'accountId' | 'region' | 'observedAt'>;

export interface TargetUseOptions {
  account: AccountReading['account'];
  sendStatistics: Observed<SendStatistics>;
  /** The target's `facts.summary` of an earlier scan, if any: outside data as far as this function goes. */
  stored: unknown;
  inUseDays: ScanSettings['thresholds']['inUseDays'];
  /** ISO 8601 */
  observedAt: string;
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const DAY_MS = 24 * 3_600_000;

/**
 * In use: anything sent in the last 24 hours, in GetSendStatistics' 14 days, or within `inUseDays` of the last day on
 * which an earlier scan saw that. Idle only where the statistics were seen; else unknown.
 */
export function targetUse(options: TargetUseOptions): StoredTargetSummary {
  const { account, sendStatistics, inUseDays } = options;
  const today = dayOf(options.observedAt);
  const sent = account.kind === 'seen' ? account.value.sentLast24Hours : undefined;
  const attempts = sendStatistics.kind === 'seen' ? sendStatistics.value.sums.attempts : 0;
  const used = sent !== undefined && sent > 0 ? today : attempts > 0 ? lastDay(sendStatistics, today) : '';
  // The stored day may be the newer one: another scan may have run meanwhile.
  const lastUsed = [used, storedDay(options.stored)].sort().at(-1) ?? '';
  const sticky = lastUsed !== '' && Date.parse(today) - Date.parse(lastUsed) <= inUseDays * DAY_MS;
  return {
    ...(sent === undefined ? {} : { sentLast24Hours: sent }),
    productionAccess: account.kind === 'seen' ? account.value.productionAccess : 'unknown',
    inUse: used !== '' || sticky ? true : sendStatistics.kind === 'seen' ? false : 'unknown',
    ...(lastUsed === '' ? {} : { lastUsed }),
  };
}

function lastDay(sendStatistics: Observed<SendStatistics>, today: string): string {
  return (sendStatistics.kind === 'seen' && sendStatistics.value.lastUsed) || today;
}

function storedDay(stored: unknown): string {
  const day = (stored as { lastUsed?: unknown } | null | undefined)?.lastUsed;
  return typeof day === 'string' && DAY.test(day) && !Number.isNaN(Date.parse(day)) ? day : '';
}
