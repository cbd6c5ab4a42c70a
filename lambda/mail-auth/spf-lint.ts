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
  const warn = (code: SpfLintCode, message: string, at?: Placed): void => {
    problems.push({
      code,
      level: 'warning',
      message,
      start: at?.start ?? 0,
      end: at?.end ?? record.text.length,
    });
  };
  const all = record.directives.find(({ mechanism }) => mechanism === 'all');
  const seen = new Set<string>();
  for (const directive of record.directives) {
    const { text, mechanism } = directive;
    const term = text.slice(0, 80);
    if (all && directive.start > all.start) {
      warn('TERM_AFTER_ALL', `"${term}" stands after "all" and is never reached (section 5.1).`, directive);
    }
    const key = text.toLowerCase().replace(/^[+\-~?]/, '');
    if (seen.has(key) && mechanism !== 'all') {
      const cost = costsLookup(directive) ? ' and costs a second DNS term' : '';
      warn('DUPLICATE_TERM', `"${term}" stands twice; the second changes nothing${cost}.`, directive);
    }
    seen.add(key);
    if (mechanism === 'ptr') {
      warn('PTR_USED', '"ptr" is slow and unreliable and should not be used (section 5.5).', directive);
    }
    if (directive.qualifier !== '+') continue;
    if (mechanism === 'all') warn('PASS_ALL', `"${term}" lets every host in the world pass.`, directive);
    const prefix = widestPrefix(directive);
    if (prefix !== undefined && prefix <= HUGE_PREFIX) {
      warn('HUGE_NETWORK', `"${term}" lets a network as wide as /${prefix} pass.`, directive);
    }
  }
  if (all && record.redirect) {
    warn('REDIRECT_BESIDE_ALL', '"redirect" is ignored beside "all" (section 6.1).', record.redirect);
  }
  if (!all && !record.redirect) {
    warn(
      'NO_ALL',
      'Neither "all" nor "redirect" ends the record; what matches nothing is neutral (section 4.7).',
    );
  }
  for (const modifier of unknownModifiers) {
    warn(
      'UNKNOWN_MODIFIER',
      `"${modifier.text.slice(0, 80)}" is ignored by receivers (section 6).`,
      modifier,
    );
  }
  if (record.text.length > PRACTICAL_RECORD_LENGTH) {
    const message = `The record has ${record.text.length} octets; more than ${PRACTICAL_RECORD_LENGTH} may not fit one UDP answer (section 3.4).`;
    warn('RECORD_SIZE', message);
  }
  return problems.sort((a, b) => (a.start ?? 0) - (b.start ?? 0));
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
