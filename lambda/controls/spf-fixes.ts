/**
 * One SPF record that mends all that is known to be wrong at a MAIL FROM domain: whichever control speaks, the record to
 * publish is the same, so that fixes never contradict each other.
 */
import type { DomainFacts, SpfFacts, SpfProblemFacts } from '../facts/types.ts';
import { contains, formatAddress, parseAddress, parseNetwork, unmapped } from '../mail-auth/spf-network.ts';
import { parseSpfRecord } from '../mail-auth/spf-parse.ts';
import type { IpNetwork, SpfProblem } from '../mail-auth/spf-types.ts';
import { keptTxt, mergedSpf, registrableDomain, SES_SPF, txt } from './fixes.ts';
import { isSyntaxCode, MAX_LOOKUPS, MAX_VOID_LOOKUPS, NEAR_LOOKUP_LIMIT } from './spf-faults.ts';
import type { Fix, JudgeContext } from './types.ts';

/** A record that was cut when it was gathered is longer; no fix holds it. */
const MAX_RECORD = 4_000;

/** Terms of the own record that go: they break it, can never match, change nothing, or let half the world send. */
const DROPPED: ReadonlySet<SpfProblem['code']> = new Set<SpfProblem['code']>([
  'TARGET_WITHOUT_RECORD',
  'TARGET_MISSING',
  'TARGET_DOMAIN_UNREGISTERED',
  'DEAD_TERM',
  'INCLUDE_LOOP',
  'TOO_MANY_MX',
  'PTR_USED',
  'TERM_AFTER_ALL',
  'REDIRECT_BESIDE_ALL',
  'DUPLICATE_TERM',
  'HUGE_NETWORK',
]);

/** What makes an included record break the one that includes it, or open it to everybody. */
const FATAL_WHERE_INCLUDED: ReadonlySet<SpfProblem['code']> = new Set<SpfProblem['code']>([
  'TARGET_WITHOUT_RECORD',
  'TARGET_DOMAIN_UNREGISTERED',
  'MULTIPLE_RECORDS',
  'INCLUDE_LOOP',
  'TOO_MANY_MX',
  'HUGE_NETWORK',
  'PASS_ALL',
]);

type RecordFacts = Pick<SpfFacts, 'records' | 'nearMisses'> & Partial<SpfFacts>;

/**
 * The one SPF record that a MAIL FROM domain has to have; SES's own where there is none. SES's include first; a term for
 * each dedicated address outside SES's networks that would not pass; the terms of today but for those at fault; one `all` at
 * the end. Where the limit of DNS terms is met, only terms without a cost stay beside SES's.
 */
export function mendedSpf(spf: RecordFacts): string {
  const [record, second] = spf.records;
  if (record === undefined) return sound(mergedSpf(spf.nearMisses), spf, 'changes');
  if (second !== undefined)
    return sound(mergedSpf(spf.records.map((text) => blanked(text, ownFaults(text)))), spf, 'changes');
  const voids = Math.max(spf.voidTerms ?? 0, spf.voidLookups ?? 0) > MAX_VOID_LOOKUPS;
  const dropped = (spf.problems ?? [])
    .filter((problem) => isDropped(problem, voids))
    .flatMap(({ places }) => places);
  const gone = [...ownFaults(record), ...dropped];
  const kept = blanked(record, gone);
  const costly = (spf.lookups ?? 0) >= NEAR_LOOKUP_LIMIT || (spf.worstCase?.lookups ?? 0) > MAX_LOOKUPS;
  const rest = costly || gone.length > 0 || spf.all === '+' ? 'changes' : 'stays';
  return sound(mergedSpf([costly ? withoutCost(kept) : kept]), spf, rest);
}

/** The record of a MAIL FROM domain that is to take the place of the one that `spf` was evaluated for. */
export function newMailFromSpf(spf: SpfFacts | undefined): string {
  return spf === undefined ? SES_SPF : mendedSpf({ ...spf, records: [], nearMisses: [] });
}

/**
 * The fix of a MAIL FROM domain's record: the record itself where the name is SES's alone, advice where mail is From it,
 * too, or where it is a registrable name, which may have other senders (docs/judgement.md, "What a fix may hold").
 *
 * @param text what publishing the record given does
 * @param advice what to do by hand, in the imperative
 */
