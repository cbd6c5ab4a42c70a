/** Every control has a scenario for each status that it can have. Read from the scenarios as data: nothing is run here. */
import { describe, expect, it } from 'vitest';
import { CONTROL_PAGES, type ControlPage } from '../../lambda/controls/catalogue.ts';
import { CIRCUMSTANCES, CONTROLS, SITUATIONS } from './groups.ts';
import { placesOf } from './run.ts';

/** FAIL and WARN count as one: `OPEN`. */
const WANTED = ['PASS', 'OPEN', 'UNKNOWN', 'NOT_APPLICABLE'] as const;
type Wanted = (typeof WANTED)[number];

/** Statuses that no finished scan can show, and why. A test fails when one of them is shown all the same. */
const EXCEPTIONS: { [controlId: string]: Partial<Record<Wanted, string>> } = {
  'SCAN-01': { UNKNOWN: 'PENDING alone is unknown, and a scan that ended leaves nothing PENDING.' },
  'SCAN-02': { UNKNOWN: 'PENDING alone is unknown, and a scan that ended leaves nothing PENDING.' },
  'SCAN-06': Object.fromEntries(
    WANTED.map((status) => [status, 'Judged of the scanner itself: test/controls/scan-06.test.ts.']),
  ),
  'IDENT-02': {
    UNKNOWN: 'Only where a stored subject does not tell when it was first seen: it always does.',
  },
};

/** Controls that note and never complain: they have no reason of FAIL or WARN. */
const NOTES = [
  ...['ACCT-05', 'ACCT-08', 'BULK-07', 'DKIM-07', 'DMARC-03', 'DMARC-06', 'DMARC-13', 'DNS-04', 'EVT-03'],
  ...['EVT-06', 'MF-08', 'MF-10', 'SCAN-05'],
];

const shown = new Map<string, Set<Wanted>>();
const reasons = new Map<string, Set<string>>();
for (const { scenarios } of [...SITUATIONS, ...CONTROLS, ...CIRCUMSTANCES]) {
  for (const [scenario, place] of placesOf(scenarios)) {
    for (const { control, status, reason } of scenario.says(place)) {
      if (status === 'any') continue;
      const group: Wanted = status === 'FAIL' || status === 'WARN' ? 'OPEN' : status;
      shown.set(control, (shown.get(control) ?? new Set()).add(group));
      reasons.set(control, (reasons.get(control) ?? new Set()).add(reason));
    }
  }
}

function wantedOf({ id, reasons: own }: ControlPage): Wanted[] {
  const statuses = new Set(Object.values(own).flatMap((reason) => reason.statuses));
  const isNote = NOTES.includes(id);
  return WANTED.filter((one) => one !== 'NOT_APPLICABLE' || statuses.has(one)).filter(
    (one) => !(one === 'OPEN' && isNote),
  );
}

describe('the scenarios', () => {
  it.each(CONTROL_PAGES.map((page) => [page.id, page] as const))('show %s in every status', (id, page) => {
    const missing = wantedOf(page).filter((one) => !EXCEPTIONS[id]?.[one] && !shown.get(id)?.has(one));
    expect(missing, `${id} is never shown as`).toEqual([]);
  });

  it('show nothing that is excepted', () => {
    const stale = Object.entries(EXCEPTIONS).flatMap(([id, statuses]) =>
      Object.keys(statuses).flatMap((one) => (shown.get(id)?.has(one as Wanted) ? [`${id} ${one}`] : [])),
    );
    expect(stale).toEqual([]);
  });

  it('hold only those controls for notes that have nothing to complain of', () => {
    const silent = CONTROL_PAGES.filter(({ reasons: own }) =>
      Object.values(own).every(({ statuses }) => !statuses.includes('FAIL') && !statuses.includes('WARN')),
    );
    expect(silent.map(({ id }) => id).sort()).toEqual([...NOTES].sort());
  });

  it('of the situations say of everything open how it is mended', () => {
    const silent = SITUATIONS.flatMap(({ scenarios }) =>
      [...placesOf(scenarios)].flatMap(([scenario, place]) =>
        scenario
          .says(place)
          .filter(({ status }) => status === 'FAIL' || status === 'WARN')
          .filter(({ publish, remove, command, fixText }) => !publish && !remove && !command && !fixText)
          .map(({ control, reason }) => `${scenario.name}: ${control} ${reason}`),
      ),
    );
    expect(silent).toEqual([]);
  });

  it('name controls and reasons of the catalogue only', () => {
    const known = new Map(CONTROL_PAGES.map((page) => [page.id, page.reasons]));
    const strange = [...reasons].flatMap(([id, names]) =>
      [...names].flatMap((name) => (known.get(id)?.[name as never] ? [] : [`${id} ${name}`])),
    );
    expect(strange).toEqual([]);
  });
});
