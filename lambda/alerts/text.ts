/** Plain text for a mail client: outside strings made harmless, lines kept short. */

export const WIDTH = 100;

/** Controls, format characters (bidirectional and zero-width ones), what is unassigned or private, line separators. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/** The text on one line, without anything invisible, at most `limit` characters. */
export function clean(text: string, limit: number): string {
  // Cut before the expressions run: what comes from outside is never worked through at full length.
  const line = text
    .slice(0, limit * 4)
    .replace(UNPRINTABLE, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  const characters = [...line];
  return characters.length <= limit ? line : `${characters.slice(0, limit - 3).join('')}...`;
}

/** Letters without their accents, and nothing beyond printable ASCII. */
export function asciiOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]/g, '')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** Breaks at blanks; a word longer than a line stays whole, so that names can be copied. */
export function wrap(text: string, indent: string, hanging = indent): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const start = lines.length === 0 ? indent : hanging;
    if (line !== '' && start.length + line.length + 1 + word.length > WIDTH) {
      lines.push(start + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push((lines.length === 0 ? indent : hanging) + line);
  return lines;
}

/** `1 target`, `3 targets`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `ROLE_MISSING` as `role missing`. */
export function words(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ').replace('region', 'Region');
}

/** `21 Nov 2026`, in UTC. */
export function dateOf(time: string): string {
  const date = new Date(time);
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  return `${date.getUTCDate()} ${month[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()}`;
}
