/** Amazon SES API v2 (REST-JSON). Members that SES leaves out are left out. */
import type { WorldConfigurationSet, WorldIdentity } from '../../organization/types.ts';
import { AwsError } from '../errors.ts';
import { type Output, restJsonProtocol, type Route } from '../protocol.ts';
import { type Call, epochSeconds, type Operations, pageOf, type Service } from '../service.ts';
import { configurationSetArn, identityArn, identityOf, targetOf } from './ses-targets.ts';

/** Both lists moved from GET with a query to POST with a body in the SDKs of 2026; both forms are answered. */
const ROUTES: Route[] = [
  { method: 'POST', path: '/v2/email/list-identities', operation: 'ListEmailIdentities' },
  { method: 'GET', path: '/v2/email/identities', operation: 'ListEmailIdentities' },
  { method: 'GET', path: '/v2/email/identities/{EmailIdentity}', operation: 'GetEmailIdentity' },
  { method: 'GET', path: '/v2/email/account', operation: 'GetAccount' },
  { method: 'POST', path: '/v2/email/list-configuration-sets', operation: 'ListConfigurationSets' },
  { method: 'GET', path: '/v2/email/configuration-sets', operation: 'ListConfigurationSets' },
  {
    method: 'GET',
    path: '/v2/email/configuration-sets/{ConfigurationSetName}',
    operation: 'GetConfigurationSet',
  },
  {
    method: 'GET',
    path: '/v2/email/configuration-sets/{ConfigurationSetName}/event-destinations',
    operation: 'GetConfigurationSetEventDestinations',
  },
];

const operations: Operations = {
  ListEmailIdentities: {
    action: 'ses:ListEmailIdentities',
    run: (call) => {
      const { items, nextToken } = sesPage(call, targetOf(call).identities, targetOf(call).listPageSize);
      return {
        EmailIdentities: items.map((identity) => ({
          IdentityType: identity.type,
          IdentityName: identity.name,
          SendingEnabled: identity.verifiedForSending,
          VerificationStatus: identity.verificationStatus,
        })),
        NextToken: nextToken,
      };
    },
  },
  GetEmailIdentity: {
    action: 'ses:GetEmailIdentity',
    resource: (call) => identityArn(call, call.input.requiredText('EmailIdentity')),
    run: (call) => {
      const name = call.input.requiredText('EmailIdentity');
      const identity = identityOf(call, name);
      if (!identity) throw notFound(`Email identity ${name} does not exist.`);
      return identityOutput(identity);
    },
  },
  GetAccount: { action: 'ses:GetAccount', run: accountOutput },
  ListConfigurationSets: {
    action: 'ses:ListConfigurationSets',
    run: (call) => {
      const { items, nextToken } = sesPage(call, targetOf(call).configurationSets);
      return { ConfigurationSets: items.map(({ name }) => name), NextToken: nextToken };
    },
  },
  GetConfigurationSet: {
    action: 'ses:GetConfigurationSet',
    resource: (call) => configurationSetArn(call, call.input.requiredText('ConfigurationSetName')),
    run: (call) => configurationSetOutput(configurationSet(call)),
  },
  GetConfigurationSetEventDestinations: {
    action: 'ses:GetConfigurationSetEventDestinations',
    resource: (call) => configurationSetArn(call, call.input.requiredText('ConfigurationSetName')),
    run: (call) => ({
      EventDestinations: configurationSet(call).eventDestinations.map((destination) => ({
        Name: destination.name,
        Enabled: destination.enabled,
        MatchingEventTypes: destination.matchingEventTypes,
        SnsDestination:
          destination.snsTopicArn === undefined ? undefined : { TopicArn: destination.snsTopicArn },
      })),
    }),
  },
};

const protocol = restJsonProtocol(ROUTES, {
  invalid: { code: 'BadRequestException', status: 400 },
  throttled: { code: 'TooManyRequestsException', status: 429 },
});

export const sesv2: Service = {
  name: 'sesv2',
  signingName: 'ses',
  protocol,
  operations,
  bodyLimit: 1024 * 1024,
  global: false,
  throttled: true,
};

