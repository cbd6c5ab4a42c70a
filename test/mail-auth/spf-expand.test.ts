import { describe, expect, it } from 'vitest';
import {
  addressInside,
  checkHost,
  expandNetworks,
  findSpfNearMisses,
  parseSpfRecord,
  selectSpfRecords,
} from '../../lambda/mail-auth/spf.ts';
import type { Zone } from '../support/zone.ts';
import { zoneResolver } from '../support/zone-resolver.ts';

const record = (terms: string) => ({ TXT: [`v=spf1 ${terms}`] });
const expand = (zone: Zone) => expandNetworks('ses.test', zoneResolver(zone));

describe('the networks of a record', () => {
  const zone: Zone = {
    'more.test': record('ip4:203.0.113.0/24 ip4:192.0.2.0/24 -ip4:203.0.113.7 -all'),
    'host.test': { A: ['198.51.100.1'], AAAA: ['2001:db8::1'], MX: [[1, 'host.test']] },
  };
  it.each<[string, string[]]>([
    ['ip4:192.0.2.7/24 ip6:2001:DB8::1/32 -all', ['192.0.2.0/24', '2001:db8::/32']],
    ['ip4:192.0.2.7 -all', ['192.0.2.7/32']],
    ['ip4:192.0.2.0/24 include:more.test -all', ['192.0.2.0/24', '203.0.113.0/24']],
    ['~include:more.test -all', []],
    ['ip4:192.0.2.0/24 redirect=more.test', ['192.0.2.0/24', '203.0.113.0/24']],
    ['a:host.test/24//64 -all', ['198.51.100.0/24', '2001:db8::/64']],
    ['mx:host.test -all', ['198.51.100.1/32', '2001:db8::1/128']],
    ['-ip4:192.0.2.0/23 ip4:192.0.2.0/24 ip4:192.0.0.0/16 -all', ['192.0.0.0/16']],
    ['-all ip4:192.0.2.0/24', []],
    ['+all', ['0.0.0.0/0', '::/0']],
  ])('%s', async (terms, networks) => {
    const expanded = await expand({ ...zone, 'ses.test': record(terms) });
    expect(expanded).toEqual({ kind: 'known', networks, undecidable: [] });
  });

  it('names the terms that depend on the client', async () => {
    const expanded = await expand({
      'ses.test': record('ip4:192.0.2.1 exists:%{i}.test include:%{i}.test -all'),
    });
    expect(expanded).toEqual({
      kind: 'known',
      networks: ['192.0.2.1/32'],
      undecidable: ['exists:%{i}.test', 'include:%{i}.test'],
    });
  });

  it.each<[string, Zone, string]>([
    ['no record', {}, 'NO_RECORD'],
    ['two records', { 'ses.test': { TXT: ['v=spf1 -all', 'v=spf1 ~all'] } }, 'INVALID_RECORD'],
    ['a broken record', { 'ses.test': record('ip4:1 -all') }, 'INVALID_RECORD'],
    ['SERVFAIL', { 'ses.test': 'SERVFAIL' }, 'SERVFAIL'],
    [
      'an include that timed out',
      { 'ses.test': record('include:x.test -all'), 'x.test': 'TIMEOUT' },
      'TIMEOUT',
    ],
    ['an include without record', { 'ses.test': record('include:x.test -all') }, 'NO_RECORD'],
    ['a loop', { 'ses.test': record('include:ses.test -all') }, 'LIMIT'],
  ])('are unknown with %s', async (_, zone_, because) => {
    expect(await expand(zone_)).toMatchObject({ kind: 'unknown', because });
  });

  it('each hold an address that passes', async () => {
    const dns = zoneResolver({
      'ses.test': record('ip4:199.255.192.0/22 ip4:192.0.2.8/31 ip6:2001:db8::/48 a:host.test -all'),
      'host.test': { A: ['198.51.100.1'] },
    });
    const expanded = await expandNetworks('ses.test', dns);
    const networks = expanded.kind === 'known' ? expanded.networks : [];
    expect(networks).toHaveLength(4);
    for (const network of networks) {
      const ip = addressInside(network);
      expect((await checkHost({ ip, domain: 'ses.test', sender: 'a@ses.test' }, dns)).result, ip).toBe(
        'pass',
      );
    }
  });
});

