/** A first, simple report: one self-contained HTML page without scripts, readable offline and in print. */
import type { Attestation } from '../contract.ts';
import { loweredBecause, type Use } from '../controls/severity.ts';
import { rootCauses, type Placed } from '../findings/causes.ts';
import { listed } from '../controls/say.ts';
import { SEVERITIES, type Finding, type Severity, type Subject } from '../controls/types.ts';
import type { AccountCoverage, Known, ScanRecord, ScanTotals } from '../findings/types.ts';
import { namesOf, togetherByLoss, type Unjudged } from '../findings/unjudged.ts';
import type { WaiverUse } from '../findings/waiver-matches.ts';
import { escapeHtml } from './escape.ts';
import type { ProviderRow } from './provider-matrix.ts';
import { renderProviders } from './providers.ts';
import { STYLE } from './style.ts';
import { renderAttestations, renderWaivers } from './waivers.ts';

export { escapeHtml } from './escape.ts';

export interface ReportRow {
  subject: Subject;
  finding: Finding;
  /** By use; default: the finding's own. */
  severity?: Severity;
  use?: Use;
  /** Accepted: by whom, why, until when. */
  waived?: Known['waived'];
  /** ISO 8601, since when status and reason are so. */
  since?: string;
  /** The latest scan could not judge it, and it was open when it was last seen: it is never shown as a mere count. */
  openWhenSeen?: true;
}

/** Of the controls and names of what could not be judged together. */
const MAX_NAMED = 10;

export interface ReportData {
  organizationName: string;
  scan: ScanRecord;
  totals: ScanTotals;
  coverage: AccountCoverage[];
  /** Account names by id. */
  accountNames: { [accountId: string]: string };
  rows: ReportRow[];
  /** How many rows there are in all, when `rows` was cut. */
  rowCount: number;
  /** Every waiver of the settings, with the number of open findings that it covers. */
  waivers?: WaiverUse[];
  /** What mailbox providers would say of each From domain. */
  providers?: ProviderRow[];
  /** Every attestation of the settings. */
  attestations?: readonly Attestation[];
  /** How long before its end a waiver or attestation is marked. */
  noticeDays?: number;
}

