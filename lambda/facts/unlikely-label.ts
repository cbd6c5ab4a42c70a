/** A label that nobody publishes: what answers for it is a wildcard (RFC 4592). */
import { createHash } from 'node:crypto';

/**
 * Looks random like one of SES's tokens, yet is the same at every scan, so that caches and stored facts stay as they are.
 *
 * @param name for whose zone it is made
 * @returns 32 letters and digits
 */
export function unlikelyLabel(name: string): string {
  return createHash('sha256').update(`wildcard of ${name}`).digest('hex').slice(0, 32);
}
