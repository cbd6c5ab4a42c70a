/**
 * Ways on which SES tells of a bounce or complaint: the identity's topic, its default configuration set, another set that
 * the sender may name, e-mail. Amazon SES developer guide: "Monitoring using event publishing", "notifications by SNS".
 */
import type { ConfigurationSetsFacts, IdentityFacts, NotificationFacts, Permitted } from '../facts/types.ts';
import { commandFix } from './fixes.ts';
import { permittedReasons, type PermittedReason } from './permitted.ts';
import { say, type ControlData } from './say.ts';
import { outsideSettingsScope, settingsScopeReasons, type SettingsScopeReason } from './settings-scope.ts';
import type { Finding, Fix, JudgeContext, ReasonSpec } from './types.ts';
import { unseenReason } from './unknowns.ts';

export type FeedbackEvent = 'BOUNCE' | 'COMPLAINT';

/** `feedback` of `arn:aws:sns:eu-west-1:111111111111:feedback`: sentences name neither account nor Region. */
export function nameOfArn(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1) || arn;
}

/** Why a leg is not known. */
type Unread = PermittedReason | 'LIST_INCOMPLETE';
export type Leg = { is: boolean; through?: string } | { unknown: Unread };

const NO: Leg = { is: false };

/** A topic of the identity's own for the event. */
export function ownTopic(event: FeedbackEvent, notifications: Permitted<NotificationFacts> | undefined): Leg {
  if (notifications?.kind !== 'seen') return unreadLeg(notifications);
  const topic = topicOf(event, notifications);
  return topic === undefined ? NO : { is: true, through: topic };
}

/** Its ARN, where it is known. */
export function topicOf(
  event: FeedbackEvent,
  notifications: Permitted<NotificationFacts> | undefined,
): string | undefined {
  if (notifications?.kind !== 'seen') return undefined;
  return event === 'BOUNCE' ? notifications.value.bounceTopic : notifications.value.complaintTopic;
}

/** An enabled destination for the event in the set named `name`, an identity's default. */
export function defaultSet(
  event: FeedbackEvent,
  sets: Permitted<ConfigurationSetsFacts> | undefined,
  name: string | undefined,
): Leg {
  if (name === undefined) return NO;
  if (sets?.kind !== 'seen') return unreadLeg(sets);
  if (sets.value.missing.includes(name)) return NO;
  const set = sets.value.sets.find((one) => one.name === name);
  if (set === undefined) return { unknown: 'LIST_INCOMPLETE' };
  const destination = set.destinations.find(({ enabled, types }) => enabled && types.includes(event));
  return destination ? { is: true, through: `${name}/${destination.name}` } : NO;
}

/** The same in any other set of the target: it works for those senders that name the set. */
function otherSet(
  event: FeedbackEvent,
  sets: Permitted<ConfigurationSetsFacts> | undefined,
  name: string | undefined,
): Leg {
  if (sets?.kind !== 'seen') return unreadLeg(sets);
  for (const set of sets.value.sets) {
    const leg = set.name === name ? NO : defaultSet(event, sets, set.name);
    if ('is' in leg && leg.is) return leg;
  }
  return sets.value.listed > sets.value.sets.length ? { unknown: 'LIST_INCOMPLETE' } : NO;
}

function unreadLeg(read: Permitted<unknown> | undefined): Leg {
  if (read?.kind === 'off') return { unknown: 'NOT_PERMITTED_BY_SETTINGS' };
  return { unknown: unseenReason(read) ?? 'TARGET_UNSEEN' };
}

/** Whether one of two ways is there; one that is known to be there is enough. */
export function eitherLeg(left: Leg, right: Leg): Leg {
  if ('is' in left && left.is) return left;
  if ('is' in right && right.is) return right;
  // Among what is not known, an error outweighs a read that is switched off.
  if ('unknown' in left && left.unknown !== 'NOT_PERMITTED_BY_SETTINGS') return left;
  return 'unknown' in right ? right : left;
}

export type FeedbackReason =
  | 'OWN_TOPIC'
  | 'DEFAULT_SET'
  | 'RELIES_ON_SENDER'
  | 'FORWARDING_ONLY'
  | 'FORWARDING_UNDELIVERABLE'
  | 'NO_FEEDBACK'
  | 'LIST_INCOMPLETE'
  | PermittedReason
  | SettingsScopeReason;

/** The reasons of EVT-01 and EVT-02. */
export function feedbackReasons(what: 'Bounces' | 'Complaints'): Record<FeedbackReason, ReasonSpec> {
  return {
    OWN_TOPIC: {
      statuses: ['PASS'],
      means: `${what} go to an SNS topic of the identity’s own; EVT-04 says whether it is there and heard.`,
    },
    DEFAULT_SET: {
      statuses: ['PASS'],
      means: `${what} go to an enabled event destination of the identity’s default configuration set; EVT-04 says whether its topic or stream is there.`,
    },
    RELIES_ON_SENDER: {
      statuses: ['PASS'],
      means: `Another configuration set of the Region publishes them: ${what.toLowerCase()} are told only of mail whose sender names that set.`,
    },
    FORWARDING_ONLY: {
      statuses: ['WARN'],
      severity: 'LOW',
      means: `${what} are told only by e-mail to the Return-Path or From address, where no program reads them.`,
    },
    FORWARDING_UNDELIVERABLE: {
      statuses: ['WARN'],
      severity: 'MEDIUM',
      class: 1,
      means: `${what} are told only by e-mail, and the From domain cannot receive any.`,
    },
    NO_FEEDBACK: { statuses: ['FAIL'], class: 2, means: `Nobody is told of ${what.toLowerCase()}.` },
    LIST_INCOMPLETE: {
      statuses: ['UNKNOWN'],
      means:
        'There are more configuration sets than a scan reads, and one that was not read may publish the event.',
    },
    ...permittedReasons,
    ...settingsScopeReasons,
  };
}

