import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTable } from '../../local/table/table.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'table-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
const clientOf = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });

async function createTable(client: DynamoDBClient): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: 'findings',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    }),
  );
}
const item = { pk: { S: 'TARGET#ä' }, n: { N: '1' } };
const read = new GetItemCommand({ TableName: 'findings', Key: { pk: item.pk }, ConsistentRead: true });

describe('The embedded table', () => {
  it('makes a table that is ready at once', async () => {
    const table = await startTable();
    const client = clientOf(table.endpoint);
    await createTable(client);
    const status = async (): Promise<string | undefined> =>
      (await client.send(new DescribeTableCommand({ TableName: 'findings' }))).Table?.TableStatus;
    await vi.waitFor(async () => expect(await status()).toBe('ACTIVE'), { timeout: 2000, interval: 5 });
    await client.send(new PutItemCommand({ TableName: 'findings', Item: item }));
    expect((await client.send(read)).Item).toEqual(item);
    await table.close();
  });

  it('keeps conditional writes', async () => {
    const table = await startTable();
    const client = clientOf(table.endpoint);
    await createTable(client);
    const put = (): Promise<unknown> =>
      client.send(
        new PutItemCommand({
          TableName: 'findings',
          Item: item,
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    await put();
    await expect(put()).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    await table.close();
  });

  it('finds in a folder what an earlier process left there', async () => {
    const first = await startTable({ folder: join(folder, 'new', 'table') });
    const client = clientOf(first.endpoint);
    await createTable(client);
    await client.send(new PutItemCommand({ TableName: 'findings', Item: item }));
    await first.close();
    const second = await startTable({ folder: join(folder, 'new', 'table') });
    expect((await clientOf(second.endpoint).send(read)).Item).toEqual(item);
    await second.close();
  });

  it('writes nothing to the terminal', async () => {
    const written = ['log', 'info', 'warn', 'error'].map((method) => vi.spyOn(console, method as 'log'));
    const table = await startTable({ folder });
    await createTable(clientOf(table.endpoint));
    await table.close();
    expect(written.flatMap((spy) => spy.mock.calls)).toEqual([]);
    vi.restoreAllMocks();
  });

  it('answers without a socket, until it is closed', async () => {
    const table = await startTable();
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.ListTables',
      'x-amz-date': '20261121T080000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=a/20261121/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=b',
    };
    const request = { method: 'POST', rawPath: '/', headers, body: Buffer.from('{}') };
    expect(await table.handle(request)).toMatchObject({ status: 200, body: '{"TableNames":[]}' });
    await table.close();
    await table.close();
    await expect(table.handle(request)).rejects.toThrow('closed');
  });
});

describe('A folder that cannot be used', () => {
  it('is named when it is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(startTable({ folder: file })).rejects.toThrow(
      `The folder ${file} cannot be written (EEXIST).`,
    );
    await expect(startTable({ folder: join(file, 'below') })).rejects.toThrow('cannot be written (ENOTDIR)');
  });

  it('is named when another table of this process holds it', async () => {
    const table = await startTable({ folder });
    await expect(startTable({ folder })).rejects.toThrow(
      `The table in ${folder} is in use by another process.`,
    );
    await table.close();
  });

  it('is named when another process holds it', async () => {
    const script = `
      const { createRequire } = require('node:module');
      const { Level } = createRequire(require.resolve('dynalite'))('level');
      const level = new Level(process.argv[1]);
      level.open().then(() => process.stdout.write('open'));
      process.stdin.on('end', () => process.exit()).resume();`;
    const holder = spawn(process.execPath, ['-e', script, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
    const exited = new Promise((resolve) => holder.once('exit', resolve));
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    await expect(startTable({ folder })).rejects.toThrow('is in use by another process');
    holder.stdin.end();
    await exited;
    await (await startTable({ folder })).close();
  });
});
