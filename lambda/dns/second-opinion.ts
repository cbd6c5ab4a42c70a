/**
 * A second, independent resolver's word before an absence or a changed value counts (SCAN-05).
 * Two real answers that differ are unknown DNS_INCONSISTENT. A second resolver that cannot be reached at all changes
 * nothing: the first answer stands, marked `unconfirmed`. One that is up but silent for the name leaves it unknown.
 */
import { addressOfReverse } from './names.ts';
import type { DnsAnswer, DnsClient, DnsRecordType, MxRecord, SecondOpinionState } from './types.ts';

export type { SecondOpinionState } from './types.ts';

export interface SecondOpinionClient extends DnsClient {
  confirm<T>(answer: DnsAnswer<T>, agrees?: (other: DnsAnswer<unknown>) => boolean): Promise<DnsAnswer<T>>;
  /** For the one WARN `SECOND_OPINION_UNAVAILABLE` of a scan. */
  secondOpinion(): SecondOpinionState;
}

/** A name that every resolver with a way to the world can answer, and that this scanner needs anyway. */
const DEFAULT_PROBE_NAME = 'amazonses.com';

/** Independent of each other and of a network's own resolver. */
export const PUBLIC_RESOLVERS: readonly string[] = ['8.8.8.8', '1.1.1.1'];

/** Confirms `answer` where the client can, else hands it back as it is. */
export function confirmAnswer<T>(
  dns: DnsClient,
  answer: DnsAnswer<T>,
  agrees?: (other: DnsAnswer<unknown>) => boolean,
): Promise<DnsAnswer<T>> {
  return dns.confirm ? dns.confirm(answer, agrees) : Promise.resolve(answer);
}

/**
 * `first` with a `confirm` that asks `second`.
 * @param second undefined: there is none, and `confirm` hands back what it is given.
 * @param options.probeName asked once, as TXT, when `second` first fails: whether it is up at all.
 */
export function withSecondOpinion(
  first: DnsClient,
  second: DnsClient | undefined,
  options: { probeName?: string | undefined } = {},
): SecondOpinionClient {
  let state: SecondOpinionState = second ? 'unused' : 'none';
  let probe: Promise<boolean> | undefined;

  /** Any real answer proves it reachable; only after a failure the probe is asked, once. */
  function isReachable(answer: DnsAnswer<unknown>): Promise<boolean> {
    if (answer.kind !== 'unknown' || state === 'reachable') return Promise.resolve(true);
    probe ??= second!.txt(options.probeName ?? DEFAULT_PROBE_NAME).then(({ kind }) => kind !== 'unknown');
    return probe;
  }

  async function confirm<T>(
    answer: DnsAnswer<T>,
    agrees = (other: DnsAnswer<unknown>): boolean => sameAnswer(answer, other),
  ): Promise<DnsAnswer<T>> {
    if (!second || answer.kind === 'unknown') return answer;
    if (state === 'unreachable') return { ...answer, confirmation: 'unconfirmed' };
    const asked = askAgain(second, answer.name, answer.type);
    if (!asked) return { ...answer, confirmation: 'unconfirmed' };
    const other = await asked;
    const reachable = await isReachable(other);
    // Another question may have been answered meanwhile: then it is up, and only silent for this name.
    if (reachable) state = 'reachable';
    else if (state !== 'reachable') {
      state = 'unreachable';
      return { ...answer, confirmation: 'unconfirmed' };
    }
    const base = { name: answer.name, type: answer.type, aliases: answer.aliases };
    if (other.kind === 'unknown') {
      const detail = `the second opinion gave no answer: ${other.detail}`;
      return { ...base, kind: 'unknown', because: other.because, detail };
    }
    if (agrees(other)) return { ...answer, confirmation: 'confirmed' };
    const detail = `${answer.server ?? 'the resolver'} says ${told(answer)}, ${other.server ?? 'the second opinion'} says ${told(other)}`;
    return { ...base, kind: 'unknown', because: 'DNS_INCONSISTENT', detail };
  }

  return {
    txt: (name) => first.txt(name),
    mx: (name) => first.mx(name),
    a: (name) => first.a(name),
    aaaa: (name) => first.aaaa(name),
    cname: (name) => first.cname(name),
    ptr: (ip) => first.ptr(ip),
    confirm,
    secondOpinion: () => state,
  };
}

function askAgain(
  dns: DnsClient,
  name: string,
  type: DnsRecordType,
): Promise<DnsAnswer<unknown>> | undefined {
  switch (type) {
    case 'TXT':
      return dns.txt(name);
    case 'MX':
      return dns.mx(name);
    case 'A':
      return dns.a(name);
    case 'AAAA':
      return dns.aaaa(name);
    case 'CNAME':
      return dns.cname(name);
    case 'PTR': {
      const ip = addressOfReverse(name);
      return ip === undefined ? undefined : dns.ptr(ip);
    }
    default:
      // No finding rests on an NS or SOA answer alone.
      return undefined;
  }
}

/**
 * Whether two answers say the same. Absent is absent: NXDOMAIN here and NODATA there (name servers differ at empty
 * non-terminals) agree, but an alias on one side only does not. Addresses may rotate, so any address equals any.
 */
export function sameAnswer(one: DnsAnswer<unknown>, other: DnsAnswer<unknown>): boolean {
  if (one.kind !== other.kind || one.kind === 'unknown' || other.kind === 'unknown') return false;
  if (one.type === 'A' || one.type === 'AAAA') return true;
  if (one.aliases[0]?.target !== other.aliases[0]?.target) return false;
  if (one.kind === 'absent' || other.kind === 'absent') return true;
  return canonical(one.records) === canonical(other.records);
}

function canonical(records: unknown[]): string {
  return JSON.stringify(records.map(recordText).sort());
}

function recordText(record: unknown): string {
  if (typeof record === 'string') return record;
  const { preference, exchange } = record as MxRecord;
  return `${preference} ${exchange}`;
}

/** At most 200 characters of what an answer says, for evidence. */
function told(answer: DnsAnswer<unknown>): string {
  if (answer.kind === 'unknown') return answer.because;
  const via = answer.aliases[0] ? ` by the alias ${answer.aliases[0].target}` : '';
  if (answer.kind === 'absent') return `${answer.because}${via}`;
  return `${canonical(answer.records).slice(0, 200)}${via}`;
}
