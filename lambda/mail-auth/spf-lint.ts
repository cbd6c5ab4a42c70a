/** What is right by the grammar of RFC 7208 and still wrong: warnings on one record. */
import type { SpfDirective, SpfLintCode, SpfProblem, SpfRecord } from './spf-types.ts';

/** RFC 7208 section 3.4: beyond this, an answer may not fit one UDP packet together with its headers. */
export const PRACTICAL_RECORD_LENGTH = 450;
/** A passing network of this prefix or shorter is nobody's own: 16 million IPv4 addresses and more. */
export const HUGE_PREFIX = 8;

interface Placed {
  text: string;
  start: number;
  end: number;
}

/** Warnings in the order of the text. */
export function lintRecord(record: SpfRecord, unknownModifiers: readonly Placed[]): SpfProblem[] {
  const problems: SpfProblem[] = [];
  const whole = { text: record.text, start: 0, end: record.text.length };
  const all = record.directives.find(({ mechanism }) => mechanism === 'all');
  const seen = new Set<string>();
  for (const directive of record.directives) lintDirective(directive, all, seen, problems);
  if (all && record.redirect) {
    const message = '"redirect" is ignored beside "all" (section 6.1).';
    warn(problems, 'REDIRECT_BESIDE_ALL', message, record.redirect);
  }
  if (!all && !record.redirect) {
    const message =
      'Neither "all" nor "redirect" ends the record; what matches nothing is neutral (section 4.7).';
    warn(problems, 'NO_ALL', message, whole);
  }
  for (const modifier of unknownModifiers) {
    const message = `"${modifier.text.slice(0, 80)}" is ignored by receivers (section 6).`;
    warn(problems, 'UNKNOWN_MODIFIER', message, modifier);
  }
  if (record.text.length > PRACTICAL_RECORD_LENGTH) {
    const message = `The record has ${record.text.length} octets; more than ${PRACTICAL_RECORD_LENGTH} may not fit one UDP answer (section 3.4).`;
    warn(problems, 'RECORD_SIZE', message, whole);
  }
  return problems.sort((a, b) => (a.start ?? 0) - (b.start ?? 0));
}

/** @param seen the terms before, in lower case and without qualifier; this one is added */
function lintDirective(
  directive: SpfDirective,
  all: SpfDirective | undefined,
  seen: Set<string>,
  problems: SpfProblem[],
): void {
  const { text, mechanism } = directive;
  if (all && directive.start > all.start) {
    const message = `"${shown(text)}" stands after "all" and is never reached (section 5.1).`;
    warn(problems, 'TERM_AFTER_ALL', message, directive);
  }
  const unsigned = text.startsWith(directive.qualifier) ? text.slice(1) : text;
  const key = unsigned.toLowerCase();
  const repeated = seen.has(key);
  if (repeated && mechanism !== 'all') {
    const cost = costsLookup(directive) ? ' and costs a second DNS term' : '';
    const message = `"${shown(text)}" stands twice; the second changes nothing${cost}.`;
    warn(problems, 'DUPLICATE_TERM', message, directive);
  }
  seen.add(key);
  if (mechanism === 'ptr') {
    const message = '"ptr" is slow and unreliable and should not be used (section 5.5).';
    warn(problems, 'PTR_USED', message, directive);
  }
  if (directive.qualifier !== '+') return;
  // A second `all` is never reached.
  if (mechanism === 'all' && !repeated) {
    warn(problems, 'PASS_ALL', `"${shown(text)}" lets every host in the world pass.`, directive);
  }
  const prefix = widestPrefix(directive);
  if (prefix !== undefined && prefix <= HUGE_PREFIX) {
    const message = `"${shown(text)}" lets a network as wide as /${prefix} pass.`;
    warn(problems, 'HUGE_NETWORK', message, directive);
  }
}

function warn(problems: SpfProblem[], code: SpfLintCode, message: string, { start, end }: Placed): void {
  problems.push({ code, level: 'warning', message, start, end });
}

function shown(text: string): string {
  return text.slice(0, 80);
}

/** Whether the term is one of the ten of section 4.6.4. */
export function costsLookup(directive: SpfDirective): boolean {
  return !['all', 'ip4', 'ip6'].includes(directive.mechanism);
}

/** The shortest prefix length by which a term matches; undefined where it names no network. */
export function widestPrefix(directive: SpfDirective): number | undefined {
  switch (directive.mechanism) {
    case 'ip4':
    case 'ip6':
      return directive.network.prefix;
    case 'a':
    case 'mx':
      return Math.min(directive.prefix4, directive.prefix6);
    default:
      return undefined;
  }
}
