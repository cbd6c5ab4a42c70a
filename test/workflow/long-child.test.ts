/** A child of the Distributed Map scans a whole account: minutes, or hours at one request a second. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runWorkflow } from '../../local/workflow/run.ts';

const MINUTE_MS = 60_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

it('a child may take longer than the minute that the interpreter gives a Task by default', async () => {
  const work = { Type: 'Task', Resource: 'work', TimeoutSeconds: 7_200, End: true };
  const processor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'Work',
    States: { Work: work },
  };
  const execution = runWorkflow({
    definition: {
      StartAt: 'Each',
      States: { Each: { Type: 'Map', ItemsPath: '$.items', ItemProcessor: processor, End: true } },
    },
    functionOf: (name) => name,
    handlers: { work: () => new Promise((resolve) => setTimeout(() => resolve({}), 100 * MINUTE_MS)) },
    lambdaTimeoutMs: 120 * MINUTE_MS,
    input: { items: ['111111111111'] },
    name: 'long',
  });
  await vi.advanceTimersByTimeAsync(101 * MINUTE_MS);
  expect(await execution).toMatchObject({ status: 'SUCCEEDED' });
});
