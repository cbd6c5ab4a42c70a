/** The request as the wire brought it, with a bounded body, and the reply before a protocol has dressed it. */
import type { IncomingMessage } from 'node:http';
import { CommonFailure } from './errors.ts';

export interface HttpRequest {
  method: string;
  /** Path as sent, still percent-encoded, without the query. */
  rawPath: string;
  /** Query as sent, without `?`. */
  rawQuery: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: Buffer;
}

export interface HttpReply {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

/** How much of a body that is too large is still read (and thrown away) so that the client hears the refusal. */
const DRAIN_BYTES = 64 * 1024 * 1024;

/** Everything of the request but its body. */
export function requestHead(message: IncomingMessage): Omit<HttpRequest, 'body'> {
  const url = message.url ?? '/';
  const question = url.indexOf('?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return {
    method: message.method ?? 'GET',
    rawPath: question < 0 ? url : url.slice(0, question),
    rawQuery: question < 0 ? '' : url.slice(question + 1),
    headers,
  };
}

/**
 * Reads the body.
 * @param limit bytes; more is read to its end, up to a bound, and refused
 * @throws CommonFailure `tooLarge`
 */
export async function readBody(message: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else if (size > limit + DRAIN_BYTES) break;
  }
  if (size > limit) {
    throw new CommonFailure(
      'tooLarge',
      `The request is larger than the ${limit} bytes that this service takes.`,
    );
  }
  return Buffer.concat(chunks);
}

/** Decodes one percent-encoded part. @throws CommonFailure `malformed` on a broken escape */
export function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new CommonFailure(
      'malformed',
      `The request's path or query holds a broken escape: ${part.slice(0, 200)}`,
    );
  }
}
