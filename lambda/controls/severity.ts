/** Severity by use (docs/judgement.md): computed when a finding is shown; a change of it alone is no change. */
import { SEVERITIES, type Finding, type Severity } from './types.ts';

/** Never lowered: SES's own review, public sending policies, records that somebody could take over. */
const NEVER_LOWERED = /^(?:ACCT-02|IDENT-07|DANG-\d\d)$/;

/** Of a target: what SES tells of its sending. */
export interface Use {
  inUse: boolean | 'unknown';
  productionAccess: boolean | 'unknown';
}

type Judged = Pick<Finding, 'controlId' | 'severity'>;

/**
 * The severity to show: idle one lower, in the sandbox at most LOW. What is not known lowers nothing. An open finding
 * stays at least LOW, because INFO is the word for what opens no finding.
 *
 * @param use absent where the subject has none: an account, or a domain of which no target is known
 */
export function severityInUse(finding: Judged, use: Use | undefined): Severity {
  const table = finding.severity;
  if (!use || isFirm(finding.controlId) || table === 'INFO' || table === 'LOW') return table;
  if (use.productionAccess === false) return 'LOW';
  if (use.inUse !== false) return table;
  return SEVERITIES[SEVERITIES.indexOf(table) + 1] ?? table;
}

/** Whether a control's severity is the same whatever the use. */
export function isFirm(controlId: string): boolean {
  return NEVER_LOWERED.test(controlId);
}

/** Why a severity is shown lower than the control's own, such as `idle; HIGH when in use`; undefined where it is not. */
export function loweredBecause(finding: Judged, use: Use | undefined): string | undefined {
  if (severityInUse(finding, use) === finding.severity) return undefined;
  return use?.productionAccess === false
    ? `SES sandbox; ${finding.severity} in production`
    : `idle; ${finding.severity} when in use`;
}

/** Of the targets that share a domain the one that counts: whatever lowers must lower for all of them. */
export function busiest(uses: readonly Use[]): Use | undefined {
  return uses.reduce<Use | undefined>(
    (most, use) => (most && activity(most) >= activity(use) ? most : use),
    undefined,
  );
}

/** 2: lowers nothing; 1: idle; 0: sandbox. */
export function activity({ inUse, productionAccess }: Use): 0 | 1 | 2 {
  if (productionAccess === false) return 0;
  return inUse === false ? 1 : 2;
}
