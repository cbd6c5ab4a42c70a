/** Amazon S3 (REST-XML), as much as a report needs. Any valid bucket name is a bucket. */
import { createHash } from 'node:crypto';
import { AwsError } from '../errors.ts';
import { decodePart, type HttpRequest } from '../http.ts';
import { s3Protocol } from '../protocol.ts';
import { type Call, type Operations, RawReply, type Service } from '../service.ts';
import { encodeStrictly } from '../signature.ts';
import { xmlDocument } from '../xml.ts';
import {
  bucketFolderOf,
  deleteObject,
  fileOf,
  guessType,
  listObjects,
  readObject,
  writeObject,
} from './s3-files.ts';

/** Content types as PutObject was told, by file; lost at a restart. */
const types = new Map<string, string>();

interface Address {
  bucket: string;
  key: string;
}

/** Path style, or virtual-hosted on a name below `localhost`. */
function addressOf({ rawPath, headers }: HttpRequest): Address {
  const host = (headers['host'] ?? '').replace(/:\d{1,5}$/, '');
  const path = rawPath.replace(/^\//, '');
  if (host.endsWith('.localhost'))
    return { bucket: host.slice(0, -'.localhost'.length), key: decodePart(path) };
  const slash = path.indexOf('/');
  if (slash < 0) return { bucket: decodePart(path), key: '' };
  return { bucket: decodePart(path.slice(0, slash)), key: decodePart(path.slice(slash + 1)) };
}

const OBJECT_OPERATIONS: Record<string, string> = {
  PUT: 'PutObject',
  GET: 'GetObject',
  HEAD: 'HeadObject',
  DELETE: 'DeleteObject',
};

/** S3 tells operations apart by method, depth of the path and sub-resource (`?acl`): an unknown one is named by these. */
function operationOf(request: HttpRequest): string {
  const { bucket, key } = addressOf(request);
  const query = [...new URLSearchParams(request.rawQuery).keys()];
  if (key === '') {
    if (bucket !== '' && request.method === 'GET' && query.includes('list-type')) return 'ListObjectsV2';
    return `${request.method} ${bucket === '' ? 'service' : 'bucket'}?${query.join('&')}`;
  }
  const copies = request.headers['x-amz-copy-source'] !== undefined;
  const subresource = query.find((name) => name !== 'x-id');
  if (copies || subresource !== undefined) return `${request.method} object?${copies ? 'copy' : subresource}`;
  return OBJECT_OPERATIONS[request.method] ?? `${request.method} object`;
}

const objectArn = ({ request }: Call): string => {
  const { bucket, key } = addressOf(request);
  return `arn:aws:s3:::${bucket}/${key}`;
};

const operations: Operations = {
  PutObject: {
    action: 's3:PutObject',
    resource: objectArn,
    run: (call) => {
      const file = fileOfCall(call);
      const { body, headers } = call.request;
      if (headers['if-none-match'] === '*' && readObject(file)) {
        throw new AwsError(
          'PreconditionFailed',
          'At least one of the pre-conditions you specified did not hold',
          412,
        );
      }
      writeObject(call.surroundings.bucketFolder, file, body, call.surroundings.clock());
      types.set(file, headers['content-type'] ?? 'binary/octet-stream');
      return reply(call, 200, { etag: etagOf(body) }, '');
    },
  },
  GetObject: { action: 's3:GetObject', resource: objectArn, run: objectReply },
  HeadObject: { action: 's3:GetObject', resource: objectArn, run: objectReply },
  DeleteObject: {
    action: 's3:DeleteObject',
    resource: objectArn,
    run: (call) => {
      deleteObject(fileOfCall(call));
      return reply(call, 204, {}, '');
    },
  },
  ListObjectsV2: {
    action: 's3:ListBucket',
    resource: ({ request }) => `arn:aws:s3:::${addressOf(request).bucket}`,
    run: (call) => reply(call, 200, { 'content-type': 'application/xml' }, listing(call)),
  },
};

export const s3: Service = {
  name: 's3',
  signingName: 's3',
  protocol: s3Protocol(operationOf),
  operations,
  bodyLimit: 64 * 1024 * 1024,
  global: false,
  throttled: false,
};

function fileOfCall({ request, surroundings }: Call): string {
  const { bucket, key } = addressOf(request);
  return fileOf(surroundings.bucketFolder, bucket, key);
}

function objectReply(call: Call): RawReply {
  const file = fileOfCall(call);
  const object = readObject(file);
  if (!object) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  const headers = {
    'content-type': types.get(file) ?? guessType(file),
    // A HEAD answers the length of the body that it does not send.
    'content-length': String(object.body.length),
    'last-modified': object.lastModified.toUTCString(),
    etag: etagOf(object.body),
  };
  return reply(call, 200, headers, object.body);
}

/** Keys, and with a delimiter the common prefixes, of one page. */
function listing({ request, input, surroundings }: Call): string {
  const { bucket } = addressOf(request);
  bucketFolderOf(surroundings.bucketFolder, bucket);
  const [prefix, delimiter] = [input.text('prefix') ?? '', input.text('delimiter') ?? ''];
  const max = Math.min(input.integer('max-keys', 0, 2 ** 31) ?? 1000, 1000);
  const token = input.text('continuation-token');
  const after = token === undefined ? (input.text('start-after') ?? '') : afterOf(token);
  const groups = new Map<string, { size: number; lastModified: Date } | undefined>();
  for (const object of listObjects(surroundings.bucketFolder, bucket, prefix)) {
    const cut = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
    groups.set(
      cut < 0 ? object.key : object.key.slice(0, cut + delimiter.length),
      cut < 0 ? object : undefined,
    );
  }
  const left = [...groups].filter(([name]) => Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0);
  const page = left.slice(0, max);
  const encode = input.text('encoding-type') === 'url' ? encodeKey : (key: string): string => key;
  const last = page.at(-1)?.[0];
  const truncated = left.length > page.length && last !== undefined;
  return xmlDocument('ListBucketResult', 'http://s3.amazonaws.com/doc/2006-03-01/', {
    Name: bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: max,
    EncodingType: input.text('encoding-type'),
    KeyCount: page.length,
    IsTruncated: truncated,
    ContinuationToken: token,
    NextContinuationToken: truncated ? Buffer.from(`1|${last}`).toString('base64url') : undefined,
    Contents: page.flatMap(([key, object]) =>
      object
        ? [
            {
              Key: encode(key),
              LastModified: object.lastModified.toISOString(),
              Size: object.size,
              StorageClass: 'STANDARD',
            },
          ]
        : [],
    ),
    CommonPrefixes: page.flatMap(([key, object]) => (object ? [] : [{ Prefix: encode(key) }])),
  });
}

function encodeKey(key: string): string {
  return key.split('/').map(encodeStrictly).join('/');
}

function afterOf(token: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (text.startsWith('1|')) return text.slice(2);
  throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect');
}

function etagOf(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}

function reply(call: Call, status: number, headers: Record<string, string>, body: string | Buffer): RawReply {
  return new RawReply({ status, headers: { 'x-amz-request-id': call.requestId, ...headers }, body });
}
