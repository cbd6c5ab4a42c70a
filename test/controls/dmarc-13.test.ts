import { dmarc13 } from '../../lambda/controls/dmarc-13.ts';
import { fromDomainFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { dmarcDomain, dmarcScopeCases } from './record-cases.ts';

describeControl(dmarc13, [
  {
    when: 'none are asked for',
    facts: fromDomainFacts(),
    says: { status: 'PASS', reason: 'NO_FAILURE_REPORTS' },
  },
  {
    when: 'ruf is there',
    facts: dmarcDomain('v=DMARC1; p=none; rua=mailto:d@example.com; ruf=mailto:f@example.com; fo=1'),
    says: {
      status: 'PASS',
      reason: 'FAILURE_REPORTS_ASKED',
      evidence: { ruf: ['mailto:f@example.com'], fo: '1' },
    },
  },
  {
    when: 'fo is there alone',
    facts: dmarcDomain('v=DMARC1; p=none; rua=mailto:d@example.com; fo=1'),
    says: { status: 'PASS', reason: 'FO_WITHOUT_RUF' },
  },
  ...dmarcScopeCases<'INHERITED' | 'NO_SINGLE_RECORD' | 'DNS_SERVFAIL'>(),
]);
