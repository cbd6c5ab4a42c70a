/**
 * The one file that lib/ (infrastructure) and lambda/ (code) share: inputs and outputs of every state,
 * the settings that travel with the code, the names of environment variables.
 */
import { z } from 'zod';

/** Domain work is split in this many shards; coverage, outbox and domain rows hash onto as many partitions. */
export const SHARD_COUNT = 16;

/** 10,000 bare ids are 150 KB of JSON and fit one state's 262,144 bytes. */
export const MAX_ACCOUNTS = 10_000;

/** A task that goes round more often than this with its cursor is given up as TIMED_OUT. */
export const MAX_ROUNDS = 200;

/** The longest a scan may run, in seconds: the state machine's TimeoutSeconds. */
export const SCAN_TIMEOUT_SECONDS = 12 * 3600;

export const STATE_MACHINE_NAME = 'ses-posture-scan';
/** The one role that members trust; fixed, because their trust policy names it. */
export const SCANNER_ROLE_NAME = 'ses-posture-scanner';

/** What the scanner cannot do without in a member account. None of them has a resource to name before it is listed. */
export const CORE_MEMBER_ACTIONS = [
  'account:ListRegions',
  'ses:GetAccount',
  'ses:GetEmailIdentity',
  'ses:GetSendStatistics',
  'ses:ListEmailIdentities',
] as const;

/**
 * Reads that the operator can switch off, in groups (the setting `permissions`): the member role then lacks them, nothing
 * asks for them, and the controls that need them say NOT_APPLICABLE `NOT_PERMITTED_BY_SETTINGS`.
 */
export const PERMISSION_GROUPS = {
  configurationSets: [
    'ses:GetConfigurationSet',
    'ses:GetConfigurationSetEventDestinations',
    'ses:ListConfigurationSets',
  ],
  notifications: ['ses:GetIdentityNotificationAttributes'],
  topics: ['sns:GetTopicAttributes'],
  deliveryStreams: ['firehose:DescribeDeliveryStream'],
  reputation: ['cloudwatch:GetMetricData'],
  alarms: ['cloudwatch:DescribeAlarms'],
  recommendations: ['ses:ListRecommendations'],
  dedicatedIps: ['ses:GetDedicatedIps'],
  receiptRules: ['ses:DescribeActiveReceiptRuleSet'],
  reputationEntities: ['ses:ListReputationEntities'],
  multiRegionEndpoints: [
    'ses:GetIdentityDkimAttributes',
    'ses:GetIdentityMailFromDomainAttributes',
    'ses:ListMultiRegionEndpoints',
  ],
  hostedZones: ['route53:ListHostedZones', 'route53:ListResourceRecordSets'],
} as const;
export type PermissionGroup = keyof typeof PERMISSION_GROUPS;
export const PERMISSION_GROUP_NAMES = Object.keys(PERMISSION_GROUPS) as PermissionGroup[];
export type MemberAction =
  (typeof CORE_MEMBER_ACTIONS)[number] | (typeof PERMISSION_GROUPS)[PermissionGroup][number];

/**
 * Everything the scanner may do in a member account under these settings: the member role allows exactly these, and
 * every session policy repeats them, so that an over-broad role is cut down. Sorted.
 */
export function memberActions(permissions: { [group in PermissionGroup]: boolean }): MemberAction[] {
  const optional = PERMISSION_GROUP_NAMES.filter((group) => permissions[group]).flatMap(
    (group) => PERMISSION_GROUPS[group] as readonly MemberAction[],
  );
  return [...CORE_MEMBER_ACTIONS, ...optional].sort();
}

export const METRICS_NAMESPACE = 'SesPosture';
/** Value of the one dimension, `service`, that Powertools puts on every metric. */
export const METRICS_SERVICE = 'ses-posture';

/** Names of the metrics that handlers emit as EMF and alarms read, all with the dimension `service` alone. */
export const METRIC = {
  accountsUnseen: 'AccountsUnseen',
  targetsUnseen: 'TargetsUnseen',
  digestFailed: 'DigestFailed',
  reportFailed: 'ReportFailed',
  fullScanAgeDays: 'FullScanAgeDays',
  unconfirmedTopics: 'TopicsWithoutConfirmedSubscription',
  changesReported: 'ChangesReported',
  identitiesJudged: 'IdentitiesJudged',
} as const;

