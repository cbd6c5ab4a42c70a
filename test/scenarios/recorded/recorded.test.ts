/** What Amazon SES really answers, over the wire into lambda/ses's readers: the facts that come of it. */
import { describe, expect, it } from 'vitest';
import { createNotificationReader } from '../../../lambda/ses/notifications.ts';
import type { SesReader } from '../../../lambda/ses/reader.ts';
import type { StandInAnswer, StandInRequest } from '../../organization-reader/stand-in.ts';
import { openReader } from '../../ses/support.ts';
import * as recorded from './responses.ts';

/** A reader in eu-south-1 whose AWS answers every call alike. */
async function reading<T>(
  answer: StandInAnswer | ((request: StandInRequest) => StandInAnswer),
  read: (reader: SesReader) => Promise<T>,
): Promise<T> {
  const opened = await openReader(typeof answer === 'function' ? answer : () => answer);
  try {
    return await read(opened.reader);
  } finally {
    await opened.close();
  }
}

const identityOf = (body: unknown, name = 'example.com') =>
  reading({ json: body }, (reader) => reader.describeIdentity(name));

describe('GetEmailIdentity', () => {
  it('of before VerificationStatus: nothing is guessed from VerifiedForSendingStatus', async () => {
    await expect(identityOf(recorded.EASY_DKIM_OF_OLD)).rejects.toThrow(/VerificationStatus/);
  });

  it('of an address right after it was made', async () => {
    const name = 'someone@example.com';
    expect(await identityOf(recorded.NEW_ADDRESS, name)).toEqual({
      name,
      type: 'EMAIL_ADDRESS',
      domain: 'example.com',
      verificationStatus: 'PENDING',
      verifiedForSending: false,
      feedbackForwarding: true,
      policies: {},
      dkim: {
        signingEnabled: false,
        status: 'NOT_STARTED',
        tokens: [],
        origin: 'AWS_SES',
        hostedZone: 'dkim.eu-south-1.amazonses.com',
        nextKeyBits: 1024,
      },
    });
  });

  it('of Easy DKIM in a Region with a zone of its own', async () => {
    expect(await identityOf(recorded.OWN_ZONE)).toEqual({
      name: 'example.com',
      type: 'DOMAIN',
      domain: 'example.com',
      verificationStatus: 'SUCCESS',
      verifiedForSending: true,
      lastChecked: '2025-11-21T08:00:00.000Z',
      lastSuccess: '2025-11-21T08:00:00.000Z',
      feedbackForwarding: true,
      policies: {},
      dkim: {
        signingEnabled: true,
        status: 'SUCCESS',
        tokens: recorded.EASY_DKIM_OF_OLD.DkimAttributes.Tokens,
        origin: 'AWS_SES',
        hostedZone: 'dkim.eu-south-1.amazonses.com',
        currentKeyBits: 2048,
        nextKeyBits: 2048,
        lastKeyGeneration: '2024-05-11T10:00:00.123Z',
      },
      mailFrom: { domain: 'bounce.example.com', status: 'SUCCESS', behaviorOnMxFailure: 'USE_DEFAULT_VALUE' },
    });
  });

  it('with an ErrorType beside SUCCESS: both are told', async () => {
    expect(await identityOf(recorded.ERROR_BESIDE_SUCCESS)).toMatchObject({
      verificationStatus: 'SUCCESS',
      errorType: 'TYPE_NOT_FOUND',
      lastChecked: '2025-11-22T08:00:00.500Z',
      lastSuccess: '2025-11-21T08:00:00.000Z',
    });
  });

  it('of BYODKIM: the selector is the token, and no key length is made up', async () => {
    const identity = await identityOf(recorded.OWN_KEY);
    expect(identity).toMatchObject({
      dkim: { origin: 'EXTERNAL', tokens: ['corp2026'], signingEnabled: true },
    });
    expect(identity).not.toHaveProperty('dkim.currentKeyBits');
    expect(identity).not.toHaveProperty('dkim.lastKeyGeneration');
  });

  it('of a DEED replica without a zone: that of the Region that it follows', async () => {
    expect(await identityOf(recorded.REPLICA)).toMatchObject({
      dkim: { origin: 'AWS_SES_AF_SOUTH_1', hostedZone: 'dkim.af-south-1.amazonses.com' },
    });
  });

  it('of an identity without DKIM, with a lost MAIL FROM, a policy and a configuration set', async () => {
    expect(await identityOf(recorded.GIVEN_UP)).toMatchObject({
      feedbackForwarding: false,
      configurationSet: 'news',
      policies: recorded.GIVEN_UP.Policies,
      dkim: { signingEnabled: false, status: 'NOT_STARTED', tokens: [] },
      mailFrom: { domain: 'bounce.example.com', status: 'FAILED', behaviorOnMxFailure: 'REJECT_MESSAGE' },
    });
  });

  it('with members and values of a later day: what is known is kept, the rest is no key length', async () => {
    const identity = await identityOf(recorded.OF_A_LATER_DAY);
    expect(identity).toMatchObject({
      type: 'DOMAIN',
      errorType: 'SOMETHING_NEW',
      dkim: { nextKeyBits: 4096 },
    });
    expect(identity).not.toHaveProperty('dkim.currentKeyBits');
    expect(identity).not.toHaveProperty('lastChecked');
  });

  it.each([
    ['VerificationStatus', { ...recorded.OWN_ZONE, VerificationStatus: 'REVIEW' }],
    ['DkimAttributes.Status', { ...recorded.OWN_ZONE, DkimAttributes: { Status: 'ROTATING' } }],
    [
      'MailFromAttributes.MailFromDomainStatus',
      { ...recorded.OWN_ZONE, MailFromAttributes: { MailFromDomain: 'b.example.com' } },
    ],
  ])('whose %s is not understood is no fact', async (field, body) => {
    await expect(identityOf(body)).rejects.toThrow(field);
  });
});

