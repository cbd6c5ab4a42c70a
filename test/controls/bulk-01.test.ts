import { bulk01 } from '../../lambda/controls/bulk-01.ts';
import { domainWith } from './domain-identities.ts';
import { found, nxdomain, servfail } from './facts.ts';
import { describeControl } from './paired.ts';
import {
  brokenSpf,
  bulk,
  COMMON,
  defaultMailFrom,
  here,
  neverSigned,
  summary,
  theDomain,
  unknownDkim,
  REVERSE_DNS,
  withSeverity,
} from './readiness-cases.ts';

describeControl(bulk01, [
  ...COMMON,
  ...withSeverity(REVERSE_DNS, 'HIGH'),
  {
    when: 'a domain that sends little is held to the same',
    facts: domainWith([summary()]),
    says: { status: 'PASS', reason: 'READY' },
  },
  {
    when: 'SES’s own MAIL FROM passes SPF, though not for a domain of yours',
    facts: bulk([summary(defaultMailFrom)]),
    says: {
      status: 'PASS',
      reason: 'READY_SPF_NOT_YOURS',
      summary: 'example.com is ready for Gmail; SPF passes for amazonses.com, not for a domain of yours',
    },
  },
  {
    when: 'DKIM is missing and SPF passes: one is enough',
    facts: bulk([summary(neverSigned)]),
    says: { status: 'PASS', reason: 'READY' },
  },
  {
    when: 'neither passes',
    facts: bulk([
      summary((one) => {
        neverSigned(one);
        brokenSpf(one);
      }),
    ]),
    says: {
      status: 'FAIL',
      reason: 'NOT_AUTHENTICATED',
      severity: 'HIGH',
      summary: 'example.com is not ready for Gmail: neither SPF nor DKIM passes',
      cause: { controlId: 'DKIM-02', subject: here },
    },
  },
  {
    when: 'SPF fails and DKIM is not known',
    facts: bulk([
      summary((one) => {
        brokenSpf(one);
        unknownDkim(one);
      }),
    ]),
    says: { status: 'UNKNOWN', reason: 'READINESS_UNKNOWN' },
  },
  {
    when: 'the From domain has a null MX (Gmail 5.7.27)',
    facts: bulk([summary()], ({ from }) => (from.mx = found([{ preference: 0, exchange: '' }]))),
    says: {
      status: 'FAIL',
      reason: 'FROM_CANNOT_RECEIVE',
      severity: 'HIGH',
      cause: { controlId: 'IDENT-13', subject: theDomain },
    },
  },
  {
    when: 'the From domain does not exist',
    facts: bulk([summary()], ({ from }) => Object.assign(from, { exists: false, mx: nxdomain() })),
    says: { status: 'FAIL', reason: 'FROM_CANNOT_RECEIVE', severity: 'HIGH' },
  },
  {
    when: 'DNS did not tell its MX',
    facts: bulk([summary()], ({ from }) => (from.mx = servfail())),
    says: { status: 'UNKNOWN', reason: 'READINESS_UNKNOWN', evidence: { unknown: ['FROM_CANNOT_RECEIVE'] } },
  },
]);
