import { bulk05 } from '../../lambda/controls/bulk-05.ts';
import { found } from './facts.ts';
import { describeControl } from './paired.ts';
import {
  bulk,
  COMMON,
  COMMON_OF_BULK,
  defaultMailFrom,
  summary,
  withSeverity,
  REVERSE_DNS,
} from './readiness-cases.ts';

describeControl(bulk05, [
  ...COMMON,
  ...withSeverity(REVERSE_DNS, 'MEDIUM'),
  ...withSeverity(COMMON_OF_BULK, 'MEDIUM'),
  {
    when: 'SES’s own MAIL FROM, and DKIM aligns',
    facts: bulk([summary(defaultMailFrom)]),
    says: { status: 'PASS', reason: 'READY_SPF_NOT_YOURS' },
  },
  {
    when: 'the From domain takes no mail, which Apple does not ask for',
    facts: bulk([summary()], ({ from }) => (from.mx = found([{ preference: 0, exchange: '' }]))),
    says: { status: 'PASS', reason: 'READY' },
  },
]);
