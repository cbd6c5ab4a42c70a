/** Severity by use (docs/judgement.md): computed when a finding is shown; a change of it alone is no change. */
import { SEVERITIES, type Finding, type Severity } from './types.ts';

/** Never lowered: SES's own review, public sending policies, records that somebody could take over. */
const NEVER_LOWERED = /^(?:ACCT-02|IDENT-07|DANG-\d\d)$/;

export interface Use {
  inUse: boolean | 'unknown';
  productionAccess: boolean | 'unknown';
}

/**
 * The severity to show: idle one lower, in the sandbox at most LOW. What is not known lowers nothing. An open finding
 * stays at least LOW, because INFO is the word for what opens no finding.
 */
export function severityInUse(finding: Pick<Finding, 'controlId' | 'severity'>, use: Use): Severity {
  const table = finding.severity;
  if (NEVER_LOWERED.test(finding.controlId) || table === 'INFO' || table === 'LOW') return table;
  if (use.productionAccess === false) return 'LOW';
  if (use.inUse !== false) return table;
  return SEVERITIES[SEVERITIES.indexOf(table) + 1] ?? table;
}
