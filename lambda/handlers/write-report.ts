/** State WriteReport. */
import { METRIC, type WriteReportInput } from '../contract.ts';
import { writeReport } from '../scan/write-report.ts';
import { instrument } from './instrument.ts';

export const handler = instrument(
  'WriteReport',
  async (event: WriteReportInput, { runtime, measure, msLeft }) => {
    const output = await writeReport(event, runtime, msLeft);
    if (output.done) measure(METRIC.reportFailed, 0);
    return output;
  },
);
