/** S3's `aws-chunked` content encoding ("Signature calculations: transferring payload in multiple chunks"). */
import { CommonFailure } from './errors.ts';
import { hmac, sameText, scopeOf, sha256, type SignatureHeader, signingKey } from './signature.ts';

export interface Decoded {
  body: Buffer;
  /** Lower-case names. */
  trailers: Record<string, string>;
}

/** With this the signature of each chunk is verified, each chained to the one before. */
export interface ChunkSigner {
  signature: SignatureHeader;
  secretAccessKey: string;
}

const EMPTY_HASH = sha256('');

/** @throws CommonFailure `malformed`, or `badSignature` where a chunk's signature is wrong */
export function decodeChunks(encoded: Buffer, signer: ChunkSigner | undefined): Decoded {
  const chunks: Buffer[] = [];
  let position = 0;
  let previous = signer?.signature.signature ?? '';
  for (;;) {
    const line = lineAt(encoded, position);
    const [, hexSize, chunkSignature] =
      /^([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line.text) ?? [];
    if (hexSize === undefined) throw broken('a chunk without a size');
    const size = Number.parseInt(hexSize, 16);
    const data = encoded.subarray(line.end, line.end + size);
    if (data.length !== size) throw broken('a chunk shorter than it says');
    if (signer) previous = checkChunk(data, chunkSignature ?? '', previous, signer);
    position = line.end + size;
    if (size === 0) return { body: Buffer.concat(chunks), trailers: readTrailers(encoded, position) };
    chunks.push(data);
    if (encoded.toString('latin1', position, position + 2) !== '\r\n')
      throw broken('a chunk longer than it says');
    position += 2;
  }
}

function lineAt(encoded: Buffer, from: number): { text: string; end: number } {
  const end = encoded.indexOf('\r\n', from);
  if (end < 0 || end - from > 8192) throw broken('a line without an end');
  return { text: encoded.toString('latin1', from, end), end: end + 2 };
}

function readTrailers(encoded: Buffer, from: number): Record<string, string> {
  const trailers: Record<string, string> = {};
  for (const line of encoded.toString('latin1', from, from + 8192).split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return trailers;
}

function checkChunk(
  data: Buffer,
  given: string,
  previous: string,
  { signature, secretAccessKey }: ChunkSigner,
): string {
  const parts = [
    'AWS4-HMAC-SHA256-PAYLOAD',
    signature.timestamp,
    scopeOf(signature),
    previous,
    EMPTY_HASH,
    sha256(data),
  ];
  const expected = hmac(signingKey(secretAccessKey, signature), parts.join('\n')).toString('hex');
  if (sameText(expected, given)) return expected;
  throw new CommonFailure('badSignature', 'The signature of a chunk does not match.');
}

function broken(what: string): CommonFailure {
  return new CommonFailure('malformed', `The aws-chunked body has ${what}.`);
}
