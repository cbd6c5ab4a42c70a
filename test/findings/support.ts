/** What the tests of the store share: a table in dynalite, a clock that is set, a mail box, findings made short. */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { startTable, type Table } from '../../local/table/table.ts';
import type { Finding, Status, Subject } from '../../lambda/controls/types.ts';
import type { DigestMessage, MailStepOptions } from '../../lambda/findings/mail.ts';
import { runMailStep } from '../../lambda/findings/mail.ts';
import { tableDefinition } from '../../lambda/findings/schema.ts';
import type { Item } from '../../lambda/findings/store.ts';
import { createFindingsTable, type FindingsTable } from '../../lambda/findings/table.ts';
import type { ChangeTally, DigestEntry } from '../../lambda/findings/types.ts';

export interface TestDatabase {
  /** A client with a middleware stack of its own. */
  client(): DynamoDBClient;
  /** An empty table. */
  createTable(): Promise<string>;
  dump(tableName: string): Promise<Item[]>;
  close(): Promise<void>;
}

export async function startDatabase(): Promise<TestDatabase> {
  const table = await startTable();
  const clients: DynamoDBClient[] = [];
  const client = (): DynamoDBClient => {
    const created = new DynamoDBClient({
      // Without a socket: the same bytes, several times as fast.
      requestHandler: { handle: (request: HttpRequest) => answer(table, request) },
      endpoint: table.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
      maxAttempts: 1,
    });
    clients.push(created);
    return created;
  };
  const admin = client();
  const documents = DynamoDBDocumentClient.from(admin);
  return {
    client,
    async createTable() {
      const tableName = `findings-${randomUUID()}`;
      await admin.send(new CreateTableCommand(tableDefinition(tableName)));
      const describe = () => admin.send(new DescribeTableCommand({ TableName: tableName }));
      while ((await describe()).Table?.TableStatus !== 'ACTIVE') await new Promise(setImmediate);
      return tableName;
    },
    async dump(TableName) {
      const items: Item[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const page = await documents.send(new ScanCommand({ TableName, ExclusiveStartKey: start }));
        items.push(...(page.Items ?? []));
        start = page.LastEvaluatedKey;
      } while (start);
      return items.sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
    },
    async close() {
      for (const it of clients) it.destroy();
      await table.close();
    },
  };
}

interface HttpRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

async function answer(table: Table, { method, path, headers, body }: HttpRequest) {
  const bytes =
    body instanceof Uint8Array
      ? Buffer.from(body.buffer, body.byteOffset, body.byteLength)
      : Buffer.from(body ?? '');
  const reply = await table.handle({ method, rawPath: path, headers, body: bytes });
  const content = Readable.from([Buffer.from(reply.body)]);
  return { response: { statusCode: reply.status, headers: reply.headers, body: content, reason: '' } };
}

function keyOf(item: Item): string {
  return `${String(item['pk'])} ${String(item['sk'])}`;
}

/** A clock that moves a millisecond at every look, and as far as it is told. */
export class Clock {
  #ms = Date.parse('2026-11-21T06:00:00.000Z');

  readonly now = (): Date => new Date((this.#ms += 1));

  advance(seconds: number): void {
    this.#ms += seconds * 1000;
  }

  /** ISO 8601. */
  get time(): string {
    return this.now().toISOString();
  }
}

export interface Bench {
  table: FindingsTable;
  tableName: string;
  clock: Clock;
  mailbox: DigestMessage[];
  /** Records findings of a subject, by default one identity, in the scan `s1`. */
  record(findings: Finding[], how?: RecordHow): ReturnType<FindingsTable['recordSubject']>;
  mail(scanId: string, options?: Partial<MailStepOptions<ChangeTally>>): ReturnType<typeof runMailStep>;
}

export interface RecordHow {
  subject?: Subject;
  scan?: string;
  full?: boolean;
  observedAt?: string;
  baseline?: boolean;
  revisions?: { [controlId: string]: number };
  extra?: Partial<Parameters<FindingsTable['recordSubject']>[0]>;
}

export const IDENTITY: Subject = {
  kind: 'identity',
  accountId: '111111111111',
  region: 'eu-west-1',
  name: 'example.com',
};

export async function createBench(database: TestDatabase): Promise<Bench> {
  const clock = new Clock();
  const tableName = await database.createTable();
  const table = createFindingsTable({
    client: database.client(),
    tableName,
    retentionDays: 365,
    now: clock.now,
  });
  const mailbox: DigestMessage[] = [];
  return {
    table,
    tableName,
    clock,
    mailbox,
    record: (findings, how = {}) => record(table, clock, findings, how),
    mail: (scanId, options = {}) =>
      runMailStep({
        table,
        scan: { id: scanId },
        owner: 'test',
        header: ({ tally }) => tally,
        render: renderPlainly,
        publish: (message) => {
          mailbox.push(message);
          return Promise.resolve();
        },
        wait: (ms) => Promise.resolve(clock.advance(ms / 1000)),
        ...options,
      }),
  };
}

function record(
  table: FindingsTable,
  clock: Clock,
  findings: Finding[],
  how: RecordHow,
): ReturnType<FindingsTable['recordSubject']> {
  const revisions = Object.fromEntries(findings.map((it) => [it.controlId, it.revision]));
  return table.recordSubject({
    subject: how.subject ?? IDENTITY,
    scan: { id: how.scan ?? 's1', startTime: '2026-11-21T06:00:00.000Z', full: how.full ?? true },
    observedAt: how.observedAt ?? clock.time,
    revisions: how.revisions ?? revisions,
    judge: () => findings,
    baselineIfNew: how.baseline ?? false,
    ...how.extra,
  });
}

/** One line a change, so that a test reads what was told. */
export function renderPlainly({ entries }: { header: ChangeTally; entries: DigestEntry[] }): {
  subject: string;
  body: string;
} {
  const lines = entries.flatMap(({ changes }) =>
    changes.map(
      ({ subject, key, kind }) => `${kind} ${key} ${'name' in subject ? subject.name : subject.kind}`,
    ),
  );
  return { subject: `${lines.length} changes`, body: lines.sort().join('\n') };
}

/** `finding('DKIM-01', 'FAIL')`; a sub-key after `#`. */
export function finding(key: string, status: Status, more: Partial<Finding> = {}): Finding {
  const controlId = key.split('#')[0] ?? key;
  return {
    key,
    controlId,
    revision: 1,
    status,
    reason: `${controlId}_${status}`,
    reasonClass: 0,
    severity: 'HIGH',
    summary: `${key} is ${status}.`,
    evidence: {},
    ...more,
  };
}
