import type { IdentityFacts } from '../facts/types.ts';
import { gaveUpCause } from './causes.ts';
import { exemption } from './exemption.ts';
import { ownTokens, ownTokensReasons, type OwnTokensReason } from './dkim-scope.ts';
import { inState, type TokenView } from './dkim-tokens.ts';
import { commandFix, dkimStrays, startEasyDkim } from './fixes.ts';
import { countOf, listed, say } from './say.ts';
import { selectorViews, selfSignedBy, sesSigns } from './self-signed.ts';
import type { Control, Finding, Fix, Json, JudgeContext } from './types.ts';
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
  reads: ['ses:GetEmailIdentity'],
  asserts:
    'Behind each DKIM name stands exactly one TXT, a usable RSA key that is neither revoked nor in test mode.',
  why: 'A verifier that finds no key, two, or a revoked one fails the signature, whatever SES says.',
  evidence: 'The origin of the key, and for each name what was found, its bits, and its problems.',
  remedy:
    'For Easy DKIM the command that lets SES make new keys, or to wait; for a key of your own the form of the TXT to publish, because only its owner has the key.',
  sources: ['RFC 6376 section 3.6.1', 'RFC 6376 section 3.6.2.2', 'RFC 8301 sections 3.1 and 3.2'],
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
    const declared = declaredKeys(facts, context);
    const own = ownTokens(dkim08, facts, context);
    if (own.kind === 'finding' && declared.length === 0) return [own.finding];
    if (own.kind === 'SELECTOR_NOT_GIVEN' && declared.length === 0) {
      const summary = `Not judged: SES does not tell the selector of ${facts.name}'s own key`;
      return [say(dkim08, { status: 'UNKNOWN', reason: 'SELECTOR_NOT_GIVEN', summary })];
    }
    const unusable = resolverUnusable(dkim08, facts);
    const ownKeys = 'tokens' in own ? keysOf(own.kind, own.tokens) : [];
    return [unusable ?? judgeKeys(facts, [...declared, ...ownKeys])];
  },
};

/** Whose key it is: SES's behind a CNAME, one given to SES, or that of whoever signs before SES does. */
type KeyKind = 'EASY' | 'BYODKIM' | 'SELF_SIGNED';

interface KeyView {
  kind: KeyKind;
  token: TokenView;
  problem?: Problem;
  unknown?: DnsReason;
}

/** The selectors that the settings declare for the From domain: they are judged beside SES's own, or alone. */
function declaredKeys(facts: IdentityFacts, context: JudgeContext): KeyView[] {
  const declared = selfSignedBy(facts.ses.domain, context.settings);
  if (declared === undefined || exemption(dkim08, facts, context)) return [];
  return keysOf('SELF_SIGNED', selectorViews(facts, declared));
}

function keysOf(kind: KeyKind, tokens: TokenView[]): KeyView[] {
  // Of CNAMEs to SES, DKIM-05 and -06 speak of the other states.
  const answering = kind === 'EASY' ? inState(tokens, 'EXPECTED', 'CHAIN', 'KEY_COPIED', 'UNKNOWN') : tokens;
  return answering.map((token) => viewKey(kind, token));
}

function judgeKeys(facts: IdentityFacts, keys: KeyView[]): Finding<Reason> {
  const origin =
    keys.some(({ kind }) => kind === 'SELF_SIGNED') && !sesSigns(facts)
      ? 'self-signed'
      : facts.ses.dkim.origin;
  const evidence = { origin, keys: keys.map(evidenceOf) };
  const worst = PROBLEMS.find((problem) => keys.some((key) => key.problem === problem));
  const unknown = keys.find((key) => key.unknown !== undefined);
  if (worst !== undefined && FAILS.has(worst)) return broken(facts, keys, worst, evidence);
  if (unknown?.unknown)
    return dnsUnknown(dkim08, unknown.unknown, `the key at ${unknown.token.name}`, evidence);
  if (worst !== undefined) return broken(facts, keys, worst, evidence);
  if (keys.length === 0) {
    const summary = `No DKIM record of ${facts.name} leads to a key`;
    return say(dkim08, { status: 'NOT_APPLICABLE', reason: 'NO_TOKEN_ANSWERS', summary });
  }
  const strict = keys.some(({ token }) => token.record?.key?.problems.includes('STRICT_IDENTITY'));
  const reason = strict ? 'DKIM_STRICT_IDENTITY' : 'DKIM_KEYS_VALID';
  const summary = `Each DKIM record of ${facts.name} that answers holds one valid key`;
  return say(dkim08, { status: 'PASS', reason, summary, evidence });
}

