/** Whether reports for a domain are delivered to a host elsewhere: RFC 9990 section 4, RFC 7489 section 7.1. */
import type { DnsClient } from '../dns/types.ts';
import { isDmarcRecord, parseDmarcRecord } from './dmarc-record.ts';
import type { RecordLookup } from './dmarc-walk.ts';
import { createRecordLookup, walkTree } from './dmarc-walk.ts';
import { parseReportUri } from './dmarc-uri.ts';
import { fitsDns, toAsciiName, topLabel } from './names.ts';
import { organizationalDomainByPublicSuffix, organizationalDomainOfWalk } from './organizational-domain.ts';

export interface ReportAuthorization {
  uri: string;
  /** The destination host of the URI; absent when it has none. */
  host?: string;
  /**
   * `internal`: same Organizational Domain, nothing to ask. `authorized`: the host's zone says yes. `denied`: it does not,
   * so receivers send nothing. `misdirected`: it says yes but names another host, so receivers send nothing.
   * `no-destination`: the URI names no host. `unknown`: DNS left it open.
   */
  status: 'internal' | 'authorized' | 'denied' | 'misdirected' | 'no-destination' | 'unknown';
  /** Whether receivers of RFC 7489 (Public Suffix List) ask the host at all; absent without a host. */
  externalByPublicSuffix?: boolean;
  /** The name that holds, or should hold, `v=DMARC1`. */
  authorizationName?: string;
  /** The `rua` that the host puts in place of this one. */
  override?: string[];
  errorAt?: string;
}

/**
 * Checks one `rua` or `ruf` URI of the record found at `policyDomain`.
 *
 * @param policyDomain the domain whose `_dmarc` holds the record, not the Author Domain
 * @param uri e.g. `mailto:reports@example.net`
 */
export async function checkReportAuthorization(
  policyDomain: string,
  uri: string,
  dns: DnsClient,
): Promise<ReportAuthorization> {
  const policy = toAsciiName(policyDomain);
  const { host } = parseReportUri(uri);
  if (policy === undefined || host === undefined) return { uri, status: 'no-destination' };
  const externalByPublicSuffix =
    organizationalDomainByPublicSuffix(policy) !== organizationalDomainByPublicSuffix(host);
  const base = { uri, host, externalByPublicSuffix };
  const internal = await sameOrganization(policy, host, createRecordLookup(dns));
  if (internal.same === true) return { ...base, status: 'internal' };
  const asked = await askHost(policy, host, dns);
  // An authorization settles the matter even where the walk did not: reports arrive in either case.
  if (internal.same === 'unknown' && asked.status !== 'authorized') {
    return { ...base, ...asked, status: 'unknown', errorAt: internal.errorAt };
  }
  return { ...base, ...asked };
}

async function sameOrganization(
  policy: string,
  host: string,
  lookup: RecordLookup,
): Promise<{ same: boolean } | { same: 'unknown'; errorAt: string }> {
  if (policy === host) return { same: true };
  if (topLabel(policy) !== topLabel(host)) return { same: false };
  const ofPolicy = await walkTree(policy, lookup);
  const ofHost = await walkTree(host, lookup);
  const errorAt = ofPolicy.errorAt ?? ofHost.errorAt;
  if (errorAt !== undefined) return { same: 'unknown', errorAt };
  return { same: organizationalDomainOfWalk(ofPolicy) === organizationalDomainOfWalk(ofHost) };
}

/** Steps 2 to 9 of RFC 9990 section 4. */
async function askHost(
  policy: string,
  host: string,
  dns: DnsClient,
): Promise<Pick<ReportAuthorization, 'status' | 'authorizationName' | 'override' | 'errorAt'>> {
  const authorizationName = `${policy}._report._dmarc.${host}`;
  if (!fitsDns(authorizationName)) return { status: 'denied', authorizationName };
  const answer = await dns.txt(authorizationName);
  if (answer.kind === 'unknown') return { status: 'unknown', authorizationName, errorAt: authorizationName };
  const records = answer.kind === 'found' ? answer.records.filter(isDmarcRecord) : [];
  if (records.length === 0) return { status: 'denied', authorizationName };
  const override = records.flatMap((record) => parseDmarcRecord(record).uris.rua);
  if (override.length === 0) return { status: 'authorized', authorizationName };
  const elsewhere = override.some((uri) => uri.host !== host);
  return {
    status: elsewhere ? 'misdirected' : 'authorized',
    authorizationName,
    override: override.map((uri) => uri.uri),
  };
}
