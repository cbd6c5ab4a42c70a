import fc from 'fast-check';
import dnsPacket, { type Answer } from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { buildQuery, readReply } from '../../lambda/dns/message.ts';
import { readAnswer } from '../../lambda/dns/read-answer.ts';
import { nameProblem, normalizeName, reverseName } from '../../lambda/dns/names.ts';
import { reverseName as reverseNameOfTests } from '../support/zone.ts';

const question = { name: 'x.test', type: 'TXT' } as const;

/** A right reply with some octets changed, cut off or added. */
const spoiltReply = fc
  .tuple(
    fc.constantFrom<Answer[]>(
      [{ type: 'TXT', name: 'x.test', ttl: 9, data: ['v=spf1 -all'] }],
      [
        { type: 'CNAME', name: 'x.test', ttl: 9, data: 'y.test' },
        { type: 'TXT', name: 'y.test', ttl: 9, data: ['v=spf1 -all'] },
      ],
      [],
    ),
    fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 6 }),
    fc.option(fc.nat(120), { nil: undefined }),
  )
  .map(([answers, changes, cut]) => {
    const message = dnsPacket.encode({
      type: 'response',
      id: 7,
      questions: [question],
      answers: [...answers],
    });
    for (const [at, octet] of changes) if (at >= 2 && at < message.length) message[at] = octet;
    return cut === undefined ? message : message.subarray(0, cut);
  });

describe('messages from the network', () => {
  it('are read or refused, never thrown over, whatever they hold', () => {
    fc.assert(
      fc.property(fc.oneof(spoiltReply, fc.uint8Array({ maxLength: 600 }).map(Buffer.from)), (message) => {
        const read = readReply(Buffer.from(message), 7, question);
        expect(['reply', 'truncated', 'stray', 'malformed']).toContain(read.kind);
        if (read.kind !== 'reply') return;
        expect(['found', 'absent', 'follow', 'loop']).toContain(readAnswer(read.reply, question).kind);
      }),
      { numRuns: 5000 },
    );
  });

  it('with another id are never read', () => {
    fc.assert(
      fc.property(spoiltReply, (message) => {
        expect(readReply(Buffer.from(message), 8, question).kind).toBe('stray');
      }),
      { numRuns: 500 },
    );
  });
});

describe('names', () => {
  it('that can be asked come back from the wire as they went', () => {
    const label = fc
      .oneof(
        fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 63 }),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
        fc
          .array(fc.nat(0xffff), { minLength: 1, maxLength: 20 })
          .map((codes) => String.fromCharCode(...codes)),
      )
      .map((text) => text.replaceAll('.', '-'));
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 5 }), (labels) => {
        const name = normalizeName(labels.join('.'));
        fc.pre(nameProblem(name) === undefined);
        const sent = dnsPacket.decode(buildQuery(1, { name, type: 'A' }, true));
        expect(sent.questions?.[0]?.name).toBe(name);
      }),
      { numRuns: 3000 },
    );
  });

  it('of reverse look-ups agree with another implementation', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (ip) => {
        expect(reverseName(ip)).toBe(reverseNameOfTests(ip));
      }),
    );
  });
});
