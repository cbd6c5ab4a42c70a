/**
 * The vocabulary of the controls that compare one domain over accounts and Regions (IDENT-09, -10, DKIM-13, BULK-*): who
 * sends as it, how old the oldest fact is, and whether absence means anything (E1: divergence seen is a warning even with
 * gaps in coverage, only PASS needs all of it).
 */
import type { DomainFacts, IdentitySummary, SummaryCause } from '../facts/types.ts';
import { freemailProvider } from './freemail.ts';
import { fromScopeReasons, type FromScopeReason } from './from-domain.ts';
import { say, type ControlData } from './say.ts';
import { domainCause, identityCause, type Cause } from './subjects.ts';
import type { Finding, JudgeContext, ReasonSpec } from './types.ts';

export type SenderScopeReason = FromScopeReason | 'IDENTITIES_UNREAD';

/** Spread into the reasons of every control that reads the identities of a From domain. */
export const senderScopeReasons: Record<SenderScopeReason, ReasonSpec> = {
  ...fromScopeReasons,
  IDENTITIES_UNREAD: {
    statuses: ['UNKNOWN'],
    means: 'Of some identity that uses the domain nothing is stored yet that could be compared.',
  },
};

export interface Senders {
  /** Identities whose mail is From the domain, verified or not; those left alone as recipients are not among them. */
  senders: IdentitySummary[];
  /** Identities of which nothing is known. */
  unread: number;
}

/** The identities that send as the domain, or the finding that there are none to judge. */
export function senderScope<Reason extends string>(
  control: ControlData<Reason | SenderScopeReason>,
  facts: DomainFacts,
  context: JudgeContext,
): Senders | { finding: Finding<Reason | SenderScopeReason> } {
  type All = Reason | SenderScopeReason;
  if (!facts.dependents.some(({ use }) => use === 'FROM')) {
    const summary = `No identity sends with From ${facts.name}`;
    return { finding: say<All>(control, { status: 'NOT_APPLICABLE', reason: 'NOT_A_FROM_DOMAIN', summary }) };
  }
  if (freemailProvider(facts.name, context.settings.freemailDomains)) {
    const summary = `${facts.name} belongs to a mailbox provider`;
    return { finding: say<All>(control, { status: 'NOT_APPLICABLE', reason: 'FREEMAIL_DOMAIN', summary }) };
  }
  if (facts.identities === undefined) return { finding: unreadFinding<Reason>(control, facts) };
  const senders = facts.identities.filter(({ use, exempt }) => use === 'FROM' && !exempt);
  return { senders, unread: facts.identitiesUnread ?? 0 };
}

/** Not judged: what is not known of some identity could decide. */
export function unreadFinding<Reason extends string>(
  control: ControlData<Reason | SenderScopeReason>,
  facts: DomainFacts,
): Finding<Reason | SenderScopeReason> {
  const count = facts.identitiesUnread;
  return say<Reason | SenderScopeReason>(control, {
    status: 'UNKNOWN',
    reason: 'IDENTITIES_UNREAD',
    summary: `Not judged: ${count ?? 'some'} of the identities of ${facts.name} have not been read by this release yet`,
    evidence: { unread: count ?? null },
  });
}

export const coverageReasons: Record<'COVERAGE_INCOMPLETE', ReasonSpec> = {
  COVERAGE_INCOMPLETE: {
    statuses: ['UNKNOWN'],
    means:
      'Nothing wrong was seen, but not every account and Region was: what was not seen may differ (SCAN-01, SCAN-02).',
  },
};

/**
 * Whether nothing wrong among the identities means that nothing is wrong. A narrowed scan adds to what an earlier one
 * established: it did not lose what it did not look at.
 */
export function absenceCounts(facts: DomainFacts, context: JudgeContext, controlId: string): boolean {
  if (facts.coverageComplete === true) return true;
  return !context.full && context.before?.findings[controlId]?.knownStatus === 'PASS';
}

/**
 * Of which moment the oldest fact is: `this scan`, or ISO 8601. The word in place of a time keeps a subject in which
 * nothing changes from being written at every scan.
 */
export function oldestFact(facts: readonly { observedAt: string }[], context: JudgeContext): string {
  const start = Date.parse(context.scanStartTime);
  const times = facts.map(({ observedAt }) => Date.parse(observedAt)).filter((time) => !Number.isNaN(time));
  const oldest = Math.min(...times);
  return times.length === 0 || oldest >= start ? 'this scan' : new Date(oldest).toISOString();
}

/** ` (as seen on 2026-11-14)`, empty where all was seen in this scan. */
export function asSeenOn(oldest: string): string {
  return oldest === 'this scan' ? '' : ` (as last seen on ${oldest.slice(0, 10)})`;
}

/** `111111111111 eu-west-1` */
export function placeOf({ accountId, region }: { accountId: string; region: string }): string {
  return `${accountId} ${region}`;
}

/** The cause that an identity's summary names, as a finding names it. */
export function summaryCause(identity: IdentitySummary, cause: SummaryCause | undefined): Cause | undefined {
  if (cause?.domain !== undefined) return domainCause(cause.domain, cause.controlId);
  return cause?.identity === undefined ? undefined : identityCause(identity, cause.controlId, cause.identity);
}

/** In order of account, Region, name: evidence must not depend on the order of reading. */
export function inOrder(identities: readonly IdentitySummary[]): IdentitySummary[] {
  const key = ({ accountId, region, name }: IdentitySummary): string => `${accountId} ${region} ${name}`;
  return [...identities].sort((left, right) => (key(left) < key(right) ? -1 : 1));
}
