/** What surrounds an identity: who receives its answers, what else is named so, whom a replica follows, who signs before SES. */
import type { ScanSettings } from '../contract.ts';
import type { DnsClient } from '../dns/types.ts';
import { gatherDkimProbes } from './gather-dkim-probes.ts';
import { gatherSelfSigned } from './gather-dkim.ts';
import { gatherReceives } from './gather-receives.ts';
import { identitiesAt, lookAlikesAmong } from './listed-names.ts';
import { primaryRegion } from './primary-region.ts';
import type {
  DkimRecordFacts,
  EffectiveSettings,
  IdentityFacts,
  PrimaryFacts,
  SesIdentity,
} from './types.ts';

const MAX_AT_MAIL_FROM = 10;

export interface Surroundings {
  identity: SesIdentity;
  listed: ReadonlySet<string>;
  settings: ScanSettings;
  describePrimary?: (region: string) => Promise<PrimaryFacts['identity']>;
  /**
   * Identities of other targets that are stored as the domain or as addresses at it, each with its account and Region; asked
   * only about a MAIL FROM. Missing: nobody knows of other targets.
   */
  sendersElsewhere?: (domain: string) => Promise<string[]>;
  /** Remembers what stays unanswered. */
  dns: DnsClient;
  /** Does not: for names that no mail needs. */
  quiet: DnsClient;
  dnsUnusable?: string;
  effective: EffectiveSettings;
  dkimRecords: DkimRecordFacts[];
}

type Gathered = Pick<
  IdentityFacts,
  'fromReceives' | 'identitiesAtMailFrom' | 'lookAlikes' | 'primary' | 'dkimProbes' | 'selfSigned'
>;

/** Never throws for what DNS says. */
export async function gatherSurroundings(options: Surroundings): Promise<Gathered> {
  const { identity, listed, effective, dns, settings } = options;
  const mailFrom = effective.mailFrom?.domain;
  const declared = settings.selfSigned.find(({ domain }) => domain === identity.domain);
  const [fromReceives, primary, dkimProbes, selfSigned, atMailFrom] = await Promise.all([
    gatherReceives(identity.domain, dns),
    gatherPrimary(options),
    probesOf(options),
    declared ? gatherSelfSigned(declared, dns) : undefined,
    mailFrom === undefined ? undefined : sendersAt(options, mailFrom),
  ]);
  return {
    fromReceives,
    lookAlikes: lookAlikesAmong(listed, identity.domain),
    ...(atMailFrom ? { identitiesAtMailFrom: atMailFrom } : {}),
    ...(primary ? { primary } : {}),
    ...(dkimProbes ? { dkimProbes } : {}),
    ...(selfSigned ? { selfSigned } : {}),
  };
}

/** Those of the target first; at most 10. */
async function sendersAt({ listed, sendersElsewhere }: Surroundings, domain: string): Promise<string[]> {
  const elsewhere = (await sendersElsewhere?.(domain)) ?? [];
  return [...identitiesAt(listed, domain), ...elsewhere].slice(0, MAX_AT_MAIL_FROM);
}

async function gatherPrimary({ identity, describePrimary }: Surroundings): Promise<PrimaryFacts | undefined> {
  const region = primaryRegion(identity.dkim.origin);
  if (region === undefined || describePrimary === undefined) return undefined;
  return { region, identity: await describePrimary(region) };
}

/** An inherited signer's records are probed at the signer. */
function probesOf(options: Surroundings): Promise<IdentityFacts['dkimProbes']> {
  const { identity, effective, dnsUnusable, dkimRecords, quiet } = options;
  const own = identity.type === 'DOMAIN' && effective.dkim.kind !== 'inherited';
  if (!own || dnsUnusable !== undefined) return Promise.resolve(undefined);
  return gatherDkimProbes(identity, dkimRecords, quiet);
}
