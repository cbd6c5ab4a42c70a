/** Amazon SES API v2: configuration sets and their event destinations. */
import type { WorldConfigurationSet, WorldEventDestination } from '../../organization/types.ts';
import type { Output } from '../protocol.ts';
import type { Call, Operations } from '../service.ts';
import { configurationSetArn, notFound, sesPage, targetOf } from './ses-targets.ts';

const named = (call: Call): string =>
  configurationSetArn(call, call.input.requiredText('ConfigurationSetName'));

export const configurationSetOperations: Operations = {
  ListConfigurationSets: {
    action: 'ses:ListConfigurationSets',
    run: (call) => {
      const { items, nextToken } = sesPage(call, targetOf(call).configurationSets);
      return { ConfigurationSets: items.map(({ name }) => name), NextToken: nextToken };
    },
  },
  GetConfigurationSet: {
    action: 'ses:GetConfigurationSet',
    resource: named,
    run: (call) => setOutput(configurationSet(call)),
  },
  GetConfigurationSetEventDestinations: {
    action: 'ses:GetConfigurationSetEventDestinations',
    resource: named,
    run: (call) => ({ EventDestinations: configurationSet(call).eventDestinations.map(destinationOutput) }),
  },
};

function configurationSet(call: Call): WorldConfigurationSet {
  const wanted = call.input.requiredText('ConfigurationSetName');
  const found = targetOf(call).configurationSets.find(({ name }) => name === wanted);
  if (found) return found;
  throw notFound(`Configuration set <${wanted}> does not exist.`);
}

/** Options that were never set are absent, not empty: `SuppressedReasons: []` switches suppression off, absence inherits. */
function setOutput(set: WorldConfigurationSet): Output {
  const { suppressedReasons, suppressionScope, customRedirectDomain } = set;
  return {
    ConfigurationSetName: set.name,
    TrackingOptions:
      customRedirectDomain === undefined
        ? undefined
        : { CustomRedirectDomain: customRedirectDomain, HttpsPolicy: set.httpsPolicy ?? 'OPTIONAL' },
    DeliveryOptions: { TlsPolicy: set.tlsPolicy, SendingPoolName: set.sendingPool },
    ReputationOptions: { ReputationMetricsEnabled: set.reputationMetricsEnabled },
    SendingOptions: { SendingEnabled: set.sendingEnabled },
    Tags: [],
    SuppressionOptions:
      suppressedReasons || suppressionScope
        ? { SuppressedReasons: suppressedReasons, SuppressionScope: suppressionScope }
        : undefined,
  };
}

function destinationOutput(destination: WorldEventDestination): Output {
  const { snsTopicArn, firehose, cloudWatch, eventBusArn, pinpointApplicationArn } = destination;
  return {
    Name: destination.name,
    Enabled: destination.enabled,
    MatchingEventTypes: destination.matchingEventTypes,
    SnsDestination: snsTopicArn === undefined ? undefined : { TopicArn: snsTopicArn },
    KinesisFirehoseDestination: firehose && {
      DeliveryStreamArn: firehose.streamArn,
      IamRoleArn: firehose.roleArn,
    },
    CloudWatchDestination: cloudWatch && {
      DimensionConfigurations: cloudWatch.map(({ name, source, fallback }) => ({
        DimensionName: name,
        DimensionValueSource: source,
        DefaultDimensionValue: fallback,
      })),
    },
    EventBridgeDestination: eventBusArn === undefined ? undefined : { EventBusArn: eventBusArn },
    PinpointDestination:
      pinpointApplicationArn === undefined ? undefined : { ApplicationArn: pinpointApplicationArn },
  };
}