/** Environment variables of the Lambdas: names and ARNs only. */
export const ENV = {
  tableName: 'TABLE_NAME',
  findingsTopicArn: 'FINDINGS_TOPIC_ARN',
  operationsTopicArn: 'OPERATIONS_TOPIC_ARN',
  reportBucketName: 'REPORT_BUCKET_NAME',
  stateMachineArn: 'STATE_MACHINE_ARN',
  /** Where the digest is handed to SNS, when not at AWS: local runs keep their mail. Topics of members are asked at AWS all the same. */
  digestEndpoint: 'DIGEST_ENDPOINT_URL',
  /** Where the bucket can be opened, when not in the S3 console: local runs name a folder. */
  reportBaseUrl: 'REPORT_BASE_URL',
  /** Path of the settings file; in Lambda it is bundled beside the code. */
  settingsFile: 'SETTINGS_FILE',
  /** Comma-separated `ip[:port]`; set by local runs and tests, otherwise the system's resolvers. */
  dnsServers: 'DNS_SERVERS',
  /**
   * As DNS_SERVERS, for the second opinion; `none` switches it off. Unset while DNS_SERVERS is set: off, because what
   * replaces the resolvers knows names of its own.
   */
  secondOpinionServers: 'DNS_SECOND_OPINION_SERVERS',
  /** A name with a TXT answer too large for one datagram, to prove the resolvers; default in lambda/dns. */
  dnsProbeName: 'DNS_PROBE_NAME',
} as const;

/** Name of the settings file in a Lambda's asset. */
export const SETTINGS_FILE_NAME = 'settings.json';

export const accountIdSchema = z.string().regex(/^\d{12}$/, 'is not a 12-digit account id');
export const regionSchema = z.string().regex(/^[a-z]{2,4}(-[a-z]{2,9}){1,3}-\d$/, 'is not a Region name');
export const ouIdSchema = z
  .string()
  .regex(
    /^(ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})$/,
    'is not an id of an organizational unit or root',
  );
export const domainSchema = z
  .string()
  .regex(
    /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/,
    'is not a domain name in lower-case A-label form',
  );
export const dnsServerSchema = z
  .string()
  .max(64)
  .regex(
    /^(\d{1,3}(\.\d{1,3}){3}(:\d{1,5})?|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*|\[[0-9a-fA-F:.]+\](:\d{1,5})?)$/,
    'is not the address of a DNS server, such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:53',
  );
export const dmarcPolicySchema = z.enum(['none', 'quarantine', 'reject']);

/** A day, `2026-11-21`; a waiver or attestation holds through its end (UTC). */
export const daySchema = z.iso.date('is not a day such as 2026-11-21');
const ownerSchema = z.string().trim().min(1, 'is empty').max(120);
/** A text to match; `*` stands for anything. At most 10 of them. */
const patternSchema = z
  .string()
  .min(1)
  .max(260)
  .refine((text) => text.split('*').length <= 11, 'has more than ten *');

/** An accepted finding. What is left out matches everything; control is mandatory, so that nothing is waived by accident. */
export const waiverSchema = z.strictObject({
  /** `DKIM-04`, or a pattern such as `DMARC-*`. */
  control: patternSchema,
  account: z.union([accountIdSchema, z.literal('*')]).default('*'),
  region: patternSchema.default('*'),
  /** Identity, domain or sub-key. */
  subject: patternSchema.default('*'),
  reason: z.string().trim().min(1, 'is empty').max(500),
  owner: ownerSchema,
  expires: daySchema,
});
export type Waiver = z.infer<typeof waiverSchema>;

