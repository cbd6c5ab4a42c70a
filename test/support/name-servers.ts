/** nsd and unbound as plain processes on loopback, where they are installed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dnsPacket from 'dns-packet';

export interface NameServer {
  /** `127.0.0.1:<port>` */
  address: string;
  stop(): Promise<void>;
}

/** The program's path, or undefined where it is not installed. Debian keeps it outside a user's PATH. */
export function findProgram(name: 'nsd' | 'unbound'): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Another program may take the port between choosing and binding; then another is tried. */
async function onFreePort(start: (port: number) => Promise<NameServer>): Promise<NameServer> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (attempt === 4) throw error;
    }
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
  const { port } = socket.address();
  await new Promise<void>((done) => socket.close(() => done()));
  return port;
}

/** An authoritative server. @param zones master-file text by apex */
export function startNsd(path: string, zones: Record<string, string>): Promise<NameServer> {
  return onFreePort((port) => runNsd(path, zones, port));
}

async function runNsd(path: string, zones: Record<string, string>, port: number): Promise<NameServer> {
  const folder = await mkdtemp(join(tmpdir(), 'nsd-'));
  let config = `server:
  ip-address: 127.0.0.1@${port}
  username: ""
  zonesdir: "${folder}"
  pidfile: "${folder}/nsd.pid"
  xfrdfile: "${folder}/xfrd.state"
  xfrdir: "${folder}"
  zonelistfile: "${folder}/zone.list"
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
`;
  for (const [apex, text] of Object.entries(zones)) {
    await writeFile(join(folder, `${apex}.zone`), text);
    config += `zone:\n  name: "${apex}"\n  zonefile: "${apex}.zone"\n`;
  }
  return run(path, ['-d', '-c', join(folder, 'nsd.conf')], { folder, port, config, name: 'nsd.conf' });
}

/** A resolver that sends each domain to the given address. */
export function startUnbound(path: string, stubs: Record<string, string>): Promise<NameServer> {
  return onFreePort((port) => runUnbound(path, stubs, port));
}

async function runUnbound(path: string, stubs: Record<string, string>, port: number): Promise<NameServer> {
  const folder = await mkdtemp(join(tmpdir(), 'unbound-'));
  let config = `server:
  interface: 127.0.0.1@${port}
  port: ${port}
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  do-not-query-localhost: no
  local-zone: "test." nodefault
  module-config: "iterator"
  num-threads: 1
remote-control:
  control-enable: no
`;
  for (const [apex, address] of Object.entries(stubs)) {
    config += `stub-zone:\n  name: "${apex}."\n  stub-addr: ${address.replace(':', '@')}\n`;
  }
  return run(path, ['-d', '-c', join(folder, 'unbound.conf')], {
    folder,
    port,
    config,
    name: 'unbound.conf',
  });
}

async function run(
  path: string,
  args: string[],
  setup: { folder: string; port: number; config: string; name: string },
): Promise<NameServer> {
  await writeFile(join(setup.folder, setup.name), setup.config);
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const stop = async (): Promise<void> => {
    await ended(child);
    await rm(setup.folder, { recursive: true, force: true });
  };
  if (!(await answers(setup.port, child))) {
    await stop();
    throw new Error(`${path} did not start: ${output.slice(-2000)}`);
  }
  return { address: `127.0.0.1:${setup.port}`, stop };
}

/** Kills the process and its children: there is no state to keep, and nsd takes its time to leave. */
function ended(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    child.once('exit', () => done());
    process.kill(-pid, 'SIGKILL');
  });
}

/** Asks for `invalid.`, which both answer by themselves, every 50 ms until anything comes back, at most 10 s. */
function answers(port: number, child: ChildProcess): Promise<boolean> {
  const query = dnsPacket.encode({ id: 1, questions: [{ type: 'A', name: 'invalid' }] });
  return new Promise((done) => {
    const socket = createSocket('udp4');
    let finished = false;
    const finish = (ok: boolean): void => {
      if (finished) return;
      finished = true;
      clearInterval(timer);
      clearTimeout(limit);
      socket.close();
      done(ok);
    };
    const timer = setInterval(() => socket.send(query, port, '127.0.0.1'), 50);
    const limit = setTimeout(() => finish(false), 10_000);
    socket.once('message', () => finish(true));
    child.once('exit', () => finish(false));
    child.once('error', () => finish(false));
  });
}
