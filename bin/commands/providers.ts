/** `ses-posture providers`: what mailbox providers would say of the From domains of earlier scans. */
import { Option, type Command } from 'commander';
import { DEFAULT_FOLDER } from '../options.ts';

export interface ProvidersOptions {
  folder?: string;
  sandbox?: boolean;
  json?: boolean;
}

export function addProvidersCommand(program: Command): void {
  program
    .command('providers')
    .description(
      'Show for each From domain of earlier scans whether its mail meets what Gmail, Yahoo, Outlook.com and iCloud Mail ask.',
    )
    .argument('[domain]', 'only this domain and those below it')
    .option('--folder <path>', `folder of the scans (default: ${DEFAULT_FOLDER})`)
    .addOption(new Option('--sandbox', 'those of the simulated organization').conflicts('folder'))
    .option('--json', 'as JSON, with the reason of each cell')
    .addHelpText(
      'after',
      `
Examples:
  $ ses-posture providers --sandbox
  $ ses-posture providers example.com --json`,
    )
    .action(async (domain: string | undefined, options: ProvidersOptions) =>
      (await import('../actions/providers.ts')).showProviders(domain, options),
    );
}