function viewKey(kind: KeyKind, token: TokenView): KeyView {
  const { record } = token;
  const view = { kind, token };
  const unknown = unknownDns(record?.txt);
  if (record === undefined || unknown !== undefined) return { ...view, unknown: unknown ?? 'DNS_NOT_ASKED' };
  if (token.state === 'UNKNOWN') return { ...view, unknown: token.because ?? 'DNS_NOT_ASKED' };
  if (record.txt.kind !== 'found') {
    return { ...view, problem: kind === 'EASY' ? 'DKIM_TARGET_WITHOUT_KEY' : 'DKIM_KEY_MISSING' };
  }
  if (record.txt.records.length !== 1) return { ...view, problem: 'DKIM_MULTIPLE_TXT' };
  const { key } = record;
  if (key === undefined) return { ...view, unknown: 'DNS_NOT_ASKED' };
  if (key.revoked) return { ...view, problem: 'DKIM_KEY_REVOKED' };
  // SES signs with RSA only; another signer may use Ed25519 (RFC 8463).
  const otherType = key.keyType === 'ed25519' && kind !== 'SELF_SIGNED';
  if (!key.usable || otherType) return { ...view, problem: 'DKIM_KEY_INVALID' };
  if (key.testMode) return { ...view, problem: 'DKIM_TEST_MODE' };
  return key.problems.includes('KEY_PKCS1') ? { ...view, problem: 'KEY_PKCS1' } : view;
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
  keys: KeyView[],
  worst: Problem,
  evidence: { [key: string]: Json },
): Finding<Reason> {
  const failing = FAILS.has(worst);
  const shown = keys.filter(({ problem }) => problem === worst);
  const concerned = shown.map(({ token }) => token);
  const kind = shown[0]?.kind ?? 'EASY';
  const count = keys.filter(({ problem }) => problem !== undefined && FAILS.has(problem)).length;
  const noun = concerned.length === 1 ? '1 DKIM name holds' : `${concerned.length} DKIM names hold`;
  const cause = gaveUpCause(facts);
  return say(dkim08, {
    status: failing ? 'FAIL' : 'WARN',
    reason: worst,
    reasonClass: count,
    summary: `${noun} ${SAYS[worst]} (${listed(concerned.map(({ name }) => name))})`,
    evidence: { ...evidence, concerned: countOf(concerned.length, keys.length, 'record') },
    fix: kind === 'EASY' ? targetFix(facts, worst, concerned) : selectorFix(kind, worst, concerned),
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

function selectorFix(kind: KeyKind, worst: Problem, tokens: TokenView[]): Fix {
  const names = listed(tokens.map(({ name }) => name));
  const signer =
    kind === 'SELF_SIGNED' ? 'the private key that signs before SES' : 'the private key given to SES';
  const value = `v=DKIM1; k=rsa; p=<base64 of the public key, SPKI form, of ${signer}>`;
  switch (worst) {
    case 'DKIM_TEST_MODE':
      return { text: `Take t=y out of the TXT at ${names}.` };
    case 'DKIM_KEY_REVOKED': {
      const instead =
        kind === 'SELF_SIGNED'
          ? 'take the selector out of the setting selfSigned'
          : 'give SES another selector and key';
      const text = `Publish at ${names} the TXT ${value}; if the key was revoked on purpose, ${instead}.`;
      return { text, remove: dkimStrays(tokens) };
    }
    default: {
      const stray = dkimStrays(tokens);
      const text = `Publish at ${names} exactly one TXT: ${value}.`;
      return { text, ...(worst !== 'DKIM_MULTIPLE_TXT' && stray.length > 0 ? { remove: stray } : {}) };
    }
  }
}
