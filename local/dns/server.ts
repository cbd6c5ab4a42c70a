/** The simulated organization's DNS server: UDP and TCP on one loopback port. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import type { World } from '../organization/types.ts';
import { indexZones, type ZoneIndex } from './lookup.ts';
import { bareReply, encodeReply, parseQuery, type Transport } from './message.ts';

const HOST = '127.0.0.1';
/** A free UDP port may be taken on the TCP side; so many others are tried. */
const PORT_ATTEMPTS = 20;
const TCP_IDLE_MS = 10_000;

/** What was asked so far. Messages that are no queries count in `total` only. */
export interface QueryCounts {
  total: number;
  udp: number;
  tcp: number;
  byType: { [type: string]: number };
}

export interface DnsServer {
  /** `127.0.0.1:<port>`, as DNS_SERVERS and node:dns take it. */
  address: string;
  /** From now on answers come from this World. */
  setWorld(world: DnsWorld): void;
  queries(): QueryCounts;
  /** Ends both sockets and every open connection. */
  close(): Promise<void>;
}

export type DnsWorld = Pick<World, 'zones' | 'zoneApexes' | 'dnsFaults'>;

/**
 * Starts serving a World's zones.
 * @param options.port 0 or absent: any free port
 * @throws Error with a sentence when the port is in use
 */
export async function startDnsServer(options: { world: DnsWorld; port?: number }): Promise<DnsServer> {
  const { udp, tcp, port } = await bindBoth(options.port ?? 0);
  const responder = new Responder(indexZones(options.world));
  const connections = new Set<Socket>();
  udp.on('message', (bytes, peer) => {
    const reply = responder.respond(bytes, 'udp');
    // A client that is gone is nobody's error.
    if (reply) udp.send(reply, peer.port, peer.address, () => undefined);
  });
  udp.on('error', () => undefined);
  tcp.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    serveConnection(socket, responder);
  });
  return {
    address: `${HOST}:${port}`,
    setWorld: (world) => {
      responder.zones = indexZones(world);
    },
    queries: () => structuredClone(responder.counts),
    close: async () => {
      for (const socket of connections) socket.destroy();
      await Promise.all([
        new Promise<void>((resolve) => udp.close(() => resolve())),
        new Promise<void>((resolve) => tcp.close(() => resolve())),
      ]);
    },
  };
}

class Responder {
  zones: ZoneIndex;
  readonly counts: QueryCounts = { total: 0, udp: 0, tcp: 0, byType: {} };

  constructor(zones: ZoneIndex) {
    this.zones = zones;
  }

  /** The reply to one message; undefined for silence. Never throws, whatever the bytes are. */
  respond(bytes: Buffer, transport: Transport): Buffer | undefined {
    this.counts.total += 1;
    this.counts[transport] += 1;
    const parsed = parseQuery(bytes);
    if (parsed.kind === 'ignore') return undefined;
    if (parsed.kind === 'reject') return parsed.reply;
    const { query } = parsed;
    this.counts.byType[query.type] = (this.counts.byType[query.type] ?? 0) + 1;
    try {
      return encodeReply(query, this.zones.lookup(query.name, query.type), transport);
    } catch {
      // Zone data that no message can carry, such as a label of more than 63 octets.
      return bareReply(bytes, 'SERVFAIL');
    }
  }
}

/** Messages over TCP carry their length in two octets (RFC 1035 section 4.2.2); several may follow one another. */
function serveConnection(socket: Socket, responder: Responder): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.setTimeout(TCP_IDLE_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2) {
      const end = 2 + pending.readUInt16BE(0);
      if (pending.length < end) return;
      const reply = responder.respond(pending.subarray(2, end), 'tcp');
      pending = pending.subarray(end);
      if (!reply) continue;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(reply.length);
      socket.write(Buffer.concat([length, reply]));
    }
  });
}

async function bindBoth(wanted: number): Promise<{ udp: UdpSocket; tcp: Server; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const udp = await bindUdp(wanted);
    const { port } = udp.address();
    try {
      return { udp, tcp: await listenTcp(port), port };
    } catch (error) {
      udp.close();
      if (wanted !== 0 || attempt >= PORT_ATTEMPTS) throw cannotListen(port, error);
    }
  }
}

function bindUdp(port: number): Promise<UdpSocket> {
  return new Promise((resolve, reject) => {
    const udp = createSocket('udp4');
    udp.once('error', (error) => reject(cannotListen(port, error)));
    udp.bind(port, HOST, () => {
      udp.removeAllListeners('error');
      resolve(udp);
    });
  });
}

function listenTcp(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const tcp = createServer();
    tcp.once('error', reject);
    tcp.listen(port, HOST, () => {
      // What goes wrong with one connection is that connection's end, not the server's.
      tcp.on('error', () => undefined);
      resolve(tcp);
    });
  });
}

function cannotListen(port: number, cause: unknown): Error {
  const code = (cause as NodeJS.ErrnoException).code;
  const why = code === 'EADDRINUSE' ? 'the port is in use' : String(code ?? cause);
  return new Error(`The DNS server cannot listen on ${HOST}:${port}: ${why}. Choose another port.`, {
    cause,
  });
}
