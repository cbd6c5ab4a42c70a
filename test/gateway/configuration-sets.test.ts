import {
  GetConfigurationSetCommand,
  GetConfigurationSetEventDestinationsCommand,
  type GetConfigurationSetCommandOutput,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorldConfigurationSet } from '../../local/organization/types.ts';
import { type Sandbox, startSandbox } from './harness.ts';
import { signedFetch } from './signed-fetch.ts';
import { memberKeys, worldWithTarget } from './world.ts';

let sandbox: Sandbox;
let client: SESv2Client;
beforeAll(async () => {
  sandbox = await startSandbox();
  client = new SESv2Client(sandbox.config(memberKeys, 'eu-west-1'));
});
afterAll(() => sandbox.close());

const PLAIN: WorldConfigurationSet = {
  name: 'main',
  sendingEnabled: true,
  reputationMetricsEnabled: true,
  tlsPolicy: 'REQUIRE',
  eventDestinations: [],
};
const ConfigurationSetName = 'main';

function serve(more: Partial<WorldConfigurationSet>): void {
  sandbox.gateway.setWorld(worldWithTarget({ configurationSets: [{ ...PLAIN, ...more }] }));
}
async function described(more: Partial<WorldConfigurationSet>): Promise<GetConfigurationSetCommandOutput> {
  serve(more);
  return client.send(new GetConfigurationSetCommand({ ConfigurationSetName }));
}

describe('the options of a configuration set', () => {
  it.each<[string, Partial<WorldConfigurationSet>, GetConfigurationSetCommandOutput['SuppressionOptions']]>([
    ['absent, where it inherits', {}, undefined],
    ['with no reason, where it is switched off', { suppressedReasons: [] }, { SuppressedReasons: [] }],
    [
      'with both reasons',
      { suppressedReasons: ['BOUNCE', 'COMPLAINT'] },
      { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    ],
    [
      'with a scope alone, which inherits too',
      { suppressionScope: 'TENANT' },
      { SuppressionScope: 'TENANT' },
    ],
  ])('tell suppression %s', async (_case, more, expected) => {
    expect((await described(more)).SuppressionOptions).toEqual(expected);
  });

  it('leave out on the wire what was never set', async () => {
    serve({});
    const path = '/v2/email/configuration-sets/main';
    const { body } = await signedFetch(sandbox.gateway.url, {
      region: 'eu-west-1',
      service: 'ses',
      keys: memberKeys,
      path,
    });
    expect(JSON.parse(body)).toEqual({
      ConfigurationSetName,
      DeliveryOptions: { TlsPolicy: 'REQUIRE' },
      ReputationOptions: { ReputationMetricsEnabled: true },
      SendingOptions: { SendingEnabled: true },
      Tags: [],
    });
  });

  it('tell TLS and sending pool, reputation, sending', async () => {
    const answer = await described({
      tlsPolicy: 'OPTIONAL',
      sendingPool: 'bulk',
      reputationMetricsEnabled: false,
      sendingEnabled: false,
    });
    expect(answer).toMatchObject({
      DeliveryOptions: { TlsPolicy: 'OPTIONAL', SendingPoolName: 'bulk' },
      ReputationOptions: { ReputationMetricsEnabled: false },
      SendingOptions: { SendingEnabled: false },
    });
  });

  it('tell the tracking domain with its HTTPS policy, OPTIONAL unless set', async () => {
    const customRedirectDomain = 'click.example.com';
    const set = await described({ customRedirectDomain, httpsPolicy: 'REQUIRE_OPEN_ONLY' });
    expect(set.TrackingOptions).toEqual({
      CustomRedirectDomain: customRedirectDomain,
      HttpsPolicy: 'REQUIRE_OPEN_ONLY',
    });
    expect((await described({ customRedirectDomain })).TrackingOptions?.HttpsPolicy).toBe('OPTIONAL');
  });
});

describe('event destinations', () => {
  it('are of five kinds, enabled or not', async () => {
    const matchingEventTypes = ['BOUNCE', 'COMPLAINT'];
    const roleArn = 'arn:aws:iam::222222222222:role/ses-to-firehose';
    const streamArn = 'arn:aws:firehose:eu-west-1:222222222222:deliverystream/mail';
    const snsTopicArn = 'arn:aws:sns:eu-west-1:222222222222:mail';
    const eventBusArn = 'arn:aws:events:eu-west-1:222222222222:event-bus/default';
    const pinpointApplicationArn = 'arn:aws:mobiletargeting:eu-west-1:222222222222:apps/0123';
    serve({
      eventDestinations: [
        { name: 'a', enabled: true, matchingEventTypes, snsTopicArn },
        { name: 'b', enabled: false, matchingEventTypes, firehose: { streamArn, roleArn } },
        {
          name: 'c',
          enabled: true,
          matchingEventTypes,
          cloudWatch: [{ name: 'campaign', source: 'MESSAGE_TAG', fallback: 'none' }],
        },
        { name: 'd', enabled: true, matchingEventTypes, eventBusArn },
        { name: 'e', enabled: true, matchingEventTypes, pinpointApplicationArn },
      ],
    });
    const { EventDestinations } = await client.send(
      new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName }),
    );
    const common = { Enabled: true, MatchingEventTypes: matchingEventTypes };
    expect(EventDestinations).toEqual([
      { ...common, Name: 'a', SnsDestination: { TopicArn: snsTopicArn } },
      {
        ...common,
        Name: 'b',
        Enabled: false,
        KinesisFirehoseDestination: { DeliveryStreamArn: streamArn, IamRoleArn: roleArn },
      },
      {
        ...common,
        Name: 'c',
        CloudWatchDestination: {
          DimensionConfigurations: [
            { DimensionName: 'campaign', DimensionValueSource: 'MESSAGE_TAG', DefaultDimensionValue: 'none' },
          ],
        },
      },
      { ...common, Name: 'd', EventBridgeDestination: { EventBusArn: eventBusArn } },
      { ...common, Name: 'e', PinpointDestination: { ApplicationArn: pinpointApplicationArn } },
    ]);
  });
});
