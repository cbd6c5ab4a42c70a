/**
 * What mailbox providers ask of a From domain (BULK-01 to -05), requirement by requirement, over every identity that may
 * send as it. Each unmet requirement is another control's finding, which it names as its cause.
 */
import type { DomainFacts, IdentitySummary } from '../facts/types.ts';
import {
  inOrder,
  oldestFact,
  placeOf,
  senderScope,
  senderScopeReasons,
  summaryCause,
  unreadFinding,
  type SenderScopeReason,
} from './across-targets.ts';
import { bulkStand } from './bulk-volume.ts';
import { fromScope } from './from-domain.ts';
import { REQUIREMENTS, type RequirementName, type Unmet } from './requirements.ts';
import { say, type ControlData } from './say.ts';
import type { Finding, JudgeContext, ReasonSpec } from './types.ts';
import { dnsReasons, type DnsReason } from './unknowns.ts';

/** Reasons that every control of readiness has. */
export type ReadinessReason = 'READY' | 'READINESS_UNKNOWN' | 'NO_SENDER' | SenderScopeReason | DnsReason;

export const readinessReasons: Record<ReadinessReason, ReasonSpec> = {
  READY: {
    statuses: ['PASS'],
    means: 'Every identity that may send as the domain meets what the provider asks.',
  },
  READINESS_UNKNOWN: {
    statuses: ['UNKNOWN'],
    means: 'Nothing that is asked is known to be missing, but something of it could not be judged.',
  },
  NO_SENDER: {
    statuses: ['NOT_APPLICABLE'],
    means: 'No identity of the domain is verified: nothing can be sent as it.',
  },
  ...senderScopeReasons,
  ...dnsReasons,
};

/** Of the controls that ask for SPF and not for a MAIL FROM of one's own. */
export const spfNotYoursReasons: Record<'READY_SPF_NOT_YOURS', ReasonSpec> = {
  READY_SPF_NOT_YOURS: {
    statuses: ['PASS'],
    means:
      'Every identity meets what the provider asks, but SPF passes for amazonses.com, not for a domain of yours: some identity has no MAIL FROM of its own.',
  },
};

/** Reasons of the controls that speak of bulk senders alone. */
export type BulkOnlyReason = 'NOT_BULK' | 'VOLUME_UNKNOWN';

export const bulkOnlyReasons: Record<BulkOnlyReason, ReasonSpec> = {
  NOT_BULK: {
    statuses: ['NOT_APPLICABLE'],
    means: 'The registrable domain sends too little for the provider’s rules for bulk senders (BULK-07).',
  },
  VOLUME_UNKNOWN: {
    statuses: ['UNKNOWN'],
    means: 'Whether the domain sends in bulk, and so whether the rules apply, is not known (BULK-07).',
  },
};

/** Not for a domain below the bulk volume; the finding that says so, or that nobody knows. */
export function outsideBulk<Reason extends string>(
  control: ControlData<Reason | BulkOnlyReason>,
  facts: DomainFacts,
  context: JudgeContext,
): Finding<Reason | BulkOnlyReason> | undefined {
  const { bulk, because, registrable } = bulkStand(facts, context);
  if (bulk === true) return undefined;
  const evidence = { because, registrable };
  if (bulk === false) {
    const summary = `${registrable ?? facts.name} does not send in bulk`;
    return say<Reason | BulkOnlyReason>(control, {
      status: 'NOT_APPLICABLE',
      reason: 'NOT_BULK',
      summary,
      evidence,
    });
  }
  const summary = `Not judged: whether ${registrable ?? facts.name} sends in bulk is not known`;
  return say<Reason | BulkOnlyReason>(control, {
    status: 'UNKNOWN',
    reason: 'VOLUME_UNKNOWN',
    summary,
    evidence,
  });
}

export interface Readiness<Name extends RequirementName, Reason extends string> {
  /** As in `Ready for <provider>`. */
  provider: string;
  /** In the order in which they are named; those that fail come before those that warn. */
  asks: readonly Name[];
  /** The reason of PASS where SPF passes for SES's own domain alone; absent where that is not asked or not enough. */
  spfNotYours?: Reason;
}

type AnyReason<Name extends RequirementName, Reason extends string> = Reason | Name | ReadinessReason;

