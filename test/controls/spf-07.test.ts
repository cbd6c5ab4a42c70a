import { spf07 } from '../../lambda/controls/spf-07.ts';
import type { SpfFacts } from '../../lambda/facts/types.ts';
import { found, mailFromDomainFacts, servfail } from './facts.ts';
import { describeControl } from './paired.ts';

const txt = (value: string) => ({ name: 'bounce.example.com', type: 'TXT' as const, value });
const ends = (record: string, all: SpfFacts['all'], change?: (spf: SpfFacts) => void) =>
  mailFromDomainFacts(({ mailFrom: { spf } }) => {
    Object.assign(spf, { txt: found([record]), records: [record], all });
    change?.(spf);
  });

describeControl(spf07, [
  {
    when: 'it ends with ~all',
    facts: mailFromDomainFacts(),
    says: { status: 'PASS', reason: 'SPF_ENDS_CLOSED' },
  },
  {
    when: 'it ends with -all',
    facts: ends('v=spf1 include:amazonses.com -all', '-'),
    says: { status: 'PASS', reason: 'SPF_ENDS_CLOSED' },
  },
  {
    when: 'the record that it redirects to ends with -all',
    facts: ends('v=spf1 redirect=_spf.example.com', '-'),
    says: { status: 'PASS', reason: 'SPF_ENDS_CLOSED' },
  },
  {
    when: 'it ends with ?all',
    facts: ends('v=spf1 include:amazonses.com ?all', '?'),
    says: {
      status: 'WARN',
      reason: 'SPF_ENDS_NEUTRAL',
      severity: 'MEDIUM',
      publish: [txt('v=spf1 include:amazonses.com ~all')],
      remove: [txt('v=spf1 include:amazonses.com ?all')],
    },
  },
  {
    when: 'it has no all',
    facts: ends('v=spf1 include:amazonses.com', 'none'),
    says: {
      status: 'WARN',
      reason: 'SPF_WITHOUT_ALL',
      severity: 'MEDIUM',
      publish: [txt('v=spf1 include:amazonses.com ~all')],
    },
  },
  {
    when: 'it ends with +all',
    facts: ends('v=spf1 include:amazonses.com all', '+'),
    says: {
      status: 'FAIL',
      reason: 'SPF_PASSES_ALL',
      severity: 'HIGH',
      publish: [txt('v=spf1 include:amazonses.com ~all')],
    },
  },
  {
    when: 'the record that it redirects to ends with +all: that one is to be mended',
    facts: ends('v=spf1 redirect=_spf.example.com', '+'),
    says: {
      status: 'FAIL',
      reason: 'SPF_PASSES_ALL',
      severity: 'HIGH',
      publish: [],
      fixText: /redirect names/,
    },
  },
  {
    when: 'it passes a huge network, wherever it ends',
    facts: ends('v=spf1 ip4:0.0.0.0/1 include:x.example -all', 'unknown', (spf) =>
      spf.hugeNetworks.push('0.0.0.0/1'),
    ),
    says: {
      status: 'FAIL',
      reason: 'SPF_HUGE_NETWORK',
      severity: 'HIGH',
      summary: /0\.0\.0\.0\/1/,
      publish: [txt('v=spf1 include:amazonses.com include:x.example -all')],
    },
  },
  {
    when: 'a record that it includes ends with +all: whatever stands behind it, everybody passes',
    facts: ends('v=spf1 include:amazonses.com include:vendor.example -all', '-', (spf) => {
      spf.problems = [
        {
          code: 'PASS_ALL',
          level: 'warning',
          message: '"+all" lets every host in the world pass.',
          domain: 'vendor.example',
          own: false,
          places: [[29, 51]],
        },
      ];
    }),
    says: {
      status: 'FAIL',
      reason: 'SPF_PASSES_ALL',
      severity: 'HIGH',
      summary: /vendor\.example/,
      evidence: { openIncludes: ['vendor.example'] },
      publish: [txt('v=spf1 include:amazonses.com -all')],
    },
  },
  {
    when: 'the record that it redirects to did not answer',
    facts: ends('v=spf1 redirect=_spf.example.com', 'unknown'),
    says: { status: 'UNKNOWN', reason: 'SPF_END_UNKNOWN' },
  },
  {
    when: 'there are two records: SPF-01 speaks',
    facts: mailFromDomainFacts(({ mailFrom }) => mailFrom.spf.records.push('v=spf1 +all')),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_SINGLE_RECORD' },
  },
  {
    when: 'DNS does not answer',
    facts: mailFromDomainFacts(({ mailFrom }) =>
      Object.assign(mailFrom.spf, { txt: servfail(), records: [] }),
    ),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
]);
