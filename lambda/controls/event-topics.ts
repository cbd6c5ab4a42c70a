/** EVT-04 on one SNS topic. */
import type { TargetFacts, TopicFacts } from '../facts/types.ts';
import { usersOf } from './event-uses.ts';
import { nameOfArn } from './feedback-paths.ts';
import { commandFix } from './fixes.ts';
import { say, type ControlData, type Said } from './say.ts';
import { subKeyOf } from './sub-keys.ts';
import type { Finding, ReasonSpec } from './types.ts';
import type { UnseenTargetReason } from './unknowns.ts';

export type TopicReason =
  | 'TOPIC_HEARD'
  | 'TOPIC_MISSING'
  | 'TOPIC_OTHER_REGION'
  | 'TOPIC_REFUSES_SES'
  | 'NO_CONFIRMED_SUBSCRIPTION'
  | 'TOPIC_UNDECIDED'
  | 'FOREIGN_TOPIC';

const fails = (worse: number, means: string): ReasonSpec => ({ statuses: ['FAIL'], class: worse, means });

export const topicReasons: Record<TopicReason, ReasonSpec> = {
  TOPIC_HEARD: {
    statuses: ['PASS'],
    means:
      'The topic exists, lets SES publish and has a confirmed subscription, of whatever protocol: e-mail, HTTPS, SQS, Lambda, Firehose.',
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
};

type Reason = TopicReason | UnseenTargetReason;
type SayOfTopic = (said: Omit<Said<Reason>, 'subKey' | 'evidence'>) => Finding<Reason>;

export function judgeTopic(
  control: ControlData<Reason>,
  facts: TargetFacts,
  topic: TopicFacts,
): Finding<Reason> {
  const { arn, state, confirmed, pending, admitsSes } = topic;
  const { names: usedBy, words: by } = usersOf(arn, facts.topicUses);
  const name = nameOfArn(arn);
  const common = { subKey: subKeyOf(arn), evidence: { topic: arn, confirmed, pending, admitsSes, usedBy } };
  const sayOfIt: SayOfTopic = (said) => say<Reason>(control, { ...common, ...said });
  const region = arn.split(':')[3];
  if (region !== undefined && region !== '' && region !== facts.region) {
    return sayOfIt({
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
    return sayOfIt({
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
    return sayOfIt({ status: 'NOT_APPLICABLE', reason: 'FOREIGN_TOPIC', summary });
  }
  if (state !== 'found') {
    const summary = `Not judged: the topic ${name} could not be read`;
    return sayOfIt({ status: 'UNKNOWN', reason: state, summary });
  }
  return judgeFound(facts, topic, { name, by }, sayOfIt);
}

function judgeFound(
  facts: TargetFacts,
  { arn, confirmed, pending = 0, admitsSes }: TopicFacts,
  { name, by }: { name: string; by: string },
  sayOfIt: SayOfTopic,
): Finding<Reason> {
  if (admitsSes === false) {
    return sayOfIt({
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
    return sayOfIt({
      status: 'FAIL',
      reason: 'NO_CONFIRMED_SUBSCRIPTION',
      summary: `Nobody hears the topic ${name}${by} for want of a confirmed subscription${waiting}`,
      fix: commandFix(
        facts,
        pending > 0
          ? 'Let the recipients confirm their subscriptions; a link that ran out (after two days) is sent again by subscribing once more.'
          : 'Subscribe whoever acts on bounces and complaints: a queue, a function, or an address in the command.',
        subscribe(arn),
      ),
    });
  }
  if (confirmed === undefined || admitsSes !== true) {
    const what = confirmed === undefined ? 'whether somebody is subscribed' : 'whether SES may publish';
    const summary = `Not judged: ${what} could not be told of the topic ${name}`;
    return sayOfIt({ status: 'UNKNOWN', reason: 'TOPIC_UNDECIDED', summary });
  }
  const summary = `The topic ${name} has ${confirmed} confirmed subscription${confirmed === 1 ? '' : 's'}`;
  return sayOfIt({ status: 'PASS', reason: 'TOPIC_HEARD', summary });
}

function create(name: string): string[] {
  return ['sns', 'create-topic', '--name', name];
}

function subscribe(arn: string): string[] {
  const to = ['--protocol', 'email', '--notification-endpoint', 'mail-team@example.com'];
  return ['sns', 'subscribe', '--topic-arn', arn, ...to];
}

/** What lets SES of this account publish. */
function statement({ accountId }: TargetFacts): string {
  return `a statement that allows Principal {"Service":"ses.amazonaws.com"} the action sns:Publish under the condition StringEquals AWS:SourceAccount ${accountId}`;
}
