import { dmarc03 } from '../../lambda/controls/dmarc-03.ts';
import { dmarcUnknown, fromDomainFacts, inheritedDmarc, withoutDmarc } from './facts.ts';
import { describeControl } from './paired.ts';

describeControl(dmarc03, [
  {
    when: 'the domain has a record of its own',
    facts: fromDomainFacts(),
    says: {
      status: 'PASS',
      reason: 'DMARC_OWN_RECORD',
      summary: 'example.com has a DMARC record of its own: p=reject counts',
    },
  },
  {
    when: 'the Organizational Domain’s record applies',
    facts: fromDomainFacts((facts) => {
      facts.name = 'news.example.com';
      inheritedDmarc('example.com', 'quarantine')(facts.from.dmarc);
    }),
    says: {
      status: 'PASS',
      reason: 'DMARC_FROM_ORGANIZATION',
      summary:
        'news.example.com inherits the DMARC record of its Organizational Domain example.com: sp=quarantine counts',
      evidence: { recordDomain: 'example.com', policyTag: 'sp' },
    },
  },
  {
    when: 'only a public suffix above has a record (V1 13)',
    facts: fromDomainFacts((facts) => {
      facts.name = 'new.cisa.test';
      inheritedDmarc('test', 'reject')(facts.from.dmarc);
      facts.from.dmarc.organizationalDomain = 'cisa.test';
    }),
    says: { status: 'PASS', reason: 'DMARC_FROM_SUFFIX', summary: /the public suffix test/ },
  },
  {
    when: 'no record applies: DMARC-01 speaks',
    facts: fromDomainFacts(({ from }) => withoutDmarc(from.dmarc)),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_RECORD' },
  },
  {
    when: 'nobody sends From the name, which only holds the record',
    facts: fromDomainFacts((facts) => facts.dependents.forEach((one) => (one.use = 'DMARC_RECORD'))),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_A_FROM_DOMAIN' },
  },
  {
    when: 'DNS does not answer',
    facts: fromDomainFacts(({ from }) => dmarcUnknown(from.dmarc)),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
]);
