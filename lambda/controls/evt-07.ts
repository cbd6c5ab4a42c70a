import type { IdentityFacts } from '../facts/types.ts';
import { SETS_READS } from './configuration-sets.ts';
import { setTopic, topicOf, type FeedbackEvent } from './feedback-paths.ts';
import { commandFix } from './fixes.ts';
import { parentOf, parentScopeReasons, type ParentScopeReason } from './parent-scope.ts';
import { permittedReasons, type PermittedReason } from './permitted.ts';
import { listed, say } from './say.ts';
import { compareWithParent, unknownOf } from './shadowing.ts';
import { identityCause } from './subjects.ts';
import type { Control } from './types.ts';

type Reason = 'FEEDBACK_KEPT' | 'FEEDBACK_SHADOWED' | 'LIST_INCOMPLETE' | PermittedReason | ParentScopeReason;

const EVENTS: readonly FeedbackEvent[] = ['BOUNCE', 'COMPLAINT'];
const WORDS: Record<FeedbackEvent, string> = { BOUNCE: 'bounces', COMPLAINT: 'complaints' };

export const evt07: Control<IdentityFacts, Reason> = {
  id: 'EVT-07',
  revision: 1,
  title: 'Feedback on the identity is told as that on the one above it',
  subject: 'identity',
  tier: 2,
  severity: 'MEDIUM',
  reads: ['ses:GetIdentityNotificationAttributes', ...SETS_READS],
  permissions: ['notifications', 'configurationSets'],
  asserts:
    'Where bounces and complaints of the verified domain above are told to somebody, so are those of this identity.',
  why: 'Topics are not inherited: an address verified beside its domain sends its bounces nowhere that anybody looks.',
  evidence: 'The parent, and the events that are told there but not here.',
  remedy: 'Names the parent’s topic for this identity, too.',
  sources: [
    'Amazon SES developer guide: Creating and verifying identities in Amazon SES (inheritance of settings)',
    'Amazon SES API v1: GetIdentityNotificationAttributes',
  ],
  reasons: {
    FEEDBACK_KEPT: { statuses: ['PASS'], means: 'What is told of the parent is told of this identity.' },
    FEEDBACK_SHADOWED: {
      statuses: ['WARN'],
      means:
        'The parent’s topics or default configuration set do not apply to mail of this identity, and it has none.',
    },
    LIST_INCOMPLETE: {
      statuses: ['UNKNOWN'],
      means: 'A default configuration set was not among those that a scan reads.',
    },
    ...permittedReasons,
    ...parentScopeReasons,
  },
  judge(facts, context) {
    const above = parentOf<Reason>(evt07, facts, context);
    if ('finding' in above) return [above.finding];
    const { parent } = above;
    const comparison = compareWithParent(facts, parent);
    const lost = EVENTS.filter((event) => comparison[event] === 'weaker');
    const evidence = { parent: parent.ses.name, lost };
    const [first] = lost;
    if (first !== undefined) {
      const what = listed(lost.map((event) => WORDS[event]));
      const topic = topicOf(first, parent.notifications);
      return [
        say(evt07, {
          status: 'WARN',
          reason: 'FEEDBACK_SHADOWED',
          summary: `Nobody is told of ${what} of ${facts.name}, though those of ${parent.ses.name} are told`,
          evidence,
          fix: commandFix(
            facts,
            `Name the topics of ${parent.ses.name} for ${facts.name}, too, or give it the same default configuration set.`,
            setTopic(facts, facts.name, first, topic),
          ),
          cause: identityCause(facts, 'IDENT-04'),
        }),
      ];
    }
    const unknown = unknownOf(comparison, EVENTS);
    if (unknown === undefined || unknown === 'DKIM_UNPROVEN') {
      const summary = `What is told of ${parent.ses.name} is told of ${facts.name}`;
      return [say(evt07, { status: 'PASS', reason: 'FEEDBACK_KEPT', summary, evidence })];
    }
    const off = unknown === 'NOT_PERMITTED_BY_SETTINGS';
    const summary = off
      ? 'Not judged: the settings do not permit reading all ways on which feedback is told'
      : `Not judged: the notifications of ${facts.name} and ${parent.ses.name} could not be compared`;
    return [say(evt07, { status: off ? 'NOT_APPLICABLE' : 'UNKNOWN', reason: unknown, summary, evidence })];
  },
};
