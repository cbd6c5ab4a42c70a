/** What happened to a key record on its way into the DNS: quoting and escaping that became part of the text. */
import type { DkimProblem } from './dkim-types.ts';

/**
 * Explains a broken key record. Asked only where the parser found an error: the same characters may stand rightly in a
 * note.
 *
 * @param problems what the parser found
 */
export function dkimAccidents(text: string, problems: readonly DkimProblem[]): DkimProblem[] {
  if (!problems.some(({ severity, code }) => severity === 'error' && code !== 'KEY_REVOKED')) return [];
  const accidents: DkimProblem[] = [];
  if (/\\;/.test(text)) {
    accidents.push({
      code: 'ESCAPED_SEMICOLON',
      severity: 'error',
      message:
        'The semicolons are escaped as \\; and the backslashes became part of the record: publish it without them.',
    });
  }
  if (/"/.test(text)) {
    accidents.push({
      code: 'LITERAL_QUOTES',
      severity: 'error',
      message:
        'Quotes became part of the record, as when split strings are pasted whole: publish it without them.',
    });
  }
  if (/[\u2018-\u201f\u00ab\u00bb]/u.test(text)) {
    accidents.push({
      code: 'TYPOGRAPHIC_QUOTES',
      severity: 'error',
      message: 'Typographic quotes stand in the record: publish it without quotes.',
    });
  }
  if (/-----\s*BEGIN/i.test(text)) {
    accidents.push({
      code: 'KEY_PEM_ARMOUR',
      severity: 'error',
      message: 'p holds the BEGIN and END lines of a PEM file: publish what stands between them.',
      tag: 'p',
    });
  }
  return accidents;
}
