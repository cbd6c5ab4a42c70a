/** SES state in which nothing is wrong: what an identity, a target and the member role look like before faults. */
import { memberActions, PERMISSION_GROUP_NAMES, type PermissionGroup } from '../../lambda/contract.ts';
import type {
  WorldAlarm,
  WorldConfigurationSet,
  WorldIdentity,
  WorldMetric,
  WorldMultiRegionEndpoint,
  WorldRole,
  WorldStream,
  WorldTarget,
  WorldTopic,
} from './types.ts';
import type { IdentitySite } from './faults/types.ts';
import type { IdentitySpec } from './vocabulary.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Every action that the scanner may call in a member account with all groups on, and not one more. */
export const MEMBER_ROLE_ACTIONS: readonly string[] = memberActions(
  Object.fromEntries(PERMISSION_GROUP_NAMES.map((group) => [group, true])) as Record<PermissionGroup, true>,
);

export function memberRole(name: string, trustedPrincipal: string, externalId?: string): WorldRole {
  return {
    name,
    trustedPrincipals: [trustedPrincipal],
    ...(externalId !== undefined && { externalId }),
    allowedActions: [...MEMBER_ROLE_ACTIONS],
  };
}

/** @param now the sending and its reputation are those of the days before */
export function healthyTarget(accountId: string, region: string, now: Date): WorldTarget {
  const topic = (name: string): string => `arn:aws:sns:${region}:${accountId}:${name}`;
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
    configurationSets: [healthyConfigurationSet(topic('ses-events'))],
    suppressedReasons: ['BOUNCE', 'COMPLAINT'],
    pricingPlan: 'ESSENTIALS',
    metrics: [
      { name: 'Reputation.BounceRate', points: hourly(now, 0.0025) },
      { name: 'Reputation.ComplaintRate', points: hourly(now, 0.0001) },
    ],
    alarms: [
      healthyAlarm('ses-bounce-rate', 'Reputation.BounceRate', 0.05, topic('mail-alarms')),
      healthyAlarm('ses-complaint-rate', 'Reputation.ComplaintRate', 0.001, topic('mail-alarms')),
    ],
    topics: [healthyTopic(topic('ses-events'), accountId)],
  };
}

/** @param regions the endpoint's own, and the one that it splits its mail with */
export function globalEndpoint(regions: string[], now: Date): WorldMultiRegionEndpoint {
  const created = new Date(now.getTime() - 40 * DAY).toISOString();
  return { name: 'global', id: 'abcd1234.ef5', status: 'READY', regions, created };
}

export const CONFIGURATION_SET = 'default';

function healthyConfigurationSet(topicArn: string): WorldConfigurationSet {
  return {
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
        snsTopicArn: topicArn,
      },
    ],
  };
}

/** A topic with somebody behind it, to which SES of the same account may publish (Amazon SES developer guide). */
export function healthyTopic(arn: string, accountId: string): WorldTopic {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'ses.amazonaws.com' },
    Action: 'sns:Publish',
    Resource: arn,
    Condition: { StringEquals: { 'AWS:SourceAccount': accountId } },
  };
  const queue = arn.replace(':sns:', ':sqs:');
  return {
    arn,
    subscriptions: [{ protocol: 'sqs', endpoint: queue, confirmed: true }],
    policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
  };
}

/** A stream that takes what SES puts into it and delivers to a bucket, where Athena can query it. */
export function healthyStream(name: string, accountId: string, now: Date): WorldStream {
  return {
    name,
    status: 'ACTIVE',
    source: 'DirectPut',
    roleArn: `arn:aws:iam::${accountId}:role/firehose-to-s3`,
    bucketArn: `arn:aws:s3:::mail-events-${accountId}`,
    created: new Date(now.getTime() - 90 * DAY).toISOString(),
  };
}

function healthyAlarm(name: string, metric: string, threshold: number, action: string): WorldAlarm {
  const comparison = 'GreaterThanOrEqualToThreshold';
  const watched = { namespace: 'AWS/SES', metric, threshold, comparison } as const;
  return { name, ...watched, actionsEnabled: true, alarmActions: [action], state: 'OK' };
}

/** A value for each of the last six hours. */
function hourly(now: Date, value: number): WorldMetric['points'] {
  return [6, 5, 4, 3, 2, 1].map((hours) => ({
    timestamp: new Date(now.getTime() - hours * HOUR).toISOString(),
    value,
  }));
}

/** The configuration set of an identity that tracks opens and clicks under a domain of its own. */
export function trackingSet(target: WorldTarget, identity: WorldIdentity): void {
  const [healthy] = target.configurationSets;
  if (!healthy) throw new Error('The target has no configuration set to copy.');
  const name = `tracking-${identity.name.replaceAll('.', '-')}`;
  const tracking = { customRedirectDomain: `click.${identity.name}`, httpsPolicy: 'REQUIRE' as const };
  target.configurationSets.push({ ...structuredClone(healthy), name, ...tracking });
  identity.configurationSet = name;
}

/** Lets another account of the organization send as the identity. */
export function shareWith(identity: WorldIdentity, site: IdentitySite, accountId: string): void {
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: ['ses:SendEmail', 'ses:SendRawEmail'],
    Resource: `arn:aws:ses:${site.region}:${site.accountId}:identity/${identity.name}`,
  };
  identity.policies = { partner: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) };
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
