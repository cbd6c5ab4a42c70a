/** What one SPF evaluation shares over all its records: the asker, the limits, the answers already had. */
import type { DnsAnswer, DnsClient, MxRecord } from '../dns/types.ts';
import { excerpt } from './names.ts';
import { isTopLabel, MAX_NAME_LENGTH, usesLetter, type MacroValues } from './spf-macro.ts';
import { formatAddress, parseAddress, samePrefix, type IpAddress } from './spf-network.ts';
import type { DomainSpec, SpfProblem, SpfTermNode } from './spf-types.ts';

/** Section 4.6.4: terms that ask DNS, over all records of one evaluation. */
export const MAX_LOOKUPS = 10;
/** Section 4.6.4: terms whose question finds nothing. */
export const MAX_VOID_LOOKUPS = 2;
/** Section 4.6.4: MX names of one `mx` (more: permerror), PTR names (more: ignored). */
export const MAX_MX_NAMES = 10;
export const MAX_PTR_NAMES = 10;

/** Ends the evaluation with permerror or temperror, from wherever it is thrown. Never leaves this package. */
export class SpfAbort extends Error {
  readonly result: 'permerror' | 'temperror';
  readonly problem: SpfProblem;

  constructor(result: 'permerror' | 'temperror', problem: SpfProblem) {
    super(problem.message);
    this.result = result;
    this.problem = problem;
  }
}

/** The term being evaluated, for the place of problems and for its cost. */
export interface CurrentTerm {
  /** Whose record it stands in. */
  domain: string;
  node: SpfTermNode;
}

export interface SpfSession {
  readonly ip: IpAddress;
  lookups: number;
  voidLookups: number;
  readonly problems: SpfProblem[];
  /** Set when the time is up: no further question is asked. */
  expired: boolean;
  txt(name: string): Promise<DnsAnswer<string>>;
  mx(name: string): Promise<DnsAnswer<MxRecord>>;
  /** A for an IPv4 client, AAAA for an IPv6 one (section 5). */
  addresses(name: string): Promise<DnsAnswer<string>>;
  a(name: string): Promise<DnsAnswer<string>>;
  /** Names behind the client's address, at most ten. */
  reverseNames(): Promise<DnsAnswer<string>>;
  /** What macros stand for while `domain` is evaluated. */
  values(domain: string): MacroValues;
  /** A local part outside ASCII has no place in a name: terms that use it match nothing (RFC 8616 section 4). */
  readonly localPartUnusable: boolean;
}

export interface SpfIdentity {
  ip: IpAddress;
  sender: string;
  localPart: string;
  senderDomain: string;
  helo: string;
  receiver: string;
}

/** @param dns asked once for each name and type; a client that rejects is read as unknown. */
export function createSession(identity: SpfIdentity, dns: DnsClient): SpfSession {
  return new Session(identity, dns);
}

class Session implements SpfSession {
  readonly ip: IpAddress;
  readonly localPartUnusable: boolean;
  readonly problems: SpfProblem[] = [];
  lookups = 0;
  voidLookups = 0;
  expired = false;
  private readonly identity: SpfIdentity;
  private readonly dns: DnsClient;
  /** One domain's terms follow each other. */
  private lastValues: MacroValues | undefined;
  private readonly memo = new Map<string, Promise<DnsAnswer<unknown>>>();

  constructor(identity: SpfIdentity, dns: DnsClient) {
    this.ip = identity.ip;
    this.localPartUnusable = /[^\x00-\x7f]/.test(identity.localPart);
    this.identity = identity;
    this.dns = dns;
  }

  txt(name: string): Promise<DnsAnswer<string>> {
    return this.ask(`T${name.toLowerCase()}`, () => this.dns.txt(name));
  }

  mx(name: string): Promise<DnsAnswer<MxRecord>> {
    return this.ask(`M${name.toLowerCase()}`, () => this.dns.mx(name));
  }

  a(name: string): Promise<DnsAnswer<string>> {
    return this.ask(`4${name.toLowerCase()}`, () => this.dns.a(name));
  }

  addresses(name: string): Promise<DnsAnswer<string>> {
    if (this.ip.family === 4) return this.a(name);
    return this.ask(`6${name.toLowerCase()}`, () => this.dns.aaaa(name));
  }

  reverseNames(): Promise<DnsAnswer<string>> {
    return this.ask('P', () => this.dns.ptr(formatAddress(this.ip)));
  }

  values(domain: string): MacroValues {
    if (this.lastValues?.domain !== domain) this.lastValues = { ...this.identity, domain, now: secondsNow };
    return this.lastValues;
  }

  private ask<T>(key: string, query: () => Promise<DnsAnswer<T>>): Promise<DnsAnswer<T>> {
    if (this.expired) throw timeLimit();
    const known = this.memo.get(key);
    if (known) return known as Promise<DnsAnswer<T>>;
    const promise = asUnknown(key, query);
    this.memo.set(key, promise);
    return promise;
  }
}

function secondsNow(): number {
  return Math.floor(Date.now() / 1000);
}

async function asUnknown<T>(key: string, query: () => Promise<DnsAnswer<T>>): Promise<DnsAnswer<T>> {
  try {
    return await query();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const base = { name: key.slice(1), type: 'TXT', aliases: [] } as const;
    return { ...base, aliases: [], kind: 'unknown', because: 'NETWORK_ERROR', detail };
  }
}

