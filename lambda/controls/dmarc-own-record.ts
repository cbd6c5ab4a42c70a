/** The controls that judge a DMARC record's text (DMARC-04, -07..-11, -13): once, where the record stands. */
import type { DomainFacts } from '../facts/types.ts';
import { parseDmarcRecord } from '../mail-auth/dmarc-record.ts';
import type { DmarcRecord } from '../mail-auth/dmarc-types.ts';
import { fromScope, fromScopeReasons, type FromScopeReason } from './from-domain.ts';
import { say, type ControlData } from './say.ts';
import type { Finding, JudgeContext, ReasonSpec } from './types.ts';
import { dnsReasons, dnsUnknown, unknownDns, type DnsReason } from './unknowns.ts';

export type OwnRecordReason = FromScopeReason | DnsReason | 'INHERITED' | 'NO_SINGLE_RECORD';

/** Spread into the reasons of every control that judges the record at the name itself. */
export const ownRecordReasons: Record<OwnRecordReason, ReasonSpec> = {
  INHERITED: {
    statuses: ['NOT_APPLICABLE'],
    means: 'A parent domain’s record applies; it is judged once, at that domain.',
  },
  NO_SINGLE_RECORD: {
    statuses: ['NOT_APPLICABLE'],
    means: 'No record stands at the name, or several; DMARC-01 or DMARC-02 speaks.',
  },
  ...fromScopeReasons,
  ...dnsReasons,
};

/** The one DMARC record at the name itself, read, with the facts round it; or the finding that there is none to judge. */
export function ownRecordScope<Reason extends string>(
  control: ControlData<Reason | OwnRecordReason>,
  facts: DomainFacts,
  context: JudgeContext,
):
  | { record: DmarcRecord; from: NonNullable<DomainFacts['from']> }
  | { finding: Finding<Reason | OwnRecordReason> } {
  type All = Reason | OwnRecordReason;
  const scope = fromScope<All>(control, facts, context);
  if ('finding' in scope) return scope;
  const { from } = scope;
  const { dmarc } = from;
  const because = unknownDns(dmarc.ownTxt);
  if (because !== undefined) return { finding: dnsUnknown<All>(control, because, `_dmarc.${facts.name}`) };
  const [text, second] = dmarc.ownRecords;
  if (text !== undefined && second === undefined) return { record: parseDmarcRecord(text), from };
  if (dmarc.status === 'found' && dmarc.recordDomain !== facts.name) {
    const summary = `The DMARC record of ${dmarc.recordDomain ?? 'a parent domain'} applies to ${facts.name}`;
    return { finding: say<All>(control, { status: 'NOT_APPLICABLE', reason: 'INHERITED', summary }) };
  }
  const summary = `No single DMARC record stands at _dmarc.${facts.name}`;
  return { finding: say<All>(control, { status: 'NOT_APPLICABLE', reason: 'NO_SINGLE_RECORD', summary }) };
}
