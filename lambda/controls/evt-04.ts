import type { StreamFacts, TargetFacts, TopicFacts } from '../facts/types.ts';
import { judgeStream, streamReasons, type StreamReason } from './event-streams.ts';
import { judgeTopic, topicReasons, type TopicReason } from './event-topics.ts';
import { permitted, permittedReasons, type PermittedReason } from './permitted.ts';
import { say } from './say.ts';
import { boundedFindings, withGap } from './sub-keys.ts';
import { notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Control, Finding } from './types.ts';

type Reason = TopicReason | StreamReason | 'NO_TOPICS' | 'LIST_INCOMPLETE' | PermittedReason | NotReadReason;

export const evt04: Control<TargetFacts, Reason> = {
  id: 'EVT-04',
  revision: 2,
  title: 'Topics and streams for feedback are live',
  subject: 'target',
  tier: 2,
  severity: 'MEDIUM',
  reads: [
    'sns:GetTopicAttributes',
    'firehose:DescribeDeliveryStream',
    'ses:GetIdentityNotificationAttributes',
    'ses:GetConfigurationSetEventDestinations',
  ],
  permissions: ['topics', 'deliveryStreams'],
  asserts:
    'Each SNS topic that an identity or event destination names exists in this Region, lets SES publish and has a confirmed subscription. ' +
    'Each Amazon Data Firehose stream that an event destination names exists in this Region, is active and takes what is put into it. ' +
    'It does not assert that the IAM role with which SES puts records into a stream still exists and may do so: that would need rights to read IAM. ' +
    'EventBridge is left out: SES tells only the default event bus, which every account has and nobody can delete.',
  why: 'SES does not say that a topic or stream is gone, or that nobody listens: feedback just ends there. EVT-01 and EVT-02 still count it as a way on which feedback is told.',
  evidence:
    'The topic with its subscriptions, or the stream with its status, source and kinds of destination, and the roles that SES puts records with; who names it. One finding a topic or stream.',
  remedy:
    'Creates or subscribes the topic, or shows its policy and the statement to add; creates the stream, names another one in the event destination, or shows what became of it.',
  sources: [
    'Amazon SES developer guide: Configuring Amazon SNS notifications for Amazon SES',
    'Amazon SES developer guide: Set up an Amazon Data Firehose event destination for event publishing',
    'Amazon SNS API: GetTopicAttributes',
    'Amazon Data Firehose API: DescribeDeliveryStream, PutRecord',
  ],
  reasons: {
    ...topicReasons,
    ...streamReasons,
    NO_TOPICS: {
      statuses: ['NOT_APPLICABLE'],
      means: 'No identity and no event destination names a topic or stream.',
    },
    LIST_INCOMPLETE: {
      statuses: ['UNKNOWN'],
      means:
        'There are more topics, streams or configuration sets than a scan reads; those that were read have findings of their own.',
    },
    ...permittedReasons,
    ...notReadReasons,
  },
  judge(facts, context) {
    const early = notRead<Reason>(evt04, facts);
    if (early) return [early];
    const topics = permitted<TopicFacts[], Reason>(evt04, facts.topics, 'the topics');
    const streams = permitted<StreamFacts[], Reason>(evt04, facts.streams, 'the streams');
    const findings = boundedFindings<Reason>(
      [
        ...('seen' in topics ? topics.seen.map((topic) => judgeTopic(evt04, facts, topic)) : []),
        ...('seen' in streams ? streams.seen.map((stream) => judgeStream(evt04, facts, stream)) : []),
      ],
      context,
      'topics and streams',
    );
    const gaps = [
      gapIn(topics, facts.topicUses),
      gapIn(streams, facts.streamUses),
      beyondTheBound(facts),
      unreadUses(facts, findings.length > 0),
    ].filter((gap) => gap !== undefined);
    // What an error hides weighs more than what the settings do not permit.
    const gap = gaps.find(({ status }) => status === 'UNKNOWN') ?? gaps[0];
    if (gap) return withGap(findings, gap);
    if (findings.length > 0) return findings;
    const summary = 'No identity and no event destination names a topic or stream';
    return [say(evt04, { status: 'NOT_APPLICABLE', reason: 'NO_TOPICS', summary })];
  },
};

/** Why none of a kind was read. What the settings do not permit is missed only where there is one of the kind. */
function gapIn(
  read: { seen: unknown } | { finding: Finding<Reason> },
  uses: TargetFacts['topicUses'] = [],
): Finding<Reason> | undefined {
  if ('seen' in read) return undefined;
  return read.finding.status === 'UNKNOWN' || uses.length > 0 ? read.finding : undefined;
}

/** Topics and streams that are named, but were too many to be read. */
function beyondTheBound({
  topics,
  topicUses,
  streams,
  streamUses,
}: TargetFacts): Finding<Reason> | undefined {
  const unread = [...beyond(topics, topicUses), ...beyond(streams, streamUses)];
  if (unread.length === 0) return undefined;
  const summary = `Not judged: ${unread.length} topics and streams beyond those that a scan reads`;
  return say(evt04, { status: 'UNKNOWN', reason: 'LIST_INCOMPLETE', summary, evidence: { unread } });
}

function beyond(
  read: TargetFacts['topics'] | TargetFacts['streams'],
  uses: TargetFacts['topicUses'] = [],
): string[] {
  if (read?.kind !== 'seen') return [];
  const known = new Set(read.value.map(({ arn }) => arn));
  return [...new Set(uses.map(({ arn }) => arn).filter((arn) => !known.has(arn)))];
}

/** Where not all that could name one was read, what was found is judged, and the rest is not thought absent. */
function unreadUses({ usesUnread: reason }: TargetFacts, found: boolean): Finding<Reason> | undefined {
  if (reason === undefined) return undefined;
  if (reason === 'NOT_PERMITTED_BY_SETTINGS') {
    const summary = 'Not judged: the settings do not permit reading all that may name a topic or stream';
    return found ? undefined : say(evt04, { status: 'NOT_APPLICABLE', reason, summary });
  }
  const summary =
    'Not judged: not all identities and configuration sets that may name a topic or stream were read';
  return say(evt04, { status: 'UNKNOWN', reason, summary });
}
