/** Configuration sets and their event destinations. */
import {
  GetConfigurationSetCommand,
  GetConfigurationSetEventDestinationsCommand,
  ListConfigurationSetsCommand,
  type EventDestination,
  type GetConfigurationSetResponse,
  type SESv2Client,
} from '@aws-sdk/client-sesv2';
import type { ConfigurationSetFacts, ConfigurationSetsFacts, EventDestinationFacts } from '../facts/types.ts';
import { plainText } from '../organization/classify.ts';
import { collectPages } from '../organization/pages.ts';
import { UnexpectedAnswer } from './identity.ts';
import { toAscii } from './names.ts';
import type { Pacer } from './pacing.ts';

/** Sets described though no identity names them, first by name: two calls each at a call a second. */
const MAX_DESCRIBED = 50;
/** A quota of 10,000 sets, 100 a page. */
const PAGE_SIZE = 100;
const MAX_PAGES = 110;
/** SES allows 10 event destinations a set, of 10 event types. */
const MAX_DESTINATIONS = 20;
const MAX_TYPES = 20;

export interface ConfigurationSetReader {
  /** Names of all sets, in code-unit order. Complete, or it throws. */
  list(): Promise<string[]>;
  /** @returns `gone` where it was deleted since @throws UnexpectedAnswer for a policy unknown to this version */
  describe(name: string): Promise<ConfigurationSetFacts | 'gone'>;
}

export function createConfigurationSetReader(ses: SESv2Client, pacer: Pacer): ConfigurationSetReader {
  return {
    async list() {
      const names = await collectPages(
        'ses:ListConfigurationSets',
        (NextToken) =>
          pacer.run('ses:ListConfigurationSets', async (abortSignal) => {
            const command = new ListConfigurationSetsCommand({ PageSize: PAGE_SIZE, NextToken });
            const answer = await ses.send(command, { abortSignal });
            return { items: answer.ConfigurationSets, next: answer.NextToken };
          }),
        MAX_PAGES,
      );
      return [...new Set(names)].sort();
    },
    async describe(name) {
      try {
        const set = await pacer.run('ses:GetConfigurationSet', (abortSignal) =>
          ses.send(new GetConfigurationSetCommand({ ConfigurationSetName: name }), { abortSignal }),
        );
        const { EventDestinations } = await pacer.run(
          'ses:GetConfigurationSetEventDestinations',
          (abortSignal) =>
            ses.send(new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName: name }), {
              abortSignal,
            }),
        );
        return toConfigurationSet(name, set, EventDestinations ?? []);
      } catch (error) {
        if (error instanceof Error && error.name === 'NotFoundException') return 'gone';
        throw error;
      }
    },
  };
}

/**
 * Reads each set once, however many identities ask. The first 50 by name are always described, so that a set is found
 * that carries an event without being anybody's default; a default beyond them is described when it is asked for.
 */
export function memoizeConfigurationSets(
  reader: ConfigurationSetReader,
): (defaults: readonly string[]) => Promise<ConfigurationSetsFacts> {
  let listing: Promise<string[]> | undefined;
  const described = new Map<string, Promise<ConfigurationSetFacts | 'gone'>>();
  const describe = (name: string): Promise<ConfigurationSetFacts | 'gone'> => {
    const known = described.get(name) ?? reader.describe(name);
    described.set(name, known);
    return known;
  };
  return async (defaults) => {
    const names = await (listing ??= reader.list());
    const listed = new Set(names);
    for (const name of [...names.slice(0, MAX_DESCRIBED), ...defaults.filter((one) => listed.has(one))]) {
      await describe(name);
    }
    const answers = await Promise.all(
      [...described].map(async ([name, answer]) => [name, await answer] as const),
    );
    const gone = answers.filter(([, answer]) => answer === 'gone').map(([name]) => name);
    return {
      sets: answers.flatMap(([, answer]) => (answer === 'gone' ? [] : [answer])),
      listed: names.length - gone.length,
      missing: [...new Set(defaults)].filter((name) => !listed.has(name) || gone.includes(name)).sort(),
    };
  };
}

/**
 * What SES leaves out has the meaning that SES gives it: TLS where it can be had, sending on, metrics off. Suppressed
 * reasons that are left out are the account's, whatever else stands in the options; an empty list suppresses nothing.
 *
 * @throws UnexpectedAnswer naming field and value
 */
export function toConfigurationSet(
  name: string,
  set: GetConfigurationSetResponse,
  destinations: readonly EventDestination[],
): ConfigurationSetFacts {
  const reasons = set.SuppressionOptions?.SuppressedReasons;
  const { SendingPoolName: pool } = set.DeliveryOptions ?? {};
  const { CustomRedirectDomain: domain, HttpsPolicy: https = 'OPTIONAL' } = set.TrackingOptions ?? {};
  return {
    name,
    tlsPolicy: tlsPolicy(name, set.DeliveryOptions?.TlsPolicy),
    sendingEnabled: set.SendingOptions?.SendingEnabled ?? true,
    reputationMetrics: set.ReputationOptions?.ReputationMetricsEnabled ?? false,
    ...(reasons ? { suppressedReasons: reasons.slice(0, 10).map((reason) => plainText(reason, 40)) } : {}),
    ...(pool ? { sendingPool: plainText(pool, 64) } : {}),
    ...(domain ? { tracking: { domain: toAscii(domain), httpsPolicy: plainText(https, 40) } } : {}),
    destinations: destinations.slice(0, MAX_DESTINATIONS).map(toDestination),
  };
}

function toDestination(destination: EventDestination): EventDestinationFacts {
  return {
    name: plainText(destination.Name ?? '', 64),
    enabled: destination.Enabled ?? false,
    types: (destination.MatchingEventTypes ?? []).slice(0, MAX_TYPES).map((type) => plainText(type, 40)),
    ...whereTo(destination),
  };
}

/** A kind of a later day is UNKNOWN: that events go somewhere is still seen. */
function whereTo(destination: EventDestination): Pick<EventDestinationFacts, 'kind' | 'arn' | 'roleArn'> {
  const {
    SnsDestination: sns,
    KinesisFirehoseDestination: firehose,
    CloudWatchDestination: cloudWatch,
    EventBridgeDestination: eventBridge,
    PinpointDestination: pinpoint,
  } = destination;
  if (sns) return { kind: 'SNS', ...arn(sns.TopicArn) };
  if (firehose) {
    const { DeliveryStreamArn: stream, IamRoleArn: role } = firehose;
    return { kind: 'FIREHOSE', ...arn(stream), ...(role ? { roleArn: plainText(role, 320) } : {}) };
  }
  if (cloudWatch) return { kind: 'CLOUDWATCH' };
  if (eventBridge) return { kind: 'EVENTBRIDGE', ...arn(eventBridge.EventBusArn) };
  return pinpoint ? { kind: 'PINPOINT', ...arn(pinpoint.ApplicationArn) } : { kind: 'UNKNOWN' };
}

function arn(text: string | undefined): { arn?: string } {
  return text ? { arn: plainText(text, 320) } : {};
}

/** OPTIONAL is what a set has that was never told otherwise. */
function tlsPolicy(name: string, policy: string = 'OPTIONAL'): ConfigurationSetFacts['tlsPolicy'] {
  if (policy === 'REQUIRE' || policy === 'OPTIONAL') return policy;
  throw new UnexpectedAnswer(
    `GetConfigurationSet of ${plainText(name, 64)} answered "${plainText(policy, 60)}" for DeliveryOptions.TlsPolicy, which this version does not understand. Update this software.`,
  );
}
