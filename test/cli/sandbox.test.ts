/** What is served until stopped, and stopped at any time; and what each command says of itself. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { flat } from '../scan/support.ts';
import { freePort, isTaken, run, start } from './support.ts';

/** As shells call a process that Ctrl-C has ended. */
const INTERRUPTED = 130;

function isAlive(pid: number | undefined): boolean {
  try {
    return process.kill(pid ?? 0, 0);
  } catch {
    return false;
  }
}

describe('sandbox', () => {
  it('serves until Ctrl-C, prints what points a client at it, and leaves neither process nor port', async () => {
    const port = await freePort();
    const sandbox = start(['sandbox', '--port', String(port)]);
    await sandbox.prints('export DNS_SERVERS=');
    const variables: { [name: string]: string } = {};
    const sts = new STSClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: {
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      },
    });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe('111111111111');
    sts.destroy();
    sandbox.child.kill('SIGINT');
    const { code, stdout, stderr } = await sandbox.ended;
    for (const [, name = '', value = ''] of stdout.matchAll(/^export (\w+)=(.*)$/gm)) variables[name] = value;
    expect(variables).toMatchObject({
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      AWS_REGION: 'us-east-1',
      DNS_SERVERS: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    });
    expect(stdout).toMatch(/^Calls served:$[^]*GetCallerIdentity +111111111111/m);
    expect(stderr).toBe('');
    expect(code).toBe(INTERRUPTED);
    expect(isAlive(sandbox.child.pid)).toBe(false);
    expect(await isTaken(port)).toBe(false);
  });

  it('on a port in use says so and ends with 2', async () => {
    const holder: Server = createServer();
    await new Promise<void>((listening) => holder.listen(0, '127.0.0.1', listening));
    const { port } = holder.address() as { port: number };
    const { code, stderr } = await run(['sandbox', '--port', String(port)]);
    await new Promise<void>((closed) => holder.close(() => closed()));
    expect(flat(stderr)).toContain(
      `Error: Port ${port} of 127.0.0.1 is in use. Choose another one, or stop the program that holds it.`,
    );
    expect(code).toBe(2);
  });
});

describe('demo', () => {
  it('ends at Ctrl-C midway, without a word of failure and without leaving a process', async () => {
    const demo = start(['demo', '--folder', 'out']);
    await demo.prints('identities 1');
    demo.child.kill('SIGINT');
    const { code, stderr } = await demo.ended;
    expect(code).toBe(INTERRUPTED);
    expect(stderr).not.toMatch(/Error|^\s+at /m);
    expect(isAlive(demo.child.pid)).toBe(false);
    // A loaded machine takes its time to get midway.
  }, 120_000);

  it('empties no folder that holds anything else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cli-demo-'));
    try {
      writeFileSync(join(folder, 'thesis.txt'), 'years of work');
      const { code, stderr } = await run(['demo', '--folder', folder]);
      expect(flat(stderr)).toContain("holds more than a demo's output (thesis.txt)");
      expect(code).toBe(2);
      expect(readFileSync(join(folder, 'thesis.txt'), 'utf8')).toBe('years of work');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('scan --sandbox', () => {
  it('scans the simulated organization, and ends with 0 where nothing fails', async () => {
    const only = ['--accounts', '111111111111', '--regions', 'us-east-1'];
    const { code, stdout, stderr } = await run(['scan', '--sandbox', '--folder', 'here', ...only]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^Subject: \[SES posture\] .* - Example Corp, /m);
    expect(code).toBe(0);
  });
});

describe('--help', () => {
  const commands = [[], ['scan'], ['findings'], ['check'], ['sandbox'], ['demo']];

  it('of the program and of every command tells with an example', async () => {
    const told = await Promise.all(commands.map((command) => run([...command, '--help'])));
    told.forEach(({ code, stdout, stderr }, index) => {
      const command = commands[index]?.join(' ') ?? '';
      expect(stdout, command).toMatch(new RegExp(`^Usage: ses-posture ${command}`));
      expect(stdout, command).toMatch(/^Examples?:\n {2}\$ ses-posture /m);
      expect(stderr, command).toBe('');
      expect(code, command).toBe(0);
      // Without a terminal the help is 80 wide, and no line of ours is cut in two by a narrow one.
      expect(
        stdout.split('\n').filter((line) => line.length > 80),
        command,
      ).toEqual([]);
    });
    expect(flat(told[1]?.stdout)).toContain(
      'Exit code: 0 nothing failing, 1 something failing or regressed, 2 could not scan',
    );
  });
});
