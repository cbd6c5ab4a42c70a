/**
 * Names that look alike although they are written with letters of other scripts (Unicode UTS 39, "Unicode Security
 * Mechanisms", sections 4 "Confusable Detection" and 5 "Detection Mechanisms"). A small part of it: what a lower-case
 * Latin, Cyrillic, Greek or Armenian letter can be taken for. ASCII letters are never folded into one another (`1`, `l`):
 * that is spelling, not script.
 */
import { domainToUnicode } from 'node:url';

/** Beyond any name in A-labels (253) written out; a label is decoded to at most 63 characters. */
const MAX_LENGTH = 1024;

/** Latin letter to what is taken for it. The palochka is an l here, as in the best-known attack, not UTS 39's i. */
const TAKEN_FOR: Readonly<Record<string, string>> = {
  a: '\u0430\u03b1\u0251',
  b: '\u044c\u0185',
  c: '\u0441\u03f2\u1d04',
  d: '\u0501\u0257',
  e: '\u0435\u04bd\u212e',
  f: '\u03dd\u0192',
  g: '\u0261\u0581\u018d',
  h: '\u04bb\u0570',
  i: '\u0456\u03b9\u0131\u0269',
  j: '\u0458\u03f3',
  k: '\u043a\u03ba',
  l: '\u04cf\u01c0',
  n: '\u0578\u057c\u03b7',
  o: '\u043e\u03bf\u0585\u03c3\u1d0f\u0ed0',
  p: '\u0440\u03c1',
  q: '\u051b\u0563\u0566',
  r: '\u0433\u1d26',
  s: '\u0455\u01bd\ua731',
  t: '\u0442\u03c4',
  u: '\u057d\u03c5\u028b\u1d1c',
  v: '\u03bd\u0475\u1d20',
  w: '\u051d\u0461\u03c9\u1d21',
  x: '\u0445\u03c7',
  y: '\u0443\u03b3\u04af\u1eff',
  z: '\u1d22\u0290',
};

const LATIN: ReadonlyMap<string, string> = new Map(
  Object.entries(TAKEN_FOR).flatMap(([latin, others]) => [...others].map((other) => [other, latin] as const)),
);

/**
 * What a domain name looks like, in UTS 39's sense: two names with one skeleton can be taken for each other. Only for
 * comparing; it is no name.
 *
 * @param name A-labels or Unicode
 */
export function skeletonOf(name: string): string {
  const decomposed = unicodeName(name).normalize('NFD');
  return [...decomposed].map((character) => LATIN.get(character) ?? character).join('');
}

/**
 * Whether the name, or one it lies below, can be taken for `other` without being it.
 *
 * @param name A-labels, lower case
 * @param other A-labels, lower case
 * @example looksLike('xn--exmple-4nf.com', 'example.com') // true: its a is Cyrillic
 */
export function looksLike(name: string, other: string): boolean {
  const size = other.split('.').length;
  const labels = name.split('.');
  if (labels.length < size) return false;
  const end = labels.slice(-size).join('.');
  return end !== other && skeletonOf(end) === skeletonOf(other);
}

/** Scripts that are told apart; Han, kana and Hangul mix by right (UTS 39 section 5.2, "Highly Restrictive"). */
const SCRIPTS: readonly [script: string, letters: RegExp][] = [
  ['Latin', /\p{Script=Latin}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Hebrew', /\p{Script=Hebrew}/u],
  ['Arabic', /\p{Script=Arabic}/u],
  ['Cherokee', /\p{Script=Cherokee}/u],
  ['Georgian', /\p{Script=Georgian}/u],
];

/**
 * The scripts of the first label that mixes some which do not belong together; empty where none does.
 *
 * @param name A-labels or Unicode
 * @example mixedScripts('xn--exmple-4nf.com') // ['Latin', 'Cyrillic']
 */
export function mixedScripts(name: string): string[] {
  for (const label of unicodeName(name).split('.')) {
    const scripts = SCRIPTS.filter(([, letters]) => letters.test(label)).map(([script]) => script);
    if (scripts.length > 1) return scripts;
  }
  return [];
}

/** The name as a reader sees it; what cannot be decoded stays as it is. */
export function unicodeName(name: string): string {
  const text = name.slice(0, MAX_LENGTH).toLowerCase();
  return (/(^|\.)xn--/.test(text) ? domainToUnicode(text) : '') || text;
}
