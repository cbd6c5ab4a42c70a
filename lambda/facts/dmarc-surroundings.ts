/** What surrounds a domain's DMARC record: the reading of RFC 7489, delegated subtrees, the hosts that take reports. */
import { confirmFailing } from '../dns/confirming.ts';
import type { DnsClient } from '../dns/types.ts';
import {
  discoverDmarcRfc7489,
  parseDmarcRecord,
  selectDmarcRecords,
  type DmarcRecord,
} from '../mail-auth/dmarc.ts';
import { excerpt, isAtOrBelow } from '../mail-auth/names.ts';
import {
  organizationalDomain,
  organizationalDomainByPublicSuffix,
} from '../mail-auth/organizational-domain.ts';
import { checkReportAuthorization } from '../mail-auth/report-authorization.ts';
import { receives } from './gather-receives.ts';
import type { DmarcFacts, LegacyDmarcFacts, ReportHostFacts } from './types.ts';

/** Each costs up to twelve questions: MX, A, AAAA, the authorization, and the walk to its Organizational Domain. */
const MAX_REPORT_HOSTS = 10;
const MAX_SUBTREES = 10;
const MAX_OVERRIDE = 5;

/** What receivers of RFC 7489 find; nearly always names that the walk of RFC 9989 asked already. */
export async function gatherLegacy(domain: string, dns: DnsClient): Promise<LegacyDmarcFacts> {
  const { status, organizationalDomain, recordDomain, policy, errorAt } = await discoverDmarcRfc7489(
    domain,
    dns,
  );
  return {
    status,
    organizationalDomain,
    ...(recordDomain === undefined ? {} : { recordDomain }),
    ...(policy === undefined ? {} : { policy }),
    ...(errorAt === undefined ? {} : { errorAt }),
  };
}

/**
 * Whether what is authenticated as a delegated subtree could align with mail From the domain: where both have the same
 * Organizational Domain (RFC 9989 section 4.4), which a record with `psd=n` at or above the subtree ends. A walk each.
 *
 * @returns nothing where the Organizational Domain's record applies to another name: it is asked there, once for all
 */
export async function gatherDelegated(
  domain: string,
  { recordDomain, organizationalDomain: organization }: DmarcFacts,
  subtrees: readonly string[],
  dns: DnsClient,
): Promise<NonNullable<DmarcFacts['delegated']>> {
  if (recordDomain !== undefined && recordDomain !== domain && recordDomain === organization) return [];
  const within = organization ?? organizationalDomainByPublicSuffix(domain);
  const others = subtrees.filter((name) => isAtOrBelow(name, within) && !isAtOrBelow(domain, name));
  return Promise.all(
    others.slice(0, MAX_SUBTREES).map(async (subtree) => {
      const theirs = organization === undefined ? 'unknown' : await organizationalDomain(subtree, dns);
      return { subtree, cut: theirs === 'unknown' ? theirs : theirs !== organization };
    }),
  );
}

/**
 * The hosts that the single record at `domain` sends reports to, and whether they receive and take them; `undefined`
 * where no single record stands there. What fails is confirmed at the second opinion.
 */
export async function gatherReportHosts(
  domain: string,
  dns: DnsClient,
): Promise<ReportHostFacts[] | undefined> {
  const record = singleRecord(await dns.txt(`_dmarc.${domain}`));
  if (!record) return undefined;
  const hosts = new Map<string, { uri: string; tags: Set<'rua' | 'ruf'> }>();
  for (const tag of ['rua', 'ruf'] as const) {
    for (const { uri, host, deliverable } of record.uris[tag]) {
      if (!deliverable || host === undefined) continue;
      const known = hosts.get(host);
      if (known) known.tags.add(tag);
      else if (hosts.size < MAX_REPORT_HOSTS) hosts.set(host, { uri, tags: new Set([tag]) });
    }
  }
  return Promise.all(
    [...hosts].map(([host, { uri, tags }]) =>
      confirmFailing(
        dns,
        async (client) => ({ host, tags: [...tags], ...(await readReportHost(domain, host, uri, client)) }),
        isFaulty,
      ),
    ),
  );
}

function isFaulty({ receives, authorization }: ReportHostFacts): boolean {
  return receives === false || authorization === 'denied' || authorization === 'misdirected';
}

async function readReportHost(
  domain: string,
  host: string,
  uri: string,
  dns: DnsClient,
): Promise<Omit<ReportHostFacts, 'host' | 'tags'>> {
  const [reached, checked] = await Promise.all([
    receives(host, dns),
    checkReportAuthorization(domain, uri, dns),
  ]);
  const { status, authorizationName, override } = checked;
  return {
    receives: reached,
    authorization: status === 'no-destination' ? 'unknown' : status,
    ...(status === 'internal' || authorizationName === undefined ? {} : { authorizationName }),
    ...(override ? { override: override.slice(0, MAX_OVERRIDE).map((text) => excerpt(text, 255)) } : {}),
  };
}

function singleRecord(answer: Awaited<ReturnType<DnsClient['txt']>>): DmarcRecord | undefined {
  const [text, second] = answer.kind === 'found' ? selectDmarcRecords(answer.records) : [];
  return text === undefined || second !== undefined ? undefined : parseDmarcRecord(text);
}
