/** What every handler has: structured logs that name the scan, account and Region, a trace, metrics. */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import type { Context } from 'aws-lambda';
import { METRICS_NAMESPACE, METRICS_SERVICE } from '../contract.ts';
import { runtimeFromEnvironment, type Runtime } from '../scan/runtime.ts';

export interface Tools {
  runtime: Runtime;
  logger: Logger;
  /** Counts or measures; flushed when the handler ends. */
  measure: (name: string, value: number) => void;
  /** Milliseconds until Lambda ends the invocation. */
  msLeft: () => number;
}

/** The parts of an event that a log line names. */
interface Named {
  scan?: { id: string };
  accountId?: string;
  region?: string;
  shard?: string;
}

/**
 * Wraps a handler's work. Errors are logged and thrown on: the workflow decides.
 * @example export const handler = instrument('SurveyAccount', (event: SurveyAccountInput, { runtime }) => surveyAccount(event, runtime));
 */
export function instrument<In, Out>(
  name: string,
  work: (event: In, tools: Tools) => Promise<Out>,
): (event: In, context: Context) => Promise<Out> {
  return async (event, context) => {
    const { scan, accountId, region, shard } = (event ?? {}) as Named;
    // Made for each invocation: local runs have several under way in one process, and keys must not mix.
    const logger = new Logger({
      serviceName: METRICS_SERVICE,
      persistentKeys: {
        state: name,
        scan: scan?.id,
        accountId,
        region,
        shard,
        requestId: context.awsRequestId,
      },
    });
    const metrics = new Metrics({ namespace: METRICS_NAMESPACE, serviceName: METRICS_SERVICE });
    const segment = openSegment(name, { scan: scan?.id, accountId, region });
    const measure = (metric: string, value: number): void => {
      metrics.singleMetric().addMetric(metric, MetricUnit.NoUnit, value);
    };
    try {
      const runtime = runtimeFromEnvironment();
      const output = await work(event, {
        runtime,
        logger,
        measure,
        msLeft: () => context.getRemainingTimeInMillis(),
      });
      logger.info(`${name} ended`);
      return output;
    } catch (error) {
      logger.error(`${name} failed`, error as Error);
      segment.addError(error as Error);
      throw error;
    } finally {
      segment.close();
    }
  };
}

interface OpenSegment {
  addError: (error: Error) => void;
  close: () => void;
}

const NO_SEGMENT: OpenSegment = { addError: () => undefined, close: () => undefined };

function openSegment(name: string, notes: { [key: string]: string | undefined }): OpenSegment {
  const tracer = new Tracer({ serviceName: METRICS_SERVICE });
  if (!tracer.isTracingEnabled()) return NO_SEGMENT;
  const parent = tracer.getSegment();
  const segment = parent?.addNewSubsegment(`## ${name}`);
  if (!parent || !segment) return NO_SEGMENT;
  tracer.setSegment(segment);
  for (const [key, value] of Object.entries(notes)) if (value) tracer.putAnnotation(key, value);
  return {
    addError: (error) => tracer.addErrorAsMetadata(error),
    close: () => {
      segment.close();
      tracer.setSegment(parent);
    },
  };
}
