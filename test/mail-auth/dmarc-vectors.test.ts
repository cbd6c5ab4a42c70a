/** Vectors of RFC 9989 discovery and alignment, one a row: zone, From domain, what must come out. */
import { describe, expect, it } from 'vitest';
import { isAligned } from '../../lambda/mail-auth/alignment.ts';
import { discoverDmarc } from '../../lambda/mail-auth/dmarc.ts';
import type { DmarcDiscovery } from '../../lambda/mail-auth/dmarc.ts';
import { organizationalDomain } from '../../lambda/mail-auth/organizational-domain.ts';
import type { DnsClient } from '../../lambda/dns/types.ts';
import { withSecondOpinion } from '../../lambda/dns/second-opinion.ts';
import type { Zone } from '../support/zone.ts';
import { zoneResolver } from '../support/zone-resolver.ts';

/** `{ 'example.com': 'p=none' }` to a zone with `v=DMARC1; p=none` at `_dmarc.example.com`. */
function dmarcZone(records: Record<string, string | string[]>, more: Zone = {}): Zone {
  const zone: Zone = { ...more };
  for (const [domain, record] of Object.entries(records)) {
    zone[`_dmarc.${domain}`] = {
      TXT: [record].flat().map((text) => (/^\W*v/i.test(text) ? text : `v=DMARC1; ${text}`)),
    };
  }
  return zone;
}

const host = { A: ['192.0.2.1'] };
const twoLevels = { 'example.com': 'p=reject; sp=none; np=reject', 'b.example.com': 'p=quarantine' };

interface Row {
  name: string;
  zone: Zone;
  from: string;
  expected: Partial<DmarcDiscovery>;
  problems?: string[];
}

