import { dmarc12 } from '../../lambda/controls/dmarc-12.ts';
import type { DmarcFacts } from '../../lambda/facts/types.ts';
import { dmarcUnknown, fromDomainFacts, inheritedDmarc, withoutDmarc } from './facts.ts';
import { describeControl } from './paired.ts';
import { dmarcDomain } from './record-cases.ts';

const dmarc = (change: (dmarc: DmarcFacts) => void) => fromDomainFacts(({ from }) => change(from.dmarc));
const delegated = (cut: boolean | 'unknown') => [{ subtree: 'shop.example.com', cut }];
const DEEP = 'a.b.c.d.e.f.g.example.com';

describeControl(dmarc12, [
  { when: 'both readings agree', facts: fromDomainFacts(), says: { status: 'PASS', reason: 'ONE_READING' } },
  {
    when: 'a name below a private suffix inherits by the walk, but not by the Public Suffix List (rules.md 3, 3)',
    facts: fromDomainFacts((facts) => {
      facts.name = 'customer.hosting.example';
      inheritedDmarc('hosting.example', 'reject')(facts.from.dmarc);
      facts.from.dmarc.legacy = { status: 'none', organizationalDomain: 'customer.hosting.example' };
    }),
    says: {
      status: 'WARN',
      reason: 'DMARC_READINGS_DIFFER',
      severity: 'MEDIUM',
      summary:
        'Receivers differ on the DMARC policy of customer.hosting.example: reject by RFC 9989, no policy by RFC 7489',
      publish: [],
      cause: null,
    },
  },
  {
    when: 'several records end the older search only: DMARC-02 is the cause',
    facts: dmarc((facts) => {
      inheritedDmarc('example', 'reject')(facts);
      facts.ownRecords = ['v=DMARC1; p=none', 'v=DMARC1; p=reject'];
      facts.legacy = { status: 'none', organizationalDomain: 'example.com' };
    }),
    says: {
      status: 'WARN',
      reason: 'DMARC_READINGS_DIFFER',
      severity: 'MEDIUM',
      cause: { controlId: 'DMARC-02', subject: { kind: 'domain', name: 'example.com' } },
    },
  },
  {
    when: 'a broken np, which the older standard does not know: DMARC-04 is the cause',
    facts: dmarcDomain('v=DMARC1; p=reject; np=rejct; rua=mailto:d@example.com', (facts) => {
      facts.problems = ['NP_INVALID', 'TREATED_AS_NONE'];
      facts.legacy = { status: 'found', organizationalDomain: 'example.com', policy: 'reject' };
    }),
    says: {
      status: 'WARN',
      reason: 'DMARC_READINGS_DIFFER',
      severity: 'MEDIUM',
      cause: { controlId: 'DMARC-04', subject: { kind: 'domain', name: 'example.com' } },
    },
  },
  {
    when: 't=y lowers what only the newer standard applies, which is DMARC-10’s matter',
    facts: dmarc((facts) => (facts.appliedPolicy = 'quarantine')),
    says: { status: 'PASS', reason: 'ONE_READING' },
  },
  {
    when: 'a delegated subtree aligns with the domain: advice, no psd in the plan',
    facts: dmarc((facts) => (facts.delegated = delegated(false))),
    says: {
      status: 'WARN',
      reason: 'DELEGATED_SUBTREE_ALIGNS',
      severity: 'MEDIUM',
      summary: /Mail authenticated as shop\.example\.com, which is in other hands, aligns/,
      publish: [],
      fixText: /psd=n published at shop\.example\.com, which ends alignment across the cut/,
    },
  },
  {
    when: 'the delegated subtree is cut off',
    facts: dmarc((facts) => (facts.delegated = delegated(true))),
    says: { status: 'PASS', reason: 'ONE_READING' },
  },
  {
    when: 'alignment is strict, so that no subtree aligns',
    facts: dmarc((facts) => Object.assign(facts, { delegated: delegated(false), adkim: 's', aspf: 's' })),
    says: { status: 'PASS', reason: 'ONE_READING' },
  },
  {
    when: 'alignment is strict by the record that it inherits',
    facts: fromDomainFacts((facts) => {
      facts.name = 'sub.cisa.gov';
      inheritedDmarc('gov', 'reject')(facts.from.dmarc);
      Object.assign(facts.from.dmarc, { delegated: delegated(false), adkim: 's', aspf: 's' });
    }),
    says: { status: 'PASS', reason: 'ONE_READING' },
  },
  {
    when: 'nobody sends as the name whose record applies: a subtree of it aligns with who inherits',
    facts: fromDomainFacts((facts) => {
      facts.dependents.forEach((one) => (one.use = 'DMARC_RECORD'));
      facts.from.dmarc.delegated = delegated(false);
    }),
    says: { status: 'WARN', reason: 'DELEGATED_SUBTREE_ALIGNS', severity: 'MEDIUM' },
  },
  {
    when: 'only one of the modes is strict',
    facts: dmarc((facts) => Object.assign(facts, { delegated: delegated(false), adkim: 's' })),
    says: { status: 'WARN', reason: 'DELEGATED_SUBTREE_ALIGNS', severity: 'MEDIUM' },
  },
  {
    when: 'a name of nine labels has no record of its own',
    facts: fromDomainFacts((facts) => {
      facts.name = DEEP;
      inheritedDmarc('example.com', 'reject')(facts.from.dmarc);
    }),
    says: {
      status: 'WARN',
      reason: 'DEEP_NAME_WITHOUT_RECORD',
      severity: 'MEDIUM',
      publish: [],
      fixText:
        /“v=DMARC1; p=reject; rua=mailto:dmarc@example\.com”.* as TXT at _dmarc\.a\.b\.c\.d\.e\.f\.g\.example\.com/,
    },
  },
  {
    when: 'a name of nine labels has one',
    facts: fromDomainFacts((facts) => (facts.name = DEEP)),
    says: { status: 'PASS', reason: 'ONE_READING' },
  },
  {
    when: 'by neither standard a record applies',
    facts: dmarc(withoutDmarc),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_RECORD' },
  },
  {
    when: 'nobody sends From the name, which is a MAIL FROM alone',
    facts: fromDomainFacts((facts) => facts.dependents.forEach((one) => (one.use = 'MAIL_FROM'))),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_A_FROM_DOMAIN' },
  },
  {
    when: 'the walk met no answer',
    facts: dmarc(dmarcUnknown),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'the older search met no answer',
    facts: dmarc((facts) => (facts.legacy = { status: 'temperror', organizationalDomain: 'example.com' })),
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED' },
  },
  {
    when: 'the subtree’s record did not answer',
    facts: dmarc((facts) => (facts.delegated = delegated('unknown'))),
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED' },
  },
  {
    when: 'the older reading was not gathered',
    facts: dmarc((facts) => delete facts.legacy),
    says: { status: 'UNKNOWN', reason: 'DNS_NOT_ASKED' },
  },
]);
