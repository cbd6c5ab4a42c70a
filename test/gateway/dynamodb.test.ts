import {
  CreateTableCommand,
  DynamoDBClient,
  ListBackupsCommand,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTable, type Table } from '../../local/table/table.ts';
import { assumeMember, refusalOf, type Sandbox, startSandbox } from './harness.ts';
import { MEMBER } from './world.ts';

const TableName = 'ses-posture';
let table: Table;
let sandbox: Sandbox;
let client: DynamoDBClient;
let documents: DynamoDBDocumentClient;

beforeAll(async () => {
  table = await startTable();
  sandbox = await startSandbox({ table });
  client = new DynamoDBClient(sandbox.config());
  documents = DynamoDBDocumentClient.from(client);
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
    }),
  );
});
afterAll(async () => {
  await sandbox.close();
  await table.close();
});

describe('DynamoDB behind the gateway', () => {
  it('keeps items', async () => {
    const Item = { pk: 'SCANS', sk: '2026#ä', totals: { accounts: 15, seen: true } };
    await documents.send(new PutCommand({ TableName, Item }));
    const { pk, sk } = Item;
    expect((await documents.send(new GetCommand({ TableName, Key: { pk, sk } }))).Item).toEqual(Item);
    const query = { TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } };
    expect((await documents.send(new QueryCommand(query))).Items).toEqual([Item]);
  });

  it('hands on the table’s own errors', async () => {
    const missing = documents.send(new GetCommand({ TableName: 'absent', Key: { pk: 'x' } }));
    expect(await refusalOf(missing)).toMatchObject({ name: 'ResourceNotFoundException', status: 400 });
    const conditional = {
      TableName,
      Item: { pk: 'SCANS', sk: '2026#ä' },
      ConditionExpression: 'attribute_not_exists(pk)',
    };
    expect((await refusalOf(documents.send(new PutCommand(conditional)))).name).toBe(
      'ConditionalCheckFailedException',
    );
  });

  it('checks the signature and the permission before the table is asked', async () => {
    const config = sandbox.config({ accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' });
    const stranger = new DynamoDBClient(config);
    expect((await refusalOf(stranger.send(new ListTablesCommand({})))).name).toBe(
      'UnrecognizedClientException',
    );
    const role = DynamoDBDocumentClient.from(new DynamoDBClient(sandbox.config(await assumeMember(sandbox))));
    const { name, message } = await refusalOf(
      role.send(new GetCommand({ TableName, Key: { pk: 'x', sk: 'y' } })),
    );
    expect(name).toBe('AccessDeniedException');
    expect(message).toContain(`on resource: arn:aws:dynamodb:us-east-1:${MEMBER}:table/${TableName} because`);
  });

  it('names an operation that it does not offer', async () => {
    const { name, message } = await refusalOf(client.send(new ListBackupsCommand({})));
    expect(name).toBe('UnknownOperationException');
    expect(message).toContain('dynamodb:ListBackups');
  });

  it('says so where the sandbox has no table', async () => {
    const without = await startSandbox();
    const { message } = await refusalOf(new DynamoDBClient(without.config()).send(new ListTablesCommand({})));
    expect(message).toContain('without a table');
    await without.close();
  });
});
