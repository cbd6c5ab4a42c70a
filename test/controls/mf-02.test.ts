import { mf02 } from '../../lambda/controls/mf-02.ts';
import type { DnsFact, IdentityFacts } from '../../lambda/facts/types.ts';
import type { MxRecord } from '../../lambda/dns/types.ts';
import {
  before,
  contextOf,
  found,
  hoursAgo,
  identityFacts,
  mailFromStatus,
  nodata,
  NOW,
  servfail,
  spfFacts,
  subdomainFacts,
  withoutMailFrom,
} from './facts.ts';
import { describeControl } from './paired.ts';

const MX = {
  name: 'bounce.example.com',
  type: 'MX' as const,
  value: '10 feedback-smtp.eu-west-1.amazonses.com',
};
const TXT = { name: 'bounce.example.com', type: 'TXT' as const, value: 'v=spf1 include:amazonses.com ~all' };
const MF_03 = { controlId: 'MF-03', subject: { kind: 'domain', name: 'bounce.example.com' } } as const;

const MF_04 = {
  controlId: 'MF-04',
  subject: { kind: 'identity', accountId: '111111111111', region: 'eu-west-1', name: 'example.com' },
} as const;
const OVERSEAS = found([{ preference: 10, exchange: 'feedback-smtp.us-east-1.amazonses.com' }]);
const sharedWith = (regions: string[] | 'unknown') => (facts: IdentityFacts) => {
  if (facts.mailFrom) facts.mailFrom.alsoUsedInRegions = regions;
};

const status = (
  value: 'PENDING' | 'FAILED' | 'TEMPORARY_FAILURE',
  mx?: DnsFact<MxRecord>,
  change?: (facts: IdentityFacts) => void,
) =>
  identityFacts((facts) => {
    mailFromStatus(facts, value);
    if (mx && facts.mailFrom) facts.mailFrom.mx = mx;
    change?.(facts);
  });

