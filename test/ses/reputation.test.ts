import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { afterEach, describe, expect, it } from 'vitest';
import { toReputationAlarm } from '../../lambda/ses/reputation.ts';
import { awsError, type StandInAnswer } from '../organization-reader/stand-in.ts';
import { openReader, REGION, type OpenReader } from './support.ts';

let opened: OpenReader | undefined;
afterEach(() => opened?.close());

const NOW = new Date('2026-11-21T09:00:00Z');
const at = (iso: string): number => new Date(iso).getTime() / 1000;

const results = (...MetricDataResults: object[]): StandInAnswer => ({ json: { MetricDataResults } });

async function rates(answer: StandInAnswer) {
  opened = await openReader(() => answer);
  return opened.reader.reputation.rates(NOW);
}

describe('the reputation', () => {
  it('is the newest value of each rate', async () => {
    const read = await rates(
      results(
        {
          Id: 'bounce',
          Timestamps: [at('2026-11-21T07:00:00Z'), at('2026-11-21T08:00:00Z'), at('2026-11-20T08:00:00Z')],
          Values: [0.03, 0.02, 0.9],
          StatusCode: 'Complete',
        },
        { Id: 'complaint', Timestamps: [at('2026-11-21T07:00:00Z')], Values: [0], StatusCode: 'PartialData' },
      ),
    );
    expect(read).toEqual({ bounceRate: 0.02, complaintRate: 0, at: '2026-11-21T08:00:00.000Z' });
  });

  it('is asked for as one call over two days of the account as a whole', async () => {
    await rates(results());
    const [request, ...more] = opened?.standIn.requests ?? [];
    expect(more).toEqual([]);
    expect(request).toMatchObject({ action: 'GetMetricData', region: REGION });
    const { StartTime, EndTime, MetricDataQueries } = request?.json as {
      StartTime: number;
      EndTime: number;
      MetricDataQueries: { MetricStat: { Metric: object } }[];
    };
    expect([StartTime, EndTime]).toEqual([at('2026-11-19T09:00:00Z'), at('2026-11-21T09:00:00Z')]);
    expect(MetricDataQueries.map(({ MetricStat }) => MetricStat.Metric)).toEqual([
      { Namespace: 'AWS/SES', MetricName: 'Reputation.BounceRate' },
      { Namespace: 'AWS/SES', MetricName: 'Reputation.ComplaintRate' },
    ]);
  });

  it.each([
    ['no metric at all', results()],
    ['metrics without values', results({ Id: 'bounce', Timestamps: [], Values: [] }, { Id: 'complaint' })],
  ])('is seen to be none with %s', async (_title, answer) => {
    expect(await rates(answer)).toEqual({});
  });

  it.each(['InternalError', 'Forbidden'])('is not taken for none after %s', async (StatusCode) => {
    await expect(rates(results({ Id: 'bounce', StatusCode }))).rejects.toThrow(/Reputation\.BounceRate/);
  });

  it('gives up after four throttled tries', async () => {
    await expect(rates(awsError('ThrottlingException', 'Rate exceeded'))).rejects.toThrow('Rate exceeded');
    expect(opened?.standIn.requests).toHaveLength(4);
  });
});

const ALARM: MetricAlarm = {
  AlarmName: 'ses-bounces',
  ActionsEnabled: true,
  AlarmActions: ['arn:aws:sns:eu-south-1:222222222222:alerts'],
  Namespace: 'AWS/SES',
  MetricName: 'Reputation.BounceRate',
  Threshold: 0.05,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
};
const FACT = { name: 'ses-bounces', metric: 'Reputation.BounceRate', threshold: 0.05, actions: true };

describe('alarms on the reputation', () => {
  it('are found among all alarms, page by page', async () => {
    opened = await openReader(({ json }) =>
      json['NextToken']
        ? { json: { MetricAlarms: [ALARM] } }
        : { json: { MetricAlarms: [{ ...ALARM, Namespace: 'AWS/Lambda' }], NextToken: 'more' } },
    );
    expect(await opened.reader.reputation.alarms()).toEqual([FACT]);
    expect(opened.standIn.requests.map(({ action, json }) => [action, json])).toEqual([
      ['DescribeAlarms', { AlarmTypes: ['MetricAlarm'], MaxRecords: 100 }],
      ['DescribeAlarms', { AlarmTypes: ['MetricAlarm'], MaxRecords: 100, NextToken: 'more' }],
    ]);
  });

  const stat = (MetricName: string) => ({
    Id: 'm',
    MetricStat: { Metric: { Namespace: 'AWS/SES', MetricName }, Period: 3600, Stat: 'Average' },
  });
  it.each<[title: string, alarm: MetricAlarm, facts: object[]]>([
    [
      'the other rate',
      { ...ALARM, MetricName: 'Reputation.ComplaintRate' },
      [{ ...FACT, metric: 'Reputation.ComplaintRate' }],
    ],
    ['no action', { ...ALARM, AlarmActions: [] }, [{ ...FACT, actions: false }]],
    ['actions switched off', { ...ALARM, ActionsEnabled: false }, [{ ...FACT, actions: false }]],
    [
      'the rate as a query',
      {
        ...ALARM,
        MetricName: undefined,
        Namespace: undefined,
        Metrics: [stat('Reputation.BounceRate')],
      },
      [FACT],
    ],
    ['an expression over several', { ...ALARM, Metrics: [stat('Reputation.BounceRate'), stat('Send')] }, []],
    [
      'a configuration set’s rate',
      {
        ...ALARM,
        Dimensions: [{ Name: 'ses:configuration-set', Value: 'news' }],
      },
      [],
    ],
    ['a falling rate', { ...ALARM, ComparisonOperator: 'LessThanThreshold' }, []],
    ['a band in place of a threshold', { ...ALARM, Threshold: undefined }, []],
    ['another metric of SES', { ...ALARM, MetricName: 'Bounce' }, []],
    ['nothing but a name', { AlarmName: 'x' }, []],
  ])('count or not: %s', (_title, alarm, facts) => {
    expect(toReputationAlarm(alarm)).toEqual(facts);
  });
});
