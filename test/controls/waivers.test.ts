import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Waiver } from '../../lambda/contract.ts';
import { covers, endsSoon, hasEnded, matchesPattern, waiverFor } from '../../lambda/controls/waivers.ts';
import type { Subject } from '../../lambda/controls/types.ts';

const waiver = (more: Partial<Waiver> = {}): Waiver => ({
  ...{ control: '*', account: '*', region: '*', subject: '*' },
  ...{ reason: 'known', owner: 'Mail team', expires: '2026-11-30' },
  ...more,
});

const identity: Subject = {
  kind: 'identity',
  accountId: '111111111111',
  region: 'eu-west-1',
  name: 'shop.example.com',
};
const target: Subject = { kind: 'target', accountId: '111111111111', region: 'eu-west-1' };
const account: Subject = { kind: 'account', accountId: '111111111111' };
const domain: Subject = { kind: 'domain', name: 'shop.example.com' };

describe('matchesPattern', () => {
  it.each([
    ['DKIM-04', 'DKIM-04', true],
    ['dkim-04', 'DKIM-04', true],
    ['DKIM-0', 'DKIM-04', false],
    ['DMARC-*', 'DMARC-05', true],
    ['*', '', true],
    ['*.example.com', 'shop.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'shop.example.com.evil.example', false],
    ['eu-*-1', 'eu-west-1', true],
    ['eu-*-1', 'eu-1', false],
    ['a*a', 'a', false],
    ['a*b*a', 'aba', true],
    ['a*bb*a', 'abba', true],
    ['a*ba*a', 'aba', false],
    ['.*', 'x', false],
  ])('%s on %s: %s', (pattern, text, fits) => {
    expect(matchesPattern(pattern, text)).toBe(fits);
  });

  it('says what the regular expression of the same meaning says, for any pattern and text', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 12 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 16 });
    fc.assert(
      fc.property(word, text, (pattern, name) => {
        const expression = pattern
          .split('*')
          .map((piece) => piece.replaceAll('.', '\\.'))
          .join('.*');
        expect(matchesPattern(pattern, name)).toBe(new RegExp(`^${expression}$`).test(name));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes time in proportion to the text where a backtracking matcher would never end', () => {
    const hostile = 'a'.repeat(200_000);
    const started = performance.now();
    // Ten stars are the most that the settings allow.
    expect(matchesPattern(`${'*a'.repeat(10)}b`, hostile)).toBe(false);
    expect(matchesPattern(`${'*aab'.repeat(9)}*`, hostile)).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('covers', () => {
  it.each<[string, Partial<Waiver>, Subject, string, boolean]>([
    ['everything', {}, identity, 'DKIM-04', true],
    ['its control', { control: 'DKIM-*' }, identity, 'DKIM-04', true],
    ['no other control', { control: 'DKIM-*' }, identity, 'MF-01', false],
    ['its control with any sub-key', { control: 'IDENT-05' }, target, 'IDENT-05#gmail.com', true],
    ['its account', { account: '111111111111' }, identity, 'DKIM-04', true],
    ['no other account', { account: '222222222222' }, identity, 'DKIM-04', false],
    ['its Regions', { region: 'eu-*' }, target, 'ACCT-01', true],
    ['no other Region', { region: 'us-*' }, target, 'ACCT-01', false],
    ['its subjects', { subject: '*.example.com' }, identity, 'DKIM-04', true],
    ['no other subject', { subject: '*.example.net' }, identity, 'DKIM-04', false],
    ['a sub-key', { subject: 'gmail.com' }, target, 'IDENT-05#gmail.com', true],
    ['no other sub-key', { subject: 'gmail.com' }, target, 'IDENT-05#yahoo.com', false],
    ['no target by a name, for it has none', { subject: 'example.com' }, target, 'ACCT-01', false],
    ['a domain by its name', { subject: 'shop.*' }, domain, 'DMARC-05', true],
    ['no domain by an account', { account: '111111111111' }, domain, 'DMARC-05', false],
    ['no domain by a Region', { region: 'eu-west-1' }, domain, 'DMARC-05', false],
    ['an account by its id', { account: '111111111111' }, account, 'SCAN-01', true],
    ['no account by a Region', { region: 'eu-west-1' }, account, 'SCAN-01', false],
  ])('%s', (_what, more, subject, key, covered) => {
    expect(covers(waiver(more), subject, key)).toBe(covered);
  });
});

describe('the end of a waiver', () => {
  it.each([
    ['2026-11-29T23:59:59.000Z', false],
    ['2026-11-30T23:59:59.999Z', false],
    ['2026-12-01T00:00:00.000Z', true],
    ['2026-12-01T00:30:00.000+01:00', false],
    ['2026-11-30T23:30:00.000-01:00', true],
  ])('is that of its day in UTC: at %s ended is %s', (time, ended) => {
    expect(hasEnded(waiver(), time)).toBe(ended);
    expect(waiverFor([waiver()], { subject: identity, key: 'DKIM-04' }, time) === undefined).toBe(ended);
  });

  it.each([
    ['2026-11-15T23:00:00.000Z', false],
    ['2026-11-16T00:00:00.000Z', true],
    ['2026-11-30T12:00:00.000Z', true],
    ['2026-12-01T00:00:00.000Z', false],
  ])('comes soon two weeks before: at %s %s', (time, soon) => {
    expect(endsSoon(waiver(), time, 14)).toBe(soon);
  });
});

describe('waiverFor', () => {
  it('takes the one that holds longest, of equal ones the first', () => {
    const [short, long, same] = [
      waiver({ owner: 'short' }),
      waiver({ owner: 'long', expires: '2027-01-31' }),
      waiver({ owner: 'same', expires: '2027-01-31' }),
    ];
    const other = waiver({ control: 'MF-01', expires: '2030-01-01' });
    const found = waiverFor(
      [other, short, long, same],
      { subject: identity, key: 'DKIM-04' },
      '2026-11-21T06:00:00.000Z',
    );
    expect(found).toBe(long);
  });
});
