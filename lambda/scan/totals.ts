/** Coverage added up: the outcomes of accounts and of targets sum to their totals, whatever happened. */
import type { Subject } from '../controls/types.ts';
import type { CoverageOutcome } from '../facts/types.ts';
import type { AccountCoverage, ScanTotals } from '../findings/types.ts';

/** Outcomes that mean "was to be seen and was not". */
const UNSEEN: ReadonlySet<CoverageOutcome> = new Set<CoverageOutcome>([
  'PENDING',
  'PARTIAL',
  'ROLE_MISSING',
  'ACCESS_DENIED',
  'DENIED_BY_POLICY',
  'THROTTLED',
  'TIMED_OUT',
  'FAILED',
]);

export function emptyTotals(): ScanTotals {
  return {
    accounts: 0,
    accountOutcomes: {},
    targets: 0,
    targetOutcomes: {},
    identitiesListed: 0,
    identitiesJudged: 0,
    domainsJudged: 0,
    findings: {},
    open: {},
    unknown: 0,
  };
}

/** Adds one account's coverage to the totals, in place. */
export function addCoverage(totals: ScanTotals, coverage: AccountCoverage): void {
  totals.accounts += 1;
  increment(totals.accountOutcomes, coverage.outcome);
  for (const region of Object.values(coverage.regions)) {
    totals.targets += 1;
    increment(totals.targetOutcomes, region.outcome);
    totals.identitiesListed += region.listed ?? 0;
    totals.identitiesJudged += region.judged ?? 0;
  }
}

/** What a scan was to see and did not see at all: its findings stand as they were. */
export interface Lost {
  accounts: Set<string>;
  /** `<account> <Region>`. */
  targets: Set<string>;
}

/** Notes what of the account was lost, in place. A target read in part is not: who of it was seen is not kept. */
export function addLost(lost: Lost, { accountId, outcome, regions }: AccountCoverage): void {
  if (isUnseen(outcome)) lost.accounts.add(accountId);
  for (const [region, coverage] of Object.entries(regions)) {
    if (isUnseen(coverage.outcome) && coverage.outcome !== 'PARTIAL')
      lost.targets.add(`${accountId} ${region}`);
  }
}

/** Whether the subject was lost. What says of an account or a Region that it was lost has been seen. */
export function isLost(lost: Lost, subject: Subject): boolean {
  if (subject.kind === 'domain' || subject.kind === 'account') return false;
  if (lost.accounts.has(subject.accountId)) return true;
  return subject.kind === 'identity' && lost.targets.has(`${subject.accountId} ${subject.region}`);
}

/** How many accounts and targets in scope were not seen whole. */
export function unseen(totals: ScanTotals): { accountsUnseen: number; targetsUnseen: number } {
  return {
    accountsUnseen: sumUnseen(totals.accountOutcomes),
    targetsUnseen: sumUnseen(totals.targetOutcomes),
  };
}

export function isUnseen(outcome: CoverageOutcome): boolean {
  return UNSEEN.has(outcome);
}

function sumUnseen(outcomes: { [outcome in CoverageOutcome]?: number }): number {
  return Object.entries(outcomes).reduce(
    (sum, [outcome, count]) => sum + (isUnseen(outcome as CoverageOutcome) ? count : 0),
    0,
  );
}

function increment(outcomes: { [outcome in CoverageOutcome]?: number }, outcome: CoverageOutcome): void {
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
}
