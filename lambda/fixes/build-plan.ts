/**
 * One plan for a domain: the fixes of all open findings merged, put in an order that never breaks mail, held to the limits.
 * Pure; the same findings in any order give the same plan.
 */
import { SEVERITIES } from '../controls/types.ts';
import { rootCauses, type Placed } from '../findings/causes.ts';
import { accountOf, looksAtDns } from './commands.ts';
import { beyondLimits, FIRST } from './limits.ts';
import { mergeCommands, type PlannedCommand } from './merge-commands.ts';
import { canonicalName, canonicalValue, compareText, refId, refOf, subjectId } from './names.ts';
import { mergeRecords, type MergedName } from './record-sets.ts';
import { commandStep, dnsSteps, notesOf, waitStep } from './steps.ts';
import type { Advice, Conflict, FindingRef, OpenFinding, Plan, PlanInput, Step } from './types.ts';

/**
 * @param input what the table holds of the domain; see `PlanInput`
 * @returns the plan, which may have no step: `conflicts`, `advice` and `notJudged` then say why
 */
export function buildPlan(input: PlanInput): Plan {
  const open = input.open.map((one) => withoutPresent(one, input.inPlace ?? [])).sort(byFinding);
  const refused = new Map<string, string>();
  for (const one of open) {
    const because = beyondLimits(one, input);
    if (because !== undefined) refused.set(refId(refOf(one)), because);
  }
  const candidates = open.filter((one) => !refused.has(refId(refOf(one))));
  const { names, commands, conflicts, fit } = settle(candidates);
  const steps = orderedSteps(names, commands, fit);
  const { heals, begins } = claims(steps);
  const planned = new Set([
    ...[...heals, ...begins].map(refId),
    ...conflicts.flatMap(({ wishes }) => wishes.map(({ finding }) => refId(finding))),
  ]);
  const { follows, rest } = consequences(
    open.filter((one) => !planned.has(refId(refOf(one)))),
    [...heals, ...begins],
    open,
  );
  return {
    domain: input.domain,
    steps,
    heals,
    begins,
    follows,
    conflicts,
    advice: advise(rest, refused),
    notJudged: [...input.notJudged].sort(
      (left, right) =>
        compareText(subjectId(left.subject), subjectId(right.subject)) || compareText(left.key, right.key),
    ),
    waived: [...(input.waived ?? [])].sort(byFinding).flatMap((one) => {
      const { waived } = one;
      return waived ? [{ finding: refOf(one), owner: waived.owner, expires: waived.expires }] : [];
    }),
    lastSeen: open.flatMap((one) =>
      one.lastSeen === undefined ? [] : [{ finding: refOf(one), at: one.lastSeen }],
    ),
  };
}

/**
 * A fix that nobody looked for a place for (MF-01's new MAIL FROM domain) may name one that another identity uses already:
 * what stands there and is right need not be published again. Another MX there stays in the fix, and its `unseen` makes
 * whoever applies it create, not overwrite.
 */
function withoutPresent(one: OpenFinding, inPlace: NonNullable<PlanInput['inPlace']>): OpenFinding {
  const { fix } = one.finding;
  if (!fix?.unseen) return one;
  const publish = (fix.publish ?? []).filter(
    (record) =>
      !inPlace.some(
        (other) =>
          other.type === record.type &&
          canonicalName(other.name) === canonicalName(record.name) &&
          canonicalValue(other.type, other.value) === canonicalValue(record.type, record.value),
      ),
  );
  return { ...one, finding: { ...one.finding, fix: { ...fix, publish } } };
}

interface Settled {
  names: MergedName[];
  commands: PlannedCommand[];
  conflicts: Conflict[];
  /** Findings all of whose wishes are in the plan. */
  fit: OpenFinding[];
}

/**
 * Takes out whole findings that contradict each other, until what is left agrees: half a fix heals nothing. Each round
 * takes at least one finding out, so it ends.
 */
function settle(candidates: OpenFinding[]): Settled {
  let fit = candidates;
  const conflicts: Conflict[] = [];
  for (;;) {
    const records = mergeRecords(fit);
    const commands = mergeCommands(fit);
    const found = [
      ...records.flatMap((outcome) => ('conflict' in outcome ? [outcome.conflict] : [])),
      ...commands.conflicts,
    ];
    if (found.length === 0) {
      const names = records.flatMap((outcome) => ('merged' in outcome ? [outcome.merged] : []));
      return { names, commands: commands.commands, conflicts, fit };
    }
    // What contradicts its own cause gives way to it: the cause is what is to be mended.
    const torn = new Set(found.flatMap(({ wishes }) => wishes.map(({ finding }) => refId(finding))));
    const causes = new Set(
      fit
        .filter((one) => torn.has(refId(refOf(one))))
        .map((one) => causeId(one.finding.controlId, one.subject)),
    );
    const lesser = fit.filter(({ subject, finding, ...one }) => {
      const { cause } = finding;
      const id = refId(refOf({ subject, finding, ...one }));
      return torn.has(id) && cause !== undefined && causes.has(causeId(cause.controlId, cause.subject));
    });
    if (lesser.length === 0) conflicts.push(...found);
    const out = new Set(lesser.length === 0 ? torn : lesser.map((one) => refId(refOf(one))));
    fit = fit.filter((one) => !out.has(refId(refOf(one))));
  }
}

