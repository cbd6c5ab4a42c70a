import type { IdentityFacts } from '../facts/types.ts';
import { gaveUpCause } from './causes.ts';
import { misplacedRecords, mistakeRemedies, type MisplacedRecord } from './dkim-mistakes.ts';
import { easyTokens, easyTokensReasons, type EasyTokensReason } from './dkim-scope.ts';
import { inState, tokenEvidence, type TokenView } from './dkim-tokens.ts';
import { dkimCnames, dkimStrays } from './fixes.ts';
import { dkimPendingAge } from './grace.ts';
import { countOf, listed, say } from './say.ts';
import type { Control, Finding, Fix, JudgeContext } from './types.ts';
import { dnsUnknown } from './unknowns.ts';

type Reason =
  'DKIM_CNAMES_PUBLISHED' | 'CNAME_CHAIN' | 'DKIM_CNAME_MISSING' | 'DKIM_CNAME_HIDDEN' | EasyTokensReason;

export const dkim05: Control<IdentityFacts, Reason> = {
  id: 'DKIM-05',
  revision: 1,
  title: 'Every Easy DKIM record is in DNS',
  subject: 'identity',
  tier: 1,
  severity: 'HIGH',
  reads: ['ses:GetEmailIdentity'],
  asserts: 'None of the CNAMEs that Easy DKIM needs is missing from DNS or hidden behind other records.',
  why: 'SES notices a lost record late or never: receivers fail the signature long before the console turns red.',
  evidence:
    'SES’s status, and for each name what DNS answers and what it should; how many are missing and how many hidden.',
  remedy:
    'The CNAME records to publish, and copies at wrong names to remove (DKIM-07). Only names of SES’s tokens are touched; proxying and flattening you switch off at the DNS provider.',
  sources: [
    'Amazon SES developer guide: Easy DKIM in Amazon SES',
    'Amazon SES developer guide: Domain and Email address verification problems',
    'RFC 2308 section 2: NXDOMAIN and NODATA',
  ],
  reasons: {
    DKIM_CNAMES_PUBLISHED: { statuses: ['PASS'], means: 'No record is missing or hidden.' },
    CNAME_CHAIN: {
      statuses: ['WARN'],
      severity: 'LOW',
      means: 'A record reaches its target over another alias, which can break on its own.',
    },
    DKIM_CNAME_MISSING: {
      statuses: ['WARN', 'FAIL'],
      otherSeverities: ['MEDIUM'],
      means:
        'A name does not exist (NXDOMAIN). HIGH where every name is lost, else MEDIUM; a warning while SES is still looking within the grace period.',
    },
    DKIM_CNAME_HIDDEN: {
      statuses: ['WARN', 'FAIL'],
      otherSeverities: ['MEDIUM'],
      means:
        'A name exists without the CNAME: proxied or flattened at the DNS provider, or other records stand there. Severity as above.',
    },
    ...easyTokensReasons,
  },
  judge(facts, context) {
    const own = easyTokens(dkim05, facts, context);
    if ('finding' in own) return [own.finding];
    return [judgeTokens(facts, own.tokens, context)];
  },
};

function judgeTokens(facts: IdentityFacts, tokens: TokenView[], context: JudgeContext): Finding<Reason> {
  const lost = inState(tokens, 'MISSING', 'HIDDEN');
  const evidence = { sesStatus: facts.ses.dkim.status, records: tokenEvidence(tokens) };
  if (lost.length > 0) return recordsLost(facts, tokens, lost, context);
  const unknown = inState(tokens, 'UNKNOWN')[0];
  if (unknown) return dnsUnknown(dkim05, unknown.because ?? 'DNS_NOT_ASKED', unknown.name, evidence);
  const chained = inState(tokens, 'CHAIN');
  if (chained.length > 0) {
    return say(dkim05, {
      status: 'WARN',
      reason: 'CNAME_CHAIN',
      summary: `${countOf(chained.length, tokens.length, 'DKIM record')} an alias of an alias (${namesOf(chained)})`,
      evidence,
      fix: {
        text: 'Let the CNAME point straight to its target.',
        publish: dkimCnames(chained),
        remove: dkimStrays(chained),
      },
    });
  }
  const summary = `No DKIM record of ${facts.name} is missing or hidden`;
  return say(dkim05, { status: 'PASS', reason: 'DKIM_CNAMES_PUBLISHED', summary, evidence });
}

/** 1 or 2 of 3 are M, all are H; each more is a worse class. While SES still looks, in grace, all of it is a warning. */
function recordsLost(
  facts: IdentityFacts,
  tokens: TokenView[],
  lost: TokenView[],
  context: JudgeContext,
): Finding<Reason> {
  const { status } = facts.ses.dkim;
  const missing = inState(lost, 'MISSING');
  const waiting = status === 'PENDING' && dkimPendingAge(facts.ses.dkim, context).inGrace;
  const all = lost.length === tokens.length;
  const state = missing.length > 0 ? 'gone from DNS' : 'hidden in DNS';
  const what = waiting ? state.replace('gone from', 'not yet in') : state;
  const still = status === 'SUCCESS' ? '; SES still reports SUCCESS' : '';
  const cause = gaveUpCause(facts);
  return say(dkim05, {
    status: waiting ? 'WARN' : 'FAIL',
    reason: missing.length > 0 ? 'DKIM_CNAME_MISSING' : 'DKIM_CNAME_HIDDEN',
    severity: all && !waiting ? 'HIGH' : 'MEDIUM',
    reasonClass: lost.length,
    summary: `${countOf(lost.length, tokens.length, 'DKIM record')} ${what} (${namesOf(lost)})${still}`,
    evidence: {
      sesStatus: status,
      missing: missing.length,
      hidden: lost.length - missing.length,
      records: tokenEvidence(tokens),
    },
    fix: fixFor(facts, lost),
    ...(cause ? { cause } : {}),
  });
}

function fixFor(facts: IdentityFacts, lost: TokenView[]): Fix {
  const hidden = inState(lost, 'HIDDEN').length > 0;
  const text =
    lost.length === 1
      ? 'Publish the CNAME record exactly as given, in the zone of the domain.'
      : 'Publish the CNAME records exactly as given, in the zone of the domain.';
  const provider = hidden
    ? ' Where a record is there already, set it to "DNS only" (no proxy) and switch CNAME flattening off for it.'
    : '';
  const misplaced = misplacedRecords(facts);
  const remove = misplaced.map(({ record }) => record);
  return {
    text: text + provider + misplacedText(misplaced),
    publish: dkimCnames(lost),
    ...(remove.length > 0 ? { remove } : {}),
  };
}

/** What DKIM-07's probes found: the record was published, but under a name where nobody looks. */
function misplacedText(misplaced: MisplacedRecord[]): string {
  const [first] = misplaced;
  if (first === undefined) return '';
  const where = misplaced.length > 1 ? ` (and at ${misplaced.length - 1} more wrong names)` : '';
  return ` One was published at ${first.record.name}${where}: ${first.wrong}. ${mistakeRemedies(misplaced)} Remove it there.`;
}

function namesOf(tokens: TokenView[]): string {
  return listed(tokens.map(({ name }) => name));
}
