/** What can be wrong with an identity as such. */
import { DKIM_FAULTS } from './dkim.ts';
import {
  consequence,
  expectation,
  fail,
  notReady,
  onIdentity,
  onTarget,
  warn,
  type IdentityFault,
} from './types.ts';

export const IDENTITY_FAULTS = {
  'identity-failed': {
    about: 'The domain was never verified: no CNAME was published, and SES stopped looking after 72 hours.',
    ses: (identity) => {
      identity.verificationStatus = 'FAILED';
      identity.verifiedForSending = false;
      identity.verificationInfo = { ...identity.verificationInfo, errorType: 'HOST_NOT_FOUND' };
      delete identity.verificationInfo.lastSuccess;
      delete identity.mailFrom;
      DKIM_FAULTS['dkim-failed'].ses(identity);
    },
    zone: (zone, site) => {
      DKIM_FAULTS['dkim-failed'].zone(zone, site);
      zone.remove(site.mailFrom);
    },
    expects: (site) => [
      fail(onIdentity(site), 'DKIM-02', 'DKIM_FAILED'),
      consequence(fail(onIdentity(site), 'IDENT-01', 'VERIFICATION_FAILED_HOST_NOT_FOUND')),
      consequence(fail(onIdentity(site), 'DKIM-05', 'DKIM_CNAME_MISSING')),
      consequence(fail(onIdentity(site), 'ALIGN-01', 'NONE_ALIGNED')),
      consequence(fail(onIdentity(site), 'MF-01', 'MAIL_FROM_DEFAULT_UNALIGNED')),
    ],
  },
  'address-without-domain': {
    about: 'An e-mail identity whose domain is no identity here: nothing can sign for the domain.',
    expects: (site) => [
      fail(onIdentity(site), 'IDENT-03', 'NO_DOMAIN_IDENTITY'),
      consequence(fail(onIdentity(site), 'ALIGN-01', 'NONE_ALIGNED_ENFORCED')),
      consequence(fail(onIdentity(site), 'MF-01', 'MAIL_FROM_DEFAULT_UNALIGNED')),
      ...notReady(site),
    ],
  },
  'address-link-unclicked': {
    about: 'The verification link of an address was sent and not followed yet.',
    ses: (identity) => {
      identity.verificationStatus = 'PENDING';
      identity.verifiedForSending = false;
      delete identity.verificationInfo;
      delete identity.mailFrom;
    },
    expects: (site) => [warn(onIdentity(site), 'IDENT-01', 'VERIFICATION_PENDING')],
  },
  'freemail-in-production': {
    about: 'A gmail.com address as sender in production: it can never align.',
    expects: (site) => [fail(onTarget(site), 'IDENT-05', 'FREEMAIL_IDENTITY')],
  },
  'freemail-as-recipient': {
    about: 'A gmail.com address verified as recipient in the sandbox, which is its right use.',
    expects: (site) => [
      expectation('NOT_APPLICABLE', onTarget(site), 'IDENT-05', 'SANDBOX_RECIPIENT'),
      expectation('PASS', onTarget(site), 'ACCT-05'),
    ],
  },
} as const satisfies Record<string, IdentityFault>;