/** DKIM and MAIL FROM records, then waiting for DNS, then what SES has to be told; DMARC last. */
function orderedSteps(names: MergedName[], commands: PlannedCommand[], findings: OpenFinding[]): Step[] {
  const { before, last } = dnsSteps(names, findings);
  const waits = before.length > 0 && commands.some(({ command }) => looksAtDns(command));
  const steps: Step[] = [
    ...before,
    ...(waits ? [waitStep()] : []),
    ...commands.map((command) => commandStep(command, findings)),
    ...last,
  ];
  return withClaims(steps, findings);
}

/** A finding is healed at the last step that it needs; the earlier ones serve it. */
function withClaims(steps: Step[], findings: OpenFinding[]): Step[] {
  const lastStep = new Map<string, number>();
  steps.forEach((step, index) => step.serves.forEach((ref) => lastStep.set(refId(ref), index)));
  return steps.map((step, index) => {
    const heals = step.serves.filter((ref) => lastStep.get(refId(ref)) === index);
    const serves = step.serves.filter((ref) => lastStep.get(refId(ref)) !== index);
    const notes = [...step.notes, ...notesOf(heals, findings)];
    return { ...step, heals, serves, notes };
  });
}

function claims(steps: Step[]): { heals: FindingRef[]; begins: FindingRef[] } {
  const begun = (step: Step): boolean => step.kind === 'command' && step.begins;
  return {
    heals: steps.filter((step) => !begun(step)).flatMap((step) => step.heals),
    begins: steps.filter(begun).flatMap((step) => step.heals),
  };
}

/** Findings without a fix of their own whose cause, or its cause, is claimed. A policy to be raised follows from nothing. */
function consequences(
  unclaimed: OpenFinding[],
  claimed: FindingRef[],
  open: OpenFinding[],
): { follows: Plan['follows']; rest: OpenFinding[] } {
  const healed = new Map(claimed.map((ref) => [causeId(ref.controlId, ref.subject), ref]));
  const bySource = new Map(open.map((one) => [causeId(one.finding.controlId, one.subject), one]));
  const rootOf = (one: OpenFinding): FindingRef | undefined => {
    const passed = new Set<OpenFinding>();
    for (let at: OpenFinding | undefined = one; at !== undefined && !passed.has(at);) {
      passed.add(at);
      const { cause } = at.finding as OpenFinding['finding'];
      if (cause === undefined) return undefined;
      const source = causeId(cause.controlId, cause.subject);
      const ref = healed.get(source);
      if (ref !== undefined) return ref;
      at = bySource.get(source);
    }
    return undefined;
  };
  const follows: Plan['follows'] = [];
  const rest: OpenFinding[] = [];
  for (const one of unclaimed) {
    const cause = one.finding.controlId === 'DMARC-05' ? undefined : rootOf(one);
    if (cause === undefined) rest.push(one);
    else follows.push({ finding: refOf(one), cause });
  }
  return { follows, rest };
}

function causeId(controlId: string, subject: FindingRef['subject']): string {
  return `${controlId} ${subjectId(subject)}`;
}

/** Worst first. Advice is as grave as what stands beneath it: mail that is dropped does not hide beneath a medium cause. */
function advise(rest: readonly OpenFinding[], refused: ReadonlyMap<string, string>): Advice[] {
  const roots = rootCauses(rest, placeOf);
  const rank = ({ severity }: Pick<Advice, 'severity'>): number => SEVERITIES.indexOf(severity);
  return rest
    .filter((one) => roots.get(one) === one)
    .map((one): Advice => {
      const beneath = rest.filter((other) => other !== one && roots.get(other) === one);
      const worst = [one, ...beneath].map(({ finding }) => finding).sort((a, b) => rank(a) - rank(b))[0];
      return {
        ...adviceOf(one, refused.get(refId(refOf(one))) ?? FIRST.nothingToApply),
        severity: (worst ?? one.finding).severity,
        ends: beneath.map(refOf),
      };
    })
    .sort((left, right) => rank(left) - rank(right));
}

/** What has something to apply stands for itself, and a policy to be raised follows from nothing. */
function placeOf({ subject, finding }: OpenFinding): Placed {
  const { controlId, cause, fix } = finding;
  const own = fix?.command !== undefined || [...(fix?.publish ?? []), ...(fix?.remove ?? [])].length > 0;
  const follows = cause !== undefined && !own && controlId !== 'DMARC-05';
  return { subject, finding: { controlId, ...(follows ? { cause } : {}) } };
}

function adviceOf(one: OpenFinding, first: string): Omit<Advice, 'ends' | 'severity'> {
  const { summary, fix } = one.finding;
  const account = fix?.command === undefined ? undefined : accountOf(one.subject, fix.account);
  const { publish = [], remove = [] } = fix ?? {};
  return {
    finding: refOf(one),
    summary,
    text: fix?.text ?? 'No fix is known.',
    first,
    ...(fix?.command === undefined ? {} : { command: fix.command }),
    ...(account === undefined ? {} : { account }),
    ...(publish.length + remove.length > 0 ? { records: { publish, remove } } : {}),
  };
}

function byFinding(left: OpenFinding, right: OpenFinding): number {
  return (
    compareText(subjectId(left.subject), subjectId(right.subject)) ||
    compareText(left.finding.key, right.finding.key)
  );
}
