/** What surrounds a From domain's DMARC record, and what a parked domain publishes. */
import { describe, expect, it } from 'vitest';
import { scanSettingsSchema } from '../../lambda/contract.ts';
import { withSecondOpinion } from '../../lambda/dns/second-opinion.ts';
import { gatherDomainFacts } from '../../lambda/facts/gather-domain.ts';
import type { Dependent, DomainFacts } from '../../lambda/facts/types.ts';
import type { Zone } from '../support/zone.ts';
import { zoneResolver } from '../support/zone-resolver.ts';

interface Asked {
  name?: string;
  use?: Dependent['use'] | 'NOBODY';
  settings?: Parameters<typeof scanSettingsSchema.parse>[0];
  second?: Zone;
}

async function gather(zone: Zone, { name = 'example.com', use = 'FROM', settings = {}, second }: Asked = {}) {
  const resolver = zoneResolver(zone);
  const dns = second ? withSecondOpinion(resolver, zoneResolver(second)) : resolver;
  const facts: DomainFacts = await gatherDomainFacts({
    name,
    dependents:
      use === 'NOBODY' ? [] : [{ accountId: '222222222222', region: 'eu-west-1', identity: name, use }],
    settings: scanSettingsSchema.parse(settings),
    dns,
    observedAt: '2026-11-21T09:00:00.000Z',
  });
  return { facts, dmarc: facts.from?.dmarc, queries: resolver.queries };
}

const record = (text: string): Zone => ({
  'example.com': { MX: [[10, 'mx.example.com']], TXT: ['v=spf1 -all'] },
  '_dmarc.example.com': { TXT: [text] },
});

describe('hosts that take reports', () => {
  it('are asked whether they receive, and others than the domain’s own whether they consent', async () => {
    const { dmarc } = await gather({
      ...record(
        'v=DMARC1; p=reject; rua=mailto:a@example.com,mailto:b@analyst.test; ruf=mailto:c@analyst.test',
      ),
      'analyst.test': { A: ['192.0.2.1'] },
      '*._report._dmarc.analyst.test': { TXT: ['v=DMARC1'] },
    });
    expect(dmarc?.reportHosts).toEqual([
      { host: 'example.com', tags: ['rua'], receives: true, authorization: 'internal' },
      {
        host: 'analyst.test',
        tags: ['rua', 'ruf'],
        receives: true,
        authorization: 'authorized',
        authorizationName: 'example.com._report._dmarc.analyst.test',
      },
    ]);
  });

  it.each<[title: string, zone: Zone, says: object]>([
    [
      'has neither MX nor address',
      { 'analyst.test': { TXT: ['x'] } },
      { receives: false, authorization: 'denied' },
    ],
    ['has a null MX', { 'analyst.test': { MX: [[0, '']], A: ['192.0.2.1'] } }, { receives: false }],
    ['does not answer', { 'analyst.test': 'SERVFAIL' }, { receives: 'unknown' }],
    [
      'has an address, while its MX is not told: a null MX may stand there',
      { 'analyst.test': { MX: 'SERVFAIL', A: ['192.0.2.1'] } },
      { receives: 'unknown' },
    ],
    [
      'consents for another host',
      {
        'analyst.test': { A: ['192.0.2.1'] },
        'example.com._report._dmarc.analyst.test': { TXT: ['v=DMARC1; rua=mailto:x@else.test'] },
      },
      { authorization: 'misdirected', override: ['mailto:x@else.test'] },
    ],
    [
      'does not answer about its consent',
      { 'analyst.test': { A: ['192.0.2.1'] }, 'example.com._report._dmarc.analyst.test': 'SERVFAIL' },
      { receives: true, authorization: 'unknown' },
    ],
  ])('that %s', async (_title, zone, says) => {
    const { dmarc } = await gather({ ...record('v=DMARC1; p=reject; rua=mailto:b@analyst.test'), ...zone });
    expect(dmarc?.reportHosts).toMatchObject([says]);
  });

  it('are no more than ten, whatever the record names', async () => {
    const uris = Array.from({ length: 40 }, (_, n) => `mailto:d@host${n}.test`).join(',');
    const { dmarc, queries } = await gather(record(`v=DMARC1; p=reject; rua=${uris}`));
    expect(dmarc?.reportHosts).toHaveLength(10);
    expect(queries.length).toBeLessThan(150);
  });

  it('are not asked for a record that is inherited: its own domain is judged', async () => {
    const { dmarc } = await gather(record('v=DMARC1; p=reject; rua=mailto:b@analyst.test'), {
      name: 'news.example.com',
    });
    expect(dmarc?.recordDomain).toBe('example.com');
    expect(dmarc?.reportHosts).toBeUndefined();
  });

  it('fail only where the second opinion agrees', async () => {
    const zone = record('v=DMARC1; p=reject; rua=mailto:b@analyst.test');
    const second = { ...zone, 'analyst.test': { MX: [[10, 'mx.analyst.test']] } } as Zone;
    const { dmarc } = await gather(zone, { second });
    expect(dmarc?.reportHosts).toMatchObject([{ receives: 'unknown' }]);
  });
});

