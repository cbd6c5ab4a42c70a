/** The provider matrix of stored findings, and its table in the report. */
import type { Finding, Subject } from '../controls/types.ts';
import { SHARDS } from '../findings/schema.ts';
import type { FindingsTable } from '../findings/table.ts';
import { escapeHtml } from './escape.ts';
import { providerMatrix, PROVIDERS, type ProviderCell, type ProviderRow } from './provider-matrix.ts';

/** Rows shown in the report; the rest is counted. */
const MAX_ROWS = 1_000;
/** Domains read side by side. */
const PAGE = 32;

/**
 * Reads the latest words on every stored domain.
 *
 * @param domain only this one and those below it
 */
export async function readProviders(
  table: Pick<FindingsTable, 'listStoredDomains' | 'readSubject'>,
  domain?: string,
): Promise<ProviderRow[]> {
  const found: { subject: Subject; finding: Finding }[] = [];
  for (const shard of SHARDS) {
    const stored = await table.listStoredDomains(shard);
    const names = stored.filter(
      (name) => domain === undefined || name === domain || name.endsWith(`.${domain}`),
    );
    for (let start = 0; start < names.length; start += PAGE) {
      const page = names.slice(start, start + PAGE);
      const subjects = await Promise.all(page.map((name) => table.readSubject({ kind: 'domain', name })));
      for (const one of subjects) {
        if (one === undefined || one.retiredAt !== undefined) continue;
        for (const { latest } of Object.values(one.findings)) {
          if (latest.controlId.startsWith('BULK-')) found.push({ subject: one.subject, finding: latest });
        }
      }
    }
  }
  return providerMatrix(found);
}

/** @returns HTML; empty where no From domain was judged. What is not ready comes first. */
export function renderProviders(rows: readonly ProviderRow[]): string {
  if (rows.length === 0) return '';
  const shown = [...rows].sort((left, right) => trouble(right) - trouble(left)).slice(0, MAX_ROWS);
  const head = PROVIDERS.map(({ name }) => `<th>${escapeHtml(name)}</th>`).join('');
  const body = shown.map(({ domain, cells }) => {
    const columns = PROVIDERS.map(({ name }) => renderCell(cells[name])).join('');
    return `<tr><td><b>${escapeHtml(domain)}</b></td>${columns}</tr>`;
  });
  const more = rows.length - shown.length;
  return [
    '<h2>Mailbox providers</h2>',
    `<table class="providers"><thead><tr><th>From domain</th>${head}</tr></thead><tbody>`,
    ...body,
    '</tbody></table>',
    more > 0 ? `<p>${more} more; list them with <code>ses-posture providers</code>.</p>` : '',
  ].join('\n');
}

const CLASSES: { [state in ProviderCell['state']]: string } = {
  ready: 'ok',
  'not ready': 'high',
  unknown: 'medium',
  'not applicable': 'low',
};

function renderCell({ state, because }: ProviderCell): string {
  const why = because.length > 0 ? `<br><small>${escapeHtml(because.join('; '))}</small>` : '';
  return `<td><span class="${CLASSES[state]}">${state}</span>${why}</td>`;
}

function trouble({ cells }: ProviderRow): number {
  return PROVIDERS.filter(({ name }) => cells[name].state === 'not ready').length;
}
