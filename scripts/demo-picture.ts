/**
 * Draws docs/demo.svg from what `npm run demo` prints: `npm run demo | npm run docs:demo-picture`.
 * Not checked for freshness: names of executions and times differ at every run.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MAX_LINES = 74;
const MAX_COLUMNS = 104;
const [LINE, CHARACTER, MARGIN] = [17, 7.85, 18];

/** Kept of the output: how the scans ended, and the mail from its subject on. */
function pick(output: string): string[] {
  const lines = output.split('\n').map((line) => line.replace(/\u001b\[[0-9;]*m/g, '').trimEnd());
  const ends = lines.filter((line) => line.startsWith('✔'));
  const mail = lines.slice(
    Math.max(
      0,
      lines.findIndex((line) => line.startsWith('Subject:')),
    ),
  );
  const all = ['$ npm ci && npm run demo', ...ends, '', ...mail];
  return all.length > MAX_LINES ? [...all.slice(0, MAX_LINES - 1), '...'] : all;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function colourOf(line: string): string {
  if (line.startsWith('$') || line.startsWith('Subject:') || /^[A-Z][A-Z ,]+$/.test(line)) return '#ffffff';
  if (line.startsWith('✔')) return '#7ee787';
  if (/\b(CRITICAL|HIGH)\b/.test(line)) return '#ff9e80';
  if (/\bMEDIUM\b/.test(line)) return '#e3b341';
  return '#c9d1d9';
}

const lines = pick(readFileSync(0, 'utf8'));
const width = MAX_COLUMNS * CHARACTER + 2 * MARGIN;
const height = lines.length * LINE + 2 * MARGIN;
const texts = lines.map(
  (line, index) =>
    `<text x="${MARGIN}" y="${MARGIN + (index + 0.8) * LINE}" fill="${colourOf(line)}" xml:space="preserve">${escape(line.slice(0, MAX_COLUMNS))}</text>`,
);
const svg = [
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
  '<title>What npm run demo prints</title>',
  `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
  `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13">`,
  ...texts,
  '</g></svg>',
];
writeFileSync(join(import.meta.dirname, '..', 'docs', 'demo.svg'), `${svg.join('\n')}\n`);
