import { describe, expect, it } from 'vitest';
import type { Definition } from '../../local/workflow/distributed-map.ts';
import type { Handler } from '../../local/workflow/lambda-context.ts';
import { runWorkflow, type RunOptions } from '../../local/workflow/run.ts';

const task = (name: string, more: object = {}): { [key: string]: unknown } => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: name, 'Payload.$': '$' },
  OutputPath: '$.Payload',
  End: true,
  ...more,
});

const functionOf = (functionArn: string): string => functionArn;

function run(
  definition: Definition,
  handlers: { [name: string]: (event: never) => unknown },
  more: Partial<RunOptions> = {},
): ReturnType<typeof runWorkflow> {
  const asynchronous = Object.fromEntries(
    Object.entries(handlers).map(([name, handler]): [string, Handler] => [
      name,
      async (event, context) =>
        (handler as unknown as (event: unknown, context: unknown) => unknown)(event, context),
    ]),
  );
  return runWorkflow({ definition, functionOf, handlers: asynchronous, input: {}, name: 'test', ...more });
}

const distributed = (more: object = {}): Definition => ({
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      ItemsPath: '$.items',
      ItemSelector: { 'item.$': '$$.Map.Item.Value' },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Work',
        States: {
          Work: task('work', {
            Parameters: {
              FunctionName: 'work',
              Payload: { 'item.$': '$.item', 'execution.$': '$$.Execution.Id' },
            },
          }),
        },
      },
      Next: 'After',
      ...more,
    },
    After: { Type: 'Succeed' },
  },
});

