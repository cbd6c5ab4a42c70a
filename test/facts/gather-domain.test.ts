import { describe, expect, it } from 'vitest';
import { scanSettingsSchema } from '../../lambda/contract.ts';
import { gatherDomainFacts } from '../../lambda/facts/gather-domain.ts';
import type { Dependent } from '../../lambda/facts/types.ts';
import type { Zone } from '../support/zone.ts';
import { zoneResolver } from '../support/zone-resolver.ts';

function use(how: Dependent['use'], region = 'eu-west-1'): Dependent {
  return { accountId: '222222222222', region, identity: 'example.com', use: how };
}

async function gather(name: string, zone: Zone, dependents = [use('FROM')], dnsUnusable?: string) {
  const dns = zoneResolver(zone);
  const facts = await gatherDomainFacts({
    name,
    dependents,
    settings: scanSettingsSchema.parse({}),
    dns,
    observedAt: '2026-11-21T09:00:00.000Z',
    ...(dnsUnusable === undefined ? {} : { dnsUnusable }),
  });
  return { facts, queries: dns.queries };
}

const RECORD = 'v=DMARC1; p=quarantine; sp=none; rua=mailto:dmarc@example.com';
const ZONE: Zone = {
  'example.com': { MX: [[10, 'mx.example.com']] },
  '_dmarc.example.com': { TXT: [RECORD] },
  'mail.example.com': { A: ['192.0.2.1'] },
};

describe('a From domain', () => {
  it('is told with its DMARC record, what that says of its subdomains, and its MX', async () => {
    const { facts } = await gather('example.com', ZONE);
    expect(facts.from).toMatchObject({
      exists: true,
      mx: { kind: 'found' },
      dmarc: {
        status: 'found',
        recordDomain: 'example.com',
        record: RECORD,
        policy: 'quarantine',
        policyTag: 'p',
        appliedPolicy: 'quarantine',
        organizationalDomain: 'example.com',
        rua: ['mailto:dmarc@example.com'],
        ownRecords: [RECORD],
        ownPolicies: { p: 'quarantine', sp: 'none', np: 'none' },
        queries: expect.arrayContaining(['_dmarc.example.com']) as unknown,
      },
    });
    expect(facts.mailFrom).toBeUndefined();
    expect(facts.from?.hasAddress).toBeUndefined();
  });

  it('inherits what the record above says of subdomains', async () => {
    const { facts } = await gather('mail.example.com', ZONE);
    expect(facts.from?.dmarc).toMatchObject({
      recordDomain: 'example.com',
      policy: 'none',
      policyTag: 'sp',
      ownTxt: { kind: 'absent', because: 'NXDOMAIN' },
      ownRecords: [],
    });
    expect(facts.from?.dmarc.ownPolicies).toBeUndefined();
  });

  it.each<[title: string, records: string[], own: object | undefined]>([
    ['two records', [RECORD, 'v=DMARC1; p=none'], undefined],
    ['a record that nobody processes', ['v=DMARC1; p=rejct'], {}],
    [
      'a broken record that asks for reports',
      ['v=DMARC1; p=rejct; rua=mailto:d@example.com'],
      { p: 'none', sp: 'none', np: 'none' },
    ],
    ['a plain record', ['v=DMARC1; p=reject'], { p: 'reject', sp: 'reject', np: 'reject' }],
  ])('with %s', async (_title, records, own) => {
    const { facts } = await gather('example.com', { ...ZONE, '_dmarc.example.com': { TXT: records } });
    expect(facts.from?.dmarc.ownRecords).toEqual(records);
    expect(facts.from?.dmarc.ownPolicies).toEqual(own);
  });

  it('shows what meant to be a DMARC record', async () => {
    const { facts } = await gather('example.com', {
      ...ZONE,
      '_dmarc.example.com': { TXT: ['v=dmarc1; p=reject'] },
    });
    expect(facts.from?.dmarc).toMatchObject({
      status: 'none',
      ownRecords: [],
      nearMisses: ['v=dmarc1; p=reject'],
    });
  });

  it('without MX may still receive at its address', async () => {
    const { facts } = await gather('mail.example.com', ZONE);
    expect(facts.from).toMatchObject({
      exists: true,
      mx: { kind: 'absent', because: 'NODATA' },
      hasAddress: true,
    });
  });

  it('with a null MX cannot receive', async () => {
    const { facts } = await gather('example.com', { ...ZONE, 'example.com': { MX: [[0, '']] } });
    expect(facts.from?.mx).toMatchObject({ kind: 'found', records: [{ preference: 0, exchange: '' }] });
  });

  it('that does not exist is asked for its registrable name', async () => {
    const { facts } = await gather('gone.shop.example.com', ZONE);
    expect(facts.from).toMatchObject({
      exists: false,
      hasAddress: false,
      registrable: { name: 'example.com', exists: true },
    });
  });

  it('that nobody registered is told so', async () => {
    const { facts } = await gather('mail.example.co.uk', {});
    expect(facts.from?.registrable).toEqual({ name: 'example.co.uk', exists: false });
  });

  it('that does not answer is neither there nor gone', async () => {
    const { facts } = await gather('example.com', {
      'example.com': 'SERVFAIL',
      '_dmarc.example.com': 'SERVFAIL',
    });
    expect(facts.from).toMatchObject({
      exists: 'unknown',
      hasAddress: 'unknown',
      dmarc: { status: 'temperror' },
    });
    expect(facts.from?.registrable).toBeUndefined();
    expect(facts.from?.dmarc.errorAt).toBe('_dmarc.example.com');
    expect(facts.unansweredNames).toContainEqual({ name: 'example.com', type: 'MX', because: 'SERVFAIL' });
  });

  it('whose MX alone does not answer exists, because it has an address', async () => {
    const { facts } = await gather('mail.example.com', {
      ...ZONE,
      'mail.example.com': { A: ['192.0.2.1'], MX: 'SERVFAIL' },
    });
    expect(facts.from).toMatchObject({ exists: true, hasAddress: true, mx: { kind: 'unknown' } });
  });
});

