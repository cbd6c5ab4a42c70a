/** The tag list of RFC 6376 section 3.2, read as strictly as section 6.1.2 asks of key records. */

export interface Tag {
  name: string;
  /** Folding white space round it removed. */
  value: string;
}

export type TagListProblem =
  | { code: 'TAG_SYNTAX'; text: string }
  | { code: 'EMPTY_TAG' }
  | { code: 'DUPLICATE_TAG' | 'NON_ASCII'; name: string };

export interface TagList {
  tags: Tag[];
  /** Any of these makes the whole list invalid. */
  problems: TagListProblem[];
}

/** More tags than any key record has; a longer list is hostile. */
const MAX_PROBLEMS = 20;

/** `tag-name = ALPHA *ALNUMPUNC`, where ALNUMPUNC is a letter, a digit or `_`. */
const TAG_NAME = /^[A-Za-z][A-Za-z0-9_]*$/;
/** `tval` and folding white space: printable ASCII but `;`. */
const TAG_VALUE = /^[\x20-\x3a\x3c-\x7e\t\r\n]*$/;

/**
 * Splits `tag-spec *( ";" tag-spec ) [ ";" ]`. One trailing semicolon is allowed, an empty tag elsewhere is not. Names are
 * case-sensitive. Linear in the length of the text.
 */
export function parseTagList(text: string): TagList {
  const pieces = text.split(';');
  if (pieces.length > 1 && trimFolding(pieces.at(-1) ?? '') === '') pieces.pop();
  const tags: Tag[] = [];
  const problems: TagListProblem[] = [];
  const names = new Set<string>();
  for (const piece of pieces) {
    const problem = readTag(piece, tags, names);
    if (problem !== undefined && problems.length < MAX_PROBLEMS) problems.push(problem);
  }
  return { tags, problems };
}

function readTag(piece: string, tags: Tag[], names: Set<string>): TagListProblem | undefined {
  const spec = trimFolding(piece);
  if (spec === '') return { code: 'EMPTY_TAG' };
  const equals = spec.indexOf('=');
  const name = equals < 0 ? spec : trimFolding(spec.slice(0, equals));
  if (equals < 0 || !TAG_NAME.test(name)) return { code: 'TAG_SYNTAX', text: spec };
  const value = trimFolding(spec.slice(equals + 1));
  if (names.has(name)) return { code: 'DUPLICATE_TAG', name };
  names.add(name);
  tags.push({ name, value });
  return TAG_VALUE.test(value) ? undefined : { code: 'NON_ASCII', name };
}

/** Removes blanks, tabs and line breaks at both ends: FWS, and what editors leave of it. */
export function trimFolding(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isFolding(text.charCodeAt(start))) start += 1;
  while (end > start && isFolding(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isFolding(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a;
}
