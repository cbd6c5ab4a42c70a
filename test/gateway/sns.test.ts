import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assumeMember, refusalOf, type Sandbox, startSandbox } from './harness.ts';
import { MANAGEMENT, MEMBER, worldWithTarget } from './world.ts';

const TopicArn = `arn:aws:sns:us-east-1:${MANAGEMENT}:findings`;
let sandbox: Sandbox;
let client: SNSClient;

beforeAll(async () => {
  sandbox = await startSandbox({ clock: () => new Date('2026-11-21T08:00:00Z') });
  client = new SNSClient(sandbox.config());
});
beforeEach(() => rmSync(sandbox.outboxFolder, { recursive: true, force: true }));
afterAll(() => sandbox.close());

const outbox = (): string[] => readdirSync(sandbox.outboxFolder);

describe('Publish', () => {
  it('leaves a readable file in the outbox', async () => {
    const Message = 'Line one\nZweite Zeile: äöü & <tags>\n';
    const { MessageId } = await client.send(
      new PublishCommand({ TopicArn, Subject: '[SES posture] 1 regressed', Message }),
    );
    expect(outbox()).toEqual(['0001-findings.txt']);
    expect(readFileSync(join(sandbox.outboxFolder, '0001-findings.txt'), 'utf8')).toBe(
      `Subject: [SES posture] 1 regressed\nTopic: ${TopicArn}\nDate: 2026-11-21T08:00:00.000Z\n` +
        `Message-Id: ${MessageId}\n\n${Message}`,
    );
  });

  it('numbers the mails in their order', async () => {
    for (const Message of ['one', 'two', 'three'])
      await client.send(new PublishCommand({ TopicArn, Message }));
    expect(outbox()).toEqual(['0001-findings.txt', '0002-findings.txt', '0003-findings.txt']);
    expect(readFileSync(join(sandbox.outboxFolder, '0003-findings.txt'), 'utf8')).toMatch(/three$/);
  });

  it.each([
    ['a message of 262,144 bytes', { Message: 'x'.repeat(262_144) }],
    ['a subject of 99 characters', { Message: 'x', Subject: 's'.repeat(99) }],
  ])('takes %s', async (_case, input) => {
    await expect(client.send(new PublishCommand({ TopicArn, ...input }))).resolves.toHaveProperty(
      'MessageId',
    );
  });

  it.each([
    ['a message of 262,145 bytes', { Message: 'x'.repeat(262_145) }, 'too long'],
    ['262,145 bytes in fewer characters', { Message: `${'ä'.repeat(131_072)}x` }, 'too long'],
    ['an empty message', { Message: '' }, 'Empty message'],
    ['a subject of 100 characters', { Message: 'x', Subject: 's'.repeat(100) }, 'Subject'],
    ['a subject of two lines', { Message: 'x', Subject: 'one\ntwo' }, 'Subject'],
    ['a subject with a control character', { Message: 'x', Subject: 'bell\u0007' }, 'Subject'],
    ['a subject that begins with a blank', { Message: 'x', Subject: ' x' }, 'Subject'],
    [
      'a topic of another Region',
      { Message: 'x', TopicArn: TopicArn.replace('us-east-1', 'eu-west-1') },
      'TopicArn',
    ],
    ['something that is no topic', { Message: 'x', TopicArn: 'findings' }, 'TopicArn'],
    ['message attributes', { Message: 'x', MessageStructure: 'json' }, 'MessageStructure'],
  ])('refuses %s and writes nothing', async (_case, input, words) => {
    const { name, message, status } = await refusalOf(
      client.send(new PublishCommand({ TopicArn, ...input })),
    );
    expect({ name, status }).toEqual({ name: 'InvalidParameterException', status: 400 });
    expect(message).toContain(words);
    expect(() => outbox()).toThrow('ENOENT');
  });

  it('refuses the topic of another account, and a role without the permission', async () => {
    const foreign = TopicArn.replace(MANAGEMENT, MEMBER);
    const denied = { name: 'AuthorizationErrorException', status: 403 };
    expect(
      await refusalOf(client.send(new PublishCommand({ TopicArn: foreign, Message: 'x' }))),
    ).toMatchObject(denied);
    const role = new SNSClient(sandbox.config(await assumeMember(sandbox)));
    const { name, message } = await refusalOf(
      role.send(new PublishCommand({ TopicArn: foreign, Message: 'x' })),
    );
    expect(name).toBe(denied.name);
    expect(message).toContain(`sns:Publish on resource: ${foreign} because no identity-based policy allows`);
  });
});

