/** What starts something by itself: the weekly scan, the daily watch, and the end of an execution that failed. */
import { Aws, Duration, TimeZone } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke, StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { NAME_PREFIX, type ScanFunctions } from './functions.ts';
import { acknowledge, everythingUnder } from './nag.ts';
import type { Settings } from './settings.ts';

/** One queue for every event that could not be delivered or handled; its alarm has its own article in the runbook. */
export class DeadLetters extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      queueName: `${NAME_PREFIX}-dead-letters`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.queue, {
      'AwsSolutions-SQS3': 'This is the dead-letter queue; nothing consumes it but people.',
    });
  }
}

export interface TriggersProps {
  settings: Settings;
  stateMachine: StateMachine;
  functions: ScanFunctions;
  deadLetters: Queue;
}

export class Triggers extends Construct {
  private readonly props: TriggersProps;

  constructor(scope: Construct, id: string, props: TriggersProps) {
    super(scope, id);
    this.props = props;
    this.startScans();
    this.watchScans();
    this.closeFailedScans();
  }

  private startScans(): void {
    const { schedule } = this.props.settings;
    const target = new StepFunctionsStartExecution(this.props.stateMachine, {
      // The same for every attempt at one scheduled moment: ListAccounts knows a second delivery by it.
      role: this.schedulerRole('ScanScheduleRole', 'Starts scans.'),
      input: ScheduleTargetInput.fromObject({ scheduledTime: ContextAttribute.scheduledTime }),
      deadLetterQueue: this.props.deadLetters,
      retryAttempts: 10,
      maxEventAge: Duration.hours(6),
    });
    new Schedule(this, 'ScanSchedule', {
      scheduleName: `${NAME_PREFIX}-scan`,
      description: 'Starts the scan of the whole scope.',
      schedule: ScheduleExpression.expression(schedule.expression, TimeZone.of(schedule.timeZone)),
      timeWindow:
        schedule.flexibleWindowMinutes > 0
          ? TimeWindow.flexible(Duration.minutes(schedule.flexibleWindowMinutes))
          : TimeWindow.off(),
      enabled: schedule.enabled,
      target,
    });
  }

  private watchScans(): void {
    const watchScans = this.props.functions.byName['watch-scans'];
    const role = this.schedulerRole('WatchScheduleRole', 'Invokes WatchScans.');
    acknowledge(role, {
      [everythingUnder(watchScans, ':*')]:
        'The form that CDK grants invocation in; the function has no versions.',
    });
    new Schedule(this, 'WatchSchedule', {
      scheduleName: `${NAME_PREFIX}-watch-scans`,
      description: 'Measures the age of the last full scan and looks for unconfirmed subscriptions.',
      // UTC: its alarms read periods of 24 hours, which a change to summer time would shift.
      schedule: ScheduleExpression.cron({ minute: '0', hour: '12', timeZone: TimeZone.ETC_UTC }),
      target: new LambdaInvoke(watchScans, {
        role,
        deadLetterQueue: this.props.deadLetters,
        retryAttempts: 10,
        maxEventAge: Duration.hours(6),
      }),
    });
  }

  private schedulerRole(id: string, description: string): Role {
    const onlyOurs = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
    return new Role(this, id, {
      description: `EventBridge Scheduler for ses-posture: ${description}`,
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions: onlyOurs }),
    });
  }

  private closeFailedScans(): void {
    new Rule(this, 'ScanFailed', {
      ruleName: `${NAME_PREFIX}-scan-failed`,
      description: 'Closes the record of a scan whose execution failed, timed out or was aborted.',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
          // Exact: children of the Distributed Map carry `<machine>/<map>` and are not meant.
          stateMachineArn: [this.props.stateMachine.stateMachineArn],
        },
      },
      targets: [
        new LambdaFunction(this.props.functions.byName['record-failure'], {
          event: RuleTargetInput.fromObject({ detail: EventField.fromPath('$.detail') }),
          deadLetterQueue: this.props.deadLetters,
          retryAttempts: 10,
          maxEventAge: Duration.hours(6),
        }),
      ],
    });
  }
}
