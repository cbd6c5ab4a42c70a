/** A tiny AWS on loopback for unit tests: one function answers every request, whatever the service. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AccountClient } from '@aws-sdk/client-account';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { FirehoseClient } from '@aws-sdk/client-firehose';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SESClient } from '@aws-sdk/client-ses';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type { MemberClients } from '../../lambda/organization/clients.ts';

export interface StandInRequest {
  method: string;
  /** Path and query as sent. */
  url: string;
  /** `AWSOrganizationsV20161128.ListAccounts` -> `ListAccounts`; the `Action` of a Query call; empty for REST. */
  action: string;
  /** Region of the signature's credential scope. */
  region: string;
  accessKeyId: string;
  body: string;
  /** The body parsed, where it is JSON. */
  json: Record<string, unknown>;
  /** The body parsed, where it is a Query call. */
  form: URLSearchParams;
}

export type StandInAnswer =
  | { status?: number; json: unknown; errorType?: string }
  | { status?: number; xml: string }
  /** Never answered. */
  | 'silence'
  /** The connection is cut. */
  | 'reset';

export interface StandIn {
  endpoint: string;
  requests: StandInRequest[];
  clients: MemberClients;
  organizations(): OrganizationsClient;
  sts(): STSClient;
  ssm(region: string): SSMClient;
  close(): Promise<void>;
}

const CREDENTIALS = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
const FAST = { connectionTimeout: 2_000, requestTimeout: 300, throwOnRequestTimeout: true } as const;

export async function startStandIn(answer: (request: StandInRequest) => StandInAnswer): Promise<StandIn> {
  const requests: StandInRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request = readRequest(incoming, Buffer.concat(chunks).toString('utf8'));
      requests.push(request);
      reply(outgoing, answer(request));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const common = { endpoint, requestHandler: FAST, maxAttempts: 1 };
  const home = { ...common, region: 'us-east-1', credentials: CREDENTIALS };
  return {
    endpoint,
    requests,
    clients: {
      account: (credentials, region) => new AccountClient({ ...common, credentials, region }),
      sesV2: (credentials, region) => new SESv2Client({ ...common, credentials, region }),
      sesV1: (credentials, region) => new SESClient({ ...common, credentials, region }),
      cloudWatch: (credentials, region) => new CloudWatchClient({ ...common, credentials, region }),
      sns: (credentials, region) => new SNSClient({ ...common, credentials, region }),
      firehose: (credentials, region) => new FirehoseClient({ ...common, credentials, region }),
      route53: (credentials, region) => new Route53Client({ ...common, credentials, region }),
    },
    organizations: () => new OrganizationsClient(home),
    sts: () => new STSClient({ ...home, region: 'eu-west-1' }),
    ssm: (region) => new SSMClient({ ...home, region }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An error in the shape of the JSON services. */
export function awsError(errorType: string, message: string, status = 400): StandInAnswer {
  return { status, errorType, json: { __type: errorType, message, Message: message } };
}

/** An error in the shape of the Query services. */
export function queryError(code: string, message: string, status = 403): StandInAnswer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, xml: `<ErrorResponse>${error}<RequestId>r</RequestId></ErrorResponse>` };
}

function readRequest(incoming: IncomingMessage, body: string): StandInRequest {
  const scope = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(incoming.headers.authorization ?? '');
  const target = incoming.headers['x-amz-target'];
  const form = new URLSearchParams(body);
  let json: Record<string, unknown> = {};
  try {
    json = JSON.parse(body || '{}') as Record<string, unknown>;
  } catch {
    // A Query call: the form holds it.
  }
  return {
    method: incoming.method ?? '',
    url: incoming.url ?? '',
    action: (Array.isArray(target) ? target[0] : target)?.split('.')[1] ?? form.get('Action') ?? '',
    region: scope?.[2] ?? '',
    accessKeyId: scope?.[1] ?? '',
    body,
    json,
    form,
  };
}

function reply(outgoing: ServerResponse, answer: StandInAnswer): void {
  if (answer === 'silence') return;
  if (answer === 'reset') {
    outgoing.destroy();
    return;
  }
  const { status = 200 } = answer;
  if ('xml' in answer) {
    outgoing.writeHead(status, { 'content-type': 'text/xml' }).end(answer.xml);
    return;
  }
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  const typed = answer.errorType ? { ...headers, 'x-amzn-errortype': answer.errorType } : headers;
  outgoing.writeHead(status, typed).end(JSON.stringify(answer.json));
}
