/** What stands at each DKIM name: the vocabulary of DKIM-02, -05, -06, -08, -12 and of the verdict. */
import type { DkimRecordFacts, IdentityFacts, SesIdentity } from '../facts/types.ts';
import { unknownDns, type DnsReason } from './unknowns.ts';

/**
 * State of one Easy DKIM name. DKIM-05 speaks of CHAIN, MISSING and HIDDEN; DKIM-06 of the others that are wrong:
 * never both of one token.
 */
export type TokenState =
  /** A CNAME straight to the expected target. */
  | 'EXPECTED'
  /** An alias chain that reaches the expected target. */
  | 'CHAIN'
  /** An alias that never reaches it. */
  | 'WRONG_TARGET'
  /** NXDOMAIN. */
  | 'MISSING'
  /** The name exists with other records, or with none: proxied or flattened at the DNS provider. */
  | 'HIDDEN'
  /** TXT in place of the CNAME, with the key that SES publishes at the target. */
  | 'KEY_COPIED'
  /** TXT in place of the CNAME, with something else. */
  | 'TXT_INSTEAD'
  | 'UNKNOWN';

export interface TokenView {
  token: string;
  name: string;
  state: TokenState;
  /** Where the CNAME has to point; absent for BYODKIM. */
  expected?: string;
  /** What is there now. */
  found: string;
  /** Set where the state is UNKNOWN. */
  because?: DnsReason;
  /** Whether one usable key stands behind the name. */
  live: 'live' | 'dead' | 'unknown';
  record?: DkimRecordFacts;
}

/** How an identity signs, as its own settings have it. */
export type OwnDkim =
  | { kind: 'EASY' | 'BYODKIM'; tokens: TokenView[] }
  | { kind: 'INHERITED' | 'NO_OWN_TOKENS' | 'SELECTOR_NOT_GIVEN' };

/**
 * The identity's own DKIM records. An identity that inherits is not judged by its own tokens, an address has none.
 */
export function ownDkim(facts: IdentityFacts): OwnDkim {
  return inherits(facts) ? { kind: 'INHERITED' } : verifyingDkim(facts);
}

/** The records by which SES verifies the identity: its own, even while another identity signs for it. */
export function verifyingDkim(facts: IdentityFacts): OwnDkim {
  const { type, dkim } = facts.ses;
  if (type === 'EMAIL_ADDRESS') return { kind: 'NO_OWN_TOKENS' };
  return recordsOf(facts, dkim, inherits(facts) ? (facts.ownDkimRecords ?? []) : facts.dkimRecords);
}

function inherits(facts: IdentityFacts): boolean {
  return facts.effective.dkim.kind === 'inherited';
}

/** The records of whoever signs for the identity, its own or inherited. */
export function signerDkim(facts: IdentityFacts): OwnDkim {
  return recordsOf(facts, facts.signer ?? facts.ses.dkim, facts.dkimRecords);
}

function recordsOf(
  facts: IdentityFacts,
  dkim: SesIdentity['dkim'],
  records: readonly DkimRecordFacts[],
): OwnDkim {
  const byodkim = dkim.origin === 'EXTERNAL';
  if (dkim.tokens.length === 0) return { kind: byodkim ? 'SELECTOR_NOT_GIVEN' : 'NO_OWN_TOKENS' };
  const tokens = dkim.tokens.map((token) => viewToken(facts, dkim, token, records));
  return { kind: byodkim ? 'BYODKIM' : 'EASY', tokens };
}

/**
 * The name of a selector whose key is nobody's but the sender's, as TokenView: no target is expected there, and a verifier
 * of RFC 8463 takes an Ed25519 key.
 */
export function viewOwnKey(
  selector: string,
  domain: string,
  records: readonly DkimRecordFacts[],
  dnsUnusable: boolean,
): TokenView {
  const record = records.find((one) => one.token === selector);
  if (record === undefined) {
    const because = dnsUnusable ? 'RESOLVER_UNUSABLE' : 'DNS_NOT_ASKED';
    const name = `${selector.toLowerCase()}._domainkey.${domain}`;
    return { token: selector, name, state: 'UNKNOWN', found: 'not asked', because, live: 'unknown' };
  }
  const seen = stateOf(record, undefined);
  const live = livenessOf(record, seen.state, true);
  return { token: selector, name: record.name, ...seen, found: describeRecord(record), live, record };
}

function viewToken(
  facts: IdentityFacts,
  dkim: SesIdentity['dkim'],
  token: string,
  records: readonly DkimRecordFacts[],
): TokenView {
  const record = records.find((one) => one.token === token);
  if (record === undefined) {
    const because = facts.dnsUnusable === undefined ? 'DNS_NOT_ASKED' : 'RESOLVER_UNUSABLE';
    const name = `${token}._domainkey.${facts.ses.domain}`;
    return { token, name, state: 'UNKNOWN', found: 'not asked', because, live: 'unknown' };
  }
  const expected =
    dkim.origin === 'EXTERNAL'
      ? undefined
      : lower(record.expectedTarget ?? (dkim.hostedZone ? `${token}.${dkim.hostedZone}` : undefined));
  const seen = stateOf(record, expected);
  return {
    token,
    name: record.name,
    ...(expected ? { expected } : {}),
    ...seen,
    found: describeRecord(record),
    live: livenessOf(record, seen.state),
    record,
  };
}

