/** Names of identities. */
import { toAsciiName } from '../mail-auth/names.ts';
import { plainText } from '../organization/classify.ts';

/** The identity's domain (the part after `@` of an address), in lower-case A-label form without trailing dot. */
export function domainOf(name: string): string {
  return toAscii(name.slice(name.lastIndexOf('@') + 1));
}

/** Lower case, A-labels, no trailing dot. What has no such form stays as it is, bounded and in lower case. */
export function toAscii(name: string): string {
  return toAsciiName(name) ?? plainText(name, 255).toLowerCase();
}