const accountOf = (body: unknown) => reading({ json: body }, (reader) => reader.getAccount());

describe('GetAccount', () => {
  it('in production, with VDM', async () => {
    expect(await accountOf(recorded.ACCOUNT)).toEqual({
      account: {
        kind: 'seen',
        value: {
          productionAccess: true,
          reviewStatus: 'GRANTED',
          enforcementStatus: 'HEALTHY',
          sendingEnabled: true,
          max24HourSend: 50_000,
          maxSendRate: 14,
          sentLast24Hours: 1_234,
        },
      },
      suppressedReasons: { kind: 'seen', value: ['COMPLAINT', 'BOUNCE'] },
      vdmEnabled: { kind: 'seen', value: true },
    });
  });

  it('in a sandbox that nobody applied for: empty attributes suppress nothing, no VDM is VDM off', async () => {
    const { account, suppressedReasons, vdmEnabled } = await accountOf(recorded.SANDBOX_ACCOUNT);
    expect(account).toMatchObject({ kind: 'seen', value: { productionAccess: false, max24HourSend: 200 } });
    expect(account).not.toHaveProperty('value.reviewStatus');
    expect(suppressedReasons).toEqual({ kind: 'seen', value: [] });
    expect(vdmEnabled).toEqual({ kind: 'seen', value: false });
  });

  it('without a limit, and with a status of a later day: told as it is, for ACCT-02 to call unknown', async () => {
    expect(await accountOf(recorded.UNLIMITED_ACCOUNT)).toMatchObject({
      account: { kind: 'seen', value: { max24HourSend: -1, enforcementStatus: 'UNDER_OBSERVATION' } },
      pricingPlan: 'PRO',
    });
  });

  it('without SuppressionAttributes: what is suppressed is unseen, the rest is not', async () => {
    const reading = await accountOf({ ...recorded.ACCOUNT, SuppressionAttributes: undefined });
    expect(reading.account.kind).toBe('seen');
    expect(reading.suppressedReasons).toMatchObject({ kind: 'unseen', because: 'FAILED' });
  });

  it('without ProductionAccessEnabled: unseen, and never a sandbox', async () => {
    const body = { ...recorded.ACCOUNT, ProductionAccessEnabled: undefined };
    expect((await accountOf(body)).account).toMatchObject({ kind: 'unseen', because: 'FAILED' });
  });
});

