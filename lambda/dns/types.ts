/** What the resolver answers: a name's records were found, are absent, or could not be learned. */

export interface MxRecord {
  preference: number;
  /** Host name in lower case without trailing dot; `''` is the null MX of RFC 7505. */
  exchange: string;
}

/** One step of an alias chain, in the order it was followed. */
export interface AliasHop {
  name: string;
  target: string;
}

interface AnswerBase {
  /** The name asked for, in lower case without trailing dot. */
  name: string;
  type: DnsRecordType;
  /** CNAMEs that were followed from `name`; empty when there was none. */
  aliases: AliasHop[];
  /** The response code as text, e.g. `NOERROR`; missing when no answer came. */
  rcode?: string;
  /** The server whose answer this is, e.g. `127.0.0.1:5353`. */
  server?: string;
  /** The AD bit. Evidence only: no verdict depends on it. */
  authenticated?: boolean;
  /** What the second opinion said (SCAN-05): it agreed, or could not be reached. Missing: not asked. */
  confirmation?: 'confirmed' | 'unconfirmed';
}

export type DnsRecordType = 'TXT' | 'MX' | 'A' | 'AAAA' | 'CNAME' | 'PTR' | 'NS' | 'SOA';

export type AbsentReason = 'NXDOMAIN' | 'NODATA';

export type UnknownReason =
  | 'TIMEOUT'
  | 'SERVFAIL'
  | 'REFUSED'
  | 'NETWORK_ERROR'
  | 'MALFORMED_ANSWER'
  | 'ALIAS_LOOP'
  | 'OTHER_RCODE'
  | 'INVALID_NAME'
  | 'DNS_INCONSISTENT'
  | 'RESOLVER_UNUSABLE'
  | 'QUERY_BUDGET_EXHAUSTED';

/**
 * An answer of the DNS client. It never throws for what the network says.
 * `absent` with aliases is a dangling alias: the name itself exists (see `nameExists`).
 */
export type DnsAnswer<T> =
  | (AnswerBase & {
      kind: 'found';
      records: T[];
      /** Seconds, the smallest of the chain. */
      ttl: number;
    })
  | (AnswerBase & {
      kind: 'absent';
      because: AbsentReason;
      /** Seconds from the SOA, when given. */
      ttl?: number;
    })
  | (AnswerBase & { kind: 'unknown'; because: UnknownReason; detail: string });

/** TXT records come joined (chunks concatenated without a blank), decoded as UTF-8 where valid, else latin-1. */
export interface DnsClient {
  txt(name: string): Promise<DnsAnswer<string>>;
  mx(name: string): Promise<DnsAnswer<MxRecord>>;
  a(name: string): Promise<DnsAnswer<string>>;
  aaaa(name: string): Promise<DnsAnswer<string>>;
  cname(name: string): Promise<DnsAnswer<string>>;
  /** Names behind an IPv4 or IPv6 address. */
  ptr(ip: string): Promise<DnsAnswer<string>>;
  /**
   * Asks an independent resolver the same question before an absence or a changed value counts (SCAN-05).
   * Missing where there is none: use `confirmAnswer` of second-opinion.ts, which copes.
   * @param agrees whether the other answer, never an unknown one, says the same; default `sameAnswer`
   */
  confirm?<T>(answer: DnsAnswer<T>, agrees?: (other: DnsAnswer<unknown>) => boolean): Promise<DnsAnswer<T>>;
  /** How the second opinion fared so far. Missing: the client knows of none. */
  secondOpinion?(): SecondOpinionState;
}

/** There is none; none was needed yet; it answered; it could not be reached at all, so the first resolver stands alone. */
export type SecondOpinionState = 'none' | 'unused' | 'reachable' | 'unreachable';

/**
 * Whether a name has any record, is an alias (to nothing, to itself, to what nobody answers for), or is an empty
 * non-terminal: RFC 9989 A.4. Where two resolvers differ, that it is an alias may be what they differ on.
 */
export function nameExists(answer: DnsAnswer<unknown>): boolean | 'unknown' {
  const isAlias = answer.aliases.length > 0;
  if (answer.kind === 'unknown') return isAlias && answer.because !== 'DNS_INCONSISTENT' ? true : 'unknown';
  return answer.kind === 'found' || isAlias || answer.because === 'NODATA';
}
