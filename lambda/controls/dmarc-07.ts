import type { DomainFacts } from '../facts/types.ts';
import type { RecordEffect } from '../mail-auth/dmarc-types.ts';
import { ownRecordReasons, ownRecordScope, type OwnRecordReason } from './dmarc-own-record.ts';
import { POLICY_RANK } from './dmarc-policy.ts';
import { say } from './say.ts';
import type { Control, Finding } from './types.ts';
import { dnsUnknown } from './unknowns.ts';

type Reason =
  | 'SUBDOMAINS_COVERED'
  | 'NP_REJECT_ADVISED'
  | 'SUBDOMAIN_TAGS_WITHOUT_EFFECT'
  | 'DMARC_SP_WEAKER'
  | 'DMARC_NP_WEAKER'
  | 'POLICY_BROKEN'
  | OwnRecordReason;

export const dmarc07: Control<DomainFacts, Reason> = {
  id: 'DMARC-07',
  revision: 1,
  title: 'Subdomains are covered as well as the domain',
  subject: 'domain',
  tier: 2,
  severity: 'MEDIUM',
  asserts: 'At the Organizational Domain, sp is not weaker than p, and np is not weaker than sp.',
  why: 'Who cannot forge the domain forges a subdomain of it, even one that nobody ever made.',
  evidence: 'What p, sp and np come to.',
  remedy: 'Advice: which tag to raise, and what to look at first.',
  sources: ['RFC 9989 section 4.7', 'RFC 9989 section 5.1.6'],
  reasons: {
    SUBDOMAINS_COVERED: {
      statuses: ['PASS'],
      means: 'Subdomains get the domain’s policy, or a stronger one.',
    },
    NP_REJECT_ADVISED: {
      statuses: ['PASS'],
      means: 'Subdomains are covered; names that do not exist could be refused at once by np=reject.',
    },
    SUBDOMAIN_TAGS_WITHOUT_EFFECT: {
      statuses: ['PASS'],
      means: 'The domain is no Organizational Domain, so its sp and np have no effect.',
    },
    DMARC_SP_WEAKER: { statuses: ['WARN'], means: 'Subdomains get a weaker policy than the domain.' },
    DMARC_NP_WEAKER: {
      statuses: ['WARN'],
      means: 'Names that do not exist get a weaker policy than subdomains that do.',
    },
    POLICY_BROKEN: {
      statuses: ['NOT_APPLICABLE'],
      means: 'The policy is missing or invalid; DMARC-04 speaks.',
    },
    ...ownRecordReasons,
  },
  judge(facts, context) {
    const scope = ownRecordScope<Reason>(dmarc07, facts, context);
    if ('finding' in scope) return [scope.finding];
    const { record, from } = scope;
    const { name } = facts;
    if (record.effect.kind !== 'as-published') {
      const summary = `The DMARC record of ${name} has no valid policy`;
      return [say(dmarc07, { status: 'NOT_APPLICABLE', reason: 'POLICY_BROKEN', summary })];
    }
    const { organizationalDomain } = from.dmarc;
    const { sp, np } = record.effect;
    if (organizationalDomain !== undefined && organizationalDomain !== name) {
      const tags = sp === undefined && np === undefined ? 'subdomain tags would have' : 'sp and np have';
      const summary = `${name} is not its own Organizational Domain (${organizationalDomain} is), so ${tags} no effect there`;
      const evidence = { record: record.text, organizationalDomain };
      return [say(dmarc07, { status: 'PASS', reason: 'SUBDOMAIN_TAGS_WITHOUT_EFFECT', summary, evidence })];
    }
    const finding = judgeCover(name, record.text, record.effect);
    // Only at the Organizational Domain a weaker tag does harm.
    if (organizationalDomain === undefined && finding.status !== 'PASS') {
      const what = `the Organizational Domain of ${name}`;
      return [dnsUnknown<Reason>(dmarc07, 'DNS_UNANSWERED', what, { errorAt: from.dmarc.errorAt })];
    }
    return [finding];
  },
};

function judgeCover(
  name: string,
  record: string,
  { p, sp = p, np = sp }: Extract<RecordEffect, { kind: 'as-published' }>,
): Finding<Reason> {
  const evidence = { record, p, sp, np };
  const advice = (tag: string, target: string): { text: string } => ({
    text: `See in the aggregate reports whether mail From subdomains of ${name} aligns, then raise ${tag} in the record at _dmarc.${name} to ${target}, or take ${tag} out.`,
  });
  if (POLICY_RANK[sp] < POLICY_RANK[p]) {
    const summary = `Subdomains of ${name} get the DMARC policy ${sp} (sp), the domain itself ${p}: who forges takes a subdomain`;
    return say(dmarc07, {
      status: 'WARN',
      reason: 'DMARC_SP_WEAKER',
      summary,
      evidence,
      fix: advice('sp', p),
    });
  }
  if (POLICY_RANK[np] < POLICY_RANK[sp]) {
    const summary = `Names below ${name} that do not exist get the DMARC policy ${np} (np), subdomains that do ${sp}`;
    return say(dmarc07, {
      status: 'WARN',
      reason: 'DMARC_NP_WEAKER',
      summary,
      evidence,
      fix: advice('np', sp),
    });
  }
  if (np !== 'reject') {
    const summary = `Subdomains of ${name} get the DMARC policy ${sp}; np=reject would refuse mail From names that do not exist at once`;
    return say(dmarc07, { status: 'PASS', reason: 'NP_REJECT_ADVISED', summary, evidence });
  }
  const summary = `Subdomains of ${name} get the DMARC policy ${sp}, those that do not exist ${np}`;
  return say(dmarc07, { status: 'PASS', reason: 'SUBDOMAINS_COVERED', summary, evidence });
}
