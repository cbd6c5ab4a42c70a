import { describe, expect, it } from 'vitest';
import type { DnsClient } from '../../lambda/dns/types.ts';
import { gatherSpf } from '../../lambda/facts/gather-spf.ts';
import type { Zone } from '../support/zone.ts';
import { zoneResolver } from '../support/zone-resolver.ts';

const SES: Zone = {
  'amazonses.com': {
    TXT: ['v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.7 ip6:2001:db8:5e5::/48 -all', 'other text'],
  },
};
const MAIL_FROM = 'bounce.example.com';

function gather(txt: Zone[''], more: Zone = {}) {
  return gatherSpf(MAIL_FROM, zoneResolver({ ...SES, [MAIL_FROM]: txt, ...more }));
}

describe('SPF of a MAIL FROM domain', () => {
  it('is evaluated for one address of each network of SES’s live record', async () => {
    const spf = await gather({ TXT: ['v=spf1 include:amazonses.com ~all', 'unrelated'] });
    expect(spf).toMatchObject({
      records: ['v=spf1 include:amazonses.com ~all'],
      nearMisses: [],
      sesNetworks: [
        { network: '198.51.100.0/24', ip: '198.51.100.1', result: 'pass' },
        { network: '203.0.113.7/32', ip: '203.0.113.7', result: 'pass' },
        { network: '2001:db8:5e5::/48', result: 'pass' },
      ],
      all: '~',
      hugeNetworks: [],
      lookups: 1,
      voidLookups: 0,
    });
    expect(spf.sesNetworksUnknown).toBeUndefined();
  });

  it.each([
    ['no include', 'v=spf1 ip4:192.0.2.1 -all', ['fail', 'fail', 'fail'], '-'],
    [
      'an all before the include',
      'v=spf1 ?all include:amazonses.com',
      ['neutral', 'neutral', 'neutral'],
      '?',
    ],
    ['only some of the networks', 'v=spf1 ip4:198.51.100.0/24 -all', ['pass', 'fail', 'fail'], '-'],
    [
      'a syntax error',
      'v=spf1 include:amazonses.com ip4:300.1.1.1 ~all',
      ['permerror', 'permerror', 'permerror'],
      '~',
    ],
    ['everybody', 'v=spf1 +all', ['pass', 'pass', 'pass'], '+'],
    ['no end', 'v=spf1 include:amazonses.com', ['pass', 'pass', 'pass'], 'none'],
  ])('with %s', async (_title, record, results, all) => {
    const spf = await gather({ TXT: [record] });
    expect(spf.sesNetworks?.map(({ result }) => result)).toEqual(results);
    expect(spf.all).toBe(all);
  });

  it('with two records shows both and the permerror that receivers see', async () => {
    const spf = await gather({ TXT: ['v=spf1 include:amazonses.com ~all', 'v=spf1 -all'] });
    expect(spf.records).toHaveLength(2);
    expect(spf.sesNetworks?.[0]).toMatchObject({ result: 'permerror', problem: 'MULTIPLE_RECORDS' });
  });

  it('shows what meant to be a record', async () => {
    const spf = await gather({ TXT: ['v-spf1 include:amazonses.com ~all'] });
    expect(spf).toMatchObject({ records: [], nearMisses: ['v-spf1 include:amazonses.com ~all'] });
    expect(spf.sesNetworks?.[0]?.result).toBe('none');
  });

  it('counts the terms of the SES path at their most', async () => {
    const record = 'v=spf1 a:one.example a:two.example include:amazonses.com -all';
    const spf = await gather({ TXT: [record] }, { 'one.example': { A: ['192.0.2.1'] } });
    // two.example for every client, and one.example for an IPv6 one, which asks AAAA.
    expect(spf).toMatchObject({ lookups: 3, voidLookups: 2 });
  });

  it('names networks that let half the internet pass', async () => {
    const spf = await gather({ TXT: ['v=spf1 ip4:0.0.0.0/1 include:amazonses.com -all'] });
    expect(spf.hugeNetworks).toEqual(['0.0.0.0/1']);
  });

  it('follows a redirect to the all that ends the evaluation', async () => {
    const spf = await gather(
      { TXT: ['v=spf1 redirect=_spf.example.com'] },
      {
        '_spf.example.com': { TXT: ['v=spf1 include:amazonses.com ?all'] },
      },
    );
    expect(spf.all).toBe('?');
  });

  it('is evaluated for each dedicated address, too, which asks nothing anew', async () => {
    const asked: string[] = [];
    const inner = zoneResolver({ ...SES, [MAIL_FROM]: { TXT: ['v=spf1 include:amazonses.com -all'] } });
    const dns = countingClient(inner, asked);
    const ips = ['198.51.100.77', '203.0.113.100', '2001:db8::25'];
    const spf = await gatherSpf(MAIL_FROM, dns, { ips, leftOut: 3, unread: ['111111111111 eu-west-1'] });
    expect(spf.dedicated).toEqual({
      addresses: [
        { ip: '198.51.100.77', result: 'pass' },
        { ip: '203.0.113.100', result: 'fail' },
        { ip: '2001:db8::25', result: 'fail' },
      ],
      leftOut: 3,
      unread: ['111111111111 eu-west-1'],
    });
    expect(spf).toMatchObject({ lookups: 1, voidLookups: 0 });
    expect([...new Set(asked)].sort()).toEqual(['amazonses.com', MAIL_FROM]);
  });

  it('leaves an address unknown where the term that decides of it does not answer', async () => {
    const zone = { ...SES, [MAIL_FROM]: { TXT: ['v=spf1 include:amazonses.com include:x.example -all'] } };
    const dns = zoneResolver({ ...zone, 'x.example': 'SERVFAIL' });
    const spf = await gatherSpf(MAIL_FROM, dns, { ips: ['203.0.113.100'] });
    expect(spf.dedicated?.addresses).toEqual([
      { ip: '203.0.113.100', result: 'temperror', problem: 'DNS_FAILURE' },
    ]);
    expect(spf.sesNetworks?.every(({ result }) => result === 'pass')).toBe(true);
  });

  it('that does not answer is unknown, not none', async () => {
    const spf = await gather('SERVFAIL');
    expect(spf).toMatchObject({ txt: { kind: 'unknown', because: 'SERVFAIL' }, records: [], all: 'unknown' });
    expect(spf.sesNetworks?.every(({ result }) => result === 'temperror')).toBe(true);
  });

  it.each<[title: string, zone: Zone['']]>([
    ['does not answer', 'SERVFAIL'],
    ['has no record', { TXT: ['nothing'] }],
    ['names no network', { TXT: ['v=spf1 -all'] }],
    ['names more networks than can be believed', { TXT: [`v=spf1 ${many()} -all`] }],
  ])('says so when amazonses.com %s', async (_title, zone) => {
    const spf = await gather({ TXT: ['v=spf1 include:amazonses.com ~all'] }, { 'amazonses.com': zone });
    expect(spf.sesNetworks).toBeUndefined();
    expect(spf.sesNetworksUnknown).toEqual(expect.any(String));
  });
});

