/**
 * The simulated organization, ready to be served: what the AWS stand-ins and the DNS server answer from.
 * local/organization/ derives a World from a readable description; local/gateway/ and local/dns/ only read it.
 */

export interface World {
  organization: {
    id: string;
    name: string;
    managementAccountId: string;
    rootId: string;
    /** Member accounts that may read the organization, too. */
    delegatedAdministratorIds?: string[];
  };
  organizationalUnits: { id: string; name: string; parentId: string }[];
  accounts: WorldAccount[];
  /** Regions where SES is offered: the SSM public parameter's content. */
  sesRegions: string[];
  /** All Regions an account can list, with what applies unless the account says otherwise. */
  regions: { name: string; optIn: boolean }[];
  zones: WorldRecord[];
  /** Names that misbehave; the longest matching suffix wins over zones. */
  dnsFaults: DnsFault[];
  /** Host names under which the DNS server is authoritative; anything else is REFUSED. */
  zoneApexes: string[];
}

export interface WorldAccount {
  id: string;
  name: string;
  email: string;
  state: 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';
  parentId: string;
  /** Access keys that sign as this account itself (the management account's are printed by `npm run sandbox`). */
  credentials?: { accessKeyId: string; secretAccessKey: string; principalArn: string };
  roles: WorldRole[];
  /** Opt-in Regions that are on; every Region with optIn false is on. */
  optedInRegions: string[];
  /** A service control policy: these Regions (and optionally only these actions) are denied explicitly. */
  deniedRegions: { region: string; actions?: string[] }[];
  targets: { [region: string]: WorldTarget };
  /** Apexes of `World.zones` that are Route 53 hosted zones of this account. */
  hostedZones?: { id: string; name: string; privateZone?: true }[];
}

export interface WorldRole {
  name: string;
  /** Principal ARNs (exact, or `arn:aws:iam::<id>:root` for every principal of the account) that may assume it. */
  trustedPrincipals: string[];
  externalId?: string;
  /** Actions allowed, e.g. `ses:GetAccount`; `*` suffix matches. */
  allowedActions: string[];
}

export interface WorldTarget {
  productionAccess: boolean;
  reviewStatus?: 'PENDING' | 'FAILED' | 'GRANTED' | 'DENIED';
  enforcementStatus: 'HEALTHY' | 'PROBATION' | 'SHUTDOWN';
  sendingEnabled: boolean;
  max24HourSend: number;
  maxSendRate: number;
  sentLast24Hours: number;
  /** GetSendStatistics data points. */
  sendStatistics: {
    timestamp: string;
    deliveryAttempts: number;
    bounces: number;
    complaints: number;
    rejects: number;
  }[];
  identities: WorldIdentity[];
  configurationSets: WorldConfigurationSet[];
  /** The most identities that one page of ListEmailIdentities holds here, whatever PageSize asks; absent: what was asked. */
  listPageSize?: number;
  /** The account-level suppression list; absent or empty: off. */
  suppressedReasons?: ('BOUNCE' | 'COMPLAINT')[];
  /** Virtual Deliverability Manager; absent: off. */
  vdm?: boolean;
  pricingPlan?: 'NONE' | 'ESSENTIALS' | 'PRO' | 'ENTERPRISE';
  recommendations?: WorldRecommendation[];
  dedicatedIps?: WorldDedicatedIp[];
  reputationEntities?: WorldReputationEntity[];
  multiRegionEndpoints?: WorldMultiRegionEndpoint[];
  /** The active receipt rule set of API v1. */
  receiptRuleSet?: { name: string; created: string; rules: WorldReceiptRule[] };
  /** CloudWatch's data points of the namespace AWS/SES, without dimensions. */
  metrics?: WorldMetric[];
  alarms?: WorldAlarm[];
  /** SNS topics of the account in this Region; absent: the sandbox does not know (see GatewayOptions.topics). */
  topics?: WorldTopic[];
  /** Amazon Data Firehose streams of the account in this Region; absent: none. */
  streams?: WorldStream[];
}

export interface WorldRecommendation {
  resourceArn: string;
  type: 'BIMI' | 'BOUNCE' | 'COMPLAINT' | 'DKIM' | 'DMARC' | 'FEEDBACK_3P' | 'IP_LISTING' | 'SPF';
  description: string;
  status: 'OPEN' | 'FIXED';
  impact: 'LOW' | 'HIGH';
  created: string;
}

export interface WorldDedicatedIp {
  ip: string;
  warmupStatus: 'IN_PROGRESS' | 'DONE' | 'NOT_APPLICABLE';
  warmupPercentage: number;
  pool?: string;
}

export interface WorldReputationEntity {
  /** ARN of the tenant. */
  reference: string;
  type: 'RESOURCE';
  sendingStatus: 'ENABLED' | 'DISABLED' | 'REINSTATED';
  impact?: 'LOW' | 'HIGH';
  /** Why Amazon SES disabled it. */
  cause?: string;
}

export interface WorldMultiRegionEndpoint {
  name: string;
  id: string;
  status: 'CREATING' | 'READY' | 'FAILED' | 'DELETING';
  regions: string[];
  created: string;
}