describe('a MAIL FROM domain', () => {
  const zone: Zone = {
    'bounce.example.com': {
      MX: [[10, 'feedback-smtp.eu-west-1.amazonses.com']],
      TXT: ['v=spf1 include:amazonses.com ~all'],
    },
    'amazonses.com': { TXT: ['v=spf1 ip4:198.51.100.0/24 -all'] },
  };

  it('is told with MX, SPF and the Regions that use it', async () => {
    const uses = [use('MAIL_FROM', 'us-east-1'), use('MAIL_FROM'), use('MAIL_FROM')];
    const { facts } = await gather('bounce.example.com', zone, uses);
    expect(facts.from).toBeUndefined();
    expect(facts.mailFrom).toMatchObject({
      mx: { kind: 'found' },
      spf: { sesNetworks: [{ result: 'pass' }] },
      regions: ['eu-west-1', 'us-east-1'],
    });
  });

  it('is asked nothing of a From domain', async () => {
    const { queries } = await gather('bounce.example.com', zone, [use('MAIL_FROM')]);
    expect(queries.filter((query) => query.includes('_dmarc'))).toEqual([]);
  });
});

describe('a domain in several uses', () => {
  it('is told as each of them', async () => {
    const { facts } = await gather('example.com', ZONE, [use('DMARC_RECORD'), use('MAIL_FROM')]);
    expect(facts.from).toBeDefined();
    expect(facts.mailFrom).toBeDefined();
  });
});

describe('an unusable resolver', () => {
  it('is not asked', async () => {
    const { facts, queries } = await gather('example.com', ZONE, [use('FROM'), use('MAIL_FROM')], 'no TCP');
    expect(queries).toEqual([]);
    expect(facts).toMatchObject({ dnsUnusable: 'no TCP', unansweredNames: [], from: { exists: 'unknown' } });
  });
});
