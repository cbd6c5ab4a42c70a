/** State ScanRegion: the per-account, per-Region work. */
import { METRIC, type ScanRegionInput } from '../contract.ts';
import { scanRegion } from '../scan/scan-region.ts';
import { instrument } from './instrument.ts';

export const handler = instrument(
  'ScanRegion',
  async (event: ScanRegionInput, { runtime, logger, measure, msLeft }) => {
    const before = event.cursor?.judged ?? 0;
    const output = await scanRegion(event, runtime, msLeft);
    measure(METRIC.identitiesJudged, output.judged - before);
    logger.info('Target judged', { listed: output.listed, judged: output.judged, done: output.done });
    return output;
  },
);
