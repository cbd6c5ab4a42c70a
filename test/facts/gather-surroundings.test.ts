import { describe, expect, it } from 'vitest';
import { scanSettingsSchema } from '../../lambda/contract.ts';
import { gatherSurroundings, type Surroundings } from '../../lambda/facts/gather-surroundings.ts';
import { primaryRegion } from '../../lambda/facts/primary-region.ts';
import type { SesIdentity } from '../../lambda/facts/types.ts';
import { domainOf } from '../../lambda/ses/names.ts';
import type { Zone } from '../support/zone.ts';
import { zoneResolver } from '../support/zone-resolver.ts';
import { KEY } from './keys.ts';

function identity(name: string, dkim: Partial<SesIdentity['dkim']> = {}): SesIdentity {
  return {
    name,
    type: name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN',
    domain: domainOf(name),
    verificationStatus: 'SUCCESS',
    verifiedForSending: true,
    dkim: {
      signingEnabled: true,
      status: 'SUCCESS',
      tokens: [],
      origin: 'AWS_SES',
      hostedZone: 'dkim.amazonses.com',
      ...dkim,
    },
  };
}

async function gather(name: string, zone: Zone, how: Partial<Surroundings> & { names?: string[] } = {}) {
  const { names = [name], ...options } = how;
  const dns = zoneResolver(zone);
  const quiet = zoneResolver(zone);
  const facts = await gatherSurroundings({
    identity: identity(name),
    listed: new Set(names),
    settings: scanSettingsSchema.parse({}),
    dns,
    quiet,
    effective: { dkim: { kind: 'own', signer: name, signingDomain: domainOf(name) } },
    dkimRecords: [],
    ...options,
  });
  return { facts, queries: dns.queries, quietQueries: quiet.queries };
}

describe('whether the From domain can receive', () => {
  it.each<[title: string, zone: Zone, receives: boolean | 'unknown']>([
    ['it has an MX', { 'example.com': { MX: [[10, 'mx.example.com']] } }, true],
    ['it has an address and no MX', { 'example.com': { A: ['192.0.2.1'] } }, true],
    ['it has a null MX beside an address', { 'example.com': { MX: [[0, '']], A: ['192.0.2.1'] } }, false],
    ['it has neither', { 'example.com': { TXT: ['hello'] } }, false],
    ['it does not exist', {}, false],
    ['its MX does not answer', { 'example.com': { MX: 'SERVFAIL', A: ['192.0.2.1'] } }, 'unknown'],
    ['it has no MX, and its address does not answer', { 'example.com': { A: 'TIMEOUT' } }, 'unknown'],
  ])('%s', async (_title, zone, receives) => {
    expect((await gather('sales@example.com', zone)).facts.fromReceives).toBe(receives);
  });

  it('is asked again of the second opinion where it cannot', async () => {
    const first = zoneResolver({});
    const confirmed: string[] = [];
    const { facts } = await gather(
      'example.com',
      {},
      {
        dns: {
          ...first,
          confirm: (answer) => {
            confirmed.push(`${answer.type} ${answer.name}`);
            const { name, type } = answer;
            return Promise.resolve({
              kind: 'unknown',
              because: 'DNS_INCONSISTENT',
              name,
              type,
              aliases: [],
              detail: '',
            });
          },
        },
      },
    );
    expect(confirmed).toContain('MX example.com');
    expect(facts.fromReceives).toBe('unknown');
  });
});

