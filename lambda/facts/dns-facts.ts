/** From DNS answers to plain facts, and the list of questions that got no answer. */
import type { DnsAnswer, DnsClient, DnsRecordType, SecondOpinionState } from '../dns/types.ts';
import type { DnsFact, UnansweredQuestion } from './types.ts';

/** Records of one answer that are kept; more at one name is nothing that mail is sent with. */
const MAX_RECORDS = 30;
/** Characters of one record that are kept: a 4096-bit key's TXT has about 750. */
const MAX_TEXT = 2_048;
const MAX_ALIASES = 10;
const MAX_DETAIL = 200;
/** As much as two answers of 200 characters and the servers that gave them take. */
const MAX_BOTH_ANSWERS = 450;

/** Names kept of those that were not answered. */
const MAX_UNANSWERED = 50;

export interface RecordingDns {
  dns: DnsClient;
  /** Each question once, in the order asked, at most 50. */
  unanswered(): UnansweredQuestion[];
  /** How the second opinion fared in what was asked here; undefined where the client knows of none. */
  secondOpinion(): SecondOpinionState | undefined;
}

/** A client that remembers which questions stayed unanswered, whoever asked them, and what became of confirmations. */
export function recordDns(inner: DnsClient): RecordingDns {
  const unanswered = new Map<string, UnansweredQuestion>();
  let [asked, alone] = [false, false];
  const note = <T>(answer: DnsAnswer<T>, bySecond = false): DnsAnswer<T> => {
    if (answer.kind === 'unknown' && unanswered.size < MAX_UNANSWERED) {
      const { name, type, because } = answer;
      unanswered.set(`${type} ${name}`, {
        name,
        type,
        because,
        ...(bySecond
          ? { secondOpinion: true as const, detail: answer.detail.slice(0, MAX_BOTH_ANSWERS) }
          : {}),
      });
    }
    return answer;
  };
  const confirm = async <T>(
    answer: DnsAnswer<T>,
    agrees?: (other: DnsAnswer<unknown>) => boolean,
  ): Promise<DnsAnswer<T>> => {
    if (answer.kind === 'unknown' || !inner.confirm) return answer;
    const confirmed = await inner.confirm(answer, agrees);
    asked = true;
    if (confirmed.kind !== 'unknown' && confirmed.confirmation === 'unconfirmed') alone = true;
    return note(confirmed, true);
  };
  return {
    dns: {
      txt: async (name) => note(await inner.txt(name)),
      mx: async (name) => note(await inner.mx(name)),
      a: async (name) => note(await inner.a(name)),
      aaaa: async (name) => note(await inner.aaaa(name)),
      cname: async (name) => note(await inner.cname(name)),
      ptr: async (ip) => note(await inner.ptr(ip)),
      ...(inner.confirm ? { confirm } : {}),
      ...(inner.secondOpinion ? { secondOpinion: () => inner.secondOpinion!() } : {}),
    },
    unanswered: () => [...unanswered.values()],
    secondOpinion() {
      const state = inner.secondOpinion?.();
      if (state === undefined || state === 'none') return state;
      return alone ? 'unreachable' : asked ? 'reachable' : 'unused';
    },
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
  const rest = {
    aliases: answer.aliases.slice(0, MAX_ALIASES).map(({ target }) => target),
    ...(answer.confirmation === 'unconfirmed' ? { unconfirmed: true as const } : {}),
  };
  if (answer.kind === 'absent') return { kind: 'absent', because: answer.because, ...rest };
  return { kind: 'found', records: answer.records.slice(0, MAX_RECORDS).map(bounded), ...rest };
}

/**
 * The answer with those of its texts that matter first: a busy name has more TXT than a fact keeps, and the one that
 * counts may be the last.
 */
export function selectedTexts(answer: DnsAnswer<string>, first: readonly string[]): DnsFact<string> {
  if (answer.kind !== 'found' || answer.records.length <= MAX_RECORDS) return toDnsFact(answer);
  return toDnsFact({ ...answer, records: [...new Set([...first, ...answer.records])] });
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
