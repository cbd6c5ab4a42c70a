/** `ses-posture scan`: one scan without a deployment. */
import { Option, type Command } from 'commander';
import {
  accountList,
  DEFAULT_FOLDER,
  dnsServerList,
  positiveNumber,
  regionList,
  wholeNumber,
} from '../options.ts';

export interface ScanOptions {
  sandbox?: boolean;
  week: number;
  settings?: string;
  profile?: string;
  region?: string;
  roleName?: string;
  externalId?: string;
  accounts?: string[];
  regions?: string[];
  thisAccount?: boolean;
  folder?: string;
  dns?: string[];
  requestsPerSecond?: number;
}

export function addScanCommand(program: Command): void {
  program
    .command('scan')
    .description(
      'Scan an organization with your own AWS credentials, or the simulated one; nothing has to be deployed.',
    )
    .addOption(
      new Option('--sandbox', 'scan the simulated organization instead of AWS').conflicts([
        'profile',
        'region',
        'thisAccount',
      ]),
    )
    .option('--week <n>', 'which week of the simulated organization, 1 or 2', wholeNumber(1, 2), 1)
    .option('--settings <file>', 'settings as in a deployment: cdk.json, or a JSON file of just them')
    .option('--profile <name>', 'profile of your AWS configuration')
    .option('--region <region>', 'Region of your calls to STS and SSM')
    .option('--role-name <name>', 'role to assume in each account (default: ses-posture-member)')
    .option('--external-id <id>', 'external id that the role asks for')
    .option('--accounts <ids>', 'only these accounts, separated by commas', accountList)
    .option('--regions <names>', 'only these Regions, separated by commas', regionList)
    .addOption(
      new Option('--this-account', "only your credentials' own account; assumes no role").conflicts([
        'roleName',
        'externalId',
        'accounts',
      ]),
    )
    .option('--folder <path>', `where the table, mails and reports are kept (default: ${DEFAULT_FOLDER})`)
    .option('--dns <servers>', 'DNS servers to ask, ip or ip:port, separated by commas', dnsServerList)
    .option(
      '--requests-per-second <n>',
      'SES requests a second to each account and Region (AWS allows 1)',
      positiveNumber,
    )
    .addHelpText(
      'after',
      `
The first scan of a folder is the baseline; later ones tell what changed since.
Exit code: 0 nothing failing, 1 something failing or regressed, 2 could not
scan, or not wholly (no account could be entered, DNS could not be used).

Examples:
  $ ses-posture scan --sandbox
  $ ses-posture scan --profile security --settings cdk.json
  $ ses-posture scan --role-name ses-posture-member --external-id 7f3c
  $ ses-posture scan --this-account --regions eu-west-1,us-east-1`,
    )
    .action(async (options: ScanOptions, command: Command) => {
      if (!options.sandbox && command.getOptionValueSource('week') !== 'default')
        command.error("error: option '--week <n>' is of the simulated organization: add --sandbox");
      await (await import('../actions/scan.ts')).scan(options);
    });
}
