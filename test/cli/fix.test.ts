/** `fix` over the table of a real scan: its formats, its exit codes, and one sentence for each thing that is wrong. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fix } from '../../bin/actions/fix.ts';
import type { FixOptions } from '../../bin/commands/fix.ts';
import { domainName } from '../../bin/options.ts';
import { domain } from '../../local/organization/vocabulary.ts';
import { runScan } from '../../local/run-scan.ts';
import { startStack, type Stack } from '../../local/stack.ts';
import { flat, smallWorld } from '../scan/support.ts';

const SHOP = '222222222222';

let folder: string;
let stack: Stack | undefined;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  environment = { ...process.env };
  folder = mkdtempSync(join(tmpdir(), 'cli-fix-'));
  const identities = [
    domain('returns.example', { faults: ['dkim-cname-missing'] }),
    domain('wiki.example', { faults: ['dkim-reverify'] }),
    domain('silent.example', { faults: ['zone-servfail'] }),
  ];
  const world = smallWorld([{ id: SHOP, name: 'shop', targets: { 'us-east-1': { identities } } }]);
  stack = await startStack({ folder, world, settings: { requestsPerSecond: 1_000 } });
  await runScan({ stack, retryIntervalMs: 1 });
}, 120_000);

afterAll(async () => {
  await stack?.close();
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  stdout: string;
  stderr: string;
  code: number | string | undefined;
}

async function run(name: string, options: Partial<FixOptions> = {}): Promise<Ran> {
  const out = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  const err = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const before = process.exitCode;
  try {
    await fix(name, { format: 'text', ...(stack ? { table: 'ses-posture' } : { folder }), ...options });
    return {
      stdout: out.mock.calls.map(([text]) => String(text)).join(''),
      stderr: err.mock.calls.flat().join('\n'),
      code: process.exitCode,
    };
  } finally {
    process.exitCode = before;
    out.mockRestore();
    err.mockRestore();
  }
}

describe('fix, over a deployed table', () => {
  it('prints the plan, and ends with 1 because there is something to do', async () => {
    const { stdout, stderr, code } = await run('returns.example');
    expect(stdout).toMatch(/^Fix plan for returns\.example\n1 step for /);
    expect(stdout).toMatch(
      / {4}Publish: \w{32}\._domainkey\.returns\.example\. CNAME \w{32}\.dkim\.amazonses\.com\.\n/,
    );
    expect(stdout).toContain(`    Heals: DKIM-05 of returns.example (${SHOP} us-east-1)\n`);
    expect(stderr).toBe('');
    expect(code).toBe(1);
  });

  it('gives commands with account, Region and identity', async () => {
    const { stdout } = await run('wiki.example');
    expect(stdout).toContain(
      ` 1. Restart the DKIM verification of wiki.example in account ${SHOP}, us-east-1\n`,
    );
    expect(stdout).toContain(
      '    Run: aws ses verify-domain-dkim --domain wiki.example --region us-east-1\n',
    );
  });

  it('never lets "no plan" read as "fine": what could not be judged is listed, and the code is 1', async () => {
    const { stdout, code } = await run('silent.example');
    expect(stdout).toMatch(
      /No finding is known to be open, which does not mean that all is well\. \d+ findings/,
    );
    expect(flat(stdout)).toMatch(
      /DKIM-05, [^:]*of silent\.example \(222222222222 us-east-1\) \(DNS_SERVFAIL\): /,
    );
    expect(code).toBe(1);
  });

  it('prints one change batch for Route 53, and the rest on the other stream', async () => {
    const { stdout, stderr } = await run('returns.example', { format: 'route53' });
    expect(JSON.parse(stdout)).toMatchObject({
      Changes: [{ Action: 'UPSERT', ResourceRecordSet: { Type: 'CNAME' } }],
    });
    expect(stderr).toContain('hosted zone that holds the names under returns.example');
  });

  it('says where a plan changes no record, so that an empty batch is never sent', async () => {
    const { stdout, stderr } = await run('wiki.example', { format: 'route53' });
    expect(stdout).toBe('');
    expect(stderr).toMatch(
      /changes no DNS record, so there is no change batch[^]*1 step is a command for SES/,
    );
  });

  it.each(['bind', 'terraform'] as const)('writes %s into the file named', async (format) => {
    const output = join(folder, `plan.${format}`);
    const { stdout, stderr } = await run('returns.example', { format, output });
    expect(stdout).toBe('');
    expect(stderr).toContain(`Written: ${output}`);
    expect(readFileSync(output, 'utf8')).toMatch(/_domainkey\.returns\.example/);
  });

  it('is refused in one sentence where the table or the file is not there', async () => {
    await expect(run('returns.example', { table: 'no-such-table' })).rejects.toThrow(
      /^The table no-such-table did not answer as it should .* name an existing table\.$/,
    );
    const output = join(folder, 'nowhere', 'plan.txt');
    await expect(run('returns.example', { output })).rejects.toThrow(
      /plan\.txt cannot be written \(ENOENT\)\. Give another file with --output\.$/,
    );
    expect(existsSync(output)).toBe(false);
  });

  it('is refused for a domain that no scan has met', async () => {
    await expect(run('stranger.example')).rejects.toThrow(
      /^No scan has met stranger\.example: it is no identity, From domain or MAIL FROM domain of the accounts that were scanned\./,
    );
  });
});

describe('fix, over the folder of scans', () => {
  beforeAll(async () => {
    await stack?.close();
    stack = undefined;
  });

  it('gives the same plan', async () => {
    const { stdout } = await run('returns.example');
    expect(stdout).toMatch(/^Fix plan for returns\.example\n1 step for /);
  });

  it('is refused where the folder holds no scans', async () => {
    await expect(run('returns.example', { folder: join(folder, 'empty') })).rejects.toThrow(
      /holds no scans\. Run `ses-posture scan` first/,
    );
  });
});

describe('the domain as it is typed', () => {
  it.each([
    ['Example.COM.', 'example.com'],
    ['例え.jp', 'xn--r8jz45g.jp'],
    ['_x.example.com', '_x.example.com'],
  ])('%s is %s', (typed, name) => expect(domainName(typed)).toBe(name));

  it.each(['', 'example', 'a b.example', 'user@example.com', 'example..com'])('"%s" is none', (typed) => {
    expect(() => domainName(typed)).toThrow(/is no domain name: give one such as example\.com\.$/);
  });
});
