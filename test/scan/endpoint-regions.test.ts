/** The Regions of a multi-Region endpoint held against each other, over the wire against the simulated AWS. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RegionComparison } from '../../lambda/facts/types.ts';
import { compareEndpoints } from '../../lambda/scan/endpoint-regions.ts';
import { TimeBudgetExceeded } from '../../lambda/ses/pacing.ts';
import { createSesReader, type SesReader } from '../../lambda/ses/reader.ts';
import { startGateway, type Gateway } from '../../local/gateway/server.ts';
import type { WorldIdentity } from '../../local/organization/types.ts';
import { makeIdentity, makeTarget, MEMBER, memberKeys, worldWithTarget } from '../gateway/world.ts';

const HERE = 'eu-west-1';
const THERE = 'us-east-1';
const SCANNED = [HERE, THERE, 'us-west-2', 'eu-north-1'];

const folder = mkdtempSync(join(tmpdir(), 'ses-posture-endpoint-regions-'));
let gateway: Gateway | undefined;
let readers = new Map<string, SesReader>();

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const reader of readers.values()) reader.close();
  readers = new Map();
  await gateway?.close();
  rmSync(folder, { recursive: true, force: true });
});

type Identities = { [region: string]: WorldIdentity[] };

async function serve(identities: Identities, listPageSize?: number): Promise<Gateway> {
  const world = worldWithTarget({});
  const account = world.accounts.find(({ id }) => id === MEMBER);
  if (!account) throw new Error('The world has lost its member.');
  account.targets = Object.fromEntries(
    Object.entries(identities).map(([region, of]) => [
      region,
      makeTarget({ identities: of, ...(listPageSize === undefined ? {} : { listPageSize }) }),
    ]),
  );
  gateway = await startGateway({ world, outboxFolder: folder, bucketFolder: folder });
  vi.stubEnv('AWS_ENDPOINT_URL', gateway.url);
  return gateway;
}

function makeReader(region: string, deadline = (): number => 60_000): SesReader {
  const made =
    readers.get(region) ??
    createSesReader({
      credentials: { ...memberKeys },
      accountId: MEMBER,
      region,
      requestsPerSecond: 10_000,
      deadline,
      clock: { now: () => performance.now(), sleep: () => Promise.resolve(), random: () => 0 },
    });
  readers.set(region, made);
  return made;
}

interface Asked {
  regions?: string[];
  scanRegions?: string[];
  now?: () => Date;
}

async function compare({ regions = [HERE, THERE], scanRegions = SCANNED, now }: Asked = {}) {
  const [endpoint] = await compareEndpoints([{ name: 'global', status: 'READY', regions }], {
    reader: makeReader(HERE),
    region: HERE,
    scanRegions,
    makeReader: (region) => makeReader(region),
    now: now ?? (() => new Date('2026-11-21T09:00:00Z')),
  });
  return endpoint?.comparison as RegionComparison;
}

/** Calls of SES so far, as `Region action`. */
function called(): string[] {
  return (gateway?.counts() ?? []).flatMap(({ action, region, calls }) =>
    Array.from({ length: calls }, () => `${region} ${action}`),
  );
}

const SIGNED: NonNullable<WorldIdentity['dkim']> = {
  signingEnabled: true,
  status: 'SUCCESS',
  tokens: ['a', 'b', 'c'],
  origin: 'AWS_SES',
};
const BOUNCE: NonNullable<WorldIdentity['mailFrom']> = {
  domain: 'bounce.example.com',
  status: 'SUCCESS',
  behaviorOnMxFailure: 'USE_DEFAULT_VALUE',
};

const whole = (name: string, more: Partial<WorldIdentity> = {}): WorldIdentity =>
  makeIdentity(name, { dkim: { ...SIGNED }, mailFrom: { ...BOUNCE }, ...more });

/** In short: `us-east-1 MISSING example.com`. */
const short = ({ gaps }: RegionComparison): string[] =>
  gaps.map(({ region, differs, identity }) => `${region} ${differs} ${identity}`);