/** EVT-01 and EVT-02: on which way the event of this identity reaches somebody. */
export function judgeFeedback(
  control: ControlData<FeedbackReason>,
  event: FeedbackEvent,
  facts: IdentityFacts,
  context: JudgeContext,
): Finding<FeedbackReason> {
  const outside = outsideSettingsScope<FeedbackReason>(control, facts, context);
  if (outside) return outside;
  const { notifications, configurationSets, ses } = facts;
  const topic = ownTopic(event, notifications);
  const preset = defaultSet(event, configurationSets, ses.configurationSet);
  const other = otherSet(event, configurationSets, ses.configurationSet);
  const what = event === 'BOUNCE' ? 'Bounces' : 'Complaints';
  const evidence = {
    topic: wordOf(topic),
    defaultSet: ses.configurationSet,
    defaultSetPublishes: wordOf(preset),
    otherSet: wordOf(other),
    forwarding: notifications?.kind === 'seen' ? notifications.value.forwarding : undefined,
  };
  const pass = (reason: FeedbackReason, leg: Leg, words: string): Finding<FeedbackReason> | undefined => {
    if (!('is' in leg) || !leg.is) return undefined;
    const summary = `${what} of ${facts.name} ${words} ${nameOfArn(leg.through ?? '')}`.trim();
    return say(control, { status: 'PASS', reason, summary, evidence });
  };
  const reached =
    pass('OWN_TOPIC', topic, 'go to the topic') ??
    pass('DEFAULT_SET', preset, 'go to the event destination') ??
    pass('RELIES_ON_SENDER', other, 'are told only where the sender names the set of the event destination');
  if (reached) return reached;
  const either = eitherLeg(topic, eitherLeg(preset, other));
  if ('unknown' in either) return unread(control, either.unknown, what, evidence);
  const open = { evidence, fix: fixFor(facts, event) };
  if (notifications?.kind === 'seen' && !notifications.value.forwarding) {
    const summary = `Nobody is told of ${what.toLowerCase()} of ${facts.name}`;
    return say(control, { ...open, status: 'FAIL', reason: 'NO_FEEDBACK', summary });
  }
  const nobody = facts.fromReceives === false;
  return say(control, {
    ...open,
    status: 'WARN',
    reason: nobody ? 'FORWARDING_UNDELIVERABLE' : 'FORWARDING_ONLY',
    summary: nobody
      ? `${what} of ${facts.name} are told only by e-mail, which its From domain cannot receive`
      : `${what} of ${facts.name} are told only by e-mail`,
  });
}

function wordOf(leg: Leg): string {
  if ('unknown' in leg) return `not known (${leg.unknown})`;
  return leg.is ? (leg.through ?? 'yes') : 'none';
}

function unread(
  control: ControlData<FeedbackReason>,
  reason: Unread,
  what: string,
  evidence: { [key: string]: string | boolean | undefined },
): Finding<FeedbackReason> {
  if (reason === 'NOT_PERMITTED_BY_SETTINGS') {
    const summary = 'Not judged: the settings do not permit reading all ways on which feedback is told';
    return say(control, { status: 'NOT_APPLICABLE', reason, summary, evidence });
  }
  const summary = `Not judged: not every way on which ${what.toLowerCase()} may be told could be read`;
  return say(control, { status: 'UNKNOWN', reason, summary, evidence });
}

function fixFor(facts: IdentityFacts, event: FeedbackEvent): Fix {
  return commandFix(
    facts,
    'Create an SNS topic in this Region that SES may publish to, subscribe whoever acts on it, and put its ARN into the ' +
      `command. Or add an event destination for ${event} to a configuration set and make that the identity’s default.`,
    setTopic(facts, facts.name, event, exampleTopic(facts)),
  );
}

/** Makes an SNS topic an identity's own for bounces or complaints. */
export function setTopic(
  target: { accountId: string; region: string },
  identity: string,
  event: FeedbackEvent,
  topic = exampleTopic(target),
): string[] {
  const type = event === 'BOUNCE' ? 'Bounce' : 'Complaint';
  return [
    'ses',
    'set-identity-notification-topic',
    '--identity',
    identity,
    '--notification-type',
    type,
    '--sns-topic',
    topic,
  ];
}

/** An ARN for a command where the topic is yet to be made. */
export function exampleTopic({ accountId, region }: { accountId: string; region: string }): string {
  return `arn:${partitionOf(region)}:sns:${region}:${accountId}:ses-feedback`;
}

export function partitionOf(region: string): string {
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('eusc-') ? 'aws-eusc' : 'aws';
}
