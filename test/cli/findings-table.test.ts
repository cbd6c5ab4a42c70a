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

  it('marks what is waived, and what use lowers', () => {
    const text = stripVTControlCharacters(tableOf([listed], 160)).replace(/[│\s]+/g, ' ');
    expect(text).toContain('medium: idle; HIGH when in use');
    expect(text).toContain('waived by Mail team until 2026-11-30: the provider moves');
  });
});
