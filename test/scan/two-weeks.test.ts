/**
 * The main job as a whole: a first scan of Example Corp, one more in which nothing has changed, a week in which things
 * break, and the scan and the mail that tell of it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlPage } from '../../lambda/controls/catalogue.ts';
import type { Subject } from '../../lambda/controls/types.ts';
import { changeBetween } from '../../lambda/findings/compare.ts';
import { returnToPresent, travel } from '../../local/clock.ts';
import { buildWorld, EXAMPLE_CORP_SETTINGS } from '../../local/organization/build-world.ts';
import { expectations, expectedChanges, expectedCoverage } from '../../local/organization/expectations.ts';
import type { ScanOutcome } from '../../local/run-scan.ts';
import type { StoredSubject } from '../../lambda/findings/types.ts';
import {
  coverageOf,
  flat,
  mailsOf,
  outcomesOf,
  PATIENT_DNS,
  readItems,
  startSandbox,
  subjectName,
  sumsOf,
  type Item,
  type Sandbox,
} from './support.ts';

const WEEK_MS = 7 * 24 * 3600 * 1000;
/** The quiet scan's mail has a number, too. */
const DIGEST = { 1: 1, 2: 3 } as const;
const LOST_ACCOUNT = '999999999999';

interface Seen {
  outcome: ScanOutcome;
  /** Calls of DynamoDB, by action. */
  calls: { [action: string]: number };
  /** The table after the scan. */
  items: Map<string, Item>;
  subjects: Map<string, StoredSubject>;
  coverage: Awaited<ReturnType<typeof coverageOf>>;
}

let sandbox: Sandbox;
let first: Seen;
let quiet: Seen;
let second: Seen;

beforeAll(async () => {
  sandbox = await startSandbox(buildWorld({ week: 1, now: new Date() }), {
    ...EXAMPLE_CORP_SETTINGS,
    dns: PATIENT_DNS,
  });
  first = await scan();
  quiet = await scan();
  travel(WEEK_MS);
  sandbox.stack.setWorld(buildWorld({ week: 2, now: new Date() }));
  second = await scan();
}, 300_000);

afterAll(async () => {
  returnToPresent();
  await sandbox?.close();
});

async function scan(): Promise<Seen> {
  sandbox.stack.gateway.resetCounts();
  const outcome = await sandbox.scan();
  if (outcome.execution.status !== 'SUCCEEDED') throw new Error(JSON.stringify(outcome.execution.error));
  const calls = tableCalls();
  const items = await readItems();
  const subjects = new Map<string, StoredSubject>();
  for (const item of items.values()) {
    if (item['subject'] === undefined || item['findings'] === undefined) continue;
    const { subject } = item as { subject: Subject };
    const stored = await sandbox.table.readSubject(subject);
    if (stored) subjects.set(subjectName(subject), stored);
  }
  return {
    outcome,
    calls,
    items,
    subjects,
    coverage: await coverageOf(sandbox.table, outcome.scan?.id ?? ''),
  };
}

function tableCalls(): { [action: string]: number } {
  const calls: { [action: string]: number } = {};
  for (const { service, action, calls: count } of sandbox.stack.gateway.counts())
    if (service === 'dynamodb') calls[action] = (calls[action] ?? 0) + count;
  return calls;
}

/** The control's word on the subject as a whole; where it has none, those under sub-keys. */
function findings(seen: Seen, subject: Subject, controlId: string) {
  const stored = seen.subjects.get(subjectName(subject))?.findings ?? {};
  const whole = stored[controlId];
  if (whole) return [whole];
  return Object.values(stored).filter(({ latest }) => latest.controlId === controlId);
}

const inCatalogue = ({ controlId }: { controlId: string }): boolean => controlPage(controlId) !== undefined;

