import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { looksLike, mixedScripts, skeletonOf, unicodeName } from '../../lambda/mail-auth/confusables.ts';

const RUNS = { numRuns: 300 };
/** Letters of other scripts that a reader takes for the Latin one, from UTS 39's confusables.txt. */
const TWINS: Record<string, string> = {
  a: '\u0430',
  c: '\u0441',
  e: '\u0435',
  i: '\u0456',
  j: '\u0458',
  o: '\u043e',
  p: '\u0440',
  s: '\u0455',
  x: '\u0445',
  y: '\u0443',
};

const label = fc.stringMatching(/^[a-z0-9]{1,20}$/);
const asciiName = fc.tuple(label, label).map(([one, two]) => `${one}.${two}.com`);

/** The name with the letters at `places` replaced by their twins; undefined where none has one. */
function disguised(name: string, places: readonly number[]): string | undefined {
  const letters = [...name.slice(0, -'.com'.length)].map((letter, index) =>
    places.includes(index) ? (TWINS[letter] ?? letter) : letter,
  );
  const text = `${letters.join('')}.com`;
  const ascii = domainToASCII(text);
  return text === name || ascii === '' ? undefined : ascii;
}

describe('a name that looks like another', () => {
  it.each([
    ['one Cyrillic letter', 'ex\u0430mple.com', 'example.com'],
    ['every letter Cyrillic', '\u0430\u0440\u0440\u04cf\u0435.com', 'apple.com'],
    ['a Greek letter', 'g\u03bf\u03bfgle.com', 'google.com'],
    ['a dotless i', 'm\u0131crosoft.com', 'microsoft.com'],
    ['a subdomain of it', 'login.ex\u0430mple.com', 'example.com'],
  ])('%s', (_title, unicode, other) => {
    expect(looksLike(domainToASCII(unicode), other)).toBe(true);
  });

  it.each([
    ['the name itself', 'example.com', 'example.com'],
    ['a name below it', 'mail.example.com', 'example.com'],
    ['a name that only ends alike', 'anexample.com', 'example.com'],
    ['ASCII letters that resemble each other', 'exarnple.com', 'example.com'],
    ['a name with an accent', domainToASCII('ex\u00e1mple.com'), 'example.com'],
    ['a shorter name', 'com', 'example.com'],
  ])('is not %s', (_title, name, other) => {
    expect(looksLike(name, other)).toBe(false);
  });

  it('is found whichever letters are replaced', () => {
    fc.assert(
      fc.property(asciiName, fc.array(fc.nat(40), { minLength: 1, maxLength: 5 }), (name, places) => {
        const twin = disguised(name, places);
        fc.pre(twin !== undefined);
        expect(looksLike(twin ?? '', name)).toBe(true);
        expect(looksLike(name, name)).toBe(false);
      }),
      RUNS,
    );
  });

  it('is never one plain ASCII name for another', () => {
    fc.assert(
      fc.property(asciiName, asciiName, (one, other) => {
        expect(looksLike(one, other)).toBe(false);
      }),
      RUNS,
    );
  });
});

describe('a skeleton', () => {
  it('is its own skeleton, and takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const skeleton = skeletonOf(text);
        expect(skeletonOf(skeleton)).toBe(skeleton);
      }),
      RUNS,
    );
  });

  it('of a hostile length is made of its first 1,024 characters', () => {
    expect(skeletonOf('\u0430'.repeat(1_000_000))).toBe('a'.repeat(1024));
  });
});

describe('mixed scripts', () => {
  it.each([
    ['Latin and Cyrillic in one label', 'toys-\u044f-us.com', ['Latin', 'Cyrillic']],
    ['Latin and Greek in one label', '\u03b1bc.com', ['Latin', 'Greek']],
    ['one script a label', '\u0440\u0444.example.com', []],
    ['kana and Latin, which mix by right', '\u4f8b\u3048test.jp', []],
    ['ASCII', 'example-1.com', []],
  ])('%s', (_title, name, scripts) => {
    expect(mixedScripts(domainToASCII(name))).toEqual(scripts);
  });
});

it('shows a name as a reader sees it, and what cannot be decoded as it is', () => {
  expect(unicodeName('xn--r8jz45g.jp')).toBe('\u4f8b\u3048.jp');
  expect(unicodeName('Example.com')).toBe('example.com');
  expect(unicodeName('xn--\u0000')).toBe('xn--\u0000');
});
