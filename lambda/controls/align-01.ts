import type { IdentityFacts } from '../facts/types.ts';
import { dkimLegCause, spfLegCause } from './causes.ts';
import { alignScopeReasons, outsideAlignScope, type AlignScopeReason } from './align-scope.ts';
import { canSend } from './exemption.ts';
import { effectiveMailFrom } from './mail-from.ts';
import { say, type Said } from './say.ts';
import type { Cause } from './subjects.ts';
import type { Control, Finding, JudgeContext, ReasonSpec } from './types.ts';
import { verdictOf, VERDICT_RANK, type AlignmentVerdict, type Verdict } from './verdict.ts';

type Reason =
  | 'BOTH_ALIGNED'
  | 'DKIM_ONLY'
  | 'SPF_ONLY'
  | 'SPF_ONLY_UNDER_REJECT'
  | 'NONE_ALIGNED'
  | 'NONE_ALIGNED_ENFORCED'
  | 'LEG_UNKNOWN'
  | 'POLICY_UNKNOWN'
  | AlignScopeReason;

const fails = (severity: ReasonSpec['severity'], worse: number, means: string): ReasonSpec => ({
  statuses: ['FAIL'],
  ...(severity ? { severity } : {}),
  class: worse,
  means,
});

export const align01: Control<IdentityFacts, Reason> = {
  id: 'ALIGN-01',
  revision: 1,
  title: 'Mail of the identity aligns with its From domain',
  subject: 'identity',
  tier: 1,
  severity: 'HIGH',
  reads: ['ses:GetEmailIdentity'],
  asserts:
    'What SES sends for this identity passes DMARC: DKIM, or better both DKIM and SPF, align with the From domain.',
  why: 'This is what receivers decide by. With neither aligned, a policy of quarantine or reject turns against the owner’s own mail.',
  evidence:
    'The From domain with its modes and Organizational Domain, each leg with its domain and whether it aligns, the policy with the domain that it comes from, and the verdict; `possible` lists what it may be while a leg is unknown. The verdict is tracked.',
  remedy:
    'Advice for each leg that is missing; the exact records and commands are with the controls that it names. A mode of alignment is never changed by plan.',
  sources: [
    'RFC 9989 section 4.4',
    'RFC 9989 section 8',
    'Google: Email sender guidelines (answer 81126)',
    'Amazon SES developer guide: Complying with DMARC authentication protocol in Amazon SES',
  ],
  reasons: {
    BOTH_ALIGNED: { statuses: ['PASS'], means: 'DKIM and SPF both align.' },
    DKIM_ONLY: {
      statuses: ['PASS', 'WARN'],
      severity: 'MEDIUM',
      means: 'DKIM aligns, SPF does not; a warning where the settings ask for both.',
    },
    SPF_ONLY: {
      statuses: ['WARN'],
      severity: 'MEDIUM',
      means: 'Only SPF aligns, which breaks at the first forwarder.',
    },
    SPF_ONLY_UNDER_REJECT: fails(
      'HIGH',
      1,
      'Only SPF aligns while the policy is reject, which RFC 9989 section 8 forbids.',
    ),
    NONE_ALIGNED: fails('HIGH', 2, 'Neither DKIM nor SPF aligns.'),
    NONE_ALIGNED_ENFORCED: fails(
      'CRITICAL',
      3,
      'Neither DKIM nor SPF aligns while the policy is quarantine or reject: the mail is being dropped.',
    ),
    LEG_UNKNOWN: { statuses: ['UNKNOWN'], means: 'What is not known of DKIM or SPF decides.' },
    POLICY_UNKNOWN: {
      statuses: ['UNKNOWN'],
      means: 'Only SPF aligns, and the policy, which decides, is not known.',
    },
    ...alignScopeReasons,
  },
  judge(facts, context) {
    const outside = outsideAlignScope(align01, facts, context);
    if (outside) return [outside];
    const verdict = verdictOf(facts);
    const said = verdict.possible.map((possible) => wordOn(possible, facts, context));
    const [worst] = said;
    const agreed =
      worst !== undefined &&
      worst.status !== 'UNKNOWN' &&
      said.every(({ status }) => status === worst.status);
    return [agreed ? decided(facts, context, verdict, worst) : undecided(facts, verdict)];
  },
};

type Word = Pick<Said<Reason>, 'status' | 'reason' | 'summary'>;

function wordOn(verdict: AlignmentVerdict, facts: IdentityFacts, context: JudgeContext): Word {
  const from = facts.alignment.authorDomain;
  const policy = policyOf(facts);
  switch (verdict) {
    case 'BOTH':
      return { status: 'PASS', reason: 'BOTH_ALIGNED', summary: `DKIM and SPF align with ${from}` };
    case 'DKIM_ONLY': {
      const status = context.settings.requireBothLegs ? 'WARN' : 'PASS';
      return { status, reason: 'DKIM_ONLY', summary: `Only DKIM aligns with ${from}; SPF does not` };
    }
    case 'SPF_ONLY': {
      const summary = `Only SPF aligns with ${from}; DKIM does not`;
      if (policy === 'unknown') return { status: 'UNKNOWN', reason: 'POLICY_UNKNOWN', summary };
      if (policy !== 'reject') return { status: 'WARN', reason: 'SPF_ONLY', summary };
      const why = `${summary}: under p=reject all forwarded mail is lost`;
      return { status: 'FAIL', reason: 'SPF_ONLY_UNDER_REJECT', summary: why };
    }
    case 'NONE': {
      const summary = `Neither DKIM nor SPF aligns with ${from}`;
      const enforced = policy === 'quarantine' || policy === 'reject';
      if (!enforced || !canSend(facts)) return { status: 'FAIL', reason: 'NONE_ALIGNED', summary };
      const why = `${summary}, and its DMARC policy is ${policy}: receivers drop the mail`;
      return { status: 'FAIL', reason: 'NONE_ALIGNED_ENFORCED', summary: why };
    }
  }
}

