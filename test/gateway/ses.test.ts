import {
  DescribeActiveReceiptRuleSetCommand,
  GetIdentityDkimAttributesCommand,
  GetIdentityMailFromDomainAttributesCommand,
  GetIdentityNotificationAttributesCommand,
  GetIdentityVerificationAttributesCommand,
  GetSendQuotaCommand,
  GetSendStatisticsCommand,
  type IdentityType,
  ListIdentitiesCommand,
  SESClient,
} from '@aws-sdk/client-ses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allPages, assumeMember, refusalOf, type Sandbox, startSandbox } from './harness.ts';
import { MEMBER, memberKeys, worldWithTarget } from './world.ts';

let sandbox: Sandbox;
let client: SESClient;
const Identities = ['example.com', 'plain@example.com', 'absent.example.com'];

beforeAll(async () => {
  sandbox = await startSandbox();
  client = new SESClient(sandbox.config(memberKeys, 'eu-west-1'));
});
afterAll(() => sandbox.close());

describe('SES v1 batch calls', () => {
  it('tell verification in v1’s words, and nothing of unknown identities', async () => {
    const { VerificationAttributes } = await client.send(
      new GetIdentityVerificationAttributesCommand({ Identities }),
    );
    expect(VerificationAttributes).toEqual({
      'example.com': { VerificationStatus: 'Success' },
      'plain@example.com': { VerificationStatus: 'Success' },
    });
  });

  it('tell DKIM, with tokens where there are any', async () => {
    const { DkimAttributes } = await client.send(new GetIdentityDkimAttributesCommand({ Identities }));
    expect(DkimAttributes).toEqual({
      'example.com': {
        DkimEnabled: true,
        DkimVerificationStatus: 'Success',
        DkimTokens: ['tokenone', 'tokentwo', 'tokenthree'],
      },
      'plain@example.com': { DkimEnabled: false, DkimVerificationStatus: 'NotStarted' },
    });
  });

  it('tell MAIL FROM', async () => {
    const { MailFromDomainAttributes } = await client.send(
      new GetIdentityMailFromDomainAttributesCommand({ Identities }),
    );
    expect(MailFromDomainAttributes).toEqual({
      'example.com': {
        MailFromDomain: 'bounce.example.com',
        MailFromDomainStatus: 'TemporaryFailure',
        BehaviorOnMXFailure: 'RejectMessage',
      },
      'plain@example.com': { MailFromDomain: '', BehaviorOnMXFailure: 'UseDefaultValue' },
    });
  });

  it('tell notification topics', async () => {
    const { NotificationAttributes } = await client.send(
      new GetIdentityNotificationAttributesCommand({ Identities }),
    );
    expect(NotificationAttributes?.['example.com']).toMatchObject({
      BounceTopic: `arn:aws:sns:eu-west-1:${MEMBER}:bounces`,
      ForwardingEnabled: true,
    });
    expect(NotificationAttributes?.['plain@example.com']).not.toHaveProperty('BounceTopic');
  });

  it.each([
    ['verification', GetIdentityVerificationAttributesCommand],
    ['DKIM', GetIdentityDkimAttributesCommand],
    ['MAIL FROM', GetIdentityMailFromDomainAttributesCommand],
    ['notification', GetIdentityNotificationAttributesCommand],
  ])('of %s take a hundred identities, and no more', async (_case, Command) => {
    const names = Array.from({ length: 101 }, (_, index) => `d${index}.example.com`);
    const send = (list: string[]): Promise<unknown> =>
      client.send(new Command({ Identities: list }) as never);
    await expect(send(names.slice(1))).resolves.toBeDefined();
    expect(await refusalOf(send(names))).toMatchObject({ name: 'ValidationError', status: 400 });
  });

  it('keep the order of lists beyond nine entries', async () => {
    const padded = [...Array.from({ length: 11 }, (_, index) => `d${index}.example.com`), 'example.com'];
    const { VerificationAttributes } = await client.send(
      new GetIdentityVerificationAttributesCommand({ Identities: padded }),
    );
    expect(Object.keys(VerificationAttributes ?? {})).toEqual(['example.com']);
  });
});