describe('the reading of RFC 7489', () => {
  it('stands beside that of RFC 9989', async () => {
    const { dmarc } = await gather(
      { '_dmarc.github.io': { TXT: ['v=DMARC1; p=reject'] }, 'customer.github.io': { A: ['192.0.2.1'] } },
      { name: 'customer.github.io' },
    );
    expect(dmarc).toMatchObject({
      policy: 'reject',
      organizationalDomain: 'github.io',
      legacy: { status: 'none', organizationalDomain: 'customer.github.io' },
    });
  });

  it('costs no question that the walk does not ask', async () => {
    const { queries } = await gather(record('v=DMARC1; p=reject'), { name: 'news.example.com' });
    expect(new Set(queries.filter((query) => query.includes('_dmarc')))).toEqual(
      new Set(['TXT _dmarc.news.example.com', 'TXT _dmarc.example.com', 'TXT _dmarc.com']),
    );
  });
});

describe('delegated subtrees', () => {
  const subtreesOf = async (zone: Zone, name: string, ...delegatedSubtrees: string[]) =>
    (await gather(zone, { name, settings: { delegatedSubtrees } })).dmarc?.delegated;

  it('are asked for their Organizational Domain: psd=n cuts them off, at or above the subtree', async () => {
    const zone: Zone = {
      ...record('v=DMARC1; p=reject'),
      '_dmarc.cut.example.com': { TXT: ['v=DMARC1; p=none; psd=n'] },
      '_dmarc.own.example.com': { TXT: ['v=DMARC1; p=none'] },
      '_dmarc.silent.example.com': 'SERVFAIL',
    };
    const names = ['cut', 'below.cut', 'own', 'bare', 'silent'].map((label) => `${label}.example.com`);
    expect(await subtreesOf(zone, 'example.com', ...names, 'example.com', 'other.test')).toEqual([
      { subtree: 'cut.example.com', cut: true },
      { subtree: 'below.cut.example.com', cut: true },
      { subtree: 'own.example.com', cut: false },
      { subtree: 'bare.example.com', cut: false },
      { subtree: 'silent.example.com', cut: 'unknown' },
    ]);
  });

  it('beside a From domain with a record of its own align with it as those below it do', async () => {
    const zone: Zone = {
      ...record('v=DMARC1; p=reject; adkim=s; aspf=s'),
      '_dmarc.mail.example.com': { TXT: ['v=DMARC1; p=reject'] },
    };
    expect(await subtreesOf(zone, 'mail.example.com', 'partner.example.com')).toEqual([
      { subtree: 'partner.example.com', cut: false },
    ]);
  });

  it('that the From domain lies in are its own', async () => {
    const zone = record('v=DMARC1; p=reject');
    const own = { '_dmarc.mail.partner.example.com': { TXT: ['v=DMARC1; p=reject'] } };
    expect(
      await subtreesOf({ ...zone, ...own }, 'mail.partner.example.com', 'partner.example.com'),
    ).toBeUndefined();
  });

  it('are left to the Organizational Domain whose record applies', async () => {
    const zone = record('v=DMARC1; p=reject');
    expect(await subtreesOf(zone, 'mail.example.com', 'partner.example.com')).toBeUndefined();
    expect(await subtreesOf(zone, 'example.com', 'partner.example.com')).toHaveLength(1);
  });

  it('are asked of who inherits from a public suffix, which judges nobody’s subtrees', async () => {
    const zone: Zone = { '_dmarc.gov': { TXT: ['v=DMARC1; p=reject; psd=y'] } };
    expect(await subtreesOf(zone, 'mail.cisa.gov', 'partner.cisa.gov', 'other.gov')).toEqual([
      { subtree: 'partner.cisa.gov', cut: false },
    ]);
  });

  it('are unknown where the Organizational Domain is', async () => {
    const zone: Zone = { ...record('v=DMARC1; p=reject'), '_dmarc.com': 'SERVFAIL' };
    expect(await subtreesOf(zone, 'example.com', 'partner.example.com')).toEqual([
      { subtree: 'partner.example.com', cut: 'unknown' },
    ]);
  });
});

