/** A name server on loopback over a zone table, UDP and TCP on one port, that can be made to misbehave. */
import { createSocket, type Socket } from 'node:dgram';
import { createServer, type Server, type Socket as TcpSocket } from 'node:net';
import dnsPacket from 'dns-packet';
import type { Answer, DecodedPacket, Packet } from 'dns-packet';
import { normalName, zoneLookup, type Zone, type ZoneTxt, type ZoneType } from './zone.ts';

export type Transport = 'udp' | 'tcp';

export interface AskedQuestion {
  name: string;
  type: string;
  transport: Transport;
  edns: boolean;
  id: number;
  /** The asker's port. */
  port: number;
}

/** What is sent instead of the reply: another packet, raw bytes, several of them, or nothing. */
export type Bent = Packet | Buffer | (Packet | Buffer)[] | undefined;

export interface DnsServerOptions {
  /** Follow aliases inside the zone, as a recursive resolver does; default true. */
  followAliases?: boolean;
  /** SOA (TTL and minimum in seconds) in negative answers; `false`: none. Default 60. */
  negativeTtl?: number | false;
  /** Octets above which a UDP reply is truncated; default: what the asker's EDNS says, else 512. */
  maxUdp?: number;
  bend?: (reply: Packet, asked: AskedQuestion) => Bent;
}

export interface DnsServer {
  /** `127.0.0.1:<port>`, as createDnsClient takes it. */
  address: string;
  port: number;
  asked: AskedQuestion[];
  close(): Promise<void>;
}

/** Bits of the reply's flags, for `bend`. */
export const TRUNCATED = 1 << 9;
export const RCODE = { SERVFAIL: 2, NXDOMAIN: 3, FORMERR: 1, NOTIMP: 4, REFUSED: 5 } as const;

/** @example const server = await startDnsServer({ 'example.com': { TXT: ['v=spf1 -all'] } }); */
export async function startDnsServer(zone: Zone, options: DnsServerOptions = {}): Promise<DnsServer> {
  const respond = responder(zone, options);
  const asked: AskedQuestion[] = [];
  const udp = createSocket('udp4');
  const tcp = createServer();
  const connections = new Set<TcpSocket>();

  function handle(message: Buffer, transport: Transport, port: number): Buffer[] {
    const query = dnsPacket.decode(message);
    const [question] = query.questions ?? [];
    if (!question) return [];
    const opt = query.additionals?.find((record) => record.type === 'OPT');
    const one: AskedQuestion = {
      name: question.name,
      type: question.type,
      transport,
      edns: opt !== undefined,
      id: query.id ?? 0,
      port,
    };
    asked.push(one);
    const reply = respond(query, one);
    const bent = options.bend && reply ? options.bend(reply, one) : reply;
    const list = bent === undefined ? [] : Array.isArray(bent) ? bent : [bent];
    const limit = options.maxUdp ?? (opt?.type === 'OPT' ? opt.udpPayloadSize : 512);
    return list.map((item) => encode(item, transport === 'udp' ? limit : 65535));
  }

  udp.on('message', (message, from) => {
    for (const reply of handle(message, 'udp', from.port)) udp.send(reply, from.port, from.address);
  });
  tcp.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', () => socket.destroy());
    serveStream(socket, (message) => handle(message, 'tcp', socket.remotePort ?? 0));
  });

  const port = await bindBoth(udp, tcp);
  let closed = false;
  return {
    address: `127.0.0.1:${port}`,
    port,
    asked,
    async close() {
      if (closed) return;
      closed = true;
      for (const socket of connections) socket.destroy();
      await Promise.all([
        new Promise<void>((done) => udp.close(() => done())),
        new Promise<void>((done) => tcp.close(() => done())),
      ]);
    },
  };
}

