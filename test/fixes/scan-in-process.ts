/**
 * A scan without the workflow: the real gathering and judging over a World's SES state and over its DNS on the wire. What
 * is read elsewhere (topics, event destinations, the stored findings of other targets) is not known to it.
 */
import type { GetEmailIdentityResponse } from '@aws-sdk/client-sesv2';
import { scanSettingsSchema } from '../../lambda/contract.ts';
import { judgeDomain, judgeIdentity, judgeTarget } from '../../lambda/controls/judge.ts';
import type { Finding, JudgeContext, Subject } from '../../lambda/controls/types.ts';
import { createDnsClient } from '../../lambda/dns/client.ts';
import type { DnsClient } from '../../lambda/dns/types.ts';
import { addressesOfDomain, storedAddresses } from '../../lambda/facts/dedicated-addresses.ts';
import { gatherDomainFacts } from '../../lambda/facts/gather-domain.ts';
import { gatherIdentityFacts } from '../../lambda/facts/gather-identity.ts';
import type { Dependent, IdentityFacts, SesIdentity, TargetSummary } from '../../lambda/facts/types.ts';
import { domainsOf } from '../../lambda/scan/dependents.ts';
import { toSesIdentity } from '../../lambda/ses/identity.ts';
import { startDnsServer } from '../../local/dns/server.ts';
import type { World, WorldAccount, WorldIdentity, WorldTarget } from '../../local/organization/types.ts';
import { NOW } from '../organization/support.ts';

export interface Said {
  subject: Subject;
  findings: Finding[];
}

/** Aggregate reports have somewhere to go, so that a first DMARC record asks for them. */
const SETTINGS = scanSettingsSchema.parse({ reportMailbox: 'dmarc@reports.example' });
const OBSERVED_AT = NOW.toISOString();

/** Judges every identity, target and domain that can be seen. */
export async function scanInProcess(world: World): Promise<Said[]> {
  const server = await startDnsServer({ world });
  try {
    const dns = createDnsClient({ servers: [server.address], timeoutMs: 1000 });
    const said: Said[] = [];
    const dependents = new Map<string, Dependent[]>();
    for (const account of world.accounts) {
      if (account.state !== 'ACTIVE' || account.roles.length === 0) continue;
      for (const region of Object.keys(account.targets)) {
        said.push(...(await scanTarget(account, region, dns, dependents)));
      }
    }
    for (const [name, uses] of dependents) {
      const about = { name, dependents: uses, settings: SETTINGS, dns, observedAt: OBSERVED_AT };
      const dedicated = addressesOfDomain(uses, targetsOf(world), true);
      const facts = await gatherDomainFacts({
        ...about,
        dedicatedAddresses: () => Promise.resolve(dedicated),
      });
      said.push({ subject: { kind: 'domain', name }, findings: judgeDomain(facts, context()) });
    }
    return said;
  } finally {
    await server.close();
  }
}

function context(): JudgeContext {
  return { settings: SETTINGS, scanStartTime: OBSERVED_AT, full: true };
}

async function scanTarget(
  account: WorldAccount,
  region: string,
  dns: DnsClient,
  dependents: Map<string, Dependent[]>,
): Promise<Said[]> {
  const target = account.targets[region];
  if (!target) return [];
  const at = { accountId: account.id, region };
  const identities = new Map(
    target.identities.map((one) => [one.name, toSesIdentity(one.name, region, answerOf(one))]),
  );
  const said: Said[] = [];
  for (const identity of identities.values()) {
    const { facts } = await gatherIdentityFacts({
      ...at,
      identity,
      describe: (name) => Promise.resolve(identities.get(name) ?? 'gone'),
      listed: new Set(identities.keys()),
      target: { productionAccess: target.productionAccess, inUse: true },
      sharedMailFromRegions: (_, domain) => Promise.resolve(regionsWith(account, domain)),
      dedicatedIps: () => Promise.resolve({ kind: 'seen', value: target.dedicatedIps ?? [] }),
      settings: SETTINGS,
      dns,
      observedAt: OBSERVED_AT,
    });
    for (const [name, use] of usesOf(facts)) {
      dependents.set(name, [...(dependents.get(name) ?? []), { ...at, identity: identity.name, use }]);
    }
    const subject: Subject = { kind: 'identity', ...at, name: identity.name };
    said.push({ subject, findings: judgeIdentity(facts, context()) });
  }
  said.push({
    subject: { kind: 'target', ...at },
    findings: judgeWhole(at, target, [...identities.values()]),
  });
  return said;
}

function judgeWhole(
  at: { accountId: string; region: string },
  target: WorldTarget,
  identities: SesIdentity[],
): Finding[] {
  const facts = {
    ...at,
    observedAt: OBSERVED_AT,
    outcome: 'SCANNED' as const,
    listed: identities.length,
    judged: identities.length,
    vanished: 0,
    account: { kind: 'seen' as const, value: target },
    deliveryAttempts: { kind: 'seen' as const, value: 1200 },
    identities,
  };
  return judgeTarget(facts, context());
}

function usesOf(facts: IdentityFacts): [string, Dependent['use']][] {
  return domainsOf(facts, { settings: SETTINGS }).flatMap(({ domain, use }) =>
    use === 'REGISTRABLE' ? [] : [[domain, use]],
  );
}

/** As JudgeDomains reads the targets' summaries. */
function targetsOf(world: World): TargetSummary[] {
  return world.accounts.flatMap(({ id, targets }) =>
    Object.entries(targets).map(([region, { dedicatedIps = [] }]) => ({
      accountId: id,
      region,
      observedAt: OBSERVED_AT,
      productionAccess: 'unknown' as const,
      inUse: 'unknown' as const,
      ...storedAddresses({ kind: 'seen', value: dedicatedIps }),
    })),
  );
}

function regionsWith(account: WorldAccount, mailFromDomain: string): string[] {
  return Object.entries(account.targets)
    .filter(([, { identities }]) => identities.some(({ mailFrom }) => mailFrom?.domain === mailFromDomain))
    .map(([region]) => region);
}

/** As GetEmailIdentity's answer reaches the reader. */
function answerOf(identity: WorldIdentity): GetEmailIdentityResponse {
  const { dkim, mailFrom, verificationInfo: info } = identity;
  const date = (text: string | undefined): Date | undefined => (text ? new Date(text) : undefined);
  return {
    IdentityType: identity.type,
    VerificationStatus: identity.verificationStatus,
    ConfigurationSetName: identity.configurationSet,
    VerifiedForSendingStatus: identity.verifiedForSending,
    VerificationInfo: info && {
      ErrorType: info.errorType as 'HOST_NOT_FOUND' | undefined,
      LastCheckedTimestamp: date(info.lastChecked),
      LastSuccessTimestamp: date(info.lastSuccess),
    },
    DkimAttributes: dkim && {
      SigningEnabled: dkim.signingEnabled,
      Status: dkim.status,
      Tokens: dkim.tokens,
      SigningAttributesOrigin: dkim.origin as 'AWS_SES',
      SigningHostedZone: dkim.hostedZone,
      CurrentSigningKeyLength: dkim.currentKeyLength,
      NextSigningKeyLength: dkim.nextKeyLength,
      LastKeyGenerationTimestamp: date(dkim.lastKeyGeneration),
    },
    MailFromAttributes: mailFrom && {
      MailFromDomain: mailFrom.domain,
      MailFromDomainStatus: mailFrom.status,
      BehaviorOnMxFailure: mailFrom.behaviorOnMxFailure,
    },
  };
}
