/** What can be wrong with the custom MAIL FROM domain and its SPF. */
import { feedbackHostOf } from '../regions.ts';
import type { ZoneDraft } from '../zone-draft.ts';
import {
  expectation,
  fail,
  notReady,
  onDomain,
  onIdentity,
  warn,
  consequence,
  type IdentityFault,
} from './types.ts';

export const MAIL_FROM_FAULTS = {
  'mail-from-absent': {
    about:
      "No custom MAIL FROM: SPF passes for amazonses.com, which never aligns with the domain's own From.",
    ses: (identity) => {
      delete identity.mailFrom;
    },
    zone: (zone, site) => zone.remove(site.mailFrom),
    expects: (site) => [warn(onIdentity(site), 'MF-01', 'MAIL_FROM_DEFAULT')],
  },
  'mail-from-failed': {
    about: 'The MX of the MAIL FROM domain is gone, and SES stopped looking after 72 hours.',
    ses: (identity) => {
      if (identity.mailFrom) identity.mailFrom.status = 'FAILED';
    },
    zone: (zone, site) => zone.remove(site.mailFrom, 'MX'),
    expects: (site) => [
      fail(onIdentity(site), 'MF-02', 'MAIL_FROM_FAILED'),
      fail(onDomain(site.mailFrom), 'MF-03', 'MX_MISSING'),
    ],
  },
  'mail-from-pending': {
    about: 'The MAIL FROM domain was set a moment ago; its records are right.',
    ses: (identity) => {
      if (identity.mailFrom) identity.mailFrom.status = 'PENDING';
    },
    expects: (site) => [
      warn(onIdentity(site), 'MF-02', 'MAIL_FROM_PENDING'),
      consequence(warn(onIdentity(site), 'ALIGN-04', 'SINGLE_POINT_OF_FAILURE')),
    ],
  },
  'mail-from-shared': {
    about: 'Rightly shared: the MX names the other Region, where an identity uses the same MAIL FROM domain.',
    expects: (site) => [expectation('PASS', onIdentity(site), 'MF-04', 'MX_SHARED_REGION')],
  },
  'mail-from-stray-region': {
    about: 'The MX of the MAIL FROM domain names a Region where nobody uses it.',
    zone: (zone, site) => replaceMx(zone, site.mailFrom, feedbackHostOf('sa-east-1')),
    expects: (site) => [warn(onIdentity(site), 'MF-04', 'MX_OTHER_REGION')],
  },
  'mail-from-two-mx': {
    about: 'The MAIL FROM domain has a second MX beside that of SES.',
    zone: (zone, site) => zone.mx(site.mailFrom, 20, `mail.${site.domain}`),
    expects: (site) => [
      fail(onDomain(site.mailFrom), 'MF-03', 'MX_MULTIPLE'),
      consequence(fail(onIdentity(site), 'MF-06')),
      ...notReady(site),
    ],
  },
  'mail-from-mx-amazonaws': {
    about: 'The MX names amazonaws.com instead of amazonses.com; SES gave up.',
    ses: (identity) => {
      if (identity.mailFrom) identity.mailFrom.status = 'FAILED';
    },
    zone: (zone, site) => replaceMx(zone, site.mailFrom, `feedback-smtp.${site.region}.amazonaws.com`),
    expects: (site) => [
      fail(onIdentity(site), 'MF-02', 'MAIL_FROM_FAILED'),
      fail(onIdentity(site), 'MF-04', 'MX_WRONG_HOST'),
    ],
  },
  'mail-from-mx-outside': {
    about: 'The MX of the MAIL FROM domain names a host outside SES; SES still says SUCCESS.',
    zone: (zone, site) => replaceMx(zone, site.mailFrom, 'mx.mail-relay.example'),
    expects: (site) => [fail(onIdentity(site), 'MF-04', 'MX_WRONG_HOST'), ...notReady(site)],
  },
  'spf-doubled': {
    about: 'Two SPF records stand at the MAIL FROM domain: that is a permanent error.',
    zone: (zone, site) => zone.txt(site.mailFrom, 'v=spf1 mx -all'),
    expects: (site) => [
      fail(onDomain(site.mailFrom), 'SPF-01', 'SPF_MULTIPLE'),
      consequence(fail(onDomain(site.mailFrom), 'SPF-03', 'NO_SINGLE_RECORD')),
      ...notReady(site),
    ],
  },
  'spf-near-miss': {
    about: 'The SPF record begins with v-spf1, so it is none.',
    zone: (zone, site) => replaceSpf(zone, site.mailFrom, 'v-spf1 include:amazonses.com ~all'),
    expects: (site) => [
      fail(onDomain(site.mailFrom), 'SPF-01', 'SPF_NEAR_MISS'),
      consequence(fail(onDomain(site.mailFrom), 'SPF-03', 'NO_SINGLE_RECORD')),
      ...notReady(site),
    ],
  },
  'spf-without-ses': {
    about: 'The SPF record of the MAIL FROM domain does not include amazonses.com.',
    zone: (zone, site) => replaceSpf(zone, site.mailFrom, 'v=spf1 ip4:203.0.113.250 -all'),
    expects: (site) => [fail(onDomain(site.mailFrom), 'SPF-03', 'SES_NOT_AUTHORIZED'), ...notReady(site)],
  },
  'spf-partial': {
    about: "The SPF record lists one of SES's networks by hand.",
    zone: (zone, site) => replaceSpf(zone, site.mailFrom, 'v=spf1 ip4:192.0.2.0/24 -all'),
    expects: (site) => [fail(onDomain(site.mailFrom), 'SPF-03', 'SPF_PARTIAL'), ...notReady(site)],
  },
  'spf-pass-all': {
    about: 'The SPF record ends with +all: everybody may send.',
    zone: (zone, site) => replaceSpf(zone, site.mailFrom, 'v=spf1 include:amazonses.com +all'),
    expects: (site) => [fail(onDomain(site.mailFrom), 'SPF-07', 'SPF_PASSES_ALL')],
  },
  'spf-neutral-all': {
    about: 'The SPF record ends with ?all: it protects nothing.',
    zone: (zone, site) => replaceSpf(zone, site.mailFrom, 'v=spf1 include:amazonses.com ?all'),
    expects: (site) => [warn(onDomain(site.mailFrom), 'SPF-07', 'SPF_ENDS_NEUTRAL')],
  },
} as const satisfies Record<string, IdentityFault>;

function replaceMx(zone: ZoneDraft, name: string, host: string): void {
  zone.remove(name, 'MX');
  zone.mx(name, 10, host);
}

function replaceSpf(zone: ZoneDraft, name: string, record: string): void {
  zone.remove(name, 'TXT');
  zone.txt(name, record);
}
