/** The TXT records at one selector: exactly one may stand there (RFC 6376 section 3.6.2.2). */
import { parseDkimKey } from './dkim-key.ts';
import type { DkimKey } from './dkim-types.ts';

/** More records than this at one name are counted, not parsed. */
const MAX_PARSED = 20;

export type DkimKeySelection =
  | { kind: 'none' }
  | { kind: 'one'; key: DkimKey; text: string }
  /** What verifiers do with several is undefined: some take the first that comes, which changes from answer to answer. */
  | { kind: 'many'; count: number; keys: { key: DkimKey; text: string }[] };

/** @param txt every TXT at `<selector>._domainkey.<domain>` */
export function selectDkimKey(txt: readonly string[]): DkimKeySelection {
  const keys = txt.slice(0, MAX_PARSED).map((text) => ({ key: parseDkimKey(text), text }));
  const [first] = keys;
  if (first === undefined) return { kind: 'none' };
  return txt.length === 1 ? { kind: 'one', ...first } : { kind: 'many', count: txt.length, keys };
}
