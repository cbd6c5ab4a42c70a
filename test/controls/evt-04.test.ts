import { evt04 } from '../../lambda/controls/evt-04.ts';
import { expect, it } from 'vitest';
import type {
  EventDestinationFacts,
  StreamFacts,
  TargetFacts,
  TopicFacts,
} from '../../lambda/facts/types.ts';
import {
  configurationSet,
  contextOf,
  OFF,
  seen,
  setsFacts,
  STREAM,
  streamFacts,
  targetFacts,
  TOPIC,
  topicFacts,
  UNSEEN,
} from './facts.ts';
import { describeControl } from './paired.ts';
import { readCases } from './target-cases.ts';

const key = `EVT-04#${TOPIC}`;
const streamKey = `EVT-04#${STREAM}`;
const ROLE = 'arn:aws:iam::111111111111:role/ses-to-firehose';
const ELSEWHERE = STREAM.replace('eu-west-1', 'us-east-1');

const destination = (arn: string, more: Partial<EventDestinationFacts> = {}): EventDestinationFacts => ({
  ...{ name: 'to-lake', enabled: true, types: ['BOUNCE'], kind: 'FIREHOSE', arn, roleArn: ROLE, ...more },
});

/** A target whose sets name one stream, beside the topic of every target. */
function stream(change: Partial<StreamFacts> = {}, destinations?: EventDestinationFacts[]): TargetFacts {
  const facts = streamFacts((one) => Object.assign(one, change));
  const named = destinations ?? [destination(facts.arn)];
  return targetFacts((target) => {
    target.streams = seen([facts]);
    target.streamUses = named.map(({ name }) => ({ arn: facts.arn, by: `main/${name}` }));
    target.configurationSets = seen(setsFacts(configurationSet((set) => (set.destinations = named))));
  });
}

const nothingNamed = (more: Partial<TargetFacts> = {}): TargetFacts =>
  targetFacts((facts) => Object.assign(facts, { topics: seen([]), topicUses: [], ...more }));

function topic(change: Partial<TopicFacts>): TargetFacts {
  return targetFacts((facts) => (facts.topics = seen([topicFacts((one) => Object.assign(one, change))])));
}

