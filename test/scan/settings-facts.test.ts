/** What a scan learns beside SES for IDENT-07, CS-02 and SCAN-06: its coverage rows, its cursor, its earlier scans. */
import { describe, expect, it } from 'vitest';
import { scanSettingsSchema, type Scan } from '../../lambda/contract.ts';
import { markDefaults } from '../../lambda/scan/default-sets.ts';
import { organizationFacts } from '../../lambda/scan/organization-members.ts';
import type { Runtime } from '../../lambda/scan/runtime.ts';
import { overdueProblems, scanAge } from '../../lambda/scan/scan-age.ts';
import { configurationSet, hoursAgo, NOW, OFF, seen, setsFacts, UNSEEN } from '../controls/facts.ts';

const OWN = '111111111111';
const SISTER = '222222222222';
const STRANGER = '999999999999';

const scan: Scan = {
  id: `${NOW}#weekly`,
  name: 'weekly',
  startTime: NOW,
  executionArn: 'arn:aws:states:eu-west-1:111111111111:execution:ses-posture-scan:weekly',
  full: true,
  notify: true,
  first: false,
  regions: ['eu-west-1'],
  organizationId: 'o-a1b2c3d4e5',
};

/** Coverage rows of these accounts; the last full scan so long ago. */
function runtimeOf(
  covered: readonly string[],
  options: { settings?: object; lastFullScan?: string; asked?: string[] } = {},
): Runtime {
  return {
    settings: scanSettingsSchema.parse(options.settings ?? {}),
    now: () => new Date(NOW),
    table: {
      readAccountCoverage: (_scanId: string, account: string) => {
        options.asked?.push(account);
        return Promise.resolve(covered.includes(account) ? { accountId: account } : undefined);
      },
      lastSuccessfulFullScan: () =>
        Promise.resolve(options.lastFullScan ? { startTime: options.lastFullScan } : undefined),
    },
  } as unknown as Runtime;
}

const policies = {
  partner: JSON.stringify({
    Statement: { Effect: 'Allow', Principal: { AWS: [OWN, SISTER, STRANGER] }, Action: 'ses:SendEmail' },
  }),
};

describe('what is known of the organization', () => {
  const identity = { accountId: OWN, policies };

  it('is whether each account that a policy names has a row in a full scan', async () => {
    const asked: string[] = [];
    const facts = await organizationFacts(scan, runtimeOf([OWN, SISTER], { asked }), identity);
    expect(facts).toEqual({
      organization: { id: 'o-a1b2c3d4e5', accounts: { [SISTER]: true, [STRANGER]: false } },
    });
    expect(asked, 'the own account is known').toEqual([SISTER, STRANGER]);
  });

  it('is nothing of accounts that a narrowed scan does not cover', async () => {
    const facts = await organizationFacts({ ...scan, full: false }, runtimeOf([SISTER]), identity);
    expect(facts.organization?.accounts).toEqual({ [SISTER]: true });
  });

  it('is nothing at all with own credentials', async () => {
    const runtime = runtimeOf([], { settings: { accountAccess: 'ownCredentials' } });
    expect(await organizationFacts(scan, runtime, identity)).toEqual({});
  });

  it('costs nothing where no policy names an account', async () => {
    const asked: string[] = [];
    const runtime = runtimeOf([], { asked });
    await organizationFacts(scan, runtime, { accountId: OWN, policies: undefined });
    expect(asked).toEqual([]);
  });
});

describe('default configuration sets', () => {
  const sets = seen(setsFacts(configurationSet(), configurationSet(undefined, 'other')));
  const marks = (complete: boolean): unknown[] => {
    const { configurationSets } = markDefaults(sets, ['main'], complete);
    return configurationSets?.kind === 'seen'
      ? configurationSets.value.sets.map(({ isDefault }) => isDefault)
      : [];
  };

  it('are those that an identity names', () => expect(marks(true)).toEqual([true, false]));

  it('may be any other while not every identity was read', () =>
    expect(marks(false)).toEqual([true, 'unknown']));

  it('are not marked where no set was read', () => {
    expect(markDefaults(UNSEEN, ['main'], true)).toEqual({ configurationSets: UNSEEN });
    expect(markDefaults(OFF, ['main'], true)).toEqual({ configurationSets: OFF });
    expect(markDefaults(undefined, ['main'], true)).toEqual({});
  });
});

describe('the age of the last full scan', () => {
  const narrowed: Scan = { ...scan, full: false };
  const late = runtimeOf([], { lastFullScan: hoursAgo(15 * 24) });

  it('is judged by the clock', async () => {
    expect(await scanAge(late)).toMatchObject({ status: 'FAIL', reason: 'SCAN_OVERDUE' });
    expect(await scanAge(runtimeOf([]))).toMatchObject({ status: 'FAIL', reason: 'NEVER_SCANNED' });
  });

  it('is told in the digest of a narrowed scan once it is overdue', async () => {
    expect(await overdueProblems(narrowed, late)).toEqual([
      expect.stringMatching(/^SCAN-06: The last successful full scan was 15 days ago; more than 10 days/),
    ]);
  });

  it.each([
    ['a full scan', scan, late],
    ['while it is recent', narrowed, runtimeOf([], { lastFullScan: hoursAgo(24) })],
    ['of a laptop that never scanned in full', narrowed, runtimeOf([])],
  ])('is not told: %s', async (_when, asked, runtime) => {
    expect(await overdueProblems(asked, runtime)).toEqual([]);
  });
});
