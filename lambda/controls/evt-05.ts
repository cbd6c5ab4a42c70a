import type { ConfigurationSetFacts, EventDestinationFacts, TargetFacts } from '../facts/types.ts';
import { judgeSets, SETS_READS, setsReasons, type SetsReason } from './configuration-sets.ts';
import { exampleTopic } from './feedback-paths.ts';
import { commandFix } from './fixes.ts';
import { listed, say } from './say.ts';
import { subKeyOf } from './sub-keys.ts';
import type { Control, Finding, Fix } from './types.ts';

type Reason =
  | 'EVENTS_COVERED'
  | 'ADVISABLE_EVENTS_MISSING'
  | 'FEEDBACK_NOT_COVERED'
  | 'DESTINATION_ENABLED'
  | 'DESTINATION_DISABLED'
  | 'NO_DESTINATIONS'
  | SetsReason;

const NEEDED = ['BOUNCE', 'COMPLAINT'];
const ADVISABLE = ['REJECT', 'DELIVERY_DELAY', 'RENDERING_FAILURE'];

export const evt05: Control<TargetFacts, Reason> = {
  id: 'EVT-05',
  revision: 1,
  title: 'Event destinations are enabled and cover feedback',
  subject: 'target',
  tier: 2,
  severity: 'MEDIUM',
  reads: SETS_READS,
  permissions: ['configurationSets'],
  asserts:
    'Every event destination is enabled, and a configuration set that has destinations publishes bounces and complaints.',
  why: 'A destination that somebody switched off, or that never had bounces ticked, looks wired and tells nobody anything.',
  evidence: 'Destinations of the set with what they publish. One finding a set, and one a destination.',
  remedy: 'Enables the destination, or adds one for what is missing.',
  sources: [
    'Amazon SES developer guide: Creating Amazon SES event destinations',
    'Amazon SES API v2: GetConfigurationSetEventDestinations',
  ],
  reasons: {
    EVENTS_COVERED: {
      statuses: ['PASS'],
      means: 'The set publishes bounces, complaints, rejects, delays and rendering failures.',
    },
    ADVISABLE_EVENTS_MISSING: {
      statuses: ['PASS'],
      means:
        'The set publishes bounces and complaints, but not all of rejects, delays and rendering failures.',
    },
    FEEDBACK_NOT_COVERED: {
      statuses: ['WARN'],
      means: 'The set has event destinations, but no enabled one for bounces or for complaints.',
    },
    DESTINATION_ENABLED: { statuses: ['PASS'], means: 'The destination is enabled.' },
    DESTINATION_DISABLED: { statuses: ['WARN'], means: 'The destination is switched off.' },
    NO_DESTINATIONS: {
      statuses: ['NOT_APPLICABLE'],
      means: 'The set publishes nothing; EVT-01 and EVT-02 judge the identities.',
    },
    ...setsReasons,
  },
  judge: (facts, context) =>
    judgeSets<Reason>(evt05, facts, context, (set) => [
      judgeSet(facts, set),
      ...set.destinations.map((destination) => judgeDestination(facts, set.name, destination)),
    ]),
};

function judgeSet(facts: TargetFacts, { name, destinations }: ConfigurationSetFacts): Finding<Reason> {
  const published = new Set(destinations.flatMap(({ enabled, types }) => (enabled ? types : [])));
  const common = {
    subKey: subKeyOf(name),
    evidence: {
      configurationSet: name,
      published: [...published].sort(),
      destinations: destinations.map((one) => one.name),
    },
  };
  if (destinations.length === 0) {
    const summary = `The configuration set ${name} publishes no events`;
    return say(evt05, { ...common, status: 'NOT_APPLICABLE', reason: 'NO_DESTINATIONS', summary });
  }
  const lacking = NEEDED.filter((type) => !published.has(type));
  if (lacking.length > 0) {
    return say(evt05, {
      ...common,
      status: 'WARN',
      reason: 'FEEDBACK_NOT_COVERED',
      summary: `The configuration set ${name} publishes no event of type ${listed(lacking)}`,
      fix: addDestination(facts, name, lacking),
    });
  }
  const advisable = ADVISABLE.filter((type) => !published.has(type));
  if (advisable.length > 0) {
    const summary = `The configuration set ${name} publishes bounces and complaints, but not ${listed(advisable)}`;
    return say(evt05, { ...common, status: 'PASS', reason: 'ADVISABLE_EVENTS_MISSING', summary });
  }
  const summary = `The configuration set ${name} publishes all events that tell of trouble`;
  return say(evt05, { ...common, status: 'PASS', reason: 'EVENTS_COVERED', summary });
}

function addDestination(facts: TargetFacts, set: string, types: string[]): Fix {
  const destination = {
    Enabled: true,
    MatchingEventTypes: types,
    SnsDestination: { TopicArn: exampleTopic(facts) },
  };
  return commandFix(
    facts,
    'Add a destination for what is missing; put the ARN of your topic into the command (or a stream or bus, in its own form).',
    [
      'sesv2',
      'create-configuration-set-event-destination',
      '--configuration-set-name',
      set,
      '--event-destination-name',
      'feedback',
      '--event-destination',
      JSON.stringify(destination),
    ],
  );
}

function judgeDestination(
  facts: TargetFacts,
  set: string,
  destination: EventDestinationFacts,
): Finding<Reason> {
  const { name, enabled, types, kind, arn } = destination;
  const common = {
    subKey: subKeyOf(`${set}/${name}`),
    evidence: { configurationSet: set, destination: name, kind, arn, types },
  };
  if (enabled) {
    const summary = `The event destination ${set}/${name} is enabled`;
    return say(evt05, { ...common, status: 'PASS', reason: 'DESTINATION_ENABLED', summary });
  }
  return say(evt05, {
    ...common,
    status: 'WARN',
    reason: 'DESTINATION_DISABLED',
    summary: `The event destination ${set}/${name} is switched off`,
    fix: enableFix(facts, set, destination),
  });
}

/** The update replaces the whole definition, so it is spelled out only where nothing of it is unknown here. */
function enableFix(facts: TargetFacts, set: string, destination: EventDestinationFacts): Fix {
  const { name, types } = destination;
  const at = ['--configuration-set-name', set];
  const form = definition(destination);
  if (form === undefined) {
    return commandFix(
      facts,
      `Look at the definition of ${name} with the command, and update it with Enabled=true (update-configuration-set-event-destination), or remove it if nobody needs it.`,
      ['sesv2', 'get-configuration-set-event-destinations', ...at],
    );
  }
  return commandFix(facts, 'Enable the destination, or remove it if nobody needs it.', [
    'sesv2',
    'update-configuration-set-event-destination',
    ...at,
    '--event-destination-name',
    name,
    '--event-destination',
    JSON.stringify({ Enabled: true, MatchingEventTypes: types, ...form }),
  ]);
}

function definition({ kind, arn, roleArn }: EventDestinationFacts): object | undefined {
  if (arn === undefined) return undefined;
  if (kind === 'SNS') return { SnsDestination: { TopicArn: arn } };
  if (kind === 'EVENTBRIDGE') return { EventBridgeDestination: { EventBusArn: arn } };
  if (kind === 'FIREHOSE' && roleArn !== undefined) {
    return { KinesisFirehoseDestination: { IamRoleArn: roleArn, DeliveryStreamArn: arn } };
  }
  return undefined;
}
