import type { DmarcFacts, DomainFacts } from '../facts/types.ts';
import { discoveryUnknown } from './dmarc-policy.ts';
import { keptTxt, registrableDomain, startingDmarc, txt } from './fixes.ts';
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
  evidence:
    'The names asked, the record that applies with its domain, what stands at the name itself, and the Organizational Domain.',
  remedy:
    'A record with p=none and the report mailbox of the settings, at the registrable name: it asks for reports and changes no delivery. A stronger policy is never published by plan.',
  sources: [
    'RFC 9989 section 4.10',
    'Google: Email sender guidelines (answer 81126)',
    'Yahoo Sender Hub: Sender Best Practices',
    'Microsoft Defender for Office 365 blog: Strengthening Email Ecosystem: Outlook’s New Requirements for High-Volume Senders',
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
        publish: [startingDmarc(name, context.settings.reportMailbox, [own])],
        remove: [txt(`_dmarc.${name}`, own)],
        ...keptTxt(`_dmarc.${name}`, dmarc.ownTxt, [txt(`_dmarc.${name}`, own)]),
      },
    });
  }
  const { ownTxt } = dmarc;
  if (ownTxt.kind === 'absent' && ownTxt.aliases.length > 0) return behindAlias(name, evidence);
  const meant = second !== undefined || dmarc.nearMisses.length > 0;
  return say(dmarc01, {
    status: 'FAIL',
    reason: 'DMARC_MISSING',
    summary: `No DMARC record applies to ${name}: anybody can send as it, and bulk mail from it is refused`,
    evidence,
    fix: meant
      ? { text: `Put the texts at _dmarc.${name} right, as DMARC-02 says.` }
      : startFix(name, dmarc, context),
    ...(meant ? { cause: domainCause(name, 'DMARC-02') } : {}),
  });
}

/** No record can stand beside an alias: it has to go first. */
function behindAlias(name: string, evidence: Finding['evidence']): Finding<Reason> {
  return say(dmarc01, {
    status: 'FAIL',
    reason: 'DMARC_MISSING',
    summary: `No DMARC record applies to ${name}: _dmarc.${name} is an alias that leads nowhere`,
    evidence,
    fix: { text: `Replace the alias at _dmarc.${name}, as DMARC-11 says.` },
    cause: domainCause(name, 'DMARC-11'),
  });
}

/** At the registrable name, so that every subdomain inherits it. */
function startFix(name: string, dmarc: DmarcFacts, context: JudgeContext): Fix {
  const { reportMailbox } = context.settings;
  const at = registrableDomain(name);
  const reports = reportMailbox ? '' : ' Set reportMailbox in the settings to have a report address in it.';
  return {
    text: `Publish the DMARC record; it only asks for reports and changes no delivery.${reports}`,
    publish: [startingDmarc(at, reportMailbox)],
    ...(at === name ? keptTxt(`_dmarc.${at}`, dmarc.ownTxt) : {}),
  };
}
