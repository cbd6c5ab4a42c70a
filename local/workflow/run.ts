/**
 * Runs the synthesized state machine in this process over aws-local-stepfunctions, as strictly as AWS would:
 * inputs and outputs go through JSON and stay below 262,144 bytes, a handler's error is wrapped as Lambda wraps it,
 * children of a Distributed Map are executions of their own, and nothing ends while a handler still works.
 */
import './polyfill.ts';
import { setMaxListeners } from 'node:events';
import type { Context } from 'aws-lambda';
import { StateMachine } from 'aws-local-stepfunctions';
import { splitDistributedMaps, type Definition, type DistributedMap } from './distributed-map.ts';
import { lambdaContext, type Handler } from './lambda-context.ts';
import { DataLimitExceeded, TaskFailure, asTaskFailure } from './errors.ts';

/** Step Functions' limit of a state's input or output. */
const MAX_PAYLOAD_BYTES = 262_144;

export interface WorkflowEvent {
  kind: 'started' | 'ended' | 'failed';
  /** The handler's name, e.g. `scan-region`. */
  handler: string;
  input: unknown;
  output?: unknown;
  error?: Error;
}

export interface RunOptions {
  definition: Definition;
  /** Function ARN to the handler's name, e.g. `scan-region`. */
  functionOf: (functionArn: string) => string;
  handlers: { [name: string]: Handler };
  input: unknown;
  /** Execution name; the machine's ARN gives the rest of its id. */
  name: string;
  stateMachineArn?: string;
  /** Milliseconds a Lambda may take, all of them or by handler; one that takes longer is given up with Sandbox.Timedout. */
  lambdaTimeoutMs?: number | { [handler: string]: number };
  /** Milliseconds until a failed task is tried again; by default as the definition says. */
  retryIntervalMs?: number;
  onEvent?: (event: WorkflowEvent) => void;
  signal?: AbortSignal;
}

export interface Execution {
  id: string;
  name: string;
  startTime: string;
  status: 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';
  output?: unknown;
  error?: { Error: string; Cause: string };
}

const DEFAULT_MACHINE_ARN = 'arn:aws:states:us-east-1:111111111111:stateMachine:ses-posture-scan';

/** Runs one execution to its end. Never throws for what a handler does: the outcome says how it ended. */
export async function runWorkflow(options: RunOptions): Promise<Execution> {
  const inFlight = new Set<Promise<unknown>>();
  const machine = splitDistributedMaps(options.definition);
  const id = executionId(options.stateMachineArn ?? DEFAULT_MACHINE_ARN, options.name);
  const started = new Date().toISOString();
  const tasks = taskHandlers(machine.definition, machine.maps, { options, inFlight, started, id });
  const execution = { id, name: options.name, startTime: started };
  if (options.signal?.aborted) return { ...execution, status: 'ABORTED' };
  // Every child execution listens to it, and the caller made it before the default was raised.
  if (options.signal) setMaxListeners(0, options.signal);
  try {
    const output = await start(machine.definition, options, tasks, {
      Execution: contextOf(execution, options.input),
    });
    return { ...execution, status: 'SUCCEEDED', output };
  } catch (error) {
    return { ...execution, ...readEnd(error) };
  } finally {
    await Promise.allSettled(inFlight);
  }
}

interface Work {
  options: RunOptions;
  inFlight: Set<Promise<unknown>>;
  started: string;
  id: string;
}

type TaskHandlers = { [stateName: string]: (input: unknown) => Promise<unknown> };

/**
 * A handler for each Task of a definition, and for each Distributed Map one that runs a child.
 * The interpreter overwrites `Execution.StartTime` in its own context, so the first start is put back where a task asks for it.
 */
function taskHandlers(
  definition: Definition,
  maps: { [stateName: string]: DistributedMap },
  work: Work,
): TaskHandlers {
  const handlers: TaskHandlers = {};
  for (const [name, state] of allStates(definition)) {
    if (state['Type'] !== 'Task') continue;
    const map = maps[name];
    if (map) {
      handlers[name] = (input) => track(work.inFlight, runChild(map, input, work));
      handlers[map.toleranceState] = async () => map.checkTolerance();
    } else if (!(name in handlers)) {
      handlers[name] = lambdaTask(state, work);
    }
  }
  return handlers;
}

/** The optimized integration takes `{FunctionName, Payload}` and answers `{Payload, StatusCode}`; a bare function ARN neither. */
function lambdaTask(
  state: { [key: string]: unknown },
  { options, inFlight }: Work,
): (input: unknown) => Promise<unknown> {
  const resource = String(state['Resource']);
  if (!resource.endsWith(':states:::lambda:invoke')) {
    const handlerName = options.functionOf(resource);
    return (input) => track(inFlight, invoke(handlerName, input, options));
  }
  const handlerName = options.functionOf(
    String((state['Parameters'] as { FunctionName: unknown }).FunctionName),
  );
  return async (input) => {
    const { Payload } = input as { Payload: unknown };
    return {
      Payload: await track(inFlight, invoke(handlerName, Payload, options)),
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
    };
  };
}

