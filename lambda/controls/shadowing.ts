/**
 * What a verified identity takes away from the mail that its verified parent would have sent better. SES takes every
 * setting from the most granular verified identity and merges nothing (docs/judgement.md, "Settings in effect").
 */
import type { IdentityFacts } from '../facts/types.ts';
import { defaultSet, eitherLeg, ownTopic, type FeedbackEvent, type Leg } from './feedback-paths.ts';
import type { PermittedReason } from './permitted.ts';

export type Aspect = 'DKIM' | 'BOUNCE' | 'COMPLAINT' | 'MAIL_FROM' | 'CONFIGURATION_SET';
type Parent = NonNullable<IdentityFacts['parent']>;

/** `weaker`: the parent has it, the identity has not. `same`: all else that is known. */
export type Compared = 'same' | 'weaker' | { unknown: PermittedReason | 'LIST_INCOMPLETE' | 'DKIM_UNPROVEN' };
export type Comparison = Record<Aspect, Compared>;

export const ASPECTS: readonly Aspect[] = ['DKIM', 'BOUNCE', 'COMPLAINT', 'MAIL_FROM', 'CONFIGURATION_SET'];

export function compareWithParent(facts: IdentityFacts, parent: Parent): Comparison {
  return {
    DKIM: dkim(facts, parent),
    BOUNCE: feedback('BOUNCE', facts, parent),
    COMPLAINT: feedback('COMPLAINT', facts, parent),
    MAIL_FROM: weakerIf(
      parent.ses.mailFrom?.status === 'SUCCESS' && facts.ses.mailFrom?.status !== 'SUCCESS',
    ),
    CONFIGURATION_SET: weakerIf(
      parent.ses.configurationSet !== undefined && facts.ses.configurationSet === undefined,
    ),
  };
}

function weakerIf(weaker: boolean): Compared {
  return weaker ? 'weaker' : 'same';
}

function dkim(facts: IdentityFacts, { signer }: Parent): Compared {
  if (signer === undefined) return 'same';
  const { kind } = facts.effective.dkim;
  if (kind === 'unproven') return { unknown: 'DKIM_UNPROVEN' };
  return weakerIf(kind === 'unsigned' || kind === 'none');
}

/** By whichever way an event reaches somebody without the sender's doing: a topic, or the default configuration set. */
function feedback(event: FeedbackEvent, facts: IdentityFacts, parent: Parent): Compared {
  const sets = facts.configurationSets;
  const above = eitherLeg(
    ownTopic(event, parent.notifications),
    defaultSet(event, sets, parent.ses.configurationSet),
  );
  if (isNot(above)) return 'same';
  const own = eitherLeg(
    ownTopic(event, facts.notifications),
    defaultSet(event, sets, facts.ses.configurationSet),
  );
  if ('is' in own && own.is) return 'same';
  if ('unknown' in own) return own;
  return 'unknown' in above ? above : 'weaker';
}

function isNot(leg: Leg): boolean {
  return 'is' in leg && !leg.is;
}

/** Aspects compared as `weaker`, in the order of ASPECTS. */
export function weakerAspects(comparison: Comparison): Aspect[] {
  return ASPECTS.filter((aspect) => comparison[aspect] === 'weaker');
}

/** Why some aspect could not be compared: an error before a read that is switched off. */
export function unknownOf(
  comparison: Comparison,
  aspects: readonly Aspect[] = ASPECTS,
): Exclude<Compared, string>['unknown'] | undefined {
  const unknown = aspects.flatMap((aspect) => {
    const compared = comparison[aspect];
    return typeof compared === 'string' ? [] : [compared.unknown];
  });
  return unknown.find((reason) => reason !== 'NOT_PERMITTED_BY_SETTINGS') ?? unknown[0];
}
