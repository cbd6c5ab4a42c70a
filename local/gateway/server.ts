/**
 * The simulated AWS: one HTTP server on loopback behind which every service of services/ stands. Each request goes the
 * same way: signature, operation, count, injected fault, Region, rate, permission, and only then the operation itself.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { World } from '../organization/types.ts';
import type { Table } from '../table/table.ts';
import { authenticate } from './authentication.ts';
import { authorize, checkRegion } from './authorization.ts';
import { type CallCount, createCallCounter } from './counts.ts';
import { AwsError, CommonFailure, MESSAGE, toAwsError } from './errors.ts';
import { createFaultList, type Fault } from './faults.ts';
import { type HttpReply, type HttpRequest, readBody, requestHead } from './http.ts';
import { createPrincipals } from './principals.ts';
import { jsonProtocol, type Protocol, queryProtocol, restJsonProtocol } from './protocol.ts';
import {
  type Call,
  findOperation,
  type LambdaFunction,
  RawReply,
  type Service,
  type Surroundings,
  type Topic,
} from './service.ts';
import { serviceFor } from './services/index.ts';
import { s3 } from './services/s3.ts';
import { parseAuthorization, type SignatureHeader } from './signature.ts';
import { createThrottle, type Throttle } from './throttle.ts';

export { type CallCount, renderCounts } from './counts.ts';
export type { Fault } from './faults.ts';
export type { LambdaFunction, Topic } from './service.ts';

export interface GatewayOptions {
  world: World;
  /** 0 or absent: any free one. */
  port?: number;
  /** Time that sessions expire by and that mails and objects bear; default: this process's. */
  clock?: () => Date;
  /** SES calls a second to each account and Region, v1 and v2 together; absent: no limit. AWS allows 1. */
  requestsPerSecond?: number;
  /** Where published messages land. */
  outboxFolder: string;
  /** Holds a folder for each bucket. */
  bucketFolder: string;
  /** Answers DynamoDB. */
  table?: Table;
  /** What Lambda Invoke runs, by function name. */
  functions?: Record<string, LambdaFunction>;
  /** SNS topics beside those of the World's targets; where neither names any, every name is a topic with one confirmed subscription. */
  topics?: Topic[];
  /** Handed on in `Gateway.dnsAddress`, for whoever prints how to reach the sandbox. */
  dnsAddress?: string;
  /**
   * Default true. False: no signature is verified, and a key that the World does not know counts as the management
   * account's own, in any Region: for stand-ins that serve beside the real AWS, whose credentials no World knows.
   */
  strictSignatures?: boolean;
  /** Milliseconds on a clock that never goes back, for the request rate; default `performance.now`. */
  monotonicMs?: () => number;
}

export interface Gateway {
  /** `http://127.0.0.1:<port>`, for AWS_ENDPOINT_URL. */
  url: string;
  port: number;
  dnsAddress?: string;
  /** From the next request on; sessions stay, unless their role or account is gone. */
  setWorld(world: World): void;
  /** Calls whose signature was accepted, by service, action, account, Region. */
  counts(): CallCount[];
  resetCounts(): void;
  /** @returns a function that takes the fault away again */
  inject(fault: Fault): () => void;
  /** Ends every connection, also those being answered. */
  close(): Promise<void>;
}

interface State {
  world: World;
  strict: boolean;
  surroundings: Surroundings;
  throttle: Throttle | undefined;
  counter: ReturnType<typeof createCallCounter>;
  faults: ReturnType<typeof createFaultList>;
}

