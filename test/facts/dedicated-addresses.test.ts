import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressesOfDomain,
  addressesOfTarget,
  MAX_IPS_OF_DOMAIN,
  MAX_IPS_OF_TARGET,
  readStoredAddresses,
  storedAddresses,
} from '../../lambda/facts/dedicated-addresses.ts';
import type { Dependent, TargetSummary } from '../../lambda/facts/types.ts';

const AT = { accountId: '111111111111', region: 'eu-west-1' };
const DENIED = { kind: 'unseen', because: 'ACCESS_DENIED', detail: 'not authorized' } as const;
const OFF = { kind: 'off' } as const;
const seen = (...ips: string[]) => ({ kind: 'seen', value: ips.map((ip) => ({ ip })) }) as const;

const uses = (region: string, use: Dependent['use'] = 'MAIL_FROM'): Dependent => ({
  ...AT,
  region,
  identity: 'example.com',
  use,
});
const target = (region: string, dedicatedIps?: TargetSummary['dedicatedIps']): TargetSummary => ({
  ...AT,
  region,
  observedAt: '2026-11-21T06:00:00.000Z',
  productionAccess: true,
  inUse: true,
  ...(dedicatedIps === undefined ? {} : { dedicatedIps }),
});

describe('the dedicated addresses of a target', () => {
  it('are sorted and distinct, in any order of the listing', () =>
    expect(addressesOfTarget(seen('192.0.2.9', '192.0.2.1', '192.0.2.9'), AT)).toEqual({
      ips: ['192.0.2.1', '192.0.2.9'],
    }));

  it('are off by settings, or unread with the reason', () => {
    expect(addressesOfTarget(OFF, AT)).toEqual({ ips: [], off: true });
    expect(addressesOfTarget(DENIED, AT)).toEqual({
      ips: [],
      unread: ['111111111111 eu-west-1: ACCESS_DENIED, not authorized'],
    });
  });

  it('are read back as they were stored', () => {
    for (const read of [seen('192.0.2.1'), seen(), DENIED, OFF]) {
      const stored = storedAddresses(read);
      expect(readStoredAddresses(JSON.parse(JSON.stringify(stored)))).toEqual(stored);
    }
  });

  it.each<[what: string, summary: unknown, read: ReturnType<typeof readStoredAddresses>]>([
    ['an older release', { inUse: true }, {}],
    ['nothing: the target was never read to its end', undefined, { dedicatedIps: 'unknown' }],
    ['another shape', { dedicatedIps: 7 }, {}],
    ['another shape within', { dedicatedIps: { ips: 'all' } }, {}],
    [
      'what is no address',
      { dedicatedIps: { ips: ['x', 1, '192.0.2.1'] } },
      { dedicatedIps: { ips: ['192.0.2.1'] } },
    ],
  ])('are taken with care where %s stored them', (_what, summary, read) =>
    expect(readStoredAddresses(summary)).toEqual(read),
  );
});

describe('the dedicated addresses of a MAIL FROM domain', () => {
  it('are those of every target that uses it as MAIL FROM, and of no other', () => {
    const dependents = [uses('eu-west-1'), uses('us-east-1'), uses('us-west-2', 'FROM'), uses('eu-north-1')];
    const stored = [
      target('us-east-1', { ips: ['192.0.2.7', '192.0.2.1'], leftOut: 2 }),
      target('eu-west-1', { ips: ['192.0.2.1'] }),
      target('us-west-2', { ips: ['203.0.113.9'] }),
      target('eu-north-1'),
    ];
    expect(addressesOfDomain(dependents, stored, true)).toEqual({
      ips: ['192.0.2.1', '192.0.2.7'],
      leftOut: 2,
    });
  });

  it('are unread where one target’s are, beside what is known of the others', () =>
    expect(
      addressesOfDomain(
        [uses('eu-west-1'), uses('us-east-1')],
        [target('eu-west-1', 'unknown'), target('us-east-1', { ips: ['192.0.2.1'] })],
        true,
      ),
    ).toEqual({ ips: ['192.0.2.1'], unread: ['111111111111 eu-west-1'] }));

  it('are not looked at where the settings do not permit it', () =>
    expect(
      addressesOfDomain([uses('eu-west-1')], [target('eu-west-1', { ips: ['192.0.2.1'] })], false),
    ).toEqual({
      ips: [],
      off: true,
    }));
});

describe('the bounds', () => {
  const ips = fc.array(fc.oneof(fc.ipV4(), fc.ipV6()), { maxLength: 130, size: 'max' });
  it('hold for any list of addresses, and every address is counted', () => {
    fc.assert(
      fc.property(fc.array(ips, { minLength: 1, maxLength: 5 }), (lists) => {
        const stored = lists.map((list, n) => {
          const { dedicatedIps } = storedAddresses(seen(...list));
          if (typeof dedicatedIps !== 'object') throw new Error('The addresses were not stored.');
          expect(dedicatedIps.ips.length).toBeLessThanOrEqual(MAX_IPS_OF_TARGET);
          expect(addressesOfTarget(seen(...list), AT)).toEqual(dedicatedIps);
          expect(dedicatedIps.ips.length + (dedicatedIps.leftOut ?? 0)).toBe(new Set(list).size);
          return target(`eu-west-${n}`, dedicatedIps);
        });
        const dependents = lists.map((_, n) => uses(`eu-west-${n}`));
        const { ips: all, leftOut = 0 } = addressesOfDomain(dependents, stored, true);
        expect(all.length).toBeLessThanOrEqual(MAX_IPS_OF_DOMAIN);
        expect(all).toEqual([...new Set(all)].sort());
        expect(all.length + leftOut).toBeGreaterThanOrEqual(new Set(lists.flat()).size);
        expect(addressesOfDomain(dependents, [...stored].reverse(), true).ips).toEqual(all);
      }),
      { numRuns: 60 },
    );
  });
});
