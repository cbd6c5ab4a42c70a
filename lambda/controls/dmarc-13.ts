import type { DomainFacts } from '../facts/types.ts';
import { ownRecordReasons, ownRecordScope, type OwnRecordReason } from './dmarc-own-record.ts';
import { say } from './say.ts';
import type { Control } from './types.ts';

type Reason = 'NO_FAILURE_REPORTS' | 'FAILURE_REPORTS_ASKED' | 'FO_WITHOUT_RUF' | OwnRecordReason;

export const dmarc13: Control<DomainFacts, Reason> = {
  id: 'DMARC-13',
  revision: 1,
  title: 'Failure reports',
  subject: 'domain',
  tier: 2,
  severity: 'INFO',
  asserts: 'Nothing but what is asked for: whether the record has ruf, or fo without it.',
  why: 'Failure reports hold parts of messages and so personal data; few receivers send them.',
  evidence: 'The record, ruf and fo.',
  remedy: 'none',
  sources: ['RFC 9989 section 4.7', 'RFC 9991 (failure reports)'],
  reasons: {
    NO_FAILURE_REPORTS: { statuses: ['PASS'], means: 'No failure reports are asked for.' },
    FAILURE_REPORTS_ASKED: {
      statuses: ['PASS'],
      means: 'ruf is there: what comes back may hold personal data, and few receivers send any.',
    },
    FO_WITHOUT_RUF: { statuses: ['PASS'], means: 'fo is there without ruf, and so without effect.' },
    ...ownRecordReasons,
  },
  judge(facts, context) {
    const scope = ownRecordScope<Reason>(dmarc13, facts, context);
    if ('finding' in scope) return [scope.finding];
    const { record } = scope;
    const { name } = facts;
    const ruf = record.uris.ruf.map(({ raw }) => raw);
    const fo = record.entries.filter((entry) => entry.name === 'fo').at(-1)?.value;
    const evidence = { record: record.text, ruf, fo };
    if (ruf.length > 0) {
      const summary = `The DMARC record of ${name} asks for failure reports, which may hold personal data and which few receivers send`;
      return [say(dmarc13, { status: 'PASS', reason: 'FAILURE_REPORTS_ASKED', summary, evidence })];
    }
    if (fo !== undefined) {
      const summary = `The DMARC record of ${name} has fo, which has no effect without ruf`;
      return [say(dmarc13, { status: 'PASS', reason: 'FO_WITHOUT_RUF', summary, evidence })];
    }
    const summary = `The DMARC record of ${name} asks for no failure reports`;
    return [say(dmarc13, { status: 'PASS', reason: 'NO_FAILURE_REPORTS', summary, evidence })];
  },
};
