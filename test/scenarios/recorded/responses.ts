/**
 * Bodies as Amazon SES sends them, in the shapes that others have recorded in public (names, accounts and tokens are
 * changed; each says where the shape was seen). Members stand and fall as they do there: that is the point.
 */

/** As a domain was answered by the AWS CLI before VerificationInfo and SigningHostedZone were added. */
export const EASY_DKIM_OF_OLD = {
  IdentityType: 'DOMAIN',
  FeedbackForwardingStatus: true,
  VerifiedForSendingStatus: true,
  DkimAttributes: {
    SigningEnabled: true,
    Status: 'SUCCESS',
    Tokens: [
      'ahl3wybzhdgys5ibgfsn557p66u6cmed',
      'eaq4ca4vzcbc4gegcztulcskiiz6lvl5',
      'spejsbsgqth5tryzub3yqtbkzocef6rm',
    ],
    SigningAttributesOrigin: 'AWS_SES',
    NextSigningKeyLength: 'RSA_2048_BIT',
    CurrentSigningKeyLength: 'RSA_2048_BIT',
    LastKeyGenerationTimestamp: 1715421600.123,
  },
  MailFromAttributes: {
    MailFromDomain: 'bounce.example.com',
    MailFromDomainStatus: 'SUCCESS',
    BehaviorOnMxFailure: 'USE_DEFAULT_VALUE',
  },
  Policies: {},
  Tags: [],
};

/** getmoto/moto#9771, against AWS: an address right after CreateEmailIdentity. */
export const NEW_ADDRESS = {
  IdentityType: 'EMAIL_ADDRESS',
  FeedbackForwardingStatus: true,
  VerifiedForSendingStatus: false,
  DkimAttributes: {
    SigningEnabled: false,
    Status: 'NOT_STARTED',
    SigningAttributesOrigin: 'AWS_SES',
    NextSigningKeyLength: 'RSA_1024_BIT',
  },
  MailFromAttributes: { BehaviorOnMxFailure: 'USE_DEFAULT_VALUE' },
  Policies: {},
  Tags: [],
  VerificationStatus: 'PENDING',
  VerificationInfo: {},
};

/** hashicorp/terraform-provider-aws#48568: a Region whose DKIM zone is its own, named by SES. */
export const OWN_ZONE = {
  ...EASY_DKIM_OF_OLD,
  VerificationStatus: 'SUCCESS',
  VerificationInfo: { LastCheckedTimestamp: 1763712000, LastSuccessTimestamp: 1763712000 },
  DkimAttributes: { ...EASY_DKIM_OF_OLD.DkimAttributes, SigningHostedZone: 'dkim.eu-south-1.amazonses.com' },
};

/** Facts of the project, section 5: an error of a later look beside a verification that stands. */
export const ERROR_BESIDE_SUCCESS = {
  ...OWN_ZONE,
  VerificationInfo: {
    LastCheckedTimestamp: 1763798400.5,
    LastSuccessTimestamp: 1763712000,
    ErrorType: 'TYPE_NOT_FOUND',
    SOARecord: {
      PrimaryNameServer: 'ns1.example.com',
      AdminEmail: 'hostmaster.example.com',
      SerialNumber: 2026112101,
    },
  },
};

/** BYODKIM: the selector stands in Tokens, and no key length nor zone is told. */
export const OWN_KEY = {
  ...OWN_ZONE,
  DkimAttributes: {
    SigningEnabled: true,
    Status: 'SUCCESS',
    Tokens: ['corp2026'],
    SigningAttributesOrigin: 'EXTERNAL',
  },
};

/** hashicorp/terraform-provider-aws#43205: a replica (DEED), before SES names the zone. */
export const REPLICA = {
  ...OWN_ZONE,
  DkimAttributes: {
    ...EASY_DKIM_OF_OLD.DkimAttributes,
    SigningAttributesOrigin: 'AWS_SES_AF_SOUTH_1',
  },
};

/** Another software verified the domain; nobody ever set DKIM up, and SES gave up on the MAIL FROM. */
export const GIVEN_UP = {
  IdentityType: 'DOMAIN',
  FeedbackForwardingStatus: false,
  VerifiedForSendingStatus: true,
  VerificationStatus: 'SUCCESS',
  DkimAttributes: { SigningEnabled: false, Status: 'NOT_STARTED', SigningAttributesOrigin: 'AWS_SES' },
  MailFromAttributes: {
    MailFromDomain: 'Bounce.Example.COM',
    MailFromDomainStatus: 'FAILED',
    BehaviorOnMxFailure: 'REJECT_MESSAGE',
  },
  Policies: {
    partner:
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":"ses:SendEmail","Resource":"arn:aws:ses:eu-south-1:111111111111:identity/example.com"}]}',
  },
  Tags: [{ Key: 'team', Value: 'mail' }],
  ConfigurationSetName: 'news',
};

/** Members and values of a later day, beside all that is needed. */
export const OF_A_LATER_DAY = {
  ...OWN_ZONE,
  IdentityType: 'MANAGED_DOMAIN',
  BrandIndicators: { State: 'NONE' },
  DkimAttributes: {
    ...OWN_ZONE.DkimAttributes,
    CurrentSigningKeyLength: 'ED25519',
    NextSigningKeyLength: 'RSA_4096_BIT',
    PostQuantum: { Enabled: false },
  },
  VerificationInfo: { ErrorType: 'SOMETHING_NEW' },
};

