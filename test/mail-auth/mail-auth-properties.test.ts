/** What must hold of any text and any zone. */
import { createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DnsAnswer, DnsClient, DnsRecordType } from '../../lambda/dns/types.ts';
import { isAligned } from '../../lambda/mail-auth/alignment.ts';
import { readDerKey } from '../../lambda/mail-auth/dkim-key-der.ts';
import { parseDkimKey, selectDkimKey } from '../../lambda/mail-auth/dkim.ts';
import {
  discoverDmarc,
  discoverDmarcRfc7489,
  findDmarcNearMisses,
  parseDmarcRecord,
  parseReportUri,
  selectDmarcRecords,
} from '../../lambda/mail-auth/dmarc.ts';
import { toAsciiName } from '../../lambda/mail-auth/names.ts';
import { organizationalDomain } from '../../lambda/mail-auth/organizational-domain.ts';
import { checkReportAuthorization } from '../../lambda/mail-auth/report-authorization.ts';
import { derOf, rsaPublicKey } from './der.ts';

const piece = fc.constantFrom(
  'v=DMARC1',
  'v=DKIM1',
  ';',
  '; ',
  '=',
  'p=',
  'sp',
  'np=none',
  'rua=',
  'mailto:',
  '@',
  ',',
  '!10m',
  '%',
  '"',
  '\\',
  '\t',
  '\r\n',
  'MIIB',
  'k=rsa',
  't=y',
  ':',
  'dmarc',
  'psd=y',
);
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 30 }).map((pieces) => pieces.join('')),
);
const anyName = fc.oneof(
  anyText,
  fc
    .array(fc.constantFrom('a', 'b', 'example', 'com', 'xn--r8jz45g', '例え', 'x'.repeat(63)), {
      minLength: 1,
      maxLength: 30,
    })
    .map((labels) => labels.join('.')),
);

