/**
 * The scanner without a deployment: table, topic and bucket as embedded stand-ins, the AWS to scan either simulated
 * (everything on loopback) or real (only the three stand-ins are). The handlers learn it from the environment alone.
 */
import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CreateTableCommand, DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import { ENV, SETTINGS_FILE_NAME, scanSettingsSchema, type ScanSettings } from '../lambda/contract.ts';
import { tableDefinition } from '../lambda/findings/schema.ts';
import { startDnsServer, type DnsServer } from './dns/server.ts';
import { startGateway, type Gateway, type LambdaFunction } from './gateway/server.ts';
import { handlers } from './handlers.ts';
import { RESOLVER_PROBE_NAME } from './organization/zone-preset.ts';
import type { World } from './organization/types.ts';
import { startTable, type Table } from './table/table.ts';

export interface StackOptions {
  /** Where table, mails and reports are kept; the table lives in memory when absent. */
  folder: string;
  inMemory?: boolean;
  /** The simulated organization; absent: the real AWS with the caller's credentials. */
  world?: World;
  settings?: Partial<ScanSettings>;
  /** Of the stand-ins; 0 or absent: any free one. */
  port?: number;
  /** SES requests a second to each account and Region of the simulated organization; absent: no limit. */
  requestsPerSecond?: number;
}

export interface Stack {
  gateway: Gateway;
  /** Only with a simulated organization. */
  dns?: DnsServer;
  outboxFolder: string;
  bucketFolder: string;
  /** What the handlers' process and any AWS client need. */
  environment: { [name: string]: string };
  setWorld: (world: World) => void;
  close: () => Promise<void>;
}

const TABLE_NAME = 'ses-posture';
const BUCKET_NAME = 'ses-posture-reports';
const HOME_REGION = 'us-east-1';

/**
 * Starts the stand-ins and sets this process's environment for the handlers. `close` ends them and puts it back.
 * @throws Error with one sentence when the folder cannot be written or the port is in use.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const folder = resolve(options.folder);
  const [outboxFolder, bucketFolder] = [join(folder, 'outbox'), join(folder, 'bucket')];
  makeFolders([folder, outboxFolder, bucketFolder]);
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.reverse().splice(0)) await closer();
  };
  try {
    const table = await startTable(options.inMemory ? {} : { folder: join(folder, 'table') });
    closers.push(() => table.close());
    const dns = options.world ? await startDnsServer({ world: options.world }) : undefined;
    if (dns) closers.push(() => dns.close());
    const gateway = await startGateway(gatewayOptions(options, { table, outboxFolder, bucketFolder }, dns));
    closers.push(() => gateway.close());
    const environment = environmentOf(options, gateway, dns, writeSettings(folder, options));
    closers.push(setEnvironment(environment));
    await createTable();
    return {
      gateway,
      ...(dns ? { dns } : {}),
      outboxFolder,
      bucketFolder,
      environment,
      setWorld(world) {
        gateway.setWorld(world);
        dns?.setWorld(world);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function gatewayOptions(
  options: StackOptions,
  parts: { table: Table; outboxFolder: string; bucketFolder: string },
  dns: DnsServer | undefined,
): Parameters<typeof startGateway>[0] {
  return {
    ...parts,
    ...(options.world ? { world: options.world } : { world: EMPTY_WORLD, strictSignatures: false }),
    ...(options.port ? { port: options.port } : {}),
    ...(options.requestsPerSecond ? { requestsPerSecond: options.requestsPerSecond } : {}),
    ...(dns ? { dnsAddress: dns.address } : {}),
    topics: topicArns(options).map((arn) => ({
      arn,
      subscriptions: [{ protocol: 'email', endpoint: 'security@example.com', confirmed: true }],
    })),
    functions: functionsByName(),
  };
}

/** By their short names and by those that the synthesized template deploys them under. */
function functionsByName(): { [name: string]: LambdaFunction } {
  const short = Object.entries(handlers as { [name: string]: LambdaFunction });
  return Object.fromEntries(
    short.flatMap(([name, run]) => [
      [name, run],
      [`ses-posture-${name}`, run],
    ]),
  );
}

const LOCAL_ACCOUNT = '000000000000';

