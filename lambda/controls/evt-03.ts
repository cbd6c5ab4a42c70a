import type { IdentityFacts, NotificationFacts } from '../facts/types.ts';
import { permitted, permittedReasons, type PermittedReason } from './permitted.ts';
import { say } from './say.ts';
import { outsideSettingsScope, settingsScopeReasons, type SettingsScopeReason } from './settings-scope.ts';
import type { Control } from './types.ts';

type Reason =
  'ONE_WAY' | 'TOLD_TWICE' | 'FORWARDING_OFF_WITHOUT_TOPIC' | PermittedReason | SettingsScopeReason;

export const evt03: Control<IdentityFacts, Reason> = {
  id: 'EVT-03',
  revision: 1,
  title: 'Feedback by e-mail beside topics',
  subject: 'identity',
  tier: 2,
  severity: 'INFO',
  reads: ['ses:GetIdentityNotificationAttributes'],
  permissions: ['notifications'],
  asserts: 'Notes where feedback is told both by e-mail and by topic, or forwarding is off without a topic.',
  why: 'Told twice, feedback fills a mailbox that nobody reads; SES does not let forwarding be switched off without both topics.',
  evidence: 'Whether forwarding is on, and the topics of the identity.',
  remedy: 'none',
  sources: ['Amazon SES developer guide: Receiving Amazon SES notifications through email'],
  reasons: {
    ONE_WAY: { statuses: ['PASS'], means: 'Feedback is told on one way.' },
    TOLD_TWICE: { statuses: ['PASS'], means: 'Forwarding is on although a topic is told, too.' },
    FORWARDING_OFF_WITHOUT_TOPIC: {
      statuses: ['PASS'],
      means: 'Forwarding is off although bounces or complaints have no topic; EVT-01 and EVT-02 judge that.',
    },
    ...permittedReasons,
    ...settingsScopeReasons,
  },
  judge(facts, context) {
    const outside = outsideSettingsScope(evt03, facts, context);
    if (outside) return [outside];
    const read = permitted<NotificationFacts, Reason>(evt03, facts.notifications, 'the notifications');
    if ('finding' in read) return [read.finding];
    const { forwarding, bounceTopic, complaintTopic } = read.seen;
    const evidence = { forwarding, bounceTopic, complaintTopic };
    if (forwarding && (bounceTopic !== undefined || complaintTopic !== undefined)) {
      const summary = `Feedback on ${facts.name} is told by topic and by e-mail`;
      return [say(evt03, { status: 'PASS', reason: 'TOLD_TWICE', summary, evidence })];
    }
    if (!forwarding && (bounceTopic === undefined || complaintTopic === undefined)) {
      const summary = `Forwarding is off for ${facts.name} although not both bounces and complaints have a topic`;
      return [say(evt03, { status: 'PASS', reason: 'FORWARDING_OFF_WITHOUT_TOPIC', summary, evidence })];
    }
    const summary = `Feedback on ${facts.name} is told ${forwarding ? 'by e-mail' : 'by topic'}`;
    return [say(evt03, { status: 'PASS', reason: 'ONE_WAY', summary, evidence })];
  },
};
