/** Everything the identity controls read about one identity: what SES says of it and what live DNS says. */
import type { ScanSettings } from '../contract.ts';
import { confirmAnswer } from '../dns/second-opinion.ts';
import type { DnsClient, MxRecord } from '../dns/types.ts';
import { ancestorsOf, effectiveSettings } from '../ses/effective.ts';
import { domainOf } from '../ses/names.ts';
import { recordDns, unusableDns, toDnsFact } from './dns-facts.ts';
import { addressesOfTarget } from './dedicated-addresses.ts';
import { gatherDkimRecords, leadsToKey } from './gather-dkim.ts';
import { gatherDeclaredFrom } from './gather-declared-from.ts';
import { gatherDmarcAndAlignment } from './gather-dmarc.ts';
import { gatherSpf } from './gather-spf.ts';
import { gatherSurroundings } from './gather-surroundings.ts';
import { gatherTargetSettings, type TargetSettingsOptions } from './gather-target-settings.ts';
import type {
  DnsFact,
  EffectiveSettings,
  IdentityFacts,
  Permitted,
  PrimaryFacts,
  SesIdentity,
  UnansweredQuestion,
} from './types.ts';

export interface GatherIdentityOptions extends TargetSettingsOptions {
  accountId: string;
  region: string;
  identity: SesIdentity;
  /** Another identity of the same target; memoized by the caller, whose errors pass through. */
  describe: (name: string) => Promise<SesIdentity | 'gone'>;
  /** Every identity of the target, verbatim: only these are described. */
  listed: ReadonlySet<string>;
  target: IdentityFacts['target'];
  /**
   * Other Regions of this account where an identity uses the same MAIL FROM. Asked only when the one MX names a host that
   * the caller may know to belong to another Region.
   */
  sharedMailFromRegions: (exchange: string, mailFromDomain: string) => Promise<string[] | 'unknown'>;
  /** The identity of the same name in the Region that a DEED replica follows. Missing: nobody can be asked. */
  describePrimary?: (region: string) => Promise<PrimaryFacts['identity']>;
  /** Identities of other targets at a MAIL FROM domain, as stored; see gather-surroundings.ts. */
  sendersElsewhere?: (domain: string) => Promise<string[]>;
  /**
   * The target's dedicated addresses; memoized by the caller. Asked only of an identity with a custom MAIL FROM, whose SPF
   * has to let them pass. Missing: nobody knows of them.
   */
  dedicatedIps?: () => Promise<Permitted<readonly { ip: string }[]>>;
  settings: ScanSettings;
  dns: DnsClient;
  /** Set: DNS is not asked at all, and every DNS fact is unknown for this reason. */
  dnsUnusable?: string;
  /** ISO 8601: when the identity was asked for. */
  observedAt: string;
}

export interface GatheredIdentity {
  facts: IdentityFacts;
  /** DNS questions that got no answer; empty when DNS was not asked at all. */
  unanswered: UnansweredQuestion[];
}

/**
 * Gathers the facts of one identity. Never throws for what DNS says; what `describe` throws passes through, because an
 * ancestor that cannot be read leaves the settings in effect unknown.
 */
export async function gatherIdentityFacts(options: GatherIdentityOptions): Promise<GatheredIdentity> {
  const { identity, dnsUnusable } = options;
  const recorder = recordDns(options.dns);
  const dns = dnsUnusable === undefined ? recorder.dns : unusableDns(dnsUnusable);
  const known = await describeAncestors(options);
  const effective = effectiveSettings(identity, known);
  const settings = await gatherTargetSettings(identity, known, options);
  const owner = tokenOwner(identity, effective, known);
  const [dkimRecords, ownDkimRecords, mailFrom] = await Promise.all([
    owner ? gatherDkimRecords(owner, dns) : [],
    verifiesBesides(identity, owner) ? gatherDkimRecords(identity, dns) : undefined,
    gatherMailFrom(options, effective, dns),
  ]);
  const { dkim } = effective;
  const signer = dkim.kind === 'own' || dkim.kind === 'inherited' ? known.get(dkim.signer) : undefined;
  const signs = signer?.dkim.signingEnabled === true && signer.dkim.status === 'SUCCESS';
  const dkimStands = signs && dkimRecords.every(leadsToKey);
  const sender = await gatherDmarcAndAlignment(identity.domain, effective, dkimStands, dns);
  const declaredFrom = await gatherDeclaredFrom(
    identity,
    { effective, dkimStands },
    {
      declared: options.settings.fromDomains,
      selfSigned: options.settings.selfSigned,
      listed: options.listed,
    },
    dns,
  );
  const surroundings = await gatherSurroundings({
    ...options,
    dns,
    quiet: options.dns,
    effective,
    dkimRecords,
  });
  const secondOpinion = recorder.secondOpinion();
  return {
    facts: {
      accountId: options.accountId,
      region: options.region,
      name: identity.name,
      observedAt: options.observedAt,
      ses: identity,
      target: options.target,
      effective,
      ...settings,
      dkimRecords,
      ...(ownDkimRecords ? { ownDkimRecords } : {}),
      ...(signer ? { signer: signer.dkim } : {}),
      ...(mailFrom ? { mailFrom } : {}),
      ...sender,
      ...(declaredFrom ? { declaredFrom } : {}),
      ...surroundings,
      ...(secondOpinion === undefined ? {} : { secondOpinion }),
      ...(dnsUnusable === undefined ? {} : { dnsUnusable }),
    },
    unanswered: dnsUnusable === undefined ? recorder.unanswered() : [],
  };
}

