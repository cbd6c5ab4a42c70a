/** `ses-posture fix`: one plan for a domain over all its targets. */
import type { Command } from 'commander';
import { DEFAULT_FOLDER, domainName, oneOf } from '../options.ts';

export const FIX_FORMATS = ['text', 'bind', 'route53', 'terraform'] as const;
export type FixFormat = (typeof FIX_FORMATS)[number];

export interface FixOptions {
  format: FixFormat;
  output?: string;
  folder?: string;
  sandbox?: boolean;
  table?: string;
  profile?: string;
  region?: string;
}

export function addFixCommand(program: Command): void {
  program
    .command('fix')
    .description(
      'One plan that heals the open findings of a domain in every account and Region, in an order that breaks no mail.\nIt changes nothing by itself.',
    )
    .argument('<domain>', 'domain with everything below it, such as example.com', domainName)
    .option(
      '--format <format>',
      `${FIX_FORMATS.join(', ')}; all but text hold the DNS part only`,
      oneOf(FIX_FORMATS),
      'text',
    )
    .option('--output <file>', 'write the plan into this file instead of the terminal')
    .option('--folder <path>', `folder of the scans (default: ${DEFAULT_FOLDER})`)
    .option('--sandbox', 'findings of the simulated organization')
    .option(
      '--table <name>',
      'findings of a deployed scanner: its DynamoDB table, read with your credentials',
    )
    .option('--profile <name>', 'with --table: profile of your AWS configuration')
    .option('--region <region>', 'with --table: Region of the table')
    .addHelpText(
      'after',
      `
Exit code: 0 nothing of the domain is open and all of it was judged, 1 there is something to do, to decide or
to judge, 2 the plan could not be made (no scan, domain unknown). Advice on the accounts that hold it is no 1.

Examples:
  $ ses-posture fix example.com
  $ ses-posture fix example.com --format route53 --output change.json
  $ aws route53 change-resource-record-sets --hosted-zone-id <id> --change-batch file://change.json`,
    )
    .action(async (domain: string, options: FixOptions) =>
      (await import('../actions/fix.ts')).fix(domain, options),
    );
}
