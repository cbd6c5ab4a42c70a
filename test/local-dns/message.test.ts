import fc from 'fast-check';
import packet, { type DecodedPacket, type Packet } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { indexZones } from '../../local/dns/lookup.ts';
import { encodeReply, parseQuery } from '../../local/dns/message.ts';

const INDEX = indexZones({
  zones: [
    { name: 'example.com', type: 'SOA', data: 'ns1.example.com host.example.com 7 2 3 4 60' },
    { name: 'big.example.com', type: 'TXT', data: 'é'.repeat(350) },
    { name: 'huge.example.com', type: 'TXT', data: 'x'.repeat(2000) },
    { name: 'null.example.com', type: 'MX', preference: 0, data: '' },
    { name: 'empty.example.com', type: 'TXT', data: '' },
  ],
  zoneApexes: ['example.com'],
  dnsFaults: [],
});

function query(name: string, type: 'TXT' | 'MX' = 'TXT', more: Partial<Packet> = {}): Buffer {
  const flags = packet.RECURSION_DESIRED;
  return packet.encode({ type: 'query', id: 4711, flags, questions: [{ name, type }], ...more });
}

function edns(udpPayloadSize: number, ednsVersion = 0): Partial<Packet> {
  const opt = { type: 'OPT' as const, name: '.' as const, udpPayloadSize, ednsVersion, extendedRcode: 0 };
  return { additionals: [{ ...opt, flags: 0, flag_do: false, options: [] }] };
}

function reply(bytes: Buffer, transport: 'udp' | 'tcp' = 'udp'): Buffer | undefined {
  const parsed = parseQuery(bytes);
  if (parsed.kind === 'ignore') return undefined;
  if (parsed.kind === 'reject') return parsed.reply;
  const { query: asked } = parsed;
  return encodeReply(asked, INDEX.lookup(asked.name, asked.type), transport);
}

function decodedReply(bytes: Buffer, transport: 'udp' | 'tcp' = 'udp'): DecodedPacket & { rcode: string } {
  const answer = reply(bytes, transport);
  if (!answer) throw new Error('No reply where one was expected.');
  return packet.decode(answer) as DecodedPacket & { rcode: string };
}

describe('a reply', () => {
  it('repeats id and question letter for letter and says AA, RD, RA', () => {
    const answer = decodedReply(query('BIG.Example.com', 'MX'));
    expect(answer).toMatchObject({ id: 4711, flag_qr: true, flag_aa: true, flag_rd: true, flag_ra: true });
    expect(answer.questions).toMatchObject([{ name: 'BIG.Example.com', type: 'MX' }]);
    expect(answer.answers).toEqual([]);
    expect(answer.authorities).toMatchObject([{ type: 'SOA', data: { serial: 7, minimum: 60 } }]);
  });

  it('splits TXT into strings of at most 255 octets, also within a character', () => {
    const [record] = decodedReply(query('big.example.com'), 'tcp').answers ?? [];
    const strings = record?.type === 'TXT' ? (record.data as Buffer[]) : [];
    expect(strings.map(({ length }) => length)).toEqual([255, 255, 190]);
    expect(Buffer.concat(strings).toString()).toBe('é'.repeat(350));
  });

  it('carries an empty TXT as one empty string, and the null MX as the root', () => {
    expect(decodedReply(query('empty.example.com')).answers).toMatchObject([{ data: [Buffer.alloc(0)] }]);
    expect(decodedReply(query('null.example.com', 'MX')).answers).toMatchObject([
      { data: { preference: 0, exchange: '.' } },
    ]);
  });

  it.each([
    ['no EDNS: 512 octets', 'big.example.com', {}, true],
    ['EDNS of 1,232 octets', 'big.example.com', edns(1232), false],
    ['EDNS of less than 512 counts as 512', 'big.example.com', edns(100), true],
    ['EDNS offers more than this server sends', 'huge.example.com', edns(65_535), true],
  ])('over UDP is cut to fit: %s', (_, name, more, truncated) => {
    const answer = decodedReply(query(name, 'TXT', more));
    expect(answer.flag_tc).toBe(truncated);
    expect(answer.answers).toHaveLength(truncated ? 0 : 1);
  });

  it('over TCP is whole', () => {
    const answer = decodedReply(query('huge.example.com'), 'tcp');
    expect(answer).toMatchObject({ flag_tc: false, answers: [{ name: 'huge.example.com' }] });
  });

  it('has an OPT record when the query had one, and only then', () => {
    expect(decodedReply(query('example.com', 'MX', edns(4096))).additionals).toMatchObject([{ type: 'OPT' }]);
    expect(decodedReply(query('example.com', 'MX')).additionals).toEqual([]);
  });

  it('refuses an unknown EDNS version as BADVERS (RFC 6891 section 6.1.3)', () => {
    const answer = decodedReply(query('big.example.com', 'TXT', edns(4096, 9)));
    expect(answer).toMatchObject({ answers: [], additionals: [{ extendedRcode: 1, ednsVersion: 0 }] });
  });
});

describe('a message that is no proper query', () => {
  const twoQuestions = query('example.com', 'TXT', {
    questions: [
      { name: 'example.com', type: 'TXT' },
      { name: 'example.com', type: 'MX' },
    ],
  });
  const update = Buffer.from(query('example.com'));
  update[2] = 5 << 3;
  const dotInLabel = Buffer.from(query('a-b.example.com'));
  dotInLabel[14] = '.'.charCodeAt(0);
  it.each([
    ['cut off', query('example.com').subarray(0, 20), 'FORMERR'],
    ['two questions', twoQuestions, 'FORMERR'],
    ['a label that holds a dot', dotInLabel, 'FORMERR'],
    ['another opcode', update, 'NOTIMP'],
    [
      'another class',
      query('example.com', 'TXT', { questions: [{ name: 'example.com', type: 'TXT', class: 'CH' }] }),
      'REFUSED',
    ],
  ])('%s', (_, bytes, rcode) => {
    expect(decodedReply(bytes)).toMatchObject({ rcode, id: 4711, flag_qr: true });
  });

  it('is left unanswered when too short, or when it is a response itself', () => {
    expect(reply(Buffer.alloc(11))).toBeUndefined();
    expect(
      reply(packet.encode({ type: 'response', questions: [{ name: 'example.com', type: 'A' }] })),
    ).toBeUndefined();
  });
});

describe('hostile bytes', () => {
  const valid = query('big.example.com', 'TXT', edns(1232));
  const mutated = fc
    .array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
    .map((changes) => {
      const bytes = Buffer.from(valid);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
  const random = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));

  it('never throw, and every reply is a short response to their id', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, random), (bytes) => {
        const answer = reply(bytes);
        if (!answer) return;
        expect(answer.readUInt16BE(0)).toBe(bytes.readUInt16BE(0));
        expect((answer[2] ?? 0) & 0x80).toBe(0x80);
        expect(answer.length).toBeLessThanOrEqual(1232);
      }),
      { numRuns: 3000 },
    );
  });
});
