import type { DomainFacts } from '../facts/types.ts';
import { parseSpfRecord } from '../mail-auth/spf-parse.ts';
import { mailFromScopeReasons } from './from-domain.ts';
import { listed, say } from './say.ts';
import { noSingleRecord, spfScope, type SpfScopeReason } from './spf-faults.ts';
import { spfFix } from './spf-fixes.ts';
import type { Control } from './types.ts';
import { dnsReasons } from './unknowns.ts';

type Lint =
  'SPF_PTR_USED' | 'SPF_TERM_AFTER_ALL' | 'SPF_REDIRECT_IGNORED' | 'SPF_DUPLICATE_TERM' | 'SPF_RECORD_LONG';
type Reason = 'SPF_TIDY' | Lint | SpfScopeReason;

/** What the engine's remarks are called here, the one that matters most first. */
const REASON_OF: ReadonlyMap<string, Lint> = new Map<string, Lint>([
  ['PTR_USED', 'SPF_PTR_USED'],
  ['TERM_AFTER_ALL', 'SPF_TERM_AFTER_ALL'],
  ['REDIRECT_BESIDE_ALL', 'SPF_REDIRECT_IGNORED'],
  ['DUPLICATE_TERM', 'SPF_DUPLICATE_TERM'],
  ['RECORD_SIZE', 'SPF_RECORD_LONG'],
]);

export const spf08: Control<DomainFacts, Reason> = {
  id: 'SPF-08',
  revision: 1,
  title: 'The SPF record of the MAIL FROM domain is tidy',
  subject: 'domain',
  tier: 2,
  severity: 'LOW',
  asserts: 'No ptr, nothing after all, no redirect beside all, no term twice, at most 450 characters.',
  why: 'Such a record works, but not as its author thinks, or slower and less surely than it could.',
  evidence: 'The record and each remark on it.',
  remedy: 'Publishes the record tidied up, where the name is SES’s alone.',
  sources: ['RFC 7208 section 5.5', 'RFC 7208 section 5.1', 'RFC 7208 section 6.1', 'RFC 7208 section 3.4'],
  reasons: {
    SPF_TIDY: { statuses: ['PASS'], means: 'Nothing is to be remarked.' },
    SPF_PTR_USED: { statuses: ['WARN'], means: 'It uses ptr, which should not be used.' },
    SPF_TERM_AFTER_ALL: { statuses: ['WARN'], means: 'A term stands after all and is never reached.' },
    SPF_REDIRECT_IGNORED: { statuses: ['WARN'], means: 'It has all, so that its redirect is ignored.' },
    SPF_DUPLICATE_TERM: { statuses: ['WARN'], means: 'A term stands twice.' },
    SPF_RECORD_LONG: {
      statuses: ['WARN'],
      means: 'It has more than 450 characters and may not fit one UDP answer.',
    },
    NO_SINGLE_RECORD: noSingleRecord,
    ...mailFromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = spfScope<Reason>(spf08, facts);
    if ('finding' in scope) return [scope.finding];
    const { record } = scope;
    const { name } = facts;
    const remarks = parseSpfRecord(record).problems.filter(({ code }) => REASON_OF.has(code));
    const evidence = { record, remarks: remarks.map(({ message }) => message) };
    const reason = [...REASON_OF].find(([code]) => remarks.some((remark) => remark.code === code))?.[1];
    if (reason === undefined) {
      const summary = `The SPF record of ${name} is tidy`;
      return [say(spf08, { status: 'PASS', reason: 'SPF_TIDY', summary, evidence })];
    }
    const fix = spfFix(facts, context, {
      text: 'Replace the SPF record by the one given, which says the same in fewer words.',
      advice: 'Tidy the record up; networks that are fixed can stand in an included record of their own.',
    });
    const told = listed(
      remarks.map(({ message }) => message.replace(/\.$/, '')),
      2,
    );
    const summary = `The SPF record of ${name} works, but is not tidy: ${told}`;
    return [say(spf08, { status: 'WARN', reason, summary, evidence, fix })];
  },
};
