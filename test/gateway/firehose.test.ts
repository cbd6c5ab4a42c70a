import {
  DescribeDeliveryStreamCommand,
  FirehoseClient,
  ListDeliveryStreamsCommand,
} from '@aws-sdk/client-firehose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World, WorldStream } from '../../local/organization/types.ts';
import { assumeMember, refusalOf, type Sandbox, startSandbox } from './harness.ts';
import { signedFetch } from './signed-fetch.ts';
import { MEMBER, memberKeys, worldWithTarget } from './world.ts';

const REGION = 'eu-west-1';
const STREAM: WorldStream = {
  name: 'mail-events',
  status: 'ACTIVE',
  source: 'DirectPut',
  roleArn: `arn:aws:iam::${MEMBER}:role/firehose-to-s3`,
  bucketArn: 'arn:aws:s3:::mail-events',
  created: '2026-08-01T09:00:00Z',
};

function world(): World {
  const made = worldWithTarget({ streams: [STREAM, { ...STREAM, name: 'gone', status: 'DELETING' }] });
  for (const { roles } of made.accounts) {
    for (const role of roles) role.allowedActions = [...role.allowedActions, 'firehose:Describe*'];
  }
  return made;
}

let sandbox: Sandbox;
let client: FirehoseClient;
beforeAll(async () => {
  sandbox = await startSandbox({ world: world() });
  client = new FirehoseClient(sandbox.config(memberKeys, REGION));
});
afterAll(() => sandbox.close());

const describeStream = (DeliveryStreamName: string, through = client) =>
  through.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName }));

describe('DescribeDeliveryStream', () => {
  it('tells status, source and where the stream delivers to', async () => {
    const { DeliveryStreamDescription: stream } = await describeStream('mail-events');
    expect(stream).toMatchObject({
      DeliveryStreamName: 'mail-events',
      DeliveryStreamARN: `arn:aws:firehose:${REGION}:${MEMBER}:deliverystream/mail-events`,
      DeliveryStreamStatus: 'ACTIVE',
      DeliveryStreamType: 'DirectPut',
      HasMoreDestinations: false,
    });
    expect(stream?.CreateTimestamp).toEqual(new Date(STREAM.created));
    expect(stream?.Destinations).toHaveLength(1);
    expect(stream?.Destinations?.[0]?.ExtendedS3DestinationDescription).toMatchObject({
      BucketARN: 'arn:aws:s3:::mail-events',
      RoleARN: STREAM.roleArn,
    });
  });

  it('tells of a stream that is being deleted', async () => {
    const { DeliveryStreamDescription: stream } = await describeStream('gone');
    expect(stream?.DeliveryStreamStatus).toBe('DELETING');
  });

  it('is answered to the member’s role', async () => {
    const role = new FirehoseClient(sandbox.config(await assumeMember(sandbox), REGION));
    expect((await describeStream('mail-events', role)).DeliveryStreamDescription).toBeDefined();
  });
});

describe('Refusals of Firehose', () => {
  it.each([
    [
      'a name that no stream has',
      'absent',
      'ResourceNotFoundException',
      `Firehose absent under account ${MEMBER} not found.`,
    ],
    ['what is no name', 'a/b', 'ValidationException', 'deliveryStreamName'],
    ['a name of 65 characters', 'x'.repeat(65), 'ValidationException', 'deliveryStreamName'],
  ])('%s', async (_case, name, code, words) => {
    const refusal = await refusalOf(describeStream(name));
    expect(refusal).toMatchObject({ name: code, status: 400 });
    expect(refusal.message).toContain(words);
  });

  it('finds a stream in its own Region and account only', async () => {
    const elsewhere = new FirehoseClient(sandbox.config(memberKeys, 'us-east-1'));
    const management = new FirehoseClient(sandbox.config(undefined, REGION));
    for (const other of [elsewhere, management]) {
      expect(await refusalOf(describeStream('mail-events', other))).toMatchObject({
        name: 'ResourceNotFoundException',
      });
    }
  });

  it('does not serve a Region that is off, or that a policy denies', async () => {
    const off = new FirehoseClient(sandbox.config(memberKeys, 'ca-west-1'));
    expect(await refusalOf(describeStream('mail-events', off))).toMatchObject({
      name: 'UnrecognizedClientException',
    });
    const denied = new FirehoseClient(sandbox.config(memberKeys, 'eu-west-3'));
    const { name, message } = await refusalOf(describeStream('mail-events', denied));
    expect(name).toBe('AccessDeniedException');
    expect(message).toContain('explicit deny');
  });

  it('keeps a session to its policy, and names the stream', async () => {
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['ses:GetAccount'], Resource: '*' }],
    });
    const narrow = new FirehoseClient(sandbox.config(await assumeMember(sandbox, Policy), REGION));
    const { name, message } = await refusalOf(describeStream('mail-events', narrow));
    expect(name).toBe('AccessDeniedException');
    expect(message).toContain(
      `firehose:DescribeDeliveryStream on resource: arn:aws:firehose:${REGION}:${MEMBER}:deliverystream/mail-events`,
    );
  });

  it('offers no other operation, and no other target prefix', async () => {
    const { message } = await refusalOf(client.send(new ListDeliveryStreamsCommand({})));
    expect(message).toContain('firehose:ListDeliveryStreams');
    const { status, body } = await signedFetch(sandbox.gateway.url, {
      service: 'firehose',
      region: REGION,
      keys: memberKeys,
      method: 'POST',
      headers: { 'x-amz-target': 'Kinesis_20131202.DescribeDeliveryStream' },
      body: '{"DeliveryStreamName":"mail-events"}',
    });
    expect([status, JSON.parse(body)]).toMatchObject([400, { __type: 'UnknownOperationException' }]);
  });
});
