import {
  CreateEmailIdentityCommand,
  GetAccountCommand,
  GetConfigurationSetCommand,
  GetConfigurationSetEventDestinationsCommand,
  GetEmailIdentityCommand,
  ListConfigurationSetsCommand,
  ListEmailIdentitiesCommand,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { allPages, assumeMember, refusalOf, type Sandbox, startSandbox } from './harness.ts';
import { signedFetch } from './signed-fetch.ts';
import { makeIdentity, makeTarget, makeWorld, MEMBER, memberKeys } from './world.ts';

let sandbox: Sandbox;
const client = (region = 'eu-west-1'): SESv2Client => new SESv2Client(sandbox.config(memberKeys, region));

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.gateway.setWorld(makeWorld()));
afterAll(() => sandbox.close());

/** The member's identities in eu-west-1 become these many. */
function serveIdentities(count: number, listPageSize?: number): string[] {
  const names = Array.from({ length: count }, (_, index) => `d${index}.example.com`);
  const world = makeWorld();
  for (const account of world.accounts) {
    if (account.id !== MEMBER) continue;
    const identities = names.map((name) => makeIdentity(name));
    account.targets['eu-west-1'] = makeTarget({
      identities,
      ...(listPageSize !== undefined && { listPageSize }),
    });
  }
  sandbox.gateway.setWorld(world);
  return names;
}

async function listNames(
  PageSize: number | undefined,
): Promise<{ names: (string | undefined)[]; pages: number[] }> {
  const { items, pages } = await allPages(async (NextToken) => {
    const page = await client().send(new ListEmailIdentitiesCommand({ PageSize, NextToken }));
    return { items: page.EmailIdentities, token: page.NextToken };
  });
  return { names: items.map(({ IdentityName }) => IdentityName), pages };
}

describe('ListEmailIdentities', () => {
  it('tells type, name, status', async () => {
    const { EmailIdentities } = await client().send(new ListEmailIdentitiesCommand({}));
    expect(EmailIdentities?.[1]).toEqual({
      IdentityType: 'EMAIL_ADDRESS',
      IdentityName: 'plain@example.com',
      SendingEnabled: true,
      VerificationStatus: 'SUCCESS',
    });
  });

  it('gives each identity exactly once, for any length of list and page', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 1, max: 25 }),
        async (count, size) => {
          const expected = serveIdentities(count);
          const { names, pages } = await listNames(size);
          expect(names).toEqual(expected);
          expect(Math.max(...pages)).toBeLessThanOrEqual(size);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('pages by a hundred unless asked otherwise, and never by more than the World’s page size', async () => {
    serveIdentities(250);
    expect((await listNames(undefined)).pages).toEqual([100, 100, 50]);
    expect((await listNames(1000)).pages).toEqual([250]);
    serveIdentities(250, 90);
    expect((await listNames(1000)).pages).toEqual([90, 90, 70]);
  });

  it('answers the GET form of older SDKs alike', async () => {
    const target = { region: 'eu-west-1', service: 'ses', keys: memberKeys };
    const first = await signedFetch(sandbox.gateway.url, {
      ...target,
      path: '/v2/email/identities',
      query: { PageSize: '2' },
    });
    const page = JSON.parse(first.body) as { EmailIdentities: unknown[]; NextToken: string };
    expect(page.EmailIdentities).toHaveLength(2);
    const query = { PageSize: '2', NextToken: page.NextToken };
    const second = await signedFetch(sandbox.gateway.url, { ...target, path: '/v2/email/identities', query });
    expect(JSON.parse(second.body)).toMatchObject({
      EmailIdentities: [{ IdentityName: 'Team+News@example.com' }],
    });
    const sets = await signedFetch(sandbox.gateway.url, { ...target, path: '/v2/email/configuration-sets' });
    expect(JSON.parse(sets.body)).toEqual({ ConfigurationSets: ['main', 'other'] });
  });

  it('has nothing in a Region where nothing was set up', async () => {
    expect(await client('us-east-1').send(new ListEmailIdentitiesCommand({}))).toMatchObject({
      EmailIdentities: [],
    });
  });

  it.each([
    ['a token that it did not make', { NextToken: 'made-up' }],
    ['a page of 1,001', { PageSize: 1001 }],
  ])('answers BadRequestException to %s', async (_case, input) => {
    const { name, status } = await refusalOf(client().send(new ListEmailIdentitiesCommand(input)));
    expect({ name, status }).toEqual({ name: 'BadRequestException', status: 400 });
  });

  it('does not take the token of another Region', async () => {
    const { NextToken } = await client().send(new ListEmailIdentitiesCommand({ PageSize: 1 }));
    const { name } = await refusalOf(client('us-east-1').send(new ListEmailIdentitiesCommand({ NextToken })));
    expect(name).toBe('BadRequestException');
  });
});

