import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PLACEHOLDERS, readSettings, SettingsError, toScanSettings } from '../../lib/settings.ts';
import { scanSettingsSchema } from '../../lambda/contract.ts';
import { namesControl } from '../../bin/names-control.ts';
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
      'ses-posture.organizationId: 7 is not a text. Write the id',
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
      'ses-posture.alertAddresses.0: "nobody" is not an e-mail address. Write a list',
    ],
    [
      'a bad address for one of the topics',
      { alertAddresses: { findings: ['nobody'], operations: ['a@example.com'] } },
      'ses-posture.alertAddresses.findings.0: "nobody" is not an e-mail address.',
    ],
    [
      'no list for operations',
      { alertAddresses: { findings: ['a@example.com'] } },
      'ses-posture.alertAddresses.operations: it is missing. Write a list',
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
      'ses-posture.schedule.flexibleWindowMinutes: 2880 is above 1440. Write',
    ],
    [
      'a concurrency that no account has',
      { lambdaConcurrency: 5 },
      'ses-posture.lambdaConcurrency: 5 is below 10. Write the quota "Concurrent executions"',
    ],
    [
      'a retention that CloudWatch does not offer',
      { logRetentionDays: 100 },
      'ses-posture.logRetentionDays: 100 is none of 1, 3, 5, 7,',
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
    [
      'a word for callAs',
      { callAs: 'ADMIN' },
      'ses-posture.callAs: "ADMIN" is none of "SELF", "DELEGATED_ADMIN". Write',
    ],
    [
      'a policy that DMARC does not know',
      { policyTargets: { 'example.com': 'block' } },
      'ses-posture.policyTargets.example.com: "block" is none of "none", "quarantine", "reject". Write',
    ],
    [
      'a domain in capitals',
      { policyTargets: { 'Example.COM': 'reject' } },
      'ses-posture.policyTargets.Example.COM: the key "Example.COM" is not a domain name in lower-case A-label form. Write',
    ],
  ])('%s', (_what, change, message) => {
    expect(messageOf({ ...COMPLETE_SETTINGS, ...change })).toContain(message);
  });

  it('are told all at once, one line each', () => {
    const lines = messageOf({ organizationId: 'x', lambdaConcurrency: 0 }).split('\n');
    expect(lines).toHaveLength(2);
    expect(lines.every((line) => line.startsWith('cdk.json, ses-posture.'))).toBe(true);
  });

  it('are told once where one list of addresses stands for both topics', () => {
    expect(messageOf({ ...COMPLETE_SETTINGS, alertAddresses: ['nobody'] }).split('\n')).toHaveLength(1);
    expect(messageOf({ ...COMPLETE_SETTINGS, alertAddresses: [] }).split('\n')).toHaveLength(1);
  });

  it('are never told in the words of the library', () => {
    const wrong = [null, true, -1, 'x'.repeat(600), [null], { a: null }, '*'.repeat(20)];
    for (const key of Object.keys(readSettings(COMPLETE_SETTINGS).settings)) {
      for (const value of wrong)
        expect(messageOf({ ...COMPLETE_SETTINGS, [key]: value }), key).not.toMatch(
          /Invalid|expected|received|Too (?:small|big)|undefined/,
        );
    }
  });

  it('are refused when they are no object', () => {
    expect(messageOf([])).toContain('cdk.json, ses-posture: [] is not an object.');
    expect(messageOf('{"organizationId":')).toContain('is not JSON');
  });

  it('show at most a part of a long value', () => {
    expect(messageOf({ ...COMPLETE_SETTINGS, organizationId: 'x'.repeat(5000) }).length).toBeLessThan(300);
  });
});

