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

export interface Surroundings {
  identity: SesIdentity;
  listed: ReadonlySet<string>;
  settings: ScanSettings;
  describePrimary?: (region: string) => Promise<PrimaryFacts['identity']>;
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
  const [fromReceives, primary, dkimProbes, selfSigned] = await Promise.all([
    gatherReceives(identity.domain, dns),
    gatherPrimary(options),
    probesOf(options),
    declared ? gatherSelfSigned(declared, dns) : undefined,
  ]);
  return {
    fromReceives,
    lookAlikes: lookAlikesAmong(listed, identity.domain),
    ...(mailFrom === undefined ? {} : { identitiesAtMailFrom: identitiesAt(listed, mailFrom) }),
    ...(primary ? { primary } : {}),
    ...(dkimProbes ? { dkimProbes } : {}),
    ...(selfSigned ? { selfSigned } : {}),
  };
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