describe('GetEmailIdentity', () => {
  it('tells everything that was set', async () => {
    const answer = await client().send(new GetEmailIdentityCommand({ EmailIdentity: 'example.com' }));
    expect(answer).toMatchObject({
      IdentityType: 'DOMAIN',
      VerificationInfo: {
        ErrorType: 'HOST_NOT_FOUND',
        LastCheckedTimestamp: new Date('2026-11-20T10:00:00Z'),
      },
      DkimAttributes: {
        SigningEnabled: true,
        Tokens: ['tokenone', 'tokentwo', 'tokenthree'],
        SigningHostedZone: 'dkim.amazonses.com',
        CurrentSigningKeyLength: 'RSA_2048_BIT',
        LastKeyGenerationTimestamp: new Date('2026-01-02T03:04:05Z'),
      },
      MailFromAttributes: {
        MailFromDomain: 'bounce.example.com',
        MailFromDomainStatus: 'TEMPORARY_FAILURE',
        BehaviorOnMxFailure: 'REJECT_MESSAGE',
      },
      Policies: { partner: '{"Version":"2012-10-17"}' },
      Tags: [{ Key: 'team', Value: 'mail & <letters>' }],
      ConfigurationSetName: 'main',
    });
  });

  it('leaves out on the wire what was never set', async () => {
    const path = '/v2/email/identities/plain%40example.com';
    const { body } = await signedFetch(sandbox.gateway.url, {
      region: 'eu-west-1',
      service: 'ses',
      keys: memberKeys,
      path,
    });
    expect(JSON.parse(body)).toEqual({
      IdentityType: 'EMAIL_ADDRESS',
      FeedbackForwardingStatus: true,
      VerifiedForSendingStatus: true,
      VerificationStatus: 'SUCCESS',
      DkimAttributes: { SigningEnabled: false, Status: 'NOT_STARTED' },
      MailFromAttributes: { BehaviorOnMxFailure: 'USE_DEFAULT_VALUE' },
      Policies: {},
      Tags: [],
    });
  });

  it('finds a name that must be escaped in a path', async () => {
    const answer = await client().send(
      new GetEmailIdentityCommand({ EmailIdentity: 'Team+News@example.com' }),
    );
    expect(answer.IdentityType).toBe('EMAIL_ADDRESS');
  });

  it.each(['team+news@example.com', 'absent.example.com'])('does not know %s', async (EmailIdentity) => {
    const { name, message, status } = await refusalOf(
      client().send(new GetEmailIdentityCommand({ EmailIdentity })),
    );
    expect({ name, status }).toEqual({ name: 'NotFoundException', status: 404 });
    expect(message).toBe(`Email identity ${EmailIdentity} does not exist.`);
  });
});

