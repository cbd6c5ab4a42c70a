import {
  GetAccountCommand,
  ListConfigurationSetsCommand,
  ListEmailIdentitiesCommand,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  assume,
  assumeMember,
  assumeScanner,
  type AssumeRequest,
  type Keys,
  refusalOf,
  type Sandbox,
  startSandbox,
} from './harness.ts';
import {
  EXTERNAL_ID,
  makeWorld,
  MANAGEMENT,
  managementKeys,
  MEMBER,
  MEMBER_ROLE_ARN,
  memberKeys,
  SCANNER_ROLE_ARN,
  SUSPENDED,
  WITHOUT_ROLE,
} from './world.ts';

let sandbox: Sandbox;
let scanner: Keys;
let now: Date;

beforeAll(async () => {
  now = new Date();
  sandbox = await startSandbox({ clock: () => now });
  scanner = await assumeScanner(sandbox);
});
afterEach(() => sandbox.gateway.setWorld(makeWorld()));
afterAll(() => sandbox.close());

const whoIs = (keys: Keys): Promise<{ Account?: string; Arn?: string }> =>
  new STSClient(sandbox.config(keys)).send(new GetCallerIdentityCommand({}));
const memberRequest: AssumeRequest = { RoleArn: MEMBER_ROLE_ARN, ExternalId: EXTERNAL_ID };

describe('GetCallerIdentity', () => {
  it('tells an account’s own key by its principal', async () => {
    expect(await whoIs(memberKeys)).toMatchObject({
      Account: MEMBER,
      Arn: `arn:aws:iam::${MEMBER}:user/developer`,
    });
  });

  it('tells a session by role and session name', async () => {
    const keys = await assume(sandbox, scanner, { ...memberRequest, RoleSessionName: 'ses-posture-0a1b2c' });
    const Arn = `arn:aws:sts::${MEMBER}:assumed-role/member/ses-posture-0a1b2c`;
    expect(await whoIs(keys)).toMatchObject({ Account: MEMBER, Arn });
  });
});

