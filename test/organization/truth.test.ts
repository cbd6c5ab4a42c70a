/**
 * The expectations are the truth: a whole scan of each week says each of them, and finds nothing else to complain of.
 * Settings leave out what cannot be seen, so that nothing is unknown but for a fault's sake; coverage itself, and a scan
 * that misses something, are the business of test/scan/two-weeks.test.ts.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { scanSettingsSchema, type ScanSettings } from '../../lambda/contract.ts';
import { controlPage } from '../../lambda/controls/catalogue.ts';
import type { Finding, Subject } from '../../lambda/controls/types.ts';
import { changeBetween } from '../../lambda/findings/compare.ts';
import type { Stand } from '../../lambda/findings/types.ts';
import { buildWorld } from '../../local/organization/build-world.ts';
import { expectations, expectedChanges, expectedCoverage } from '../../local/organization/expectations.ts';
import { scanWhole, type Said } from './scan-whole.ts';

const isJudgedHere = (controlId: string): boolean =>
  controlPage(controlId) !== undefined && !controlId.startsWith('SCAN-');
const key = (subject: Subject, controlId: string): string => `${JSON.stringify(subject)} ${controlId}`;
const expected = (week: 1 | 2) =>
  expectations(week, { completeCoverage: true }).filter(({ controlId }) => isJudgedHere(controlId));

/** Accounts that cannot be entered are out of scope, Regions that are denied are denied on purpose. */
function sighted(week: 1 | 2): Partial<ScanSettings> {
  const coverage = expectedCoverage(week);
  const denied = coverage.flatMap(({ regions }) =>
    Object.entries(regions).flatMap(([region, outcome]) => (outcome === 'DENIED_BY_POLICY' ? [region] : [])),
  );
  const hidden = coverage.filter(({ outcome }) => outcome !== 'SCANNED').map(({ accountId }) => accountId);
  return scanSettingsScope({ excludedAccounts: hidden, expectedDeniedRegions: denied });
}

function scanSettingsScope(scope: Partial<ScanSettings['scope']>): Pick<ScanSettings, 'scope'> {
  return { scope: scanSettingsSchema.parse({ scope }).scope };
}

let weeks: { 1: Said[]; 2: Said[] };
beforeAll(async () => {
  const scan = (week: 1 | 2) => scanWhole(buildWorld({ week, now: new Date() }), sighted(week));
  weeks = { 1: await scan(1), 2: await scan(2) };
}, 300_000);

describe.each([1, 2] as const)('in week %i the controls', (week) => {
  it('say what is expected of each fault, as cause or as consequence', () => {
    const byControl = new Map<string, Finding[]>();
    for (const { subject, findings } of weeks[week]) {
      for (const finding of findings) {
        const id = key(subject, finding.controlId);
        byControl.set(id, [...(byControl.get(id) ?? []), finding]);
      }
    }
    const wrong: string[] = [];
    for (const { fault, subject, controlId, status, reason, consequence = false } of expected(week)) {
      const said = byControl.get(key(subject, controlId)) ?? [];
      const isOpen = status === 'FAIL' || status === 'WARN';
      const fits = said.some(
        (finding) =>
          finding.status === status &&
          finding.reason === (reason ?? finding.reason) &&
          (!isOpen || (finding.cause !== undefined) === consequence),
      );
      const words = said.map((one) => `${one.status} ${one.reason}${one.cause ? ' as consequence' : ''}`);
      const should = `${status} ${reason ?? '(any reason)'}${consequence ? ' as consequence' : ''}`;
      if (!fits) wrong.push(`${fault}: ${key(subject, controlId)} says ${words.join(', ')}, not ${should}`);
    }
    expect(wrong).toEqual([]);
    expect(expected(week).length).toBeGreaterThan(200);
  });

  it('complain of nothing else', () => {
    const known = new Set(expected(week).map(({ subject, controlId }) => key(subject, controlId)));
    const others = weeks[week].flatMap(({ subject, findings }) =>
      findings
        .filter(({ status, controlId }) => /FAIL|WARN|UNKNOWN/.test(status) && isJudgedHere(controlId))
        .filter(({ controlId }) => !known.has(key(subject, controlId)))
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
        if (!kind || kind === 'NOTED' || !isJudgedHere(finding.controlId)) return [];
        return [`${kind} ${key(subject, finding.controlId)}`];
      });
    });
  }

  it('the findings change as the second digest is expected to tell', () => {
    const told = expectedChanges()
      .filter(({ kind, controlId }) => /REGRESSED|WEAKENED|RESOLVED/.test(kind) && isJudgedHere(controlId))
      .map(({ kind, subject, controlId }) => `${kind} ${key(subject, controlId)}`);
    expect([...new Set(changes())].sort()).toEqual([...new Set(told)].sort());
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
