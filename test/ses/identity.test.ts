import type { GetEmailIdentityResponse } from '@aws-sdk/client-sesv2';
import { describe, expect, it } from 'vitest';
import { toSesIdentity, UnexpectedAnswer } from '../../lambda/ses/identity.ts';
import { domainOf } from '../../lambda/ses/names.ts';

const BARE: GetEmailIdentityResponse = { IdentityType: 'DOMAIN', VerificationStatus: 'PENDING' };

describe('what SES leaves out', () => {
  it('gets its plain meaning', () => {
    expect(toSesIdentity('example.com', 'eu-west-1', BARE)).toEqual({
      name: 'example.com',
      type: 'DOMAIN',
      domain: 'example.com',
      verificationStatus: 'PENDING',
      verifiedForSending: false,
      policies: {},
      dkim: {
        signingEnabled: false,
        status: 'NOT_STARTED',
        tokens: [],
        origin: 'AWS_SES',
        hostedZone: 'dkim.amazonses.com',
      },
    });
  });

  it('is no MAIL FROM where only its behaviour is given', () => {
    const answer: GetEmailIdentityResponse = {
      ...BARE,
      MailFromAttributes: {
        MailFromDomain: undefined,
        MailFromDomainStatus: undefined,
        BehaviorOnMxFailure: 'USE_DEFAULT_VALUE',
      },
    };
    expect(toSesIdentity('example.com', 'eu-west-1', answer).mailFrom).toBeUndefined();
  });
});

describe('what SES tells', () => {
  it('is kept, times as ISO 8601 and key lengths as bits', () => {
    const checked = new Date('2026-11-20T08:00:00Z');
    const identity = toSesIdentity('News@Example.COM', 'eu-west-1', {
      IdentityType: 'EMAIL_ADDRESS',
      VerificationStatus: 'TEMPORARY_FAILURE',
      VerifiedForSendingStatus: true,
      FeedbackForwardingStatus: false,
      ConfigurationSetName: 'news',
      Policies: { partner: '{"Statement":[]}' },
      VerificationInfo: { LastCheckedTimestamp: checked, ErrorType: 'HOST_NOT_FOUND' },
      DkimAttributes: {
        SigningEnabled: true,
        Status: 'SUCCESS',
        Tokens: ['a', 'b', 'c'],
        SigningAttributesOrigin: 'AWS_SES',
        SigningHostedZone: 'DKIM.eu-west-1.Amazonses.com.',
        CurrentSigningKeyLength: 'RSA_1024_BIT',
        NextSigningKeyLength: 'RSA_2048_BIT',
        LastKeyGenerationTimestamp: checked,
      },
      MailFromAttributes: {
        MailFromDomain: 'Bounce.Example.com',
        MailFromDomainStatus: 'SUCCESS',
        BehaviorOnMxFailure: 'REJECT_MESSAGE',
      },
    });
    expect(identity).toEqual({
      name: 'News@Example.COM',
      type: 'EMAIL_ADDRESS',
      domain: 'example.com',
      verificationStatus: 'TEMPORARY_FAILURE',
      verifiedForSending: true,
      errorType: 'HOST_NOT_FOUND',
      lastChecked: '2026-11-20T08:00:00.000Z',
      feedbackForwarding: false,
      configurationSet: 'news',
      policies: { partner: '{"Statement":[]}' },
      dkim: {
        signingEnabled: true,
        status: 'SUCCESS',
        tokens: ['a', 'b', 'c'],
        origin: 'AWS_SES',
        hostedZone: 'dkim.eu-west-1.amazonses.com',
        currentKeyBits: 1024,
        nextKeyBits: 2048,
        lastKeyGeneration: '2026-11-20T08:00:00.000Z',
      },
      mailFrom: { domain: 'bounce.example.com', status: 'SUCCESS', behaviorOnMxFailure: 'REJECT_MESSAGE' },
    });
  });

  const zones: [
    title: string,
    region: string,
    dkim: GetEmailIdentityResponse['DkimAttributes'],
    zone: string,
  ][] = [
    [
      'SES’s own word',
      'eu-south-1',
      { SigningHostedZone: 'dkim.other.amazonses.com' },
      'dkim.other.amazonses.com',
    ],
    ['the Region table', 'eu-south-1', {}, 'dkim.eu-south-1.amazonses.com'],
    [
      'the parent’s Region of a DEED replica',
      'us-east-1',
      { SigningAttributesOrigin: 'AWS_SES_AF_SOUTH_1' },
      'dkim.af-south-1.amazonses.com',
    ],
    [
      'the parent’s Region of a DEED replica in a Region of its own zone',
      'eu-south-1',
      { SigningAttributesOrigin: 'AWS_SES_US_EAST_1' },
      'dkim.amazonses.com',
    ],
  ];
  it.each(zones)('gives the DKIM zone by %s', (_title, region, DkimAttributes, zone) => {
    expect(toSesIdentity('example.com', region, { ...BARE, DkimAttributes }).dkim.hostedZone).toBe(zone);
  });
});

