/** The Amazon Data Firehose streams that events go to: whether they exist, and take what SES puts into them. */
import {
  DescribeDeliveryStreamCommand,
  type DestinationDescription,
  type FirehoseClient,
} from '@aws-sdk/client-firehose';
import { regionSchema } from '../contract.ts';
import type { StreamFacts } from '../facts/types.ts';
import { classifyUnseen, plainText } from '../organization/classify.ts';
import { type Pacer, TimeBudgetExceeded } from './pacing.ts';

/** Streams that a target's facts hold. */
export const MAX_STREAMS = 50;

/** A stream has one destination today; the API answers a list. */
const MAX_DESTINATIONS = 10;

export interface StreamReaderOptions {
  accountId: string;
  region: string;
  /** Of the target's Region. */
  firehose: FirehoseClient;
  pacer: Pacer;
}

/** @param arn as SES holds it */
export type ReadStream = (arn: string) => Promise<StreamFacts>;

/**
 * Asks Firehose for a stream of this account and Region, and for no other: elsewhere it is wrong whatever its state, and
 * in another account the scanner's session has no say. What is denied or fails is the stream's state, never an error.
 * @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_DescribeDeliveryStream.html
 * @throws TimeBudgetExceeded
 */
export function createStreamReader({ accountId, region, firehose, pacer }: StreamReaderOptions): ReadStream {
  return async (arn) => {
    const named = partsOf(arn);
    if (!named) return { arn, state: 'FAILED' };
    if (named.region !== region) return { arn, state: 'elsewhere' };
    if (named.accountId !== accountId) return { arn, state: 'foreign' };
    try {
      const { DeliveryStreamDescription: stream } = await pacer.run(
        'firehose:DescribeDeliveryStream',
        (abortSignal) =>
          firehose.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: named.name }), {
            abortSignal,
          }),
      );
      const { DeliveryStreamStatus: status, DeliveryStreamType: source, Destinations = [] } = stream ?? {};
      return {
        arn,
        state: 'found',
        ...(status ? { status: plainText(status, 40) } : {}),
        ...(source ? { source: plainText(source, 40) } : {}),
        destinations: [...new Set(Destinations.slice(0, MAX_DESTINATIONS).map(kindOf))],
      };
    } catch (error) {
      if (error instanceof TimeBudgetExceeded) throw error;
      const missing = error instanceof Error && error.name === 'ResourceNotFoundException';
      return { arn, state: missing ? 'missing' : classifyUnseen(error).because };
    }
  };
}

/** The name goes into a request: what Firehose itself would not take is never sent. */
function partsOf(arn: string): { accountId: string; region: string; name: string } | undefined {
  const [scheme, , service, region = '', accountId = '', resource = '', ...rest] = arn.split(':');
  const [, name] = /^deliverystream\/([a-zA-Z0-9_.-]{1,64})$/.exec(resource) ?? [];
  const whole = scheme === 'arn' && service === 'firehose' && rest.length === 0;
  return whole && name && regionSchema.safeParse(region).success ? { accountId, region, name } : undefined;
}

/** The member of the description that is there tells the kind; a stream to S3 has two, one of them for older clients. */
const KINDS = {
  S3DestinationDescription: 'S3',
  ExtendedS3DestinationDescription: 'S3',
  RedshiftDestinationDescription: 'REDSHIFT',
  ElasticsearchDestinationDescription: 'ELASTICSEARCH',
  AmazonopensearchserviceDestinationDescription: 'OPENSEARCH',
  AmazonOpenSearchServerlessDestinationDescription: 'OPENSEARCH_SERVERLESS',
  SplunkDestinationDescription: 'SPLUNK',
  HttpEndpointDestinationDescription: 'HTTP_ENDPOINT',
  SnowflakeDestinationDescription: 'SNOWFLAKE',
  IcebergDestinationDescription: 'ICEBERG',
} as const satisfies Record<Exclude<keyof DestinationDescription, 'DestinationId'>, string>;

function kindOf(destination: DestinationDescription): string {
  const members = Object.keys(KINDS) as (keyof typeof KINDS)[];
  const member = members.find((name) => destination[name] !== undefined);
  return member ? KINDS[member] : 'OTHER';
}
