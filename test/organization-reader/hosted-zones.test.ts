/** The reader of hosted zones: over the wire against the simulated organization's Route 53, and at its bounds. */
import { Route53Client } from '@aws-sdk/client-route-53';
import { afterEach, describe, expect, it } from 'vitest';
import type { World } from '../../local/organization/types.ts';
import { readHostedZones, ZONE_BOUNDS } from '../../lambda/organization/hosted-zones.ts';
import { domainOfRecord, sesRecords } from '../../lambda/organization/zone-records.ts';
import { memberClients, type MemberClients } from '../../lambda/organization/clients.ts';
import { assumeMember, startSandbox, type Sandbox } from '../gateway/harness.ts';
import { makeWorld, MEMBER, memberKeys } from '../gateway/world.ts';
import { startStandIn, type StandIn, type StandInAnswer } from './stand-in.ts';

const ZONE = 'Z0000000000000EXAMPLE';
const PRIVATE = 'Z00000000000PRIVATE00';

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

/** An account with a zone of `others` records beside those of SES. */
async function start(others: number): Promise<Sandbox> {
  const world: World = makeWorld();
  for (const account of world.accounts) {
    if (account.id !== MEMBER) continue;
    account.hostedZones = [
      { id: ZONE, name: 'example.com' },
      { id: PRIVATE, name: 'inside.example', privateZone: true },
    ];
  }
  world.zones = [
    { name: 'example.com', type: 'TXT', data: 'v=spf1 include:amazonses.com -all' },
    { name: 'example.com', type: 'MX', preference: 10, data: 'mail.example.com' },
    { name: 'T1._domainkey.example.com'.toLowerCase(), type: 'CNAME', data: 't1.dkim.amazonses.com' },
    { name: 't2._domainkey.shop.example.com', type: 'CNAME', data: 't2.dkim.us-west-1.amazonses.com' },
    { name: 'k1._domainkey.example.com', type: 'CNAME', data: 'dkim.other.example' },
    {
      name: 'bounce.example.com',
      type: 'MX',
      preference: 10,
      data: 'feedback-smtp.eu-west-1.amazonses.com',
      ttl: 60,
    },
    { name: 'bounce.example.com', type: 'TXT', data: 'v=spf1 include:amazonses.com ~all' },
    { name: 'bounce.example.com', type: 'TXT', data: 'site="verification"' },
    { name: 't3._domainkey.inside.example', type: 'CNAME', data: 't3.dkim.amazonses.com' },
    ...Array.from({ length: others }, (_, index) => ({
      name: `host${index}.example.com`,
      type: 'A' as const,
      data: '192.0.2.1',
    })),
  ];
  const sandbox = await startSandbox({ world });
  close = () => sandbox.close();
  return sandbox;
}

function read(sandbox: Sandbox, more: Partial<Parameters<typeof readHostedZones>[0]> = {}) {
  const clients: MemberClients = {
    ...memberClients,
    route53: (credentials, region) =>
      new Route53Client({ ...sandbox.config(undefined, region), credentials }),
  };
  return readHostedZones({
    credentials: memberKeys,
    accountId: MEMBER,
    speed: 10_000,
    clients,
    ...more,
  });
}

const found = (name: string, type: string, value: string, more: object = {}): object => ({
  zoneAccount: MEMBER,
  zoneId: ZONE,
  name,
  type,
  value,
  ttl: 300,
  alone: true,
  ...more,
});

describe('the hosted zones of an account', () => {
  it('give the records of SES, and nothing else, over all pages', async () => {
    const sandbox = await start(700);
    const { records, unseen } = await read(sandbox);
    expect(unseen).toBeUndefined();
    expect(records).toEqual([
      found('t1._domainkey.example.com', 'CNAME', 't1.dkim.amazonses.com'),
      found('bounce.example.com', 'MX', '10 feedback-smtp.eu-west-1.amazonses.com', { ttl: 60 }),
      found('bounce.example.com', 'TXT', 'v=spf1 include:amazonses.com ~all', { alone: false }),
      found('t2._domainkey.shop.example.com', 'CNAME', 't2.dkim.us-west-1.amazonses.com'),
    ]);
    expect(records.map(domainOfRecord)).toEqual([
      'example.com',
      'bounce.example.com',
      'bounce.example.com',
      'shop.example.com',
    ]);
    const calls = sandbox.gateway.counts().map(({ action, calls: times }) => `${times} ${action}`);
    expect(calls).toEqual(['1 ListHostedZones', '3 ListResourceRecordSets']);
  });

  it('are unseen where the role may not list them', async () => {
    const sandbox = await start(0);
    const { records, unseen } = await read(sandbox, { credentials: await assumeMember(sandbox) });
    expect(records).toEqual([]);
    expect(unseen).toMatchObject({
      because: 'ACCESS_DENIED',
      detail: expect.stringContaining('route53:ListHostedZones') as string,
    });
  });

  it.each([
    ['calls', { calls: 2 }, 'FAILED', /more than 2 calls$/],
    ['zones', { zones: 0 }, 'FAILED', /more than 0 public zones$/],
    ['records', { records: 3 }, 'FAILED', /more than 3 records of SES/],
    ['time', { duration: -1 }, 'TIMED_OUT', /more than -0.001 seconds$/],
  ] as const)('say that the bound on %s was reached', async (_what, bound, because, detail) => {
    const { records, unseen } = await read(await start(700), { bounds: { ...ZONE_BOUNDS, ...bound } });
    expect(records, 'half a zone is none').toEqual([]);
    expect(unseen).toEqual({ because, detail: expect.stringMatching(detail) as string, bound: true });
  });
});

