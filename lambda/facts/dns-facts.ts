/** From DNS answers to plain facts, and the list of questions that got no answer. */
import type { DnsAnswer, DnsClient, DnsRecordType, UnknownReason } from '../dns/types.ts';
import type { DnsFact } from './types.ts';

/** Records of one answer that are kept; more at one name is nothing that mail is sent with. */
const MAX_RECORDS = 30;
/** Characters of one record that are kept: a 4096-bit key's TXT has about 750. */
const MAX_TEXT = 2_048;
const MAX_ALIASES = 10;
const MAX_DETAIL = 200;

export interface UnansweredName {
  name: string;
  type: DnsRecordType;
  because: UnknownReason;
}

/** Names kept of those that were not answered. */
const MAX_UNANSWERED = 50;

export interface RecordingDns {
  dns: DnsClient;
  /** Each question once, in the order asked, at most 50. */
  unanswered(): UnansweredName[];
}

/** A client that remembers which questions stayed unanswered, whoever asked them. */
export function recordUnanswered(inner: DnsClient): RecordingDns {
  const unanswered = new Map<string, UnansweredName>();
  const note = <T>(answer: DnsAnswer<T>): DnsAnswer<T> => {
    if (answer.kind === 'unknown' && unanswered.size < MAX_UNANSWERED) {
      const { name, type, because } = answer;
      unanswered.set(`${type} ${name}`, { name, type, because });
    }
    return answer;
  };
  return {
    dns: {
      txt: async (name) => note(await inner.txt(name)),
      mx: async (name) => note(await inner.mx(name)),
      a: async (name) => note(await inner.a(name)),
      aaaa: async (name) => note(await inner.aaaa(name)),
      cname: async (name) => note(await inner.cname(name)),
      ptr: async (ip) => note(await inner.ptr(ip)),
      ...(inner.confirm ? { confirm: async (answer) => note(await inner.confirm!(answer)) } : {}),
    },
    unanswered: () => [...unanswered.values()],
  };
}

/** A client that asks nothing: every answer is unknown, because the resolver proved unusable. */
export function unusableDns(detail: string): DnsClient {
  const unknown =
    (type: DnsRecordType) =>
    (name: string): Promise<DnsAnswer<never>> =>
      Promise.resolve({
        kind: 'unknown',
        because: 'RESOLVER_UNUSABLE',
        name,
        type,
        aliases: [],
        detail: detail.slice(0, MAX_DETAIL),
      });
  return {
    txt: unknown('TXT'),
    mx: unknown('MX'),
    a: unknown('A'),
    aaaa: unknown('AAAA'),
    cname: unknown('CNAME'),
    ptr: unknown('PTR'),
  };
}

/** An answer reduced to the bounded fact that controls read. */
export function toDnsFact<T>(answer: DnsAnswer<T>): DnsFact<T> {
  if (answer.kind === 'unknown') {
    return { kind: 'unknown', because: answer.because, detail: answer.detail.slice(0, MAX_DETAIL) };
  }
  const aliases = answer.aliases.slice(0, MAX_ALIASES).map(({ target }) => target);
  if (answer.kind === 'absent') return { kind: 'absent', because: answer.because, aliases };
  return { kind: 'found', records: answer.records.slice(0, MAX_RECORDS).map(bounded), aliases };
}

/** Whether an A or AAAA record stands at the name. `unknown` only where no found answer settles it. */
export async function hasAddress(name: string, dns: DnsClient): Promise<boolean | 'unknown'> {
  const answers = await Promise.all([dns.a(name), dns.aaaa(name)]);
  if (answers.some(({ kind }) => kind === 'found')) return true;
  return answers.some(({ kind }) => kind === 'unknown') ? 'unknown' : false;
}

function bounded<T>(record: T): T {
  return typeof record === 'string' ? (record.slice(0, MAX_TEXT) as T & string) : record;
}
