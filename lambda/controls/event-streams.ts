/** EVT-04 on one Amazon Data Firehose stream. */
import type { EventDestinationFacts, StreamFacts, TargetFacts } from '../facts/types.ts';
import { usersOf } from './event-uses.ts';
import { partitionOf } from './feedback-paths.ts';
import { commandFix } from './fixes.ts';
import { listed, say, type ControlData, type Said } from './say.ts';
import { subKeyOf } from './sub-keys.ts';
import type { Finding, Fix, ReasonSpec } from './types.ts';
import type { UnseenTargetReason } from './unknowns.ts';

export type StreamReason =
  | 'STREAM_ACTIVE'
  | 'STREAM_MISSING'
  | 'STREAM_OTHER_REGION'
  | 'STREAM_OTHER_SOURCE'
  | 'STREAM_NOT_ACTIVE'
  | 'STREAM_UNDECIDED'
  | 'FOREIGN_STREAM';

const fails = (means: string): ReasonSpec => ({ statuses: ['FAIL'], class: 1, means });

export const streamReasons: Record<StreamReason, ReasonSpec> = {
  STREAM_ACTIVE: {
    statuses: ['PASS'],
    means: 'The stream exists, is active and takes what is put into it.',
  },
  STREAM_MISSING: fails('The stream does not exist.'),
  STREAM_OTHER_REGION: fails('The stream is in another Region than the event destination.'),
  STREAM_OTHER_SOURCE: fails('The stream reads from a source of its own and refuses what SES puts into it.'),
  STREAM_NOT_ACTIVE: {
    statuses: ['FAIL', 'WARN'],
    class: 1,
    means:
      'The stream could not be created, is being deleted, or could not be deleted; WARN while it is being created.',
  },
  STREAM_UNDECIDED: {
    statuses: ['UNKNOWN'],
    means: 'Firehose tells a status or source of the stream that this version does not know, or none.',
  },
  FOREIGN_STREAM: {
    statuses: ['NOT_APPLICABLE'],
    means: 'The stream belongs to another account, where the scan does not ask for it.',
  },
};

type Reason = StreamReason | UnseenTargetReason;
type SayOfStream = (said: Omit<Said<Reason>, 'subKey' | 'evidence'>) => Finding<Reason>;

/** What a status that is not ACTIVE means, and what to do. @see StreamFacts.status */
const NOT_ACTIVE: { [status: string]: { status: 'FAIL' | 'WARN'; means: string; fix: string } } = {
  CREATING: {
    status: 'WARN',
    means: 'is still being created',
    fix: 'Wait until the command shows the status ACTIVE.',
  },
  CREATING_FAILED: {
    status: 'FAIL',
    means: 'could not be created',
    fix: 'The command shows why. Delete the stream (firehose delete-delivery-stream), put right what was wrong, and create it again under its name.',
  },
  DELETING: {
    status: 'FAIL',
    means: 'is being deleted',
    fix: 'Find out who deletes it: as long as it lasts, nothing is promised of what it takes. When the command no longer finds it, create it again under its name, or name another stream in the event destination.',
  },
  DELETING_FAILED: {
    status: 'FAIL',
    means: 'could not be deleted',
    fix: 'The command shows why. Name another stream in the event destination, then finish the deletion (firehose delete-delivery-stream --allow-force-delete); or delete it so and create it again under its name.',
  },
};

/** Sources of their own, from which such a stream reads: the Firehose API then refuses PutRecord and PutRecordBatch. */
const OTHER_SOURCES = ['KinesisStreamAsSource', 'MSKAsSource', 'DatabaseAsSource'];

/** Roles named in the evidence. */
const MAX_ROLES = 5;

export function judgeStream(
  control: ControlData<Reason>,
  facts: TargetFacts,
  stream: StreamFacts,
): Finding<Reason> {
  const { arn, state, status, source, destinations } = stream;
  const { names: usedBy, words: by } = usersOf(arn, facts.streamUses);
  const name = streamName(arn);
  const roles = [...new Set(namedBy(facts, arn).flatMap(({ roleArn }) => roleArn ?? []))].slice(0, MAX_ROLES);
  const evidence = { stream: arn, streamStatus: status, source, destinations, usedBy, roles };
  const sayOfIt: SayOfStream = (said) => say<Reason>(control, { subKey: subKeyOf(arn), evidence, ...said });
  switch (state) {
    case 'elsewhere':
      return sayOfIt({
        status: 'FAIL',
        reason: 'STREAM_OTHER_REGION',
        summary: `The stream ${name}${by} is in another Region, to which SES does not deliver events`,
        fix: nameAnother(facts, arn, 'Create a stream with the source Direct PUT in this Region'),
      });
    case 'missing':
      return sayOfIt({
        status: 'FAIL',
        reason: 'STREAM_MISSING',
        summary: `The stream ${name}${by} does not exist: what SES puts into it is lost`,
        fix: createAgain(facts, name),
      });
    case 'foreign': {
      const summary = `The stream ${name} belongs to another account`;
      return sayOfIt({ status: 'NOT_APPLICABLE', reason: 'FOREIGN_STREAM', summary });
    }
    case 'found':
      return judgeFound(facts, stream, { name, by }, sayOfIt);
    default: {
      const summary = `Not judged: the stream ${name} could not be read`;
      return sayOfIt({ status: 'UNKNOWN', reason: state, summary });
    }
  }
}

