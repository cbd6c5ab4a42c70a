import { bulk03 } from '../../lambda/controls/bulk-03.ts';
import { found, nodata, servfail } from './facts.ts';
import { describeControl } from './paired.ts';
import {
  bulk,
  COMMON,
  COMMON_OF_BULK,
  defaultMailFrom,
  here,
  neverSigned,
  summary,
  theDomain,
  withSeverity,
  REVERSE_DNS,
} from './readiness-cases.ts';

describeControl(bulk03, [
  ...COMMON,
  ...withSeverity(REVERSE_DNS, 'MEDIUM'),
  ...withSeverity(COMMON_OF_BULK, 'MEDIUM'),
  {
    when: 'SES’s own MAIL FROM, and DKIM aligns',
    facts: bulk([summary(defaultMailFrom)]),
    says: { status: 'PASS', reason: 'READY_SPF_NOT_YOURS' },
  },
  {
    when: 'the DMARC record asks for no reports',
    facts: bulk([summary()], ({ from }) => (from.dmarc.rua = [])),
    says: {
      status: 'WARN',
      reason: 'NO_REPORT_ADDRESS',
      severity: 'MEDIUM',
      cause: { controlId: 'DMARC-08', subject: theDomain },
    },
  },
  {
    when: 'its only rua is a URI without an address: nobody gets a report (M0)',
    facts: bulk([summary()], ({ from }) => (from.dmarc.rua = ['mailto:fogefoge.co.jp'])),
    says: {
      status: 'WARN',
      reason: 'NO_REPORT_ADDRESS',
      severity: 'MEDIUM',
      cause: { controlId: 'DMARC-08', subject: theDomain },
    },
  },
  {
    when: 'one of its rua has an address',
    facts: bulk(
      [summary()],
      ({ from }) => (from.dmarc.rua = ['mailto:fogefoge.co.jp', 'mailto:d@example.com']),
    ),
    says: { status: 'PASS', reason: 'READY' },
  },
  {
    when: 'a DKIM key is too short: DKIM-09 speaks of whoever signs',
    facts: bulk([
      summary((one) => {
        Object.assign(one.dkim, { keyBits: 768, signingDomain: 'example.com' });
      }),
    ]),
    says: {
      status: 'FAIL',
      reason: 'KEY_TOO_SHORT',
      severity: 'MEDIUM',
      cause: { controlId: 'DKIM-09', subject: here },
    },
  },
  {
    when: 'the inherited DMARC record asks for no reports: DMARC-08 speaks at its own name',
    facts: bulk([summary()], (facts) => {
      facts.name = 'news.example.com';
      facts.from.dmarc.rua = [];
    }),
    says: {
      status: 'WARN',
      reason: 'NO_REPORT_ADDRESS',
      severity: 'MEDIUM',
      cause: { controlId: 'DMARC-08', subject: theDomain },
    },
  },
  {
    when: 'it asks for no reports, and DKIM is missing: the failure is the reason, both are named',
    facts: bulk([summary(neverSigned)], ({ from }) => (from.dmarc.rua = [])),
    says: {
      status: 'FAIL',
      reason: 'DKIM_MISSING',
      severity: 'MEDIUM',
      evidence: { because: ['DKIM_MISSING', 'NO_REPORT_ADDRESS'] },
    },
  },
  {
    when: 'it asks for no reports, and whether DKIM passes is not known: it may be worse',
    facts: bulk(
      [
        summary((one) => {
          Object.assign(one.dkim, { leg: 'unknown', aligned: 'unknown' });
        }),
      ],
      ({ from }) => (from.dmarc.rua = []),
    ),
    says: { status: 'UNKNOWN', reason: 'READINESS_UNKNOWN' },
  },
  {
    when: 'the From domain has neither MX nor address',
    facts: bulk([summary()], ({ from }) => Object.assign(from, { mx: nodata(), hasAddress: false })),
    says: { status: 'WARN', reason: 'FROM_UNRESOLVABLE', severity: 'MEDIUM' },
  },
  {
    when: 'the From domain has a null MX',
    facts: bulk([summary()], ({ from }) => (from.mx = found([{ preference: 0, exchange: '' }]))),
    says: { status: 'FAIL', reason: 'FROM_CANNOT_RECEIVE', severity: 'MEDIUM' },
  },
  {
    when: 'DNS tells neither its MX nor its address',
    facts: bulk([summary()], ({ from }) => Object.assign(from, { mx: servfail(), hasAddress: 'unknown' })),
    says: { status: 'UNKNOWN', reason: 'READINESS_UNKNOWN' },
  },
]);
