import type { IdentityFacts } from '../facts/types.ts';
import { gaveUpCause } from './causes.ts';
import { ownTokens, ownTokensReasons, type OwnTokensReason } from './dkim-scope.ts';
import { inState, type TokenView } from './dkim-tokens.ts';
import { commandFix, dkimStrays, startEasyDkim } from './fixes.ts';
import { countOf, listed, say } from './say.ts';
import type { Control, Finding, Fix, Json } from './types.ts';
import { dnsReasons, dnsUnknown, resolverUnusable, unknownDns, type DnsReason } from './unknowns.ts';

/** From worst to mildest: the first that a record shows names the finding. */
const PROBLEMS = [
  'DKIM_KEY_REVOKED',
  'DKIM_MULTIPLE_TXT',
  'DKIM_KEY_INVALID',
  'DKIM_KEY_MISSING',
  'DKIM_TARGET_WITHOUT_KEY',
  'DKIM_TEST_MODE',
  'KEY_PKCS1',
] as const;
type Problem = (typeof PROBLEMS)[number];

type Reason =
  | 'DKIM_KEYS_VALID'
  | 'DKIM_STRICT_IDENTITY'
  | Problem
  | 'SELECTOR_NOT_GIVEN'
  | 'NO_TOKEN_ANSWERS'
  | OwnTokensReason
  | DnsReason;

const FAILS: ReadonlySet<Problem> = new Set([
  'DKIM_KEY_REVOKED',
  'DKIM_MULTIPLE_TXT',
  'DKIM_KEY_INVALID',
  'DKIM_KEY_MISSING',
]);

export const dkim08: Control<IdentityFacts, Reason> = {
  id: 'DKIM-08',
  revision: 1,
  title: 'Each DKIM name holds one valid key',
  subject: 'identity',
  tier: 1,
  severity: 'HIGH',
  asserts:
    'Behind each DKIM name stands exactly one TXT, a usable RSA key that is neither revoked nor in test mode.',
  why: 'A verifier that finds no key, two, or a revoked one fails the signature, whatever SES says.',
  sources: ['RFC 6376 section 3.6.1', 'RFC 6376 section 3.6.2.2', 'RFC 8301 section 3'],
  reasons: {
    DKIM_KEYS_VALID: { statuses: ['PASS'], means: 'Each name that answers holds one valid key.' },
    DKIM_STRICT_IDENTITY: {
      statuses: ['PASS'],
      means:
        'The keys are valid; t=s is set, which changes nothing for SES (d= and i= are of the same domain).',
    },
    DKIM_KEY_REVOKED: { statuses: ['FAIL'], means: 'p= is empty: the key is revoked.' },
    DKIM_MULTIPLE_TXT: {
      statuses: ['FAIL'],
      means: 'More than one TXT stands at a name; which one counts is undefined.',
    },
    DKIM_KEY_INVALID: {
      statuses: ['FAIL'],
      means: 'The TXT is no key that a verifier would use for SES’s signatures.',
    },
    DKIM_KEY_MISSING: {
      statuses: ['FAIL'],
      means: 'Nothing stands at the selector of the identity’s own key.',
    },
    DKIM_TARGET_WITHOUT_KEY: {
      statuses: ['WARN'],
      severity: 'MEDIUM',
      means: 'The CNAME is right, but SES publishes no key at its target.',
    },
    DKIM_TEST_MODE: {
      statuses: ['WARN'],
      severity: 'MEDIUM',
      means: 't=y: verifiers treat signed mail as if it were unsigned.',
    },
    KEY_PKCS1: {
      statuses: ['WARN'],
      severity: 'MEDIUM',
      means: 'The key is a bare PKCS#1 key, which some verifiers refuse.',
    },
    SELECTOR_NOT_GIVEN: {
      statuses: ['UNKNOWN'],
      means: 'SES does not tell the selector of the identity’s own key.',
    },
    NO_TOKEN_ANSWERS: {
      statuses: ['NOT_APPLICABLE'],
      means: 'No record leads to a key; DKIM-05 and DKIM-06 speak.',
    },
    ...ownTokensReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const own = ownTokens(dkim08, facts, context);
    if (own.kind === 'finding') return [own.finding];
    if (own.kind === 'SELECTOR_NOT_GIVEN') {
      const summary = `Not judged: SES does not tell the selector of ${facts.name}'s own key`;
      return [say(dkim08, { status: 'UNKNOWN', reason: 'SELECTOR_NOT_GIVEN', summary })];
    }
    const unusable = resolverUnusable(dkim08, facts);
    return [unusable ?? judgeKeys(facts, own.kind, own.tokens)];
  },
};

interface KeyView {
  token: TokenView;
  problem?: Problem;
  unknown?: DnsReason;
}

function judgeKeys(facts: IdentityFacts, kind: 'EASY' | 'BYODKIM', tokens: TokenView[]): Finding<Reason> {
  // DKIM-05 and -06 speak of the other states.
  const answering =
    kind === 'BYODKIM' ? tokens : inState(tokens, 'EXPECTED', 'CHAIN', 'KEY_COPIED', 'UNKNOWN');
  const keys = answering.map((token) => viewKey(kind, token));
  const evidence = { origin: facts.ses.dkim.origin, keys: keys.map(evidenceOf) };
  const worst = PROBLEMS.find((problem) => keys.some((key) => key.problem === problem));
  const unknown = keys.find((key) => key.unknown !== undefined);
  if (worst !== undefined && FAILS.has(worst)) return broken(facts, kind, keys, worst, evidence);
  if (unknown?.unknown)
    return dnsUnknown(dkim08, unknown.unknown, `the key at ${unknown.token.name}`, evidence);
  if (worst !== undefined) return broken(facts, kind, keys, worst, evidence);
  if (keys.length === 0) {
    const summary = `No DKIM record of ${facts.name} leads to a key`;
    return say(dkim08, { status: 'NOT_APPLICABLE', reason: 'NO_TOKEN_ANSWERS', summary });
  }
  const strict = keys.some(({ token }) => token.record?.key?.problems.includes('STRICT_IDENTITY'));
  const reason = strict ? 'DKIM_STRICT_IDENTITY' : 'DKIM_KEYS_VALID';
  const summary = `Each DKIM record of ${facts.name} that answers holds one valid key`;
  return say(dkim08, { status: 'PASS', reason, summary, evidence });
}

