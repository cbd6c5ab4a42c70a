/**
 * What the operator sets: the key `ses-posture` of cdk.json's context, validated at synth. Errors are sentences that
 * name the key, what is wrong with it and what to write instead. docs/deployment.md lists every key.
 */
import { z } from 'zod';
import { accountIdSchema, ouIdSchema, scanSettingsSchema, type ScanSettings } from '../lambda/contract.ts';
import { explainIssues, explainUnknownControl } from './settings-errors.ts';

/** The key of cdk.json's context that holds the settings. */
export const SETTINGS_CONTEXT_KEY = 'ses-posture';

/** Stand in for what is needed to deploy, so that `cdk synth` works on a fresh clone. A deployment with any of them is refused. */
export const PLACEHOLDERS = {
  organizationId: 'o-0000000000',
  targetOuIds: ['r-0000'],
  alertAddresses: { findings: ['security@example.com'], operations: ['security@example.com'] },
} as const;

const addressesSchema = z.array(z.email('is not an e-mail address')).min(1, 'is empty').max(50);

const alertAddressesSchema = z.preprocess(
  // One plain list is the short form for "the same people for both".
  (value) => (Array.isArray(value) ? { findings: value as unknown, operations: value as unknown } : value),
  z.strictObject({
    /** Who gets the digests. */
    findings: addressesSchema,
    /** Who gets the alarms about the scanner itself. */
    operations: addressesSchema,
  }),
);

const scheduleSchema = z
  .strictObject({
    /** `cron(...)` with six fields or `rate(...)`, as EventBridge Scheduler reads it. */
    expression: z
      .string()
      .regex(
        /^(cron\([^\s()]+( [^\s()]+){5}\)|rate\([1-9]\d{0,4} (minute|hour|day)s?\))$/,
        'is not a schedule expression',
      )
      .default('cron(0 6 ? * MON *)'),
    /** IANA name; the schedule follows its daylight saving time. */
    timeZone: z.string().refine(isTimeZone, 'is not a time zone').default('Etc/UTC'),
    /** The scan starts at a moment within so many minutes; 0 switches the window off. */
    flexibleWindowMinutes: z.number().int().min(0).max(1440).default(60),
    /** `false` leaves scans to people. */
    enabled: z.boolean().default(true),
  })
  .prefault({});

/** Roles or users who may scan from a laptop. `*` is allowed inside a name (SSO roles end in a random suffix), never alone. */
const principalArnSchema = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/(?!\*+$)[\w+=,.@/*-]{1,512}$/,
    'is not the ARN of an IAM role or user',
  );

/** Days that CloudWatch Logs accepts as retention. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** `accountAccess` and `requestsPerSecond` are for local runs: a deployment assumes the member role and keeps to SES's rate. */
const settingsSchema = scanSettingsSchema.omit({ accountAccess: true, requestsPerSecond: true }).extend({
  /** The organization that members must belong to for the member role to trust the scanner. */
  organizationId: z
    .string()
    .regex(/^o-[a-z0-9]{10,32}$/, 'is not an organization id')
    .default(PLACEHOLDERS.organizationId),
  /** Where the StackSet puts the member role; the root stands for the whole organization. */
  targetOuIds: z
    .array(ouIdSchema)
    .min(1, 'is empty')
    .max(1000)
    .default([...PLACEHOLDERS.targetOuIds]),
  alertAddresses: alertAddressesSchema.prefault({
    findings: [...PLACEHOLDERS.alertAddresses.findings],
    operations: [...PLACEHOLDERS.alertAddresses.operations],
  }),
  schedule: scheduleSchema,
  /** Account of the scanner stack; needed only where the StackSet is deployed from another account. */
  scannerAccountId: accountIdSchema.optional(),
  /** As whom the StackSet is made: `SELF` in the management account, `DELEGATED_ADMIN` in a delegated administrator. */
  callAs: z.enum(['SELF', 'DELEGATED_ADMIN']).default('SELF'),
  trustedPrincipals: z.array(principalArnSchema).max(20).default([]),
  /** Concurrent executions of the account and Region (1,000 by default, 10 in new accounts); the scanner uses less than half. */
  lambdaConcurrency: z.number().int().min(10).max(1_000_000).default(1000),
  logRetentionDays: z.literal([...LOG_RETENTION_DAYS]).default(90),
});

export type Settings = z.infer<typeof settingsSchema> & { externalId: string };

/** Raised for settings that cannot be used; the message lists every fault, one sentence each. */
export class SettingsError extends Error {
  constructor(sentences: readonly string[]) {
    super(sentences.join('\n'));
    this.name = 'SettingsError';
  }
}

export interface ReadOptions {
  /**
   * Whether a pattern names any control, so that a waiver of none is refused; absent: not looked at. Whoever calls hands
   * it over, because infrastructure imports nothing of the code but the contract.
   */
  namesControl?: (pattern: string) => boolean;
  /** The file that the settings stand in, for errors. */
  source?: string;
}

/**
 * Reads and completes the settings.
 * @param context value of the context key: an object, its JSON text (as `cdk --context` hands it over), or nothing.
 * @returns the settings with all defaults, and the keys that still hold placeholders.
 * @throws SettingsError that names each faulty key and the remedy.
 */
export function readSettings(
  context: unknown,
  { namesControl, source = 'cdk.json' }: ReadOptions = {},
): { settings: Settings; placeholders: string[] } {
  const given = typeof context === 'string' ? parseJson(context) : (context ?? {});
  const result = settingsSchema.safeParse(given);
  if (!result.success) throw new SettingsError(explainIssues(result.error.issues, given, source));
  const ofNoControl = result.data.waivers.flatMap(({ control }, index) =>
    namesControl && !namesControl(control) ? [explainUnknownControl(index, control, source)] : [],
  );
  if (ofNoControl.length > 0) throw new SettingsError(ofNoControl);
  const parsed = result.data;
  // An external id is no secret: it keeps another customer's confused deputy out, so a value of the organization's own is right.
  const settings = { ...parsed, externalId: parsed.externalId ?? `ses-posture-${parsed.organizationId}` };
  return { settings, placeholders: placeholdersIn(settings) };
}

/** The part that travels with the code of the Lambdas. */
export function toScanSettings(settings: Settings): ScanSettings {
  const own: Partial<ScanSettings> = {};
  for (const key of Object.keys(scanSettingsSchema.shape)) {
    if (key in settings) Object.assign(own, { [key]: settings[key as keyof Settings] });
  }
  return scanSettingsSchema.parse(own);
}

/** Keys needed to deploy that hold a placeholder, whether by default or copied from the documentation. */
function placeholdersIn(settings: Settings): string[] {
  const addresses = [...settings.alertAddresses.findings, ...settings.alertAddresses.operations];
  const placeholderAddress: string = PLACEHOLDERS.alertAddresses.findings[0];
  const held = {
    organizationId: settings.organizationId === PLACEHOLDERS.organizationId,
    targetOuIds: settings.targetOuIds.includes(PLACEHOLDERS.targetOuIds[0]),
    alertAddresses: addresses.includes(placeholderAddress),
  };
  return Object.entries(held).flatMap(([key, isHeld]) => (isHeld ? [key] : []));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new SettingsError([
      `The context key ${SETTINGS_CONTEXT_KEY} is not JSON. Give it in cdk.json, or as --context '${SETTINGS_CONTEXT_KEY}={"organizationId":"o-..."}'.`,
    ]);
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name.includes('/') || name === 'UTC';
  } catch {
    return false;
  }
}