export interface WorldReceiptRule {
  name: string;
  enabled: boolean;
  tlsPolicy: 'Require' | 'Optional';
  scanEnabled: boolean;
  /** Addresses and domains; empty: every recipient of the verified domains. */
  recipients: string[];
  s3Bucket?: string;
  topicArn?: string;
}

export interface WorldMetric {
  name: string;
  points: { timestamp: string; value: number }[];
}

/** A CloudWatch metric alarm. */
export interface WorldAlarm {
  name: string;
  namespace: string;
  metric: string;
  dimensions?: { [name: string]: string };
  threshold: number;
  comparison: 'GreaterThanThreshold' | 'GreaterThanOrEqualToThreshold' | 'LessThanThreshold';
  actionsEnabled: boolean;
  alarmActions: string[];
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
}

export interface WorldTopic {
  arn: string;
  /** `confirmed: false` awaits its recipient. */
  subscriptions: { protocol: string; endpoint: string; confirmed: boolean }[];
  /** The access policy as JSON text; absent: the default one, which admits the owner only. */
  policy?: string;
}

/** An Amazon Data Firehose stream that delivers to a bucket. */
export interface WorldStream {
  name: string;
  /** Another text is a status that clients do not know. */
  status: 'CREATING' | 'CREATING_FAILED' | 'ACTIVE' | 'DELETING' | 'DELETING_FAILED';
  /** What it takes its records from: `DirectPut` is whoever puts them. */
  source: 'DirectPut' | 'KinesisStreamAsSource' | 'MSKAsSource' | 'DatabaseAsSource';
  /** With which Firehose writes there. */
  roleArn: string;
  bucketArn: string;
  created: string;
}

/** As GetEmailIdentity answers; absent fields are absent on the wire. */
export interface WorldIdentity {
  name: string;
  type: 'DOMAIN' | 'EMAIL_ADDRESS';
  verificationStatus: 'PENDING' | 'SUCCESS' | 'FAILED' | 'TEMPORARY_FAILURE' | 'NOT_STARTED';
  verifiedForSending: boolean;
  verificationInfo?: { errorType?: string; lastChecked?: string; lastSuccess?: string };
  feedbackForwarding: boolean;
  dkim?: {
    signingEnabled: boolean;
    status: 'PENDING' | 'SUCCESS' | 'FAILED' | 'TEMPORARY_FAILURE' | 'NOT_STARTED';
    tokens?: string[];
    origin: string;
    hostedZone?: string;
    currentKeyLength?: 'RSA_1024_BIT' | 'RSA_2048_BIT';
    nextKeyLength?: 'RSA_1024_BIT' | 'RSA_2048_BIT';
    lastKeyGeneration?: string;
  };
  mailFrom?: {
    domain: string;
    status: 'PENDING' | 'SUCCESS' | 'FAILED' | 'TEMPORARY_FAILURE';
    behaviorOnMxFailure: 'USE_DEFAULT_VALUE' | 'REJECT_MESSAGE';
  };
  configurationSet?: string;
  policies?: { [name: string]: string };
  tags?: { [key: string]: string };
  bounceTopic?: string;
  complaintTopic?: string;
  deliveryTopic?: string;
}

export interface WorldConfigurationSet {
  name: string;
  sendingEnabled: boolean;
  reputationMetricsEnabled: boolean;
  tlsPolicy: 'REQUIRE' | 'OPTIONAL';
  /** Absent: inherited from the account. Empty: suppression switched off for this set. */
  suppressedReasons?: ('BOUNCE' | 'COMPLAINT')[];
  /** A member of SuppressionOptions that may stand without reasons. */
  suppressionScope?: 'ACCOUNT' | 'TENANT';
  sendingPool?: string;
  customRedirectDomain?: string;
  httpsPolicy?: 'REQUIRE' | 'REQUIRE_OPEN_ONLY' | 'OPTIONAL';
  eventDestinations: WorldEventDestination[];
}

/** With one of the five; without any it is a kind that the stand-in does not know. */
export interface WorldEventDestination {
  name: string;
  enabled: boolean;
  matchingEventTypes: string[];
  snsTopicArn?: string;
  firehose?: { streamArn: string; roleArn: string };
  cloudWatch?: { name: string; source: 'MESSAGE_TAG' | 'EMAIL_HEADER' | 'LINK_TAG'; fallback: string }[];
  eventBusArn?: string;
  pinpointApplicationArn?: string;
}

/** One record; names lower case without trailing dot. TXT `data` is the joined text, split into chunks of 255 by the server. */
export type WorldRecord =
  | { name: string; type: 'A' | 'AAAA' | 'CNAME' | 'TXT' | 'NS' | 'PTR'; data: string; ttl?: number }
  | { name: string; type: 'MX'; preference: number; data: string; ttl?: number }
  | { name: string; type: 'SOA'; data: string; ttl?: number };

export interface DnsFault {
  /** The name and everything below it. */
  suffix: string;
  /** `truncate`: answered with TC over UDP, whole over TCP. `silence`: never answered. */
  behaviour: 'servfail' | 'refused' | 'silence' | 'truncate' | 'nxdomain';
  /** Only these types; absent: all. */
  types?: string[];
}
