/** Keys of the one table (docs/architecture.md, "The table"). What stands under them is told by the files that write it. */
import { createHash } from 'node:crypto';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { SHARD_COUNT } from '../contract.ts';
import type { Dependent } from '../facts/types.ts';
import type { Subject } from '../controls/types.ts';

export const TABLE_KEYS = {
  pk: 'pk',
  sk: 'sk',
  /** Sparse: subjects with an open finding, under the worst severity. For people's queries, never for mail: it lags. */
  index: 'BySeverity',
  indexPk: 'gsiPk',
  indexSk: 'gsiSk',
  indexedAttributes: ['counts'],
  /** Epoch seconds after which DynamoDB may delete the item. */
  ttl: 'expiresAt',
} as const;

/** The table as local runs and tests create it; lib/ declares the same. TTL is switched on by a call of its own. */
export function tableDefinition(tableName: string): CreateTableCommandInput {
  const { pk, sk, index, indexPk, indexSk, indexedAttributes } = TABLE_KEYS;
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [pk, sk, indexPk, indexSk].map((name) => ({
      AttributeName: name,
      AttributeType: 'S',
    })),
    KeySchema: [
      { AttributeName: pk, KeyType: 'HASH' },
      { AttributeName: sk, KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: index,
        KeySchema: [
          { AttributeName: indexPk, KeyType: 'HASH' },
          { AttributeName: indexSk, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...indexedAttributes] },
      },
    ],
  };
}

/** A type alias, so that it also counts as an item. */
export type Key = { pk: string; sk: string };

/** The shard of a name, `'0'` to `'15'`: stable, and even over any kind of name. */
export function shardOf(name: string): string {
  return String(createHash('sha256').update(name).digest().readUInt16BE(0) % SHARD_COUNT);
}

export const SHARDS: readonly string[] = Array.from({ length: SHARD_COUNT }, (_, shard) => String(shard));

export const IDENTITY_PREFIX = 'IDENTITY#';

/** Where a subject is stored. An account's findings stand beside its record: each has one writer. */
export function subjectItemKey(subject: Subject): Key {
  switch (subject.kind) {
    case 'identity':
      return { pk: targetPk(subject.accountId, subject.region), sk: `${IDENTITY_PREFIX}${subject.name}` };
    case 'target':
      return { pk: targetPk(subject.accountId, subject.region), sk: 'TARGET' };
    case 'account':
      return { pk: `ACCOUNT#${subject.accountId}`, sk: 'FINDINGS' };
    case 'domain':
      return { pk: `DOMAIN#${subject.name}`, sk: 'DOMAIN' };
  }
}

/** A subject as one string: the same for equal subjects, different for different ones. */
export function subjectKey(subject: Subject): string {
  const { pk, sk } = subjectItemKey(subject);
  return `${pk}/${sk}`;
}

export function targetPk(accountId: string, region: string): string {
  return `TARGET#${accountId}#${region}`;
}

export const keys = {
  account: (accountId: string): Key => ({ pk: `ACCOUNT#${accountId}`, sk: 'ACCOUNT' }),
  /** Which accounts and domains there are, since a table cannot be asked for its partitions. */
  accountListed: (accountId: string): Key => ({ pk: 'ACCOUNTS', sk: accountId }),
  domainListed: (name: string): Key => ({ pk: `DOMAINS#${shardOf(name)}`, sk: name }),
  dependent: (domain: string, { accountId, region, identity, use }: Dependent): Key => ({
    pk: `DOMAIN#${domain}`,
    sk: `DEPENDENT#${accountId}#${region}#${identity}#${use}`,
  }),
  /** An identity at or below the registrable domain; apart from its dependents, which are uses of the very name. */
  under: (registrable: string, { accountId, region, identity }: Omit<Dependent, 'use'>): Key => ({
    pk: `DOMAIN#${registrable}`,
    sk: `UNDER#${accountId}#${region}#${identity}`,
  }),
  /** That the registrable domain was once seen to send in bulk: for ever. */
  bulk: (registrable: string): Key => ({ pk: `DOMAIN#${registrable}`, sk: 'BULK' }),
  /** Records of SES for the domain in the account's hosted zones. */
  zoneRecords: (domain: string, accountId: string): Key => ({
    pk: `DOMAIN#${domain}`,
    sk: `ZONE#${accountId}`,
  }),
  /** Which scan first read the account's hosted zones to their end. */
  zonesSince: (accountId: string): Key => ({ pk: `ACCOUNT#${accountId}`, sk: 'ZONES' }),
  scan: (scanId: string): Key => ({ pk: `SCAN#${scanId}`, sk: 'SCAN' }),
  scanListed: (scanId: string): Key => ({ pk: 'SCANS', sk: scanId }),
  /** Which execution serves a scheduled time. */
  schedule: (time: string): Key => ({ pk: `SCHEDULE#${time}`, sk: 'SCHEDULE' }),
  /** That the scan's mail step has come to its end, and with which digest. */
  scanMailed: (scanId: string): Key => ({ pk: `SCAN#${scanId}`, sk: 'MAILED' }),
  coverage: (scanId: string, accountId: string): Key => ({
    pk: `SCAN#${scanId}#${shardOf(accountId)}`,
    sk: `ACCOUNT#${accountId}`,
  }),
  scanDomain: (scanId: string, domain: string): Key => ({
    pk: `SCAN#${scanId}#DOMAINS#${shardOf(domain)}`,
    sk: domain,
  }),
  history: (subject: Subject, time: string, findingKey: string): Key => ({
    pk: `HISTORY#${subjectKey(subject)}`,
    sk: `${time}#${findingKey}`,
  }),
  outbox: (subject: Subject): Key => ({
    pk: `OUTBOX#${shardOf(subjectKey(subject))}`,
    sk: subjectKey(subject),
  }),
  digest: (number: number): Key => ({ pk: `DIGEST#${number}`, sk: 'HEADER' }),
  /** Number of the newest digest that came to its end, or one behind it. */
  newestDigest: { pk: 'DIGESTS', sk: 'NEWEST' } as Key,
  pass: (area: string, id: string): Key => ({ pk: `PASSES#${area}`, sk: id }),
};
