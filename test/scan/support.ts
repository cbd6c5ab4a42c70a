/** A stack for one test file, what its table holds, and what its scans mailed. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { ScanSettings } from '../../lambda/contract.ts';
import type { Finding, Subject } from '../../lambda/controls/types.ts';
import type { FindingsTable } from '../../lambda/findings/table.ts';
import type { AccountCoverage, Change, ScanTotals, StoredFinding } from '../../lambda/findings/types.ts';
import { runtimeFromEnvironment } from '../../lambda/scan/runtime.ts';
import { deriveWorld } from '../../local/organization/build-world.ts';
import type { World } from '../../local/organization/types.ts';
import type { AccountSpec, UnitSpec } from '../../local/organization/vocabulary.ts';
import { runScan, type RunScanOptions, type ScanOutcome } from '../../local/run-scan.ts';
import { startStack, type Stack } from '../../local/stack.ts';

export interface Sandbox {
  stack: Stack;
  table: FindingsTable;
  /** A scan whose failed tasks are tried again at once. */
  scan: (options?: Omit<RunScanOptions, 'stack'>) => Promise<ScanOutcome>;
  close: () => Promise<void>;
}

/** A machine that is busy with other tests must not look like a resolver that fails. */
export const PATIENT_DNS: ScanSettings['dns'] = { servers: [], secondOpinionServers: [], timeoutMs: 20_000 };

