import { describe, expect, it } from 'vitest';
import { targetUse, type TargetUseOptions } from '../../lambda/scan/target-use.ts';

const UNSEEN = { kind: 'unseen', because: 'ACCESS_DENIED', detail: 'no' } as const;

function account(sentLast24Hours: number): TargetUseOptions['account'] {
  return {
    kind: 'seen',
    value: {
      productionAccess: true,
      enforcementStatus: 'HEALTHY',
      sendingEnabled: true,
      max24HourSend: 200,
      maxSendRate: 1,
      sentLast24Hours,
    },
  };
}

function statistics(attempts: number, lastUsed?: string): TargetUseOptions['sendStatistics'] {
  const sums = { attempts, bounces: 0, complaints: 0, rejects: 0 };
  return { kind: 'seen', value: { sums, ...(lastUsed ? { lastUsed } : {}) } };
}

function use(options: Partial<TargetUseOptions>) {
  return targetUse({
    account: account(0),
    sendStatistics: statistics(0),
    stored: undefined,
    inUseDays: 90,
    observedAt: '2026-11-21T09:00:00.000Z',
    ...options,
  });
}

describe('a target is', () => {
  it.each<[title: string, options: Partial<TargetUseOptions>, inUse: boolean | 'unknown', lastUsed?: string]>(
    [
      ['in use by what it sent today', { account: account(3) }, true, '2026-11-21'],
      ['in use by its statistics', { sendStatistics: statistics(9, '2026-11-12') }, true, '2026-11-12'],
      ['in use by statistics without times', { sendStatistics: statistics(9) }, true, '2026-11-21'],
      ['idle where nothing was ever seen', {}, false],
      ['in use for 90 days after', { stored: { lastUsed: '2026-08-23' } }, true, '2026-08-23'],
      ['idle on the 91st', { stored: { lastUsed: '2026-08-22' } }, false, '2026-08-22'],
      [
        'idle at once where no days are set',
        { stored: { lastUsed: '2026-11-20' }, inUseDays: 0 },
        false,
        '2026-11-20',
      ],
      ['unknown without its statistics', { sendStatistics: UNSEEN }, 'unknown'],
      ['unknown without anything', { account: UNSEEN, sendStatistics: UNSEEN }, 'unknown'],
      [
        'in use without its statistics, by what is stored',
        { account: UNSEEN, sendStatistics: UNSEEN, stored: { lastUsed: '2026-11-01' } },
        true,
        '2026-11-01',
      ],
      [
        'told its newest day, whichever scan saw it',
        { sendStatistics: statistics(9, '2026-11-12'), stored: { lastUsed: '2026-11-20' } },
        true,
        '2026-11-20',
      ],
      ['not told by a stored day that is none', { stored: { lastUsed: '2026-99-99' } }, false],
      ['not told by a stored text', { stored: 'yesterday' }, false],
    ],
  )('%s', (_title, options, inUse, lastUsed) => {
    const summary = use(options);
    expect([summary.inUse, summary.lastUsed]).toEqual([inUse, lastUsed]);
  });
});

it('its summary tells volume and production access where they were seen', () => {
  expect(use({ account: account(7) })).toEqual({
    sentLast24Hours: 7,
    productionAccess: true,
    inUse: true,
    lastUsed: '2026-11-21',
  });
  expect(use({ account: UNSEEN })).toEqual({ productionAccess: 'unknown', inUse: false });
});