describe('answers that Route 53 should not give', () => {
  const zones = (more: string): StandInAnswer => ({
    status: 200,
    xml: `<ListHostedZonesResponse><HostedZones/>${more}</ListHostedZonesResponse>`,
  });
  const readStandIn = async (answer: StandInAnswer, calls = 20) => {
    const standIn: StandIn = await startStandIn(() => answer);
    close = () => standIn.close();
    const bounds = { ...ZONE_BOUNDS, calls };
    return readHostedZones({
      credentials: memberKeys,
      accountId: MEMBER,
      speed: 10_000,
      clients: standIn.clients,
      bounds,
    });
  };

  it.each([
    ['a page without a successor', zones('<IsTruncated>true</IsTruncated>'), /named no next page/],
    [
      'a listing that goes round',
      zones('<IsTruncated>true</IsTruncated><NextMarker>A</NextMarker>'),
      /more than 20 calls/,
    ],
    ['an error', { status: 500, xml: '<ErrorResponse/>' }, /./],
  ])('%s is no end of the listing', async (_what, answer, detail) => {
    const { records, unseen } = await readStandIn(answer);
    expect(records).toEqual([]);
    expect(unseen?.because).toBe('FAILED');
    expect(unseen?.detail).toMatch(detail);
  });
});

describe('record sets that are not simply SES’s', () => {
  const set = (Name: string, Type: 'CNAME' | 'MX' | 'TXT', Value: string, more: object = {}) => ({
    Name,
    Type,
    TTL: 300,
    ResourceRecords: [{ Value }],
    ...more,
  });
  const names = (...sets: ReturnType<typeof set>[]) =>
    sesRecords(MEMBER, ZONE, sets).map(({ name, type, alone }) => `${name} ${type} ${alone}`);

  it.each([
    [
      'capitals and a newer Region',
      set('T1._DomainKey.Example.com.', 'CNAME', 't1.abc.dkim.il-central-1.AmazonSES.com.'),
      true,
    ],
    [
      'a weighted record',
      set('t1._domainkey.example.com.', 'CNAME', 't1.dkim.amazonses.com', { SetIdentifier: 'a' }),
      false,
    ],
  ])('%s is one', (_what, one, alone) => {
    expect(names(one)).toEqual([`${one.Name.toLowerCase().replace(/\.$/, '')} CNAME ${alone}`]);
  });

  it.each([
    ['a look-alike', set('t1._domainkey.example.com.', 'CNAME', 't1.dkim.notamazonses.com.')],
    ['a name below', set('t1._domainkey.example.com.', 'CNAME', 't1.dkim.amazonses.com.evil.example.')],
    ['no DKIM name', set('click.example.com.', 'CNAME', 'r.eu-west-1.dkim.amazonses.com.')],
    ['an escape', set('\\052._domainkey.example.com.', 'CNAME', 't1.dkim.amazonses.com.')],
    ['an inbound MX', set('example.com.', 'MX', '10 inbound-smtp.eu-west-1.amazonaws.com.')],
    ['SPF without an MX of SES', set('example.com.', 'TXT', '"v=spf1 include:amazonses.com ~all"')],
    ['an alias without records', { Name: 'bounce.example.com.', Type: 'MX' as const }],
  ])('%s is none', (_what, one) => {
    expect(sesRecords(MEMBER, ZONE, [one])).toEqual([]);
  });

  it('joins the strings of a text, and reads its escapes', () => {
    const spf = set('b.example.com.', 'TXT', '"v=spf1 include:ama" "zonses.com \\"\\052\\" ~all"');
    const mx = set('b.example.com.', 'MX', '10 feedback-smtp.eu-west-1.amazonses.com.');
    expect(sesRecords(MEMBER, ZONE, [spf, mx]).map(({ value }) => value)).toEqual([
      'v=spf1 include:amazonses.com "*" ~all',
      '10 feedback-smtp.eu-west-1.amazonses.com',
    ]);
  });
});
