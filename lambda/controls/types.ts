/** The shape of a control and of what it says. Controls are data and one pure, synchronous function of facts. */
import type { MemberAction, PermissionGroup, ScanSettings } from '../contract.ts';

export type Status = 'PASS' | 'WARN' | 'FAIL' | 'UNKNOWN' | 'NOT_APPLICABLE';
export const STATUSES: readonly Status[] = ['FAIL', 'WARN', 'UNKNOWN', 'PASS', 'NOT_APPLICABLE'];
export type Severity = 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW' | 'INFO';
export const SEVERITIES: readonly Severity[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO'];

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What a control judges. */
export type Subject =
  | { kind: 'identity'; accountId: string; region: string; name: string }
  | { kind: 'target'; accountId: string; region: string }
  | { kind: 'account'; accountId: string }
  | { kind: 'domain'; name: string };

/** A DNS record to publish, ready to paste. Name and value without trailing dot; MX values as `10 host`; TXT unquoted. */
export interface DnsRecordToPublish {
  name: string;
  type: 'CNAME' | 'TXT' | 'MX' | 'A' | 'AAAA';
  value: string;
  /** Unprintable characters were replaced by escapes: to be read, not to be pasted. */
  inexact?: true;
}

/** What to do. Where a DNS record is at fault, the exact record and the wrong thing found now. */
export interface Fix {
  /** Imperative sentences. */
  text: string;
  publish?: DnsRecordToPublish[];
  /** Records found now that have to go. */
  remove?: DnsRecordToPublish[];
  /**
   * Other TXT found at the names of `publish` and `remove`, which stay: whoever writes whole record sets (Route 53) needs
   * them. Absent: not known. CNAME and the MX of a MAIL FROM domain stand alone.
   */
  keep?: DnsRecordToPublish[];
  /** Nobody looked whether something stands at the names of `publish`. */
  unseen?: true;
  /** Some of the records were too many or too long and are left out. */
  incomplete?: true;
  /** An AWS CLI command with account, Region and identity filled in. */
  command?: string;
  /** The account whose credentials the command needs. */
  account?: string;
}

/** One control's word on one subject. */
export interface Finding<Reason extends string = string> {
  /** `<control>` or `<control>#<sub-key>`. */
  key: string;
  controlId: string;
  revision: number;
  status: Status;
  reason: Reason;
  /** How bad the reason is among the control's own; a FAIL whose class rises has regressed. 0 unless declared. */
  reasonClass: number;
  severity: Severity;
  /** What is the case, in one sentence, without account and Region. */
  summary: string;
  /** Structured, at most 4 KB, no secrets. */
  evidence: { [key: string]: Json };
  fix?: Fix;
  /** The finding that this one follows from; digest and report show it beneath. */
  cause?: { controlId: string; subject: Subject };
  /** A value whose fall is a change even where the status stays (DMARC policy, key bits, verdict). Higher rank is better. */
  tracked?: { name: string; value: string; rank: number };
}

/** Documentation and meaning of one reason of a control. */
export interface ReasonSpec {
  /** Statuses that this reason may come with. */
  statuses: readonly Status[];
  /** Unless the judgement says otherwise. */
  severity?: Severity;
  /** What the judgement may say instead; `means` says when. */
  otherSeverities?: readonly Severity[];
  /** See Finding.reasonClass. */
  class?: number;
  /** One sentence for the control's page. */
  means: string;
}

/** What a control knows beside its facts. */
export interface JudgeContext {
  settings: ScanSettings;
  /** ISO 8601; the scan's start, the only clock a control has. */
  scanStartTime: string;
  /** Whether this scan covers the whole scope. */
  full: boolean;
  /** The subject as it was stored before this scan; absent when never seen. */
  before?: SubjectBefore;
}

export interface SubjectBefore {
  /** ISO 8601, when the subject was first observed. */
  firstSeen: string;
  findings: { [key: string]: FindingBefore };
}

export interface FindingBefore {
  status: Status;
  reason: string;
  /** The last status that rests on an observed fact. */
  knownStatus?: Status;
  knownReason?: string;
  tracked?: { name: string; value: string; rank: number };
  /** Consecutive full scans in which the finding was UNKNOWN, before this one. */
  unknownScans: number;
  evidence?: { [key: string]: Json };
}

export interface Control<Facts, Reason extends string = string> {
  id: string;
  /** Raised when the meaning changes: the next evaluation is a baseline, not a change. */
  revision: number;
  title: string;
  subject: Subject['kind'];
  tier: 1 | 2 | 3;
  severity: Severity;
  /** IAM actions in member accounts that its facts come from; docs/permissions.md tells by them what needs what. */
  reads?: readonly MemberAction[];
  /** Groups of optional permissions without any one of which it says NOT_PERMITTED_BY_SETTINGS. */
  permissions?: readonly PermissionGroup[];
  /** What PASS asserts. */
  asserts: string;
  /** Why it matters to delivery. */
  why: string;
  /** For the control's page: what is stored beside its findings. One or two sentences. */
  evidence: string;
  /** For the control's page: what its fix does. One or two sentences; `none` where nothing has to be done. */
  remedy: string;
  /** RFC sections, provider or AWS pages. */
  sources: readonly string[];
  reasons: Record<Reason, ReasonSpec>;
  judge(facts: Facts, context: JudgeContext): Finding<Reason>[];
}
