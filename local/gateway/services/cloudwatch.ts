/** Amazon CloudWatch (JSON 1.0): the account's reputation metrics of AWS/SES, and metric alarms. */
import type { WorldAlarm } from '../../organization/types.ts';
import { AwsError, CommonFailure } from '../errors.ts';
import type { Input } from '../input.ts';
import { jsonProtocol, type Output } from '../protocol.ts';
import { type Call, epochSeconds, type Operations, pageOf, type Service } from '../service.ts';
import { targetOf } from './ses-targets.ts';

/** Data points of one answer, and metrics of one question (CloudWatch API reference, GetMetricData). */
const MOST_POINTS = 100_800;
const MOST_QUERIES = 500;

interface Query {
  id: string;
  namespace: string;
  metric: string;
  dimensions: number;
  /** Seconds. */
  period: number;
  stat: string;
}

const operations: Operations = {
  GetMetricData: { action: 'cloudwatch:GetMetricData', run: metricData },
  DescribeAlarms: {
    action: 'cloudwatch:DescribeAlarms',
    resource: ({ region, account }) => alarmArn(region, account.id, '*'),
    run: describeAlarms,
  },
};

export const cloudwatch: Service = {
  name: 'cloudwatch',
  signingName: 'monitoring',
  protocol: jsonProtocol(
    '1.0',
    { invalid: { code: 'InvalidParameterValueException', status: 400 } },
    'GraniteServiceVersion20100801',
  ),
  operations,
  bodyLimit: 1024 * 1024,
  global: false,
  throttled: false,
};

function metricData(call: Call): Output {
  const { input } = call;
  const queries = (input.records('MetricDataQueries') ?? []).map(queryOf);
  if (queries.length === 0 || queries.length > MOST_QUERIES)
    throw new CommonFailure('invalid', `MetricDataQueries must hold between 1 and ${MOST_QUERIES} members.`);
  if (new Set(queries.map(({ id }) => id)).size < queries.length)
    throw new CommonFailure('invalid', 'The ids of MetricDataQueries must be unique.');
  const [start, end] = [instant(input, 'StartTime'), instant(input, 'EndTime')];
  if (start >= end) throw new CommonFailure('invalid', 'The parameter StartTime must be less than EndTime.');
  const ascending = input.text('ScanBy') === 'TimestampAscending';
  const points = queries.flatMap((query) => {
    const all = pointsOf(call, query, start, end);
    return (ascending ? all : all.reverse()).map((point) => ({ id: query.id, ...point }));
  });
  const size = input.integer('MaxDatapoints', 1, MOST_POINTS) ?? MOST_POINTS;
  const filters = JSON.stringify([queries, start, end, ascending]);
  const { items, nextToken } = pageOf(call, points, size, input.text('NextToken'), badToken, filters);
  const results = queries.map(({ id, metric }) => {
    const own = items.filter((point) => point.id === id);
    const StatusCode = nextToken === undefined ? 'Complete' : 'PartialData';
    const [Timestamps, Values] = [own.map(({ at }) => at), own.map(({ value }) => value)];
    return { Id: id, Label: metric, Timestamps, Values, StatusCode };
  });
  return { MetricDataResults: results, NextToken: nextToken, Messages: [] };
}

/** Only metrics themselves: expressions are refused rather than misread. */
function queryOf(query: Input): Query {
  const id = query.requiredText('Id');
  if (!/^[a-z]\w{0,254}$/.test(id))
    throw new CommonFailure(
      'invalid',
      `The value ${id.slice(0, 100)} for parameter Id is not matching the pattern.`,
    );
  const stat = query.record('MetricStat');
  const metric = stat?.record('Metric');
  if (!stat || !metric)
    throw new AwsError(
      'InvalidParameterCombinationException',
      `The simulated CloudWatch wants a MetricStat for ${id}.`,
    );
  const period = stat.integer('Period', 1, 86_400);
  if (period === undefined) throw new CommonFailure('invalid', `The query ${id} has no Period.`);
  if (period % 60 !== 0) throw new CommonFailure('invalid', `The Period of ${id} is no multiple of 60.`);
  return {
    id,
    namespace: metric.requiredText('Namespace'),
    metric: metric.requiredText('MetricName'),
    dimensions: metric.records('Dimensions')?.length ?? 0,
    period,
    stat: stat.requiredText('Stat'),
  };
}