describe('waivers', () => {
  const waiver = { control: 'DKIM-04', reason: 'old keys', owner: 'Mail team', expires: '2026-12-31' };
  const without = (key: keyof typeof waiver): object =>
    Object.fromEntries(Object.entries(waiver).filter(([name]) => name !== key));
  const named = 'cdk.json, ses-posture.waivers.0';

  it('cover everything that they leave open', () => {
    expect(readSettings({ ...COMPLETE_SETTINGS, waivers: [waiver] }).settings.waivers).toEqual([
      { ...waiver, account: '*', region: '*', subject: '*' },
    ]);
  });

  it.each([
    ['no control', without('control'), `${named}.control: it is missing. Write {"control": "DKIM-04"`],
    ['no reason', without('reason'), `${named}.reason: it is missing.`],
    ['no owner', without('owner'), `${named}.owner: it is missing.`],
    ['no end', without('expires'), `${named}.expires: it is missing.`],
    ['a reason of blanks', { ...waiver, reason: '  ' }, `${named}.reason: "  " is empty.`],
    [
      'a day that there is not',
      { ...waiver, expires: '2026-02-30' },
      `${named}.expires: "2026-02-30" is not a day such as 2026-11-21.`,
    ],
    [
      'an account that is none',
      { ...waiver, account: '1234' },
      `${named}.account: "1234" is not a 12-digit account id.`,
    ],
    ['a pattern beyond bounds', { ...waiver, subject: '*a'.repeat(11) }, 'has more than ten *'],
    ['a key that is unknown', { ...waiver, until: '2026-12-31' }, `${named}: the key "until" is unknown.`],
  ])('with %s are refused', (_what, bad, message) => {
    expect(messageOf({ ...COMPLETE_SETTINGS, waivers: [bad] })).toContain(message);
  });

  it('of no control are refused, at synth as on the command line', () => {
    const settings = { ...COMPLETE_SETTINGS, waivers: [waiver, { ...waiver, control: 'DKMI-*' }] };
    expect(() => readSettings(settings, { namesControl })).toThrow(
      'cdk.json, ses-posture.waivers.1.control: "DKMI-*" names no control. Write an id such as DKIM-04',
    );
    const known = ['DKIM-01', 'dkim-01', 'DMARC-*', '*'].map((control) => ({ ...waiver, control }));
    const read = readSettings({ ...COMPLETE_SETTINGS, waivers: known }, { namesControl });
    expect(read.settings.waivers).toHaveLength(4);
  });
});

describe('what travels with the code', () => {
  it('holds every setting that a control reads, as it was given', () => {
    const day = '2026-12-31';
    const given = {
      waivers: [
        {
          ...{ control: 'DKIM-04', account: '*', region: 'eu-*', subject: '*.example.com' },
          ...{ reason: 'r', owner: 'o', expires: day },
        },
      ],
      attestations: [{ domain: 'example.com', topic: 'SPAM_RATE', owner: 'o', expires: day, note: 'n' }],
      domainOwners: { 'example.com': ['111111111111'] },
      ownedDomains: ['example.com'],
      parkedDomains: ['example.net'],
      fromDomains: ['mail.example.com'],
      selfSigned: [{ domain: 'example.com', selectors: ['s1'] }],
      delegatedSubtrees: ['agency.example.com'],
      bulkDomains: { 'example.com': true },
      trustedAccounts: ['222222222222'],
      requireTls: true,
    };
    const { settings } = readSettings({
      ...COMPLETE_SETTINGS,
      ...given,
      permissions: { topics: false },
      thresholds: { expiryNoticeDays: 30 },
    });
    const scanSettings = toScanSettings(settings);
    expect(scanSettings).toMatchObject(given);
    expect(scanSettings.permissions).toMatchObject({ topics: false, alarms: true, hostedZones: false });
    expect(scanSettings.thresholds).toMatchObject({ expiryNoticeDays: 30, pendingGraceHours: 72 });
  });

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

describe('docs/deployment.md', () => {
  const text = readFileSync(new URL('../../docs/deployment.md', import.meta.url), 'utf8');
  const { settings } = readSettings(COMPLETE_SETTINGS);
  const optional = ['scannerAccountId', 'reportMailbox'];

  it.each([...Object.keys(settings), ...optional])('lists the setting %s', (key) => {
    expect(text).toMatch(new RegExp(`\\| \`${key}[\`.]|, \`${key}\``));
  });

  it.each([...Object.keys(settings.thresholds), ...Object.keys(settings.permissions)])('names %s', (key) => {
    expect(text).toMatch(new RegExp(`\`(?:thresholds\\.)?${key}\``));
  });

  it('shows waivers and attestations that are accepted', () => {
    for (const key of ['waivers', 'attestations']) {
      const example = new RegExp(`"${key}": \\[[^]*?\\n\\]`).exec(text)?.[0] ?? '';
      const given = JSON.parse(`{${example}}`) as object;
      expect(
        readSettings({ ...COMPLETE_SETTINGS, ...given }, { namesControl: () => true }).settings,
      ).toMatchObject(given);
    }
  });
});