describe('what is named like the MAIL FROM domain', () => {
  const mailFrom = {
    identity: 'example.com',
    domain: 'bounce.example.com',
    status: 'SUCCESS' as const,
    behaviorOnMxFailure: 'USE_DEFAULT_VALUE',
  };
  const effective = { dkim: { kind: 'none' as const }, mailFrom };

  it('are the identities that are the domain or addresses at it, as they were listed', async () => {
    const names = ['example.com', 'Bounce.Example.com', 'a@bounce.example.com', 'a@x.bounce.example.com'];
    const { facts } = await gather('example.com', {}, { effective, names });
    expect(facts.identitiesAtMailFrom).toEqual(['Bounce.Example.com', 'a@bounce.example.com']);
  });

  it('are ten at most', async () => {
    const names = Array.from({ length: 30 }, (_, n) => `u${n}@bounce.example.com`);
    const { facts } = await gather('example.com', {}, { effective, names });
    expect(facts.identitiesAtMailFrom).toHaveLength(10);
  });

  it('are those stored of other targets, too, behind the target’s own', async () => {
    const { facts } = await gather(
      'example.com',
      {},
      {
        effective,
        names: ['a@bounce.example.com'],
        sendersElsewhere: (domain) => Promise.resolve([`${domain} in 111111111111 us-east-1`]),
      },
    );
    expect(facts.identitiesAtMailFrom).toEqual([
      'a@bounce.example.com',
      'bounce.example.com in 111111111111 us-east-1',
    ]);
  });

  it('is not asked without a MAIL FROM', async () => {
    const asked: string[] = [];
    const sendersElsewhere = (domain: string): Promise<string[]> => {
      asked.push(domain);
      return Promise.resolve([]);
    };
    const { facts } = await gather('example.com', {}, { sendersElsewhere });
    expect(facts.identitiesAtMailFrom).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

describe('what the name looks like', () => {
  const names = ['mail.example.com', 'ex\u0430mple.com', 'user@exampl\u0435.com', 'example.net'];

  it('are the registrable names of the target’s domain identities', async () => {
    const { facts } = await gather('ex\u0430mple.com', {}, { names });
    expect(facts.lookAlikes).toEqual(['example.com']);
  });

  it('is nothing for a plain name, whatever imitates it', async () => {
    const { facts } = await gather('mail.example.com', {}, { names });
    expect(facts.lookAlikes).toEqual([]);
  });
});

describe('the Region that a replica follows', () => {
  it.each([
    ['AWS_SES_US_EAST_1', 'us-east-1'],
    ['AWS_SES_AP_NORTHEAST_3', 'ap-northeast-3'],
    ['AWS_SES_US_GOV_WEST_1', 'us-gov-west-1'],
    ['AWS_SES', undefined],
    ['EXTERNAL', undefined],
    ['AWS_SES_', undefined],
    ['AWS_SES_US_EAST_1.evil.example', undefined],
  ])('by the origin %s is %s', (origin, region) => {
    expect(primaryRegion(origin)).toBe(region);
  });

  it('is asked for the identity of the same name', async () => {
    const asked: string[] = [];
    const { facts } = await gather(
      'example.com',
      {},
      {
        identity: identity('example.com', { origin: 'AWS_SES_US_EAST_1' }),
        describePrimary: (region) => {
          asked.push(region);
          return Promise.resolve({ kind: 'gone' });
        },
      },
    );
    expect(asked).toEqual(['us-east-1']);
    expect(facts.primary).toEqual({ region: 'us-east-1', identity: { kind: 'gone' } });
  });

  it('is not asked for where the identity is no replica', async () => {
    const { facts } = await gather(
      'example.com',
      {},
      { describePrimary: () => Promise.reject(new Error('asked')) },
    );
    expect(facts.primary).toBeUndefined();
  });
});

describe('the selectors of mail that is signed before SES', () => {
  const settings = scanSettingsSchema.parse({
    selfSigned: [{ domain: 'example.com', selectors: ['S1', 's2'] }],
  });
  const zone: Zone = {
    's1._domainkey.example.com': { TXT: [KEY] },
    's2._domainkey.example.com': { CNAME: 's2.keys.example.net' },
    's2.keys.example.net': { TXT: [KEY] },
  };

  it('are looked up below the From domain, aliases followed', async () => {
    const { facts } = await gather('sales@example.com', zone, { settings });
    expect(facts.selfSigned).toMatchObject({
      domain: 'example.com',
      records: [
        { token: 'S1', name: 's1._domainkey.example.com', key: { usable: true } },
        { token: 's2', cnameTarget: 's2.keys.example.net', key: { usable: true } },
      ],
    });
  });

  it('are not those of a name below the declared domain', async () => {
    expect((await gather('news.example.com', zone, { settings })).facts.selfSigned).toBeUndefined();
  });
});

describe('missing DKIM records', () => {
  const lost = {
    token: 't1',
    name: 't1._domainkey.example.com',
    txt: { kind: 'absent' as const, because: 'NXDOMAIN' as const, aliases: [] },
  };

  it('are looked for where nobody counts what stays unanswered', async () => {
    const { facts, queries, quietQueries } = await gather('example.com', {}, { dkimRecords: [lost] });
    expect(facts.dkimProbes).toMatchObject([{ token: 't1', hits: [] }]);
    expect(quietQueries).toContain('TXT t1.example.com');
    expect(queries).not.toContain('TXT t1.example.com');
  });

  it.each<[title: string, how: Partial<Surroundings>]>([
    [
      'where a parent signs',
      { effective: { dkim: { kind: 'inherited', signer: 'com', signingDomain: 'com' } } },
    ],
    ['of an address, which owns none', { identity: identity('a@example.com') }],
    ['where the resolver is unusable', { dnsUnusable: 'no answer' }],
  ])('are not looked for %s', async (_title, how) => {
    const { facts, quietQueries } = await gather('example.com', {}, { dkimRecords: [lost], ...how });
    expect(facts.dkimProbes).toBeUndefined();
    expect(quietQueries).toEqual([]);
  });
});
