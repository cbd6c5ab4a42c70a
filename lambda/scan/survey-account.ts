/** One account: assume the member role, learn which Regions hold identities, write coverage for the others. */
import type { SurveyAccountInput, SurveyAccountOutput } from '../contract.ts';
import { openMemberSession } from '../organization/member-session.ts';
import { surveyAccount as surveyRegions, type RegionSurvey } from '../organization/survey.ts';
import { recordAccount, recordTarget } from './record.ts';
import type { Runtime } from './runtime.ts';

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
  const surveys = await surveyRegions({
    credentials: session.credentials,
    accountId,
    regions: scan.regions,
    settings: runtime.settings,
    homeRegion: runtime.homeRegion,
  });
  const account = await runtime.table.readAccount(accountId);
  const stored = new Set(account?.regions ?? []);
  const onward: string[] = [];
  for (const [region, survey] of Object.entries(surveys)) {
    const goOn = survey.outcome === 'HAS_IDENTITIES' || (survey.outcome === 'EMPTY' && stored.has(region));
    if (goOn) onward.push(region);
    const covered = account?.coveredRegions[region] !== undefined;
    if (survey.outcome === 'EMPTY' && !goOn && !covered)
      await runtime.table.markRegionCovered(accountId, region, scan.id);
    await writeRegion(event, runtime, region, survey, { goOn, known: stored.has(region), observedAt });
  }
  await recordAccount(scan, runtime, { accountId, outcome: 'SCANNED', observedAt });
  return { regions: onward.sort() };
}

async function writeRegion(
  event: SurveyAccountInput,
  runtime: Runtime,
  region: string,
  survey: RegionSurvey,
  how: { goOn: boolean; known: boolean; observedAt: string },
): Promise<void> {
  const { scan, accountId } = event;
  if (how.goOn || survey.outcome === 'HAS_IDENTITIES') {
    await runtime.table.setRegionCoverage(scan.id, accountId, region, { outcome: 'PENDING' });
    return;
  }
  const { outcome, detail } = survey;
  const quiet =
    outcome === 'EMPTY' ||
    outcome === 'REGION_DISABLED' ||
    outcome === 'NOT_OFFERED' ||
    outcome === 'EXPECTED_DENIAL';
  if (quiet && !how.known) {
    await runtime.table.setRegionCoverage(scan.id, accountId, region, {
      outcome,
      ...(detail ? { detail } : {}),
    });
    return;
  }
  await recordTarget(scan, runtime, {
    accountId,
    region,
    observedAt: how.observedAt,
    outcome,
    ...(detail ? { detail } : {}),
  });
}
