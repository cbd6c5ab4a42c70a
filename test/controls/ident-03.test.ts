import { ident03 } from '../../lambda/controls/ident-03.ts';
import { addressFacts, freemailFacts, identityFacts, loneAddressFacts } from './facts.ts';
import { describeControl } from './paired.ts';

describeControl(ident03, [
  {
    when: 'the address’s domain is verified here',
    facts: addressFacts(),
    says: { status: 'PASS', reason: 'DOMAIN_VERIFIED' },
  },
  {
    when: 'only a grandparent of the address’s domain is verified here',
    facts: addressFacts((facts) =>
      Object.assign(facts.ses, { name: 'x@a.b.example.com', domain: 'a.b.example.com' }),
    ),
    says: { status: 'PASS', reason: 'DOMAIN_VERIFIED', evidence: { verifiedDomain: 'example.com' } },
  },
  {
    when: 'there is no domain identity above the address',
    facts: loneAddressFacts(),
    says: {
      status: 'FAIL',
      reason: 'NO_DOMAIN_IDENTITY',
      severity: 'MEDIUM',
      command: 'aws sesv2 create-email-identity --email-identity example.com --region eu-west-1',
      cause: null,
    },
  },
  {
    when: 'the domain identity is not verified',
    facts: loneAddressFacts((facts) => (facts.effective.domainIdentity = 'example.com')),
    says: {
      status: 'FAIL',
      reason: 'DOMAIN_NOT_VERIFIED',
      severity: 'MEDIUM',
      cause: {
        controlId: 'IDENT-01',
        subject: { kind: 'identity', accountId: '111111111111', region: 'eu-west-1', name: 'example.com' },
      },
    },
  },
  {
    when: 'the identity is a domain',
    facts: identityFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'DOMAIN_IDENTITY' },
  },
  {
    when: 'the address is a sandbox recipient',
    facts: loneAddressFacts((facts) => (facts.target.productionAccess = false)),
    says: { status: 'NOT_APPLICABLE', reason: 'SANDBOX_RECIPIENT' },
  },
  {
    when: 'the address is of a mailbox provider',
    facts: freemailFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'FREEMAIL_DOMAIN' },
  },
  {
    when: 'whether the target is in the sandbox is not known',
    facts: loneAddressFacts((facts) => (facts.target.productionAccess = 'unknown')),
    says: { status: 'UNKNOWN', reason: 'PRODUCTION_ACCESS_UNKNOWN' },
  },
]);
