import { bulk02 } from '../../lambda/controls/bulk-02.ts';
import { domainWith } from './domain-identities.ts';
import { contextOf, found } from './facts.ts';
import { describeControl } from './paired.ts';
import {
  bulk,
  COMMON,
  COMMON_OF_BULK,
  defaultMailFrom,
  neverSigned,
  summary,
  withSeverity,
} from './readiness-cases.ts';

describeControl(bulk02, [
  ...COMMON,
  ...withSeverity(COMMON_OF_BULK, 'HIGH'),
  {
    when: 'the domain sends little',
    facts: domainWith([summary(neverSigned)]),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_BULK' },
  },
  {
    when: 'whether it sends in bulk is not known, and so whether any of it applies',
    facts: domainWith([summary(neverSigned)], (facts) => delete facts.volume),
    says: { status: 'UNKNOWN', reason: 'VOLUME_UNKNOWN' },
  },
  {
    when: 'the settings say that it sends in bulk',
    facts: domainWith([summary(neverSigned)]),
    context: contextOf({ settings: { bulkDomains: { 'example.com': true } } }),
    says: { status: 'FAIL', reason: 'DKIM_MISSING', severity: 'HIGH' },
  },
  {
    when: 'SES’s own MAIL FROM: SPF passes, not yours, and DKIM aligns',
    facts: bulk([summary(defaultMailFrom)]),
    says: { status: 'PASS', reason: 'READY_SPF_NOT_YOURS', summary: /SPF passes for amazonses\.com/ },
  },
  {
    when: 'the DKIM key has 768 bits',
    facts: bulk([summary((one) => (one.dkim.keyBits = 768))]),
    says: { status: 'FAIL', reason: 'KEY_TOO_SHORT', severity: 'HIGH' },
  },
  {
    when: 'several things are missing: the first is the reason, all are named',
    facts: bulk([summary(neverSigned)], ({ from }) => {
      from.mx = found([{ preference: 0, exchange: '' }]);
      from.dmarc.status = 'none';
    }),
    says: {
      status: 'FAIL',
      reason: 'FROM_CANNOT_RECEIVE',
      severity: 'HIGH',
      evidence: { because: ['FROM_CANNOT_RECEIVE', 'DKIM_MISSING', 'DMARC_MISSING'] },
    },
  },
]);