describe('AssumeRole', () => {
  it('changes the account: what the session reads is the member’s', async () => {
    const ses = new SESv2Client(sandbox.config(await assumeMember(sandbox), 'eu-west-1'));
    const { EmailIdentities } = await ses.send(new ListEmailIdentitiesCommand({}));
    expect(EmailIdentities?.map(({ IdentityName }) => IdentityName)).toContain('example.com');
  });

  it('gives temporary keys with an expiry', async () => {
    const sts = new STSClient(sandbox.config(managementKeys));
    const input = { RoleArn: SCANNER_ROLE_ARN, RoleSessionName: 'test', DurationSeconds: 900 };
    const { Credentials } = await sts.send(new AssumeRoleCommand(input));
    expect(Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(Credentials?.Expiration?.getTime()).toBe(now.getTime() + 900_000);
  });

  it.each<[string, () => Keys, AssumeRequest]>([
    [
      'a role that is missing',
      () => scanner,
      { ...memberRequest, RoleArn: `arn:aws:iam::${WITHOUT_ROLE}:role/member` },
    ],
    [
      'an account that is missing',
      () => scanner,
      { ...memberRequest, RoleArn: 'arn:aws:iam::999999999999:role/member' },
    ],
    [
      'a suspended account',
      () => scanner,
      { ...memberRequest, RoleArn: `arn:aws:iam::${SUSPENDED}:role/member` },
    ],
    ['a caller that the role does not trust', () => managementKeys, memberRequest],
    ['a wrong external id', () => scanner, { ...memberRequest, ExternalId: 'another-id' }],
    ['no external id', () => scanner, { RoleArn: MEMBER_ROLE_ARN }],
  ])('refuses %s in the same words', async (_case, keys, request) => {
    const { name, message, status } = await refusalOf(assume(sandbox, keys(), request));
    expect({ name, status }).toEqual({ name: 'AccessDenied', status: 403 });
    expect(message).toMatch(/^User: arn:\S+ is not authorized to perform: sts:AssumeRole on resource: \S+$/);
    expect(message).toContain(request.RoleArn);
  });

  it.each<[string, AssumeRequest]>([
    ['a session name with a blank', { ...memberRequest, RoleSessionName: 'two words' }],
    ['a session name of one character', { ...memberRequest, RoleSessionName: 'x' }],
    ['more than an hour under role chaining', { ...memberRequest, DurationSeconds: 3601 }],
    ['less than a quarter of an hour', { ...memberRequest, DurationSeconds: 899 }],
    ['a session policy of 2,049 characters', { ...memberRequest, Policy: '{}'.padEnd(2049) }],
    ['an ARN that is no role', { ...memberRequest, RoleArn: 'arn:aws:iam::222222222222:user/somebody' }],
  ])('answers ValidationError to %s', async (_case, request) => {
    expect(await refusalOf(assume(sandbox, scanner, request))).toMatchObject({
      name: 'ValidationError',
      status: 400,
    });
  });

  it.each([
    ['no JSON', '{', 'is not JSON'],
    ['an old version', '{"Version":"2008-10-17","Statement":[]}', '2012-10-17'],
    ['no statement', '{"Version":"2012-10-17","Statement":[]}', 'no Statement'],
    [
      'a condition',
      JSON.stringify(policy([{ Effect: 'Allow', Action: '*', Resource: '*', Condition: {} }])),
      'Condition',
    ],
    ['no resource', JSON.stringify(policy([{ Effect: 'Allow', Action: '*' }])), 'Resource'],
  ])('answers MalformedPolicyDocument to a policy with %s', async (_case, Policy, word) => {
    const { name, message } = await refusalOf(assume(sandbox, scanner, { ...memberRequest, Policy }));
    expect(name).toBe('MalformedPolicyDocumentException');
    expect(message).toContain(word);
  });

  it('needs sts:AssumeRole of a role that chains', async () => {
    const member = await assumeMember(sandbox);
    const { name, message } = await refusalOf(assume(sandbox, member, { RoleArn: SCANNER_ROLE_ARN }));
    expect(name).toBe('AccessDenied');
    expect(message).toContain('because no identity-based policy allows the sts:AssumeRole action');
  });
});

describe('A session', () => {
  it('ends when it expires', async () => {
    const keys = await assumeMember(sandbox);
    now = new Date(now.getTime() + 3_600_000);
    expect(await refusalOf(whoIs(keys))).toMatchObject({ name: 'ExpiredToken', status: 403 });
    const ses = new SESv2Client(sandbox.config(keys, 'eu-west-1'));
    expect(await refusalOf(ses.send(new GetAccountCommand({})))).toMatchObject({
      name: 'ExpiredTokenException',
    });
    scanner = await assumeScanner(sandbox);
  });

  it('ends when its role is deleted', async () => {
    const keys = await assumeMember(sandbox);
    const world = makeWorld();
    for (const account of world.accounts) if (account.id === MEMBER) account.roles = [];
    sandbox.gateway.setWorld(world);
    expect(await refusalOf(whoIs(keys))).toMatchObject({ name: 'InvalidClientTokenId', status: 403 });
  });

  it('is nothing without its token, or with that of another', async () => {
    const [one, other] = [await assumeMember(sandbox), await assumeMember(sandbox)];
    const { accessKeyId, secretAccessKey } = one;
    expect(await refusalOf(whoIs({ accessKeyId, secretAccessKey }))).toMatchObject({
      name: 'InvalidClientTokenId',
    });
    const swapped = { ...one, sessionToken: other.sessionToken ?? '' };
    expect(await refusalOf(whoIs(swapped))).toMatchObject({ name: 'InvalidClientTokenId' });
  });

  it('is cut down to what its session policy allows, too', async () => {
    const keys = await assumeMember(
      sandbox,
      JSON.stringify(policy([{ Effect: 'Allow', Action: 'ses:GetAccount', Resource: '*' }])),
    );
    const ses = new SESv2Client(sandbox.config(keys, 'eu-west-1'));
    await expect(ses.send(new GetAccountCommand({}))).resolves.toMatchObject({ SendingEnabled: true });
    const { name, message } = await refusalOf(ses.send(new ListEmailIdentitiesCommand({})));
    expect(name).toBe('AccessDeniedException');
    expect(message).toContain('because no session policy allows the ses:ListEmailIdentities action');
  });

  it('gains nothing from a session policy wider than its role', async () => {
    const keys = await assumeMember(
      sandbox,
      JSON.stringify(policy([{ Effect: 'Allow', Action: '*', Resource: '*' }])),
    );
    const ses = new SESv2Client(sandbox.config(keys, 'eu-west-1'));
    const { message } = await refusalOf(ses.send(new ListConfigurationSetsCommand({})));
    expect(message).toContain('because no identity-based policy allows the ses:ListConfigurationSets action');
  });

  it('obeys an explicit denial in its session policy', async () => {
    const statements = [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', NotAction: ['ses:List*'], Resource: '*' },
    ];
    const ses = new SESv2Client(
      sandbox.config(await assumeMember(sandbox, JSON.stringify(policy(statements))), 'eu-west-1'),
    );
    await expect(ses.send(new ListEmailIdentitiesCommand({}))).resolves.toBeDefined();
    const { message } = await refusalOf(ses.send(new GetAccountCommand({})));
    expect(message).toContain('with an explicit deny in a session policy');
  });
});

it('STS names an operation that it does not offer', async () => {
  const { name, message } = await refusalOf(
    new STSClient(sandbox.config()).send(new GetSessionTokenCommand({})),
  );
  expect(name).toBe('InvalidAction');
  expect(message).toContain('sts:GetSessionToken');
});

it('the management account’s own key assumes a role that trusts its root', async () => {
  expect(await whoIs(scanner)).toMatchObject({ Account: MANAGEMENT });
});

function policy(Statement: unknown[]): object {
  return { Version: '2012-10-17', Statement };
}
