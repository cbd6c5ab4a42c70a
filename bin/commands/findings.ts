/** `ses-posture findings`: what the table of earlier scans holds. */
import { Option, type Command } from 'commander';
import { SEVERITIES, STATUSES, type Severity, type Status } from '../../lambda/controls/types.ts';
import { DEFAULT_FOLDER, domainName, oneAccount, oneOf, oneRegion } from '../options.ts';

export interface FindingsOptions {
  folder?: string;
  sandbox?: boolean;
  account?: string;
  region?: string;
  domain?: string;
  control?: string;
  severity?: Severity;
  status?: Status;
  waived?: boolean;
  json?: boolean;
}

export function addFindingsCommand(program: Command): void {
  program
    .command('findings')
    .description(
      'List the open findings of earlier scans: FAIL and WARN, waived ones marked, unless --status asks for others.',
    )
    .option('--folder <path>', `folder of the scans (default: ${DEFAULT_FOLDER})`)
    .addOption(new Option('--sandbox', 'those of the simulated organization').conflicts('folder'))
    .option('--account <id>', 'only this account', oneAccount)
    .option('--region <name>', 'only this Region', oneRegion)
    .option('--domain <name>', 'only this domain and its identities and subdomains', domainName)
    .option('--control <id>', 'only this control, such as DKIM-05')
    .option('--severity <severity>', 'this severity and worse, by use', oneOf(SEVERITIES))
    .option('--status <status>', 'fail, warn, unknown, pass or not-applicable', oneOf(STATUSES))
    .addOption(new Option('--waived', 'only what is waived, and what the waivers cover').conflicts('status'))
    .option('--json', 'as JSON, with evidence and fixes')
    .addHelpText(
      'after',
      `
Exit code: 0 also where nothing matches; 2 where nothing can: a domain, account,
Region or control that the scans do not know.

Examples:
  $ ses-posture findings --sandbox --severity high
  $ ses-posture findings --domain example.com --json
  $ ses-posture findings --status unknown
  $ ses-posture findings --waived`,
    )
    .action(async (options: FindingsOptions) =>
      (await import('../actions/findings.ts')).listFindings(options),
    );
}
