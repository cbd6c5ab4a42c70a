import type { IdentityFacts } from '../facts/types.ts';
import { newKeyFix } from './byodkim.ts';
import { ownTokens, ownTokensReasons, type OwnTokensReason } from './dkim-scope.ts';
import type { TokenView } from './dkim-tokens.ts';
import { commandFix, startEasyDkim } from './fixes.ts';
import { say } from './say.ts';
import { identityCause } from './subjects.ts';
import type { Control, Finding, Fix } from './types.ts';
import { dnsReasons, dnsUnknown, resolverUnusable, unknownDns, type DnsReason } from './unknowns.ts';

type Reason =
  | 'LIVE_KEY_LONG'
  | 'LIVE_KEY_SHORT'
  | 'LIVE_KEY_TOO_SHORT'
  | 'KEY_AS_DECLARED'
  | 'NO_LIVE_KEY'
  | 'SELECTOR_NOT_GIVEN'
  | OwnTokensReason
  | DnsReason;

/** RFC 8301 section 3.2: below the first a signature is not valid; the second is what signers should have. */
const LEAST_BITS = 1024;
const GOOD_BITS = 2048;

interface LiveKey {
  name: string;
  bits: number;
}

export const dkim09: Control<IdentityFacts, Reason> = {
  id: 'DKIM-09',
  revision: 1,
  title: 'The live DKIM key is long enough',
  subject: 'identity',
  tier: 2,
  severity: 'MEDIUM',
  reads: ['ses:GetEmailIdentity'],
  asserts: 'The RSA key that receivers read in DNS has 2048 bits or more.',
  why: 'SES does not tell the length of a key that it did not make, and receivers ignore signatures with fewer than 1024 bits.',
  evidence: 'The modulus of every live key in bits, and what SES declares. The smallest is tracked.',
  remedy: 'How to bring a new key, or the command that lets SES make one.',
  sources: [
    'RFC 8301 section 3.2',
    'Amazon SES developer guide: Provide your own DKIM authentication token (BYODKIM)',
  ],
  reasons: {
    LIVE_KEY_LONG: { statuses: ['PASS'], means: 'Every live key has 2048 bits or more.' },
    LIVE_KEY_SHORT: { statuses: ['WARN'], means: 'A live key has 1024 to 2047 bits.' },
    LIVE_KEY_TOO_SHORT: {
      statuses: ['FAIL'],
      severity: 'HIGH',
      class: 1,
      means: 'A live key has fewer than 1024 bits: verifiers do not count its signatures.',
    },
    KEY_AS_DECLARED: {
      statuses: ['NOT_APPLICABLE'],
      means: 'Every live key is as long as SES says; DKIM-04 judges that.',
    },
    NO_LIVE_KEY: {
      statuses: ['NOT_APPLICABLE'],
      means: 'No RSA key can be read in DNS; DKIM-05, DKIM-06 and DKIM-08 speak.',
    },
    SELECTOR_NOT_GIVEN: {
      statuses: ['UNKNOWN'],
      means: 'SES does not tell the selector of the identity’s own key.',
    },
    ...ownTokensReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const own = ownTokens(dkim09, facts, context);
    if (own.kind === 'finding') return [own.finding];
    if (own.kind === 'SELECTOR_NOT_GIVEN') {
      const summary = `Not judged: SES does not tell the selector of ${facts.name}'s own key`;
      return [say(dkim09, { status: 'UNKNOWN', reason: 'SELECTOR_NOT_GIVEN', summary })];
    }
    const unusable = resolverUnusable(dkim09, facts);
    return [unusable ?? judgeKeys(facts, own.kind, own.tokens)];
  },
};

