/** Building findings: a control says status, reason and sentence; what its own data fixes is filled in here. */
import type { Control, Finding, Fix, Json, Severity, Status, Subject } from './types.ts';

export interface Said<Reason extends string> {
  status: Status;
  reason: Reason;
  /** One sentence, without account and Region. */
  summary: string;
  /** `undefined` values are left out. */
  evidence?: { [key: string]: Json | undefined };
  fix?: Fix;
  /** Instead of the reason's severity. */
  severity?: Severity;
  /** Instead of the reason's class. */
  reasonClass?: number;
  /** Makes the key `<control>#<sub-key>`. */
  subKey?: string;
  cause?: { controlId: string; subject: Subject };
  tracked?: { name: string; value: string; rank: number };
}

/** What `say` needs of a control: its data, not its function. */
export type ControlData<Reason extends string> = Pick<
  Control<never, Reason>,
  'id' | 'revision' | 'severity' | 'reasons'
>;

/**
 * One finding of `control`. PASS and NOT_APPLICABLE are INFO; an UNKNOWN has the severity of what could not be judged.
 */
export function say<Reason extends string>(
  control: ControlData<Reason>,
  said: Said<NoInfer<Reason>>,
): Finding<Reason> {
  const spec = control.reasons[said.reason];
  const open = said.status === 'FAIL' || said.status === 'WARN';
  const severity = open ? (said.severity ?? spec.severity ?? control.severity) : control.severity;
  return {
    key: said.subKey === undefined ? control.id : `${control.id}#${said.subKey}`,
    controlId: control.id,
    revision: control.revision,
    status: said.status,
    reason: said.reason,
    reasonClass: said.reasonClass ?? spec.class ?? 0,
    severity: open || said.status === 'UNKNOWN' ? severity : 'INFO',
    summary: said.summary,
    evidence: withoutUndefined(said.evidence ?? {}),
    ...(said.fix ? { fix: said.fix } : {}),
    ...(said.cause ? { cause: said.cause } : {}),
    ...(said.tracked ? { tracked: said.tracked } : {}),
  };
}

function withoutUndefined(evidence: { [key: string]: Json | undefined }): { [key: string]: Json } {
  const kept: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(evidence)) {
    if (value !== undefined) kept[key] = value;
  }
  return kept;
}

/** `1 of 3 DKIM records is`, `2 of 3 DKIM records are`. */
export function countOf(count: number, total: number, noun: string): string {
  return `${count} of ${total} ${noun}${total === 1 ? '' : 's'} ${count === 1 ? 'is' : 'are'}`;
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function listed(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}
