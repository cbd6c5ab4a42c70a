import { describe, expect, it } from 'vitest';
import { PLACEHOLDERS, readSettings, SettingsError, toScanSettings } from '../../lib/settings.ts';
import { scanSettingsSchema } from '../../lambda/contract.ts';
import { COMPLETE_SETTINGS } from './synthesized.ts';

function messageOf(settings: unknown): string {
  try {
    readSettings(settings);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message;
  }
  return 'accepted';
}

describe('settings that are left out', () => {
  it('take placeholders, which are named', () => {
    const { settings, placeholders } = readSettings(undefined);
    expect(placeholders).toEqual(['organizationId', 'targetOuIds', 'alertAddresses']);
    expect(settings.organizationId).toBe(PLACEHOLDERS.organizationId);
  });

  it('take defaults where a default is right', () => {
    const { settings, placeholders } = readSettings(COMPLETE_SETTINGS);
    expect(placeholders).toEqual([]);
    expect(settings).toMatchObject({
      memberRoleName: 'ses-posture-member',
      externalId: 'ses-posture-o-a1b2c3d4e5',
      callAs: 'SELF',
      lambdaConcurrency: 1000,
      schedule: {
        expression: 'cron(0 6 ? * MON *)',
        timeZone: 'Etc/UTC',
        flexibleWindowMinutes: 60,
        enabled: true,
      },
      trustedPrincipals: [],
    });
  });

  it('are still placeholders when somebody copied them from the documentation', () => {
    const { placeholders } = readSettings({
      ...COMPLETE_SETTINGS,
      organizationId: PLACEHOLDERS.organizationId,
    });
    expect(placeholders).toEqual(['organizationId']);
  });
});

describe('settings in their short and long forms', () => {
  it('take one list of addresses for both topics', () => {
    const { settings } = readSettings({ ...COMPLETE_SETTINGS, alertAddresses: ['team@example.com'] });
    expect(settings.alertAddresses).toEqual({
      findings: ['team@example.com'],
      operations: ['team@example.com'],
    });
  });

  it('may come as JSON text, as `cdk --context` hands them over', () => {
    expect(readSettings(JSON.stringify(COMPLETE_SETTINGS)).placeholders).toEqual([]);
  });

  it('trust an SSO role whose suffix is not known', () => {
    const arn =
      'arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_SecurityAudit_*';
    expect(
      readSettings({ ...COMPLETE_SETTINGS, trustedPrincipals: [arn] }).settings.trustedPrincipals,
    ).toEqual([arn]);
  });
});

