/** What can be wrong with DKIM. */
import { publicKeyFor } from '../dkim-keys.ts';
import type { WorldIdentity } from '../types.ts';
import type { ZoneDraft } from '../zone-draft.ts';
import {
  consequence,
  dkimName,
  fail,
  notReady,
  onIdentity,
  warn,
  type Expectation,
  type IdentityFault,
  type IdentitySite,
} from './types.ts';

const HOUR = 3_600_000;
const TOKENS = [1, 2, 3] as const;

export const DKIM_FAULTS = {
  'dkim-cname-missing': {
    about: 'One of the three DKIM CNAMEs is gone, while SES still says SUCCESS.',
    zone: (zone, site) => zone.remove(dkimName(site, 1)),
    expects: (site) => [fail(onIdentity(site), 'DKIM-05', 'DKIM_CNAME_MISSING')],
  },
  'dkim-cname-wrong-target': {
    about: 'One DKIM CNAME points to amazonaws.com instead of amazonses.com.',
    zone: (zone, site) => redirect(zone, dkimName(site, 2), `${site.tokens[1]}.dkim.amazonaws.com`),
    expects: (site) => [fail(onIdentity(site), 'DKIM-06', 'DKIM_CNAME_WRONG_TARGET')],
  },
  'dkim-wrong-zone': {
    about: "All DKIM CNAMEs point to dkim.amazonses.com, which is not this Region's zone; SES gave up.",
    ses: dkimStatus('FAILED'),
    zone: (zone, site) => {
      for (const n of TOKENS) {
        redirect(zone, dkimName(site, n), `${site.tokens[n - 1]}.dkim.amazonses.com`);
      }
    },
    expects: (site) => [
      consequence(fail(onIdentity(site), 'DKIM-06', 'DKIM_CNAME_WRONG_TARGET')),
      ...unsigned(site, fail(onIdentity(site), 'DKIM-02', 'DKIM_FAILED')),
    ],
  },
  'dkim-cname-doubled-zone': {
    about: 'The DNS provider appended the zone to the names of all DKIM CNAMEs; SES gave up.',
    ses: dkimStatus('FAILED'),
    zone: (zone, site) => {
      for (const n of TOKENS) {
        const name = dkimName(site, n);
        zone.remove(name);
        zone.cname(`${name}.${site.domain}`, `${site.tokens[n - 1]}.${site.hostedZone}`);
      }
    },
    expects: neverPublished,
  },
  'dkim-cname-chain': {
    about: 'One DKIM CNAME reaches its target over an alias in between.',
    zone: (zone, site) => {
      const between = `dkim-alias.${site.domain}`;
      redirect(zone, dkimName(site, 3), between);
      zone.cname(between, `${site.tokens[2]}.${site.hostedZone}`);
    },
    expects: (site) => [warn(onIdentity(site), 'DKIM-05', 'CNAME_CHAIN')],
  },
  'dkim-flattened': {
    about: 'A CDN proxies one DKIM CNAME, so that the name answers with addresses.',
    zone: (zone, site) => {
      zone.remove(dkimName(site, 1));
      zone.a(dkimName(site, 1), '203.0.113.200');
    },
    expects: (site) => [fail(onIdentity(site), 'DKIM-05', 'DKIM_CNAME_HIDDEN')],
  },
  'dkim-key-copied': {
    about: "Somebody pasted the target's key as TXT instead of the CNAME.",
    zone: (zone, site) => {
      zone.remove(dkimName(site, 1));
      zone.txt(dkimName(site, 1), `p=${publicKeyFor(site.tokens[0] ?? '', 2048)}`);
    },
    expects: (site) => [warn(onIdentity(site), 'DKIM-06', 'DKIM_KEY_COPIED')],
  },
  'dkim-disabled': {
    about: 'Easy DKIM is verified but switched off: mail leaves unsigned.',
    ses: (identity) => {
      if (identity.dkim) identity.dkim.signingEnabled = false;
    },
    expects: (site) => unsigned(site, fail(onIdentity(site), 'DKIM-01', 'DKIM_VERIFIED_BUT_DISABLED')),
  },
  'dkim-not-started': {
    about: 'The domain was verified by the legacy TXT record and DKIM was never set up.',
    ses: (identity) => {
      identity.dkim = { signingEnabled: false, status: 'NOT_STARTED', origin: 'AWS_SES' };
    },
    zone: (zone, site) => {
      for (const n of TOKENS) zone.remove(dkimName(site, n));
      zone.txt(`_amazonses.${site.domain}`, `legacy-verification-of-${site.domain}`);
    },
    expects: (site) => [
      ...unsigned(site, fail(onIdentity(site), 'DKIM-02', 'DKIM_NOT_STARTED')),
      consequence(fail(onIdentity(site), 'DKIM-01', 'DKIM_DISABLED')),
    ],
  },
  'dkim-pending': {
    about: 'Easy DKIM was set up half a day ago, the CNAMEs are live, SES has not looked yet.',
    ses: (identity, site) => {
      dkimStatus('PENDING')(identity);
      const hence = new Date(site.now.getTime() - 12 * HOUR).toISOString();
      if (identity.dkim) identity.dkim.lastKeyGeneration = hence;
    },
    expects: (site) => [
      ...unsigned(site, warn(onIdentity(site), 'DKIM-02', 'DKIM_PENDING')),
      consequence(warn(onIdentity(site), 'ALIGN-04', 'SINGLE_POINT_OF_FAILURE')),
    ],
  },
  'dkim-failed': {
    about: 'The CNAMEs were never published, and SES stopped looking after 72 hours.',
    ses: dkimStatus('FAILED'),
    zone: removeAllTokens,
    expects: neverPublished,
  },
  'dkim-reverify': {
    about: 'SES gave up before the CNAMEs were published; they are right now, but SES no longer looks.',
    ses: dkimStatus('FAILED'),
    expects: (site) => [
      consequence(fail(onIdentity(site), 'DKIM-12', 'DKIM_REVERIFY')),
      ...unsigned(site, fail(onIdentity(site), 'DKIM-02', 'DKIM_FAILED')),
    ],
  },
  'dkim-lost': {
    about: 'All three CNAMEs vanished in a DNS move; SES still says SUCCESS.',
    zone: removeAllTokens,
    expects: (site) => [
      fail(onIdentity(site), 'DKIM-05', 'DKIM_CNAME_MISSING'),
      ...unsigned(site, consequence(fail(onIdentity(site), 'DKIM-12', 'DKIM_DNS_LOST'))),
    ],
  },
  'dkim-1024': {
    about: 'The signing key has 1024 bits, as Easy DKIM made them until 2021.',
    ses: (identity) => {
      if (!identity.dkim) return;
      identity.dkim.currentKeyLength = 'RSA_1024_BIT';
      identity.dkim.nextKeyLength = 'RSA_1024_BIT';
    },
    zone: (zone, site) => {
      for (const token of site.tokens) {
        const target = `${token}.${site.hostedZone}`;
        zone.remove(target, 'TXT');
        zone.txt(target, `p=${publicKeyFor(token, 1024)}`);
      }
    },
    expects: (site) => [warn(onIdentity(site), 'DKIM-04')],
  },
  'byodkim-revoked': {
    about: "The key behind the organization's own selector is empty, which means revoked.",
    zone: (zone, site) => {
      zone.remove(dkimName(site, 1), 'TXT');
      zone.txt(dkimName(site, 1), 'v=DKIM1; k=rsa; p=');
    },
    expects: (site) => [
      fail(onIdentity(site), 'DKIM-08', 'DKIM_KEY_REVOKED'),
      ...unsigned(site, consequence(fail(onIdentity(site), 'DKIM-12', 'DKIM_DNS_LOST'))),
    ],
  },
} as const satisfies Record<string, IdentityFault>;

