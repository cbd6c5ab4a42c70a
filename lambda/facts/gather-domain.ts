/** Everything the domain controls read about one name: as a From domain, as a MAIL FROM domain, or both. */
import { getDomain } from 'tldts';
import type { ScanSettings } from '../contract.ts';
import { confirmFailing } from '../dns/confirming.ts';
import { nameExists, type DnsClient } from '../dns/types.ts';
import type { DmarcPolicy } from '../mail-auth/dmarc.ts';
import { hasAddress, recordDns, toDnsFact, unusableDns } from './dns-facts.ts';
import { gatherDmarc } from './gather-dmarc.ts';
import { gatherFromTexts } from './gather-from-texts.ts';
import { gatherParked } from './gather-parked.ts';
import { gatherMailFromProbes, gatherMisplacedMx } from './gather-mail-from-probes.ts';
import { gatherSpf } from './gather-spf.ts';
import { gatherWildcards } from './gather-wildcards.ts';
import type { DedicatedAddresses, Dependent, DomainFacts } from './types.ts';

export interface GatherDomainOptions {
  /** Lower case, A-labels, no trailing dot. */
  name: string;
  /** Who uses it, and as what: decides what is asked. */
  dependents: Dependent[];
  /** Whether an identity that the store knows uses the name as MAIL FROM. Missing: nobody can say. */
  usesMailFrom?: (name: string) => Promise<boolean | 'unknown'>;
  /** Those of all targets that use the name as MAIL FROM; asked only where one does. Missing: nobody knows of them. */
  dedicatedAddresses?: () => Promise<DedicatedAddresses>;
  settings: ScanSettings;
  dns: DnsClient;
  /** Set: DNS is not asked at all, and every DNS fact is unknown for this reason. */
  dnsUnusable?: string;
  /** ISO 8601 */
  observedAt: string;
}

/** Gathers the facts of one domain. Never throws for what DNS says. */
export async function gatherDomainFacts(options: GatherDomainOptions): Promise<DomainFacts> {
  const { name, dependents, settings, dnsUnusable } = options;
  const recorder = recordDns(options.dns);
  const dns = dnsUnusable === undefined ? recorder.dns : unusableDns(dnsUnusable);
  const asSender = dependents.some(({ use }) => use === 'FROM' || use === 'DMARC_RECORD');
  const asMailFrom = dependents.filter(({ use }) => use === 'MAIL_FROM');
  // Names that no mail needs are asked without counting those that stay unanswered.
  const quiet = dnsUnusable === undefined ? options.dns : dns;
  const [from, probes, mailFrom, parked] = await Promise.all([
    asSender ? gatherFrom(options, dns) : undefined,
    dependents.some(({ use }) => use === 'FROM') ? gatherFromProbes(options, quiet, dns) : undefined,
    asMailFrom.length > 0 ? gatherMailFrom(options, asMailFrom, dns, quiet) : undefined,
    settings.parkedDomains.includes(name) ? gatherParked(name, dns) : undefined,
  ]);
  const secondOpinion = recorder.secondOpinion();
  return {
    name,
    observedAt: options.observedAt,
    dependents,
    ...(from ? { from: { ...from, ...probes } } : {}),
    ...(mailFrom ? { mailFrom } : {}),
    ...(parked ? { parked } : {}),
    unansweredNames: dnsUnusable === undefined ? recorder.unanswered() : [],
    ...(secondOpinion === undefined ? {} : { secondOpinion }),
    ...(dnsUnusable === undefined ? {} : { dnsUnusable }),
  };
}

/**
 * The weakest DMARC policy that the name may publish without a finding: `none` is always worth one, `quarantine` where
 * the settings ask more of the name itself, of one below it, which may inherit, or of one above it.
 */
function lowestWanted(name: string, { policyTargets }: ScanSettings): DmarcPolicy {
  const within = (inner: string, outer: string): boolean => inner === outer || inner.endsWith(`.${outer}`);
  const strict = Object.entries(policyTargets).some(
    ([domain, target]) => target === 'reject' && (within(name, domain) || within(domain, name)),
  );
  return strict ? 'reject' : 'quarantine';
}

