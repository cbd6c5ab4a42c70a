import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import {
  memberActions,
  PERMISSION_GROUP_NAMES,
  PERMISSION_GROUPS,
  scanSettingsSchema,
  type PermissionGroup,
} from '../../lambda/contract.ts';
import {
  memberSessionPolicy,
  openMemberSession,
  roleSessionName,
} from '../../lambda/organization/member-session.ts';
import { queryError, startStandIn, type StandIn, type StandInAnswer } from './stand-in.ts';

const SCAN = { id: '2026-11-21T09:00:00.000Z#weekly' };
const ACCOUNT = '222222222222';

let standIn: StandIn | undefined;
afterEach(async () => {
  await standIn?.close();
  standIn = undefined;
});

async function open(answer: StandInAnswer, settings: object = {}, partition?: string) {
  standIn = await startStandIn(() => answer);
  return openMemberSession({
    sts: standIn.sts(),
    settings: scanSettingsSchema.parse(settings),
    scan: SCAN,
    accountId: ACCOUNT,
    ...(partition ? { partition } : {}),
  });
}

function assumed(account = ACCOUNT): StandInAnswer {
  return {
    xml: `<AssumeRoleResponse><AssumeRoleResult>
      <Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
      <SessionToken>t</SessionToken><Expiration>2026-11-21T10:00:00Z</Expiration></Credentials>
      <AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId><Arn>arn:aws:sts::${account}:assumed-role/r/x</Arn></AssumedRoleUser>
      </AssumeRoleResult></AssumeRoleResponse>`,
  };
}

