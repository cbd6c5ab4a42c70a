/** Amazon SNS (Query): a published message lands as a readable file in the outbox folder. */
import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AwsError, CommonFailure } from '../errors.ts';
import { queryProtocol } from '../protocol.ts';
import { type Call, type Operations, pageOf, type Service, type Topic } from '../service.ts';

/** A message with its attributes (SNS quotas); attributes are refused here. */
const MAX_MESSAGE_BYTES = 262_144;

const topicArn = ({ input }: Call): string => input.requiredText('TopicArn');

const operations: Operations = {
  Publish: {
    action: 'sns:Publish',
    resource: topicArn,
    run: (call) => {
      const { input, requestId } = call;
      refuseUnsupported(input.names());
      const topic = knownTopic(call);
      const message = input.text('Message') ?? '';
      if (message === '') throw invalid('Empty message');
      if (Buffer.byteLength(message) > MAX_MESSAGE_BYTES) throw invalid('Message too long');
      writeMessage(call, topic.arn, checkedSubject(input.text('Subject')), message);
      return { MessageId: requestId };
    },
  },
  GetTopicAttributes: {
    action: 'sns:GetTopicAttributes',
    resource: topicArn,
    run: (call) => {
      const { arn, subscriptions, policy } = knownTopic(call);
      const confirmed = subscriptions.filter((one) => one.confirmed).length;
      const attributes = {
        TopicArn: arn,
        Owner: call.account.id,
        Policy: policy ?? defaultPolicy(arn, call.account.id),
        SubscriptionsConfirmed: confirmed,
        SubscriptionsPending: subscriptions.length - confirmed,
        SubscriptionsDeleted: 0,
      };
      return { Attributes: { entry: Object.entries(attributes).map(([key, value]) => ({ key, value })) } };
    },
  },
  ListSubscriptionsByTopic: {
    action: 'sns:ListSubscriptionsByTopic',
    resource: topicArn,
    run: (call) => {
      const topic = knownTopic(call);
      const badToken = (): Error => invalid('NextToken');
      const { items, nextToken } = pageOf(
        call,
        [...topic.subscriptions.entries()],
        100,
        call.input.text('NextToken'),
        badToken,
        topic.arn,
      );
      const member = items.map(([index, subscription]) => ({
        TopicArn: topic.arn,
        Protocol: subscription.protocol,
        SubscriptionArn: subscription.confirmed
          ? `${topic.arn}:${subscriptionId(index)}`
          : 'PendingConfirmation',
        Owner: call.account.id,
        Endpoint: subscription.endpoint,
      }));
      return { Subscriptions: { member }, NextToken: nextToken };
    },
  },
};

export const sns: Service = {
  name: 'sns',
  signingName: 'sns',
  protocol: queryProtocol('http://sns.amazonaws.com/doc/2010-03-31/', {
    denied: { code: 'AuthorizationError', status: 403 },
    invalid: { code: 'InvalidParameter', status: 400 },
  }),
  operations,
  // A message of three-byte escapes is three times as long on the wire.
  bodyLimit: 1024 * 1024,
  global: false,
  throttled: false,
};

/** What a topic gets where nobody sets a policy: every AWS principal of the owning account, and no service. */
function defaultPolicy(arn: string, owner: string): string {
  const statement = {
    Sid: '__default_statement_ID',
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: ['SNS:GetTopicAttributes', 'SNS:ListSubscriptionsByTopic', 'SNS:Publish', 'SNS:Subscribe'],
    Resource: arn,
    Condition: { StringEquals: { 'AWS:SourceOwner': owner } },
  };
  return JSON.stringify({ Version: '2008-10-17', Id: '__default_policy_ID', Statement: [statement] });
}

/**
 * The topic of the call: one of the sandbox's own, or one of the World's target. Where neither names any, every name of
 * the caller's account and Region is a topic with one confirmed subscription.
 */
function knownTopic(call: Call): Topic {
  const arn = topicArn(call);
  const [, region, accountId] = /^arn:aws:sns:([a-z0-9-]{1,40}):(\d{12}):[\w-]{1,256}$/.exec(arn) ?? [];
  if (region !== call.region) throw invalid('TopicArn');
  if (accountId !== call.account.id) {
    throw new CommonFailure(
      'denied',
      `User: ${call.principal.arn} is not authorized to use the topic ${arn}`,
    );
  }
  const ofTarget = call.account.targets[call.region]?.topics;
  const topics: Topic[] = [...(call.surroundings.topics ?? []), ...(ofTarget ?? [])];
  if (!call.surroundings.topics && !ofTarget) {
    return { arn, subscriptions: [{ protocol: 'email', endpoint: 'security@example.com', confirmed: true }] };
  }
  const topic = topics.find((one) => one.arn === arn);
  if (topic) return topic;
  throw new AwsError('NotFound', 'Topic does not exist', 404);
}

/** Under 100 characters, no line breaks, no control characters, not beginning with a blank (SNS API reference, Publish). */
function checkedSubject(subject: string | undefined): string | undefined {
  if (subject === undefined) return undefined;
  if (
    subject === '' ||
    subject.length >= 100 ||
    /[\u0000-\u001f\u007f]/.test(subject) ||
    subject.startsWith(' ')
  ) {
    throw invalid('Subject');
  }
  return subject;
}

const SUPPORTED = ['Action', 'Version', 'TopicArn', 'Message', 'Subject'];
/** Text and number attributes, by which subscribers filter; SNS itself allows more, ten are plenty here. */
const ATTRIBUTE = /^MessageAttributes\.entry\.([1-9]|10)\.(Name|Value\.(DataType|StringValue))$/;

function refuseUnsupported(names: string[]): void {
  const unknown = names.find((name) => !SUPPORTED.includes(name) && !ATTRIBUTE.test(name));
  if (unknown !== undefined)
    throw invalid(`the simulated SNS does not offer ${unknown.slice(0, 100)} of Publish`);
}

function invalid(what: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
}

/** Files are numbered, so that a listing of the folder shows the mails in their order; each appears whole or not at all. */
function writeMessage(call: Call, arn: string, subject: string | undefined, message: string): void {
  const folder = call.surroundings.outboxFolder;
  mkdirSync(folder, { recursive: true });
  const last = readdirSync(folder).reduce(
    (highest, name) => Math.max(highest, Number.parseInt(name, 10) || 0),
    0,
  );
  const name = `${String(last + 1).padStart(4, '0')}-${arn.slice(arn.lastIndexOf(':') + 1)}.txt`;
  const head = [
    `Subject: ${subject ?? '(none)'}`,
    `Topic: ${arn}`,
    `Date: ${call.surroundings.clock().toISOString()}`,
    `Message-Id: ${call.requestId}`,
    ...attributeLines(call),
  ];
  const hidden = join(folder, `.${name}`);
  writeFileSync(hidden, `${head.join('\n')}\n\n${message}`);
  renameSync(hidden, join(folder, name));
}

function attributeLines({ input }: Call): string[] {
  return Array.from({ length: 10 }, (_, index) => `MessageAttributes.entry.${index + 1}`).flatMap((entry) => {
    const name = input.text(`${entry}.Name`);
    return name === undefined ? [] : [`Attribute-${name}: ${input.text(`${entry}.Value.StringValue`) ?? ''}`];
  });
}

function subscriptionId(index: number): string {
  return `00000000-0000-4000-8000-${String(index + 1).padStart(12, '0')}`;
}
