/** What live DNS says: DKIM records, SPF, DMARC, and whether mail aligns. */
import type { UnknownReason } from '../dns/types.ts';
import type { SpfProblem } from '../mail-auth/spf-types.ts';
import type { DnsFact, Observed } from './observed-types.ts';
import type { DedicatedAddresses, SesIdentity } from './ses-types.ts';

/** The live DNS at `<token>._domainkey.<domain>`. */
export interface DkimRecordFacts {
  token: string;
  name: string;
  /** `<token>.<hosted zone>` for Easy DKIM; absent for BYODKIM. */
  expectedTarget?: string;
  /** TXT asked at `name`: the alias chain and what stands behind it. */
  txt: DnsFact<string>;
  /** Direct target of the CNAME at `name`, if one was seen. */
  cnameTarget?: string;
  /** Whether A or AAAA records stand at the name while no alias shows (a proxied or flattened alias); asked only when TXT has none. */
  hasAddress?: boolean | 'unknown';
  /** The TXT at the expected target, asked only when `name` has TXT without an alias. */
  expectedTxt?: DnsFact<string>;
  /** Parsed key, when exactly one TXT was found. */
  key?: DkimKeyFacts;
}

export interface DkimKeyFacts {
  usable: boolean;
  keyType?: 'rsa' | 'ed25519';
  keyBits?: number;
  revoked: boolean;
  testMode: boolean;
  /** Codes of the parser's problems, at most 10. */
  problems: string[];
}

/** How a DKIM record came to stand at a name where nobody looks (DKIM-07). */
export type DkimMistake =
  /** `<token>._domainkey.<domain>.<zone>`: the DNS provider appended the zone to the whole name. */
  | 'ZONE_APPENDED'
  /** `<token>.<domain>` */
  | 'DOMAINKEY_MISSING'
  /** `<token>.domainkey.<domain>`: the provider refused the underscore. */
  | 'UNDERSCORE_MISSING'
  /** The same token under the domain above, or under the MAIL FROM domain below. */
  | 'PARENT_ZONE'
  | 'CHILD_ZONE';

/** The usual wrong names of one missing token: at most 6 are asked. */
export interface DkimProbeFacts {
  token: string;
  /** Where something of this token stands that no wildcard explains. */
  hits: {
    mistake: DkimMistake;
    name: string;
    type: 'CNAME' | 'TXT';
    value: string;
  }[];
  /** How many names were asked. */
  asked: number;
  /** The first name that gave no answer. */
  unanswered?: { name: string; because: UnknownReason };
}

/** What a DEED replica follows: the identity of the same name in another Region of the account (DKIM-11). */
export interface PrimaryFacts {
  region: string;
  /** `not-scanned`: the Region is not among those of this scan. */
  identity:
    Observed<Pick<SesIdentity, 'verificationStatus' | 'dkim'>> | { kind: 'gone' } | { kind: 'not-scanned' };
}

/** An SPF evaluation of the MAIL FROM domain for SES's own networks. */
export interface SpfFacts {
  /** All TXT at the name. */
  txt: DnsFact<string>;
  /** Those that RFC 7208 section 4.5 selects. */
  records: string[];
  /** TXT that looks as if it meant to be SPF but is not. */
  nearMisses: string[];
  /** One address of each network of amazonses.com's live record; absent when that could not be learned. */
  sesNetworks?: { network: string; ip: string; result: SpfResultName; problem?: string }[];
  sesNetworksUnknown?: string;
  /** Qualifier of the `all` that ends the evaluation, redirects followed. */
  all?: '+' | '-' | '~' | '?' | 'none' | 'unknown';
  /** `ip4`/`ip6` networks of prefix 0 to 8 that pass. */
  hugeNetworks: string[];
  /** DNS terms used at most on the SES path. */
  lookups?: number;
  voidLookups?: number;
  /** What is wrong with the record and all that it includes, whoever sends; errors first, at most 30. Absent: not analysed. */
  problems?: SpfProblemFacts[];
  /** DNS terms when no term matches before the end; not `exact` where a branch could not be counted. */
  worstCase?: { lookups: number; exact: boolean };
  /** Terms of the whole tree that find nothing, whoever sends. */
  voidTerms?: number;
  /** The record's own terms that ask DNS, each with what its whole branch costs; at most 40. */
  terms?: { term: string; cost: number }[];
  /** Names of the tree that DNS did not tell of, or that were not asked; at most 10. */
  unread?: string[];
  /** Terms that cannot be judged without a sender, at most 10. */
  undecidable?: string[];
  /** Dedicated addresses of the targets that send with the name; absent: nobody knows of them, and none is considered. */
  dedicated?: DedicatedSpfFacts;
}

/** The evaluation for each dedicated address; without addresses all other mail comes from SES's own networks. */
export interface DedicatedSpfFacts extends Omit<DedicatedAddresses, 'ips'> {
  addresses: { ip: string; result: SpfResultName; problem?: string }[];
}

