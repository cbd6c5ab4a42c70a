/** Reasons that many controls spread into theirs: the index tells of them once, a page names them in a line. */
import { coverageReasons, senderScopeReasons } from '../lambda/controls/across-targets.ts';
import { exemptReasons } from '../lambda/controls/exemption.ts';
import { fromScopeReasons, mailFromScopeReasons } from '../lambda/controls/from-domain.ts';
import { permittedReasons } from '../lambda/controls/permitted.ts';
import { notReadReasons } from '../lambda/controls/target-read.ts';
import type { ReasonSpec } from '../lambda/controls/types.ts';
import { dnsReasons, unseenReasons } from '../lambda/controls/unknowns.ts';

export interface SharedReasons {
  /** Heading of its section in the index. */
  title: string;
  about: string;
  reasons: { [reason: string]: ReasonSpec };
  /** Whether a page names those that the control has, or only the group. */
  named: boolean;
}

export const SHARED_REASONS: readonly SharedReasons[] = [
  {
    title: 'When an identity is left alone',
    about: 'It is no sender of yours, so nothing of it can be mended here.',
    reasons: exemptReasons,
    named: true,
  },
  {
    title: 'When a domain is not used so, or not all of it was seen',
    about: 'A control of From domains has nothing to say of a MAIL FROM domain, and the other way round.',
    reasons: { ...fromScopeReasons, ...mailFromScopeReasons, ...senderScopeReasons, ...coverageReasons },
    named: true,
  },
  {
    title: 'When a target holds nothing to judge',
    about: 'SCAN-02 tells how each account and Region was read.',
    reasons: without(notReadReasons, unseenReasons),
    named: true,
  },
  {
    title: 'When AWS was not asked, or gave no answer',
    about:
      'Denied, throttled and timed out are no absence: the finding is UNKNOWN, and what was known of it stays.',
    reasons: permittedReasons,
    named: true,
  },
  {
    title: 'When DNS gives no answer',
    about:
      'SERVFAIL, a timeout or a refusal is no absence: whatever needs the answer is UNKNOWN, for one of these reasons.',
    reasons: dnsReasons,
    named: false,
  },
];

/** The group that a reason was spread from; `undefined` where it is the control's own, be it of the same name. */
export function sharedBy(reason: string, { means, statuses }: ReasonSpec): SharedReasons | undefined {
  return SHARED_REASONS.find(({ reasons }) => {
    const shared = reasons[reason];
    return shared?.means === means && shared.statuses.join() === statuses.join();
  });
}

/** Of the reasons of a control those that are shared, by their group. */
export function sharedReasonsOf(all: { [reason: string]: ReasonSpec }): {
  group: SharedReasons;
  names: string[];
}[] {
  return SHARED_REASONS.map((group) => ({
    group,
    names: Object.entries(all).flatMap(([reason, spec]) =>
      sharedBy(reason, spec) === group ? [reason] : [],
    ),
  })).filter(({ names }) => names.length > 0);
}

function without(
  reasons: { [reason: string]: ReasonSpec },
  others: { [reason: string]: ReasonSpec },
): { [reason: string]: ReasonSpec } {
  return Object.fromEntries(Object.entries(reasons).filter(([reason]) => !(reason in others)));
}
