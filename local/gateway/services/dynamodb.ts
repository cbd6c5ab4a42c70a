/** DynamoDB (JSON 1.0): checked here, answered by the embedded table. All accounts and Regions share its tables. */
import { CommonFailure } from '../errors.ts';
import { jsonProtocol } from '../protocol.ts';
import { type Call, type Operation, type Operations, RawReply, type Service } from '../service.ts';

const OPERATIONS = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
];

const forwarded = (operation: string): Operation => ({
  action: `dynamodb:${operation}`,
  resource: ({ input, region, account }: Call) => {
    const table = input.text('TableName');
    return table === undefined ? '*' : `arn:aws:dynamodb:${region}:${account.id}:table/${table}`;
  },
  run: async ({ request, surroundings: { table } }) => {
    if (table) return new RawReply(await table.handle(request));
    throw new CommonFailure('unknownOperation', 'This simulated organization was started without a table.');
  },
});

const operations: Operations = Object.fromEntries(OPERATIONS.map((name) => [name, forwarded(name)]));

export const dynamodb: Service = {
  name: 'dynamodb',
  signingName: 'dynamodb',
  protocol: jsonProtocol('1.0'),
  operations,
  bodyLimit: 16 * 1024 * 1024,
  global: false,
  throttled: false,
};