/** Behind a real scan the gateway only keeps the table, the mails and the report. */
const EMPTY_WORLD: World = {
  organization: { id: 'o-local', name: 'local', managementAccountId: LOCAL_ACCOUNT, rootId: 'r-local' },
  organizationalUnits: [],
  accounts: [
    {
      id: LOCAL_ACCOUNT,
      name: 'local',
      email: 'local@example.com',
      state: 'ACTIVE',
      parentId: 'r-local',
      roles: [],
      optedInRegions: [],
      deniedRegions: [],
      targets: {},
    },
  ],
  sesRegions: [],
  regions: [],
  zones: [],
  dnsFaults: [],
  zoneApexes: [],
};

/** The findings and the operations topic, in the account and Region that the handlers sign for. */
function topicArns(options: StackOptions): [findings: string, operations: string] {
  const region = options.world ? HOME_REGION : (process.env['AWS_REGION'] ?? HOME_REGION);
  const account = options.world?.organization.managementAccountId ?? LOCAL_ACCOUNT;
  const prefix = `arn:aws:sns:${region}:${account}:ses-posture`;
  return [`${prefix}-findings`, `${prefix}-operations`];
}

function environmentOf(
  options: StackOptions,
  gateway: Gateway,
  dns: DnsServer | undefined,
  settingsFile: string,
): { [name: string]: string } {
  const [findingsTopic, operationsTopic] = topicArns(options);
  const own = {
    [ENV.tableName]: TABLE_NAME,
    [ENV.findingsTopicArn]: findingsTopic,
    [ENV.operationsTopicArn]: operationsTopic,
    [ENV.reportBucketName]: BUCKET_NAME,
    [ENV.settingsFile]: settingsFile,
    AWS_ENDPOINT_URL_DYNAMODB: gateway.url,
    [ENV.digestEndpoint]: gateway.url,
    AWS_ENDPOINT_URL_S3: gateway.url,
    ...(options.world
      ? {}
      : { [ENV.reportBaseUrl]: pathToFileURL(join(resolve(options.folder), 'bucket', BUCKET_NAME)).href }),
    ...QUIET,
  };
  const management = options.world?.accounts.find(
    (account) => account.id === options.world?.organization.managementAccountId,
  );
  if (!options.world || !management?.credentials || !dns) return own;
  return {
    ...own,
    AWS_ENDPOINT_URL: gateway.url,
    AWS_ACCESS_KEY_ID: management.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: management.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: '',
    AWS_PROFILE: '',
    AWS_REGION: HOME_REGION,
    AWS_DEFAULT_REGION: HOME_REGION,
    [ENV.dnsServers]: dns.address,
    // The simulated names exist on this machine alone: nobody independent can confirm them.
    [ENV.secondOpinionServers]: 'none',
    [ENV.dnsProbeName]: RESOLVER_PROBE_NAME,
  };
}

/** Structured logs, metrics and traces belong to Lambda; on a terminal the progress is shown instead. */
const QUIET = {
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  POWERTOOLS_METRICS_DISABLED: 'true',
  POWERTOOLS_TRACE_ENABLED: 'false',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

/** Sets variables (an empty value deletes) and returns what puts them back. */
function setEnvironment(environment: { [name: string]: string }): () => Promise<void> {
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  const apply = (name: string, value: string | undefined): void => {
    if (value === undefined || value === '') delete process.env[name];
    else process.env[name] = value;
  };
  for (const [name, value] of Object.entries(environment)) apply(name, value);
  return async () => before.forEach(([name, value]) => apply(name, value));
}

function writeSettings(folder: string, options: StackOptions): string {
  const file = join(folder, SETTINGS_FILE_NAME);
  writeFileSync(file, JSON.stringify(scanSettingsSchema.parse(options.settings ?? {}), null, 2));
  return file;
}

async function createTable(): Promise<void> {
  const client = new DynamoDBClient({ region: process.env['AWS_REGION'] ?? HOME_REGION });
  try {
    await client.send(new CreateTableCommand(tableDefinition(TABLE_NAME)));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  } finally {
    client.destroy();
  }
}

function makeFolders(folders: string[]): void {
  for (const folder of folders) {
    try {
      makeFolder(folder);
      accessSync(folder, constants.W_OK);
    } catch (error) {
      const cause = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      throw new Error(`The folder ${folder} cannot be written (${cause}). Give another one with --folder.`, {
        cause: error,
      });
    }
  }
}

/** As `mkdir -p`. Node's own `recursive` never returns below /proc, where nothing can be made though the parent is there. */
function makeFolder(folder: string): void {
  const parent = dirname(folder);
  if (!existsSync(parent)) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
