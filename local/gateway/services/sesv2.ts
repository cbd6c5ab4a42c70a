/** Amazon SES API v2 (REST-JSON). Members that SES leaves out are left out. */
import type { WorldIdentity } from '../../organization/types.ts';
import { type Output, restJsonProtocol, type Route } from '../protocol.ts';
import { epochSeconds, type Operations, type Service } from '../service.ts';
import { identityArn, identityOf, notFound, sesPage, targetOf } from './ses-targets.ts';
import { accountOperations } from './sesv2-account.ts';
import { configurationSetOperations } from './sesv2-configuration-sets.ts';

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
  { method: 'POST', path: '/v2/email/vdm/recommendations', operation: 'ListRecommendations' },
  { method: 'GET', path: '/v2/email/dedicated-ips', operation: 'GetDedicatedIps' },
  { method: 'POST', path: '/v2/email/reputation/entities', operation: 'ListReputationEntities' },
  { method: 'GET', path: '/v2/email/multi-region-endpoints', operation: 'ListMultiRegionEndpoints' },
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
  ...accountOperations,
  ...configurationSetOperations,
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
