/** One account: assume the member role, learn which Regions hold identities, write coverage for the others. */
import type { SurveyAccountInput, SurveyAccountOutput } from '../contract.ts';
import type { CoverageOutcome } from '../facts/types.ts';
import type { RegionCoverage } from '../findings/types.ts';
import { openMemberSession } from '../organization/member-session.ts';
import { surveyAccount as surveyRegions } from '../organization/survey.ts';
import { recordAccount, recordTarget } from './record.ts';
import type { Runtime } from './runtime.ts';
import { surveyZones } from './zone-records.ts';

/**
 * Expected denials are outcomes in the coverage, never errors.
 * @throws only what is unexpected; the workflow retries it and then records FAILED.
 */
export async function surveyAccount(
  event: SurveyAccountInput,
  runtime: Runtime,
): Promise<SurveyAccountOutput> {
  const { scan, accountId } = event;
  const observedAt = runtime.now().toISOString();
  const session = await openMemberSession({ sts: runtime.sts, settings: runtime.settings, scan, accountId });
  if (session.kind === 'refused') {
    await recordAccount(scan, runtime, {
      accountId,
      outcome: session.outcome,
      detail: session.detail,
      observedAt,
    });
    return { regions: [] };
  }
  const { credentials } = session;
  const [surveys] = await Promise.all([
    surveyRegions({
      credentials,
      accountId,
      regions: scan.regions,
      settings: runtime.settings,
      homeRegion: runtime.homeRegion,
    }),
    surveyZones(scan, runtime, { accountId, credentials }),
  ]);
  const account = await runtime.table.readAccount(accountId);
  const stored = new Set(account?.regions ?? []);
  const onward: string[] = [];
  const coverages: { [region: string]: RegionCoverage } = {};
  for (const [region, { outcome, detail }] of Object.entries(surveys)) {
    const known = stored.has(region);
    if (outcome === 'HAS_IDENTITIES' || (outcome === 'EMPTY' && known)) {
      onward.push(region);
      coverages[region] = { outcome: 'PENDING' };
      continue;
    }
    if (outcome === 'EMPTY' && account?.coveredRegions[region] === undefined) {
      await runtime.table.markRegionCovered(accountId, region, scan.id);
    }
    const coverage = { outcome, ...(detail ? { detail } : {}) };
    // What was never stored and is no gap leaves a row in the coverage alone; anything else is a finding of the target.
    if (isQuiet(outcome) && !known) coverages[region] = coverage;
    else await recordTarget(scan, runtime, { accountId, region, observedAt, ...coverage });
  }
  await runtime.table.setRegionCoverages(scan.id, accountId, coverages);
  await recordAccount(scan, runtime, { accountId, outcome: 'SCANNED', observedAt });
  return { regions: onward.sort() };
}

function isQuiet(outcome: CoverageOutcome): boolean {
  return (
    outcome === 'EMPTY' ||
    outcome === 'REGION_DISABLED' ||
    outcome === 'NOT_OFFERED' ||
    outcome === 'EXPECTED_DENIAL'
  );
}
