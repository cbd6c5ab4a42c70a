/** The dead man's switch: how old the last successful full scan is, and whether anybody would hear of it. */
import { ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import type { Runtime } from './runtime.ts';
import { scanAge } from './scan-age.ts';

const DAY_MS = 24 * 3600 * 1000;
/** What an organization without any successful full scan counts as: older than any setting allows. Days. */
const NEVER = 9_999;

export interface Watch {
  fullScanAgeDays: number;
  /** What SCAN-06 says of it, for the log that the alarm's article points to. */
  fullScan: { status: string; reason: string; summary: string };
  topicsWithoutConfirmedSubscription: number;
}

export async function watchScans(runtime: Runtime): Promise<Watch> {
  const last = await runtime.table.lastSuccessfulFullScan();
  const fullScanAgeDays = last ? (runtime.now().getTime() - Date.parse(last.startTime)) / DAY_MS : NEVER;
  const { status, reason, summary } = await scanAge(runtime);
  const topics = [runtime.findingsTopicArn, runtime.operationsTopicArn].filter(Boolean);
  const confirmed = await Promise.all(topics.map((topic) => hasConfirmedSubscription(runtime, topic)));
  return {
    fullScanAgeDays,
    fullScan: { status, reason, summary },
    topicsWithoutConfirmedSubscription: confirmed.filter((yes) => !yes).length,
  };
}

/** A subscription not yet confirmed is listed with the ARN `PendingConfirmation`. */
async function hasConfirmedSubscription(runtime: Runtime, topicArn: string): Promise<boolean> {
  let token: string | undefined;
  do {
    const page = await runtime.sns.send(
      new ListSubscriptionsByTopicCommand({ TopicArn: topicArn, ...(token ? { NextToken: token } : {}) }),
    );
    if (page.Subscriptions?.some((subscription) => subscription.SubscriptionArn?.startsWith('arn:')))
      return true;
    token = page.NextToken;
  } while (token);
  return false;
}
