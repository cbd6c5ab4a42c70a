import { describe, expect, it } from 'vitest';
import { scanSettingsSchema } from '../../lambda/contract.ts';
import { gatherIdentityFacts, type GatherIdentityOptions } from '../../lambda/facts/gather-identity.ts';
import type { SesIdentity } from '../../lambda/facts/types.ts';
import { domainOf } from '../../lambda/ses/names.ts';
import type { Zone } from '../support/zone.ts';
import { zoneResolver } from '../support/zone-resolver.ts';
import { KEY, OTHER_KEY } from './keys.ts';

function identity(name: string, sketch: Partial<SesIdentity> = {}): SesIdentity {
  return {
    name,
    type: name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN',
    domain: domainOf(name),
    verificationStatus: 'SUCCESS',
    verifiedForSending: true,
    dkim: {
      signingEnabled: true,
      status: 'SUCCESS',
      tokens: ['t1', 't2', 't3'],
      origin: 'AWS_SES',
      hostedZone: 'dkim.amazonses.com',
    },
    mailFrom: {
      domain: `bounce.${domainOf(name)}`,
      status: 'SUCCESS',
      behaviorOnMxFailure: 'USE_DEFAULT_VALUE',
    },
    ...sketch,
  };
}

/** example.com as it should be. */
const HEALTHY: Zone = {
  'amazonses.com': { TXT: ['v=spf1 ip4:198.51.100.0/24 ip6:2001:db8:5e5::/48 -all'] },
  't1.dkim.amazonses.com': { TXT: [KEY] },
  't2.dkim.amazonses.com': { TXT: [KEY] },
  't3.dkim.amazonses.com': { TXT: [KEY] },
  't1._domainkey.example.com': { CNAME: 't1.dkim.amazonses.com' },
  't2._domainkey.example.com': { CNAME: 't2.dkim.amazonses.com' },
  't3._domainkey.example.com': { CNAME: 't3.dkim.amazonses.com' },
  'example.com': { MX: [[10, 'mx.example.com']] },
  '_dmarc.example.com': { TXT: ['v=DMARC1; p=reject; rua=mailto:dmarc@example.com'] },
  'bounce.example.com': {
    MX: [[10, 'feedback-smtp.eu-west-1.amazonses.com']],
    TXT: ['v=spf1 include:amazonses.com ~all'],
  },
};

async function gather(
  subject: SesIdentity,
  zone: Zone,
  how: { others?: SesIdentity[]; listed?: string[] } & Partial<Omit<GatherIdentityOptions, 'listed'>> = {},
) {
  const { others = [], listed, ...options } = how;
  const dns = zoneResolver(zone);
  const known = new Map([subject, ...others].map((each) => [each.name, each]));
  const described: string[] = [];
  const gathered = await gatherIdentityFacts({
    accountId: '222222222222',
    region: 'eu-west-1',
    identity: subject,
    describe: (name) => {
      described.push(name);
      return Promise.resolve(known.get(name) ?? 'gone');
    },
    target: { productionAccess: true, inUse: true },
    sharedMailFromRegions: () => Promise.resolve([]),
    settings: scanSettingsSchema.parse({}),
    dns,
    observedAt: '2026-11-21T09:00:00.000Z',
    ...options,
    listed: new Set(listed ?? known.keys()),
  });
  return { ...gathered, described, queries: dns.queries };
}

