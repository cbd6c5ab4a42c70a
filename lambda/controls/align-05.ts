import type { AlignmentFacts, DeclaredFromFacts, IdentityFacts } from '../facts/types.ts';
import { alignScopeReasons, outsideAlignScope, type AlignScopeReason } from './align-scope.ts';
import { listed, say } from './say.ts';
import { identityCause } from './subjects.ts';
import { commandFix } from './fixes.ts';
import type { Control, Finding, Fix, Json } from './types.ts';
import { verdictOf, type AlignmentVerdict } from './verdict.ts';

type Reason =
  'SUBDOMAINS_ALIGN' | 'SUBDOMAIN_UNALIGNED' | 'LEG_UNKNOWN' | 'NOT_CONFIGURED' | AlignScopeReason;

export const align05: Control<IdentityFacts, Reason> = {
  id: 'ALIGN-05',
  revision: 2,
  title: 'Mail From declared subdomains aligns, too',
  subject: 'identity',
  tier: 2,
  severity: 'LOW',
  reads: ['ses:GetEmailIdentity', 'ses:ListEmailIdentities'],
  asserts:
    'Mail that this identity sends From each subdomain of the setting `fromDomains`, which has no identity of its own, aligns by DKIM or SPF.',
  why: 'A domain identity may send From every name below it, with its own DKIM and MAIL FROM. A DMARC record of the subdomain, strict modes or a cut with psd=n can turn both off without anything showing at the identity.',
  evidence: 'Each declared From domain with its verdict, its modes and its Organizational Domain.',
  remedy:
    'The command that makes the first such subdomain an identity of its own; the CNAME records are those that it prints.',
  sources: ['RFC 9989 section 4.4', 'Amazon SES developer guide: Verified identities in Amazon SES'],
  reasons: {
    SUBDOMAINS_ALIGN: { statuses: ['PASS'], means: 'Mail From each of them aligns by at least one leg.' },
    SUBDOMAIN_UNALIGNED: { statuses: ['WARN'], means: 'Mail From some of them aligns by neither leg.' },
    LEG_UNKNOWN: {
      statuses: ['UNKNOWN'],
      means: 'What is not known of DKIM or SPF, or of the subdomain’s DMARC, decides.',
    },
    NOT_CONFIGURED: {
      statuses: ['NOT_APPLICABLE'],
      means: 'The setting `fromDomains` names no domain for which this identity is the nearest one.',
    },
    ...alignScopeReasons,
  },
  judge(facts, context) {
    const outside = outsideAlignScope(align05, facts, context);
    if (outside) return [outside];
    const simulated = (facts.declaredFrom ?? []).map((alignment) => ({
      from: alignment.authorDomain,
      alignment,
      verdict: verdictOf(asSentFrom(facts, alignment)),
    }));
    if (simulated.length === 0) {
      const summary = `The settings declare no From domain below ${facts.name} without an identity of its own`;
      return [say(align05, { status: 'NOT_APPLICABLE', reason: 'NOT_CONFIGURED', summary })];
    }
    const evidence = { identity: facts.name, from: simulated.map(rowOf) };
    const failing = simulated.filter(({ verdict }) => verdict.verdict === 'NONE');
    if (failing.length > 0)
      return [
        unaligned(
          facts,
          failing.map(({ from }) => from),
          evidence,
        ),
      ];
    const open = simulated.filter(({ verdict }) => verdict.possible.includes('NONE'));
    if (open.length > 0) {
      const summary = `Not judged: whether mail From ${listed(open.map(({ from }) => from))} aligns is not known`;
      return [say(align05, { status: 'UNKNOWN', reason: 'LEG_UNKNOWN', summary, evidence })];
    }
    const summary = `Mail From ${listed(simulated.map(({ from }) => from))} aligns as mail of ${facts.name}`;
    return [say(align05, { status: 'PASS', reason: 'SUBDOMAINS_ALIGN', summary, evidence })];
  },
};

/** Who signs before SES does so for the very From domain: what is declared for the identity's own name is no leg here. */
function asSentFrom(
  { selfSigned: _ofTheIdentity, ...facts }: IdentityFacts,
  { selfSigned, ...alignment }: DeclaredFromFacts,
): IdentityFacts {
  return { ...facts, alignment, ...(selfSigned ? { selfSigned } : {}) };
}

function rowOf(one: {
  from: string;
  alignment: AlignmentFacts;
  verdict: { verdict: AlignmentVerdict | 'unknown' };
}): Json {
  const { adkim, aspf, organizationalDomain } = one.alignment;
  return { from: one.from, verdict: one.verdict.verdict, adkim, aspf, organizationalDomain };
}

function unaligned(
  facts: IdentityFacts,
  names: readonly string[],
  evidence: Finding['evidence'],
): Finding<Reason> {
  return say(align05, {
    status: 'WARN',
    reason: 'SUBDOMAIN_UNALIGNED',
    summary: `Mail From ${listed(names)}, which ${facts.name} may send, aligns neither by DKIM nor by SPF`,
    evidence,
    fix: fixFor(facts, names[0] ?? facts.ses.domain),
    // Where the identity's own mail does not align either, that is the line.
    cause: identityCause(facts, 'ALIGN-01'),
  });
}

function fixFor(facts: IdentityFacts, name: string): Fix {
  return commandFix(
    facts,
    `Make ${name} a domain identity of its own and publish the CNAME records that the command prints; or stop sending as it through ${facts.name}.`,
    ['sesv2', 'create-email-identity', '--email-identity', name],
  );
}
