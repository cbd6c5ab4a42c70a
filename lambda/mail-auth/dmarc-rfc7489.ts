/** DMARC as receivers of RFC 7489 do it (sections 6.6.3 and 3.2): two questions at most, and the Public Suffix List. */
import type { DnsClient } from '../dns/types.ts';
import type { AlignmentMode, DmarcPolicy, DmarcRecord } from './dmarc-types.ts';
import type { LookedUpRecord, RecordLookup } from './dmarc-walk.ts';
import { createRecordLookup } from './dmarc-walk.ts';
import { excerpt, toAsciiName } from './names.ts';
import { organizationalDomainByPublicSuffix } from './organizational-domain.ts';

export interface LegacyDiscovery {
  status: 'found' | 'none' | 'temperror';
  organizationalDomain: string;
  recordDomain?: string;
  record?: DmarcRecord;
  policy?: DmarcPolicy;
  policyTag?: 'p' | 'sp';
  /** Share of failing mail that the policy is applied to, in percent; the rest gets the next lower one (section 6.6.4). */
  pct: number;
  adkim: AlignmentMode;
  aspf: AlignmentMode;
  queries: string[];
  errorAt?: string;
  /** Why the result is so, where it is not the plain case. */
  reason?: 'INVALID_DOMAIN' | 'MULTIPLE_RECORDS' | 'BROKEN_POLICY';
}

/**
 * The policy for mail From `authorDomain` by RFC 7489 section 6.6.3: the Author Domain's record, else the Organizational
 * Domain's by the Public Suffix List. Unlike RFC 9989, several records at either name end the search (step 5), nothing
 * between or above is asked, and `np`, `psd`, `t` are unknown tags.
 */
export async function discoverDmarcRfc7489(authorDomain: string, dns: DnsClient): Promise<LegacyDiscovery> {
  return discoverDmarcRfc7489By(authorDomain, createRecordLookup(dns));
}

/** As `discoverDmarcRfc7489`, with look-ups shared with a walk of RFC 9989. */
export async function discoverDmarcRfc7489By(
  authorDomain: string,
  lookup: RecordLookup,
): Promise<LegacyDiscovery> {
  const author = toAsciiName(authorDomain);
  if (author === undefined) {
    return { ...nothing(excerpt(authorDomain)), reason: 'INVALID_DOMAIN' };
  }
  const organization = organizationalDomainByPublicSuffix(author);
  const result = nothing(organization);
  for (const domain of author === organization ? [author] : [author, organization]) {
    const found = await lookup(domain);
    result.queries.push(found.answer.name);
    if (found.answer.kind === 'unknown')
      return { ...result, status: 'temperror', errorAt: found.answer.name };
    if (found.records.length === 0) continue;
    return applyLegacy(result, found, domain, domain === author);
  }
  return result;
}

function applyLegacy(
  result: LegacyDiscovery,
  found: LookedUpRecord,
  domain: string,
  own: boolean,
): LegacyDiscovery {
  const { record } = found;
  if (record === undefined) return { ...result, reason: 'MULTIPLE_RECORDS' };
  const { tags } = record;
  const shared = { recordDomain: domain, record, adkim: tags.adkim, aspf: tags.aspf };
  // Section 6.6.3 step 6; np is unknown to RFC 7489 and breaks nothing.
  const spInvalid = tags.sp === undefined && record.entries.some(({ name }) => name === 'sp');
  if (tags.p === undefined || spInvalid) {
    if (tags.rua.length === 0) return { ...result, reason: 'BROKEN_POLICY' };
    return { ...result, ...shared, status: 'found', policy: 'none', reason: 'BROKEN_POLICY' };
  }
  const pct = record.legacy.pct ?? 100;
  if (own || tags.sp === undefined)
    return { ...result, ...shared, status: 'found', policy: tags.p, policyTag: 'p', pct };
  return { ...result, ...shared, status: 'found', policy: tags.sp, policyTag: 'sp', pct };
}

function nothing(organizationalDomain: string): LegacyDiscovery {
  return { status: 'none', organizationalDomain, pct: 100, adkim: 'r', aspf: 'r', queries: [] };
}
