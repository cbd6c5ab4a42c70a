/** The engine of `check`: everything mail authentication says of one domain, over DNS alone. */
import { confirmFailing } from '../../lambda/dns/confirming.ts';
import type { DnsClient } from '../../lambda/dns/types.ts';
import { recordDns, type RecordingDns } from '../../lambda/facts/dns-facts.ts';
import { excerpt, toAsciiName } from '../../lambda/mail-auth/names.ts';
import { checkAlignment } from './check-alignment.ts';
import { checkDkim } from './check-dkim.ts';
import { checkDmarc } from './check-dmarc.ts';
import { checkSpf } from './check-spf.ts';
import type { CheckNode, CheckReport } from './report.ts';
import { exitStatusOf, node, worstOf } from './report.ts';

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
  /** A section that fails is judged again over what its second opinion confirms, where it has one. */
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
  const { selectors, ip } = options;
  const recorder = recordDns(options.dns);
  const { dns } = recorder;
  const domain = domainOf('domain', options.domain);
  const fromDomain = options.from === undefined ? domain : domainOf('--from', options.from);
  const mailFromDomain = options.mailFrom === undefined ? domain : domainOf('--mail-from', options.mailFrom);
  const { discovery, nodes: dmarc } = await confirmFailing(
    dns,
    (client) => checkDmarc(fromDomain, client),
    ({ nodes }) => fail(nodes),
  );
  const sender = options.mailFrom?.includes('@') ? options.mailFrom : `postmaster@${mailFromDomain}`;
  const section = async (title: string, check: (dns: DnsClient) => Promise<CheckNode[]>) => ({
    title,
    nodes: await confirmFailing(dns, check, fail),
  });
  const sections = [
    { title: `DMARC of ${fromDomain}`, nodes: dmarc },
    await section(`SPF of ${mailFromDomain}`, (client) => checkSpf(mailFromDomain, { ip, sender }, client)),
    await section(`DKIM keys of ${domain}`, (client) => checkDkim(domain, selectors, client)),
    await section('Alignment', (client) =>
      checkAlignment({ discovery, dkimDomain: domain, mailFromDomain }, client),
    ),
  ];
  const second = secondOpinionNodes(recorder);
  if (second.length > 0) sections.push({ title: 'Second opinion', nodes: second });
  const status = worstOf(sections.flatMap(({ nodes }) => nodes));
  const secondOpinion = recorder.secondOpinion() ?? 'none';
  const exitStatus = exitStatusOf(status);
  return { domain, fromDomain, mailFromDomain, status, exitStatus, secondOpinion, sections };
}

/** What the second resolver did not confirm, and why; nothing where there is nothing to tell. */
function secondOpinionNodes(recorder: RecordingDns): CheckNode[] {
  if (recorder.secondOpinion() === 'unreachable') {
    return [node('info', 'It could not be reached: what fails rests on the first resolver alone.')];
  }
  return recorder
    .unanswered()
    .filter(({ secondOpinion }) => secondOpinion)
    .map(({ name, type, detail = '' }) =>
      node('unknown', `${type} ${excerpt(name)}: ${excerpt(detail, 450)}`),
    );
}

function fail(nodes: readonly CheckNode[]): boolean {
  return worstOf(nodes) === 'fail';
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