/** Whether mail of the From domain meets what the provider asks. */
export function judgeReadiness<Name extends RequirementName, Reason extends string>(
  control: ControlData<AnyReason<Name, Reason>>,
  facts: DomainFacts,
  context: JudgeContext,
  { provider, asks, spfNotYours }: Readiness<Name, Reason>,
  outside?: () => Finding<AnyReason<Name, Reason>> | undefined,
): Finding<AnyReason<Name, Reason>> {
  type All = AnyReason<Name, Reason>;
  const scope = senderScope<All>(control, facts, context);
  if ('finding' in scope) return scope.finding;
  const beyond = outside?.();
  if (beyond) return beyond;
  const domain = fromScope<All>(control, facts, context, ['FROM']);
  if ('finding' in domain) return domain.finding;
  const senders = inOrder(scope.senders.filter(({ verified }) => verified));
  if (senders.length === 0) {
    // An identity that is not known may be the one that sends.
    if (scope.unread > 0) return unreadFinding<All>(control, facts);
    const summary = `No identity of ${facts.name} is verified: nothing can be sent as it`;
    return say<All>(control, { status: 'NOT_APPLICABLE', reason: 'NO_SENDER', summary });
  }
  const asked = { facts, from: domain.from, senders, settings: context.settings };
  const results = asks.map((name) => ({ name, ...REQUIREMENTS[name].judge(asked) }));
  const unmet = results.filter((result) => result.met === false);
  const open = results.filter((result) => result.met === 'unknown').map(({ name }) => name);
  const evidence = {
    because: unmet.map(({ name }) => name),
    ...(open.length > 0 ? { unknown: open } : {}),
    identities: senders.length,
    spf: spfNote(senders),
    oldestFact: oldestFact(senders, context),
  };
  const worst = unmet.find(({ name }) => REQUIREMENTS[name].status === 'FAIL') ?? unmet[0];
  const failing = worst !== undefined && REQUIREMENTS[worst.name].status === 'FAIL';
  // What is not known could still fail, so it outweighs a warning.
  if (!failing && scope.unread > 0) return unreadFinding<All>(control, facts);
  if (!failing && open.length > 0) {
    const what = open.map((name) => REQUIREMENTS[name].question).join(', ');
    const summary = `Not judged: of what ${provider} asks of ${facts.name}, it is not known ${what}`;
    return say<All>(control, { status: 'UNKNOWN', reason: 'READINESS_UNKNOWN', summary, evidence });
  }
  if (worst) return notReady<Name, Reason>(control, facts, provider, { worst, unmet, evidence });
  const own = senders.every((sender) => sender.mailFrom?.status === 'SUCCESS');
  const noted = own ? undefined : spfNotYours;
  const note = noted === undefined ? '' : '; SPF passes for amazonses.com, not for a domain of yours';
  return say<All>(control, {
    status: 'PASS',
    reason: noted ?? 'READY',
    summary: `${facts.name} is ready for ${provider}${note}`,
    evidence,
  });
}

function notReady<Name extends RequirementName, Reason extends string>(
  control: ControlData<AnyReason<Name, Reason>>,
  facts: DomainFacts,
  provider: string,
  result: {
    worst: Unmet & { name: Name };
    unmet: readonly (Unmet & { name: Name })[];
    evidence: Finding['evidence'];
  },
): Finding<AnyReason<Name, Reason>> {
  const { worst, unmet, evidence } = result;
  const failing = worst.failing ?? [];
  // Only AWS can mend reverse DNS: it outlasts what else is unmet, and no plan may promise the end of both.
  const lasting = unmet.find(({ name }) => name === 'NO_REVERSE_DNS')?.cause;
  const cause = lasting ?? worst.cause ?? (failing[0] && summaryCause(failing[0], worst.summaryCause));
  const why = unmet.map(({ name }) => REQUIREMENTS[name].unmet).join('; ');
  const places = failing.slice(0, 10).map((one) => `${placeOf(one)} ${one.name}`);
  const first = failing[0] ? ` Begin with ${failing[0].name} in ${placeOf(failing[0])}.` : '';
  return say<AnyReason<Name, Reason>>(control, {
    status: REQUIREMENTS[worst.name].status,
    reason: worst.name,
    summary: `${facts.name} is not ready for ${provider}: ${why}`,
    evidence: { ...evidence, ...(places.length > 0 ? { failing: places } : {}) },
    fix: { ...worst.fix, text: `${unmet.map(({ name }) => REQUIREMENTS[name].advice).join(' ')}${first}` },
    ...(cause ? { cause } : {}),
  });
}

/** `own`: a MAIL FROM under the domain's control; `amazonses.com`: SES's default. */
function spfNote(senders: readonly IdentitySummary[]): string {
  const own = senders.filter((sender) => sender.mailFrom?.status === 'SUCCESS').length;
  if (own === senders.length) return 'own';
  return own === 0 ? 'amazonses.com' : 'own and amazonses.com';
}
