import { describe, expect, it } from 'vitest';
import type { Subject } from '../../lambda/controls/types.ts';
import { expectations, expectedChanges, expectedCoverage } from '../../local/organization/expectations.ts';
import { identitiesOf, worldOf } from './support.ts';

const WEEKS = [1, 2] as const;
const key = (subject: Subject, controlId: string): string => `${JSON.stringify(subject)} ${controlId}`;

describe.each(WEEKS)('what is expected of a scan in week %i', (week) => {
  const world = worldOf(week);
  const expected = expectations(week);

  it('speaks of subjects that exist', () => {
    const placed = identitiesOf(world);
    const fromDomains = placed.map(({ identity }) => identity.name.split('@').pop());
    const mailFroms = placed.map(({ identity }) => identity.mailFrom?.domain);
    for (const { subject } of expected) {
      if (subject.kind === 'identity') {
        const { accountId, region, name } = subject;
        const found = placed.some(
          (one) => one.accountId === accountId && one.region === region && one.identity.name === name,
        );
        expect(found, name).toBe(true);
      } else if (subject.kind === 'domain') {
        expect([...fromDomains, ...mailFroms]).toContain(subject.name);
      } else {
        expect(world.accounts.map(({ id }) => id)).toContain(subject.accountId);
      }
    }
  });

  it('says one thing of one control and subject', () => {
    const said = new Map<string, string>();
    for (const { subject, controlId, status, reason } of expected) {
      const word = `${status} ${reason}`;
      expect(said.get(key(subject, controlId)) ?? word, key(subject, controlId)).toBe(word);
      said.set(key(subject, controlId), word);
    }
  });

  it('says nothing about the inside of accounts that nobody can enter', () => {
    const hidden = expectedCoverage(week)
      .filter(({ outcome }) => outcome !== 'SCANNED')
      .map(({ accountId }) => accountId);
    const inside = expected.flatMap(({ subject }) => ('region' in subject ? [subject.accountId] : []));
    expect(inside.filter((id) => hidden.includes(id))).toEqual([]);
    expect(hidden).toHaveLength(week === 1 ? 2 : 3);
  });

  it('covers every account, and every Region of SES in those that can be entered', () => {
    const coverage = expectedCoverage(week);
    expect(coverage.map(({ accountId }) => accountId)).toEqual(world.accounts.map(({ id }) => id));
    const counts: { [outcome: string]: number } = {};
    for (const { outcome, regions } of coverage) {
      if (outcome !== 'SCANNED') continue;
      expect(Object.keys(regions)).toEqual(world.sesRegions);
      for (const one of Object.values(regions)) counts[one] = (counts[one] ?? 0) + 1;
    }
    // 17 accounts can be entered in either week; 17 Regions of SES are always on, 10 by choice, and two of these are.
    expect(counts).toEqual({
      SCANNED: 40,
      DENIED_BY_POLICY: 1,
      EMPTY: 17 * 17 + 2 - 40 - 1,
      REGION_DISABLED: 17 * 10 - 2,
    });
  });
});

describe('what is expected of the second digest', () => {
  const at = (week: 1 | 2): Map<string, string> =>
    new Map(expectations(week).map(({ subject, controlId, status }) => [key(subject, controlId), status]));
  const [first, second] = [at(1), at(2)];
  /** A tracked value fell: there is no status to compare. */
  const trackedOnly = new Set(['DMARC-06', 'ALIGN-01']);

  it.each(expectedChanges().map((change) => [change.kind, change.controlId, change.subject] as const))(
    '%s %s fits what the two weeks hold',
    (kind, controlId, subject) => {
      const [was, is] = [first.get(key(subject, controlId)), second.get(key(subject, controlId))];
      if (kind === 'WEAKENED' && trackedOnly.has(controlId))
        return expect([was, is]).toEqual([undefined, undefined]);
      const expected = {
        REGRESSED: [undefined, 'FAIL'],
        WEAKENED: [undefined, 'WARN'],
        OPENED: [undefined, 'FAIL'],
        RESOLVED: [was === 'WARN' ? 'WARN' : 'FAIL', undefined],
        RETIRED: ['WARN', undefined],
        BASELINE: [undefined, 'WARN'],
        UNKNOWN: [undefined, 'UNKNOWN'],
        EASED: [],
        WAIVER_ENDED: [],
        NOTED: [],
      }[kind];
      expect([was, is]).toEqual(expected);
    },
  );

  it('explains every failure and warning that is new in week two', () => {
    const explained = new Set(expectedChanges().map(({ subject, controlId }) => key(subject, controlId)));
    const fresh = [...second].filter(([id, status]) => first.get(id) !== status && /FAIL|WARN/.test(status));
    expect(fresh.length).toBeGreaterThan(8);
    expect(fresh.map(([id]) => id).filter((id) => !explained.has(id))).toEqual([]);
  });
});
