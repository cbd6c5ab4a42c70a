import { mf01 } from '../../lambda/controls/mf-01.ts';
import type { IdentityFacts } from '../../lambda/facts/types.ts';
import {
  addressFacts,
  contextOf,
  freemailFacts,
  gone,
  identityFacts,
  silent,
  subdomainFacts,
  withoutMailFrom,
} from './facts.ts';
import { describeControl } from './paired.ts';

const identity = (name: string) =>
  ({ kind: 'identity', accountId: '111111111111', region: 'eu-west-1', name }) as const;
const none = (change?: (facts: IdentityFacts) => void) =>
  identityFacts((facts) => {
    withoutMailFrom(facts);
    change?.(facts);
  });
const PUBLISH = [
  {
    name: 'bounce-eu-west-1.example.com',
    type: 'MX' as const,
    value: '10 feedback-smtp.eu-west-1.amazonses.com',
  },
  { name: 'bounce-eu-west-1.example.com', type: 'TXT' as const, value: 'v=spf1 include:amazonses.com ~all' },
];
const bothLegs = contextOf({ settings: { requireBothLegs: true } });

describeControl(mf01, [
  {
    when: 'a MAIL FROM is set',
    facts: identityFacts(),
    says: {
      status: 'PASS',
      reason: 'CUSTOM_MAIL_FROM',
      summary: 'The MAIL FROM domain is bounce.example.com',
    },
  },
  {
    when: 'none is set and DKIM aligns',
    facts: none(),
    says: {
      status: 'WARN',
      reason: 'MAIL_FROM_DEFAULT',
      severity: 'LOW',
      publish: PUBLISH,
      command:
        'aws sesv2 put-email-identity-mail-from-attributes --email-identity example.com --mail-from-domain bounce-eu-west-1.example.com --behavior-on-mx-failure USE_DEFAULT_VALUE --region eu-west-1',
      fixText: /choose another label/,
      cause: null,
    },
  },
  {
    when: 'an address has none of its own, whatever its domain has: the address’s settings count',
    facts: addressFacts((facts) => {
      withoutMailFrom(facts);
      facts.effective.winner = 'sales@example.com';
    }),
    says: {
      status: 'WARN',
      reason: 'MAIL_FROM_DEFAULT',
      severity: 'LOW',
      publish: PUBLISH,
      command:
        'aws sesv2 put-email-identity-mail-from-attributes --email-identity sales@example.com --mail-from-domain bounce-eu-west-1.example.com --behavior-on-mx-failure USE_DEFAULT_VALUE --region eu-west-1',
    },
  },
  {
    when: 'none is set and the settings ask for both legs',
    facts: none(),
    context: bothLegs,
    says: { status: 'FAIL', reason: 'BOTH_LEGS_WANTED', severity: 'MEDIUM' },
  },
  {
    when: 'none is set and DKIM is lost: DKIM-05 is the line',
    facts: none((facts) => facts.dkimRecords.forEach(gone)),
    says: {
      status: 'FAIL',
      reason: 'MAIL_FROM_DEFAULT_UNALIGNED',
      severity: 'MEDIUM',
      cause: { controlId: 'DKIM-05', subject: identity('example.com') },
    },
  },
  {
    when: 'none is set, and strictness turns DKIM off: that is the line',
    facts: none((facts) => (facts.alignment.dkim = { domain: 'example.com', real: false, relaxed: true })),
    says: {
      status: 'FAIL',
      reason: 'MAIL_FROM_DEFAULT_UNALIGNED',
      severity: 'MEDIUM',
      cause: { controlId: 'ALIGN-02', subject: identity('example.com') },
    },
  },
  {
    when: 'none is set and DKIM is unknown',
    facts: none((facts) => facts.dkimRecords.forEach(silent)),
    says: { status: 'UNKNOWN', reason: 'DKIM_LEG_UNKNOWN' },
  },
  {
    when: 'none is set, DKIM is unknown, but both legs are wanted: failing either way',
    facts: none((facts) => facts.dkimRecords.forEach(silent)),
    context: bothLegs,
    says: { status: 'FAIL', reason: 'BOTH_LEGS_WANTED', severity: 'MEDIUM' },
  },
  {
    when: 'the parent’s settings count and it has none',
    facts: subdomainFacts((facts) => {
      withoutMailFrom(facts);
      facts.effective.winner = 'example.com';
    }),
    says: {
      status: 'WARN',
      reason: 'MAIL_FROM_DEFAULT',
      severity: 'LOW',
      cause: { controlId: 'MF-01', subject: identity('example.com') },
    },
  },
  {
    when: 'the identity is not verified yet and has set one',
    facts: identityFacts((facts) => {
      delete facts.effective.winner;
      delete facts.effective.mailFrom;
    }),
    says: { status: 'PASS', reason: 'CUSTOM_MAIL_FROM' },
  },
  {
    when: 'the identity is not verified yet and has set none: no mail can leave, whatever the settings ask',
    facts: none((facts) => {
      Object.assign(facts.ses, { verificationStatus: 'PENDING', verifiedForSending: false });
      facts.effective = { dkim: { kind: 'none' } };
    }),
    context: bothLegs,
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_YET_VERIFIED' },
  },
  {
    when: 'the address is of a mailbox provider',
    facts: freemailFacts(withoutMailFrom),
    says: { status: 'NOT_APPLICABLE', reason: 'FREEMAIL_DOMAIN' },
  },
  {
    when: 'whose MAIL FROM applies is not known',
    facts: identityFacts(
      (facts) =>
        (facts.effective.undecided = { between: ['news.example.com', 'example.com'], differs: ['mailFrom'] }),
    ),
    says: { status: 'UNKNOWN', reason: 'SETTINGS_UNDECIDED' },
  },
]);
