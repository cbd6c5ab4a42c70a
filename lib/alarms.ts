/** The alarms. Each has an article of its name in docs/operations.md, which a test demands. */
import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { METRIC, METRICS_NAMESPACE, METRICS_SERVICE } from '../lambda/contract.ts';
import { NAME_PREFIX } from './functions.ts';
import type { Settings } from './settings.ts';
import type { AlertTopics } from './topics.ts';

export interface ScanAlarmsProps {
  settings: Settings;
  stateMachine: StateMachine;
  topics: AlertTopics;
  deadLetters: Queue;
}

interface AlarmSpec {
  name: string;
  /** One sentence for the e-mail. */
  says: string;
  metric: IMetric;
  /** The alarm goes off above this; 0 unless given. */
  above?: number;
  periods?: number;
  missing: TreatMissingData;
}

/** A metric that a handler emits; the namespace and the one dimension are Powertools' doing. */
export function handlerMetric(metricName: string, statistic: string, period: Duration): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { service: METRICS_SERVICE },
    statistic,
    period,
  });
}

const HOUR = Duration.hours(1);
const DAY = Duration.days(1);

export class ScanAlarms extends Construct {
  readonly alarms: Alarm[];

  constructor(scope: Construct, id: string, props: ScanAlarmsProps) {
    super(scope, id);
    const operations = new SnsAction(props.topics.operations);
    this.alarms = specs(props).map((spec) => this.make(spec, [operations]));
    this.alarms.push(
      // The topic without a confirmed subscription may be the operations topic itself: tell the other one, too.
      this.make(unconfirmedSubscription(), [operations, new SnsAction(props.topics.findings)]),
    );
  }

  private make(spec: AlarmSpec, actions: IAlarmAction[]): Alarm {
    const name = `${NAME_PREFIX}-${spec.name}`;
    const periods = spec.periods ?? 1;
    const alarm = new Alarm(this, spec.name, {
      alarmName: name,
      alarmDescription: `${spec.says} What to do: docs/operations.md, article ${name}.`,
      metric: spec.metric,
      threshold: spec.above ?? 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: periods,
      datapointsToAlarm: periods,
      treatMissingData: spec.missing,
    });
    alarm.addAlarmAction(...actions);
    return alarm;
  }
}

function specs(props: ScanAlarmsProps): AlarmSpec[] {
  return [
    ...executionAlarms(props.stateMachine),
    fullScanAge(props.settings),
    ...coverageAlarms(),
    ...deliveryAlarms(props),
  ];
}

function executionAlarms(stateMachine: StateMachine): AlarmSpec[] {
  const options = { statistic: Stats.SUM, period: Duration.minutes(5) };
  const missing = TreatMissingData.NOT_BREACHING;
  return [
    {
      name: 'scan-failed',
      says: 'A scan ended as FAILED.',
      metric: stateMachine.metricFailed(options),
      missing,
    },
    {
      name: 'scan-timed-out',
      says: 'A scan ran for 12 hours and was ended.',
      metric: stateMachine.metricTimedOut(options),
      missing,
    },
    {
      name: 'scan-aborted',
      says: 'Somebody stopped a scan.',
      metric: stateMachine.metricAborted(options),
      missing,
    },
  ];
}

/**
 * WatchScans measures once a day; an alarm over the last ten days does not exist (an alarm's window may not exceed 7).
 * Two periods: the measurement of a day may come minutes after the period's end, and one missing period is not silence.
 */
function fullScanAge(settings: Settings): AlarmSpec {
  const { maxScanAgeDays } = settings.thresholds;
  return {
    name: 'full-scan-too-old',
    says: `No full scan has succeeded for more than ${maxScanAgeDays} days, or nobody measures it any more.`,
    metric: handlerMetric(METRIC.fullScanAgeDays, Stats.MAXIMUM, DAY),
    above: maxScanAgeDays,
    periods: 2,
    missing: TreatMissingData.BREACHING,
  };
}

/** Emitted once a scan; between scans the last word stands, so that the alarm stays red until a scan has seen everything. */
function coverageAlarms(): AlarmSpec[] {
  const missing = TreatMissingData.IGNORE;
  return [
    {
      name: 'accounts-unseen',
      says: 'The last scan could not look into every account in scope.',
      metric: handlerMetric(METRIC.accountsUnseen, Stats.MAXIMUM, HOUR),
      missing,
    },
    {
      name: 'regions-unseen',
      says: 'The last scan could not look into every Region of the accounts that it reached.',
      metric: handlerMetric(METRIC.targetsUnseen, Stats.MAXIMUM, HOUR),
      missing,
    },
  ];
}

function deliveryAlarms({ topics, deadLetters }: ScanAlarmsProps): AlarmSpec[] {
  const missing = TreatMissingData.NOT_BREACHING;
  return [
    {
      name: 'digest-failed',
      says: 'A scan could not hand its digest to SNS; the next notifying scan sends it.',
      metric: handlerMetric(METRIC.digestFailed, Stats.SUM, HOUR),
      missing,
    },
    {
      name: 'digest-not-delivered',
      says: 'SNS could not deliver a digest to a subscriber.',
      metric: topics.findings.metricNumberOfNotificationsFailed({ statistic: Stats.SUM, period: HOUR }),
      missing,
    },
    {
      name: 'report-failed',
      says: 'The scan succeeded but its report or its SQL export was not written.',
      metric: handlerMetric(METRIC.reportFailed, Stats.SUM, HOUR),
      missing,
    },
    {
      name: 'dead-letters',
      says: 'An event of the scanner could not be delivered or handled.',
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({
        statistic: Stats.MAXIMUM,
        period: Duration.minutes(5),
      }),
      missing,
    },
  ];
}

function unconfirmedSubscription(): AlarmSpec {
  return {
    name: 'subscription-unconfirmed',
    says: 'A topic has no confirmed subscription: its mail reaches nobody.',
    metric: handlerMetric(METRIC.unconfirmedTopics, Stats.MAXIMUM, DAY),
    missing: TreatMissingData.IGNORE,
  };
}
