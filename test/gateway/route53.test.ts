import {
  GetHostedZoneCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
  type RRType,
} from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../../local/organization/types.ts';
import { assumeMember, refusalOf, type Sandbox, startSandbox } from './harness.ts';
import { makeWorld, MEMBER, memberKeys } from './world.ts';

const HostedZoneId = 'Z0000000000000EXAMPLE';

function worldWithZones(): World {
  const world = makeWorld();
  for (const account of world.accounts) {
    if (account.id !== MEMBER) continue;
    account.hostedZones = [
      { id: HostedZoneId, name: 'example.com' },
      { id: 'Z0000000000000000EAST', name: 'east.example.com', privateZone: true },
      { id: 'Z000000000000000EMPTY', name: 'empty.example' },
    ];
    account.deniedRegions = [{ region: 'eu-west-3' }];
  }
  const records: World['zones'] = [
    {
      name: 'example.com',
      type: 'SOA',
      data: 'ns1.example.com hostmaster.example.com 1 7200 900 1209600 300',
    },
    { name: 'example.com', type: 'NS', data: 'ns1.example.com', ttl: 172_800 },
    { name: 'example.com', type: 'MX', preference: 10, data: 'mail.example.com' },
    { name: 'example.com', type: 'MX', preference: 20, data: 'mail2.example.com' },
    { name: 'www.example.com', type: 'A', data: '192.0.2.80' },
    { name: '*.example.com', type: 'TXT', data: 'wild' },
    { name: 'long.example.com', type: 'TXT', data: `${'k'.repeat(255)}"tail\\` },
    { name: 't1._domainkey.example.com', type: 'CNAME', data: 't1.dkim.amazonses.com' },
    { name: 'deep.east.example.com', type: 'A', data: '192.0.2.81' },
    { name: 'notexample.com', type: 'A', data: '192.0.2.82' },
  ];
  return { ...world, zones: records };
}

let sandbox: Sandbox;
let client: Route53Client;
beforeAll(async () => {
  sandbox = await startSandbox({ world: worldWithZones() });
  client = new Route53Client(sandbox.config(memberKeys));
});
afterAll(() => sandbox.close());

async function allRecords(MaxItems: number): Promise<ResourceRecordSet[]> {
  const sets: ResourceRecordSet[] = [];
  let from: { StartRecordName?: string; StartRecordType?: RRType } = {};
  for (let page = 0; page < 50; page += 1) {
    const answer = await client.send(new ListResourceRecordSetsCommand({ HostedZoneId, MaxItems, ...from }));
    sets.push(...(answer.ResourceRecordSets ?? []));
    if (!answer.IsTruncated) return sets;
    from = { StartRecordName: answer.NextRecordName ?? '', StartRecordType: answer.NextRecordType ?? 'A' };
  }
  throw new Error('The listing does not end.');
}

describe('ListHostedZones', () => {
  it('pages over the zones of the account, in every Region alike', async () => {
    const first = await client.send(new ListHostedZonesCommand({ MaxItems: 2 }));
    expect(first).toMatchObject({ IsTruncated: true, MaxItems: 2, NextMarker: 'Z000000000000000EMPTY' });
    expect(first.HostedZones).toMatchObject([
      { Id: `/hostedzone/${HostedZoneId}`, Name: 'example.com.', Config: { PrivateZone: false } },
      { Name: 'east.example.com.', Config: { PrivateZone: true }, ResourceRecordSetCount: 1 },
    ]);
    const there = new Route53Client(sandbox.config(memberKeys, 'eu-west-3'));
    const rest = await there.send(new ListHostedZonesCommand({ Marker: first.NextMarker }));
    expect(rest).toMatchObject({ IsTruncated: false, HostedZones: [{ Name: 'empty.example.' }] });
  });

  it('is empty in an account without zones', async () => {
    const management = new Route53Client(sandbox.config());
    expect((await management.send(new ListHostedZonesCommand({}))).HostedZones).toEqual([]);
  });
});

describe('ListResourceRecordSets', () => {
  it.each([1, 2, 3, 300])('gives every record set of the zone once, %i a page', async (size) => {
    const sets = await allRecords(size);
    expect(sets.map(({ Name, Type }) => `${Name} ${Type}`)).toEqual([
      'example.com. MX',
      'example.com. NS',
      'example.com. SOA',
      '\\052.example.com. TXT',
      't1._domainkey.example.com. CNAME',
      'long.example.com. TXT',
      'www.example.com. A',
    ]);
  });

  it('writes values as Route 53 does', async () => {
    const sets = await allRecords(300);
    const valuesOf = (name: string, type: string): (string | undefined)[] | undefined =>
      sets
        .find(({ Name, Type }) => Name === name && Type === type)
        ?.ResourceRecords?.map(({ Value }) => Value);
    expect(valuesOf('example.com.', 'MX')).toEqual(['10 mail.example.com.', '20 mail2.example.com.']);
    expect(valuesOf('long.example.com.', 'TXT')).toEqual([`"${'k'.repeat(255)}" "\\"tail\\\\"`]);
    expect(valuesOf('t1._domainkey.example.com.', 'CNAME')).toEqual(['t1.dkim.amazonses.com.']);
    expect(sets.find(({ Type }) => Type === 'NS')?.TTL).toBe(172_800);
  });

  it.each([
    ['NoSuchHostedZone', 404, { HostedZoneId: 'Z0ABSENT' }],
    ['InvalidInput', 400, { HostedZoneId, StartRecordType: 'A' as const }],
    ['InvalidInput', 400, { HostedZoneId, MaxItems: 0 }],
  ])('answers %s', async (code, httpStatus, input) => {
    const { name, status } = await refusalOf(client.send(new ListResourceRecordSetsCommand(input)));
    expect({ name, status }).toEqual({ name: code, status: httpStatus });
  });
});

describe('Refusals of Route 53', () => {
  it('keeps a role to its permissions', async () => {
    const role = new Route53Client(sandbox.config(await assumeMember(sandbox)));
    const { name, message, status } = await refusalOf(role.send(new ListHostedZonesCommand({})));
    expect({ name, status }).toEqual({ name: 'AccessDenied', status: 403 });
    expect(message).toContain('because no identity-based policy allows the route53:ListHostedZones action');
    const zone = await refusalOf(role.send(new ListResourceRecordSetsCommand({ HostedZoneId })));
    expect(zone.message).toContain(`on resource: arn:aws:route53:::hostedzone/${HostedZoneId}`);
  });

  it('knows no wrong secret, and names an operation that it does not offer', async () => {
    const wrong = new Route53Client(sandbox.config({ ...memberKeys, secretAccessKey: 'wrong' }));
    expect(await refusalOf(wrong.send(new ListHostedZonesCommand({})))).toMatchObject({
      name: 'SignatureDoesNotMatch',
      status: 403,
    });
    const { message } = await refusalOf(client.send(new GetHostedZoneCommand({ Id: HostedZoneId })));
    expect(message).toContain(`GET /2013-04-01/hostedzone/${HostedZoneId}`);
  });
});
