import { dkim01 } from '../../lambda/controls/dkim-01.ts';
import {
  addressFacts,
  belowPendingDomain,
  dkimStatus,
  freemailFacts,
  identityFacts,
  loneAddressFacts,
  subdomainFacts,
  switchedOffSubdomainFacts,
} from './facts.ts';
import { describeControl } from './paired.ts';

const identity = (name: string) =>
  ({ kind: 'identity', accountId: '111111111111', region: 'eu-west-1', name }) as const;
const ENABLE =
  'aws sesv2 put-email-identity-dkim-attributes --email-identity example.com --signing-enabled --region eu-west-1';

describeControl(dkim01, [
  { when: 'the domain signs', facts: identityFacts(), says: { status: 'PASS', reason: 'SIGNING_ENABLED' } },
  {
    when: 'signing is on, though SES has not verified the records yet',
    facts: identityFacts((facts) => dkimStatus(facts, 'PENDING')),
    says: { status: 'PASS', reason: 'SIGNING_ENABLED' },
  },
  {
    when: 'a subdomain without tokens of its own stands under a signing parent',
    facts: subdomainFacts(),
    says: { status: 'PASS', reason: 'SIGNING_INHERITED', summary: 'example.com signs for news.example.com' },
  },
  {
    when: 'signing is switched off after verification',
    facts: identityFacts((facts) => {
      facts.ses.dkim.signingEnabled = false;
      facts.effective.dkim = { kind: 'unsigned', by: 'example.com' };
    }),
    says: {
      status: 'FAIL',
      reason: 'DKIM_VERIFIED_BUT_DISABLED',
      severity: 'HIGH',
      command: ENABLE,
      cause: null,
    },
  },
  {
    when: 'a subdomain is switched off under a parent that inherits its signature itself',
    facts: subdomainFacts((facts) => {
      facts.ses.dkim.signingEnabled = false;
      facts.effective.dkim = { kind: 'unsigned', by: 'news.example.com' };
      if (facts.parent) Object.assign(facts.parent.ses.dkim, { status: 'NOT_STARTED', tokens: [] });
    }),
    says: { status: 'FAIL', reason: 'DKIM_DISABLED', severity: 'HIGH', cause: null },
  },
  {
    when: 'signing is off and was pending',
    facts: identityFacts((facts) => {
      Object.assign(facts.ses.dkim, { signingEnabled: false, status: 'PENDING' });
      facts.effective.dkim = { kind: 'unsigned', by: 'example.com' };
    }),
    says: { status: 'FAIL', reason: 'DKIM_DISABLED', severity: 'HIGH', command: ENABLE, cause: null },
  },
  {
    when: 'a subdomain without keys of its own is switched off under a signing parent: nothing else has to be mended',
    facts: switchedOffSubdomainFacts(),
    says: {
      status: 'FAIL',
      reason: 'DKIM_DISABLED',
      severity: 'HIGH',
      command: ENABLE.replace('example.com', 'news.example.com'),
      cause: null,
    },
  },
  {
    when: 'DKIM was never set up: DKIM-02 is the cause',
    facts: identityFacts((facts) => {
      Object.assign(facts.ses.dkim, { signingEnabled: false, status: 'NOT_STARTED', tokens: [] });
      facts.effective.dkim = { kind: 'unsigned', by: 'example.com' };
    }),
    says: {
      status: 'FAIL',
      reason: 'DKIM_DISABLED',
      severity: 'HIGH',
      cause: { controlId: 'DKIM-02', subject: identity('example.com') },
    },
  },
  {
    when: 'a subdomain identity has signing off under a good parent',
    facts: subdomainFacts((facts) => {
      Object.assign(facts.ses.dkim, { signingEnabled: false, status: 'SUCCESS' });
      facts.effective.dkim = { kind: 'unsigned', by: 'news.example.com' };
    }),
    says: { status: 'FAIL', reason: 'DKIM_VERIFIED_BUT_DISABLED', severity: 'HIGH', cause: null },
  },
  {
    when: 'another identity that counts has signing off: that one is the cause',
    facts: subdomainFacts((facts) => (facts.effective.dkim = { kind: 'unsigned', by: 'example.com' })),
    says: {
      status: 'FAIL',
      reason: 'DKIM_DISABLED',
      severity: 'HIGH',
      command: ENABLE,
      cause: { controlId: 'DKIM-01', subject: identity('example.com') },
    },
  },
  {
    when: 'the address’s domain does not sign: it is enabled there, but not verified',
    facts: addressFacts((facts) => {
      facts.effective.dkim = { kind: 'none' };
      Object.assign(facts.ses.dkim, { signingEnabled: false, status: 'NOT_STARTED' });
    }),
    says: {
      status: 'FAIL',
      reason: 'DKIM_DISABLED',
      severity: 'HIGH',
      cause: { controlId: 'DKIM-02', subject: identity('example.com') },
    },
  },
  {
    when: 'only a higher domain than the address’s own is verified, and its DKIM is pending',
    facts: belowPendingDomain(),
    says: {
      status: 'FAIL',
      reason: 'DKIM_DISABLED',
      severity: 'HIGH',
      fixText: /^Mend DKIM of the domain identity example.com as DKIM-02 there says/,
      cause: { controlId: 'DKIM-02', subject: identity('example.com') },
    },
  },
  {
    when: 'the address’s domain is switched off, and was never set up',
    facts: addressFacts((facts) => {
      const off = { signingEnabled: false, status: 'NOT_STARTED' } as const;
      Object.assign(facts.ses.dkim, off);
      if (facts.parent) Object.assign(facts.parent.ses.dkim, off);
      delete facts.parent?.signer;
      facts.effective.dkim = { kind: 'unsigned', by: 'example.com' };
    }),
    says: {
      status: 'FAIL',
      reason: 'DKIM_DISABLED',
      severity: 'HIGH',
      cause: { controlId: 'DKIM-02', subject: identity('example.com') },
    },
  },
  {
    when: 'an address has no domain identity: IDENT-03 speaks',
    facts: loneAddressFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_DOMAIN_IDENTITY' },
  },
  {
    when: 'only a grandparent of the address’s domain signs',
    facts: addressFacts(
      (facts) => (facts.effective.dkim = { kind: 'unproven', detail: 'only example.com signs' }),
    ),
    says: { status: 'UNKNOWN', reason: 'INHERITANCE_UNPROVEN' },
  },
  {
    when: 'the address is of a mailbox provider',
    facts: freemailFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'FREEMAIL_DOMAIN' },
  },
]);
