import type { IdentityFacts, NotificationFacts } from '../facts/types.ts';
import { nameOfArn } from './feedback-paths.ts';
import { permitted, permittedReasons, type PermittedReason } from './permitted.ts';
import { say } from './say.ts';
import { outsideSettingsScope, settingsScopeReasons, type SettingsScopeReason } from './settings-scope.ts';
import type { Control } from './types.ts';

type Reason = 'NO_DELIVERY_TOPIC' | 'DELIVERY_TOPIC' | PermittedReason | SettingsScopeReason;

export const evt06: Control<IdentityFacts, Reason> = {
  id: 'EVT-06',
  revision: 1,
  title: 'A topic for deliveries',
  subject: 'identity',
  tier: 2,
  severity: 'INFO',
  reads: ['ses:GetIdentityNotificationAttributes'],
  permissions: ['notifications'],
  asserts: 'Notes whether every delivery is told to an SNS topic.',
  why: 'With a delivery topic each message sent makes a notification, too, which costs where much is sent.',
  evidence: 'The topic, and whether the Region sends.',
  remedy: 'none',
  sources: [
    'Amazon SES developer guide: Receiving Amazon SES notifications using Amazon SNS',
    'Amazon SES API v1: GetIdentityNotificationAttributes',
  ],
  reasons: {
    NO_DELIVERY_TOPIC: { statuses: ['PASS'], means: 'Deliveries are not told.' },
    DELIVERY_TOPIC: {
      statuses: ['PASS'],
      means: 'Every delivery is told to a topic, a notification a message.',
    },
    ...permittedReasons,
    ...settingsScopeReasons,
  },
  judge(facts, context) {
    const outside = outsideSettingsScope(evt06, facts, context);
    if (outside) return [outside];
    const read = permitted<NotificationFacts, Reason>(evt06, facts.notifications, 'the notifications');
    if ('finding' in read) return [read.finding];
    const { deliveryTopic } = read.seen;
    if (deliveryTopic === undefined) {
      const summary = `Deliveries of ${facts.name} are not told`;
      return [say(evt06, { status: 'PASS', reason: 'NO_DELIVERY_TOPIC', summary })];
    }
    const evidence = { deliveryTopic, inUse: facts.target.inUse };
    const summary = `Every delivery of ${facts.name} is told to the topic ${nameOfArn(deliveryTopic)}`;
    return [say(evt06, { status: 'PASS', reason: 'DELIVERY_TOPIC', summary, evidence })];
  },
};
