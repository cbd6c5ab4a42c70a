/** What the table holds of a domain, as the plan takes it. */
import type { DnsRecordToPublish, Finding, Subject } from '../controls/types.ts';
import type { Known, StoredFinding } from '../findings/types.ts';
import { canonicalName, domainOf } from './names.ts';
import type { NotJudged, OpenFinding, PlanInput } from './types.ts';

/** A stored finding of any status with its subject. */
export interface StoredWord {
  subject: Subject;
  finding: Pick<StoredFinding, 'latest' | 'known' | 'knownFinding'>;
}

/**
 * @param words every stored finding, whatever its status, of the domain, of what lies below it, and of the accounts and
 *   targets that hold its identities
 */
export function planInput(domain: string, words: readonly StoredWord[]): PlanInput {
  const open = words.flatMap((word): OpenFinding[] => openFinding(word) ?? []);
  const names = words.flatMap(({ subject }) => (subject.kind === 'identity' ? [domainOf(subject.name)] : []));
  return {
    domain: canonicalName(domain),
    open: open.filter(({ waived }) => waived === undefined),
    waived: open.filter(({ waived }) => waived !== undefined),
    notJudged: words.flatMap((word): NotJudged[] => notJudged(word) ?? []),
    inPlace: words.flatMap(inPlace),
    fromDomains: [...new Set(names)].sort(),
  };
}

/** The one MX and the one SPF record of a MAIL FROM domain that is in use already. */
function inPlace({ subject, finding: { latest } }: StoredWord): DnsRecordToPublish[] {
  if (subject.kind !== 'domain' || latest.status !== 'PASS') return [];
  const listed = latest.evidence[latest.key === 'MF-03' ? 'mx' : 'records'];
  const values = Array.isArray(listed) ? listed.filter((value) => typeof value === 'string') : [];
  if (latest.key === 'MF-03') return values.map((value) => ({ name: subject.name, type: 'MX', value }));
  if (latest.key === 'SPF-01') return values.map((value) => ({ name: subject.name, type: 'TXT', value }));
  return [];
}

function openFinding({
  subject,
  finding: { latest, known, knownFinding },
}: StoredWord): [OpenFinding] | undefined {
  if (known === undefined || (known.status !== 'FAIL' && known.status !== 'WARN')) return undefined;
  const waived = known.waived && { waived: known.waived };
  if (latest.status !== 'UNKNOWN') return [{ subject, finding: latest, ...waived }];
  const finding = knownFinding ?? withoutFix(latest, known);
  return [{ subject, finding, lastSeen: known.observedAt, ...waived }];
}

/** Where only the stand was kept, and not the fix. */
function withoutFix(latest: Finding, { status, reason, severity, summary }: Known): Finding {
  const { controlId, key, revision } = latest;
  return { controlId, key, revision, status, reason, reasonClass: 0, severity, summary, evidence: {} };
}

function notJudged({ subject, finding: { latest } }: StoredWord): [NotJudged] | undefined {
  if (latest.status !== 'UNKNOWN') return undefined;
  return [{ subject, key: latest.key, reason: latest.reason, summary: latest.summary }];
}
