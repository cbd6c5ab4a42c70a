/** The truth about the simulated organization, as data: what a right scan finds, covers and reports. */
import type { CoverageOutcome } from '../../lambda/facts/types.ts';
import { organizationOf, sitesOf, targetsOf } from './build-world.ts';
import { FAULTS, type FaultName } from './faults/index.ts';
import type { Expectation } from './faults/types.ts';
import { REGIONS, SES_REGIONS } from './regions.ts';
import type { AccountSpec } from './vocabulary.ts';
import { WEEK_TWO, type ExpectedChange } from './week-two.ts';

export type { Expectation, ExpectedChange };

/** An expectation and the fault that it comes from. */
export interface FaultExpectation extends Expectation {
  fault: FaultName;
}

/**
 * What a scan of that week has to say about each fault that it can see: nothing inside an account that it cannot enter.
 * Controls that do not exist yet may be among it: filter by the catalogue.
 *
 * @param options completeCoverage: settings leave out what cannot be seen, so that nothing in scope is missing
 */
export function expectations(
  week: 1 | 2,
  { completeCoverage = false }: { completeCoverage?: boolean } = {},
): FaultExpectation[] {
  const organization = organizationOf({ week });
  const entered = {
    ...organization,
    accounts: organization.accounts.filter((account) => !isHidden(account)),
  };
  const found: FaultExpectation[] = [];
  for (const { id, faults = [], deniedRegions = [] } of organization.accounts) {
    for (const fault of faults) {
      found.push(...named(fault, FAULTS.account[fault].expects({ accountId: id, deniedRegions })));
    }
  }
  for (const { spec, site } of targetsOf(entered, new Date(0))) {
    for (const fault of spec.faults ?? []) found.push(...named(fault, FAULTS.target[fault].expects(site)));
  }
  for (const { spec, site } of sitesOf(entered, new Date(0))) {
    if (spec.deleted) continue;
    for (const fault of spec.faults ?? []) found.push(...named(fault, FAULTS.identity[fault].expects(site)));
  }
  return found.filter(({ needsCompleteCoverage }) => completeCoverage || !needsCompleteCoverage);
}

/** What the second digest has to tell after a first scan in week one and a scan in week two. */
export function expectedChanges(): ExpectedChange[] {
  return WEEK_TWO.flatMap((event) => event.expects);
}

/** The coverage outcome of each account, and of each of SES's Regions in those that can be entered. */
export function expectedCoverage(
  week: 1 | 2,
): { accountId: string; outcome: CoverageOutcome; regions: { [region: string]: CoverageOutcome } }[] {
  return organizationOf({ week }).accounts.map((account) => ({
    accountId: account.id,
    outcome: accountOutcome(account),
    regions: isHidden(account)
      ? {}
      : Object.fromEntries(SES_REGIONS.map((region) => [region, regionOutcome(account, region)])),
  }));
}

function accountOutcome(account: AccountSpec): CoverageOutcome {
  if (account.faults?.includes('suspended')) return 'EXCLUDED';
  if (account.faults?.includes('no-member-role')) return 'ROLE_MISSING';
  return 'SCANNED';
}

function regionOutcome(account: AccountSpec, region: string): CoverageOutcome {
  const optIn = REGIONS.some(({ name, optIn }) => name === region && optIn);
  if (optIn && !account.optedInRegions?.includes(region)) return 'REGION_DISABLED';
  if (account.faults?.includes('region-denied') && account.deniedRegions?.includes(region)) {
    return 'DENIED_BY_POLICY';
  }
  const identities = account.targets[region]?.identities ?? [];
  return identities.some(({ deleted }) => !deleted) ? 'SCANNED' : 'EMPTY';
}

function isHidden(account: AccountSpec): boolean {
  return accountOutcome(account) !== 'SCANNED';
}

function named(fault: FaultName, expected: Expectation[]): FaultExpectation[] {
  return expected.map((one) => ({ fault, ...one }));
}
