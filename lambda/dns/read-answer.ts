/** From a reply to what it says of a name: records, absence, or an alias that leads on. */
import type { Answer } from 'dns-packet';
import type { DnsQuestion, DnsReply } from './message.ts';
import { normalizeName } from './names.ts';
import type { AliasHop, MxRecord } from './types.ts';

export type ReadAnswer =
  | { kind: 'found'; records: Answer[]; aliases: AliasHop[]; ttl: number }
  | { kind: 'absent'; because: 'NXDOMAIN' | 'NODATA'; aliases: AliasHop[]; ttl?: number }
  /** The reply ends with an alias and says nothing of its target: the target must be asked. */
  | { kind: 'follow'; target: string; aliases: AliasHop[]; ttl: number }
  | { kind: 'loop'; aliases: AliasHop[] };

/** Hops followed in all; zones that need more are broken (resolvers stop between 8 and 16). */
export const MAX_ALIAS_HOPS = 10;

/** Reads a NOERROR or NXDOMAIN reply. Only records whose owner lies on the chain from the asked name count. */
export function readAnswer(reply: DnsReply, question: DnsQuestion): ReadAnswer {
  const aliases: AliasHop[] = [];
  const seen = new Set([question.name]);
  let ttl = Number.MAX_SAFE_INTEGER;
  let name = question.name;
  for (;;) {
    const own = reply.answers.filter((record) => normalizeName(record.name) === name);
    const records = own.filter((record) => record.type === question.type);
    if (records.length > 0) {
      return { kind: 'found', records, aliases, ttl: Math.min(ttl, ...records.map(ttlOf)) };
    }
    const alias = own.find((record) => record.type === 'CNAME');
    if (alias?.type !== 'CNAME') break;
    const target = normalizeName(alias.data === '.' ? '' : alias.data);
    ttl = Math.min(ttl, ttlOf(alias));
    aliases.push({ name, target });
    if (seen.has(target) || aliases.length > MAX_ALIAS_HOPS) return { kind: 'loop', aliases };
    seen.add(target);
    name = target;
  }
  if (reply.rcode === 'NXDOMAIN') {
    return { kind: 'absent', because: 'NXDOMAIN', aliases, ...negativeTtl(reply) };
  }
  const soa = reply.authorities.some((record) => record.type === 'SOA' && encloses(record.name, name));
  if (aliases.length > 0 && !soa) return { kind: 'follow', target: name, aliases, ttl };
  return { kind: 'absent', because: 'NODATA', aliases, ...negativeTtl(reply) };
}

/** RFC 2308 section 5: the smaller of the SOA's own TTL and its minimum field. */
function negativeTtl(reply: DnsReply): { ttl?: number } {
  const soa = reply.authorities.find((record) => record.type === 'SOA');
  return soa?.type === 'SOA' ? { ttl: Math.min(ttlOf(soa), soa.data.minimum ?? 0) } : {};
}

function encloses(zone: string, name: string): boolean {
  const apex = normalizeName(zone === '.' ? '' : zone);
  return apex === '' || name === apex || name.endsWith(`.${apex}`);
}

function ttlOf(record: Answer): number {
  return 'ttl' in record && typeof record.ttl === 'number' ? record.ttl : 0;
}

/** Joined without a blank (RFC 7208 section 3.3, RFC 6376 section 3.6.2.2); UTF-8 where valid, else latin-1. */
export function toText(record: Answer): string {
  if (record.type !== 'TXT') return '';
  const chunks = Array.isArray(record.data) ? record.data : [record.data];
  const bytes = Buffer.concat(
    chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk)),
  );
  const text = bytes.toString('utf8');
  return text.includes('\uFFFD') && !Buffer.from(text, 'utf8').equals(bytes)
    ? bytes.toString('latin1')
    : text;
}

export function toMx(record: Answer): MxRecord {
  if (record.type !== 'MX') return { preference: 0, exchange: '' };
  return { preference: record.data.preference ?? 0, exchange: hostName(record.data.exchange) };
}

/** Of A and AAAA: the address. Of CNAME and PTR: the name, normalized. */
export function toAddress(record: Answer): string {
  return record.type === 'A' || record.type === 'AAAA' ? record.data : '';
}

export function toHostName(record: Answer): string {
  return record.type === 'CNAME' || record.type === 'PTR' ? hostName(record.data) : '';
}

function hostName(name: string): string {
  return name === '.' ? '' : normalizeName(name);
}