describeControl(evt04, [
  {
    when: 'somebody is subscribed and SES may publish',
    facts: targetFacts(),
    says: { key, status: 'PASS', reason: 'TOPIC_HEARD', evidence: { usedBy: ['example.com'] } },
  },
  {
    when: 'the topic was deleted',
    facts: topic({ state: 'missing' }),
    says: {
      key,
      status: 'FAIL',
      reason: 'TOPIC_MISSING',
      severity: 'MEDIUM',
      summary: 'The topic feedback, named by example.com, does not exist: what SES tells it is lost',
      command: 'aws sns create-topic --name feedback --region eu-west-1',
    },
  },
  {
    when: 'the topic is in another Region',
    facts: targetFacts((facts) => {
      facts.topics = seen([topicFacts((one) => (one.arn = TOPIC.replace('eu-west-1', 'us-east-1')))]);
    }),
    says: {
      key: key.replace('eu-west-1', 'us-east-1'),
      status: 'FAIL',
      reason: 'TOPIC_OTHER_REGION',
      severity: 'MEDIUM',
    },
  },
  {
    when: 'its policy does not let SES publish',
    facts: topic({ admitsSes: false }),
    says: {
      key,
      status: 'FAIL',
      reason: 'TOPIC_REFUSES_SES',
      severity: 'MEDIUM',
      command: `aws sns get-topic-attributes --topic-arn ${TOPIC} --region eu-west-1`,
      fixText: /AWS:SourceAccount 111111111111/,
    },
  },
  {
    when: 'nobody confirmed',
    facts: topic({ confirmed: 0, pending: 2 }),
    says: {
      key,
      status: 'FAIL',
      reason: 'NO_CONFIRMED_SUBSCRIPTION',
      severity: 'MEDIUM',
      summary: /2 wait for confirmation/,
    },
  },
  {
    when: 'nobody confirmed, and whether SES may publish is not known: it fails either way',
    facts: topic({ confirmed: 0, admitsSes: 'unknown' }),
    says: { key, status: 'FAIL', reason: 'NO_CONFIRMED_SUBSCRIPTION', severity: 'MEDIUM' },
  },
  {
    when: 'its policy has conditions that are not evaluated',
    facts: topic({ admitsSes: 'unknown' }),
    says: { key, status: 'UNKNOWN', reason: 'TOPIC_UNDECIDED' },
  },
  {
    when: 'the count of subscriptions is not known',
    facts: targetFacts((facts) => (facts.topics = seen([topicFacts((one) => delete one.confirmed)]))),
    says: { key, status: 'UNKNOWN', reason: 'TOPIC_UNDECIDED' },
  },
  {
    when: 'the topic could not be read',
    facts: topic({ state: 'THROTTLED' }),
    says: { key, status: 'UNKNOWN', reason: 'THROTTLED' },
  },
  {
    when: 'the topic belongs to another account',
    facts: topic({ state: 'foreign' }),
    says: { key, status: 'NOT_APPLICABLE', reason: 'FOREIGN_TOPIC' },
  },
  {
    when: 'nothing names a topic or stream',
    facts: nothingNamed(),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_TOPICS' },
  },
  {
    when: 'nothing that was read names one, and not all could be read',
    facts: nothingNamed({ usesUnread: 'ACCESS_DENIED' }),
    says: { status: 'UNKNOWN', reason: 'ACCESS_DENIED' },
  },
  {
    when: 'nothing that was read names one, and not all may be read',
    facts: nothingNamed({ usesUnread: 'NOT_PERMITTED_BY_SETTINGS' }),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_PERMITTED_BY_SETTINGS' },
  },
  {
    when: 'topics are off, but none is named: streams alone are judged',
    facts: targetFacts((facts) => Object.assign(facts, stream(), { topics: OFF, topicUses: [] })),
    says: { key: streamKey, status: 'PASS', reason: 'STREAM_ACTIVE' },
  },
  {
    when: 'an event destination’s stream takes what SES puts into it',
    facts: stream(),
    says: {
      key: streamKey,
      status: 'PASS',
      reason: 'STREAM_ACTIVE',
      summary: 'The stream mail-events is active',
      evidence: {
        stream: STREAM,
        streamStatus: 'ACTIVE',
        source: 'DirectPut',
        destinations: ['S3'],
        usedBy: ['main/to-lake'],
        roles: [ROLE],
      },
    },
  },
  {
    when: 'the stream was deleted',
    facts: stream({ state: 'missing' }),
    says: {
      key: streamKey,
      status: 'FAIL',
      reason: 'STREAM_MISSING',
      severity: 'MEDIUM',
      reasonClass: 1,
      summary: 'The stream mail-events, named by main/to-lake, does not exist: what SES puts into it is lost',
      command:
        'aws firehose create-delivery-stream --delivery-stream-name mail-events --delivery-stream-type DirectPut ' +
        `--extended-s3-destination-configuration '{"RoleARN":"arn:aws:iam::111111111111:role/firehose-to-s3","BucketARN":"arn:aws:s3:::ses-events-111111111111"}' --region eu-west-1`,
    },
  },
  {
    when: 'the stream is in another Region',
    facts: stream({ arn: ELSEWHERE, state: 'elsewhere' }, [
      destination(ELSEWHERE),
      destination(ELSEWHERE, { name: 'second' }),
      destination(STREAM, { name: 'other' }),
    ]),
    says: {
      key: `EVT-04#${ELSEWHERE}`,
      status: 'FAIL',
      reason: 'STREAM_OTHER_REGION',
      severity: 'MEDIUM',
      fixText: /Do the same in main\/second, with/,
      command:
        'aws sesv2 update-configuration-set-event-destination --configuration-set-name main --event-destination-name to-lake ' +
        `--event-destination '{"Enabled":true,"MatchingEventTypes":["BOUNCE"],"KinesisFirehoseDestination":{"IamRoleArn":"${ROLE}","DeliveryStreamArn":"arn:aws:firehose:eu-west-1:111111111111:deliverystream/ses-events"}}' --region eu-west-1`,
    },
  },
  {
    when: 'the stream is in another Region, and the event destination is not known whole',
    facts: stream({ arn: ELSEWHERE, state: 'elsewhere' }, [destination(STREAM)]),
    says: {
      key: `EVT-04#${ELSEWHERE}`,
      status: 'FAIL',
      reason: 'STREAM_OTHER_REGION',
      severity: 'MEDIUM',
      command: 'aws sesv2 list-configuration-sets --region eu-west-1',
    },
  },
  {
    when: 'the stream reads from Kinesis instead',
    facts: stream({ source: 'KinesisStreamAsSource' }),
    says: {
      key: streamKey,
      status: 'FAIL',
      reason: 'STREAM_OTHER_SOURCE',
      severity: 'MEDIUM',
      fixText: /source cannot be changed/,
    },
  },
  {
    when: 'the stream is still being created',
    facts: stream({ status: 'CREATING' }),
    says: {
      key: streamKey,
      status: 'WARN',
      reason: 'STREAM_NOT_ACTIVE',
      severity: 'MEDIUM',
      reasonClass: 0,
      command: 'aws firehose describe-delivery-stream --delivery-stream-name mail-events --region eu-west-1',
    },
  },
  ...(
    [
      ['CREATING_FAILED', /could not be created$/, /Delete the stream .* create it again/],
      ['DELETING', /is being deleted$/, /who deletes it/],
      ['DELETING_FAILED', /could not be deleted$/, /--allow-force-delete/],
    ] as const
  ).map(([status, summary, fixText]) => ({
    when: `the stream has the status ${status}`,
    facts: stream({ status }),
    says: {
      key: streamKey,
      status: 'FAIL' as const,
      reason: 'STREAM_NOT_ACTIVE' as const,
      severity: 'MEDIUM' as const,
      reasonClass: 1,
      summary,
      fixText,
    },
  })),
  {
    when: 'its status is one of a later day',
    facts: stream({ status: 'SUSPENDED' }),
    says: { key: streamKey, status: 'UNKNOWN', reason: 'STREAM_UNDECIDED', summary: /status SUSPENDED of/ },
  },
  {
    when: 'its source is one of a later day',
    facts: stream({ source: 'IcebergAsSource' }),
    says: { key: streamKey, status: 'UNKNOWN', reason: 'STREAM_UNDECIDED', summary: /source IcebergAs/ },
  },
  {
    when: 'Firehose tells neither',
    facts: stream({ status: undefined, source: undefined } as unknown as StreamFacts),
    says: { key: streamKey, status: 'UNKNOWN', reason: 'STREAM_UNDECIDED' },
  },
  {
    when: 'the stream could not be read',
    facts: stream({ state: 'ACCESS_DENIED' }),
    says: { key: streamKey, status: 'UNKNOWN', reason: 'ACCESS_DENIED' },
  },
  {
    when: 'the stream belongs to another account',
    facts: stream({ state: 'foreign' }),
    says: { key: streamKey, status: 'NOT_APPLICABLE', reason: 'FOREIGN_STREAM' },
  },
  {
    when: 'streams are switched off, and one is named',
    facts: targetFacts((facts) => Object.assign(facts, stream(), { streams: OFF })),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_PERMITTED_BY_SETTINGS', summary: /the streams/ },
  },
  {
    when: 'streams were never read',
    facts: targetFacts((facts) => delete facts.streams),
    says: { status: 'UNKNOWN', reason: 'TARGET_UNSEEN' },
  },
  {
    when: 'more streams are named than were read',
    facts: targetFacts((facts) => (facts.streamUses = [{ arn: STREAM, by: 'main/to-lake' }])),
    says: { status: 'UNKNOWN', reason: 'LIST_INCOMPLETE', evidence: { unread: [STREAM] } },
  },
  {
    when: 'there are more configuration sets than were read',
    facts: targetFacts((facts) => (facts.usesUnread = 'LIST_INCOMPLETE')),
    says: { status: 'UNKNOWN', reason: 'LIST_INCOMPLETE' },
  },
  {
    when: 'more topics are named than were read',
    facts: targetFacts((facts) => facts.topicUses?.push({ arn: `${TOPIC}-2`, by: 'main/feedback' })),
    says: { status: 'UNKNOWN', reason: 'LIST_INCOMPLETE', evidence: { unread: [`${TOPIC}-2`] } },
  },
  ...readCases('topics'),
]);

