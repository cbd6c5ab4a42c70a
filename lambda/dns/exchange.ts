/** One question to one server: over UDP, over TCP when the answer does not fit. */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import pLimit from 'p-limit';
import { buildQuery, readReply, type DnsQuestion, type DnsReply } from './message.ts';
import type { DnsServerAddress } from './servers.ts';
import type { UnknownReason } from './types.ts';

export interface ExchangeFailure {
  ok: false;
  because: Extract<
    UnknownReason,
    'TIMEOUT' | 'SERVFAIL' | 'REFUSED' | 'NETWORK_ERROR' | 'MALFORMED_ANSWER' | 'OTHER_RCODE'
  >;
  detail: string;
  server: string;
  rcode?: string;
}
export type ExchangeResult =
  /** `truncated`: only from `askOverUdp`; the reply then holds nothing. */
  { ok: true; reply: DnsReply; server: string; truncated?: true } | ExchangeFailure;

/** What was sent, for benchmarks and evidence. */
export interface ExchangeCounts {
  udp: number;
  tcp: number;
}

export interface Exchange {
  /** UDP first, TCP on truncation. Never rejects. */
  ask(server: DnsServerAddress, question: DnsQuestion, edns: boolean): Promise<ExchangeResult>;
  /** TCP only. Never rejects. */
  askOverTcp(server: DnsServerAddress, question: DnsQuestion, edns: boolean): Promise<ExchangeResult>;
  /** UDP only: a truncated answer counts as one. Never rejects. */
  askOverUdp(server: DnsServerAddress, question: DnsQuestion, edns: boolean): Promise<ExchangeResult>;
  readonly counts: ExchangeCounts;
}

/** Strays are ignored, but a flood of them is somebody guessing ids. */
const MAX_STRAYS = 20;
/** A VPC's resolver takes 1,024 packets a second (Amazon VPC user guide: DNS quotas); a stub needs few at once. */
const DEFAULT_UDP_IN_FLIGHT = 50;
const DEFAULT_TCP_IN_FLIGHT = 10;

type Outcome = ExchangeResult | { ok: 'truncated' };

/** @param timeoutMs for each try, UDP and TCP alike, counted from when it is really sent. */
export function createExchange(options: {
  timeoutMs: number;
  udpInFlight?: number;
  tcpInFlight?: number;
}): Exchange {
  const { timeoutMs } = options;
  const udpSlots = pLimit(options.udpInFlight ?? DEFAULT_UDP_IN_FLIGHT);
  const tcpSlots = pLimit(options.tcpInFlight ?? DEFAULT_TCP_IN_FLIGHT);
  const counts: ExchangeCounts = { udp: 0, tcp: 0 };

  const udp = (server: DnsServerAddress, question: DnsQuestion, edns: boolean): Promise<Outcome> =>
    udpSlots(() => {
      counts.udp++;
      return overUdp(server, question, edns, timeoutMs);
    });
  const tcp = async (
    server: DnsServerAddress,
    question: DnsQuestion,
    edns: boolean,
  ): Promise<ExchangeResult> => {
    const outcome = await tcpSlots(() => {
      counts.tcp++;
      return overTcp(server, question, edns, timeoutMs);
    });
    return outcome.ok === 'truncated'
      ? failure(server, 'MALFORMED_ANSWER', 'the answer over TCP is marked truncated')
      : outcome;
  };

  return {
    counts,
    async ask(server, question, edns) {
      const outcome = await udp(server, question, edns);
      return outcome.ok === 'truncated' ? tcp(server, question, edns) : outcome;
    },
    askOverTcp: tcp,
    async askOverUdp(server, question, edns) {
      const outcome = await udp(server, question, edns);
      if (outcome.ok !== 'truncated') return outcome;
      return { ok: true, server: server.label, reply: emptyReply(), truncated: true };
    },
  };
}

function emptyReply(): DnsReply {
  return { rcode: 'NOERROR', answers: [], authorities: [], authoritative: false, authenticated: false };
}

export function failure(
  server: DnsServerAddress,
  because: ExchangeFailure['because'],
  detail: string,
): ExchangeFailure {
  return { ok: false, because, detail: `${server.label}: ${detail}`, server: server.label };
}

/**
 * A fresh socket, so a fresh random port, for every query; connected, so that only the asked server's datagrams
 * arrive (and a closed port is told at once). Together with the random id this is what RFC 5452 asks for.
 */
function overUdp(
  server: DnsServerAddress,
  question: DnsQuestion,
  edns: boolean,
  timeoutMs: number,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const id = randomInt(65536);
    const socket = createSocket(server.family === 6 ? 'udp6' : 'udp4');
    let strays = 0;
    let settled = false;
    const timer = setTimeout(
      () => settle(failure(server, 'TIMEOUT', `no answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    function settle(outcome: Outcome): void {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      socket.close();
      resolve(outcome);
    }
    socket.on('error', (error) => settle(networkFailure(server, error)));
    socket.on('message', (message) => {
      const read = readReply(message, id, question);
      if (read.kind === 'stray') {
        if (++strays > MAX_STRAYS)
          settle(failure(server, 'MALFORMED_ANSWER', 'only answers to other questions'));
        return;
      }
      settle(outcomeOf(server, read));
    });
    const send = (): void => {
      if (settled) return;
      socket.send(buildQuery(id, question, edns), (error) => {
        if (error) settle(networkFailure(server, error));
      });
    };
    socket.connect(server.port, server.host, send);
  });
}

function overTcp(
  server: DnsServerAddress,
  question: DnsQuestion,
  edns: boolean,
  timeoutMs: number,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const id = randomInt(65536);
    const socket = connect({ host: server.host, port: server.port, noDelay: true });
    const chunks: Buffer[] = [];
    let received = 0;
    const timer = setTimeout(
      () => settle(failure(server, 'TIMEOUT', `no answer over TCP within ${timeoutMs} ms`)),
      timeoutMs,
    );
    function settle(outcome: Outcome): void {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    }
    socket.on('error', (error) => settle(networkFailure(server, error)));
    socket.on('close', () =>
      settle(failure(server, 'NETWORK_ERROR', 'the TCP connection closed before the answer')),
    );
    socket.on('connect', () => {
      const query = buildQuery(id, question, edns);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(query.length);
      socket.write(Buffer.concat([length, query]));
    });
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      received += chunk.length;
      if (received < 2) return;
      const all = Buffer.concat(chunks);
      const end = all.readUInt16BE(0) + 2;
      if (received < end) return;
      const read = readReply(all.subarray(2, end), id, question);
      settle(
        read.kind === 'stray'
          ? failure(server, 'MALFORMED_ANSWER', 'the answer over TCP is to another question')
          : outcomeOf(server, read),
      );
    });
  });
}

function outcomeOf(
  server: DnsServerAddress,
  read: Exclude<ReturnType<typeof readReply>, { kind: 'stray' }>,
): Outcome {
  switch (read.kind) {
    case 'reply':
      return { ok: true, reply: read.reply, server: server.label };
    case 'truncated':
      return { ok: 'truncated' };
    case 'malformed':
      return failure(server, 'MALFORMED_ANSWER', read.detail);
  }
}

function networkFailure(server: DnsServerAddress, error: Error): ExchangeFailure {
  const code = (error as NodeJS.ErrnoException).code ?? error.message;
  return failure(server, 'NETWORK_ERROR', `could not be asked (${code})`);
}
