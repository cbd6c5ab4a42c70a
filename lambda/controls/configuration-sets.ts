/** The configuration sets of a target, one finding each: what CS-* and EVT-05 share. */
import type { ConfigurationSetFacts, ConfigurationSetsFacts, TargetFacts } from '../facts/types.ts';
import { permitted, permittedReasons, type PermittedReason } from './permitted.ts';
import { say, type ControlData } from './say.ts';
import { boundedFindings, withGap } from './sub-keys.ts';
import { notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Finding, JudgeContext, ReasonSpec } from './types.ts';

export type SetsReason = NotReadReason | PermittedReason | 'NO_CONFIGURATION_SETS' | 'LIST_INCOMPLETE';

/** Spread into the reasons of every control on configuration sets. */
export const setsReasons: Record<SetsReason, ReasonSpec> = {
  NO_CONFIGURATION_SETS: {
    statuses: ['NOT_APPLICABLE'],
    means: 'There is no configuration set in this Region.',
  },
  LIST_INCOMPLETE: {
    statuses: ['UNKNOWN'],
    means:
      'There are more configuration sets than a scan reads; those that were read have findings of their own.',
  },
  ...permittedReasons,
  ...notReadReasons,
};

/** The read calls behind ConfigurationSetsFacts. */
export const SETS_READS = [
  'ses:ListConfigurationSets',
  'ses:GetConfigurationSet',
  'ses:GetConfigurationSetEventDestinations',
] as const;

/**
 * What `judge` says of each set, or why there is nothing to judge. While only a part was read, one UNKNOWN without a
 * sub-key keeps the findings of the others as they are.
 *
 * @param nothing said where no set gave a finding: `judge` may have nothing to say of any
 */
export function judgeSets<Reason extends string>(
  control: ControlData<Reason | SetsReason>,
  facts: TargetFacts,
  context: JudgeContext,
  judge: (set: ConfigurationSetFacts) => Finding<Reason | SetsReason>[],
  nothing?: () => Finding<Reason | SetsReason>,
): Finding<Reason | SetsReason>[] {
  const early = notRead<Reason | SetsReason>(control, facts);
  if (early) return [early];
  const read = permitted<ConfigurationSetsFacts, Reason | SetsReason>(
    control,
    facts.configurationSets,
    'the configuration sets',
  );
  if ('finding' in read) return [read.finding];
  const { sets, listed } = read.seen;
  const findings = boundedFindings(sets.flatMap(judge), context, 'configuration sets');
  if (listed > sets.length) return withUnread(control, findings, listed - sets.length);
  if (findings.length > 0) return findings;
  return [sets.length > 0 && nothing ? nothing() : noSets<Reason>(control)];
}

function noSets<Reason extends string>(
  control: ControlData<Reason | SetsReason>,
): Finding<Reason | SetsReason> {
  const summary = 'There is no configuration set in this Region';
  return say<Reason | SetsReason>(control, {
    status: 'NOT_APPLICABLE',
    reason: 'NO_CONFIGURATION_SETS',
    summary,
  });
}

function withUnread<Reason extends string>(
  control: ControlData<Reason | SetsReason>,
  findings: Finding<Reason | SetsReason>[],
  unread: number,
): Finding<Reason | SetsReason>[] {
  const unjudged = say<Reason | SetsReason>(control, {
    status: 'UNKNOWN',
    reason: 'LIST_INCOMPLETE',
    summary: `Not judged: ${unread} configuration sets beyond those that a scan reads`,
    evidence: { unread },
  });
  return withGap(findings, unjudged);
}

/** Makes a configuration set an identity's default. */
export function setDefaultSet(identity: string, set: string): string[] {
  return [
    'sesv2',
    'put-email-identity-configuration-set-attributes',
    '--email-identity',
    identity,
    '--configuration-set-name',
    set,
  ];
}
