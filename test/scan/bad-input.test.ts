/** Whatever is wrong with what a scan is given or finds around it: one sentence with the remedy, stored findings untouched. */
import { createSocket } from 'node:dgram';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { domain } from '../../local/organization/vocabulary.ts';
import type { World } from '../../local/organization/types.ts';
import type { ScanOutcome } from '../../local/run-scan.ts';
import {
  coverageOf,
  everTold,
  findingsOf,
  flat,
  leftovers,
  messageOf,
  outcomesOf,
  readItems,
  smallWorld,
  standing,
  startSandbox,
  type Item,
  type Sandbox,
} from './support.ts';

const SHOP = '222222222222';

function world(): World {
  return smallWorld([
    {
      id: SHOP,
      name: 'shop',
      targets: {
        'us-east-1': { identities: [domain('shop.example', { faults: ['dkim-cname-missing'] })] },
      },
    },
    { id: '444444444444', name: 'suspended', faults: ['suspended'], targets: {} },
  ]);
}

let sandbox: Sandbox;
let before: Map<string, Item>;
beforeAll(async () => {
  sandbox = await startSandbox(world());
  await sandbox.scan();
  before = await readItems();
});
afterAll(() => sandbox?.close());

/** Everything but the record of a scan that was opened and closed as failed. */
async function expectUntouched(): Promise<void> {
  const now = [...(await readItems())].filter(([key]) => before.has(key) || !/^SCANS?[#/]/.test(key));
  expect(new Map(now)).toEqual(before);
}

const KEYS = 'accounts, organizationalUnits, regions, notify, scheduledTime, Comment';

describe("an execution's input", () => {
  it.each<[string, unknown, RegExp]>([
    [
      'a typo in a key',
      { acounts: [SHOP] },
      new RegExp(`unknown key "acounts"\\. Allowed keys: ${KEYS}\\.$`),
    ],
    ['two unknown keys', { a: 1, b: 2 }, /unknown key "a", "b"\. Allowed keys: /],
    ['a text', 'all', /^The execution input: .*start a full scan with \{\}\.$/],
    ['a list', [SHOP], /^The execution input: .*start a full scan with \{\}\.$/],
    [
      'an account id with a letter',
      { accounts: ['22222222222x'] },
      /"accounts\.0": is not a 12-digit account id\. Allowed/,
    ],
    ['an account id as number', { accounts: [222_222_222_222] }, /"accounts\.0": .*expected string/],
    ['no account at all', { accounts: [] }, /"accounts": .*>=1/],
    ['a Region as text', { regions: 'us-east-1' }, /"regions": .*expected array/],
    ['no name of a Region', { regions: ['Frankfurt'] }, /"regions\.0": is not a Region name\. Allowed/],
    [
      'no id of a unit',
      { organizationalUnits: ['Production'] },
      /"organizationalUnits\.0": is not an id of an organizational unit or root/,
    ],
    ['notify as text', { notify: 'yes' }, /"notify": .*expected boolean/],
    ['a time that is none', { scheduledTime: 'tomorrow' }, /"scheduledTime": .*Allowed keys/],
    [
      'an account that the organization does not have',
      { accounts: ['999999999999'] },
      /^The execution input \(accounts\) names account 999999999999, which the organization does not have\. Correct the id or take it out\.$/,
    ],
    [
      'an account that is suspended',
      { accounts: ['444444444444'] },
      /^The execution input asks for account 444444444444, which cannot be scanned: the account is SUSPENDED\./,
    ],
    [
      'a unit that the organization does not have',
      { organizationalUnits: ['ou-test-nowhere1'] },
      /names organizational unit or root ou-test-nowhere1, which the organization does not have\./,
    ],
    [
      'a Region where SES is not offered',
      { regions: ['eu-isoe-west-1'] },
      /^SES is not offered in a Region "eu-isoe-west-1"\. Choose among: eu-west-1, us-east-1, us-west-2\.$/,
    ],
  ])('with %s is refused in one sentence that says what is allowed', async (_, input, sentence) => {
    const outcome = await sandbox.scan({ input: input as { [key: string]: unknown } });
    expect(outcome.execution.status).toBe('FAILED');
    expect(messageOf(outcome)).toMatch(sentence);
    expect(messageOf(outcome)).not.toContain('\n');
    await expectUntouched();
  });

  it('with a Comment, the prefill of the console, is taken', async () => {
    const outcome = await sandbox.scan({ input: { Comment: 'Insert your JSON here', accounts: [SHOP] } });
    expect(outcome.execution.status).toBe('SUCCEEDED');
    before = await readItems();
  });
});

describe('an organization', () => {
  /** ListAccounts is refused once. */
  function refusing(code: string, message: string): (world: World) => World {
    return (same) => {
      sandbox.stack.gateway.inject({
        match: { service: 'organizations', action: 'ListAccounts' },
        times: 1,
        respond: { status: 400, code, message },
      });
      return same;
    };
  }

  it.each<[string, (world: World) => World, object, RegExp]>([
    [
      'without an account in scope',
      (it) => it,
      { organizationalUnits: ['ou-test-emptyunit'] },
      /^None of the organization's 3 accounts is in scope\. Widen the settings' scope or the execution input\.$/,
    ],
    [
      'that may not be listed',
      refusing('AccessDeniedException', "You don't have permissions"),
      {},
      /^organizations:ListAccounts was denied .*Only the management account or a delegated administrator may list/,
    ],
    [
      'asked with credentials that have expired',
      refusing('ExpiredTokenException', 'The security token included in the request is expired'),
      {},
      /^AWS did not accept the credentials for organizations:ListAccounts .*Sign in again or check the profile\.$/,
    ],
    [
      'that is none',
      refusing('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.'),
      {},
      /^The account of these credentials belongs to no AWS Organization\..*--this-account\.$/,
    ],
  ])('%s is an error', async (_, change, input, sentence) => {
    const whole = change(world());
    const empty = { id: 'ou-test-emptyunit', name: 'Empty', parentId: 'r-test' };
    sandbox.stack.setWorld({ ...whole, organizationalUnits: [...whole.organizationalUnits, empty] });
    const outcome = await sandbox.scan({ input: { ...input } });
    sandbox.stack.setWorld(world());
    expect(outcome.execution.status).toBe('FAILED');
    expect(messageOf(outcome)).toMatch(sentence);
    await expectUntouched();
  });
});

/** With other variables in the environment, as another deployment would have them. */
async function withEnvironment<T>(variables: { [name: string]: string }, work: () => Promise<T>): Promise<T> {
  const old = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    return await work();
  } finally {
    for (const [name, value] of old) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/** A port of this machine that nobody listens on. */
async function closedPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}

describe('a DNS server that cannot be reached', () => {
  it('leaves every control that needs it UNKNOWN for one reason, tells it once, and fails nothing', async () => {
    const outcome = await withEnvironment({ DNS_SERVERS: `127.0.0.1:${await closedPort()}` }, () =>
      sandbox.scan(),
    );
    const items = await readItems();
    expect(outcome.execution.status).toBe('SUCCEEDED');
    expect(standing(items)).toEqual(standing(before));
    expect(everTold(items)).toEqual(everTold(before));
    expect(leftovers(items)).toEqual([]);
    const unjudged = [...items.values()].flatMap(({ findings = {} }) =>
      Object.values(
        findings as { [key: string]: { latest: { controlId: string; status: string; reason: string } } },
      )
        .map(({ latest }) => latest)
        .filter(({ status }) => status === 'UNKNOWN'),
    );
    const ofDns = [
      'DKIM-05',
      'DKIM-06',
      'DKIM-08',
      'DKIM-12',
      'MF-03',
      'MF-04',
      'SPF-01',
      'SPF-03',
      'SPF-07',
    ];
    const ofDmarc = ['DMARC-01', 'DMARC-02', 'DMARC-05', 'DMARC-06', 'ALIGN-01', 'IDENT-13', 'SCAN-04'];
    // They ask DNS nothing themselves: what others could not judge decides.
    const indirect: { [controlId: string]: string } = {
      'ALIGN-01': 'LEG_UNKNOWN',
      'ALIGN-02': 'LEG_UNKNOWN',
      'ALIGN-03': 'DMARC_UNKNOWN',
      'ALIGN-04': 'LEG_UNKNOWN',
      'MF-07': 'DKIM_LEG_UNKNOWN',
    };
    const unknown = [...new Set(unjudged.map(({ controlId }) => controlId))].sort();
    expect(unknown).toEqual(expect.arrayContaining([...ofDns, ...ofDmarc]));
    for (const { controlId, reason } of unjudged)
      expect(reason, controlId).toBe(indirect[controlId] ?? 'RESOLVER_UNUSABLE');
    expect(outcome.scan?.problems).toHaveLength(1);
    expect(outcome.scan?.problems[0]).toMatch(
      /^DNS could not be used \(TXT .* over UDP: .*\): nothing that needs it was judged\. Check the resolver/,
    );
    expect(flat(outcome.digest?.body)).toContain('! DNS could not be used (');
    expect(outcome.digest?.subject).toContain('the scan met problems');
    const recovered = await sandbox.scan();
    expect(recovered.digest?.subject).toContain('all quiet');
    expect(recovered.scan?.totals?.unknown).toBe(0);
    expect(standing(await readItems())).toEqual(standing(before));
  });
});

describe('a zone that answers SERVFAIL', () => {
  const subjectOf = (outcome: ScanOutcome): string => outcome.digest?.subject ?? '';

  it('is counted at once, told at the second full scan running, and told again when it is over', async () => {
    const other = await startSandbox(world());
    try {
      await other.scan();
      other.stack.setWorld({ ...world(), dnsFaults: [{ suffix: 'shop.example', behaviour: 'servfail' }] });
      const first = await other.scan();
      expect(subjectOf(first)).toContain('all quiet');
      expect(first.scan?.totals?.unknown).toBeGreaterThan(10);
      expect(first.scan?.problems).toEqual([]);
      expect(first.digest?.body).toContain(`could not be judged: ${first.scan?.totals?.unknown}`);
      await other.scan({ input: { accounts: [SHOP] } });
      const second = await other.scan();
      expect(subjectOf(second)).toMatch(/weakened/);
      expect(flat(second.digest?.body)).toMatch(
        /SCAN-04 weakened: .* DNS gave no answer in 2 full scans running/,
      );
      expect(subjectOf(await other.scan())).toContain('all quiet');
      other.stack.setWorld(world());
      const over = await other.scan();
      expect(subjectOf(over)).toMatch(/\] \d resolved - /);
      expect(over.scan?.totals?.unknown).toBe(0);
      const told = everTold(await readItems()).filter((line) => !/SCAN-04/.test(line));
      expect(told, 'of what it hid, nothing').toEqual([
        'BASELINE DKIM-05 of identity 222222222222 us-east-1 shop.example',
      ]);
    } finally {
      await other.close();
    }
  });
});

describe('a role that cannot be assumed', () => {
  it('is a gap in coverage of each account, with what to deploy; findings stand', async () => {
    const other = await startSandbox(world(), { memberRoleName: 'no-such-role' });
    try {
      const outcome = await other.scan();
      expect(outcome.execution.status).toBe('SUCCEEDED');
      expect(outcome.scan?.totals?.accountOutcomes).toEqual({ ROLE_MISSING: 2, EXCLUDED: 1 });
      const coverage = await coverageOf(other.table, outcome.scan?.id ?? '');
      expect(outcomesOf(coverage[SHOP])).toEqual({});
      expect(flat(outcome.digest?.body)).toContain('the role no-such-role could not be assumed');
      expect(
        (await findingsOf(other.table, { kind: 'account', accountId: SHOP }, 'SCAN-01'))[0]?.latest.fix?.text,
      ).toContain('Deploy the member role no-such-role to account 222222222222');
    } finally {
      await other.close();
    }
  });
});
