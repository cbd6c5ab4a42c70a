/** The command line as a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const CLI = resolve(import.meta.dirname, '..', '..', 'bin', 'cli.ts');
const TSX = import.meta.resolve('tsx');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcess;
  /** Resolves when the output holds the text. @throws Error when the process ends first */
  prints: (text: string) => Promise<void>;
  ended: Promise<Ended>;
}

/** Starts `ses-posture <args>` in an empty folder, with nothing of AWS in its environment but what is given. */
export function start(args: string[], environment: { [name: string]: string } = {}): Running {
  const cwd = mkdtempSync(join(tmpdir(), 'cli-test-'));
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(AWS_|DNS_|TABLE_NAME|SETTINGS_FILE|VITEST|NODE_OPTIONS)/.test(name),
  );
  const child = spawn(process.execPath, ['--import', TSX, CLI, ...args], {
    cwd,
    env: {
      ...Object.fromEntries(inherited),
      HOME: cwd,
      NO_COLOR: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  const waiting: (() => void)[] = [];
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (chunk: string) => {
      output[stream] += chunk;
      for (const look of waiting) look();
    });
  }
  const ended = new Promise<Ended>((done) => child.on('close', (code) => done({ code, ...output })));
  return {
    child,
    ended,
    prints: (text) =>
      new Promise((found, failed) => {
        const look = (): void => void (output.stdout.includes(text) && found());
        waiting.push(look);
        look();
        void ended.then(() => failed(new Error(`Ended without "${text}": ${output.stdout}${output.stderr}`)));
      }),
  };
}

export function run(args: string[], environment: { [name: string]: string } = {}): Promise<Ended> {
  return start(args, environment).ended;
}

/** A port of this machine that nobody holds. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise<void>((done) => server.close(() => done()));
  return port;
}

/** Whether something listens there. */
export async function isTaken(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await new Promise<void>((done, failed) => {
      server.once('error', failed);
      server.listen(port, '127.0.0.1', done);
    });
    await new Promise<void>((done) => server.close(() => done()));
    return false;
  } catch {
    return true;
  }
}
