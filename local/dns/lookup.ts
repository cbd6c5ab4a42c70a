/** What the simulated DNS knows: pure look-ups in a World's zones, by RFC 1034 section 4.3.2 and RFC 4592. */
import type { DnsFault, World, WorldRecord } from '../organization/types.ts';

/** The longest alias chain that is followed; a loop ends where it closes. */
const MAX_ALIASES = 16;

export type LookupResult =
  | { kind: 'silence' }
  | { kind: 'failure'; rcode: 'SERVFAIL' | 'REFUSED' }
  | {
      kind: 'answer';
      rcode: 'NOERROR' | 'NXDOMAIN';
      /** The alias chain first, then the records at its end. */
      answers: WorldRecord[];
      /** The SOA of a negative answer. */
      authorities: WorldRecord[];
      /** A fault says that UDP must not carry it. */
      truncate: boolean;
    };

export interface ZoneIndex {
  lookup(name: string, type: string): LookupResult;
}

/** Makes a World's zones searchable. The World is read once; later changes to it are not seen. */
export function indexZones(world: Pick<World, 'zones' | 'zoneApexes' | 'dnsFaults'>): ZoneIndex {
  const records = new Map<string, WorldRecord[]>();
  const apexes = new Set(world.zoneApexes);
  const existing = new Set<string>(apexes);
  for (const record of world.zones) {
    records.set(record.name, [...(records.get(record.name) ?? []), record]);
    for (const name of upToApex(record.name, apexes)) existing.add(name);
  }
  const faults = new Map<string, DnsFault[]>();
  for (const fault of world.dnsFaults) {
    faults.set(fault.suffix, [...(faults.get(fault.suffix) ?? []), fault]);
  }
  const zones: Zones = { records, apexes, existing, faults };
  return { lookup: (name, type) => lookup(zones, name.toLowerCase(), type.toUpperCase()) };
}

interface Zones {
  records: Map<string, WorldRecord[]>;
  apexes: Set<string>;
  /** Every name that has records or names below it (empty non-terminals, RFC 8020). */
  existing: Set<string>;
  faults: Map<string, DnsFault[]>;
}

function lookup(zones: Zones, asked: string, type: string): LookupResult {
  const answers: WorldRecord[] = [];
  const visited = new Set<string>();
  let truncate = false;
  for (let name = asked; ;) {
    const fault = faultOf(zones, name, type);
    if (fault?.behaviour === 'silence') return { kind: 'silence' };
    if (fault?.behaviour === 'servfail') return { kind: 'failure', rcode: 'SERVFAIL' };
    if (fault?.behaviour === 'refused') return { kind: 'failure', rcode: 'REFUSED' };
    truncate ||= fault?.behaviour === 'truncate';
    const apex = ancestry(name).find((one) => zones.apexes.has(one));
    if (apex === undefined) {
      // A foreign name is refused; a chain that leaves the zones ends with the last alias known here.
      if (answers.length === 0) return { kind: 'failure', rcode: 'REFUSED' };
      return { kind: 'answer', rcode: 'NOERROR', answers, authorities: [], truncate };
    }
    const at = fault?.behaviour === 'nxdomain' ? undefined : recordsAt(zones, name, apex);
    if (!at) return { kind: 'answer', rcode: 'NXDOMAIN', answers, authorities: soaOf(zones, apex), truncate };
    const alias = at.find((record) => record.type === 'CNAME');
    if (!alias || type === 'CNAME' || type === 'ANY') {
      const wanted = at.filter((record) => type === 'ANY' || record.type === type);
      const authorities = wanted.length > 0 ? [] : soaOf(zones, apex);
      return { kind: 'answer', rcode: 'NOERROR', answers: [...answers, ...wanted], authorities, truncate };
    }
    answers.push(alias);
    visited.add(name);
    if (visited.has(alias.data) || answers.length >= MAX_ALIASES) {
      return { kind: 'answer', rcode: 'NOERROR', answers, authorities: [], truncate };
    }
    name = alias.data;
  }
}

/** The records of a name, an empty list for a name that has none of its own, or undefined where it does not exist. */
function recordsAt(zones: Zones, name: string, apex: string): WorldRecord[] | undefined {
  if (zones.existing.has(name)) return zones.records.get(name) ?? [];
  const above = ancestry(name).slice(1);
  const encloser = above.find((one) => zones.existing.has(one)) ?? apex;
  const wildcard = zones.records.get(`*.${encloser}`);
  return wildcard?.map((record) => ({ ...record, name }));
}

/** The fault of the longest suffix of the name that speaks of this type. */
function faultOf(zones: Zones, name: string, type: string): DnsFault | undefined {
  if (zones.faults.size === 0) return undefined;
  for (const suffix of ancestry(name)) {
    const fault = zones.faults.get(suffix)?.find(({ types }) => !types || types.includes(type));
    if (fault) return fault;
  }
  return undefined;
}

function soaOf(zones: Zones, apex: string): WorldRecord[] {
  return zones.records.get(apex)?.filter((record) => record.type === 'SOA') ?? [];
}

/** The name, its parent, and so on; never the root. */
function ancestry(name: string): string[] {
  const labels = name.split('.').filter((label) => label !== '');
  return labels.map((_, i) => labels.slice(i).join('.'));
}

function upToApex(name: string, apexes: Set<string>): string[] {
  const names = ancestry(name);
  const end = names.findIndex((one) => apexes.has(one));
  return end < 0 ? names : names.slice(0, end + 1);
}
