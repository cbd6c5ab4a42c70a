/** What of a plan is the domain's own matter, and what is said of the accounts and Regions that hold it. */
import type { FindingRef, NotJudged, Plan } from './types.ts';

/** Where an account or Region was not seen, neither was what it holds of the domain. */
const OUT_OF_SIGHT = ['SCAN-01', 'SCAN-02', 'SCAN-03'];

/**
 * Findings of the domain, of names below it and of their identities; of an account or Region only that it was not seen,
 * or what names the domain (IDENT-05 of a mailbox provider).
 */
export function isOfDomain({ subject, key }: Pick<FindingRef, 'subject' | 'key'>, domain: string): boolean {
  if (subject.kind === 'identity' || subject.kind === 'domain') return true;
  const [controlId = '', ...rest] = key.split('#');
  const about = rest.join('#').toLowerCase();
  return OUT_OF_SIGHT.includes(controlId) || about === domain || about.endsWith(`.${domain}`);
}

/** Nothing of the domain is open, and nothing of it could not be judged. */
export function isInOrder({ domain, steps, conflicts, advice, follows, notJudged }: Plan): boolean {
  const own = (ref: Pick<FindingRef, 'subject' | 'key'>): boolean => isOfDomain(ref, domain);
  return (
    steps.length + conflicts.length === 0 &&
    ![...advice, ...follows].some(({ finding }) => own(finding)) &&
    !advice.some(({ ends }) => ends.some(own)) &&
    !notJudged.some((one: NotJudged) => own(one))
  );
}
