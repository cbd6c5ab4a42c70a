import { evt04 } from '../../lambda/controls/evt-04.ts';
import type { TargetFacts, TopicFacts } from '../../lambda/facts/types.ts';
import { seen, targetFacts, TOPIC, topicFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { readCases } from './target-cases.ts';

const key = `EVT-04#${TOPIC}`;

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
    when: 'nothing names a topic',
    facts: targetFacts((facts) => Object.assign(facts, { topics: seen([]), topicUses: [] })),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_TOPICS' },
  },
  {
    when: 'more topics are named than were read',
    facts: targetFacts((facts) => facts.topicUses?.push({ arn: `${TOPIC}-2`, by: 'main/feedback' })),
    says: { status: 'UNKNOWN', reason: 'LIST_INCOMPLETE', evidence: { unread: [`${TOPIC}-2`] } },
  },
  ...readCases('topics'),
]);
