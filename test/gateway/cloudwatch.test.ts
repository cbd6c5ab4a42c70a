import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  ListMetricsCommand,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorldAlarm, WorldMetric } from '../../local/organization/types.ts';
import { allPages, assumeMember, refusalOf, type Sandbox, startSandbox } from './harness.ts';
import { signedFetch } from './signed-fetch.ts';
import { MEMBER, memberKeys, worldWithTarget } from './world.ts';

const METRICS: WorldMetric[] = [
  {
    name: 'Reputation.BounceRate',
    points: [
      { timestamp: '2026-11-20T10:05:00Z', value: 0.01 },
      { timestamp: '2026-11-20T10:35:00Z', value: 0.03 },
      { timestamp: '2026-11-20T12:00:00Z', value: 0.04 },
    ],
  },
  { name: 'Reputation.ComplaintRate', points: [{ timestamp: '2026-11-20T10:05:00Z', value: 0.0002 }] },
];
const alarm = (name: string, more: Partial<WorldAlarm> = {}): WorldAlarm => ({
  name,
  namespace: 'AWS/SES',
  metric: 'Reputation.BounceRate',
  threshold: 0.05,
  comparison: 'GreaterThanOrEqualToThreshold',
  actionsEnabled: true,
  alarmActions: [`arn:aws:sns:eu-west-1:${MEMBER}:alarms`],
  state: 'OK',
  ...more,
});

let sandbox: Sandbox;
let client: CloudWatchClient;
beforeAll(async () => {
  const alarms = ['ses-bounce', 'ses-complaint', 'cpu'].map((name) => alarm(name));
  alarms.push(
    alarm('queue', { namespace: 'AWS/SQS', dimensions: { QueueName: 'q' }, actionsEnabled: false }),
  );
  sandbox = await startSandbox({ world: worldWithTarget({ metrics: METRICS, alarms }) });
  client = new CloudWatchClient(sandbox.config(memberKeys, 'eu-west-1'));
});
afterAll(() => sandbox.close());

const query = (
  MetricName: string,
  Id = 'a',
  more: Partial<NonNullable<MetricDataQuery['MetricStat']>> = {},
) => ({
  Id,
  MetricStat: { Metric: { Namespace: 'AWS/SES', MetricName }, Period: 3600, Stat: 'Average', ...more },
});
const question = (more: Partial<GetMetricDataCommandInput> = {}): GetMetricDataCommandInput => ({
  MetricDataQueries: [query('Reputation.BounceRate')],
  StartTime: new Date('2026-11-19T00:00:00Z'),
  EndTime: new Date('2026-11-21T00:00:00Z'),
  ...more,
});

describe('GetMetricData', () => {
  it('gives one value a period, the newest first', async () => {
    const { MetricDataResults } = await client.send(new GetMetricDataCommand(question()));
    expect(MetricDataResults).toEqual([
      {
        Id: 'a',
        Label: 'Reputation.BounceRate',
        Timestamps: [new Date('2026-11-20T12:00:00Z'), new Date('2026-11-20T10:00:00Z')],
        Values: [0.04, 0.02],
        StatusCode: 'Complete',
      },
    ]);
  });

  it.each([
    ['Maximum', 0.03],
    ['Minimum', 0.01],
    ['Sum', 0.04],
    ['SampleCount', 2],
  ])('knows the statistic %s', async (Stat, value) => {
    const input = question({
      MetricDataQueries: [query('Reputation.BounceRate', 'a', { Stat })],
      ScanBy: 'TimestampAscending',
    });
    const { MetricDataResults } = await client.send(new GetMetricDataCommand(input));
    expect(MetricDataResults?.[0]?.Values?.[0]).toBeCloseTo(value, 12);
  });

  it('tells nothing before the start, nothing at the end, and nothing of a metric that nobody put', async () => {
    const valuesOf = async (input: GetMetricDataCommandInput): Promise<unknown> =>
      (await client.send(new GetMetricDataCommand(input))).MetricDataResults?.map(({ Values }) => Values);
    const until = question({ EndTime: new Date('2026-11-20T12:00:00Z') });
    expect(await valuesOf(until)).toEqual([[0.02]]);
    expect(await valuesOf(question({ StartTime: new Date('2026-11-20T12:00:01Z') }))).toEqual([[]]);
    expect(await valuesOf(question({ MetricDataQueries: [query('Reputation.Unheard')] }))).toEqual([[]]);
    const elsewhere = { Namespace: 'AWS/SQS', MetricName: 'Reputation.BounceRate' };
    const dimensions = [{ Name: 'ses:from-domain', Value: 'example.com' }];
    for (const Metric of [elsewhere, { ...elsewhere, Namespace: 'AWS/SES', Dimensions: dimensions }]) {
      const input = question({ MetricDataQueries: [query('', 'a', { Metric })] });
      expect(await valuesOf(input)).toEqual([[]]);
    }
  });

  it('cuts the data points of all metrics into pages', async () => {
    const MetricDataQueries = [query('Reputation.BounceRate', 'b'), query('Reputation.ComplaintRate', 'c')];
    const { items, pages } = await allPages(async (NextToken) => {
      const page = await client.send(
        new GetMetricDataCommand(question({ MetricDataQueries, MaxDatapoints: 2, NextToken })),
      );
      const results = page.MetricDataResults ?? [];
      return {
        items: results.flatMap(({ Id, Values = [] }) => Values.map((v) => [Id, v])),
        token: page.NextToken,
      };
    });
    expect(items).toEqual([
      ['b', 0.04],
      ['b', 0.02],
      ['c', 0.0002],
    ]);
    expect(pages).toEqual([2, 1]);
  });

  it.each<[string, Partial<GetMetricDataCommandInput>, string]>([
    ['no metric', { MetricDataQueries: [] }, 'InvalidParameterValueException'],
    [
      'an expression',
      { MetricDataQueries: [{ Id: 'a', Expression: 'SEARCH(1)' }] },
      'InvalidParameterCombinationException',
    ],
    [
      'one id twice',
      { MetricDataQueries: [query('Send'), query('Reputation.BounceRate')] },
      'InvalidParameterValueException',
    ],
    ['an id in upper case', { MetricDataQueries: [query('Send', 'A')] }, 'InvalidParameterValueException'],
    [
      'a period of 90 seconds',
      { MetricDataQueries: [query('Send', 'a', { Period: 90 })] },
      'InvalidParameterValueException',
    ],
    ['an end before the start', { EndTime: new Date('2026-11-01') }, 'InvalidParameterValueException'],
    ['a made-up token', { NextToken: 'made-up' }, 'InvalidNextToken'],
  ])('refuses %s', async (_case, more, code) => {
    const { name, status } = await refusalOf(client.send(new GetMetricDataCommand(question(more))));
    expect({ name, status }).toEqual({ name: code, status: 400 });
  });
});