describe('where no record applies', () => {
  const nothingAt = async (zone: Zone, name = 'mail.example.com') => (await gather(zone, { name })).dmarc;

  it('what stands above is kept, and whose record is not processed', async () => {
    const dmarc = await nothingAt({
      '_dmarc.example.com': { TXT: ['of the vendor', 'v=DMARC1; p=rejct'] },
      '_dmarc.com': { CNAME: 'gone.vendor.test' },
    });
    expect(dmarc).toMatchObject({ status: 'none', unprocessedAt: 'example.com' });
    expect(dmarc?.above).toEqual([
      {
        domain: 'example.com',
        txt: { kind: 'found', records: ['of the vendor', 'v=DMARC1; p=rejct'], aliases: [] },
        records: ['v=DMARC1; p=rejct'],
        nearMisses: [],
      },
      {
        domain: 'com',
        txt: { kind: 'absent', because: 'NXDOMAIN', aliases: ['gone.vendor.test'] },
        records: [],
        nearMisses: [],
      },
    ]);
  });

  it('texts that count as none are told apart', async () => {
    const texts = ['v=DMARC1; p=none', 'v=DMARC1; p=reject', 'v=dmarc1; p=reject'];
    const dmarc = await nothingAt({ '_dmarc.example.com': { TXT: texts } });
    expect(dmarc?.unprocessedAt).toBeUndefined();
    expect(dmarc?.above).toMatchObject([{ records: texts.slice(0, 2), nearMisses: texts.slice(2) }]);
  });

  it('nothing is kept of a name where nothing stands, or where a record applies', async () => {
    expect((await nothingAt({}))?.above).toBeUndefined();
    const inherited = await nothingAt({ '_dmarc.example.com': { TXT: ['v=DMARC1; p=reject', 'x'] } });
    expect(inherited).toMatchObject({ status: 'found' });
    expect(inherited?.above).toBeUndefined();
  });

  it('the trace says what DNS told of each name', async () => {
    const long = `v=DMARC1; p=rejct; x=${'y'.repeat(500)}`;
    const dmarc = await nothingAt({
      '_dmarc.example.com': { TXT: ['a', 'b', 'c', long] },
      '_dmarc.com': { CNAME: 'gone.vendor.test' },
    });
    expect(dmarc?.trace).toEqual([
      '_dmarc.mail.example.com: NXDOMAIN',
      '_dmarc.example.com: “a”, “b”, “c” and 1 more',
      '_dmarc.com: NXDOMAIN (alias of gone.vendor.test)',
    ]);
    expect(dmarc?.derivation).toEqual(expect.arrayContaining([expect.stringMatching(/does not apply/)]));
  });
});

