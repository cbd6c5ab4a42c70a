/** DKIM key records, one a row. Keys are made here by node:crypto, so that sizes are exact. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseDkimKey, selectDkimKey } from '../../lambda/mail-auth/dkim.ts';
import type { DkimKey, DkimProblemCode } from '../../lambda/mail-auth/dkim.ts';
import { derOf, rsaPublicKey } from './der.ts';

const good = rsaPublicKey(2048).toString('base64');
const ed25519 = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' });
const rawEd25519 = ed25519.subarray(-32).toString('base64');

interface Row {
  name: string;
  text: string;
  usable: boolean;
  expected?: Partial<DkimKey>;
  problems?: DkimProblemCode[];
}

const syntax: Row[] = [
  {
    name: 'the plain case',
    text: `v=DKIM1; k=rsa; p=${good}`,
    usable: true,
    expected: { keyType: 'rsa', keyBits: 2048, encoding: 'spki' },
    problems: [],
  },
  {
    name: 'p alone: every other tag has a default',
    text: `p=${good}`,
    usable: true,
    expected: { keyType: 'rsa', services: ['*'] },
    problems: [],
  },
  { name: 'one semicolon at the end', text: `v=DKIM1; p=${good};`, usable: true, problems: [] },
  { name: 'a semicolon and blanks at the end', text: `v=DKIM1; p=${good}; \t`, usable: true, problems: [] },
  { name: 'two semicolons at the end', text: `v=DKIM1; p=${good};;`, usable: false, problems: ['EMPTY_TAG'] },
  {
    name: 'an empty tag between others',
    text: `v=DKIM1;; p=${good}`,
    usable: false,
    problems: ['EMPTY_TAG'],
  },
  {
    name: 'folding white space round everything',
    text: `\t v = DKIM1 ;\r\n k\t=\trsa ;\r\n\tp = ${good}\r\n ;`,
    usable: true,
    problems: [],
  },
  {
    name: 'white space inside the base64',
    text: `v=DKIM1; p=${good.slice(0, 60)} ${good.slice(60, 90)}\r\n\t${good.slice(90)}`,
    usable: true,
    expected: { keyBits: 2048 },
  },
  { name: 'no version but other tags first', text: `k=rsa; t=s; p=${good}`, usable: true },
  {
    name: 'the version last',
    text: `k=rsa; p=${good}; v=DKIM1`,
    usable: false,
    problems: ['VERSION_NOT_FIRST'],
  },
  { name: 'another version', text: `v=DKIM2; p=${good}`, usable: false, problems: ['VERSION_WRONG'] },
  {
    name: 'the version with more to it',
    text: `v=DKIM1.0; p=${good}`,
    usable: false,
    problems: ['VERSION_WRONG'],
  },
  {
    name: 'the version in small letters',
    text: `v=dkim1; p=${good}`,
    usable: false,
    problems: ['VERSION_WRONG'],
  },
  { name: 'the version empty', text: `v=; p=${good}`, usable: false, problems: ['VERSION_WRONG'] },
  {
    name: 'the version twice',
    text: `v=DKIM1; v=DKIM1; p=${good}`,
    usable: false,
    problems: ['DUPLICATE_TAG'],
  },
  { name: 'p twice', text: `v=DKIM1; p=${good}; p=${good}`, usable: false, problems: ['DUPLICATE_TAG'] },
  { name: 'an unknown tag twice', text: `p=${good}; x=1; x=2`, usable: false, problems: ['DUPLICATE_TAG'] },
  { name: 'an unknown tag', text: `v=DKIM1; p=${good}; x_1=y=z`, usable: true, problems: ['UNKNOWN_TAG'] },
  {
    name: 'P in capitals is another tag',
    text: `v=DKIM1; P=${good}`,
    usable: false,
    problems: ['UNKNOWN_TAG', 'KEY_MISSING'],
  },
  {
    name: 'a tag without equals sign',
    text: `v=DKIM1; rsa; p=${good}`,
    usable: false,
    problems: ['TAG_SYNTAX'],
  },
  {
    name: 'a tag name that begins with a digit',
    text: `1k=rsa; p=${good}`,
    usable: false,
    problems: ['TAG_SYNTAX'],
  },
  {
    name: 'a tag name with a blank',
    text: `v=DKIM1; my k=rsa; p=${good}`,
    usable: false,
    problems: ['TAG_SYNTAX'],
  },
  { name: 'nothing', text: '', usable: false, problems: ['EMPTY_RECORD'] },
  { name: 'blanks', text: ' \t\r\n', usable: false, problems: ['EMPTY_RECORD'] },
  { name: 'an SPF record', text: 'v=spf1 -all', usable: false, problems: ['VERSION_WRONG', 'KEY_MISSING'] },
  {
    name: 'more than a TXT can hold',
    text: `p=${'A'.repeat(70_000)}`,
    usable: false,
    problems: ['TOO_LONG'],
  },
  {
    name: 'a note with quoted-printable',
    text: `v=DKIM1; n=the=20key=3B 2026; p=${good}`,
    usable: true,
    expected: { notes: 'the=20key=3B 2026' },
  },
  {
    name: 'a note in another script',
    text: `v=DKIM1; n=鍵; p=${good}`,
    usable: false,
    problems: ['NON_ASCII'],
  },
];

const tagRows: Row[] = [
  {
    name: 'k=ed25519',
    text: `v=DKIM1; k=ed25519; p=${rawEd25519}`,
    usable: true,
    expected: { keyType: 'ed25519', keyBits: 256, encoding: 'raw' },
    problems: [],
  },
  {
    name: 'k unknown',
    text: `k=dsa; p=${good}`,
    usable: false,
    expected: { keyType: undefined },
    problems: ['KEY_TYPE_UNKNOWN'],
  },
  { name: 'k empty is not k missing', text: `k=; p=${good}`, usable: false, problems: ['KEY_TYPE_UNKNOWN'] },
  {
    name: 'k in capitals: verifiers differ',
    text: `k=RSA; p=${good}`,
    usable: true,
    problems: ['KEY_TYPE_CASE'],
  },
  {
    name: 'k=ed25519 with an RSA key',
    text: `k=ed25519; p=${good}`,
    usable: false,
    problems: ['KEY_TYPE_MISMATCH'],
  },
  {
    name: 'k=rsa with an Ed25519 key',
    text: `k=rsa; p=${rawEd25519}`,
    usable: false,
    problems: ['KEY_TYPE_MISMATCH'],
  },
  {
    name: 'k missing with an Ed25519 key',
    text: `v=DKIM1; p=${rawEd25519}`,
    usable: false,
    problems: ['KEY_TYPE_MISMATCH'],
  },
  {
    name: 'k missing with a wrapped Ed25519 key',
    text: `v=DKIM1; p=${ed25519.toString('base64')}`,
    usable: false,
    problems: ['KEY_TYPE_MISMATCH'],
  },
  {
    name: 'an Ed25519 key wrapped in SubjectPublicKeyInfo',
    text: `k=ed25519; p=${ed25519.toString('base64')}`,
    usable: false,
    problems: ['ED25519_SPKI'],
  },
  ...[31, 33, 64].map((octets): Row => ({
    name: `an Ed25519 key of ${octets} octets`,
    text: `k=ed25519; p=${Buffer.alloc(octets, 7).toString('base64')}`,
    usable: false,
    problems: ['ED25519_LENGTH'],
  })),
  {
    name: 'p empty: revoked',
    text: 'v=DKIM1; k=rsa; p=',
    usable: false,
    expected: { revoked: true },
    problems: ['KEY_REVOKED'],
  },
  {
    name: 'p blank, semicolon: revoked',
    text: 'v=DKIM1; p= ;',
    usable: false,
    expected: { revoked: true },
    problems: ['KEY_REVOKED'],
  },
  {
    name: 'p missing: invalid, not revoked',
    text: 'v=DKIM1; k=rsa',
    usable: false,
    expected: { revoked: false },
    problems: ['KEY_MISSING'],
  },
  {
    name: 'h=sha256',
    text: `h=sha256; p=${good}`,
    usable: true,
    expected: { hashes: ['sha256'] },
    problems: [],
  },
  {
    name: 'h lists both',
    text: `h=sha1 : sha256; p=${good}`,
    usable: true,
    expected: { hashes: ['sha1', 'sha256'] },
    problems: ['HASH_SHA1_LISTED'],
  },
  { name: 'h=sha1 only', text: `h=sha1; p=${good}`, usable: false, problems: ['HASH_NO_SHA256'] },
  { name: 'h empty', text: `h=; p=${good}`, usable: false, problems: ['HASH_NO_SHA256'] },
  { name: 'h unknown beside sha256', text: `h=sha256:sha512; p=${good}`, usable: true, problems: [] },
  {
    name: 's=email',
    text: `s=email; p=${good}`,
    usable: true,
    expected: { services: ['email'] },
    problems: [],
  },
  { name: 's=*', text: `s=*; p=${good}`, usable: true, problems: [] },
  {
    name: 's of another service',
    text: `s=tlsrpt; p=${good}`,
    usable: false,
    problems: ['SERVICE_NOT_EMAIL'],
  },
  { name: 's with e-mail among others', text: `s=tlsrpt : email; p=${good}`, usable: true, problems: [] },
  { name: 's empty', text: `s=; p=${good}`, usable: false, problems: ['SERVICE_NOT_EMAIL'] },
  {
    name: 't=y',
    text: `t=y; p=${good}`,
    usable: true,
    expected: { testMode: true, strictIdentity: false },
    problems: ['TEST_MODE'],
  },
  {
    name: 't=s',
    text: `t=s; p=${good}`,
    usable: true,
    expected: { testMode: false, strictIdentity: true },
    problems: ['STRICT_IDENTITY'],
  },
  {
    name: 't=y:s with blanks and an unknown flag',
    text: `t= y : s:x; p=${good}`,
    usable: true,
    expected: { testMode: true, strictIdentity: true },
  },
  { name: 't empty', text: `t=; p=${good}`, usable: true, expected: { testMode: false }, problems: [] },
  { name: 'g of RFC 4871', text: `g=news*; p=${good}`, usable: true, problems: ['LEGACY_GRANULARITY'] },
  { name: 'g=* says nothing', text: `g=*; p=${good}`, usable: true, problems: [] },
];

const accidents: Row[] = [
  {
    name: 'semicolons escaped',
    text: `v=DKIM1\\; k=rsa\\; p=${good}`,
    usable: false,
    problems: ['ESCAPED_SEMICOLON'],
  },
  {
    name: 'quotes round the text',
    text: `"v=DKIM1; k=rsa; p=${good}"`,
    usable: false,
    problems: ['LITERAL_QUOTES'],
  },
  {
    name: 'quotes where strings were split',
    text: `v=DKIM1; p=${good.slice(0, 99)}" "${good.slice(99)}`,
    usable: false,
    problems: ['KEY_NOT_BASE64', 'LITERAL_QUOTES'],
  },
  {
    name: 'typographic quotes',
    text: `“v=DKIM1; p=${good}”`,
    usable: false,
    problems: ['TYPOGRAPHIC_QUOTES'],
  },
  {
    name: 'PEM lines',
    text: `v=DKIM1; p=-----BEGIN PUBLIC KEY-----${good}-----END PUBLIC KEY-----`,
    usable: false,
    problems: ['KEY_NOT_BASE64', 'KEY_PEM_ARMOUR'],
  },
  { name: 'base64 of the URL alphabet', text: 'p=MIIB-_AA', usable: false, problems: ['KEY_NOT_BASE64'] },
  { name: 'base64 with an impossible length', text: 'p=MIIBI', usable: false, problems: ['KEY_NOT_BASE64'] },
  { name: 'padding in the middle', text: `p=AA==${good}`, usable: false, problems: ['KEY_NOT_BASE64'] },
  {
    name: 'padding left out',
    text: `k=ed25519; p=${rawEd25519.replace('=', '')}`,
    usable: true,
    problems: ['KEY_UNPADDED'],
  },
  { name: 'the key cut short', text: `p=${good.slice(0, 200)}`, usable: false, problems: ['KEY_MALFORMED'] },
  { name: 'no key at all', text: 'p=aGVsbG8gd29ybGQh', usable: false, problems: ['KEY_MALFORMED'] },
];

describe('parseDkimKey', () => {
  it.each([...syntax, ...tagRows, ...accidents])('$name', ({ text, usable, expected = {}, problems }) => {
    const key = parseDkimKey(text);
    expect(key.usable).toBe(usable);
    for (const [name, value] of Object.entries(expected)) {
      expect({ [name]: key[name as keyof DkimKey] }).toEqual({ [name]: value });
    }
    const codes = key.problems.map(({ code }) => code);
    if (problems?.length === 0) expect(codes).toEqual([]);
    for (const code of problems ?? []) expect(codes).toContain(code);
  });

  it.each<[number, boolean, DkimProblemCode | undefined]>([
    [512, false, 'KEY_TOO_SHORT'],
    [768, false, 'KEY_TOO_SHORT'],
    [1016, false, 'KEY_TOO_SHORT'],
    [1023, false, 'KEY_TOO_SHORT'],
    [1024, true, 'KEY_SHORT'],
    [1025, true, 'KEY_SHORT'],
    [2047, true, 'KEY_SHORT'],
    [2048, true, undefined],
    [2049, true, undefined],
    [4096, true, undefined],
    [4097, true, 'KEY_LONG'],
    [8192, true, 'KEY_LONG'],
  ])('a modulus of %i bits: usable %s, %s', (bits, usable, code) => {
    const spki = rsaPublicKey(bits);
    const key = parseDkimKey(`v=DKIM1; p=${spki.toString('base64')}`);
    expect(key).toMatchObject({ usable, keyBits: bits, encoding: 'spki' });
    expect(key.problems.map((problem) => problem.code)).toEqual(code === undefined ? [] : [code]);
    expect(
      createPublicKey({ key: spki, format: 'der', type: 'spki' }).asymmetricKeyDetails?.modulusLength,
    ).toBe(bits);
  });

  it('reads a bare PKCS#1 key and warns', () => {
    const pkcs1 = createPublicKey({ key: rsaPublicKey(2048), format: 'der', type: 'spki' }).export({
      type: 'pkcs1',
      format: 'der',
    });
    const key = parseDkimKey(`p=${pkcs1.toString('base64')}`);
    expect(key).toMatchObject({ usable: true, keyBits: 2048, encoding: 'pkcs1' });
    expect(key.problems.map(({ code }) => code)).toEqual(['KEY_PKCS1']);
  });

  it.each<[string, Buffer, DkimProblemCode, boolean]>([
    [
      'data after the key',
      Buffer.concat([rsaPublicKey(2048), Buffer.from([0, 0])]),
      'KEY_TRAILING_DATA',
      true,
    ],
    ['an exponent of 1', rsaPublicKey(2048, [1]), 'KEY_EXPONENT', false],
    ['an even exponent', rsaPublicKey(2048, [4]), 'KEY_EXPONENT', false],
    ['a negative modulus', derOf.pkcs1(Buffer.alloc(256, 0xff), Buffer.from([3])), 'KEY_MALFORMED', false],
    [
      'a modulus with needless zeros',
      derOf.pkcs1(Buffer.concat([Buffer.alloc(2), Buffer.alloc(256, 0xff)]), Buffer.from([3])),
      'KEY_MALFORMED',
      false,
    ],
    [
      'an EC key',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'der' }),
      'KEY_TYPE_MISMATCH',
      false,
    ],
    [
      'an RSA-PSS key',
      generateKeyPairSync('rsa-pss', { modulusLength: 1024 }).publicKey.export({
        type: 'spki',
        format: 'der',
      }),
      'KEY_TYPE_MISMATCH',
      false,
    ],
  ])('%s', (_, der, code, usable) => {
    const key = parseDkimKey(`p=${der.toString('base64')}`);
    expect(key.usable).toBe(usable);
    expect(key.problems.map((problem) => problem.code)).toContain(code);
  });
});

describe('selectDkimKey', () => {
  it('finds none, one or many', () => {
    expect(selectDkimKey([])).toEqual({ kind: 'none' });
    expect(selectDkimKey([`p=${good}`])).toMatchObject({ kind: 'one', key: { usable: true } });
  });

  it('does not choose among several: what verifiers do is undefined (RFC 6376 section 3.6.2.2)', () => {
    const selection = selectDkimKey([`p=${good}`, 'v=spf1 -all']);
    expect(selection).toMatchObject({
      kind: 'many',
      count: 2,
      keys: [{ key: { usable: true } }, { key: { usable: false } }],
    });
  });
});
