import type { TargetFacts } from '../facts/types.ts';
import { exampleTopic } from './feedback-paths.ts';
import { commandFix } from './fixes.ts';
import { permitted, permittedReasons, type PermittedReason } from './permitted.ts';
import { listed, say } from './say.ts';
import { notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Control, Fix, JudgeContext } from './types.ts';

type Reason =
  | 'ALARMS_SET'
  | 'ALARM_MISSING'
  | 'ALARM_THRESHOLD_HIGH'
  | 'ALARM_WITHOUT_ACTION'
  | PermittedReason
  | NotReadReason;
type Alarms = Extract<NonNullable<TargetFacts['reputationAlarms']>, { kind: 'seen' }>['value'];
type Metric = Alarms[number]['metric'];
type Fault = Exclude<Reason, 'ALARMS_SET' | PermittedReason | NotReadReason>;

const METRICS: readonly Metric[] = ['Reputation.BounceRate', 'Reputation.ComplaintRate'];
/** Gravest first. */
const FAULTS: readonly Fault[] = ['ALARM_MISSING', 'ALARM_THRESHOLD_HIGH', 'ALARM_WITHOUT_ACTION'];

export const acct11: Control<TargetFacts, Reason> = {
  id: 'ACCT-11',
  revision: 1,
  title: 'Alarms watch the reputation',
  subject: 'target',
  tier: 3,
  severity: 'LOW',
  reads: ['cloudwatch:DescribeAlarms'],
  permissions: ['alarms'],
  asserts:
    'CloudWatch alarms with an action watch the bounce and the complaint rate, with thresholds not above those of Amazon SES’s review.',
  why: 'Between two scans a bad campaign can get the account paused; an alarm tells within the hour.',
  evidence: 'The alarms on the two metrics, and what is wanting of each.',
  remedy: 'Creates the alarm; the topic that it tells is yours to name.',
  sources: [
    'Amazon SES developer guide: Creating reputation monitoring alarms using CloudWatch',
    'CloudWatch API: DescribeAlarms',
  ],
  reasons: {
    ALARMS_SET: { statuses: ['PASS'], means: 'Both rates have an alarm that acts in time.' },
    ALARM_MISSING: { statuses: ['WARN'], means: 'A rate has no alarm.' },
    ALARM_THRESHOLD_HIGH: {
      statuses: ['WARN'],
      means:
        'The alarm on a rate comes later than Amazon SES’s review (`thresholds.bounceFail`, `.complaintFail`).',
    },
    ALARM_WITHOUT_ACTION: { statuses: ['WARN'], means: 'The alarm on a rate tells nobody.' },
    ...permittedReasons,
    ...notReadReasons,
  },
  judge(facts, context) {
    const early = notRead<Reason>(acct11, facts);
    if (early) return [early];
    const read = permitted<Alarms, Reason>(acct11, facts.reputationAlarms, 'the alarms of CloudWatch');
    if ('finding' in read) return [read.finding];
    const faults = METRICS.flatMap((metric) => {
      const fault = faultOf(read.seen, metric, limitOf(metric, context));
      return fault ? [{ metric, fault }] : [];
    });
    const evidence = { alarms: read.seen.map((alarm) => ({ ...alarm })), faults };
    const worst = FAULTS.find((fault) => faults.some((one) => one.fault === fault));
    const first = faults.find(({ fault }) => fault === worst);
    if (worst === undefined || first === undefined) {
      const summary = 'Alarms watch the bounce and the complaint rate';
      return [say(acct11, { status: 'PASS', reason: 'ALARMS_SET', summary, evidence })];
    }
    const metrics = faults.filter(({ fault }) => fault === worst).map(({ metric }) => metric);
    return [
      say(acct11, {
        status: 'WARN',
        reason: worst,
        summary: `${SENTENCES[worst]} ${listed(metrics)}`,
        evidence,
        fix: fixFor(facts, first.metric, limitOf(first.metric, context)),
      }),
    ];
  },
};

const SENTENCES: Record<Fault, string> = {
  ALARM_MISSING: 'No alarm watches',
  ALARM_THRESHOLD_HIGH: 'The alarm comes too late on',
  ALARM_WITHOUT_ACTION: 'The alarm tells nobody of',
};

function limitOf(metric: Metric, { settings }: JudgeContext): number {
  const { bounceFail, complaintFail } = settings.thresholds;
  return metric === 'Reputation.BounceRate' ? bounceFail : complaintFail;
}

/** Of several alarms on a metric one that is in order is enough; otherwise the least fault of any. */
function faultOf(alarms: Alarms, metric: Metric, limit: number): Fault | undefined {
  const on = alarms.filter((alarm) => alarm.metric === metric);
  if (on.some(({ threshold, actions }) => threshold <= limit && actions)) return undefined;
  if (on.some(({ threshold }) => threshold <= limit)) return 'ALARM_WITHOUT_ACTION';
  return on.length > 0 ? 'ALARM_THRESHOLD_HIGH' : 'ALARM_MISSING';
}

function fixFor(facts: TargetFacts, metric: Metric, limit: number): Fix {
  const name = metric === 'Reputation.BounceRate' ? 'ses-bounce-rate' : 'ses-complaint-rate';
  return commandFix(
    facts,
    'Create an alarm with an action for each of the two metrics (the command is for the first one at fault); put the ARN of a topic that somebody reads into it.',
    [
      'cloudwatch',
      'put-metric-alarm',
      '--alarm-name',
      name,
      '--namespace',
      'AWS/SES',
      '--metric-name',
      metric,
      '--statistic',
      'Average',
      '--period',
      '3600',
      '--evaluation-periods',
      '1',
      '--threshold',
      String(limit),
      '--comparison-operator',
      'GreaterThanOrEqualToThreshold',
      '--treat-missing-data',
      'ignore',
      '--alarm-actions',
      exampleTopic(facts),
    ],
  );
}