describe('settings that cannot be used', () => {
  it.each<[string, object, string]>([
    [
      'an organization id with a typo',
      { organizationId: 'o-ABC' },
      'ses-posture.organizationId: "o-ABC" is not an organization id. Write the id that `aws organizations describe-organization` shows',
    ],
    [
      'an organization id that is a number',
      { organizationId: 7 },
      'ses-posture.organizationId: Invalid input: expected string, received number.',
    ],
    [
      'a bad unit',
      { targetOuIds: ['ou-1'] },
      'ses-posture.targetOuIds.0: "ou-1" is not an id of an organizational unit or root.',
    ],
    ['no unit', { targetOuIds: [] }, 'ses-posture.targetOuIds: [] is empty. Write a list'],
    [
      'a bad address',
      { alertAddresses: ['nobody'] },
      'ses-posture.alertAddresses.findings.0: it is not an e-mail address.',
    ],
    [
      'nobody for operations',
      { alertAddresses: { findings: ['a@example.com'], operations: [] } },
      'ses-posture.alertAddresses.operations: [] is empty.',
    ],
    [
      'an unknown key',
      { organisationId: 'o-a1b2c3d4e5' },
      'cdk.json, ses-posture: the key "organisationId" is unknown. Check its spelling or remove it',
    ],
    [
      'unknown keys within a key',
      { scope: { account: [], ous: [] } },
      'cdk.json, ses-posture.scope: the keys "account", "ous" are unknown.',
    ],
    ['a key of local runs', { requestsPerSecond: 5 }, 'the key "requestsPerSecond" is unknown.'],
    [
      'an account id without its zero',
      { scope: { accounts: ['11111111111'] } },
      'ses-posture.scope.accounts.0: "11111111111" is not a 12-digit account id.',
    ],
    [
      'a Region that is none',
      { scope: { regions: ['Ireland'] } },
      'ses-posture.scope.regions.0: "Ireland" is not a Region name.',
    ],
    [
      'an unknown time zone',
      { schedule: { timeZone: 'Mars/Olympus' } },
      'ses-posture.schedule.timeZone: "Mars/Olympus" is not a time zone. Write for example',
    ],
    [
      'an abbreviated time zone',
      { schedule: { timeZone: 'EST' } },
      'ses-posture.schedule.timeZone: "EST" is not a time zone.',
    ],
    [
      'a cron of five fields',
      { schedule: { expression: 'cron(0 6 ? * MON)' } },
      'ses-posture.schedule.expression: "cron(0 6 ? * MON)" is not a schedule expression.',
    ],
    [
      'a window of two days',
      { schedule: { flexibleWindowMinutes: 2880 } },
      'ses-posture.schedule.flexibleWindowMinutes: Too big',
    ],
    [
      'a concurrency that no account has',
      { lambdaConcurrency: 5 },
      'ses-posture.lambdaConcurrency: Too small',
    ],
    [
      'a retention that CloudWatch does not offer',
      { logRetentionDays: 100 },
      'ses-posture.logRetentionDays: Invalid',
    ],
    [
      'everybody as trusted principal',
      { trustedPrincipals: ['*'] },
      'ses-posture.trustedPrincipals.0: "*" is not the ARN of an IAM role or user.',
    ],
    [
      'every role of an account',
      { trustedPrincipals: ['arn:aws:iam::111111111111:role/*'] },
      'is not the ARN of an IAM role or user.',
    ],
    [
      'a role of any account',
      { trustedPrincipals: ['arn:aws:iam::*:role/audit'] },
      'is not the ARN of an IAM role or user.',
    ],
    [
      'an account root',
      { trustedPrincipals: ['arn:aws:iam::111111111111:root'] },
      'is not the ARN of an IAM role or user.',
    ],
    ['a word for callAs', { callAs: 'ADMIN' }, 'ses-posture.callAs: Invalid option'],
    [
      'a policy that DMARC does not know',
      { policyTargets: { 'example.com': 'block' } },
      'ses-posture.policyTargets.example.com: Invalid option',
    ],
    [
      'a domain in capitals',
      { policyTargets: { 'Example.COM': 'reject' } },
      'ses-posture.policyTargets.Example.COM',
    ],
  ])('%s', (_what, change, message) => {
    expect(messageOf({ ...COMPLETE_SETTINGS, ...change })).toContain(message);
  });

  it('are told all at once, one line each', () => {
    const lines = messageOf({ organizationId: 'x', lambdaConcurrency: 0 }).split('\n');
    expect(lines).toHaveLength(2);
    expect(lines.every((line) => line.startsWith('cdk.json, ses-posture.'))).toBe(true);
  });

  it('are refused when they are no object', () => {
    expect(messageOf([])).toContain('cdk.json, ses-posture: Invalid input');
    expect(messageOf('{"organizationId":')).toContain('is not JSON');
  });

  it('show at most a part of a long value', () => {
    expect(messageOf({ ...COMPLETE_SETTINGS, organizationId: 'x'.repeat(5000) }).length).toBeLessThan(300);
  });
});

describe('what travels with the code', () => {
  it('is the part that the Lambdas know, complete', () => {
    const { settings } = readSettings({
      ...COMPLETE_SETTINGS,
      organizationName: 'Example Corp',
      policyTargets: { 'example.com': 'reject' },
    });
    const scanSettings = toScanSettings(settings);
    expect(scanSettings).toMatchObject({
      organizationName: 'Example Corp',
      accountAccess: 'memberRole',
      externalId: 'ses-posture-o-a1b2c3d4e5',
      policyTargets: { 'example.com': 'reject' },
      requestsPerSecond: 1,
    });
    expect(scanSettingsSchema.parse(scanSettings)).toEqual(scanSettings);
    expect(Object.keys(scanSettings)).not.toContain('alertAddresses');
  });
});