const rows: Row[] = [
  {
    name: '1: an existing name inherits sp of the Organizational Domain, not of the nearest parent',
    zone: dmarcZone(twoLevels, { 'a.b.example.com': host }),
    from: 'a.b.example.com',
    expected: {
      status: 'found',
      recordDomain: 'example.com',
      policy: 'none',
      policyTag: 'sp',
      organizationalDomain: 'example.com',
    },
  },
  {
    name: '2: a name that does not exist inherits np',
    zone: dmarcZone(twoLevels),
    from: 'zz.b.example.com',
    expected: { status: 'found', recordDomain: 'example.com', policy: 'reject', policyTag: 'np' },
  },
  {
    name: '3: without np, sp',
    zone: dmarcZone({ 'example.com': 'p=reject; sp=quarantine' }),
    from: 'zz.example.com',
    expected: { status: 'found', policy: 'quarantine', policyTag: 'sp' },
  },
  {
    name: '4: two records count as none and the walk goes on above',
    zone: dmarcZone({ 'mail.example.com': ['p=reject', 'p=none'], 'example.com': 'p=reject; sp=quarantine' }),
    from: 'mail.example.com',
    expected: { status: 'found', recordDomain: 'example.com', policy: 'quarantine', policyTag: 'sp' },
    problems: ['MULTIPLE_RECORDS'],
  },
  {
    name: '4b: two records and nothing above',
    zone: dmarcZone({ 'example.com': ['p=reject', 'p=none'] }),
    from: 'example.com',
    expected: { status: 'none', organizationalDomain: 'example.com' },
    problems: ['MULTIPLE_RECORDS'],
  },
  {
    name: '5: a broken p without rua: no DMARC',
    zone: dmarcZone({ 'example.com': 'p=rejct' }),
    from: 'example.com',
    expected: { status: 'none' },
    problems: ['P_INVALID', 'NO_DMARC_PROCESSING'],
  },
  {
    name: '6: a broken p with rua: none',
    zone: dmarcZone({ 'example.com': 'p=rejct; rua=mailto:d@example.com' }),
    from: 'example.com',
    expected: { status: 'found', policy: 'none', appliedPolicy: 'none' },
    problems: ['P_INVALID', 'TREATED_AS_NONE'],
  },
  {
    name: '7: no p with rua: none',
    zone: dmarcZone({ 'example.com': 'rua=mailto:d@example.com' }),
    from: 'example.com',
    expected: { status: 'found', policy: 'none' },
    problems: ['P_MISSING', 'TREATED_AS_NONE'],
  },
  {
    name: '7b: neither p nor rua: no DMARC',
    zone: dmarcZone({ 'example.com': 'v=DMARC1;' }),
    from: 'example.com',
    expected: { status: 'none' },
    problems: ['P_MISSING', 'NO_DMARC_PROCESSING'],
  },
  {
    name: '8: dmarc1 in small letters is no record',
    zone: dmarcZone({ 'example.com': 'v=dmarc1; p=reject' }),
    from: 'example.com',
    expected: { status: 'none' },
    problems: ['NEAR_MISS'],
  },
  {
    name: '9: t=y asks for one level less',
    zone: dmarcZone({ 'example.com': 'p=reject; t=y' }),
    from: 'example.com',
    expected: { policy: 'reject', appliedPolicy: 'quarantine' },
    problems: ['TEST_MODE'],
  },
  {
    name: '9b: t=y below quarantine, and no effect on none',
    zone: dmarcZone({ 'example.com': 'p=quarantine; sp=none; t=Y' }, { 'a.example.com': host }),
    from: 'a.example.com',
    expected: { policy: 'none', appliedPolicy: 'none' },
  },
  {
    name: '10: pct is ignored',
    zone: dmarcZone({ 'example.com': 'p=reject; pct=0' }),
    from: 'example.com',
    expected: { policy: 'reject', appliedPolicy: 'reject' },
    problems: ['REMOVED_TAG', 'PCT_BELOW_100'],
  },
  {
    name: '11: psd=n makes an Organizational Domain of its own',
    zone: dmarcZone({ 'sub.example.com': 'p=none; psd=n', 'example.com': 'p=reject' }),
    from: 'x.sub.example.com',
    expected: { organizationalDomain: 'sub.example.com', recordDomain: 'sub.example.com', policy: 'none' },
  },
  {
    name: '12: a domain below a Public Suffix Domain, not the PSD, holds the policy',
    zone: dmarcZone(
      { gov: 'p=reject; np=reject; psd=y', 'cisa.gov': 'p=quarantine' },
      { 'example.cisa.gov': host },
    ),
    from: 'example.cisa.gov',
    expected: { organizationalDomain: 'cisa.gov', recordDomain: 'cisa.gov', policy: 'quarantine' },
  },
  {
    name: '13: only the PSD has a record: its policy, and the Organizational Domain one below',
    zone: dmarcZone({ gov: 'p=reject; psd=y' }),
    from: 'new.cisa.gov',
    expected: { organizationalDomain: 'cisa.gov', recordDomain: 'gov', policy: 'reject' },
  },
  {
    name: '15a: an own record, and SERVFAIL at the TLD: the policy is known',
    zone: dmarcZone({ 'example.com': 'p=reject' }, { '_dmarc.com': 'SERVFAIL' }),
    from: 'example.com',
    expected: { status: 'found', policy: 'reject', organizationalDomain: undefined, errorAt: '_dmarc.com' },
    problems: ['ORGANIZATIONAL_DOMAIN_UNKNOWN'],
  },
  {
    name: '15b: inherited, and SERVFAIL above: unknown',
    zone: dmarcZone({ 'example.com': 'p=reject' }, { '_dmarc.com': 'SERVFAIL' }),
    from: 'mail.example.com',
    expected: { status: 'temperror', policy: undefined, errorAt: '_dmarc.com' },
  },
  {
    name: '15b: SERVFAIL at the Author Domain itself: unknown',
    zone: dmarcZone({ 'example.com': 'p=reject' }, { '_dmarc.mail.example.com': 'TIMEOUT' }),
    from: 'mail.example.com',
    expected: {
      status: 'temperror',
      errorAt: '_dmarc.mail.example.com',
      queries: ['_dmarc.mail.example.com'],
    },
  },
  {
    name: '15c: psd=n below the name that fails decides',
    zone: dmarcZone({ 'example.com': 'p=reject; psd=n' }, { '_dmarc.com': 'SERVFAIL' }),
    from: 'mail.example.com',
    expected: { status: 'found', policy: 'reject', organizationalDomain: 'example.com' },
  },
  {
    name: '15d: np differs from sp and existence is unknown: unknown',
    zone: dmarcZone({ 'example.com': 'p=none; np=reject' }, { 'mail.example.com': 'SERVFAIL' }),
    from: 'mail.example.com',
    expected: { status: 'temperror', errorAt: 'mail.example.com', authorDomainExists: 'unknown' },
    problems: ['EXISTENCE_UNKNOWN'],
  },
  {
    name: '15e: np says what sp says: existence does not matter',
    zone: dmarcZone({ 'example.com': 'p=none; sp=reject; np=reject' }, { 'mail.example.com': 'SERVFAIL' }),
    from: 'mail.example.com',
    expected: { status: 'found', policy: 'reject' },
  },
  {
    name: '16: TXT of another purpose beside the record',
    zone: dmarcZone({ 'example.com': ['v=spf1 -all', 'p=reject'] }),
    from: 'example.com',
    expected: { status: 'found', policy: 'reject' },
    problems: ['UNRELATED_TXT'],
  },
  {
    name: '17: blanks round = and ; and one at the end',
    zone: dmarcZone({ 'example.com': 'v=DMARC1 ; p = reject ;' }),
    from: 'example.com',
    expected: { status: 'found', policy: 'reject' },
  },
  {
    name: '18: a name in Unicode is asked for as A-label',
    zone: dmarcZone({ 'xn--r8jz45g.jp': 'p=reject' }),
    from: '例え.jp',
    expected: {
      status: 'found',
      recordDomain: 'xn--r8jz45g.jp',
      policy: 'reject',
      queries: ['_dmarc.xn--r8jz45g.jp', '_dmarc.jp'],
    },
  },
  {
    name: '19: a broken record of its own is not inherited past',
    zone: dmarcZone({ 'child.example.com': 'p=rejct', 'example.com': 'p=reject' }),
    from: 'child.example.com',
    expected: { status: 'none', organizationalDomain: 'example.com' },
  },
  {
    name: '20: a broken sp without rua: no DMARC, for the apex too',
    zone: dmarcZone({ 'example.com': 'p=reject; sp=rejct' }),
    from: 'example.com',
    expected: { status: 'none' },
    problems: ['SP_INVALID', 'NO_DMARC_PROCESSING'],
  },
  {
    name: '20b: a broken sp with rua: none',
    zone: dmarcZone({ 'example.com': 'p=reject; sp=rejct; rua=mailto:d@example.com' }),
    from: 'example.com',
    expected: { status: 'found', policy: 'none' },
  },
  {
    name: '21: the PSD gives its sp to the Organizational Domain below it',
    zone: dmarcZone({ gov: 'p=reject; sp=quarantine; psd=y' }, { 'cisa.gov': host }),
    from: 'cisa.gov',
    expected: {
      organizationalDomain: 'cisa.gov',
      recordDomain: 'gov',
      policy: 'quarantine',
      policyTag: 'sp',
    },
  },
  {
    name: '23: v in capitals, blanks, a policy with a capital',
    zone: dmarcZone({ 'example.com': 'V = DMARC1; p=Reject' }),
    from: 'example.com',
    expected: { status: 'found', policy: 'reject' },
  },
  {
    name: '24: mailto:example.com is a URI, so: none',
    zone: dmarcZone({ 'example.com': 'rua=mailto:example.com' }),
    from: 'example.com',
    expected: { status: 'found', policy: 'none' },
    problems: ['URI_UNDELIVERABLE'],
  },
  {
    name: '24: d@example.com is no URI, so: no DMARC',
    zone: dmarcZone({ 'example.com': 'rua=d@example.com' }),
    from: 'example.com',
    expected: { status: 'none' },
    problems: ['URI_NO_SCHEME'],
  },
  {
    name: '25: an alias to nothing exists: sp, not np',
    zone: dmarcZone(
      { 'example.com': 'p=quarantine; np=reject' },
      { 'alias.example.com': { CNAME: 'gone.example.net' } },
    ),
    from: 'alias.example.com',
    expected: { status: 'found', policy: 'quarantine', policyTag: 'p', authorDomainExists: true },
  },
  {
    name: '25: an alias to itself exists, too',
    zone: dmarcZone(
      { 'example.com': 'p=quarantine; np=reject' },
      { 'alias.example.com': { CNAME: 'alias.example.com' } },
    ),
    from: 'alias.example.com',
    expected: { status: 'found', policy: 'quarantine', policyTag: 'p', authorDomainExists: true },
  },
  {
    name: '26: p twice: receivers differ; the last is taken',
    zone: dmarcZone({ 'example.com': 'p=reject; p=none' }),
    from: 'example.com',
    expected: { status: 'found', policy: 'none' },
    problems: ['DUPLICATE_TAG'],
  },
  {
    name: 'nothing anywhere: known absence',
    zone: {},
    from: 'mail.example.com',
    expected: {
      status: 'none',
      organizationalDomain: 'mail.example.com',
      queries: ['_dmarc.mail.example.com', '_dmarc.example.com', '_dmarc.com'],
    },
  },
  {
    name: 'a record at an operator above without psd is the Organizational Domain',
    zone: dmarcZone({ 'hosting.example': 'p=none; sp=reject' }),
    from: 'customer.hosting.example',
    expected: { organizationalDomain: 'hosting.example', policy: 'reject', policyTag: 'sp' },
  },
  {
    name: 'psd=y at the Author Domain itself',
    zone: dmarcZone({ gov: 'p=reject; sp=none; psd=y' }),
    from: 'gov',
    expected: { organizationalDomain: 'gov', policy: 'reject', policyTag: 'p' },
  },
  {
    name: 'sp at a subdomain has no effect',
    zone: dmarcZone({ 'mail.example.com': 'p=none; sp=reject', 'example.com': 'p=none' }),
    from: 'mail.example.com',
    expected: { status: 'found', policy: 'none' },
    problems: ['SUBDOMAIN_TAGS_IGNORED'],
  },
  {
    name: 'a CNAME at _dmarc is followed',
    zone: {
      '_dmarc.example.com': { CNAME: '_dmarc.example.net' },
      '_dmarc.example.net': { TXT: ['v=DMARC1; p=reject'] },
    },
    from: 'example.com',
    expected: { status: 'found', policy: 'reject', recordDomain: 'example.com' },
  },
  ...['a..example.com', '192.0.2.1', '', 'exa mple.com', '[192.0.2.1]', `${'a'.repeat(64)}.example`].map(
    (from) => ({
      name: `"${from}" is no domain name: nothing is asked`,
      zone: {},
      from,
      expected: { status: 'none' as const, queries: [] },
      problems: ['INVALID_DOMAIN'],
    }),
  ),
];

