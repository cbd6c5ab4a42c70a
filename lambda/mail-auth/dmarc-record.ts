/** Reading one DMARC record: the syntax of RFC 9989 sections 4.7 and 4.8. */
import { excerpt } from './names.ts';
import { POLICY_TAGS, ProblemLog, readTagValues, REMOVED_TAGS } from './dmarc-tag-values.ts';
import type { DmarcRecord } from './dmarc-types.ts';

/** The most that one TXT record can hold (RFC 1035 section 3.2.1: RDLENGTH is 16 bits). */
const MAX_RECORD_LENGTH = 65_535;

/**
 * Section 4.8 `dmarc-version = "v" equals %s"DMARC1"`: the tag name in any letter case, the value exact, blanks (WSP)
 * round the equals sign and before the semicolon, none before the `v`.
 */
const VERSION = /^[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/;

const KNOWN_TAGS = new Set(['v', 'p', 'sp', 'np', 'adkim', 'aspf', 'psd', 't', 'fo', 'rua', 'ruf']);
/** Section 4.8 `dmarc-tag = 1*ALPHA equals ...` */
const TAG_NAME = /^[a-z]+$/i;

/** Whether a TXT is a DMARC record at all (section 4.7: otherwise the entire record is ignored). */
export function isDmarcRecord(text: string): boolean {
  return text.length <= MAX_RECORD_LENGTH && VERSION.test(text);
}

/**
 * Parses a TXT record as a DMARC record. Never throws; takes linear time; looks at 65,535 characters at most.
 *
 * A syntax error makes a tag fall back to its default (section 4.7). Of a repeated tag the last counts, as most receivers
 * have it, and `DUPLICATE_TAG` says that others void the list (RFC 6376 section 3.2). Tag names are read in any letter
 * case (the ABNF of RFC 7489 section 6.4 has them so); `TAG_CASE` says that RFC 6376 section 3.2 wants them exact.
 *
 * @example parseDmarcRecord('v=DMARC1; p=reject').tags.p // 'reject'
 */
export function parseDmarcRecord(text: string): DmarcRecord {
  const log = new ProblemLog();
  if (!isDmarcRecord(text)) return notDmarc(text, log);
  const { entries, values, duplicates } = readEntries(text, log);
  const meaning = readTagValues(values, log);
  lint(meaning, entries, log);
  return { text, isDmarc: true, ...meaning, entries, duplicates: [...duplicates], problems: log.problems };
}

/** Records kept read; each text of at most MAX_CACHED_LENGTH, so 2 MB at worst. */
const MAX_CACHED_RECORDS = 200;
const MAX_CACHED_LENGTH = 1000;
const cache = new Map<string, Readonly<DmarcRecord>>();

/**
 * `parseDmarcRecord` for who reads the same texts again and again: every identity below one domain inherits its record.
 * The result depends on nothing but the text and is shared: it must not be changed.
 */
export function cachedDmarcRecord(text: string): Readonly<DmarcRecord> {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const record = parseDmarcRecord(text);
  if (text.length > MAX_CACHED_LENGTH) return record;
  if (cache.size >= MAX_CACHED_RECORDS) cache.clear();
  cache.set(text, record);
  return record;
}

function notDmarc(text: string, log: ProblemLog): DmarcRecord {
  if (text.length > MAX_RECORD_LENGTH) {
    log.report('TOO_LONG', 'error', 'The text is longer than a TXT record can be.');
  }
  log.report(
    'NOT_DMARC',
    'error',
    'The first tag is not v=DMARC1, so receivers ignore the text as a whole.',
    'v',
  );
  return {
    text,
    isDmarc: false,
    tags: { adkim: 'r', aspf: 'r', psd: 'u', t: 'n', rua: [], ruf: [] },
    effect: { kind: 'not-processed', because: 'p' },
    uris: { rua: [], ruf: [] },
    entries: [],
    legacy: {},
    duplicates: [],
    problems: log.problems,
  };
}

interface Entries {
  entries: { name: string; value: string }[];
  /** The last value of each name. */
  values: Map<string, string>;
  duplicates: Set<string>;
}

function readEntries(text: string, log: ProblemLog): Entries {
  const read: Entries = { entries: [], values: new Map(), duplicates: new Set() };
  if (/[\r\n]/.test(text)) {
    log.report(
      'LINE_BREAK',
      'info',
      'The record holds a line break, which strict readers do not take for a blank.',
    );
  }
  for (const piece of text.split(';')) {
    const entry = trimBlanks(piece);
    if (entry !== '') readEntry(entry, read, log);
  }
  return read;
}

function readEntry(entry: string, read: Entries, log: ProblemLog): void {
  const equals = entry.indexOf('=');
  if (equals < 0) {
    log.report('NOT_A_TAG', 'warning', `"${excerpt(entry)}" is no tag=value pair and is ignored.`);
    return;
  }
  const written = trimBlanks(entry.slice(0, equals));
  if (!TAG_NAME.test(written)) {
    log.report(
      'TAG_SYNTAX',
      'warning',
      `"${excerpt(written)}" is no tag name (letters only); it is ignored.`,
    );
    return;
  }
  const name = written.toLowerCase();
  lintName(written, name, log);
  if (read.values.has(name) && !read.duplicates.has(name)) {
    read.duplicates.add(name);
    reportDuplicate(name, log);
  }
  const value = trimBlanks(entry.slice(equals + 1));
  read.entries.push({ name, value });
  read.values.set(name, value);
}

function lintName(written: string, name: string, log: ProblemLog): void {
  if (!KNOWN_TAGS.has(name)) {
    if (REMOVED_TAGS.includes(name)) return;
    const shown = excerpt(name, 30);
    log.report('UNKNOWN_TAG', 'info', `Tag ${shown} is not known and is ignored.`, shown);
  } else if (name !== written && name !== 'v') {
    log.report('TAG_CASE', 'warning', `Tag ${written} is not in lower case; some receivers ignore it.`, name);
  }
}

function reportDuplicate(name: string, log: ProblemLog): void {
  const shown = excerpt(name, 30);
  const isPolicy = POLICY_TAGS.some((tag) => tag === name);
  const message = `Tag ${shown} is given more than once: some receivers take the last, others ignore the whole record.`;
  log.report('DUPLICATE_TAG', isPolicy ? 'error' : KNOWN_TAGS.has(name) ? 'warning' : 'info', message, shown);
}

function lint(
  { tags, effect }: Pick<DmarcRecord, 'tags' | 'effect'>,
  entries: Entries['entries'],
  log: ProblemLog,
): void {
  if (!entries.some(({ name }) => name === 'p')) {
    log.report('P_MISSING', 'error', 'The record has no p tag.', 'p');
  } else if (entries[1]?.name !== 'p') {
    log.report('P_NOT_SECOND', 'info', 'RFC 7489 wanted p right after v; RFC 9989 does not.', 'p');
  }
  if (effect.kind === 'as-none') {
    const message = `Because of ${effect.because} the record counts as p=none (RFC 9989 section 4.10.1).`;
    log.report('TREATED_AS_NONE', 'error', message, effect.because);
  }
  if (effect.kind === 'not-processed') {
    const message = `Because of ${effect.because}, and without a valid rua, DMARC does not apply (RFC 9989 section 4.10.1).`;
    log.report('NO_DMARC_PROCESSING', 'error', message, effect.because);
  }
  if (tags.t === 'y') {
    log.report(
      'TEST_MODE',
      'warning',
      't=y asks receivers for the policy one level below the published one.',
      't',
    );
  }
  if (tags.rua.length === 0) {
    log.report('RUA_MISSING', 'warning', 'No aggregate report is asked for: there is no valid rua.', 'rua');
  }
}

/** WSP of the ABNF, and line breaks, which RFC 6376's folding white space knows and which TXT editors leave behind. */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a;
}
