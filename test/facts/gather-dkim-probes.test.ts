import { describe, expect, it } from 'vitest';
import { gatherDkimProbes } from '../../lambda/facts/gather-dkim-probes.ts';
import { gatherDkimRecords } from '../../lambda/facts/gather-dkim.ts';
import type { DkimMistake, SesIdentity } from '../../lambda/facts/types.ts';
import { unlikelyLabel } from '../../lambda/facts/unlikely-label.ts';
import type { Zone } from '../support/zone.ts';
import { zoneResolver } from '../support/zone-resolver.ts';
import { KEY } from './keys.ts';

const TARGET = 't1.dkim.amazonses.com';
/** Where the alias leads there is a key; nothing else exists. */
const SES: Zone = { [TARGET]: { TXT: [KEY] } };

function owner(domain: string, change: Partial<SesIdentity['dkim']> = {}): SesIdentity {
  return {
    name: domain,
    type: 'DOMAIN',
    domain,
    verificationStatus: 'PENDING',
    verifiedForSending: false,
    dkim: {
      signingEnabled: true,
      status: 'PENDING',
      tokens: ['t1'],
      origin: 'AWS_SES',
      hostedZone: 'dkim.amazonses.com',
      ...change,
    },
    mailFrom: { domain: `bounce.${domain}`, status: 'PENDING', behaviorOnMxFailure: 'USE_DEFAULT_VALUE' },
  };
}

async function probe(domain: string, zone: Zone, identity = owner(domain)) {
  const records = await gatherDkimRecords(identity, zoneResolver(zone));
  const dns = zoneResolver(zone);
  return { probes: await gatherDkimProbes(identity, records, dns), queries: dns.queries };
}

describe('a missing DKIM record', () => {
  it.each<[mistake: DkimMistake, domain: string, name: string]>([
    ['ZONE_APPENDED', 'example.com', 't1._domainkey.example.com.example.com'],
    ['ZONE_APPENDED', 'news.example.com', 't1._domainkey.news.example.com.example.com'],
    ['ZONE_APPENDED', 'news.example.com', 't1._domainkey.news.example.com.news.example.com'],
    ['DOMAINKEY_MISSING', 'example.com', 't1.example.com'],
    ['UNDERSCORE_MISSING', 'example.com', 't1.domainkey.example.com'],
    ['PARENT_ZONE', 'news.example.com', 't1._domainkey.example.com'],
    ['CHILD_ZONE', 'example.com', 't1._domainkey.bounce.example.com'],
  ])('is found: %s of %s at %s', async (mistake, domain, name) => {
    const { probes } = await probe(domain, { ...SES, [name]: { CNAME: TARGET } });
    expect(probes?.[0]).toMatchObject({
      token: 't1',
      hits: [{ mistake, name, type: 'CNAME', value: TARGET }],
    });
  });

  it.each<[title: string, record: Zone['']]>([
    ['an alias into amazonaws.com', { CNAME: 't1.dkim.amazonaws.com' }],
    ['an alias into another Region’s zone', { CNAME: 't1.dkim.eu-south-1.amazonses.com' }],
    ['an alias whose target does not answer', { CNAME: 't1.slow.example' }],
    ['the target as text', { TXT: [TARGET] }],
    ['the key as text', { TXT: [KEY] }],
  ])('is found as %s', async (_title, record) => {
    const zone = { ...SES, 't1.slow.example': 'SERVFAIL' as const, 't1.example.com': record };
    const { probes } = await probe('example.com', zone);
    expect(probes?.[0]?.hits).toHaveLength(1);
  });

  it.each<[title: string, zone: Zone]>([
    ['another record', { 't1.example.com': { TXT: ['v=spf1 -all'] } }],
    ['an alias that has nothing to do with the token', { 't1.example.com': { CNAME: 'www.example.com' } }],
    ['an address', { 't1.example.com': { A: ['192.0.2.1'] } }],
    ['a wildcard alias', { '*.domainkey.example.com': { CNAME: TARGET } }],
    ['a wildcard key', { '*.domainkey.example.com': { TXT: [KEY] } }],
  ])('is not seen in %s', async (_title, zone) => {
    const { probes } = await probe('example.com', { ...SES, ...zone });
    expect(probes).toEqual([{ token: 't1', hits: [], asked: 4 }]);
  });

  it('is seen beside a wildcard that says something else', async () => {
    const zone: Zone = {
      ...SES,
      '*.example.com': { TXT: ['p=parked'] },
      't1.example.com': { CNAME: TARGET },
    };
    // The wildcard hides that the name itself is missing: DKIM-06 speaks of it.
    expect((await probe('example.com', zone)).probes).toBeUndefined();
    const below: Zone = { ...zone, '_domainkey.example.com': {} };
    expect((await probe('example.com', below)).probes?.[0]?.hits).toMatchObject([{ name: 't1.example.com' }]);
  });

  it('is asked for at few names, each once', async () => {
    const { probes, queries } = await probe('a.news.example.com', SES);
    expect(probes?.[0]?.asked).toBe(6);
    expect(queries).toHaveLength(6);
    expect(new Set(queries).size).toBe(6);
  });

  it('whose wrong names do not answer is not known to be there', async () => {
    const { probes } = await probe('example.com', { ...SES, 't1.domainkey.example.com': 'TIMEOUT' });
    expect(probes?.[0]).toMatchObject({
      hits: [],
      unanswered: { name: 't1.domainkey.example.com', because: 'TIMEOUT' },
    });
  });
});

describe('nothing is asked', () => {
  it.each<[title: string, zone: Zone, identity: SesIdentity]>([
    [
      'where the record is there',
      { ...SES, 't1._domainkey.example.com': { CNAME: TARGET } },
      owner('example.com'),
    ],
    [
      'where a proxy hides it',
      { ...SES, 't1._domainkey.example.com': { A: ['192.0.2.1'] } },
      owner('example.com'),
    ],
    ['where DNS did not answer', { 't1._domainkey.example.com': 'SERVFAIL' }, owner('example.com')],
    ['of a key that the identity brings itself', SES, owner('example.com', { origin: 'EXTERNAL' })],
  ])('%s', async (_title, zone, identity) => {
    expect(await probe('example.com', zone, identity)).toEqual({ probes: undefined, queries: [] });
  });
});

describe('the unlikely label', () => {
  it('is the same at every scan, another for every name, and fits a label', () => {
    expect(unlikelyLabel('example.com')).toBe(unlikelyLabel('example.com'));
    expect(unlikelyLabel('example.com')).not.toBe(unlikelyLabel('example.net'));
    expect(unlikelyLabel('example.com')).toMatch(/^[a-z0-9]{32}$/);
  });
});
