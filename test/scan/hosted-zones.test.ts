/** Records of SES in hosted zones, from Route 53's answers to the findings: left behind, seen no more, not permitted. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ScanSettings } from '../../lambda/contract.ts';
import { scanSettingsSchema } from '../../lambda/contract.ts';
import { domain } from '../../local/organization/vocabulary.ts';
import type { World } from '../../local/organization/types.ts';
import { everTold, findingsOf, readItems, says, smallWorld, startSandbox, type Sandbox } from './support.ts';

const SHOP = '222222222222';
const BLOG = '333333333333';
const PERMISSIONS: ScanSettings['permissions'] = scanSettingsSchema.parse({
  permissions: { hostedZones: true },
}).permissions;

/** `old` was deleted from SES; its three CNAMEs, its MX and its SPF stand in the zone of the shop's account. */
const OLD = domain('old.example.com', { deleted: true });
const world = (identities = [domain('example.com'), OLD], more: object = {}): World =>
  smallWorld([
    { id: SHOP, name: 'shop', targets: { 'eu-west-1': { identities } }, ...more },
    { id: BLOG, name: 'blog', targets: { 'us-east-1': { identities: [domain('blog.example')] } } },
  ]);

let sandbox: Sandbox;
afterEach(() => sandbox.close());

async function start(settings: Partial<ScanSettings> = { permissions: PERMISSIONS }): Promise<void> {
  sandbox = await startSandbox(world(), settings);
}

async function scan(input: object = {}): Promise<void> {
  const outcome = await sandbox.scan({ input });
  expect(outcome.execution.status).toBe('SUCCEEDED');
}

/** What the control says of the domain, each once. */
async function said(name: string, controlId: string): Promise<string[]> {
  const findings = await findingsOf(sandbox.table, { kind: 'domain', name }, controlId);
  return [...new Set(findings.map(({ latest }) => says(latest)))].sort();
}

const known = async (name: string, controlId: string): Promise<(string | undefined)[]> =>
  (await findingsOf(sandbox.table, { kind: 'domain', name }, controlId)).map((one) => one.known?.reason);

const retired = async (name: string): Promise<boolean> =>
  (await sandbox.table.readSubject({ kind: 'domain', name }))?.retiredAt !== undefined;

const zoneRows = async (): Promise<string[]> =>
  [...(await readItems()).keys()].filter((key) => key.includes('/ZONE#')).sort();

const route53Calls = (): number =>
  sandbox.stack.gateway.counts().filter(({ service }) => service === 'route53').length;

describe('records that a deleted identity left in a hosted zone', () => {
  it('are found dangling, go unknown with what was not seen, and are retired when they are gone', async () => {
    await start();
    await scan();
    expect(await said('example.com', 'DANG-01')).toEqual(['PASS DKIM_OF_IDENTITY']);
    expect(await said('bounce.example.com', 'DANG-02')).toEqual(['PASS MX_OF_MAIL_FROM']);
    expect(await said('bounce.example.com', 'DANG-03')).toEqual(['PASS MAIL_FROM_IN_USE']);
    const dangling = await findingsOf(sandbox.table, { kind: 'domain', name: 'old.example.com' }, 'DANG-01');
    expect(dangling.map(({ latest }) => says(latest))).toEqual(Array(3).fill('WARN DKIM_DANGLING'));
    expect(dangling[0]?.latest.fix?.remove).toHaveLength(1);
    expect(dangling[0]?.latest.evidence['deletion']).toMatchObject([{ account: SHOP }]);
    expect(await said('bounce.old.example.com', 'DANG-02')).toEqual(['WARN MAIL_FROM_DANGLING']);
    expect(await said('bounce.old.example.com', 'DANG-03')).toEqual(['WARN SPF_LEFT_BEHIND']);
    for (const name of ['old.example.com', 'bounce.old.example.com']) {
      const stored = await sandbox.table.readSubject({ kind: 'domain', name });
      const others = Object.values(stored?.findings ?? {})
        .filter(({ latest }) => !latest.controlId.startsWith('DANG-'))
        .map(({ latest }) => `${latest.key} ${says(latest)}`);
      expect(others.length, name).toBeGreaterThan(20);
      expect(
        others.filter((one) => !/ (NOT_APPLICABLE |PASS ALL_ANSWERED$)/.test(one)),
        name,
      ).toEqual([]);
    }

    const denied = { deniedRegions: ['us-west-2'], faults: ['region-denied' as const] };
    sandbox.stack.setWorld(world(undefined, denied));
    await scan();
    expect(await said('old.example.com', 'DANG-01')).toEqual(['UNKNOWN COVERAGE_INCOMPLETE']);
    expect(await known('old.example.com', 'DANG-01')).toEqual(Array(3).fill('DKIM_DANGLING'));
    expect(await said('example.com', 'DANG-01'), 'a token that has its identity').toEqual([
      'PASS DKIM_OF_IDENTITY',
    ]);

    sandbox.stack.setWorld(world([domain('example.com')]));
    await scan();
    expect(await retired('old.example.com')).toBe(true);
    expect(await retired('bounce.old.example.com')).toBe(true);
    expect((await zoneRows()).filter((row) => row.includes('old.'))).toEqual([]);
    expect(await said('example.com', 'DANG-01')).toEqual(['PASS DKIM_OF_IDENTITY']);
  }, 120_000);

  it('are told when they begin to dangle, and raised where a sender above has SPF alone', async () => {
    await start();
    sandbox.stack.setWorld(world([domain('example.com'), { ...OLD, deleted: undefined } as typeof OLD]));
    await scan();
    const spfOnly = domain('example.com', { faults: ['dkim-disabled'] });
    sandbox.stack.setWorld(world([spfOnly, OLD]));
    await scan();
    expect(await said('old.example.com', 'DANG-01')).toEqual(['WARN DKIM_DANGLING']);
    expect(await said('bounce.old.example.com', 'DANG-03')).toEqual(['FAIL SPF_LEFT_BEHIND_RELIED_ON']);
    const told = everTold(await readItems());
    expect(told.filter((line) => line.startsWith('WEAKENED DANG-01#'))).toHaveLength(3);
    expect(told).toContain('WEAKENED DANG-02 of domain bounce.old.example.com');
    expect(told).toContain('REGRESSED DANG-03 of domain bounce.old.example.com');
  }, 120_000);
});

