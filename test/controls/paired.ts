/** Runs a control's cases as a specification: what is the case, and what the control says of it. */
import { describe, expect, it } from 'vitest';
import { exemptReasons } from '../../lambda/controls/exemption.ts';
import { fromScopeReasons, mailFromScopeReasons } from '../../lambda/controls/from-domain.ts';
import { dkimScopeReasons } from '../../lambda/controls/dkim-scope.ts';
import { mailFromSettingReasons } from '../../lambda/controls/mail-from-scope.ts';
import { notReadReasons } from '../../lambda/controls/target-read.ts';
import type {
  Control,
  DnsRecordToPublish,
  Finding,
  JudgeContext,
  Json,
  Severity,
  Status,
  Subject,
} from '../../lambda/controls/types.ts';
import { dnsReasons, unseenReasons } from '../../lambda/controls/unknowns.ts';
import { contextOf } from './facts.ts';

export interface Case<Facts, Reason extends string> {
  when: string;
  facts: Facts;
  context?: JudgeContext;
  says: {
    status: Status;
    reason: Reason;
    /** Required of FAIL and WARN. */
    severity?: Severity;
    key?: string;
    reasonClass?: number;
    summary?: string | RegExp;
    evidence?: { [key: string]: Json };
    /** The whole list of records, exactly. */
    publish?: DnsRecordToPublish[];
    remove?: DnsRecordToPublish[];
    keep?: DnsRecordToPublish[];
    command?: string;
    fixText?: RegExp;
    /** `null`: it is a line of its own. */
    cause?: { controlId: string; subject: Subject } | null;
    tracked?: { value: string; rank: number } | null;
  };
}

/** Reasons that many controls share: tested where they are made (unknowns, exemption, scopes). */
const SHARED = new Set(
  [
    dnsReasons,
    unseenReasons,
    exemptReasons,
    dkimScopeReasons,
    mailFromSettingReasons,
    notReadReasons,
    fromScopeReasons,
    mailFromScopeReasons,
  ].flatMap((reasons) => Object.keys(reasons)),
);

/**
 * One test a case, and one that the cases reach every reason of the control's own and each status that those allow.
 */
export function describeControl<Facts, Reason extends string>(
  control: Control<Facts, Reason>,
  cases: Case<Facts, Reason>[],
): void {
  describe(`${control.id}: ${control.title}`, () => {
    const titled = cases.map((one) => [`${one.says.status} ${one.says.reason}: ${one.when}`, one] as const);
    it.each(titled)('%s', (_title, { facts, context, says }) => {
      const findings = control.judge(facts, context ?? contextOf());
      const key = says.key ?? control.id;
      const finding = findings.find((one) => one.key === key);
      expect(finding, `${key} among ${findings.map((one) => one.key).join(', ')}`).toBeDefined();
      if (finding) expectSaid(finding, says);
      if (finding) expectDeclaredSeverity(control, finding);
    });

    it('reaches every reason of its own with every status that it may have', () => {
      const own = Object.entries<{ statuses: readonly Status[] }>(control.reasons)
        .filter(([reason]) => !SHARED.has(reason))
        .flatMap(([reason, { statuses }]) => statuses.map((status) => `${status} ${reason}`));
      const reached = new Set(cases.map(({ says }) => `${says.status} ${says.reason}`));
      expect(own.filter((one) => !reached.has(one))).toEqual([]);
    });
  });
}

/** What opens has a severity that the control's data, and so its page, declares for the reason. */
function expectDeclaredSeverity<Facts, Reason extends string>(
  control: Control<Facts, Reason>,
  { status, reason, severity }: Finding<Reason>,
): void {
  if (status !== 'FAIL' && status !== 'WARN') return;
  const spec = control.reasons[reason];
  expect([spec.severity ?? control.severity, ...(spec.otherSeverities ?? [])]).toContain(severity);
}

function expectSaid(finding: Finding, says: Case<unknown, string>['says']): void {
  expect(`${finding.status} ${finding.reason}`).toBe(`${says.status} ${says.reason}`);
  expect(finding.summary).toMatch(/^[A-Z0-9]|^[a-z0-9._-]+\.[a-z]+ |^[a-z]+@/);
  const open = says.status === 'FAIL' || says.status === 'WARN';
  if (open) {
    expect(says.severity, 'a case of FAIL or WARN states the severity').toBeDefined();
    expect(finding.fix?.text, 'an open finding says what to do').toMatch(/\w/);
  } else {
    expect(finding.fix, 'what is not open needs no fix').toBeUndefined();
  }
  if (says.severity) expect(finding.severity).toBe(says.severity);
  if (says.reasonClass !== undefined) expect(finding.reasonClass).toBe(says.reasonClass);
  if (typeof says.summary === 'string') expect(finding.summary).toBe(says.summary);
  else if (says.summary) expect(finding.summary).toMatch(says.summary);
  if (says.evidence) expect(finding.evidence).toMatchObject(says.evidence);
  if (says.publish) expect(finding.fix?.publish ?? []).toEqual(says.publish);
  if (says.remove) expect(finding.fix?.remove ?? []).toEqual(says.remove);
  if (says.keep) expect(finding.fix?.keep ?? []).toEqual(says.keep);
  if (says.command) expect(finding.fix?.command).toBe(says.command);
  if (says.fixText) expect(finding.fix?.text).toMatch(says.fixText);
  if (says.cause === null) expect(finding.cause).toBeUndefined();
  else if (says.cause) expect(finding.cause).toEqual(says.cause);
  if (says.tracked === null) expect(finding.tracked).toBeUndefined();
  else if (says.tracked) expect(finding.tracked).toMatchObject(says.tracked);
}
