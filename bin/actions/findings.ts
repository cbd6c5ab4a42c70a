/** What the table of earlier scans holds, as a table or as JSON. */
import type { FindingsOptions } from '../commands/findings.ts';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Table from 'cli-table3';
import pc from 'picocolors';
import { SEVERITIES, type Severity, type Subject } from '../../lambda/controls/types.ts';
import type { FindingFilter, ListedFinding } from '../../lambda/findings/table.ts';
import { runtimeFromEnvironment } from '../../lambda/scan/runtime.ts';
import { startStack } from '../../local/stack.ts';
import { interruption, printable } from '../interruption.ts';
import { DEFAULT_FOLDER, SANDBOX_FOLDER } from '../options.ts';

export async function listFindings(options: FindingsOptions): Promise<void> {
  interruption.watch();
  const folder = resolve(options.folder ?? (options.sandbox ? SANDBOX_FOLDER : DEFAULT_FOLDER));
  if (!existsSync(join(folder, 'table'))) {
    throw new Error(
      `The folder ${folder} holds no scans. Run \`ses-posture scan\` first, or name its folder with --folder.`,
    );
  }
  needNoCredentials();
  const stack = await startStack({ folder });
  try {
    const found: ListedFinding[] = [];
    for await (const finding of runtimeFromEnvironment().table.listFindings(filterOf(options)))
      found.push(finding);
    found.sort(bySeverity);
    if (options.json) console.log(JSON.stringify(found, null, 2));
    else show(found);
  } finally {
    await stack.close();
  }
}

/** Nothing of AWS is asked, and the embedded table takes any key: the caller's own need not be there, nor valid. */
function needNoCredentials(): void {
  const any = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_REGION: 'us-east-1' };
  Object.assign(process.env, any);
  for (const name of ['AWS_SESSION_TOKEN', 'AWS_PROFILE']) delete process.env[name];
}

function filterOf(options: FindingsOptions): FindingFilter {
  const region = options.region?.[0];
  const severities = options.severity
    ? SEVERITIES.slice(0, SEVERITIES.indexOf(options.severity) + 1)
    : undefined;
  return {
    ...(options.account ? { accountId: options.account } : {}),
    ...(region ? { region } : {}),
    ...(options.domain ? { domain: options.domain.toLowerCase().replace(/\.$/, '') } : {}),
    ...(options.control ? { controlId: options.control.toUpperCase() } : {}),
    ...(severities ? { severities } : {}),
    ...(options.status ? { statuses: [options.status] } : {}),
  };
}

function bySeverity(left: ListedFinding, right: ListedFinding): number {
  const rank = ({ finding }: ListedFinding): number => SEVERITIES.indexOf(finding.latest.severity);
  return rank(left) - rank(right) || (left.finding.latest.key < right.finding.latest.key ? -1 : 1);
}

const COLOURS: { [severity in Severity]: (text: string) => string } = {
  CRITICAL: pc.magenta,
  HIGH: pc.red,
  MEDIUM: pc.yellow,
  LOW: pc.cyan,
  INFO: pc.gray,
};

function show(found: ListedFinding[]): void {
  if (found.length === 0) {
    console.log('No finding matches.');
    return;
  }
  const width = Math.max(80, Math.min(process.stdout.columns ?? 120, 160));
  const table = new Table({
    head: ['Severity', 'Status', 'Control', 'Where', 'What'],
    colWidths: [10, 9, 10, 34, width - 70],
    wordWrap: true,
    wrapOnWordBoundary: false,
    style: { head: [], border: [] },
  });
  for (const { subject, finding } of found) {
    const { severity, status, key, summary, reason } = finding.latest;
    table.push([
      COLOURS[severity](severity.toLowerCase()),
      status.toLowerCase().replace('_', ' '),
      printable(key),
      printable(where(subject)),
      printable(`${summary} (${reason})`),
    ]);
  }
  console.log(table.toString());
  console.log(
    `${found.length} ${found.length === 1 ? 'finding' : 'findings'}; --json shows evidence and fixes.`,
  );
}

function where(subject: Subject): string {
  switch (subject.kind) {
    case 'identity':
      return `${subject.name}\n${subject.accountId} ${subject.region}`;
    case 'target':
      return `${subject.accountId} ${subject.region}`;
    case 'account':
      return subject.accountId;
    case 'domain':
      return subject.name;
  }
}
