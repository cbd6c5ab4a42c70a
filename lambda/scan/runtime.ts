/** What every handler needs: settings, the table, clients. Made once per process and environment, never holds a scan. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { ENV, scanSettingsSchema, type ScanSettings } from '../contract.ts';
import { createDnsClient, type DnsClientOptions } from '../dns/client.ts';
import type { DnsClient } from '../dns/types.ts';
import { createFindingsTable, type FindingsTable } from '../findings/table.ts';
import { REQUEST_TIMEOUTS } from '../organization/clients.ts';
import { OperatorError } from '../organization/errors.ts';

export interface Runtime {
  settings: ScanSettings;
  /** Tells one set of settings from another, so that a change can name the settings as its cause. */
  settingsFingerprint: string;
  table: FindingsTable;
  organizations: OrganizationsClient;
  sts: STSClient;
  sns: SNSClient;
  s3: S3Client;
  /** The public parameters are served in some Regions only. */
  makeSsm: (region: string) => SSMClient;
  /** A fresh client, with a fresh cache and the resolvers of this moment. */
  makeDns: () => DnsClient;
  dnsOptions: Pick<DnsClientOptions, 'servers' | 'timeoutMs' | 'secondOpinion'>;
  homeRegion: string;
  findingsTopicArn: string;
  operationsTopicArn: string;
  reportBucketName: string;
  now: () => Date;
}

let cached: { key: string; runtime: Runtime } | undefined;

/**
 * The runtime that the environment describes. Kept between invocations as long as the environment stays the same.
 * @throws OperatorError when a variable is missing or the settings file does not fit the schema.
 */
export function runtimeFromEnvironment(): Runtime {
  const names = [...Object.values(ENV), 'AWS_REGION', 'AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_PROFILE'];
  const endpoints = Object.keys(process.env).filter((name) => name.startsWith('AWS_ENDPOINT_URL'));
  const key = JSON.stringify([...names, ...endpoints.sort()].map((name) => process.env[name]));
  if (cached?.key !== key) cached = { key, runtime: createRuntime() };
  return cached.runtime;
}

function createRuntime(): Runtime {
  const settings = readSettings(required(ENV.settingsFile));
  const region = required('AWS_REGION');
  const common = { region, requestHandler: REQUEST_TIMEOUTS, maxAttempts: 4 };
  const dynamo = new DynamoDBClient({
    ...common,
    requestHandler: { ...REQUEST_TIMEOUTS, requestTimeout: 5_000 },
  });
  return {
    settings,
    settingsFingerprint: createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16),
    table: createFindingsTable({
      client: dynamo,
      tableName: required(ENV.tableName),
      retentionDays: settings.thresholds.retentionDays,
      waivers: settings.waivers,
    }),
    organizations: new OrganizationsClient(common),
    sts: new STSClient(common),
    sns: new SNSClient({ ...common, ...digestEndpoint() }),
    s3: new S3Client({ ...common, forcePathStyle: true }),
    makeSsm: (home) => new SSMClient({ ...common, region: home }),
    makeDns: () => createDnsClient(dnsOptions(settings)),
    dnsOptions: dnsOptions(settings),
    homeRegion: region,
    findingsTopicArn: required(ENV.findingsTopicArn),
    operationsTopicArn: process.env[ENV.operationsTopicArn] ?? '',
    reportBucketName: required(ENV.reportBucketName),
    now: () => new Date(),
  };
}

function dnsOptions(settings: ScanSettings): Runtime['dnsOptions'] {
  const given = listOf(ENV.dnsServers);
  const servers = given ?? settings.dns.servers;
  const second = listOf(ENV.secondOpinionServers) ?? (given ? [] : settings.dns.secondOpinionServers);
  const probeName = process.env[ENV.dnsProbeName];
  return {
    timeoutMs: settings.dns.timeoutMs,
    ...(servers.length > 0 ? { servers } : {}),
    ...(second.length > 0 ? { secondOpinion: { servers: second, ...(probeName ? { probeName } : {}) } } : {}),
  };
}

/** The addresses in a variable; `none` stands for an empty list, undefined for a variable that says nothing. */
function listOf(variable: string): string[] | undefined {
  const items = (process.env[variable] ?? '').split(',').filter(Boolean);
  if (items.length === 0) return undefined;
  return items.length === 1 && items[0] === 'none' ? [] : items;
}

function readSettings(file: string): ScanSettings {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new OperatorError(
      'SettingsUnreadable',
      `The settings file ${file} cannot be read (${(error as Error).message}). Deploy again, or name a readable file in ${ENV.settingsFile}.`,
    );
  }
  const result = scanSettingsSchema.safeParse(parsed);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new OperatorError(
    'SettingsInvalid',
    `The setting ${issue?.path.join('.') || '(file)'} ${issue?.message ?? 'is invalid'}. Mend it in cdk.json and deploy again.`,
  );
}

function required(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new OperatorError(
    'EnvironmentIncomplete',
    `The environment variable ${name} is not set. Deploy the scanner stack again.`,
  );
}

/** Not AWS_ENDPOINT_URL_SNS, which the clients of member accounts would obey, too. */
function digestEndpoint(): { endpoint?: string } {
  const endpoint = process.env[ENV.digestEndpoint];
  return endpoint ? { endpoint } : {};
}
