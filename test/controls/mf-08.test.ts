import { mf08 } from '../../lambda/controls/mf-08.ts';
import type { DomainFacts } from '../../lambda/facts/types.ts';
import { elsewhere, LAST_WEEK, OTHER_REGION, summary } from './domain-identities.ts';
import { found, fromDomainFacts, mailFromDomainFacts, REGION, servfail } from './facts.ts';
import { describeControl } from './paired.ts';

const shared = (
  change?: (facts: DomainFacts & { mailFrom: NonNullable<DomainFacts['mailFrom']> }) => void,
): DomainFacts =>
  mailFromDomainFacts((facts) => {
    facts.mailFrom.regions = [REGION, OTHER_REGION];
    facts.identities = [
      summary((one) => (one.use = 'MAIL_FROM')),
      elsewhere((one) => {
        one.use = 'MAIL_FROM';
        one.observedAt = LAST_WEEK;
      }),
    ];
    change?.(facts);
  });

describeControl(mf08, [
  {
    when: 'one Region uses it',
    facts: mailFromDomainFacts(),
    says: { status: 'PASS', reason: 'ONE_REGION' },
  },
  {
    when: 'two Regions share it, and the MX names one',
    facts: shared(),
    says: {
      status: 'PASS',
      reason: 'SHARED_BY_REGIONS',
      summary: 'bounce.example.com is shared by eu-west-1 and us-east-1; its MX names eu-west-1',
      evidence: {
        mxRegion: 'eu-west-1',
        oldestFact: LAST_WEEK,
        identities: [
          { place: '111111111111 eu-west-1', identity: 'example.com' },
          { place: '111111111111 us-east-1', identity: 'example.com' },
        ],
      },
    },
  },
  {
    when: 'two share it, and its MX leads elsewhere: that is MF-04’s matter',
    facts: shared((facts) => (facts.mailFrom.mx = found([{ preference: 10, exchange: 'mx.example.com' }]))),
    says: { status: 'PASS', reason: 'SHARED_WITHOUT_SES_MX', evidence: { mxRegion: null } },
  },
  {
    when: 'two share it, and DNS does not tell the MX',
    facts: shared((facts) => (facts.mailFrom.mx = servfail())),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'it is no MAIL FROM domain',
    facts: fromDomainFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_A_MAIL_FROM_DOMAIN' },
  },
]);