describe('a healthy domain', () => {
  it('has three live DKIM names, a MAIL FROM that passes, and aligned legs', async () => {
    const { facts, unanswered } = await gather(identity('example.com'), HEALTHY);
    expect(facts.dkimRecords).toHaveLength(3);
    expect(facts.dkimRecords[0]).toMatchObject({
      token: 't1',
      name: 't1._domainkey.example.com',
      expectedTarget: 't1.dkim.amazonses.com',
      cnameTarget: 't1.dkim.amazonses.com',
      txt: { kind: 'found', records: [KEY], aliases: ['t1.dkim.amazonses.com'] },
      key: { usable: true, keyBits: 2048, revoked: false },
    });
    expect(facts.mailFrom).toMatchObject({
      domain: 'bounce.example.com',
      mx: { kind: 'found', records: [{ preference: 10, exchange: 'feedback-smtp.eu-west-1.amazonses.com' }] },
      alsoUsedInRegions: [],
    });
    expect(facts.dmarc).toMatchObject({ status: 'found', policy: 'reject', recordDomain: 'example.com' });
    expect(facts.alignment).toEqual({
      authorDomain: 'example.com',
      adkim: 'r',
      aspf: 'r',
      organizationalDomain: 'example.com',
      dkim: { domain: 'example.com', real: true, relaxed: true },
      spf: { domain: 'bounce.example.com', real: true, relaxed: true },
    });
    expect(unanswered).toEqual([]);
  });

  it('is JSON through and through', async () => {
    const { facts } = await gather(identity('example.com'), HEALTHY);
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });
});

