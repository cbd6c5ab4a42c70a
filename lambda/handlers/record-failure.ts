/** State RecordFailure, and the target of the rule on executions that failed, timed out or were aborted. */
import { METRIC, type RecordFailureInput } from '../contract.ts';
import { recordFailure } from '../scan/record-failure.ts';
import { instrument } from './instrument.ts';

export const handler = instrument(
  'RecordFailure',
  async (event: RecordFailureInput, { runtime, logger, measure }) => {
    logger.warn('A state failed', {
      stage: event.stage,
      error: event.error,
      execution: event.detail?.executionArn,
    });
    const { output, reportFailed } = await recordFailure(event, runtime);
    if (reportFailed) measure(METRIC.reportFailed, 1);
    return output;
  },
);
