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
import { toDnsFact } from './dns-facts.ts';
import type { SpfFacts } from './types.ts';

/** Whose record names the networks that SES sends from. */
const SES_SPF_DOMAIN = 'amazonses.com';

/** amazonses.com names about twenty networks; a list of more than this is not believed. */
const MAX_NETWORKS = 100;

const MAX_TEXTS = 10;
const MAX_TEXT = 2_048;
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
  const txt = toDnsFact(await dns.txt(domain));
  const texts = txt.kind === 'found' ? txt.records : [];
  const [ses, analysis] = await Promise.all([evaluateSesNetworks(domain, dns), analyseSpf(domain, dns)]);
  const { qualifier } = analysis.all;
  const facts: SpfFacts = {
    txt,
    records: selectSpfRecords(texts).slice(0, MAX_TEXTS),
    nearMisses: findSpfNearMisses(texts)
      .slice(0, MAX_TEXTS)
      .map((text) => text.slice(0, MAX_TEXT)),
    ...ses,
    all: qualifier === 'undecidable' ? 'unknown' : qualifier,
    hugeNetworks: analysis.hugeNetworks.slice(0, MAX_HUGE_NETWORKS),
  };
  return { facts, problems: analysis.problems };
}

/** Anything but one record that passes for SES, ends closed, and draws no remark. What DNS left open is no fault. */
function findsFault({ facts, problems }: Evaluated): boolean {
  if (facts.txt.kind === 'unknown') return false;
  const passes = (facts.sesNetworks ?? []).every(({ result }) => result === 'pass' || result === 'temperror');
  const closed = facts.all === '-' || facts.all === '~' || facts.all === 'unknown';
  const single = facts.records.length === 1 && facts.nearMisses.length === 0;
  return !single || !passes || !closed || facts.hugeNetworks.length > 0 || problems.length > 0;
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