describe('GetAccount and configuration sets', () => {
  it('tells the account’s state and quota', async () => {
    expect(await client().send(new GetAccountCommand({}))).toMatchObject({
      EnforcementStatus: 'HEALTHY',
      ProductionAccessEnabled: true,
      SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 120 },
      SuppressionAttributes: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
      Details: { ReviewDetails: { Status: 'GRANTED' } },
    });
  });

  it('tells the sandbox where nothing was set up', async () => {
    const answer = await client('us-east-1').send(new GetAccountCommand({}));
    expect(answer).toMatchObject({ ProductionAccessEnabled: false, SendQuota: { Max24HourSend: 200 } });
    expect(answer.Details).toBeUndefined();
  });

  it('pages configuration sets', async () => {
    const { items } = await allPages(async (NextToken) => {
      const page = await client().send(new ListConfigurationSetsCommand({ PageSize: 1, NextToken }));
      return { items: page.ConfigurationSets, token: page.NextToken };
    });
    expect(items).toEqual(['main', 'other']);
  });

  it('describes a configuration set and its event destinations', async () => {
    const ConfigurationSetName = 'main';
    expect(await client().send(new GetConfigurationSetCommand({ ConfigurationSetName }))).toMatchObject({
      DeliveryOptions: { TlsPolicy: 'REQUIRE' },
      SendingOptions: { SendingEnabled: true },
      ReputationOptions: { ReputationMetricsEnabled: false },
      SuppressionOptions: { SuppressedReasons: ['BOUNCE'] },
    });
    const { EventDestinations } = await client().send(
      new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName }),
    );
    expect(EventDestinations).toEqual([
      {
        Name: 'to-sns',
        Enabled: true,
        MatchingEventTypes: ['BOUNCE'],
        SnsDestination: { TopicArn: `arn:aws:sns:eu-west-1:${MEMBER}:bounces` },
      },
    ]);
  });

  it('does not know an absent set', async () => {
    const command = new GetConfigurationSetCommand({ ConfigurationSetName: 'absent' });
    expect(await refusalOf(client().send(command))).toMatchObject({ name: 'NotFoundException', status: 404 });
  });
});

describe('Refusals of SESv2', () => {
  it('keeps a role to its permissions', async () => {
    const role = new SESv2Client(sandbox.config(await assumeMember(sandbox), 'eu-west-1'));
    const { name, message, status } = await refusalOf(role.send(new ListConfigurationSetsCommand({})));
    expect({ name, status }).toEqual({ name: 'AccessDeniedException', status: 403 });
    expect(message).toBe(
      `User: arn:aws:sts::${MEMBER}:assumed-role/member/test is not authorized to perform: ` +
        'ses:ListConfigurationSets on resource: * because no identity-based policy allows the ses:ListConfigurationSets action',
    );
  });

  it('names a service control policy that denies the Region', async () => {
    const { name, message } = await refusalOf(client('eu-west-3').send(new GetAccountCommand({})));
    expect(name).toBe('AccessDeniedException');
    expect(message).toMatch(/ with an explicit deny in a service control policy$/);
  });

  it('lets a policy deny some actions only, and none of the management account', async () => {
    await expect(client('eu-north-1').send(new GetAccountCommand({}))).resolves.toBeDefined();
    const { name } = await refusalOf(client('eu-north-1').send(new ListEmailIdentitiesCommand({})));
    expect(name).toBe('AccessDeniedException');
    const management = new SESv2Client(sandbox.config(undefined, 'eu-west-3'));
    await expect(management.send(new GetAccountCommand({}))).resolves.toBeDefined();
  });

  it('knows no token in an opt-in Region that is off', async () => {
    const { name, status, message } = await refusalOf(client('ca-west-1').send(new GetAccountCommand({})));
    expect({ name, status }).toEqual({ name: 'UnrecognizedClientException', status: 403 });
    expect(message).toBe('The security token included in the request is invalid.');
    await expect(client('eu-south-1').send(new GetAccountCommand({}))).resolves.toBeDefined();
  });

  it.each(['xx-nowhere-1', 'eu-west-9'])('knows no Region %s', async (region) => {
    const { name, message } = await refusalOf(client(region).send(new GetAccountCommand({})));
    expect(name).toBe('InvalidSignatureException');
    expect(message).toContain('valid region');
  });

  it('names an operation that it does not offer', async () => {
    const { name, message } = await refusalOf(
      client().send(new CreateEmailIdentityCommand({ EmailIdentity: 'x.test' })),
    );
    expect(name).toBe('UnknownOperationException');
    expect(message).toContain('POST /v2/email/identities');
  });
});
