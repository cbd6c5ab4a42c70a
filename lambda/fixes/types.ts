/** One plan for a domain over all its targets: what is merged, in which order, and what stays advice. See docs/fixing.md. */
import type { DnsRecordToPublish, Finding, Subject } from '../controls/types.ts';

/** An open finding as the plan takes it. */
export interface OpenFinding {
  subject: Subject;
  finding: Finding;
  /** ISO 8601. Set where the latest scan could not judge it: this is when it was last seen so. */
  lastSeen?: string;
  /** Accepted for a while by the settings. */
  waived?: { owner: string; expires: string };
}

/** What the latest scan could not judge. */
export interface NotJudged {
  subject: Subject;
  key: string;
  reason: string;
  summary: string;
}

export interface PlanInput {
  /** Lower case, A-labels, without trailing dot. */
  domain: string;
  /** Of the domain, of what lies below it, and of the accounts and targets that hold identities of it. */
  open: readonly OpenFinding[];
  /** Open, but accepted: they are named and left alone. */
  waived?: readonly OpenFinding[];
  notJudged: readonly NotJudged[];
  /** Records that MAIL FROM domains of the table hold and that are right, as the findings show. */
  inPlace?: readonly DnsRecordToPublish[];
  /** Names that mail is sent From: the domain part of every identity. Their SPF is nobody's to change but the owner's. */
  fromDomains: readonly string[];
}

export interface FindingRef {
  subject: Subject;
  key: string;
  controlId: string;
}

export type RecordType = DnsRecordToPublish['type'];

/** One record set as it has to be. Names and values as in `DnsRecordToPublish`. */
export interface RecordSetChange {
  name: string;
  type: RecordType;
  /** The whole set after the change; empty: the set goes. */
  values: string[];
  /** What of this type stands there now, as last seen; these values go unless `values` has them, too. */
  found: string[];
  /** Records of other types at the name, which cannot stand beside a CNAME and go in the same change. */
  displaces: DnsRecordToPublish[];
  /** Nobody looked whether something stands at the name: it must be created, never overwritten. */
  unseen?: true;
  /** Other TXT may stand at the name, which nobody read: they have to stay. */
  partial?: true;
  /** Something stands at the name that nobody read (an address where the CNAME belongs): it has to go first. */
  hidden?: true;
}

interface StepBase {
  title: string;
  /** What is wrong now: the findings' own sentences. */
  wrong: string[];
  /** The findings that are healed once this step is done (and those before it). */
  heals: FindingRef[];
  /** The findings that need this step and a later one. */
  serves: FindingRef[];
  /** What the findings' own fixes say beside. */
  notes: string[];
  /** How to see that it worked, one line each. */
  check: string[];
}

export type Step =
  | (StepBase & { kind: 'dns'; changes: RecordSetChange[] })
  | (StepBase & { kind: 'wait' })
  | (StepBase & {
      kind: 'command';
      accountId: string;
      region: string;
      /** The identity that the command names, where it names one. */
      identity?: string;
      command: string;
      /** It begins something whose records are known only afterwards: scan again, and plan again. */
      begins: boolean;
    });

/** Findings that want different things of one name or of one setting. Nothing of it is in the plan. */
export interface Conflict {
  /** A DNS name, or the setting of an identity in words. */
  about: string;
  wishes: { finding: FindingRef; wants: string }[];
}

/** An open finding that the plan leaves to people. */
export interface Advice {
  finding: FindingRef;
  /** The worst of the finding and of what ends with it. */
  severity: Finding['severity'];
  summary: string;
  text: string;
  /** Why it is not in the plan, and the evidence to gather first. */
  first: string;
  /** A command that reaches beyond the domain, or that the plan never holds. */
  command?: string;
  account?: string;
  records?: { publish: DnsRecordToPublish[]; remove: DnsRecordToPublish[] };
  /** What follows from it, and has neither record nor command of its own: it should end with it. */
  ends: FindingRef[];
}

export interface Plan {
  domain: string;
  /** In the order in which they are to be done. */
  steps: Step[];
  /** Every finding that the steps heal by themselves. */
  heals: FindingRef[];
  /** Healed by what a `begins` step starts, with the records that the next plan gives. */
  begins: FindingRef[];
  /** Without a fix of their own; they end with the finding that they follow from. */
  follows: { finding: FindingRef; cause: FindingRef }[];
  conflicts: Conflict[];
  advice: Advice[];
  notJudged: NotJudged[];
  waived: { finding: FindingRef; owner: string; expires: string }[];
  /** Findings that the latest scan could not judge again, with the day of their last sight. */
  lastSeen: { finding: FindingRef; at: string }[];
}
