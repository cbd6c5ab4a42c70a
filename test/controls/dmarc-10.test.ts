import { dmarc10 } from '../../lambda/controls/dmarc-10.ts';
import { fromDomainFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { dmarcDomain, dmarcScopeCases } from './record-cases.ts';

const record = (tags: string) => dmarcDomain(`v=DMARC1; ${tags}; rua=mailto:d@example.com`);

describeControl(dmarc10, [
  {
    when: 'nothing reduces it',
    facts: fromDomainFacts(),
    says: { status: 'PASS', reason: 'POLICY_UNREDUCED' },
  },
  {
    when: 'tags of RFC 7489 stand there without harm',
    facts: record('p=reject; pct=100; ri=3600'),
    says: { status: 'PASS', reason: 'LEGACY_TAGS', evidence: { ri: '3600' } },
  },
  {
    when: 't=y beside p=none lowers nothing',
    facts: record('p=none; t=y'),
    says: { status: 'PASS', reason: 'REDUCING_TAG_IDLE' },
  },
  {
    when: 't=y beside p=none still lowers sp',
    facts: record('p=none; sp=reject; t=y'),
    says: { status: 'WARN', reason: 'DMARC_TEST_MODE', severity: 'MEDIUM' },
  },
  {
    when: 'it is in test mode (V1 9): advice, for taking it out raises the policy',
    facts: record('p=reject; t=y'),
    says: {
      status: 'WARN',
      reason: 'DMARC_TEST_MODE',
      severity: 'MEDIUM',
      publish: [],
      fixText: /aligns, then take t=y out of the record at _dmarc\.example\.com/,
    },
  },
  {
    when: 'half of the mail is left out by older receivers',
    facts: record('p=reject; pct=50'),
    says: {
      status: 'WARN',
      reason: 'DMARC_PCT_BELOW_100',
      severity: 'MEDIUM',
      summary: /older receivers apply it to 50 % of the mail that fails/,
      publish: [],
    },
  },
  {
    when: 'older receivers leave out all of it (V1 10)',
    facts: record('p=reject; pct=0'),
    says: { status: 'WARN', reason: 'DMARC_PCT_ZERO', severity: 'MEDIUM', publish: [] },
  },
  ...dmarcScopeCases<'INHERITED' | 'NO_SINGLE_RECORD' | 'DNS_SERVFAIL'>(),
]);
