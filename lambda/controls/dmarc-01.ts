import type { DmarcFacts, DomainFacts } from '../facts/types.ts';
import { discoveryUnknown } from './dmarc-policy.ts';
import { registrableDomain, startingDmarc } from './fixes.ts';
import { fromScope, fromScopeReasons, type FromScopeReason } from './from-domain.ts';
import { say } from './say.ts';
import { domainCause } from './subjects.ts';
import type { Control, Finding, Fix, JudgeContext } from './types.ts';
import { dnsReasons, type DnsReason } from './unknowns.ts';

type Reason =
  | 'DMARC_OWN'
  | 'DMARC_INHERITED'
  | 'DMARC_MISSING'
  | 'DMARC_RECORD_NOT_PROCESSED'
  | FromScopeReason
  | DnsReason;

export const dmarc01: Control<DomainFacts, Reason> = {
  id: 'DMARC-01',
  revision: 1,
  title: 'A DMARC record applies',
  subject: 'domain',
  tier: 1,
  severity: 'HIGH',
  asserts: 'A DMARC record applies to the From domain, its own or one inherited by the tree walk.',
  why: 'Without DMARC anybody can send as the domain, and Gmail, Yahoo, Outlook.com and iCloud refuse its bulk mail.',
  sources: [
    'RFC 9989 section 4.10',
    'Google: Email sender guidelines (answer 81126)',
    'Yahoo Sender Hub: Sender requirements',
    'Microsoft: Outlook’s new requirements for high-volume senders',
  ],
  reasons: {
    DMARC_OWN: { statuses: ['PASS'], means: 'The domain has a record of its own.' },
    DMARC_INHERITED: { statuses: ['PASS'], means: 'The record of a parent domain applies.' },
    DMARC_MISSING: { statuses: ['FAIL'], means: 'No record applies.' },
    DMARC_RECORD_NOT_PROCESSED: {
      statuses: ['FAIL'],
      means:
        'There is a record, but its policy is broken and it asks for no reports: receivers act as if there were none.',
    },
    ...fromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = fromScope(dmarc01, facts, context);
    if ('finding' in scope) return [scope.finding];
    const { dmarc } = scope.from;
    switch (dmarc.status) {
      case 'temperror':
        return [discoveryUnknown(dmarc01, facts, dmarc)];
      case 'found': {
        const own = dmarc.recordDomain === facts.name;
        const summary = own
          ? `${facts.name} has a DMARC record of its own`
          : `The DMARC record of ${dmarc.recordDomain ?? 'a parent domain'} applies to ${facts.name}`;
        const reason = own ? 'DMARC_OWN' : 'DMARC_INHERITED';
        return [say(dmarc01, { status: 'PASS', reason, summary, evidence: evidenceOf(dmarc) })];
      }
      case 'none':
        return [missing(facts, dmarc, context)];
    }
  },
};

function evidenceOf(dmarc: DmarcFacts): Finding['evidence'] {
  return {
    asked: dmarc.queries,
    ownRecords: dmarc.ownRecords,
    problems: dmarc.problems,
    ...(dmarc.recordDomain ? { recordDomain: dmarc.recordDomain } : {}),
    ...(dmarc.record ? { record: dmarc.record } : {}),
    ...(dmarc.organizationalDomain ? { organizationalDomain: dmarc.organizationalDomain } : {}),
  };
}

function missing(facts: DomainFacts, dmarc: DmarcFacts, context: JudgeContext): Finding<Reason> {
  const { name } = facts;
  const evidence = evidenceOf(dmarc);
  const [own, second] = dmarc.ownRecords;
  if (own !== undefined && second === undefined) {
    return say(dmarc01, {
      status: 'FAIL',
      reason: 'DMARC_RECORD_NOT_PROCESSED',
      summary: `The DMARC record of ${name} has no valid policy and no report address: receivers act as if there were none`,
      evidence,
      fix: {
        text: 'Replace the record by the one given; raise the policy later, when the reports show that all mail aligns.',
        publish: [startingDmarc(name, context.settings.reportMailbox)],
        remove: [{ name: `_dmarc.${name}`, type: 'TXT', value: own }],
      },
    });
  }
  const meant = second !== undefined || dmarc.nearMisses.length > 0;
  return say(dmarc01, {
    status: 'FAIL',
    reason: 'DMARC_MISSING',
    summary: `No DMARC record applies to ${name}: anybody can send as it, and bulk mail from it is refused`,
    evidence,
    fix: startFix(name, context),
    ...(meant ? { cause: domainCause(name, 'DMARC-02') } : {}),
  });
}

/** At the registrable name, so that every subdomain inherits it. */
function startFix(name: string, context: JudgeContext): Fix {
  const { reportMailbox } = context.settings;
  const reports = reportMailbox ? '' : ' Set reportMailbox in the settings to have a report address in it.';
  return {
    text: `Publish the DMARC record; it only asks for reports and changes no delivery.${reports}`,
    publish: [startingDmarc(registrableDomain(name), reportMailbox)],
  };
}
