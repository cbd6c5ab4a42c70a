import { describe, expect, it } from 'vitest';
import { changeBetween, changesOf } from '../../lambda/findings/compare.ts';
import type { ChangeKind, Known, Stand, StoredSubject } from '../../lambda/findings/types.ts';
import { IDENTITY, finding } from './support.ts';

type S = Stand['status'];
const STATUSES: readonly S[] = ['PASS', 'WARN', 'FAIL', 'NOT_APPLICABLE'];

function stand(status: S, more: Partial<Stand> = {}): Stand {
  return { status, reason: `SOME_${status}`, reasonClass: 0, ...more };
}

const policy = (rank: number): Partial<Stand> => ({ tracked: { name: 'policy', value: `p${rank}`, rank } });

describe('changeBetween, by status alone', () => {
  const table: { [told in S | 'nothing']: { [known in S]: ChangeKind | undefined } } = {
    nothing: { PASS: undefined, WARN: 'OPENED', FAIL: 'OPENED', NOT_APPLICABLE: undefined },
    PASS: { PASS: undefined, WARN: 'WEAKENED', FAIL: 'REGRESSED', NOT_APPLICABLE: undefined },
    WARN: { PASS: 'RESOLVED', WARN: undefined, FAIL: 'REGRESSED', NOT_APPLICABLE: 'RETIRED' },
    FAIL: { PASS: 'RESOLVED', WARN: 'EASED', FAIL: undefined, NOT_APPLICABLE: 'RETIRED' },
    NOT_APPLICABLE: { PASS: undefined, WARN: 'WEAKENED', FAIL: 'REGRESSED', NOT_APPLICABLE: undefined },
  };
  const cases = Object.entries(table).flatMap(([told, row]) =>
    STATUSES.map((known) => ({ told: told as S | 'nothing', known, kind: row[known] })),
  );

  it.each(cases)('$told to $known is $kind', ({ told, known, kind }) => {
    expect(changeBetween(told === 'nothing' ? undefined : stand(told), stand(known))).toBe(kind);
  });

  it.each(cases)('$told to $known under baseline is counted as such, or nothing', ({ told, known, kind }) => {
    const change = changeBetween(told === 'nothing' ? undefined : stand(told), {
      ...stand(known),
      baseline: true,
    });
    expect(change).toBe(kind === undefined ? undefined : 'BASELINE');
  });

  it.each(STATUSES)('a revived subject, told RETIRED, opens anew when it is %s', (known) => {
    const told = stand('NOT_APPLICABLE', { reason: 'RETIRED' });
    expect(changeBetween(told, stand(known))).toBe(table.nothing[known]);
  });
});

describe('changeBetween, by class of reason', () => {
  it.each([
    { told: 'FAIL', from: 1, known: 'FAIL', to: 2, kind: 'REGRESSED' },
    { told: 'FAIL', from: 2, known: 'FAIL', to: 1, kind: 'NOTED' },
    { told: 'FAIL', from: 1, known: 'FAIL', to: 1, kind: undefined },
    { told: 'WARN', from: 1, known: 'WARN', to: 2, kind: undefined },
    { told: 'FAIL', from: 0, known: 'WARN', to: 2, kind: 'EASED' },
    { told: 'FAIL', from: 0, known: 'PASS', to: 2, kind: 'RESOLVED' },
  ] as const)('$told of class $from to $known of class $to is $kind', ({ told, from, known, to, kind }) => {
    expect(changeBetween(stand(told, { reasonClass: from }), stand(known, { reasonClass: to }))).toBe(kind);
  });

  it('another reason of the same class is no change', () => {
    expect(changeBetween(stand('FAIL', { reason: 'A' }), stand('FAIL', { reason: 'B' }))).toBeUndefined();
  });
});

describe('changeBetween, by a tracked value', () => {
  it.each([
    { told: 'PASS', from: 3, known: 'PASS', to: 1, kind: 'WEAKENED' },
    { told: 'WARN', from: 3, known: 'WARN', to: 1, kind: 'WEAKENED' },
    { told: 'FAIL', from: 3, known: 'FAIL', to: 1, kind: 'WEAKENED' },
    { told: 'PASS', from: 1, known: 'PASS', to: 3, kind: 'NOTED' },
    { told: 'PASS', from: 3, known: 'PASS', to: 3, kind: undefined },
    { told: 'PASS', from: 3, known: 'FAIL', to: 1, kind: 'REGRESSED' },
    { told: 'PASS', from: 3, known: 'WARN', to: 1, kind: 'WEAKENED' },
    { told: 'FAIL', from: 1, known: 'PASS', to: 3, kind: 'RESOLVED' },
    { told: 'FAIL', from: 3, known: 'PASS', to: 1, kind: 'WEAKENED' },
    { told: 'FAIL', from: 1, known: 'WARN', to: 3, kind: 'EASED' },
    { told: 'FAIL', from: 3, known: 'NOT_APPLICABLE', to: 1, kind: 'RETIRED' },
  ] as const)('$told at rank $from to $known at rank $to is $kind', ({ told, from, known, to, kind }) => {
    expect(changeBetween(stand(told, policy(from)), stand(known, policy(to)))).toBe(kind);
  });

  it('remembers a value that is tracked for the first time, so that its later fall is seen', () => {
    expect(changeBetween(stand('PASS'), stand('PASS', policy(3)))).toBe('NOTED');
  });

  it('compares no values of different names', () => {
    const bits = { tracked: { name: 'bits', value: '1024', rank: 0 } };
    expect(changeBetween(stand('PASS', policy(3)), stand('PASS', bits))).toBe('NOTED');
  });

  it('makes a fall under a new revision of the control a baseline', () => {
    expect(changeBetween(stand('PASS', policy(3)), { ...stand('PASS', policy(1)), baseline: true })).toBe(
      'BASELINE',
    );
  });
});

