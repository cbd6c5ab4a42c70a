/** Daily: the age of the last successful full scan and whether both topics have a confirmed subscription. */
import { METRIC } from '../contract.ts';
import { watchScans } from '../scan/watch-scans.ts';
import { instrument } from './instrument.ts';

export const handler = instrument('WatchScans', async (_event: unknown, { runtime, logger, measure }) => {
  const watch = await watchScans(runtime);
  measure(METRIC.fullScanAgeDays, watch.fullScanAgeDays);
  measure(METRIC.unconfirmedTopics, watch.topicsWithoutConfirmedSubscription);
  logger.info('Scans watched', { ...watch });
  return watch;
});
