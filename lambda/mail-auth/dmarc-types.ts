/** The vocabulary of DMARC: what a record says, what discovery finds, what is wrong with either. */
import type { AliasHop, AbsentReason, DnsAnswer, UnknownReason } from '../dns/types.ts';

export type DmarcPolicy = 'none' | 'quarantine' | 'reject';
export type AlignmentMode = 'r' | 's';
export type PolicyTag = 'p' | 'sp' | 'np';

/** From strongest to weakest word; a domain without DMARC is weaker than `none`. */
export const POLICY_STRENGTH: Readonly<Record<DmarcPolicy, number>> = { none: 0, quarantine: 1, reject: 2 };

/**
 * How bad a problem is: `error` changes what receivers do or makes them differ on the policy, `warning` costs something
 * (reports, old receivers), `info` is lint.
 */
export type ProblemSeverity = 'error' | 'warning' | 'info';

export type DmarcRecordProblemCode =
  | 'NOT_DMARC'
  | 'TOO_LONG'
  | 'NOT_A_TAG'
  | 'TAG_SYNTAX'
  | 'TAG_CASE'
  | 'DUPLICATE_TAG'
  | 'UNKNOWN_TAG'
  | 'REMOVED_TAG'
  | 'PCT_BELOW_100'
  | 'PCT_INVALID'
  | 'P_MISSING'
  | 'P_INVALID'
  | 'SP_INVALID'
  | 'NP_INVALID'
  | 'P_NOT_SECOND'
  | 'TREATED_AS_NONE'
  | 'NO_DMARC_PROCESSING'
  | 'INVALID_VALUE'
  | 'TEST_MODE'
  | 'FO_WITHOUT_RUF'
  | 'FO_INVALID'
  | 'RUA_MISSING'
  | 'URI_EMPTY'
  | 'URI_NO_SCHEME'
  | 'URI_INVALID'
  | 'URI_UNSUPPORTED_SCHEME'
  | 'URI_UNDELIVERABLE'
  | 'URI_UNENCODED'
  | 'URI_SIZE_LIMIT'
  | 'URI_DUPLICATE'
  | 'MANY_URIS'
  | 'LINE_BREAK';

export type DmarcDiscoveryProblemCode =
  | 'INVALID_DOMAIN'
  | 'MULTIPLE_RECORDS'
  | 'UNRELATED_TXT'
  | 'NEAR_MISS'
  | 'SUBDOMAIN_TAGS_IGNORED'
  | 'ORGANIZATIONAL_DOMAIN_UNKNOWN'
  | 'EXISTENCE_UNKNOWN'
  | 'DNS_ERROR';

/** A problem as data: a stable code, a sentence, and where it stands. */
export interface DmarcProblem {
  code: DmarcRecordProblemCode | DmarcDiscoveryProblemCode;
  severity: ProblemSeverity;
  /** A sentence: what is wrong and what receivers make of it. Outside text in it is bounded and printable. */
  message: string;
  /** The tag concerned, in lower case. */
  tag?: string;
  /** The domain whose record is meant, where a discovery met several. */
  domain?: string;
}

/** One entry of a `rua` or `ruf` list. */
export interface ReportUri {
  /** As published, blanks round it removed. */
  raw: string;
  /** Without the obsolete `!size`. */
  uri: string;
  /** A URI by RFC 3986; what RFC 9989 section 4.10.1 asks of `rua`. */
  valid: boolean;
  /** In lower case. */
  scheme?: string;
  /** Of a `mailto:` URI, percent-decoded: `local@host` with the host in A-label form. */
  address?: string;
  /** The destination host of RFC 9990 section 4. */
  host?: string;
  /** The obsolete size limit as published, e.g. `10m`. */
  sizeLimit?: string;
  /** A `mailto:` with an address that mail can be sent to. */
  deliverable: boolean;
}

/** The values in effect: what is invalid or missing has its default; `p`, `sp`, `np` and `fo` have none. */
export interface DmarcTags {
  p?: DmarcPolicy;
  sp?: DmarcPolicy;
  np?: DmarcPolicy;
  adkim: AlignmentMode;
  aspf: AlignmentMode;
  psd: 'y' | 'n' | 'u';
  t: 'y' | 'n';
  /** Only beside `ruf`; then `0` by default. */
  fo?: string;
  /** Valid URIs, without size limits. */
  rua: string[];
  ruf: string[];
}

