/** Findings and plans made by hand. */
import type { DnsRecordToPublish, Finding, Fix, Subject } from '../../lambda/controls/types.ts';
import { buildPlan } from '../../lambda/fixes/build-plan.ts';
import type { OpenFinding, Plan, PlanInput } from '../../lambda/fixes/types.ts';

export const ACCOUNT = '111111111111';
export const REGION = 'eu-west-1';

export const identity = (name = 'example.com', region = REGION, accountId = ACCOUNT): Subject => ({
  kind: 'identity',
  accountId,
  region,
  name,
});
export const domain = (name: string): Subject => ({ kind: 'domain', name });

export function open(
  subject: Subject,
  controlId: string,
  fix?: Fix,
  more: Partial<Finding> = {},
): OpenFinding {
  const finding: Finding = {
    key: controlId,
    controlId,
    revision: 1,
    status: 'FAIL',
    reason: 'ANY',
    reasonClass: 0,
    severity: 'HIGH',
    summary: `${controlId} fails`,
    evidence: {},
    ...(fix ? { fix } : {}),
    ...more,
  };
  return { subject, finding };
}

export function planOf(findings: OpenFinding[], more: Partial<PlanInput> = {}): Plan {
  return buildPlan({
    domain: 'example.com',
    open: findings,
    notJudged: [],
    fromDomains: ['example.com'],
    ...more,
  });
}

export const cname = (token: string, target = `${token}.dkim.amazonses.com`): DnsRecordToPublish => ({
  name: `${token}._domainkey.example.com`,
  type: 'CNAME',
  value: target,
});
export const txt = (name: string, value: string): DnsRecordToPublish => ({ name, type: 'TXT', value });
export const mx = (name: string, value: string): DnsRecordToPublish => ({ name, type: 'MX', value });
export const SES_MX = (region = REGION): string => `10 feedback-smtp.${region}.amazonses.com`;
export const SPF = 'v=spf1 include:amazonses.com ~all';