describe('changeBetween, under a waiver', () => {
  const waived = { waived: { owner: 'Mail team', expires: '2026-11-30' } };

  it.each(STATUSES.flatMap((told) => STATUSES.map((known) => ({ told, known }))))(
    '$told to a waived $known is never said',
    ({ told, known }) => {
      expect(changeBetween(undefined, stand(known, waived))).toBe('NOTED');
      expect(changeBetween(stand(told), stand(known, waived))).toBe('NOTED');
      expect(changeBetween(stand(told), { ...stand(known, waived), baseline: true })).toBe('NOTED');
    },
  );

  it.each([
    { told: 'FAIL', known: 'FAIL', kind: 'WAIVER_ENDED' },
    { told: 'FAIL', known: 'WARN', kind: 'WAIVER_ENDED' },
    { told: 'WARN', known: 'FAIL', kind: 'WAIVER_ENDED' },
    { told: 'WARN', known: 'WARN', kind: 'WAIVER_ENDED' },
    { told: 'FAIL', known: 'PASS', kind: 'NOTED' },
    { told: 'WARN', known: 'NOT_APPLICABLE', kind: 'NOTED' },
  ] as const)('$told that was waived to $known that is not is $kind', ({ told, known, kind }) => {
    expect(changeBetween(stand(told, waived), stand(known))).toBe(kind);
  });

  it('says that a waiver ended even at a new revision of the control', () => {
    const known = { ...stand('FAIL'), baseline: true };
    expect(changeBetween(stand('FAIL', waived), known)).toBe('WAIVER_ENDED');
  });

  it('has nothing to remember while all stays as it is', () => {
    expect(changeBetween(stand('FAIL', waived), stand('FAIL', waived))).toBeUndefined();
  });

  it.each([
    { what: 'got worse', known: stand('FAIL', { reasonClass: 2 }) },
    { what: 'went from WARN to FAIL', told: stand('WARN'), known: stand('FAIL') },
    { what: 'lost a tracked value', told: stand('FAIL', policy(3)), known: stand('FAIL', policy(1)) },
  ])('only remembers what $what', ({ told = stand('FAIL'), known }) => {
    expect(changeBetween({ ...told, ...waived }, { ...known, ...waived })).toBe('NOTED');
  });

  it('remembers another owner or a later end, so that its end is told in the right words', () => {
    for (const other of [
      { owner: 'Shop team', expires: '2026-11-30' },
      { owner: 'Mail team', expires: '2026-12-31' },
    ])
      expect(changeBetween(stand('FAIL', waived), stand('FAIL', { waived: other }))).toBe('NOTED');
  });

  it.each([
    { from: 3, to: 1, kind: 'WEAKENED' },
    { from: 1, to: 1, kind: 'NOTED' },
    { from: 1, to: 3, kind: 'NOTED' },
  ] as const)(
    'of a tracked value that passes, told $from under a waiver and $to without one, is $kind',
    ({ from, to, kind }) => {
      const told = stand('PASS', { ...policy(from), ...waived });
      expect(changeBetween(told, stand('PASS', policy(to)))).toBe(kind);
      expect(changeBetween(told, stand('PASS', { ...policy(to), ...waived }))).toBe(
        from === to ? undefined : 'NOTED',
      );
    },
  );
});

describe('changesOf', () => {
  const known: Known = {
    status: 'FAIL',
    reason: 'SOME_FAIL',
    reasonClass: 0,
    severity: 'HIGH',
    summary: 'It fails.',
    since: '',
    observedAt: '',
    scanId: '',
    revision: 1,
  };
  const subject = (findings: StoredSubject['findings']): Pick<StoredSubject, 'subject' | 'findings'> => ({
    subject: IDENTITY,
    findings,
  });

  it('lists what is unlike told in order of key, with what was told before', () => {
    const told = { ...stand('PASS'), digest: 3 };
    const stored = { latest: finding('X', 'FAIL'), known, unknownScans: 0 };
    const changes = changesOf(subject({ 'MF-01': { ...stored, told }, 'DKIM-01': stored }));
    expect(changes.map(({ key, kind, from }) => [key, kind, from?.status])).toEqual([
      ['DKIM-01', 'OPENED', undefined],
      ['MF-01', 'REGRESSED', 'PASS'],
    ]);
  });

  it('says nothing of what was never known', () => {
    expect(
      changesOf(subject({ 'DKIM-01': { latest: finding('DKIM-01', 'UNKNOWN'), unknownScans: 1 } })),
    ).toEqual([]);
  });

  it('tells a change that an UNKNOWN followed with the finding that was known', () => {
    const last = finding('DKIM-01', 'FAIL', { fix: { text: 'Publish it.' } });
    const stored = { latest: finding('DKIM-01', 'UNKNOWN'), known, knownFinding: last, unknownScans: 1 };
    expect(changesOf(subject({ 'DKIM-01': stored }))[0]?.finding).toEqual(last);
  });
});
