import { mf04 } from '../../lambda/controls/mf-04.ts';
import type { MxRecord } from '../../lambda/dns/types.ts';
import type { DnsFact, IdentityFacts } from '../../lambda/facts/types.ts';
import {
  found,
  identityFacts,
  mailFromStatus,
  nodata,
  nxdomain,
  servfail,
  subdomainFacts,
  withoutMailFrom,
} from './facts.ts';
import { describeControl } from './paired.ts';

const RIGHT = {
  name: 'bounce.example.com',
  type: 'MX' as const,
  value: '10 feedback-smtp.eu-west-1.amazonses.com',
};
const answer = (mx: DnsFact<MxRecord>, change?: (facts: IdentityFacts) => void) =>
  identityFacts((facts) => {
    if (facts.mailFrom) facts.mailFrom.mx = mx;
    change?.(facts);
  });
const host = (exchange: string, change?: (facts: IdentityFacts) => void) =>
  answer(found([{ preference: 10, exchange }]), change);

const usedIn = (regions: string[] | 'unknown') => (facts: IdentityFacts) => {
  if (facts.mailFrom) facts.mailFrom.alsoUsedInRegions = regions;
};

describeControl(mf04, [
  {
    when: 'it names this Region',
    facts: identityFacts(),
    says: { status: 'PASS', reason: 'MX_THIS_REGION' },
  },
  {
    when: 'upper case and a trailing dot make no difference',
    facts: host('Feedback-SMTP.eu-west-1.AmazonSES.com.'),
    says: { status: 'PASS', reason: 'MX_THIS_REGION' },
  },
  {
    when: 'it names a Region where the account uses the same MAIL FROM',
    facts: host('feedback-smtp.us-east-1.amazonses.com', usedIn(['us-east-1'])),
    says: { status: 'PASS', reason: 'MX_SHARED_REGION' },
  },
  {
    when: 'it names another Region, which could not be asked',
    facts: host('feedback-smtp.us-east-1.amazonses.com', usedIn('unknown')),
    says: { status: 'UNKNOWN', reason: 'OTHER_REGION_UNSEEN' },
  },
  {
    when: 'other Regions could not be asked, but it names this one',
    facts: identityFacts(usedIn('unknown')),
    says: { status: 'PASS', reason: 'MX_THIS_REGION' },
  },
  {
    when: 'whose MAIL FROM applies is not known',
    facts: identityFacts(
      (facts) =>
        (facts.effective.undecided = { between: ['news.example.com', 'example.com'], differs: ['mailFrom'] }),
    ),
    says: { status: 'UNKNOWN', reason: 'SETTINGS_UNDECIDED' },
  },
  {
    when: 'it names a stray Region while SES says SUCCESS',
    facts: host('feedback-smtp.sa-east-1.amazonses.com'),
    says: {
      status: 'WARN',
      reason: 'MX_OTHER_REGION',
      severity: 'MEDIUM',
      publish: [RIGHT],
      remove: [{ ...RIGHT, value: '10 feedback-smtp.sa-east-1.amazonses.com' }],
    },
  },
  {
    when: 'it names a stray Region and SES has given up',
    facts: host('feedback-smtp.sa-east-1.amazonses.com', (facts) => mailFromStatus(facts, 'FAILED')),
    says: { status: 'FAIL', reason: 'MX_OTHER_REGION', severity: 'HIGH', publish: [RIGHT] },
  },
  {
    when: 'it says amazonaws.com',
    facts: host('feedback-smtp.eu-west-1.amazonaws.com'),
    says: {
      status: 'FAIL',
      reason: 'MX_WRONG_HOST',
      severity: 'HIGH',
      summary: /amazonaws\.com instead of amazonses\.com/,
      publish: [RIGHT],
      remove: [{ ...RIGHT, value: '10 feedback-smtp.eu-west-1.amazonaws.com' }],
    },
  },
  {
    when: 'the provider appended the zone',
    facts: host('feedback-smtp.eu-west-1.amazonses.com.example.com'),
    says: { status: 'FAIL', reason: 'MX_WRONG_HOST', severity: 'HIGH', summary: /appended the zone/ },
  },
  {
    when: 'it names a host outside SES',
    facts: host('mx.mail-relay.example'),
    says: { status: 'FAIL', reason: 'MX_WRONG_HOST', severity: 'HIGH', publish: [RIGHT] },
  },
  {
    when: 'it is a null MX',
    facts: host(''),
    says: { status: 'FAIL', reason: 'MX_NULL', severity: 'HIGH', remove: [{ ...RIGHT, value: '10 .' }] },
  },
  {
    when: 'the name is an alias, even to a right MX',
    facts: answer(
      found([{ preference: 10, exchange: 'feedback-smtp.eu-west-1.amazonses.com' }], ['mail.other.example']),
    ),
    says: {
      status: 'FAIL',
      reason: 'MX_ALIAS',
      severity: 'HIGH',
      publish: [
        RIGHT,
        { name: 'bounce.example.com', type: 'TXT', value: 'v=spf1 include:amazonses.com ~all' },
      ],
      remove: [{ name: 'bounce.example.com', type: 'CNAME', value: 'mail.other.example' }],
    },
  },
  {
    when: 'the name is an alias to nothing',
    facts: answer(nxdomain(['dead.example'])),
    says: { status: 'FAIL', reason: 'MX_ALIAS', severity: 'HIGH' },
  },
  {
    when: 'there is no MX: MF-03 speaks',
    facts: answer(nodata()),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_ONE_MX' },
  },
  {
    when: 'there are two: MF-03 speaks',
    facts: answer(
      found([
        { preference: 1, exchange: 'a.example' },
        { preference: 2, exchange: 'b.example' },
      ]),
    ),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_ONE_MX' },
  },
  {
    when: 'DNS does not answer',
    facts: answer(servfail()),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'it was not asked',
    facts: identityFacts((facts) => delete facts.mailFrom),
    says: { status: 'UNKNOWN', reason: 'DNS_NOT_ASKED' },
  },
  {
    when: 'the resolver is unusable',
    facts: identityFacts((facts) => (facts.dnsUnusable = 'no answer')),
    says: { status: 'UNKNOWN', reason: 'RESOLVER_UNUSABLE' },
  },
  {
    when: 'none is set',
    facts: identityFacts(withoutMailFrom),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_MAIL_FROM' },
  },
  {
    when: 'the parent’s MAIL FROM counts',
    facts: subdomainFacts((facts) => (facts.effective.winner = 'example.com')),
    says: { status: 'NOT_APPLICABLE', reason: 'INHERITED' },
  },
]);
