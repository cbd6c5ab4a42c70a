/** The second argument of a Lambda handler, for handlers that run in this process. */
import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';

// Handlers take events of their own shape; the workflow hands each what its state is given.
export type Handler = (event: never, context: Context) => Promise<unknown>;

/** Lambda's longest. */
const DEFAULT_TIMEOUT_MS = 15 * 60 * 1000;

/**
 * @param functionName the handler's name
 * @param timeoutMs what `getRemainingTimeInMillis` counts down from
 */
export function lambdaContext(functionName: string, timeoutMs: number = DEFAULT_TIMEOUT_MS): Context {
  const end = performance.now() + timeoutMs;
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:111111111111:function:${functionName}`,
    memoryLimitInMB: '512',
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(end - performance.now())),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