describe.each([1, 2] as const)('the scan of week %i', (week) => {
  const seen = (): Seen => (week === 1 ? first : second);

  it('stores each expected finding: the latest word, what is known of it, what was told', () => {
    const expected = expectations(week).filter(inCatalogue);
    expect(expected.length).toBeGreaterThan(60);
    for (const { fault, subject, controlId, status, reason } of expected) {
      const stored = findings(seen(), subject, controlId);
      const where = `${fault}: ${controlId} of ${subjectName(subject)}`;
      const said = stored.map(({ latest }) => `${latest.status} ${latest.reason}`).join(', ');
      const fits = stored.find(
        ({ latest }) => latest.status === status && (reason === undefined || latest.reason === reason),
      );
      expect(fits, `${where} should say ${status} ${reason}, not: ${said}`).toBeDefined();
      if (status === 'UNKNOWN') {
        expect(fits?.known?.status, `${where} is known as it was seen last`).toMatch(
          /^(PASS|NOT_APPLICABLE)$/,
        );
        expect(fits?.told?.status, `${where} is told as it was seen last`).toBe(fits?.known?.status);
      } else {
        expect(fits?.known?.status, `${where} is known`).toBe(status);
        expect(fits?.told?.status, `${where} is told`).toBe(status);
        expect(fits?.told?.reason, `${where} is told for its reason`).toBe(fits?.known?.reason);
      }
    }
  });

  it('finds nothing else to complain of', () => {
    const expected = new Set(
      expectations(week).map(({ subject, controlId }) => `${subjectName(subject)} ${controlId}`),
    );
    const hidden = expectedCoverage(week).flatMap(({ accountId, outcome }) =>
      outcome === 'SCANNED' ? [] : [accountId],
    );
    const others = [...seen().subjects.values()].flatMap(({ subject, findings: stored }) =>
      Object.values(stored)
        .filter(({ latest }) => latest.status === 'FAIL' || latest.status === 'WARN')
        .filter(({ latest }) => !expected.has(`${subjectName(subject)} ${latest.controlId}`))
        .filter(() => !('accountId' in subject && hidden.includes(subject.accountId)))
        .map(({ latest }) => `${latest.status} ${latest.key} of ${subjectName(subject)}`),
    );
    expect(others).toEqual([]);
  });

  it('covers every account and every Region of those it can enter, each with one outcome', () => {
    const expected = expectedCoverage(week);
    expect(Object.keys(seen().coverage).sort()).toEqual(expected.map(({ accountId }) => accountId).sort());
    for (const { accountId, outcome, regions } of expected) {
      expect(seen().coverage[accountId]?.outcome, accountId).toBe(outcome);
      expect(outcomesOf(seen().coverage[accountId]), accountId).toEqual(regions);
    }
  });

  it('adds up: outcomes to accounts and targets, listed to judged', () => {
    const totals = seen().outcome.scan?.totals;
    const expected = expectedCoverage(week);
    const targets = expected.flatMap(({ regions }) => Object.values(regions));
    expect(totals?.accounts).toBe(expected.length);
    expect(totals?.targets).toBe(targets.length);
    expect(sumsOf(totals)).toEqual({ accounts: expected.length, targets: targets.length });
    expect(totals?.accountOutcomes).not.toHaveProperty('PENDING');
    expect(totals?.identitiesJudged).toBe(totals?.identitiesListed);
    const unknown = [...seen().subjects.values()]
      .filter(({ retiredAt }) => !retiredAt)
      .flatMap(({ findings: stored }) => Object.values(stored))
      .filter(({ latest }) => latest.status === 'UNKNOWN');
    expect(totals?.unknown).toBe(unknown.length);
  });

  it('leaves a record that is closed and a report', () => {
    expect(seen().outcome.scan).toMatchObject({
      state: 'SUCCEEDED',
      full: true,
      digest: DIGEST[week],
      problems: [],
    });
    expect(seen().outcome.reportFile).toMatch(/report\.html$/);
  });
});

describe('the first digest', () => {
  it('is a baseline: counts and the worst of it, no regression', () => {
    const { subject = '', body = '' } = first.outcome.digest ?? {};
    expect(subject).toMatch(/^\[SES posture\] \d+ open at the first scan - Example Corp, /);
    expect(body).toContain('BASELINE');
    expect(body).toContain('The worst of it');
    expect(body).not.toMatch(/WHAT GOT WORSE|LOST FROM SIGHT|RESOLVED|RETIRED/);
    const open = [...first.subjects.values()]
      .flatMap(({ findings: stored }) => Object.values(stored))
      .filter(({ known }) => known?.status === 'FAIL' || known?.status === 'WARN');
    const causes = open.filter(({ latest }) => latest.cause === undefined);
    expect(subject).toContain(` ${causes.length} open at the first scan`);
    expect(flat(body)).toContain(`${causes.length} open findings`);
    expect(flat(body)).toContain(`, and ${open.length - causes.length} consequences (`);
  });
});

