/** Judging and recording accounts and targets: shared by every state that learns something of coverage. */
import type { Scan } from '../contract.ts';
import { revisionsOf } from '../controls/catalogue.ts';
import { judgeAccount, judgeTarget } from '../controls/judge.ts';
import type { JudgeContext, SubjectBefore } from '../controls/types.ts';
import type { CoverageOutcome, TargetFacts } from '../facts/types.ts';
import type { Pass } from '../findings/table.ts';
import { memoize } from './memoize.ts';
import type { Runtime } from './runtime.ts';
import type { StoredTargetSummary } from './target-use.ts';

/** The scan's part of what every control is handed. */
export function judgeContext(scan: Scan, runtime: Runtime, before: SubjectBefore | undefined): JudgeContext {
  return {
    settings: runtime.settings,
    scanStartTime: scan.startTime,
    full: scan.full,
    ...(before ? { before } : {}),
  };
}

/** Writes the account's coverage and its SCAN-01. */
export async function recordAccount(
  scan: Scan,
  runtime: Runtime,
  account: { accountId: string; outcome: CoverageOutcome; detail?: string; observedAt: string },
): Promise<void> {
  const { accountId, outcome, detail, observedAt } = account;
  await runtime.table.setAccountCoverage(scan.id, accountId, { outcome, ...(detail ? { detail } : {}) });
  const facts = {
    accountId,
    observedAt,
    outcome,
    memberRoleName: runtime.settings.memberRoleName,
    ...(detail ? { detail } : {}),
  };
  await runtime.table.recordSubject({
    subject: { kind: 'account', accountId },
    scan,
    observedAt,
    revisions: revisionsOf('account'),
    judge: (before) => judgeAccount(facts, judgeContext(scan, runtime, before)),
    baselineIfNew: scan.first,
    settings: runtime.settingsFingerprint,
  });
}

/**
 * Writes the target's coverage and judges its own controls.
 * @param whenRead of a target that was read to its end; the summary of one that was not stays as it was stored
 */
export async function recordTarget(
  scan: Scan,
  runtime: Runtime,
  facts: TargetFacts,
  whenRead: { pass?: Pass; summary?: StoredTargetSummary } = {},
): Promise<void> {
  const { accountId, region, outcome, detail, listed, judged } = facts;
  const { pass, summary } = whenRead;
  await runtime.table.setRegionCoverage(scan.id, accountId, region, {
    outcome,
    ...(detail ? { detail } : {}),
    ...(listed === undefined ? {} : { listed }),
    ...(judged === undefined ? {} : { judged }),
  });
  await runtime.table.addAccountRegion(accountId, region);
  await runtime.table.recordSubject({
    subject: { kind: 'target', accountId, region },
    scan,
    observedAt: facts.observedAt,
    revisions: revisionsOf('target'),
    judge: (before) => judgeTarget(facts, judgeContext(scan, runtime, before)),
    baselineIfNew: await isNewGround(scan, runtime, accountId, region),
    settings: runtime.settingsFingerprint,
    ...(pass ? { pass } : {}),
    ...(summary ? { facts: { summary: { ...summary } } } : {}),
  });
}

/** Whether this target was never covered whole before this scan: then what is found there is baseline, not news. */
export function isNewGround(
  scan: Scan,
  runtime: Runtime,
  accountId: string,
  region: string,
): Promise<boolean> {
  return createNewGround(scan, runtime)(accountId, region);
}

/** The same for many targets, reading each account once. */
export function createNewGround(
  scan: Scan,
  runtime: Runtime,
): (accountId: string, region: string) => Promise<boolean> {
  const accountOf = memoize((accountId) => runtime.table.readAccount(accountId));
  return async (accountId, region) => {
    const coveredBy = (await accountOf(accountId))?.coveredRegions[region];
    return coveredBy === undefined || coveredBy === scan.id;
  };
}