describeControl(mf02, [
  {
    when: 'SES has verified it',
    facts: identityFacts(),
    says: { status: 'PASS', reason: 'MAIL_FROM_VERIFIED' },
  },
  {
    when: 'it was set a moment ago',
    facts: status('PENDING'),
    says: {
      status: 'WARN',
      reason: 'MAIL_FROM_PENDING',
      severity: 'MEDIUM',
      publish: [],
      fixText: /^Wait: /,
      evidence: { pendingSince: NOW },
      cause: null,
    },
  },
  {
    when: 'it waits for an MX that is not there',
    facts: status('PENDING', nodata()),
    says: { status: 'WARN', reason: 'MAIL_FROM_PENDING', severity: 'MEDIUM', cause: MF_03 },
  },
  {
    when: 'it waits since we first saw it so, 80 hours ago',
    facts: status('PENDING'),
    context: contextOf({
      before: before({
        'MF-02': { status: 'WARN', reason: 'MAIL_FROM_PENDING', evidence: { pendingSince: hoursAgo(80) } },
      }),
    }),
    says: { status: 'FAIL', reason: 'MAIL_FROM_PENDING', severity: 'MEDIUM' },
  },
  {
    when: 'SES no longer sees the MX, and it is gone',
    facts: status('TEMPORARY_FAILURE', nodata(), (facts) => {
      if (facts.mailFrom)
        facts.mailFrom.spf = spfFacts((spf) => Object.assign(spf, { txt: nodata(), records: [] }));
    }),
    says: {
      status: 'FAIL',
      reason: 'MAIL_FROM_TEMP_FAILURE',
      severity: 'HIGH',
      summary: /the fallback is in force .* within 72 hours SES gives up/,
      publish: [MX, TXT],
      cause: MF_03,
    },
  },
  {
    when: 'SES no longer sees the MX, and it names another host',
    facts: status('TEMPORARY_FAILURE', found([{ preference: 10, exchange: 'mx.example.com' }])),
    says: {
      status: 'FAIL',
      reason: 'MAIL_FROM_TEMP_FAILURE',
      severity: 'HIGH',
      cause: MF_04,
    },
  },
  {
    when: 'SES no longer sees the MX, and it names a Region where nobody uses the MAIL FROM',
    facts: status('TEMPORARY_FAILURE', OVERSEAS),
    says: {
      status: 'FAIL',
      reason: 'MAIL_FROM_TEMP_FAILURE',
      severity: 'HIGH',
      publish: [],
      cause: MF_04,
    },
  },
  {
    when: 'SES no longer sees the MX, which names a Region that shares the MAIL FROM: DNS has it',
    facts: status('TEMPORARY_FAILURE', OVERSEAS, sharedWith(['us-east-1'])),
    says: { status: 'WARN', reason: 'MAIL_FROM_TEMP_FAILURE', severity: 'MEDIUM', cause: null },
  },
  {
    when: 'SES no longer sees the MX, which names a Region of which nobody knows whether it shares the MAIL FROM',
    facts: status('TEMPORARY_FAILURE', OVERSEAS, sharedWith('unknown')),
    says: { status: 'UNKNOWN', reason: 'OTHER_REGION_UNSEEN' },
  },
  {
    when: 'it waits, while the MX names a Region where nobody uses the MAIL FROM',
    facts: status('PENDING', OVERSEAS),
    says: { status: 'WARN', reason: 'MAIL_FROM_PENDING', severity: 'MEDIUM', cause: MF_04 },
  },
  {
    when: 'it waits, while nobody knows whether the Region of the MX shares the MAIL FROM',
    facts: status('PENDING', OVERSEAS, sharedWith('unknown')),
    says: { status: 'WARN', reason: 'MAIL_FROM_PENDING', severity: 'MEDIUM', cause: null },
  },
  {
    when: 'SES no longer sees the MX, though DNS has it',
    facts: status('TEMPORARY_FAILURE'),
    says: { status: 'WARN', reason: 'MAIL_FROM_TEMP_FAILURE', severity: 'MEDIUM' },
  },
  {
    when: 'SES no longer sees the MX, and DNS does not answer',
    facts: status('TEMPORARY_FAILURE', servfail()),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'SES no longer sees the MX, and the resolver is unusable',
    facts: status('TEMPORARY_FAILURE', undefined, (facts) => (facts.dnsUnusable = 'no answer')),
    says: { status: 'UNKNOWN', reason: 'RESOLVER_UNUSABLE' },
  },
  {
    when: 'SES gave up and refuses to send: setting it again is an act of its own',
    facts: status('FAILED', nodata(), (facts) => {
      if (facts.effective.mailFrom) facts.effective.mailFrom.behaviorOnMxFailure = 'REJECT_MESSAGE';
    }),
    says: {
      status: 'FAIL',
      reason: 'MAIL_FROM_FAILED',
      severity: 'HIGH',
      summary: /SES refuses to send$/,
      publish: [MX],
      command:
        'aws sesv2 put-email-identity-mail-from-attributes --email-identity example.com --mail-from-domain bounce.example.com --behavior-on-mx-failure REJECT_MESSAGE --region eu-west-1',
      cause: null,
    },
  },
  {
    when: 'SES gave up and the MX of a sharing Region stands: it stays',
    facts: status('FAILED', OVERSEAS, sharedWith(['us-east-1'])),
    says: {
      status: 'FAIL',
      reason: 'MAIL_FROM_FAILED',
      severity: 'HIGH',
      publish: [],
    },
  },
  {
    when: 'SES gave up on a name that two Regions share, and its MX is gone: one MX serves both',
    facts: status('FAILED', nodata(), sharedWith(['ap-northeast-1'])),
    says: {
      status: 'FAIL',
      reason: 'MAIL_FROM_FAILED',
      severity: 'HIGH',
      publish: [{ ...MX, value: '10 feedback-smtp.ap-northeast-1.amazonses.com' }],
    },
  },
  {
    when: 'SES gave up, and a text there only meant to be SPF: the same record as SPF-01 gives',
    facts: status('FAILED', undefined, (facts) => {
      if (facts.mailFrom) Object.assign(facts.mailFrom.spf, { records: [], nearMisses: ['v-spf1 a -all'] });
    }),
    says: {
      status: 'FAIL',
      reason: 'MAIL_FROM_FAILED',
      severity: 'HIGH',
      publish: [{ ...TXT, value: 'v=spf1 include:amazonses.com a -all' }],
    },
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
  {
    when: 'whose MAIL FROM applies is not known',
    facts: identityFacts(
      (facts) =>
        (facts.effective.undecided = { between: ['news.example.com', 'example.com'], differs: ['mailFrom'] }),
    ),
    says: { status: 'UNKNOWN', reason: 'SETTINGS_UNDECIDED' },
  },
]);