type FromFacts = NonNullable<DomainFacts['from']>;
type Reachability = Pick<FromFacts, 'exists' | 'mx' | 'hasAddress' | 'registrable'>;
type MailFromFacts = NonNullable<DomainFacts['mailFrom']>;

/** DMARC, whether the name exists and can receive, and its own TXT. */
async function gatherFrom(options: GatherDomainOptions, dns: DnsClient): Promise<FromFacts> {
  const { name, settings, dependents } = options;
  const sends = dependents.some(({ use }) => use === 'FROM');
  const [dmarc, reachability, texts] = await Promise.all([
    gatherDmarc(name, lowestWanted(name, settings), dns, settings.delegatedSubtrees),
    confirmFailing(dns, (client) => gatherReachability(name, client), cannotReceive),
    gatherFromTexts(name, sends, dns),
  ]);
  return { dmarc, ...reachability, ...texts };
}

/** What wildcards and forgotten MAIL FROM names a From domain has. */
async function gatherFromProbes(
  { name, usesMailFrom }: GatherDomainOptions,
  quiet: DnsClient,
  dns: DnsClient,
): Promise<Pick<FromFacts, 'wildcards' | 'mailFromProbes'>> {
  const uses = usesMailFrom ?? (() => Promise.resolve('unknown' as const));
  const [wildcards, mailFromProbes] = await Promise.all([
    gatherWildcards(name, quiet, dns),
    gatherMailFromProbes(name, uses, quiet, dns),
  ]);
  return { wildcards, mailFromProbes };
}

/** RFC 5321 section 5.1: MX, else A or AAAA. */
async function gatherReachability(name: string, dns: DnsClient): Promise<Reachability> {
  const mx = await dns.mx(name);
  const exists = nameExists(mx);
  const address = mx.kind === 'found' ? undefined : await hasAddress(name, dns);
  return {
    // An address at the name proves that it exists, even where the question for MX was not answered.
    exists: address === true ? true : exists,
    mx: toDnsFact(mx),
    ...(address === undefined ? {} : { hasAddress: address }),
    ...(exists === false ? { registrable: await gatherRegistrable(name, dns) } : {}),
  };
}

/** NXDOMAIN, nothing but a null MX (RFC 7505), or neither MX nor address. */
function cannotReceive({ exists, mx, hasAddress: address }: Reachability): boolean {
  if (exists === false || address === false) return true;
  return mx.kind === 'found' && mx.records.every(({ exchange }) => exchange === '');
}

/** Whether the name that somebody can buy is registered at all, by the Public Suffix List's ICANN part. */
async function gatherRegistrable(
  name: string,
  dns: DnsClient,
): Promise<NonNullable<FromFacts['registrable']>> {
  const registrable = getDomain(name, { extractHostname: false, validateHostname: false }) ?? name;
  return { name: registrable, exists: nameExists(await dns.mx(registrable)) };
}

async function gatherMailFrom(
  { name, dedicatedAddresses }: GatherDomainOptions,
  uses: readonly Dependent[],
  dns: DnsClient,
  quiet: DnsClient,
): Promise<MailFromFacts> {
  const evaluated = async (): Promise<MailFromFacts['spf']> =>
    gatherSpf(name, dns, await dedicatedAddresses?.());
  const [mx, spf] = await Promise.all([
    confirmFailing(
      dns,
      async (client) => toDnsFact(await client.mx(name)),
      (fact) => fact.kind === 'absent' || (fact.kind === 'found' && fact.records.length !== 1),
    ),
    evaluated(),
  ]);
  const misplacedMx = mx.kind === 'absent' ? await gatherMisplacedMx(name, quiet) : [];
  return {
    mx,
    spf,
    regions: [...new Set(uses.map(({ region }) => region))].sort(),
    ...(misplacedMx.length > 0 ? { misplacedMx } : {}),
  };
}
