/** A check report as a tree for a terminal. */
import { createColors } from 'picocolors';
import type { CheckNode, CheckReport, CheckStatus } from './report.ts';

type Paint = (text: string) => string;

const SIGNS: Readonly<Record<CheckStatus, string>> = {
  pass: '✔',
  info: '·',
  warn: '!',
  unknown: '?',
  fail: '✖',
};

const SUMMARY: Readonly<Record<CheckStatus, string>> = {
  pass: 'Everything passes.',
  info: 'Everything passes.',
  warn: 'Nothing fails, but there are warnings.',
  unknown: 'Some of it could not be judged: DNS did not answer, or not with one voice.',
  fail: 'Something fails.',
};

/**
 * @param options.colour whether the terminal shows colours; the signs alone tell the same
 * @returns lines joined by line breaks, one at the end
 */
export function renderCheckReport(report: CheckReport, { colour }: { colour: boolean }): string {
  const colours = createColors(colour);
  const paints: Record<CheckStatus, Paint> = {
    pass: colours.green,
    info: colours.dim,
    warn: colours.yellow,
    unknown: colours.magenta,
    fail: colours.red,
  };
  const lines: string[] = [];
  for (const { title, nodes } of report.sections) {
    lines.push(
      colours.bold(title),
      ...nodes.flatMap((node, index) => nodeLines(node, index === nodes.length - 1, '', paints)),
      '',
    );
  }
  lines.push(paints[report.status](`${SIGNS[report.status]} ${SUMMARY[report.status]}`));
  return `${lines.join('\n')}\n`;
}

function nodeLines(
  node: CheckNode,
  last: boolean,
  indent: string,
  paints: Record<CheckStatus, Paint>,
): string[] {
  const own = `${indent}${last ? '└─' : '├─'} ${paints[node.status](`${SIGNS[node.status]} ${node.text}`)}`;
  const deeper = `${indent}${last ? '   ' : '│  '}`;
  const children = node.children.flatMap((child, index) =>
    nodeLines(child, index === node.children.length - 1, deeper, paints),
  );
  return [own, ...children];
}