/** A problem of an SPF record, or of one that it includes. */
export interface SpfProblemFacts {
  code: SpfProblem['code'];
  level: 'error' | 'warning';
  /** One sentence. */
  message: string;
  /** Whose record. */
  domain?: string;
  /** The domain's own record, not one that it includes. */
  own: boolean;
  /** The name that a term leads to and that is at fault. */
  target?: string;
  /** Places in the domain's own record of the terms that are, or lead to, the fault: `[start, end)`, at most 5. */
  places: [start: number, end: number][];
}

export type SpfResultName = 'none' | 'neutral' | 'pass' | 'fail' | 'softfail' | 'temperror' | 'permerror';

/** Whether mail From `authorDomain` aligns, and under which modes. `unknown` where DNS did not answer. */
export interface AlignmentFacts {
  authorDomain: string;
  adkim: 'r' | 's' | 'unknown';
  aspf: 'r' | 's' | 'unknown';
  organizationalDomain: string | 'unknown';
  /** Absent where the leg has no domain to align. */
  dkim?: AlignedIdentifier;
  spf?: AlignedIdentifier;
}

export interface AlignedIdentifier {
  domain: string;
  real: boolean | 'unknown';
  relaxed: boolean | 'unknown';
  /** Its own; evidence only, and asked only where it is not that of the From domain, with which it aligns relaxed. */
  organizationalDomain?: string | 'unknown';
}

export interface DmarcFacts {
  status: 'found' | 'none' | 'temperror';
  /** Where the record that applies stands. */
  recordDomain?: string;
  record?: string;
  /** As published by the tag in effect. */
  policy?: 'none' | 'quarantine' | 'reject';
  policyTag?: 'p' | 'sp' | 'np';
  /** After `t=y`. */
  appliedPolicy?: 'none' | 'quarantine' | 'reject';
  organizationalDomain?: string;
  adkim: 'r' | 's';
  aspf: 'r' | 's';
  rua: string[];
  /** The TXT at `_dmarc.<name>` itself. */
  ownTxt: DnsFact<string>;
  /** Those of `ownTxt` that are DMARC records. */
  ownRecords: string[];
  nearMisses: string[];
  /** Effective policies that the record at this very name gives itself and its subdomains; absent without an own record. */
  ownPolicies?: { p?: string; sp?: string; np?: string };
  /** Codes, at most 10. */
  problems: string[];
  /** Names asked, in order. */
  queries: string[];
  /** What DNS said to each of them, as `<name>: <answer>`. */
  trace?: string[];
  /** How the policy comes about, in sentences; at most 10. */
  derivation?: string[];
  /** The name whose question was not answered, when `temperror`. */
  errorAt?: string;
  /** Whose record would apply, but is not processed (RFC 9989 section 4.10.1); only where the status is `none`. */
  unprocessedAt?: string;
  /** Names above this one at whose `_dmarc` something stands, nearest first; only where the status is `none`. */
  above?: DmarcAbove[];
  /** TXT at `_dmarc.<name>` of another purpose. */
  unrelatedTexts?: number;
  /** What receivers of RFC 7489 find for mail From the name; only of a domain subject. */
  legacy?: LegacyDmarcFacts;
  /** Hosts that `rua` and `ruf` of the single record at this very name send to, at most 10; only of a domain subject. */
  reportHosts?: ReportHostFacts[];
  /**
   * Subtrees of the Organizational Domain that settings declare delegated and that the name does not lie in, at most 10:
   * whether they have another Organizational Domain (`psd=n`). Only of a domain whose record is judged here.
   */
  delegated?: { subtree: string; cut: boolean | 'unknown' }[];
}

/** What stands at `_dmarc` of a name above the From domain. */
export interface DmarcAbove {
  domain: string;
  txt: DnsFact<string>;
  /** Those of `txt` that are DMARC records. */
  records: string[];
  nearMisses: string[];
}

/** DMARC by RFC 7489: the Public Suffix List in place of the tree walk. */
export interface LegacyDmarcFacts {
  status: 'found' | 'none' | 'temperror';
  organizationalDomain: string;
  recordDomain?: string;
  policy?: 'none' | 'quarantine' | 'reject';
  errorAt?: string;
}

/** A host that DMARC reports are sent to. */
export interface ReportHostFacts {
  host: string;
  tags: ('rua' | 'ruf')[];
  /** Whether mail can be sent there: an MX that is no null MX, else an address (RFC 5321 section 5.1). */
  receives: boolean | 'unknown';
  /** Whether it takes reports for the domain: RFC 9990 section 4. */
  authorization: 'internal' | 'authorized' | 'denied' | 'misdirected' | 'unknown';
  /** The name that holds, or should hold, `v=DMARC1`; absent when internal. */
  authorizationName?: string;
  /** The `rua` that the host puts in place. */
  override?: string[];
}
