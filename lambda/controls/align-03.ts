import type { AlignmentFacts, IdentityFacts } from '../facts/types.ts';
import { isAlignedByPublicSuffix } from '../mail-auth/alignment.ts';
import { organizationalDomainByPublicSuffix } from '../mail-auth/organizational-domain.ts';
import { alignScopeReasons, outsideAlignScope, type AlignScopeReason } from './align-scope.ts';
import { say } from './say.ts';
import { selfSignedLeg } from './self-signed.ts';
import { identityCause } from './subjects.ts';
import type { Control, Finding, Json } from './types.ts';
import { verdictOf, type DkimLeg, type SpfLeg } from './verdict.ts';

type Reason =
  'SAME_VERDICT' | 'ORG_DOMAIN_DIVERGENCE' | 'LEG_UNKNOWN' | 'NO_DMARC' | 'DMARC_UNKNOWN' | AlignScopeReason;

export const align03: Control<IdentityFacts, Reason> = {
  id: 'ALIGN-03',
  revision: 2,
  title: 'Old and new receivers see the same organization',
  subject: 'identity',
  tier: 2,
  severity: 'MEDIUM',
  reads: ['ses:GetEmailIdentity'],
  asserts:
    'Alignment by the tree walk of RFC 9989 and by the Public Suffix List of RFC 7489 lead to the same verdict.',
  why: 'Receivers change over one by one. Where the two readings differ, for years some of them accept the mail and others reject it, without anything changing at the sender.',
  evidence:
    'The Organizational Domain of the From domain by either reading, and for each leg whether it aligns by the tree walk and by the list.',
  remedy:
    'Advice: sign and send within the From domain itself. psd=n ends alignment for whatever relies on it, so it is never published by plan.',
  sources: [
    'RFC 9989 section 4.10.2',
    'RFC 7489 section 3.2',
    'OpenDMARC: opendmarc.conf(5), PublicSuffixList',
  ],
  reasons: {
    SAME_VERDICT: { statuses: ['PASS'], means: 'Both readings align the same legs.' },
    ORG_DOMAIN_DIVERGENCE: {
      statuses: ['WARN'],
      means: 'A leg aligns by one reading and not by the other.',
    },
    LEG_UNKNOWN: {
      statuses: ['UNKNOWN'],
      means: 'Whether a leg stands, or whether it aligns by the tree walk, is not known, and that decides.',
    },
    NO_DMARC: {
      statuses: ['NOT_APPLICABLE'],
      means: 'No DMARC record applies, so no receiver asks what aligns; DMARC-01 speaks.',
    },
    DMARC_UNKNOWN: { statuses: ['UNKNOWN'], means: 'DNS did not tell whether a DMARC record applies.' },
    ...alignScopeReasons,
  },
  judge(facts, context) {
    const outside = outsideAlignScope(align03, facts, context);
    if (outside) return [outside];
    const { alignment, dmarc } = facts;
    if (dmarc.status === 'none') {
      const summary = `No DMARC record applies to ${alignment.authorDomain}: nobody asks what aligns`;
      return [say(align03, { status: 'NOT_APPLICABLE', reason: 'NO_DMARC', summary })];
    }
    if (dmarc.status === 'temperror') {
      const summary = `Not judged: DNS did not tell whether a DMARC record applies to ${alignment.authorDomain}`;
      return [say(align03, { status: 'UNKNOWN', reason: 'DMARC_UNKNOWN', summary })];
    }
    const verdict = verdictOf(facts);
    const dkim = { ...compared(alignment, verdict.sesDkimLeg, 'dkim') };
    // What is signed before SES is signed as the From domain itself, which aligns by either reading.
    const beforehand = selfSignedLeg(facts);
    if (beforehand === 'live') dkim.differs = false;
    if (beforehand === 'unknown' && dkim.differs === true) dkim.differs = 'unknown';
    const spf = compared(alignment, verdict.spfLeg, 'spf');
    const evidence = evidenceOf(facts, { dkim, spf });
    const from = alignment.authorDomain;
    if (dkim.differs === true || spf.differs === true) {
      return [diverging(facts, { dkim: dkim.differs === true, spf: spf.differs === true }, evidence)];
    }
    if (dkim.differs === 'unknown' || spf.differs === 'unknown') {
      const summary = `Not judged: whether receivers agree on the organization of ${from} depends on what is not known`;
      return [say(align03, { status: 'UNKNOWN', reason: 'LEG_UNKNOWN', summary, evidence })];
    }
    const summary = `Receivers of RFC 9989 and of RFC 7489 come to the same verdict on mail From ${from}`;
    return [say(align03, { status: 'PASS', reason: 'SAME_VERDICT', summary, evidence })];
  },
};

