/** Whether the resolver can be used at all, asked once an invocation. */
import { getServers } from 'node:dns';
import { createExchange, type ExchangeResult } from './exchange.ts';
import { normalizeName } from './names.ts';
import { parseServerAddress } from './servers.ts';
import type { DnsClientOptions } from './client.ts';

export type ResolverCheck = { usable: true } | { usable: false; detail: string };

/** A name whose TXT is large and always there; every SES scan needs it. */
const DEFAULT_NAME = 'amazonses.com';
const DEFAULT_TIMEOUT_MS = 1500;
const DEFAULT_ATTEMPTS = 3;

/**
 * Asks for a known TXT over UDP and over TCP; usable means that some server answered each way with a record.
 * Without this, a resolver that drops TCP would show every large record as unknown, name by name.
 *
 * @param options.name asked as TXT; default amazonses.com
 * @throws Error when a server's address cannot be read.
 */
export async function checkResolver(
  options: Pick<DnsClientOptions, 'servers' | 'timeoutMs' | 'attempts'> & { name?: string } = {},
): Promise<ResolverCheck> {
  const listed = options.servers?.length ? options.servers : getServers();
  const servers = listed.map(parseServerAddress);
  const exchange = createExchange({ timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS });
  const question = { name: normalizeName(options.name ?? DEFAULT_NAME), type: 'TXT' } as const;
  const attempts = options.attempts ?? DEFAULT_ATTEMPTS;

  async function problemOver(way: 'UDP' | 'TCP'): Promise<string | undefined> {
    let problem = 'no DNS server is known';
    for (let attempt = 0; attempt < attempts; attempt++) {
      for (const server of servers) {
        const ask = way === 'UDP' ? exchange.askOverUdp : exchange.askOverTcp;
        const found = problemOf(await ask(server, question, way === 'UDP'));
        if (found === undefined) return undefined;
        problem = found;
      }
    }
    return `TXT ${question.name} over ${way}: ${problem}`;
  }

  const problems = (await Promise.all([problemOver('UDP'), problemOver('TCP')])).filter(
    (text) => text !== undefined,
  );
  return problems.length === 0 ? { usable: true } : { usable: false, detail: problems.join('; ') };
}

function problemOf(result: ExchangeResult): string | undefined {
  if (!result.ok) return result.detail;
  const { rcode, answers } = result.reply;
  if (rcode === 'NOERROR' && (answers.length > 0 || result.truncated)) return undefined;
  return `${result.server}: ${rcode === 'NOERROR' ? 'answered without a record' : `answered ${rcode}`}`;
}
