/** What a service of the gateway is: a signing name, a protocol, and a table of operations. */
import type { World, WorldAccount, WorldTopic } from '../organization/types.ts';
import type { Table } from '../table/table.ts';
import { CommonFailure } from './errors.ts';
import type { HttpReply, HttpRequest } from './http.ts';
import type { Input } from './input.ts';
import type { Principal, Principals } from './principals.ts';
import type { Output, Protocol } from './protocol.ts';

export type LambdaFunction = (event: unknown, context: unknown) => Promise<unknown>;

export type Topic = WorldTopic;

/** What the stand-ins stand in: everything that is not the World. */
export interface Surroundings {
  clock: () => Date;
  principals: Principals;
  outboxFolder: string;
  bucketFolder: string;
  table: Table | undefined;
  functions: Record<string, LambdaFunction>;
  topics: Topic[] | undefined;
}

export interface Call {
  request: HttpRequest;
  operation: string;
  requestId: string;
  input: Input;
  principal: Principal;
  /** The caller's account. */
  account: WorldAccount;
  region: string;
  world: World;
  surroundings: Surroundings;
}

/** A reply that its protocol leaves as it is. */
export class RawReply {
  readonly reply: HttpReply;

  constructor(reply: HttpReply) {
    this.reply = reply;
  }
}

export interface Operation {
  /** IAM's name of the permission; null: needs none. */
  action: string | null;
  /** ARN of what is touched; absent: `*`. */
  resource?: (call: Call) => string;
  run: (call: Call) => Output | RawReply | Promise<Output | RawReply>;
}

export type Operations = Record<string, Operation>;

export interface Service {
  /** Name in counts and faults. */
  name: string;
  /** Service of the credential scope. */
  signingName: string;
  protocol: Protocol;
  operations: Operations;
  /** Largest body taken, in bytes. */
  bodyLimit: number;
  /** One endpoint for all Regions: the scope's Region says nothing, and policies see us-east-1. */
  global: boolean;
  /** Held to the set rate per account and Region. */
  throttled: boolean;
}

/** A page of a list and the token of the next one. */
export interface Page<T> {
  items: T[];
  nextToken: string | undefined;
}

/**
 * Cuts one page out of a list. Tokens are opaque and bound to the caller, the operation and its filters.
 * @param size items a page
 * @param filters whatever else must be the same when the token comes back
 * @throws the error that `onBadToken` makes
 */
export function pageOf<T>(
  call: Call,
  all: T[],
  size: number,
  token: string | undefined,
  onBadToken: () => Error,
  filters = '',
): Page<T> {
  const binding = [call.operation, call.account.id, call.region, filters].join('|');
  const start = token === undefined ? 0 : readToken(token, binding);
  if (start === undefined) throw onBadToken();
  const end = start + size;
  return { items: all.slice(start, end), nextToken: end < all.length ? makeToken(end, binding) : undefined };
}

export function makeToken(position: number, binding: string): string {
  return Buffer.from(`${position}|${binding}`).toString('base64url');
}

/** The position in a token, or undefined where it was not made for this binding. */
export function readToken(token: string, binding: string): number | undefined {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  const bar = text.indexOf('|');
  const position = text.slice(0, bar);
  return /^\d{1,9}$/.test(position) && text.slice(bar + 1) === binding ? Number(position) : undefined;
}

/** The operation to run. @throws CommonFailure `unknownOperation`, naming it */
export function findOperation(service: Service, name: string | undefined): Operation {
  const operation =
    name !== undefined && Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
  if (operation) return operation;
  throw new CommonFailure(
    'unknownOperation',
    `The simulated organization does not offer ${service.name}:${(name ?? '(none named)').slice(0, 100)}.`,
  );
}

/** Seconds since 1970 of an ISO time, as JSON protocols write timestamps. */
export function epochSeconds(time: string | Date | undefined): number | undefined {
  return time === undefined ? undefined : new Date(time).getTime() / 1000;
}
