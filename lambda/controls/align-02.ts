import type { IdentityFacts } from '../facts/types.ts';
import { alignScopeReasons, outsideAlignScope, type AlignScopeReason } from './align-scope.ts';
import { dkimLegCause, spfLegCause } from './causes.ts';
import { say } from './say.ts';
import { strictnessOf, type Strict } from './strictness.ts';
import type { Cause } from './subjects.ts';
import type { Control, Finding, Fix, ReasonSpec } from './types.ts';
import { verdictOf, type Verdict } from './verdict.ts';

type Reason = 'MODES_COST_NOTHING' | Strict | 'LEG_UNKNOWN' | AlignScopeReason;

const turnsOff = (statuses: ReasonSpec['statuses'], means: string): ReasonSpec => ({ statuses, means });

export const align02: Control<IdentityFacts, Reason> = {
  id: 'ALIGN-02',
  revision: 2,
  title: 'Strict alignment turns no leg off',
  subject: 'identity',
  tier: 1,
  severity: 'HIGH',
  reads: ['ses:GetEmailIdentity'],
  asserts:
    'The verdict under the domain’s own adkim and aspf is the one that relaxed modes would give: strictness costs no leg.',
  why: 'A MAIL FROM domain of SES is a subdomain in practice, so aspf=s ends SPF’s alignment; adkim=s does the same to a subdomain that its parent signs for. The record looks strong and takes a leg away.',
  evidence:
    'The modes adkim and aspf, each leg with whether it aligns as published and relaxed, and both verdicts.',
  remedy:
    'Advice: which mode to relax after a look at the reports, or which name to make an identity of its own. The record of the From domain is never changed by plan.',
  sources: ['RFC 9989 section 4.4.1', 'RFC 9989 section 4.4.2', 'RFC 9989 section 11.8'],
  reasons: {
    MODES_COST_NOTHING: {
      statuses: ['PASS'],
      means: 'Every leg that stands aligns as it would under relaxed modes.',
    },
    ADKIM_STRICT: turnsOff(['WARN', 'FAIL'], 'adkim=s turns DKIM off; a failure where nothing is left.'),
    ASPF_STRICT: {
      statuses: ['WARN', 'FAIL'],
      otherSeverities: ['MEDIUM'],
      means: 'aspf=s turns SPF off. MEDIUM while DKIM is left; a failure where nothing is.',
    },
    BOTH_STRICT: turnsOff(['FAIL'], 'adkim=s and aspf=s turn off both.'),
    LEG_UNKNOWN: {
      statuses: ['UNKNOWN'],
      means: 'Whether a leg stands, or whether it aligns, is not known, and that decides.',
    },
    ...alignScopeReasons,
  },
  judge(facts, context) {
    const outside = outsideAlignScope(align02, facts, context);
    if (outside) return [outside];
    const verdict = verdictOf(facts);
    const evidence = evidenceOf(facts, verdict);
    const strict = strictnessOf(facts, verdict);
    if (strict === 'unknown') {
      const summary = `Not judged: whether strict alignment costs a leg of mail From ${facts.alignment.authorDomain} depends on what is not known`;
      return [say(align02, { status: 'UNKNOWN', reason: 'LEG_UNKNOWN', summary, evidence })];
    }
    if (strict === undefined) {
      const summary = `Relaxed alignment would change nothing for mail From ${facts.alignment.authorDomain}`;
      return [say(align02, { status: 'PASS', reason: 'MODES_COST_NOTHING', summary, evidence })];
    }
    return [strictly(facts, strict, verdict, evidence)];
  },
};

const MODES: Record<Strict, string> = {
  ADKIM_STRICT: 'adkim=s',
  ASPF_STRICT: 'aspf=s',
  BOTH_STRICT: 'adkim=s and aspf=s',
};
const LEGS: Record<Strict, string> = {
  ADKIM_STRICT: 'DKIM',
  ASPF_STRICT: 'SPF',
  BOTH_STRICT: 'DKIM and SPF',
};

function strictly(
  facts: IdentityFacts,
  strict: Strict,
  { verdict }: Verdict,
  evidence: Finding['evidence'],
): Finding<Reason> {
  const fails = verdict === 'NONE';
  const cause = fails ? otherLossOf(facts, strict) : undefined;
  const left = fails
    ? 'nothing is left'
    : strict === 'ADKIM_STRICT'
      ? 'only SPF is left'
      : 'only DKIM is left';
  return say(align02, {
    status: fails ? 'FAIL' : 'WARN',
    reason: strict,
    // DKIM alone still carries DMARC through forwarders.
    ...(!fails && strict === 'ASPF_STRICT' ? { severity: 'MEDIUM' } : {}),
    summary: `Strict alignment (${MODES[strict]}) turns ${LEGS[strict]} off for mail From ${facts.alignment.authorDomain}: ${left}`,
    evidence,
    fix: fixFor(facts, strict),
    ...(cause ? { cause } : {}),
  });
}

/**
 * Nothing is left because something else took the leg that strictness had left: then that is the line. A MAIL FROM that was
 * never set is no loss, and MF-01 itself names this control where DKIM is lost to strictness.
 */
function otherLossOf(facts: IdentityFacts, strict: Strict): Cause | undefined {
  if (strict === 'ASPF_STRICT') return dkimLegCause(facts);
  const lost = strict === 'ADKIM_STRICT' ? spfLegCause(facts) : undefined;
  return lost?.controlId === 'MF-01' ? undefined : lost;
}

/** Advice: the record's modes hold for every stream of the domain, not for SES alone. */
function fixFor({ alignment, dmarc, ses }: IdentityFacts, strict: Strict): Fix {
  const from = alignment.authorDomain;
  const record = `the DMARC record at _dmarc.${dmarc.recordDomain ?? from}`;
  const relax = `Take ${MODES[strict]} out of ${record}; look in its reports first whether anything relies on it.`;
  const own =
    ses.type === 'DOMAIN'
      ? `Or give ${from} Easy DKIM of its own (DKIM-03)`
      : `Or make ${from} a domain identity of its own with Easy DKIM (DKIM-03)`;
  const identity = `${own}, whose signatures align strictly.`;
  return { text: strict === 'ASPF_STRICT' ? relax : `${relax} ${identity}` };
}

function evidenceOf(facts: IdentityFacts, verdict: Verdict): Finding['evidence'] {
  const { alignment } = facts;
  return {
    from: alignment.authorDomain,
    adkim: alignment.adkim,
    aspf: alignment.aspf,
    dkim: alignment.dkim ? { leg: verdict.dkimLeg, ...alignment.dkim } : null,
    spf: alignment.spf ? { leg: verdict.spfLeg, ...alignment.spf } : null,
    verdict: verdict.verdict,
    relaxedVerdict: verdict.relaxed,
  };
}
