/** One DNS message out, one in: what is asked, and whether what came back is the answer to it. */
import dnsPacket from 'dns-packet';
import type { Answer, DecodedPacket } from 'dns-packet';
import { normalizeName } from './names.ts';
import type { DnsRecordType } from './types.ts';

export interface DnsQuestion {
  /** Normalized. */
  name: string;
  type: DnsRecordType;
}

export interface DnsReply {
  /** `NOERROR`, `NXDOMAIN`, ..., extended codes by their number, e.g. `RCODE16` (BADVERS). */
  rcode: string;
  answers: Answer[];
  authorities: Answer[];
  authoritative: boolean;
  authenticated: boolean;
}

export type ReadReply =
  | { kind: 'reply'; reply: DnsReply }
  /** The answer did not fit: ask again over TCP. */
  | { kind: 'truncated' }
  /** Not an answer to this question: somebody else's, or forged. Keep waiting. */
  | { kind: 'stray' }
  | { kind: 'malformed'; detail: string };

/** What fits through practically every path unfragmented (DNS flag day 2020). */
const EDNS_UDP_SIZE = 1232;
const HEADER_OCTETS = 12;
const FLAG_RESPONSE = 0x8000;
const FLAG_TRUNCATED = 0x0200;
const OPCODE_MASK = 0x7800;

/** The octets of a recursive query. The AD bit asks for the answer's (RFC 6840 section 5.7). */
export function buildQuery(id: number, question: DnsQuestion, edns: boolean): Buffer {
  return dnsPacket.encode({
    type: 'query',
    id,
    flags: dnsPacket.RECURSION_DESIRED | dnsPacket.AUTHENTIC_DATA,
    questions: [{ type: question.type, name: question.name, class: 'IN' }],
    additionals: edns
      ? [
          {
            type: 'OPT',
            name: '.',
            udpPayloadSize: EDNS_UDP_SIZE,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: 0,
            flag_do: false,
            options: [],
          },
        ]
      : [],
  });
}

/** Reads a message that came from the asked server's address. Never throws. */
export function readReply(message: Buffer, id: number, question: DnsQuestion): ReadReply {
  if (message.length < HEADER_OCTETS || message.readUInt16BE(0) !== id) return { kind: 'stray' };
  const flags = message.readUInt16BE(2);
  if ((flags & FLAG_RESPONSE) === 0 || (flags & OPCODE_MASK) !== 0) return { kind: 'stray' };
  const questions = message.readUInt16BE(4);
  // A server that could not read the query may leave the question out (RFC 1035 section 4.1.1, FORMERR).
  if (questions === 0 && (flags & 0x0f) === 0) return { kind: 'stray' };
  if (questions > 1) return { kind: 'stray' };
  if (questions === 1 && !questionMatches(message, question)) return { kind: 'stray' };
  // A truncated message may end inside a record; nothing in it counts.
  if ((flags & FLAG_TRUNCATED) !== 0) return { kind: 'truncated' };
  try {
    return { kind: 'reply', reply: toReply(dnsPacket.decode(message), flags) };
  } catch (error) {
    return { kind: 'malformed', detail: error instanceof Error ? error.message : 'cannot be decoded' };
  }
}

interface QuestionCodec {
  decode(buffer: Buffer, offset: number): { name: string; type: string; class: string };
}
const questionCodec = (dnsPacket as unknown as { question: QuestionCodec }).question;

function questionMatches(message: Buffer, question: DnsQuestion): boolean {
  try {
    const echoed = questionCodec.decode(message, HEADER_OCTETS);
    return (
      normalizeName(echoed.name) === question.name && echoed.type === question.type && echoed.class === 'IN'
    );
  } catch {
    return false;
  }
}

function toReply(packet: DecodedPacket, flags: number): DnsReply {
  const low = (packet as DecodedPacket & { rcode: string }).rcode;
  const opt = packet.additionals?.find((record) => record.type === 'OPT');
  const high = opt?.type === 'OPT' ? opt.extendedRcode : 0;
  return {
    rcode: high === 0 ? low : `RCODE${(high << 4) | (flags & 0x0f)}`,
    answers: packet.answers ?? [],
    authorities: packet.authorities ?? [],
    authoritative: packet.flag_aa,
    authenticated: packet.flag_ad,
  };
}
