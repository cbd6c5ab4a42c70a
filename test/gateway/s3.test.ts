import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allPages, assumeMember, type Keys, refusalOf, type Sandbox, startSandbox } from './harness.ts';
import { signedFetch } from './signed-fetch.ts';

const Bucket = 'reports-bucket';
let sandbox: Sandbox;
let client: S3Client;

beforeAll(async () => {
  sandbox = await startSandbox();
  client = new S3Client(sandbox.config());
});
afterAll(() => sandbox.close());

const put = (Key: string, Body: string | Buffer, more = {}): Promise<unknown> =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = async (Key: string): Promise<string | undefined> =>
  (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

describe('Objects', () => {
  it('are files below the bucket’s folder', async () => {
    await put('scans/2026/report.html', '<p>ä</p>', { ContentType: 'text/html; charset=utf-8' });
    expect(readFileSync(join(sandbox.bucketFolder, Bucket, 'scans/2026/report.html'), 'utf8')).toBe(
      '<p>ä</p>',
    );
    expect(await get('scans/2026/report.html')).toBe('<p>ä</p>');
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'scans/2026/report.html' }));
    expect(head).toMatchObject({ ContentLength: 9, ContentType: 'text/html; charset=utf-8' });
    expect(head.LastModified).toBeInstanceOf(Date);
  });

  it.each(['plain', 'with blank', 'ä/ü+(1)!*.json', 'a&b=c?d#e', '100%/done', "it's"])(
    'may be called %s',
    async (Key) => {
      await put(Key, Key);
      expect(await get(Key)).toBe(Key);
    },
  );

  it('keep any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bytes) => {
        await put('bytes', Buffer.from(bytes));
        const answer = await client.send(new GetObjectCommand({ Bucket, Key: 'bytes' }));
        expect(
          Buffer.from((await answer.Body?.transformToByteArray()) ?? []).equals(Buffer.from(bytes)),
        ).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  it('arrive whole from a stream, which the SDK sends in chunks with a trailing checksum', async () => {
    const text = 'chunk of text '.repeat(20_000);
    const parts = [text.slice(0, 100_000), text.slice(100_000)];
    const Body = Readable.from(parts.map((part) => Buffer.from(part)));
    await client.send(new PutObjectCommand({ Bucket, Key: 'streamed', Body, ContentLength: text.length }));
    expect(await get('streamed')).toBe(text);
  });

  it('are replaced, unless the writer forbids it', async () => {
    await put('state', 'one');
    await put('state', 'two');
    expect(await get('state')).toBe('two');
    const refusal = await refusalOf(put('state', 'three', { IfNoneMatch: '*' }));
    expect(refusal).toMatchObject({ name: 'PreconditionFailed', status: 412 });
    expect(await get('state')).toBe('two');
  });

  it('are gone when deleted, once or twice', async () => {
    await put('short-lived', 'x');
    for (const Key of ['short-lived', 'short-lived'])
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
    expect(await refusalOf(client.send(new GetObjectCommand({ Bucket, Key: 'short-lived' })))).toMatchObject({
      name: 'NoSuchKey',
      status: 404,
    });
    expect(await refusalOf(client.send(new HeadObjectCommand({ Bucket, Key: 'short-lived' })))).toMatchObject(
      {
        name: 'NotFound',
        status: 404,
      },
    );
  });
});

describe('ListObjectsV2', () => {
  const bucket = 'listed-bucket';
  const keys = ['a/1', 'a/2', 'a/b/3', 'b', 'c d', 'z&<'];

  beforeAll(async () => {
    for (const Key of keys) await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }));
  });

  it.each([1, 2, 1000])('gives every key once, in order, in pages of %i', async (MaxKeys) => {
    const { items } = await allPages(async (ContinuationToken) => {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, MaxKeys, ContinuationToken }),
      );
      return { items: page.Contents, token: page.NextContinuationToken };
    });
    expect(items.map(({ Key }) => Key)).toEqual(keys);
    expect(items[0]).toMatchObject({ Size: 3 });
  });

  it('groups by prefix and delimiter', async () => {
    const answer = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: 'a/', Delimiter: '/' }),
    );
    expect(answer.Contents?.map(({ Key }) => Key)).toEqual(['a/1', 'a/2']);
    expect(answer.CommonPrefixes).toEqual([{ Prefix: 'a/b/' }]);
  });

  it('finds nothing in a bucket that nobody wrote to', async () => {
    expect(await client.send(new ListObjectsV2Command({ Bucket: 'empty-bucket' }))).toMatchObject({
      KeyCount: 0,
    });
  });
});

describe('Refusals of S3', () => {
  it.each(['../outside', 'a/../../outside', 'a//b', './x', 'folder/', '..\\outside', 'nul\u0000'])(
    'takes no key that a file system reads otherwise: %s',
    async (key) => {
      const path = `/${Bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
      const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
      const answer = await signedFetch(sandbox.gateway.url, {
        service: 's3',
        method: 'PUT',
        path,
        headers,
        body: 'x',
      });
      expect(answer.status).toBe(400);
      expect(answer.body).toContain('<Code>InvalidArgument</Code>');
      expect(existsSync(join(sandbox.folder, 'outside'))).toBe(false);
      expect(readdirSync(sandbox.folder)).toEqual(['bucket']);
    },
  );

  it.each(['..', 'UPPER', 'x'])('knows no bucket %s', async (bucket) => {
    const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    const path = `/${encodeURIComponent(bucket)}/key`;
    const { status, body } = await signedFetch(sandbox.gateway.url, {
      service: 's3',
      method: 'PUT',
      path,
      headers,
      body: 'x',
    });
    expect({ status, code: /<Code>(\w+)/.exec(body)?.[1] }).toEqual({
      status: 400,
      code: 'InvalidBucketName',
    });
  });

  it('compares the checksums that come along', async () => {
    const wrong = 'AAAAAA==';
    expect(await refusalOf(put('checked', 'text', { ChecksumCRC32: wrong }))).toMatchObject({
      name: 'BadDigest',
    });
  });

  it('cannot keep a key that is the folder of another', async () => {
    await put('thing', 'x');
    expect(await refusalOf(put('thing/below', 'x'))).toMatchObject({ name: 'OperationAborted', status: 409 });
  });

  it('keeps a role to its permissions', async () => {
    const s3 = new S3Client(sandbox.config(await assumeMember(sandbox)));
    const { name, message, status } = await refusalOf(
      s3.send(new GetObjectCommand({ Bucket, Key: 'plain' })),
    );
    expect({ name, status }).toEqual({ name: 'AccessDenied', status: 403 });
    expect(message).toContain(
      `s3:GetObject on resource: arn:aws:s3:::${Bucket}/plain because no identity-based policy`,
    );
  });

  it.each<[string, Keys]>([
    ['InvalidAccessKeyId', { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' }],
    ['SignatureDoesNotMatch', { accessKeyId: 'AKIAMANAGEMENT000001', secretAccessKey: 'wrong' }],
  ])('answers %s', async (code, keys) => {
    const s3 = new S3Client(sandbox.config(keys));
    expect(await refusalOf(s3.send(new GetObjectCommand({ Bucket, Key: 'plain' })))).toMatchObject({
      name: code,
      status: 403,
    });
  });

  it('names an operation that it does not offer', async () => {
    const copy = new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/plain` });
    const { name, message, status } = await refusalOf(client.send(copy));
    expect({ name, status }).toEqual({ name: 'NotImplemented', status: 501 });
    expect(message).toContain('PUT object?copy');
  });
});