describe('the DKIM names', () => {
  const first = (zone: Zone['']) => ({ ...HEALTHY, 't1._domainkey.example.com': zone });

  it('without a record are absent', async () => {
    const { facts } = await gather(identity('example.com'), first('NXDOMAIN'));
    expect(facts.dkimRecords[0]).toEqual({
      token: 't1',
      name: 't1._domainkey.example.com',
      expectedTarget: 't1.dkim.amazonses.com',
      txt: { kind: 'absent', because: 'NXDOMAIN', aliases: [] },
    });
  });

  it.each([
    ['with an address', { A: ['192.0.2.1'] }, true],
    ['with an IPv6 address', { AAAA: ['2001:db8::1'] }, true],
    ['without any record', {}, false],
    ['whose address is not answered', { A: 'SERVFAIL' as const }, 'unknown'],
  ])('that exist %s but without alias are probed for what hides it', async (_title, zone, hasAddress) => {
    const { facts } = await gather(identity('example.com'), first(zone));
    expect(facts.dkimRecords[0]).toMatchObject({ txt: { kind: 'absent', because: 'NODATA' }, hasAddress });
  });

  it('with TXT in place of the alias are compared with the target', async () => {
    const { facts } = await gather(identity('example.com'), first({ TXT: [OTHER_KEY] }));
    expect(facts.dkimRecords[0]).toMatchObject({
      txt: { records: [OTHER_KEY], aliases: [] },
      expectedTxt: { kind: 'found', records: [KEY] },
      key: { usable: true },
    });
  });

  it('that point elsewhere show where', async () => {
    const zone = { ...first({ CNAME: 't1.dkim.us-east-1.amazonaws.com' }) };
    const { facts } = await gather(identity('example.com'), zone);
    expect(facts.dkimRecords[0]).toMatchObject({
      cnameTarget: 't1.dkim.us-east-1.amazonaws.com',
      txt: { kind: 'absent', aliases: ['t1.dkim.us-east-1.amazonaws.com'] },
    });
    expect(facts.dkimRecords[0]?.hasAddress).toBeUndefined();
  });

  it('whose target does not answer still show where they point', async () => {
    const zone = {
      ...first({ CNAME: 't1.dkim.amazonses.com' }),
      't1.dkim.amazonses.com': 'SERVFAIL' as const,
    };
    const { facts, unanswered } = await gather(identity('example.com'), zone);
    expect(facts.dkimRecords[0]).toMatchObject({
      cnameTarget: 't1.dkim.amazonses.com',
      txt: { kind: 'unknown', because: 'SERVFAIL' },
    });
    expect(unanswered).toContainEqual(expect.objectContaining({ type: 'TXT', because: 'SERVFAIL' }));
  });

  it('whose alias comes only when asked for itself still show where they point', async () => {
    const zone = zoneResolver(first({ CNAME: 't1.dkim.amazonses.com' }));
    const { facts } = await gather(identity('example.com'), HEALTHY, {
      dns: {
        ...zone,
        txt: async (name) =>
          name === 't1._domainkey.example.com'
            ? { kind: 'unknown', because: 'TIMEOUT', detail: 'silence', name, type: 'TXT', aliases: [] }
            : zone.txt(name),
      },
    });
    expect(facts.dkimRecords[0]).toMatchObject({
      cnameTarget: 't1.dkim.amazonses.com',
      txt: { kind: 'unknown', because: 'TIMEOUT' },
    });
  });

  it('stand under the domain’s A-labels, however the identity is written', async () => {
    const { facts } = await gather(identity('例え.JP'), HEALTHY);
    expect(facts.dkimRecords[0]?.name).toBe('t1._domainkey.xn--r8jz45g.jp');
  });

  it('with two TXT records have no key that verifiers agree on', async () => {
    const { facts } = await gather(identity('example.com'), first({ TXT: [KEY, OTHER_KEY] }));
    expect(facts.dkimRecords[0]?.key).toBeUndefined();
  });

  it('of BYODKIM hold the key themselves and point nowhere', async () => {
    const byodkim = identity('example.com', {
      dkim: { ...identity('example.com').dkim, origin: 'EXTERNAL', tokens: ['Sel1'] },
    });
    const { facts } = await gather(byodkim, { ...HEALTHY, 'sel1._domainkey.example.com': { TXT: [KEY] } });
    expect(facts.dkimRecords).toEqual([
      expect.objectContaining({
        token: 'Sel1',
        name: 'sel1._domainkey.example.com',
        key: expect.anything() as unknown,
      }),
    ]);
    expect(facts.dkimRecords[0]?.expectedTarget).toBeUndefined();
    expect(facts.dkimRecords[0]?.expectedTxt).toBeUndefined();
  });

  it('of an inheriting subdomain are the parent’s', async () => {
    const child = identity('mail.example.com', {
      dkim: { ...identity('x').dkim, status: 'PENDING', tokens: ['own1'] },
    });
    const { facts } = await gather(child, HEALTHY, { others: [identity('example.com')] });
    expect(facts.effective.dkim).toMatchObject({ kind: 'inherited', signer: 'example.com' });
    expect(facts.dkimRecords.map(({ name }) => name)).toContain('t1._domainkey.example.com');
    expect(facts.signer?.tokens).toEqual(['t1', 't2', 't3']);
    expect(facts.alignment.dkim).toEqual({ domain: 'example.com', real: true, relaxed: true });
  });

  it.each(['PENDING', 'TEMPORARY_FAILURE', 'FAILED'] as const)(
    'of an inheriting subdomain that is %s are asked, too, under its own name',
    async (verificationStatus) => {
      const child = identity('mail.example.com', {
        verificationStatus,
        verifiedForSending: false,
        dkim: { ...identity('x').dkim, status: verificationStatus, tokens: ['t1', 'own2'] },
      });
      const { facts } = await gather(
        child,
        { ...HEALTHY, 't1._domainkey.mail.example.com': { CNAME: 't1.dkim.amazonses.com' } },
        { others: [identity('example.com')] },
      );
      expect(facts.dkimRecords).toHaveLength(3);
      expect(facts.ownDkimRecords).toEqual([
        expect.objectContaining({
          name: 't1._domainkey.mail.example.com',
          cnameTarget: 't1.dkim.amazonses.com',
        }),
        expect.objectContaining({
          name: 'own2._domainkey.mail.example.com',
          expectedTarget: 'own2.dkim.amazonses.com',
          txt: { kind: 'absent', because: 'NXDOMAIN', aliases: [] },
        }),
      ]);
    },
  );

  it('of a verified subdomain that inherits are not asked: nothing looks for them', async () => {
    const child = identity('mail.example.com', {
      dkim: { ...identity('x').dkim, status: 'FAILED', tokens: ['own1'] },
    });
    const { facts, queries } = await gather(child, HEALTHY, { others: [identity('example.com')] });
    expect(facts.ownDkimRecords).toBeUndefined();
    expect(queries.filter((query) => query.includes('own1'))).toEqual([]);
  });

  it('of a domain that nobody signs for are asked once', async () => {
    const failed = identity('example.com', {
      verificationStatus: 'FAILED',
      verifiedForSending: false,
      dkim: { ...identity('x').dkim, status: 'FAILED' },
    });
    expect((await gather(failed, HEALTHY)).facts.ownDkimRecords).toBeUndefined();
  });

  it('of an address are its domain’s, never formed from the address', async () => {
    const { facts, queries } = await gather(identity('user@example.com'), HEALTHY, {
      others: [identity('example.com')],
    });
    expect(facts.dkimRecords.map(({ name }) => name)).toEqual([
      't1._domainkey.example.com',
      't2._domainkey.example.com',
      't3._domainkey.example.com',
    ]);
    expect(queries.some((query) => query.includes('@'))).toBe(false);
  });

  it('of a domain that does not sign are still its own, to be judged', async () => {
    const failed = identity('example.com', {
      verificationStatus: 'FAILED',
      verifiedForSending: false,
      dkim: { ...identity('x').dkim, status: 'FAILED' },
    });
    const { facts } = await gather(failed, HEALTHY);
    expect(facts.signer).toBeUndefined();
    expect(facts.dkimRecords).toHaveLength(3);
    expect(facts.alignment.dkim).toBeUndefined();
  });

  it('of an address without any domain identity are none', async () => {
    const lone = identity('user@example.com', {
      dkim: { ...identity('x').dkim, signingEnabled: false, status: 'NOT_STARTED', tokens: [] },
    });
    expect((await gather(lone, HEALTHY)).facts.dkimRecords).toEqual([]);
  });
});

