/**
 * `scan` and `findings` against an AWS that is none: the gateway of this test process stands where AWS would, so the
 * command runs as on the real one. Exit codes, and one sentence for each thing that is wrong.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { listFindings } from '../../bin/actions/findings.ts';
import type { FindingsOptions } from '../../bin/commands/findings.ts';
import { MANAGEMENT_CREDENTIALS } from '../../local/organization/build-world.ts';
import { domain } from '../../local/organization/vocabulary.ts';
import { flat, smallWorld, startSandbox, type Sandbox } from '../scan/support.ts';
import { run, type Ended } from './support.ts';

const SHOP = '222222222222';
const ROLE = { memberRoleName: 'audit', externalId: 'ext-7f3c' };

let aws: Sandbox;
let folder: string;
beforeAll(async () => {
  const world = smallWorld(
    [
      {
        id: '111111111111',
        name: 'management',
        targets: { 'us-east-1': { identities: [domain('example.com')] } },
      },
      {
        id: SHOP,
        name: 'shop',
        targets: {
          'us-east-1': {
            identities: [
              domain('shop.example'),
              domain('returns.example', { faults: ['dkim-cname-missing'] }),
            ],
          },
        },
      },
    ],
    [],
    ROLE,
  );
  aws = await startSandbox(world);
  folder = mkdtempSync(join(tmpdir(), 'cli-scan-'));
});
afterAll(async () => {
  await aws?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a shell with credentials of the management account has. */
function shell(): { [name: string]: string } {
  const { accessKeyId, secretAccessKey } = MANAGEMENT_CREDENTIALS;
  return {
    AWS_ENDPOINT_URL: aws.stack.gateway.url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: 'us-east-1',
    DNS_PROBE_NAME: aws.stack.environment['DNS_PROBE_NAME'] ?? '',
  };
}

const inRole = ['--role-name', ROLE.memberRoleName, '--external-id', ROLE.externalId];
const scanInto = (where: string, ...args: string[]): string[] => [
  'scan',
  ...['--folder', where, '--requests-per-second', '1000'],
  ...['--dns', aws.stack.dns?.address ?? ''],
  ...args,
];
const other = (name: string): string => join(folder, name);

