import { ident06 } from '../../lambda/controls/ident-06.ts';
import { addressFacts, contextOf, freemailFacts, identityFacts, loneAddressFacts } from './facts.ts';
import { describeControl } from './paired.ts';

const owning = (...ownedDomains: string[]) => contextOf({ settings: { ownedDomains } });

describeControl(ident06, [
  {
    when: 'the domain lies below a declared one',
    facts: loneAddressFacts((facts) => (facts.ses.domain = 'mail.example.com')),
    context: owning('example.com'),
    says: {
      status: 'PASS',
      reason: 'DOMAIN_OWNED',
      summary: 'mail.example.com belongs to the owned domain example.com',
    },
  },
  {
    when: 'the domain is not declared, but verified here as a domain identity',
    facts: addressFacts(),
    context: owning('example.net'),
    says: { status: 'PASS', reason: 'DOMAIN_CONTROLLED' },
  },
  {
    when: 'the domain is somebody else’s',
    facts: loneAddressFacts(),
    context: owning('example.net', 'sales.example.com', 'xample.com'),
    says: {
      status: 'WARN',
      reason: 'FOREIGN_ADDRESS',
      severity: 'MEDIUM',
      summary: "sales@example.com is of the domain example.com, which is not the organization's",
      fixText: /Reply-To.*ownedDomains/,
    },
  },
  {
    when: 'no owned domains are declared',
    facts: loneAddressFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_CONFIGURED' },
  },
  {
    when: 'the identity is a domain',
    facts: identityFacts(),
    context: owning('example.net'),
    says: { status: 'NOT_APPLICABLE', reason: 'DOMAIN_IDENTITY' },
  },
  {
    when: 'the domain is a mailbox provider’s: IDENT-05 speaks',
    facts: freemailFacts(),
    context: owning('example.net'),
    says: { status: 'NOT_APPLICABLE', reason: 'FREEMAIL_DOMAIN' },
  },
  {
    when: 'the address is a recipient of the sandbox',
    facts: loneAddressFacts((facts) => (facts.target.productionAccess = false)),
    context: owning('example.net'),
    says: { status: 'NOT_APPLICABLE', reason: 'SANDBOX_RECIPIENT' },
  },
  {
    when: 'whether it is one is not known',
    facts: loneAddressFacts((facts) => (facts.target.productionAccess = 'unknown')),
    context: owning('example.net'),
    says: { status: 'UNKNOWN', reason: 'PRODUCTION_ACCESS_UNKNOWN' },
  },
]);