describe('discoverDmarc', () => {
  it.each(rows)('$name', async ({ zone, from, expected, problems = [] }) => {
    const discovery = await discoverDmarc(from, zoneResolver(zone));
    for (const [key, value] of Object.entries(expected)) {
      expect({ [key]: discovery[key as keyof DmarcDiscovery] }).toEqual({ [key]: value });
    }
    const codes = discovery.problems.map(({ code }) => code);
    for (const code of problems) expect(codes).toContain(code);
  });

  it('14: a name of 13 labels costs exactly eight questions, those of the RFC', async () => {
    const dns = zoneResolver({});
    const { queries } = await discoverDmarc('a.b.c.d.e.f.g.h.i.j.mail.example.com', dns);
    expect(queries).toEqual([
      '_dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com',
      '_dmarc.g.h.i.j.mail.example.com',
      '_dmarc.h.i.j.mail.example.com',
      '_dmarc.i.j.mail.example.com',
      '_dmarc.j.mail.example.com',
      '_dmarc.mail.example.com',
      '_dmarc.example.com',
      '_dmarc.com',
    ]);
    expect(dns.queries).toEqual(queries.map((name) => `TXT ${name}`));
  });

  it.each([1, 2, 7, 8, 9, 10, 60])('22: a name of %i labels costs at most eight questions', async (count) => {
    const labels = Array.from({ length: count }, (_, index) => `l${index}`);
    const dns = zoneResolver({});
    await discoverDmarc(labels.join('.'), dns);
    expect(dns.queries).toHaveLength(Math.min(count, 8));
  });

  it('asks whether the Author Domain exists only where np can matter', async () => {
    const without = zoneResolver(dmarcZone({ 'example.com': 'p=reject; sp=none' }));
    await discoverDmarc('mail.example.com', without);
    expect(without.queries.filter((query) => !query.startsWith('TXT'))).toEqual([]);
    const own = zoneResolver(dmarcZone({ 'mail.example.com': 'p=reject; np=reject' }));
    await discoverDmarc('mail.example.com', own);
    expect(own.queries.filter((query) => !query.startsWith('TXT'))).toEqual([]);
    const inherited = zoneResolver(dmarcZone({ 'example.com': 'p=none; np=reject' }));
    await discoverDmarc('mail.example.com', inherited);
    expect(inherited.queries.filter((query) => !query.startsWith('TXT'))).toEqual(['A mail.example.com']);
  });

  it('skips a _dmarc name that is too long for DNS and goes on above it', async () => {
    const from = `${Array.from({ length: 5 }, () => 'a'.repeat(47)).join('.')}.example.com`;
    expect(from.length).toBeGreaterThan(247);
    const discovery = await discoverDmarc(from, zoneResolver(dmarcZone({ 'example.com': 'p=reject' })));
    expect(discovery).toMatchObject({ status: 'found', recordDomain: 'example.com', policy: 'reject' });
    expect(discovery.queries).not.toContain(`_dmarc.${from}`);
  });

  it('spells the derivation out', async () => {
    const { derivation } = await discoverDmarc(
      'zz.b.example.com',
      zoneResolver(dmarcZone({ ...twoLevels, 'example.com': 'p=reject; np=reject; t=y' })),
    );
    expect(derivation).toEqual([
      'zz.b.example.com has no record of its own; the record of example.com applies.',
      'zz.b.example.com does not exist, so np counts.',
      'Its np says reject.',
      't=y lowers that to quarantine.',
    ]);
  });
});

