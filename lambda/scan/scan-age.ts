/** SCAN-06: how old the last successful full scan is. Judged of the scanner itself; nothing of it is stored. */
import { judgeScanAge } from '../controls/scan-06.ts';
import type { Scan } from '../contract.ts';
import type { Finding } from '../controls/types.ts';
import type { Runtime } from './runtime.ts';

export async function scanAge(runtime: Runtime): Promise<Finding> {
  const last = await runtime.table.lastSuccessfulFullScan();
  return judgeScanAge(last ? { lastFullScan: last.startTime } : {}, {
    scanStartTime: runtime.now().toISOString(),
    settings: runtime.settings,
  });
}

/**
 * What the digest of a narrowed scan says of the rest: it is as old as the last full scan. Only what is overdue is said;
 * whoever never scans in full, from a laptop, need not be told each time.
 */
export async function overdueProblems(scan: Scan, runtime: Runtime): Promise<string[]> {
  if (scan.full) return [];
  const { controlId, reason, summary, fix } = await scanAge(runtime);
  return reason === 'SCAN_OVERDUE' ? [`${controlId}: ${summary}. ${fix?.text ?? ''}`.trim()] : [];
}
