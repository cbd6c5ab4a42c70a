/** A zone table for tests: what stands at each name, or how the question for it fails. */
import { isIP } from 'node:net';
import { parse as parseIp } from './ip.ts';

/** How a question can fail instead of being answered. */
export type ZoneFailure = 'SERVFAIL' | 'REFUSED' | 'TIMEOUT';

/** One TXT record: its text, its chunks (joined without a blank), or raw bytes. */
export type ZoneTxt = string | string[] | Buffer;

/** The records at one name. A failure in place of a list makes only that type fail. */
export interface ZoneRecords {
  TXT?: ZoneTxt[] | ZoneFailure;
  MX?: [preference: number, exchange: string][] | ZoneFailure;
  A?: string[] | ZoneFailure;
  AAAA?: string[] | ZoneFailure;
  PTR?: string[] | ZoneFailure;
  NS?: string[] | ZoneFailure;
  CNAME?: string | ZoneFailure;
  /** Seconds; 300 when not given. */
  ttl?: number;
}

/**
 * Names (any letter case, without trailing dot) to records. A failure in place of records makes every type fail;
 * `NXDOMAIN` takes back what a wildcard would give; `{}` is a name that exists and holds nothing. `*.example.com`
 * is a wildcard. An IP address as name stands for its reverse name.
 */
export type Zone = Record<string, ZoneRecords | ZoneFailure | 'NXDOMAIN'>;

export type ZoneType = 'TXT' | 'MX' | 'A' | 'AAAA' | 'CNAME' | 'PTR' | 'NS';

/** One step of an answer: what the zone says of exactly this name, aliases not followed. */
export type ZoneStep =
  | { kind: 'records'; records: unknown[]; ttl: number }
  | { kind: 'alias'; target: string; ttl: number }
  | { kind: 'nodata' }
  | { kind: 'nxdomain' }
  | { kind: 'failure'; because: ZoneFailure };

/** Lower case, no trailing dot. */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** `4.3.2.1.in-addr.arpa` or the 32 nibbles under `ip6.arpa`. */
export function reverseName(ip: string): string {
  const bytes = parseIp(ip);
  if (bytes.length === 4) return `${[...bytes].reverse().join('.')}.in-addr.arpa`;
  const nibbles = bytes.flatMap((byte) => [byte >> 4, byte & 15]);
  return `${nibbles
    .reverse()
    .map((nibble) => nibble.toString(16))
    .join('.')}.ip6.arpa`;
}

/** A function that answers one question from the table, without following aliases. */
export function zoneLookup(zone: Zone): (name: string, type: ZoneType) => ZoneStep {
  const table = new Map<string, Zone[string]>();
  for (const [name, records] of Object.entries(zone)) {
    table.set(isIP(name) ? reverseName(name) : normalName(name), records);
  }
  return (name, type) => stepOf(find(table, normalName(name)), type);
}

function find(table: Map<string, Zone[string]>, name: string): Zone[string] {
  const exact = table.get(name);
  if (exact !== undefined) return exact;
  for (const other of table.keys()) if (other.endsWith(`.${name}`)) return {};
  const labels = name.split('.');
  for (let drop = 1; drop < labels.length; drop++) {
    const wildcard = table.get(['*', ...labels.slice(drop)].join('.'));
    if (wildcard !== undefined) return wildcard;
    if (table.has(labels.slice(drop).join('.'))) break;
  }
  return 'NXDOMAIN';
}

function stepOf(entry: Zone[string], type: ZoneType): ZoneStep {
  if (entry === 'NXDOMAIN') return { kind: 'nxdomain' };
  if (typeof entry === 'string') return { kind: 'failure', because: entry };
  const ttl = entry.ttl ?? 300;
  const alias = entry.CNAME;
  if (alias === 'SERVFAIL' || alias === 'REFUSED' || alias === 'TIMEOUT') {
    return { kind: 'failure', because: alias };
  }
  if (alias !== undefined) {
    return type === 'CNAME'
      ? { kind: 'records', records: [alias], ttl }
      : { kind: 'alias', target: alias, ttl };
  }
  if (type === 'CNAME') return { kind: 'nodata' };
  const records = entry[type];
  if (typeof records === 'string') return { kind: 'failure', because: records };
  if (records === undefined || records.length === 0) return { kind: 'nodata' };
  return { kind: 'records', records, ttl };
}