describe('SES v1 listing and statistics', () => {
  it.each<[IdentityType | undefined, string[]]>([
    [undefined, ['example.com', 'plain@example.com', 'Team+News@example.com']],
    ['Domain', ['example.com']],
    ['EmailAddress', ['plain@example.com', 'Team+News@example.com']],
  ])('lists identities of type %s page by page', async (IdentityType, expected) => {
    const { items } = await allPages(async (NextToken) => {
      const page = await client.send(new ListIdentitiesCommand({ IdentityType, MaxItems: 1, NextToken }));
      return { items: page.Identities, token: page.NextToken };
    });
    expect(items).toEqual(expected);
  });

  it('gives send statistics with dates', async () => {
    const { SendDataPoints } = await client.send(new GetSendStatisticsCommand({}));
    expect(SendDataPoints).toEqual([
      {
        Timestamp: new Date('2026-11-20T10:15:00Z'),
        DeliveryAttempts: 40,
        Bounces: 1,
        Complaints: 0,
        Rejects: 2,
      },
    ]);
  });

  it.each([
    ['a made-up token', new ListIdentitiesCommand({ NextToken: 'made-up' })],
    ['a page of 1,001', new ListIdentitiesCommand({ MaxItems: 1001 })],
    ['an unknown type', new ListIdentitiesCommand({ IdentityType: 'Host' as IdentityType })],
  ])('answers ValidationError to %s', async (_case, command) => {
    expect(await refusalOf(client.send(command))).toMatchObject({ name: 'ValidationError', status: 400 });
  });
});

describe('DescribeActiveReceiptRuleSet', () => {
  it('tells the rules of the active set', async () => {
    const rule = { name: 'inbound', enabled: true, tlsPolicy: 'Require' as const, scanEnabled: true };
    const rules = [
      { ...rule, recipients: ['example.com', 'desk@example.com'], s3Bucket: 'inbound-mail' },
      { ...rule, name: 'rest', recipients: [], topicArn: `arn:aws:sns:eu-west-1:${MEMBER}:inbound` },
    ];
    const created = '2026-10-01T00:00:00.000Z';
    const one = await startSandbox({
      world: worldWithTarget({ receiptRuleSet: { name: 'default', created, rules } }),
    });
    const there = new SESClient(one.config(memberKeys, 'eu-west-1'));
    const answer = await there.send(new DescribeActiveReceiptRuleSetCommand({}));
    await one.close();
    expect(answer.Metadata).toEqual({ Name: 'default', CreatedTimestamp: new Date(created) });
    expect(answer.Rules).toMatchObject([
      {
        Name: 'inbound',
        Enabled: true,
        TlsPolicy: 'Require',
        ScanEnabled: true,
        Recipients: ['example.com', 'desk@example.com'],
        Actions: [{ S3Action: { BucketName: 'inbound-mail' } }],
      },
      { Name: 'rest', Actions: [{ SNSAction: { TopicArn: `arn:aws:sns:eu-west-1:${MEMBER}:inbound` } }] },
    ]);
  });

  it('is empty where no set is active, and refused to a role without the permission', async () => {
    const empty = await client.send(new DescribeActiveReceiptRuleSetCommand({}));
    expect([empty.Metadata, empty.Rules]).toEqual([undefined, undefined]);
    const role = new SESClient(sandbox.config(await assumeMember(sandbox), 'eu-west-1'));
    const { message } = await refusalOf(role.send(new DescribeActiveReceiptRuleSetCommand({})));
    expect(message).toContain('because no identity-based policy allows the ses:DescribeActiveReceiptRuleSet');
  });
});

describe('Refusals of SES v1', () => {
  const at = (region: string): SESClient => new SESClient(sandbox.config(memberKeys, region));

  it('shapes a denial as Query XML', async () => {
    const role = new SESClient(sandbox.config(await assumeMember(sandbox), 'eu-west-1'));
    const { name, message, status } = await refusalOf(role.send(new ListIdentitiesCommand({})));
    expect({ name, status }).toEqual({ name: 'AccessDenied', status: 403 });
    expect(message).toContain('because no identity-based policy allows the ses:ListIdentities action');
  });

  it.each([
    ['InvalidClientTokenId', 'ca-west-1', 'security token'],
    ['SignatureDoesNotMatch', 'xx-nowhere-1', 'valid region'],
    ['AccessDenied', 'eu-west-3', 'explicit deny in a service control policy'],
  ])('answers %s in %s', async (code, region, words) => {
    const { name, message, status } = await refusalOf(at(region).send(new GetSendStatisticsCommand({})));
    expect({ name, status }).toEqual({ name: code, status: 403 });
    expect(message).toContain(words);
  });

  it('names an operation that it does not offer', async () => {
    const { name, message } = await refusalOf(client.send(new GetSendQuotaCommand({})));
    expect(name).toBe('InvalidAction');
    expect(message).toContain('ses:GetSendQuota');
  });
});
