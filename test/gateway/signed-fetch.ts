/** Requests of any shape, signed by the SDK's own signer: for what no SDK client of today would send. */
import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import { managementKeys } from './world.ts';
import type { Keys } from './harness.ts';

export interface RawRequest {
  service: string;
  region?: string;
  keys?: Keys;
  method?: string;
  path?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Signs as if it were then. */
  signingDate?: Date;
  /** Changes the signed request before it is sent. */
  tamper?: (signed: { headers: Record<string, string>; body: string | Buffer }) => void;
}

export interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

class Sha256 {
  private readonly hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', typeof secret === 'string' ? secret : bytesOf(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(typeof data === 'string' ? data : bytesOf(data));
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.hash.digest()));
  }
  reset(): void {
    // Never reused.
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

export async function signedFetch(url: string, options: RawRequest): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(url);
  const { service, region = 'us-east-1', keys = managementKeys, body = '', path = '/', query = {} } = options;
  const signer = new SignatureV4({
    credentials: keys,
    region,
    service,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
  });
  const unsigned = {
    method: options.method ?? (body === '' ? 'GET' : 'POST'),
    protocol: 'http:',
    hostname,
    path,
    query,
    headers: { host, ...options.headers },
    body,
  };
  const { headers } = await signer.sign(
    unsigned,
    options.signingDate ? { signingDate: options.signingDate } : {},
  );
  const signed = { headers: { ...headers }, body };
  options.tamper?.(signed);
  const search = Object.entries(query)
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .join('&');
  return send({ hostname, port, method: unsigned.method, path: path + (search && `?${search}`), ...signed });
}

export function send(options: {
  hostname: string;
  port: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | Buffer;
}): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { body, ...rest } = options;
    const outgoing = request(rest, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
