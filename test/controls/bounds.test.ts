import { describe, expect, it } from 'vitest';
import {
  boundedEvidence,
  boundedFinding,
  MAX_EVIDENCE_BYTES,
  printable,
  shortened,
} from '../../lambda/controls/bounds.ts';
import type { Finding } from '../../lambda/controls/types.ts';

const FINDING: Finding = {
  key: 'X-01',
  controlId: 'X-01',
  revision: 1,
  status: 'FAIL',
  reason: 'ANY',
  reasonClass: 0,
  severity: 'HIGH',
  summary: 'Something is wrong',
  evidence: {},
};
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('printable', () => {
  it.each([
    ['a tab', 'v=spf1\t-all', 'v=spf1\\x09-all'],
    ['a line break', 'a\r\nBcc: b', 'a\\x0d\\x0aBcc: b'],
    ['a terminal escape', '\u001b[31m', '\\x1b[31m'],
    ['a bidirectional override', 'evil\u202egnp', 'evil\\u202egnp'],
    ['a lone surrogate', 'a\ud800b', 'a\\ud800b'],
    ['other scripts', '例え “x” 🙂', '例え “x” 🙂'],
  ])('shows %s', (_what, text, shown) => expect(printable(text)).toBe(shown));
});

describe('shortened', () => {
  it('leaves short text alone', () => expect(shortened('abc', 3)).toBe('abc'));

  it('says how much is missing', () => {
    const text = shortened('x'.repeat(1000), 100);
    expect(text.length).toBeLessThanOrEqual(100);
    const [, kept = '', left = ''] = /^(x+)… \((\d+) more characters\)$/.exec(text) ?? [];
    expect(kept.length + Number(left)).toBe(1000);
  });

  it('never cuts a character in two', () => {
    for (let most = 30; most < 40; most += 1) {
      expect(shortened('🙂'.repeat(100), most)).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
    }
  });
});

describe('evidence', () => {
  it('stays as it is while it fits', () => {
    const evidence = { name: 'a', records: ['b', { c: 1 }], none: null, yes: true };
    expect(boundedEvidence(evidence)).toEqual(evidence);
  });

  it('is cut to 4 KB and says where', () => {
    const evidence = {
      text: 'y'.repeat(9000),
      list: Array.from({ length: 500 }, (_, n) => `name${n}.example.com`),
    };
    const bounded = boundedEvidence(evidence);
    expect(bytes(bounded)).toBeLessThanOrEqual(MAX_EVIDENCE_BYTES);
    expect(bounded['text']).toMatch(/more characters\)$/);
    expect((bounded['list'] as string[]).at(-1)).toMatch(/^\(\d+ more\)$/);
  });

  it('gives way to a note where even that does not fit', () => {
    const evidence = Object.fromEntries(
      Array.from({ length: 500 }, (_, n) => [`key${n}`, 'a text of some length']),
    );
    expect(boundedEvidence(evidence)).toEqual({ truncated: expect.stringMatching(/^\d+ bytes of evidence/) });
  });
});

describe('a fix', () => {
  it('never holds half a record: one that is too long is left out, and the text says so', () => {
    const publish = [
      { name: 'a.example', type: 'TXT' as const, value: 'short' },
      { name: 'b.example', type: 'TXT' as const, value: 'z'.repeat(5000) },
    ];
    const { fix } = boundedFinding({ ...FINDING, fix: { text: 'Publish both.', publish } });
    expect(fix?.publish).toEqual([publish[0]]);
    expect(fix?.text).toBe('Publish both. (1 records are too many or too long to be shown here.)');
    expect(fix?.incomplete).toBe(true);
  });

  it('says of a record whose characters had to be replaced that it is not exact, and publishes none such', () => {
    const record = { name: 'a.example', type: 'TXT' as const, value: 'v=spf1\t-all' };
    const { fix } = boundedFinding({
      ...FINDING,
      fix: { text: 'Replace.', publish: [record], remove: [record], keep: [record] },
    });
    const shown = { ...record, value: 'v=spf1\\x09-all', inexact: true };
    expect(fix).toMatchObject({ remove: [shown], keep: [shown], incomplete: true });
    expect(fix?.publish).toBeUndefined();
  });

  it('leaves out a command that could not be shown as it is', () => {
    const { fix } = boundedFinding({ ...FINDING, fix: { text: 'Run it.', command: "aws ses x 'a\u202e'" } });
    expect(fix).toEqual({ text: 'Run it.', incomplete: true });
  });
});