function sesPage<T>(call: Call, all: T[], most?: number): { items: T[]; nextToken: string | undefined } {
  const size = Math.min(call.input.integer('PageSize', 1, 1000) ?? 100, most ?? 1000);
  const badToken = (): Error => new AwsError('BadRequestException', 'The NextToken is invalid.');
  return pageOf(call, all, size, call.input.text('NextToken') || undefined, badToken);
}

function identityOutput(identity: WorldIdentity): Output {
  const { dkim, mailFrom, verificationInfo } = identity;
  return {
    IdentityType: identity.type,
    FeedbackForwardingStatus: identity.feedbackForwarding,
    VerifiedForSendingStatus: identity.verifiedForSending,
    VerificationStatus: identity.verificationStatus,
    VerificationInfo: verificationInfo && {
      ErrorType: verificationInfo.errorType,
      LastCheckedTimestamp: epochSeconds(verificationInfo.lastChecked),
      LastSuccessTimestamp: epochSeconds(verificationInfo.lastSuccess),
    },
    DkimAttributes: dkim
      ? {
          SigningEnabled: dkim.signingEnabled,
          Status: dkim.status,
          Tokens: dkim.tokens,
          SigningHostedZone: dkim.hostedZone,
          SigningAttributesOrigin: dkim.origin,
          CurrentSigningKeyLength: dkim.currentKeyLength,
          NextSigningKeyLength: dkim.nextKeyLength,
          LastKeyGenerationTimestamp: epochSeconds(dkim.lastKeyGeneration),
        }
      : { SigningEnabled: false, Status: 'NOT_STARTED' },
    MailFromAttributes: mailFrom
      ? {
          MailFromDomain: mailFrom.domain,
          MailFromDomainStatus: mailFrom.status,
          BehaviorOnMxFailure: mailFrom.behaviorOnMxFailure,
        }
      : { BehaviorOnMxFailure: 'USE_DEFAULT_VALUE' },
    Policies: identity.policies ?? {},
    Tags: Object.entries(identity.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
    ConfigurationSetName: identity.configurationSet,
  };
}

function accountOutput(call: Call): Output {
  const target = targetOf(call);
  return {
    DedicatedIpAutoWarmupEnabled: true,
    EnforcementStatus: target.enforcementStatus,
    ProductionAccessEnabled: target.productionAccess,
    SendQuota: {
      Max24HourSend: target.max24HourSend,
      MaxSendRate: target.maxSendRate,
      SentLast24Hours: target.sentLast24Hours,
    },
    SendingEnabled: target.sendingEnabled,
    SuppressionAttributes: { SuppressedReasons: target.suppressedReasons ?? [] },
    Details: target.reviewStatus && {
      MailType: 'TRANSACTIONAL',
      ReviewDetails: { Status: target.reviewStatus },
    },
    VdmAttributes: { VdmEnabled: 'DISABLED' },
  };
}

function configurationSet(call: Call): WorldConfigurationSet {
  const wanted = call.input.requiredText('ConfigurationSetName');
  const found = targetOf(call).configurationSets.find(({ name }) => name === wanted);
  if (found) return found;
  throw notFound(`Configuration set <${wanted}> does not exist.`);
}

function configurationSetOutput(set: WorldConfigurationSet): Output {
  return {
    ConfigurationSetName: set.name,
    TrackingOptions:
      set.customRedirectDomain === undefined ? undefined : { CustomRedirectDomain: set.customRedirectDomain },
    DeliveryOptions: { TlsPolicy: set.tlsPolicy },
    ReputationOptions: { ReputationMetricsEnabled: set.reputationMetricsEnabled },
    SendingOptions: { SendingEnabled: set.sendingEnabled },
    Tags: [],
    SuppressionOptions: set.suppressedReasons && { SuppressedReasons: set.suppressedReasons },
  };
}

function notFound(message: string): AwsError {
  return new AwsError('NotFoundException', message, 404);
}
