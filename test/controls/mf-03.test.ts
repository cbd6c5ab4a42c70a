import { mf03 } from '../../lambda/controls/mf-03.ts';
import { found, fromDomainFacts, mailFromDomainFacts, nodata, nxdomain, servfail } from './facts.ts';
import { describeControl } from './paired.ts';

const mx = (value: string) => ({ name: 'bounce.example.com', type: 'MX' as const, value });
const SES = { preference: 10, exchange: 'feedback-smtp.eu-west-1.amazonses.com' };

describeControl(mf03, [
  { when: 'there is one MX', facts: mailFromDomainFacts(), says: { status: 'PASS', reason: 'ONE_MX' } },
  {
    when: 'the one MX is another host: MF-04 speaks',
    facts: mailFromDomainFacts(
      ({ mailFrom }) => (mailFrom.mx = found([{ preference: 1, exchange: 'mx.example.com' }])),
    ),
    says: { status: 'PASS', reason: 'ONE_MX' },
  },
  {
    when: 'there is none',
    facts: mailFromDomainFacts(({ mailFrom }) => (mailFrom.mx = nodata())),
    says: {
      status: 'FAIL',
      reason: 'MX_MISSING',
      severity: 'HIGH',
      publish: [mx('10 feedback-smtp.eu-west-1.amazonses.com')],
      remove: [],
    },
  },
  {
    when: 'there is none, because the DNS provider appended the zone to the whole name',
    facts: mailFromDomainFacts(({ mailFrom }) => {
      mailFrom.mx = nxdomain();
      mailFrom.misplacedMx = [{ name: 'bounce.example.com.example.com', ...SES }];
    }),
    says: {
      status: 'FAIL',
      reason: 'MX_MISSING',
      severity: 'HIGH',
      publish: [mx('10 feedback-smtp.eu-west-1.amazonses.com')],
      remove: [
        {
          name: 'bounce.example.com.example.com',
          type: 'MX',
          value: '10 feedback-smtp.eu-west-1.amazonses.com',
        },
      ],
      fixText: /published at bounce\.example\.com\.example\.com: the DNS provider appended the zone/,
    },
  },
  {
    when: 'the name is gone and two Regions used it',
    facts: mailFromDomainFacts(({ mailFrom }) =>
      Object.assign(mailFrom, { mx: nxdomain(), regions: ['us-east-1', 'ap-northeast-1'] }),
    ),
    says: {
      status: 'FAIL',
      reason: 'MX_MISSING',
      severity: 'HIGH',
      publish: [mx('10 feedback-smtp.ap-northeast-1.amazonses.com')],
    },
  },
  {
    when: 'a second MX stands beside SES’s',
    facts: mailFromDomainFacts(
      ({ mailFrom }) => (mailFrom.mx = found([SES, { preference: 20, exchange: 'mail.example.com' }])),
    ),
    says: {
      status: 'FAIL',
      reason: 'MX_MULTIPLE',
      severity: 'HIGH',
      summary: /has 2 MX records/,
      publish: [mx('10 feedback-smtp.eu-west-1.amazonses.com')],
      remove: [mx('20 mail.example.com')],
    },
  },
  {
    when: 'two Regions each put their own: the one that stands and sorts first is kept',
    facts: mailFromDomainFacts(({ mailFrom }) => {
      mailFrom.mx = found([SES, { preference: 10, exchange: 'feedback-smtp.us-east-1.amazonses.com' }]);
      mailFrom.regions = ['us-east-1', 'eu-west-1'];
    }),
    says: {
      status: 'FAIL',
      reason: 'MX_MULTIPLE',
      severity: 'HIGH',
      publish: [mx('10 feedback-smtp.eu-west-1.amazonses.com')],
      remove: [mx('10 feedback-smtp.us-east-1.amazonses.com')],
    },
  },
  {
    when: 'the name is an alias to nothing: no MX can be published beside it',
    facts: mailFromDomainFacts(({ mailFrom }) => (mailFrom.mx = nxdomain(['dead.example']))),
    says: {
      status: 'NOT_APPLICABLE',
      reason: 'MX_ALIAS',
      summary: 'bounce.example.com is an alias of dead.example: no MX can stand beside that',
      publish: [],
      remove: [],
    },
  },
  {
    when: 'the name is an alias to one with two MX, which are not its own to remove',
    facts: mailFromDomainFacts(
      ({ mailFrom }) =>
        (mailFrom.mx = found(
          [SES, { preference: 20, exchange: 'mail.other.example' }],
          ['mail.other.example'],
        )),
    ),
    says: { status: 'NOT_APPLICABLE', reason: 'MX_ALIAS', remove: [] },
  },
  {
    when: 'DNS does not answer',
    facts: mailFromDomainFacts(({ mailFrom }) => (mailFrom.mx = servfail())),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'the resolver is unusable',
    facts: mailFromDomainFacts((facts) => (facts.dnsUnusable = 'no answer')),
    says: { status: 'UNKNOWN', reason: 'RESOLVER_UNUSABLE' },
  },
  {
    when: 'it is a From domain only',
    facts: fromDomainFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_A_MAIL_FROM_DOMAIN' },
  },
]);
