/** Turns what the schema found into sentences for the person who wrote cdk.json. */
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const DOMAINS = 'Write a list of domains in lower-case A-label form, such as ["example.com"].';

/** What to write, by the first part of the key. Keys that are not here are explained in docs/deployment.md. */
const REMEDIES: { [key: string]: string } = {
  organizationId: 'Write the id that `aws organizations describe-organization` shows, such as o-a1b2c3d4e5.',
  targetOuIds:
    'Write a list of ids of organizational units or of the root, such as ["ou-ab12-c3d4e5f6"] or ["r-ab12"] (`aws organizations list-roots`).',
  alertAddresses:
    'Write a list of e-mail addresses, or {"findings": [...], "operations": [...]} for different people.',
  schedule:
    'Write for example {"expression": "cron(0 6 ? * MON *)", "timeZone": "Europe/Berlin", "flexibleWindowMinutes": 60}.',
  trustedPrincipals:
    'Write full ARNs of IAM roles or users, such as arn:aws:iam::111111111111:role/security-audit; a * may stand inside the name only.',
  lambdaConcurrency:
    'Write the quota "Concurrent executions" of the account and Region, a whole number from 10 on (`aws lambda get-account-settings`).',
  logRetentionDays: 'Write a number of days that CloudWatch Logs offers, such as 30, 90 or 365.',
  callAs: 'Write "SELF" in the management account, "DELEGATED_ADMIN" in a delegated administrator.',
  scannerAccountId: 'Write the 12-digit id of the account that the scanner stack is deployed to.',
  scope: 'Account ids have 12 digits and stand in quotation marks; Regions look like eu-west-1.',
  policyTargets:
    'Write {"example.com": "none" | "quarantine" | "reject"}, domains in lower-case A-label form.',
  reportMailbox: 'Write one e-mail address without `mailto:`.',
  waivers:
    'Write {"control": "DKIM-04", "account": "111111111111", "region": "eu-*", "subject": "*.example.com", "reason": "...", "owner": "...", "expires": "2026-12-31"}; account, region and subject may be left out.',
  attestations:
    'Write {"domain": "example.com", "topic": "POSTMASTER_TOOLS", "owner": "...", "expires": "2026-12-31"}; a note may be added.',
  permissions: 'Write {"topics": false} and the like; docs/permissions.md tells which group reads what.',
  domainOwners: 'Write {"example.com": ["111111111111"]}, the accounts that may hold identities of it.',
  ownedDomains: DOMAINS,
  parkedDomains: DOMAINS,
  fromDomains: DOMAINS,
  freemailDomains: DOMAINS,
  delegatedSubtrees: DOMAINS,
  selfSigned: 'Write [{"domain": "example.com", "selectors": ["s1"]}].',
  bulkDomains: 'Write {"example.com": true}, or false where volume misleads.',
  trustedAccounts: 'Write a list of 12-digit account ids in quotation marks.',
  productionAccounts: 'Write a list of 12-digit account ids in quotation marks.',
};

const ELSEWHERE = 'docs/deployment.md lists the settings.';
const MAX_SHOWN = 60;

/**
 * A sentence for each fault: the key, what is wrong, what to write. The same fault is told once.
 *
 * @param source the file that the settings stand in
 */
export function explainIssues(issues: readonly Issue[], given: unknown, source: string): string[] {
  return [...new Set(issues.map((issue) => explainIssue(issue, given, source)))];
}

function explainIssue(issue: Issue, given: unknown, source: string): string {
  const path = pathOf(issue, given);
  if (issue.code === 'unrecognized_keys') return explainUnknownKeys(named(path, source), issue.keys);
  return `${named(path, source)}: ${whatIsWrong(issue, valueAt(given, path))}. ${remedy(path)}`;
}

/** One plain list of addresses stands for both topics: its faults are those of the list as it was written. */
function pathOf(issue: Issue, given: unknown): string[] {
  const path = issue.path.map(String);
  const short = path[0] === 'alertAddresses' && Array.isArray(valueAt(given, ['alertAddresses']));
  return short ? ['alertAddresses', ...path.slice(2)] : path;
}

/** In the words of the schema where it has its own (they begin with a verb), else in ours, never in the library's. */
function whatIsWrong(issue: Issue, value: unknown): string {
  if (value === undefined && issue.code !== 'custom') return 'it is missing';
  if (isOurs(issue.message)) return `${show(value)} ${issue.message}`;
  switch (issue.code) {
    case 'invalid_type':
      return `${show(value)} is not ${KINDS[issue.expected] ?? `of the kind ${issue.expected}`}`;
    case 'too_small':
      return `${show(value)} ${tooSmall(issue)}`;
    case 'too_big':
      return `${show(value)} ${tooBig(issue)}`;
    case 'invalid_value':
      return `${show(value)} is none of ${issue.values.map((it) => JSON.stringify(it)).join(', ')}`;
    case 'invalid_key':
      return `the key ${show(issue.path.at(-1))} ${ownWordsIn(issue.issues)}`;
    case 'invalid_union':
      return `${show(value)} ${ownWordsIn(issue.errors.flat())}`;
    case 'invalid_format':
      return `${show(value)} ${issue.format === 'email' ? 'is not an e-mail address' : 'is not of the right form'}`;
    default:
      return `${show(value)} cannot be used`;
  }
}

const KINDS: { [expected: string]: string } = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function tooSmall({ origin, minimum, inclusive }: Extract<Issue, { code: 'too_small' }>): string {
  if (origin === 'array') return `has fewer than ${String(minimum)} entries`;
  if (origin === 'string') return `is shorter than ${String(minimum)} characters`;
  return inclusive === false ? `is not above ${String(minimum)}` : `is below ${String(minimum)}`;
}

function tooBig({ origin, maximum }: Extract<Issue, { code: 'too_big' }>): string {
  if (origin === 'array') return `has more than ${String(maximum)} entries`;
  if (origin === 'string') return `is longer than ${String(maximum)} characters`;
  return `is above ${String(maximum)}`;
}

function ownWordsIn(issues: readonly { message: string }[]): string {
  return issues.find(({ message }) => isOurs(message))?.message ?? 'is not of the right form';
}

function isOurs(message: string): boolean {
  return /^(?:is|has|does|names) /.test(message);
}

function explainUnknownKeys(where: string, keys: readonly string[]): string {
  const list = keys.map((key) => `"${bounded(key)}"`).join(', ');
  return keys.length === 1
    ? `${where}: the key ${list} is unknown. Check its spelling or remove it; ${ELSEWHERE}`
    : `${where}: the keys ${list} are unknown. Check their spelling or remove them; ${ELSEWHERE}`;
}

/** A waiver whose control is none would waive nothing, and nobody would notice. */
export function explainUnknownControl(index: number, control: string, source: string): string {
  const where = named(['waivers', String(index), 'control'], source);
  return `${where}: ${show(control)} names no control. Write an id such as DKIM-04, or a pattern such as DMARC-*; docs/controls lists them.`;
}

function named(path: readonly string[], source: string): string {
  return [`${source}, ses-posture`, ...path].join('.');
}

function remedy(path: readonly string[]): string {
  return REMEDIES[path[0] ?? ''] ?? `Correct or remove it; ${ELSEWHERE}`;
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as { [key: string]: unknown })[key] : undefined,
    root,
  );
}

function show(value: unknown): string {
  return bounded(JSON.stringify(value) ?? 'it');
}

function bounded(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 3)}...`;
}