describe('runWorkflow', () => {
  it('hands a handler the JSON of its input and returns the JSON of its output', async () => {
    const seen: unknown[] = [];
    const definition: Definition = { StartAt: 'One', States: { One: task('one') } };
    const execution = await run(
      definition,
      { one: (event) => (seen.push(event), { when: new Date(0), gone: undefined }) },
      { input: { a: 1, b: undefined } },
    );
    expect(seen).toEqual([{ a: 1 }]);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: { when: '1970-01-01T00:00:00.000Z' } });
  });

  it.each([
    ['input', { input: { text: 'x'.repeat(262_144) } }, {}],
    ['output', {}, { text: 'x'.repeat(262_144) }],
  ])(
    'ends with States.DataLimitExceeded, past any Catch, when the %s of a state is too large',
    async (_what, more, output) => {
      const definition: Definition = {
        StartAt: 'One',
        States: {
          One: task('one', {
            Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
            Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 5 }],
          }),
          Caught: { Type: 'Succeed' },
        },
      };
      const execution = run(definition, { one: () => output }, more);
      if ('input' in more)
        await expect(execution).resolves.toMatchObject({
          status: 'FAILED',
          error: { Error: 'States.DataLimitExceeded' },
        });
      else
        expect(await execution).toMatchObject({
          status: 'FAILED',
          error: { Error: 'States.DataLimitExceeded' },
        });
    },
  );

  it('wraps what a handler throws as Lambda does', async () => {
    const definition: Definition = { StartAt: 'One', States: { One: task('one') } };
    const thrown = Object.assign(new Error('no such account'), { name: 'AccountUnknown' });
    const { status, error } = await run(definition, {
      one: () => {
        throw thrown;
      },
    });
    expect(status).toBe('FAILED');
    expect(error?.Error).toBe('AccountUnknown');
    expect(JSON.parse(error?.Cause ?? '')).toMatchObject({
      errorType: 'AccountUnknown',
      errorMessage: 'no such account',
      trace: expect.any(Array),
    });
  });

  it('lets a Catch see the error by its type, and hands on Error and Cause', async () => {
    const definition: Definition = {
      StartAt: 'One',
      States: {
        One: task('one', { Catch: [{ ErrorEquals: ['Boom'], Next: 'Two', ResultPath: '$.error' }] }),
        Two: task('two'),
      },
    };
    const { output } = await run(definition, {
      one: () => {
        throw Object.assign(new Error('bang'), { name: 'Boom' });
      },
      two: (event) => event,
    });
    expect(output).toMatchObject({ error: { Error: 'Boom', Cause: expect.stringContaining('bang') } });
  });

  it('gives each child of a Distributed Map an execution id of its own', async () => {
    const ids: string[] = [];
    const { status, id } = await run(
      distributed(),
      { work: (event: { execution: string }) => (ids.push(event.execution), {}) },
      { input: { items: ['a', 'b', 'c'] } },
    );
    expect(status).toBe('SUCCEEDED');
    expect(new Set(ids).size).toBe(3);
    expect(ids).not.toContain(id);
  });

  it.each([
    { tolerated: 100, failing: ['a', 'b', 'c', 'd'], status: 'SUCCEEDED' },
    { tolerated: 50, failing: ['a', 'b'], status: 'SUCCEEDED' },
    { tolerated: 50, failing: ['a', 'b', 'c'], status: 'FAILED' },
    { tolerated: 0, failing: ['d'], status: 'FAILED' },
    { tolerated: 0, failing: [], status: 'SUCCEEDED' },
  ])(
    'with ToleratedFailurePercentage $tolerated and $failing failing ends $status, every child tried',
    async ({ tolerated, failing, status }) => {
      const tried: string[] = [];
      const execution = await run(
        distributed({ ToleratedFailurePercentage: tolerated }),
        {
          work: ({ item }: { item: string }) => {
            tried.push(item);
            if (failing.includes(item)) throw new Error(`${item} broke`);
            return {};
          },
        },
        { input: { items: ['a', 'b', 'c', 'd'] } },
      );
      expect(tried.sort()).toEqual(['a', 'b', 'c', 'd']);
      expect(execution.status).toBe(status);
      if (status === 'FAILED') expect(execution.error?.Error).toBe('States.ExceedToleratedFailureThreshold');
    },
  );

  it('does not end before the last handler has ended', async () => {
    let ended = 0;
    let release = (): void => undefined;
    const slow = new Promise<void>((resolve) => (release = resolve));
    const definition: Definition = {
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          ItemsPath: '$.items',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'INLINE' },
            StartAt: 'Work',
            States: { Work: task('work') },
          },
          End: true,
        },
      },
    };
    const execution = run(
      definition,
      {
        work: async (item: unknown) => {
          if (item === 'fails') {
            setImmediate(release);
            throw new Error('at once');
          }
          await slow;
          ended += 1;
          return {};
        },
      },
      { input: { items: ['slow', 'fails'] } },
    );
    expect((await execution).status).toBe('FAILED');
    expect(ended).toBe(1);
  });

  it('ends as ABORTED when asked to, after what is under way has ended', async () => {
    const controller = new AbortController();
    const definition: Definition = {
      StartAt: 'One',
      States: { One: task('one', { Next: 'Two', End: undefined }), Two: task('two') },
    };
    const tried: string[] = [];
    const execution = await run(
      definition,
      {
        one: () => {
          tried.push('one');
          controller.abort();
          return {};
        },
        two: () => (tried.push('two'), {}),
      },
      { signal: controller.signal },
    );
    expect(execution.status).toBe('ABORTED');
    expect(tried).toEqual(['one']);
  });

  it('is ABORTED without a try when asked to before it began', async () => {
    const tried: string[] = [];
    const execution = await run(
      { StartAt: 'One', States: { One: task('one') } },
      { one: () => (tried.push('one'), {}) },
      { signal: AbortSignal.abort() },
    );
    expect(execution.status).toBe('ABORTED');
    expect(tried).toEqual([]);
  });

  it('gives up a handler whose time is over as Lambda does, and does not wait for it', async () => {
    const definition: Definition = { StartAt: 'One', States: { One: task('one') } };
    const { status, error } = await run(
      definition,
      { one: () => new Promise(() => undefined) },
      { lambdaTimeoutMs: { one: 20 } },
    );
    expect(status).toBe('FAILED');
    expect(error?.Error).toBe('Sandbox.Timedout');
    expect(JSON.parse(error?.Cause ?? '')).toMatchObject({
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 0\.02 seconds$/),
    });
  });

  it('tries a failed task again after the given time instead of the definition’s', async () => {
    const Retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 3600, MaxAttempts: 2 }];
    const definition: Definition = { StartAt: 'One', States: { One: task('one', { Retry }) } };
    let calls = 0;
    const { status } = await run(
      definition,
      {
        one: () => {
          calls += 1;
          if (calls < 3) throw Object.assign(new Error('busy'), { name: 'Busy' });
          return {};
        },
      },
      { retryIntervalMs: 0 },
    );
    expect({ status, calls }).toEqual({ status: 'SUCCEEDED', calls: 3 });
  });

  it('says which function is missing', async () => {
    const { error } = await run({ StartAt: 'One', States: { One: task('absent') } }, {});
    expect(error).toEqual({ Error: 'Lambda.ResourceNotFoundException', Cause: 'Function not found: absent' });
  });
});