describe('two Regions', () => {
  it('are alike though each has tokens of its own, and an address that shows other DKIM', async () => {
    await serve({
      [HERE]: [whole('example.com'), makeIdentity('news@example.com', { dkim: { ...SIGNED } })],
      [THERE]: [
        whole('example.com', { dkim: { ...SIGNED, tokens: ['d', 'e', 'f'], origin: 'AWS_SES_EU_WEST_1' } }),
        makeIdentity('news@example.com'),
      ],
    });
    expect(await compare()).toEqual({ gaps: [], gapCount: 0, uncompared: [] });
  });

  it('cost a listing each, and two calls each for a hundred identities', async () => {
    const names = Array.from({ length: 150 }, (_, n) => `${String(n).padStart(3, '0')}.example`);
    await serve({ [HERE]: names.map((name) => whole(name)), [THERE]: names.map((name) => whole(name)) });
    expect((await compare()).gapCount).toBe(0);
    const each = ['GetIdentityDkimAttributes', 'GetIdentityMailFromDomainAttributes'].flatMap((action) =>
      [HERE, THERE].flatMap((region) => [`${region} ${action}`, `${region} ${action}`]),
    );
    const lists = [HERE, THERE].map((region) => `${region} ListEmailIdentities`);
    expect(called().sort()).toEqual([...each, ...lists].sort());
  });

  it.each<[title: string, here: WorldIdentity[], there: WorldIdentity[], gaps: string[]]>([
    ['a domain is missing there', [whole('a.example')], [], ['us-east-1 MISSING a.example']],
    ['a domain is missing here', [], [whole('a.example')], ['eu-west-1 MISSING a.example']],
    ['an address is missing', [makeIdentity('a@a.example')], [], ['us-east-1 MISSING a@a.example']],
    [
      'addresses are compared verbatim, domains are not',
      [makeIdentity('News@a.example'), whole('A.Example')],
      [makeIdentity('news@a.example'), whole('a.example')],
      ['eu-west-1 MISSING news@a.example', 'us-east-1 MISSING News@a.example'].sort().reverse(),
    ],
    [
      'an address is not verified there',
      [makeIdentity('a@a.example')],
      [makeIdentity('a@a.example', { verificationStatus: 'PENDING' })],
      ['us-east-1 UNVERIFIED a@a.example'],
    ],
    [
      'signing is off there',
      [whole('a.example')],
      [whole('a.example', { dkim: { ...SIGNED, signingEnabled: false } })],
      ['us-east-1 DKIM a.example'],
    ],
    [
      'DKIM failed here',
      [whole('a.example', { dkim: { ...SIGNED, status: 'FAILED' } })],
      [whole('a.example')],
      ['eu-west-1 DKIM a.example'],
    ],
    [
      'DKIM is verified in neither, in whatever state',
      [whole('a.example', { dkim: { ...SIGNED, status: 'FAILED' } })],
      [whole('a.example', { dkim: { ...SIGNED, status: 'TEMPORARY_FAILURE' } })],
      [],
    ],
    [
      'there is no MAIL FROM there',
      [whole('a.example')],
      [makeIdentity('a.example', { dkim: { ...SIGNED } })],
      ['us-east-1 MAIL_FROM a.example'],
    ],
    [
      'the MAIL FROM is another there',
      [whole('a.example')],
      [whole('a.example', { mailFrom: { ...BOUNCE, domain: 'eu.example.com' } })],
      ['us-east-1 MAIL_FROM a.example'],
    ],
    [
      'the MAIL FROM is not verified here',
      [whole('a.example', { mailFrom: { ...BOUNCE, status: 'PENDING' } })],
      [whole('a.example')],
      ['eu-west-1 MAIL_FROM a.example'],
    ],
  ])('differ where %s', async (_title, here, there, gaps) => {
    await serve({ [HERE]: here, [THERE]: there });
    const comparison = await compare();
    expect(short(comparison)).toEqual(gaps);
    expect(comparison.uncompared).toEqual([]);
  });

  it('are told with at most 20 gaps, the heaviest first, and the number of all', async () => {
    const pages = Array.from({ length: 25 }, (_, n) => `p${String(n).padStart(2, '0')}@a.example`);
    await serve({
      [HERE]: [whole('a.example'), whole('z.example'), ...pages.map((name) => makeIdentity(name))],
      [THERE]: [whole('a.example', { dkim: { ...SIGNED, status: 'FAILED' } })],
    });
    const comparison = await compare();
    expect(comparison.gapCount).toBe(27);
    expect(short(comparison)).toHaveLength(20);
    expect(short(comparison)[0]).toBe('us-east-1 MISSING z.example');
    expect(comparison.origin).toBe('AWS_SES');
  });

  it('are compared over all pages of their listings', async () => {
    const names = ['a.example', 'b.example', 'c.example'];
    await serve({ [HERE]: names.map((one) => whole(one)), [THERE]: [whole('c.example')] }, 1);
    expect(short(await compare())).toEqual(['us-east-1 MISSING a.example', 'us-east-1 MISSING b.example']);
  });
});

