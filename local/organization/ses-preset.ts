/** SES state in which nothing is wrong: what an identity, a target and the member role look like before faults. */
import type { WorldIdentity, WorldRole, WorldTarget } from './types.ts';
import type { IdentitySite } from './faults/types.ts';
import type { IdentitySpec } from './vocabulary.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const CONFIGURATION_SET = 'default';

/** Every action the scanner calls in a member account, and not one more. */
export const MEMBER_ROLE_ACTIONS: readonly string[] = [
  'ses:GetAccount',
  'ses:ListEmailIdentities',
  'ses:GetEmailIdentity',
  'ses:ListConfigurationSets',
  'ses:GetConfigurationSet',
  'ses:GetConfigurationSetEventDestinations',
  'ses:ListIdentities',
  'ses:GetIdentityVerificationAttributes',
  'ses:GetIdentityDkimAttributes',
  'ses:GetIdentityMailFromDomainAttributes',
  'ses:GetIdentityNotificationAttributes',
  'ses:GetSendStatistics',
  'account:ListRegions',
];

export function memberRole(name: string, trustedPrincipal: string, externalId?: string): WorldRole {
  return {
    name,
    trustedPrincipals: [trustedPrincipal],
    ...(externalId !== undefined && { externalId }),
    allowedActions: [...MEMBER_ROLE_ACTIONS],
  };
}

export function healthyTarget(accountId: string, region: string, now: Date): WorldTarget {
  return {
    productionAccess: true,
    reviewStatus: 'GRANTED',
    enforcementStatus: 'HEALTHY',
    sendingEnabled: true,
    max24HourSend: 50_000,
    maxSendRate: 14,
    sentLast24Hours: 1_200,
    sendStatistics: lastWeekOfSending(now),
    identities: [],
    configurationSets: [
      {
        name: CONFIGURATION_SET,
        sendingEnabled: true,
        reputationMetricsEnabled: true,
        tlsPolicy: 'REQUIRE',
        suppressedReasons: ['BOUNCE', 'COMPLAINT'],
        eventDestinations: [
          {
            name: 'bounces-and-complaints',
            enabled: true,
            matchingEventTypes: ['BOUNCE', 'COMPLAINT', 'REJECT', 'DELIVERY_DELAY', 'RENDERING_FAILURE'],
            snsTopicArn: `arn:aws:sns:${region}:${accountId}:ses-events`,
          },
        ],
      },
    ],
    suppressedReasons: ['BOUNCE', 'COMPLAINT'],
  };
}

function lastWeekOfSending(now: Date): WorldTarget['sendStatistics'] {
  return [7, 6, 5, 4, 3, 2, 1].map((daysAgo) => ({
    timestamp: new Date(now.getTime() - daysAgo * DAY).toISOString(),
    deliveryAttempts: 1_200,
    bounces: 3,
    complaints: 0,
    rejects: 0,
  }));
}

/** A domain identity that SES verified, signs for and sends for with its own MAIL FROM. */
export function healthyDomain(spec: IdentitySpec, site: IdentitySite): WorldIdentity {
  return {
    ...healthyIdentity(spec, site),
    dkim: domainDkim(spec, site),
    mailFrom: { domain: site.mailFrom, status: 'SUCCESS', behaviorOnMxFailure: 'USE_DEFAULT_VALUE' },
  };
}

/**
 * An address identity. SES shows the DKIM of the domain identity only where that is the exact domain after the `@`
 * (seen by others who compared with AWS); MAIL FROM is never inherited by a verified address, so it is set as its domain's is.
 */
export function healthyAddress(
  spec: IdentitySpec,
  site: IdentitySite,
  ofItsDomain: WorldIdentity | undefined,
): WorldIdentity {
  const dkim = ofItsDomain?.dkim ?? { signingEnabled: false, status: 'NOT_STARTED', origin: 'AWS_SES' };
  return {
    ...healthyIdentity(spec, site),
    dkim: structuredClone(dkim),
    ...(ofItsDomain?.mailFrom && { mailFrom: { ...ofItsDomain.mailFrom } }),
  };
}

function healthyIdentity(spec: IdentitySpec, site: IdentitySite): WorldIdentity {
  const lastLook = new Date(site.now.getTime() - 5 * HOUR).toISOString();
  return {
    name: spec.name,
    type: spec.type,
    verificationStatus: 'SUCCESS',
    verifiedForSending: true,
    verificationInfo: { lastChecked: lastLook, lastSuccess: lastLook },
    feedbackForwarding: true,
    configurationSet: CONFIGURATION_SET,
  };
}

function domainDkim(spec: IdentitySpec, site: IdentitySite): NonNullable<WorldIdentity['dkim']> {
  if (spec.inheritsDkim) return { signingEnabled: true, status: 'NOT_STARTED', origin: 'AWS_SES' };
  if (spec.byodkim) {
    return { signingEnabled: true, status: 'SUCCESS', tokens: [spec.byodkim], origin: 'EXTERNAL' };
  }
  return {
    signingEnabled: true,
    status: 'SUCCESS',
    tokens: [...site.tokens],
    origin: spec.replicaOf ? `AWS_SES_${spec.replicaOf.replaceAll('-', '_').toUpperCase()}` : 'AWS_SES',
    hostedZone: site.hostedZone,
    currentKeyLength: 'RSA_2048_BIT',
    nextKeyLength: 'RSA_2048_BIT',
    lastKeyGeneration: new Date(site.now.getTime() - 90 * DAY).toISOString(),
  };
}
