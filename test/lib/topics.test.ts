import { beforeAll, describe, expect, it } from 'vitest';
import {
  asText,
  COMPLETE_SETTINGS,
  resourcesOf,
  type Statement,
  synthesize,
  type Synthesized,
  theOnly,
} from './synthesized.ts';

let app: Synthesized;
beforeAll(() => {
  app = synthesize(COMPLETE_SETTINGS);
});

const source = (service: string, resource: string): string =>
  `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`;
const FROM_OUR_ALARMS = {
  StringEquals: { 'aws:SourceAccount': '${AWS::AccountId}' },
  ArnLike: { 'aws:SourceArn': source('cloudwatch', 'alarm:ses-posture-*') },
};

function statements(document: unknown): Statement[] {
  return (document as { Statement: Statement[] }).Statement.map(
    (statement) => asText(statement) as Statement,
  );
}

describe('the key of the topics', () => {
  const key = () => theOnly(app.scanner, 'AWS::KMS::Key').Properties;

  it('is ours, and rotates', () => {
    expect(key()).toMatchObject({ EnableKeyRotation: true });
  });

  it('admits the account, our alarms, and EventBridge without the conditions that it does not support', () => {
    expect(statements(key()['KeyPolicy'])).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' },
        Action: 'kms:*',
        Resource: '*',
      },
      {
        Sid: 'CloudWatchAlarms',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Resource: '*',
        Condition: FROM_OUR_ALARMS,
      },
      {
        Sid: 'EventBridgeRules',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Resource: '*',
      },
    ]);
  });
});

describe.each([
  ['ses-posture-findings', 'mail-team@example.com'],
  ['ses-posture-operations', 'on-call@example.com'],
])('the topic %s', (topicName, address) => {
  const topicId = (): string =>
    Object.entries(resourcesOf(app.scanner, 'AWS::SNS::Topic')).find(
      ([, { Properties }]) => Properties['TopicName'] === topicName,
    )![0];

  it('is encrypted with the key', () => {
    const topic = resourcesOf(app.scanner, 'AWS::SNS::Topic')[topicId()]!;
    expect(asText(topic.Properties['KmsMasterKeyId'])).toMatch(/^\$\{TopicsKey\w+\.Arn\}$/);
  });

  it('lets our alarms and rules publish, and nobody without TLS', () => {
    const policy = Object.values(resourcesOf(app.scanner, 'AWS::SNS::TopicPolicy')).find(({ Properties }) =>
      JSON.stringify(Properties['Topics']).includes(topicId()),
    )!;
    const resource = `\${${topicId()}}`;
    expect(statements(policy.Properties['PolicyDocument'])).toEqual([
      {
        Sid: 'AllowPublishThroughSSLOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: resource,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Sid: 'CloudWatchAlarms',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: resource,
        Condition: FROM_OUR_ALARMS,
      },
      {
        Sid: 'EventBridgeRules',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: resource,
        Condition: { ArnLike: { 'aws:SourceArn': source('events', 'rule/ses-posture-*') } },
      },
    ]);
  });

  it('mails its own people', () => {
    const subscribers = Object.values(resourcesOf(app.scanner, 'AWS::SNS::Subscription'))
      .filter(({ Properties }) => JSON.stringify(Properties['TopicArn']).includes(topicId()))
      .map(({ Properties }) => [Properties['Protocol'], Properties['Endpoint']]);
    expect(subscribers).toEqual([['email', address]]);
  });
});