describe('texts at the From domain', () => {
  it('are asked for at the name and at _amazonses', async () => {
    const { facts } = await gather({
      'example.com': { TXT: ['v=spf1 mx -all', 'v=DMARC1; p=none'] },
      '_amazonses.example.com': { TXT: ['token'] },
    });
    expect(facts.from?.rootTxt).toMatchObject({ records: ['v=spf1 mx -all', 'v=DMARC1; p=none'] });
    expect(facts.from?.legacyVerification).toMatchObject({ records: ['token'] });
  });

  it('of SES are not asked for where the name only holds the record that others inherit', async () => {
    const { facts, queries } = await gather(record('v=DMARC1; p=reject'), { use: 'DMARC_RECORD' });
    expect(facts.from?.legacyVerification).toBeUndefined();
    expect(queries).not.toContain('TXT _amazonses.example.com');
  });

  it('are found among more than a fact keeps', async () => {
    const tokens = Array.from({ length: 60 }, (_, n) => `token=${n}`);
    const { facts } = await gather({ 'example.com': { TXT: [...tokens, 'v=spf1 -all'] } });
    expect(facts.from?.rootTxt).toMatchObject({
      records: expect.arrayContaining(['v=spf1 -all']) as unknown,
    });
  });

  it('that are missing are missing only where the second opinion agrees', async () => {
    const zone: Zone = { 'example.com': { A: ['192.0.2.1'] } };
    const second: Zone = { 'example.com': { A: ['192.0.2.1'], TXT: ['v=spf1 -all'] } };
    const { facts } = await gather(zone, { second });
    expect(facts.from?.rootTxt).toMatchObject({ kind: 'unknown', because: 'DNS_INCONSISTENT' });
  });

  it('at _dmarc that are of another purpose are counted', async () => {
    const { dmarc } = await gather({
      '_dmarc.example.com': { TXT: ['v=DMARC1; p=reject', 'v=spf1 -all', 'token'] },
    });
    expect(dmarc?.unrelatedTexts).toBe(2);
  });
});

describe('a parked domain', () => {
  const settings = { parkedDomains: ['example.com'] };
  const locked: Zone = {
    'example.com': { TXT: ['v=spf1 -all'], MX: [[0, '']] },
    '_dmarc.example.com': { TXT: ['v=DMARC1; p=reject'] },
  };

  it.each<[title: string, txt: string[], says: object]>([
    ['that lets nobody send', ['v=spf1 -all'], { all: '-', passes: 'nobody' }],
    ['that lets a network send', ['v=spf1 ip4:192.0.2.0/24 -all'], { all: '-', passes: 'somebody' }],
    ['that lets depend who sends', ['v=spf1 exists:%{i}.list.example.com -all'], { passes: 'somebody' }],
    [
      'that redirects to a locked record',
      ['v=spf1 redirect=_spf.example.com'],
      { all: '-', passes: 'nobody' },
    ],
    ['that ends softly', ['v=spf1 ~all'], { all: '~', passes: 'nobody' }],
    ['with two records', ['v=spf1 -all', 'v=spf1 mx -all'], { passes: 'unknown' }],
  ])('is told with an SPF record %s', async (_title, TXT, says) => {
    const zone: Zone = { ...locked, 'example.com': { TXT }, '_spf.example.com': { TXT: ['v=spf1 -all'] } };
    const { facts } = await gather(zone, { use: 'NOBODY', settings });
    expect(facts.parked?.spf).toMatchObject({ records: TXT, ...says });
  });

  it('is told with DMARC and MX, and as nothing else', async () => {
    const { facts } = await gather(locked, { use: 'NOBODY', settings });
    expect(facts.parked).toMatchObject({
      exists: true,
      mx: { kind: 'found' },
      dmarc: { appliedPolicy: 'reject' },
    });
    expect(facts.from).toBeUndefined();
  });

  it('that does not exist is told so', async () => {
    const { facts } = await gather({}, { use: 'NOBODY', settings });
    expect(facts.parked).toMatchObject({ exists: false, spf: { passes: 'unknown' } });
  });

  it('is asked for only where settings say so', async () => {
    const { facts } = await gather(locked);
    expect(facts.parked).toBeUndefined();
  });
});
