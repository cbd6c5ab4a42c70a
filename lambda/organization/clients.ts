/** Clients that act in a member account, with every timeout explicit. */
import { AccountClient } from '@aws-sdk/client-account';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { FirehoseClient } from '@aws-sdk/client-firehose';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SESClient } from '@aws-sdk/client-ses';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import type { AwsCredentialIdentity } from '@aws-sdk/types';

/**
 * Milliseconds. `requestTimeout` alone only warns: it becomes an error through `throwOnRequestTimeout`.
 * @see https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-smithy-types/Interface/NodeHttpHandlerOptions/
 */
export const REQUEST_TIMEOUTS = {
  connectionTimeout: 3_000,
  requestTimeout: 15_000,
  throwOnRequestTimeout: true,
} as const;

/** Makes the clients of one member session; tests hand in their own. */
export interface MemberClients {
  /** The Account service's endpoint is one per partition; any Region of the partition leads to it. */
  account(credentials: AwsCredentialIdentity, region: string): AccountClient;
  sesV2(credentials: AwsCredentialIdentity, region: string, maxAttempts: number): SESv2Client;
  sesV1(credentials: AwsCredentialIdentity, region: string, maxAttempts: number): SESClient;
  cloudWatch(credentials: AwsCredentialIdentity, region: string, maxAttempts: number): CloudWatchClient;
  sns(credentials: AwsCredentialIdentity, region: string, maxAttempts: number): SNSClient;
  firehose(credentials: AwsCredentialIdentity, region: string, maxAttempts: number): FirehoseClient;
  /** One endpoint per partition, as that of the Account service. */
  route53(credentials: AwsCredentialIdentity, region: string, maxAttempts: number): Route53Client;
}

export const memberClients: MemberClients = {
  account: (credentials, region) => new AccountClient({ ...common(credentials, region), maxAttempts: 5 }),
  sesV2: (credentials, region, maxAttempts) =>
    new SESv2Client({ ...common(credentials, region), maxAttempts }),
  sesV1: (credentials, region, maxAttempts) => new SESClient({ ...common(credentials, region), maxAttempts }),
  cloudWatch: (credentials, region, maxAttempts) =>
    new CloudWatchClient({ ...common(credentials, region), maxAttempts }),
  sns: (credentials, region, maxAttempts) => new SNSClient({ ...common(credentials, region), maxAttempts }),
  firehose: (credentials, region, maxAttempts) =>
    new FirehoseClient({ ...common(credentials, region), maxAttempts }),
  route53: (credentials, region, maxAttempts) =>
    new Route53Client({ ...common(credentials, region), maxAttempts }),
};

function common(credentials: AwsCredentialIdentity, region: string) {
  return { credentials, region, requestHandler: REQUEST_TIMEOUTS, retryMode: 'standard' };
}