/** The identity and those of its ancestors that are identities of the target, by their listed names. */
async function describeAncestors(options: GatherIdentityOptions): Promise<Map<string, SesIdentity>> {
  const { identity, listed } = options;
  const known = new Map([[identity.name, identity]]);
  const domains = listedDomains(listed);
  for (const name of ancestorsOf(identity.name)) {
    const listedName = name.includes('@') ? (listed.has(name) ? name : undefined) : domains.get(name);
    if (listedName === undefined || listedName === identity.name) continue;
    const ancestor = await options.describe(listedName);
    if (ancestor !== 'gone') known.set(ancestor.name, ancestor);
  }
  return known;
}

const domainsOfListing = new WeakMap<ReadonlySet<string>, ReadonlyMap<string, string>>();

/** Domain identities by their normal form; made once a listing, which may hold 10,000 names. */
function listedDomains(listed: ReadonlySet<string>): ReadonlyMap<string, string> {
  const made = domainsOfListing.get(listed);
  if (made) return made;
  const domains = new Map(
    [...listed].flatMap((name) => (name.includes('@') ? [] : [[domainOf(name), name]])),
  );
  domainsOfListing.set(listed, domains);
  return domains;
}

/**
 * Whose tokens are looked up: the signer's; where nothing signs, the identity's own (so that a failed or unfinished DKIM
 * can be judged), and for an address, which owns none, those of the nearest domain identity.
 */
function tokenOwner(
  identity: SesIdentity,
  effective: EffectiveSettings,
  known: ReadonlyMap<string, SesIdentity>,
): SesIdentity | undefined {
  const { dkim, domainIdentity } = effective;
  if (dkim.kind === 'own' || dkim.kind === 'inherited') return known.get(dkim.signer);
  if (identity.type === 'DOMAIN') return identity;
  return domainIdentity === undefined ? undefined : known.get(domainIdentity);
}

/**
 * Whether SES verifies the identity by tokens of its own, while another one's are looked up because they sign: at most three
 * questions more, and none of an identity that is verified.
 */
function verifiesBesides(identity: SesIdentity, owner: SesIdentity | undefined): boolean {
  const { type, verificationStatus } = identity;
  return type === 'DOMAIN' && verificationStatus !== 'SUCCESS' && owner !== identity;
}

async function gatherMailFrom(
  options: GatherIdentityOptions,
  effective: EffectiveSettings,
  dns: DnsClient,
): Promise<IdentityFacts['mailFrom']> {
  const domain = effective.mailFrom?.domain;
  if (domain === undefined) return undefined;
  const read = await options.dedicatedIps?.();
  const dedicated = read && addressesOfTarget(read, options);
  const [mx, spf] = await Promise.all([gatherMx(options, domain, dns), gatherSpf(domain, dns, dedicated)]);
  return { domain, ...mx, spf };
}

type MxFacts = Pick<NonNullable<IdentityFacts['mailFrom']>, 'mx' | 'alsoUsedInRegions'>;

/** Confirms the answer alone where it does not lead to SES: the other Region is not asked twice. */
async function gatherMx(options: GatherIdentityOptions, domain: string, dns: DnsClient): Promise<MxFacts> {
  const answer = await dns.mx(domain);
  const mx = toDnsFact(answer);
  const only = onlyMx(mx);
  const foreign = only && only.exchange !== feedbackHost(options.region);
  const shared = foreign ? await options.sharedMailFromRegions(only.exchange, domain) : [];
  const alsoUsedInRegions =
    shared === 'unknown' ? shared : shared.filter((region) => region !== options.region).sort();
  if (leadsToSes(options.region, { mx, alsoUsedInRegions })) return { mx, alsoUsedInRegions };
  return { mx: toDnsFact(await confirmAnswer(dns, answer)), alsoUsedInRegions };
}

function onlyMx(mx: DnsFact<MxRecord>): MxRecord | undefined {
  return mx.kind === 'found' && mx.records.length === 1 ? mx.records[0] : undefined;
}

/** One MX at the name itself, to this Region or to another that shares the MAIL FROM. What DNS left open is no fault. */
function leadsToSes(region: string, { mx, alsoUsedInRegions }: MxFacts): boolean {
  if (mx.kind === 'unknown') return true;
  const shared = alsoUsedInRegions === 'unknown' ? [] : alsoUsedInRegions;
  const exchange = onlyMx(mx)?.exchange;
  return mx.aliases.length === 0 && [region, ...shared].some((one) => feedbackHost(one) === exchange);
}

/** @see https://docs.aws.amazon.com/ses/latest/dg/mail-from.html */
function feedbackHost(region: string): string {
  return `feedback-smtp.${region}.amazonses.com`;
}