describe('hosted zones that cannot be read', () => {
  it('leave what was known, end no survey, and are forgotten with their account', async () => {
    await start();
    await scan();
    const heal = sandbox.stack.gateway.inject({
      match: { service: 'route53', accountId: SHOP },
      respond: { status: 403, code: 'AccessDenied', message: 'is not authorized' },
    });
    await scan();
    expect(await said('old.example.com', 'DANG-01')).toEqual(['UNKNOWN ZONE_UNREAD']);
    expect(await known('old.example.com', 'DANG-01')).toEqual(Array(3).fill('DKIM_DANGLING'));
    expect(await said('blog.example', 'DANG-01'), 'another account’s zone').toEqual([
      'PASS DKIM_OF_IDENTITY',
    ]);
    const scope = (await sandbox.table.listScans(1))[0];
    expect(scope?.totals?.accountOutcomes).toEqual({ SCANNED: 3 });

    await scan({ accounts: [BLOG] });
    expect(await said('old.example.com', 'DANG-01'), 'not looked at').toEqual(['UNKNOWN ZONE_UNREAD']);
    heal();
    const blog = { 'us-east-1': { identities: [domain('blog.example')] } };
    sandbox.stack.setWorld(smallWorld([{ id: BLOG, name: 'blog', targets: blog }]));
    await scan();
    expect(await retired('old.example.com')).toBe(true);
    // The account's identities are retired at a scan's end, so that their domains go with the next.
    await scan();
    expect((await zoneRows()).filter((row) => row.endsWith(SHOP))).toEqual([]);
    expect(await retired('example.com')).toBe(true);
  }, 120_000);

  it('say of a name of which nothing is known that it is not known', async () => {
    await start();
    sandbox.stack.gateway.inject({
      match: { service: 'route53', accountId: SHOP },
      respond: { status: 403, code: 'AccessDenied', message: 'is not authorized' },
    });
    await scan();
    expect(await said('example.com', 'DANG-01')).toEqual(['UNKNOWN ACCESS_DENIED']);
    expect(await said('bounce.example.com', 'DANG-02')).toEqual(['UNKNOWN ACCESS_DENIED']);
    expect(await said('blog.example', 'DANG-01')).toEqual(['PASS DKIM_OF_IDENTITY']);
  }, 60_000);

  it('are a loss of coverage where the account itself cannot be entered, and name it', async () => {
    await start();
    await scan();
    sandbox.stack.setWorld(world(undefined, { faults: ['no-member-role'] }));
    await scan();
    const cause = { controlId: 'SCAN-01', subject: { kind: 'account', accountId: SHOP } };
    for (const [name, controlId] of [
      ['old.example.com', 'DANG-01'],
      ['bounce.old.example.com', 'DANG-02'],
    ] as const) {
      const [lost] = await findingsOf(sandbox.table, { kind: 'domain', name }, controlId);
      expect(lost && says(lost.latest), controlId).toBe('UNKNOWN COVERAGE_INCOMPLETE');
      expect(lost?.latest.summary).toContain(`account ${SHOP} was not surveyed (ROLE_MISSING)`);
      expect(lost?.latest.cause).toEqual(cause);
      expect(lost?.known?.status).toBe('WARN');
    }
    expect(await said('blog.example', 'DANG-01'), 'whose token was seen').toEqual(['PASS DKIM_OF_IDENTITY']);
    expect(await said('bounce.blog.example', 'DANG-02')).toEqual(['PASS MX_OF_MAIL_FROM']);
    const totals = (await sandbox.table.listScans(1))[0]?.totals;
    expect(totals?.unknownReasons?.['FAILED']).toBeUndefined();
  }, 60_000);

  it('are not asked for where the settings do not permit it', async () => {
    await start({});
    await scan();
    expect(route53Calls()).toBe(0);
    expect(await said('example.com', 'DANG-01')).toEqual(['NOT_APPLICABLE NOT_PERMITTED_BY_SETTINGS']);
    expect(await sandbox.table.readSubject({ kind: 'domain', name: 'old.example.com' })).toBeUndefined();
    expect(await zoneRows()).toEqual([]);
  }, 60_000);
});
