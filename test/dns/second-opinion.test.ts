import { afterEach, describe, expect, it } from 'vitest';
import { createDnsClient } from '../../lambda/dns/client.ts';
import { confirmAnswer, withSecondOpinion } from '../../lambda/dns/second-opinion.ts';
import { startDnsServer, type DnsServer } from '../support/dns-server.ts';
import type { Zone } from '../support/zone.ts';
import { zoneResolver } from '../support/zone-resolver.ts';

const PROBE: Zone = { 'probe.test': { TXT: ['here'] } };

/** A client whose second opinion knows the probe's name and `second`. */
function client(first: Zone, second: Zone) {
  const other = zoneResolver({ ...PROBE, ...second });
  return { other, dns: withSecondOpinion(zoneResolver(first), other, { probeName: 'probe.test' }) };
}

const down = (zone: Zone): Zone => ({
  ...zone,
  test: 'TIMEOUT',
  'probe.test': 'TIMEOUT',
  'x.test': 'TIMEOUT',
});

describe('two answers that say the same confirm each other', () => {
  it.each<[string, 'txt' | 'mx' | 'cname' | 'a', Zone[string], Zone[string]]>([
    ['both absent', 'txt', 'NXDOMAIN', 'NXDOMAIN'],
    ['NXDOMAIN here, NODATA there', 'txt', 'NXDOMAIN', {}],
    ['the same records in another order', 'txt', { TXT: ['a', 'b'] }, { TXT: ['b', 'a'] }],
    ['the same chunks split elsewhere', 'txt', { TXT: [['a', 'b']] }, { TXT: ['ab'] }],
    [
      'the same MX',
      'mx',
      {
        MX: [
          [1, 'a.test'],
          [2, 'b.test'],
        ],
      },
      {
        MX: [
          [2, 'B.test'],
          [1, 'a.test'],
        ],
      },
    ],
    ['the same alias', 'cname', { CNAME: 'y.test' }, { CNAME: 'Y.test' }],
    ['dangling both', 'txt', { CNAME: 'y.test' }, { CNAME: 'y.test' }],
    ['other addresses, which may rotate', 'a', { A: ['192.0.2.1'] }, { A: ['192.0.2.2'] }],
  ])('%s', async (_, type, first, second) => {
    const { dns } = client({ 'x.test': first }, { 'x.test': second });
    const answer = await dns[type]('x.test');
    expect(await dns.confirm<unknown>(answer)).toEqual({ ...answer, confirmation: 'confirmed' });
    expect(dns.secondOpinion()).toBe('reachable');
  });
});

describe('two real answers that differ are unknown', () => {
  it.each<[string, 'txt' | 'mx' | 'a', Zone[string], Zone[string]]>([
    ['absent and found', 'txt', 'NXDOMAIN', { TXT: ['a'] }],
    ['found and absent', 'txt', { TXT: ['a'] }, {}],
    ['other text', 'txt', { TXT: ['a'] }, { TXT: ['b'] }],
    ['one record more', 'txt', { TXT: ['a'] }, { TXT: ['a', 'a2'] }],
    ['other preference', 'mx', { MX: [[1, 'a.test']] }, { MX: [[2, 'a.test']] }],
    ['dangling and nothing', 'txt', { CNAME: 'y.test' }, 'NXDOMAIN'],
    ['other alias targets', 'txt', { CNAME: 'y.test' }, { CNAME: 'z.test' }],
    ['an address and none', 'a', { A: ['192.0.2.1'] }, {}],
  ])('%s', async (_, type, first, second) => {
    const { dns } = client({ 'x.test': first }, { 'x.test': second });
    const confirmed = await dns.confirm<unknown>(await dns[type]('x.test'));
    expect(confirmed).toMatchObject({ kind: 'unknown', because: 'DNS_INCONSISTENT', name: 'x.test' });
  });

  it('with both answers as detail', async () => {
    const { dns } = client({ 'x.test': { TXT: ['old'] } }, { 'x.test': { CNAME: 'gone.test' } });
    const confirmed = await dns.confirm(await dns.txt('x.test'));
    expect(confirmed.kind === 'unknown' && confirmed.detail).toMatch(
      /\["old"\].*NXDOMAIN by the alias gone\.test/,
    );
  });
});

describe('a second resolver', () => {
  it('that cannot be reached changes nothing', async () => {
    const { dns, other } = client({ 'x.test': 'NXDOMAIN' }, down({}));
    const answer = await dns.txt('x.test');
    expect(await dns.confirm(answer)).toEqual({ ...answer, confirmation: 'unconfirmed' });
    expect(dns.secondOpinion()).toBe('unreachable');
    const asked = other.queries.length;
    await dns.confirm(await dns.mx('x.test'));
    expect(other.queries).toHaveLength(asked);
  });

  it('that is up but silent for the name leaves it unknown', async () => {
    const { dns } = client({ 'x.test': 'NXDOMAIN' }, { 'x.test': 'SERVFAIL' });
    const confirmed = await dns.confirm(await dns.txt('x.test'));
    expect(confirmed).toMatchObject({ kind: 'unknown', because: 'SERVFAIL' });
  });

  it('is probed once', async () => {
    const { dns, other } = client({}, { 'x.test': 'SERVFAIL', 'y.test': 'SERVFAIL' });
    await Promise.all([dns.confirm(await dns.txt('x.test')), dns.confirm(await dns.txt('y.test'))]);
    expect(other.queries.filter((query) => query === 'TXT probe.test')).toHaveLength(1);
  });

  it('is not asked about what the first did not learn', async () => {
    const { dns, other } = client({ 'x.test': 'TIMEOUT' }, { 'x.test': { TXT: ['a'] } });
    const answer = await dns.txt('x.test');
    expect(await dns.confirm(answer)).toBe(answer);
    expect(other.queries).toEqual([]);
    expect(dns.secondOpinion()).toBe('unused');
  });

  it('that is not there leaves answers as they are', async () => {
    const dns = withSecondOpinion(zoneResolver({}), undefined);
    const answer = await dns.txt('x.test');
    expect(await dns.confirm(answer)).toBe(answer);
    expect(dns.secondOpinion()).toBe('none');
    expect(await confirmAnswer(zoneResolver({}), answer)).toBe(answer);
  });
});

describe('through the wire', () => {
  const servers: DnsServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  async function serve(zone: Zone): Promise<string> {
    const server = await startDnsServer(zone);
    servers.push(server);
    return server.address;
  }

  it('createDnsClient confirms at the servers named', async () => {
    const first = await serve({ 'same.test': { TXT: ['a'] } });
    const second = await serve({ 'same.test': { TXT: ['a'] }, 'new.test': { TXT: ['b'] } });
    const dns = createDnsClient({
      servers: [first],
      timeoutMs: 150,
      attempts: 1,
      secondOpinion: { servers: [second] },
    });
    expect(await dns.confirm(await dns.txt('same.test'))).toMatchObject({ confirmation: 'confirmed' });
    const changed = await dns.confirm(await dns.txt('new.test'));
    expect(changed).toMatchObject({ because: 'DNS_INCONSISTENT' });
    expect(changed.kind === 'unknown' && changed.detail).toContain(second);
  });
});
