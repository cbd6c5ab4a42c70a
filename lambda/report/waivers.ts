/** The waivers and attestations of the settings: what each covers, and which are to be renewed or removed. */
import type { Attestation } from '../contract.ts';
import { attestationState } from '../controls/attestations.ts';
import { endsSoon, hasEnded } from '../controls/waivers.ts';
import type { WaiverUse } from '../findings/waiver-matches.ts';
import { escapeHtml } from './escape.ts';

/** @param when time: ISO 8601, the scan's start; noticeDays: how long before its end a waiver is marked */
export function renderWaivers(
  uses: readonly WaiverUse[],
  when: { time: string; noticeDays: number },
): string {
  if (uses.length === 0) return '';
  const rows = uses.map((use) => {
    const { control, account, region, subject, owner, reason, expires } = use.waiver;
    const cells = [control, account, region, subject, owner, reason, expires].map(
      (text) => `<td>${escapeHtml(text)}</td>`,
    );
    return `<tr>${cells.join('')}<td>${use.open}</td><td>${stateOf(use, when)}</td></tr>`;
  });
  return [
    '<h2>Waivers</h2>',
    '<table><thead><tr><th>Control</th><th>Account</th><th>Region</th><th>Subject</th><th>Owner</th><th>Reason</th><th>Until</th><th>Open findings</th><th>State</th></tr></thead><tbody>',
    ...rows,
    '</tbody></table>',
  ].join('\n');
}

/** @param when as for `renderWaivers` */
export function renderAttestations(
  attestations: readonly Attestation[],
  when: { time: string; noticeDays: number },
): string {
  if (attestations.length === 0) return '';
  const rows = attestations.map((one) => {
    const cells = [
      one.domain,
      one.topic,
      one.owner,
      one.note ?? '',
      one.expires,
      attestationState(one, when),
    ];
    return `<tr>${cells.map((text) => `<td>${escapeHtml(text)}</td>`).join('')}</tr>`;
  });
  return [
    '<h2>Attestations</h2>',
    '<table><thead><tr><th>Domain</th><th>Topic</th><th>Owner</th><th>Note</th><th>Until</th><th>State</th></tr></thead><tbody>',
    ...rows,
    '</tbody></table>',
  ].join('\n');
}

/** In words: `in force`, `ends soon`, `has ended`; and `unused` where it covers nothing that is open. */
export function stateOf({ waiver, open }: WaiverUse, when: { time: string; noticeDays: number }): string {
  const ended = hasEnded(waiver, when.time);
  const soon = endsSoon(waiver, when.time, when.noticeDays);
  const state = ended ? 'has ended' : soon ? 'ends soon' : 'in force';
  return open === 0 ? `${state}, unused` : state;
}
