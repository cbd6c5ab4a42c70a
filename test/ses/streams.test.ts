import { afterEach, describe, expect, it } from 'vitest';
import { createPacer, TimeBudgetExceeded } from '../../lambda/ses/pacing.ts';
import { createStreamReader } from '../../lambda/ses/streams.ts';
import { awsError, startStandIn, type StandIn, type StandInAnswer } from '../organization-reader/stand-in.ts';
import { ACCOUNT, openReader, REGION, type OpenReader } from './support.ts';

let opened: OpenReader | undefined;
afterEach(() => opened?.close());

const STREAM = `arn:aws:firehose:${REGION}:${ACCOUNT}:deliverystream/mail-events`;
const S3 = { RoleARN: 'arn:r', BucketARN: 'arn:b', CompressionFormat: 'GZIP' };

function described(more: object = {}): StandInAnswer {
  return {
    json: {
      DeliveryStreamDescription: {
        DeliveryStreamName: 'mail-events',
        DeliveryStreamARN: STREAM,
        DeliveryStreamStatus: 'ACTIVE',
        DeliveryStreamType: 'DirectPut',
        VersionId: '1',
        Destinations: [
          { DestinationId: 'd-1', S3DestinationDescription: S3, ExtendedS3DestinationDescription: S3 },
        ],
        HasMoreDestinations: false,
        ...more,
      },
    },
  };
}

async function read(answer: StandInAnswer, arn = STREAM) {
  opened = await openReader(() => answer);
  return opened.reader.readStream(arn);
}

describe('a stream', () => {
  it('is asked for by its name in the target’s Region, and found with status, source and destination', async () => {
    expect(await read(described())).toEqual({
      arn: STREAM,
      state: 'found',
      status: 'ACTIVE',
      source: 'DirectPut',
      destinations: ['S3'],
    });
    expect(opened?.standIn.requests).toMatchObject([
      {
        action: 'DescribeDeliveryStream',
        region: REGION,
        json: { DeliveryStreamName: 'mail-events' },
      },
    ]);
  });

  it.each<[title: string, destinations: object[], kinds: string[]]>([
    ['none', [], []],
    ['an HTTP endpoint', [{ HttpEndpointDestinationDescription: { RoleARN: 'arn:r' } }], ['HTTP_ENDPOINT']],
    ['Iceberg', [{ IcebergDestinationDescription: { RoleARN: 'arn:r' } }], ['ICEBERG']],
    ['one of a later day', [{ ParquetDestinationDescription: {} }], ['OTHER']],
    ['more than there can be', Array(50).fill({ SplunkDestinationDescription: {} }), ['SPLUNK']],
  ])('tells the kinds of its destinations: %s', async (_title, Destinations, kinds) => {
    expect(await read(described({ Destinations }))).toMatchObject({ destinations: kinds });
  });

  it('is found with a status of a later day, verbatim and bounded', async () => {
    const answer = described({ DeliveryStreamStatus: `SUSPENDED\u001b${'x'.repeat(90)}` });
    const { status } = await read(answer);
    expect(status).toMatch(/^SUSPENDED x+…$/);
    expect(status).toHaveLength(40);
  });

  it('is found without what Firehose leaves out', async () => {
    expect(await read({ json: {} })).toEqual({ arn: STREAM, state: 'found', destinations: [] });
  });

  it.each<[title: string, answer: StandInAnswer, state: string]>([
    ['deleted', awsError('ResourceNotFoundException', 'Firehose mail-events not found.'), 'missing'],
    ['denied', awsError('AccessDeniedException', 'User is not authorized to perform'), 'ACCESS_DENIED'],
    ['throttled', awsError('ThrottlingException', 'Rate exceeded'), 'THROTTLED'],
    ['silent', 'silence', 'TIMED_OUT'],
    ['in a Region that is off', awsError('UnrecognizedClientException', 'The security token'), 'FAILED'],
  ])('that is %s says so', async (_title, answer, state) => {
    expect(await read(answer)).toEqual({ arn: STREAM, state });
  });

  it.each([
    ['of another Region', STREAM.replace(REGION, 'us-east-1'), 'elsewhere'],
    ['of another account', STREAM.replace(ACCOUNT, '999999999999'), 'foreign'],
    [
      'of another account and Region',
      `arn:aws:firehose:us-east-1:999999999999:deliverystream/x`,
      'elsewhere',
    ],
    ['whose Region is none', STREAM.replace(REGION, 'evil.example/#'), 'FAILED'],
    ['whose name is none', `${STREAM}/../x`, 'FAILED'],
    ['with a name too long', `${STREAM}${'x'.repeat(60)}`, 'FAILED'],
    ['that is no stream', 'mail-events', 'FAILED'],
    ['of another service', STREAM.replace('firehose', 'kinesis'), 'FAILED'],
  ])('%s is not asked for', async (_title, arn, state) => {
    expect(await read(described(), arn)).toEqual({ arn, state });
    expect(opened?.standIn.requests).toEqual([]);
  });
});

it('a stream for which no time is left is put off, not unseen', async () => {
  const standIn: StandIn = await startStandIn(() => described());
  const firehose = standIn.clients.firehose({ accessKeyId: 'A', secretAccessKey: 's' }, REGION, 1);
  const pacer = createPacer({ requestsPerSecond: 10, deadline: () => 0 });
  const readStream = createStreamReader({ accountId: ACCOUNT, region: REGION, firehose, pacer });
  await expect(readStream(STREAM)).rejects.toThrow(TimeBudgetExceeded);
  expect(standIn.requests).toEqual([]);
  firehose.destroy();
  await standIn.close();
});
