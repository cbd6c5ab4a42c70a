/** The DNS Tree Walk of RFC 9989 section 4.10, at most eight queries. */
import type { DnsAnswer, DnsClient } from '../dns/types.ts';
import { cachedDmarcRecord } from './dmarc-record.ts';
import { selectDmarcRecords } from './dmarc-near-miss.ts';
import type { DmarcRecord, RecordAnswer } from './dmarc-types.ts';
import { fitsDns } from './names.ts';

/** Section 4.10 step 4: a name of eight or more labels is shortened to seven at the second query. */
const LABELS_AFTER_SHORTCUT = 7;
const DOT = 0x2e;

/** What stands at one `_dmarc` name. Several DMARC records are all discarded, so `record` is the only one or missing. */
export interface LookedUpRecord {
  answer: RecordAnswer;
  records: string[];
  record?: DmarcRecord;
  /** As the resolver gave it; missing when the name was not asked for. */
  raw?: DnsAnswer<string>;
}

export type RecordLookup = (domain: string) => Promise<LookedUpRecord>;

export interface WalkedRecord {
  domain: string;
  record: DmarcRecord;
}

export interface TreeWalk {
  start: string;
  /** From the longest name to the shortest. */
  records: WalkedRecord[];
  /** Domains whose several records were discarded. */
  multipleAt: string[];
  /** Names asked for, in order. */
  queries: string[];
  /** The name whose question was not answered; the walk ended there. */
  errorAt?: string;
  /** What stands at the start. */
  own: LookedUpRecord;
  /** The resolver's answers, one a query. */
  answers: DnsAnswer<string>[];
}

/**
 * A look-up of DMARC records that asks for each domain once, so that the walks of one message (Author Domain, DKIM and SPF
 * identifiers) share their names.
 */
export function createRecordLookup(dns: DnsClient): RecordLookup {
  const seen = new Map<string, Promise<LookedUpRecord>>();
  return function lookUp(domain) {
    let lookup = seen.get(domain);
    if (lookup === undefined) {
      lookup = lookUpRecord(domain, dns);
      seen.set(domain, lookup);
    }
    return lookup;
  };
}

async function lookUpRecord(domain: string, dns: DnsClient): Promise<LookedUpRecord> {
  const name = `_dmarc.${domain}`;
  if (!fitsDns(name)) {
    return { answer: { kind: 'absent', name, because: 'NAME_TOO_LONG', aliases: [] }, records: [] };
  }
  const answer = await dns.txt(name);
  if (answer.kind === 'unknown') {
    return {
      answer: { kind: 'unknown', name, because: answer.because, detail: answer.detail },
      records: [],
      raw: answer,
    };
  }
  if (answer.kind === 'absent') {
    return {
      answer: { kind: 'absent', name, because: answer.because, aliases: answer.aliases },
      records: [],
      raw: answer,
    };
  }
  const records = selectDmarcRecords(answer.records);
  const found: LookedUpRecord = {
    answer: { kind: 'found', name, txt: answer.records, aliases: answer.aliases },
    records,
    raw: answer,
  };
  if (records.length === 1) found.record = cachedDmarcRecord(records[0]!);
  return found;
}

/** The name that a walk asks after `domain`; none after a name of one label. */
export function nextTarget(domain: string): string | undefined {
  let dots = 0;
  for (let at = domain.length - 1; at >= 0; at -= 1) {
    if (domain.charCodeAt(at) === DOT) dots += 1;
    if (dots === LABELS_AFTER_SHORTCUT) return domain.slice(at + 1);
  }
  return dots === 0 ? undefined : domain.slice(domain.indexOf('.') + 1);
}

/**
 * Walks from `start` (A-label form) towards the root and stops at `psd=y`, at `psd=n`, or at the first question that DNS
 * does not answer: what lies above that name stays unknown.
 */
export async function walkTree(start: string, lookup: RecordLookup): Promise<TreeWalk> {
  const own = await lookup(start);
  const walk: TreeWalk = { start, records: [], multipleAt: [], queries: [], own, answers: [] };
  for (let domain: string | undefined = start; domain !== undefined; domain = nextTarget(domain)) {
    const { answer, records, record, raw }: LookedUpRecord = domain === start ? own : await lookup(domain);
    if (raw !== undefined) {
      walk.queries.push(answer.name);
      walk.answers.push(raw);
    }
    if (answer.kind === 'unknown') {
      walk.errorAt = answer.name;
      break;
    }
    if (records.length > 1) walk.multipleAt.push(domain);
    if (record === undefined) continue;
    walk.records.push({ domain, record });
    if (record.tags.psd !== 'u') break;
  }
  return walk;
}

/**
 * Has the answers of a walk confirmed by the second opinion, where the client has one: what a domain owner is told to be
 * missing or wrong must not rest on one resolver's word.
 *
 * @returns the first name on which there is no agreed answer; `undefined` when the walk stands
 */
export async function findUnconfirmed(walk: TreeWalk, dns: DnsClient): Promise<string | undefined> {
  for (const answer of walk.answers) {
    if (answer.kind === 'unknown') continue;
    const confirmed = await dns.confirm?.(answer);
    if (confirmed?.kind === 'unknown') return answer.name;
  }
  return undefined;
}