function judgeFound(
  facts: TargetFacts,
  { arn, status = '', source = '' }: StreamFacts,
  { name, by }: { name: string; by: string },
  sayOfIt: SayOfStream,
): Finding<Reason> {
  if (OTHER_SOURCES.includes(source)) {
    return sayOfIt({
      status: 'FAIL',
      reason: 'STREAM_OTHER_SOURCE',
      summary: `The stream ${name}${by} reads from a source of its own and refuses what SES puts into it`,
      fix: nameAnother(
        facts,
        arn,
        'A stream’s source cannot be changed: create another one, under another name, with the source Direct PUT',
      ),
    });
  }
  const trouble = Object.hasOwn(NOT_ACTIVE, status) ? NOT_ACTIVE[status] : undefined;
  if (trouble) {
    return sayOfIt({
      status: trouble.status,
      reason: 'STREAM_NOT_ACTIVE',
      summary: `The stream ${name}${by} ${trouble.means}`,
      ...(trouble.status === 'WARN' ? { reasonClass: 0 } : {}),
      fix: commandFix(facts, trouble.fix, [
        'firehose',
        'describe-delivery-stream',
        '--delivery-stream-name',
        name,
      ]),
    });
  }
  if (status !== 'ACTIVE' || source !== 'DirectPut') {
    const what = status === 'ACTIVE' ? `the source ${source}` : `the status ${status}`;
    const summary = `Not judged: ${what.trim()} of the stream ${name} is not known to this version`;
    return sayOfIt({ status: 'UNKNOWN', reason: 'STREAM_UNDECIDED', summary });
  }
  return sayOfIt({ status: 'PASS', reason: 'STREAM_ACTIVE', summary: `The stream ${name} is active` });
}

/** `mail-events` of `arn:aws:firehose:eu-west-1:111111111111:deliverystream/mail-events`. */
function streamName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1) || arn;
}

type Named = EventDestinationFacts & { set: string };

/** The event destinations that name the stream, where the configuration sets were read. */
function namedBy({ configurationSets }: TargetFacts, stream: string): Named[] {
  if (configurationSets?.kind !== 'seen') return [];
  return configurationSets.value.sets.flatMap(({ name: set, destinations }) =>
    destinations.flatMap((one) => (one.kind === 'FIREHOSE' && one.arn === stream ? [{ ...one, set }] : [])),
  );
}

/** A stream of the same name is found again by every event destination: nothing changes in SES. */
function createAgain({ accountId, region }: TargetFacts, name: string): Fix {
  const s3 = {
    RoleARN: `arn:${partitionOf(region)}:iam::${accountId}:role/firehose-to-s3`,
    BucketARN: `arn:${partitionOf(region)}:s3:::ses-events-${accountId}`,
  };
  return commandFix(
    { accountId, region },
    'Create the stream again under its name; put into the command the bucket that events are to go to and a role that Firehose may write there with. Or name another stream in the event destination, or remove the destination if nobody needs it.',
    [
      'firehose',
      'create-delivery-stream',
      '--delivery-stream-name',
      name,
      '--delivery-stream-type',
      'DirectPut',
      '--extended-s3-destination-configuration',
      JSON.stringify(s3),
    ],
  );
}

/** The update replaces the whole definition of the event destination, so it is spelled out only where all of it is known. */
function nameAnother(facts: TargetFacts, arn: string, first: string): Fix {
  const [destination, ...others] = namedBy(facts, arn);
  if (!destination?.roleArn) {
    return commandFix(
      facts,
      `${first}. Then find with the command the event destinations that name this one, and name the new one there (sesv2 update-configuration-set-event-destination).`,
      ['sesv2', 'list-configuration-sets'],
    );
  }
  const again =
    others.length > 0
      ? ` Do the same in ${listed(others.map(({ set, name }) => `${set}/${name}`))}, with the types of event that stand there.`
      : '';
  const definition = {
    Enabled: destination.enabled,
    MatchingEventTypes: destination.types,
    KinesisFirehoseDestination: {
      IamRoleArn: destination.roleArn,
      DeliveryStreamArn: exampleStream(facts),
    },
  };
  return commandFix(
    facts,
    `${first}. Put its ARN into the command, and let the role that stands there put records into it.${again}`,
    [
      'sesv2',
      'update-configuration-set-event-destination',
      '--configuration-set-name',
      destination.set,
      '--event-destination-name',
      destination.name,
      '--event-destination',
      JSON.stringify(definition),
    ],
  );
}

/** An ARN for a command where the stream is yet to be made. */
function exampleStream({ accountId, region }: TargetFacts): string {
  return `arn:${partitionOf(region)}:firehose:${region}:${accountId}:deliverystream/ses-events`;
}
