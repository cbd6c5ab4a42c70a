/** The Organizational Domain, by RFC 9989's tree walk and by RFC 7489's Public Suffix List. */
import { getDomain } from 'tldts';
import type { DnsClient } from '../dns/types.ts';
import type { TreeWalk } from './dmarc-walk.ts';
import { createRecordLookup, walkTree } from './dmarc-walk.ts';
import { toAsciiName } from './names.ts';

/**
 * RFC 9989 section 4.10.2, of a walk that ended: from the longest name to the shortest, `psd=n` is the Organizational
 * Domain; of `psd=y` elsewhere than at the start it is the name one label below; else the record with the fewest labels;
 * without any record the start itself.
 */
export function selectOrganizationalDomain(walk: TreeWalk): string {
  for (const { domain, record } of walk.records) {
    if (record.tags.psd === 'n') return domain;
    if (record.tags.psd === 'y' && domain !== walk.start) return childTowards(walk.start, domain);
  }
  return walk.records.at(-1)?.domain ?? walk.start;
}

/** The name one label below `ancestor` on the way to `name`. */
function childTowards(name: string, ancestor: string): string {
  return name
    .split('.')
    .slice(-(ancestor.split('.').length + 1))
    .join('.');
}

/**
 * The Organizational Domain by tree walk (RFC 9989 section 4.10.2).
 *
 * @returns `unknown` when DNS left a question of the walk unanswered; the name itself when it is no domain name
 */
export async function organizationalDomain(domain: string, dns: DnsClient): Promise<string | 'unknown'> {
  const name = toAsciiName(domain);
  if (name === undefined) return domain;
  return organizationalDomainOfWalk(await walkTree(name, createRecordLookup(dns)));
}

export function organizationalDomainOfWalk(walk: TreeWalk): string | 'unknown' {
  return walk.errorAt === undefined ? selectOrganizationalDomain(walk) : 'unknown';
}

/**
 * The Organizational Domain as receivers of RFC 7489 section 3.2 see it: the registrable name by the Public Suffix List,
 * the list's private part included. The RFC leaves the list open ("such as ..."); what runs at receivers reads
 * publicsuffix.org's file as a whole (OpenDMARC's `PublicSuffixList` file, Mail::DMARC's `public_suffix_list`), and the
 * private part stands in that file. A name that is itself a public suffix is its own Organizational Domain.
 */
export function organizationalDomainByPublicSuffix(domain: string): string {
  const name = toAsciiName(domain);
  if (name === undefined) return domain;
  return getDomain(name, TLDTS_OPTIONS) ?? name;
}

const TLDTS_OPTIONS = {
  allowPrivateDomains: true,
  extractHostname: false,
  validateHostname: false,
  detectIp: false,
} as const;
