import { describe, expect, it } from 'vitest';
import { withSecondOpinion } from '../../lambda/dns/second-opinion.ts';
import { gatherReverseDns, gatherTrackingDomains } from '../../lambda/facts/gather-target-dns.ts';
import { gatherTargetSettings } from '../../lambda/facts/gather-target-settings.ts';
import type { ConfigurationSetFacts, NotificationFacts, SesIdentity } from '../../lambda/facts/types.ts';
import { toSesIdentity } from '../../lambda/ses/identity.ts';
import type { Zone } from '../support/zone.ts';
import { zoneResolver } from '../support/zone-resolver.ts';

describe('reverse DNS of a dedicated IP', () => {
  it.each<[title: string, ip: string, zone: Zone, names: string, back: boolean | 'unknown']>([
    [
      'leads to a name and back',
      '192.0.2.1',
      { '192.0.2.1': { PTR: ['m.test'] }, 'm.test': { A: ['192.0.2.1'] } },
      'found',
      true,
    ],
    [
      'leads back by one of two names',
      '192.0.2.1',
      {
        '192.0.2.1': { PTR: ['no.test', 'm.test'] },
        'no.test': {},
        'm.test': { A: ['192.0.2.9', '192.0.2.1'] },
      },
      'found',
      true,
    ],
    [
      'leads elsewhere',
      '192.0.2.1',
      { '192.0.2.1': { PTR: ['m.test'] }, 'm.test': { A: ['192.0.2.9'] } },
      'found',
      false,
    ],
    [
      'leads to a name without address',
      '192.0.2.1',
      { '192.0.2.1': { PTR: ['m.test'] }, 'm.test': { AAAA: ['2001:db8::1'] } },
      'found',
      false,
    ],
    ['is missing', '192.0.2.1', { 'other.test': {} }, 'absent', false],
    ['gives no answer', '192.0.2.1', { '192.0.2.1': 'TIMEOUT' }, 'unknown', 'unknown'],
    [
      'leads to a name that gives no answer',
      '192.0.2.1',
      { '192.0.2.1': { PTR: ['m.test'] }, 'm.test': 'SERVFAIL' },
      'found',
      'unknown',
    ],
    [
      'of IPv6 is compared as an address, not as text',
      '2001:db8:0:0::1',
      { '2001:db8::1': { PTR: ['m.test'] }, 'm.test': { AAAA: ['2001:DB8::0001'] } },
      'found',
      true,
    ],
  ])('%s', async (_title, ip, zone, names, back) => {
    const read = await gatherReverseDns(ip, zoneResolver(zone));
    expect([read.names.kind, read.back]).toEqual([names, back]);
  });

  it.each<[title: string, second: Zone, names: string, back: boolean | 'unknown']>([
    ['agrees that it is missing', { 'other.test': {} }, 'absent', false],
    ['knows it', { '192.0.2.1': { PTR: ['m.test'] } }, 'unknown', 'unknown'],
  ])('is missing only if the second resolver %s', async (_title, second, names, back) => {
    const dns = withSecondOpinion(zoneResolver({ 'other.test': {} }), zoneResolver(second));
    const read = await gatherReverseDns('192.0.2.1', dns);
    expect([read.names.kind, read.back]).toEqual([names, back]);
  });
});

describe('a PTR name that leads to another address', () => {
  const elsewhere = { '192.0.2.1': { PTR: ['m.test'] }, 'm.test': { A: ['192.0.2.9'] } };
  it.each<[title: string, second: Zone, back: boolean | 'unknown']>([
    ['does so by the second resolver, too', elsewhere, false],
    ['leads to yet another there', { 'm.test': { A: ['192.0.2.8'] } }, false],
    ['leads back by the second resolver', { 'm.test': { A: ['192.0.2.9', '192.0.2.1'] } }, 'unknown'],
    ['gets no answer there', { ...elsewhere, 'm.test': 'TIMEOUT' }, 'unknown'],
  ])('%s', async (_title, second, back) => {
    const other = zoneResolver(second);
    const read = await gatherReverseDns('192.0.2.1', withSecondOpinion(zoneResolver(elsewhere), other));
    expect(read.back).toBe(back);
    expect(other.queries).toContain('A m.test');
  });
});

