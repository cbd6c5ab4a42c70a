/** GetAccount and GetSendStatistics: what the account may send in this Region, and what it has sent. */
import type { GetSendStatisticsResponse } from '@aws-sdk/client-ses';
import type { GetAccountResponse } from '@aws-sdk/client-sesv2';
import type { Observed, TargetFacts } from '../facts/types.ts';
import { classifyUnseen, plainText } from '../organization/classify.ts';
import { UnexpectedAnswer } from './identity.ts';

type Seen<Fact> = [Fact] extends [Observed<infer Value> | undefined] ? Value : never;
export type AccountView = Seen<TargetFacts['account']>;

/** GetAccount's answer, part by part: what it leaves out of one hides no other. */
export type AccountReading = Required<Pick<TargetFacts, 'account' | 'suppressedReasons' | 'vdmEnabled'>> &
  Pick<TargetFacts, 'pricingPlan'>;

export interface SendStatistics {
  /** Over the 14 days that GetSendStatistics covers. */
  sums: Seen<TargetFacts['sendStatistics']>;
  /** `2026-11-21`, day of the newest data point with a delivery attempt. */
  lastUsed?: string;
}

/** Reasons that an account suppresses for; SES has two. */
const MAX_REASONS = 10;

/** @param answer of GetAccount, or why there is none */
export function toAccountReading(answer: Observed<GetAccountResponse>): AccountReading {
  if (answer.kind === 'unseen') return { account: answer, suppressedReasons: answer, vdmEnabled: answer };
  const { value } = answer;
  const plan = value.PricingAttributes?.CurrentPlan;
  return {
    account: part(() => toAccountView(value)),
    suppressedReasons: part(() => suppressedReasons(value)),
    vdmEnabled: part(() => vdmEnabled(value)),
    ...(plan ? { pricingPlan: plainText(plan, 40) } : {}),
  };
}

export function toSendStatistics({ SendDataPoints: points = [] }: GetSendStatisticsResponse): SendStatistics {
  const sum = (count: (point: (typeof points)[number]) => number | undefined): number =>
    points.reduce((total, point) => total + (count(point) ?? 0), 0);
  const used = points
    .filter((point) => (point.DeliveryAttempts ?? 0) > 0)
    .map((point) => point.Timestamp?.getTime() ?? Number.NaN)
    .filter((time) => !Number.isNaN(time));
  return {
    sums: {
      attempts: sum((point) => point.DeliveryAttempts),
      bounces: sum((point) => point.Bounces),
      complaints: sum((point) => point.Complaints),
      rejects: sum((point) => point.Rejects),
    },
    ...(used.length > 0 ? { lastUsed: dayOf(used.reduce((a, b) => Math.max(a, b))) } : {}),
  };
}

/** `2026-11-21`, in UTC. */
export function dayOf(time: number | string): string {
  return new Date(time).toISOString().slice(0, 10);
}

function toAccountView(answer: GetAccountResponse): AccountView {
  const { SendQuota: quota, Details } = answer;
  const review = Details?.ReviewDetails?.Status;
  return {
    productionAccess: given('ProductionAccessEnabled', answer.ProductionAccessEnabled),
    enforcementStatus: plainText(given('EnforcementStatus', answer.EnforcementStatus), 40),
    sendingEnabled: given('SendingEnabled', answer.SendingEnabled),
    max24HourSend: given('SendQuota.Max24HourSend', quota?.Max24HourSend),
    maxSendRate: given('SendQuota.MaxSendRate', quota?.MaxSendRate),
    sentLast24Hours: given('SendQuota.SentLast24Hours', quota?.SentLast24Hours),
    ...(review ? { reviewStatus: plainText(review, 40) } : {}),
  };
}

/** Attributes without reasons: nothing is suppressed. Without attributes nothing is known. */
function suppressedReasons(answer: GetAccountResponse): string[] {
  const attributes = given('SuppressionAttributes', answer.SuppressionAttributes);
  return (attributes.SuppressedReasons ?? []).slice(0, MAX_REASONS).map((reason) => plainText(reason, 40));
}

/** Left out where the Region has no Virtual Deliverability Manager, or it was never set up. */
function vdmEnabled(answer: GetAccountResponse): boolean {
  const state: string = answer.VdmAttributes?.VdmEnabled ?? 'DISABLED';
  if (state === 'ENABLED' || state === 'DISABLED') return state === 'ENABLED';
  throw new UnexpectedAnswer(
    `GetAccount answered "${plainText(state, 60)}" for VdmAttributes.VdmEnabled, which this version does not understand. Update this software.`,
  );
}

function part<T>(read: () => T): Observed<T> {
  try {
    return { kind: 'seen', value: read() };
  } catch (error) {
    return { kind: 'unseen', ...classifyUnseen(error) };
  }
}

function given<T>(field: string, value: T | undefined): T {
  if (value !== undefined && value !== null) return value;
  throw new UnexpectedAnswer(`GetAccount left out ${field}, so the account's state is not known.`);
}
