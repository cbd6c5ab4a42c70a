/** What many findings want of DNS, merged name by name into record sets as they have to be. */
import type { DnsRecordToPublish, Fix } from '../controls/types.ts';
import { isDmarcRecord } from '../mail-auth/dmarc-record.ts';
import { canonicalName, canonicalValue, compareText, refOf } from './names.ts';
import type { Conflict, FindingRef, OpenFinding, RecordSetChange, RecordType } from './types.ts';

/** One finding's wish for one name. */
interface Wish {
  finding: FindingRef;
  fix: Fix;
  publish: DnsRecordToPublish[];
  remove: DnsRecordToPublish[];
  /** Undefined: what else stands there is not known. */
  keep: DnsRecordToPublish[] | undefined;
  hidden: boolean;
}

export interface MergedName {
  name: string;
  changes: RecordSetChange[];
  findings: FindingRef[];
}

/** The name with what is wanted of it, or the conflict that it is. */
export type NameOutcome = { merged: MergedName } | { conflict: Conflict };

/** Every name that the findings' fixes mention, in order of name. */
export function mergeRecords(findings: readonly OpenFinding[]): NameOutcome[] {
  const names = new Map<string, Wish[]>();
  for (const one of findings) {
    for (const wish of wishesOf(one)) {
      const { name } = wish;
      names.set(name, [...(names.get(name) ?? []), wish.wish]);
    }
  }
  return [...names].sort(([a], [b]) => compareText(a, b)).map(([name, wishes]) => mergeName(name, wishes));
}

function wishesOf(one: OpenFinding): { name: string; wish: Wish }[] {
  const { fix } = one.finding;
  if (fix === undefined) return [];
  const { publish = [], remove = [], keep } = fix;
  const names = new Set([...publish, ...remove].map((record) => canonicalName(record.name)));
  return [...names].map((name) => {
    const at = (records: DnsRecordToPublish[]): DnsRecordToPublish[] =>
      records
        .filter((record) => canonicalName(record.name) === name)
        .map((record) => ({ ...record, name, value: canonicalValue(record.type, record.value) }));
    const wish: Wish = {
      finding: refOf(one),
      fix,
      publish: at(publish),
      remove: at(remove),
      keep: keep && at(keep),
      hidden: one.finding.reason === 'DKIM_CNAME_HIDDEN' && at(remove).length === 0,
    };
    return { name, wish };
  });
}

function mergeName(name: string, wishes: Wish[]): NameOutcome {
  const publishers = wishes.filter(({ publish }) => publish.length > 0);
  if (contradict(publishers) || undone(wishes)) {
    const spoken = wishes.map((wish) => ({ finding: wish.finding, wants: wantsOf(wish) }));
    return { conflict: { about: name, wishes: spoken } };
  }
  const types = new Set(
    wishes.flatMap(({ publish, remove }) => [...publish, ...remove].map(({ type }) => type)),
  );
  const changes = [...types].sort(compareText).map((type) => changeOf(name, type, wishes));
  return {
    merged: { name, changes: displacing(changes, wishes), findings: wishes.map(({ finding }) => finding) },
  };
}

/** Whether two findings want different values in the same slot of the name. */
function contradict(wishes: Wish[]): boolean {
  const slots = new Map<string, string>();
  for (const { publish } of wishes) {
    for (const [slot, values] of slotsOf(publish)) {
      if ((slots.get(slot) ?? values) !== values) return true;
      slots.set(slot, values);
    }
  }
  // A CNAME stands alone (RFC 1034 section 3.6.2).
  return slots.has('CNAME') && slots.size > 1;
}

/** CNAME and MX are one slot each; of TXT there is one SPF record and one DMARC record, and any other text is its own. */
function slotsOf(publish: DnsRecordToPublish[]): Map<string, string> {
  const slots = new Map<string, string[]>();
  for (const { type, value } of publish) {
    const slot = type === 'TXT' ? textSlot(value) : type;
    slots.set(slot, [...(slots.get(slot) ?? []), value]);
  }
  return new Map([...slots].map(([slot, values]) => [slot, JSON.stringify([...new Set(values)].sort())]));
}

function textSlot(value: string): string {
  if (/^v=spf1(?: |$)/i.test(value)) return 'TXT SPF';
  return isDmarcRecord(value) ? 'TXT DMARC' : `TXT ${value}`;
}

/** Whether one finding removes what another publishes. A record that stands twice may lose one of the two. */
function undone(wishes: Wish[]): boolean {
  const removed = new Map<string, FindingRef>();
  for (const { finding, remove, publish } of wishes) {
    for (const record of remove) {
      if (!publish.some((other) => other.type === record.type && other.value === record.value))
        removed.set(`${record.type} ${record.value}`, finding);
    }
  }
  return wishes.some(({ publish }) => publish.some(({ type, value }) => removed.has(`${type} ${value}`)));
}

function wantsOf({ publish, remove }: Wish): string {
  const wanted = publish.map(({ type, value }) => `${type} ${value}`);
  return wanted.length > 0
    ? wanted.join(', ')
    : `no ${remove.map(({ type, value }) => `${type} ${value}`).join(', no ')}`;
}

function changeOf(name: string, type: RecordType, wishes: Wish[]): RecordSetChange {
  const ofType = (records: DnsRecordToPublish[] | undefined): string[] =>
    (records ?? []).filter((record) => record.type === type).map(({ value }) => value);
  const publish = unique(wishes.flatMap((wish) => ofType(wish.publish)));
  const remove = unique(wishes.flatMap((wish) => ofType(wish.remove)));
  // Only TXT stands beside TXT. What one finding takes for a bystander another may know as wrong.
  const stays = type === 'TXT' ? unique(wishes.flatMap((wish) => ofType(wish.keep))) : [];
  const keep = stays.filter((value) => !remove.includes(value));
  const values = unique([...keep, ...publish]);
  const unseen = publish.length > 0 && wishes.every(({ fix }) => fix.unseen === true);
  const partial = type === 'TXT' && !unseen && wishes.every((wish) => wish.keep === undefined);
  return {
    name,
    type,
    values: remove.length > 0 && publish.length === 0 ? keep : values,
    found: unique([...keep, ...remove]),
    displaces: [],
    ...(unseen ? { unseen } : {}),
    ...(partial ? { partial } : {}),
    ...(type === 'CNAME' && wishes.some(({ hidden }) => hidden) ? { hidden: true } : {}),
  };
}

/**
 * Where a CNAME comes or goes, everything at the name is one change: what is removed without a successor of its own type
 * goes with the record that takes its place.
 */
function displacing(changes: RecordSetChange[], wishes: Wish[]): RecordSetChange[] {
  const alias = changes.some(({ type }) => type === 'CNAME');
  const heir = changes.find(({ values }) => values.length > 0);
  if (!alias || heir === undefined) return changes;
  const gone = changes.filter(({ values }) => values.length === 0);
  const removed = wishes.flatMap(({ remove }) => remove);
  const displaces = gone.flatMap(({ name, type, found }) => found.map((value) => ({ name, type, value })));
  return changes
    .filter((change) => !gone.includes(change))
    .map((change) =>
      change === heir
        ? { ...change, displaces: displaces.filter((one) => removed.some((other) => same(one, other))) }
        : change,
    );
}

function same(left: DnsRecordToPublish, right: DnsRecordToPublish): boolean {
  return left.type === right.type && left.value === right.value;
}

function unique(values: string[]): string[] {
  return [...new Set(values)];
}