/** API reference of GetAccount; an account that was granted production access, with VDM. */
export const ACCOUNT = {
  DedicatedIpAutoWarmupEnabled: true,
  EnforcementStatus: 'HEALTHY',
  ProductionAccessEnabled: true,
  SendQuota: { Max24HourSend: 50000.0, MaxSendRate: 14.0, SentLast24Hours: 1234.0 },
  SendingEnabled: true,
  SuppressionAttributes: { SuppressedReasons: ['COMPLAINT', 'BOUNCE'] },
  Details: {
    MailType: 'TRANSACTIONAL',
    WebsiteURL: 'https://www.example.com',
    ContactLanguage: 'EN',
    UseCaseDescription: 'Receipts.',
    AdditionalContactEmailAddresses: ['postmaster@example.com'],
    ReviewDetails: { Status: 'GRANTED', CaseId: '123456789012345' },
  },
  VdmAttributes: {
    VdmEnabled: 'ENABLED',
    DashboardAttributes: { EngagementMetrics: 'ENABLED' },
    GuardianAttributes: { OptimizedSharedDelivery: 'DISABLED' },
  },
};

/** A sandbox that nobody ever applied for: no Details, no VDM, the suppression list of before November 2019. */
export const SANDBOX_ACCOUNT = {
  DedicatedIpAutoWarmupEnabled: false,
  EnforcementStatus: 'HEALTHY',
  ProductionAccessEnabled: false,
  SendQuota: { Max24HourSend: 200.0, MaxSendRate: 1.0, SentLast24Hours: 0.0 },
  SendingEnabled: true,
  SuppressionAttributes: {},
};

/** Unlimited, and a status of a later day. */
export const UNLIMITED_ACCOUNT = {
  ...ACCOUNT,
  EnforcementStatus: 'UNDER_OBSERVATION',
  SendQuota: { Max24HourSend: -1.0, MaxSendRate: 500.0, SentLast24Hours: 3200000.0 },
  PricingAttributes: { CurrentPlan: 'PRO' },
};

/** A set made by CloudFormation with its name alone. */
export const BARE_SET = {
  ConfigurationSetName: 'bare',
  DeliveryOptions: { TlsPolicy: 'OPTIONAL' },
  ReputationOptions: { ReputationMetricsEnabled: false },
  SendingOptions: { SendingEnabled: true },
  Tags: [],
};

/** Suppression overridden with nothing; tracking under a domain of its own. */
export const FULL_SET = {
  ConfigurationSetName: 'news',
  TrackingOptions: { CustomRedirectDomain: 'Click.Example.com', HttpsPolicy: 'REQUIRE_OPEN_ONLY' },
  DeliveryOptions: { TlsPolicy: 'REQUIRE', SendingPoolName: 'ses-shared-pool', MaxDeliverySeconds: 3600 },
  ReputationOptions: { ReputationMetricsEnabled: true, LastFreshStart: 1700000000 },
  SendingOptions: { SendingEnabled: false },
  Tags: [{ Key: 'team', Value: 'mail' }],
  SuppressionOptions: { SuppressedReasons: [] },
  VdmOptions: { DashboardOptions: { EngagementMetrics: 'ENABLED' } },
  ArchivingOptions: {},
};

export const EVENT_DESTINATIONS = {
  EventDestinations: [
    {
      Name: 'feedback',
      Enabled: true,
      MatchingEventTypes: ['BOUNCE', 'COMPLAINT', 'DELIVERY_DELAY'],
      SnsDestination: { TopicArn: 'arn:aws:sns:eu-south-1:111111111111:mail-events' },
    },
    {
      Name: 'metrics',
      Enabled: false,
      MatchingEventTypes: ['SEND'],
      CloudWatchDestination: {
        DimensionConfigurations: [
          { DimensionName: 'campaign', DimensionValueSource: 'MESSAGE_TAG', DefaultDimensionValue: 'none' },
        ],
      },
    },
    {
      Name: 'tomorrow',
      Enabled: true,
      MatchingEventTypes: ['BOUNCE', 'READ'],
      QueueDestination: { Arn: 'x' },
    },
  ],
};

/** API v1: one entry an identity; headers flags always stand, topics only where they are set. */
export function notificationAnswer(entries: { [name: string]: { [member: string]: string } }): string {
  const flags = ['Bounce', 'Complaint', 'Delivery'].map(
    (type) => `<HeadersIn${type}NotificationsEnabled>false</HeadersIn${type}NotificationsEnabled>`,
  );
  const entry = ([name, members]: [string, { [member: string]: string }]): string =>
    `<entry><key>${name}</key><value>${Object.entries(members)
      .map(([member, value]) => `<${member}>${value}</${member}>`)
      .join('')}${flags.join('')}</value></entry>`;
  const attributes = Object.entries(entries).map(entry).join('');
  return (
    '<GetIdentityNotificationAttributesResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/">' +
    `<GetIdentityNotificationAttributesResult><NotificationAttributes>${attributes}</NotificationAttributes>` +
    '</GetIdentityNotificationAttributesResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>' +
    '</GetIdentityNotificationAttributesResponse>'
  );
}
