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
} from '../mail-auth/spf.ts';
import { selectedTexts } from './dns-facts.ts';
import { analysisFacts } from './spf-problems.ts';
import type { SpfFacts } from './types.ts';

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
 */
export async function gatherSpf(domain: string, dns: DnsClient): Promise<SpfFacts> {
  const { facts } = await confirmFailing(dns, (client) => evaluateSpf(domain, client), findsFault);
  return facts;
}

async function evaluateSpf(domain: string, dns: DnsClient): Promise<Evaluated> {
  const answer = await dns.txt(domain);
  const texts = answer.kind === 'found' ? answer.records : [];
  const records = selectSpfRecords(texts);
  const nearMisses = findSpfNearMisses(texts);
  const [ses, analysis] = await Promise.all([evaluateSesNetworks(domain, dns), analyseSpf(domain, dns)]);
  const { qualifier } = analysis.all;
  const facts: SpfFacts = {
    txt: selectedTexts(answer, [...records, ...nearMisses]),
    records: records.slice(0, MAX_TEXTS).map((text) => text.slice(0, MAX_TEXT)),
    nearMisses: nearMisses.slice(0, MAX_TEXTS).map((text) => text.slice(0, MAX_TEXT)),
    ...ses,
    all: qualifier === 'undecidable' ? 'unknown' : qualifier,
    hugeNetworks: analysis.hugeNetworks.slice(0, MAX_HUGE_NETWORKS),
    ...analysisFacts(analysis),
  };
  return { facts, problems: analysis.problems };
}

/** DNS terms on the SES path from which SPF-04 warns. */
const NEAR_LOOKUP_LIMIT = 9;

/** Anything but one record that passes for SES, ends closed, and draws no remark. What DNS left open is no fault. */
function findsFault({ facts, problems }: Evaluated): boolean {
  if (facts.txt.kind === 'unknown') return false;
  const passes = (facts.sesNetworks ?? []).every(({ result }) => result === 'pass' || result === 'temperror');
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
      const check = await checkHost({ ip, domain, sender: `bounce@${domain}` }, dns);
      return { network, ip, check };
    }),
  );
  const sesNetworks: SesNetworks = checks.map(({ network, ip, check }) => {
    const decisive = check.problems.find(({ level }) => level === 'error');
    return { network, ip, result: check.result, ...(decisive ? { problem: decisive.code } : {}) };
  });
  return {
    sesNetworks,
    lookups: Math.max(...checks.map(({ check }) => check.lookups)),
    voidLookups: Math.max(...checks.map(({ check }) => check.voidLookups)),
  };
}
