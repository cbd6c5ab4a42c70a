/** The engine of `check`: everything mail authentication says of one domain, over DNS alone. */
import type { DnsClient } from '../../lambda/dns/types.ts';
import { toAsciiName } from '../../lambda/mail-auth/names.ts';
import { checkAlignment } from './check-alignment.ts';
import { checkDkim } from './check-dkim.ts';
import { checkDmarc } from './check-dmarc.ts';
import { checkSpf } from './check-spf.ts';
import type { CheckReport } from './report.ts';
import { exitStatusOf, worstOf } from './report.ts';

export type { CheckNode, CheckReport, CheckStatus } from './report.ts';

export interface CheckOptions {
  /** Unicode or A-label form. */
  domain: string;
  /** DKIM selectors whose keys are read at `<selector>._domainkey.<domain>`. */
  selectors: readonly string[];
  /** The envelope sender, an address or a domain; the domain itself by default. */
  mailFrom?: string;
  /** The From header, an address or a domain; the domain itself by default. */
  from?: string;
  /** An address that sends: SPF is then evaluated for it, else judged as a record. */
  ip?: string;
  dns: DnsClient;
}

/** A name on the command line that is none; the message is for the operator. */
export class CheckInputError extends Error {}

/**
 * Checks DMARC, SPF, DKIM keys and alignment.
 *
 * @throws CheckInputError when a name is no domain name; never for what DNS says
 */
export async function checkDomain(options: CheckOptions): Promise<CheckReport> {
  const { dns, selectors, ip } = options;
  const domain = domainOf('domain', options.domain);
  const fromDomain = options.from === undefined ? domain : domainOf('--from', options.from);
  const mailFromDomain = options.mailFrom === undefined ? domain : domainOf('--mail-from', options.mailFrom);
  const { discovery, nodes: dmarc } = await checkDmarc(fromDomain, dns);
  const sender = options.mailFrom?.includes('@') ? options.mailFrom : `postmaster@${mailFromDomain}`;
  const sections = [
    { title: `DMARC of ${fromDomain}`, nodes: dmarc },
    { title: `SPF of ${mailFromDomain}`, nodes: await checkSpf(mailFromDomain, { ip, sender }, dns) },
    { title: `DKIM keys of ${domain}`, nodes: await checkDkim(domain, selectors, dns) },
    {
      title: 'Alignment',
      nodes: await checkAlignment({ discovery, dkimDomain: domain, mailFromDomain }, dns),
    },
  ];
  const status = worstOf(sections.flatMap(({ nodes }) => nodes));
  return { domain, fromDomain, mailFromDomain, status, exitStatus: exitStatusOf(status), sections };
}

function domainOf(what: string, given: string): string {
  const name = toAsciiName(given.slice(given.lastIndexOf('@') + 1).trim());
  if (name === undefined) {
    throw new CheckInputError(
      `${what} "${given.slice(0, 80)}" holds no domain name: give one such as example.com.`,
    );
  }
  return name;
}
