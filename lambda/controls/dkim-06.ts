import type { IdentityFacts } from '../facts/types.ts';
import { gaveUpCause } from './causes.ts';
import { easyTokens, easyTokensReasons, type EasyTokensReason } from './dkim-scope.ts';
import { inState, tokenEvidence, type TokenView } from './dkim-tokens.ts';
import { dkimCnames, dkimStrays } from './fixes.ts';
import { countOf, listed, say } from './say.ts';
import type { Control, Finding, Json } from './types.ts';
import { dnsUnknown } from './unknowns.ts';

type Reason =
  | 'DKIM_CNAMES_RIGHT'
  | 'DKIM_CNAME_WRONG_TARGET'
  | 'DKIM_TXT_INSTEAD_OF_CNAME'
  | 'DKIM_KEY_COPIED'
  | 'NO_TOKEN_ANSWERS'
  | EasyTokensReason;

export const dkim06: Control<IdentityFacts, Reason> = {
  id: 'DKIM-06',
  revision: 1,
  title: 'Every Easy DKIM record points where SES publishes the key',
  subject: 'identity',
  tier: 1,
  severity: 'HIGH',
  reads: ['ses:GetEmailIdentity'],
  asserts: 'Each DKIM name that answers is a CNAME to <token>.<the zone that SES gave>.',
  why: 'A CNAME into another Region’s zone, with the zone appended twice or to amazonaws.com holds no key; a copied key dies at the next rotation.',
  evidence:
    'The zone that SES gave, and for each name what DNS answers, what it should, and the mistake that it shows.',
  remedy: 'The CNAME records to publish in place of what stands at these names now.',
  sources: [
    'Amazon SES API v2: DkimAttributes.SigningHostedZone',
    'AWS General Reference: Amazon SES endpoints and quotas, DKIM domains',
    'Amazon SES developer guide: Domain and Email address verification problems',
  ],
  reasons: {
    DKIM_CNAMES_RIGHT: {
      statuses: ['PASS'],
      means: 'Each record that answers leads to the expected target.',
    },
    DKIM_CNAME_WRONG_TARGET: { statuses: ['FAIL'], means: 'A CNAME leads elsewhere.' },
    DKIM_TXT_INSTEAD_OF_CNAME: {
      statuses: ['FAIL'],
      means: 'A TXT stands in place of the CNAME, with another key than SES’s.',
    },
    DKIM_KEY_COPIED: {
      statuses: ['WARN'],
      severity: 'MEDIUM',
      means:
        'A TXT stands in place of the CNAME with SES’s present key: it breaks at rotation, and SES may not verify it.',
    },
    NO_TOKEN_ANSWERS: { statuses: ['NOT_APPLICABLE'], means: 'No record answers; DKIM-05 speaks.' },
    ...easyTokensReasons,
  },
  judge(facts, context) {
    const own = easyTokens(dkim06, facts, context);
    if ('finding' in own) return [own.finding];
    return [judgeTokens(facts, own.tokens)];
  },
};

function judgeTokens(facts: IdentityFacts, tokens: TokenView[]): Finding<Reason> {
  const wrong = inState(tokens, 'WRONG_TARGET', 'TXT_INSTEAD');
  const evidence = { hostedZone: facts.ses.dkim.hostedZone, records: withMistakes(facts, tokens) };
  if (wrong.length > 0) return wrongRecords(facts, tokens, wrong, evidence);
  const unknown = inState(tokens, 'UNKNOWN')[0];
  if (unknown) return dnsUnknown(dkim06, unknown.because ?? 'DNS_NOT_ASKED', unknown.name, evidence);
  const copied = inState(tokens, 'KEY_COPIED');
  if (copied.length > 0) {
    const cause = gaveUpCause(facts);
    return say(dkim06, {
      status: 'WARN',
      reason: 'DKIM_KEY_COPIED',
      summary: `${countOf(copied.length, tokens.length, 'DKIM record')} a TXT with a copy of SES's key instead of a CNAME (${namesOf(copied)}): it breaks at the next rotation`,
      evidence,
      fix: replaceFix(copied),
      ...(cause ? { cause } : {}),
    });
  }
  const right = inState(tokens, 'EXPECTED', 'CHAIN').length;
  if (right === 0) {
    const summary = `No DKIM record of ${facts.name} answers`;
    return say(dkim06, { status: 'NOT_APPLICABLE', reason: 'NO_TOKEN_ANSWERS', summary, evidence });
  }
  const summary = `Each DKIM record of ${facts.name} that answers leads to SES's key`;
  return say(dkim06, { status: 'PASS', reason: 'DKIM_CNAMES_RIGHT', summary, evidence });
}

function wrongRecords(
  facts: IdentityFacts,
  tokens: TokenView[],
  wrong: TokenView[],
  evidence: { [key: string]: Json },
): Finding<Reason> {
  const elsewhere = inState(wrong, 'WRONG_TARGET');
  const first = elsewhere[0] ?? wrong[0];
  const mistake = first && mistakeOf(facts, first);
  const noun = elsewhere.length > 0 ? 'pointing elsewhere' : "a TXT with another key than SES's, not a CNAME";
  const cause = gaveUpCause(facts);
  return say(dkim06, {
    status: 'FAIL',
    reason: elsewhere.length > 0 ? 'DKIM_CNAME_WRONG_TARGET' : 'DKIM_TXT_INSTEAD_OF_CNAME',
    reasonClass: wrong.length,
    summary: `${countOf(wrong.length, tokens.length, 'DKIM record')} ${noun} (${namesOf(wrong)}${mistake ? `: ${mistake}` : ''})`,
    evidence,
    fix: replaceFix(wrong),
    ...(cause ? { cause } : {}),
  });
}

function replaceFix(tokens: TokenView[]): Finding['fix'] {
  const one = tokens.length === 1;
  return {
    text:
      `Replace what stands at the ${one ? 'name' : 'names'} by the CNAME ${one ? 'record' : 'records'} exactly as given. ` +
      'Keep proxying and CNAME flattening off; where the DNS provider appends the zone, end the target with a dot.',
    publish: dkimCnames(tokens),
    remove: dkimStrays(tokens),
  };
}

function withMistakes(facts: IdentityFacts, tokens: TokenView[]): Json[] {
  const described = tokenEvidence(tokens);
  return tokens.map((token, index) => {
    const mistake = mistakeOf(facts, token);
    return { ...described[index], ...(mistake ? { mistake } : {}) };
  });
}

/** What went wrong when the record was typed, where its target shows it. */
function mistakeOf({ ses }: IdentityFacts, { state, record, expected = '' }: TokenView): string | undefined {
  if (state !== 'WRONG_TARGET') return undefined;
  const aliases = record && 'aliases' in record.txt ? record.txt.aliases : [];
  const target = (record?.cnameTarget ?? aliases[0] ?? '').toLowerCase().replace(/\.$/, '');
  if (target.startsWith(`${expected}.`)) return 'the DNS provider appended the zone to the target';
  if (target.endsWith('.amazonaws.com')) return 'the target says amazonaws.com instead of amazonses.com';
  if (expected.startsWith(target) || expected.endsWith(`.${target}`)) return 'the target is cut short';
  if (target.endsWith('.amazonses.com') && target.includes('.dkim.')) {
    const sameToken = target.split('.')[0] === expected.split('.')[0];
    return sameToken
      ? `the target is in another zone than ${ses.dkim.hostedZone}`
      : 'the target is of another token';
  }
  return `it leads to ${target}`;
}

function namesOf(tokens: TokenView[]): string {
  return listed(tokens.map(({ name }) => name));
}
