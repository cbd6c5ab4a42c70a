import { evt05 } from '../../lambda/controls/evt-05.ts';
import { targetFacts, TOPIC } from './facts.ts';
import { describeControl } from './paired.ts';
import { SETS_CASES, withSet } from './target-cases.ts';

const KEY = 'EVT-05#main';
const BOTH = ['BOUNCE', 'COMPLAINT'];

describeControl(evt05, [
  {
    when: 'the set publishes all that tells of trouble',
    facts: targetFacts(),
    says: { key: KEY, status: 'PASS', reason: 'EVENTS_COVERED' },
  },
  {
    when: 'its destination is enabled',
    facts: targetFacts(),
    says: { key: 'EVT-05#main/feedback', status: 'PASS', reason: 'DESTINATION_ENABLED' },
  },
  {
    when: 'rejects and delays are not published',
    facts: withSet((set) => set.destinations.forEach((one) => (one.types = BOTH))),
    says: { key: KEY, status: 'PASS', reason: 'ADVISABLE_EVENTS_MISSING' },
  },
  {
    when: 'only bounces were ticked, as in many tutorials',
    facts: withSet((set) => set.destinations.forEach((one) => (one.types = ['BOUNCE']))),
    says: {
      key: KEY,
      status: 'WARN',
      reason: 'FEEDBACK_NOT_COVERED',
      severity: 'MEDIUM',
      summary: 'The configuration set main publishes no event of type COMPLAINT',
      command: `aws sesv2 create-configuration-set-event-destination --configuration-set-name main --event-destination-name feedback --event-destination '{"Enabled":true,"MatchingEventTypes":["COMPLAINT"],"SnsDestination":{"TopicArn":"arn:aws:sns:eu-west-1:111111111111:ses-feedback"}}' --region eu-west-1`,
    },
  },
  {
    when: 'what covers feedback is switched off',
    facts: withSet((set) => set.destinations.forEach((one) => (one.enabled = false))),
    says: { key: KEY, status: 'WARN', reason: 'FEEDBACK_NOT_COVERED', severity: 'MEDIUM' },
  },
  {
    when: 'the destination is switched off',
    facts: withSet((set) =>
      set.destinations.forEach((one) => Object.assign(one, { enabled: false, types: BOTH })),
    ),
    says: {
      key: 'EVT-05#main/feedback',
      status: 'WARN',
      reason: 'DESTINATION_DISABLED',
      severity: 'MEDIUM',
      command: `aws sesv2 update-configuration-set-event-destination --configuration-set-name main --event-destination-name feedback --event-destination '{"Enabled":true,"MatchingEventTypes":["BOUNCE","COMPLAINT"],"SnsDestination":{"TopicArn":"${TOPIC}"}}' --region eu-west-1`,
    },
  },
  {
    when: 'a stream is switched off, whose role is not known: the definition is only shown',
    facts: withSet((set) =>
      set.destinations.forEach((one) => Object.assign(one, { enabled: false, kind: 'FIREHOSE' })),
    ),
    says: {
      key: 'EVT-05#main/feedback',
      status: 'WARN',
      reason: 'DESTINATION_DISABLED',
      severity: 'MEDIUM',
      command:
        'aws sesv2 get-configuration-set-event-destinations --configuration-set-name main --region eu-west-1',
    },
  },
  {
    when: 'a stream is switched off, whose role is known',
    facts: withSet((set) =>
      set.destinations.forEach((one) =>
        Object.assign(one, { enabled: false, types: BOTH, kind: 'FIREHOSE', arn: 'arn:s', roleArn: 'arn:r' }),
      ),
    ),
    says: {
      key: 'EVT-05#main/feedback',
      status: 'WARN',
      reason: 'DESTINATION_DISABLED',
      severity: 'MEDIUM',
      command:
        `aws sesv2 update-configuration-set-event-destination --configuration-set-name main --event-destination-name feedback ` +
        `--event-destination '{"Enabled":true,"MatchingEventTypes":["BOUNCE","COMPLAINT"],"KinesisFirehoseDestination":{"IamRoleArn":"arn:r","DeliveryStreamArn":"arn:s"}}' --region eu-west-1`,
    },
  },
  {
    when: 'the set has no destination',
    facts: withSet((set) => (set.destinations = [])),
    says: { key: KEY, status: 'NOT_APPLICABLE', reason: 'NO_DESTINATIONS' },
  },
  ...SETS_CASES,
]);
