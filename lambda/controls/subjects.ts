/** Subjects of findings and of their causes. */
import type { Finding, Subject } from './types.ts';

export type Cause = NonNullable<Finding['cause']>;

export function identityCause(
  facts: { accountId: string; region: string; name: string },
  controlId: string,
  name = facts.name,
): Cause {
  const subject = { kind: 'identity', accountId: facts.accountId, region: facts.region, name } as const;
  return { controlId, subject };
}

export function targetCause(facts: { accountId: string; region: string }, controlId: string): Cause {
  return { controlId, subject: { kind: 'target', accountId: facts.accountId, region: facts.region } };
}

export function domainCause(name: string, controlId: string): Cause {
  return { controlId, subject: { kind: 'domain', name } };
}

export function sameSubject(left: Subject, right: Subject): boolean {
  return subjectText(left) === subjectText(right);
}

function subjectText(subject: Subject): string {
  switch (subject.kind) {
    case 'identity':
      return JSON.stringify([subject.kind, subject.accountId, subject.region, subject.name]);
    case 'target':
      return JSON.stringify([subject.kind, subject.accountId, subject.region]);
    case 'account':
      return JSON.stringify([subject.kind, subject.accountId]);
    case 'domain':
      return JSON.stringify([subject.kind, subject.name]);
  }
}
