/** `ses-posture check`: what the mail-authentication engine finds for one domain, without AWS. */
import type { Command } from 'commander';
import { SECOND_OPINION_SERVERS } from '../../lambda/contract.ts';
import { commaList, dnsServerList, dnsServerListOrNone } from '../options.ts';

export interface CheckCommandOptions {
  selector?: string[];
  mailFrom?: string;
  from?: string;
  ip?: string;
  dns?: string[];
  /** Empty: none. */
  secondOpinion?: string[];
  json?: boolean;
}

export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .description("What one domain's DNS says of DMARC, SPF, DKIM keys and alignment. Needs no AWS.")
    .argument('<domain>', 'domain to check, such as example.com')
    .option('--selector <names>', 'DKIM selectors whose keys to read, separated by commas', commaList)
    .option('--mail-from <name>', 'envelope sender, an address or a domain (default: the domain)')
    .option('--from <name>', 'From header, an address or a domain (default: the domain)')
    .option('--ip <address>', 'an address that sends: SPF is evaluated for it')
    .option('--dns <servers>', 'DNS servers to ask, ip or ip:port, separated by commas', dnsServerList)
    .option(
      '--second-opinion <servers|none>',
      `independent DNS servers that confirm what fails, or none (default: ${SECOND_OPINION_SERVERS.join(',')}; none with --dns)`,
      dnsServerListOrNone,
    )
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Exit code: 0 all passes, 1 something fails or warns, 2 something could not be
judged.

Examples:
  $ ses-posture check example.com
  $ ses-posture check example.com --selector s1,s2
  $ ses-posture check example.com --mail-from bounce.example.com --ip 192.0.2.1`,
    )
    .action(async (domain: string, options: CheckCommandOptions) =>
      (await import('../actions/check.ts')).check(domain, options),
    );
}
