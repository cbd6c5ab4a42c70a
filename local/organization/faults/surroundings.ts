/** What can be wrong round an identity: wildcards, leftovers, other identities of the same domain or of its parent. */
import { publicKeyFor } from '../dkim-keys.ts';
import { DKIM_FAULTS, unsigned } from './dkim.ts';
import { IDENTITY_FAULTS } from './identity.ts';
import {
  consequence,
  dkimName,
  expectation,
  fail,
  onDomain,
  onIdentity,
  warn,
  withCompleteCoverage,
  type IdentityFault,
} from './types.ts';

export const SURROUNDING_FAULTS = {
  'dkim-wildcard': {
    about:
      'A wildcard answers for every DKIM selector, so that one that is missing looks as if it were there.',
    zone: (zone, site) =>
      zone.txt(`*._domainkey.${site.domain}`, `v=DKIM1; k=rsa; p=${publicKeyFor('wildcard', 2048)}`),
    expects: (site) => [warn(onDomain(site.domain), 'DKIM-14')],
  },
  'byodkim-1024': {
    about: "The key behind the organization's own selector has 1024 bits.",
    zone: (zone, site) => {
      zone.remove(dkimName(site, 1), 'TXT');
      zone.txt(dkimName(site, 1), `v=DKIM1; k=rsa; p=${publicKeyFor(site.domain, 1024)}`);
    },
    expects: (site) => [warn(onIdentity(site), 'DKIM-09')],
  },
  'dkim-1024-in-one-region': {
    about: 'The same domain is signed with 2048 bits in one Region and with 1024 in this one.',
    ses: DKIM_FAULTS['dkim-1024'].ses,
    zone: DKIM_FAULTS['dkim-1024'].zone,
    expects: (site) => [
      warn(onIdentity(site), 'DKIM-04'),
      consequence(warn(onDomain(site.domain), 'IDENT-09')),
    ],
  },
  'verification-record-left': {
    about: 'The TXT record of the old way to verify is still there; DKIM has long proved the domain.',
    zone: (zone, site) => zone.txt(`_amazonses.${site.domain}`, `legacy-verification-of-${site.domain}`),
    expects: (site) => [withCompleteCoverage(expectation('PASS', onDomain(site.domain), 'DNS-04'))],
  },
  'mail-from-not-activated': {
    about: 'The records of a MAIL FROM domain were published, but SES was never told of it.',
    ses: (identity) => {
      delete identity.mailFrom;
    },
    expects: (site) => [
      warn(onIdentity(site), 'MF-01', 'MAIL_FROM_DEFAULT'),
      withCompleteCoverage(warn(onDomain(site.domain), 'MF-09', 'MAIL_FROM_NOT_ACTIVATED')),
    ],
  },
  'identity-stale': {
    about: 'The domain was never verified, and nobody has looked after it for months.',
    ses: (identity, site) => {
      IDENTITY_FAULTS['identity-failed'].ses(identity);
      const lastChecked = new Date(site.now.getTime() - 200 * 86_400_000).toISOString();
      identity.verificationInfo = { errorType: 'HOST_NOT_FOUND', lastChecked };
    },
    zone: IDENTITY_FAULTS['identity-failed'].zone,
    expects: (site) => [
      ...IDENTITY_FAULTS['identity-failed'].expects(site),
      consequence(fail(onIdentity(site), 'IDENT-02', 'IDENTITY_STALE')),
    ],
  },
  'child-weaker': {
    about:
      'A subdomain has an identity of its own, without the MAIL FROM and configuration set of its parent.',
    ses: (identity) => {
      delete identity.mailFrom;
      delete identity.configurationSet;
    },
    zone: (zone, site) => zone.remove(site.mailFrom),
    expects: (site) => [
      warn(onIdentity(site), 'IDENT-04'),
      warn(onIdentity(site), 'IDENT-08', 'NO_DEFAULT_SET'),
      warn(onIdentity(site), 'MF-01', 'MAIL_FROM_DEFAULT'),
      consequence(warn(onIdentity(site), 'EVT-07', 'FEEDBACK_SHADOWED')),
    ],
  },
  'child-unsigned': {
    about: 'A subdomain has an identity of its own with DKIM switched off, under a parent that signs.',
    ses: (identity) => {
      identity.dkim = { signingEnabled: false, status: 'NOT_STARTED', origin: 'AWS_SES' };
    },
    expects: (site) => [
      ...unsigned(site, fail(onIdentity(site), 'DKIM-01', 'DKIM_DISABLED')),
      consequence(fail(onIdentity(site), 'IDENT-04')),
      consequence(fail(onIdentity(site), 'DKIM-03', 'NOT_SIGNED')),
    ],
  },
  'shadow-account': {
    about: 'A second account, which is not among the owners that the settings name, sends as the domain.',
    expects: (site) => [warn(onDomain(site.domain), 'IDENT-10')],
  },
} as const satisfies Record<string, IdentityFault>;
