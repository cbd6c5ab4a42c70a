import { dmarc07 } from '../../lambda/controls/dmarc-07.ts';
import { describeControl } from './paired.ts';
import { dmarcDomain, dmarcScopeCases } from './record-cases.ts';

const record = (tags: string, change?: Parameters<typeof dmarcDomain>[1]) =>
  dmarcDomain(`v=DMARC1; ${tags}; rua=mailto:d@example.com`, change);

describeControl(dmarc07, [
  {
    when: 'p covers everything',
    facts: record('p=reject'),
    says: { status: 'PASS', reason: 'SUBDOMAINS_COVERED' },
  },
  {
    when: 'np is stronger than p',
    facts: record('p=none; np=reject'),
    says: { status: 'PASS', reason: 'SUBDOMAINS_COVERED', evidence: { sp: 'none', np: 'reject' } },
  },
  {
    when: 'p=none covers all alike: np=reject would be the first gain',
    facts: record('p=none'),
    says: { status: 'PASS', reason: 'NP_REJECT_ADVISED', summary: /np=reject would refuse/ },
  },
  {
    when: 'sp is weaker than p: advice, no record',
    facts: record('p=reject; sp=none'),
    says: {
      status: 'WARN',
      reason: 'DMARC_SP_WEAKER',
      severity: 'MEDIUM',
      publish: [],
      fixText: /then raise sp in the record at _dmarc\.example\.com to reject, or take sp out/,
    },
  },
  {
    when: 'np is weaker than sp',
    facts: record('p=quarantine; sp=reject; np=none'),
    says: {
      status: 'WARN',
      reason: 'DMARC_NP_WEAKER',
      severity: 'MEDIUM',
      publish: [],
      fixText: /raise np .* to reject/,
    },
  },
  {
    when: 'the record stands below the Organizational Domain',
    facts: record('p=reject; sp=none', (dmarc) => (dmarc.organizationalDomain = 'example.test')),
    says: { status: 'PASS', reason: 'SUBDOMAIN_TAGS_WITHOUT_EFFECT' },
  },
  {
    when: 'the policy is broken: DMARC-04 speaks',
    facts: record('p=rejct; sp=none'),
    says: { status: 'NOT_APPLICABLE', reason: 'POLICY_BROKEN' },
  },
  {
    when: 'the Organizational Domain is unknown, and the tags would do harm there',
    facts: record('p=reject; sp=none', (dmarc) => delete dmarc.organizationalDomain),
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED' },
  },
  {
    when: 'the Organizational Domain is unknown, and the tags are fine in either case',
    facts: record('p=reject', (dmarc) => delete dmarc.organizationalDomain),
    says: { status: 'PASS', reason: 'SUBDOMAINS_COVERED' },
  },
  ...dmarcScopeCases<'INHERITED' | 'NO_SINGLE_RECORD' | 'DNS_SERVFAIL'>(),
]);
