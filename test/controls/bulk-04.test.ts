import { bulk04 } from '../../lambda/controls/bulk-04.ts';
import { found, nodata } from './facts.ts';
import { describeControl } from './paired.ts';
import {
  bulk,
  COMMON,
  COMMON_OF_BULK,
  defaultMailFrom,
  here,
  OF_BULK_SENDERS,
  summary,
  withSeverity,
} from './readiness-cases.ts';

describeControl(bulk04, [
  ...COMMON,
  ...withSeverity(COMMON_OF_BULK, 'HIGH'),
  ...OF_BULK_SENDERS,
  {
    when: 'SES’s own MAIL FROM: SPF passes, but for SES alone',
    facts: bulk([summary(defaultMailFrom)]),
    says: {
      status: 'WARN',
      reason: 'SPF_NOT_YOURS',
      severity: 'HIGH',
      publish: [
        {
          name: 'bounce-eu-west-1.example.com',
          type: 'MX',
          value: '10 feedback-smtp.eu-west-1.amazonses.com',
        },
        { name: 'bounce-eu-west-1.example.com', type: 'TXT', value: 'v=spf1 include:amazonses.com ~all' },
      ],
      command:
        'aws sesv2 put-email-identity-mail-from-attributes --email-identity example.com --mail-from-domain bounce-eu-west-1.example.com --behavior-on-mx-failure USE_DEFAULT_VALUE --region eu-west-1',
      cause: { controlId: 'MF-01', subject: here },
    },
  },
  {
    when: 'the MAIL FROM is not verified yet: SES falls back to its own',
    facts: bulk([
      summary((one) => {
        one.mailFrom = {
          domain: 'bounce.example.com',
          status: 'PENDING',
          behaviorOnMxFailure: 'USE_DEFAULT_VALUE',
        };
        one.spf = { leg: 'none', aligned: false, cause: { controlId: 'MF-02', identity: 'example.com' } };
      }),
    ]),
    says: {
      status: 'WARN',
      reason: 'SPF_NOT_YOURS',
      severity: 'HIGH',
      publish: [],
      cause: { controlId: 'MF-02', subject: here },
    },
  },
  {
    when: 'the From domain has a null MX',
    facts: bulk([summary()], ({ from }) => (from.mx = found([{ preference: 0, exchange: '' }]))),
    says: { status: 'FAIL', reason: 'FROM_CANNOT_RECEIVE', severity: 'HIGH' },
  },
  {
    when: 'the From domain has neither MX nor address',
    facts: bulk([summary()], ({ from }) => Object.assign(from, { mx: nodata(), hasAddress: false })),
    says: { status: 'WARN', reason: 'FROM_UNRESOLVABLE', severity: 'HIGH' },
  },
]);
