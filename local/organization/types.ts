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
  suppressedReasons?: ('BOUNCE' | 'COMPLAINT')[];
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
  suppressedReasons?: ('BOUNCE' | 'COMPLAINT')[];
  customRedirectDomain?: string;
  eventDestinations: { name: string; enabled: boolean; matchingEventTypes: string[]; snsTopicArn?: string }[];
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
