/** JSON values compared and bounded. */
import type { Json } from '../controls/types.ts';

/** Whether two values would be stored alike: a missing property and an undefined one are the same. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) =>
    sameJson((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]),
  );
}

/** Bytes of the value as JSON; near enough to what DynamoDB counts. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}

/** The record as it is, or a note of its size where it is larger than `limit` bytes. */
export function boundedRecord(value: { [key: string]: Json }, limit: number): { [key: string]: Json } {
  const bytes = jsonBytes(value);
  return bytes <= limit ? value : { truncated: true, bytes };
}
