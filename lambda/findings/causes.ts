/** Causes and what follows from them: whoever shows findings shows causes, and consequences beneath. */
import type { Finding, Subject } from '../controls/types.ts';

/** What is needed of a finding to place it. */
export interface Placed {
  subject: Subject;
  finding: Pick<Finding, 'controlId' | 'cause'>;
}

/**
 * Up the chain of causes as far as `items` hold it; causes in a ring end where they began.
 * @returns for each item the one it stands beneath, itself when its cause is not among the items.
 */
export function rootCauses<T>(items: readonly T[], placeOf: (item: T) => Placed): Map<T, T> {
  const bySource = new Map<string, T>();
  for (const item of items) {
    const { subject, finding } = placeOf(item);
    const source = sourceOf(finding.controlId, subject);
    // Of a control's findings on one subject the first, which has no sub-key, stands for all.
    if (!bySource.has(source)) bySource.set(source, item);
  }
  const causeOf = (item: T): T | undefined => {
    const { cause } = placeOf(item).finding;
    const above = cause && bySource.get(sourceOf(cause.controlId, cause.subject));
    // A sub-key whose control has no other word here is its own.
    return above === item ? undefined : above;
  };
  return new Map(items.map((item) => [item, rootOf(item, causeOf)]));
}

function rootOf<T>(item: T, causeOf: (item: T) => T | undefined): T {
  const passed = new Set<T>();
  let root = item;
  while (!passed.has(root)) {
    passed.add(root);
    const above = causeOf(root);
    if (!above) return root;
    root = above;
  }
  return item;
}

function sourceOf(controlId: string, subject: Subject): string {
  const account = 'accountId' in subject ? subject.accountId : '';
  const region = 'region' in subject ? subject.region : '';
  return JSON.stringify([controlId, subject.kind, account, region, 'name' in subject ? subject.name : '']);
}
