/** A subject as an item: what is written, what is read back, and the bounds of its size. */
import { isFirm } from '../controls/severity.ts';
import { sameSubject, type Cause } from '../controls/subjects.ts';
import type { Finding, Json, Severity, Status, Subject, SubjectBefore } from '../controls/types.ts';
import { SEVERITIES } from '../controls/types.ts';
import { RETIRED_REASON, changesOf, isOpen, isOpenUnwaived } from './compare.ts';
import { jsonBytes } from './json.ts';
import type { Merged, StoredState } from './state.ts';
import { subjectKey } from './schema.ts';
import { TableError, type Item, type Update } from './store.ts';
import type { Known, StoredFinding, Told } from './types.ts';
import { useOfFacts } from './use.ts';

/** An item is kept below the first, and never written above the second (DynamoDB refuses 400 KB). Bytes of JSON. */
const SOFT_LIMIT = 200 * 1024;
const HARD_LIMIT = 380 * 1024;
/** An update expression may hold 4 KB; what does not fit is set by the next write. */
const MAX_TOLD_AT_ONCE = 60;

/** What is counted of a subject, without reading its findings. */
export interface SubjectCounts {
  findings: { [status in Status]?: number };
  /** Known FAIL or WARN, not waived. */
  open: OpenCount[];
  /** Known FAIL or WARN, but waived. */
  waived: number;
  /** Findings whose latest word is UNKNOWN, by reason. */
  unknown: { [reason: string]: number };
  /** Those of them that follow from something lost from sight, by what was lost. */
  unjudged?: { cause: Cause; unknown: { [reason: string]: number } }[];
}

/** How many open findings are alike. */
export interface OpenCount {
  /** Of the control's table; what is shown is computed from it by use. */
  severity: Severity;
  /** Whether use never lowers it. */
  firm: boolean;
  /** Whether it follows from another finding. */
  follows: boolean;
  count: number;
}

export function stateOf(item: Item | undefined): StoredState | undefined {
  if (!item || item['subject'] === undefined) return undefined;
  const told = (item['told'] ?? {}) as { [key: string]: Told };
  const stored = item['findings'] as { [key: string]: Omit<StoredFinding, 'told'> };
  const findings = Object.entries(stored).map(([key, finding]) => [
    key,
    { ...finding, ...(told[key] && { told: told[key] }) },
  ]);
  return {
    subject: item['subject'] as Subject,
    firstSeen: item['firstSeen'] as string,
    observedAt: item['observedAt'] as string,
    scanId: item['scanId'] as string,
    version: item['version'] as number,
    findings: Object.fromEntries(findings) as StoredState['findings'],
    before: item['before'] as StoredState['before'],
    controls: item['controls'] as StoredState['controls'],
    ...(item['facts'] !== undefined && { facts: item['facts'] as { [key: string]: Json } }),
    ...(item['settings'] !== undefined && { settings: item['settings'] as string }),
    ...(item['retiredAt'] !== undefined && { retiredAt: item['retiredAt'] as string }),
  };
}

/**
 * The one update that stores a merged state. It never names `told` but to set what needs no telling, and holds only
 * while the item is as it was read and no newer observation has come.
 */
export function stateUpdate(stored: StoredState | undefined, merged: Merged, expiry: number): Update {
  const state = fitted(merged.state);
  const set = new Assignments();
  const { subject, firstSeen, observedAt, scanId, version, before, controls, facts, settings, retiredAt } =
    state;
  set.all({ subject, firstSeen, observedAt, scanId, version, before, controls, facts, settings, retiredAt });
  set.all({ findings: withoutTold(state.findings), counts: countsOf(state), ...indexKeys(state) });
  set.all({ use: useOfFacts(facts) });
  const pending = changesOf(withTold(state, merged.toldNow)).length;
  set.all({ expiresAt: retiredAt !== undefined && pending === 0 ? expiry : undefined });
  setTold(set, stored, merged.toldNow);
  return {
    UpdateExpression: set.expression(),
    ConditionExpression: stored ? '#read = :read AND #at <= :now' : 'attribute_not_exists(pk)',
    ExpressionAttributeNames: {
      ...set.names,
      ...(stored && { '#read': 'version', '#at': 'observedAt' }),
    },
    ExpressionAttributeValues: {
      ...set.values,
      ...(stored && { ':read': stored.version, ':now': observedAt }),
    },
  };
}

