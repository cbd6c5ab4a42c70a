/** The expectations are the truth: the real controls say each of them, and find nothing else to complain of. */
import { beforeAll, describe, expect, it } from 'vitest';
import { controlPage } from '../../lambda/controls/catalogue.ts';
import type { Finding, Subject } from '../../lambda/controls/types.ts';
import { changeBetween } from '../../lambda/findings/compare.ts';
import type { Stand } from '../../lambda/findings/types.ts';
import { expectations, expectedChanges } from '../../local/organization/expectations.ts';
import { scanInProcess, type Said } from './scan-in-process.ts';
import { worldOf } from './support.ts';

/** Coverage needs a whole scan: test/scan/two-weeks.test.ts expects its findings. */
const isJudgedHere = (controlId: string): boolean =>
  controlPage(controlId) !== undefined && !controlId.startsWith('SCAN-');
const key = (subject: Subject, controlId: string): string => `${JSON.stringify(subject)} ${controlId}`;

let weeks: { 1: Said[]; 2: Said[] };
beforeAll(async () => {
  weeks = { 1: await scanInProcess(worldOf(1)), 2: await scanInProcess(worldOf(2)) };
}, 60_000);

describe.each([1, 2] as const)('in week %i the controls', (week) => {
  it('say what is expected of each fault, as cause or as consequence', () => {
    const byControl = new Map<string, Finding[]>();
    for (const { subject, findings } of weeks[week]) {
      for (const finding of findings) {
        const id = key(subject, finding.controlId);
        byControl.set(id, [...(byControl.get(id) ?? []), finding]);
      }
    }
    const expected = expectations(week).filter(({ controlId }) => isJudgedHere(controlId));
    expect(expected.length).toBeGreaterThan(60);
    for (const { fault, subject, controlId, status, reason, consequence = false } of expected) {
      const said = byControl.get(key(subject, controlId)) ?? [];
      const fits = said.find(
        (finding) => finding.status === status && finding.reason === (reason ?? finding.reason),
      );
      const words = said.map((finding) => `${finding.status} ${finding.reason}`).join(', ');
      expect(
        fits,
        `${fault}: ${key(subject, controlId)} should say ${status} ${reason}, not ${words}`,
      ).toBeDefined();
      if (status === 'FAIL' || status === 'WARN') {
        expect(fits?.cause !== undefined, `${fault}: cause of ${key(subject, controlId)}`).toBe(consequence);
      }
    }
  });

  it('complain of nothing else', () => {
    const expected = new Set(expectations(week).map(({ subject, controlId }) => key(subject, controlId)));
    const others = weeks[week].flatMap(({ subject, findings }) =>
      findings
        .filter(({ status, controlId }) => /FAIL|WARN|UNKNOWN/.test(status) && isJudgedHere(controlId))
        .filter(({ controlId }) => !expected.has(key(subject, controlId)))
        .map(({ controlId, status, reason }) => `${key(subject, controlId)} ${status} ${reason}`),
    );
    expect(others).toEqual([]);
  });
});

describe('between the weeks', () => {
  /** Changes of subjects that stand in both weeks and were judged in both. */
  function changes(): string[] {
    const before = new Map(weeks[1].map(({ subject, findings }) => [JSON.stringify(subject), findings]));
    return weeks[2].flatMap(({ subject, findings }) => {
      const told = new Map(before.get(JSON.stringify(subject))?.map((finding) => [finding.key, finding]));
      if (told.size === 0) return [];
      return findings.flatMap((finding) => {
        if (finding.status === 'UNKNOWN') return [];
        const kind = changeBetween(told.get(finding.key) as Stand | undefined, finding as Stand);
        return kind && kind !== 'NOTED' ? [`${kind} ${key(subject, finding.controlId)}`] : [];
      });
    });
  }

  it('the findings change as the second digest is expected to tell', () => {
    const expected = expectedChanges()
      .filter(({ kind, controlId }) => /REGRESSED|WEAKENED|RESOLVED/.test(kind) && isJudgedHere(controlId))
      .map(({ kind, subject, controlId }) => `${kind} ${key(subject, controlId)}`);
    expect(new Set(changes())).toEqual(new Set(expected));
  });

  it('what is expected beneath its cause names one, and nothing else does', () => {
    const open = expectedChanges().filter(({ kind }) => /REGRESSED|WEAKENED|OPENED/.test(kind));
    for (const { subject, controlId, consequence = false } of open) {
      if (!isJudgedHere(controlId)) continue;
      const said = weeks[2].find((one) => JSON.stringify(one.subject) === JSON.stringify(subject));
      const finding = said?.findings.find((one) => one.controlId === controlId);
      expect(finding?.cause !== undefined, key(subject, controlId)).toBe(consequence);
    }
  });
});