/** What RFC 9989 section 4.10.1 makes of the policy tags as a whole. */
export type RecordEffect =
  | { kind: 'as-published'; p: DmarcPolicy; sp?: DmarcPolicy; np?: DmarcPolicy }
  /** A policy tag is missing or invalid, but a report is asked for: as if `p=none` alone were published. */
  | { kind: 'as-none'; because: PolicyTag }
  /** A policy tag is missing or invalid and nobody asks for reports: DMARC does not apply. */
  | { kind: 'not-processed'; because: PolicyTag };

export interface DmarcRecord {
  text: string;
  /** The first tag is `v=DMARC1`; otherwise receivers ignore the text as a whole. */
  isDmarc: boolean;
  tags: DmarcTags;
  effect: RecordEffect;
  uris: { rua: ReportUri[]; ruf: ReportUri[] };
  /** Every `name=value` in its order, names in lower case, `v` included. */
  entries: { name: string; value: string }[];
  /** Tags of RFC 7489 that RFC 9989 removed (Appendix A.6), as old receivers read them. */
  legacy: { pct?: number; rf?: string; ri?: string };
  /** Tag names that occur more than once. */
  duplicates: string[];
  problems: DmarcProblem[];
}

/** The TXT at `_dmarc.<domain>`. */
export type RecordAnswer =
  | { kind: 'found'; name: string; txt: string[]; aliases: AliasHop[] }
  | { kind: 'absent'; name: string; because: AbsentReason | 'NAME_TOO_LONG'; aliases: AliasHop[] }
  | { kind: 'unknown'; name: string; because: UnknownReason; detail: string };

/** What stands at the Author Domain itself. */
export interface OwnRecordState {
  answer: RecordAnswer;
  /** Those TXT that are DMARC records; more than one counts as none. */
  records: string[];
  nearMisses: DmarcNearMiss[];
}

export type DmarcNearMissCode =
  | 'TYPOGRAPHIC_QUOTES'
  | 'LITERAL_QUOTES'
  | 'LEADING_BLANK'
  | 'WRONG_CASE'
  | 'WRONG_EQUALS_SIGN'
  | 'MISSING_SEMICOLON'
  | 'ESCAPED_SEMICOLON'
  | 'VERSION_NOT_FIRST'
  | 'VERSION_MISSING'
  | 'VERSION_UNKNOWN'
  | 'BLANK_IN_VERSION';

/** TXT that was meant to be a DMARC record and is none. */
export interface DmarcNearMiss {
  text: string;
  code: DmarcNearMissCode;
  /** A sentence saying what is wrong. */
  message: string;
}

export interface DmarcDiscovery {
  /** In A-label form; as given when it is no domain name. */
  authorDomain: string;
  /**
   * `found`: a policy applies. `none`: DMARC does not apply, which is known. `temperror`: DNS left the policy unknown.
   */
  status: 'found' | 'none' | 'temperror';
  /** Where the record that applies stands, and its text. */
  recordDomain?: string;
  record?: DmarcRecord;
  /** As published by the tag in effect. */
  policy?: DmarcPolicy;
  /** Absent beside `policy` where no tag gave it: `none` in place of a broken `p`. */
  policyTag?: PolicyTag;
  /** After `t=y`. */
  appliedPolicy?: DmarcPolicy;
  /** Missing when the walk could not be ended. */
  organizationalDomain?: string;
  adkim: AlignmentMode;
  aspf: AlignmentMode;
  own: OwnRecordState;
  /** A record that would apply but is not processed (section 4.10.1); `status` is `none`. */
  unprocessed?: { domain: string; record: DmarcRecord };
  /** Asked only when `np` can matter. */
  authorDomainExists?: boolean | 'unknown';
  /** Names asked for TXT by the walk, in order; at most eight. */
  queries: string[];
  /** What the resolver answered to them. */
  answers: DnsAnswer<string>[];
  /** The name whose question was not answered. */
  errorAt?: string;
  /** How the policy comes about, in sentences. */
  derivation: string[];
  problems: DmarcProblem[];
}
