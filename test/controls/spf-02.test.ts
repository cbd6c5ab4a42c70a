import { spf02 } from '../../lambda/controls/spf-02.ts';
import { placeOf, ses, spfDomain, spfProblem, spfScopeCases, spfTxt } from './record-cases.ts';
import { contextOf, mailFromDomainFacts } from './facts.ts';
import { describeControl } from './paired.ts';

const BROKEN = 'v=spf1 ip4:203.0.113.0/24 ipv4:192.0.2.7 include:amazonses.com ~all';
const INCLUDING = 'v=spf1 include:vendor.example ip4:203.0.113.7 -all';
const included = (result: 'pass' | 'permerror') =>
  spfDomain(INCLUDING, (spf) => {
    ses(spf, result, result === 'permerror' ? 'BAD_NETWORK' : undefined);
    spf.problems = [
      spfProblem('BAD_NETWORK', {
        own: false,
        domain: 'vendor.example',
        places: [placeOf(INCLUDING, 'include:vendor.example')],
      }),
    ];
  });

describeControl(spf02, [
  {
    when: 'the record follows the grammar',
    facts: mailFromDomainFacts(),
    says: { status: 'PASS', reason: 'SPF_SYNTAX_VALID' },
  },
  {
    when: 'a mechanism does not exist: the record given leaves it out',
    facts: spfDomain(BROKEN, (spf) => ses(spf, 'permerror', 'UNKNOWN_MECHANISM')),
    says: {
      status: 'FAIL',
      reason: 'SPF_SYNTAX_ERROR',
      severity: 'HIGH',
      reasonClass: 2,
      summary: /is broken, so SPF never passes: .*ipv4:192\.0\.2\.7/,
      publish: [spfTxt('v=spf1 include:amazonses.com ip4:203.0.113.0/24 ~all')],
      remove: [spfTxt(BROKEN)],
      cause: null,
    },
  },
  {
    when: 'mail is From the name, too: advice only',
    facts: spfDomain(BROKEN),
    context: contextOf({ settings: { fromDomains: ['bounce.example.com'] } }),
    says: {
      status: 'FAIL',
      reason: 'SPF_SYNTAX_ERROR',
      severity: 'HIGH',
      publish: [],
      remove: [],
      fixText: /^Others may send with bounce\.example\.com, too: make a list of its senders first\./,
    },
  },
  {
    when: 'an included record has an error on the way of SES’s networks',
    facts: included('permerror'),
    says: {
      status: 'FAIL',
      reason: 'SPF_INCLUDED_SYNTAX_ERROR',
      severity: 'HIGH',
      summary: /The record of vendor\.example that the SPF of bounce\.example\.com includes is broken/,
      publish: [spfTxt('v=spf1 include:amazonses.com ip4:203.0.113.7 -all')],
    },
  },
  {
    when: 'SES’s networks pass before the included error',
    facts: included('pass'),
    says: { status: 'FAIL', reason: 'SPF_INCLUDED_SYNTAX_ERROR', severity: 'MEDIUM' },
  },
  {
    when: 'only the evaluation for SES met the error, behind a macro',
    facts: spfDomain('v=spf1 include:%{i}.vendor.example include:amazonses.com ~all', (spf) =>
      ses(spf, 'permerror', 'BAD_MACRO'),
    ),
    says: { status: 'FAIL', reason: 'SPF_INCLUDED_SYNTAX_ERROR', severity: 'HIGH' },
  },
  {
    when: 'an included record did not answer',
    facts: spfDomain(INCLUDING, (spf) => (spf.unread = ['vendor.example'])),
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED', evidence: { unread: ['vendor.example'] } },
  },
  {
    when: 'the record leads to more than is read',
    facts: spfDomain(INCLUDING, (spf) => (spf.problems = [spfProblem('ANALYSIS_LIMIT')])),
    says: { status: 'UNKNOWN', reason: 'DNS_NOT_ASKED' },
  },
  {
    when: 'nobody read what it includes',
    facts: spfDomain(INCLUDING, (spf) => delete spf.problems),
    says: { status: 'UNKNOWN', reason: 'DNS_NOT_ASKED' },
  },
  ...spfScopeCases<'NO_SINGLE_RECORD' | 'NOT_A_MAIL_FROM_DOMAIN' | 'DNS_SERVFAIL'>(),
]);