describe('what is not learned is named, and no gap', () => {
  const both = (): Identities => ({ [HERE]: [whole('example.com')], [THERE]: [whole('example.com')] });
  const refuse = (action: string, region: string, status = 403, code = 'AccessDeniedException') =>
    gateway?.inject({ match: { action, region }, respond: { status, code, message: 'no' } });

  it('a Region outside the scan: nothing is called', async () => {
    await serve(both());
    const comparison = await compare({ scanRegions: [HERE] });
    const uncompared = ['us-east-1, which is outside the Regions of this scan'];
    expect(comparison).toEqual({ gaps: [], gapCount: 0, uncompared });
    expect(called()).toEqual([]);
  });

  it('an endpoint whose other Region SES does not name', async () => {
    await serve(both());
    expect(await compare({ regions: [HERE] })).toMatchObject({
      gapCount: 0,
      uncompared: [expect.stringContaining('does not name') as string],
    });
  });

  it.each([
    ['ListEmailIdentities', HERE, 403, 'AccessDeniedException'],
    ['ListEmailIdentities', THERE, 403, 'AccessDeniedException'],
    ['ListEmailIdentities', THERE, 429, 'TooManyRequestsException'],
    ['GetIdentityDkimAttributes', HERE, 403, 'AccessDenied'],
    ['GetIdentityDkimAttributes', THERE, 400, 'Throttling'],
    ['GetIdentityMailFromDomainAttributes', THERE, 403, 'AccessDenied'],
  ])('%s in %s answers %i %s', async (action, region, status, code) => {
    await serve(both());
    refuse(action, region, status, code);
    const { gapCount, uncompared } = await compare();
    expect([gapCount, uncompared.length]).toEqual([0, 1]);
    expect(uncompared[0]).toContain(region);
    expect(uncompared[0]).toContain(code);
  });

  it('but a gap beside it is seen: a name in the listing, the other setting', async () => {
    await serve({
      [HERE]: [whole('a.example'), whole('b.example')],
      [THERE]: [makeIdentity('a.example', { dkim: { ...SIGNED } })],
    });
    refuse('GetIdentityDkimAttributes', THERE);
    const comparison = await compare();
    expect(short(comparison)).toEqual(['us-east-1 MISSING b.example', 'us-east-1 MAIL_FROM a.example']);
    expect(comparison.uncompared).toEqual([expect.stringMatching(/^DKIM of 1 identity in us-east-1/)]);
  });

  it('an identity that SES listed and then tells nothing of', async () => {
    const pair = both();
    await serve({ ...pair, [HERE]: [...(pair[HERE] ?? []), whole('gone.example')] });
    const there = makeReader(THERE);
    const list = there.listIdentities.bind(there);
    there.listIdentities = async () => [
      ...(await list()),
      { name: 'gone.example', type: 'DOMAIN', domain: 'gone.example' },
    ];
    const { gapCount, uncompared } = await compare();
    expect(gapCount).toBe(0);
    expect(uncompared).toEqual([
      expect.stringMatching(/^DKIM of 1 identity in us-east-1.*told nothing.*gone\.example$/),
      expect.stringMatching(/^MAIL FROM of 1 identity/),
    ]);
  });

  it('a status of a later day', async () => {
    await serve({
      [HERE]: [whole('example.com', { dkim: { ...SIGNED, status: 'REVOKED' as 'FAILED' } })],
      [THERE]: [whole('example.com')],
    });
    const { gapCount, uncompared } = await compare();
    expect(gapCount).toBe(0);
    expect(uncompared).toEqual([expect.stringMatching(/"Revoked" for DkimVerificationStatus/)]);
  });

  it('settings beyond 2,000 identities; what is missing is seen among all of them', async () => {
    const names = Array.from({ length: 2_001 }, (_, n) => makeIdentity(`${n}@example.com`));
    await serve({ [HERE]: [...names, makeIdentity('last@example.com')], [THERE]: names });
    const comparison = await compare();
    expect(short(comparison)).toEqual(['us-east-1 MISSING last@example.com']);
    expect(comparison.uncompared).toEqual([
      'DKIM and MAIL FROM of 1 identity in us-east-1, beyond the first 2000',
    ]);
    expect(called().filter((one) => one.endsWith('MailFromDomainAttributes'))).toHaveLength(40);
  });

  it('what five minutes do not suffice for, so that a slow Region ends no scan', async () => {
    await serve(both());
    let minutes = 0;
    const now = (): Date => new Date(Date.UTC(2026, 10, 21, 9, (minutes += 2)));
    const { uncompared } = await compare({ now });
    expect(uncompared[0]).toMatch(/^MAIL FROM of 1 identity in us-east-1: .* stopped after 5 minutes$/);
  });
});

it('is put off, not unknown, when the time of the invocation is over', async () => {
  await serve({ [HERE]: [whole('example.com')], [THERE]: [whole('example.com')] });
  makeReader(THERE, () => 0);
  await expect(compare()).rejects.toThrow(TimeBudgetExceeded);
});

it('asks nothing for an endpoint that is not READY, and a Region of two endpoints once', async () => {
  await serve({ [HERE]: [whole('example.com')], [THERE]: [] });
  const options = {
    ...{ reader: makeReader(HERE), region: HERE, scanRegions: SCANNED, now: () => new Date(0) },
    makeReader: (region: string) => makeReader(region),
  };
  const regions = [HERE, THERE];
  const creating = { name: 'new', status: 'CREATING', regions };
  expect(await compareEndpoints([creating], options)).toEqual([creating]);
  expect(called()).toEqual([]);
  const ready = ['one', 'two'].map((name) => ({ name, status: 'READY', regions }));
  const compared = await compareEndpoints(ready, options);
  expect(compared.map(({ comparison }) => comparison?.gapCount)).toEqual([1, 1]);
  expect(called().filter((one) => one.endsWith('ListEmailIdentities'))).toHaveLength(2);
});
