import type { IdentityFacts, SesIdentity } from '../facts/types.ts';
import { alignScopeReasons, outsideAlignScope, type AlignScopeReason } from './align-scope.ts';
import { dkimLegCause, misalignmentCause, spfLegCause } from './causes.ts';
import { say } from './say.ts';
import type { Control, Finding } from './types.ts';
import { verdictOf, type AlignmentVerdict, type Verdict } from './verdict.ts';

type Reason =
  | 'SECOND_LEG_STANDS'
  | 'ONE_LEG_STEADY'
  | 'SINGLE_POINT_OF_FAILURE'
  | 'NOTHING_STANDS'
  | 'LEG_UNKNOWN'
  | AlignScopeReason;

type Status = 'PASS' | 'WARN' | 'NOT_APPLICABLE';

export const align04: Control<IdentityFacts, Reason> = {
  id: 'ALIGN-04',
  revision: 1,
  title: 'What is left if one leg fails',
  subject: 'identity',
  tier: 2,
  severity: 'MEDIUM',
  reads: ['ses:GetEmailIdentity'],
  asserts:
    'If DKIM or SPF failed, the other would still align; or only one aligns, and nothing under way threatens it.',
  why: 'While a key is switched, messages may leave unsigned; while a MAIL FROM is in trouble, SES falls back to its own. With a second leg nobody notices; without one DMARC fails until it is over.',
  evidence:
    'The verdict now, what would be left of it if DKIM or if SPF failed, and what is under way (`pending`).',
  remedy:
    'Advice: finish what is under way, then add the second leg; the records are with the controls that it names.',
  sources: [
    'Amazon SES developer guide: Provide your own DKIM authentication token (BYODKIM)',
    'Amazon SES developer guide: Using a custom MAIL FROM domain',
    'RFC 9989 section 8',
  ],
  reasons: {
    SECOND_LEG_STANDS: { statuses: ['PASS'], means: 'Both align: either may fail.' },
    ONE_LEG_STEADY: { statuses: ['PASS'], means: 'Only one aligns, and no change of either is under way.' },
    SINGLE_POINT_OF_FAILURE: {
      statuses: ['WARN'],
      means:
        'Only one aligns while a key is switched, a key is missing, or the MAIL FROM is pending or failing.',
    },
    NOTHING_STANDS: { statuses: ['NOT_APPLICABLE'], means: 'Neither aligns; ALIGN-01 speaks.' },
    LEG_UNKNOWN: { statuses: ['UNKNOWN'], means: 'What is not known of DKIM or SPF decides.' },
    ...alignScopeReasons,
  },
  judge(facts, context) {
    const outside = outsideAlignScope(align04, facts, context);
    if (outside) return [outside];
    const verdict = verdictOf(facts);
    const pending = pendingIn(facts, verdict);
    const words = verdict.possible.map((possible) => wordOn(possible, pending));
    const [worst] = words;
    const agreed = worst !== undefined && words.every(({ status }) => status === worst.status);
    const evidence = evidenceOf(facts, verdict, pending);
    const from = facts.alignment.authorDomain;
    if (!agreed) {
      const summary = `Not judged: what would be left of alignment with ${from} depends on what is not known`;
      return [say(align04, { status: 'UNKNOWN', reason: 'LEG_UNKNOWN', summary, evidence })];
    }
    const word = words.at(-1) ?? worst;
    if (word.status !== 'WARN') {
      return [say(align04, { ...word, summary: sentence(word.reason, from), evidence })];
    }
    const cause = causeOf(facts, verdict);
    return [
      say(align04, {
        ...word,
        summary: `If the one leg that aligns with ${from} failed, nothing would be left, and ${pending.map((one) => PENDING[one]).join(' and ')}`,
        evidence,
        fix: { text: fixText(verdict) },
        ...(cause ? { cause } : {}),
      }),
    ];
  },
};

type Pending = 'DKIM_SWITCH' | 'KEY_ROTATION' | 'DKIM_KEY_LOST' | 'MAIL_FROM_FALLBACK';

