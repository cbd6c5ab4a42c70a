/** `ses-posture sandbox`: the simulated organization, served until stopped. */
import type { Command } from 'commander';
import { positiveNumber, wholeNumber } from '../options.ts';

export interface SandboxOptions {
  port: number;
  week: number;
  requestsPerSecond?: number;
  folder?: string;
}

export function addSandboxCommand(program: Command): void {
  program
    .command('sandbox')
    .description(
      'Serve the simulated organization on 127.0.0.1 until stopped: Organizations, STS, Account, SSM, SES (v1 and v2), SNS, Data Firehose, S3, DynamoDB, CloudWatch, Route 53, Lambda Invoke, and its DNS.',
    )
    .option('--port <n>', 'port of the AWS stand-ins', wholeNumber(1, 65_535), 4599)
    .option('--week <n>', 'which week of the organization, 1 or 2', wholeNumber(1, 2), 1)
    .option(
      '--requests-per-second <n>',
      'SES requests a second to each account and Region, 1 like AWS (default: no limit)',
      positiveNumber,
    )
    .option('--folder <path>', 'where the outbox and the bucket are kept (default: a temporary folder)')
    .addHelpText(
      'after',
      `
Example:
  $ ses-posture sandbox --port 4599
  then, in another terminal, paste the export lines it prints and
  $ aws organizations list-accounts
  $ aws sesv2 list-email-identities --region us-east-1`,
    )
    .action(async (options: SandboxOptions) => (await import('../actions/sandbox.ts')).serve(options));
}
