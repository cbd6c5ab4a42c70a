/** The main job on this machine, from a first scan to the mail about what broke in a week. */
import type { DemoOptions } from '../commands/demo.ts';
import { copyFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pc from 'picocolors';
import { returnToPresent, travel } from '../../local/clock.ts';
import {
  buildWorld,
  EXAMPLE_CORP_EXTERNAL_ID,
  EXAMPLE_CORP_SETTINGS,
} from '../../local/organization/build-world.ts';
import { runScan, type ScanOutcome } from '../../local/run-scan.ts';
import { startStack, type Stack } from '../../local/stack.ts';
import { interruption } from '../interruption.ts';
import { createProgress } from '../progress.ts';
import { showTasks, type ShownTask } from '../show-scan.ts';
import { explain } from './scan.ts';

const WEEK_MS = 7 * 24 * 3600 * 1000;

export async function demo(options: DemoOptions): Promise<void> {
  const signal = interruption.watch();
  const folder = resolve(options.folder);
  clearFolder(folder);
  const now = new Date();
  const stack = await startStack({
    folder,
    inMemory: true,
    world: buildWorld({ week: 1, now, externalId: EXAMPLE_CORP_EXTERNAL_ID }),
    settings: {
      ...EXAMPLE_CORP_SETTINGS,
      externalId: EXAMPLE_CORP_EXTERNAL_ID,
      requestsPerSecond: 1_000,
      reportMailbox: 'dmarc-reports@example.com',
    },
  });
  const outcomes: ScanOutcome[] = [];
  try {
    await showTasks([
      scanTask('Week 1: first scan of Example Corp', stack, signal, outcomes),
      {
        title: 'A week passes: records are lost, a policy is lowered, a role is deleted, one fault is mended',
        run: async () => {
          if (signal.aborted) return;
          travel(WEEK_MS);
          stack.setWorld(buildWorld({ week: 2, now: new Date(), externalId: EXAMPLE_CORP_EXTERNAL_ID }));
        },
      },
      scanTask('Week 2: second scan', stack, signal, outcomes),
    ]);
    if (!signal.aborted) present(outcomes, folder);
  } finally {
    returnToPresent();
    await stack.close();
  }
}

/** What a demo leaves in its folder. */
const OWN_FILES = new Set([
  ...['outbox', 'bucket', 'settings.json'],
  ...['digest-week-1.txt', 'digest-week-2.txt', 'report.html'],
]);

/** Removes what an earlier demo left. @throws Error where the folder holds anything else, for --folder may name any */
function clearFolder(folder: string): void {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const files = readdirSync(folder);
  const foreign = files.find((file) => !OWN_FILES.has(file));
  if (foreign !== undefined) {
    throw new Error(
      `The folder ${folder} holds more than a demo's output (${foreign}), and a demo empties its folder. Give an empty or a new one with --folder.`,
    );
  }
  for (const file of files) rmSync(join(folder, file), { recursive: true, force: true });
}

function scanTask(title: string, stack: Stack, signal: AbortSignal, outcomes: ScanOutcome[]): ShownTask {
  return {
    title,
    run: async (update, rename) => {
      if (signal.aborted) return false;
      const progress = createProgress(update);
      const outcome = await runScan({ stack, onEvent: progress.onEvent, signal });
      outcomes.push(outcome);
      if (outcome.execution.status === 'SUCCEEDED') rename(`${title}: ${progress.counts()}`);
      else if (!signal.aborted) throw new Error(explain(outcome.execution.error));
      return outcome.execution.status === 'SUCCEEDED';
    },
  };
}

function present(outcomes: ScanOutcome[], folder: string): void {
  const [first, second] = outcomes;
  if (!second?.digest) return;
  console.log(
    `\n${pc.dim('The first scan is the baseline; it sent:')} ${first?.digest?.subject ?? 'nothing'}`,
  );
  console.log(pc.dim('The second scan sent this mail to the security team:\n'));
  console.log(`${pc.bold('Subject:')} ${pc.bold(second.digest.subject)}\n\n${second.digest.body}`);
  outcomes.forEach(({ digest }, index) => {
    if (digest)
      writeFileSync(
        join(folder, `digest-week-${index + 1}.txt`),
        `Subject: ${digest.subject}\n\n${digest.body}`,
      );
  });
  if (second.reportFile) {
    const report = join(folder, 'report.html');
    copyFileSync(second.reportFile, report);
    console.log(`${pc.bold('Report:')} ${report}`);
  }
  if (second.exportFolder) console.log(`${pc.bold('Export for SQL:')} ${second.exportFolder}`);
}
