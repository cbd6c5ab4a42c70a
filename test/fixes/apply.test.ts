/** Every fault of the simulated organization: what its plan claims to heal is healed when somebody follows the plan. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../lambda/controls/types.ts';
import { refId } from '../../lambda/fixes/names.ts';
import { renderBind } from '../../lambda/fixes/render-bind.ts';
import { renderRoute53 } from '../../lambda/fixes/render-route53.ts';
import { renderTerraform } from '../../lambda/fixes/render-terraform.ts';
import type { FindingRef, Plan } from '../../lambda/fixes/types.ts';
import { MAX_ROUNDS, mend, type Round } from './mend.ts';
import { faultPlaces } from './places.ts';
import { changesOf, readBatches, readMasterFile, readTerraform, wantedSets } from './read-back.ts';

const isOpen = ({ status }: Finding): boolean => status === 'FAIL' || status === 'WARN';
const words = (finding: Finding | undefined): string => `${finding?.status} ${finding?.reason}`;
/** A text that only had to go leaves nothing to judge. */
const HEALED = /^PASS |^NOT_APPLICABLE NO_RECORD_HERE$/;

function openOf({ findings }: Round): string[] {
  return [...findings]
    .filter(([, finding]) => isOpen(finding))
    .map(([id]) => id)
    .sort();
}

/** Each open finding stands in exactly one part of the plan. */
function accountedFor({ heals, begins, follows, conflicts, advice, waived }: Plan): string[] {
  const refs: FindingRef[] = [
    ...heals,
    ...begins,
    ...follows.map(({ finding }) => finding),
    ...advice.flatMap(({ finding, ends }) => [finding, ...ends]),
    ...waived.map(({ finding }) => finding),
  ];
  const torn = new Set(conflicts.flatMap(({ wishes }) => wishes.map(({ finding }) => refId(finding))));
  return [...refs.map(refId), ...torn].sort();
}

/** Each carried-out plan with what was found after it. */
function carriedOut(rounds: readonly Round[]): { plan: Plan; after: Round }[] {
  return rounds.slice(0, -1).flatMap(({ plan }, index) => {
    const after = rounds[index + 1];
    return after ? [{ plan, after }] : [];
  });
}

const places = faultPlaces();
const planned: string[] = [];

describe.each(places)('the plan for $fault ($domain)', (place) => {
  let rounds: Round[];
  beforeAll(async () => {
    rounds = await mend(place);
    if (carriedOut(rounds).length > 0) planned.push(place.fault);
  });

  it('heals what it claims', () => {
    for (const { plan, after } of carriedOut(rounds)) {
      for (const ref of plan.heals) expect(words(after.findings.get(refId(ref))), refId(ref)).toMatch(HEALED);
    }
    const [first] = carriedOut(rounds);
    const last = rounds.at(-1);
    // They may also end by having nothing to judge any more: an identity that now inherits.
    for (const ref of [
      ...(first?.plan.begins ?? []),
      ...(first?.plan.follows.map((one) => one.finding) ?? []),
    ])
      expect(words(last?.findings.get(refId(ref))), refId(ref)).not.toMatch(/^(?:FAIL|WARN) /);
  });

  it('comes to an end, and opens nothing that was not open', () => {
    expect(rounds.length).toBeLessThanOrEqual(MAX_ROUNDS);
    const [first, last] = [rounds[0], rounds.at(-1)];
    if (!first || !last) return;
    expect(last.plan.steps).toEqual([]);
    const known = new Set([...first.findings.keys()].map((id) => id.slice(0, id.indexOf('] '))));
    // An identity that the plan created begins a life of its own, and is planned for like any other.
    const fresh = openOf(last).filter((id) => known.has(id.slice(0, id.indexOf('] '))));
    expect(fresh.filter((id) => !openOf(first).includes(id))).toEqual([]);
  });

  it('accounts for every open finding, and says of advice what to do and what to know first', () => {
    for (const round of rounds) {
      const { plan } = round;
      expect(accountedFor(plan)).toEqual(openOf(round));
      for (const { finding, text, first } of plan.advice) {
        expect(text, refId(finding)).toMatch(/\w/);
        expect(first).toMatch(/\w/);
      }
    }
  });

  it('is the same in every DNS format', () => {
    for (const { plan } of rounds) {
      const wanted = wantedSets(plan);
      expect(readMasterFile(renderBind(plan))).toEqual(wanted);
      expect(readTerraform(renderTerraform(plan))).toEqual(wanted);
      const { sets, deleted } = readBatches(renderRoute53(plan));
      expect(sets).toEqual(wanted);
      const gone = changesOf(plan).flatMap(({ name, type, values, found, displaces }) => [
        ...(values.length === 0 ? found.map((value) => `${name} ${type} ${value}`) : []),
        ...displaces.map((record) => `${name} ${record.type} ${record.value}`),
      ]);
      const deletions = Object.entries(deleted).flatMap(([at, values]) =>
        values.map((value) => `${at} ${value}`),
      );
      expect(deletions.sort()).toEqual(gone.sort());
    }
  });
});

describe('faults that a plan is made for', () => {
  it('are most of those of DKIM, MAIL FROM and SPF: what is advice is so for a reason', () => {
    const isOwn = (fault: string): boolean => /^(?:dkim|mail-from|spf|identity)-/.test(fault);
    const own = places.filter(({ fault }) => isOwn(fault));
    expect(planned.filter(isOwn).length).toBeGreaterThan((own.length * 2) / 3);
  });
});
