/** Whether a target was read at all: what the controls about its content say when it was not. */
import type { TargetFacts } from '../facts/types.ts';
import { say, type ControlData } from './say.ts';
import type { Finding, ReasonSpec } from './types.ts';
import { unseenReason, type UnseenTargetReason } from './unknowns.ts';

export type NotReadReason = 'NOT_COVERED' | 'NO_IDENTITIES' | 'TARGET_UNSEEN';

/** Spread into the reasons of the controls on a target's content. */
export const notReadReasons: Record<NotReadReason, ReasonSpec> = {
  NOT_COVERED: {
    statuses: ['NOT_APPLICABLE'],
    means: 'The Region is off, does not offer SES, or is left out by the settings.',
  },
  NO_IDENTITIES: { statuses: ['NOT_APPLICABLE'], means: 'SES holds no identity in this Region.' },
  TARGET_UNSEEN: { statuses: ['UNKNOWN'], means: 'The scan did not read this target; SCAN-02 says why.' },
};

/** `read`, or why there is nothing to judge. PARTIAL was read in part; without a count nothing is known of identities. */
export function readingOf(facts: TargetFacts): NotReadReason | 'read' {
  switch (facts.outcome) {
    case 'SCANNED':
    case 'PARTIAL':
      if (facts.listed === undefined) return 'TARGET_UNSEEN';
      return facts.listed === 0 ? 'NO_IDENTITIES' : 'read';
    case 'EMPTY':
      return 'NO_IDENTITIES';
    case 'REGION_DISABLED':
    case 'NOT_OFFERED':
    case 'EXPECTED_DENIAL':
    case 'EXCLUDED':
      return 'NOT_COVERED';
    case 'PENDING':
    case 'ROLE_MISSING':
    case 'ACCESS_DENIED':
    case 'DENIED_BY_POLICY':
    case 'THROTTLED':
    case 'TIMED_OUT':
    case 'FAILED':
      return 'TARGET_UNSEEN';
  }
}

const SENTENCES: Record<NotReadReason, string> = {
  NOT_COVERED: 'The Region is off, does not offer SES, or is left out by the settings',
  NO_IDENTITIES: 'SES holds no identity here',
  TARGET_UNSEEN: 'Not judged: the scan did not read this Region',
};

/** The finding about a target that was not read; `undefined` when it was. */
export function notRead<Reason extends string>(
  control: ControlData<Reason | NotReadReason>,
  facts: TargetFacts,
): Finding<Reason | NotReadReason> | undefined {
  const reading = readingOf(facts);
  if (reading === 'read') return undefined;
  return say<Reason | NotReadReason>(control, {
    status: reading === 'TARGET_UNSEEN' ? 'UNKNOWN' : 'NOT_APPLICABLE',
    reason: reading,
    summary: SENTENCES[reading],
    evidence: { outcome: facts.outcome, detail: facts.detail },
  });
}

type SeenAccount = Extract<NonNullable<TargetFacts['account']>, { kind: 'seen' }>['value'];

/** What GetAccount told, or the finding that it told nothing. */
export function accountOf<Reason extends string>(
  control: ControlData<Reason | UnseenTargetReason>,
  { account }: TargetFacts,
): { seen: SeenAccount } | { finding: Finding<Reason | UnseenTargetReason> } {
  if (account?.kind === 'seen') return { seen: account.value };
  const finding = say<Reason | UnseenTargetReason>(control, {
    status: 'UNKNOWN',
    reason: unseenReason(account) ?? 'TARGET_UNSEEN',
    summary: 'Not judged: the account settings of SES could not be read',
    evidence: { detail: account?.detail },
  });
  return { finding };
}
