/** Starts a gateway for one test file, and makes SDK clients that go to it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { type Gateway, type GatewayOptions, startGateway } from '../../local/gateway/server.ts';
import { EXTERNAL_ID, makeWorld, managementKeys, MEMBER_ROLE_ARN, SCANNER_ROLE_ARN } from './world.ts';

export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface Sandbox {
  gateway: Gateway;
  folder: string;
  outboxFolder: string;
  bucketFolder: string;
  /** Configuration of any SDK client: one attempt, this gateway. */
  config(
    keys?: Keys,
    region?: string,
  ): { endpoint: string; region: string; credentials: Keys; maxAttempts: number };
  close(): Promise<void>;
}

export async function startSandbox(options: Partial<GatewayOptions> = {}): Promise<Sandbox> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  const [outboxFolder, bucketFolder] = [join(folder, 'outbox'), join(folder, 'bucket')];
  const gateway = await startGateway({ world: makeWorld(), outboxFolder, bucketFolder, ...options });
  return {
    gateway,
    folder,
    outboxFolder,
    bucketFolder,
    config: (keys = managementKeys, region = 'us-east-1') => ({
      endpoint: gateway.url,
      region,
      credentials: keys,
      maxAttempts: 1,
    }),
    async close() {
      await gateway.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface AssumeRequest {
  RoleArn: string;
  RoleSessionName?: string;
  ExternalId?: string;
  DurationSeconds?: number;
  Policy?: string;
}

export async function assume(sandbox: Sandbox, keys: Keys, request: AssumeRequest): Promise<Keys> {
  const sts = new STSClient(sandbox.config(keys));
  const { Credentials: issued } = await sts.send(
    new AssumeRoleCommand({ RoleSessionName: 'test', ...request }),
  );
  if (!issued?.AccessKeyId || !issued.SecretAccessKey || !issued.SessionToken)
    throw new Error('No credentials came.');
  return {
    accessKeyId: issued.AccessKeyId,
    secretAccessKey: issued.SecretAccessKey,
    sessionToken: issued.SessionToken,
  };
}

/** The scanner's role, assumed by the operator. */
export function assumeScanner(sandbox: Sandbox): Promise<Keys> {
  return assume(sandbox, managementKeys, { RoleArn: SCANNER_ROLE_ARN });
}

/** The member's role, assumed by the scanner: role chaining, as in AWS. */
export async function assumeMember(sandbox: Sandbox, Policy?: string): Promise<Keys> {
  const scanner = await assumeScanner(sandbox);
  return assume(sandbox, scanner, {
    RoleArn: MEMBER_ROLE_ARN,
    ExternalId: EXTERNAL_ID,
    ...(Policy !== undefined && { Policy }),
  });
}

export interface Refusal {
  name: string;
  message: string;
  status: number | undefined;
}

/** The error that a call ends in. @throws Error where it succeeds */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  let answer: unknown;
  try {
    answer = await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { name, message, status: $metadata?.httpStatusCode };
  }
  throw new Error(`The call was expected to be refused, and answered ${JSON.stringify(answer)}`);
}

/** Follows a listing to its end. @param next one page for a token */
export async function allPages<T>(
  next: (token: string | undefined) => Promise<{ items: T[] | undefined; token: string | undefined }>,
): Promise<{ items: T[]; pages: number[] }> {
  const items: T[] = [];
  const pages: number[] = [];
  let token: string | undefined;
  do {
    const page = await next(token);
    items.push(...(page.items ?? []));
    pages.push(page.items?.length ?? 0);
    token = page.token;
  } while (token !== undefined && pages.length < 2000);
  return { items, pages };
}
