/** Digests to render: changes made short, and a header that adds up. */
import type { Finding, Severity, Subject } from '../../lambda/controls/types.ts';
import type { DigestHeader } from '../../lambda/alerts/digest.ts';
import { createFold } from '../../lambda/findings/freeze.ts';
import type { Change, ChangeKind, DigestEntry, Known, Stand } from '../../lambda/findings/types.ts';

export const SHOP = { accountId: '111111111111', accountName: 'Shop Production' };
export const NEWS = { accountId: '222222222222', accountName: 'Newsletter' };

export function identity(name: string, region = 'eu-west-1', accountId = SHOP.accountId): Subject {
  return { kind: 'identity', accountId, region, name };
}

const STATUS_OF: { [kind in ChangeKind]: Stand['status'] } = {
  REGRESSED: 'FAIL',
  OPENED: 'FAIL',
  WEAKENED: 'WARN',
  RESOLVED: 'PASS',
  RETIRED: 'NOT_APPLICABLE',
  WAIVER_ENDED: 'FAIL',
  EASED: 'WARN',
  BASELINE: 'FAIL',
  NOTED: 'PASS',
};

export function change(
  subject: Subject,
  controlId: string,
  kind: ChangeKind,
  more: Partial<Finding> & {
    severity?: Severity;
    because?: Known['because'];
    /** What it followed from while it was open. */
    wasCause?: Known['cause'];
    from?: Stand;
  } = {},
): Change {
  const { because, wasCause, from, ...said } = more;
  const cause = said.cause ?? wasCause;
  const finding: Finding = {
    key: controlId,
    controlId,
    revision: 1,
    status: STATUS_OF[kind],
    reason: `${controlId}_${kind}`,
    reasonClass: 0,
    severity: 'HIGH',
    summary: `${controlId} says so.`,
    evidence: {},
    ...said,
  };
  const known: Known = {
    status: STATUS_OF[kind],
    reason: finding.reason,
    reasonClass: 0,
    severity: finding.severity,
    summary: finding.summary,
    since: '2026-11-21T06:00:00.000Z',
    observedAt: '2026-11-21T06:00:00.000Z',
    scanId: 's2',
    revision: 1,
    ...(because && { because }),
    ...(cause && { cause }),
  };
  return { subject, key: finding.key, kind, finding, known, ...(from && { from }) };
}

export function entry(changes: Change[], more: Partial<DigestEntry> = {}): DigestEntry {
  const subject = changes[0]?.subject;
  if (!subject) throw new Error('an entry holds a change');
  const account = [SHOP, NEWS].find((it) => 'accountId' in subject && it.accountId === subject.accountId);
  return { subject, token: 't', changes, ...(account && { accountName: account.accountName }), ...more };
}

export function headerFor(entries: DigestEntry[], more: Partial<DigestHeader> = {}): DigestHeader {
  const fold = createFold();
  for (const it of entries) fold.add(it);
  return {
    organizationName: 'Example Corp',
    number: 7,
    date: '2026-11-21T06:41:00.000Z',
    tally: fold.result().tally,
    scan: { name: 'weekly-47', startTime: '2026-11-21T06:00:00.000Z', full: true, first: false },
    totals: {
      accounts: 15,
      accountOutcomes: { SCANNED: 12, EXCLUDED: 2, ROLE_MISSING: 1 },
      targets: 40,
      targetOutcomes: { SCANNED: 18, EMPTY: 20, REGION_DISABLED: 2 },
      identitiesListed: 61,
      identitiesJudged: 60,
      domainsJudged: 44,
      findings: { PASS: 900, FAIL: 20, WARN: 9, UNKNOWN: 7 },
      open: { CRITICAL: 1, HIGH: 12, MEDIUM: 16 },
      unknown: 7,
      unknownReasons: { DNS_SERVFAIL: 5, DNS_TIMEOUT: 2 },
    },
    links: { execution: 'https://console.aws.example/execution', report: 'https://s3.example/report.html' },
    ...more,
  };
}
