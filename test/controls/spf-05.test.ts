import { spf05 } from '../../lambda/controls/spf-05.ts';
import type { SpfFacts } from '../../lambda/facts/types.ts';
import { mailFromDomainFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { placeOf, ses, sesUnknown, spfDomain, spfProblem, spfScopeCases, spfTxt } from './record-cases.ts';

const DEAD = 'v=spf1 a:one.example a:two.example a:three.example include:amazonses.com ~all';
const dead = (change: (spf: SpfFacts) => void) =>
  spfDomain(DEAD, (spf) => {
    spf.voidTerms = 3;
    spf.problems = ['one', 'two', 'three'].map((host) =>
      spfProblem('DEAD_TERM', { target: `${host}.example`, places: [placeOf(DEAD, `a:${host}.example`)] }),
    );
    change(spf);
  });

describeControl(spf05, [
  {
    when: 'every term finds something',
    facts: mailFromDomainFacts(),
    says: { status: 'PASS', reason: 'VOID_LOOKUPS_WITHIN_LIMIT' },
  },
  {
    when: 'two terms find nothing, which is allowed',
    facts: mailFromDomainFacts(({ mailFrom: { spf } }) =>
      Object.assign(spf, { voidLookups: 2, voidTerms: 2 }),
    ),
    says: { status: 'PASS', reason: 'VOID_LOOKUPS_WITHIN_LIMIT' },
  },
  {
    when: 'three find nothing before SES’s networks pass: the record given leaves them out',
    facts: dead((spf) => {
      spf.voidLookups = 3;
      ses(spf, 'permerror', 'TOO_MANY_VOID_LOOKUPS');
    }),
    says: {
      status: 'FAIL',
      reason: 'SPF_TOO_MANY_VOID_LOOKUPS',
      severity: 'MEDIUM',
      publish: [spfTxt('v=spf1 include:amazonses.com ~all')],
      remove: [spfTxt(DEAD)],
    },
  },
  {
    when: 'three find nothing, but SES’s networks pass before',
    facts: dead((spf) => (spf.voidLookups = 0)),
    says: {
      status: 'WARN',
      reason: 'SPF_DEAD_TERMS',
      severity: 'MEDIUM',
      summary: /has 3 terms that find nothing; 2 are allowed/,
      publish: [spfTxt('v=spf1 include:amazonses.com ~all')],
    },
  },
  {
    when: 'the networks of SES are unknown: a warning or a failure',
    facts: dead(sesUnknown),
    says: { status: 'UNKNOWN', reason: 'SES_NETWORKS_UNKNOWN' },
  },
  {
    when: 'a name on the way did not answer: it may or may not be void',
    facts: mailFromDomainFacts(({ mailFrom: { spf } }) => ses(spf, 'temperror')),
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED' },
  },
  {
    when: 'a name off the way did not answer',
    facts: mailFromDomainFacts(({ mailFrom: { spf } }) => (spf.problems = [spfProblem('DNS_FAILURE')])),
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED' },
  },
  ...spfScopeCases<'NO_SINGLE_RECORD' | 'NOT_A_MAIL_FROM_DOMAIN' | 'DNS_SERVFAIL'>(),
]);
