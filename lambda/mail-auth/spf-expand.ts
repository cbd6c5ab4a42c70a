/** The networks that a domain's record passes, as it stands in DNS now: how amazonses.com's own are learned. */
import type { DnsAnswer, DnsClient, UnknownReason } from '../dns/types.ts';
import { excerpt } from './names.ts';
import { usesLetter } from './spf-macro.ts';
import { formatNetwork, parseAddress, samePrefix } from './spf-network.ts';
import { parseSpfRecord } from './spf-parse.ts';
import { selectSpfRecords } from './spf-records.ts';
import { isHostName, isTargetName, MAX_LOOKUPS, MAX_MX_NAMES } from './spf-session.ts';
import type { DomainSpec, IpNetwork, SpfDirective } from './spf-types.ts';

export type ExpandedNetworks =
  | {
      kind: 'known';
      /** `192.0.2.0/24`, in the order of evaluation, each once. */
      networks: string[];
      /** Terms that pass more, but depend on the client or the sender. */
      undecidable: string[];
    }
  | {
      kind: 'unknown';
      because: UnknownReason | 'NO_RECORD' | 'INVALID_RECORD' | 'LIMIT';
      /** A sentence. */
      detail: string;
    };

/** More networks than this are not a list one sends from. */
const MAX_NETWORKS = 2000;

/** Ends the expansion. Never leaves this file. */
class Unknown extends Error {
  readonly because: Extract<ExpandedNetworks, { kind: 'unknown' }>['because'];

  constructor(because: Unknown['because'], detail: string) {
    super(detail);
    this.because = because;
  }
}

interface Expansion {
  dns: DnsClient;
  lookups: number;
  networks: IpNetwork[];
  undecidable: string[];
}

/**
 * All networks that pass by the domain's SPF record: `ip4`, `ip6`, and `a` and `mx` resolved, includes and redirects
 * followed within the ten terms of section 4.6.4. Networks that an earlier term refuses are left out. Never throws;
 * a record that is missing, broken or could not be learned whole is `unknown`.
 *
 * @example const ses = await expandNetworks('amazonses.com', dns);
 */
export async function expandNetworks(domain: string, dns: DnsClient): Promise<ExpandedNetworks> {
  const expansion: Expansion = { dns, lookups: 0, networks: [], undecidable: [] };
  try {
    await expandDomain(expansion, domain, []);
  } catch (error) {
    if (!(error instanceof Unknown)) throw error;
    return { kind: 'unknown', because: error.because, detail: error.message };
  }
  const networks = [...new Set(expansion.networks.map(formatNetwork))];
  return { kind: 'known', networks, undecidable: [...new Set(expansion.undecidable)] };
}

/** @param refused networks that a term of an including record already gave another result. */
async function expandDomain(expansion: Expansion, domain: string, refused: IpNetwork[]): Promise<void> {
  const texts = selectSpfRecords(recordsOf(await expansion.dns.txt(domain)));
  const [text] = texts;
  if (text === undefined) throw new Unknown('NO_RECORD', `${excerpt(domain)} has no SPF record.`);
  if (texts.length > 1) {
    throw new Unknown('INVALID_RECORD', `${excerpt(domain)} has ${texts.length} SPF records.`);
  }
  const record = parseSpfRecord(text);
  const error = record.problems.find(({ level }) => level === 'error');
  if (error) throw new Unknown('INVALID_RECORD', `The SPF record of ${excerpt(domain)}: ${error.message}`);
  const refusedHere = [...refused];
  for (const directive of record.directives) {
    if (directive.mechanism === 'all') {
      if (directive.qualifier === '+') add(expansion, [anywhere(4), anywhere(6)], refusedHere);
      return;
    }
    if (directive.mechanism === 'include') {
      const target = fixedName(expansion, directive.text, directive.spec);
      countTerm(expansion);
      if (target !== undefined && directive.qualifier === '+')
        await expandDomain(expansion, target, refusedHere);
      continue;
    }
    const networks = await networksOf(expansion, domain, directive);
    if (directive.qualifier === '+') add(expansion, networks, refusedHere);
    else refusedHere.push(...networks);
  }
  if (!record.redirect) return;
  const target = fixedName(expansion, record.redirect.text, record.redirect.spec);
  countTerm(expansion);
  if (target !== undefined) await expandDomain(expansion, target, refusedHere);
}

