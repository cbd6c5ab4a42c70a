import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assumeMember, refusalOf, type Sandbox, startSandbox } from './harness.ts';
import { MANAGEMENT, MEMBER } from './world.ts';

let sandbox: Sandbox;
let client: LambdaClient;
const seen: unknown[] = [];

class TableBusy extends Error {
  override name = 'TableBusy';
}

beforeAll(async () => {
  sandbox = await startSandbox({
    functions: {
      echo: async (event, context) => {
        seen.push(event);
        return Promise.resolve({ event, functionName: (context as { functionName: string }).functionName });
      },
      silent: async () => Promise.resolve(undefined),
      throws: async () => Promise.reject(new TableBusy('The table is busy.')),
      large: async () => Promise.resolve('x'.repeat(6 * 1024 * 1024)),
    },
  });
  client = new LambdaClient(sandbox.config());
});
afterAll(() => sandbox.close());

async function invoke(
  FunctionName: string,
  payload?: string,
): Promise<{ payload: unknown; error: string | undefined }> {
  const answer = await client.send(
    new InvokeCommand({ FunctionName, ...(payload !== undefined && { Payload: Buffer.from(payload) }) }),
  );
  return {
    payload: JSON.parse(Buffer.from(answer.Payload ?? []).toString('utf8')),
    error: answer.FunctionError,
  };
}

describe('Invoke', () => {
  it.each([
    'echo',
    'echo:$LATEST',
    `${MANAGEMENT}:function:echo`,
    `arn:aws:lambda:us-east-1:${MANAGEMENT}:function:echo`,
    `arn:aws:lambda:us-east-1:${MANAGEMENT}:function:echo:live`,
  ])('runs the function named %s', async (name) => {
    const { payload, error } = await invoke(name, '{"scan":{"id":"ä"}}');
    expect(payload).toEqual({ event: { scan: { id: 'ä' } }, functionName: 'echo' });
    expect(error).toBeUndefined();
  });

  it('gives an empty event for an empty payload, and null for nothing', async () => {
    expect((await invoke('echo')).payload).toMatchObject({ event: {} });
    expect((await invoke('silent')).payload).toBeNull();
  });

  it('wraps what a function throws as Lambda does', async () => {
    const { payload, error } = await invoke('throws', '{}');
    expect(error).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType: 'TableBusy', errorMessage: 'The table is busy.' });
    expect((payload as { trace: string[] }).trace[0]).toContain('TableBusy: The table is busy.');
  });

  it('refuses an answer of more than 6 MB', async () => {
    const { payload, error } = await invoke('large', '{}');
    expect(error).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
  });

  it('runs an Event in the background and a DryRun not at all', async () => {
    seen.length = 0;
    const send = async (InvocationType: 'Event' | 'DryRun'): Promise<number | undefined> =>
      (
        await client.send(
          new InvokeCommand({ FunctionName: 'echo', InvocationType, Payload: Buffer.from('"x"') }),
        )
      ).StatusCode;
    expect(await send('DryRun')).toBe(204);
    expect(seen).toEqual([]);
    expect(await send('Event')).toBe(202);
    expect(seen).toEqual(['x']);
  });

  it.each([
    ['ResourceNotFoundException', 404, 'absent', '{}'],
    ['ResourceNotFoundException', 404, 'toString', '{}'],
    ['ResourceNotFoundException', 404, `arn:aws:lambda:eu-west-1:${MANAGEMENT}:function:echo`, '{}'],
    ['AccessDeniedException', 403, `arn:aws:lambda:us-east-1:${MEMBER}:function:echo`, '{}'],
    ['InvalidParameterValueException', 400, 'a b', '{}'],
    ['InvalidRequestContentException', 400, 'echo', '{'],
    ['RequestTooLargeException', 413, 'echo', JSON.stringify('x'.repeat(6 * 1024 * 1024))],
  ])('answers %s (%i) to %s', async (code, status, name, payload) => {
    const refusal = await refusalOf(invoke(name, payload));
    expect({ name: refusal.name, status: refusal.status }).toEqual({ name: code, status });
  });

  it('keeps a role to its permissions', async () => {
    const role = new LambdaClient(sandbox.config(await assumeMember(sandbox)));
    const { name, message } = await refusalOf(role.send(new InvokeCommand({ FunctionName: 'echo' })));
    expect(name).toBe('AccessDeniedException');
    expect(message).toContain(
      `lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:${MEMBER}:function:echo because`,
    );
  });

  it('is all of Lambda there is', async () => {
    const { message } = await refusalOf(client.send(new ListFunctionsCommand({})));
    expect(message).toContain('GET /2015-03-31/functions');
  });
});
