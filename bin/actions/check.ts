/** One domain's mail authentication as a tree on the terminal, or as JSON. */
import { isIP } from 'node:net';
import pc from 'picocolors';
import { SECOND_OPINION_SERVERS } from '../../lambda/contract.ts';
import { createDnsClient, type DnsClientOptions } from '../../lambda/dns/client.ts';
import { checkDomain } from '../check/check-domain.ts';
import { renderCheckReport } from '../check/render.ts';
import type { CheckCommandOptions } from '../commands/check.ts';

export async function check(domain: string, options: CheckCommandOptions): Promise<void> {
  if (options.ip !== undefined && isIP(options.ip) === 0) {
    throw new Error(`--ip "${options.ip}" is no IP address: give one such as 192.0.2.1 or 2001:db8::1.`);
  }
  const { selector, mailFrom, from, ip } = options;
  const report = await checkDomain({
    domain,
    selectors: selector ?? [],
    ...(mailFrom === undefined ? {} : { mailFrom }),
    ...(from === undefined ? {} : { from }),
    ...(ip === undefined ? {} : { ip }),
    dns: createDnsClient(dnsOptions(options)),
  });
  if (options.json) console.log(JSON.stringify(report, null, 2));
  else
    console.log(renderCheckReport(report, { colour: pc.isColorSupported && process.stdout.isTTY === true }));
  process.exitCode = report.exitStatus;
}

/** Named servers may know names that nobody else does, so with --dns only named servers confirm. */
function dnsOptions({ dns, secondOpinion }: CheckCommandOptions): DnsClientOptions {
  const second = secondOpinion ?? (dns ? [] : SECOND_OPINION_SERVERS);
  return {
    ...(dns ? { servers: dns } : {}),
    ...(second.length > 0 ? { secondOpinion: { servers: second } } : {}),
  };
}
