/** Amazon Data Firehose (JSON 1.1): the streams that event destinations name, one at a time. */
import type { WorldStream } from '../../organization/types.ts';
import { AwsError } from '../errors.ts';
import { jsonProtocol, type Output } from '../protocol.ts';
import { type Call, epochSeconds, type Operations, type Service } from '../service.ts';

const operations: Operations = {
  DescribeDeliveryStream: {
    action: 'firehose:DescribeDeliveryStream',
    resource: (call) => streamArn(call, nameIn(call)),
    run: (call) => {
      const { account, input, region } = call;
      const name = nameIn(call);
      input.integer('Limit', 1, 10_000);
      input.text('ExclusiveStartDestinationId');
      const stream = account.targets[region]?.streams?.find((one) => one.name === name);
      if (!stream) {
        const message = `Firehose ${name} under account ${account.id} not found.`;
        throw new AwsError('ResourceNotFoundException', message);
      }
      return { DeliveryStreamDescription: described(call, stream) };
    },
  },
};

export const firehose: Service = {
  name: 'firehose',
  signingName: 'firehose',
  protocol: jsonProtocol('1.1', {}, 'Firehose_20150804'),
  operations,
  bodyLimit: 1024 * 1024,
  global: false,
  throttled: false,
};

/** @throws AwsError where Firehose would not take it as a name */
function nameIn({ input }: Call): string {
  const name = input.requiredText('DeliveryStreamName');
  if (/^[a-zA-Z0-9_.-]{1,64}$/.test(name)) return name;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${name.slice(0, 100)}' at 'deliveryStreamName' failed to satisfy constraint: ` +
      'Member must have length between 1 and 64 and satisfy regular expression pattern: [a-zA-Z0-9_.-]+',
  );
}

function streamArn({ account, region }: Call, name: string): string {
  return `arn:aws:firehose:${region}:${account.id}:deliverystream/${name}`;
}

/** A stream to S3 is described twice: with what it processes, and for clients from before that. */
function described(call: Call, { name, status, source, roleArn, bucketArn, created }: WorldStream): Output {
  const s3 = {
    RoleARN: roleArn,
    BucketARN: bucketArn,
    Prefix: 'ses/',
    BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 300 },
    CompressionFormat: 'GZIP',
    EncryptionConfiguration: { NoEncryptionConfig: 'NoEncryption' },
    CloudWatchLoggingOptions: { Enabled: false },
  };
  return {
    DeliveryStreamName: name,
    DeliveryStreamARN: streamArn(call, name),
    DeliveryStreamStatus: status,
    DeliveryStreamEncryptionConfiguration: { Status: 'DISABLED' },
    DeliveryStreamType: source,
    VersionId: '1',
    CreateTimestamp: epochSeconds(created),
    Destinations: [
      {
        DestinationId: 'destinationId-000000000001',
        S3DestinationDescription: s3,
        ExtendedS3DestinationDescription: { ...s3, S3BackupMode: 'Disabled' },
      },
    ],
    HasMoreDestinations: false,
  };
}