describe('a custom tracking domain', () => {
  const set = (domain?: string): ConfigurationSetFacts => ({
    name: 'news',
    tlsPolicy: 'REQUIRE',
    sendingEnabled: true,
    reputationMetrics: true,
    ...(domain ? { tracking: { domain, httpsPolicy: 'REQUIRE' } } : {}),
    destinations: [],
  });
  const host = 'r.eu-west-1.awstrack.me';
  it.each<[title: string, first: Zone, second: Zone, cname: object]>([
    [
      'that leads to SES is not asked twice',
      { 'c.test': { CNAME: host } },
      {},
      { kind: 'found', records: [host] },
    ],
    ['that is missing at both resolvers', { 'o.test': {} }, { 'o.test': {} }, { kind: 'absent' }],
    [
      'that is missing at one',
      { 'o.test': {} },
      { 'c.test': { CNAME: host } },
      { kind: 'unknown', because: 'DNS_INCONSISTENT' },
    ],
    ['that gives no answer', { 'c.test': 'TIMEOUT' }, {}, { kind: 'unknown', because: 'TIMEOUT' }],
  ])('%s', async (_title, first, second, cname) => {
    const other = zoneResolver(second);
    const dns = withSecondOpinion(zoneResolver(first), other);
    const [bare, tracked] = await gatherTrackingDomains([set(), set('c.test')], dns);
    expect(bare?.tracking).toBeUndefined();
    expect(tracked?.tracking?.cname).toMatchObject(cname);
    expect(other.queries.length > 0).toBe(first['o.test'] !== undefined);
  });

  const cdn = 'd1.cdn.test';
  it.each<[title: string, first: Zone, second: Zone, address: object | undefined]>([
    ['nobody asks where the CNAME is SES’s host', { 'c.test': { CNAME: host } }, {}, undefined],
    [
      'it has, over aliases',
      { 'c.test': { CNAME: cdn }, [cdn]: { AAAA: ['2001:db8::1'] } },
      { 'c.test': { CNAME: cdn } },
      { kind: 'found', aliases: [cdn] },
    ],
    [
      'it has none where the alias dangles, by either resolver',
      { 'c.test': { CNAME: cdn } },
      { 'c.test': { CNAME: cdn } },
      { kind: 'absent', aliases: [cdn] },
    ],
    [
      'is not known where the resolvers differ',
      { 'c.test': { CNAME: cdn } },
      { 'c.test': { CNAME: cdn }, [cdn]: { A: ['192.0.2.1'] } },
      { kind: 'unknown', because: 'DNS_INCONSISTENT' },
    ],
    [
      'is not known where the alias leads to what nobody answers for',
      { 'c.test': { CNAME: cdn }, [cdn]: 'SERVFAIL' },
      { 'c.test': { CNAME: cdn } },
      { kind: 'unknown', because: 'SERVFAIL' },
    ],
  ])('whether it has an address: %s', async (_title, first, second, address) => {
    const dns = withSecondOpinion(zoneResolver(first), zoneResolver(second));
    const [tracked] = await gatherTrackingDomains([set('c.test')], dns);
    expect(tracked?.tracking?.address).toEqual(address);
  });
});

describe('the identity above', () => {
  const identity = (name: string, VerificationStatus: 'SUCCESS' | 'PENDING' = 'SUCCESS'): SesIdentity =>
    toSesIdentity(name, 'eu-west-1', { VerificationStatus });
  const known = (...all: SesIdentity[]): Map<string, SesIdentity> =>
    new Map(all.map((one) => [one.name, one]));

  it.each<[name: string, others: SesIdentity[], parent: string | undefined]>([
    ['a.b.example.com', [identity('b.example.com'), identity('example.com')], 'b.example.com'],
    ['a.b.example.com', [identity('b.example.com', 'PENDING'), identity('example.com')], 'example.com'],
    ['news@example.com', [identity('example.com')], 'example.com'],
    ['a+b@example.com', [identity('a@example.com'), identity('Example.com')], 'Example.com'],
    ['example.com', [], undefined],
    ['news@example.com', [identity('a@example.com')], undefined],
  ])('%s is its nearest verified domain', async (name, others, parent) => {
    const subject = identity(name);
    const facts = await gatherTargetSettings(subject, known(subject, ...others), {});
    expect(facts).toEqual(
      parent ? { parent: { ses: expect.objectContaining({ name: parent }) as unknown } } : {},
    );
  });

  it('names who signs for it: itself, one further up from which it inherits, or nobody', async () => {
    const signing = (name: string, SigningEnabled: boolean, Status: 'SUCCESS' | 'NOT_STARTED'): SesIdentity =>
      toSesIdentity(name, 'eu-west-1', {
        VerificationStatus: 'SUCCESS',
        DkimAttributes: { SigningEnabled, Status },
      });
    const subject = signing('a.b.example.com', false, 'NOT_STARTED');
    const signerWith = async (...above: SesIdentity[]): Promise<string | undefined> =>
      (await gatherTargetSettings(subject, known(subject, ...above), {})).parent?.signer;
    const apex = signing('example.com', true, 'SUCCESS');
    expect(await signerWith(signing('b.example.com', true, 'SUCCESS'), apex)).toBe('b.example.com');
    expect(await signerWith(signing('b.example.com', true, 'NOT_STARTED'), apex)).toBe('example.com');
    expect(await signerWith(signing('b.example.com', false, 'SUCCESS'), apex)).toBeUndefined();
  });

  it('comes with its notifications, and the sets of all that may lend theirs are asked for', async () => {
    const asked: (readonly string[])[] = [];
    const seen = (name: string): NotificationFacts => ({ bounceTopic: `arn:${name}`, forwarding: true });
    const withSet = (name: string, configurationSet: string) => ({ ...identity(name), configurationSet });
    const subject = withSet('news.example.com', 'own');
    const facts = await gatherTargetSettings(subject, known(subject, withSet('example.com', 'above')), {
      notificationsOf: (name) => Promise.resolve({ kind: 'seen', value: seen(name) }),
      configurationSetsWith: (names) => {
        asked.push(names);
        return Promise.resolve({ kind: 'off' });
      },
      receiptDomains: { kind: 'seen', value: ['in.example.com'] },
    });
    expect(asked).toEqual([['own', 'above']]);
    expect(facts).toMatchObject({
      notifications: { value: { bounceTopic: 'arn:news.example.com' } },
      parent: { ses: { name: 'example.com' }, notifications: { value: { bounceTopic: 'arn:example.com' } } },
      configurationSets: { kind: 'off' },
      receiptDomains: { kind: 'seen', value: ['in.example.com'] },
    });
  });
});