/** Everything in memory and in a temporary folder; SES answers as fast as it can. */
export async function startSandbox(
  world: World,
  settings: Partial<ScanSettings> = {},
  more: { requestsPerSecond?: number } = {},
): Promise<Sandbox> {
  const folder = mkdtempSync(join(tmpdir(), 'scan-test-'));
  const stack = await startStack({
    folder,
    inMemory: true,
    world,
    settings: { organizationName: 'Example Corp', requestsPerSecond: 1_000, ...settings },
    ...more,
  });
  return {
    stack,
    table: runtimeFromEnvironment().table,
    scan: (options = {}) => runScan({ stack, retryIntervalMs: 1, ...options }),
    async close() {
      await stack.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Three Regions, of which scans of small organizations ask each account. */
export const THREE_REGIONS = ['eu-west-1', 'us-east-1', 'us-west-2'];

const ROOT = 'r-test';

/** An organization of the given accounts over three Regions; its management account has no identities unless given. */
export function smallWorld(
  accounts: (Omit<AccountSpec, 'in'> & { in?: string })[],
  units: UnitSpec[] = [],
  role: { memberRoleName?: string; externalId?: string } = {},
): World {
  const management = { id: '111111111111', name: 'management', in: ROOT, targets: {} };
  const world = deriveWorld(
    {
      id: 'o-test',
      name: 'Test',
      rootId: ROOT,
      managementAccountId: management.id,
      units,
      accounts: [
        ...(accounts.some(({ id }) => id === management.id) ? [] : [management]),
        ...accounts.map((account) => ({ in: ROOT, ...account })),
      ],
    },
    { now: new Date(), ...role },
  );
  return { ...world, sesRegions: THREE_REGIONS };
}

export type Item = { [attribute: string]: unknown };

/** Every item of the table by `<pk>/<sk>`, sets as sorted arrays. */
export async function readItems(): Promise<Map<string, Item>> {
  const client = new DynamoDBClient({});
  const documents = DynamoDBDocumentClient.from(client);
  const items = new Map<string, Item>();
  let start: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(
      new ScanCommand({ TableName: process.env['TABLE_NAME'], ExclusiveStartKey: start }),
    );
    for (const item of page.Items ?? []) items.set(`${item['pk']}/${item['sk']}`, plain(item));
    start = page.LastEvaluatedKey;
  } while (start);
  client.destroy();
  return items;
}

function plain(item: Item): Item {
  const text = JSON.stringify(item, (_key, value: unknown) =>
    value instanceof Set ? [...(value as Set<string>)].sort() : value,
  );
  return JSON.parse(text) as Item;
}

/** Stored findings of one control on a subject. */
export async function findingsOf(
  table: FindingsTable,
  subject: Subject,
  controlId: string,
): Promise<StoredFinding[]> {
  const stored = await table.readSubject(subject);
  return Object.values(stored?.findings ?? {}).filter(({ latest }) => latest.controlId === controlId);
}

export async function coverageOf(
  table: FindingsTable,
  scanId: string,
): Promise<{ [accountId: string]: AccountCoverage }> {
  const rows: { [accountId: string]: AccountCoverage } = {};
  for await (const row of table.listCoverage(scanId)) rows[row.accountId] = row;
  return rows;
}

/** Outcome of each Region of an account. */
export function outcomesOf(coverage: AccountCoverage | undefined): { [region: string]: string } {
  return Object.fromEntries(
    Object.entries(coverage?.regions ?? {}).map(([region, { outcome }]) => [region, outcome]),
  );
}

/** What must hold of every scan's totals: each outcome counted once, nothing pending. */
export function sumsOf(totals: ScanTotals | undefined): { accounts: number; targets: number } {
  const sum = (counts: { [outcome: string]: number } = {}): number =>
    Object.values(counts).reduce((all, count) => all + count, 0);
  return { accounts: sum(totals?.accountOutcomes), targets: sum(totals?.targetOutcomes) };
}

/** Every change that a digest told of, oldest first: `2 REGRESSED DKIM-05 of identity ...`. */
export function toldChanges(items: Map<string, Item>): string[] {
  const told: string[] = [];
  for (const [key, header] of items) {
    if (!/^DIGEST#\d+\/HEADER$/.test(key)) continue;
    for (const segment of header['segments'] as string[]) {
      for (const [entryKey, { entry }] of items) {
        if (!entryKey.startsWith(`DIGEST#${header['number']}/ENTRY#${segment}#`)) continue;
        const { changes, subject } = entry as { changes: Change[]; subject: Subject };
        for (const { kind, key: finding } of changes)
          told.push(`${header['number']} ${kind} ${finding} of ${subjectName(subject)}`);
      }
    }
  }
  return told.sort();
}

/** The same without the digests' numbers. */
export function everTold(items: Map<string, Item>): string[] {
  return toldChanges(items)
    .map((line) => line.slice(line.indexOf(' ') + 1))
    .sort();
}

/** What is known and told of every finding, without times. */
export function standing(items: Map<string, Item>): { [finding: string]: string } {
  const stand: { [finding: string]: string } = {};
  const short = (word: Item | undefined): string =>
    word ? `${word['status']} ${word['reason']}` : 'nothing';
  for (const item of items.values()) {
    if (item['findings'] === undefined) continue;
    const told = (item['told'] ?? {}) as { [key: string]: Item };
    for (const [key, { known }] of Object.entries(item['findings'] as { [key: string]: { known?: Item } }))
      stand[`${key} of ${subjectName(item['subject'] as Subject)}`] =
        `known ${short(known)}, told ${short(told[key])}`;
  }
  return stand;
}

/** Items left to be told, and workers that have not said that they ended. */
export function leftovers(items: Map<string, Item>): string[] {
  return [...items.keys()].filter((key) => /^(OUTBOX|PASSES)#/.test(key));
}

/** Mails of the findings topic, oldest first. */
export function mailsOf(stack: Stack): { subject: string; body: string }[] {
  return readdirSync(stack.outboxFolder)
    .filter((name) => name.endsWith('-ses-posture-findings.txt'))
    .sort()
    .map((name) => {
      const text = readFileSync(join(stack.outboxFolder, name), 'utf8');
      const end = text.indexOf('\n\n');
      return {
        subject: /^Subject: (.*)$/m.exec(text.slice(0, end))?.[1] ?? '',
        body: text.slice(end + 2),
      };
    });
}

/** Text without its line breaks, so that a sentence can be looked for. */
export function flat(text: string | undefined): string {
  return (text ?? '').replace(/\s+/g, ' ');
}

/** `222222222222 us-east-1 shop.example`, for messages and keys. */
export function subjectName(subject: Subject): string {
  const { accountId, region, name } = { accountId: '', region: '', name: '', ...subject };
  return [subject.kind, accountId, region, name].filter(Boolean).join(' ');
}

/** The handler's error as its state sees it. */
export function messageOf(outcome: ScanOutcome): string {
  const cause = outcome.execution.error?.Cause ?? '';
  try {
    return (JSON.parse(cause) as { errorMessage: string }).errorMessage;
  } catch {
    return cause;
  }
}

export function says(finding: Finding | undefined): string {
  return finding ? `${finding.status} ${finding.reason}` : 'nothing';
}
