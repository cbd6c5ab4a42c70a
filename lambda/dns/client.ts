/** The DNS client: one question brings the alias chain, the records, the TTL and the response code. */
import { getServers } from 'node:dns';
import { performance } from 'node:perf_hooks';
import type { Answer } from 'dns-packet';
import { askServers, type AskPolicy, type ServerState } from './ask-servers.ts';
import { createAnswerCache } from './cache.ts';
import { createExchange, type ExchangeCounts, type ExchangeResult } from './exchange.ts';
import type { DnsQuestion } from './message.ts';
import { nameProblem, normalizeName, reverseName } from './names.ts';
import { MAX_ALIAS_HOPS, readAnswer, toAddress, toHostName, toMx, toText } from './read-answer.ts';
import { withSecondOpinion, type SecondOpinionClient } from './second-opinion.ts';
import { independentOf, parseServerAddress } from './servers.ts';
import type { AliasHop, DnsAnswer, DnsClient, DnsRecordType, UnknownReason } from './types.ts';

export interface DnsClientOptions {
  /** `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:53`; default: the system's, read now. */
  servers?: readonly string[];
  /** Of each try, in milliseconds; default 1500. */
  timeoutMs?: number;
  /** Rounds over the servers; default 3. */
  attempts?: number;
  /** Milliseconds before the second round, doubling, with jitter; default 100. */
  retryPauseMs?: number;
  /** Questions sent at most in the client's life; then every answer is unknown QUERY_BUDGET_EXHAUSTED. */
  maxQuestions?: number;
  udpInFlight?: number;
  tcpInFlight?: number;
  /** Independent resolvers at which `confirm` asks again (SCAN-05). */
  secondOpinion?: { servers: readonly string[]; probeName?: string };
}

export interface WireDnsClient extends SecondOpinionClient {
  /** Packets sent so far, retries included. */
  readonly counts: ExchangeCounts;
  /** The servers asked, as `host:port`. */
  readonly servers: readonly string[];
}

const DEFAULTS = { timeoutMs: 1500, attempts: 3, retryPauseMs: 100 };

/**
 * A client for one run: its cache honours TTLs, lives as long as it does and is shared by all who hold it.
 * No method rejects; what goes wrong is an answer of kind `unknown`.
 *
 * @throws Error when a server's address cannot be read.
 * @example
 * const dns = createDnsClient({ servers: ['127.0.0.1:5353'] });
 * const answer = await dns.txt('example.com');
 */
export function createDnsClient(options: DnsClientOptions = {}): WireDnsClient {
  const listed = options.servers?.length ? options.servers : getServers();
  const servers: ServerState[] = listed.map((text) => ({
    address: parseServerAddress(text),
    plainOnly: false,
    failures: 0,
  }));
  const exchange = createExchange({ ...options, timeoutMs: options.timeoutMs ?? DEFAULTS.timeoutMs });
  const policy: AskPolicy = {
    attempts: Math.max(1, options.attempts ?? DEFAULTS.attempts),
    retryPauseMs: options.retryPauseMs ?? DEFAULTS.retryPauseMs,
  };
  const cache = createAnswerCache(() => performance.now());
  let questionsLeft = options.maxQuestions ?? Number.POSITIVE_INFINITY;

  function ask<T>(text: string, type: DnsRecordType, read: (record: Answer) => T): Promise<DnsAnswer<T>> {
    const name = normalizeName(text);
    return cache.get<T>(`${type} ${name}`, () => resolve({ name, type }, read));
  }

  /** Follows the chain over as many replies as it takes: a resolver brings it whole, a name server one zone's part. */
  async function resolve<T>(question: DnsQuestion, read: (record: Answer) => T): Promise<DnsAnswer<T>> {
    const aliases: AliasHop[] = [];
    const met = new Set([question.name]);
    let base: AnswerFrame = { ...question, aliases };
    const unknown = (because: UnknownReason, detail: string): DnsAnswer<T> => ({
      ...base,
      kind: 'unknown',
      because,
      detail,
    });
    let ttl = Number.POSITIVE_INFINITY;
    let name = question.name;
    for (;;) {
      const problem = nameProblem(name);
      if (problem) return unknown('INVALID_NAME', `"${name.slice(0, 300)}" cannot be asked: ${problem}`);
      if (questionsLeft-- <= 0) {
        return unknown('QUERY_BUDGET_EXHAUSTED', 'the questions allowed for this run are used up');
      }
      const result = await askServers(exchange, servers, { name, type: question.type }, policy);
      base = frameOf(base, result);
      if (!result.ok) return unknown(result.because, result.detail);
      const answer = readAnswer(result.reply, { name, type: question.type });
      aliases.push(...answer.aliases);
      const again = answer.aliases.some(({ target }) => met.size === met.add(target).size);
      if (answer.kind === 'loop' || again || aliases.length > MAX_ALIAS_HOPS) {
        return unknown('ALIAS_LOOP', `the aliases of ${question.name} lead in a circle or are too many`);
      }
      if (answer.kind === 'follow') {
        ttl = Math.min(ttl, answer.ttl);
        name = answer.target;
        continue;
      }
      if (answer.kind === 'absent') return { ...base, ...answer, aliases };
      const records = answer.records.map(read);
      return { ...base, kind: 'found', records, ttl: Math.min(ttl, answer.ttl) };
    }
  }

  const client: DnsClient = {
    txt: (name) => ask(name, 'TXT', toText),
    mx: (name) => ask(name, 'MX', toMx),
    a: (name) => ask(name, 'A', toAddress),
    aaaa: (name) => ask(name, 'AAAA', toAddress),
    cname: (name) => ask(name, 'CNAME', toHostName),
    ptr: (ip) => ask(reverseName(ip) ?? '', 'PTR', toHostName),
  };
  const second = options.secondOpinion;
  const confirming = withSecondOpinion(
    client,
    second ? createSecondClient(options, servers, second.servers) : undefined,
    { probeName: second?.probeName },
  );
  return { ...confirming, counts: exchange.counts, servers: servers.map(({ address }) => address.label) };
}

/** Rounds over the second opinion's servers: four tries at two operators are enough, and one out of reach costs no more. */
const SECOND_ATTEMPTS = 2;

/** A client with a cache of its own, so that what the first one learned does not answer for it. */
function createSecondClient(
  options: DnsClientOptions,
  first: readonly ServerState[],
  others: readonly string[],
): WireDnsClient {
  const servers = independentOf(
    first.map(({ address }) => address),
    others,
  );
  const attempts = Math.min(options.attempts ?? SECOND_ATTEMPTS, SECOND_ATTEMPTS);
  return createDnsClient({ ...options, servers, attempts, secondOpinion: undefined });
}

type AnswerFrame = Pick<DnsAnswer<never>, 'name' | 'type' | 'aliases' | 'rcode' | 'server' | 'authenticated'>;

function frameOf(frame: AnswerFrame, result: ExchangeResult): AnswerFrame {
  const { name, type, aliases } = frame;
  if (result.ok) {
    const { rcode, authenticated } = result.reply;
    return { name, type, aliases, server: result.server, rcode, authenticated };
  }
  const rcode = result.rcode === undefined ? {} : { rcode: result.rcode };
  return { name, type, aliases, ...(result.server === '' ? {} : { server: result.server }), ...rcode };
}
