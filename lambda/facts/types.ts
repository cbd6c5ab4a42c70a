/**
 * Plain, JSON-able, bounded facts: what gathering hands to judging. No functions, no classes, no `undefined` that means
 * "could not look": that is `Observed` with `unseen`, or a DNS fact of kind `unknown`. Here stand the facts of each kind of
 * subject; what they are made of stands in the files named below.
 */
import type { MxRecord, SecondOpinionState, UnknownReason } from '../dns/types.ts';
import type {
  AlignmentFacts,
  DkimProbeFacts,
  DkimRecordFacts,
  DmarcFacts,
  PrimaryFacts,
  SpfFacts,
} from './dns-types.ts';
import type { DnsFact, Observed, Permitted, UnansweredQuestion, UnseenReason } from './observed-types.ts';
import type { RegionComparison } from './region-types.ts';
import type {
  ConfigurationSetsFacts,
  DedicatedAddresses,
  EffectiveSettings,
  NotificationFacts,
  SesIdentity,
  StreamFacts,
  TopicFacts,
  VerificationStatus,
} from './ses-types.ts';

export type * from './dns-types.ts';
export type * from './observed-types.ts';
export type * from './region-types.ts';
export type * from './ses-types.ts';

/** Mail From a name without an identity of its own, as an identity above would send it (ALIGN-05). */
export interface DeclaredFromFacts extends AlignmentFacts {
  /** Where the setting `selfSigned` declares this very name. */
  selfSigned?: IdentityFacts['selfSigned'];
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
  parent?: {
    ses: SesIdentity;
    notifications?: Permitted<NotificationFacts>;
    /** The identity that signs for it: itself or, where it inherits, one further up; absent when nothing does. */
    signer?: string;
  };
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
  /** Identities that are the MAIL FROM domain, or addresses at it: the target's, and those stored of others; at most 10. */
  identitiesAtMailFrom?: string[];
  /** Registrable names of the target's other domain identities that this one's name looks like, at most 10. */
  lookAlikes?: string[];
  /** Of a DEED replica. */
  primary?: PrimaryFacts;
  /** The effective signer's records (its own or the inherited one's), one a token. */
  dkimRecords: DkimRecordFacts[];
  /** Of its own tokens, where another identity's stand above and SES has not verified (or no longer confirms) this one. */
  ownDkimRecords?: DkimRecordFacts[];
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
    /** Where the one MX names another Region: that one, if an identity of the account uses the MAIL FROM domain there. */
    alsoUsedInRegions: string[] | 'unknown';
    spf: SpfFacts;
  };
  dmarc: DmarcFacts;
  alignment: AlignmentFacts;
  /**
   * Mail From each domain of the setting `fromDomains` for which this identity is the nearest one; at most 20. Absent
   * where there is none (ALIGN-05).
   */
  declaredFrom?: DeclaredFromFacts[];
  /** Only where the From domain is known to send in bulk when its target is read. */
  bulk?: BulkSender;
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
  /** Amazon Data Firehose streams that event destinations name, at most 50. */
  streams?: Permitted<StreamFacts[]>;
  /** Which `configuration set/destination` names which stream, at most 200. */
  streamUses?: { arn: string; by: string }[];
  /** Why topics or streams may be named that are in neither list; absent: everything that could name one was read. */
  usesUnread?: UnseenReason | 'LIST_INCOMPLETE' | 'NOT_PERMITTED_BY_SETTINGS';
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
      /** Of an endpoint that is READY: this Region's identities beside those of its other Regions. */
      comparison?: RegionComparison;
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
  /** Dedicated addresses; absent where they were not read: by settings, or by an older release. */
  dedicatedIps?: StoredAddresses | 'unknown';
  /** The worst of what IP-01 says of them; absent where there are none, or as above. */
  reverseDns?: ReverseDnsWord;
}

/** `missing`: of some address no PTR name leads back to it. `unknown`: none is known to lack one, but of some DNS did not tell. */
export type ReverseDnsWord = 'confirmed' | 'missing' | 'unknown';

/** Sorted, at most 50; `leftOut`: how many more there are. */
export type StoredAddresses = Pick<DedicatedAddresses, 'ips' | 'leftOut'>;

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
  unseen?: { because: UnseenReason; detail: string } | { outOfSight: OutOfSight };
}

/** What the scan was to see and did not, so that absence proves nothing: the first of it. */
export interface OutOfSight {
  accountId: string;
  /** Absent where it is the whole account. */
  region?: string;
  outcome: CoverageOutcome;
  /** How many other accounts and Regions were not seen. */
  others: number;
}

/** What makes a bulk sender of a From domain (BULK-07), as far as one target can know it. */
export interface BulkSender {
  /** By the settings; by what this target alone sent in a day; by the memory of what all of them sent. */
  because: 'BULK_DECLARED' | 'BULK_BY_VOLUME' | 'BULK_BEFORE';
  /** Whose declaration or volume it is; at or above the From domain. */
  registrable: string;
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
  /** Why not, where the scan is full: whole accounts before Regions. */
  outOfSight?: OutOfSight;
  volume?: VolumeFacts;
  /**
   * The records of SES at or for the name (DANG-*), at most 120. Where none is known: `unseen`, Route 53 refused some
   * account's zones; `outOfSight`, some account was not surveyed at all.
   */
  zoneRecords?: Permitted<ZoneRecord[]> | { kind: 'outOfSight'; outOfSight: OutOfSight };
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
