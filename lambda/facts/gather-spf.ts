/** SPF of a MAIL FROM domain, as receivers of mail from SES evaluate it. */
import { confirmFailing } from '../dns/confirming.ts';
import type { DnsClient } from '../dns/types.ts';
import {
  addressInside,
  analyseSpf,
  checkHost,
  expandNetworks,
  findSpfNearMisses,
  selectSpfRecords,
  type SpfAnalysis,
  type SpfCheck,
} from '../mail-auth/spf.ts';
import { selectedTexts } from './dns-facts.ts';
import { analysisFacts } from './spf-problems.ts';
import type { DedicatedAddresses, DedicatedSpfFacts, SpfFacts } from './types.ts';

/** Whose record names the networks that SES sends from. */
const SES_SPF_DOMAIN = 'amazonses.com';

/** amazonses.com names about twenty networks; a list of more than this is not believed. */
const MAX_NETWORKS = 100;

const MAX_TEXTS = 10;
/** No fix publishes a record longer than 4,000 characters, so that a cut one is never taken for a whole. */
const MAX_TEXT = 4_096;
const MAX_HUGE_NETWORKS = 10;

type SesNetworks = NonNullable<SpfFacts['sesNetworks']>;

/** The facts, and what the record's own analysis holds against it. */
interface Evaluated {
  facts: SpfFacts;
  problems: SpfAnalysis['problems'];
}

/**
 * What stands at the domain, and how RFC 7208 evaluates it for one address of each of SES's networks. The networks are
 * read from amazonses.com's live record (one look-up, which the client caches), never from a list kept here. An
 * evaluation that finds fault is made again over answers that the second opinion confirmed.
 *
 * @param dedicated addresses that mail with the name comes from beside those networks; missing: nobody knows of them. Each
 * costs an evaluation, but a question only where the record asks about the very address: the client caches the rest.
 */
export async function gatherSpf(
  domain: string,
  dns: DnsClient,
  dedicated?: DedicatedAddresses,
): Promise<SpfFacts> {
  const evaluate = (client: DnsClient): Promise<Evaluated> => evaluateSpf(domain, client, dedicated);
  const { facts } = await confirmFailing(dns, evaluate, findsFault);
  return facts;
}

async function evaluateSpf(
  domain: string,
  dns: DnsClient,
  dedicated: DedicatedAddresses | undefined,
): Promise<Evaluated> {
  const answer = await dns.txt(domain);
  const texts = answer.kind === 'found' ? answer.records : [];
  const records = selectSpfRecords(texts);
  const nearMisses = findSpfNearMisses(texts);
  const [ses, analysis, ofDedicated] = await Promise.all([
    evaluateSesNetworks(domain, dns),
    analyseSpf(domain, dns),
    dedicated && evaluateDedicated(domain, dedicated, dns),
  ]);
  const { qualifier } = analysis.all;
  const facts: SpfFacts = {
    txt: selectedTexts(answer, [...records, ...nearMisses]),
    records: records.slice(0, MAX_TEXTS).map((text) => text.slice(0, MAX_TEXT)),
    nearMisses: nearMisses.slice(0, MAX_TEXTS).map((text) => text.slice(0, MAX_TEXT)),
    ...ses,
    all: qualifier === 'undecidable' ? 'unknown' : qualifier,
    hugeNetworks: analysis.hugeNetworks.slice(0, MAX_HUGE_NETWORKS),
    ...analysisFacts(analysis),
    ...(ofDedicated ? { dedicated: ofDedicated } : {}),
  };
  return { facts, problems: analysis.problems };
}

/** DNS terms on the SES path from which SPF-04 warns. */
const NEAR_LOOKUP_LIMIT = 9;

/** Anything but one record that passes for SES, ends closed, and draws no remark. What DNS left open is no fault. */
function findsFault({ facts, problems }: Evaluated): boolean {
  if (facts.txt.kind === 'unknown') return false;
  const evaluated = [...(facts.sesNetworks ?? []), ...(facts.dedicated?.addresses ?? [])];
  const passes = evaluated.every(({ result }) => result === 'pass' || result === 'temperror');
  const closed = facts.all === '-' || facts.all === '~' || facts.all === 'unknown';
  const single = facts.records.length === 1 && facts.nearMisses.length === 0;
  const costly = (facts.lookups ?? 0) >= NEAR_LOOKUP_LIMIT;
  return !single || !passes || !closed || costly || facts.hugeNetworks.length > 0 || problems.length > 0;
}

async function evaluateSesNetworks(
  domain: string,
  dns: DnsClient,
): Promise<Pick<SpfFacts, 'sesNetworks' | 'sesNetworksUnknown' | 'lookups' | 'voidLookups'>> {
  const expanded = await expandNetworks(SES_SPF_DOMAIN, dns);
  if (expanded.kind === 'unknown') return { sesNetworksUnknown: `${expanded.because}: ${expanded.detail}` };
  const { networks } = expanded;
  if (networks.length === 0 || networks.length > MAX_NETWORKS) {
    return { sesNetworksUnknown: `${SES_SPF_DOMAIN} names ${networks.length} networks` };
  }
  const checks = await Promise.all(
    networks.map(async (network) => {
      const ip = addressInside(network);
      return { network, ip, check: await checkAddress(ip, domain, dns) };
    }),
  );
  const sesNetworks: SesNetworks = checks.map(({ network, ip, check }) => ({
    network,
    ...resultFor(ip, check),
  }));
  return {
    sesNetworks,
    lookups: Math.max(...checks.map(({ check }) => check.lookups)),
    voidLookups: Math.max(...checks.map(({ check }) => check.voidLookups)),
  };
}

/** What the addresses' own cost adds to the limit of DNS terms is not counted: SPF-04 and -05 speak of SES's networks. */
async function evaluateDedicated(
  domain: string,
  { ips, ...known }: DedicatedAddresses,
  dns: DnsClient,
): Promise<DedicatedSpfFacts> {
  const addresses = await Promise.all(
    ips.map(async (ip) => resultFor(ip, await checkAddress(ip, domain, dns))),
  );
  return { addresses, ...known };
}

function checkAddress(ip: string, domain: string, dns: DnsClient): Promise<SpfCheck> {
  return checkHost({ ip, domain, sender: `bounce@${domain}` }, dns);
}

function resultFor(ip: string, { result, problems }: SpfCheck): DedicatedSpfFacts['addresses'][number] {
  const decisive = problems.find(({ level }) => level === 'error');
  return { ip, result, ...(decisive ? { problem: decisive.code } : {}) };
}
