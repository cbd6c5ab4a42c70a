/** Which legs strict alignment alone keeps from counting: what ALIGN-02 says, and who names it as the cause. */
import type { AlignmentFacts, IdentityFacts } from '../facts/types.ts';
import { identityCause, type Cause } from './subjects.ts';
import type { DkimLeg, SpfLeg, Verdict } from './verdict.ts';

/** Legs that would align under relaxed modes and do not under the domain's own. */
export type Strict = 'ADKIM_STRICT' | 'ASPF_STRICT' | 'BOTH_STRICT';

/**
 * @returns `undefined`: no leg is lost; `unknown`: what is not known may add a lost leg, or decides whether anything is
 *   left (ALIGN-02 judges both ways)
 */
export function strictnessOf(
  { alignment }: Pick<IdentityFacts, 'alignment'>,
  verdict: Verdict,
): Strict | 'unknown' | undefined {
  // What is signed before SES is signed as the From domain itself, which no mode costs anything.
  const dkim = lostBy(verdict.sesDkimLeg, verdict.dkimAligned, alignment.dkim);
  const spf = lostBy(verdict.spfLeg, verdict.spfAligned, alignment.spf);
  if (dkim !== true && spf !== true) return dkim === 'unknown' || spf === 'unknown' ? 'unknown' : undefined;
  if (verdict.possible.includes('NONE') && verdict.possible.length > 1) return 'unknown';
  if (dkim === true) return spf === true ? 'BOTH_STRICT' : 'ADKIM_STRICT';
  return 'ASPF_STRICT';
}

/** ALIGN-02 of the identity, where it is open because of the leg: a leg that stands, and strictness alone turns it off. */
export function strictnessCause(
  facts: IdentityFacts,
  verdict: Verdict,
  leg: 'dkim' | 'spf',
): Cause | undefined {
  const strict = strictnessOf(facts, verdict);
  const lost = strict === 'BOTH_STRICT' || strict === (leg === 'dkim' ? 'ADKIM_STRICT' : 'ASPF_STRICT');
  return lost ? identityCause(facts, 'ALIGN-02') : undefined;
}

/** Whether strictness alone keeps the leg from counting; not where another signature of the kind counts (`selfSigned`). */
function lostBy(
  leg: DkimLeg | SpfLeg,
  aligned: boolean | 'unknown',
  alignment: AlignmentFacts['dkim'],
): boolean | 'unknown' {
  if (leg === 'none' || aligned === true || alignment === undefined) return false;
  const { real, relaxed } = alignment;
  // Strict never aligns where relaxed does not.
  if (real === true || relaxed === false) return false;
  return aligned === false && leg !== 'unknown' && relaxed === true ? true : 'unknown';
}