/** What no API tells and somebody vouches for (BULK-06). */
export const ATTESTATION_TOPICS = [
  'POSTMASTER_TOOLS',
  'SPAM_RATE',
  'ONE_CLICK_UNSUBSCRIBE',
  'MESSAGE_FORMAT',
  'NO_FORWARDING',
  'YAHOO_CFL',
] as const;
export const attestationSchema = z.strictObject({
  /** The From domain, or a domain above it. */
  domain: domainSchema,
  topic: z.enum(ATTESTATION_TOPICS),
  owner: ownerSchema,
  expires: daySchema,
  note: z.string().max(500).optional(),
});
export type Attestation = z.infer<typeof attestationSchema>;

const permissionsSchema = z
  .strictObject(
    Object.fromEntries(
      // Route 53 is another team's in many organizations: it is read only where somebody asked for it.
      PERMISSION_GROUP_NAMES.map((group) => [group, z.boolean().default(group !== 'hostedZones')]),
    ) as { [group in PermissionGroup]: z.ZodDefault<z.ZodBoolean> },
  )
  .prefault({});

const fraction = z.number().positive().max(1);

/** What a person or the schedule may give an execution. Anything else is refused. */
export const executionInputSchema = z.strictObject({
  accounts: z.array(accountIdSchema).min(1).max(MAX_ACCOUNTS).optional(),
  organizationalUnits: z.array(ouIdSchema).min(1).max(1000).optional(),
  regions: z.array(regionSchema).min(1).max(100).optional(),
  notify: z.boolean().optional(),
  /** Set by the schedule; a second execution for the same time ends as a duplicate. */
  scheduledTime: z.iso.datetime({ offset: true }).optional(),
  /** The console's prefill; ignored. */
  Comment: z.string().optional(),
});
export type ExecutionInput = z.infer<typeof executionInputSchema>;

/** Public resolvers of two independent operators, Cloudflare and Google: one stands in where the other is out of reach. */
export const SECOND_OPINION_SERVERS = ['1.1.1.1', '8.8.8.8'] as const;

