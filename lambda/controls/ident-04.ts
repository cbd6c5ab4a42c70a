import type { IdentityFacts } from '../facts/types.ts';
import { dkimLegCause } from './causes.ts';
import { SETS_READS, setDefaultSet } from './configuration-sets.ts';
import { setTopic, topicOf } from './feedback-paths.ts';
import { commandFix, putMailFrom } from './fixes.ts';
import { parentOf, parentScopeReasons, type ParentScopeReason } from './parent-scope.ts';
import { listed, say } from './say.ts';
import { undecided } from './settings-scope.ts';
import { ASPECTS, compareWithParent, unknownOf, weakerAspects, type Aspect } from './shadowing.ts';
import type { Control, Finding, Fix, Json } from './types.ts';
import { unseenReasons, type UnseenTargetReason } from './unknowns.ts';

type Reason =
  | 'NOTHING_LOST'
  | 'DKIM_LOST'
  | 'FEEDBACK_LOST'
  | 'MAIL_FROM_LOST'
  | 'CONFIGURATION_SET_LOST'
  | 'DKIM_UNPROVEN'
  | 'LIST_INCOMPLETE'
  | UnseenTargetReason
  | ParentScopeReason;
type Parent = NonNullable<IdentityFacts['parent']>;

const LOST: Record<Aspect, { reason: Reason; words: string }> = {
  DKIM: { reason: 'DKIM_LOST', words: 'the DKIM signature' },
  BOUNCE: { reason: 'FEEDBACK_LOST', words: 'the notice of bounces' },
  COMPLAINT: { reason: 'FEEDBACK_LOST', words: 'the notice of complaints' },
  MAIL_FROM: { reason: 'MAIL_FROM_LOST', words: 'the custom MAIL FROM' },
  CONFIGURATION_SET: { reason: 'CONFIGURATION_SET_LOST', words: 'the default configuration set' },
};

export const ident04: Control<IdentityFacts, Reason> = {
  id: 'IDENT-04',
  revision: 1,
  title: 'The identity takes nothing away from the one above it',
  subject: 'identity',
  tier: 2,
  severity: 'MEDIUM',
  reads: ['ses:GetEmailIdentity', 'ses:GetIdentityNotificationAttributes', ...SETS_READS],
  asserts:
    'A verified address or subdomain has DKIM, MAIL FROM, configuration set and notices of feedback wherever the verified domain above it has them.',
  why: 'SES takes all settings from the most granular verified identity and merges nothing: verifying an address can silently unsign its mail.',
  evidence: 'The parent, what is weaker than there, and what could not be compared.',
  remedy: 'Gives the identity the same setting; deleting it, where nothing needs it, does as well.',
  sources: [
    'Amazon SES developer guide: Creating and verifying identities in Amazon SES (inheritance of settings)',
    'Amazon SES API v2: GetEmailIdentity',
  ],
  reasons: {
    NOTHING_LOST: { statuses: ['PASS'], means: 'Nothing that the parent has is missing.' },
    DKIM_LOST: {
      statuses: ['FAIL'],
      severity: 'HIGH',
      class: 1,
      means: 'Mail of the parent is signed, and mail of this identity leaves unsigned.',
    },
    FEEDBACK_LOST: {
      statuses: ['WARN'],
      means: 'Bounces or complaints of the parent are told to somebody, those of this identity are not.',
    },
    MAIL_FROM_LOST: {
      statuses: ['WARN'],
      means: 'The parent has a custom MAIL FROM in force, this identity has none.',
    },
    CONFIGURATION_SET_LOST: {
      statuses: ['WARN'],
      means: 'The parent has a default configuration set, this identity has none.',
    },
    DKIM_UNPROVEN: {
      statuses: ['UNKNOWN'],
      means: 'It is not proven whether mail of this identity is signed.',
    },
    LIST_INCOMPLETE: {
      statuses: ['UNKNOWN'],
      means: 'A default configuration set was not among those that a scan reads.',
    },
    ...unseenReasons,
    ...parentScopeReasons,
  },
  judge(facts, context) {
    const above = parentOf(ident04, facts, context);
    if ('finding' in above) return [above.finding];
    // All that lies outside of DKIM and MAIL FROM is the same in both then, or the scope would have said so.
    if (facts.effective.undecided) return [undecided(ident04, facts, above.parent.ses.name)];
    return [compared(facts, above.parent)];
  },
};

function compared(facts: IdentityFacts, parent: Parent): Finding<Reason> {
  const comparison = compareWithParent(facts, parent);
  const weaker = weakerAspects(comparison);
  const unknown = unknownOf(comparison);
  const evidence: { [key: string]: Json } = {
    parent: parent.ses.name,
    weaker,
    notCompared: ASPECTS.filter((aspect) => typeof comparison[aspect] !== 'string'),
  };
  const [worst] = weaker;
  // What is not known of DKIM decides between FAIL and WARN; anything else is a warning at most.
  if (worst !== undefined && (worst === 'DKIM' || typeof comparison.DKIM === 'string')) {
    const what = listed(
      weaker.map((aspect) => LOST[aspect].words),
      5,
    );
    const cause = worst === 'DKIM' ? dkimLegCause(facts) : undefined;
    return say(ident04, {
      status: worst === 'DKIM' ? 'FAIL' : 'WARN',
      reason: LOST[worst].reason,
      summary: `${facts.name} lacks ${what} of ${parent.ses.name} above it`,
      evidence,
      fix: fixFor(facts, parent, weaker),
      ...(cause ? { cause } : {}),
    });
  }
  // With a group of reads switched off the rest is compared all the same.
  if (unknown !== undefined && unknown !== 'NOT_PERMITTED_BY_SETTINGS') {
    const summary = `Not judged: not everything of ${facts.name} and ${parent.ses.name} could be compared`;
    return say(ident04, { status: 'UNKNOWN', reason: unknown, summary, evidence });
  }
  const summary = `${facts.name} lacks nothing that ${parent.ses.name} above it has`;
  return say(ident04, { status: 'PASS', reason: 'NOTHING_LOST', summary, evidence });
}

function fixFor(facts: IdentityFacts, parent: Parent, weaker: Aspect[]): Fix {
  const { name } = facts;
  const all = weaker.map((aspect) => LOST[aspect].words);
  const text =
    `Give ${name} what ${parent.ses.name} has (${listed(all, 5)}); the command does the first of it. ` +
    'If nothing depends on this identity of its own, deleting it lets the parent’s settings apply: look first at who sends with it, and at its policies.';
  return commandFix(facts, text, commandFor(facts, parent, weaker[0] ?? 'DKIM'));
}

function commandFor({ name, ...target }: IdentityFacts, parent: Parent, aspect: Aspect): string[] {
  switch (aspect) {
    case 'DKIM':
      return ['sesv2', 'put-email-identity-dkim-attributes', '--email-identity', name, '--signing-enabled'];
    case 'BOUNCE':
    case 'COMPLAINT':
      return setTopic(target, name, aspect, topicOf(aspect, parent.notifications));
    case 'MAIL_FROM':
      return putMailFrom(
        name,
        parent.ses.mailFrom?.domain ?? `bounce.${parent.ses.domain}`,
        'USE_DEFAULT_VALUE',
      );
    case 'CONFIGURATION_SET':
      return setDefaultSet(name, parent.ses.configurationSet ?? '');
  }
}
