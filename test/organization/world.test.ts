import { createPublicKey } from 'node:crypto';
import { DkimSigningAttributesOrigin } from '@aws-sdk/client-sesv2';
import { describe, expect, it } from 'vitest';
import { accountIdSchema, domainSchema, ouIdSchema, regionSchema } from '../../lambda/contract.ts';
import { OWN_ADDRESS } from '../../local/organization/faults/spf.ts';
import { buildWorld, organizationOf } from '../../local/organization/build-world.ts';
import { SES_REGIONS } from '../../local/organization/regions.ts';
import type { World } from '../../local/organization/types.ts';
import { RESOLVER_PROBE_NAME, SES_NETWORKS } from '../../local/organization/zone-preset.ts';
import { dnsOf, identitiesOf, NOW, worldOf } from './support.ts';

const WEEKS: [string, World][] = [
  ['week one', worldOf(1)],
  ['week two', worldOf(2)],
];

describe('the simulated organization is as big as promised', () => {
  const world = worldOf(1);
  const identities = identitiesOf(world);
  const newsletter = identities.filter(({ target }) => target.listPageSize !== undefined);

  it('has about 20 accounts, and about 120 identities in at least 15 Regions beside the long target', () => {
    expect(world.accounts).toHaveLength(19);
    const others = identities.filter((one) => !newsletter.includes(one));
    expect(others.length).toBeGreaterThanOrEqual(105);
    expect(others.length).toBeLessThanOrEqual(130);
    expect(new Set(others.map(({ region }) => region)).size).toBeGreaterThanOrEqual(15);
  });

  it('has organizational units within units within units', () => {
    const parents = new Map(world.organizationalUnits.map(({ id, parentId }) => [id, parentId]));
    const depth = (id: string | undefined): number =>
      id && parents.has(id) ? 1 + depth(parents.get(id)) : 0;
    expect(Math.max(...world.accounts.map(({ parentId }) => depth(parentId)))).toBe(3);
  });

  it('has one target whose identities fill several pages', () => {
    const pageSize = newsletter[0]?.target.listPageSize ?? 0;
    expect(newsletter.length).toBeGreaterThan(3 * pageSize);
  });

  it('has Regions that are off, one that is on by choice, and one with a DKIM zone of its own', () => {
    const optIn = world.regions.filter((region) => region.optIn).map(({ name }) => name);
    const on = world.accounts.flatMap(({ optedInRegions }) => optedInRegions);
    expect(on).toEqual(['eu-south-1', 'af-south-1']);
    expect(optIn.length).toBeGreaterThan(on.length);
    const zones = new Set(identities.map(({ identity }) => identity.dkim?.hostedZone));
    expect([...zones].sort()).toEqual([
      'dkim.af-south-1.amazonses.com',
      'dkim.amazonses.com',
      'dkim.ap-northeast-3.amazonses.com',
      'dkim.eu-south-1.amazonses.com',
      undefined,
    ]);
  });

  it('grows by as many identities as a benchmark asks for', () => {
    const large = identitiesOf(buildWorld({ week: 1, now: NOW, large: 500 }));
    expect(large).toHaveLength(identities.length + 500);
  });
});

