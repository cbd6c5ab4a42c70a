import { execFile, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { promises as dns } from 'node:dns';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { promisify } from 'node:util';
import packet from 'dns-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startDnsServer, type DnsServer, type DnsWorld } from '../../local/dns/server.ts';
import { buildWorld } from '../../local/organization/build-world.ts';
import { RESOLVER_PROBE_NAME } from '../../local/organization/zone-preset.ts';

const run = promisify(execFile);

const WORLD: DnsWorld = {
  zones: [
    { name: 'example.com', type: 'SOA', data: 'ns1.example.com host.example.com 7 2 3 4 60' },
    { name: 'example.com', type: 'MX', preference: 10, data: 'mail.example.com' },
    { name: 'mail.example.com', type: 'A', data: '192.0.2.1' },
    { name: 'mail.example.com', type: 'AAAA', data: '2001:db8::1' },
    { name: 'alias.example.com', type: 'CNAME', data: 'text.example.com' },
    { name: 'text.example.com', type: 'TXT', data: 'v=DMARC1; p=reject' },
    { name: 'cut.example.com', type: 'TXT', data: 'short but cut' },
  ],
  zoneApexes: ['example.com'],
  dnsFaults: [
    { suffix: 'broken.example.com', behaviour: 'servfail' },
    { suffix: 'dumb.example.com', behaviour: 'silence' },
    { suffix: 'cut.example.com', behaviour: 'truncate' },
  ],
};

let server: DnsServer;
let resolver: dns.Resolver;

beforeEach(async () => {
  server = await startDnsServer({ world: WORLD });
  resolver = new dns.Resolver({ timeout: 200, tries: 1 });
  resolver.setServers([server.address]);
});
afterEach(() => server.close());

describe("Node's own resolver reads it", () => {
  it('finds records of every type', async () => {
    expect(await resolver.resolveMx('example.com')).toEqual([{ priority: 10, exchange: 'mail.example.com' }]);
    expect(await resolver.resolve4('mail.example.com')).toEqual(['192.0.2.1']);
    expect(await resolver.resolve6('mail.example.com')).toEqual(['2001:db8::1']);
    expect(await resolver.resolveTxt('alias.example.com')).toEqual([['v=DMARC1; p=reject']]);
    expect(await resolver.resolveCname('alias.example.com')).toEqual(['text.example.com']);
    expect(await resolver.resolveSoa('example.com')).toMatchObject({ nsname: 'ns1.example.com', serial: 7 });
  });

  it.each([
    ['nowhere.example.com', 'ENOTFOUND'],
    ['mail.example.com', 'ENODATA'],
    ['broken.example.com', 'ESERVFAIL'],
    ['example.org', 'EREFUSED'],
    ['dumb.example.com', 'ETIMEOUT'],
  ])('%s gives %s', async (name, code) => {
    await expect(resolver.resolveTxt(name)).rejects.toMatchObject({ code });
  });

  it('falls back to TCP where UDP is cut', async () => {
    expect(await resolver.resolveTxt('cut.example.com')).toEqual([['short but cut']]);
    expect(server.queries()).toEqual({ total: 2, udp: 1, tcp: 1, byType: { TXT: 2 } });
  });

  it('serves the probe of about two kilobytes', async () => {
    server.setWorld(buildWorld({ week: 1, now: new Date() }));
    const [strings] = await resolver.resolveTxt(RESOLVER_PROBE_NAME);
    expect(strings?.join('').length).toBeGreaterThan(1900);
  });

  it('answers from another world as soon as it is set', async () => {
    server.setWorld({ ...WORLD, zones: [{ name: 'new.example.com', type: 'TXT', data: 'week two' }] });
    expect(await resolver.resolveTxt('new.example.com')).toEqual([['week two']]);
    await expect(resolver.resolveTxt('text.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});

describe('on the wire', () => {
  it('takes TCP queries in pieces and several at once', async () => {
    const framed = (id: number): Buffer =>
      packet.streamEncode({ type: 'query', id, questions: [{ name: 'text.example.com', type: 'TXT' }] });
    const socket = connect(port(), '127.0.0.1');
    const [first, second] = [framed(1), framed(2)];
    socket.write(first.subarray(0, 1));
    socket.write(first.subarray(1, 9));
    socket.write(Buffer.concat([first.subarray(9), second]));
    const answers = await readFramed(socket, 2);
    expect(answers.map(({ id }) => id)).toEqual([1, 2]);
    expect(answers[1]?.answers).toMatchObject([{ name: 'text.example.com', type: 'TXT' }]);
    socket.destroy();
  });

  it('stays up when strangers send garbage over UDP and TCP', async () => {
    const udp = createSocket('udp4');
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(3, 255), Buffer.alloc(500, 192)]) {
      udp.send(bytes, port(), '127.0.0.1');
    }
    const tcp = connect(port(), '127.0.0.1');
    tcp.end(Buffer.concat([Buffer.from([0, 40]), Buffer.alloc(40, 193), Buffer.from([255, 255, 1])]));
    tcp.resume();
    await once(tcp, 'close');
    expect(await resolver.resolve4('mail.example.com')).toEqual(['192.0.2.1']);
    await new Promise<void>((resolve) => udp.close(() => resolve()));
  });

  it('gives both ports back when closed, open connections included', async () => {
    const other = await startDnsServer({ world: WORLD });
    const taken = Number(other.address.split(':')[1]);
    const idle = connect(taken, '127.0.0.1');
    await once(idle, 'connect');
    idle.on('error', () => undefined);
    await other.close();
    const again = await startDnsServer({ world: WORLD, port: taken });
    expect(again.address).toBe(other.address);
    await again.close();
  });

  it('says in a sentence that a port is in use, on the UDP or the TCP side', async () => {
    const sentence = `The DNS server cannot listen on ${server.address}: the port is in use.`;
    await expect(startDnsServer({ world: WORLD, port: port() })).rejects.toThrow(sentence);
    const tcpOnly = createServer();
    tcpOnly.listen(0, '127.0.0.1');
    await once(tcpOnly, 'listening');
    const address = tcpOnly.address() as { port: number };
    await expect(startDnsServer({ world: WORLD, port: address.port })).rejects.toThrow('the port is in use');
    tcpOnly.close();
  });
});

describe('dig', () => {
  const dig = hasDig();
  it.skipIf(!dig)(`reads it${dig ? '' : ' (skipped: dig is not on the PATH)'}`, async () => {
    const ask = async (...args: string[]): Promise<string> => {
      const { stdout } = await run('dig', ['@127.0.0.1', '-p', String(port()), '+short', ...args]);
      return stdout.trim();
    };
    expect(await ask('alias.example.com', 'TXT')).toBe('text.example.com.\n"v=DMARC1; p=reject"');
    expect(await ask('+tcp', 'mail.example.com', 'A')).toBe('192.0.2.1');
    expect(await ask('nowhere.example.com', 'A')).toBe('');
  });
});

function port(): number {
  return Number(server.address.split(':')[1]);
}

function hasDig(): boolean {
  return spawnSync('dig', ['-v'], { stdio: 'ignore' }).status === 0;
}

async function readFramed(socket: ReturnType<typeof connect>, count: number) {
  let bytes = Buffer.alloc(0);
  const answers: ReturnType<typeof packet.decode>[] = [];
  for await (const chunk of socket) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
      const end = 2 + bytes.readUInt16BE(0);
      answers.push(packet.decode(bytes.subarray(2, end)));
      bytes = bytes.subarray(end);
    }
    if (answers.length >= count) break;
  }
  return answers;
}
