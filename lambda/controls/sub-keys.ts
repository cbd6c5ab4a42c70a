/** Findings with a sub-key: one a configuration set, a topic, an address. Their keys are clean, their number is bounded. */
import { createHash } from 'node:crypto';
import type { Finding, JudgeContext, Status } from './types.ts';

/** Findings with a sub-key that one control stores of one subject; beyond, one finding without a sub-key counts the rest. */
export const MAX_SUB_FINDINGS = 40;

/**
 * Outside text as a sub-key: verbatim where it is plain and short, else cleaned, cut and told apart by a hash.
 *
 * @example subKeyOf('arn:aws:sns:eu-west-1:111111111111:feedback') // the same
 */
export function subKeyOf(text: string): string {
  if (/^[\w@%+=:,./-]{1,200}$/.test(text)) return text;
  const plain = text.slice(0, 80).replace(/[^\w@%+=:,./-]/g, '_');
  return `${plain}~${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}

/**
 * At most MAX_SUB_FINDINGS of the findings; the last one, without a sub-key, speaks for all others with the worst of their
 * words. What is open comes first, then what was open before (so that it is told as resolved), then the rest.
 *
 * @param nouns what there is one finding of, in the plural: `configuration sets`
 */
export function boundedFindings<Reason extends string>(
  findings: readonly Finding<Reason>[],
  context: JudgeContext,
  nouns: string,
): Finding<Reason>[] {
  const unique = [...new Map(findings.map((finding) => [finding.key, finding])).values()];
  if (unique.length <= MAX_SUB_FINDINGS) return unique;
  const sorted = unique
    .map((finding) => ({ finding, rank: rankOf(finding, context) }))
    .sort((left, right) => left.rank - right.rank || (left.finding.key < right.finding.key ? -1 : 1))
    .map(({ finding }) => finding);
  const rest = sorted.slice(MAX_SUB_FINDINGS);
  const [worst] = [...rest].sort((left, right) => RANK[left.status] - RANK[right.status]);
  return worst ? [...sorted.slice(0, MAX_SUB_FINDINGS), restOf(worst, rest, nouns)] : sorted;
}

/**
 * The findings with one more that says, without a sub-key, that some were not judged: UNKNOWN also keeps what is stored
 * of those. Where one without a sub-key already speaks for others, what is open there must not be hidden.
 */
export function withGap<Reason extends string>(
  findings: readonly Finding<Reason>[],
  gap: Finding<Reason>,
): Finding<Reason>[] {
  const rest = findings.find(({ key }) => key === gap.key);
  if (rest === undefined) return [...findings, gap];
  const open = rest.status === 'FAIL' || rest.status === 'WARN';
  if (open || gap.status !== 'UNKNOWN') return [...findings];
  return [...findings.filter((finding) => finding !== rest), gap];
}

const RANK: Record<Status, number> = { FAIL: 0, WARN: 1, UNKNOWN: 2, PASS: 4, NOT_APPLICABLE: 5 };

function rankOf(finding: Finding, { before }: JudgeContext): number {
  const known = before?.findings[finding.key]?.knownStatus;
  const wasOpen = known === 'FAIL' || known === 'WARN';
  return wasOpen ? Math.min(3, RANK[finding.status]) : RANK[finding.status];
}

function restOf<Reason extends string>(
  worst: Finding<Reason>,
  rest: readonly Finding<Reason>[],
  nouns: string,
): Finding<Reason> {
  const counts = new Map<string, number>();
  for (const { status } of rest) counts.set(status, (counts.get(status) ?? 0) + 1);
  return {
    ...worst,
    key: worst.controlId,
    summary: `${rest.length} more ${nouns}; the first of the worst: ${worst.summary}`,
    evidence: { more: rest.length, byStatus: Object.fromEntries(counts), first: worst.evidence },
  };
}