/** Seconds since 1970. */
function instant(input: Input, name: string): number {
  const value = input.number(name);
  if (value !== undefined) return value;
  throw new AwsError('MissingRequiredParameterException', `The parameter ${name} is required.`);
}

/** One point a period that has any, oldest first. A metric that nobody ever put has none: that is no error. */
function pointsOf(call: Call, query: Query, start: number, end: number): { at: number; value: number }[] {
  if (query.namespace !== 'AWS/SES' || query.dimensions > 0) return [];
  const metric = targetOf(call).metrics?.find(({ name }) => name === query.metric);
  const byPeriod = new Map<number, number[]>();
  for (const { timestamp, value } of metric?.points ?? []) {
    const at = epochSeconds(timestamp) ?? 0;
    if (at < start || at >= end) continue;
    const period = Math.floor(at / query.period) * query.period;
    byPeriod.set(period, [...(byPeriod.get(period) ?? []), value]);
  }
  return [...byPeriod]
    .sort(([a], [b]) => a - b)
    .map(([at, values]) => ({ at, value: statistic(query.stat, values) }));
}

function statistic(name: string, values: number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  switch (name) {
    case 'Average':
      return sum / values.length;
    case 'Sum':
      return sum;
    case 'Maximum':
      return Math.max(...values);
    case 'Minimum':
      return Math.min(...values);
    case 'SampleCount':
      return values.length;
    default:
      throw new CommonFailure('invalid', `The simulated CloudWatch has no statistic ${name.slice(0, 100)}.`);
  }
}

function describeAlarms(call: Call): Output {
  const { input } = call;
  const [names, prefix, types] = [
    input.texts('AlarmNames'),
    input.text('AlarmNamePrefix'),
    input.texts('AlarmTypes'),
  ];
  if (names && prefix !== undefined)
    throw new AwsError(
      'InvalidParameterCombinationException',
      'AlarmNames and AlarmNamePrefix exclude each other.',
    );
  // Without AlarmTypes only metric alarms are told.
  const wanted = types === undefined || types.includes('MetricAlarm');
  const all = (targetOf(call).alarms ?? []).filter(
    ({ name }) => wanted && (names?.includes(name) ?? true) && name.startsWith(prefix ?? ''),
  );
  const size = input.integer('MaxRecords', 1, 100) ?? 50;
  const filters = JSON.stringify([names, prefix, types]);
  const { items, nextToken } = pageOf(call, all, size, input.text('NextToken'), badToken, filters);
  const MetricAlarms = items.map((alarm) => alarmOutput(call, alarm));
  return { MetricAlarms, CompositeAlarms: [], NextToken: nextToken };
}

function alarmOutput({ region, account }: Call, alarm: WorldAlarm): Output {
  return {
    AlarmName: alarm.name,
    AlarmArn: alarmArn(region, account.id, alarm.name),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: [],
    AlarmActions: alarm.alarmActions,
    InsufficientDataActions: [],
    StateValue: alarm.state,
    Namespace: alarm.namespace,
    MetricName: alarm.metric,
    Dimensions: Object.entries(alarm.dimensions ?? {}).map(([Name, Value]) => ({ Name, Value })),
    Statistic: 'Average',
    Period: 3_600,
    EvaluationPeriods: 1,
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparison,
    TreatMissingData: 'missing',
  };
}

function alarmArn(region: string, accountId: string, name: string): string {
  return `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`;
}

function badToken(): Error {
  return new AwsError('InvalidNextToken', 'Unable to process the NextToken parameter.');
}