describe('what is wrong with the record, and where', () => {
  const RECORD = 'v=spf1 include:a.example ptr include:amazonses.com include:gone.vendor.example -all';
  const TREE: Zone = {
    'a.example': { TXT: ['v=spf1 include:b.example a:dead.example -all'] },
    'b.example': { TXT: ['v=spf1 ip4:300.1.1.1 -all'] },
    'vendor.example': { A: ['192.0.2.1'] },
    example: { A: ['192.0.2.1'] },
  };

  it('tells each problem with the terms of the own record that lead to it', async () => {
    const { problems } = await gather({ TXT: [RECORD] }, TREE);
    const told = problems?.map(({ code, own, places, target }) => ({
      code,
      own,
      terms: places.map(([start, end]) => RECORD.slice(start, end)),
      target,
    }));
    expect(told).toEqual(
      expect.arrayContaining([
        { code: 'BAD_NETWORK', own: false, terms: ['include:a.example'], target: undefined },
        { code: 'DEAD_TERM', own: false, terms: ['include:a.example'], target: 'dead.example' },
        { code: 'PTR_USED', own: true, terms: ['ptr'], target: undefined },
        {
          code: 'TARGET_WITHOUT_RECORD',
          own: true,
          terms: ['include:gone.vendor.example'],
          target: 'gone.vendor.example',
        },
      ]),
    );
    expect(problems?.[0]?.level).toBe('error');
  });

  it('leads to a record that is included twice by both terms', async () => {
    const record = 'v=spf1 include:b.example include:a.example -all';
    const { problems } = await gather({ TXT: [record] }, TREE);
    const broken = problems?.find(({ code }) => code === 'BAD_NETWORK');
    expect(broken?.places.map(([start, end]) => record.slice(start, end))).toEqual([
      'include:b.example',
      'include:a.example',
    ]);
  });

  it('tells what anybody may register', async () => {
    const { problems } = await gather({
      TXT: ['v=spf1 include:amazonses.com include:spf.bankrupt.test -all'],
    });
    expect(problems).toContainEqual(
      expect.objectContaining({ code: 'TARGET_DOMAIN_UNREGISTERED', target: 'bankrupt.test' }),
    );
  });

  it('leaves open whether it can be registered where DNS does not say', async () => {
    const { problems } = await gather(
      { TXT: ['v=spf1 include:amazonses.com a:host.bankrupt.test -all'] },
      { 'bankrupt.test': 'SERVFAIL' },
    );
    expect(problems?.map(({ code, target }) => `${code} ${target}`)).toEqual([
      'DEAD_TERM host.bankrupt.test',
      'TARGET_MISSING host.bankrupt.test',
      'DNS_FAILURE bankrupt.test',
    ]);
  });

  it('tells what each term costs, and the whole at worst', async () => {
    const { terms, worstCase, voidTerms } = await gather({ TXT: [RECORD] }, TREE);
    expect(terms).toEqual([
      { term: 'include:a.example', cost: 3 },
      { term: 'ptr', cost: 1 },
      { term: 'include:amazonses.com', cost: 1 },
      { term: 'include:gone.vendor.example', cost: 1 },
    ]);
    expect(worstCase).toEqual({ lookups: 6, exact: true });
    expect(voidTerms).toBe(1);
  });

  it('names the records that did not answer', async () => {
    const spf = await gather(
      { TXT: ['v=spf1 include:amazonses.com include:silent.example -all'] },
      { 'silent.example': 'SERVFAIL' },
    );
    expect(spf.unread).toEqual(['silent.example']);
    expect(spf.sesNetworks?.every(({ result }) => result === 'pass')).toBe(true);
  });

  it('finds the record among more TXT than a fact keeps', async () => {
    const tokens = Array.from({ length: 60 }, (_, n) => `token=${n}`);
    const spf = await gather({ TXT: [...tokens, 'v=spf1 include:amazonses.com -all'] });
    expect(spf.records).toEqual(['v=spf1 include:amazonses.com -all']);
    expect(spf.txt).toMatchObject({
      kind: 'found',
      records: expect.arrayContaining(['v=spf1 include:amazonses.com -all']) as unknown,
    });
  });
});

function countingClient(inner: DnsClient, asked: string[]): DnsClient {
  return {
    ...inner,
    txt: (name) => {
      asked.push(name);
      return inner.txt(name);
    },
  };
}

function many(): string {
  return Array.from({ length: 150 }, (_, index) => `ip4:10.0.${index}.0/24`).join(' ');
}
