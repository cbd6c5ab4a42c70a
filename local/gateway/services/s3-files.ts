/** Objects as files: `<folder>/<bucket>/<key>`. Nothing outside that folder is ever touched. */
import { createHash } from 'node:crypto';
import {
  type Dirent,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join, relative, sep } from 'node:path';
import { AwsError } from '../errors.ts';

export interface StoredObject {
  key: string;
  size: number;
  lastModified: Date;
}

/** Parts of uploads that are not yet whole; no bucket can have this name. */
const PARTIAL = '.partial';

/** A listing that finds more than this is refused rather than slow. */
const MAX_LISTED = 100_000;

/** Folder of a bucket. @throws AwsError InvalidBucketName */
export function bucketFolderOf(folder: string, bucket: string): string {
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) && !bucket.includes('..'))
    return join(folder, bucket);
  throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
}

/**
 * Path of an object's file.
 * @throws AwsError InvalidArgument for a key that a file system would read otherwise than S3: S3 takes `a/../b` literally
 */
export function fileOf(folder: string, bucket: string, key: string): string {
  const segments = key.split('/');
  const unfit = segments.some(
    (segment) =>
      segment === '' ||
      segment === '.' ||
      segment === '..' ||
      /[\u0000\\]/.test(segment) ||
      Buffer.byteLength(segment) > 255,
  );
  if (unfit || Buffer.byteLength(key) > 1024) {
    throw new AwsError(
      'InvalidArgument',
      `The simulated S3 keeps objects as files and takes no key like ${key.slice(0, 200)}.`,
    );
  }
  return join(bucketFolderOf(folder, bucket), ...segments);
}

/** Writes the file whole or not at all. @throws AwsError OperationAborted where a file stands in the way of a folder */
export function writeObject(folder: string, file: string, body: Buffer, at: Date): void {
  const partial = join(folder, PARTIAL, createHash('sha256').update(file).digest('hex'));
  try {
    mkdirSync(dirname(partial), { recursive: true });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(partial, body);
    utimesSync(partial, at, at);
    renameSync(partial, file);
  } catch (error) {
    if (isCode(error, ['EEXIST', 'ENOTDIR', 'EISDIR', 'ENOTEMPTY'])) {
      throw new AwsError(
        'OperationAborted',
        'One key is the folder of another; the simulated S3 cannot keep both.',
        409,
      );
    }
    throw error;
  }
}

/** The object, or undefined where there is none. */
export function readObject(file: string): { body: Buffer; lastModified: Date } | undefined {
  try {
    return { body: readFileSync(file), lastModified: statSync(file).mtime };
  } catch (error) {
    if (isCode(error, ['ENOENT', 'ENOTDIR', 'EISDIR'])) return undefined;
    throw error;
  }
}

export function deleteObject(file: string): void {
  try {
    rmSync(file);
  } catch (error) {
    // Deleting what is not there succeeds, as in S3; a folder is no object.
    if (!isCode(error, ['ENOENT', 'ENOTDIR', 'EISDIR', 'ERR_FS_EISDIR'])) throw error;
  }
}

/** All objects whose key begins with the prefix, in the order of their keys' UTF-8 bytes. */
export function listObjects(folder: string, bucket: string, prefix: string): StoredObject[] {
  const root = bucketFolderOf(folder, bucket);
  const objects: StoredObject[] = [];
  const visit = (path: string): void => {
    for (const entry of entriesOf(path)) {
      const child = join(path, entry.name);
      if (entry.isDirectory()) visit(child);
      const key = relative(root, child).split(sep).join('/');
      if (!entry.isFile() || !key.startsWith(prefix)) continue;
      if (objects.length >= MAX_LISTED)
        throw new AwsError('InternalError', `More than ${MAX_LISTED} objects.`, 500);
      const { size, mtime } = statSync(child);
      objects.push({ key, size, lastModified: mtime });
    }
  };
  visit(root);
  return objects.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
}

function entriesOf(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (isCode(error, ['ENOENT'])) return [];
    throw error;
  }
}

function isCode(error: unknown, codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.csv': 'text/csv',
  '.json': 'application/json',
  '.txt': 'text/plain',
};

/** S3 remembers the type it was told; after a restart a file's name is all there is. */
export function guessType(key: string): string {
  return TYPES[extname(key)] ?? 'binary/octet-stream';
}
