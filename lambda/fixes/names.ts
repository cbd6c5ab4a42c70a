/** Names and references that the plan sorts and compares by. */
import type { Subject } from '../controls/types.ts';
import type { FindingRef, OpenFinding } from './types.ts';

/** Lower case, without the final dot. */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** A value as DNS compares it: names in any letter case and with or without final dot, TXT to the letter. */
export function canonicalValue(type: string, value: string): string {
  if (type === 'TXT') return value;
  const flat = value.trim().replace(/[ \t]+/g, ' ');
  return flat.endsWith(' .') ? flat : canonicalName(flat);
}

export function refOf({ subject, finding }: OpenFinding): FindingRef {
  return { subject, key: finding.key, controlId: finding.controlId };
}

/** One text per subject, whatever the order of its properties. */
export function subjectId(subject: Subject): string {
  const account = 'accountId' in subject ? subject.accountId : '';
  const region = 'region' in subject ? subject.region : '';
  return JSON.stringify([subject.kind, account, region, 'name' in subject ? subject.name : '']);
}

export function refId({ subject, key }: FindingRef): string {
  return `${subjectId(subject)} ${key}`;
}

/** `DKIM-05 of example.com (111111111111 eu-west-1)` */
export function refText({ subject, key }: FindingRef): string {
  return `${key} of ${subjectText(subject)}`;
}

export function subjectText(subject: Subject): string {
  switch (subject.kind) {
    case 'identity':
      return `${subject.name} (${subject.accountId} ${subject.region})`;
    case 'target':
      return `${subject.accountId} ${subject.region}`;
    case 'account':
      return `account ${subject.accountId}`;
    case 'domain':
      return subject.name;
  }
}

/** The domain part of an identity; a domain itself. */
export function domainOf(name: string): string {
  return canonicalName(name.slice(name.lastIndexOf('@') + 1));
}

export function uniqueRefs(refs: readonly FindingRef[]): FindingRef[] {
  return [...new Map(refs.map((ref) => [refId(ref), ref])).values()];
}

export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