function* allStates(definition: Definition): Generator<[string, { [key: string]: unknown }]> {
  for (const [name, state] of Object.entries(definition.States)) {
    yield [name, state];
    const nested = state['ItemProcessor'] ?? state['Iterator'];
    if (nested) yield* allStates(nested as Definition);
    for (const branch of (state['Branches'] as Definition[] | undefined) ?? []) yield* allStates(branch);
  }
}

/** One item of a Distributed Map: an execution with an id of its own, whose failure the map counts. */
async function runChild(map: DistributedMap, input: unknown, work: Work): Promise<unknown> {
  const name = map.nextChildName();
  const execution = {
    id: executionId(`${work.id}/${map.label}`, name),
    name,
    startTime: new Date().toISOString(),
  };
  const tasks = taskHandlers(map.processor, {}, work);
  try {
    const output = await start(
      map.processor,
      work.options,
      tasks,
      { Execution: contextOf(execution, input) },
      input,
    );
    map.succeeded();
    return output;
  } catch (error) {
    if (work.options.signal?.aborted) throw error;
    map.failed(error);
    return {};
  }
}

async function start(
  definition: Definition,
  options: RunOptions,
  tasks: TaskHandlers,
  context: { Execution: { [key: string]: unknown } },
  input: unknown = options.input,
): Promise<unknown> {
  const machine = new StateMachine(definition as never, { validationOptions: { noValidate: true } });
  const run = machine.run(throughJson(input, 'the execution input') as never, {
    overrides: {
      taskResourceLocalHandlers: tasks as never,
      ...(options.retryIntervalMs === undefined
        ? {}
        : { retryIntervalOverrides: retryIntervals(tasks, options.retryIntervalMs) }),
    },
    context: context as never,
  });
  const abort = (): void => run.abort();
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted) abort();
  try {
    return await run.result;
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}

async function invoke(handlerName: string, payload: unknown, options: RunOptions): Promise<unknown> {
  const handler = options.handlers[handlerName];
  if (!handler)
    throw new TaskFailure('Lambda.ResourceNotFoundException', `Function not found: ${handlerName}`);
  const input = throughJson(payload, `the input of ${handlerName}`);
  options.onEvent?.({ kind: 'started', handler: handlerName, input });
  try {
    const { lambdaTimeoutMs: given } = options;
    const context = lambdaContext(handlerName, typeof given === 'object' ? given[handlerName] : given);
    const answer = await withinTime(handler(input as never, context), context);
    const output = throughJson(answer, `the output of ${handlerName}`);
    options.onEvent?.({ kind: 'ended', handler: handlerName, input, output });
    return output;
  } catch (error) {
    options.onEvent?.({ kind: 'failed', handler: handlerName, input, error: error as Error });
    throw asTaskFailure(error);
  }
}

/** Lambda ends an invocation whose time is over; what it was doing here may still go on, and nobody waits for it. */
async function withinTime<T>(work: Promise<T>, context: Context): Promise<T> {
  const ms = context.getRemainingTimeInMillis();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    const message = `RequestId: ${context.awsRequestId} Error: Task timed out after ${(ms / 1000).toFixed(2)} seconds`;
    timer = setTimeout(() => reject(Object.assign(new Error(message), { name: 'Sandbox.Timedout' })), ms);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function retryIntervals(tasks: TaskHandlers, ms: number): { [stateName: string]: number } {
  return Object.fromEntries(Object.keys(tasks).map((name) => [name, ms]));
}

function throughJson(value: unknown, what: string): unknown {
  const text = JSON.stringify(value ?? null);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_PAYLOAD_BYTES)
    throw new DataLimitExceeded(`${what} has ${bytes} bytes, more than ${MAX_PAYLOAD_BYTES}`);
  return JSON.parse(text);
}

function track<T>(inFlight: Set<Promise<unknown>>, work: Promise<T>): Promise<T> {
  inFlight.add(work);
  const forget = (): void => void inFlight.delete(work);
  work.then(forget, forget);
  return work;
}

function contextOf(execution: { id: string; name: string }, input: unknown): { [key: string]: unknown } {
  return {
    Id: execution.id,
    Name: execution.name,
    Input: input,
    RoleArn: 'arn:aws:iam::111111111111:role/ses-posture-workflow',
  };
}

function executionId(machineArn: string, name: string): string {
  return `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

function readEnd(error: unknown): Pick<Execution, 'status' | 'error'> {
  const name = (error as Error).name;
  if (name === 'ExecutionAbortedError') return { status: 'ABORTED' };
  if (name === 'ExecutionTimeoutError')
    return { status: 'TIMED_OUT', error: { Error: 'States.Timeout', Cause: '' } };
  const wrapped = (error as { getWrappedError?: Error }).getWrappedError ?? (error as Error).cause ?? error;
  const inner = wrapped as Error;
  return { status: 'FAILED', error: { Error: inner.name, Cause: inner.message } };
}
