/** A DnsClient over a zone table, in memory: aliases followed, NXDOMAIN, NODATA and failures told apart. */
import type { AliasHop, DnsAnswer, DnsClient, DnsRecordType, MxRecord } from '../../lambda/dns/types.ts';
import { normalName, reverseName, zoneLookup, type Zone, type ZoneTxt } from './zone.ts';

export interface ZoneResolver extends DnsClient {
  /** Every question asked, in order, as `TXT example.com`. */
  readonly queries: string[];
}

const MAX_HOPS = 10;

/**
 * @example
 * const dns = zoneResolver({ 'example.com': { TXT: ['v=spf1 -all'] }, 'slow.example.com': 'TIMEOUT' });
 * await dns.txt('example.com'); // found
 */
export function zoneResolver(zone: Zone): ZoneResolver {
  const lookup = zoneLookup(zone);
  const queries: string[] = [];

  function ask<T>(name: string, type: DnsRecordType, read: (record: unknown) => T): Promise<DnsAnswer<T>> {
    queries.push(`${type} ${normalName(name)}`);
    return Promise.resolve(answer(name, type, read));
  }

  function answer<T>(asked: string, type: DnsRecordType, read: (record: unknown) => T): DnsAnswer<T> {
    const aliases: AliasHop[] = [];
    const base = { name: normalName(asked), type, aliases };
    const unknown = (because: 'ALIAS_LOOP' | 'SERVFAIL' | 'REFUSED' | 'TIMEOUT'): DnsAnswer<T> => ({
      ...base,
      kind: 'unknown',
      because,
      detail: `the zone table says ${because}`,
    });
    let name = base.name;
    let ttl = Number.MAX_SAFE_INTEGER;
    while (aliases.length <= MAX_HOPS) {
      const step = lookup(name, type === 'SOA' ? 'NS' : type);
      if (step.kind === 'failure') return unknown(step.because);
      if (step.kind === 'nxdomain')
        return { ...base, kind: 'absent', because: 'NXDOMAIN', rcode: 'NXDOMAIN' };
      if (step.kind === 'nodata') return { ...base, kind: 'absent', because: 'NODATA', rcode: 'NOERROR' };
      ttl = Math.min(ttl, step.ttl);
      if (step.kind === 'records') {
        return { ...base, kind: 'found', records: step.records.map(read), ttl, rcode: 'NOERROR' };
      }
      const target = normalName(step.target);
      aliases.push({ name, target });
      name = target;
    }
    return unknown('ALIAS_LOOP');
  }

  return {
    queries,
    txt: (name) => ask(name, 'TXT', (record) => joinTxt(record as ZoneTxt)),
    mx: (name) => ask(name, 'MX', (record) => toMx(record as [number, string])),
    a: (name) => ask(name, 'A', String),
    aaaa: (name) => ask(name, 'AAAA', String),
    cname: (name) => ask(name, 'CNAME', (record) => normalName(String(record))),
    ptr: (ip) => ask(reverseName(ip), 'PTR', (record) => normalName(String(record))),
  };
}

function toMx([preference, exchange]: [number, string]): MxRecord {
  return { preference, exchange: normalName(exchange) };
}

function joinTxt(record: ZoneTxt): string {
  if (typeof record === 'string') return record;
  if (Array.isArray(record)) return record.join('');
  const text = record.toString('utf8');
  return Buffer.from(text, 'utf8').equals(record) ? text : record.toString('latin1');
}
