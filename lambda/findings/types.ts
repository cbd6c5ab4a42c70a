/** What is stored and compared: subjects with their findings, coverage, scans, changes, digests. See docs/architecture.md. */
import type { CoverageOutcome, Dependent, UnseenReason } from '../facts/types.ts';
import type { Use } from '../controls/severity.ts';
import type { Finding, Json, Severity, Status, Subject, SubjectBefore } from '../controls/types.ts';

/** By whom a finding is accepted, and until the end of which day (UTC). */
export interface Waived {
  owner: string;
  /** `2026-11-30`. */
  expires: string;
}

/** The part of a finding that can make a change. */
export interface Stand {
  status: Exclude<Status, 'UNKNOWN'>;
  reason: string;
  reasonClass: number;
  tracked?: { name: string; value: string; rank: number };
  /** Only where there is something to accept: it is open, or tracks a value. */
  waived?: Waived;
}

/** The last word that rests on an observed fact. */
export interface Known extends Omit<Stand, 'waived'> {
  severity: Severity;
  summary: string;
  /** ISO 8601: since when status and reason are so. */
  since: string;
  /** ISO 8601: when it was last seen so. */
  observedAt: string;
  scanId: string;
  /** Revision of the control whose word it is. */
  revision: number;
  /** Set while the finding has never been told and must not read as a change: docs/judgement.md, "Baseline". */
  baseline?: boolean;
  /** What made it so, where it was not the world: the operator's settings, or a release of this software. */
  because?: 'SETTING' | 'RELEASE';
  /** The waiver as of the latest scan that saw the subject. */
  waived?: Waived & { reason: string };
  /** What it follows from. Of what is no longer open: what it followed from when it last was. */
  cause?: NonNullable<Finding['cause']>;
}

/** What the team was last told; written by the mail step and, for a first PASS or NOT_APPLICABLE, at first evaluation. */
export interface Told extends Stand {
  /** Number of the digest; 0 for what needed no telling. */
  digest: number;
}

export interface StoredFinding {
  /** The latest judgement, which may be UNKNOWN. */
  latest: Finding;
  known?: Known;
  /** The finding behind `known`, kept only while `latest` is UNKNOWN. */
  knownFinding?: Finding;
  told?: Told;
  /** Consecutive full scans that ended UNKNOWN. */
  unknownScans: number;
}

export interface StoredSubject {
  subject: Subject;
  firstSeen: string;
  /** Start of the gathering that the stored findings rest on. */
  observedAt: string;
  scanId: string;
  version: number;
  findings: { [key: string]: StoredFinding };
  /** Bounded facts for people and for controls that compare targets. */
  facts?: { [key: string]: Json };
  /** When the subject was found gone. */
  retiredAt?: string;
}

/** Kinds of change between told and known: docs/judgement.md, "Changes". */
export type ChangeKind =
  | 'OPENED'
  | 'REGRESSED'
  | 'WEAKENED'
  | 'RESOLVED'
  | 'RETIRED'
  /** Still open, and no longer waived. */
  | 'WAIVER_ENDED'
  /** FAIL to WARN: counted, not mailed as resolved. */
  | 'EASED'
  /** First evaluation of something already there: one count line. */
  | 'BASELINE'
  /** Nothing to say (a tracked value rose, a reason's class fell, all that happens under a waiver): told silently. */
  | 'NOTED';

export interface Change {
  subject: Subject;
  key: string;
  kind: ChangeKind;
  from?: Stand;
  finding: Finding;
  known: Known;
  /** Where what it follows from is accepted by a waiver: nothing else in the digest speaks of that. */
  causeWaived?: Waived;
}

export interface RegionCoverage {
  outcome: CoverageOutcome;
  detail?: string;
  listed?: number;
  judged?: number;
}

export interface AccountCoverage {
  accountId: string;
  accountName: string;
  ouPath: string;
  outcome: CoverageOutcome;
  detail?: string;
  regions: { [region: string]: RegionCoverage };
  /** Of the account's hosted zones, where the settings permit reading them. */
  zones?: ZonesCoverage;
}

