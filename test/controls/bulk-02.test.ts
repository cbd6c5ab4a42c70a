import { bulk02 } from '../../lambda/controls/bulk-02.ts';
import { found } from './facts.ts';
import { describeControl } from './paired.ts';
import {
  bulk,
  COMMON,
  COMMON_OF_BULK,
  defaultMailFrom,
  neverSigned,
  OF_BULK_SENDERS,
  summary,
  withSeverity,
  REVERSE_DNS,
} from './readiness-cases.ts';

describeControl(bulk02, [
  ...COMMON,
  ...withSeverity(REVERSE_DNS, 'HIGH'),
  ...withSeverity(COMMON_OF_BULK, 'HIGH'),
  ...OF_BULK_SENDERS,
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