async function networksOf(
  expansion: Expansion,
  domain: string,
  directive: Exclude<SpfDirective, { mechanism: 'all' | 'include' }>,
): Promise<IpNetwork[]> {
  switch (directive.mechanism) {
    case 'ip4':
    case 'ip6':
      return [directive.network];
    case 'exists':
    case 'ptr':
      countTerm(expansion);
      if (directive.qualifier === '+') expansion.undecidable.push(excerpt(directive.text, 200));
      return [];
    case 'a':
    case 'mx': {
      countTerm(expansion);
      const name = directive.spec ? fixedName(expansion, directive.text, directive.spec) : domain;
      if (name === undefined || !isTargetName(name)) return [];
      const hosts = directive.mechanism === 'a' ? [name] : await exchanges(expansion, name);
      const lists = await Promise.all(hosts.map((host) => addresses(expansion, host)));
      return lists.flat().flatMap((text) => {
        const address = parseAddress(text);
        if (!address) return [];
        return [{ ...address, prefix: address.family === 4 ? directive.prefix4 : directive.prefix6 }];
      });
    }
  }
}

async function exchanges(expansion: Expansion, name: string): Promise<string[]> {
  const records = recordsOf(await expansion.dns.mx(name));
  if (records.length > MAX_MX_NAMES) {
    throw new Unknown('INVALID_RECORD', `${excerpt(name)} has more than ${MAX_MX_NAMES} MX records.`);
  }
  return records.map(({ exchange }) => exchange).filter(isHostName);
}

async function addresses(expansion: Expansion, host: string): Promise<string[]> {
  const [a, aaaa] = await Promise.all([expansion.dns.a(host), expansion.dns.aaaa(host)]);
  return [...recordsOf(a), ...recordsOf(aaaa)];
}

/** The name where no macro stands in it; otherwise undefined, and the term is undecidable. */
function fixedName(expansion: Expansion, term: string, spec: DomainSpec): string | undefined {
  if (usesLetter(spec.tokens, 'slodiphv')) {
    expansion.undecidable.push(excerpt(term, 200));
    return undefined;
  }
  return spec.tokens
    .map((token) => (token.kind === 'text' ? token.text : ''))
    .join('')
    .replace(/\.$/, '');
}

function countTerm(expansion: Expansion): void {
  if (++expansion.lookups > MAX_LOOKUPS) {
    throw new Unknown('LIMIT', `More than ${MAX_LOOKUPS} terms ask DNS (RFC 7208 section 4.6.4).`);
  }
}

function recordsOf<T>(answer: DnsAnswer<T>): T[] {
  if (answer.kind === 'found') return answer.records;
  if (answer.kind === 'absent') return [];
  throw new Unknown(answer.because, `${answer.type} ${excerpt(answer.name)}: ${excerpt(answer.detail, 200)}`);
}

function add(expansion: Expansion, networks: IpNetwork[], refused: IpNetwork[]): void {
  for (const network of networks) {
    if (refused.some((other) => encloses(other, network))) continue;
    expansion.networks.push(network);
    if (expansion.networks.length > MAX_NETWORKS) {
      throw new Unknown('LIMIT', `More than ${MAX_NETWORKS} networks pass.`);
    }
  }
}

function encloses(outer: IpNetwork, inner: IpNetwork): boolean {
  return (
    outer.family === inner.family &&
    outer.prefix <= inner.prefix &&
    samePrefix(outer.words, inner.words, outer.prefix)
  );
}

function anywhere(family: 4 | 6): IpNetwork {
  return { family, words: family === 4 ? [0] : [0, 0, 0, 0], prefix: 0 };
}