/** A resolver whose every answer is drawn by the name asked, so that equal questions have equal answers. */
function resolverOf(answers: readonly ('absent' | 'unknown' | string)[]): DnsClient & { asked: string[] } {
  const asked: string[] = [];
  const answer = (name: string, type: DnsRecordType): Promise<DnsAnswer<never>> => {
    asked.push(name);
    const hash = [...`${type}${name}`].reduce(
      (sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973,
      7,
    );
    const drawn = answers[hash % answers.length] ?? 'absent';
    const base = { name, type, aliases: [] };
    if (drawn === 'unknown')
      return Promise.resolve({ ...base, kind: 'unknown', because: 'TIMEOUT', detail: '' });
    if (drawn === 'absent') return Promise.resolve({ ...base, kind: 'absent', because: 'NXDOMAIN' });
    return Promise.resolve({ ...base, kind: 'found', records: [drawn as never], ttl: 60 });
  };
  return {
    asked,
    txt: (name) => answer(name, 'TXT'),
    mx: (name) => answer(name, 'MX'),
    a: (name) => answer(name, 'A'),
    aaaa: (name) => answer(name, 'AAAA'),
    cname: (name) => answer(name, 'CNAME'),
    ptr: (name) => answer(name, 'PTR'),
  };
}

describe('any text', () => {
  it('is parsed as a DMARC record without a throw, and to the same again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const record = parseDmarcRecord(text);
        expect(parseDmarcRecord(text)).toEqual(record);
        expect(selectDmarcRecords([text]).length === 1).toBe(record.isDmarc);
        if (record.isDmarc) expect(findDmarcNearMisses([text])).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('written out again from its tags is the same record', () => {
    fc.assert(
      fc.property(anyText, (tail) => {
        const { tags, entries } = parseDmarcRecord(`v=DMARC1;${tail}`);
        const again = parseDmarcRecord(entries.map(({ name, value }) => `${name}=${value}`).join('; '));
        expect(again.tags).toEqual(tags);
        expect(again.entries).toEqual(entries);
      }),
      { numRuns: 2000 },
    );
  });

  it('is parsed as a DKIM key without a throw; usable exactly when it has no error', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const key = parseDkimKey(text);
        expect(key.usable).toBe(!key.problems.some(({ severity }) => severity === 'error'));
        if (key.usable) expect(key.keyBits).toBeGreaterThanOrEqual(256);
        if (key.revoked) expect(key.usable).toBe(false);
        expect(selectDkimKey([text, text]).kind).toBe('many');
      }),
      { numRuns: 2000 },
    );
  });

  it('as a name: once in A-label form it stays so', () => {
    fc.assert(
      fc.property(anyName, (text) => {
        const name = toAsciiName(text);
        if (name === undefined) return;
        expect(toAsciiName(name)).toBe(name);
        expect(name).toMatch(/^[\x21-\x7e]{1,253}$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('as a report URI: deliverable only when valid', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const uri = parseReportUri(text);
        if (uri.deliverable) expect(uri).toMatchObject({ valid: true, scheme: 'mailto' });
      }),
      { numRuns: 2000 },
    );
  });

  it.each<[string, (text: string) => unknown]>([
    ['parseDmarcRecord', (text) => parseDmarcRecord(`v=DMARC1;${text}`)],
    ['parseDkimKey', parseDkimKey],
    ['findDmarcNearMisses', (text) => findDmarcNearMisses([text])],
    ['parseReportUri', (text) => parseReportUri(`mailto:${text}`)],
    ['toAsciiName', toAsciiName],
  ])('%s is linear on long repetitions', (_, parse) => {
    const started = performance.now();
    for (const unit of [
      ' ',
      '\t',
      ';',
      '=',
      ',',
      '!1',
      'v=',
      'a.',
      '%20',
      '"',
      '\\;',
      ' =',
      'mailto:,',
      '::',
    ]) {
      parse(unit.repeat(Math.ceil(60_000 / unit.length)));
    }
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe('any DER', () => {
  const sound = [
    rsaPublicKey(1024),
    rsaPublicKey(1500),
    derOf.pkcs1(Buffer.alloc(130, 0x41), Buffer.from([3])),
  ];

  it('is read without a throw, and where node:crypto reads the same key the sizes agree', () => {
    let compared = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...sound),
        fc.array(fc.tuple(fc.nat(170), fc.nat(255)), { maxLength: 2 }),
        fc.nat(170),
        (der, changes, cut) => {
          const changed = Buffer.from(cut > 165 ? der.subarray(0, cut) : der);
          for (const [at, octet] of changes) if (at < changed.length) changed[at] = octet;
          const key = readDerKey(changed);
          if (key.kind !== 'rsa') return;
          const size = nodeModulusLength(changed, key.encoding);
          if (size === undefined) return;
          compared += 1;
          expect(key.modulusBits).toBe(size);
        },
      ),
      { numRuns: 2000 },
    );
    expect(compared).toBeGreaterThan(200);
  });

  function nodeModulusLength(der: Buffer, type: 'spki' | 'pkcs1'): number | undefined {
    try {
      return createPublicKey({ key: der, format: 'der', type }).asymmetricKeyDetails?.modulusLength;
    } catch {
      return undefined;
    }
  }
});

describe('any zone', () => {
  const answers = fc.array(
    fc.oneof(
      fc.constant('absent'),
      fc.constant('unknown'),
      anyText.map((text) => `v=DMARC1;${text}`),
      anyText,
    ),
    { minLength: 1, maxLength: 12 },
  );

  it('costs a discovery at most eight TXT questions and one for existence', async () => {
    await fc.assert(
      fc.asyncProperty(anyName, answers, async (name, drawn) => {
        const dns = resolverOf(drawn);
        const discovery = await discoverDmarc(name, dns);
        expect(discovery.queries.length).toBeLessThanOrEqual(8);
        expect(dns.asked.length).toBeLessThanOrEqual(9);
        expect(discovery.policy !== undefined).toBe(discovery.status === 'found');
        if (discovery.status === 'temperror') expect(discovery.errorAt).toBeDefined();
      }),
      { numRuns: 1500 },
    );
  });

  it('that answers nothing yields no verdict', async () => {
    await fc.assert(
      fc.asyncProperty(anyName, anyName, async (name, other) => {
        const dns = resolverOf(['unknown']);
        const ascii = toAsciiName(name);
        const discovery = await discoverDmarc(name, dns);
        expect(discovery.status).toBe(ascii === undefined ? 'none' : 'temperror');
        expect((await discoverDmarcRfc7489(name, dns)).status).toBe(
          ascii === undefined ? 'none' : 'temperror',
        );
        if (ascii !== undefined) expect(await organizationalDomain(name, dns)).toBe('unknown');
        const aligned = await isAligned(other, name, 'r', dns);
        if (aligned === true) expect(toAsciiName(other)).toBe(ascii);
        const authorization = await checkReportAuthorization(name, `mailto:d@${other}`, dns);
        expect(['unknown', 'no-destination', 'internal', 'denied']).toContain(authorization.status);
        if (authorization.status === 'internal') expect(authorization.host).toBe(ascii);
        if (authorization.status === 'denied')
          expect((authorization.authorizationName ?? '').length).toBeGreaterThan(253);
      }),
      { numRuns: 1000 },
    );
  });

  it('aligns either way round alike', async () => {
    await fc.assert(
      fc.asyncProperty(anyName, anyName, answers, async (left, right, drawn) => {
        const known = drawn.filter((answer) => answer !== 'unknown');
        const dns = resolverOf(known.length === 0 ? ['absent'] : known);
        expect(await isAligned(left, right, 'r', dns)).toBe(await isAligned(right, left, 'r', dns));
      }),
      { numRuns: 1000 },
    );
  });
});
