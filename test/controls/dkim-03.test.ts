import { dkim03 } from '../../lambda/controls/dkim-03.ts';
import {
  ACCOUNT,
  addressFacts,
  dkimStatus,
  dmarcUnknown,
  gone,
  identityFacts,
  loneAddressFacts,
  REGION,
  subdomainFacts,
  withoutDmarc,
} from './facts.ts';
import { describeControl } from './paired.ts';

const on = (name: string) => ({ kind: 'identity' as const, accountId: ACCOUNT, region: REGION, name });

describeControl(dkim03, [
  {
    when: 'a parent signs for a subdomain, in relaxed mode',
    facts: subdomainFacts(),
    says: {
      status: 'PASS',
      reason: 'SIGNING_DOMAIN_ALIGNED',
      summary: 'Mail From news.example.com is signed with d=example.com, which aligns',
      evidence: { from: 'news.example.com', signingDomain: 'example.com', by: 'inherited' },
    },
  },
  {
    when: 'its domain signs for an address',
    facts: addressFacts(),
    says: { status: 'PASS', reason: 'SIGNING_DOMAIN_ALIGNED' },
  },
  {
    when: 'the records of the signing domain are gone: DKIM-05 there speaks',
    facts: subdomainFacts((facts) => facts.dkimRecords.forEach(gone)),
    says: { status: 'PASS', reason: 'SIGNING_DOMAIN_ALIGNED' },
  },
  {
    when: 'adkim is strict and only the parent signs for a subdomain',
    facts: subdomainFacts((facts) => {
      facts.alignment.adkim = 's';
      facts.alignment.dkim = { domain: 'example.com', real: false, relaxed: true };
    }),
    says: {
      status: 'FAIL',
      reason: 'SIGNING_DOMAIN_NOT_ALIGNED',
      severity: 'HIGH',
      reasonClass: 1,
      summary: /d=example\.com, which does not align: adkim is strict/,
      command: `aws sesv2 put-email-identity-dkim-signing-attributes --email-identity news.example.com --signing-attributes-origin AWS_SES --signing-attributes NextSigningKeyLength=RSA_2048_BIT --region ${REGION}`,
      cause: { controlId: 'ALIGN-02', subject: on('news.example.com') },
    },
  },
  {
    when: 'no DMARC record applies, so that every name stands for itself',
    facts: subdomainFacts((facts) => {
      withoutDmarc(facts.dmarc);
      facts.alignment.dkim = { domain: 'example.com', real: false, relaxed: false };
    }),
    says: { status: 'PASS', reason: 'NO_DMARC' },
  },
  {
    when: 'it does not align, and whether a DMARC record applies is not known',
    facts: subdomainFacts((facts) => {
      dmarcUnknown(facts.dmarc);
      facts.alignment.dkim = { domain: 'example.com', real: false, relaxed: false };
    }),
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED' },
  },
  {
    when: 'psd=n cuts the subdomain of an address off from the identity that signs',
    facts: addressFacts((facts) => {
      Object.assign(facts.ses, { name: 'a@x.example.com', domain: 'x.example.com' });
      facts.alignment.dkim = { domain: 'example.com', real: false, relaxed: false };
      facts.effective.domainIdentity = 'example.com';
    }),
    says: {
      status: 'FAIL',
      reason: 'SIGNING_DOMAIN_NOT_ALIGNED',
      severity: 'HIGH',
      summary: /DMARC records part the two names/,
      cause: null,
      command: `aws sesv2 create-email-identity --email-identity x.example.com --region ${REGION}`,
    },
  },
  {
    when: 'DKIM of a subdomain was never set up, and nothing is above it',
    facts: subdomainFacts((facts) => {
      facts.effective.dkim = { kind: 'none' };
      delete facts.signer;
      delete facts.alignment.dkim;
      facts.ses.dkim.status = 'NOT_STARTED';
    }),
    says: {
      status: 'FAIL',
      reason: 'NOT_SIGNED',
      severity: 'HIGH',
      reasonClass: 2,
      cause: { controlId: 'DKIM-02', subject: on('news.example.com') },
    },
  },
  {
    when: 'signing of the address’s domain is switched off',
    facts: addressFacts((facts) => {
      facts.effective.dkim = { kind: 'unsigned', by: 'example.com' };
      delete facts.alignment.dkim;
    }),
    says: {
      status: 'FAIL',
      reason: 'NOT_SIGNED',
      severity: 'HIGH',
      fixText: /Mend DKIM of the domain identity example\.com/,
      cause: { controlId: 'DKIM-01', subject: on('example.com') },
    },
  },
  {
    when: 'the identity is a registered domain, even one that nothing signs',
    facts: identityFacts((facts) => dkimStatus(facts, 'FAILED')),
    says: { status: 'NOT_APPLICABLE', reason: 'APEX_IDENTITY' },
  },
  {
    when: 'nothing above an address could sign',
    facts: loneAddressFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_DOMAIN_IDENTITY' },
  },
  {
    when: 'the modes of alignment are not known and decide',
    facts: subdomainFacts((facts) => {
      facts.alignment.dkim = { domain: 'example.com', real: 'unknown', relaxed: true };
    }),
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED' },
  },
  {
    when: 'it waits for its first verification',
    facts: subdomainFacts((facts) => {
      Object.assign(facts.ses, { verificationStatus: 'PENDING', verifiedForSending: false });
      delete facts.effective.winner;
      facts.effective.dkim = { kind: 'none' };
    }),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_YET_VERIFIED' },
  },
  {
    when: 'the resolver is unusable',
    facts: subdomainFacts((facts) => {
      facts.alignment.dkim = { domain: 'example.com', real: 'unknown', relaxed: 'unknown' };
      facts.dnsUnusable = 'no answer';
    }),
    says: { status: 'UNKNOWN', reason: 'RESOLVER_UNUSABLE' },
  },
]);