const setOf = (body: unknown, destinations: unknown = {}) =>
  reading(
    ({ url }) => ({ json: url.includes('event-destinations') ? destinations : body }),
    (reader) => reader.configurationSets.describe('news'),
  );

describe('GetConfigurationSet', () => {
  it('without SuppressionOptions: the account’s list is inherited', async () => {
    expect(await setOf(recorded.BARE_SET)).toEqual({
      name: 'news',
      tlsPolicy: 'OPTIONAL',
      sendingEnabled: true,
      reputationMetrics: false,
      destinations: [],
    });
  });

  it('with the scope of suppression alone: inherited, too', async () => {
    const set = await setOf({ ...recorded.BARE_SET, SuppressionOptions: { SuppressionScope: 'ACCOUNT' } });
    expect(set).not.toHaveProperty('suppressedReasons');
  });

  it('with everything, and destinations of three kinds, one of them of a later day', async () => {
    expect(await setOf(recorded.FULL_SET, recorded.EVENT_DESTINATIONS)).toEqual({
      name: 'news',
      tlsPolicy: 'REQUIRE',
      sendingEnabled: false,
      reputationMetrics: true,
      suppressedReasons: [],
      sendingPool: 'ses-shared-pool',
      tracking: { domain: 'click.example.com', httpsPolicy: 'REQUIRE_OPEN_ONLY' },
      destinations: [
        {
          name: 'feedback',
          enabled: true,
          types: ['BOUNCE', 'COMPLAINT', 'DELIVERY_DELAY'],
          kind: 'SNS',
          arn: 'arn:aws:sns:eu-south-1:111111111111:mail-events',
        },
        { name: 'metrics', enabled: false, types: ['SEND'], kind: 'CLOUDWATCH' },
        { name: 'tomorrow', enabled: true, types: ['BOUNCE', 'READ'], kind: 'UNKNOWN' },
      ],
    });
  });

  it('of which nothing but the name is told: SES’s own defaults', async () => {
    expect(await setOf({})).toMatchObject({
      tlsPolicy: 'OPTIONAL',
      sendingEnabled: true,
      reputationMetrics: false,
    });
  });
});

describe('GetIdentityNotificationAttributes', () => {
  const topic = 'arn:aws:sns:eu-south-1:111111111111:bounces';
  const names = ['bounces-only.example', 'e-mail.example', 'gone.example', 'silent.example'];
  const answer = recorded.notificationAnswer({
    'bounces-only.example': { BounceTopic: topic, ForwardingEnabled: 'true' },
    'e-mail.example': { ForwardingEnabled: 'true' },
    'silent.example': {
      BounceTopic: topic,
      ComplaintTopic: topic,
      DeliveryTopic: topic,
      ForwardingEnabled: 'false',
    },
  });
  const notificationsOf = (name: string) =>
    reading({ xml: answer }, ({ batch }) => createNotificationReader(batch, names, true)(name));

  it.each([
    ['bounces-only.example', { bounceTopic: topic, forwarding: true }],
    ['e-mail.example', { forwarding: true }],
    [
      'silent.example',
      { bounceTopic: topic, complaintTopic: topic, deliveryTopic: topic, forwarding: false },
    ],
  ])('of %s', async (name, value) => {
    expect(await notificationsOf(name)).toEqual({ kind: 'seen', value });
  });

  it('of an identity that the answer leaves out is unseen, not without topics', async () => {
    expect(await notificationsOf('gone.example')).toMatchObject({ kind: 'unseen', because: 'FAILED' });
  });
});