export function timeLimit(): SpfAbort {
  return new SpfAbort('temperror', {
    code: 'TIME_LIMIT',
    level: 'error',
    message: 'The evaluation took longer than allowed (section 4.6.4).',
  });
}

/** Counts a term that asks DNS, before it does. */
export function countLookup(session: SpfSession, term: CurrentTerm): void {
  session.lookups++;
  term.node.cost++;
  if (session.lookups > MAX_LOOKUPS) {
    const message = `More than ${MAX_LOOKUPS} terms ask DNS (section 4.6.4).`;
    throw new SpfAbort('permerror', placed(term, 'TOO_MANY_LOOKUPS', message));
  }
}

/**
 * Counts a term whose question found nothing: section 4.6.4 limits "the number of terms", so hosts of an `mx` that is
 * there count nothing. The PTR question of `%{p}` counts here as it does toward the ten.
 */
export function countVoid(session: SpfSession, term: CurrentTerm): void {
  term.node.void = true;
  session.voidLookups++;
  if (session.voidLookups > MAX_VOID_LOOKUPS) {
    const message = `More than ${MAX_VOID_LOOKUPS} terms ask for what does not exist (section 4.6.4).`;
    throw new SpfAbort('permerror', placed(term, 'TOO_MANY_VOID_LOOKUPS', message));
  }
}

/** The records; none when they are absent. Any other failure of DNS is a temperror (section 5). */
export function recordsOrNone<T>(term: CurrentTerm, answer: DnsAnswer<T>): T[] {
  if (answer.kind === 'found') return answer.records;
  if (answer.kind === 'absent') return [];
  throw dnsFailure(answer, term);
}

export function dnsFailure(answer: DnsAnswer<unknown> & { kind: 'unknown' }, term?: CurrentTerm): SpfAbort {
  const message = `${answer.type} ${excerpt(answer.name)} could not be learned: ${answer.because}.`;
  const problem = term
    ? placed(term, 'DNS_FAILURE', message)
    : ({ code: 'DNS_FAILURE', level: 'error', message } as const);
  return new SpfAbort('temperror', problem);
}

export function placed(term: CurrentTerm, code: SpfProblem['code'], message: string): SpfProblem {
  const { start, end } = term.node;
  return { code, level: 'error', message, domain: term.domain, start, end };
}

/** Whether any of the addresses lies with the client in one network of that prefix length. */
export function includesClient(session: SpfSession, addresses: readonly string[], prefix: number): boolean {
  return addresses.some((text) => {
    const address = parseAddress(text);
    return address?.family === session.ip.family && samePrefix(address.words, session.ip.words, prefix);
  });
}

/**
 * Whether the name's own addresses hold the client's (section 5.5). An error here only skips the name, and what is
 * missing here counts as void for nobody.
 */
export async function isValidated(session: SpfSession, name: string): Promise<boolean> {
  if (!isHostName(name)) return false;
  const answer = await session.addresses(name);
  return (
    answer.kind === 'found' && includesClient(session, answer.records, session.ip.family === 4 ? 32 : 128)
  );
}

/**
 * The `p` macro (section 7.3): a validated name, best the domain itself, then one below it, then any. Its PTR question
 * counts as a term of its own (section 4.6.4), unless `term` is missing: explanations count nothing.
 */
export async function resolveValidatedName(
  session: SpfSession,
  domain: string,
  term?: CurrentTerm,
): Promise<string> {
  if (term) countLookup(session, term);
  const answer = await session.reverseNames();
  if (answer.kind === 'absent' && term) countVoid(session, term);
  if (answer.kind !== 'found') return 'unknown';
  const wanted = domain.toLowerCase();
  const rank = (name: string): number => (name === wanted ? 0 : name.endsWith(`.${wanted}`) ? 1 : 2);
  const names = answer.records.slice(0, MAX_PTR_NAMES).sort((a, b) => rank(a) - rank(b));
  for (const name of names) if (await isValidated(session, name)) return name;
  return 'unknown';
}

export function usesValidatedName(spec: DomainSpec): boolean {
  return usesLetter(spec.tokens, 'p');
}

/** What no macro can mean (section 4.8), and halves of characters, which have no octets. */
const CONTROL = /[\x00-\x1f\x7f\u2028\u2029\p{Surrogate}]/u;
const TOP_LABEL_CHARACTERS = /^[a-z0-9_-]+$/i;

/**
 * Whether a host is asked for its addresses: DNS can hold the name (no label empty or over 63 octets, 253 in all), no
 * control characters are in it, and its last label is not that of an address literal. Any other name does not exist.
 */
export function isHostName(name: string): boolean {
  if (Buffer.byteLength(name) > MAX_NAME_LENGTH || CONTROL.test(name)) return false;
  const labels = name.split('.');
  if (!TOP_LABEL_CHARACTERS.test(labels.at(-1)!)) return false;
  return labels.every((label) => label !== '' && (label.length <= 21 || Buffer.byteLength(label) <= 63));
}

/**
 * Whether a target-name is asked for: "a fully qualified DNS name: a series of labels" (section 4.8), so a HELO name of
 * one label is none.
 */
export function isTargetName(name: string): boolean {
  return name.includes('.') && isHostName(name);
}

/**
 * Whether check_host() has a record to look for: section 4.3 wants several labels, the last of which must be a top-level
 * label as section 7.1 has it.
 */
export function isDomainName(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return dot > 0 && isTopLabel(name.slice(dot + 1)) && isHostName(name);
}
