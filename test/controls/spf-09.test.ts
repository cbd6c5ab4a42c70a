import { spf09 } from '../../lambda/controls/spf-09.ts';
import type { DnsFact } from '../../lambda/facts/types.ts';
import { found, fromDomainFacts, mailFromDomainFacts, nxdomain, servfail } from './facts.ts';
import { describeControl } from './paired.ts';

const root = (rootTxt: DnsFact<string>) => fromDomainFacts(({ from }) => (from.rootTxt = rootTxt));

describeControl(spf09, [
  { when: 'there is one', facts: fromDomainFacts(), says: { status: 'PASS', reason: 'FROM_SPF_VALID' } },
  {
    when: 'there is none: the list of senders comes before any record',
    facts: root(found(['token=1'])),
    says: {
      status: 'WARN',
      reason: 'FROM_SPF_MISSING',
      severity: 'LOW',
      publish: [],
      fixText: /^Make a list of everybody who sends/,
    },
  },
  {
    when: 'the name does not exist',
    facts: root(nxdomain()),
    says: { status: 'WARN', reason: 'FROM_SPF_MISSING', severity: 'LOW' },
  },
  {
    when: 'a text only meant to be one',
    facts: root(found(['v-spf1 -all'])),
    says: {
      status: 'WARN',
      reason: 'FROM_SPF_MISSING',
      severity: 'LOW',
      evidence: { nearMisses: ['v-spf1 -all'] },
    },
  },
  {
    when: 'there are two',
    facts: root(found(['v=spf1 mx -all', 'v=spf1 -all'])),
    says: { status: 'WARN', reason: 'FROM_SPF_MULTIPLE', severity: 'LOW', publish: [] },
  },
  {
    when: 'a mechanism in it does not exist',
    facts: root(found(['v=spf1 ipv4:192.0.2.1 -all'])),
    says: {
      status: 'WARN',
      reason: 'FROM_SPF_INVALID',
      severity: 'LOW',
      summary: /ipv4:192\.0\.2\.1/,
      publish: [],
    },
  },
  {
    when: 'it is longer than a fact keeps: the term that was cut is no fault',
    facts: root(found([`v=spf1 ${'ip4:192.0.2.1 '.repeat(200)}`.slice(0, 2048)])),
    says: { status: 'PASS', reason: 'FROM_SPF_VALID' },
  },
  {
    when: 'the name is a MAIL FROM domain, too',
    facts: fromDomainFacts((facts) => {
      const { mailFrom } = mailFromDomainFacts();
      if (mailFrom) facts.mailFrom = mailFrom;
    }),
    says: { status: 'NOT_APPLICABLE', reason: 'IS_MAIL_FROM_DOMAIN' },
  },
  {
    when: 'mail is From names below it only',
    facts: fromDomainFacts((facts) => facts.dependents.forEach((one) => (one.use = 'DMARC_RECORD'))),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_A_FROM_DOMAIN' },
  },
  {
    when: 'DNS does not answer',
    facts: root(servfail()),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'nobody asked',
    facts: fromDomainFacts(({ from }) => delete from.rootTxt),
    says: { status: 'UNKNOWN', reason: 'DNS_NOT_ASKED' },
  },
]);
