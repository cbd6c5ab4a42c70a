/** mailauth 7.1 in its strict mode as a second opinion on key records. */
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDkimKey } from '../../lambda/mail-auth/dkim.ts';
import { rsaPublicKey } from './der.ts';

type GetPublicKey = (
  type: 'DKIM',
  name: string,
  minimumBits: number,
  resolver: () => Promise<string[][]>,
  options: { strict: boolean; hashAlgo: string },
) => Promise<{ modulusLength?: number }>;

const { getPublicKey } = createRequire(import.meta.url)('mailauth/lib/tools') as {
  getPublicKey: GetPublicKey;
};

/** Where mailauth differs from the RFC, and the section that decides for us. */
const LISTED_DISAGREEMENTS = [
  {
    name: 'mailauth takes an empty k for a missing one',
    decides: 'RFC 6376 section 3.2: a tag with an empty value is not the same as an omitted tag',
    example: `k=; p=${rsaPublicKey(2048).toString('base64')}`,
    applies: (text: string) => /(?:^|;) ?k=(?:;|$)/.test(text),
  },
];

const tags = fc.constantFrom(
  ...['v=DKIM1', 'v=dkim1', 'k=rsa', 'k=ed25519', 'k=RSA', 'k=', 'k=foo', 'p=', 'p=abc', 'p=@@', 'P=1'],
  ...['h=sha256', 'h=sha1', 'h=', 'h=sha1:sha256', 's=email', 's=*', 's=foo', 's=', 't=y', 't=s', 't='],
  ...['n=hello=20', 'x=1', 'x', 'g=*', '', '1a=2', 'a-b=1'],
  ...[1000, 1024, 2048, 2048].map((bits) => `p=${rsaPublicKey(bits).toString('base64')}`),
  `p=${Buffer.alloc(32, 7).toString('base64')}`,
);
const record = fc
  .tuple(fc.array(tags, { minLength: 1, maxLength: 6 }), fc.constantFrom(';', '; '), fc.constantFrom('', ';'))
  .map(([list, separator, end]) => list.join(separator) + end);

/** The size of the key that mailauth would verify with, `undefined` for Ed25519; `false` when it refuses the record. */
async function mailauthKeySize(text: string): Promise<number | undefined | false> {
  try {
    const options = { strict: true, hashAlgo: 'sha256' };
    const key = await getPublicKey(
      'DKIM',
      's._domainkey.example.com',
      1024,
      () => Promise.resolve([[text]]),
      options,
    );
    return key.modulusLength;
  } catch {
    return false;
  }
}

describe('DKIM keys beside mailauth 7.1, strict', () => {
  it('agrees over generated records, or differs as listed', async () => {
    let usable = 0;
    await fc.assert(
      fc.asyncProperty(record, async (text) => {
        if (LISTED_DISAGREEMENTS.some(({ applies }) => applies(text))) return;
        const ours = parseDkimKey(text);
        const theirs = await mailauthKeySize(text);
        expect(ours.usable).toBe(theirs !== false);
        if (!ours.usable) return;
        usable += 1;
        expect(ours.keyBits).toBe(theirs ?? 256);
      }),
      { numRuns: 5000 },
    );
    expect(usable).toBeGreaterThan(50);
  });

  it.each(LISTED_DISAGREEMENTS)('$name ($decides)', async ({ example }) => {
    expect(parseDkimKey(example).usable).toBe(false);
    expect(await mailauthKeySize(example)).toBe(2048);
  });
});