describe('sending authorization', () => {
  it('is bounded by what SES holds at most: 20 policies of 4 KB', () => {
    const Policies = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [`p${n}`, 'x'.repeat(n === 0 ? 5_000 : 10)]),
    );
    const { policies = {} } = toSesIdentity('example.com', 'eu-west-1', { ...BARE, Policies });
    expect(Object.keys(policies)).toHaveLength(20);
    expect(policies['p0']).toHaveLength(4_096);
  });
});

describe('what this version does not know', () => {
  const wrong = 'REVOKED' as never;
  const cases: [title: string, answer: GetEmailIdentityResponse, says: RegExp][] = [
    ['a verification status', { ...BARE, VerificationStatus: wrong }, /"REVOKED" for VerificationStatus/],
    ['a missing verification status', { IdentityType: 'DOMAIN' }, /left out VerificationStatus/],
    ['a DKIM status', { ...BARE, DkimAttributes: { Status: wrong } }, /"REVOKED" for DkimAttributes\.Status/],
    [
      'a MAIL FROM status',
      {
        ...BARE,
        MailFromAttributes: {
          MailFromDomain: 'b.example.com',
          MailFromDomainStatus: wrong,
          BehaviorOnMxFailure: 'USE_DEFAULT_VALUE',
        },
      },
      /MailFromDomainStatus/,
    ],
    [
      'a behaviour on MX failure',
      {
        ...BARE,
        MailFromAttributes: {
          MailFromDomain: 'b.example.com',
          MailFromDomainStatus: 'SUCCESS',
          BehaviorOnMxFailure: wrong,
        },
      },
      /BehaviorOnMxFailure/,
    ],
  ];
  it.each(cases)('is refused by name: %s', (_title, answer, says) => {
    expect(() => toSesIdentity('example.com', 'eu-west-1', answer)).toThrow(UnexpectedAnswer);
    expect(() => toSesIdentity('example.com', 'eu-west-1', answer)).toThrow(says);
  });

  it('is told by the name where it is the identity’s type', () => {
    expect(toSesIdentity('example.com', 'eu-west-1', { ...BARE, IdentityType: 'MANAGED_DOMAIN' }).type).toBe(
      'DOMAIN',
    );
    expect(toSesIdentity('a@example.com', 'eu-west-1', { ...BARE, IdentityType: wrong }).type).toBe(
      'EMAIL_ADDRESS',
    );
  });
});

describe('the domain of an identity', () => {
  it.each([
    ['Example.COM', 'example.com'],
    ['user@Mail.Example.com', 'mail.example.com'],
    ['"a@b"@example.com', 'example.com'],
    ['例え.jp', 'xn--r8jz45g.jp'],
    ['user@例え.jp', 'xn--r8jz45g.jp'],
    ['example.com.', 'example.com'],
  ])('%s is %s', (name, domain) => {
    expect(domainOf(name)).toBe(domain);
  });
});
