/** DNS messages on the wire: what a query asks, and the reply's bytes within what the client can take. */
import packet, { type Answer, type DecodedPacket, type OptAnswer } from 'dns-packet';
import type { WorldRecord } from '../organization/types.ts';
import type { LookupResult } from './lookup.ts';

/** Largest UDP answer without EDNS (RFC 1035 section 4.2.1). */
const CLASSIC_UDP_SIZE = 512;
/** Largest UDP answer that this server sends, whatever the client offers (DNS flag day 2020). */
const MAX_UDP_SIZE = 1232;
const MAX_TCP_SIZE = 65_535;
const DEFAULT_TTL = 300;
const TXT_CHUNK = 255;

/** Response codes by number: RFC 1035 section 4.1.1. */
const RCODE = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;
type Rcode = keyof typeof RCODE;

export type Transport = 'udp' | 'tcp';

export interface Query {
  id: number;
  name: string;
  type: string;
  recursionDesired: boolean;
  /** As it came, to be sent back letter for letter (clients may vary the case and check it). */
  question: NonNullable<DecodedPacket['questions']>[number];
  edns?: { udpSize: number; version: number; dnssecOk: boolean };
}

export type Parsed =
  | { kind: 'query'; query: Query }
  /** Too short to answer, or itself a response: answering would invite loops. */
  | { kind: 'ignore' }
  | { kind: 'reject'; reply: Buffer };

/** Reads a message from a stranger. Never throws. */
export function parseQuery(bytes: Buffer): Parsed {
  if (bytes.length < 12 || ((bytes[2] ?? 0) & 0x80) !== 0) return { kind: 'ignore' };
  const opcode = ((bytes[2] ?? 0) >> 3) & 0x0f;
  if (opcode !== 0) return { kind: 'reject', reply: bareReply(bytes, 'NOTIMP') };
  if (bytes.readUInt16BE(4) !== 1) return { kind: 'reject', reply: bareReply(bytes, 'FORMERR') };
  let decoded: DecodedPacket;
  try {
    decoded = packet.decode(bytes);
  } catch {
    return { kind: 'reject', reply: bareReply(bytes, 'FORMERR') };
  }
  const question = decoded.questions?.[0];
  if (!question || !canBeSentBack(question, bytes)) {
    return { kind: 'reject', reply: bareReply(bytes, 'FORMERR') };
  }
  if (question.class !== 'IN') return { kind: 'reject', reply: bareReply(bytes, 'REFUSED') };
  const opt = decoded.additionals?.find((record): record is OptAnswer => record.type === 'OPT');
  const edns = opt && {
    udpSize: opt.udpPayloadSize,
    version: opt.ednsVersion,
    dnssecOk: (opt.flags & packet.DNSSEC_OK) !== 0,
  };
  const { name, type } = question;
  const recursionDesired = (bytes.readUInt16BE(2) & packet.RECURSION_DESIRED) !== 0;
  return {
    kind: 'query',
    query: { id: bytes.readUInt16BE(0), name, type, recursionDesired, question, edns },
  };
}

/** Labels that hold a dot or bytes that are no UTF-8 do not survive dns-packet's decoding: the reply would ask for another name. */
function canBeSentBack(question: Query['question'], bytes: Buffer): boolean {
  try {
    const again = packet.encode({ type: 'query', questions: [question] }).subarray(12);
    return bytes.subarray(12, 12 + again.length).equals(again);
  } catch {
    return false;
  }
}

/**
 * The reply's bytes, or undefined for silence. Over UDP an answer that does not fit what the client offered
 * (RFC 6891 section 6.2.3) is cut to its header with TC, so that the client asks again over TCP.
 */
export function encodeReply(query: Query, result: LookupResult, transport: Transport): Buffer | undefined {
  if (result.kind === 'silence') return undefined;
  // RFC 6891 section 6.1.3: an EDNS version that is not known here is BADVERS (16), told in the OPT record.
  if (query.edns && query.edns.version !== 0) return encode(query, 'NOERROR', { extendedRcode: 1 });
  if (result.kind === 'failure') return encode(query, result.rcode, {});
  const whole = encode(query, result.rcode, {
    answers: result.answers.map(toAnswer),
    authorities: result.authorities.map(toAnswer),
  });
  const limit = transport === 'tcp' ? MAX_TCP_SIZE : udpLimit(query);
  const cut = whole.length > limit || (transport === 'udp' && result.truncate);
  return cut ? encode(query, result.rcode, { truncated: true }) : whole;
}

/** An answer for a query that could not be handled: its header with the response code, and nothing else. */
export function bareReply(bytes: Buffer, rcode: Rcode): Buffer {
  const reply = Buffer.alloc(12);
  bytes.copy(reply, 0, 0, 4);
  reply[2] = (bytes[2] ?? 0) | 0x80;
  reply[3] = RCODE[rcode];
  return reply;
}

function udpLimit({ edns }: Query): number {
  return edns ? Math.min(Math.max(edns.udpSize, CLASSIC_UDP_SIZE), MAX_UDP_SIZE) : CLASSIC_UDP_SIZE;
}

interface ReplyParts {
  answers?: Answer[];
  authorities?: Answer[];
  truncated?: boolean;
  extendedRcode?: number;
}

function encode(query: Query, rcode: Rcode, parts: ReplyParts): Buffer {
  const recursion = query.recursionDesired ? packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE : 0;
  const truncated = parts.truncated ? packet.TRUNCATED_RESPONSE : 0;
  return packet.encode({
    type: 'response',
    id: query.id,
    flags: packet.AUTHORITATIVE_ANSWER | recursion | truncated | RCODE[rcode],
    questions: [query.question],
    answers: parts.answers ?? [],
    authorities: parts.authorities ?? [],
    additionals: query.edns ? [optOf(query.edns, parts.extendedRcode ?? 0)] : [],
  });
}

function optOf(edns: NonNullable<Query['edns']>, extendedRcode: number): OptAnswer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: MAX_UDP_SIZE,
    extendedRcode,
    ednsVersion: 0,
    flags: edns.dnssecOk ? packet.DNSSEC_OK : 0,
    flag_do: edns.dnssecOk,
    options: [],
  };
}

function toAnswer(record: WorldRecord): Answer {
  const base = { name: record.name, ttl: record.ttl ?? DEFAULT_TTL, class: 'IN' as const };
  switch (record.type) {
    case 'TXT':
      return { ...base, type: 'TXT', data: chunks(record.data) };
    case 'MX':
      // The null MX of RFC 7505 names the root.
      return { ...base, type: 'MX', data: { preference: record.preference, exchange: record.data || '.' } };
    case 'SOA': {
      const [mname = '.', rname = '.', ...numbers] = record.data.split(' ');
      const [serial = 1, refresh = 7200, retry = 900, expire = 1_209_600, minimum = DEFAULT_TTL] =
        numbers.map(Number);
      return { ...base, type: 'SOA', data: { mname, rname, serial, refresh, retry, expire, minimum } };
    }
    default:
      return { ...base, type: record.type as 'A', data: record.data };
  }
}

/** A TXT's text as character strings of at most 255 octets (RFC 1035 section 3.3); never none. */
function chunks(text: string): Buffer[] {
  const bytes = Buffer.from(text, 'utf8');
  const strings: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += TXT_CHUNK) strings.push(bytes.subarray(at, at + TXT_CHUNK));
  return strings.length > 0 ? strings : [Buffer.alloc(0)];
}