function dkimStatus(status: 'PENDING' | 'FAILED'): (identity: WorldIdentity) => void {
  return (identity) => {
    if (identity.dkim) identity.dkim.status = status;
  };
}

function redirect(zone: ZoneDraft, name: string, target: string): void {
  zone.remove(name, 'CNAME');
  zone.cname(name, target);
}

function removeAllTokens(zone: ZoneDraft, site: IdentitySite): void {
  for (const n of TOKENS) zone.remove(dkimName(site, n));
}

function neverPublished(site: IdentitySite): Expectation[] {
  return [
    consequence(fail(onIdentity(site), 'DKIM-05', 'DKIM_CNAME_MISSING')),
    ...unsigned(site, fail(onIdentity(site), 'DKIM-02', 'DKIM_FAILED')),
  ];
}

/** With DKIM gone only SPF aligns, and the domain's policy is reject: RFC 9989 section 8 forbids to rely on that. */
export function unsigned(site: IdentitySite, cause: Expectation): Expectation[] {
  return [
    cause,
    consequence(fail(onIdentity(site), 'ALIGN-01', 'SPF_ONLY_UNDER_REJECT')),
    consequence(warn(onIdentity(site), 'MF-07', 'FALLBACK_UNALIGNED')),
    ...notReady(site),
  ];
}
