import { describe, expect, it } from 'vitest';
import { busiest, loweredBecause, severityInUse, type Use } from '../../lambda/controls/severity.ts';
import { SEVERITIES } from '../../lambda/controls/types.ts';

const use = (inUse: Use['inUse'], productionAccess: Use['productionAccess'] = true): Use => ({
  inUse,
  productionAccess,
});

describe('a severity that is shown lower', () => {
  it.each([
    ['DKIM-01', 'HIGH', use(false), 'idle; HIGH when in use'],
    ['DKIM-01', 'CRITICAL', use(true, false), 'SES sandbox; CRITICAL in production'],
    ['DKIM-01', 'HIGH', use(true), undefined],
    ['DKIM-01', 'HIGH', use('unknown', 'unknown'), undefined],
    ['DKIM-01', 'LOW', use(false, false), undefined],
    ['IDENT-07', 'CRITICAL', use(false, false), undefined],
    ['ACCT-02', 'HIGH', use(false, false), undefined],
    ['DANG-01', 'MEDIUM', use(false, false), undefined],
    ['DKIM-01', 'HIGH', undefined, undefined],
  ] as const)('%s of %s under %o says why: %s', (controlId, severity, of, why) => {
    expect(loweredBecause({ controlId, severity }, of)).toBe(why);
  });
});

describe('the busiest target', () => {
  it('decides for all that share a domain: no other is lowered less', () => {
    const all = ([true, false, 'unknown'] as const).flatMap((inUse) =>
      ([true, false, 'unknown'] as const).map((production) => use(inUse, production)),
    );
    for (const left of all)
      for (const right of all) {
        const rank = (of: Use | undefined): number =>
          SEVERITIES.indexOf(severityInUse({ controlId: 'DMARC-01', severity: 'CRITICAL' }, of));
        expect(rank(busiest([left, right]))).toBe(Math.min(rank(left), rank(right)));
      }
  });

  it('of none is not known, and lowers nothing', () => {
    expect(busiest([])).toBeUndefined();
  });
});
