/** AWS Lambda's Invoke (REST): runs functions of this process and wraps what they throw as Lambda does. */
import { AwsError, CommonFailure } from '../errors.ts';
import { decodePart, type HttpRequest } from '../http.ts';
import { restJsonProtocol } from '../protocol.ts';
import { type Call, type LambdaFunction, type Operations, RawReply, type Service } from '../service.ts';

/** Of a synchronous request and of its response (Lambda quotas). */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** The longest a Lambda may run. */
const MAX_DURATION_MS = 15 * 60_000;

interface Target {
  name: string;
  arn: string;
  run: LambdaFunction;
}

const operations: Operations = {
  Invoke: {
    action: 'lambda:InvokeFunction',
    resource: ({ input, region, account }) =>
      functionArn(region, account.id, nameOf(input.requiredText('FunctionName')).name),
    run: async (call) => {
      const target = targetOf(call);
      const event = parseEvent(call.request.body);
      const type = call.request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
      if (type === 'DryRun') return reply(call, 204, '');
      const invocation = invoke(target, event, call.requestId);
      if (type === 'Event') return reply(call, 202, '');
      if (type === 'RequestResponse') return invocation.then((outcome) => outcomeReply(call, outcome));
      throw new CommonFailure('invalid', `There is no invocation type ${type.slice(0, 50)}.`);
    },
  },
};

const protocol = restJsonProtocol(
  [{ method: 'POST', path: '/2015-03-31/functions/{FunctionName}/invocations', operation: 'Invoke' }],
  {
    invalid: { code: 'InvalidParameterValueException', status: 400 },
    malformed: { code: 'InvalidRequestContentException', status: 400 },
    tooLarge: { code: 'RequestTooLargeException', status: 413 },
    throttled: { code: 'TooManyRequestsException', status: 429 },
  },
);

export const lambda: Service = {
  name: 'lambda',
  signingName: 'lambda',
  // The payload is the function's own: it is not read as the operation's input.
  protocol: { ...protocol, inputOf: (request) => protocol.inputOf(withoutBody(request)) },
  operations,
  bodyLimit: MAX_PAYLOAD_BYTES,
  global: false,
  throttled: false,
};

function withoutBody(request: HttpRequest): HttpRequest {
  return { ...request, body: Buffer.alloc(0) };
}

function functionArn(region: string, accountId: string, name: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
}

/** A name, `<account>:function:<name>` or a whole ARN; each may end in a qualifier. */
function nameOf(text: string): { name: string; accountId?: string; region?: string } {
  const decoded = text.includes('%') ? decodePart(text) : text;
  const match =
    /^(?:(?:arn:aws:lambda:([a-z0-9-]{1,40}):)?(\d{12}):function:)?([\w-]{1,64})(?::[\w$-]{1,128})?$/.exec(
      decoded,
    );
  if (!match)
    throw new CommonFailure('invalid', `${decoded.slice(0, 200)} is not the name or ARN of a function.`);
  const [, region, accountId, name = ''] = match;
  return { name, ...(accountId !== undefined && { accountId }), ...(region !== undefined && { region }) };
}

function targetOf({ input, region, account, principal, surroundings: { functions } }: Call): Target {
  const named = nameOf(input.requiredText('FunctionName'));
  if (named.region !== undefined && named.region !== region) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Functions from '${named.region}' are not reachable from '${region}'`,
      404,
    );
  }
  const arn = functionArn(region, named.accountId ?? account.id, named.name);
  if (named.accountId !== undefined && named.accountId !== account.id) {
    throw new CommonFailure(
      'denied',
      `User: ${principal.arn} is not authorized to perform: lambda:InvokeFunction on resource: ${arn} ` +
        'because no resource-based policy allows the lambda:InvokeFunction action',
    );
  }
  const run = Object.hasOwn(functions, named.name) ? functions[named.name] : undefined;
  if (run) return { name: named.name, arn, run };
  throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
}

function parseEvent(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new CommonFailure('malformed', 'Could not parse request body into json.');
  }
}

interface Outcome {
  failed: boolean;
  payload: string;
}

/** Never rejects: a function's error is an outcome. */
async function invoke(target: Target, event: unknown, requestId: string): Promise<Outcome> {
  const end = Date.now() + MAX_DURATION_MS;
  const context = {
    functionName: target.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: target.arn,
    awsRequestId: requestId,
    memoryLimitInMB: '512',
    logGroupName: `/aws/lambda/${target.name}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, end - Date.now()),
  };
  try {
    const payload = JSON.stringify((await target.run(event, context)) ?? null);
    if (Buffer.byteLength(payload) <= MAX_PAYLOAD_BYTES) return { failed: false, payload };
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_PAYLOAD_BYTES} bytes).`;
    return failure('Function.ResponseSizeTooLarge', errorMessage, []);
  } catch (error) {
    if (!(error instanceof Error)) return failure(typeof error, String(error), []);
    return failure(error.name, error.message, (error.stack ?? '').split('\n').slice(0, 20));
  }
}

function failure(errorType: string, errorMessage: string, trace: string[]): Outcome {
  return { failed: true, payload: JSON.stringify({ errorType, errorMessage, trace }) };
}

function outcomeReply(call: Call, { failed, payload }: Outcome): RawReply {
  return reply(call, 200, payload, failed ? { 'x-amz-function-error': 'Unhandled' } : {});
}

function reply(call: Call, status: number, body: string, headers: Record<string, string> = {}): RawReply {
  const common = { 'x-amzn-requestid': call.requestId, 'x-amz-executed-version': '$LATEST' };
  return new RawReply({
    status,
    headers: { 'content-type': 'application/json', ...common, ...headers },
    body,
  });
}
