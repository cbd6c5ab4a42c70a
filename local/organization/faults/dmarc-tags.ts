/** What can be wrong within a DMARC record that applies. */
import type { ZoneDraft } from '../zone-draft.ts';
import { healthyDmarc } from './dmarc.ts';
import { expectation, fail, onDomain, warn, type IdentityFault, type IdentitySite } from './types.ts';

/** Takes reports for whom it says so: here only for those that it is asked to. */
const ANALYST = 'reports.dmarc-analyst.example';

export const DMARC_TAG_FAULTS = {
  'dmarc-report-host-without-mx': {
    about: 'Aggregate reports go to a host of the domain that takes no mail.',
    zone: (zone, site) => publish(zone, site, `v=DMARC1; p=reject; rua=mailto:dmarc@reports.${site.domain}`),
    expects: (site) => [warn(onDomain(site.domain), 'DMARC-09', 'RUA_HOST_NO_MX')],
  },
  'dmarc-reports-unauthorized': {
    about: 'Aggregate reports go to an analyst who does not say that he takes them.',
    zone: (zone, site) => {
      layAnalyst(zone);
      publish(zone, site, `v=DMARC1; p=reject; rua=mailto:x7@${ANALYST}`);
    },
    expects: (site) => [warn(onDomain(site.domain), 'DMARC-09')],
  },
  'dmarc-reports-authorized': {
    about: 'Rightly so: aggregate reports go to an analyst who says that he takes them.',
    zone: (zone, site) => {
      layAnalyst(zone);
      zone.txt(`${site.domain}._report._dmarc.${ANALYST}`, 'v=DMARC1');
      publish(zone, site, `v=DMARC1; p=reject; rua=mailto:x7@${ANALYST}`);
    },
    expects: (site) => [expectation('PASS', onDomain(site.domain), 'DMARC-09')],
  },
  'dmarc-testing': {
    about: 'The policy is in test mode, and so one level lower than it reads.',
    zone: (zone, site) => publish(zone, site, `${healthyDmarc(site.domain)}; t=y`),
    expects: (site) => [warn(onDomain(site.domain), 'DMARC-10')],
  },
  'dmarc-sampled': {
    about: 'The policy covers half of the mail at receivers that still read pct.',
    zone: (zone, site) => publish(zone, site, `${healthyDmarc(site.domain)}; pct=50`),
    expects: (site) => [warn(onDomain(site.domain), 'DMARC-10')],
  },
  'dmarc-tag-doubled': {
    about: 'The record says p twice: receivers differ in what they make of it.',
    zone: (zone, site) =>
      publish(zone, site, `v=DMARC1; p=reject; p=quarantine; rua=mailto:dmarc@${site.domain}`),
    expects: (site) => [fail(onDomain(site.domain), 'DMARC-11')],
  },
  'dmarc-subdomains-weaker': {
    about: 'Subdomains are let off: sp is none while p is reject.',
    zone: (zone, site) => publish(zone, site, `v=DMARC1; p=reject; sp=none; rua=mailto:dmarc@${site.domain}`),
    expects: (site) => [warn(onDomain(site.domain), 'DMARC-07')],
  },
  'dmarc-failure-reports': {
    about: 'Failure reports are asked for, which few send and which may hold personal data.',
    zone: (zone, site) =>
      publish(zone, site, `${healthyDmarc(site.domain)}; ruf=mailto:forensics@${site.domain}`),
    expects: (site) => [expectation('PASS', onDomain(site.domain), 'DMARC-13')],
  },
} as const satisfies Record<string, IdentityFault>;

function publish(zone: ZoneDraft, site: IdentitySite, record: string): void {
  zone.remove(`_dmarc.${site.domain}`);
  zone.txt(`_dmarc.${site.domain}`, record);
}

function layAnalyst(zone: ZoneDraft): void {
  zone.mx(ANALYST, 10, `mx.${ANALYST}`);
  zone.a(`mx.${ANALYST}`, '198.51.100.222');
}