function policyOf({ dmarc }: IdentityFacts): 'absent' | 'none' | 'quarantine' | 'reject' | 'unknown' {
  if (dmarc.status === 'temperror') return 'unknown';
  return dmarc.status === 'none' ? 'absent' : (dmarc.appliedPolicy ?? dmarc.policy ?? 'none');
}

/**
 * One status whatever is unknown. Of several words with that status the mildest stands: what is not known must not make
 * it worse, and a value that is not known is not tracked (unless it was known before and still fits).
 */
function decided(
  facts: IdentityFacts,
  context: JudgeContext,
  verdict: Verdict,
  worst: Word,
): Finding<Reason> {
  const best = verdict.possible.at(-1);
  const word = best === undefined ? worst : wordOn(best, facts, context);
  const cause = verdict.verdict === 'BOTH' ? undefined : causeOf(facts, verdict);
  const tracked = trackedOf(verdict, context);
  return say(align01, {
    ...word,
    evidence: evidenceOf(facts, verdict),
    ...(word.status === 'FAIL' || word.status === 'WARN' ? { fix: fixFor(verdict) } : {}),
    ...(cause ? { cause } : {}),
    ...(tracked ? { tracked } : {}),
  });
}

function undecided(facts: IdentityFacts, verdict: Verdict): Finding<Reason> {
  const policyDecides = verdict.verdict === 'SPF_ONLY';
  const summary = policyDecides
    ? `Not judged: only SPF aligns with ${facts.alignment.authorDomain}, and its DMARC policy is not known`
    : `Not judged: alignment with ${facts.alignment.authorDomain} is one of ${verdict.possible.join(', ')}`;
  const reason = policyDecides ? 'POLICY_UNKNOWN' : 'LEG_UNKNOWN';
  return say(align01, { status: 'UNKNOWN', reason, summary, evidence: evidenceOf(facts, verdict) });
}

function trackedOf(verdict: Verdict, context: JudgeContext): Finding['tracked'] {
  const before = context.before?.findings[align01.id]?.tracked;
  if (verdict.verdict === 'unknown') {
    return verdict.possible.some((possible) => possible === before?.value) ? before : undefined;
  }
  return { name: 'alignment verdict', value: verdict.verdict, rank: VERDICT_RANK[verdict.verdict] };
}

/** The leg that is missing; where both are, DKIM's, which is what carries DMARC through forwarders. */
function causeOf(facts: IdentityFacts, { dkimAligned, spfAligned }: Verdict): Cause | undefined {
  const dkim = dkimAligned === false ? dkimLegCause(facts) : undefined;
  return dkim ?? (spfAligned === false ? spfLegCause(facts) : undefined);
}

function evidenceOf(facts: IdentityFacts, verdict: Verdict): Finding['evidence'] {
  const { alignment, effective, dmarc } = facts;
  const setting = effectiveMailFrom(facts);
  const { dkimLeg, spfLeg, relaxed } = verdict;
  return {
    from: alignment.authorDomain,
    organizationalDomain: alignment.organizationalDomain,
    adkim: alignment.adkim,
    aspf: alignment.aspf,
    dkim: {
      leg: dkimLeg,
      domain: alignment.dkim?.domain ?? null,
      aligned: verdict.dkimAligned,
      by: effective.dkim.kind,
    },
    spf: { leg: spfLeg, domain: alignment.spf?.domain ?? null, aligned: verdict.spfAligned },
    mailFrom: setting.kind === 'CUSTOM' ? setting.domain : 'amazonses.com',
    ...(setting.kind === 'CUSTOM' ? { behaviorOnMxFailure: setting.behaviorOnMxFailure } : {}),
    policy: policyOf(facts),
    verdict: verdict.verdict,
    relaxedVerdict: relaxed,
    possible: verdict.possible,
    ...(dmarc.recordDomain ? { policyFrom: dmarc.recordDomain } : {}),
  };
}

/** Per missing leg; the exact records stand at the controls named. */
function fixFor({ dkimLeg, spfLeg, dkimAligned, spfAligned }: Verdict): Finding['fix'] {
  const steps: string[] = [];
  if (dkimAligned !== true) {
    steps.push(
      dkimLeg === 'live' || dkimLeg === 'at-risk'
        ? 'DKIM: signatures are valid but of a domain that does not align; create a domain identity for the From domain itself, or relax adkim.'
        : 'DKIM: mend what DKIM-01 to DKIM-12 say of the signing identity.',
    );
  }
  if (spfAligned !== true) {
    steps.push(
      spfLeg === 'live'
        ? 'SPF: the MAIL FROM domain passes but does not align; an SES MAIL FROM is a subdomain, so relax aspf.'
        : 'SPF: set or mend the custom MAIL FROM as MF-01 to MF-04, SPF-01 and SPF-03 say.',
    );
  }
  return { text: steps.join(' ') };
}