describe('Topics', () => {
  it('have one confirmed subscription unless the sandbox names them', async () => {
    const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes).toMatchObject({ TopicArn, SubscriptionsConfirmed: '1', SubscriptionsPending: '0' });
  });

  it('are what the sandbox names, with confirmed and pending subscriptions', async () => {
    const subscription = { protocol: 'email', endpoint: 'security@example.com', confirmed: false };
    const named = await startSandbox({
      topics: [{ arn: TopicArn, subscriptions: Array(101).fill(subscription) }],
    });
    const sns = new SNSClient(named.config());
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes).toMatchObject({ SubscriptionsConfirmed: '0', SubscriptionsPending: '101' });
    const first = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect(first.Subscriptions).toHaveLength(100);
    expect(first.Subscriptions?.[0]).toMatchObject({
      SubscriptionArn: 'PendingConfirmation',
      Protocol: 'email',
    });
    const rest = await sns.send(
      new ListSubscriptionsByTopicCommand({ TopicArn, NextToken: first.NextToken }),
    );
    expect([rest.Subscriptions?.length, rest.NextToken]).toEqual([1, undefined]);
    const unknown = new GetTopicAttributesCommand({ TopicArn: `${TopicArn}-other` });
    expect(await refusalOf(sns.send(unknown))).toMatchObject({ name: 'NotFoundException', status: 404 });
    await named.close();
  });

  it('tell a confirmed subscription by its ARN', async () => {
    const { Subscriptions } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect(Subscriptions?.[0]?.SubscriptionArn).toMatch(new RegExp(`^${TopicArn}:[0-9a-f-]{36}$`));
  });

  it('of a member are those of its target, read by its role, and no others', async () => {
    const arn = `arn:aws:sns:eu-west-1:${MEMBER}:ses-events`;
    const policy = '{"Version":"2012-10-17","Statement":[]}';
    const subscription = (protocol: string, confirmed: boolean) => ({
      protocol,
      endpoint: `x.${protocol}`,
      confirmed,
    });
    const world = worldWithTarget({
      topics: [
        { arn, policy, subscriptions: [subscription('email', false), subscription('sqs', true)] },
        { arn: `${arn}-2`, subscriptions: [] },
      ],
    });
    for (const { roles } of world.accounts) roles[0]?.allowedActions.push('sns:Get*', 'sns:List*');
    const named = await startSandbox({ world, topics: [] });
    const sns = new SNSClient(named.config(await assumeMember(named), 'eu-west-1'));
    const attributesOf = async (TopicArn: string) =>
      (await sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes;
    const counts = { SubscriptionsConfirmed: '1', SubscriptionsPending: '1' };
    expect(await attributesOf(arn)).toMatchObject({ ...counts, Policy: policy, Owner: MEMBER });
    const byDefault = JSON.parse((await attributesOf(`${arn}-2`))?.['Policy'] ?? '') as {
      Statement: unknown[];
    };
    expect(byDefault.Statement).toMatchObject([
      { Condition: { StringEquals: { 'AWS:SourceOwner': MEMBER } }, Resource: `${arn}-2` },
    ]);
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: arn }));
    expect(Subscriptions?.map(({ Protocol }) => Protocol)).toEqual(['email', 'sqs']);
    const absent = { name: 'NotFoundException', status: 404 };
    expect(await refusalOf(attributesOf(`${arn}-absent`))).toMatchObject(absent);
    expect(await refusalOf(attributesOf(arn.replace(MEMBER, MANAGEMENT)))).toMatchObject({
      name: 'AuthorizationErrorException',
    });
    await named.close();
  });

  it('cannot be made', async () => {
    const { message } = await refusalOf(client.send(new CreateTopicCommand({ Name: 'x' })));
    expect(message).toContain('sns:CreateTopic');
  });
});
