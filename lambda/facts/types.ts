/**
 * Plain, JSON-able, bounded facts: what gathering hands to judging. No functions, no classes, no `undefined` that means
 * "could not look": that is `Observed` with `unseen`, or a DNS fact of kind `unknown`.
 */
import type { AbsentReason, MxRecord, SecondOpinionState, UnknownReason } from '../dns/types.ts';

export type UnseenReason = 'ACCESS_DENIED' | 'THROTTLED' | 'TIMED_OUT' | 'FAILED';

/** Something AWS was asked for: seen, or not and why. */
export type Observed<T> =
  { kind: 'seen'; value: T } | { kind: 'unseen'; because: UnseenReason; detail: string };

/**
 * A DNS answer reduced to what controls need. `unconfirmed`: a second opinion was wanted, but could not be reached, and
 * the first resolver's word stands alone.
 */
export type DnsFact<T> =
  | { kind: 'found'; records: T[]; aliases: string[]; unconfirmed?: true }
  | { kind: 'absent'; because: AbsentReason; aliases: string[]; unconfirmed?: true }
  | { kind: 'unknown'; because: UnknownReason; detail: string };

/** A DNS question without an answer to rely on. */
export interface UnansweredQuestion {
  name: string;
  type: string;
  because: UnknownReason;
  /** The first resolver answered; the second opinion said something else, or nothing. */
  secondOpinion?: true;
  /** Both answers in words, at most 450 characters; only with `secondOpinion`. */
  detail?: string;
}

export type VerificationStatus = 'PENDING' | 'SUCCESS' | 'FAILED' | 'TEMPORARY_FAILURE' | 'NOT_STARTED';

/** One identity as SES tells it (GetEmailIdentity). Names verbatim; `domain` in lower-case A-label form. */
export interface SesIdentity {
  name: string;
  type: 'DOMAIN' | 'EMAIL_ADDRESS';
  /** The identity itself, or the part after `@`. */
  domain: string;
  verificationStatus: VerificationStatus;
  verifiedForSending: boolean;
  errorType?: string;
  lastChecked?: string;
  lastSuccess?: string;
  feedbackForwarding?: boolean;
  configurationSet?: string;
  dkim: {
    signingEnabled: boolean;
    status: VerificationStatus;
    /** Easy DKIM: three tokens; BYODKIM: the selector; empty when never set up. */
    tokens: string[];
    /** `AWS_SES`, `EXTERNAL` or `AWS_SES_<REGION>` (a DEED replica). */
    origin: string;
    /** Zone that the CNAMEs point into, as SES gives it, else from the Region table. */
    hostedZone: string;
    currentKeyBits?: number;
    nextKeyBits?: number;
    lastKeyGeneration?: string;
  };
  mailFrom?: {
    domain: string;
    status: VerificationStatus;
    behaviorOnMxFailure: 'USE_DEFAULT_VALUE' | 'REJECT_MESSAGE';
  };
}

/** The settings in effect for mail From `domain` sent through one target: docs/judgement.md. */
export interface EffectiveSettings {
  /** The most granular verified identity that covers the From domain or address; absent when none is verified. */
  winner?: string;
  /** Nearest verified DOMAIN identity at or above the From domain. */
  verifiedDomain?: string;
  /** Nearest DOMAIN identity at or above the From domain, verified or not. */
  domainIdentity?: string;
  dkim:
    | { kind: 'own' | 'inherited'; signer: string; signingDomain: string }
    | { kind: 'unsigned'; by: string }
    | { kind: 'none' }
    | { kind: 'unproven'; detail: string };
  /** MAIL FROM of the winner; absent: SES's default, which never aligns. */
  mailFrom?: { identity: string; domain: string; status: VerificationStatus; behaviorOnMxFailure: string };
  /**
   * A nearer identity may send without being verified, and its settings are not the winner's: nobody knows whose apply.
   * `dkim` is then `unproven` where it differs; where `mailFrom` differs, the SPF leg's alignment is `unknown`.
   */
  undecided?: { between: [nearer: string, winner: string]; differs: ('dkim' | 'mailFrom')[] };
}

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
}

export type SpfResultName = 'none' | 'neutral' | 'pass' | 'fail' | 'softfail' | 'temperror' | 'permerror';

/** Whether mail From `authorDomain` aligns, and under which modes. `unknown` where DNS did not answer. */
export interface AlignmentFacts {
  authorDomain: string;
  adkim: 'r' | 's' | 'unknown';
  aspf: 'r' | 's' | 'unknown';
  organizationalDomain: string | 'unknown';
  /** Absent where the leg has no domain to align. */
  dkim?: { domain: string; real: boolean | 'unknown'; relaxed: boolean | 'unknown' };
  spf?: { domain: string; real: boolean | 'unknown'; relaxed: boolean | 'unknown' };
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
  /** The name whose question was not answered, when `temperror`. */
  errorAt?: string;
}

