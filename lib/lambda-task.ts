/** A Lambda task of the workflow: no envelope, a timeout, and retries for what Lambda, not the handler, did wrong. */
import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { JitterType, TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';

/** What Step Functions reports when Lambda, not the handler, said no. Safe to repeat even where the handler did run: every handler may run twice. */
const SERVICE_ERRORS = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException', // left out of CDK's own retry
];
/** The handler died midway. Once more, in case the sandbox was to blame; a handler that always dies must not do so 20 times 15 minutes. */
const DEATHS = ['Lambda.Unknown', 'Sandbox.Timedout'];

export interface LambdaTaskOptions {
  comment: string;
  /** What the handler gets; by default the state's whole input. */
  payload?: { [key: string]: unknown };
  /** Where the answer goes; by default it is the state's output. */
  resultPath?: string;
}

/**
 * @param timeout of the function itself.
 * `payloadResponseOnly`: input and output are the contract's, without an envelope of Lambda's API.
 */
export function lambdaTask(
  scope: Construct,
  name: string,
  lambdaFunction: IFunction,
  timeout: Duration,
  options: LambdaTaskOptions,
): LambdaInvoke {
  const task = new LambdaInvoke(scope, name, {
    comment: options.comment,
    lambdaFunction,
    payloadResponseOnly: true,
    ...(options.payload ? { payload: TaskInput.fromObject(options.payload) } : {}),
    ...(options.resultPath ? { resultPath: options.resultPath } : {}),
    retryOnServiceExceptions: false,
    // Lambda ends the handler first, and its error says so; this is for answers that never come.
    taskTimeout: Timeout.duration(timeout.plus(Duration.seconds(30))),
  });
  task.addRetry({
    errors: SERVICE_ERRORS,
    interval: Duration.seconds(2),
    backoffRate: 2,
    maxDelay: Duration.seconds(60),
    maxAttempts: 20,
    jitterStrategy: JitterType.FULL,
  });
  task.addRetry({
    errors: DEATHS,
    interval: Duration.seconds(5),
    backoffRate: 1,
    maxAttempts: 1,
    jitterStrategy: JitterType.FULL,
  });
  return task;
}