describe('DescribeAlarms', () => {
  const names = async (input: ConstructorParameters<typeof DescribeAlarmsCommand>[0]): Promise<unknown[]> => {
    const { items } = await allPages(async (NextToken) => {
      const page = await client.send(new DescribeAlarmsCommand({ MaxRecords: 1, ...input, NextToken }));
      return { items: page.MetricAlarms, token: page.NextToken };
    });
    return items.map(({ AlarmName }) => AlarmName);
  };

  it.each([
    ['all of them', {}, ['ses-bounce', 'ses-complaint', 'cpu', 'queue']],
    ['those of a prefix', { AlarmNamePrefix: 'ses-' }, ['ses-bounce', 'ses-complaint']],
    ['named ones', { AlarmNames: ['cpu', 'absent'] }, ['cpu']],
    ['no metric alarm where composite ones are asked', { AlarmTypes: ['CompositeAlarm' as const] }, []],
  ])('lists %s, page by page', async (_case, input, expected) => {
    expect(await names(input)).toEqual(expected);
  });

  it('tells what an alarm watches', async () => {
    const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms?.[0]).toMatchObject({
      AlarmArn: `arn:aws:cloudwatch:eu-west-1:${MEMBER}:alarm:ses-bounce`,
      Namespace: 'AWS/SES',
      MetricName: 'Reputation.BounceRate',
      Dimensions: [],
      Threshold: 0.05,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      ActionsEnabled: true,
      AlarmActions: [`arn:aws:sns:eu-west-1:${MEMBER}:alarms`],
      StateValue: 'OK',
    });
    expect(MetricAlarms?.[3]).toMatchObject({
      Dimensions: [{ Name: 'QueueName', Value: 'q' }],
      ActionsEnabled: false,
    });
  });

  it('has none in a Region where nothing was set up', async () => {
    const elsewhere = new CloudWatchClient(sandbox.config(memberKeys, 'us-east-1'));
    expect((await elsewhere.send(new DescribeAlarmsCommand({}))).MetricAlarms).toEqual([]);
  });
});

describe('Refusals of CloudWatch', () => {
  it('keeps a role to its permissions, alarms by their ARN', async () => {
    const role = new CloudWatchClient(sandbox.config(await assumeMember(sandbox), 'eu-west-1'));
    const { name, message } = await refusalOf(role.send(new DescribeAlarmsCommand({})));
    expect(name).toBe('AccessDeniedException');
    expect(message).toContain(
      `cloudwatch:DescribeAlarms on resource: arn:aws:cloudwatch:eu-west-1:${MEMBER}:alarm:* because no identity-based`,
    );
    const metrics = await refusalOf(role.send(new GetMetricDataCommand(question())));
    expect(metrics.message).toContain('cloudwatch:GetMetricData on resource: *');
  });

  it('names a service control policy that denies the Region', async () => {
    const denied = new CloudWatchClient(sandbox.config(memberKeys, 'eu-west-3'));
    const { message } = await refusalOf(denied.send(new DescribeAlarmsCommand({})));
    expect(message).toMatch(/ with an explicit deny in a service control policy$/);
  });

  it('names an operation that it does not offer, and one under another target prefix', async () => {
    const { name, message } = await refusalOf(client.send(new ListMetricsCommand({})));
    expect(name).toBe('UnknownOperationException');
    expect(message).toContain('cloudwatch:ListMetrics');
    const { status, body } = await signedFetch(sandbox.gateway.url, {
      region: 'eu-west-1',
      service: 'monitoring',
      keys: memberKeys,
      method: 'POST',
      path: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'Other_20100801.DescribeAlarms',
      },
      body: '{}',
    });
    expect(status).toBe(400);
    expect(body).toContain('Other_20100801.DescribeAlarms');
  });
});
