import { spf06 } from '../../lambda/controls/spf-06.ts';
import type { SpfProblemFacts } from '../../lambda/facts/types.ts';
import { mailFromDomainFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { placeOf, ses, spfDomain, spfProblem, spfScopeCases, spfTxt } from './record-cases.ts';

const RECORD = 'v=spf1 include:amazonses.com include:spf.gone.example ip4:203.0.113.7 -all';
const HEALED = 'v=spf1 include:amazonses.com ip4:203.0.113.7 -all';
const at = { places: [placeOf(RECORD, 'include:spf.gone.example')] };
const met = (...problems: SpfProblemFacts[]) => spfDomain(RECORD, (spf) => (spf.problems = problems));
const withoutRecord = spfProblem('TARGET_WITHOUT_RECORD', { target: 'spf.gone.example', ...at });

describeControl(spf06, [
  {
    when: 'every include is there',
    facts: mailFromDomainFacts(),
    says: { status: 'PASS', reason: 'SPF_TARGETS_SOUND' },
  },
  {
    when: 'anybody may register the domain of an include',
    facts: met(withoutRecord, spfProblem('TARGET_DOMAIN_UNREGISTERED', { target: 'gone.example', ...at })),
    says: {
      status: 'FAIL',
      reason: 'SPF_INCLUDE_HIJACKABLE',
      severity: 'HIGH',
      reasonClass: 2,
      summary:
        'The SPF of bounce.example.com trusts gone.example, which nobody has registered: whoever does can send as it',
      publish: [spfTxt(HEALED)],
      remove: [spfTxt(RECORD)],
    },
  },
  {
    when: 'an include has no record',
    facts: met(withoutRecord),
    says: {
      status: 'FAIL',
      reason: 'SPF_INCLUDE_WITHOUT_RECORD',
      severity: 'HIGH',
      reasonClass: 1,
      publish: [spfTxt(HEALED)],
    },
  },
  {
    when: 'an include has two records',
    facts: met(spfProblem('MULTIPLE_RECORDS', { own: false, domain: 'spf.gone.example', ...at })),
    says: {
      status: 'FAIL',
      reason: 'SPF_INCLUDE_MULTIPLE',
      severity: 'HIGH',
      summary: /includes spf\.gone\.example, where several SPF records stand/,
      publish: [spfTxt(HEALED)],
    },
  },
  {
    when: 'only the evaluation for SES met the include without record, behind a macro',
    facts: spfDomain('v=spf1 include:%{d}.spf.example include:amazonses.com ~all', (spf) =>
      ses(spf, 'permerror', 'TARGET_WITHOUT_RECORD'),
    ),
    says: { status: 'FAIL', reason: 'SPF_INCLUDE_WITHOUT_RECORD', severity: 'HIGH' },
  },
  {
    when: 'an include did not answer',
    facts: spfDomain(RECORD, (spf) => (spf.unread = ['spf.gone.example'])),
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED' },
  },
  {
    when: 'whether the domain of a dead term is registered did not answer',
    facts: met(spfProblem('DNS_FAILURE', { target: 'gone.example' })),
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED' },
  },
  {
    when: 'one include is gone and another did not answer: it fails either way',
    facts: spfDomain(RECORD, (spf) =>
      Object.assign(spf, { problems: [withoutRecord], unread: ['b.example'] }),
    ),
    says: { status: 'FAIL', reason: 'SPF_INCLUDE_WITHOUT_RECORD', severity: 'HIGH' },
  },
  ...spfScopeCases<'NO_SINGLE_RECORD' | 'NOT_A_MAIL_FROM_DOMAIN' | 'DNS_SERVFAIL'>(),
]);
