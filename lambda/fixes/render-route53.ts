/** The DNS part of a plan as change batches of Amazon Route 53 (ChangeResourceRecordSets): each is all or nothing. */
import { registrableDomain } from '../controls/fixes.ts';
import { mxParts, route53Name, route53Txt } from './escape.ts';
import { compareText } from './names.ts';
import { cautions, RECORD_TTL } from './render-bind.ts';
import type { Plan, RecordSetChange, RecordType } from './types.ts';

export interface Route53Change {
  Action: 'CREATE' | 'UPSERT' | 'DELETE';
  ResourceRecordSet: { Name: string; Type: RecordType; TTL: number; ResourceRecords: { Value: string }[] };
}

export interface Route53Batch {
  /** The registrable domain of its names: which hosted zone holds them is not known without reading Route 53. */
  zone: string;
  /** What the batch itself cannot say. */
  cautions: string[];
  batch: { Comment: string; Changes: Route53Change[] };
}

/** Records and characters of one request; an UPSERT counts twice (Amazon Route 53 developer guide, Quotas). */
const MAX_RECORDS = 500;
const MAX_CHARACTERS = 16_000;

/** In order of zone; a zone with very many records has several batches, in the order in which they are to be sent. */
export function renderRoute53(plan: Plan): Route53Batch[] {
  const zones = new Map<string, RecordSetChange[]>();
  for (const step of plan.steps) {
    if (step.kind !== 'dns') continue;
    for (const change of step.changes) {
      const zone = registrableDomain(change.name);
      zones.set(zone, [...(zones.get(zone) ?? []), change]);
    }
  }
  return [...zones]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([zone, changes]) => parts(changes).map((part) => batchOf(zone, part)));
}

/** The changes of one name stay together. */
function parts(changes: RecordSetChange[]): RecordSetChange[][] {
  const names = groupByName(changes);
  const all: RecordSetChange[][] = [];
  let [records, characters] = [Infinity, Infinity];
  for (const group of names.values()) {
    const values = group.flatMap((change) => changesOf(change)).flatMap(valuesOf);
    const size = values.reduce((sum, value) => sum + value.length, 0);
    if (records + values.length > MAX_RECORDS || characters + size > MAX_CHARACTERS) {
      all.push([]);
      [records, characters] = [0, 0];
    }
    all.at(-1)?.push(...group);
    records += values.length;
    characters += size;
  }
  return all;
}

function groupByName(changes: RecordSetChange[]): Map<string, RecordSetChange[]> {
  const names = new Map<string, RecordSetChange[]>();
  for (const change of changes) names.set(change.name, [...(names.get(change.name) ?? []), change]);
  return names;
}

function valuesOf({ ResourceRecordSet }: Route53Change): string[] {
  return ResourceRecordSet.ResourceRecords.map(({ Value }) => Value);
}

function batchOf(zone: string, changes: RecordSetChange[]): Route53Batch {
  const batch = changes.flatMap(changesOf);
  const deletes = batch.filter(({ Action }) => Action === 'DELETE');
  return {
    zone,
    cautions: [
      ...changes.flatMap(cautions),
      ...deletes.map(
        ({ ResourceRecordSet: { Name, Type } }) =>
          `DELETE of ${Name} ${Type} needs the exact current values and TTL: put in what \`aws route53 list-resource-record-sets\` shows`,
      ),
    ],
    batch: { Comment: commentOf(zone, changes, deletes), Changes: batch },
  };
}

/** Characters (Amazon Route 53 API reference, ChangeBatch). */
const MAX_COMMENT = 256;

/**
 * The cautions once more, in brief: a batch in a file is read without what was printed beside it. With the names where
 * there is room for all of them, else counted.
 */
function commentOf(zone: string, changes: readonly RecordSetChange[], deletes: Route53Change[]): string {
  const namesOf = (wanted: (change: RecordSetChange) => true | undefined): string[] => [
    ...new Set(changes.filter((change) => wanted(change)).map(({ name }) => route53Name(name))),
  ];
  const kinds = [
    {
      names: deletes.map(({ ResourceRecordSet: { Name, Type } }) => `${Name} ${Type}`),
      say: (what: string) => `${what} DELETE: put in the current values and TTL, ${RECORD_TTL} is a guess`,
    },
    {
      names: namesOf(({ unseen }) => unseen),
      say: (what: string) => `${what} CREATE: nobody looked at the name`,
    },
    { names: namesOf(({ partial }) => partial), say: (what: string) => `${what} TXT: others must stay` },
    {
      names: namesOf(({ hidden }) => hidden),
      say: (what: string) => `${what} UPSERT: refused while another type stands there`,
    },
  ].filter(({ names }) => names.length > 0);
  const title = `ses-posture fix plan: ${zone}`;
  if (kinds.length === 0) return title.slice(0, MAX_COMMENT);
  const named = ` CAUTION: ${kinds.map(({ names, say }) => say(names.join(', '))).join('; ')}`;
  if (title.length + named.length <= MAX_COMMENT) return title + named;
  const counted = ` CAUTION: ${kinds.map(({ names, say }) => say(String(names.length))).join('; ')}`;
  return title.slice(0, MAX_COMMENT - counted.length) + counted;
}

/** What gives way at a name goes first; the batch as a whole is one change. */
function changesOf(change: RecordSetChange): Route53Change[] {
  const { name, type, values, found, displaces, unseen, partial } = change;
  // Where nobody read what else stands there, Route 53 refuses rather than overwrites.
  const unread = unseen ?? (partial && found.length === 0);
  const types = [...new Set(displaces.map((record) => record.type))];
  const deletions = types.map((one) =>
    route53Change(
      'DELETE',
      name,
      one,
      displaces.filter((record) => record.type === one).map(({ value }) => value),
    ),
  );
  if (values.length === 0) return [...deletions, route53Change('DELETE', name, type, found)];
  return [...deletions, route53Change(unread ? 'CREATE' : 'UPSERT', name, type, values)];
}

function route53Change(
  Action: Route53Change['Action'],
  name: string,
  Type: RecordType,
  values: readonly string[],
): Route53Change {
  return {
    Action,
    ResourceRecordSet: {
      Name: route53Name(name),
      Type,
      TTL: RECORD_TTL,
      ResourceRecords: values.map((value) => ({ Value: route53Value(Type, value) })),
    },
  };
}

export function route53Value(type: RecordType, value: string): string {
  switch (type) {
    case 'TXT':
      return route53Txt(value);
    case 'MX': {
      const mx = mxParts(value);
      return mx ? `${mx.preference} ${route53Name(mx.host)}` : route53Name(value);
    }
    case 'CNAME':
      return route53Name(value);
    case 'A':
    case 'AAAA':
      return value.replace(/[^0-9a-f.:]/gi, '');
  }
}
