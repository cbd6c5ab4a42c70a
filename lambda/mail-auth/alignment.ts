/** Identifier alignment: RFC 9989 section 4.4 and 4.10.2, with RFC 7489's reading beside it. */
import type { DnsClient } from '../dns/types.ts';
import type { RecordLookup, TreeWalk } from './dmarc-walk.ts';
import { createRecordLookup, findUnconfirmed, walkTree } from './dmarc-walk.ts';
import type { AlignmentMode } from './dmarc-types.ts';
import { isAtOrBelow, toAsciiName, topLabel } from './names.ts';
import { organizationalDomainByPublicSuffix, organizationalDomainOfWalk } from './organizational-domain.ts';

/**
 * Whether an authenticated identifier (DKIM `d=`, the MAIL FROM domain) aligns with the Author Domain.
 *
 * Strict: the same name. Relaxed: the same Organizational Domain, found by a walk of its own for each. Either name may be
 * given in Unicode or A-label form. An Organizational Domain is the name itself or one above it, which decides some cases
 * without a question.
 *
 * @param mode the `adkim` or `aspf` in effect
 * @returns `unknown` when DNS left a question open that the answer depends on
 * @example await isAligned('mail.example.com', 'example.com', 'r', dns) // true
 */
export async function isAligned(
  identifierDomain: string,
  authorDomain: string,
  mode: AlignmentMode,
  dns: DnsClient,
): Promise<boolean | 'unknown'> {
  const lookup = createRecordLookup(dns);
  const author = toAsciiName(authorDomain);
  if (author === undefined) return false;
  const authorWalk = (): Promise<TreeWalk> => walkTree(author, lookup);
  const organizationalDomain = async (): Promise<string | 'unknown'> =>
    organizationalDomainOfWalk(await authorWalk());
  const aligned = await isAlignedWith(
    identifierDomain,
    { domain: author, organizationalDomain },
    mode,
    lookup,
  );
  if (aligned !== false || mode === 's' || dns.confirm === undefined) return aligned;
  return confirmMisalignment(identifierDomain, await authorWalk(), lookup, dns);
}

/** That names do not align is a verdict that must not rest on one resolver's word, where there is a second. */
async function confirmMisalignment(
  identifierDomain: string,
  authorWalk: TreeWalk,
  lookup: RecordLookup,
  dns: DnsClient,
): Promise<false | 'unknown'> {
  const identifier = toAsciiName(identifierDomain);
  if (identifier === undefined || topLabel(identifier) !== topLabel(authorWalk.start)) return false;
  const walks = [authorWalk, await walkTree(identifier, lookup)];
  for (const walk of walks) if ((await findUnconfirmed(walk, dns)) !== undefined) return 'unknown';
  return false;
}

/** The Author Domain in A-label form; its Organizational Domain, or how to learn it where it matters. */
export interface AlignmentAuthor {
  domain: string;
  organizationalDomain: string | 'unknown' | (() => Promise<string | 'unknown'>);
}

/** As `isAligned`, with look-ups and the author's walk shared among the identifiers of one message. */
export async function isAlignedWith(
  identifierDomain: string,
  author: AlignmentAuthor,
  mode: AlignmentMode,
  lookup: RecordLookup,
): Promise<boolean | 'unknown'> {
  const identifier = toAsciiName(identifierDomain);
  if (identifier === undefined) return false;
  if (identifier === author.domain) return true;
  if (mode === 's' || topLabel(identifier) !== topLabel(author.domain)) return false;
  const { organizationalDomain } = author;
  const authorOrganization =
    typeof organizationalDomain === 'string' ? organizationalDomain : await organizationalDomain();
  // Without it nothing can be compared; the identifier's walk could at best rule alignment out.
  if (authorOrganization === 'unknown') return 'unknown';
  if (!isAtOrBelow(identifier, authorOrganization)) return false;
  const identifierOrganization = organizationalDomainOfWalk(await walkTree(identifier, lookup));
  return identifierOrganization === 'unknown' ? 'unknown' : authorOrganization === identifierOrganization;
}

/** Alignment as receivers of RFC 7489 section 3.1 judge it, by the Public Suffix List. Asks nothing. */
export function isAlignedByPublicSuffix(
  identifierDomain: string,
  authorDomain: string,
  mode: AlignmentMode,
): boolean {
  const identifier = toAsciiName(identifierDomain);
  const author = toAsciiName(authorDomain);
  if (identifier === undefined || author === undefined) return false;
  if (identifier === author) return true;
  if (mode === 's') return false;
  return organizationalDomainByPublicSuffix(identifier) === organizationalDomainByPublicSuffix(author);
}