/** The same free port for TCP and UDP: the system picks TCP's, and another is tried when UDP's is taken. */
async function bindBoth(udp: Socket, tcp: Server): Promise<number> {
  for (let attempt = 0; attempt < 20; attempt++) {
    await new Promise<void>((done) => tcp.listen(0, '127.0.0.1', done));
    const address = tcp.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const bound = await new Promise<boolean>((done) => {
      udp.once('error', () => done(false));
      udp.bind(port, '127.0.0.1', () => done(true));
    });
    if (bound) return port;
    await new Promise<void>((done) => tcp.close(() => done()));
  }
  throw new Error('No port of 127.0.0.1 is free for both UDP and TCP.');
}

function serveStream(socket: TcpSocket, handle: (message: Buffer) => Buffer[]): void {
  let received = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= received.readUInt16BE(0) + 2) {
      const end = received.readUInt16BE(0) + 2;
      for (const reply of handle(received.subarray(2, end))) {
        const length = Buffer.alloc(2);
        length.writeUInt16BE(reply.length);
        socket.write(Buffer.concat([length, reply]));
      }
      received = received.subarray(end);
    }
  });
}

function encode(item: Packet | Buffer, limit: number): Buffer {
  if (Buffer.isBuffer(item)) return item;
  const whole = dnsPacket.encode(item);
  if (whole.length <= limit) return whole;
  return dnsPacket.encode({ ...item, flags: (item.flags ?? 0) | TRUNCATED, answers: [], authorities: [] });
}

function responder(zone: Zone, options: DnsServerOptions) {
  const lookup = zoneLookup(zone);
  const follow = options.followAliases ?? true;

  return (query: DecodedPacket, asked: AskedQuestion): Packet | undefined => {
    const answers: Answer[] = [];
    const reply = (rcode: number): Packet => ({
      type: 'response',
      id: query.id ?? 0,
      flags: dnsPacket.RECURSION_DESIRED | dnsPacket.RECURSION_AVAILABLE | rcode,
      questions: query.questions ?? [],
      answers,
      authorities: [],
      additionals: asked.edns ? [optRecord()] : [],
    });
    let name = asked.name;
    for (let hops = 0; hops <= 12; hops++) {
      const step = lookup(name, asked.type as ZoneType);
      switch (step.kind) {
        case 'failure':
          return step.because === 'TIMEOUT' ? undefined : reply(RCODE[step.because]);
        case 'nxdomain':
        case 'nodata': {
          const negative = reply(step.kind === 'nxdomain' ? RCODE.NXDOMAIN : 0);
          if (options.negativeTtl !== false) negative.authorities = [soa(options.negativeTtl ?? 60)];
          return negative;
        }
        case 'records':
          for (const record of step.records) answers.push(toAnswer(name, asked.type, step.ttl, record));
          return reply(0);
        case 'alias':
          answers.push({ type: 'CNAME', name, ttl: step.ttl, data: step.target });
          name = normalName(step.target);
          if (!follow) return reply(0);
      }
    }
    return reply(0);
  };
}

function optRecord(): Answer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: 1232,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  };
}

function soa(ttl: number): Answer {
  const data = {
    mname: 'ns.test',
    rname: 'admin.test',
    serial: 1,
    refresh: 1,
    retry: 1,
    expire: 1,
    minimum: ttl,
  };
  return { type: 'SOA', name: 'test', ttl, data };
}

function toAnswer(name: string, type: string, ttl: number, record: unknown): Answer {
  if (type === 'TXT') return { type: 'TXT', name, ttl, data: txtChunks(record as ZoneTxt) };
  if (type === 'MX') {
    const [preference, exchange] = record as [number, string];
    return { type: 'MX', name, ttl, data: { preference, exchange: exchange === '' ? '.' : exchange } };
  }
  return { type: type as 'A', name, ttl, data: String(record) };
}

function txtChunks(record: ZoneTxt): Buffer[] {
  if (Array.isArray(record)) return record.map((chunk) => Buffer.from(chunk));
  const bytes = Buffer.isBuffer(record) ? record : Buffer.from(record);
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 255) chunks.push(bytes.subarray(at, at + 255));
  return chunks.length > 0 ? chunks : [Buffer.alloc(0)];
}
