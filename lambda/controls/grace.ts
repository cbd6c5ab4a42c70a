/** PENDING is a warning for a while: docs/judgement.md, "Grace periods". */
import type { SesIdentity } from '../facts/types.ts';
import type { JudgeContext } from './types.ts';

export interface PendingAge {
  /** ISO 8601: since when. Stored as evidence, so that the next scan measures from the same moment. */
  since: string;
  hours: number;
  inGrace: boolean;
}

/**
 * How long something has been PENDING: from the time SES made the key where it tells one, else from our own first sight
 * of it being pending (not of the identity: a verification that was restarted today is young).
 *
 * @param pending the control that says PENDING, its reason, the grace period in hours, when SES made the key
 */
export function pendingAge(
  pending: { controlId: string; reason: string; graceHours: number; keyGeneration?: string | undefined },
  context: JudgeContext,
): PendingAge {
  const since = validTime(pending.keyGeneration) ?? firstSightOf(pending, context);
  const hours = Math.max(0, (Date.parse(context.scanStartTime) - Date.parse(since)) / 3_600_000);
  return { since, hours, inGrace: hours <= pending.graceHours };
}

/** The age of an identity's pending DKIM, as DKIM-02 and DKIM-05 see it. */
export function dkimPendingAge(dkim: SesIdentity['dkim'], context: JudgeContext): PendingAge {
  const graceHours = context.settings.thresholds.pendingGraceHours;
  return pendingAge(
    { controlId: 'DKIM-02', reason: 'DKIM_PENDING', graceHours, keyGeneration: keyGenerationOf(dkim) },
    context,
  );
}

/** Easy DKIM's key generation time; BYODKIM has none that says anything of SES. */
export function keyGenerationOf(dkim: SesIdentity['dkim']): string | undefined {
  return dkim.origin.startsWith('AWS_SES') ? dkim.lastKeyGeneration : undefined;
}

function firstSightOf(pending: { controlId: string; reason: string }, context: JudgeContext): string {
  const before = context.before;
  if (before === undefined) return context.scanStartTime;
  const finding = before.findings[pending.controlId];
  if (finding === undefined) return validTime(before.firstSeen) ?? context.scanStartTime;
  if (finding.reason !== pending.reason && finding.knownReason !== pending.reason)
    return context.scanStartTime;
  return (
    validTime(finding.evidence?.['pendingSince']) ?? validTime(before.firstSeen) ?? context.scanStartTime
  );
}

function validTime(value: unknown): string | undefined {
  return typeof value === 'string' && Number.isFinite(Date.parse(value)) ? value : undefined;
}