/** @returns a whole HTML document. */
export function renderReport(data: ReportData): string {
  const when = { time: data.scan.startTime, noticeDays: data.noticeDays ?? 14 };
  const title = `SES posture of ${data.organizationName}, ${data.scan.startTime.slice(0, 10)}`;
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">',
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escapeHtml(title)}</h1>`,
    renderSummary(data),
    renderFindings(data),
    renderWaived(data),
    renderWaivers(data.waivers ?? [], when),
    renderAttestations(data.attestations ?? [], when),
    renderProviders(data.providers ?? []),
    renderCoverage(data),
    '</body></html>',
  ].join('\n');
}

function renderSummary({ scan, totals }: ReportData): string {
  const open = SEVERITIES.filter((severity) => (totals.open[severity] ?? 0) > 0);
  const tiles = open.map(
    (severity) =>
      `<li class="${severity.toLowerCase()}"><b>${totals.open[severity]}</b> ${severity.toLowerCase()}</li>`,
  );
  const following = Object.values(totals.consequences ?? {}).reduce((sum, count) => sum + count, 0);
  const also = [
    ...(following > 0
      ? [`<li><b>${following}</b> ${nounOf(following, 'consequence', 'consequences')}</li>`]
      : []),
    ...(totals.waived ? [`<li><b>${totals.waived}</b> waived</li>`] : []),
  ];
  const problems = scan.problems.map((problem) => `<p class="problem">${escapeHtml(problem)}</p>`);
  const listed =
    totals.identitiesListed === totals.identitiesJudged ? '' : ` of ${totals.identitiesListed} listed`;
  return [
    `<p>Scan <code>${escapeHtml(scan.name)}</code>, started ${escapeHtml(scan.startTime)}, ${scan.full ? 'the whole scope' : 'a part of the scope'}.</p>`,
    `<ul class="tiles">${tiles.join('') || '<li class="ok"><b>0</b> open findings</li>'}${also.join('')}<li><b>${totals.unknown}</b> could not be judged</li></ul>`,
    `<p>${totals.identitiesJudged}${listed} ${nounOf(totals.identitiesListed, 'identity', 'identities')} and ${totals.domainsJudged} ${nounOf(totals.domainsJudged, 'domain', 'domains')} judged.</p>`,
    ...problems,
  ].join('\n');
}

function nounOf(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}

function renderFindings(data: ReportData): string {
  const title = '<h2>Open findings and what could not be judged</h2>';
  const rows = data.rows.filter(({ waived }) => !waived);
  const cut =
    data.rowCount > data.rows.length
      ? `<p>${data.rowCount - data.rows.length} more are in the table; list them with <code>ses-posture findings</code>.</p>`
      : '';
  if (rows.length === 0) return ['<h2>Open findings</h2><p>None.</p>', cut].join('\n');
  return [title, renderTable(rows, data.accountNames), cut].join('\n');
}

function renderWaived(data: ReportData): string {
  const rows = data.rows.filter(({ waived }) => waived);
  if (rows.length === 0) return '';
  return ['<h2>Waived findings</h2>', renderTable(rows, data.accountNames)].join('\n');
}

/** Causes as rows, worst first, with their consequences beneath. */
function renderTable(all: readonly ReportRow[], names: { [accountId: string]: string }): string {
  const roots = rootCauses(all, placeOf);
  const followers = new Map<ReportRow, ReportRow[]>();
  for (const row of all) {
    const root = roots.get(row) ?? row;
    if (root !== row) followers.set(root, [...(followers.get(root) ?? []), row]);
  }
  const rows = all
    .filter((row) => roots.get(row) === row)
    .sort((left, right) => rank(severityOf(left)) - rank(severityOf(right)));
  return [
    '<table class="findings"><thead><tr><th>Severity</th><th>Status</th><th>Control</th><th>Where</th><th>What is the case, and what to do</th></tr></thead><tbody>',
    ...togetherByLoss(rows, unjudgedOf).map(({ items: [first, ...others] }) =>
      first ? renderRow(first, { likewise: others, follow: followers.get(first) ?? [] }, names) : '',
    ),
    '</tbody></table>',
  ].join('\n');
}

function placeOf({ subject, finding, openWhenSeen }: ReportRow): Placed {
  return { subject, finding: openWhenSeen ? { controlId: finding.controlId } : finding };
}

function unjudgedOf({ finding, openWhenSeen }: ReportRow): Unjudged {
  return { latest: openWhenSeen ? { status: finding.status } : finding };
}

function severityOf({ severity, finding }: ReportRow): Severity {
  return severity ?? finding.severity;
}

function renderRow(
  row: ReportRow,
  { likewise, follow }: { likewise: ReportRow[]; follow: ReportRow[] },
  names: { [accountId: string]: string },
): string {
  const { subject, finding, since, use, waived } = row;
  const severity = severityOf(row).toLowerCase();
  const lowered = severity === finding.severity.toLowerCase() ? undefined : loweredBecause(finding, use);
  const publish = (finding.fix?.publish ?? []).map(
    (record) => `${record.name} ${record.type} ${record.value}`,
  );
  const remove = (finding.fix?.remove ?? []).map(
    (record) => `remove: ${record.name} ${record.type} ${record.value}`,
  );
  const lines = [...publish, ...remove, ...(finding.fix?.command ? [finding.fix.command] : [])];
  return [
    `<tr><td class="${severity}">${severity}${lowered ? `<br><small>${lowered}</small>` : ''}</td><td>${finding.status.replace('_', ' ')}${waived ? ', waived' : ''}</td>`,
    `<td>${escapeHtml(finding.key)}<br><small>${escapeHtml(finding.reason)}</small></td><td>${describeSubject(subject, names)}</td>`,
    `<td>${escapeHtml(finding.summary)}`,
    since ? `<br><small>since ${escapeHtml(since.slice(0, 10))}</small>` : '',
    waived
      ? `<p class="waived">Waived by ${escapeHtml(waived.owner)} until ${escapeHtml(waived.expires)}: ${escapeHtml(waived.reason)}</p>`
      : '',
    finding.fix ? `<p class="fix">${escapeHtml(finding.fix.text)}</p>` : '',
    lines.length > 0 ? `<pre>${lines.map(escapeHtml).join('\n')}</pre>` : '',
    renderBeneath('Not judged for the same loss:', likewise),
    renderBeneath('From this follows:', follow),
    '</td></tr>',
  ].join('');
}

function renderBeneath(title: string, rows: ReportRow[]): string {
  if (rows.length === 0) return '';
  const items = togetherByLoss(rows, unjudgedOf).map(({ items: together, lost }) => {
    const [first] = together;
    if (lost || !first) return `<li>${escapeHtml(unjudgedText(together))}</li>`;
    const { subject, finding } = first;
    return `<li>${escapeHtml(finding.key)} ${escapeHtml('name' in subject ? subject.name : '')}: ${escapeHtml(finding.summary)}</li>`;
  });
  return `<p class="fix">${title}</p><ul class="follows">${items.join('')}</ul>`;
}

/** `45 findings could not be judged (COVERAGE_INCOMPLETE): DANG-01 and DANG-02 of crane.example and hamburg.example` */
function unjudgedText(rows: readonly ReportRow[]): string {
  const findings = rows.map(({ finding }) => finding);
  const reasons = [...new Set(findings.map(({ reason }) => reason))].sort();
  const controls = [...new Set(findings.map(({ controlId }) => controlId))].sort();
  const names = namesOf(rows.map(({ subject }) => subject));
  return `${rows.length} findings could not be judged (${reasons.join(', ')}): ${listed(controls, MAX_NAMED)} of ${listed(names, MAX_NAMED)}`;
}

function describeSubject(subject: Subject, names: { [accountId: string]: string }): string {
  const account = (id: string): string => {
    const name = names[id];
    return name && name !== id ? `${escapeHtml(name)} (${escapeHtml(id)})` : escapeHtml(id);
  };
  switch (subject.kind) {
    case 'identity':
      return `<b>${escapeHtml(subject.name)}</b><br>${account(subject.accountId)}<br>${escapeHtml(subject.region)}`;
    case 'target':
      return `${account(subject.accountId)}<br>${escapeHtml(subject.region)}`;
    case 'account':
      return account(subject.accountId);
    case 'domain':
      return `<b>${escapeHtml(subject.name)}</b>`;
  }
}

function renderCoverage({ coverage }: ReportData): string {
  const rows = coverage.map((account) => {
    const outcomes: { [outcome: string]: string[] } = {};
    for (const [region, { outcome }] of Object.entries(account.regions))
      (outcomes[outcome] ??= []).push(region);
    const regions = Object.entries(outcomes)
      .sort(([left], [right]) => left.localeCompare(right))
      .map(
        ([outcome, list]) =>
          `${outcome} ${list.length}${list.length <= 4 ? `: ${list.sort().join(', ')}` : ''}`,
      );
    const detail = account.detail ? `<br><small>${escapeHtml(account.detail)}</small>` : '';
    return `<tr><td>${escapeHtml(account.accountName)}<br><small>${escapeHtml(account.accountId)}</small></td><td>${escapeHtml(account.ouPath)}</td><td>${account.outcome}${detail}</td><td>${escapeHtml(regions.join('; '))}</td></tr>`;
  });
  return [
    '<h2>Coverage</h2>',
    '<table><thead><tr><th>Account</th><th>Organizational unit</th><th>Outcome</th><th>Regions</th></tr></thead><tbody>',
    ...rows,
    '</tbody></table>',
  ].join('\n');
}

function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}
