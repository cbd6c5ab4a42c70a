import type { DmarcFacts, DomainFacts } from '../facts/types.ts';
import { discoveryUnknown } from './dmarc-policy.ts';
import { missingDmarc } from './dmarc-missing.ts';
import { fromScope, fromScopeReasons, type FromScopeReason } from './from-domain.ts';
import { say } from './say.ts';
import type { Control, Finding } from './types.ts';
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
    'The walk with what DNS said to each name, the record that applies with its domain, what stands at the name itself, and the Organizational Domain.',
  remedy:
    'A record with p=none and the report mailbox of the settings, at the registrable name or in place of the broken one: it asks for reports and changes no delivery. A stronger policy is never published by plan.',
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
        'There is a record, the domain’s own or one above that would apply, but its policy is broken and it asks for no reports: receivers act as if there were none.',
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
        return [
          say(dmarc01, {
            status: 'FAIL',
            ...missingDmarc(facts.name, dmarc, context.settings),
            evidence: evidenceOf(dmarc),
          }),
        ];
    }
  },
};

function evidenceOf(dmarc: DmarcFacts): Finding['evidence'] {
  return {
    asked: dmarc.queries,
    ...(dmarc.trace ? { trace: dmarc.trace } : {}),
    ownRecords: dmarc.ownRecords,
    problems: dmarc.problems,
    ...(dmarc.recordDomain ? { recordDomain: dmarc.recordDomain } : {}),
    ...(dmarc.record ? { record: dmarc.record } : {}),
    ...(dmarc.organizationalDomain ? { organizationalDomain: dmarc.organizationalDomain } : {}),
  };
}