function viewKey(kind: 'EASY' | 'BYODKIM', token: TokenView): KeyView {
  const { record } = token;
  const unknown = unknownDns(record?.txt);
  if (record === undefined || unknown !== undefined) return { token, unknown: unknown ?? 'DNS_NOT_ASKED' };
  if (token.state === 'UNKNOWN') return { token, unknown: token.because ?? 'DNS_NOT_ASKED' };
  if (record.txt.kind !== 'found') {
    return { token, problem: kind === 'EASY' ? 'DKIM_TARGET_WITHOUT_KEY' : 'DKIM_KEY_MISSING' };
  }
  if (record.txt.records.length !== 1) return { token, problem: 'DKIM_MULTIPLE_TXT' };
  const { key } = record;
  if (key === undefined) return { token, unknown: 'DNS_NOT_ASKED' };
  if (key.revoked) return { token, problem: 'DKIM_KEY_REVOKED' };
  if (!key.usable || key.keyType === 'ed25519') return { token, problem: 'DKIM_KEY_INVALID' };
  if (key.testMode) return { token, problem: 'DKIM_TEST_MODE' };
  return key.problems.includes('KEY_PKCS1') ? { token, problem: 'KEY_PKCS1' } : { token };
}

function evidenceOf({ token, problem, unknown }: KeyView): Json {
  const key = token.record?.key;
  return {
    name: token.name,
    found: token.found,
    ...(key?.keyBits ? { bits: key.keyBits } : {}),
    ...(key && key.problems.length > 0 ? { problems: key.problems } : {}),
    ...(problem ? { problem } : {}),
    ...(unknown ? { unknown } : {}),
  };
}

const SAYS: Record<Problem, string> = {
  DKIM_KEY_REVOKED: 'a revoked key (empty p=)',
  DKIM_MULTIPLE_TXT: 'more than one TXT, so that no key counts',
  DKIM_KEY_INVALID: 'no usable key',
  DKIM_KEY_MISSING: 'no record at all',
  DKIM_TARGET_WITHOUT_KEY: 'a right CNAME whose target has no key',
  DKIM_TEST_MODE: 'a key in test mode (t=y)',
  KEY_PKCS1: 'a key in bare PKCS#1 form',
};

function broken(
  facts: IdentityFacts,
  kind: 'EASY' | 'BYODKIM',
  keys: KeyView[],
  worst: Problem,
  evidence: { [key: string]: Json },
): Finding<Reason> {
  const failing = FAILS.has(worst);
  const concerned = keys.filter(({ problem }) => problem === worst).map(({ token }) => token);
  const count = keys.filter(({ problem }) => problem !== undefined && FAILS.has(problem)).length;
  const noun = concerned.length === 1 ? '1 DKIM name holds' : `${concerned.length} DKIM names hold`;
  const cause = gaveUpCause(facts);
  return say(dkim08, {
    status: failing ? 'FAIL' : 'WARN',
    reason: worst,
    reasonClass: count,
    summary: `${noun} ${SAYS[worst]} (${listed(concerned.map(({ name }) => name))})`,
    evidence: { ...evidence, concerned: countOf(concerned.length, keys.length, 'record') },
    fix: kind === 'BYODKIM' ? selectorFix(worst, concerned) : targetFix(facts, worst, concerned),
    ...(cause ? { cause } : {}),
  });
}

/** The key behind a right CNAME is SES's to mend: a new key length makes it publish new keys. */
function targetFix(facts: IdentityFacts, worst: Problem, tokens: TokenView[]): Fix {
  if (worst === 'DKIM_TARGET_WITHOUT_KEY') {
    return {
      text: 'Look again tomorrow: SES may be changing keys. If it stays, open a case with AWS Support.',
    };
  }
  const text =
    'SES publishes the key behind the CNAME: let it make new ones and publish the CNAMEs that it then asks for, or open a case with AWS Support.';
  const remove = dkimStrays(inState(tokens, 'KEY_COPIED'));
  return commandFix(facts, text, startEasyDkim(facts.ses.domain), remove.length > 0 ? { remove } : {});
}

function selectorFix(worst: Problem, tokens: TokenView[]): Fix {
  const names = listed(tokens.map(({ name }) => name));
  const value = 'v=DKIM1; k=rsa; p=<base64 of the public key, SPKI form, of the private key given to SES>';
  switch (worst) {
    case 'DKIM_TEST_MODE':
      return { text: `Take t=y out of the TXT at ${names}.` };
    case 'DKIM_KEY_REVOKED': {
      const text = `Publish at ${names} the TXT ${value}; if the key was revoked on purpose, give SES another selector and key.`;
      return { text, remove: dkimStrays(tokens) };
    }
    default: {
      const stray = dkimStrays(tokens);
      const text = `Publish at ${names} exactly one TXT: ${value}.`;
      return { text, ...(worst !== 'DKIM_MULTIPLE_TXT' && stray.length > 0 ? { remove: stray } : {}) };
    }
  }
}
