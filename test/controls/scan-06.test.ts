import { describe, expect, it } from 'vitest';
import { judgeScanAge, scan06, type ScanAgeFacts } from '../../lambda/controls/scan-06.ts';
import { contextOf, hoursAgo } from './facts.ts';
import { describeControl } from './paired.ts';

const DAY = 24;

describeControl<ScanAgeFacts, keyof typeof scan06.reasons>({ ...scan06, subject: 'account' }, [
  {
    when: 'the last full scan was a week ago',
    facts: { lastFullScan: hoursAgo(7 * DAY) },
    says: {
      status: 'PASS',
      reason: 'SCANNED_IN_TIME',
      summary: 'The last successful full scan was 7 days ago',
      evidence: { ageDays: 7, maxScanAgeDays: 10 },
    },
  },
  {
    when: 'it was exactly so long ago',
    facts: { lastFullScan: hoursAgo(10 * DAY) },
    says: { status: 'PASS', reason: 'SCANNED_IN_TIME' },
  },
  {
    when: 'two schedules were missed',
    facts: { lastFullScan: hoursAgo(12.5 * DAY) },
    says: {
      status: 'FAIL',
      reason: 'SCAN_OVERDUE',
      severity: 'HIGH',
      summary: 'The last successful full scan was 12 days ago; more than 10 days are too many',
    },
  },
  {
    when: 'none has succeeded yet',
    facts: {},
    says: { status: 'FAIL', reason: 'NEVER_SCANNED', severity: 'HIGH' },
  },
  {
    when: 'its time cannot be read',
    facts: { lastFullScan: 'yesterday' },
    says: { status: 'UNKNOWN', reason: 'SCANS_UNREAD' },
  },
]);

describe('SCAN-06', () => {
  it('measures by the setting', () => {
    const { settings } = contextOf();
    const thresholds = { ...settings.thresholds, maxScanAgeDays: 2 };
    const context = contextOf({ settings: { thresholds } });
    expect(judgeScanAge({ lastFullScan: hoursAgo(3 * DAY) }, context).reason).toBe('SCAN_OVERDUE');
  });
});