describe.each(WEEKS)('%s is consistent', (_, world) => {
  it('in its ids: well formed, unique, and every parent is there', () => {
    const accounts = world.accounts.map(({ id }) => id);
    const units = world.organizationalUnits.map(({ id }) => id);
    expect(new Set([...accounts, ...units]).size).toBe(accounts.length + units.length);
    for (const id of accounts) expect(accountIdSchema.safeParse(id).success, id).toBe(true);
    for (const id of [...units, world.organization.rootId])
      expect(ouIdSchema.safeParse(id).success, id).toBe(true);
    const parents = new Set([...units, world.organization.rootId]);
    for (const { parentId } of [...world.accounts, ...world.organizationalUnits])
      expect(parents).toContain(parentId);
  });

  it('in its Regions: targets stand where SES is offered and the account has it on', () => {
    for (const account of world.accounts) {
      for (const region of Object.keys(account.targets)) {
        expect(world.sesRegions).toContain(region);
        const { optIn } = world.regions.find(({ name }) => name === region) ?? { optIn: true };
        expect(!optIn || account.optedInRegions.includes(region), `${account.id} ${region}`).toBe(true);
        expect(account.deniedRegions.map((denied) => denied.region)).not.toContain(region);
      }
    }
  });

  it('in its identities: no name twice in a target', () => {
    const keys = identitiesOf(world).map(
      ({ accountId, region, identity }) => `${accountId}/${region}/${identity.name}`,
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('in its zones: every record below an apex, every apex with SOA and NS, nothing beside a CNAME', () => {
    const apexes = new Set(world.zoneApexes);
    const typesAt = new Map<string, string[]>();
    for (const { name, type } of world.zones) {
      const plain = name.replace(/^\*\./, '');
      expect(domainSchema.safeParse(plain).success || apexes.has(name), name).toBe(true);
      expect(
        [...apexes].some((apex) => name === apex || name.endsWith(`.${apex}`)),
        name,
      ).toBe(true);
      typesAt.set(name, [...(typesAt.get(name) ?? []), type]);
    }
    for (const apex of apexes) expect(typesAt.get(apex), apex).toEqual(expect.arrayContaining(['SOA', 'NS']));
    for (const types of typesAt.values()) if (types.includes('CNAME')) expect(types).toEqual(['CNAME']);
  });

  it('in its addresses: documentation ranges, hosts outside the networks of SES but for a dedicated address', () => {
    const documentation = /^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$/;
    const ofSes =
      /^(192\.0\.2\.\d+|198\.51\.100\.(\d|\d\d|1[01]\d|12[0-7])|203\.0\.113\.(\d|[1-5]\d|6[0-3]))$/;
    for (const record of world.zones.filter(({ type }) => type === 'A')) {
      expect(record.data).toMatch(documentation);
      const isHostOfSes = /(^feedback-smtp|\.smtp-out)\.[a-z0-9-]+\.amazonses\.com$/.test(record.name);
      const isOfSes = ofSes.test(record.data) || record.data === OWN_ADDRESS;
      expect(isOfSes, record.name).toBe(isHostOfSes);
    }
  });

  it('in its names: reserved for examples, but for SES itself, reverse DNS and a mailbox provider', () => {
    for (const { name } of world.zones) {
      expect(name).toMatch(
        /(^|\.)(example|test|example\.com|amazonses\.com|awstrack\.me|gmail\.com|com|in-addr\.arpa)$/,
      );
    }
  });
});

describe('what Amazon SES publishes', () => {
  const dns = dnsOf(worldOf(1));

  it('is an SPF record of its networks', () => {
    expect(dns('amazonses.com', 'TXT')).toEqual([`v=spf1 ${SES_NETWORKS.join(' ')} -all`]);
  });

  it('is a host for bounces in every Region of SES', () => {
    for (const region of SES_REGIONS) {
      expect(dns(`feedback-smtp.${region}.amazonses.com`, 'A'), region).toHaveLength(1);
    }
  });

  it("covers the Regions that the SDK's enum names", () => {
    const named = Object.values(DkimSigningAttributesOrigin)
      .filter((origin) => origin.startsWith('AWS_SES_'))
      .map((origin) => origin.slice('AWS_SES_'.length).toLowerCase().replaceAll('_', '-'))
      .filter((region) => !/gov|eusc/.test(region));
    expect([...SES_REGIONS].sort()).toEqual(named.sort());
    for (const region of SES_REGIONS) expect(regionSchema.safeParse(region).success, region).toBe(true);
  });
});

describe.each(WEEKS)('%s: an identity without faults', (_, world) => {
  const week = world === WEEKS[0]?.[1] ? 1 : 2;
  const dns = dnsOf(world);
  const faulty = new Set(
    organizationOf({ week }).accounts.flatMap(({ id, targets }) =>
      Object.entries(targets).flatMap(([region, { identities }]) =>
        identities.filter(({ faults }) => faults?.length).map(({ name }) => `${id}/${region}/${name}`),
      ),
    ),
  );
  const healthy = identitiesOf(world).filter(
    ({ accountId, region, identity }) => !faulty.has(`${accountId}/${region}/${identity.name}`),
  );
  const domains = healthy.filter(({ identity }) => identity.type === 'DOMAIN');

  it('is verified and signed; there are many of them', () => {
    expect(healthy.length).toBeGreaterThan(50);
    for (const { identity } of healthy) {
      expect(identity).toMatchObject({ verificationStatus: 'SUCCESS', dkim: { signingEnabled: true } });
    }
  });

  it('has every DKIM record that SES asks for, with a key of the length that SES tells', () => {
    for (const { identity } of domains) {
      const { tokens = [], hostedZone, origin } = identity.dkim ?? {};
      for (const token of tokens) {
        const name = `${token}._domainkey.${identity.name}`;
        if (origin !== 'EXTERNAL') expect(dns(name, 'CNAME')).toEqual([`${token}.${hostedZone}`]);
        const [text, ...others] = dns(name, 'TXT');
        expect(others).toEqual([]);
        const key = Buffer.from(/p=([A-Za-z0-9+/=]+)$/.exec(text ?? '')?.[1] ?? '', 'base64');
        const { asymmetricKeyDetails } = createPublicKey({ key, format: 'der', type: 'spki' });
        expect(asymmetricKeyDetails?.modulusLength, name).toBe(2048);
      }
    }
  });

  it('has a default configuration set that requires TLS and tells a topic with somebody behind it', () => {
    for (const { identity, target } of healthy) {
      const set = target.configurationSets.find(({ name }) => name === identity.configurationSet);
      expect(set, identity.name).toMatchObject({ tlsPolicy: 'REQUIRE', reputationMetricsEnabled: true });
      const [events] = set?.eventDestinations ?? [];
      expect(events).toMatchObject({ enabled: true });
      const topic = target.topics?.find(({ arn }) => arn === events?.snsTopicArn);
      expect(topic?.subscriptions.some(({ confirmed }) => confirmed)).toBe(true);
      expect(topic?.policy).toContain('"Service":"ses.amazonaws.com"');
    }
  });

  it('has one MX of SES and one SPF record at its MAIL FROM domain', () => {
    for (const { identity, region } of healthy) {
      const { domain, status } = identity.mailFrom ?? { domain: '', status: undefined };
      expect(status, identity.name).toBe('SUCCESS');
      expect(dns(domain, 'MX')).toEqual([`10 feedback-smtp.${region}.amazonses.com`]);
      const own = identity.name === 'merlion.example' ? ` ip4:${OWN_ADDRESS}` : '';
      expect(dns(domain, 'TXT')).toEqual([`v=spf1 include:amazonses.com${own} ~all`]);
    }
  });

  it("has a From domain that receives, and a DMARC policy of reject, its own or its parent's", () => {
    const lowered = new Set(['strict.example']);
    for (const { identity } of healthy) {
      const from = identity.name.split('@').pop() ?? '';
      const apex = from.split('.').slice(-2).join('.');
      expect(dns(from, 'MX'), from).toHaveLength(1);
      expect(dns(from, 'A'), from).toHaveLength(1);
      if (lowered.has(apex)) continue;
      expect(dns(`_dmarc.${apex}`, 'TXT')).toEqual([`v=DMARC1; p=reject; rua=mailto:dmarc@${apex}`]);
      if (from !== apex) expect(dns(`_dmarc.${from}`, 'TXT')).toBe('NXDOMAIN');
    }
  });
});

describe('what stands on purpose for a situation', () => {
  const world = worldOf(1);
  const dns = dnsOf(world);
  const find = (region: string, name: string) =>
    identitiesOf(world).find((one) => one.region === region && one.identity.name === name)?.identity;

  it('BYODKIM: a key too long for one string, no tokens of SES', () => {
    expect(find('eu-central-1', 'berlin.example')?.dkim).toMatchObject({
      origin: 'EXTERNAL',
      tokens: ['corp2026'],
    });
    expect(dns('corp2026._domainkey.berlin.example', 'TXT')[0]?.length).toBeGreaterThan(255);
  });

  it('a DEED replica: tokens and zone of the first Region', () => {
    const parent = find('ap-northeast-1', 'tokyo.example')?.dkim;
    const replica = find('ap-southeast-2', 'tokyo.example')?.dkim;
    expect(replica).toMatchObject({
      origin: 'AWS_SES_AP_NORTHEAST_1',
      tokens: parent?.tokens,
      hostedZone: parent?.hostedZone,
    });
  });

  it('the same domain in two Regions: tokens of its own in each', () => {
    const tokens = ['us-east-1', 'eu-west-1'].flatMap(
      (region) => find(region, 'shop.example')?.dkim?.tokens ?? [],
    );
    expect(new Set(tokens).size).toBe(6);
  });

  it("an address shows its domain's DKIM, a subdomain without tokens none of its own", () => {
    const parent = find('us-east-1', 'shop.example');
    expect(find('us-east-1', 'orders@shop.example')).toMatchObject({
      dkim: parent?.dkim,
      mailFrom: parent?.mailFrom,
    });
    expect(find('us-east-1', 'cart.shop.example')?.dkim).toEqual({
      signingEnabled: true,
      status: 'NOT_STARTED',
      origin: 'AWS_SES',
    });
  });

  it('the top-level names that the DMARC walk asks, gmail.com, and the probe for resolvers', () => {
    for (const top of ['com', 'example', 'test']) expect(dns(`_dmarc.${top}`, 'TXT')).toBe('NXDOMAIN');
    expect(dns('_dmarc.gmail.com', 'TXT')[0]).toMatch(/^v=DMARC1; p=none; sp=quarantine;/);
    expect(dns(RESOLVER_PROBE_NAME, 'TXT')[0]?.length).toBeGreaterThan(1900);
  });
});

describe('the hosted zones', () => {
  const world = worldOf(1);
  const zones = world.accounts.flatMap(({ id, hostedZones = [] }) =>
    hostedZones.map((zone) => ({ ...zone, accountId: id })),
  );

  it('are the zones of the organization’s domains, each in one account, under an id of its own', () => {
    const names = zones.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(
      new Set(world.accounts.flatMap(({ hostedZones = [] }) => hostedZones.map(({ id }) => id))).size,
    ).toBe(names.length);
    const foreign = ['com', 'example', 'test', 'gmail.com', 'amazonses.com', 'awstrack.me', 'in-addr.arpa'];
    const own = world.zoneApexes.filter((apex) => ![...foreign, 'ses-posture.example'].includes(apex));
    expect(names.sort()).toEqual(own.sort());
    expect(zones.find(({ name }) => name === 'wren.example')?.id).toBeDefined();
    const account = world.accounts.find(({ hostedZones }) =>
      hostedZones?.some(({ name }) => name === 'wren.example'),
    );
    expect(account?.id).toBe('212121212121');
  });
});

describe('building', () => {
  it('gives the same world every time, and worlds that share nothing', () => {
    const [one, other] = [worldOf(2), worldOf(2)];
    expect(one).toEqual(other);
    one.accounts[0]!.targets['us-east-1']!.identities[0]!.verificationStatus = 'FAILED';
    expect(worldOf(2)).toEqual(other);
  });

  it('puts the role under the name, trust and external id that it is told', () => {
    const options = {
      memberRoleName: 'reader',
      externalId: 'secret-1',
      scannerPrincipal: 'arn:aws:iam::111111111111:role/x',
    };
    const world = buildWorld({ week: 1, now: NOW, ...options });
    const roles = world.accounts.flatMap(({ roles }) => roles);
    expect(roles).toHaveLength(world.accounts.length - 1);
    for (const role of roles) {
      expect(role).toMatchObject({
        name: 'reader',
        externalId: 'secret-1',
        trustedPrincipals: [options.scannerPrincipal],
      });
      expect(role.allowedActions.every((action) => /^[a-z0-9]+:(Get|List|Describe)\w+$/.test(action))).toBe(
        true,
      );
    }
  });

  it('trusts the management account by default, and gives only that one keys', () => {
    const world = worldOf(1);
    expect(world.accounts[1]?.roles[0]?.trustedPrincipals).toEqual(['arn:aws:iam::111111111111:root']);
    expect(world.accounts.filter(({ credentials }) => credentials).map(({ id }) => id)).toEqual([
      '111111111111',
    ]);
  });
});
