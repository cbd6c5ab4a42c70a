/** One page for "is it alive, does it see everything, what does it find". */
import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { METRIC } from '../lambda/contract.ts';
import { handlerMetric, type ScanAlarms } from './alarms.ts';
import { HANDLER_NAMES, NAME_PREFIX, type ScanFunctions } from './functions.ts';

export interface ScanDashboardProps {
  stateMachine: StateMachine;
  functions: ScanFunctions;
  alarms: ScanAlarms;
}

const DAY = Duration.days(1);

export class ScanDashboard extends Construct {
  constructor(scope: Construct, id: string, props: ScanDashboardProps) {
    super(scope, id);
    const { stateMachine, functions, alarms } = props;
    const daily = { statistic: Stats.SUM, period: DAY };
    const ofEach = (metric: (name: (typeof HANDLER_NAMES)[number]) => IMetric): IMetric[] =>
      HANDLER_NAMES.map(metric);
    new Dashboard(this, 'Dashboard', {
      dashboardName: NAME_PREFIX,
      defaultInterval: Duration.days(35),
      widgets: [
        [
          new TextWidget({
            markdown: `# SES posture\nWhat each alarm means and what to do: docs/operations.md. Start a scan: state machine ${stateMachine.stateMachineName}, input \`{}\`.`,
            width: 24,
            height: 2,
          }),
        ],
        [new AlarmStatusWidget({ title: 'Alarms', alarms: alarms.alarms, width: 24, height: 4 })],
        [
          graph('Scans', [
            stateMachine.metricSucceeded(daily),
            stateMachine.metricFailed(daily),
            stateMachine.metricTimedOut(daily),
            stateMachine.metricAborted(daily),
          ]),
          graph('Duration of scans', [stateMachine.metricTime({ statistic: Stats.MAXIMUM, period: DAY })]),
          graph('Days since the last full scan', [handlerMetric(METRIC.fullScanAgeDays, Stats.MAXIMUM, DAY)]),
        ],
        [
          graph('Not seen', [
            handlerMetric(METRIC.accountsUnseen, Stats.MAXIMUM, DAY),
            handlerMetric(METRIC.targetsUnseen, Stats.MAXIMUM, DAY),
          ]),
          graph('Identities judged', [handlerMetric(METRIC.identitiesJudged, Stats.MAXIMUM, DAY)]),
          graph('Changes reported', [handlerMetric(METRIC.changesReported, Stats.SUM, DAY)]),
        ],
        [
          graph(
            'Errors of functions',
            ofEach((name) => functions.byName[name].metricErrors(daily)),
          ),
          graph(
            'Throttled invocations',
            ofEach((name) => functions.byName[name].metricThrottles(daily)),
          ),
          graph(
            'Longest run of each function',
            ofEach((name) =>
              functions.byName[name].metricDuration({ statistic: Stats.MAXIMUM, period: DAY }),
            ),
          ),
        ],
      ],
    });
  }
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8, height: 6, leftYAxis: { min: 0 } });
}
