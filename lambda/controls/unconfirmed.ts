/** What rests on the first resolver's word alone says so in its evidence (SCAN-05; docs/judgement.md, "Second opinion"). */
import type { SecondOpinionState } from '../dns/types.ts';
import type { Control, Finding } from './types.ts';

/** They tell SES's own word; DNS only decides what a temporary failure comes to. */
const SES_WORD: ReadonlySet<string> = new Set(['IDENT-01', 'DKIM-02', 'MF-02']);

/**
 * The finding with `unconfirmed: true` in its evidence, where it is open, rests on DNS, and the second opinion that was
 * wanted for the subject could not be reached. The status is never touched.
 */
export function markUnconfirmed(
  control: Pick<Control<never>, 'id' | 'reasons'>,
  finding: Finding,
  facts: { secondOpinion?: SecondOpinionState },
): Finding {
  const open = finding.status === 'FAIL' || finding.status === 'WARN';
  if (!open || facts.secondOpinion !== 'unreachable' || !restsOnDns(control, finding)) return finding;
  return { ...finding, evidence: { ...finding.evidence, unconfirmed: true } };
}

/** A control's reasons show it: they hold what it says when DNS does not answer, or when a leg is unknown (ALIGN). */
function restsOnDns(control: Pick<Control<never>, 'id' | 'reasons'>, { reason }: Finding): boolean {
  if (SES_WORD.has(control.id)) return reason.endsWith('_TEMP_FAILURE');
  return 'DNS_INCONSISTENT' in control.reasons || 'LEG_UNKNOWN' in control.reasons;
}
