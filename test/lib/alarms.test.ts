import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { METRIC, METRICS_NAMESPACE, METRICS_SERVICE } from '../../lambda/contract.ts';
import { asText, COMPLETE_SETTINGS, resourcesOf, synthesize, type Synthesized } from './synthesized.ts';

interface AlarmProperties {
  AlarmName: string;
  AlarmDescription: string;
  AlarmActions: unknown[];
  Namespace: string;
  MetricName: string;
  Dimensions: { Name: string; Value: unknown }[];
  Threshold: number;
  ComparisonOperator: string;
  TreatMissingData: string;
  Period: number;
  EvaluationPeriods: number;
  DatapointsToAlarm: number;
  Statistic: string;
}

let app: Synthesized;
let alarms: { [name: string]: AlarmProperties };
beforeAll(() => {
  app = synthesize({ ...COMPLETE_SETTINGS, thresholds: { maxScanAgeDays: 12 } });
  alarms = Object.fromEntries(
    Object.values(resourcesOf(app.scanner, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => {
      const alarm = Properties as unknown as AlarmProperties;
      return [alarm.AlarmName.replace(/^ses-posture-/, ''), alarm];
    }),
  );
});

describe('an alarm on what handlers emit', () => {
  it.each([
    ['full-scan-too-old', METRIC.fullScanAgeDays],
    ['accounts-unseen', METRIC.accountsUnseen],
    ['regions-unseen', METRIC.targetsUnseen],
    ['digest-failed', METRIC.digestFailed],
    ['report-failed', METRIC.reportFailed],
    ['subscription-unconfirmed', METRIC.unconfirmedTopics],
  ])('%s reads the metric %s of the contract, with its one dimension', (name, metricName) => {
    expect(alarms[name]).toMatchObject({
      Namespace: METRICS_NAMESPACE,
      MetricName: metricName,
      Dimensions: [{ Name: 'service', Value: METRICS_SERVICE }],
    });
  });
});

describe('an alarm on what AWS emits', () => {
  it.each([
    ['scan-failed', 'AWS/States', 'ExecutionsFailed', 'StateMachineArn', /^\$\{WorkflowStateMachine/],
    ['scan-timed-out', 'AWS/States', 'ExecutionsTimedOut', 'StateMachineArn', /^\$\{WorkflowStateMachine/],
    ['scan-aborted', 'AWS/States', 'ExecutionsAborted', 'StateMachineArn', /^\$\{WorkflowStateMachine/],
    [
      'digest-not-delivered',
      'AWS/SNS',
      'NumberOfNotificationsFailed',
      'TopicName',
      /^\$\{TopicsFindings\w+\.TopicName\}/,
    ],
    [
      'dead-letters',
      'AWS/SQS',
      'ApproximateNumberOfMessagesVisible',
      'QueueName',
      /^\$\{DeadLettersQueue\w+\.QueueName\}/,
    ],
  ])('%s reads %s %s', (name, namespace, metricName, dimension, value) => {
    expect(alarms[name]).toMatchObject({ Namespace: namespace, MetricName: metricName });
    expect(alarms[name]!.Dimensions.map((entry) => [entry.Name, asText(entry.Value)])).toEqual([
      [dimension, expect.stringMatching(value) as unknown],
    ]);
  });
});

describe('every alarm', () => {
  it('is one of eleven', () => {
    expect(Object.keys(alarms)).toHaveLength(11);
  });

  it('goes off above its threshold: zero, or the greatest age of a scan', () => {
    for (const [name, alarm] of Object.entries(alarms)) {
      expect(alarm.ComparisonOperator).toBe('GreaterThanThreshold');
      expect(alarm.Threshold, name).toBe(name === 'full-scan-too-old' ? 12 : 0);
    }
  });

  it('looks back no more than the seven days that CloudWatch allows', () => {
    for (const { Period, EvaluationPeriods } of Object.values(alarms)) {
      expect(Period * EvaluationPeriods).toBeLessThanOrEqual(7 * 24 * 3600);
    }
  });

  it('tells operations; a missing subscription is told on both topics', () => {
    for (const [name, { AlarmActions }] of Object.entries(alarms)) {
      const topics = AlarmActions.map((action) => String(asText(action)).replace(/[0-9A-F]{8}\}$/, '}'));
      const expected =
        name === 'subscription-unconfirmed'
          ? ['${TopicsOperations}', '${TopicsFindings}']
          : ['${TopicsOperations}'];
      expect(topics, name).toEqual(expected);
    }
  });

  it('takes silence for a fault only where silence is one', () => {
    const breaching = Object.entries(alarms).flatMap(([name, alarm]) =>
      alarm.TreatMissingData === 'breaching' ? [name] : [],
    );
    expect(breaching).toEqual(['full-scan-too-old']);
  });

  it('keeps its last word between scans where the fault lasts until a scan says otherwise', () => {
    const lasting = Object.entries(alarms).flatMap(([name, alarm]) =>
      alarm.TreatMissingData === 'ignore' ? [name] : [],
    );
    expect(lasting.sort()).toEqual(['accounts-unseen', 'regions-unseen', 'subscription-unconfirmed']);
  });

  it('has its article in the runbook, with its three parts', () => {
    const articles = readFileSync('docs/operations.md', 'utf8').split(/^## /m).slice(1);
    for (const { AlarmName, AlarmDescription } of Object.values(alarms)) {
      const article = articles.find((text) => text.startsWith(`${AlarmName}\n`));
      expect(article, AlarmName).toBeDefined();
      expect(article!.match(/^### .*$/gm), AlarmName).toEqual([
        '### Description',
        '### Investigation',
        '### Resolution',
      ]);
      expect(AlarmDescription).toContain(`docs/operations.md, article ${AlarmName}.`);
    }
  });
});
