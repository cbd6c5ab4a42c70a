/** What was meant as a DMARC record, and why it is none. */
import { describe, expect, it } from 'vitest';
import { findDmarcNearMisses, selectDmarcRecords } from '../../lambda/mail-auth/dmarc.ts';
import type { DmarcNearMissCode } from '../../lambda/mail-auth/dmarc.ts';

describe('findDmarcNearMisses', () => {
  it.each<[string, DmarcNearMissCode]>([
    ['“v=DMARC1; p=none”', 'TYPOGRAPHIC_QUOTES'],
    ['”v-DMARC1; p=none”', 'TYPOGRAPHIC_QUOTES'],
    ['「v=DMARC1; p=none」', 'TYPOGRAPHIC_QUOTES'],
    ['"v=DMARC1; p=none"', 'LITERAL_QUOTES'],
    ["'v=DMARC1; p=none'", 'LITERAL_QUOTES'],
    ['v="DMARC1"; p=none', 'LITERAL_QUOTES'],
    [' v=DMARC1; p=none', 'LEADING_BLANK'],
    ['\u00a0v=DMARC1; p=none', 'LEADING_BLANK'],
    ['\ufeffv=DMARC1; p=none', 'LEADING_BLANK'],
    ['\u200bv=DMARC1; p=none', 'LEADING_BLANK'],
    ['v=dmarc1; p=none', 'WRONG_CASE'],
    ['v=Dmarc1; p=none', 'WRONG_CASE'],
    ['v-DMARC1; p=none', 'WRONG_EQUALS_SIGN'],
    ['v:DMARC1; p=none', 'WRONG_EQUALS_SIGN'],
    ['vDMARC1; p=none', 'WRONG_EQUALS_SIGN'],
    ['v=DMARC1 p=none', 'MISSING_SEMICOLON'],
    ['v=DMARC1, p=none', 'MISSING_SEMICOLON'],
    ['v=DMARC1: p=none', 'MISSING_SEMICOLON'],
    ['v=DMARC1\\; p=none', 'ESCAPED_SEMICOLON'],
    ['v=DMARC1p=none', 'MISSING_SEMICOLON'],
    ['v=DMARC; p=none', 'VERSION_UNKNOWN'],
    ['v=DMARC2; p=none', 'VERSION_UNKNOWN'],
    ['v=DMARC1.0; p=none', 'VERSION_UNKNOWN'],
    ['v=DMARC 1; p=none', 'BLANK_IN_VERSION'],
    ['p=none; v=DMARC1', 'VERSION_NOT_FIRST'],
    ['p=reject; rua=mailto:d@example.com', 'VERSION_MISSING'],
    ['DMARC1; p=none', 'VERSION_MISSING'],
  ])('%j: %s', (text, code) => {
    expect(findDmarcNearMisses([text])).toEqual([
      { text, code, message: expect.stringContaining('is no DMARC record') as string },
    ]);
  });

  it.each([
    'v=DMARC1; p=none',
    'v=spf1 include:example.com -all',
    'google-site-verification=abc',
    '',
    'v=DKIM1; p=MIIB',
    'dmarc reports: see example.com',
    'v=STSv1; id=1',
  ])('%j is a record or something else', (text) => {
    expect(findDmarcNearMisses([text])).toEqual([]);
  });

  it('never calls a record a near miss', () => {
    const txt = ['v=DMARC1; p=none', '"v=DMARC1; p=none"', 'v=spf1 -all'];
    expect(selectDmarcRecords(txt)).toEqual([txt[0]]);
    expect(findDmarcNearMisses(txt).map(({ text }) => text)).toEqual([txt[1]]);
  });
});