/** The part of the operator's settings that the Lambdas read. lib/settings.ts makes it, local runs make their own. */
export const scanSettingsSchema = z.strictObject({
  /** Shown in digests. */
  organizationName: z.string().min(1).max(60).default('AWS Organization'),
  /** `memberRole`: assume the role in each account of the organization. `ownCredentials`: only the caller's account, nothing assumed. */
  accountAccess: z.enum(['memberRole', 'ownCredentials']).default('memberRole'),
  memberRoleName: z
    .string()
    .regex(/^[\w+=,.@-]{1,64}$/)
    .default('ses-posture-member'),
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/)
    .optional(),
  scope: z
    .strictObject({
      /** Only these accounts / the accounts under these units; both empty: the whole organization. */
      accounts: z.array(accountIdSchema).default([]),
      organizationalUnits: z.array(ouIdSchema).default([]),
      excludedAccounts: z.array(accountIdSchema).default([]),
      excludedOrganizationalUnits: z.array(ouIdSchema).default([]),
      /** Only these Regions; empty: every Region that offers SES. */
      regions: z.array(regionSchema).default([]),
      /** Denied by policy on purpose: reported as EXPECTED_DENIAL, never as a failure. */
      expectedDeniedRegions: z.array(regionSchema).default([]),
    })
    .prefault({}),
  /** Lowest effective DMARC policy a domain must have, by domain (its subdomains included). */
  policyTargets: z.record(domainSchema, dmarcPolicySchema).default({}),
  /** Mailbox for DMARC aggregate reports; named in the record that DMARC-01 proposes. */
  reportMailbox: z.email().optional(),
  /** Beside the built-in list. */
  freemailDomains: z.array(domainSchema).default([]),
  /** Whether both DKIM and SPF must align (RFC 9989 section 8, full participation). */
  requireBothLegs: z.boolean().default(false),
  /** Accounts where an SES sandbox is a failure rather than a warning. */
  productionAccounts: z.array(accountIdSchema).default([]),
  /** Reads in member accounts, by group; `false` switches one off. `hostedZones` (Route 53) is off unless asked for. */
  permissions: permissionsSchema,
  /** Findings accepted for a while. */
  waivers: z.array(waiverSchema).max(1000).default([]),
  /** What somebody vouches for, until a day. */
  attestations: z.array(attestationSchema).max(1000).default([]),
  /** Which accounts may hold identities of a domain or below it (IDENT-10). */
  domainOwners: z.record(domainSchema, z.array(accountIdSchema).min(1)).default({}),
  /** Domains under the organization's control (IDENT-06, IDENT-11); those below them are, too. */
  ownedDomains: z.array(domainSchema).max(10_000).default([]),
  /** Owned domains that send no mail at all (DMARC-14). */
  parkedDomains: z.array(domainSchema).max(1000).default([]),
  /** From domains below an identity without an identity of their own (ALIGN-05, MF-06). */
  fromDomains: z.array(domainSchema).max(1000).default([]),
  /** Mail signed by hand before it reaches SES, by domain: its DKIM selectors. */
  selfSigned: z
    .array(
      z.strictObject({
        domain: domainSchema,
        selectors: z
          .array(z.string().regex(/^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$/i, 'is not a DKIM selector'))
          .min(1)
          .max(10),
      }),
    )
    .max(1000)
    .default([]),
  /** Subtrees in the hands of others: DMARC has to be cut or strict there (DMARC-12). */
  delegatedSubtrees: z.array(domainSchema).max(1000).default([]),
  /** Whether a registrable domain sends in bulk, where volume alone does not say (BULK-07). */
  bulkDomains: z.record(domainSchema, z.boolean()).default({}),
  /** Accounts outside the organization that sending authorization may name (IDENT-07). */
  trustedAccounts: z.array(accountIdSchema).max(1000).default([]),
  /** Whether a configuration set that does not require TLS fails (CS-01). */
  requireTls: z.boolean().default(false),
  thresholds: z
    .strictObject({
      /** How long PENDING is a warning. */
      pendingGraceHours: z.number().positive().max(8760).default(72),
      /** The life of an address's verification link. */
      addressGraceHours: z.number().positive().max(8760).default(24),
      /** A full scan older than this alarms. */
      maxScanAgeDays: z.number().positive().max(400).default(10),
      /** Bounces of what was sent, as fractions (ACCT-06): Amazon SES reviews at 0.05 and may pause at 0.1. */
      bounceWarn: fraction.default(0.02),
      bounceFail: fraction.default(0.05),
      bounceCritical: fraction.default(0.1),
      /** Complaints (ACCT-07): review at 0.001, pause at 0.005. */
      complaintFail: fraction.default(0.001),
      complaintCritical: fraction.default(0.005),
      /** With fewer messages in two weeks a rate says nothing. */
      reputationFloor: z.number().int().min(0).default(1000),
      /** Of the daily quota (ACCT-04). */
      quotaWarn: fraction.default(0.8),
      quotaFail: fraction.default(0.95),
      /** An identity unverified for longer is stale (IDENT-02). */
      staleIdentityDays: z.number().positive().max(3650).default(30),
      /** A BYODKIM key older than this warns (DKIM-10). */
      dkimKeyMaxAgeDays: z.number().positive().max(3650).default(365),
      /** Messages a day from which a registrable domain is bulk (BULK-07); Gmail's number. */
      bulkVolume: z.number().int().positive().default(5000),
      /** After its last use a target counts as in use so long: a monthly newsletter must not flip severities. */
      inUseDays: z.number().int().min(0).max(3650).default(90),
      /** A waiver or attestation is announced so long before it ends. */
      expiryNoticeDays: z.number().int().min(0).max(365).default(14),
      /** Scans, digests and history are kept so long. */
      retentionDays: z.number().int().min(30).max(3650).default(365),
    })
    .prefault({}),
  dns: z
    .strictObject({
      /** `ip[:port]`; empty: the system's resolvers. */
      servers: z.array(dnsServerSchema).default([]),
      /** `ip[:port]` of independent resolvers, asked again about what would make a finding FAIL; empty: nobody is. */
      secondOpinionServers: z.array(dnsServerSchema).default([...SECOND_OPINION_SERVERS]),
      timeoutMs: z.number().int().min(100).max(20_000).default(1500),
    })
    .prefault({}),
  /** Whether a scan without any change sends a one-line mail. */
  sendAllQuiet: z.boolean().default(true),
  /** Requests a second to each account and Region; AWS allows 1. Raised only against the simulated organization. */
  requestsPerSecond: z.number().positive().max(10_000).default(1),
});
export type ScanSettings = z.infer<typeof scanSettingsSchema>;