function caller(account: string): StandInAnswer {
  return {
    xml: `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  };
}

describe('a member session', () => {
  it('is opened with role, session name, external id and session policy', async () => {
    const session = await open(assumed(), { memberRoleName: 'audit-ses', externalId: 'example-id' });
    expect(session).toMatchObject({
      kind: 'open',
      credentials: { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 's', sessionToken: 't' },
    });
    const form = standIn?.requests[0]?.form;
    expect(form?.get('RoleArn')).toBe(`arn:aws:iam::${ACCOUNT}:role/audit-ses`);
    expect(form?.get('RoleSessionName')).toBe(roleSessionName(SCAN.id));
    expect(form?.get('ExternalId')).toBe('example-id');
    expect(form?.get('Policy')).toBe(memberSessionPolicy(scanSettingsSchema.parse({})));
    expect(Number(form?.get('DurationSeconds'))).toBeLessThanOrEqual(3600);
  });

  it('is asked of the STS client’s own Region', async () => {
    await open(assumed());
    expect(standIn?.requests[0]?.region).toBe('eu-west-1');
  });

  it('can be opened in another partition', async () => {
    await open(assumed(), {}, 'aws-us-gov');
    expect(standIn?.requests[0]?.form.get('RoleArn')).toMatch(/^arn:aws-us-gov:iam::/);
  });

  it('is refused when it was opened in another account', async () => {
    expect(await open(assumed('999999999999'))).toMatchObject({ kind: 'refused', outcome: 'FAILED' });
  });
});

describe('a refused session', () => {
  const denied = `User: arn:aws:sts::111111111111:assumed-role/ses-posture-scanner/x is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::${ACCOUNT}:role/ses-posture-member`;
  const cases: [title: string, answer: StandInAnswer, outcome: string][] = [
    [
      'no such role, or one that does not trust the scanner',
      queryError('AccessDenied', denied),
      'ROLE_MISSING',
    ],
    [
      'an explicit deny of a service control policy',
      queryError('AccessDenied', `${denied} with an explicit deny in a service control policy`),
      'DENIED_BY_POLICY',
    ],
    [
      'an explicit deny of the role’s trust policy',
      queryError('AccessDenied', `${denied} with an explicit deny in a resource-based policy`),
      'DENIED_BY_POLICY',
    ],
    [
      'a scanner without the permission itself',
      queryError(
        'AccessDenied',
        `${denied} because no identity-based policy allows the sts:AssumeRole action`,
      ),
      'ACCESS_DENIED',
    ],
    ['throttling', queryError('Throttling', 'Rate exceeded', 400), 'THROTTLED'],
    ['silence', 'silence', 'TIMED_OUT'],
    ['expired credentials of the scanner', queryError('ExpiredToken', 'The token expired', 403), 'FAILED'],
    [
      'a Region whose STS is off',
      queryError('RegionDisabledException', 'STS is not activated', 403),
      'FAILED',
    ],
  ];
  it.each(cases)('%s', async (_title, answer, outcome) => {
    const session = await open(answer);
    expect(session).toMatchObject({ kind: 'refused', outcome });
    expect(session.kind === 'refused' && session.detail.length).toBeGreaterThan(0);
  });
});

describe('with the caller’s own credentials', () => {
  it('those of the STS client, from the default provider chain, are used for the caller’s account', async () => {
    const session = await open(caller(ACCOUNT), { accountAccess: 'ownCredentials' });
    expect(session).toMatchObject({ kind: 'open', credentials: { accessKeyId: 'AKIAEXAMPLE' } });
    expect(standIn?.requests.map(({ action }) => action)).toEqual(['GetCallerIdentity']);
  });

  it('no other account is entered', async () => {
    const session = await open(caller('999999999999'), { accountAccess: 'ownCredentials' });
    expect(session).toMatchObject({ kind: 'refused', outcome: 'ACCESS_DENIED' });
  });
});

describe('the session policy', () => {
  const permissions = (on: (group: PermissionGroup) => boolean) =>
    Object.fromEntries(PERMISSION_GROUP_NAMES.map((group) => [group, on(group)])) as {
      [group in PermissionGroup]: boolean;
    };
  const ALL = permissions(() => true);
  const actionsOf = (policy: string): string[] => {
    const { Statement } = JSON.parse(policy) as { Statement: { Effect: string; Action: string[] }[] };
    expect(Statement).toHaveLength(1);
    expect(Statement[0]?.Effect).toBe('Allow');
    return Statement[0]?.Action ?? [];
  };

  it('allows exactly what the member role allows, and fits STS’s limit with everything switched on', () => {
    const policy = memberSessionPolicy({ permissions: ALL });
    expect(actionsOf(policy)).toEqual(memberActions(ALL));
    expect(policy.length).toBeLessThan(2048);
  });

  it.each(PERMISSION_GROUP_NAMES)('lacks the actions of %s where that is switched off', (off) => {
    const actions = actionsOf(memberSessionPolicy({ permissions: permissions((group) => group !== off) }));
    const own: readonly string[] = PERMISSION_GROUPS[off];
    expect(actions.filter((action) => own.includes(action))).toEqual([]);
    expect(actions).toHaveLength(memberActions(ALL).length - own.length);
  });

  it('has no wildcard action and nothing that writes', () => {
    const read = /^(account|ses|sns|firehose|cloudwatch|route53):(Get|List|Describe)[A-Za-z]+$/;
    expect(memberActions(ALL).filter((action) => !read.test(action))).toEqual([]);
  });

  it('leaves other teams’ DNS alone unless somebody asks for it', () => {
    const byDefault = memberActions(scanSettingsSchema.parse({}).permissions);
    expect(byDefault.filter((action) => action.startsWith('route53:'))).toEqual([]);
    expect(byDefault).toHaveLength(memberActions(ALL).length - PERMISSION_GROUPS.hostedZones.length);
  });
});

describe('the session name', () => {
  it('is the scan’s, as CloudTrail shows it', () => {
    const digest = createHash('sha256').update(SCAN.id).digest('hex');
    expect(roleSessionName(SCAN.id)).toBe(`ses-posture-${digest.slice(0, 12)}`);
    expect(roleSessionName(SCAN.id)).toMatch(/^[\w+=,.@-]{2,64}$/);
  });
});