describe('isAligned', () => {
  const split = dmarcZone({ 'sub.example.com': 'p=none; psd=n', 'example.com': 'p=reject' });
  const failing = dmarcZone({ 'example.com': 'p=reject' }, { '_dmarc.com': 'SERVFAIL' });
  const plain = dmarcZone({ 'example.com': 'p=reject' });
  const plainBut = dmarcZone(
    { 'example.com': 'p=reject' },
    { '_dmarc.slow.example.com': 'TIMEOUT', '_dmarc.slow.example.org': 'TIMEOUT' },
  );
  it.each<[string, Zone, string, string, 'r' | 's', boolean | 'unknown']>([
    ['11: psd=n cuts the subtree off', split, 'example.com', 'x.sub.example.com', 'r', false],
    ['within the cut they align', split, 'mail.sub.example.com', 'x.sub.example.com', 'r', true],
    ['15a: identical names align whatever DNS says', failing, 'example.com', 'example.com', 'r', true],
    ['15a: another name under it is unknown', failing, 'mail.example.com', 'example.com', 'r', 'unknown'],
    ['a name under another TLD never aligns', failing, 'example.net', 'example.com', 'r', false],
    ['relaxed: a subdomain aligns', plain, 'mail.example.com', 'example.com', 'r', true],
    ['relaxed: siblings align', plain, 'a.example.com', 'b.example.com', 'r', true],
    ['strict: a subdomain does not', plain, 'mail.example.com', 'example.com', 's', false],
    ['strict: the same name does, in any form', plain, 'EXAMPLE.com.', 'example.com', 's', true],
    ['no record anywhere: each name stands alone', {}, 'mail.example.com', 'example.com', 'r', false],
    [
      'names in Unicode',
      dmarcZone({ 'xn--r8jz45g.jp': 'p=none' }),
      'mail.例え.jp',
      'xn--r8jz45g.jp',
      'r',
      true,
    ],
    ['no domain name', plain, 'not a name', 'example.com', 'r', false],
    ['the identifier cannot be looked up', plainBut, 'slow.example.com', 'example.com', 'r', 'unknown'],
    ['an identifier elsewhere is not looked up', plainBut, 'slow.example.org', 'example.com', 'r', false],
  ])('%s', async (_, zone, identifier, author, mode, expected) => {
    expect(await isAligned(identifier, author, mode, zoneResolver(zone))).toBe(expected);
  });
});

