/** The command line `ses-posture`. Each command is a file in commands/. */
import { Command, CommanderError } from 'commander';
import { addCheckCommand } from './commands/check.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addFindingsCommand } from './commands/findings.ts';
import { addFixCommand } from './commands/fix.ts';
import { addProvidersCommand } from './commands/providers.ts';
import { addSandboxCommand } from './commands/sandbox.ts';
import { addScanCommand } from './commands/scan.ts';
import { COULD_NOT_RUN, fail, interruption } from './interruption.ts';

// The SDK's word on Node versions is for this program's developers; its clients are made later than this.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const program = new Command('ses-posture')
  .description(
    'Judges the DKIM, SPF and DMARC posture of every Amazon SES identity in every account and Region of an AWS Organization, and tells what regressed.',
  )
  .addHelpText(
    'after',
    `
Examples:
  $ ses-posture scan --sandbox             scan the simulated organization
  $ ses-posture scan --this-account        scan the account of your credentials
  $ ses-posture findings --severity high   what is open
  $ ses-posture fix example.com            how to mend a domain
  $ ses-posture providers example.com      what mailbox providers would say
  $ ses-posture check example.com          what one domain's DNS says`,
  )
  .showHelpAfterError('(--help tells more)')
  .exitOverride();

addScanCommand(program);
addFindingsCommand(program);
addFixCommand(program);
addProvidersCommand(program);
addCheckCommand(program);
addSandboxCommand(program);
addDemoCommand(program);

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : COULD_NOT_RUN;
  else fail(error);
} finally {
  interruption.release();
}
