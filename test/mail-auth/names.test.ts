/** Names in either form become A-labels; what is no name becomes nothing. */
import { describe, expect, it } from 'vitest';
import { toAsciiName } from '../../lambda/mail-auth/names.ts';

describe('toAsciiName', () => {
  it.each([
    ['example.com', 'example.com'],
    ['EXAMPLE.Com.', 'example.com'],
    ['例え.jp', 'xn--r8jz45g.jp'],
    ['例え。jp', 'xn--r8jz45g.jp'],
    ['xn--r8jz45g.jp', 'xn--r8jz45g.jp'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['faß.de', 'xn--fa-hia.de'],
    ['_dmarc.例え.jp', '_dmarc.xn--r8jz45g.jp'],
    ['1.2', '1.2'],
    ['0x1.example', '0x1.example'],
    ['com', 'com'],
    [`${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`],
  ])('%s: %s', (text, expected) => {
    expect(toAsciiName(text)).toBe(expected);
  });

  it.each([
    '',
    '.',
    '..',
    'a..b',
    '.a',
    'a b.example',
    'a@b.example',
    '"a".example',
    '192.0.2.1',
    '１９２.0.2.1',
    '2001:db8::1',
    '[192.0.2.1]',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(127)}com`,
    'a\u0000.example',
    'a\n.example',
    '\u202e.example',
    'x'.repeat(100_000),
  ])('%j is no name', (text) => {
    expect(toAsciiName(text)).toBeUndefined();
  });
});
