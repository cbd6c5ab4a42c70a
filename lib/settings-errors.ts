/** Turns what the schema found into sentences for the person who wrote cdk.json. */
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

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
};

const ELSEWHERE = 'docs/deployment.md lists the settings.';

/** One sentence or two: the key, what is wrong, what to write. */
export function explainIssue(issue: Issue, given: unknown): string {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') return explainUnknownKeys(path, issue.keys);
  const value = valueAt(given, path);
  const wrong = /^(is|has|does) /.test(issue.message) ? `${show(value)} ${issue.message}` : issue.message;
  return `${named(path)}: ${wrong}. ${remedy(path)}`;
}

function explainUnknownKeys(path: string[], keys: readonly string[]): string {
  const list = keys.map((key) => `"${bounded(key)}"`).join(', ');
  return keys.length === 1
    ? `${named(path)}: the key ${list} is unknown. Check its spelling or remove it; ${ELSEWHERE}`
    : `${named(path)}: the keys ${list} are unknown. Check their spelling or remove them; ${ELSEWHERE}`;
}

function named(path: readonly string[]): string {
  return ['cdk.json, ses-posture', ...path].join('.');
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
  return value === undefined ? 'it' : bounded(JSON.stringify(value));
}

function bounded(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