describe('the ancestors', () => {
  const child = identity('user@a.b.example.com');

  it('are described only where they are identities of the target, nearest first', async () => {
    const { described } = await gather(child, HEALTHY, {
      others: [identity('example.com'), identity('b.example.com'), identity('example.org')],
    });
    expect(described).toEqual(['b.example.com', 'example.com']);
  });

  it('are found whatever the letter case or form of their listed name', async () => {
    const { facts } = await gather(identity('user@例え.jp'), HEALTHY, {
      others: [identity('XN--R8JZ45G.JP')],
    });
    expect(facts.effective.verifiedDomain).toBe('XN--R8JZ45G.JP');
  });

  it('that vanished since the listing are no ancestors', async () => {
    const { facts, described } = await gather(child, HEALTHY, { listed: [child.name, 'example.com'] });
    expect(described).toEqual(['example.com']);
    expect(facts.effective.verifiedDomain).toBeUndefined();
  });

  it('that cannot be read leave the settings unknown: the error passes through', async () => {
    const denied = Object.assign(new Error('denied'), { name: 'AccessDeniedException' });
    const gathering = gather(child, HEALTHY, {
      others: [identity('example.com')],
      describe: () => Promise.reject(denied),
    });
    await expect(gathering).rejects.toBe(denied);
  });
});