describe('scan of an organization, with the credentials of its management account', () => {
  let scanned: Ended;
  beforeAll(async () => {
    scanned = await run(
      scanInto(other('organization'), ...inRole, '--accounts', SHOP, '--regions', 'us-east-1'),
      shell(),
    );
  });

  it('prints the digest and where the report is, and ends with 1 where something is failing', () => {
    expect(scanned.stderr).toBe('');
    expect(scanned.stdout).toMatch(
      /^Subject: \[SES posture\] 1 open at the first scan - AWS Organization, /m,
    );
    expect(scanned.stdout).toContain('1 account: 1 scanned.');
    expect(scanned.stdout).toMatch(/^Report: .*report\.html$/m);
    expect(scanned.stdout).toMatch(/^Export for SQL: .*exports$/m);
    expect(scanned.code).toBe(1);
  });

  it('shows what was done: accounts, Regions, identities', () => {
    expect(scanned.stdout).toContain('accounts 1/1, Regions with identities 1/1, identities 2');
  });

  it('is listed by findings, as a table', async () => {
    const { code, stdout } = await run([
      'findings',
      '--folder',
      other('organization'),
      '--severity',
      'medium',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('DKIM-05');
    expect(stdout).toContain('returns.example');
    expect(stdout).toContain('1 finding; --json shows evidence and fixes.');
  });

  it('is listed by findings --json, with evidence and fix', async () => {
    const { code, stdout } = await run(['findings', '--folder', other('organization'), '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        subject: { kind: 'identity', accountId: SHOP, region: 'us-east-1', name: 'returns.example' },
        key: 'DKIM-05',
        finding: { latest: { status: 'FAIL', evidence: {}, fix: { publish: [{ type: 'CNAME' }] } } },
      },
    ]);
  });

  it.each<[Partial<FindingsOptions>, string[]]>([
    [{ account: SHOP, region: 'us-east-1', domain: 'example' }, ['DKIM-05 returns.example']],
    [{ domain: 'Returns.Example.', severity: 'MEDIUM' }, ['DKIM-05 returns.example']],
    [{ status: 'PASS', control: 'mf-04' }, ['MF-04 returns.example', 'MF-04 shop.example']],
    [{ region: 'eu-west-1' }, []],
    [{ waived: true }, []],
    [{ domain: 'shop.example' }, []],
    [{ severity: 'CRITICAL' }, []],
    [{ status: 'UNKNOWN', control: 'DKIM-05' }, []],
    [{ control: 'DKIM-06' }, []],
  ])('is filtered by findings: %o', async (filter, expected) => {
    const listed = JSON.parse(await printed({ ...filter, json: true })) as {
      key: string;
      subject: { name: string };
    }[];
    expect(listed.map(({ key, subject }) => `${key} ${subject.name}`).sort()).toEqual(expected);
  });

  it('asks for the topics where the accounts are, and hands its own digest to nobody', async () => {
    const listed = JSON.parse(await printed({ control: 'EVT-04', status: 'PASS', json: true })) as {
      finding: { latest: { reason: string } };
    }[];
    expect(listed.map(({ finding }) => finding.latest.reason)).toContain('TOPIC_HEARD');
  });

  it.each<[Partial<FindingsOptions>, RegExp]>([
    [{ account: '999999999999' }, /hold no account 999999999999\. They hold 222222222222\.$/],
    [{ region: 'eu-west-9' }, /^Amazon SES has no Region eu-west-9, and the scans in /],
    [{ domain: 'nothing.example' }, /have not met nothing\.example: .* See what is there with `ses-posture/],
    [{ domain: 'xn--0.www.shop.example', status: 'PASS' }, /have not met .*\. They know shop\.example\.$/],
    [{ control: 'DKIM-77' }, /^No control has the id "DKIM-77"\. There are DKIM-01, DKIM-02, /],
    [{ control: 'nonsense' }, /^No control has the id "nonsense"\. docs\/controls lists them/],
  ])('findings refuses what nothing can match, rather than list nothing: %o', async (filter, sentence) => {
    await expect(printed(filter)).rejects.toThrow(sentence);
  });

  /** `findings` in this process, which keeps its own environment. */
  async function printed(options: FindingsOptions): Promise<string> {
    const environment = { ...process.env };
    const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    try {
      await listFindings({ folder: other('organization'), ...options });
      return print.mock.calls.flat().join('\n');
    } finally {
      print.mockRestore();
      for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
      Object.assign(process.env, environment);
    }
  }
});

describe('scan --this-account', () => {
  it("reads the caller's own account, assumes nothing, and ends with 0 where nothing fails", async () => {
    aws.stack.gateway.resetCounts();
    const { code, stdout, stderr } = await run(
      scanInto(other('own'), '--this-account', '--regions', 'us-east-1,eu-west-1'),
      shell(),
    );
    expect(stderr).toBe('');
    expect(stdout).toContain('All quiet: the first scan found nothing open');
    expect(stdout).toContain('1 account, 2 targets, 1 identity judged;');
    expect(code).toBe(0);
    const called = new Set(aws.stack.gateway.counts().map(({ service, action }) => `${service}:${action}`));
    expect(called).toContain('sts:GetCallerIdentity');
    expect([...called].filter((call) => /AssumeRole|organizations:/.test(call))).toEqual([]);
  });
});

describe('what is wrong is said in one sentence, and the exit code is 2:', () => {
  const refused = (code: string): (() => void) =>
    aws.stack.gateway.inject({
      match: { service: 'sts', action: 'GetCallerIdentity' },
      times: 1,
      respond: { status: 403, code, message: 'The security token included in the request is expired' },
    });

  it.each<[string, () => { args: string[]; environment?: { [name: string]: string } }, RegExp]>([
    [
      'no credentials',
      () => ({
        args: ['scan', '--folder', other('none')],
        environment: { AWS_ENDPOINT_URL: aws.stack.gateway.url },
      }),
      /No usable AWS credentials were found .*Sign in \(`aws sso login`\), name a profile with --profile, or try --sandbox\./,
    ],
    [
      'a profile that is not there',
      () => ({ args: ['scan', '--profile', 'nobody', '--folder', other('none')] }),
      /No usable AWS credentials were found for the profile "nobody"/,
    ],
    [
      'a key that AWS does not know',
      () => ({
        args: scanInto(other('none')),
        environment: { ...shell(), AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7NOBODYS' },
      }),
      /AWS does not accept your credentials \(InvalidClientTokenId\)\. Check them with `aws sts get-caller-identity`\./,
    ],
    [
      'credentials that have expired',
      () => (refused('ExpiredToken'), { args: scanInto(other('organization')), environment: shell() }),
      /Your AWS credentials have expired\. Sign in again \(`aws sso login`\), then repeat the scan; stored findings are untouched\./,
    ],
    [
      'an account that the organization does not have',
      () => ({
        args: scanInto(other('organization'), ...inRole, '--accounts', '999999999999'),
        environment: shell(),
      }),
      /names account 999999999999, which the organization does not have\. Correct the id or take it out\./,
    ],
    [
      'no account id',
      () => ({ args: ['scan', '--accounts', '12345'] }),
      /"12345" is no account id: give 12 digits, separated by commas\./,
    ],
    [
      'no Region',
      () => ({ args: ['scan', '--regions', 'Frankfurt'] }),
      /"Frankfurt" is no Region: give names such as eu-west-1, separated by commas\./,
    ],
    [
      'an option that does not exist',
      () => ({ args: ['scan', '--acounts', SHOP] }),
      /unknown option '--acounts'/,
    ],
    [
      'a role that cannot be assumed',
      () => ({
        args: scanInto(other('role'), '--role-name', 'no-such-role', '--accounts', SHOP),
        environment: shell(),
      }),
      /The role no-such-role could not be assumed in the one account that was to be entered\. Name the right role .*--role-name/,
    ],
    [
      'a DNS server that cannot be reached',
      () => ({
        args: [...scanInto(other('dns'), ...inRole, '--accounts', SHOP), '--dns', '127.0.0.1:9'],
        environment: shell(),
      }),
      /DNS could not be used \(TXT .*127\.0\.0\.1:9.*\): nothing that needs it was judged\. Check the resolver/,
    ],
    [
      'a DNS server whose address is none',
      () => ({
        args: [...scanInto(other('dns'), ...inRole, '--accounts', SHOP), '--dns', 'dns.example'],
        environment: shell(),
      }),
      /dns\.example/,
    ],
    [
      'a folder that cannot be written',
      () => {
        writeFileSync(other('file'), '');
        return { args: scanInto(other('file/below')), environment: shell() };
      },
      /The folder .*file\/below cannot be written \(ENOTDIR\)\. Give another one with --folder\./,
    ],
    [
      'a folder below /proc, where Node would try for ever',
      () => ({ args: scanInto('/proc/ses-posture'), environment: shell() }),
      /The folder \/proc\/ses-posture cannot be written \(\w+\)\. Give another one with --folder\./,
    ],
    [
      'findings of a folder that holds none',
      () => ({ args: ['findings', '--folder', other('nothing-here')] }),
      /The folder .*nothing-here holds no scans\. Run `ses-posture scan` first, or name its folder with --folder\./,
    ],
    [
      'a severity that is none',
      () => ({ args: ['findings', '--severity', 'bad'] }),
      /"bad" is none of critical, high/,
    ],
    [
      'an address for a domain',
      () => ({ args: ['findings', '--domain', 'app@shop.example'] }),
      /"app@shop\.example" is no domain name: give one such as example\.com\./,
    ],
    [
      'a profile for the simulated organization',
      () => ({ args: ['scan', '--sandbox', '--profile', 'security'] }),
      /option '--sandbox' cannot be used with option '--profile <name>'/,
    ],
    [
      'a role where none is assumed',
      () => ({ args: ['scan', '--this-account', '--role-name', 'audit'] }),
      /option '--this-account' cannot be used with option '--role-name <name>'/,
    ],
    [
      'a week of the real organization',
      () => ({ args: ['scan', '--week', '2'] }),
      /option '--week <n>' is of the simulated organization: add --sandbox/,
    ],
    [
      'the sandbox and a folder of findings',
      () => ({ args: ['findings', '--sandbox', '--folder', 'here'] }),
      /option '--sandbox' cannot be used with option '--folder <path>'/,
    ],
    [
      'two Regions of findings',
      () => ({ args: ['findings', '--region', 'eu-west-1,us-east-1'] }),
      /"eu-west-1,us-east-1" is more than one Region: give one\./,
    ],
    [
      'a settings file that is not there',
      () => ({ args: ['scan', '--sandbox', '--settings', 'nowhere.json'] }),
      /The settings file nowhere\.json cannot be read \(ENOENT\)\. Name cdk\.json/,
    ],
    [
      'a waiver of no control',
      () => {
        const waiver = { control: 'DKMI-04', reason: 'known', owner: 'me', expires: '2030-01-01' };
        const file = other('settings.json');
        writeFileSync(file, JSON.stringify({ context: { 'ses-posture': { waivers: [waiver] } } }));
        return { args: ['scan', '--sandbox', '--settings', file] };
      },
      /settings\.json, ses-posture\.waivers\.0\.control: "DKMI-04" names no control\. Write an id such as DKIM-04/,
    ],
    ['no command of ours', () => ({ args: ['scna'] }), /unknown command 'scna'/],
  ])('%s', async (_, make, sentence) => {
    const { args, environment } = make();
    const { code, stderr } = await run(args, environment);
    expect(flat(stderr)).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(3);
    expect(code).toBe(2);
  });

  it('and what was stored before still stands', async () => {
    const { stdout } = await run(['findings', '--folder', other('organization'), '--json']);
    expect(JSON.parse(stdout)).toMatchObject([{ key: 'DKIM-05', finding: { latest: { status: 'FAIL' } } }]);
  });
});
