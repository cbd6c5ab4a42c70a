import { afterEach, describe, expect, it } from 'vitest';
import { admitsSes, matches } from '../../lambda/ses/topic-policy.ts';
import { queryError, type StandInAnswer } from '../organization-reader/stand-in.ts';
import { ACCOUNT, openReader, REGION, type OpenReader } from './support.ts';

let opened: OpenReader | undefined;
afterEach(() => opened?.close());

const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:bounces`;
const IDENTITY = `arn:aws:ses:${REGION}:${ACCOUNT}:identity/example.com`;
const SET = `arn:aws:ses:${REGION}:${ACCOUNT}:configuration-set/news`;

function attributes(entries: { [key: string]: string }): StandInAnswer {
  const members = Object.entries(entries).map(
    ([key, value]) => `<entry><key>${key}</key><value>${value.replaceAll('"', '&quot;')}</value></entry>`,
  );
  return {
    xml: `<GetTopicAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><GetTopicAttributesResult><Attributes>${members.join('')}</Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>`,
  };
}

async function read(answer: StandInAnswer, arn = TOPIC) {
  opened = await openReader(() => answer);
  return opened.reader.readTopic(arn, [IDENTITY]);
}

const allow = (more: object = {}): object => ({
  Effect: 'Allow',
  Principal: { Service: 'ses.amazonaws.com' },
  Action: 'SNS:Publish',
  Resource: TOPIC,
  ...more,
});
const policy = (...Statement: object[]): string => JSON.stringify({ Version: '2008-10-17', Statement });

describe('a topic', () => {
  it('is found with its subscriptions and whether it admits SES', async () => {
    const answer = attributes({
      SubscriptionsConfirmed: '2',
      SubscriptionsPending: '1',
      Policy: policy(allow()),
    });
    expect(await read(answer)).toEqual({
      arn: TOPIC,
      state: 'found',
      confirmed: 2,
      pending: 1,
      admitsSes: true,
    });
    expect(opened?.standIn.requests[0]).toMatchObject({ action: 'GetTopicAttributes', region: REGION });
  });

  it('is found without what SNS leaves out', async () => {
    expect(await read(attributes({}))).toEqual({ arn: TOPIC, state: 'found', admitsSes: 'unknown' });
  });

  it('is asked for in its own Region', async () => {
    await read(attributes({}), TOPIC.replace(REGION, 'us-east-1'));
    expect(opened?.standIn.requests[0]?.region).toBe('us-east-1');
  });

  it.each<[title: string, answer: StandInAnswer, state: string]>([
    ['deleted', queryError('NotFound', 'Topic does not exist', 404), 'missing'],
    ['denied', queryError('AuthorizationError', 'not authorized', 403), 'ACCESS_DENIED'],
    ['throttled', queryError('Throttled', 'Rate exceeded', 429), 'THROTTLED'],
    ['refused as no topic', queryError('InvalidParameter', 'Invalid parameter: TopicArn', 400), 'FAILED'],
  ])('that is %s says so', async (_title, answer, state) => {
    expect(await read(answer)).toEqual({ arn: TOPIC, state });
  });

  it.each([
    ['of another account', `arn:aws:sns:${REGION}:999999999999:bounces`, 'foreign'],
    ['whose Region is none', `arn:aws:sns:evil.example/#:${ACCOUNT}:bounces`, 'FAILED'],
    ['that is no topic', 'bounces', 'FAILED'],
    ['of another service', TOPIC.replace('sns', 'sqs'), 'FAILED'],
  ])('%s is not asked for', async (_title, arn, state) => {
    expect(await read(attributes({}), arn)).toEqual({ arn, state });
    expect(opened?.standIn.requests).toEqual([]);
  });
});

describe('whether a topic’s policy admits SES', () => {
  const when = (operator: string, key: string, value: unknown): object => ({
    Condition: { [operator]: { [key]: value } },
  });
  it.each<[title: string, statements: object[], admitted: boolean | 'unknown']>([
    ['the service is allowed', [allow()], true],
    ['everybody is allowed', [allow({ Principal: '*' })], true],
    ['every account is allowed', [allow({ Principal: { AWS: '*' }, Action: ['sns:*'] })], true],
    [
      'the default policy, by the owner',
      [allow({ Principal: { AWS: '*' }, ...when('StringEquals', 'AWS:SourceOwner', ACCOUNT) })],
      true,
    ],
    ['by this account', [allow(when('StringEquals', 'aws:SourceAccount', [ACCOUNT, '999999999999']))], true],
    ['by another account', [allow(when('StringEquals', 'aws:SourceAccount', '999999999999'))], false],
    ['by this identity', [allow(when('ArnEquals', 'aws:SourceArn', IDENTITY))], true],
    ['by any resource of SES', [allow(when('StringLike', 'aws:SourceArn', 'arn:aws:ses:*'))], true],
    ['by another identity', [allow(when('StringEquals', 'aws:SourceArn', `${IDENTITY}.org`))], false],
    ['by what is not evaluated here', [allow(when('IpAddress', 'aws:SourceIp', '192.0.2.0/24'))], 'unknown'],
    ['by the Organization', [allow(when('StringEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5'))], 'unknown'],
    ['no statement', [], false],
    ['CloudWatch alone', [allow({ Principal: { Service: 'cloudwatch.amazonaws.com' } })], false],
    ['another action', [allow({ Action: 'SNS:Subscribe' })], false],
    ['another topic', [allow({ Resource: `${TOPIC}-2` })], false],
    ['a statement without principal', [allow({ Principal: undefined })], false],
    ['all but somebody', [allow({ Principal: undefined, NotPrincipal: { AWS: '1' } })], 'unknown'],
    ['a denial for everybody', [allow(), { ...allow({ Principal: '*' }), Effect: 'Deny' }], false],
    [
      'a denial without TLS',
      [
        allow(),
        { ...allow({ Principal: '*', ...when('Bool', 'aws:SecureTransport', 'false') }), Effect: 'Deny' },
      ],
      true,
    ],
    [
      'a denial by what is not evaluated here',
      [allow(), { ...allow({ Principal: '*', ...when('Null', 'aws:SourceArn', 'true') }), Effect: 'Deny' }],
      'unknown',
    ],
  ])('%s', (_title, statements, admitted) => {
    const context = { topicArn: TOPIC, accountId: ACCOUNT, region: REGION, sources: [IDENTITY] };
    expect(admitsSes(policy(...statements), context)).toBe(admitted);
  });

  it('is no, where one of several sources is shut out', () => {
    const only = policy(allow(when('ArnLike', 'aws:SourceArn', 'arn:aws:ses:*:*:identity/*')));
    const context = { topicArn: TOPIC, accountId: ACCOUNT, region: REGION };
    expect(admitsSes(only, { ...context, sources: [IDENTITY, SET] })).toBe(false);
    expect(admitsSes(only, { ...context, sources: [IDENTITY] })).toBe(true);
    expect(admitsSes(only, { ...context, sources: [] })).toBe('unknown');
  });

  it.each([undefined, '', '{', '[]', '{"Statement":[{"Effect":"Maybe"}]}', 'x'.repeat(70_000)])(
    'is unknown where the policy cannot be read',
    (text) => {
      const context = { topicArn: TOPIC, accountId: ACCOUNT, region: REGION, sources: [IDENTITY] };
      expect(admitsSes(text, context)).toBe('unknown');
    },
  );

  it('takes no more than a moment for a hostile pattern', () => {
    const started = performance.now();
    expect(matches('a'.repeat(300), `${'a*'.repeat(1_000)}b`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
