/**
 * A domain mended: scanned, planned, the plan carried out, scanned again, until nothing is left to do. The world holds the
 * domain in all its targets and nothing else, and the scan is one without the workflow, so that hundreds fit a test run.
 */
import type { Finding } from '../../lambda/controls/types.ts';
import { buildPlan } from '../../lambda/fixes/build-plan.ts';
import { refId } from '../../lambda/fixes/names.ts';
import { planInput } from '../../lambda/fixes/plan-input.ts';
import type { Plan } from '../../lambda/fixes/types.ts';
import type { Known } from '../../lambda/findings/types.ts';
import { deriveWorld, organizationOf } from '../../local/organization/build-world.ts';
import type { World } from '../../local/organization/types.ts';
import type { OrganizationSpec } from '../../local/organization/vocabulary.ts';
import { apexOf } from '../../local/organization/zone-preset.ts';
import { NOW } from '../organization/support.ts';
import type { FaultPlace } from './places.ts';
import { scanInProcess } from './scan-in-process.ts';
import { carryOut } from './simulated-operator.ts';

/** A new identity is begun, then its records, then its MAIL FROM: no fault takes longer. */
export const MAX_ROUNDS = 5;

export interface Round {
  plan: Plan;
  /** What the plan was made of, by `refId`. */
  findings: Map<string, Finding>;
}

/**
 * @param change what is broken by hand beside the place's own faults
 * @returns what was planned and found in each round; the last round's plan has no step, or was one too many
 */
export async function mend(
  { week, domain }: Pick<FaultPlace, 'week' | 'domain'>,
  change?: (world: World) => void,
): Promise<Round[]> {
  const world = worldOf(week, domain);
  change?.(world);
  const rounds: Round[] = [];
  for (;;) {
    const round = await roundOf(domain, world);
    rounds.push(round);
    if (round.plan.steps.length === 0 || rounds.length > MAX_ROUNDS) return rounds;
    carryOut(round.plan, world);
  }
}

async function roundOf(domain: string, world: World): Promise<Round> {
  const said = await scanInProcess(world);
  const all = said.flatMap(({ subject, findings }) => findings.map((latest) => ({ subject, latest })));
  const words = all.map(({ subject, latest }) => ({
    subject,
    finding: { latest, ...(latest.status === 'UNKNOWN' ? {} : { known: latest as unknown as Known }) },
  }));
  const findings = new Map(
    all.map(({ subject, latest }) => [
      refId({ subject, key: latest.key, controlId: latest.controlId }),
      latest,
    ]),
  );
  return { plan: buildPlan(planInput(domain, words)), findings };
}

/** The simulated organization with the identities of one domain only; places left empty by that are gone. */
function worldOf(week: 1 | 2, domain: string): World {
  const organization = organizationOf({ week });
  const accounts = organization.accounts.flatMap((account) => {
    const targets = Object.entries(account.targets).flatMap(([region, target]) => {
      const identities = target.identities.filter(({ name }) => apexOfIdentity(name) === domain);
      return identities.length > 0 ? [[region, { ...target, identities }] as const] : [];
    });
    const needed = targets.length > 0 || account.id === organization.managementAccountId;
    return needed ? [{ ...account, targets: Object.fromEntries(targets) }] : [];
  });
  const reduced: OrganizationSpec = { ...organization, accounts };
  const world = deriveWorld(reduced, { now: NOW });
  world.zones.push(
    { name: 'reports.example', type: 'MX', preference: 10, data: 'mail.reports.example' },
    { name: '*._report._dmarc.reports.example', type: 'TXT', data: 'v=DMARC1' },
  );
  return world;
}

function apexOfIdentity(name: string): string {
  return apexOf(name.slice(name.lastIndexOf('@') + 1).toLowerCase());
}
