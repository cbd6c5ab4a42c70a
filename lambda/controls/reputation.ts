/** Bounce and complaint rates of a target, as ACCT-06 and ACCT-07 judge them. */
import type { Observed, TargetFacts } from '../facts/types.ts';
import { say, type ControlData } from './say.ts';
import { notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Finding, Fix, ReasonSpec } from './types.ts';
import { unseenReason, unseenReasons, type UnseenTargetReason } from './unknowns.ts';

export type SharedRateReason = 'RATE_LOW' | 'VOLUME_TOO_LOW' | NotReadReason | UnseenTargetReason;

export const sharedRateReasons: Record<Exclude<SharedRateReason, 'RATE_LOW'>, ReasonSpec> = {
  VOLUME_TOO_LOW: {
    statuses: ['NOT_APPLICABLE'],
    means: 'Fewer messages than `thresholds.reputationFloor` (1000) in two weeks: a rate says nothing.',
  },
  ...unseenReasons,
  ...notReadReasons,
};

/** From this rate on, a fraction. */
export interface RateStep<Reason extends string> {
  from: number;
  status: 'WARN' | 'FAIL';
  reason: Reason;
  /** What Amazon SES does from there on. */
  then: string;
}

export interface RateQuestion<Reason extends string> {
  of: 'bounces' | 'complaints';
  /** Gravest first. */
  steps: readonly RateStep<Reason>[];
  /** Messages in two weeks below which a rate says nothing. */
  floor: number;
  /** Added to each sentence. */
  note?: string;
  fix: Fix;
}

/**
 * The finding on one rate. CloudWatch's reputation metric is what Amazon SES itself goes by, so it decides where it may be
 * read and has a data point; otherwise the sums of GetSendStatistics do. A metric that could not be read leaves the rate
 * unknown: falling back would make the finding swing between two measures.
 */
export function judgeRate<Reason extends string>(
  control: ControlData<Reason | SharedRateReason>,
  facts: TargetFacts,
  question: RateQuestion<Reason>,
): Finding<Reason | SharedRateReason> {
  type All = Reason | SharedRateReason;
  const early = notRead<All>(control, facts);
  if (early) return early;
  const { sendStatistics: statistics, reputation } = facts;
  if (statistics?.kind !== 'seen') return unread<All>(control, statistics, 'the sending statistics');
  const { of, steps, floor, note = '', fix } = question;
  const { attempts } = statistics.value;
  if (attempts < floor) {
    const summary = `${attempts} messages in two weeks are too few for a rate`;
    const evidence = { messages: attempts, floor };
    return say<All>(control, { status: 'NOT_APPLICABLE', reason: 'VOLUME_TOO_LOW', summary, evidence });
  }
  if (reputation === undefined || reputation.kind === 'unseen') {
    return unread<All>(control, reputation, 'the reputation metrics of CloudWatch');
  }
  const { value, source, at } = rateOf(
    of,
    statistics.value,
    reputation.kind === 'seen' ? reputation.value : {},
  );
  const limits = Object.fromEntries(steps.map(({ reason, from }) => [reason, from]));
  const evidence = { messages: attempts, rate: value, source, at, limits };
  const share = `${percent(value)} ${of}${note}`;
  const step = steps.find(({ from }) => value >= from);
  if (step === undefined)
    return say<All>(control, { status: 'PASS', reason: 'RATE_LOW', summary: share, evidence });
  const { status, reason, from, then } = step;
  return say<All>(control, {
    status,
    reason,
    summary: `${share}: from ${percent(from)} on ${then}`,
    evidence,
    fix,
  });
}

function unread<Reason extends string>(
  control: ControlData<Reason | UnseenTargetReason>,
  read: Extract<Observed<unknown>, { kind: 'unseen' }> | undefined,
  what: string,
): Finding<Reason | UnseenTargetReason> {
  return say<Reason | UnseenTargetReason>(control, {
    status: 'UNKNOWN',
    reason: unseenReason(read) ?? 'TARGET_UNSEEN',
    summary: `Not judged: ${what} could not be read`,
    evidence: { detail: read?.detail },
  });
}

function rateOf(
  of: 'bounces' | 'complaints',
  statistics: { attempts: number; bounces: number; complaints: number },
  metrics: { bounceRate?: number; complaintRate?: number; at?: string },
): { value: number; source: string; at?: string } {
  const metric = of === 'bounces' ? metrics.bounceRate : metrics.complaintRate;
  if (metric !== undefined) {
    return { value: metric, source: 'CloudWatch', ...(metrics.at ? { at: metrics.at } : {}) };
  }
  const { attempts } = statistics;
  return { value: attempts > 0 ? statistics[of] / attempts : 0, source: 'GetSendStatistics' };
}

/** `0.052` as `5.2 %`; at most three decimals, so that thresholds of 0.1 % can be told apart. */
function percent(fraction: number): string {
  return `${Number((fraction * 100).toFixed(3))} %`;
}