describe('organizationalDomain', () => {
  it.each<[string, Zone, string, string]>([
    [
      'the record with the fewest labels',
      dmarcZone({ 'mail.example.com': 'p=none', 'example.com': 'p=none' }),
      'a.mail.example.com',
      'example.com',
    ],
    ['the start, where nothing is found', {}, 'a.mail.example.com', 'a.mail.example.com'],
    ['one below psd=y', dmarcZone({ com: 'p=none; psd=y' }), 'a.mail.example.com', 'example.com'],
    ['unknown, where DNS fails', { '_dmarc.com': 'SERVFAIL' }, 'example.com', 'unknown'],
  ])('%s', async (_, zone, domain, expected) => {
    expect(await organizationalDomain(domain, zoneResolver(zone))).toBe(expected);
  });
});

describe('a second opinion', () => {
  const record = { 'example.com': 'p=reject' };
  const asked = (first: Zone, second: Zone): DnsClient =>
    withSecondOpinion(zoneResolver(first), zoneResolver(second));

  it('that agrees leaves "no DMARC" standing', async () => {
    expect((await discoverDmarc('example.com', asked({}, {}))).status).toBe('none');
  });

  it('that sees a record makes "no DMARC" unknown', async () => {
    const discovery = await discoverDmarc('example.com', asked({}, dmarcZone(record)));
    expect(discovery).toMatchObject({ status: 'temperror', errorAt: '_dmarc.example.com' });
    expect(discovery.organizationalDomain).toBeUndefined();
  });

  it('that sees another text makes a broken record unknown', async () => {
    const broken = dmarcZone({ 'example.com': 'p=rejct' });
    const discovery = await discoverDmarc('example.com', asked(broken, dmarcZone(record)));
    expect(discovery).toMatchObject({ status: 'temperror', errorAt: '_dmarc.example.com' });
    expect(discovery.unprocessed).toBeUndefined();
  });

  it('is not asked where a policy applies', async () => {
    const second = zoneResolver({});
    const dns = withSecondOpinion(zoneResolver(dmarcZone(record)), second);
    expect((await discoverDmarc('example.com', dns)).status).toBe('found');
    expect(second.queries).toEqual([]);
  });

  it('decides whether np may count', async () => {
    const zone = dmarcZone({ 'example.com': 'p=none; np=reject' });
    const there = { ...zone, 'mail.example.com': host };
    expect(await discoverDmarc('mail.example.com', asked(zone, zone))).toMatchObject({
      policy: 'reject',
      policyTag: 'np',
    });
    expect(await discoverDmarc('mail.example.com', asked(zone, there))).toMatchObject({
      status: 'temperror',
    });
  });

  it('decides whether names may be called not aligned', async () => {
    expect(await isAligned('mail.example.com', 'example.com', 'r', asked({}, {}))).toBe(false);
    expect(await isAligned('mail.example.com', 'example.com', 'r', asked({}, dmarcZone(record)))).toBe(
      'unknown',
    );
    expect(await isAligned('mail.example.com', 'example.com', 's', asked({}, dmarcZone(record)))).toBe(false);
  });
});
