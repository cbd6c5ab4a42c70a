/** What a scan says of its second opinion on DNS as a whole: one line, however many targets and domains met it. */
import type { Scan, TargetCursor } from '../contract.ts';
import type { SecondOpinionState } from '../dns/types.ts';
import type { Runtime } from './runtime.ts';

/**
 * The one warning `SECOND_OPINION_UNAVAILABLE` of SCAN-05. Always the same words: the scan keeps each problem
 * once, so that hundreds of targets behind one firewall make one line of the digest, not hundreds of findings.
 */
export const SECOND_OPINION_UNAVAILABLE =
  'SCAN-05 SECOND_OPINION_UNAVAILABLE: the second DNS resolver could not be reached, so failures rest on the first ' +
  'one alone (evidence "unconfirmed"). Allow DNS over UDP and TCP to the servers of dns.secondOpinionServers, name ' +
  'others there, or give an empty list to do without.';

export async function noteSecondOpinion(
  scan: Scan,
  runtime: Runtime,
  state: SecondOpinionState | undefined,
): Promise<void> {
  if (state === 'unreachable') await runtime.table.addScanProblem(scan.id, SECOND_OPINION_UNAVAILABLE);
}

const WEIGHT: Record<SecondOpinionState, number> = { none: 0, unused: 1, reachable: 2, unreachable: 3 };

/** Of two gatherings the state that says more; a failure is never hidden by an answer. */
export function graverOf(
  one: TargetCursor['secondOpinion'],
  other: SecondOpinionState | undefined,
): SecondOpinionState | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return WEIGHT[one] >= WEIGHT[other] ? one : other;
}
