import { describe, expect, it } from 'vitest';
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

function many(): string {
  return Array.from({ length: 150 }, (_, index) => `ip4:10.0.${index}.0/24`).join(' ');
}
