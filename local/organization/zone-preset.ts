/** DNS in which nothing is wrong: the zones of the organization's domains, of Amazon SES and of a mailbox provider. */
import { createHash } from 'node:crypto';
import { publicKeyFor } from './dkim-keys.ts';
import { healthyDmarc } from './faults/dmarc.ts';
import type { IdentitySite } from './faults/types.ts';
import { feedbackHostOf, SES_REGIONS, trackingHostOf } from './regions.ts';
import type { IdentitySpec } from './vocabulary.ts';
import type { ZoneDraft } from './zone-draft.ts';

/** A TXT of about two kilobytes that a resolver has to be able to fetch, over TCP where UDP cannot carry it. */
export const RESOLVER_PROBE_NAME = 'probe.ses-posture.example';

/** Networks that the simulated SES sends from: documentation ranges (RFC 5737, RFC 3849). The other halves are for hosts. */
export const SES_NETWORKS: readonly string[] = [
  'ip4:192.0.2.0/24',
  'ip4:198.51.100.0/25',
  'ip4:203.0.113.0/26',
  'ip6:2001:db8:5e5::/48',
];

/** Domains that belong to somebody else: described here, never by an identity. */
export const FOREIGN_DOMAINS: readonly string[] = ['gmail.com'];

/** The walk of RFC 9989 asks top-level names too, so they have to answer. */
const TOP_LEVEL = ['com', 'example', 'test'] as const;

/** The zone that a name of the description stands in. */
export function apexOf(domain: string): string {
  return domain.split('.').slice(-2).join('.');
}

/** Everything that is there before any identity; returns the apexes. */
export function layInfrastructure(zone: ZoneDraft): string[] {
  const apexes = [
    ...TOP_LEVEL,
    'amazonses.com',
    'awstrack.me',
    'in-addr.arpa',
    'gmail.com',
    apexOf(RESOLVER_PROBE_NAME),
  ];
  for (const apex of apexes) layApex(zone, apex);
  layAmazonSes(zone);
  layGmail(zone);
  zone.txt(RESOLVER_PROBE_NAME, 'A resolver that can read this whole can read DKIM keys. '.repeat(37).trim());
  return apexes;
}

export function layApex(zone: ZoneDraft, apex: string): void {
  const nameServer = `ns1.dns.${apex}`;
  zone.add({ name: apex, type: 'SOA', data: `${nameServer} hostmaster.${apex} 1 7200 900 1209600 300` });
  zone.add({ name: apex, type: 'NS', data: nameServer });
  zone.a(nameServer, '203.0.113.253');
}

function layAmazonSes(zone: ZoneDraft): void {
  zone.txt('amazonses.com', `v=spf1 ${SES_NETWORKS.join(' ')} -all`);
  for (const [i, region] of SES_REGIONS.entries()) {
    zone.a(feedbackHostOf(region), `192.0.2.${i + 1}`);
    zone.a(trackingHostOf(region), hostAddress(trackingHostOf(region)));
  }
}

/** As the real one published it in July 2026: watched for the name itself, quarantine below. */
function layGmail(zone: ZoneDraft): void {
  zone.txt('_dmarc.gmail.com', 'v=DMARC1; p=none; sp=quarantine; rua=mailto:dmarc@gmail.com');
  zone.txt('gmail.com', 'v=spf1 ip4:203.0.113.192/28 ~all');
  zone.mx('gmail.com', 5, 'gmail-smtp-in.gmail.com');
  zone.a('gmail-smtp-in.gmail.com', '203.0.113.193');
}

/** A From domain that receives; at the apex of its zone also with SPF and DMARC, which its subdomains inherit. */
export function layFromDomain(zone: ZoneDraft, domain: string): void {
  const apex = apexOf(domain);
  const mailHost = `mail.${apex}`;
  zone.a(domain, hostAddress(domain));
  zone.mx(domain, 10, mailHost);
  if (!zone.has(mailHost, 'A')) zone.a(mailHost, hostAddress(mailHost));
  zone.txt(domain, 'v=spf1 mx -all');
  if (domain !== apex) return;
  zone.txt(`_dmarc.${domain}`, healthyDmarc(domain));
}

/** The records that SES asks a domain's owner to publish, and the keys that SES itself publishes behind them. */
export function layIdentity(zone: ZoneDraft, spec: IdentitySpec, site: IdentitySite): void {
  if (spec.byodkim) {
    const key = `v=DKIM1; k=rsa; p=${publicKeyFor(spec.byodkim + site.domain, 2048)}`;
    zone.txt(`${spec.byodkim}._domainkey.${site.domain}`, key);
  } else if (!spec.inheritsDkim) {
    for (const token of site.tokens) {
      const target = `${token}.${site.hostedZone}`;
      zone.cname(`${token}._domainkey.${site.domain}`, target);
      if (!zone.has(target, 'TXT')) zone.txt(target, `p=${publicKeyFor(token, 2048)}`);
    }
  }
  zone.mx(site.mailFrom, 10, feedbackHostOf(spec.mxRegion ?? site.region));
  const addresses = (spec.spfAddresses ?? []).map((ip) => ` ip4:${ip}`).join('');
  zone.txt(site.mailFrom, `v=spf1 include:amazonses.com${addresses} ~all`);
  if (spec.tracksClicks) zone.cname(`click.${site.domain}`, trackingHostOf(site.region));
}

/** Name of an IPv4 address in the reverse tree. */
export function reverseName(ip: string): string {
  return `${ip.split('.').reverse().join('.')}.in-addr.arpa`;
}

/** Forward-confirmed reverse DNS, as Amazon SES sets it up for a dedicated address. */
export function layDedicatedIp(zone: ZoneDraft, ip: string, region: string): void {
  const [, , third, fourth] = ip.split('.');
  const host = `e${third}-${fourth}.smtp-out.${region}.amazonses.com`;
  zone.a(host, ip);
  zone.add({ name: reverseName(ip), type: 'PTR', data: host });
}

/** An address of the organization's hosts, outside SES's networks. */
function hostAddress(name: string): string {
  const octet = createHash('sha256').update(name).digest()[0] ?? 0;
  return `198.51.100.${128 + (octet % 126)}`;
}