interface Compared {
  domain?: string;
  walk?: boolean | 'unknown';
  list?: boolean | 'unknown';
  differs: boolean | 'unknown';
}

/** One leg under both readings, with the domain's own modes; a leg that does not stand aligns in neither. */
function compared(alignment: AlignmentFacts, leg: DkimLeg | SpfLeg, which: 'dkim' | 'spf'): Compared {
  const facts = alignment[which];
  if (leg === 'none' || facts === undefined) return { differs: false };
  const mode = which === 'dkim' ? alignment.adkim : alignment.aspf;
  const list = byList(facts.domain, alignment.authorDomain, mode);
  const { domain, real: walk } = facts;
  if (walk === 'unknown' || list === 'unknown') return { domain, walk, list, differs: 'unknown' };
  if (walk === list) return { domain, walk, list, differs: false };
  return { domain, walk, list, differs: leg === 'unknown' ? 'unknown' : true };
}

function byList(domain: string, from: string, mode: 'r' | 's' | 'unknown'): boolean | 'unknown' {
  if (mode !== 'unknown') return isAlignedByPublicSuffix(domain, from, mode);
  const relaxed = isAlignedByPublicSuffix(domain, from, 'r');
  return relaxed === isAlignedByPublicSuffix(domain, from, 's') ? relaxed : 'unknown';
}

function diverging(
  facts: IdentityFacts,
  differs: { dkim: boolean; spf: boolean },
  evidence: Finding['evidence'],
): Finding<Reason> {
  const { alignment } = facts;
  const from = alignment.authorDomain;
  const legs = differs.dkim && differs.spf ? 'DKIM and SPF' : differs.dkim ? 'DKIM' : 'SPF';
  const list = organizationalDomainByPublicSuffix(from);
  const walk = alignment.organizationalDomain;
  return say(align03, {
    status: 'WARN',
    reason: 'ORG_DOMAIN_DIVERGENCE',
    summary: `Receivers of RFC 9989 and of RFC 7489 differ on whether ${legs} aligns with ${from}${walk === list ? '' : `, which belongs to ${walk} by the one and to ${list} by the other`}`,
    evidence,
    // psd ends alignment across the cut: only whoever knows every stream below may add it.
    fix: {
      text:
        `Make the identifiers sign and send within ${from} itself, where both readings agree. Otherwise list every stream below ${list} first, from its DMARC reports; ` +
        `then whoever owns ${list} may publish a DMARC record of its own there, with psd=n, which makes it the organization by both readings and ends alignment with what lies above.`,
    },
    cause: identityCause(facts, 'ALIGN-01'),
  });
}

function evidenceOf(
  { alignment }: IdentityFacts,
  legs: { dkim: Compared; spf: Compared },
): Finding['evidence'] {
  const leg = ({ domain, walk, list }: Compared): Json =>
    domain === undefined
      ? null
      : {
          domain,
          byWalk: walk ?? null,
          byList: list ?? null,
          listDomain: organizationalDomainByPublicSuffix(domain),
        };
  return {
    from: alignment.authorDomain,
    byWalk: alignment.organizationalDomain,
    byList: organizationalDomainByPublicSuffix(alignment.authorDomain),
    dkim: leg(legs.dkim),
    spf: leg(legs.spf),
  };
}
