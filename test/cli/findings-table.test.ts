import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, tableOf } from '../../bin/findings-table.ts';
import type { ListedFinding } from '../../lambda/findings/table.ts';
import { finding } from '../findings/support.ts';

describe('fold', () => {
  it.each([
    ['three short words', 20, 'three short words'],
    ['three short words', 11, 'three short\nwords'],
    ['see mail.shop.example here', 12, 'see\nmail.shop.\nexample here'],
    ['x abcdefghijklmnop', 6, 'x\nabcdef\nghijkl\nmnop'],
    ['two\nlines', 20, 'two\nlines'],
  ])('%j at %i is %j', (text, width, folded) => {
    expect(fold(text, width)).toBe(folded);
  });

  it('keeps every line within the width, and every word that fits whole, for any text', () => {
    const words = fc.array(fc.stringMatching(/^[a-z0-9._@-]{1,40}$/), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(words, fc.integer({ min: 8, max: 40 }), (all, width) => {
        const lines = fold(all.join(' '), width).split('\n');
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(all.join(''));
        const shown = new Set(lines.flatMap((line) => line.split(' ')));
        for (const word of all) if (word.length <= width) expect(shown).toContain(word);
      }),
    );
  });
});

describe('the table', () => {
  const token = 'abcdefghijklmnopqrstuvwxyz012345';
  const listed: ListedFinding = {
    subject: { kind: 'identity', accountId: '111111111111', region: 'eu-west-1', name: 'shop.example.com' },
    key: 'DKIM-05',
    firstSeen: '2026-11-21T06:00:00.000Z',
    observedAt: '2026-11-21T06:00:00.000Z',
    severity: 'MEDIUM',
    use: { inUse: false, productionAccess: true },
    finding: {
      latest: finding('DKIM-05', 'FAIL', {
        summary: `The record ${token}._domainkey.shop.example.com is gone`,
      }),
      known: {
        ...{ status: 'FAIL', reason: 'GONE', reasonClass: 0, severity: 'HIGH', summary: 's', since: 't' },
        ...{ observedAt: 't', scanId: 's', revision: 1 },
        waived: { owner: 'Mail team', reason: 'the provider moves', expires: '2026-11-30' },
      },
      unknownScans: 0,
    },
  };

  it.each([80, 100, 160])('is as wide as the terminal (%i), and cuts no word', (width) => {
    const table = stripVTControlCharacters(tableOf([listed], width));
    expect(Math.max(...table.split('\n').map((line) => line.length))).toBe(width);
    expect(table).not.toContain('…');
    for (const word of ['Severity', 'medium', 'waived', 'shop.example.com', `${token}.`, 'DKIM-05'])
      expect(table).toContain(word);
  });

  it('keeps a long sub-key out of the narrow column of controls, and breaks it where names do', () => {
    const arn = 'arn:aws:ses:us-east-1:222222222222:tenant/newsletter/tn-0123456789abcdef0123456789abcdef0';
    const latest = { ...finding('ACCT-12', 'FAIL'), key: `ACCT-12#${arn}` };
    const tenant = { ...listed, key: latest.key, finding: { latest, unknownScans: 0 } };
    for (const width of [80, 120]) {
      const rows = stripVTControlCharacters(tableOf([tenant], width)).split('\n');
      const columns = rows.filter((row) => row.startsWith('│')).map((row) => row.split('│'));
      expect(columns.map(([, , , control]) => control?.trim()).filter(Boolean)).toEqual([
        'Control',
        'ACCT-12',
      ]);
      const last = columns.map((row) => row.at(-2)?.trim() ?? '');
      const start = last.findIndex((line) => line.startsWith('#arn:'));
      expect(last.slice(start, start + 3).join('')).toContain(`#${arn}`);
      expect(last[start], 'at the end of a name').toMatch(/[:/-]$|f0$/);
    }
  });

  describe('of what could not be judged', () => {
    const cause = {
      controlId: 'SCAN-01',
      subject: { kind: 'account', accountId: '666666666666' },
    } as const;
    const unknown = (name: string, controlId: string, more: object = {}): ListedFinding => ({
      ...listed,
      subject: { kind: 'domain', name },
      key: controlId,
      finding: {
        latest: { ...finding(controlId, 'UNKNOWN', { reason: 'COVERAGE_INCOMPLETE' }), cause },
        unknownScans: 1,
        ...more,
      },
    });
    const names = ['a.example', 'b.example', 'c.example', 'd.example', 'e.example'];
    const all = names.flatMap((name) => [unknown(name, 'DANG-02'), unknown(name, 'DANG-01')]);
    const rowsOf = (found: ListedFinding[]): string[] =>
      stripVTControlCharacters(tableOf(found, 120))
        .split(/├.*┤/)
        .slice(1)
        .map((row) => row.replace(/[│└┘┴─\s]+/g, ' ').trim());

    it('makes one row of what follows from one loss, with its count', () => {
      expect(rowsOf(all)).toEqual([
        'medium unknown DANG-01 a.example, b.example, c.example and 2 more DANG-02 10 findings could not be judged: they follow from SCAN-01 of account 666666666666 (COVERAGE_INCOMPLETE)',
      ]);
    });

    it('leaves by itself what follows from another loss, from none, or was open when it was seen', () => {
      const elsewhere = unknown('x.example', 'DANG-01');
      elsewhere.finding.latest.cause = {
        controlId: 'SCAN-02',
        subject: { kind: 'target', accountId: '666666666666', region: 'eu-west-1' },
      };
      const unexplained = unknown('y.example', 'DANG-01');
      delete unexplained.finding.latest.cause;
      const open = unknown('z.example', 'DANG-01', { known: listed.finding.known });
      const rows = rowsOf([...all, elsewhere, unexplained, open]);
      expect(rows).toHaveLength(4);
      expect(rows[3]).toContain('z.example');
    });
  });

  it('marks what is waived, and what use lowers', () => {
    const text = stripVTControlCharacters(tableOf([listed], 160)).replace(/[│\s]+/g, ' ');
    expect(text).toContain('medium: idle; HIGH when in use');
    expect(text).toContain('waived by Mail team until 2026-11-30: the provider moves');
  });
});
