/** What a request's body hashes to in its signature, and the body behind S3's encodings, checked by its checksums. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { decodeChunks } from './chunked.ts';
import { AwsError, CommonFailure } from './errors.ts';
import type { HttpRequest } from './http.ts';
import { sha256, type SignatureHeader } from './signature.ts';

/** The payload hash that the signature covers: only S3 lets the client name another than the body's own. */
export function payloadHashOf(request: HttpRequest, service: string): string {
  if (service !== 's3') return sha256(request.body);
  const declared = request.headers['x-amz-content-sha256'];
  if (declared === undefined) {
    throw new CommonFailure('malformed', 'Missing required header for this request: x-amz-content-sha256');
  }
  if (/^[0-9a-f]{64}$/.test(declared) && declared !== sha256(request.body)) {
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  return declared;
}

/**
 * The object that a PutObject carries: chunks joined, checksums compared.
 * @param secretAccessKey for the signatures of signed chunks; undefined: they are not verified
 */
export function objectBody(
  request: HttpRequest,
  signature: SignatureHeader,
  secretAccessKey: string | undefined,
): Buffer {
  const declared = request.headers['x-amz-content-sha256'] ?? '';
  if (!declared.startsWith('STREAMING-')) {
    checkSums(request.body, request.headers);
    return request.body;
  }
  const signed = declared.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD') && secretAccessKey !== undefined;
  const { body, trailers } = decodeChunks(request.body, signed ? { signature, secretAccessKey } : undefined);
  const length = request.headers['x-amz-decoded-content-length'];
  if (length !== undefined && Number(length) !== body.length) {
    throw new AwsError('IncompleteBody', 'You did not provide the number of bytes specified by the header.');
  }
  checkSums(body, { ...request.headers, ...trailers });
  return body;
}

const SUMS: Record<string, (body: Buffer) => Buffer> = {
  'content-md5': (body) => createHash('md5').update(body).digest(),
  'x-amz-checksum-sha256': (body) => createHash('sha256').update(body).digest(),
  'x-amz-checksum-sha1': (body) => createHash('sha1').update(body).digest(),
  'x-amz-checksum-crc32': (body) => {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return sum;
  },
};

/** Checksums of other kinds (CRC32C, CRC64NVME) are not compared. */
function checkSums(body: Buffer, headers: Record<string, string>): void {
  for (const [name, sum] of Object.entries(SUMS)) {
    const given = headers[name];
    if (given !== undefined && given !== sum(body).toString('base64')) {
      throw new AwsError('BadDigest', `The ${name} you specified did not match what we received.`);
    }
  }
}
