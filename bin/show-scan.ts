/** A scan as one task on the terminal, with its progress beneath; plain lines where there is no terminal. */
import { Listr } from 'listr2';
import type { ScanOutcome } from '../local/run-scan.ts';
import type { WorkflowEvent } from '../local/workflow/run.ts';
import { createProgress } from './progress.ts';

type Work = (onEvent: (event: WorkflowEvent) => void) => Promise<ScanOutcome>;

/** Runs the work and shows it as a task. @returns what the work returned, also when the scan failed */
export async function showScan(title: string, work: Work): Promise<ScanOutcome> {
  let outcome: ScanOutcome | undefined;
  await showTasks([
    {
      title,
      run: async (update, rename) => {
        const progress = createProgress(update);
        outcome = await work(progress.onEvent);
        const { status } = outcome.execution;
        rename(
          status === 'SUCCEEDED' ? `${title}: ${progress.counts()}` : `${title} ${status.toLowerCase()}`,
        );
        return status === 'SUCCEEDED';
      },
    },
  ]);
  if (!outcome) throw new Error('The scan ended without an outcome.');
  return outcome;
}

export interface ShownTask {
  title: string;
  /** @returns false when the task is to be shown as failed */
  run: (update: (line: string) => void, rename: (title: string) => void) => Promise<boolean | void>;
}

/** Runs tasks one after the other. What a task throws is thrown on. */
export async function showTasks(tasks: ShownTask[]): Promise<void> {
  const list = new Listr(
    tasks.map(({ title, run }) => ({
      title,
      task: async (_context: unknown, task: { title: string; output: string }) => {
        let last = 0;
        const update = (line: string): void => {
          // Without a terminal every update is a line of its own: one a second is enough.
          if (!process.stdout.isTTY && performance.now() - last < 1_000) return;
          last = performance.now();
          task.output = line;
        };
        const fine = await run(update, (name) => void (task.title = name));
        if (fine === false) throw new ShownAsFailed(task.title);
      },
    })),
    {
      exitOnError: true,
      registerSignalListeners: false,
      renderer: process.stdout.isTTY ? 'default' : 'simple',
      rendererOptions: { collapseErrors: true, showErrorMessage: false },
    } as never,
  );
  try {
    await list.run();
  } catch (error) {
    if (!(error instanceof ShownAsFailed)) throw error;
  }
}

class ShownAsFailed extends Error {}
