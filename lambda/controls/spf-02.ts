import type { DomainFacts, SpfFacts } from '../facts/types.ts';
import { parseSpfRecord } from '../mail-auth/spf-parse.ts';
import { mailFromScopeReasons } from './from-domain.ts';
import { listed, say } from './say.ts';
import {
  isSyntaxCode,
  metBySes,
  noSingleRecord,
  spfScope,
  treeUnknown,
  type SpfScopeReason,
} from './spf-faults.ts';
import { spfFix } from './spf-fixes.ts';
import type { Control, Finding, JudgeContext } from './types.ts';
import { dnsReasons, dnsUnknown } from './unknowns.ts';

type Reason = 'SPF_SYNTAX_VALID' | 'SPF_SYNTAX_ERROR' | 'SPF_INCLUDED_SYNTAX_ERROR' | SpfScopeReason;

export const spf02: Control<DomainFacts, Reason> = {
  id: 'SPF-02',
  revision: 1,
  title: 'The SPF record of the MAIL FROM domain is valid',
  subject: 'domain',
  tier: 1,
  severity: 'HIGH',
  asserts: 'The record, and every record that it includes or redirects to, follows the grammar.',
  why: 'One wrong term makes the whole record a permanent error, even behind a term that would match: SPF never passes.',
  evidence: 'The record, and each error with its place in the text.',
  remedy: 'Publishes the record without the terms at fault, where the name is SES’s alone.',
  sources: ['RFC 7208 section 4.6', 'RFC 7208 sections 5 to 7 and 12', 'RFC 7208 section 5.2'],
  reasons: {
    SPF_SYNTAX_VALID: { statuses: ['PASS'], means: 'Every record that was read is valid.' },
    SPF_SYNTAX_ERROR: { statuses: ['FAIL'], class: 2, means: 'The record itself has a syntax error.' },
    SPF_INCLUDED_SYNTAX_ERROR: {
      statuses: ['FAIL'],
      otherSeverities: ['MEDIUM'],
      class: 1,
      means:
        'A record that it includes has a syntax error: HIGH where SES’s networks come that far, else MEDIUM.',
    },
    NO_SINGLE_RECORD: noSingleRecord,
    ...mailFromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = spfScope<Reason>(spf02, facts);
    if ('finding' in scope) return [scope.finding];
    const { spf, record } = scope;
    const { name } = facts;
    const errors = parseSpfRecord(record).problems.filter(({ level }) => level === 'error');
    if (errors.length > 0) return [ownErrors(facts, record, errors, context)];
    const included = includedErrors(facts, spf, context);
    if (included) return [included];
    const because = treeUnknown(spf);
    if (because !== undefined) {
      const what = `a record that the SPF of ${name} leads to`;
      return [dnsUnknown(spf02, because, what, { unread: spf.unread })];
    }
    const summary = `The SPF record of ${name} is valid`;
    const evidence = { record, undecidable: spf.undecidable };
    return [say(spf02, { status: 'PASS', reason: 'SPF_SYNTAX_VALID', summary, evidence })];
  },
};

interface SyntaxError {
  code: string;
  message: string;
  start?: number;
}

function ownErrors(
  facts: DomainFacts,
  record: string,
  errors: SyntaxError[],
  context: JudgeContext,
): Finding<Reason> {
  const told = errors.map(({ message }) => message);
  return say(spf02, {
    status: 'FAIL',
    reason: 'SPF_SYNTAX_ERROR',
    summary: `The SPF record of ${facts.name} is broken, so SPF never passes: ${told[0] ?? ''}`,
    evidence: {
      record,
      errors: errors.map(({ code, message, start }) => `${code} at ${start ?? 0}: ${message}`),
    },
    fix: spfFix(facts, context, {
      text: 'Replace the SPF record by the one given: it leaves out what is broken. Put back in right form what was meant by it.',
      advice: `Mend the terms at fault: ${listed(told)}`,
    }),
  });
}

/** Errors of included records, and such as only the evaluation for SES met, behind a macro. */
function includedErrors(
  facts: DomainFacts,
  spf: SpfFacts,
  context: JudgeContext,
): Finding<Reason> | undefined {
  const errors = (spf.problems ?? []).filter(({ code }) => isSyntaxCode(code));
  const onPath = metBySes(spf, isSyntaxCode);
  if (errors.length === 0 && !onPath) return undefined;
  const whose = [...new Set(errors.map(({ domain }) => domain ?? facts.name))];
  const record = whose.length === 0 ? 'A record' : `The record of ${listed(whose)}`;
  return say(spf02, {
    status: 'FAIL',
    reason: 'SPF_INCLUDED_SYNTAX_ERROR',
    severity: onPath ? 'HIGH' : 'MEDIUM',
    summary: `${record} that the SPF of ${facts.name} includes is broken: whoever comes that far gets a permanent error`,
    evidence: {
      errors: errors.map(({ domain, code, message }) => `${domain ?? facts.name}: ${code}: ${message}`),
      onSesPath: onPath,
    },
    fix: spfFix(facts, context, {
      text: 'Replace the SPF record by the one given, which leaves out the include that is broken.',
      advice: `Ask whoever publishes ${whose.length === 0 ? 'it' : listed(whose)} to mend the record, and take the include out until then.`,
    }),
  });
}
