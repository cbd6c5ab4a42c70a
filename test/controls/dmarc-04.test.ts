import { dmarc04 } from '../../lambda/controls/dmarc-04.ts';
import { found, fromDomainFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { dmarcDomain, dmarcScopeCases, dmarcTxt } from './record-cases.ts';

const RUA = 'rua=mailto:d@example.com';
const DMARC_01 = { controlId: 'DMARC-01', subject: { kind: 'domain', name: 'example.com' } } as const;

describeControl(dmarc04, [
  {
    when: 'every value is valid',
    facts: fromDomainFacts(),
    says: { status: 'PASS', reason: 'DMARC_VALUES_VALID' },
  },
  {
    when: 'values are in capitals, which counts the same',
    facts: dmarcDomain(`v=DMARC1; p=Reject; adkim=S; ${RUA}`),
    says: { status: 'PASS', reason: 'DMARC_VALUES_VALID' },
  },
  {
    when: 'p is misspelt and reports are asked for (V1 6)',
    facts: dmarcDomain(`v=DMARC1; p=rejct; ${RUA}`),
    says: {
      status: 'FAIL',
      reason: 'DMARC_POLICY_INVALID',
      severity: 'HIGH',
      summary: /so the record counts as p=none: p=rejct is none of/,
      publish: [dmarcTxt(`v=DMARC1; p=none; ${RUA}`)],
      remove: [dmarcTxt(`v=DMARC1; p=rejct; ${RUA}`)],
      cause: null,
    },
  },
  {
    when: 'p is misspelt and nobody asks for reports: DMARC-01 is the cause, its fix the same (V1 5)',
    facts: dmarcDomain('v=DMARC1; p=rejct'),
    says: {
      status: 'FAIL',
      reason: 'DMARC_POLICY_INVALID',
      severity: 'HIGH',
      publish: [dmarcTxt('v=DMARC1; p=none; rua=mailto:dmarc@example.com')],
      cause: DMARC_01,
    },
  },
  {
    when: 'sp is misspelt, which voids p, too (V1 20)',
    facts: dmarcDomain(`v=DMARC1; p=reject; sp=rejct; ${RUA}`),
    says: {
      status: 'FAIL',
      reason: 'DMARC_POLICY_INVALID',
      severity: 'HIGH',
      publish: [dmarcTxt(`v=DMARC1; p=none; ${RUA}`)],
      fixText: /Put in the policy that was meant once the reports show/,
    },
  },
  {
    when: 'there is no p, but reports are asked for (V1 7)',
    facts: dmarcDomain(`v=DMARC1; ${RUA}`),
    says: {
      status: 'WARN',
      reason: 'DMARC_POLICY_MISSING',
      severity: 'MEDIUM',
      publish: [dmarcTxt(`v=DMARC1; p=none; ${RUA}`)],
    },
  },
  {
    when: 'there is neither p nor rua (V1 7b)',
    facts: dmarcDomain('v=DMARC1;'),
    says: { status: 'FAIL', reason: 'DMARC_POLICY_MISSING', severity: 'HIGH', cause: DMARC_01 },
  },
  {
    when: 'adkim and psd are unknown values: the rest stays as it is',
    facts: dmarcDomain(`v=DMARC1; p=quarantine; sp=none; adkim=x; aspf=s; psd=maybe; t=y; pct=50; ${RUA}`),
    says: {
      status: 'WARN',
      reason: 'DMARC_VALUE_INVALID',
      severity: 'MEDIUM',
      publish: [dmarcTxt(`v=DMARC1; p=quarantine; sp=none; aspf=s; t=y; pct=50; ${RUA}`)],
    },
  },
  {
    when: 'ruf names no address',
    facts: dmarcDomain(`v=DMARC1; p=reject; ${RUA}; ruf=d@example.com`),
    says: {
      status: 'WARN',
      reason: 'DMARC_VALUE_INVALID',
      severity: 'MEDIUM',
      publish: [dmarcTxt(`v=DMARC1; p=reject; ${RUA}`)],
    },
  },
  {
    when: 'rua names no address, which is DMARC-08’s matter',
    facts: dmarcDomain('v=DMARC1; p=reject; rua=mailto:example.com'),
    says: { status: 'PASS', reason: 'DMARC_VALUES_VALID' },
  },
  {
    when: 'the name is an alias: the record is changed at its target',
    facts: dmarcDomain(`v=DMARC1; p=reject; t=x; ${RUA}`, (dmarc) => {
      dmarc.ownTxt = found(dmarc.ownRecords, ['example.com.dmarc.vendor.example']);
    }),
    says: {
      status: 'WARN',
      reason: 'DMARC_VALUE_INVALID',
      severity: 'MEDIUM',
      publish: [],
      fixText: /is an alias of example\.com\.dmarc\.vendor\.example, so the record is changed there/,
    },
  },
  ...dmarcScopeCases<'INHERITED' | 'NO_SINGLE_RECORD' | 'DNS_SERVFAIL'>(),
]);
