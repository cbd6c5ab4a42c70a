import { spf01 } from '../../lambda/controls/spf-01.ts';
import { ACCOUNT, contextOf, found, mailFromDomainFacts, nodata, REGION, servfail } from './facts.ts';
import { describeControl } from './paired.ts';

const txt = (value: string) => ({ name: 'bounce.example.com', type: 'TXT' as const, value });
const STANDARD = 'v=spf1 include:amazonses.com ~all';
const withTxt = (records: string[], nearMisses: string[] = []) =>
  mailFromDomainFacts(({ mailFrom }) =>
    Object.assign(mailFrom.spf, { txt: found([...records, ...nearMisses]), records, nearMisses }),
  );

describeControl(spf01, [
  { when: 'there is one', facts: mailFromDomainFacts(), says: { status: 'PASS', reason: 'SPF_SINGLE' } },
  {
    when: 'there is no TXT at all',
    facts: mailFromDomainFacts(({ mailFrom }) => Object.assign(mailFrom.spf, { txt: nodata(), records: [] })),
    says: { status: 'FAIL', reason: 'SPF_MISSING', severity: 'HIGH', publish: [txt(STANDARD)] },
  },
  {
    when: 'there are other TXT only',
    facts: mailFromDomainFacts(({ mailFrom }) =>
      Object.assign(mailFrom.spf, { txt: found(['token=1']), records: [] }),
    ),
    says: { status: 'FAIL', reason: 'SPF_MISSING', severity: 'HIGH' },
  },
  {
    when: 'the text says v-spf1',
    facts: withTxt([], ['v-spf1 include:amazonses.com ~all']),
    says: {
      status: 'FAIL',
      reason: 'SPF_NEAR_MISS',
      severity: 'HIGH',
      publish: [txt(STANDARD)],
      remove: [txt('v-spf1 include:amazonses.com ~all')],
    },
  },
  {
    when: 'the text stands in typographic quotes and has terms of its own',
    facts: withTxt([], ['“v=spf1 ip4:203.0.113.7 -all”']),
    says: {
      status: 'FAIL',
      reason: 'SPF_NEAR_MISS',
      severity: 'HIGH',
      publish: [txt('v=spf1 include:amazonses.com ip4:203.0.113.7 -all')],
    },
  },
  {
    when: 'there are two: the fix says what both say',
    facts: withTxt([STANDARD, 'v=spf1 mx ip4:203.0.113.7 -all']),
    says: {
      status: 'FAIL',
      reason: 'SPF_MULTIPLE',
      severity: 'HIGH',
      summary:
        'The MAIL FROM domain bounce.example.com has 2 SPF records: that is a permanent error, so SPF never passes',
      publish: [txt('v=spf1 include:amazonses.com mx ip4:203.0.113.7 ~all')],
      remove: [txt(STANDARD), txt('v=spf1 mx ip4:203.0.113.7 -all')],
      fixText: /They end differently: the softer end, ~all, is kept/,
    },
  },
  {
    when: 'there are two with the same end',
    facts: withTxt(['v=spf1 mx -all', 'v=spf1 include:amazonses.com -all']),
    says: {
      status: 'FAIL',
      reason: 'SPF_MULTIPLE',
      severity: 'HIGH',
      publish: [txt('v=spf1 include:amazonses.com mx -all')],
      fixText: /what all of them say\.$/,
    },
  },
  {
    when: 'mail is From the name, too: no SPF of a From domain is in the plan',
    facts: mailFromDomainFacts((facts) => {
      facts.dependents.push({
        accountId: ACCOUNT,
        region: REGION,
        identity: 'bounce.example.com',
        use: 'FROM',
      });
      Object.assign(facts.mailFrom.spf, { txt: nodata(), records: [] });
    }),
    says: {
      status: 'FAIL',
      reason: 'SPF_MISSING',
      severity: 'HIGH',
      publish: [],
      fixText: /make a list of its senders first\. Publish an SPF record/,
    },
  },
  {
    when: 'the MAIL FROM is a registrable name',
    facts: mailFromDomainFacts((facts) => {
      facts.name = 'example.com';
      Object.assign(facts.mailFrom.spf, { txt: nodata(), records: [] });
    }),
    says: { status: 'FAIL', reason: 'SPF_MISSING', severity: 'HIGH', publish: [] },
  },
  {
    when: 'settings declare mail From the name',
    facts: mailFromDomainFacts(({ mailFrom }) => Object.assign(mailFrom.spf, { txt: nodata(), records: [] })),
    context: contextOf({ settings: { fromDomains: ['bounce.example.com'] } }),
    says: { status: 'FAIL', reason: 'SPF_MISSING', severity: 'HIGH', publish: [] },
  },
  {
    when: 'one of two is a redirect: it becomes an include, or the all would put it out of force',
    facts: withTxt([STANDARD, 'v=spf1 redirect=_spf.example.net']),
    says: {
      status: 'FAIL',
      reason: 'SPF_MULTIPLE',
      severity: 'HIGH',
      publish: [txt('v=spf1 include:amazonses.com include:_spf.example.net ~all')],
    },
  },
  {
    when: 'DNS does not answer',
    facts: mailFromDomainFacts(({ mailFrom }) =>
      Object.assign(mailFrom.spf, { txt: servfail(), records: [] }),
    ),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
]);
