/** State ConcludeScan: totals, and the digest. */
import { METRIC, type ConcludeScanInput } from '../contract.ts';
import { concludeScan } from '../scan/conclude-scan.ts';
import { instrument } from './instrument.ts';

export const handler = instrument(
  'ConcludeScan',
  async (event: ConcludeScanInput, { runtime, logger, measure, msLeft }) => {
    try {
      const conclusion = await concludeScan(event, runtime, msLeft);
      if (conclusion.output.done) {
        measure(METRIC.accountsUnseen, conclusion.accountsUnseen);
        measure(METRIC.targetsUnseen, conclusion.targetsUnseen);
        measure(METRIC.changesReported, conclusion.changesReported);
        measure(METRIC.digestFailed, 0);
        logger.info('Scan concluded', { totals: conclusion.totals });
      }
      return conclusion.output;
    } catch (error) {
      measure(METRIC.digestFailed, 1);
      throw error;
    }
  },
);
