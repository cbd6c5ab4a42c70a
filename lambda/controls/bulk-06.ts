import { ATTESTATION_TOPICS, type Attestation } from '../contract.ts';
import type { DomainFacts } from '../facts/types.ts';
import { attestationFor } from './attestations.ts';
import { senderScope, senderScopeReasons, type SenderScopeReason } from './across-targets.ts';
import { bulkStand } from './bulk-volume.ts';
import { bulkOnlyReasons, type BulkOnlyReason } from './readiness.ts';
import { say } from './say.ts';
import type { Control, Finding, Fix, JudgeContext } from './types.ts';

type Topic = Attestation['topic'];
type Reason =
  | 'ATTESTED'
  | 'ATTESTATION_ABOUT_TO_LAPSE'
  | 'ATTESTATION_LAPSED'
  | 'NEVER_ATTESTED'
  | Extract<BulkOnlyReason, 'VOLUME_UNKNOWN'>
  | SenderScopeReason;

/** After "that"; what somebody vouches for. */
const CLAIMS: Record<Topic, string> = {
  POSTMASTER_TOOLS: 'the domain is registered in Google Postmaster Tools, and somebody reads it',
  SPAM_RATE: 'the spam rate in Postmaster Tools stays below 0.1 %',
  ONE_CLICK_UNSUBSCRIBE:
    'marketing mail can be unsubscribed with one click (RFC 8058), honoured within two days',
  MESSAGE_FORMAT: 'messages keep to RFC 5322',
  NO_FORWARDING: 'the sender forwards no mail of others, or adds ARC where it does',
  YAHOO_CFL: 'each DKIM domain is enrolled in Yahoo’s Complaint Feedback Loop',
};

export const bulk06: Control<DomainFacts, Reason> = {
  id: 'BULK-06',
  revision: 1,
  title: 'Somebody vouches for what no API tells',
  subject: 'domain',
  tier: 2,
  severity: 'MEDIUM',
  asserts:
    'For each thing that providers ask and no API tells, the settings hold an attestation of an owner that has not expired: one finding a topic.',
  why: 'Spam rate, one-click unsubscribe and the complaint loops decide as much as DNS does. Gmail tells SES of no complaint, so only Postmaster Tools shows its spam rate. What nobody looks at any more has to be said again.',
  evidence:
    'The topic and what is claimed; who vouches for which domain until when, or whether the domain sends in bulk. One finding a topic.',
  remedy:
    'Advice: check the claim, then renew the attestation in the settings. Nothing is read that could prove it.',
  sources: [
    'Google: Email sender guidelines (answer 81126)',
    'RFC 8058 section 3.1',
    'RFC 5322 section 3',
    'Yahoo Sender Hub: Complaint Feedback Loop',
  ],
  reasons: {
    ATTESTED: { statuses: ['PASS'], means: 'An owner vouches for it.' },
    ATTESTATION_ABOUT_TO_LAPSE: {
      statuses: ['PASS'],
      means: 'An owner vouches for it, but not for longer than `thresholds.expiryNoticeDays`.',
    },
    ATTESTATION_LAPSED: { statuses: ['WARN'], class: 1, means: 'The attestation has expired.' },
    NEVER_ATTESTED: {
      statuses: ['PASS', 'WARN'],
      means: 'Nobody has vouched for it yet; a warning where the domain sends in bulk.',
    },
    VOLUME_UNKNOWN: bulkOnlyReasons.VOLUME_UNKNOWN,
    ...senderScopeReasons,
  },
  judge(facts, context) {
    const scope = senderScope(bulk06, facts, context);
    if ('finding' in scope) return [scope.finding];
    return ATTESTATION_TOPICS.map((topic) => judgeTopic(topic, facts, context));
  },
};

function judgeTopic(topic: Topic, facts: DomainFacts, context: JudgeContext): Finding<Reason> {
  const attestation = attestationFor(topic, facts.name, context.settings.attestations);
  if (attestation === undefined) return neverAttested(topic, facts, context);
  const { domain, owner, expires, note } = attestation;
  const evidence = { topic, claim: CLAIMS[topic], domain, owner, expires, note };
  const today = context.scanStartTime.slice(0, 10);
  const claim = `that ${CLAIMS[topic]}`;
  // It holds through the end of its day.
  if (expires < today) {
    return say(bulk06, {
      subKey: topic,
      status: 'WARN',
      reason: 'ATTESTATION_LAPSED',
      summary: `Since ${expires} nobody vouches any more ${claim}`,
      evidence,
      fix: fixFor(topic, facts.name, `${owner} vouched for it last.`),
    });
  }
  const soon = expires <= daysAfter(today, context.settings.thresholds.expiryNoticeDays);
  const until = soon ? `, but only until ${expires}` : '';
  return say(bulk06, {
    subKey: topic,
    status: 'PASS',
    reason: soon ? 'ATTESTATION_ABOUT_TO_LAPSE' : 'ATTESTED',
    summary: `${capitalized(owner)} vouches ${claim}${until}`,
    evidence,
  });
}

function neverAttested(topic: Topic, facts: DomainFacts, context: JudgeContext): Finding<Reason> {
  const { bulk } = bulkStand(facts, context);
  const evidence = { topic, claim: CLAIMS[topic], bulk };
  const summary = `Nobody has vouched yet that ${CLAIMS[topic]}`;
  if (bulk === 'unknown') {
    return say(bulk06, {
      subKey: topic,
      status: 'UNKNOWN',
      reason: 'VOLUME_UNKNOWN',
      summary: `Not judged: ${summary.charAt(0).toLowerCase()}${summary.slice(1)}, and whether ${facts.name} sends in bulk is not known`,
      evidence,
    });
  }
  return say(bulk06, {
    subKey: topic,
    status: bulk ? 'WARN' : 'PASS',
    reason: 'NEVER_ATTESTED',
    summary,
    evidence,
    ...(bulk ? { fix: fixFor(topic, facts.name, '') } : {}),
  });
}

function fixFor(topic: Topic, name: string, before: string): Fix {
  const sentences = [
    `Check that ${CLAIMS[topic]}, then say so in the settings: attestations, with domain ${name}, topic ${topic}, an owner and the day until which it holds (half a year is usual).`,
    before,
  ];
  return { text: sentences.filter(Boolean).join(' ') };
}

function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