export function spfFix(
  facts: DomainFacts,
  context: JudgeContext,
  { text, advice }: { text: string; advice: string },
): Fix {
  const { name } = facts;
  const spf = facts.mailFrom?.spf;
  if (spf === undefined) return { text: advice };
  if (!isOnlySes(facts, context)) {
    return {
      text: `Others may send with ${name}, too: make a list of its senders first. ${advice} Better, give SES a MAIL FROM domain that nothing else uses.`,
    };
  }
  const mended = mendedSpf(spf);
  const now = spf.records.length > 0 ? spf.records : spf.nearMisses;
  if ([...now, mended].some(({ length }) => length > MAX_RECORD) || now.includes(mended))
    return { text: advice };
  const remove = now.map((record) => txt(name, record));
  return {
    text,
    publish: [txt(name, mended)],
    ...(remove.length > 0 ? { remove } : {}),
    ...keptTxt(name, spf.txt, remove),
  };
}

/** Whether nothing but SES sends with the name: no mail is From it, and it is no registrable name. */
export function isOnlySes({ name, from, dependents }: DomainFacts, { settings }: JudgeContext): boolean {
  const isFrom = from !== undefined || dependents.some(({ use }) => use !== 'MAIL_FROM');
  return !isFrom && !settings.fromDomains.includes(name) && registrableDomain(name) !== name;
}

function isDropped({ code, own }: SpfProblemFacts, voids: boolean): boolean {
  if (own) return DROPPED.has(code);
  return isSyntaxCode(code) || FATAL_WHERE_INCLUDED.has(code) || (voids && code === 'DEAD_TERM');
}

type Place = [start: number, end: number];

/** What the text alone shows: whole terms with a syntax error, and those that change nothing. */
function ownFaults(record: string): Place[] {
  return parseSpfRecord(record).problems.flatMap(({ code, start, end }): Place[] => {
    if (start === undefined || end === undefined) return [];
    if (isSyntaxCode(code)) return [[record.lastIndexOf(' ', start) + 1, end]];
    return DROPPED.has(code) ? [[start, end]] : [];
  });
}

function blanked(record: string, places: readonly Place[]): string {
  const characters = [...Array(record.length).keys()].map((at) =>
    at >= 'v=spf1'.length && places.some(([start, end]) => at >= start && at < end) ? ' ' : record[at],
  );
  return characters.join('');
}

function withoutCost(record: string): string {
  return record
    .split(/[ \t]+/)
    .filter((term, index) => index === 0 || /^[-+~?]?(?:all|ip[46]:.*)$/i.test(term))
    .join(' ');
}

/** A fix never publishes a record that is broken, or in which records put together say a thing twice. */
function sound(record: string, spf: RecordFacts, rest: 'changes' | 'stays'): string {
  const tidy = mergedSpf([blanked(record, ownFaults(record))]);
  const whole = parseSpfRecord(tidy).valid ? tidy : SES_SPF;
  return mergedSpf([whole], addressTerms(spf, whole, rest));
}

/**
 * Terms for the dedicated addresses that SES's include does not let pass. One that passes today needs its own where what
 * lets it pass may go (`changes`), unless an address term that stays holds it.
 */
function addressTerms({ dedicated, sesNetworks = [] }: RecordFacts, record: string, rest: string): string[] {
  const ses = sesNetworks.flatMap(({ network }) => parseNetwork(network) ?? []);
  const listed = parseSpfRecord(record).directives.flatMap((term) =>
    'network' in term && term.qualifier === '+' ? [term.network] : [],
  );
  return (dedicated?.addresses ?? []).flatMap(({ ip, result }) => {
    const parsed = parseAddress(ip);
    if (parsed === undefined) return [];
    const address = unmapped(parsed);
    const within = (networks: readonly IpNetwork[]): boolean =>
      networks.some((network) => contains(network, address));
    const passes = result === 'pass' ? rest === 'stays' || within(listed) : result === 'temperror';
    if (passes || within(ses)) return [];
    return [`${address.family === 4 ? 'ip4' : 'ip6'}:${formatAddress(address)}`];
  });
}
