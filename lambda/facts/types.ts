/**
 * Plain, JSON-able, bounded facts: what gathering hands to judging. No functions, no classes, no `undefined` that means
 * "could not look": that is `Observed` with `unseen`, or a DNS fact of kind `unknown`.
 */
import type { AbsentReason, MxRecord, SecondOpinionState, UnknownReason } from '../dns/types.ts';
import type { SpfProblem } from '../mail-auth/spf-types.ts';

export type UnseenReason = 'ACCESS_DENIED' | 'THROTTLED' | 'TIMED_OUT' | 'FAILED';

/** Something AWS was asked for: seen, or not and why. */
export type Observed<T> =
  { kind: 'seen'; value: T } | { kind: 'unseen'; because: UnseenReason; detail: string };

/** The same where the operator may switch the read off (setting `permissions`). */
export type Permitted<T> = Observed<T> | { kind: 'off' };

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
  /** Sending authorization: policy name to its JSON text, at most 20 of 4 KB each (SES's own bounds). */
  policies?: { [name: string]: string };
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

/** GetIdentityNotificationAttributes (API v1 alone knows them). ARNs of SNS topics. */
export interface NotificationFacts {
  bounceTopic?: string;
  complaintTopic?: string;
  deliveryTopic?: string;
  /** Feedback by e-mail. */
  forwarding: boolean;
}

export interface EventDestinationFacts {
  name: string;
  enabled: boolean;
  /** `BOUNCE`, `COMPLAINT`, ... */
  types: string[];
  kind: 'SNS' | 'FIREHOSE' | 'CLOUDWATCH' | 'EVENTBRIDGE' | 'PINPOINT' | 'UNKNOWN';
  /** Topic, stream or bus, where it has one. */
  arn?: string;
}

export interface ConfigurationSetFacts {
  name: string;
  tlsPolicy: 'REQUIRE' | 'OPTIONAL';
  sendingEnabled: boolean;
  reputationMetrics: boolean;
  /** Absent: inherited from the account. Empty: suppression switched off. */
  suppressedReasons?: string[];
  sendingPool?: string;
  tracking?: {
    domain: string;
    /** `REQUIRE`, `REQUIRE_OPEN_ONLY` or `OPTIONAL`. */
    httpsPolicy: string;
    /** What the tracking domain's CNAME says; asked only in the target's facts (CS-05). */
    cname?: DnsFact<string>;
  };
  destinations: EventDestinationFacts[];
  /** Whether an identity of the target names it as its default; needed only in the target's facts (CS-02). */
  isDefault?: boolean | 'unknown';
}

/** The configuration sets of a target: those that identities name as default, and others up to a bound. */
export interface ConfigurationSetsFacts {
  sets: ConfigurationSetFacts[];
  /** How many there are in all. */
  listed: number;
  /** Named by an identity as its default, but deleted. */
  missing: string[];
}