function setTold(set: Assignments, stored: StoredState | undefined, toldNow: Merged['toldNow']): void {
  if (!stored) {
    set.all({ told: toldNow });
    return;
  }
  for (const [key, told] of Object.entries(toldNow).slice(0, MAX_TOLD_AT_ONCE)) {
    set.told(key, told, stored.findings[key]?.told === undefined);
  }
}

/** Tells what a digest has told: the mail step's only write to a subject. Conditional on the version that was read. */
export function toldUpdate(stored: StoredState, told: { [key: string]: Told }, expiry?: number): Update {
  const set = new Assignments();
  set.all({ version: stored.version + 1, ...(expiry !== undefined && { expiresAt: expiry }) });
  for (const [key, value] of Object.entries(told)) set.told(key, value, false);
  return {
    UpdateExpression: set.expression(),
    ConditionExpression: '#read = :read',
    ExpressionAttributeNames: { ...set.names, '#read': 'version' },
    ExpressionAttributeValues: { ...set.values, ':read': stored.version },
  };
}

/** Collects `SET` and `REMOVE`: an undefined value removes its attribute. */
class Assignments {
  readonly names: Record<string, string> = {};
  readonly values: Record<string, unknown> = {};
  readonly #sets: string[] = [];
  readonly #removes: string[] = [];

  all(attributes: { [name: string]: unknown }): void {
    for (const [name, value] of Object.entries(attributes)) {
      const alias = this.#alias(name);
      if (value === undefined) this.#removes.push(alias);
      else this.#sets.push(`${alias} = ${this.#value(value)}`);
    }
  }

  told(key: string, told: Told, onlyIfAbsent: boolean): void {
    const path = `${this.#alias('told')}.${this.#alias(key)}`;
    const value = this.#value(told);
    this.#sets.push(`${path} = ${onlyIfAbsent ? `if_not_exists(${path}, ${value})` : value}`);
  }

  expression(): string {
    const removes = this.#removes.length > 0 ? ` REMOVE ${this.#removes.join(', ')}` : '';
    return `SET ${this.#sets.join(', ')}${removes}`;
  }

  #alias(name: string): string {
    const known = Object.entries(this.names).find(([, value]) => value === name);
    if (known) return known[0];
    const alias = `#n${Object.keys(this.names).length}`;
    this.names[alias] = name;
    return alias;
  }

  #value(value: unknown): string {
    const alias = `:v${Object.keys(this.values).length}`;
    this.values[alias] = value;
    return alias;
  }
}

function withoutTold(findings: StoredState['findings']): Item {
  return Object.fromEntries(Object.entries(findings).map(([key, { told: _told, ...rest }]) => [key, rest]));
}

export function withTold(state: StoredState, told: { [key: string]: Told }): StoredState {
  const findings = Object.entries(state.findings).map(([key, finding]) => [
    key,
    told[key] ? { ...finding, told: told[key] } : finding,
  ]);
  return { ...state, findings: Object.fromEntries(findings) as StoredState['findings'] };
}

function countsOf(state: StoredState): SubjectCounts {
  const counts: SubjectCounts = { findings: {}, open: [], waived: 0, unknown: {} };
  if (state.retiredAt) return counts;
  for (const { latest, known } of Object.values(state.findings)) {
    if (latest.reason !== RETIRED_REASON)
      counts.findings[latest.status] = (counts.findings[latest.status] ?? 0) + 1;
    if (latest.status === 'UNKNOWN') countUnknown(counts, latest);
    if (!known || !isOpen(known)) continue;
    if (known.waived) counts.waived += 1;
    else countOpen(counts.open, { ...known, controlId: latest.controlId, follows: follows(known, state) });
  }
  return counts;
}

