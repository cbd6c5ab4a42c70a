/** What CloudWatch knows of a target's reputation: the newest rates, and the alarms on them. */
import {
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type CloudWatchClient,
  type MetricAlarm,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { Permitted, TargetFacts } from '../facts/types.ts';
import { plainText } from '../organization/classify.ts';
import { collectPages } from '../organization/pages.ts';
import { UnexpectedAnswer } from './identity.ts';
import type { Pacer } from './pacing.ts';

type Seen<Fact> = [Fact] extends [Permitted<infer Value> | undefined] ? Value : never;
export type ReputationFacts = Seen<TargetFacts['reputation']>;
export type ReputationAlarmFacts = Seen<TargetFacts['reputationAlarms']>[number];
type ReputationMetric = ReputationAlarmFacts['metric'];

const NAMESPACE = 'AWS/SES';
const BOUNCE_RATE = 'Reputation.BounceRate';
const COMPLAINT_RATE = 'Reputation.ComplaintRate';

const TWO_DAYS_MS = 2 * 24 * 3_600_000;
const PERIOD_SECONDS = 3_600;
/** 100 alarms a page; an account may hold tens of thousands. */
const ALARMS_PER_PAGE = 100;
const MAX_ALARM_PAGES = 200;
const MAX_ALARMS = 100;

export interface ReputationReader {
  /**
   * The newest hourly value of two days, of the account as a whole; left out where SES wrote none.
   * @param now end of the two days
   */
  rates(now: Date): Promise<ReputationFacts>;
  /** Alarms that a rising rate of the account as a whole sets off. */
  alarms(): Promise<ReputationAlarmFacts[]>;
}

/** @see https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html */
export function createReputationReader(cloudWatch: CloudWatchClient, pacer: Pacer): ReputationReader {
  return {
    async rates(now) {
      const command = new GetMetricDataCommand({
        StartTime: new Date(now.getTime() - TWO_DAYS_MS),
        EndTime: now,
        ScanBy: 'TimestampDescending',
        MetricDataQueries: [query('bounce', BOUNCE_RATE), query('complaint', COMPLAINT_RATE)],
      });
      const answer = await pacer.run('cloudwatch:GetMetricData', (abortSignal) =>
        cloudWatch.send(command, { abortSignal }),
      );
      return toReputation(answer.MetricDataResults ?? []);
    },
    async alarms() {
      const alarms = await collectPages(
        'cloudwatch:DescribeAlarms',
        (NextToken) =>
          pacer.run('cloudwatch:DescribeAlarms', async (abortSignal) => {
            const command = new DescribeAlarmsCommand({
              AlarmTypes: ['MetricAlarm'],
              MaxRecords: ALARMS_PER_PAGE,
              NextToken,
            });
            const answer = await cloudWatch.send(command, { abortSignal });
            return { items: answer.MetricAlarms, next: answer.NextToken };
          }),
        MAX_ALARM_PAGES,
      );
      return alarms.flatMap(toReputationAlarm).slice(0, MAX_ALARMS);
    },
  };
}

function query(Id: string, MetricName: string) {
  const Metric = { Namespace: NAMESPACE, MetricName };
  return { Id, MetricStat: { Metric, Period: PERIOD_SECONDS, Stat: 'Average' } };
}

/** @throws UnexpectedAnswer where CloudWatch could not read a metric, which is no absence of it */
export function toReputation(results: readonly MetricDataResult[]): ReputationFacts {
  const broken = results.find(({ StatusCode: code }) => code === 'InternalError' || code === 'Forbidden');
  if (broken) {
    throw new UnexpectedAnswer(
      `GetMetricData could not read the ${broken.Id === 'bounce' ? BOUNCE_RATE : COMPLAINT_RATE} (${broken.StatusCode}).`,
    );
  }
  const bounce = newest(results, 'bounce');
  const complaint = newest(results, 'complaint');
  const times = [bounce?.at, complaint?.at].filter((at) => at !== undefined).sort();
  const at = times.at(-1);
  return {
    ...(bounce ? { bounceRate: bounce.value } : {}),
    ...(complaint ? { complaintRate: complaint.value } : {}),
    ...(at ? { at } : {}),
  };
}

/** By its own time, not by its place: CloudWatch was asked for the newest first, but a stand-in may not know that. */
function newest(results: readonly MetricDataResult[], id: string): { value: number; at: string } | undefined {
  let best: { value: number; time: number } | undefined;
  for (const { Timestamps = [], Values = [] } of results.filter((result) => result.Id === id)) {
    Timestamps.forEach((timestamp, index) => {
      const [value, time] = [Values[index], timestamp.getTime()];
      if (value !== undefined && Number.isFinite(value) && !(best && best.time >= time)) {
        if (!Number.isNaN(time)) best = { value, time };
      }
    });
  }
  return best && { value: best.value, at: new Date(best.time).toISOString() };
}

/**
 * An alarm counts where it watches the account's own rate (no dimension: those are configuration sets'), rising above a
 * fixed threshold; directly or as the one metric of an expression-less query.
 */
export function toReputationAlarm(alarm: MetricAlarm): ReputationAlarmFacts[] {
  const metric = watched(alarm);
  const rising = /^GreaterThan(OrEqualTo)?Threshold$/.test(alarm.ComparisonOperator ?? '');
  if (!metric || !rising || alarm.Threshold === undefined || !alarm.AlarmName) return [];
  const actions = (alarm.ActionsEnabled ?? false) && (alarm.AlarmActions ?? []).length > 0;
  return [{ name: plainText(alarm.AlarmName, 255), metric, threshold: alarm.Threshold, actions }];
}

function watched(alarm: MetricAlarm): ReputationMetric | undefined {
  const [query, ...more] = alarm.Metrics ?? [];
  const { Namespace, MetricName, Dimensions } = query?.MetricStat?.Metric ?? alarm;
  if (Namespace !== NAMESPACE || more.length > 0 || (Dimensions ?? []).length > 0) return undefined;
  return MetricName === BOUNCE_RATE || MetricName === COMPLAINT_RATE ? MetricName : undefined;
}
