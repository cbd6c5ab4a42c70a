import { dmarc08 } from '../../lambda/controls/dmarc-08.ts';
import { contextOf, fromDomainFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { dmarcDomain, dmarcScopeCases, dmarcTxt } from './record-cases.ts';

const FIXED = [dmarcTxt('v=DMARC1; p=reject; rua=mailto:dmarc@example.com')];
const rua = (uris: string) => dmarcDomain(`v=DMARC1; p=reject; rua=${uris}`);

describeControl(dmarc08, [
  {
    when: 'it names an address',
    facts: fromDomainFacts(),
    says: { status: 'PASS', reason: 'RUA_DELIVERABLE' },
  },
  {
    when: 'it names three',
    facts: rua('mailto:a@example.com,mailto:b@example.com,mailto:c@example.com'),
    says: { status: 'PASS', reason: 'RUA_MANY' },
  },
  {
    when: 'it has a size limit',
    facts: rua('mailto:a@example.com!10m'),
    says: { status: 'PASS', reason: 'RUA_SIZE_LIMIT' },
  },
  {
    when: 'there is no rua: the same policy with the report mailbox',
    facts: dmarcDomain('v=DMARC1; p=reject'),
    says: {
      status: 'WARN',
      reason: 'RUA_MISSING',
      severity: 'MEDIUM',
      publish: FIXED,
      remove: [dmarcTxt('v=DMARC1; p=reject')],
    },
  },
  {
    when: 'there is no rua and no report mailbox in the settings either',
    facts: dmarcDomain('v=DMARC1; p=reject'),
    context: contextOf({ settings: { reportMailbox: undefined } }),
    says: {
      status: 'WARN',
      reason: 'RUA_MISSING',
      severity: 'MEDIUM',
      publish: [],
      fixText: /Set reportMailbox/,
    },
  },
  {
    when: 'the policy is broken besides, so that no DMARC applies: DMARC-01 is the cause',
    facts: dmarcDomain('v=DMARC1; p=rejct'),
    says: {
      status: 'WARN',
      reason: 'RUA_MISSING',
      severity: 'MEDIUM',
      publish: [dmarcTxt('v=DMARC1; p=none; rua=mailto:dmarc@example.com')],
      cause: { controlId: 'DMARC-01', subject: { kind: 'domain', name: 'example.com' } },
    },
  },
  {
    when: 'it names a domain in place of an address (M0)',
    facts: rua('mailto:example.com'),
    says: {
      status: 'FAIL',
      reason: 'RUA_UNDELIVERABLE',
      severity: 'MEDIUM',
      summary: /cannot be delivered to mailto:example\.com \(it holds no address\), so nobody gets any/,
      publish: FIXED,
      cause: null,
    },
  },
  {
    when: 'an address beside it can receive',
    facts: rua('mailto:example.com, mailto:dmarc@example.com'),
    says: { status: 'WARN', reason: 'RUA_UNDELIVERABLE', severity: 'MEDIUM', publish: FIXED },
  },
  {
    when: 'mailto: is missing',
    facts: rua('dmarc@example.com'),
    says: { status: 'FAIL', reason: 'RUA_NO_SCHEME', severity: 'MEDIUM', publish: FIXED },
  },
  {
    when: 'mailto: is missing before one of two',
    facts: rua('dmarc@example.com,mailto:dmarc@example.com'),
    says: { status: 'WARN', reason: 'RUA_NO_SCHEME', severity: 'MEDIUM', publish: FIXED },
  },
  {
    when: 'an entry is no URI',
    facts: rua('mailto:d marc@example.com'),
    says: { status: 'FAIL', reason: 'RUA_INVALID', severity: 'MEDIUM' },
  },
  {
    when: 'an entry beside an address is no URI',
    facts: rua('mailto:d marc@example.com,mailto:dmarc@example.com'),
    says: { status: 'WARN', reason: 'RUA_INVALID', severity: 'MEDIUM', publish: FIXED },
  },
  {
    when: 'reports go to a web address',
    facts: rua('https://example.com/dmarc'),
    says: { status: 'WARN', reason: 'RUA_UNKNOWN_SCHEME', severity: 'MEDIUM', publish: FIXED },
  },
  ...dmarcScopeCases<'INHERITED' | 'NO_SINGLE_RECORD' | 'DNS_SERVFAIL'>(),
]);
