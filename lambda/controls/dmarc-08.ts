import type { DomainFacts } from '../facts/types.ts';
import type { DmarcRecord, ReportUri } from '../mail-auth/dmarc-types.ts';
import { mendFix } from './dmarc-fixes.ts';
import { ownRecordReasons, ownRecordScope, type OwnRecordReason } from './dmarc-own-record.ts';
import { listed, say } from './say.ts';
import { domainCause } from './subjects.ts';
import type { Control, Finding, JudgeContext, ReasonSpec } from './types.ts';

type Fault = 'RUA_UNDELIVERABLE' | 'RUA_NO_SCHEME' | 'RUA_INVALID' | 'RUA_UNKNOWN_SCHEME';
type Reason = 'RUA_DELIVERABLE' | 'RUA_MANY' | 'RUA_SIZE_LIMIT' | 'RUA_MISSING' | Fault | OwnRecordReason;

const faulty = (means: string): ReasonSpec => ({
  statuses: ['FAIL', 'WARN'],
  class: 1,
  means: `${means} A warning where another address can receive.`,
});

export const dmarc08: Control<DomainFacts, Reason> = {
  id: 'DMARC-08',
  revision: 1,
  title: 'The DMARC record asks for reports at an address',
  subject: 'domain',
  tier: 1,
  severity: 'MEDIUM',
  asserts: 'rua names at least one mailto: address that mail can be sent to, and nothing that is none.',
  why: 'Without aggregate reports nobody sees which mail fails, and the policy can never be raised safely; Yahoo asks for them.',
  evidence: 'Each entry of rua as it was read.',
  remedy: 'Gives the record with the report mailbox of the settings in place of what nobody can deliver to.',
  sources: [
    'RFC 9989 section 8',
    'RFC 9989 section 4.7',
    'RFC 3986 section 3',
    'Yahoo Sender Hub: Sender Best Practices',
  ],
  reasons: {
    RUA_DELIVERABLE: { statuses: ['PASS'], means: 'Every entry is an address.' },
    RUA_MANY: {
      statuses: ['PASS'],
      means: 'There are more than two entries; receivers may heed the first two only.',
    },
    RUA_SIZE_LIMIT: { statuses: ['PASS'], means: 'An entry has a size limit (!10m), which is obsolete.' },
    RUA_MISSING: { statuses: ['WARN'], means: 'The record has no rua.' },
    RUA_UNDELIVERABLE: faulty('An entry is mailto: without an address, such as mailto:example.com.'),
    RUA_NO_SCHEME: faulty('An entry is no URI: mailto: is missing before the address.'),
    RUA_INVALID: faulty('An entry is no URI by RFC 3986.'),
    RUA_UNKNOWN_SCHEME: {
      statuses: ['WARN'],
      means: 'An entry has another scheme than mailto:, which receivers need not know.',
    },
    ...ownRecordReasons,
  },
  judge(facts, context) {
    const scope = ownRecordScope<Reason>(dmarc08, facts, context);
    if ('finding' in scope) return [scope.finding];
    return [judgeReports(facts, scope.record, context)];
  },
};

function judgeReports(facts: DomainFacts, record: DmarcRecord, context: JudgeContext): Finding<Reason> {
  const { name } = facts;
  const uris = record.uris.rua;
  const evidence = { record: record.text, rua: uris.map((uri) => `${uri.raw}: ${stateOf(uri)}`) };
  const { reportMailbox } = context.settings;
  const setting = reportMailbox ? '' : ' Set reportMailbox in the settings to have an address in it.';
  const fix = mendFix(
    facts,
    record,
    context,
    `Replace the record by the one given: the same policy, and reports to an address that can receive.${setting}`,
  );
  const unprocessed = record.effect.kind === 'not-processed';
  const cause = unprocessed ? { cause: domainCause(name, 'DMARC-01') } : {};
  if (uris.length === 0) {
    const summary = `The DMARC record of ${name} has no rua: nobody learns which mail fails`;
    return say(dmarc08, { status: 'WARN', reason: 'RUA_MISSING', summary, evidence, fix, ...cause });
  }
  const deliverable = uris.filter((uri) => uri.deliverable);
  const [worst] = FAULTS.filter((reason) => uris.some((uri) => faultOf(uri) === reason));
  if (worst === undefined) return passing(name, uris, evidence);
  const entries = listed(uris.filter((uri) => faultOf(uri) === worst).map(({ raw }) => raw));
  const others = deliverable.length > 0 ? '; another address receives them' : ', so nobody gets any';
  const fails = deliverable.length === 0 && worst !== 'RUA_UNKNOWN_SCHEME';
  return say(dmarc08, {
    status: fails ? 'FAIL' : 'WARN',
    reason: worst,
    summary: `Reports asked for by the DMARC record of ${name} cannot be delivered to ${entries} (${WHY[worst]})${others}`,
    evidence,
    fix,
    ...cause,
  });
}

/** The worst first. */
const FAULTS: readonly Fault[] = ['RUA_UNDELIVERABLE', 'RUA_NO_SCHEME', 'RUA_INVALID', 'RUA_UNKNOWN_SCHEME'];

const WHY: Record<Fault, string> = {
  RUA_UNDELIVERABLE: 'it holds no address',
  RUA_NO_SCHEME: 'mailto: is missing before it',
  RUA_INVALID: 'it is no URI',
  RUA_UNKNOWN_SCHEME: 'receivers need to know mailto: only',
};

function faultOf({ raw, uri, valid, scheme, deliverable }: ReportUri): Fault | undefined {
  if (deliverable) return undefined;
  if (!valid) return /^[a-z][a-z0-9+.-]*:/i.test(uri || raw) ? 'RUA_INVALID' : 'RUA_NO_SCHEME';
  return scheme === 'mailto' ? 'RUA_UNDELIVERABLE' : 'RUA_UNKNOWN_SCHEME';
}

function stateOf(uri: ReportUri): string {
  const fault = faultOf(uri);
  return fault === undefined ? 'an address' : WHY[fault];
}

function passing(name: string, uris: readonly ReportUri[], evidence: Finding['evidence']): Finding<Reason> {
  if (uris.length > 2) {
    const summary = `The DMARC record of ${name} has ${uris.length} report addresses; receivers may heed the first two only`;
    return say(dmarc08, { status: 'PASS', reason: 'RUA_MANY', summary, evidence });
  }
  if (uris.some(({ sizeLimit }) => sizeLimit !== undefined)) {
    const summary = `The DMARC record of ${name} has a size limit at a report address, which is obsolete and ignored`;
    return say(dmarc08, { status: 'PASS', reason: 'RUA_SIZE_LIMIT', summary, evidence });
  }
  const summary = `The DMARC record of ${name} asks for reports`;
  return say(dmarc08, { status: 'PASS', reason: 'RUA_DELIVERABLE', summary, evidence });
}
