/**
 * The embedded DynamoDB: dynalite in this process, in memory or in a LevelDB folder. It answers on a loopback port of
 * its own, and to the gateway by a function call.
 */
import { EventEmitter } from 'node:events';
import { accessSync, constants, mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { resolve as resolvePath } from 'node:path';
import dynalite from 'dynalite';

export interface TableRequest {
  method: string;
  rawPath: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: Buffer;
}

export interface TableReply {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

export interface Table {
  /** `http://127.0.0.1:<port>`: for a DynamoDB client that is not to go through the gateway. */
  endpoint: string;
  /** Answers one DynamoDB request without a socket. @throws Error after close */
  handle(request: TableRequest): Promise<TableReply>;
  /** Waits for what is being answered, then closes; the folder can be opened again afterwards. */
  close(): Promise<void>;
}

/**
 * Starts the table.
 * @param options.folder where tables are kept; made if need be; absent: in memory
 * @throws Error with one sentence where the folder cannot be written or another process holds it
 */
export async function startTable(options: { folder?: string } = {}): Promise<Table> {
  const held = options.folder === undefined ? undefined : resolvePath(options.folder);
  if (held !== undefined) await takeFolder(held);
  const server = dynalite({
    ...(options.folder !== undefined && { path: options.folder }),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const pending = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async handle(request) {
      if (closing) throw new Error('The embedded table is closed.');
      const reply = answer(server, request);
      pending.add(reply);
      return reply.finally(() => pending.delete(reply));
    },
    close: () =>
      (closing ??= Promise.allSettled(pending)
        .then(() => stop(server))
        .finally(() => held !== undefined && FOLDERS.delete(held))),
  };
}

/** Held by tables of this process: dynalite takes LevelDB's own lock some time after it listens. */
const FOLDERS = new Set<string>();

async function takeFolder(folder: string): Promise<void> {
  if (FOLDERS.has(folder)) throw new Error(inUse(folder));
  FOLDERS.add(folder);
  try {
    await checkFolder(folder);
  } catch (error) {
    FOLDERS.delete(folder);
    throw error;
  }
}

function inUse(folder: string): string {
  return `The table in ${folder} is in use by another process. Wait until that has ended, or name another folder.`;
}

/** dynalite dies of a folder that it cannot open, outside any call: so it is opened once before, and closed again. */
async function checkFolder(folder: string): Promise<void> {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Error(
      `The folder ${folder} cannot be written (${codeOf(error)}). Name another one, or grant access.`,
      {
        cause: error,
      },
    );
  }
  const level = new Level(folder);
  try {
    await level.open();
    await level.close();
  } catch (error) {
    const cause: unknown = error instanceof Error ? error.cause : undefined;
    const sentence =
      codeOf(cause) === 'LEVEL_LOCKED'
        ? inUse(folder)
        : `The table in ${folder} cannot be opened (${codeOf(cause ?? error)}). Name another folder, or remove this one.`;
    throw new Error(sentence, { cause: error });
  }
}

/** The very LevelDB binding that dynalite will use, wherever npm has put it. */
const requireAsDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
const { Level } = requireAsDynalite('level') as {
  Level: new (folder: string) => { open(): Promise<void>; close(): Promise<void> };
};

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
}

/** Hands dynalite a request and a response that are no sockets. */
function answer(server: Server, { method, rawPath, headers, body }: TableRequest): Promise<TableReply> {
  return new Promise((resolve, reject) => {
    const replyHeaders: Record<string, string> = {};
    const response = {
      statusCode: 200,
      setHeader: (name: string, value: string | number) => {
        replyHeaders[name.toLowerCase()] = String(value);
      },
      end: (content: string | Buffer = '') =>
        resolve({ status: response.statusCode, headers: replyHeaders, body: content }),
    };
    const request = Object.assign(new EventEmitter(), { method, url: rawPath, headers });
    try {
      server.emit('request', request, response);
      if (body.length > 0) request.emit('data', body);
      request.emit('end');
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
