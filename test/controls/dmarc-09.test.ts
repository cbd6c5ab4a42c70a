import { dmarc09 } from '../../lambda/controls/dmarc-09.ts';
import type { ReportHostFacts } from '../../lambda/facts/types.ts';
import { contextOf, fromDomainFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { dmarcScopeCases } from './record-cases.ts';

const CONSENT = 'example.com._report._dmarc.analyst.example';
const analyst: ReportHostFacts = {
  host: 'analyst.example',
  tags: ['rua'],
  receives: true,
  authorization: 'authorized',
  authorizationName: CONSENT,
};
const hosts = (...reportHosts: Partial<ReportHostFacts>[]) =>
  fromDomainFacts(({ from }) => {
    from.dmarc.reportHosts = reportHosts.map((one) => ({ ...analyst, ...one }));
  });

describeControl(dmarc09, [
  {
    when: 'the host is the domain’s own',
    facts: fromDomainFacts(),
    says: { status: 'PASS', reason: 'REPORT_HOSTS_TAKE_REPORTS' },
  },
  {
    when: 'the host of another organization consents',
    facts: hosts({}),
    says: {
      status: 'PASS',
      reason: 'REPORT_HOSTS_TAKE_REPORTS',
      evidence: { hosts: ['analyst.example (rua): receives, authorized'] },
    },
  },
  {
    when: 'a host takes no mail',
    facts: hosts({ host: 'reports.example.com', authorization: 'internal', receives: false }),
    says: {
      status: 'WARN',
      reason: 'RUA_HOST_NO_MX',
      severity: 'MEDIUM',
      summary: 'DMARC reports of example.com do not arrive at reports.example.com: no mail can be sent there',
      publish: [],
    },
  },
  {
    when: 'the host of another organization does not consent: it is asked to',
    facts: hosts({ authorization: 'denied' }),
    says: {
      status: 'WARN',
      reason: 'REPORTS_NOT_AUTHORIZED',
      severity: 'MEDIUM',
      publish: [],
      fixText:
        /^Ask whoever runs analyst\.example to publish “v=DMARC1” as TXT at example\.com\._report\._dmarc\.analyst\.example/,
    },
  },
  {
    when: 'the host that does not consent is an owned domain: the record to publish there',
    facts: hosts({ authorization: 'denied' }),
    context: contextOf({ settings: { ownedDomains: ['analyst.example'] } }),
    says: {
      status: 'WARN',
      reason: 'REPORTS_NOT_AUTHORIZED',
      severity: 'MEDIUM',
      publish: [{ name: CONSENT, type: 'TXT', value: 'v=DMARC1' }],
    },
  },
  {
    when: 'the consent names another host',
    facts: hosts({ authorization: 'misdirected', override: ['mailto:x@elsewhere.example'] }),
    says: {
      status: 'WARN',
      reason: 'REPORTS_MISDIRECTED',
      severity: 'MEDIUM',
      evidence: { hosts: ['analyst.example (rua): receives, misdirected (mailto:x@elsewhere.example)'] },
    },
  },
  {
    when: 'one host takes no mail and another did not answer',
    facts: hosts({ receives: false }, { host: 'b.example', receives: 'unknown' }),
    says: { status: 'WARN', reason: 'RUA_HOST_NO_MX', severity: 'MEDIUM' },
  },
  {
    when: 'whether a host receives did not answer',
    facts: hosts({ receives: 'unknown' }),
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED' },
  },
  {
    when: 'whether a host consents did not answer',
    facts: hosts({}, { host: 'b.example', authorization: 'unknown' }),
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED' },
  },
  {
    when: 'no address is named: DMARC-08 speaks',
    facts: hosts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_REPORT_HOST' },
  },
  {
    when: 'nobody asked',
    facts: fromDomainFacts(({ from }) => delete from.dmarc.reportHosts),
    says: { status: 'UNKNOWN', reason: 'DNS_NOT_ASKED' },
  },
  ...dmarcScopeCases<'INHERITED' | 'NO_SINGLE_RECORD' | 'DNS_SERVFAIL'>(),
]);
