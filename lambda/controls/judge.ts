/** Runs every control of a subject's kind and holds what they say to their own rules. */
import type { AccountFacts, DomainFacts, IdentityFacts, TargetFacts } from '../facts/types.ts';
import { boundedFinding } from './bounds.ts';
import { CATALOGUE } from './catalogue.ts';
import { sameSubject } from './subjects.ts';
import type { Control, Finding, JudgeContext, Subject } from './types.ts';
import { markUnconfirmed } from './unconfirmed.ts';

/** Every control whose subject is an identity. */
export function judgeIdentity(facts: IdentityFacts, context: JudgeContext): Finding[] {
  const { accountId, region, name } = facts;
  return judge(CATALOGUE.identity, facts, context, { kind: 'identity', accountId, region, name });
}

/** Every control whose subject is a target. */
export function judgeTarget(facts: TargetFacts, context: JudgeContext): Finding[] {
  const { accountId, region } = facts;
  return judge(CATALOGUE.target, facts, context, { kind: 'target', accountId, region });
}

/** Every control whose subject is an account. */
export function judgeAccount(facts: AccountFacts, context: JudgeContext): Finding[] {
  return judge(CATALOGUE.account, facts, context, { kind: 'account', accountId: facts.accountId });
}

/** Every control whose subject is a domain. */
export function judgeDomain(facts: DomainFacts, context: JudgeContext): Finding[] {
  return judge(CATALOGUE.domain, facts, context, { kind: 'domain', name: facts.name });
}

/**
 * @throws Error when a control breaks its own data (a status that its reason does not allow, a key said twice): a defect
 *   of this software, never of the facts
 */
function judge<Facts extends object>(
  controls: readonly Control<Facts>[],
  facts: Facts,
  context: JudgeContext,
  subject: Subject,
): Finding[] {
  const findings = controls.flatMap((control) =>
    control
      .judge(facts, context)
      .map((finding) => markUnconfirmed(control, checked(control, finding), facts)),
  );
  const keys = new Set(findings.map(({ key }) => key));
  if (keys.size !== findings.length) {
    throw new Error(`Controls spoke twice of one key among ${findings.map(({ key }) => key).join(', ')}.`);
  }
  return findings.map((finding) => boundedFinding(withOpenCause(finding, findings, subject)));
}

const LOSS_CONTROLS = ['SCAN-01', 'SCAN-02'];

/** What a target could not tell because the scan did not read it: SCAN-02 says why. */
function withLossAsCause(finding: Finding, subject: Subject): Finding {
  const lost = finding.reason === 'TARGET_UNSEEN' && subject.kind === 'target';
  return lost ? { ...finding, cause: { controlId: 'SCAN-02', subject } } : finding;
}

function checked<Facts>(control: Control<Facts>, finding: Finding): Finding {
  const allowed = control.reasons[finding.reason]?.statuses ?? [];
  if (!allowed.includes(finding.status)) {
    throw new Error(
      `${control.id} said ${finding.status} ${finding.reason}, which its reasons do not allow: mend the control.`,
    );
  }
  return finding;
}

/**
 * A cause counts only while it is open. One on this very subject is looked up; one on another subject
 * is taken at its word. What could not be judged follows only from what was lost from sight.
 */
function withOpenCause(judged: Finding, findings: readonly Finding[], subject: Subject): Finding {
  const finding = withLossAsCause(judged, subject);
  const { cause, ...withoutCause } = finding;
  if (cause === undefined) return finding;
  const speaks =
    finding.status === 'FAIL' ||
    finding.status === 'WARN' ||
    finding.tracked !== undefined ||
    (finding.status === 'UNKNOWN' && LOSS_CONTROLS.includes(cause.controlId));
  const open =
    !sameSubject(cause.subject, subject) ||
    findings.some(
      ({ controlId, status }) => controlId === cause.controlId && (status === 'FAIL' || status === 'WARN'),
    );
  return speaks && open ? finding : withoutCause;
}