function stateOf(
  record: DkimRecordFacts,
  expected: string | undefined,
): { state: TokenState; because?: DnsReason } {
  const targets = aliasTargets(record);
  if (targets.length > 0) {
    if (expected === undefined || targets[0] === expected) return { state: 'EXPECTED' };
    if (targets.includes(expected)) return { state: 'CHAIN' };
    // Whether the chain goes on to the expected target is known only when it was followed to its end.
    return unknownDns(record.txt) === undefined
      ? { state: 'WRONG_TARGET' }
      : { state: 'UNKNOWN', because: unknownDns(record.txt) ?? 'DNS_NOT_ASKED' };
  }
  const because = unknownDns(record.txt);
  if (because !== undefined) return { state: 'UNKNOWN', because };
  if (record.txt.kind === 'absent') {
    return { state: record.txt.because === 'NXDOMAIN' ? 'MISSING' : 'HIDDEN' };
  }
  return expected === undefined ? { state: 'EXPECTED' } : stateOfBareTxt(record);
}

/** TXT without a CNAME: RFC 6376 verifiers take it, but SES's rotation changes the target only. */
function stateOfBareTxt(record: DkimRecordFacts): { state: TokenState; because?: DnsReason } {
  const because = unknownDns(record.expectedTxt);
  if (because !== undefined) return { state: 'UNKNOWN', because };
  const own = record.txt.kind === 'found' ? record.txt.records : [];
  const target = record.expectedTxt?.kind === 'found' ? record.expectedTxt.records : [];
  const key = keyText(own[0]);
  const copied = own.length === 1 && key !== undefined && target.some((text) => keyText(text) === key);
  return { state: copied ? 'KEY_COPIED' : 'TXT_INSTEAD' };
}

/** Value of `p=` without blanks (RFC 6376 section 3.6.1). */
export function keyText(record: string | undefined): string | undefined {
  for (const tag of record?.split(';') ?? []) {
    const equals = tag.indexOf('=');
    if (equals > 0 && tag.slice(0, equals).trim() === 'p') return tag.slice(equals + 1).replace(/\s/g, '');
  }
  return undefined;
}

function livenessOf(record: DkimRecordFacts, state: TokenState, anyType = false): TokenView['live'] {
  // Of a bare TXT it may not be known whether its key is SES's.
  if (unknownDns(record.txt) !== undefined || state === 'UNKNOWN') return 'unknown';
  // Another key than SES's own verifies nothing that SES signs.
  const foreign = state === 'TXT_INSTEAD' || state === 'WRONG_TARGET';
  if (record.txt.kind !== 'found' || record.txt.records.length !== 1 || foreign) return 'dead';
  if (record.key === undefined) return 'unknown';
  const signsWithIt = anyType || record.key.keyType !== 'ed25519';
  return record.key.usable && !record.key.revoked && signsWithIt ? 'live' : 'dead';
}

function aliasTargets(record: DkimRecordFacts): string[] {
  const chain = 'aliases' in record.txt ? record.txt.aliases : [];
  const first = record.cnameTarget;
  const targets = first === undefined || chain[0] === first ? chain : [first, ...chain];
  return targets.map((target) => lower(target) ?? '').filter((target) => target !== lower(record.name));
}

function lower(name: string | undefined): string | undefined {
  return name?.toLowerCase().replace(/\.$/, '');
}

/** What a resolver shows at the name, in a few words. */
function describeRecord(record: DkimRecordFacts): string {
  const targets = aliasTargets(record);
  if (targets.length > 0) return `CNAME ${targets.join(' -> ')}`;
  switch (record.txt.kind) {
    case 'unknown':
      return `no answer (${record.txt.because})`;
    case 'found':
      return `TXT ${record.txt.records.join(' | ')}`;
    case 'absent':
      if (record.txt.because === 'NXDOMAIN') return 'nothing (NXDOMAIN)';
      return record.hasAddress === true
        ? 'an address (A or AAAA), no CNAME'
        : 'neither CNAME nor TXT (NODATA)';
  }
}

export function inState(tokens: readonly TokenView[], ...states: TokenState[]): TokenView[] {
  return tokens.filter((token) => states.includes(token.state));
}

/**
 * Whether DNS holds what SES looks for when it verifies: every name leads to a key as expected. A TXT with a copy of SES's
 * key lets signatures verify, but is not the CNAME that SES looks for.
 * @returns the reason where that is not known
 */
export function recordsAreRight(tokens: readonly TokenView[]): boolean | DnsReason {
  if (inState(tokens, 'MISSING', 'HIDDEN', 'WRONG_TARGET', 'TXT_INSTEAD', 'KEY_COPIED').length > 0)
    return false;
  if (tokens.some((token) => token.live === 'dead')) return false;
  const unknown = tokens.find((token) => token.state === 'UNKNOWN' || token.live === 'unknown');
  if (unknown === undefined) return true;
  return unknown.because ?? unknownDns(unknown.record?.txt) ?? 'DNS_NOT_ASKED';
}

/** `unusable` tokens as evidence: name, what is there, what is expected. */
export function tokenEvidence(tokens: readonly TokenView[]): { [key: string]: string }[] {
  return tokens.map(({ name, state, found, expected }) => ({
    name,
    state,
    found,
    ...(expected ? { expected } : {}),
  }));
}
