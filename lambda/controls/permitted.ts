/** Facts whose reading the operator may switch off: seen, unseen, or not permitted by settings. */
import type { Permitted } from '../facts/types.ts';
import { say, type ControlData } from './say.ts';
import type { Finding, ReasonSpec } from './types.ts';
import { unseenReason, unseenReasons, type UnseenTargetReason } from './unknowns.ts';

export type PermittedReason = 'NOT_PERMITTED_BY_SETTINGS' | UnseenTargetReason;

/** Spread into the reasons of every control that names `permissions`. */
export const permittedReasons: Record<PermittedReason, ReasonSpec> = {
  NOT_PERMITTED_BY_SETTINGS: {
    statuses: ['NOT_APPLICABLE'],
    means: 'The setting `permissions` switches off the reads that this control needs.',
  },
  ...unseenReasons,
};

/**
 * What was read, or the finding that it was not.
 *
 * @param what the thing that was to be read, as the sentence names it: `the configuration sets`
 */
export function permitted<T, Reason extends string>(
  control: ControlData<Reason | PermittedReason>,
  read: Permitted<T> | undefined,
  what: string,
): { seen: T } | { finding: Finding<Reason | PermittedReason> } {
  type All = Reason | PermittedReason;
  if (read?.kind === 'seen') return { seen: read.value };
  if (read?.kind === 'off') {
    const summary = `Not judged: the settings do not permit reading ${what}`;
    return {
      finding: say<All>(control, { status: 'NOT_APPLICABLE', reason: 'NOT_PERMITTED_BY_SETTINGS', summary }),
    };
  }
  const reason = unseenReason(read) ?? 'TARGET_UNSEEN';
  const evidence = read ? { detail: read.detail } : {};
  const summary = `Not judged: ${what} could not be read`;
  return { finding: say<All>(control, { status: 'UNKNOWN', reason, summary, evidence }) };
}