function judgeKeys(facts: IdentityFacts, kind: 'EASY' | 'BYODKIM', tokens: TokenView[]): Finding<Reason> {
  const keys = tokens.flatMap(liveKey);
  const { currentKeyBits, nextKeyBits } = facts.ses.dkim;
  const declared = [currentKeyBits, nextKeyBits].flatMap((bits) => bits ?? []);
  // SES may be changing keys: either of the two lengths is what it declares.
  const differing = kind === 'BYODKIM' ? keys : keys.filter(({ bits }) => !declared.includes(bits));
  const bits = Math.min(...differing.map((key) => key.bits));
  const evidence = {
    declaredBits: kind === 'EASY' ? currentKeyBits : undefined,
    keys: keys.map((key) => ({ ...key })),
  };
  if (differing.length > 0 && bits < LEAST_BITS) return short(facts, kind, differing, evidence);
  const silent = tokens.find(
    ({ record, state }) => state === 'UNKNOWN' || unknownDns(record?.txt) !== undefined,
  );
  if (silent) {
    const because = silent.because ?? unknownDns(silent.record?.txt) ?? 'DNS_NOT_ASKED';
    return dnsUnknown(dkim09, because, `the key at ${silent.name}`, evidence);
  }
  if (keys.length === 0) {
    const summary = `No RSA key of ${facts.name} can be read in DNS`;
    return say(dkim09, { status: 'NOT_APPLICABLE', reason: 'NO_LIVE_KEY', summary, evidence });
  }
  if (differing.length === 0) {
    const summary = `The live DKIM keys of ${facts.name} are as long as SES says`;
    return say(dkim09, { status: 'NOT_APPLICABLE', reason: 'KEY_AS_DECLARED', summary, evidence });
  }
  if (bits < GOOD_BITS) return short(facts, kind, differing, evidence);
  const summary = `The live DKIM key of ${facts.name} has ${bits} bits`;
  return say(dkim09, {
    status: 'PASS',
    reason: 'LIVE_KEY_LONG',
    summary,
    evidence,
    tracked: trackedOf(bits),
  });
}

/** The one RSA key at the name, valid or only too short. Behind a foreign target stands nobody's key of ours. */
function liveKey({ name, state, record }: TokenView): LiveKey[] {
  const foreign = state === 'WRONG_TARGET' || state === 'TXT_INSTEAD';
  const { keyBits, keyType, revoked } = record?.key ?? {};
  return foreign || keyBits === undefined || keyType !== 'rsa' || revoked ? [] : [{ name, bits: keyBits }];
}

function trackedOf(bits: number): NonNullable<Finding['tracked']> {
  return { name: 'live DKIM key length', value: `${bits} bits`, rank: bits };
}

function short(
  facts: IdentityFacts,
  kind: 'EASY' | 'BYODKIM',
  keys: LiveKey[],
  evidence: { [key: string]: Finding['evidence'][string] | undefined },
): Finding<Reason> {
  const [shortest] = [...keys].sort((left, right) => left.bits - right.bits);
  const { bits = 0, name = '' } = shortest ?? {};
  const declared = facts.ses.dkim.currentKeyBits;
  const says = kind === 'EASY' && declared !== undefined ? `, though SES says ${declared}` : '';
  const invalid = bits < LEAST_BITS;
  return say(dkim09, {
    status: invalid ? 'FAIL' : 'WARN',
    reason: invalid ? 'LIVE_KEY_TOO_SHORT' : 'LIVE_KEY_SHORT',
    summary: `The DKIM key at ${name} has ${bits} bits${says}${invalid ? ': verifiers do not count its signatures' : ''}`,
    evidence,
    fix: fixFor(facts, kind),
    // A key that short is no usable one, which DKIM-08 says first.
    ...(invalid ? { cause: identityCause(facts, 'DKIM-08') } : {}),
    tracked: trackedOf(bits),
  });
}

function fixFor(facts: IdentityFacts, kind: 'EASY' | 'BYODKIM'): Fix {
  if (kind === 'BYODKIM') return newKeyFix(facts, facts.ses.dkim.tokens[0] ?? '');
  return commandFix(
    facts,
    'Let the name be the CNAME that SES asks for, where it is something else; then let SES change to keys of 2048 bits.',
    startEasyDkim(facts.ses.domain),
  );
}