describe('the second digest', () => {
  const changes = expectedChanges().filter(inCatalogue);
  const body = (): string => flat(second.outcome.digest?.body);

  it('is the one mail of the second scan', () => {
    const expected = changes.filter(({ consequence }) => !consequence);
    expect(second.outcome.digest?.subject).toContain('1 lost from sight');
    const regressed = expected.filter(
      ({ kind, controlId }) => kind === 'REGRESSED' && !controlId.startsWith('SCAN-'),
    );
    expect(second.outcome.digest?.subject).toContain(` ${regressed.length} regressed`);
    expect(mailsOf(sandbox.stack)).toHaveLength(3);
  });

  it.each(changes.filter(({ kind }) => /OPENED|REGRESSED|WEAKENED|RESOLVED/.test(kind)))(
    'tells in its own sentence: $kind $controlId of $subject',
    ({ kind, subject, controlId }) => {
      const status = kind === 'RESOLVED' ? ['PASS'] : ['FAIL', 'WARN', 'PASS'];
      const told = findings(second, subject, controlId).filter(({ told }) => told?.digest === DIGEST[2]);
      expect(told).toHaveLength(1);
      expect(status).toContain(told[0]?.known?.status);
      expect(body()).toContain(flat(told[0]?.known?.summary));
    },
  );

  it('tells no other change', () => {
    const told = [...second.subjects.values()].flatMap(({ subject, findings: stored }) => {
      const before = quiet.subjects.get(subjectName(subject))?.findings;
      return Object.entries(stored)
        .filter(([, { told }]) => told?.digest === DIGEST[2])
        .filter(([key, { told }]) => told && changeBetween(before?.[key]?.told, told) !== 'NOTED')
        .map(([, { latest }]) => `${latest.controlId} of ${subjectName(subject)}`);
    });
    const expected = changes
      .filter(({ kind }) => kind !== 'UNKNOWN')
      .map(({ subject, controlId }) => `${controlId} of ${subjectName(subject)}`);
    expect(new Set(told)).toEqual(new Set(expected));
  });

  it('shows consequences beneath their cause only', () => {
    for (const { kind, subject, controlId, consequence } of changes) {
      if (!/OPENED|REGRESSED|WEAKENED/.test(kind) || subject.kind === 'account') continue;
      const { name } = subject as { name: string };
      const line = `${controlId} ${{ OPENED: 'new', REGRESSED: 'regressed', WEAKENED: 'weakened' }[kind as 'OPENED']}: ${name}`;
      if (consequence) expect(body()).toContain(`- ${controlId} ${name} in `);
      if (consequence) expect(body()).not.toContain(line);
      else expect(body()).toContain(line);
    }
  });

  it('names the records to publish', () => {
    const { publish = [] } =
      findings(second, identity('222222222222', 'us-east-1', 'checkout.example'), 'DKIM-05')[0]?.latest.fix ??
      {};
    expect(publish).toHaveLength(1);
    expect(body()).toContain(`${publish[0]?.name} CNAME ${publish[0]?.value}`);
  });

  it('retires what was deleted, without its sentence', () => {
    const retired = second.subjects.get('identity 141414141414 us-east-1 oldnews.example');
    expect(retired?.retiredAt).toBeDefined();
    expect(body()).toMatch(/RETIRED .*\* MF-01 oldnews\.example in legacy-applications/);
  });

  it('counts the new account as baseline and spells none of it out as news', () => {
    const points = findings(second, identity('181818181818', 'us-east-1', 'points.example'), 'MF-01');
    expect(points[0]?.known).toMatchObject({ status: 'WARN', baseline: true });
    expect(body()).toMatch(/BASELINE Judged for the first time .*: 1 open finding: 1 low\./);
    expect(body()).not.toMatch(/MF-01 new: points\.example/);
  });

  it('counts what SERVFAIL hid as could not be judged, never as failing', () => {
    const hidden = changes.filter(({ kind }) => kind === 'UNKNOWN');
    expect(hidden.length).toBeGreaterThan(10);
    for (const { subject, controlId } of hidden) {
      for (const { latest, known, told } of findings(second, subject, controlId)) {
        expect(latest.status, `${controlId} of ${subjectName(subject)}`).toBe('UNKNOWN');
        expect(told?.digest, `${controlId} of ${subjectName(subject)}`).not.toBe(DIGEST[2]);
        expect(known?.scanId).toBe(first.outcome.scan?.id);
      }
    }
    // Named once, among what could not be judged.
    expect(body().slice(0, body().indexOf('COVERAGE'))).not.toContain('kyoto');
    expect(body()).toContain('kyoto.example in apac-production (666666666666), ap-northeast-1: ');
    const totals = second.outcome.scan?.totals;
    expect(totals?.unknown).toBeGreaterThanOrEqual(hidden.length);
    expect(body()).toContain(`Could not be judged: ${totals?.unknown} (`);
    expect(body()).toMatch(/Could not be judged: [^.]* DNS_SERVFAIL/);
  });

  it('states the coverage with the totals of the scan', () => {
    expect(body()).toContain('20 accounts: 17 scanned, 2 role missing, 1 excluded.');
    expect(body()).toContain(
      '459 targets (account and Region): 250 empty, 168 Region disabled, 40 scanned, 1 denied by policy.',
    );
  });
});

