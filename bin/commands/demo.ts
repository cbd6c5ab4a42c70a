/** `ses-posture demo`: the main job on this machine, from a first scan to the mail about what broke in a week. */
import type { Command } from 'commander';

export interface DemoOptions {
  folder: string;
}

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description(
      'Scan a simulated organization, let a week pass in which things break, scan again, show the mail.',
    )
    .option('--folder <path>', 'where the mails and the report are written', 'demo-output')
    .addHelpText('after', '\nExample:\n  $ ses-posture demo')
    .action(async (options: DemoOptions) => (await import('../actions/demo.ts')).demo(options));
}
