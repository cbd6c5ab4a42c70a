/** What recording reads, judges and makes of a subject. */
import type { Finding, Json, Subject, SubjectBefore } from '../controls/types.ts';
import type { Known, StoredSubject, Told } from './types.ts';

/** The subject with what only recording needs. */
export interface StoredState extends StoredSubject {
  /** What the scan `scanId` found when it first touched the subject, so that its retry judges the same. */
  before: { scanId: string; subject?: SubjectBefore };
  /** By control: the revision evaluated last, and whether a first known word is still to come and will be baseline. */
  controls: { [controlId: string]: { revision: number; baseline: boolean } };
  /** Fingerprint of the settings it was judged under. */
  settings?: string;
}

export interface Judgement {
  subject: Subject;
  scan: { id: string; full: boolean };
  /** ISO 8601: start of the subject's gathering. */
  observedAt: string;
  /** Of every control of this kind of subject: a stored finding of any other counts as gone. */
  revisions: { [controlId: string]: number };
  findings: Finding[];
  before: SubjectBefore | undefined;
  facts?: { [key: string]: Json };
  baselineIfNew: boolean;
  settings?: string;
  /** The waiver in force of a finding, by its key. */
  waive?: (key: string) => Known['waived'];
}

export interface Merged {
  state: StoredState;
  /** What needs no telling, to be set as told. */
  toldNow: { [key: string]: Told };
  /** Whether anything but "last seen" differs from what is stored. */
  changed: boolean;
}