/** An SNS topic that identities or event destinations of the target name. */
export interface TopicFacts {
  arn: string;
  /** `foreign`: of another account, which the scanner does not ask there. */
  state: 'found' | 'missing' | 'foreign' | UnseenReason;
  confirmed?: number;
  pending?: number;
  /** Whether the topic's policy lets SES publish; `unknown` where the policy has conditions we do not evaluate. */
  admitsSes?: boolean | 'unknown';
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
  /** TXT at `_dmarc.<name>` of another purpose. */
  unrelatedTexts?: number;
  /** What receivers of RFC 7489 find for mail From the name; only of a domain subject. */
  legacy?: LegacyDmarcFacts;
  /** Hosts that `rua` and `ruf` of the single record at this very name send to, at most 10; only of a domain subject. */
  reportHosts?: ReportHostFacts[];
  /** Subtrees below the name that settings declare delegated, at most 10: whether `psd=n` cuts them off. */
  delegated?: { subtree: string; cut: boolean | 'unknown' }[];
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
    /** Anything sent within the setting `inUseDays`, as GetSendStatistics and GetAccount tell or told in earlier scans. */
    inUse: boolean | 'unknown';
  };
  effective: EffectiveSettings;
  /** Of the identity itself. */
  notifications?: Permitted<NotificationFacts>;
  /** Those of the target. */
  configurationSets?: Permitted<ConfigurationSetsFacts>;
  /** Nearest verified DOMAIN identity above this one (for an address: of its domain or above), with its notifications. */
  parent?: { ses: SesIdentity; notifications?: Permitted<NotificationFacts> };
  /** Whether the From domain can receive mail: it has an MX that is not null, or else an address (RFC 5321 section 5.1). */
  fromReceives?: boolean | 'unknown';
  /** What is known of the organization, as far as the identity's policies name it (IDENT-07); absent: nothing. */
  organization?: {
    /** `o-...` */
    id?: string;
    /** Accounts that the policies name: whether they belong to it. Those left out are not known. */
    accounts: { [accountId: string]: boolean };
  };
  /**
   * Whom the target receives mail for, by the enabled rules of the active receipt rule set: `example.com` (also of an
   * address), `.example.com` (its subdomains), `*` (a rule without recipients: every verified domain).
   */
  receiptDomains?: Permitted<string[]>;
  /** Identities of the target that are the MAIL FROM domain, or addresses at it; at most 10. */
  identitiesAtMailFrom?: string[];
  /** Registrable names of the target's other domain identities that this one's name looks like, at most 10. */
  lookAlikes?: string[];
  /** Of a DEED replica. */
  primary?: PrimaryFacts;
  /** The effective signer's records (its own or the inherited one's), one a token. */
  dkimRecords: DkimRecordFacts[];
  /** Of the identity's own tokens that are missing; absent when none is. */
  dkimProbes?: DkimProbeFacts[];
  /** The selectors that the setting `selfSigned` declares for the From domain, one record each. */
  selfSigned?: { domain: string; records: DkimRecordFacts[] };
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
  /**
   * Mail From each domain of the setting `fromDomains` for which this identity is the nearest one; at most 20. Absent
   * where there is none (ALIGN-05).
   */
  declaredFrom?: AlignmentFacts[];
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
  /** Sums over GetSendStatistics' 14 days. */
  sendStatistics?: Observed<{ attempts: number; bounces: number; complaints: number; rejects: number }>;
  /** Account-level suppression (GetAccount); absent reasons mean that none is on. */
  suppressedReasons?: Observed<string[]>;
  /** Virtual Deliverability Manager (GetAccount). */
  vdmEnabled?: Observed<boolean>;
  pricingPlan?: string;
  /** CloudWatch Reputation.BounceRate and .ComplaintRate, the newest data point of two days; fractions. */
  reputation?: Permitted<{ bounceRate?: number; complaintRate?: number; at?: string }>;
  /** CloudWatch alarms on those two metrics. */
  reputationAlarms?: Permitted<
    {
      name: string;
      metric: 'Reputation.BounceRate' | 'Reputation.ComplaintRate';
      threshold: number;
      actions: boolean;
    }[]
  >;
  /** Open VDM recommendations; only asked where VDM is on. */
  recommendations?: Permitted<
    { type: string; impact: 'LOW' | 'HIGH'; description: string; resource: string; created?: string }[]
  >;
  configurationSets?: Permitted<ConfigurationSetsFacts>;
  /** Topics that identities and event destinations name, at most 50. */
  topics?: Permitted<TopicFacts[]>;
  /** Which identity or `configuration set/destination` names which topic, at most 200. */
  topicUses?: { arn: string; by: string }[];
  /** Dedicated IPs with their reverse DNS; `names`: PTR, `back`: whether any of them leads back to the address. */
  dedicatedIps?: Permitted<
    { ip: string; pool?: string; warmup?: string; names: DnsFact<string>; back: boolean | 'unknown' }[]
  >;
  reputationEntities?: Permitted<{ arn: string; type: string; sendingStatus: string; impact?: string }[]>;
  multiRegionEndpoints?: Permitted<
    {
      name: string;
      status: string;
      regions: string[];
      /** Identities of this target that the endpoint's other Region lacks or holds with other settings. Absent: not compared. */
      gaps?: { identity: string; region: string; differs: 'MISSING' | 'DKIM' | 'MAIL_FROM' }[] | 'unknown';
    }[]
  >;
  /** Every identity's name (bounded), for IDENT-05. */
  identities?: { name: string; type: 'DOMAIN' | 'EMAIL_ADDRESS'; domain: string; verified?: boolean }[];
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

/** Which control speaks of what is wrong, on an identity of the same target or on a domain. */
export interface SummaryCause {
  controlId: string;
  identity?: string;
  domain?: string;
}

/**
 * What is stored of an identity for the controls that compare targets. No times and no counters: they would rewrite the
 * subject at every scan. `observedAt` is the stored subject's own.
 */
export interface IdentitySummary {
  accountId: string;
  region: string;
  name: string;
  observedAt: string;
  use: Dependent['use'];
  type: SesIdentity['type'];
  domain: string;
  /** It may send: SES has verified it, or one that covers it. */
  verified: boolean;
  dkim: {
    kind: EffectiveSettings['dkim']['kind'];
    signingDomain?: string;
    status: VerificationStatus;
    origin: string;
    tokens: string[];
    keyBits?: number;
    /** The DKIM leg of the verdict. */
    leg: 'live' | 'at-risk' | 'none' | 'unknown';
    aligned: boolean | 'unknown';
    /** Who speaks of a leg that is missing. */
    cause?: SummaryCause;
  };
  mailFrom?: {
    domain: string;
    status: VerificationStatus;
    behaviorOnMxFailure: string;
  };
  spf: { leg: 'live' | 'none' | 'unknown'; aligned: boolean | 'unknown'; cause?: SummaryCause };
  verdict: 'BOTH' | 'DKIM_ONLY' | 'SPF_ONLY' | 'NONE' | 'unknown';
  configurationSet?: string;
  /** Of the default configuration set, where it was read. */
  tlsPolicy?: 'REQUIRE' | 'OPTIONAL';
  /** Left alone as freemail or sandbox recipient: it sends no mail of ours. */
  exempt: boolean;
}

