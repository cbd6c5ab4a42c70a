import type { TargetFacts, TopicFacts } from '../facts/types.ts';
import { nameOfArn } from './feedback-paths.ts';
import { commandFix } from './fixes.ts';
import { permitted, permittedReasons, type PermittedReason } from './permitted.ts';
import { listed, say } from './say.ts';
import { boundedFindings, subKeyOf } from './sub-keys.ts';
import { notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Control, Finding } from './types.ts';

type Reason =
  | 'TOPIC_HEARD'
  | 'TOPIC_MISSING'
  | 'TOPIC_OTHER_REGION'
  | 'TOPIC_REFUSES_SES'
  | 'NO_CONFIRMED_SUBSCRIPTION'
  | 'TOPIC_UNDECIDED'
  | 'FOREIGN_TOPIC'
  | 'NO_TOPICS'
  | 'LIST_INCOMPLETE'
  | PermittedReason
  | NotReadReason;

const fails = (worse: number, means: string): { statuses: ['FAIL']; class: number; means: string } => ({
  statuses: ['FAIL'],
  class: worse,
  means,
});

export const evt04: Control<TargetFacts, Reason> = {
  id: 'EVT-04',
  revision: 1,
  title: 'Topics for feedback are heard',
  subject: 'target',
  tier: 2,
  severity: 'MEDIUM',
  reads: [
    'sns:GetTopicAttributes',
    'ses:GetIdentityNotificationAttributes',
    'ses:GetConfigurationSetEventDestinations',
  ],
  permissions: ['topics'],
  asserts:
    'Each SNS topic that an identity or event destination names exists in this Region, lets SES publish and has a confirmed subscription.',
  why: 'SES does not say that a topic is gone or that nobody listens: feedback just ends there.',
  evidence: 'The topic, its subscriptions, and who names it; one finding a topic.',
  remedy: 'Creates or subscribes the topic, or shows its policy and the statement to add.',
  sources: [
    'Amazon SES developer guide: Configuring Amazon SNS notifications for Amazon SES',
    'Amazon SNS API: GetTopicAttributes',
  ],
  reasons: {
    TOPIC_HEARD: {
      statuses: ['PASS'],
      means: 'The topic exists, lets SES publish and has a confirmed subscription.',
    },
    TOPIC_MISSING: fails(1, 'The topic does not exist.'),
    TOPIC_OTHER_REGION: fails(1, 'The topic is in another Region, to which SES does not publish.'),
    TOPIC_REFUSES_SES: fails(1, 'The topic’s policy does not let SES publish.'),
    NO_CONFIRMED_SUBSCRIPTION: fails(0, 'Nobody has a confirmed subscription to the topic.'),
    TOPIC_UNDECIDED: {
      statuses: ['UNKNOWN'],
      means: 'Whether SES may publish, or whether somebody is subscribed, could not be told.',
    },
    FOREIGN_TOPIC: {
      statuses: ['NOT_APPLICABLE'],
      means: 'The topic belongs to another account, where the scan does not ask for it.',
    },
    NO_TOPICS: { statuses: ['NOT_APPLICABLE'], means: 'No identity and no event destination names a topic.' },
    LIST_INCOMPLETE: {
      statuses: ['UNKNOWN'],
      means: 'There are more topics than a scan reads; those that were read have findings of their own.',
    },
    ...permittedReasons,
    ...notReadReasons,
  },
  judge(facts, context) {
    const early = notRead<Reason>(evt04, facts);
    if (early) return [early];
    const read = permitted<TopicFacts[], Reason>(evt04, facts.topics, 'the topics');
    if ('finding' in read) return [read.finding];
    const findings = boundedFindings(
      read.seen.map((topic) => judgeTopic(facts, topic)),
      context,
      'topics',
    );
    const known = new Set(read.seen.map(({ arn }) => arn));
    const unread = new Set((facts.topicUses ?? []).map(({ arn }) => arn).filter((arn) => !known.has(arn)));
    if (unread.size > 0 && findings.every(({ key }) => key !== evt04.id)) {
      const summary = `Not judged: ${unread.size} topics beyond those that a scan reads`;
      const evidence = { unread: [...unread] };
      return [...findings, say(evt04, { status: 'UNKNOWN', reason: 'LIST_INCOMPLETE', summary, evidence })];
    }
    if (findings.length > 0) return findings;
    const summary = 'No identity and no event destination names a topic';
    return [say(evt04, { status: 'NOT_APPLICABLE', reason: 'NO_TOPICS', summary })];
  },
};