describe('the MAIL FROM', () => {
  const withMx = (MX: [number, string][]): Zone => ({
    ...HEALTHY,
    'bounce.example.com': { TXT: ['v=spf1 include:amazonses.com ~all'], MX },
  });

  it('whose MX names another Region is asked about there', async () => {
    const asked: string[][] = [];
    const { facts } = await gather(
      identity('example.com'),
      withMx([[10, 'feedback-smtp.us-east-1.amazonses.com']]),
      {
        sharedMailFromRegions: (exchange, mailFromDomain) => {
          asked.push([exchange, mailFromDomain]);
          return Promise.resolve(['us-east-1', 'eu-west-1']);
        },
      },
    );
    expect(asked).toEqual([['feedback-smtp.us-east-1.amazonses.com', 'bounce.example.com']]);
    expect(facts.mailFrom?.alsoUsedInRegions).toEqual(['us-east-1']);
  });

  it.each<[title: string, MX: [number, string][]]>([
    ['names this Region', [[10, 'feedback-smtp.eu-west-1.amazonses.com']]],
    [
      'is not single',
      [
        [10, 'feedback-smtp.us-east-1.amazonses.com'],
        [20, 'mx.example.com'],
      ],
    ],
  ])('is not asked about elsewhere where its MX %s', async (_title, MX) => {
    const asked: string[] = [];
    await gather(identity('example.com'), withMx(MX), {
      sharedMailFromRegions: (exchange) => {
        asked.push(exchange);
        return Promise.resolve([]);
      },
    });
    expect(asked).toEqual([]);
  });

  it('is absent where the winner has none', async () => {
    const bare = identity('example.com');
    delete bare.mailFrom;
    const { facts } = await gather(bare, HEALTHY);
    expect(facts.mailFrom).toBeUndefined();
    expect(facts.alignment.spf).toBeUndefined();
  });

  it('that nobody knows to be in effect has no known alignment', async () => {
    const shaky = identity('mail.example.com', {
      verificationStatus: 'TEMPORARY_FAILURE',
      verifiedForSending: true,
    });
    const { facts } = await gather(shaky, HEALTHY, { others: [identity('example.com')] });
    expect(facts.effective.undecided?.differs).toContain('mailFrom');
    expect(facts.alignment.spf).toMatchObject({ real: 'unknown', relaxed: 'unknown' });
  });
});

describe('alignment', () => {
  const strict = (tags: string) => ({
    ...HEALTHY,
    '_dmarc.example.com': { TXT: [`v=DMARC1; p=reject; ${tags}`] },
  });

  it('is judged by the domain’s own modes and, beside it, relaxed', async () => {
    const { facts } = await gather(identity('example.com'), strict('aspf=s; adkim=s'));
    expect(facts.alignment).toMatchObject({
      adkim: 's',
      aspf: 's',
      dkim: { domain: 'example.com', real: true, relaxed: true },
      spf: { domain: 'bounce.example.com', real: false, relaxed: true },
    });
  });

  it('is unknown only where the unknown modes would differ', async () => {
    const zone: Zone = { ...HEALTHY, '_dmarc.example.com': 'SERVFAIL' };
    const { facts, unanswered } = await gather(identity('example.com'), zone);
    expect(facts.dmarc.status).toBe('temperror');
    expect(facts.alignment).toMatchObject({
      adkim: 'unknown',
      dkim: { domain: 'example.com', real: true },
      spf: { domain: 'bounce.example.com', real: 'unknown' },
    });
    expect(unanswered).toContainEqual({ name: '_dmarc.example.com', type: 'TXT', because: 'SERVFAIL' });
  });
});

describe('an unusable resolver', () => {
  it('is not asked, and every DNS fact is unknown for that reason', async () => {
    const { facts, unanswered, queries } = await gather(identity('example.com'), HEALTHY, {
      dnsUnusable: 'large answers do not come through',
    });
    expect(queries).toEqual([]);
    expect(unanswered).toEqual([]);
    expect(facts.dnsUnusable).toBe('large answers do not come through');
    expect(facts.dkimRecords.map(({ txt }) => txt)).toEqual(
      Array(3).fill({
        kind: 'unknown',
        because: 'RESOLVER_UNUSABLE',
        detail: 'large answers do not come through',
      }),
    );
    expect(facts.mailFrom).toMatchObject({
      mx: { kind: 'unknown' },
      spf: { txt: { kind: 'unknown' }, records: [] },
    });
    expect(facts.dmarc.status).toBe('temperror');
    expect(facts.alignment.dkim?.real).toBe(true);
    expect(facts.alignment.spf?.real).toBe('unknown');
  });
});