/** The scan as it travels to every child by ItemSelector. */
export interface Scan {
  /** `<StartTime>#<Name>` of the execution. */
  id: string;
  name: string;
  /** ISO 8601, of the execution. */
  startTime: string;
  /** ARN of the execution, for links. */
  executionArn: string;
  /** Whether the whole scope was asked for: only a full scan retires accounts. */
  full: boolean;
  notify: boolean;
  /** No full scan has succeeded before: what it finds of coverage is baseline, not loss. */
  first: boolean;
  /** Regions to look at in each account: SES's Regions, narrowed by settings and input. */
  regions: string[];
  /** `o-...`; absent where a caller scans with its own credentials. */
  organizationId?: string;
}

export interface ListAccountsInput {
  /** `$$.Execution.Input` as it came, to be validated. */
  input: unknown;
  execution: { id: string; name: string; startTime: string };
}
export interface ListAccountsOutput {
  scan: Scan;
  accounts: string[];
  /** `['0', ... '15']` for the domain shards. */
  shards: string[];
  /** True when another execution already served the same scheduledTime: nothing else is done. */
  duplicate: boolean;
}

export interface SurveyAccountInput {
  scan: Scan;
  accountId: string;
}
export interface SurveyAccountOutput {
  /** Regions that hold identities or have stored subjects. */
  regions: string[];
}

/** Where a long task stands; opaque to the workflow. */
export interface Cursor {
  /** The last name judged, in sorted order. */
  after: string;
  /** How often the task went round. */
  round: number;
}

/** A target's cursor also carries what earlier rounds counted. */
export interface TargetCursor extends Cursor {
  judged: number;
  vanished: number;
  /** DNS questions without an answer so far, at most 50. */
  unanswered: { name: string; type: string; because: string; secondOpinion?: true; detail?: string }[];
  /** Identities whose description could not be understood, at most 10 sentences. */
  unreadable: string[];
  /** Configuration sets that identities judged so far have as their default, at most 100. */
  defaultSets?: string[];
  /** How the second opinion fared so far; absent before anything was gathered. */
  secondOpinion?: 'none' | 'unused' | 'reachable' | 'unreachable';
}

export interface ScanRegionInput {
  scan: Scan;
  accountId: string;
  region: string;
  cursor?: TargetCursor;
}
/** Fed back as the next input while `done` is false. */
export interface ScanRegionOutput extends ScanRegionInput {
  done: boolean;
  /** For whoever watches: identities listed in the target and judged so far. */
  listed: number;
  judged: number;
}

export interface RecordFailureInput {
  scan?: Scan;
  /** What failed: an account, one Region of it, a domain shard, the report, or (from EventBridge) the execution. */
  accountId?: string;
  region?: string;
  shard?: string;
  stage?: 'SurveyAccount' | 'ScanRegion' | 'ScanRegions' | 'JudgeDomains' | 'WriteReport';
  error?: { Error?: string; Cause?: string };
  /** EventBridge's `Step Functions Execution Status Change` detail. */
  detail?: { executionArn: string; name: string; status: string; startDate: number; stateMachineArn: string };
}
export type RecordFailureOutput = Record<string, never>;

export interface JudgeDomainsInput {
  scan: Scan;
  shard: string;
  cursor?: Cursor;
}
export interface JudgeDomainsOutput extends JudgeDomainsInput {
  done: boolean;
}

export interface ConcludeScanInput {
  scan: Scan;
  cursor?: Cursor;
}
export interface ConcludeScanOutput extends ConcludeScanInput {
  done: boolean;
}

/** The page is written, the export is under way; `after` is the last subject exported, as JSON, or empty. */
export interface ReportCursor extends Cursor {
  /** Parts of findings written so far. */
  part: number;
  /** Only the coverage is left. */
  findingsDone?: true;
}

export interface WriteReportInput {
  scan: Scan;
  cursor?: ReportCursor;
}
export interface WriteReportOutput extends WriteReportInput {
  done: boolean;
}