/** Everything the identity controls read. */
export interface IdentityFacts {
  accountId: string;
  region: string;
  name: string;
  /** ISO 8601: when gathering of this subject began. */
  observedAt: string;
  ses: SesIdentity;
  /** Of the target; for severity by use and sandbox recipients. */
  target: {
    productionAccess: boolean | 'unknown';
    /** Any delivery attempt in GetSendStatistics' 14 days, or a message in the last 24 hours. */
    inUse: boolean | 'unknown';
  };
  effective: EffectiveSettings;
  /** The effective signer's records (its own or the inherited one's), one a token. */
  dkimRecords: DkimRecordFacts[];
  /** DKIM state of the effective signer as SES tells it; absent when nothing signs. */
  signer?: SesIdentity['dkim'];
  /** Live DNS at the effective MAIL FROM domain. */
  mailFrom?: {
    domain: string;
    mx: DnsFact<MxRecord>;
    /** Other targets of this account whose identities use the same MAIL FROM domain (this Region left out). */
    alsoUsedInRegions: string[] | 'unknown';
    spf: SpfFacts;
  };
  dmarc: DmarcFacts;
  alignment: AlignmentFacts;
  /** How the second opinion fared while this was gathered; absent: nobody knows of one. */
  secondOpinion?: SecondOpinionState;
  /** Why no DNS question was asked at all, e.g. `RESOLVER_UNUSABLE`. */
  dnsUnusable?: string;
}

export type CoverageOutcome =
  | 'PENDING'
  | 'SCANNED'
  | 'EMPTY'
  | 'PARTIAL'
  | 'REGION_DISABLED'
  | 'NOT_OFFERED'
  | 'EXPECTED_DENIAL'
  | 'EXCLUDED'
  | 'ROLE_MISSING'
  | 'ACCESS_DENIED'
  | 'DENIED_BY_POLICY'
  | 'THROTTLED'
  | 'TIMED_OUT'
  | 'FAILED';

/** What the account control (SCAN-01) reads. */
export interface AccountFacts {
  accountId: string;
  observedAt: string;
  outcome: CoverageOutcome;
  /** AWS error code or a sentence. */
  detail?: string;
  memberRoleName: string;
}

/** What the target controls (SCAN-02..05, ACCT-*, IDENT-05) read. */
export interface TargetFacts {
  accountId: string;
  region: string;
  observedAt: string;
  outcome: CoverageOutcome;
  detail?: string;
  /** Absent when the target was not read. */
  listed?: number;
  judged?: number;
  /** Deleted between listing and reading. */
  vanished?: number;
  account?: Observed<{
    productionAccess: boolean;
    reviewStatus?: string;
    enforcementStatus: string;
    sendingEnabled: boolean;
    max24HourSend: number;
    maxSendRate: number;
    sentLast24Hours: number;
  }>;
  /** Sum of delivery attempts over GetSendStatistics' 14 days. */
  deliveryAttempts?: Observed<number>;
  /** Every identity's name (bounded), for IDENT-05. */
  identities?: { name: string; type: 'DOMAIN' | 'EMAIL_ADDRESS'; domain: string }[];
  /** DNS questions asked for this target's identities that got no answer, at most 50. */
  unansweredNames?: UnansweredQuestion[];
  /** How the second opinion fared over all identities. */
  secondOpinion?: SecondOpinionState;
  dnsUnusable?: string;
}

/** Who uses a domain. */
export interface Dependent {
  accountId: string;
  region: string;
  identity: string;
  use: 'FROM' | 'MAIL_FROM' | 'DMARC_RECORD';
}

/** What the domain controls (DMARC-*, IDENT-13, SPF-*, MF-03, SCAN-04, -05) read. */
export interface DomainFacts {
  name: string;
  observedAt: string;
  dependents: Dependent[];
  /** DMARC and reachability, where the domain is a From domain or holds a DMARC record that others inherit. */
  from?: {
    dmarc: DmarcFacts;
    exists: boolean | 'unknown';
    mx: DnsFact<MxRecord>;
    /** A or AAAA present; asked when there is no MX. */
    hasAddress?: boolean | 'unknown';
    /** The registrable name and whether it exists; asked when the domain does not. */
    registrable?: { name: string; exists: boolean | 'unknown' };
  };
  /** Where the domain is a MAIL FROM domain. */
  mailFrom?: { mx: DnsFact<MxRecord>; spf: SpfFacts; regions: string[] };
  unansweredNames: UnansweredQuestion[];
  secondOpinion?: SecondOpinionState;
  dnsUnusable?: string;
}

/** The finding's facts by subject kind. */
export interface FactsBySubject {
  identity: IdentityFacts;
  target: TargetFacts;
  account: AccountFacts;
  domain: DomainFacts;
}
