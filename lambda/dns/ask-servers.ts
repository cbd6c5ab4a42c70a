/** One question to several servers: retries, order, and what counts as an answer. */
import { setTimeout as pause } from 'node:timers/promises';
import { failure, type Exchange, type ExchangeFailure, type ExchangeResult } from './exchange.ts';
import type { DnsQuestion, DnsReply } from './message.ts';
import type { DnsServerAddress } from './servers.ts';

/** A server and what was learned of it. */
export interface ServerState {
  address: DnsServerAddress;
  /** It refuses EDNS: asked without from now on. */
  plainOnly: boolean;
  /** Failures since its last answer; the server with the fewest is asked first. */
  failures: number;
}

export interface AskPolicy {
  /** Rounds over the servers. */
  attempts: number;
  /** Milliseconds before the second round, twice that before the third, half to one and a half of it by chance. */
  retryPauseMs: number;
}

/** More than this many servers are never asked one question: resolv.conf holds three. */
const MAX_SERVERS_ASKED = 3;

/**
 * Asks until one server answers NOERROR or NXDOMAIN. Whatever else comes (SERVFAIL, silence, garbage) is tried
 * again at the next server and in the next round; a server that refuses is not asked again for this question.
 */
export async function askServers(
  exchange: Exchange,
  servers: ServerState[],
  question: DnsQuestion,
  policy: AskPolicy,
): Promise<ExchangeResult> {
  const order = [...servers].sort((a, b) => a.failures - b.failures).slice(0, MAX_SERVERS_ASKED);
  const refusing = new Set<ServerState>();
  let failed: ExchangeFailure | undefined;
  for (let round = 0; round < policy.attempts; round++) {
    if (round > 0 && failed?.because !== 'TIMEOUT') await pause(jittered(policy.retryPauseMs, round));
    for (const server of order) {
      if (refusing.has(server)) continue;
      // Some middleboxes drop what carries EDNS; the last round does without when all before was silence.
      const edns = !(failed?.because === 'TIMEOUT' && round > 0 && round === policy.attempts - 1);
      const result = await askOne(exchange, server, question, edns);
      if (result.ok) {
        server.failures = 0;
        return result;
      }
      server.failures++;
      if (isFinal(result)) refusing.add(server);
      failed = moreTelling(failed, result);
    }
    if (refusing.size === order.length) break;
  }
  return failed ?? { ok: false, because: 'NETWORK_ERROR', detail: 'no DNS server is known', server: '' };
}

async function askOne(
  exchange: Exchange,
  server: ServerState,
  question: DnsQuestion,
  edns: boolean,
): Promise<ExchangeResult> {
  const withEdns = edns && !server.plainOnly;
  const first = await exchange.ask(server.address, question, withEdns);
  if (!first.ok || !withEdns || !EDNS_REFUSALS.has(first.reply.rcode)) return judged(server, first);
  const plain = await exchange.ask(server.address, question, false);
  const result = judged(server, plain);
  if (result.ok) server.plainOnly = true;
  return result;
}

/** RFC 6891 section 7: a server that knows no EDNS says FORMERR (or NOTIMP); BADVERS is an unknown version. */
const EDNS_REFUSALS = new Set(['FORMERR', 'NOTIMP', 'RCODE16']);

function judged(server: ServerState, result: ExchangeResult): ExchangeResult {
  if (!result.ok) return result;
  const { rcode } = result.reply;
  if (rcode === 'NOERROR') {
    return isReferral(result.reply)
      ? failure(server.address, 'OTHER_RCODE', 'it refers to other servers instead of answering')
      : result;
  }
  if (rcode === 'NXDOMAIN') return result;
  const because = rcode === 'SERVFAIL' || rcode === 'REFUSED' ? rcode : 'OTHER_RCODE';
  return { ...failure(server.address, because, `answered ${rcode}`), rcode };
}

/** RFC 2308 section 2.2.1: nothing but name servers, not authoritative: no word on whether the records exist. */
function isReferral(reply: DnsReply): boolean {
  return (
    reply.answers.length === 0 &&
    !reply.authoritative &&
    reply.authorities.some((record) => record.type === 'NS') &&
    !reply.authorities.some((record) => record.type === 'SOA')
  );
}

function isFinal(result: ExchangeFailure): boolean {
  return result.because === 'REFUSED' || result.because === 'OTHER_RCODE';
}

/** What a server said tells more than silence. */
function moreTelling(before: ExchangeFailure | undefined, now: ExchangeFailure): ExchangeFailure {
  return before?.rcode !== undefined && now.rcode === undefined ? before : now;
}

function jittered(baseMs: number, round: number): number {
  return baseMs * 2 ** (round - 1) * (0.5 + Math.random());
}