describe('the account that lost its role', () => {
  it('is told as lost from sight', () => {
    expect(flat(second.outcome.digest?.body)).toMatch(
      /LOST FROM SIGHT \* HIGH SCAN-01 regressed: Account data-platform \(999999999999\)/,
    );
  });

  it('keeps every finding inside as it was', () => {
    const inside = [...quiet.items.keys()].filter((key) => key.startsWith(`TARGET#${LOST_ACCOUNT}`));
    expect(inside.length).toBeGreaterThan(3);
    for (const key of inside) expect(second.items.get(key), key).toEqual(quiet.items.get(key));
  });
});

describe('a scan in which nothing changed', () => {
  it('says all quiet in one line', () => {
    expect(quiet.outcome.digest?.subject).toMatch(/^\[SES posture\] all quiet - Example Corp, /);
    expect(quiet.outcome.digest?.body.trim().split('\n')).toHaveLength(1);
    expect(quiet.outcome.digest?.body).toContain(
      `could not be judged: ${quiet.outcome.scan?.totals?.unknown}`,
    );
  });

  it('tells no change and opens no history', () => {
    const told = [...quiet.subjects.values()].flatMap(({ findings: stored }) =>
      Object.values(stored).filter(({ told }) => told?.digest === 2),
    );
    expect(told).toEqual([]);
    const history = (seen: Seen): string[] => [...seen.items.keys()].filter((key) => /^HISTORY#/.test(key));
    expect(history(quiet)).toEqual(history(first));
    expect([...quiet.items.keys()].filter((key) => /^OUTBOX#/.test(key))).toEqual([]);
  });

  it('writes nothing into a subject but when it was last seen, and how often in a row it was not', () => {
    const changed: string[] = [];
    for (const [key, item] of quiet.items) {
      const before = first.items.get(key);
      if (!before || /^(SCAN|DIGEST|PASSES)/.test(key)) continue;
      expect(withoutSight(item), key).toEqual(withoutSight(before));
      if (JSON.stringify(item) !== JSON.stringify(before)) changed.push(key);
    }
    // Account and target bear their "last seen"; what could not be judged again is counted.
    const touched = changed.filter((key) => !/^(TARGET#.*\/TARGET|ACCOUNT#.*\/FINDINGS)$/.test(key));
    const unjudged = [...quiet.items].filter(([key, item]) => touched.includes(key) && !hasUnknown(item));
    expect(unjudged.map(([key]) => key)).toEqual([]);
    expect(changed.length).toBeGreaterThan(20);
  });

  it('adds rows of its own scan and digest only', () => {
    const added = [...quiet.items.keys()].filter((key) => !first.items.has(key));
    const id = quiet.outcome.scan?.id ?? '';
    const own = new RegExp(`^(SCANS?[#/]${escape(id)}|DIGEST#2/|DIGEST)`);
    expect(added.filter((key) => !own.test(key))).toEqual([]);
    const gone = [...first.items.keys()].filter((key) => !quiet.items.has(key));
    expect(gone).toEqual([]);
  });

  it('makes few calls of the table', () => {
    const { targets, domainsJudged } = quiet.outcome.scan?.totals ?? { targets: 0, domainsJudged: 0 };
    // A coverage row's Region each, a "last seen" each target, and what belongs to the scan itself.
    expect(quiet.calls['UpdateItem']).toBeLessThan(targets + 100);
    // A pass for each worker, each domain named to the scan by each identity that uses it.
    expect(quiet.calls['PutItem']).toBeLessThan(domainsJudged * 2);
  });
});

function identity(accountId: string, region: string, name: string): Subject {
  return { kind: 'identity', accountId, region, name };
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function hasUnknown(item: Item): boolean {
  const stored = item['findings'] as { [key: string]: { latest: { status: string } } } | undefined;
  return Object.values(stored ?? {}).some(({ latest }) => latest.status === 'UNKNOWN');
}

const SIGHT = ['observedAt', 'scanId', 'version', 'before', 'unknownScans', 'baseline'];

/** The item without what a look may change that finds everything as it was. */
function withoutSight(item: Item): Item {
  const text = JSON.stringify(item, (key, value: unknown) => (SIGHT.includes(key) ? undefined : value));
  return JSON.parse(text) as Item;
}
