/** The few shapes of DynamoDB call that the table is built of: strongly consistent reads, single-item conditional writes. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import type { Key } from './schema.ts';

/** An item as stored; every file casts what it has itself written. */
export type Item = { [attribute: string]: unknown };

/** The item without its keys and its expiry. */
export function contentOf(item: Item): Item {
  const notContent = ['pk', 'sk', 'expiresAt'];
  return Object.fromEntries(Object.entries(item).filter(([attribute]) => !notContent.includes(attribute)));
}

export type Update = Omit<UpdateCommandInput, 'TableName' | 'Key' | 'ReturnValues'>;

/** One call's worth, the SDK's own retries included. Milliseconds. */
const CALL_TIMEOUT_MS = 30_000;
const CONCURRENCY = 32;

/** What went wrong with the table, as a sentence. `cause` is the SDK's error. */
export class TableError extends Error {
  override name = 'TableError';
}

export interface Store {
  now(): Date;
  /** Epoch seconds after which what is written now may go. */
  expiry(): number;
  get(key: Key): Promise<Item | undefined>;
  put(item: Key & Item): Promise<void>;
  /** @returns false when there is such an item already. */
  putIfAbsent(item: Key & Item): Promise<boolean>;
  /** @returns the item after the update, or undefined when the condition did not hold. */
  update(key: Key, update: Update): Promise<Item | undefined>;
  /** @returns false when the condition did not hold. */
  remove(key: Key, condition?: { attribute: string; equals: string }): Promise<boolean>;
  /** All items of a partition in order of sk, page by page. */
  query(pk: string, options?: QueryOptions): AsyncGenerator<Item>;
}

export interface QueryOptions {
  prefix?: string;
  /** Only items with a greater sk. */
  after?: string;
  /** Attributes to return; all when absent. */
  attributes?: readonly string[];
  newestFirst?: boolean;
}

export function createStore(options: {
  client: DynamoDBClient;
  tableName: string;
  retentionDays: number;
  now?: () => Date;
}): Store {
  const { tableName: TableName, retentionDays } = options;
  const now = options.now ?? (() => new Date());
  const documents = DynamoDBDocumentClient.from(options.client, {
    marshallOptions: { removeUndefinedValues: true },
  });

  const call = async <T>(work: (abort: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> => {
    try {
      return await work({ abortSignal: AbortSignal.timeout(CALL_TIMEOUT_MS) });
    } catch (error) {
      throw sentence(error, TableName);
    }
  };

  return {
    now,
    expiry: () => Math.floor(now().getTime() / 1000) + retentionDays * 86_400,
    async get(key) {
      const input = { TableName, Key: key, ConsistentRead: true };
      return (await call((abort) => documents.send(new GetCommand(input), abort))).Item;
    },
    async put(Item) {
      await call((abort) => documents.send(new PutCommand({ TableName, Item }), abort));
    },
    async putIfAbsent(Item) {
      const input = { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' };
      return call((abort) => conditionally(documents.send(new PutCommand(input), abort)));
    },
    async update(key, update) {
      const input = { ...update, TableName, Key: key, ReturnValues: 'ALL_NEW' as const };
      let after: Item | undefined;
      const held = await call((abort) =>
        conditionally(
          documents.send(new UpdateCommand(input), abort).then((output) => (after = output.Attributes)),
        ),
      );
      return held ? (after ?? {}) : undefined;
    },
    async remove(key, condition) {
      const input = {
        TableName,
        Key: key,
        ...(condition && {
          ConditionExpression: '#attribute = :value',
          ExpressionAttributeNames: { '#attribute': condition.attribute },
          ExpressionAttributeValues: { ':value': condition.equals },
        }),
      };
      return call((abort) => conditionally(documents.send(new DeleteCommand(input), abort)));
    },
    async *query(pk, queryOptions = {}) {
      let start: Record<string, unknown> | undefined;
      do {
        const input = { ...queryInput(pk, queryOptions), TableName, ExclusiveStartKey: start };
        const page = await call((abort) => documents.send(new QueryCommand(input), abort));
        yield* page.Items ?? [];
        start = page.LastEvaluatedKey;
      } while (start);
    },
  };
}

function queryInput(pk: string, { prefix, after, attributes, newestFirst }: QueryOptions) {
  if (prefix !== undefined && after !== undefined && !after.startsWith(prefix)) after = undefined;
  // Of one prefix and a start, DynamoDB takes one condition: a range up to the prefix's last possible key.
  const range =
    after !== undefined && prefix !== undefined
      ? {
          text: ' AND sk BETWEEN :after AND :last',
          values: { ':after': `${after}\0`, ':last': `${prefix}\u{10ffff}` },
        }
      : after !== undefined
        ? { text: ' AND sk > :after', values: { ':after': after } }
        : prefix !== undefined
          ? { text: ' AND begins_with(sk, :prefix)', values: { ':prefix': prefix } }
          : { text: '', values: {} };
  const names = Object.fromEntries((attributes ?? []).map((name, index) => [`#a${index}`, name]));
  return {
    KeyConditionExpression: `pk = :pk${range.text}`,
    ExpressionAttributeValues: { ':pk': pk, ...range.values },
    ...(attributes && {
      ProjectionExpression: Object.keys(names).join(', '),
      ExpressionAttributeNames: names,
    }),
    ConsistentRead: true,
    ScanIndexForward: !newestFirst,
  };
}

async function conditionally(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

function sentence(error: unknown, tableName: string): TableError {
  const { name, message } = error as Error;
  const remedy =
    name === 'ResourceNotFoundException'
      ? 'Deploy the scanner stack, or name an existing table.'
      : 'Nothing was stored by this call; it can be repeated.';
  return new TableError(
    `The table ${tableName} did not answer as it should (${name}: ${message}). ${remedy}`,
    {
      cause: error,
    },
  );
}

/** Runs `work` over all items, at most 32 at a time, and waits for all; the first error is thrown at the end. */
export async function forEachLimited<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const limit = pLimit(CONCURRENCY);
  const results = await Promise.allSettled([...items].map((item) => limit(() => work(item))));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Cuts a stream into arrays of at most `size`, so that memory stays bounded while work goes on side by side. */
export async function* inPages<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let page: T[] = [];
  for await (const item of items) {
    page.push(item);
    if (page.length >= size) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}