/** `observedAt` (ISO 8601): when their reading began. `unseen`: they were not read, or not to their end. */
export type ZonesCoverage = { observedAt: string } & (
  { kind: 'seen' } | { kind: 'unseen'; because: UnseenReason; detail: string }
);

/** The account as stored between scans. */
export interface AccountRecord {
  accountId: string;
  name: string;
  ouPath: string;
  /** Regions that have stored subjects (identities or a target with findings). */
  regions: string[];
  /**
   * Region to the id of the scan that first covered it whole. A subject first seen in a Region that is missing here, or
   * that this very scan covered first, is baseline; a new identity in any other is OPENED.
   */
  coveredRegions: { [region: string]: string };
}

export type ScanState = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface ScanRecord {
  id: string;
  name: string;
  executionArn: string;
  startTime: string;
  endTime?: string;
  /** A RUNNING scan older than the machine's timeout reads as died. */
  state: ScanState;
  full: boolean;
  notify: boolean;
  input: { [key: string]: Json };
  scheduledTime?: string;
  accountsInScope: number;
  totals?: ScanTotals;
  /** Sentences about what broke outside any account (a domain shard, the report). */
  problems: string[];
  digest?: number;
}

/** Totals that add up: the outcomes sum to `accounts` and `targets`. */
export interface ScanTotals {
  accounts: number;
  accountOutcomes: { [outcome in CoverageOutcome]?: number };
  targets: number;
  targetOutcomes: { [outcome in CoverageOutcome]?: number };
  identitiesListed: number;
  identitiesJudged: number;
  domainsJudged: number;
  findings: { [status in Status]?: number };
  /** Open findings (known FAIL or WARN, not waived) by severity in use: those that follow from no other one. */
  open: { [severity in Severity]?: number };
  /** Those that do. */
  consequences?: { [severity in Severity]?: number };
  /** Open, but accepted. */
  waived?: number;
  /** Open findings of accounts and Regions that were to be seen and were not: they stand as they were last seen. */
  openUnseen?: number;
  /** Findings whose latest word is UNKNOWN. */
  unknown: number;
  /** The same by reason. */
  unknownReasons?: { [reason: string]: number };
  /** What most of them follow from: accounts and Regions out of sight. At most 20. */
  unknownCauses?: UnknownCause[];
  /** The subjects with the most of the others, so that a digest can name what could not be judged. */
  unknownSubjects?: UnknownSubject[];
}

/** What could not be judged for one and the same loss. */
export interface UnknownCause {
  /** The finding that says why. */
  controlId: string;
  subject: Subject;
  accountName?: string;
  /** Findings that follow from it, and the subjects that they are of. */
  count: number;
  subjects: number;
  reasons: string[];
}

/** A subject of which something could not be judged, that no loss explains. */
export interface UnknownSubject {
  subject: Subject;
  accountName?: string;
  count: number;
  reasons: string[];
}

/** A frozen entry of a digest. */
export interface DigestEntry {
  subject: Subject;
  /** The outbox token that was read when the entry was frozen. */
  token: string;
  /** Their findings without evidence: the text is frozen beside them. */
  changes: Change[];
  accountName?: string;
  /** Of the target; of a domain, that of its busiest one. For the severity that is shown. */
  use?: Use;
  /** Of a domain: who uses it, at most 20. */
  users?: (Dependent & { accountName?: string })[];
  userCount?: number;
}

/** All changes of a digest, counted. */
export interface ChangeTally {
  /** Subjects with a change. */
  subjects: number;
  changes: { [kind in ChangeKind]?: number };
  /** BASELINE changes that leave a finding open and follow from no other one, by severity in use. */
  baselineOpen: { [severity in Severity]?: number };
  /** Those that do. */
  baselineConsequences: number;
  /** The same by severity in use. */
  baselineFollowing?: { [severity in Severity]?: number };
  /** Targets and accounts whose SCAN-01 or SCAN-02 regressed. */
  lostFromSight: number;
}

export interface RecordOutcome {
  /** `stale`: a newer observation is stored, nothing was written. */
  result: 'written' | 'unchanged' | 'stale';
  pendingChanges: number;
}

export type { Dependent, SubjectBefore };
