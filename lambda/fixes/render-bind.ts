/** The DNS part of a plan as a fragment of a master file (RFC 1035 section 5): absolute names, so that it fits any origin. */
import { printable } from '../controls/bounds.ts';
import type { DnsRecordToPublish } from '../controls/types.ts';
import { mxParts, zoneName, zoneTxt } from './escape.ts';
import { refText } from './names.ts';
import type { Plan, RecordSetChange, RecordType } from './types.ts';

/** Seconds, of every record given: short enough to take back, long enough for resolvers. */
export const RECORD_TTL = 300;

/** @returns the fragment; what has to go stands in comments, because a master file only says what is there */
export function renderBind(plan: Plan): string {
  const lines = [
    `; DNS part of the fix plan for ${printable(plan.domain)}.`,
    '; Each record set below replaces what stands at its name and type now; records to remove are named in comments.',
  ];
  for (const step of plan.steps) {
    if (step.kind !== 'dns') continue;
    lines.push('', `; ${printable(step.title)}`);
    lines.push(...[...step.heals, ...step.serves].map((ref) => `;   for ${printable(refText(ref))}`));
    lines.push(...step.changes.flatMap(setLines));
  }
  if (!plan.steps.some(({ kind }) => kind === 'dns')) lines.push('; The plan changes no DNS record.');
  return `${lines.join('\n')}\n`;
}

function setLines(change: RecordSetChange): string[] {
  const { name, type, values, displaces, found } = change;
  const gone = found.filter((value) => !values.includes(value));
  return [
    ...gone.map((value) => `; remove: ${zoneRecord({ name, type, value })}`),
    ...displaces.map((record) => `; remove in the same change: ${zoneRecord(record)}`),
    ...cautions(change).map((text) => `; ${text}`),
    ...values.map((value) => zoneRecord({ name, type, value })),
  ];
}

/** What whoever writes the record has to know beside it. */
export function cautions({ name, type, unseen, partial, hidden }: RecordSetChange): string[] {
  const at = zoneName(name);
  return [
    ...(unseen ? [`nobody looked at ${at}: if it holds any record, choose another name`] : []),
    ...(partial ? [`other TXT at ${at} was not read: if there is any, it stays`] : []),
    ...(hidden
      ? [`something other than a ${type} answers at ${at}: take it away (or its proxying) in the same change`]
      : []),
  ];
}

/** One line of a master file. */
export function zoneRecord({ name, type, value }: DnsRecordToPublish): string {
  return `${zoneName(name)}\t${RECORD_TTL}\tIN\t${type}\t${zoneData(type, value)}`;
}

export function zoneData(type: RecordType, value: string): string {
  switch (type) {
    case 'TXT':
      return zoneTxt(value);
    case 'MX': {
      const mx = mxParts(value);
      return mx ? `${mx.preference} ${zoneName(mx.host)}` : `${zoneName(value)}`;
    }
    case 'CNAME':
      return zoneName(value);
    case 'A':
    case 'AAAA':
      return value.replace(/[^0-9a-f.:]/gi, '');
  }
}
