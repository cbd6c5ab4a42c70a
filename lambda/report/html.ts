/** A first, simple report: one self-contained HTML page without scripts, readable offline and in print. */
import { loweredBecause, type Use } from '../controls/severity.ts';
import { rootCauses } from '../findings/causes.ts';
import { SEVERITIES, type Finding, type Severity, type Subject } from '../controls/types.ts';
import type { AccountCoverage, Known, ScanRecord, ScanTotals } from '../findings/types.ts';
import type { WaiverUse } from '../findings/waiver-matches.ts';
import { escapeHtml } from './escape.ts';
import type { ProviderRow } from './provider-matrix.ts';
import { renderProviders } from './providers.ts';
import { STYLE } from './style.ts';
import { renderWaivers } from './waivers.ts';

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
}

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
  /** How long before its end a waiver is marked. */
  noticeDays?: number;
}

/** @returns a whole HTML document. */
export function renderReport(data: ReportData): string {
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
    renderWaivers(data.waivers ?? [], { time: data.scan.startTime, noticeDays: data.noticeDays ?? 14 }),
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
  const roots = rootCauses(all, (row) => row);
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
    ...rows.map((row) => renderRow(row, followers.get(row) ?? [], names)),
    '</tbody></table>',
  ].join('\n');
}

function severityOf({ severity, finding }: ReportRow): Severity {
  return severity ?? finding.severity;
}

function renderRow(
  row: ReportRow,
  consequences: ReportRow[],
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
    renderConsequences(consequences),
    '</td></tr>',
  ].join('');
}

function renderConsequences(rows: ReportRow[]): string {
  if (rows.length === 0) return '';
  const items = rows.map(
    ({ subject, finding }) =>
      `<li>${escapeHtml(finding.key)} ${escapeHtml('name' in subject ? subject.name : '')}: ${escapeHtml(finding.summary)}</li>`,
  );
  return `<p class="fix">From this follows:</p><ul class="follows">${items.join('')}</ul>`;
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