function countUnknown(counts: SubjectCounts, { reason, cause }: Finding): void {
  counts.unknown[reason] = (counts.unknown[reason] ?? 0) + 1;
  if (!cause) return;
  counts.unjudged ??= [];
  const same = counts.unjudged.find((one) => sameCause(one.cause, cause));
  const unknown = same?.unknown ?? {};
  unknown[reason] = (unknown[reason] ?? 0) + 1;
  if (!same) counts.unjudged.push({ cause, unknown });
}

function sameCause(left: Cause, right: Cause): boolean {
  return left.controlId === right.controlId && sameSubject(left.subject, right.subject);
}

function countOpen(
  open: OpenCount[],
  { severity, controlId, follows }: { severity: Severity; controlId: string; follows: boolean },
): void {
  const firm = isFirm(controlId);
  const alike = open.find((it) => it.severity === severity && it.firm === firm && it.follows === follows);
  if (alike) alike.count += 1;
  else open.push({ severity, firm, follows, count: 1 });
}

/** A cause on this very subject has to be open, and not waived, to count; one on another is taken at its word. */
function follows({ cause }: Known, { subject, findings }: StoredState): boolean {
  if (!cause) return false;
  if (!sameSubject(cause.subject, subject)) return true;
  return Object.values(findings).some(
    ({ latest, known }) => latest.controlId === cause.controlId && known && isOpenUnwaived(known),
  );
}

function indexKeys(state: StoredState): { gsiPk: string | undefined; gsiSk: string | undefined } {
  const { open } = countsOf(state);
  const worst = SEVERITIES.find((severity) => open.some((it) => it.severity === severity));
  return {
    gsiPk: worst && `OPEN#${worst}`,
    gsiSk: worst && subjectKey(state.subject),
  };
}

/** Evidence goes first where an item would grow too large: that of the past, then of what is in order, then all. */
function fitted(state: StoredState): StoredState {
  const steps = [
    dropPastEvidence,
    (it: StoredState) => dropEvidence(it, false),
    (it: StoredState) => dropEvidence(it, true),
  ];
  let fitting = state;
  for (const step of steps) {
    if (jsonBytes(fitting) <= SOFT_LIMIT) return fitting;
    fitting = step(fitting);
  }
  const bytes = jsonBytes(fitting);
  if (bytes <= HARD_LIMIT) return fitting;
  throw new TableError(
    `The findings of ${subjectKey(state.subject)} are ${bytes} bytes and one item holds ${HARD_LIMIT}. Report this as a defect: some control says too much.`,
  );
}

function dropPastEvidence(state: StoredState): StoredState {
  const past = state.before.subject;
  if (!past) return state;
  const findings = Object.entries(past.findings).map(([key, { evidence: _evidence, ...rest }]) => [
    key,
    rest,
  ]);
  const subject = { ...past, findings: Object.fromEntries(findings) as SubjectBefore['findings'] };
  return { ...state, before: { ...state.before, subject } };
}

function dropEvidence(state: StoredState, ofAll: boolean): StoredState {
  const findings = Object.entries(state.findings).map(([key, finding]) => {
    const { latest, knownFinding } = finding;
    if (!ofAll && (latest.status === 'FAIL' || latest.status === 'WARN')) return [key, finding];
    return [
      key,
      {
        ...finding,
        latest: { ...latest, evidence: { truncated: true } },
        ...(knownFinding && { knownFinding: { ...knownFinding, evidence: { truncated: true } } }),
      },
    ];
  });
  return { ...state, findings: Object.fromEntries(findings) as StoredState['findings'] };
}