const words = (facts: TargetFacts): string[] =>
  evt04.judge(facts, contextOf()).map(({ key: one, status }) => `${one} ${status}`);

it('judges what was read, and says that it is not all', () => {
  const both = [`${key} PASS`, `${streamKey} PASS`];
  expect(words(stream())).toEqual(both);
  // An UNKNOWN without a sub-key keeps what is stored of topics that were not seen this time.
  const partly = { ...stream(), usesUnread: 'THROTTLED' as const };
  expect(words(partly)).toEqual([...both, 'EVT-04 UNKNOWN']);
  // What the operator switched off is no gap beside what was read.
  expect(words({ ...partly, usesUnread: 'NOT_PERMITTED_BY_SETTINGS' })).toEqual(both);
  expect(words({ ...stream(), streams: UNSEEN })).toEqual([`${key} PASS`, 'EVT-04 UNKNOWN']);
  expect(words({ ...stream(), streams: OFF })).toEqual([`${key} PASS`, 'EVT-04 NOT_APPLICABLE']);
  expect(words({ ...stream(), streams: OFF, usesUnread: 'THROTTLED' })).toEqual([
    `${key} PASS`,
    'EVT-04 UNKNOWN',
  ]);
});

it('does not hide what is open among many behind what was not read', () => {
  const many = Array.from({ length: 45 }, (_, index) => `${STREAM}-${index}`);
  const facts = (state: StreamFacts['state']): TargetFacts =>
    targetFacts((target) => {
      target.streams = seen(many.map((arn) => streamFacts((one) => Object.assign(one, { arn, state }))));
      target.usesUnread = 'LIST_INCOMPLETE';
    });
  expect(words(facts('missing')).at(-1)).toBe('EVT-04 FAIL');
  expect(words(facts('found')).at(-1)).toBe('EVT-04 UNKNOWN');
});
