/** The alignment verdict (docs/judgement.md): which legs stand, and whether they align with the From domain. */
import type { AlignmentFacts, IdentityFacts } from '../facts/types.ts';
import { signerDkim } from './dkim-tokens.ts';
import { mxState, spfOutcome } from './mail-from.ts';
import { selfSignedLeg } from './self-signed.ts';

/** `at-risk`: some keys are live and some dead; it counts as a leg. */
export type DkimLeg = 'live' | 'at-risk' | 'none' | 'unknown';
export type SpfLeg = 'live' | 'none' | 'unknown';
export type AlignmentVerdict = 'BOTH' | 'DKIM_ONLY' | 'SPF_ONLY' | 'NONE';

export const VERDICT_RANK: Record<AlignmentVerdict, number> = { BOTH: 3, DKIM_ONLY: 2, SPF_ONLY: 1, NONE: 0 };

export interface Verdict {
  dkimLeg: DkimLeg;
  /** What SES itself signs; `dkimLeg` may be the better one, of whoever signs before SES (`selfSigned`). */
  sesDkimLeg: DkimLeg;
  spfLeg: SpfLeg;
  /** `unknown` when what is not known could change it; `possible` then holds every verdict that it could be. */
  verdict: AlignmentVerdict | 'unknown';
  /** From worst to best. */
  possible: AlignmentVerdict[];
  /** The same with both modes relaxed (ALIGN-02). */
  relaxed: AlignmentVerdict | 'unknown';
  /** Whether each leg counts under the domain's real modes. */
  dkimAligned: boolean | 'unknown';
  spfAligned: boolean | 'unknown';
}

export function verdictOf(facts: IdentityFacts): Verdict {
  const dkimLeg = dkimLegOf(facts);
  const spfLeg = spfLegOf(facts);
  const { spf } = facts.alignment;
  const dkimAligned = dkimAlignment(facts, 'real');
  const real = combine(dkimAligned, aligned(spfLeg, spf, 'real'));
  const relaxed = combine(dkimAlignment(facts, 'relaxed'), aligned(spfLeg, spf, 'relaxed'));
  return {
    dkimLeg,
    sesDkimLeg: sesLegOf(facts),
    spfLeg,
    verdict: onlyOne(real),
    possible: real,
    relaxed: onlyOne(relaxed),
    dkimAligned,
    spfAligned: aligned(spfLeg, spf, 'real'),
  };
}

/**
 * SES signs, and the keys are live; or the settings declare that somebody signs before SES, whose key is live. SES's cached
 * status beside an unknown live answer is never the leg.
 */
export function dkimLegOf(facts: IdentityFacts): DkimLeg {
  const declared = selfSignedLeg(facts);
  if (declared === 'live') return declared;
  const own = sesLegOf(facts);
  return declared === 'unknown' && (own === 'none' || own === 'unknown') ? 'unknown' : own;
}

function sesLegOf(facts: IdentityFacts): DkimLeg {
  const { dkim } = facts.effective;
  if (dkim.kind === 'unproven') return 'unknown';
  if (dkim.kind !== 'own' && dkim.kind !== 'inherited') return 'none';
  const signer = facts.signer ?? (dkim.kind === 'own' ? facts.ses.dkim : undefined);
  if (signer === undefined) return 'unknown';
  if (!signer.signingEnabled || signer.status !== 'SUCCESS') return 'none';
  const records = signerDkim(facts);
  if (!('tokens' in records)) return 'unknown';
  const live = records.tokens.filter((token) => token.live === 'live').length;
  const dead = records.tokens.filter((token) => token.live === 'dead').length;
  if (live === records.tokens.length) return 'live';
  if (dead === records.tokens.length) return 'none';
  return live > 0 && dead > 0 ? 'at-risk' : 'unknown';
}

/** MAIL FROM verified by SES, one MX to an SES feedback host, and SPF passes for SES: then its domain is a leg. */
export function spfLegOf(facts: IdentityFacts): SpfLeg {
  if (facts.effective.undecided?.differs.includes('mailFrom')) return 'unknown';
  if (facts.effective.mailFrom?.status !== 'SUCCESS') return 'none';
  if (facts.mailFrom === undefined) return 'unknown';
  const mx = mxState(facts.mailFrom.mx);
  const spf = spfOutcome(facts.mailFrom.spf);
  if (mx.kind !== 'ses' && mx.kind !== 'unknown') return 'none';
  if (spf.kind !== 'pass' && spf.kind !== 'unknown') return 'none';
  return mx.kind === 'unknown' || spf.kind === 'unknown' ? 'unknown' : 'live';
}

/** What is signed before SES carries d= of the From domain itself, which aligns in any mode. */
function dkimAlignment(facts: IdentityFacts, modes: 'real' | 'relaxed'): boolean | 'unknown' {
  const bySes = aligned(sesLegOf(facts), facts.alignment.dkim, modes);
  const declared = selfSignedLeg(facts);
  if (bySes === true || declared === 'live') return true;
  return declared === 'unknown' ? 'unknown' : bySes;
}

/** Alignment that holds or fails whether or not the leg stands decides; else the unknown part does. */
function aligned(
  leg: DkimLeg | SpfLeg,
  alignment: AlignmentFacts['dkim'],
  modes: 'real' | 'relaxed',
): boolean | 'unknown' {
  const aligns = alignment?.[modes] ?? 'unknown';
  if (leg === 'none' || aligns === false) return false;
  return leg === 'unknown' ? 'unknown' : aligns;
}

/** Every verdict that fits, from worst to best. */
function combine(dkim: boolean | 'unknown', spf: boolean | 'unknown'): AlignmentVerdict[] {
  const verdicts = both(dkim).flatMap((d) => both(spf).map((s) => name(d, s)));
  return [...new Set(verdicts)].sort((left, right) => VERDICT_RANK[left] - VERDICT_RANK[right]);
}

function both(leg: boolean | 'unknown'): boolean[] {
  return leg === 'unknown' ? [false, true] : [leg];
}

function name(dkim: boolean, spf: boolean): AlignmentVerdict {
  if (dkim) return spf ? 'BOTH' : 'DKIM_ONLY';
  return spf ? 'SPF_ONLY' : 'NONE';
}

function onlyOne(possible: AlignmentVerdict[]): AlignmentVerdict | 'unknown' {
  const [only, another] = possible;
  return only !== undefined && another === undefined ? only : 'unknown';
}