/**
 * Starts the simulated AWS on 127.0.0.1.
 * @throws Error naming the port where it is in use
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const state = initialState(options);
  const server = createServer((message, response) => {
    serve(state, message, response).catch(() => response.destroy());
  });
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    ...(options.dnsAddress !== undefined && { dnsAddress: options.dnsAddress }),
    setWorld(world) {
      state.world = world;
      state.surroundings.principals.setWorld(world);
    },
    counts: () => state.counter.list(),
    resetCounts: () => state.counter.reset(),
    inject: (fault) => state.faults.inject(fault),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function initialState(options: GatewayOptions): State {
  const clock = options.clock ?? (() => new Date());
  const { requestsPerSecond: rate, monotonicMs = () => performance.now() } = options;
  return {
    world: options.world,
    strict: options.strictSignatures ?? true,
    throttle: rate === undefined ? undefined : createThrottle(rate, monotonicMs),
    counter: createCallCounter(),
    faults: createFaultList(),
    surroundings: {
      clock,
      principals: createPrincipals(options.world, () => clock().getTime()),
      outboxFolder: options.outboxFolder,
      bucketFolder: options.bucketFolder,
      table: options.table,
      functions: options.functions ?? {},
      topics: options.topics,
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const sentence =
        error.code === 'EADDRINUSE'
          ? `Port ${port} of 127.0.0.1 is in use. Choose another one, or stop the program that holds it.`
          : `Port ${port} of 127.0.0.1 cannot be opened (${error.code ?? error.message}). Choose another one.`;
      reject(new Error(sentence, { cause: error }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

/** Answers one request; whatever goes wrong becomes an error in the shape of the service's protocol. */
async function serve(state: State, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = randomUUID();
  const head = requestHead(message);
  let protocol = guessProtocol(head);
  try {
    const signature = parseAuthorization(head.headers);
    const service = serviceFor(signature.service, head.rawPath);
    if (!service) {
      throw new CommonFailure(
        'unknownOperation',
        `The simulated organization does not offer the service ${signature.service.slice(0, 64)}.`,
      );
    }
    protocol = service.protocol;
    const request = { ...head, body: await readBody(message, service.bodyLimit) };
    const reply = await answer(state, service, signature, request, requestId);
    if (reply === 'reset') message.socket.resetAndDestroy();
    else if (reply !== 'hang') send(response, reply);
  } catch (error) {
    // The rest of a body that was not read would be taken for the next request.
    if (!message.complete) response.setHeader('connection', 'close');
    send(response, protocol.error(toAwsError(error, protocol.codes), requestId));
  }
}

async function answer(
  state: State,
  service: Service,
  signature: SignatureHeader,
  given: HttpRequest,
  requestId: string,
): Promise<HttpReply | 'hang' | 'reset'> {
  const { principals } = state.surroundings;
  const { protocol } = service;
  const { world, strict } = state;
  const { principal, account, request } = authenticate(given, signature, { world, strict, principals });
  const operation = protocol.operationOf(request);
  const [region, accountId] = [signature.region, account.id];
  const call = { service: service.name, action: operation ?? '(none)', accountId, region };
  const count = state.counter.add(call);
  try {
    const fault = state.faults.take(call);
    if (typeof fault === 'object') throw new AwsError(fault.code, fault.message, fault.status);
    if (fault) return fault;
    if (strict) checkPlace(state.world, service, account, region);
    if (service.throttled && state.throttle?.admits(`${accountId} ${region}`) === false) {
      throw new CommonFailure('throttled', 'Rate exceeded');
    }
    const { action, resource, run } = findOperation(service, operation);
    const input = protocol.inputOf(request);
    const name = operation ?? '';
    const { surroundings } = state;
    const full: Call = {
      request,
      operation: name,
      requestId,
      input,
      principal,
      account,
      region,
      world,
      surroundings,
    };
    if (action !== null) {
      const where = service.global ? 'us-east-1' : region;
      authorize(world, { principal, account, region: where, action, resource: resource?.(full) ?? '*' });
    }
    const output = await run(full);
    return output instanceof RawReply ? output.reply : protocol.reply(name, output, requestId);
  } catch (error) {
    count.errors += 1;
    throw error;
  }
}

/** The endpoint that the Region of the scope names must exist, and be on for the account. */
function checkPlace(world: World, service: Service, account: Call['account'], region: string): void {
  checkRegion(world, account, service.global ? 'us-east-1' : region);
  // AWS has no such host at all; through one endpoint for all Regions a wrong scope is the nearest thing.
  if (service.throttled && !world.sesRegions.includes(region))
    throw new CommonFailure('badSignature', MESSAGE.badRegion);
}

/** Where the REST-JSON services begin; every other path may be a bucket. */
const REST_PATHS = /^\/(v2\/email|2013-04-01|2015-03-31|listRegions)(\/|$)/;

/** Before the signature is read, only the look of the request tells in what shape its sender wants an error. */
function guessProtocol({ headers, rawPath }: Pick<HttpRequest, 'headers' | 'rawPath'>): Protocol {
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/x-amz-json')) return jsonProtocol('1.1');
  if (type.startsWith('application/x-www-form-urlencoded'))
    return queryProtocol('https://example.com/query/');
  const authorization = headers['authorization'] ?? '';
  const looksLikeS3 = authorization.includes('/aws4_request')
    ? authorization.includes('/s3/aws4_request')
    : headers['x-amz-content-sha256'] !== undefined && !REST_PATHS.test(rawPath);
  return looksLikeS3 ? s3.protocol : restJsonProtocol([]);
}

function send(response: ServerResponse, { status, headers, body }: HttpReply): void {
  if (response.destroyed || response.headersSent) return;
  // Clients correct their clocks by this header; Node's own would tell the machine's time even where the process's was moved.
  const date = new Date().toUTCString();
  response.writeHead(status, { date, 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}
