import { dmarc05 } from '../../lambda/controls/dmarc-05.ts';
import type { DmarcFacts } from '../../lambda/facts/types.ts';
import {
  ACCOUNT,
  before,
  contextOf,
  dmarcUnknown,
  fromDomainFacts,
  inheritedDmarc,
  REGION,
  withoutDmarc,
} from './facts.ts';
import { describeControl } from './paired.ts';

type Policy = 'none' | 'quarantine' | 'reject';
const CAUSE = { controlId: 'DMARC-01', subject: { kind: 'domain', name: 'example.com' } } as const;

function set(dmarc: DmarcFacts, p: Policy, sp: Policy = p): void {
  Object.assign(dmarc, { policy: p, appliedPolicy: p, ownPolicies: { p, sp, np: sp } });
}
const policy = (p: Policy, sp?: Policy) => fromDomainFacts(({ from }) => set(from.dmarc, p, sp));
const inheritor = (identity: string) => ({
  accountId: ACCOUNT,
  region: REGION,
  identity,
  use: 'DMARC_RECORD' as const,
});
const target = (policyTargets: { [name: string]: Policy }) => contextOf({ settings: { policyTargets } });

describeControl(dmarc05, [
  {
    when: 'the policy is reject',
    facts: fromDomainFacts(),
    says: { status: 'PASS', reason: 'DMARC_ENFORCED' },
  },
  {
    when: 'the policy is quarantine',
    facts: policy('quarantine'),
    says: { status: 'PASS', reason: 'DMARC_ENFORCED' },
  },
  {
    when: 'the policy is none: advice, no record of the fix plan',
    facts: policy('none'),
    says: {
      status: 'WARN',
      reason: 'DMARC_POLICY_NONE',
      severity: 'MEDIUM',
      summary: 'The effective DMARC policy of example.com is none: forged mail is reported, not stopped',
      publish: [],
      fixText: /raise p in the record at _dmarc\.example\.com to quarantine/,
      cause: null,
    },
  },
  {
    when: 'the policy is quarantine under t=y, which is none in effect',
    facts: fromDomainFacts(({ from }) =>
      Object.assign(from.dmarc, { policy: 'quarantine', appliedPolicy: 'none' }),
    ),
    says: { status: 'WARN', reason: 'DMARC_POLICY_NONE', severity: 'MEDIUM' },
  },
  {
    when: 'the policy is quarantine and the target is reject',
    facts: policy('quarantine'),
    context: target({ 'example.com': 'reject' }),
    says: { status: 'FAIL', reason: 'DMARC_BELOW_TARGET', severity: 'MEDIUM', fixText: /to reject/ },
  },
  {
    when: 'the target of a parent counts for the subdomain, that of the nearest first',
    facts: fromDomainFacts((facts) => {
      facts.name = 'news.example.com';
      facts.from.dmarc.recordDomain = 'news.example.com';
      set(facts.from.dmarc, 'none');
    }),
    context: target({ 'example.com': 'quarantine', 'shop.example.com': 'none' }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_BELOW_TARGET',
      severity: 'MEDIUM',
      summary: /below the target quarantine/,
    },
  },
  {
    when: 'the settings allow none',
    facts: policy('none'),
    context: target({ 'example.com': 'none' }),
    says: { status: 'PASS', reason: 'DMARC_AS_TARGETED' },
  },
  {
    when: 'subdomains that send get sp=none',
    facts: fromDomainFacts((facts) => {
      set(facts.from.dmarc, 'reject', 'none');
      facts.dependents.push(inheritor('news.example.com'), inheritor('sales@shop.example.com'));
    }),
    says: {
      status: 'WARN',
      reason: 'DMARC_POLICY_NONE',
      severity: 'MEDIUM',
      summary: /of news\.example\.com and 1 more From domains is none/,
      fixText: /raise sp in the record at _dmarc\.example\.com/,
    },
  },
  {
    when: 't=y lowers what the subdomains that send get, too',
    facts: fromDomainFacts((facts) => {
      set(facts.from.dmarc, 'quarantine');
      Object.assign(facts.from.dmarc, { appliedPolicy: 'none', record: 'v=DMARC1; p=quarantine; t=y' });
      facts.dependents = [inheritor('news.example.com')];
    }),
    says: {
      status: 'WARN',
      reason: 'DMARC_POLICY_NONE',
      severity: 'MEDIUM',
      summary: /of news\.example\.com is none/,
    },
  },
  {
    when: 'sp=none concerns nobody who sends',
    facts: policy('reject', 'none'),
    says: { status: 'PASS', reason: 'DMARC_ENFORCED' },
  },
  {
    when: 'a subdomain that inherits has a target of its own',
    facts: fromDomainFacts((facts) => {
      set(facts.from.dmarc, 'quarantine');
      facts.dependents.push(inheritor('news.example.com'));
    }),
    context: target({ 'news.example.com': 'reject' }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_BELOW_TARGET',
      severity: 'MEDIUM',
      summary: /of news\.example\.com is quarantine/,
    },
  },
  {
    when: 'the policy fell since DMARC-06 remembered it: put it back rather than raise it',
    facts: policy('none'),
    context: contextOf({
      before: before({ 'DMARC-06': { tracked: { name: 'DMARC policy', value: 'reject', rank: 3 } } }),
    }),
    says: {
      status: 'WARN',
      reason: 'DMARC_POLICY_NONE',
      severity: 'MEDIUM',
      evidence: { policyBefore: 'reject' },
      fixText: /^The policy was reject before it fell: .* put it back\. Else: Read the aggregate reports/,
    },
  },
  {
    when: 'what subdomains get stays none, and the domain’s own policy fell: the advice is for the subdomain, which did not',
    facts: fromDomainFacts((facts) => {
      Object.assign(facts.from.dmarc, { policy: 'quarantine', appliedPolicy: 'quarantine' });
      facts.from.dmarc.ownPolicies = { p: 'quarantine', sp: 'none', np: 'none' };
      facts.dependents.push({
        accountId: ACCOUNT,
        region: REGION,
        identity: 'news.example.com',
        use: 'DMARC_RECORD',
      });
    }),
    context: contextOf({
      before: before({
        'DMARC-06': { tracked: { name: 'DMARC policy', value: 'reject', rank: 3 } },
        'DMARC-06#subdomains': { tracked: { name: 'DMARC policy of subdomains', value: 'none', rank: 1 } },
      }),
    }),
    says: {
      status: 'WARN',
      reason: 'DMARC_POLICY_NONE',
      severity: 'MEDIUM',
      summary: /of news\.example\.com is none/,
      fixText: /^Read the aggregate reports .* raise sp/,
    },
  },
  {
    when: 'the policy fell some scans ago: what it was is still known',
    facts: policy('none'),
    context: contextOf({
      before: before({
        'DMARC-05': { status: 'WARN', evidence: { policyBefore: 'reject' } },
        'DMARC-06': { tracked: { name: 'DMARC policy', value: 'none', rank: 1 } },
      }),
    }),
    says: {
      status: 'WARN',
      reason: 'DMARC_POLICY_NONE',
      severity: 'MEDIUM',
      evidence: { policyBefore: 'reject' },
      fixText: /^The policy was reject before it fell/,
    },
  },
  {
    when: 'the policy rose, but not far enough',
    facts: policy('quarantine'),
    context: contextOf({
      before: before({ 'DMARC-06': { tracked: { name: 'DMARC policy', value: 'none', rank: 1 } } }),
      settings: { policyTargets: { 'example.com': 'reject' } },
    }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_BELOW_TARGET',
      severity: 'MEDIUM',
      fixText: /^Read the aggregate/,
    },
  },
  {
    when: 'no record applies: DMARC-01 is the cause',
    facts: fromDomainFacts(({ from }) => withoutDmarc(from.dmarc)),
    says: { status: 'WARN', reason: 'DMARC_ABSENT', severity: 'MEDIUM', cause: CAUSE },
  },
  {
    when: 'no record applies and the settings set a target',
    facts: fromDomainFacts(({ from }) => withoutDmarc(from.dmarc)),
    context: target({ 'example.com': 'quarantine' }),
    says: { status: 'FAIL', reason: 'DMARC_ABSENT', severity: 'MEDIUM', cause: CAUSE },
  },
  {
    when: 'a parent’s record applies: it is judged there',
    facts: fromDomainFacts((facts) => {
      facts.name = 'news.example.com';
      inheritedDmarc('example.com', 'none')(facts.from.dmarc);
    }),
    says: { status: 'NOT_APPLICABLE', reason: 'INHERITED' },
  },
  {
    when: 'DNS does not answer',
    facts: fromDomainFacts(({ from }) => dmarcUnknown(from.dmarc)),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
]);