/** What is stored of a target for the same controls. */
export interface TargetSummary {
  accountId: string;
  region: string;
  observedAt: string;
  sentLast24Hours?: number;
  productionAccess: boolean | 'unknown';
  inUse: boolean | 'unknown';
  /** `2026-11-21`, the last day on which anything was seen to be sent; a day, so that it changes at most daily. */
  lastUsed?: string;
}

/** A record of SES in a public hosted zone of Amazon Route 53 that an account of the organization holds. */
export interface ZoneRecord {
  zoneAccount: string;
  zoneId: string;
  /** Lower case, without trailing dot; `value` as a DnsRecordToPublish has it. */
  name: string;
  type: 'CNAME' | 'MX' | 'TXT';
  value: string;
  /** Seconds. */
  ttl?: number;
  /** Nothing else stands in the record set, and no routing policy chooses it: it can be deleted as it is. */
  alone: boolean;
  /** Of an earlier scan: this one was to read the account's zones and did not, or not to their end. */
  unseen?: { because: UnseenReason; detail: string };
}

/** What may have been sent in a day under one registrable domain (BULK-07). */
export interface VolumeFacts {
  registrable: string;
  /** Every target with an identity at or below it, at most 1,000. */
  targets: TargetSummary[];
  /** Targets of which nothing is stored, or beyond the bound. */
  unread: number;
  /** ISO 8601: when the volume was first seen to be bulk, in whatever scan; it stays so. */
  bulkSince?: string;
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
    /** TXT at the name itself; where there are many, SPF, what meant to be SPF, and DMARC are kept. */
    rootTxt?: DnsFact<string>;
    /** TXT at `_amazonses.<name>`, SES's verification of old; asked only of names that mail is From. */
    legacyVerification?: DnsFact<string>;
    /** TXT asked at names that nobody made: what is found there is a wildcard's (DKIM-14). */
    wildcards?: { label: string; domainkey: DnsFact<string>; domain: DnsFact<string> };
    /** Usual MAIL FROM names below the domain (MF-09). */
    mailFromProbes?: {
      /** Whose one MX is an SES feedback host, no wildcard's; `used`: as MAIL FROM, by an identity that the store knows. */
      hits: { name: string; region: string; used: boolean | 'unknown' }[];
      /** Those that gave no answer. */
      unanswered: { name: string; because: UnknownReason }[];
    };
  };
  /** Where the domain is a MAIL FROM domain. */
  mailFrom?: {
    mx: DnsFact<MxRecord>;
    spf: SpfFacts;
    regions: string[];
    /** Without an MX: where SES's stands instead, because the DNS provider appended the zone to the whole name. */
    misplacedMx?: { name: string; exchange: string; preference: number }[];
  };
  /** Where settings say that the domain sends no mail. */
  parked?: {
    exists: boolean | 'unknown';
    mx: DnsFact<MxRecord>;
    dmarc: DmarcFacts;
    spf: {
      /** As `rootTxt`. */
      txt: DnsFact<string>;
      records: string[];
      all?: SpfFacts['all'];
      /** Whether the record lets any host pass. */
      passes: 'nobody' | 'somebody' | 'unknown';
    };
  };
  /**
   * What was last stored of each identity that sends From the domain or uses it as MAIL FROM, in every target, with its
   * age; at most 1,000. Inheriting a DMARC record is no such use.
   */
  identities?: IdentitySummary[];
  /** Identities that use it and of which nothing comparable is stored, or beyond the bound. */
  identitiesUnread?: number;
  /** Of each target of those. */
  targets?: TargetSummary[];
  /** Whether this scan is full and saw every account and target in scope: only then does absence among them mean anything. */
  coverageComplete?: boolean;
  volume?: VolumeFacts;
  /** The records of SES at or for the name (DANG-*), at most 120; `unseen`: none is known, and some account was not read. */
  zoneRecords?: Permitted<ZoneRecord[]>;
  /**
   * Who sends From a domain above the name, up to the registrable one, with SPF alone (`identity in account Region`); only
   * where SES's MX stands in a zone and no identity uses the name as MAIL FROM (DANG-03). At most 20.
   */
  sendersBySpf?: { identities: string[]; unread: number };
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
