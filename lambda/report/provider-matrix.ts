/** What the controls of readiness (BULK-01 to -05) say, as a matrix: From domains by mailbox providers. Pure. */
import { REQUIREMENTS } from '../controls/requirements.ts';
import type { Finding, Json, Subject } from '../controls/types.ts';

/** In the order of the columns. */
export const PROVIDERS = [
  { controlId: 'BULK-01', name: 'Gmail' },
  { controlId: 'BULK-02', name: 'Gmail, bulk' },
  { controlId: 'BULK-03', name: 'Yahoo' },
  { controlId: 'BULK-04', name: 'Outlook.com, bulk' },
  { controlId: 'BULK-05', name: 'iCloud Mail' },
] as const;
export type ProviderName = (typeof PROVIDERS)[number]['name'];

export type ProviderState = 'ready' | 'not ready' | 'unknown' | 'not applicable';

export interface ProviderCell {
  state: ProviderState;
  /** The finding's reason, such as `NOT_BULK`. */
  reason: string;
  /** Half a sentence each: what is missing, what is not known, why nothing is asked, or a note beside `ready`. */
  because: string[];
}

export interface ProviderRow {
  domain: string;
  cells: { [provider in ProviderName]: ProviderCell };
}

/**
 * One row for each From domain, in order of name. A domain is one where at least one of the controls spoke of it as a From
 * domain; a control that said nothing (not judged by this release yet) is `unknown`.
 *
 * @param findings the latest words on domains, of any control
 */
export function providerMatrix(
  findings: Iterable<{
    subject: Subject;
    finding: Pick<Finding, 'controlId' | 'status' | 'reason' | 'summary' | 'evidence'>;
  }>,
): ProviderRow[] {
  const rows = new Map<string, Partial<ProviderRow['cells']>>();
  for (const { subject, finding } of findings) {
    const provider = PROVIDERS.find(({ controlId }) => controlId === finding.controlId);
    if (subject.kind !== 'domain' || provider === undefined || finding.reason === 'NOT_A_FROM_DOMAIN')
      continue;
    const cells = rows.get(subject.name) ?? {};
    cells[provider.name] = cellOf(finding);
    rows.set(subject.name, cells);
  }
  return [...rows]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([domain, cells]) => ({ domain, cells: completed(cells) }));
}

function completed(cells: Partial<ProviderRow['cells']>): ProviderRow['cells'] {
  const silent: ProviderCell = { state: 'unknown', reason: 'NOT_JUDGED', because: ['not judged yet'] };
  return Object.fromEntries(
    PROVIDERS.map(({ name }): [string, ProviderCell] => [name, cells[name] ?? silent]),
  ) as ProviderRow['cells'];
}

function cellOf(finding: Pick<Finding, 'status' | 'reason' | 'summary' | 'evidence'>): ProviderCell {
  const { status, reason, summary, evidence } = finding;
  switch (status) {
    case 'FAIL':
    case 'WARN':
      return { state: 'not ready', reason, because: words(evidence['because'], 'unmet') ?? [summary] };
    case 'UNKNOWN':
      return { state: 'unknown', reason, because: words(evidence['unknown'], 'question') ?? [summary] };
    case 'NOT_APPLICABLE':
      return { state: 'not applicable', reason, because: [summary] };
    case 'PASS':
      return {
        state: 'ready',
        reason,
        because: reason === 'READY_SPF_NOT_YOURS' ? [REQUIREMENTS.SPF_NOT_YOURS.unmet] : [],
      };
  }
}

/** Evidence may have been cut, or be another release's: undefined where it names nothing that is known. */
function words(names: Json | undefined, which: 'unmet' | 'question'): string[] | undefined {
  if (!Array.isArray(names)) return undefined;
  const known = names.flatMap((name) =>
    typeof name === 'string' && Object.hasOwn(REQUIREMENTS, name)
      ? REQUIREMENTS[name as keyof typeof REQUIREMENTS][which]
      : [],
  );
  return known.length > 0 ? known : undefined;
}