function judgeTopic(facts: TargetFacts, topic: TopicFacts): Finding<Reason> {
  const { arn, state, confirmed, pending, admitsSes } = topic;
  const usedBy = (facts.topicUses ?? []).filter((use) => use.arn === arn).map(({ by }) => by);
  const name = nameOfArn(arn);
  const by = usedBy.length > 0 ? `, named by ${listed(usedBy)},` : '';
  const common = { subKey: subKeyOf(arn), evidence: { topic: arn, confirmed, pending, admitsSes, usedBy } };
  const region = arn.split(':')[3];
  if (region !== undefined && region !== '' && region !== facts.region) {
    return say(evt04, {
      ...common,
      status: 'FAIL',
      reason: 'TOPIC_OTHER_REGION',
      summary: `The topic ${name}${by} is in another Region, to which SES does not publish`,
      fix: commandFix(
        facts,
        'Create a topic in this Region, let SES publish to it, and name it instead.',
        create(name),
      ),
    });
  }
  if (state === 'missing') {
    return say(evt04, {
      ...common,
      status: 'FAIL',
      reason: 'TOPIC_MISSING',
      summary: `The topic ${name}${by} does not exist: what SES tells it is lost`,
      fix: commandFix(
        facts,
        `Create the topic again under its name, add to its policy ${statement(facts)}, and subscribe whoever acts on it. Or name another topic where this one is named.`,
        create(name),
      ),
    });
  }
  if (state === 'foreign') {
    const summary = `The topic ${name} belongs to another account`;
    return say(evt04, { ...common, status: 'NOT_APPLICABLE', reason: 'FOREIGN_TOPIC', summary });
  }
  if (state !== 'found') {
    const summary = `Not judged: the topic ${name} could not be read`;
    return say(evt04, { ...common, status: 'UNKNOWN', reason: state, summary });
  }
  return judgeFound(facts, topic, { name, by, common });
}

function judgeFound(
  facts: TargetFacts,
  { arn, confirmed, pending = 0, admitsSes }: TopicFacts,
  {
    name,
    by,
    common,
  }: { name: string; by: string; common: Pick<Parameters<typeof say>[1], 'subKey' | 'evidence'> },
): Finding<Reason> {
  if (admitsSes === false) {
    return say(evt04, {
      ...common,
      status: 'FAIL',
      reason: 'TOPIC_REFUSES_SES',
      summary: `The policy of the topic ${name}${by} does not let SES publish`,
      fix: commandFix(
        facts,
        `Look at the topic’s policy with the command and add to it ${statement(facts)}. Leave its other statements as they are.`,
        ['sns', 'get-topic-attributes', '--topic-arn', arn],
      ),
    });
  }
  if (confirmed === 0) {
    const waiting = pending > 0 ? ` (${pending} wait for confirmation)` : '';
    return say(evt04, {
      ...common,
      status: 'FAIL',
      reason: 'NO_CONFIRMED_SUBSCRIPTION',
      summary: `Nobody hears the topic ${name}${by} for want of a confirmed subscription${waiting}`,
      fix: commandFix(
        facts,
        pending > 0
          ? 'Let the recipients confirm their subscriptions; a link that ran out (after two days) is sent again by subscribing once more.'
          : 'Subscribe whoever acts on bounces and complaints: a queue, a function, or an address in the command.',
        [
          'sns',
          'subscribe',
          '--topic-arn',
          arn,
          '--protocol',
          'email',
          '--notification-endpoint',
          'mail-team@example.com',
        ],
      ),
    });
  }
  if (confirmed === undefined || admitsSes !== true) {
    const what = confirmed === undefined ? 'whether somebody is subscribed' : 'whether SES may publish';
    const summary = `Not judged: ${what} could not be told of the topic ${name}`;
    return say(evt04, { ...common, status: 'UNKNOWN', reason: 'TOPIC_UNDECIDED', summary });
  }
  const summary = `The topic ${name} has ${confirmed} confirmed subscription${confirmed === 1 ? '' : 's'}`;
  return say(evt04, { ...common, status: 'PASS', reason: 'TOPIC_HEARD', summary });
}

function create(name: string): string[] {
  return ['sns', 'create-topic', '--name', name];
}

/** What lets SES of this account publish. */
function statement({ accountId }: TargetFacts): string {
  return `a statement that allows Principal {"Service":"ses.amazonaws.com"} the action sns:Publish under the condition StringEquals AWS:SourceAccount ${accountId}`;
}