describe('one address of a network', () => {
  it.each([
    ['192.0.2.0/24', '192.0.2.1'],
    ['192.0.2.7/24', '192.0.2.1'],
    ['192.0.2.8/31', '192.0.2.8'],
    ['192.0.2.8/32', '192.0.2.8'],
    ['0.0.0.0/0', '0.0.0.1'],
    ['2001:db8::/32', '2001:db8::1'],
    ['2001:db8::ff/128', '2001:db8::ff'],
    ['2001:0:0:1::/64', '2001:0:0:1::1'],
  ])('%s -> %s', (network, address) => {
    expect(addressInside(network)).toBe(address);
  });
});

describe('what is SPF and what meant to be', () => {
  it.each([
    ['v=spf1', 'record'],
    ['V=SPF1 -all', 'record'],
    ['v=spf1 -all', 'record'],
    ['v=spf10 -all', 'miss'],
    ['v=spf1-all', 'miss'],
    ['v=spf1;a -all', 'miss'],
    [' v=spf1 -all', 'miss'],
    ['\u00a0v=spf1 -all', 'miss'],
    ['\ufeffv=spf1 -all', 'miss'],
    ['"v=spf1 -all"', 'miss'],
    ['\\"v=spf1 -all\\"', 'miss'],
    ['\u201cv=spf1 -all\u201d', 'miss'],
    ['\u2018v=spf1 -all\u2019', 'miss'],
    ['v-spf1 include:amazonses.com ~all', 'miss'],
    ['\u201cv-spf1 include:amazonses.com ~all\u201d', 'miss'],
    ['v\u2013spf1 -all', 'miss'],
    ['v=spf include:amazonses.com -all', 'miss'],
    ['v= spf1 -all', 'miss'],
    ['v = spf1 -all', 'miss'],
    ['v:spf1 -all', 'miss'],
    ['vspf1 -all', 'miss'],
    ['spf1 include:amazonses.com -all', 'miss'],
    ['=spf1 -all', 'miss'],
    ['include:amazonses.com ~all', 'miss'],
    ['spf2.0/pra include:x.test -all', 'neither'],
    ['v=DMARC1; p=none', 'neither'],
    ['spf-check=1234', 'neither'],
    ['google-site-verification=spf1', 'neither'],
    ['', 'neither'],
  ])('%j is %s', (text, what) => {
    const selected = selectSpfRecords([text]).length === 1;
    const missed = findSpfNearMisses([text]).length === 1;
    expect({ selected, missed }).toEqual({ selected: what === 'record', missed: what === 'miss' });
  });
});

describe('a record read', () => {
  it('has its terms in order, with their places', () => {
    const text = 'v=spf1  +a:x.test/24//64 -ip6:2001:db8::/32 exp=why.test ~all';
    const { directives, exp, valid } = parseSpfRecord(text);
    expect(valid).toBe(true);
    expect(directives.map(({ mechanism, qualifier }) => qualifier + mechanism)).toEqual([
      '+a',
      '-ip6',
      '~all',
    ]);
    expect(directives.map(({ start, end }) => text.slice(start, end))).toEqual([
      '+a:x.test/24//64',
      '-ip6:2001:db8::/32',
      '~all',
    ]);
    expect(directives[0]).toMatchObject({ prefix4: 24, prefix6: 64, spec: { text: 'x.test' } });
    expect(exp?.spec.text).toBe('why.test');
  });

  it('is read whole up to what a TXT record can hold, and refused beyond', () => {
    expect(parseSpfRecord(`v=spf1 ${'ip4:192.0.2.1 '.repeat(4600)}-all`)).toMatchObject({ valid: true });
    const { valid, problems } = parseSpfRecord(`v=spf1 ${'a '.repeat(40_000)}`);
    expect(valid).toBe(false);
    expect(problems.map(({ code }) => code)).toEqual(['RECORD_TOO_LONG']);
  });
});