/** What is under way, in the sentence. */
const PENDING: Record<Pending, string> = {
  DKIM_SWITCH: 'SES has not verified its DKIM setting',
  KEY_ROTATION: 'its DKIM key is being switched',
  DKIM_KEY_LOST: 'not all of its DKIM keys are live',
  MAIL_FROM_FALLBACK: 'its MAIL FROM is falling back to that of SES',
};

/** Changes of either leg that are not at their end. */
function pendingIn(facts: IdentityFacts, { dkimLeg }: Verdict): Pending[] {
  const dkim: SesIdentity['dkim'] = facts.signer ?? facts.ses.dkim;
  const { mailFrom } = facts.effective;
  const waits = (status: string | undefined): boolean =>
    status === 'PENDING' || status === 'TEMPORARY_FAILURE';
  const rotates =
    dkim.nextKeyBits !== undefined &&
    dkim.currentKeyBits !== undefined &&
    dkim.nextKeyBits !== dkim.currentKeyBits;
  const pending: [Pending, boolean][] = [
    ['DKIM_SWITCH', dkim.signingEnabled && waits(dkim.status)],
    ['KEY_ROTATION', rotates],
    ['DKIM_KEY_LOST', dkimLeg === 'at-risk'],
    ['MAIL_FROM_FALLBACK', waits(mailFrom?.status)],
  ];
  return pending.filter(([, holds]) => holds).map(([name]) => name);
}

function wordOn(verdict: AlignmentVerdict, pending: Pending[]): { status: Status; reason: Reason } {
  if (verdict === 'BOTH') return { status: 'PASS', reason: 'SECOND_LEG_STANDS' };
  if (verdict === 'NONE') return { status: 'NOT_APPLICABLE', reason: 'NOTHING_STANDS' };
  if (pending.length > 0) return { status: 'WARN', reason: 'SINGLE_POINT_OF_FAILURE' };
  return { status: 'PASS', reason: 'ONE_LEG_STEADY' };
}

function sentence(reason: Reason, from: string): string {
  if (reason === 'SECOND_LEG_STANDS')
    return `If DKIM or SPF failed, the other would still align with ${from}`;
  if (reason === 'NOTHING_STANDS') return `Neither DKIM nor SPF aligns with ${from}`;
  return `One leg alone aligns with ${from}, and nothing under way threatens it`;
}

/** The leg that is missing, or the one that is at risk: whichever another control speaks of. */
function causeOf(facts: IdentityFacts, verdict: Verdict): Finding['cause'] {
  const dkim = dkimLegCause(facts);
  if (dkim) return dkim;
  if (verdict.dkimAligned === false) return misalignmentCause(facts, verdict, 'dkim');
  return spfLegCause(facts) ?? misalignmentCause(facts, verdict, 'spf');
}

function fixText({ dkimAligned }: Verdict): string {
  const missing =
    dkimAligned === true
      ? 'Add the second leg: a custom MAIL FROM under the From domain whose SPF passes (MF-01 to MF-04, SPF-01, SPF-03)'
      : 'Add the second leg: DKIM of the From domain (DKIM-01 to DKIM-12)';
  return `${missing}, and finish what is under way before anything else is changed.`;
}

/** What would be left: of every verdict that is possible now, without the leg. */
function evidenceOf(facts: IdentityFacts, verdict: Verdict, pending: Pending[]): Finding['evidence'] {
  const { possible } = verdict;
  return {
    from: facts.alignment.authorDomain,
    verdict: verdict.verdict,
    ifDkimFailed: leftOf(possible, {
      BOTH: 'SPF_ONLY',
      SPF_ONLY: 'SPF_ONLY',
      DKIM_ONLY: 'NONE',
      NONE: 'NONE',
    }),
    ifSpfFailed: leftOf(possible, {
      BOTH: 'DKIM_ONLY',
      DKIM_ONLY: 'DKIM_ONLY',
      SPF_ONLY: 'NONE',
      NONE: 'NONE',
    }),
    pending,
  };
}

function leftOf(
  possible: readonly AlignmentVerdict[],
  without: Record<AlignmentVerdict, AlignmentVerdict>,
): AlignmentVerdict | 'unknown' {
  const left = new Set(possible.map((verdict) => without[verdict]));
  const [only] = left;
  return only !== undefined && left.size === 1 ? only : 'unknown';
}
