import type { AlignmentFacts, IdentityFacts } from '../facts/types.ts';
import { dkimLegCause, misalignmentCause, spfLegCause } from './causes.ts';
import { alignScopeReasons, outsideAlignScope, type AlignScopeReason } from './align-scope.ts';
import { canSend } from './exemption.ts';
import { effectiveMailFrom } from './mail-from.ts';
import { say, type Said } from './say.ts';
import type { Cause } from './subjects.ts';
import type { Control, Finding, JudgeContext, Json, ReasonSpec } from './types.ts';
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
  revision: 2,
  title: 'Mail of the identity aligns with its From domain',
  subject: 'identity',
  tier: 1,
  severity: 'HIGH',
  reads: ['ses:GetEmailIdentity', 'ses:GetAccount'],
  asserts:
    'What SES sends for this identity passes DMARC: DKIM aligns with the From domain, and SPF with it where the domain sends in bulk or the settings ask for both.',
  why: 'This is what receivers decide by. With neither aligned, a policy of quarantine or reject turns against the owner’s own mail. Of a bulk sender both have to pass (BULK-02, -04), Outlook.com would rather see both align, and full participation in DMARC means just that.',
  evidence:
    'The From domain with its modes and Organizational Domain, each leg with its domain, the Organizational Domain of that and whether it aligns, the policy with the domain that it comes from, and the verdict; `possible` lists what it may be while a leg is unknown, `bothLegs` says who asks for both. The verdict is tracked. In bulk sends what is known to when its target is read: by `bulkDomains`, by what this target alone sent in a day, or because an earlier scan found it so. Where only all targets together reach the volume, this scan remembers it (BULK-07) and the next one warns.',
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
      means:
        'DKIM aligns, SPF does not. A warning where `requireBothLegs` is set, or the From domain sends in bulk.',
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
    return [agreed ? decided(facts, context, verdict, worst) : undecided(facts, context, verdict)];
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
      const asked = bothLegs(facts, context);
      const summary = `Only DKIM aligns with ${from}; SPF does not${asked ? `, and ${asked.words}` : ''}`;
      return { status: asked ? 'WARN' : 'PASS', reason: 'DKIM_ONLY', summary };
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

/** Who asks for both legs; `undefined`: nobody. Absent facts on bulk mean that nobody knows it to send so much. */
function bothLegs(
  { bulk }: IdentityFacts,
  { settings: { requireBothLegs } }: JudgeContext,
): { words: string; evidence: { [key: string]: Json } } | undefined {
  if (bulk) {
    const { because, registrable } = bulk;
    const words = `${registrable} sends in bulk, where both should align`;
    return { words, evidence: { requireBothLegs, bulk: because, bulkDomain: registrable } };
  }
  return requireBothLegs ? { words: 'the settings ask for both', evidence: { requireBothLegs } } : undefined;
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
    evidence: evidenceOf(facts, verdict, context),
    ...(word.status === 'FAIL' || word.status === 'WARN' ? { fix: fixFor(verdict) } : {}),
    ...(cause ? { cause } : {}),
    ...(tracked ? { tracked } : {}),
  });
}

function undecided(facts: IdentityFacts, context: JudgeContext, verdict: Verdict): Finding<Reason> {
  const policyDecides = verdict.verdict === 'SPF_ONLY';
  const summary = policyDecides
    ? `Not judged: only SPF aligns with ${facts.alignment.authorDomain}, and its DMARC policy is not known`
    : `Not judged: alignment with ${facts.alignment.authorDomain} is one of ${verdict.possible.join(', ')}`;
  const reason = policyDecides ? 'POLICY_UNKNOWN' : 'LEG_UNKNOWN';
  const evidence = evidenceOf(facts, verdict, context);
  return say(align01, { status: 'UNKNOWN', reason, summary, evidence });
}

function trackedOf(verdict: Verdict, context: JudgeContext): Finding['tracked'] {
  const before = context.before?.findings[align01.id]?.tracked;
  if (verdict.verdict === 'unknown') {
    return verdict.possible.some((possible) => possible === before?.value) ? before : undefined;
  }
  return { name: 'alignment verdict', value: verdict.verdict, rank: VERDICT_RANK[verdict.verdict] };
}

/** Why a leg is missing, or does not align; where both are, DKIM's, which is what carries DMARC through forwarders. */
function causeOf(facts: IdentityFacts, verdict: Verdict): Cause | undefined {
  const { dkimAligned, spfAligned } = verdict;
  const dkim = dkimAligned === false ? dkimLegCause(facts) : undefined;
  if (dkim) return dkim;
  const parted = dkimAligned === false ? misalignmentCause(facts, verdict, 'dkim') : undefined;
  if (parted || spfAligned !== false) return parted;
  return spfLegCause(facts) ?? misalignmentCause(facts, verdict, 'spf');
}

function evidenceOf(facts: IdentityFacts, verdict: Verdict, context: JudgeContext): Finding['evidence'] {
  const { alignment, effective, dmarc } = facts;
  const setting = effectiveMailFrom(facts);
  const { dkimLeg, spfLeg, relaxed } = verdict;
  const asked = bothLegs(facts, context);
  return {
    from: alignment.authorDomain,
    organizationalDomain: alignment.organizationalDomain,
    adkim: alignment.adkim,
    aspf: alignment.aspf,
    dkim: {
      leg: dkimLeg,
      ...identifierOf(alignment, 'dkim'),
      aligned: verdict.dkimAligned,
      by: effective.dkim.kind,
    },
    spf: { leg: spfLeg, ...identifierOf(alignment, 'spf'), aligned: verdict.spfAligned },
    mailFrom: setting.kind === 'CUSTOM' ? setting.domain : 'amazonses.com',
    ...(setting.kind === 'CUSTOM' ? { behaviorOnMxFailure: setting.behaviorOnMxFailure } : {}),
    policy: policyOf(facts),
    verdict: verdict.verdict,
    relaxedVerdict: relaxed,
    possible: verdict.possible,
    ...(dmarc.recordDomain ? { policyFrom: dmarc.recordDomain } : {}),
    ...(asked ? { bothLegs: asked.evidence } : {}),
  };
}

/** What aligns relaxed has the From domain's own Organizational Domain. */
function identifierOf(
  alignment: AlignmentFacts,
  which: 'dkim' | 'spf',
): { domain: string | null; organizationalDomain?: string } {
  const identifier = alignment[which];
  if (identifier === undefined) return { domain: null };
  const own = identifier.relaxed === true ? alignment.organizationalDomain : identifier.organizationalDomain;
  return { domain: identifier.domain, ...(own === undefined ? {} : { organizationalDomain: own }) };
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
