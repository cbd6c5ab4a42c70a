import { spf03 } from '../../lambda/controls/spf-03.ts';
import type { SpfFacts, SpfResultName } from '../../lambda/facts/types.ts';
import { found, mailFromDomainFacts, nodata, servfail } from './facts.ts';
import { describeControl } from './paired.ts';

const txt = (value: string) => ({ name: 'bounce.example.com', type: 'TXT' as const, value });
const SPF_01 = { controlId: 'SPF-01', subject: { kind: 'domain', name: 'bounce.example.com' } } as const;
const spf = (change: (spf: SpfFacts) => void) => mailFromDomainFacts(({ mailFrom }) => change(mailFrom.spf));
const results = (record: string, ...values: SpfResultName[]) =>
  spf((facts) => {
    Object.assign(facts, { txt: found([record]), records: [record] });
    facts.sesNetworks = values.map((result, n) => ({
      network: `192.0.2.${n}/32`,
      ip: `192.0.2.${n}`,
      result,
    }));
  });

const INCLUDE = 'v=spf1 include:amazonses.com ~all';
/** SES's networks are 192.0.2.0/25 and 198.51.100.0/24. */
const dedicated = (
  record: string,
  results: { [ip: string]: SpfResultName },
  more: Partial<NonNullable<SpfFacts['dedicated']>> = {},
  change: (facts: SpfFacts) => void = () => undefined,
) =>
  spf((facts) => {
    Object.assign(facts, { txt: found([record]), records: [record] });
    const addresses = Object.entries(results).map(([ip, result]) => ({ ip, result }));
    facts.dedicated = { addresses, ...more };
    change(facts);
  });
const OUTSIDE = '203.0.113.100';
const DENIED = { unread: ['111111111111 eu-west-1: ACCESS_DENIED, User is not authorized'] };

describeControl(spf03, [
  {
    when: 'dedicated addresses pass, too: by the include, and by a term of their own',
    facts: dedicated('v=spf1 include:amazonses.com ip4:203.0.113.100 ~all', {
      '192.0.2.9': 'pass',
      [OUTSIDE]: 'pass',
    }),
    says: {
      status: 'PASS',
      reason: 'SES_PASSES',
      summary: 'SPF of bounce.example.com passes for every network of SES and for 2 dedicated addresses',
      evidence: { dedicated: ['192.0.2.9: pass', '203.0.113.100: pass'] },
    },
  },
  {
    when: 'the settings keep the dedicated addresses from being read: the networks decide, and the evidence says so',
    facts: dedicated(INCLUDE, {}, { off: true }),
    says: {
      status: 'PASS',
      reason: 'SES_PASSES',
      evidence: { dedicated: 'not read: the setting permissions.dedicatedIps is off' },
    },
  },
  {
    when: 'more addresses than are evaluated',
    facts: dedicated(INCLUDE, { '192.0.2.9': 'pass' }, { leftOut: 7 }),
    says: { status: 'PASS', reason: 'SES_PASSES', evidence: { dedicatedLeftOut: 7 } },
  },
  {
    when: 'a dedicated address lies outside SES’s networks, and the record does not list it',
    facts: dedicated(INCLUDE, { '192.0.2.9': 'pass', [OUTSIDE]: 'softfail', '2001:db8::25': 'softfail' }),
    says: {
      status: 'FAIL',
      reason: 'SPF_PARTIAL',
      severity: 'HIGH',
      summary:
        'SPF of bounce.example.com does not pass for 2 dedicated addresses (203.0.113.100 and 2001:db8::25)',
      publish: [txt('v=spf1 include:amazonses.com ip4:203.0.113.100 ip6:2001:db8::25 ~all')],
      remove: [txt(INCLUDE)],
      evidence: { dedicated: ['203.0.113.100: softfail', '2001:db8::25: softfail', '192.0.2.9: pass'] },
      cause: null,
    },
  },
  {
    when: 'networks and an address fail: both are named',
    facts: dedicated('v=spf1 ip4:192.0.2.0/25 -all', { [OUTSIDE]: 'fail' }, {}, (facts) => {
      if (facts.sesNetworks?.[1]) facts.sesNetworks[1].result = 'fail';
    }),
    says: {
      status: 'FAIL',
      reason: 'SPF_PARTIAL',
      severity: 'HIGH',
      summary:
        "SPF of bounce.example.com does not pass for 1 of SES's 2 networks (198.51.100.0/24) and 1 dedicated address (203.0.113.100)",
      publish: [txt('v=spf1 include:amazonses.com ip4:203.0.113.100 ip4:192.0.2.0/25 -all')],
    },
  },
  {
    when: 'a term that refuses the address stands before the one that would let it pass',
    facts: dedicated('v=spf1 -ip4:203.0.113.0/24 include:amazonses.com ip4:203.0.113.100 -all', {
      [OUTSIDE]: 'fail',
    }),
    says: {
      status: 'FAIL',
      reason: 'SPF_PARTIAL',
      severity: 'HIGH',
      publish: [txt('v=spf1 include:amazonses.com ip4:203.0.113.100 -ip4:203.0.113.0/24 -all')],
    },
  },
  {
    when: 'some addresses could not be read and one that was fails: failing either way',
    facts: dedicated(INCLUDE, { [OUTSIDE]: 'softfail' }, DENIED),
    says: { status: 'FAIL', reason: 'SPF_PARTIAL', severity: 'HIGH' },
  },
  {
    when: 'an address fails while the networks gave no answer: failing either way',
    facts: dedicated(INCLUDE, { [OUTSIDE]: 'softfail' }, {}, (facts) => {
      for (const network of facts.sesNetworks ?? []) network.result = 'temperror';
    }),
    says: { status: 'FAIL', reason: 'SPF_PARTIAL', severity: 'HIGH' },
  },
  {
    when: 'the addresses could not be read and a network fails: failing either way',
    facts: dedicated('v=spf1 -all', {}, DENIED, (facts) => {
      for (const network of facts.sesNetworks ?? []) network.result = 'fail';
    }),
    says: { status: 'FAIL', reason: 'SES_NOT_AUTHORIZED', severity: 'HIGH' },
  },
  {
    when: 'the addresses could not be read and all that is known passes',
    facts: dedicated(INCLUDE, {}, DENIED),
    says: {
      status: 'UNKNOWN',
      reason: 'DEDICATED_IPS_UNREAD',
      evidence: { dedicatedUnread: DENIED.unread },
    },
  },
  {
    when: 'a term that decides of an address did not answer',
    facts: dedicated(INCLUDE, { [OUTSIDE]: 'temperror' }),
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED' },
  },
  {
    when: 'every network passes',
    facts: mailFromDomainFacts(),
    says: { status: 'PASS', reason: 'SES_PASSES' },
  },
  {
    when: 'one network was listed by hand',
    facts: results('v=spf1 ip4:192.0.2.0/32 -all', 'pass', 'fail'),
    says: {
      status: 'FAIL',
      reason: 'SPF_PARTIAL',
      severity: 'HIGH',
      summary: "SPF of bounce.example.com does not pass for 1 of SES's 2 networks (192.0.2.1/32)",
      publish: [txt('v=spf1 include:amazonses.com ip4:192.0.2.0/32 -all')],
      remove: [txt('v=spf1 ip4:192.0.2.0/32 -all')],
      cause: null,
    },
  },
  {
    when: 'the include is missing',
    facts: results('v=spf1 ip4:203.0.113.250 -all', 'fail', 'fail'),
    says: {
      status: 'FAIL',
      reason: 'SES_NOT_AUTHORIZED',
      severity: 'HIGH',
      publish: [txt('v=spf1 include:amazonses.com ip4:203.0.113.250 -all')],
    },
  },
  {
    when: 'one network fails, and DNS leaves the other open: which one is said',
    facts: results('v=spf1 include:flaky.example -all', 'fail', 'temperror'),
    says: {
      status: 'FAIL',
      reason: 'SES_NOT_AUTHORIZED',
      severity: 'HIGH',
      summary: /does not pass for 1 of SES's 2 networks \(192\.0\.2\.0\/32\): amazonses\.com is not included/,
    },
  },
  {
    when: '-all stands before the include',
    facts: results('v=spf1 -all include:amazonses.com', 'fail', 'fail'),
    says: {
      status: 'FAIL',
      reason: 'SES_NOT_AUTHORIZED',
      severity: 'HIGH',
      publish: [txt('v=spf1 include:amazonses.com -all')],
    },
  },
  {
    when: 'the record is a permanent error',
    facts: results('v=spf1 include:a.example include:amazonses.com ~all', 'permerror', 'permerror'),
    says: {
      status: 'FAIL',
      reason: 'SPF_PERMERROR',
      severity: 'HIGH',
      publish: [txt('v=spf1 include:amazonses.com include:a.example ~all')],
    },
  },
  ...(
    [
      ['UNKNOWN_MECHANISM', 'SPF-02'],
      ['TOO_MANY_LOOKUPS', 'SPF-04'],
      ['TOO_MANY_MX', 'SPF-04'],
      ['TOO_MANY_VOID_LOOKUPS', 'SPF-05'],
      ['TARGET_WITHOUT_RECORD', 'SPF-06'],
      ['MULTIPLE_RECORDS', 'SPF-06'],
    ] as const
  ).map(([problem, controlId]) => ({
    when: `the permanent error is ${problem}: ${controlId} is the cause`,
    facts: spf((facts) => {
      facts.sesNetworks = [{ network: '192.0.2.0/25', ip: '192.0.2.1', result: 'permerror', problem }];
    }),
    says: {
      status: 'FAIL' as const,
      reason: 'SPF_PERMERROR' as const,
      severity: 'HIGH' as const,
      cause: { controlId, subject: SPF_01.subject },
    },
  })),
  {
    when: 'one network fails by another reason than the permanent error: nobody else speaks',
    facts: spf((facts) => {
      facts.sesNetworks = [
        { network: '192.0.2.0/25', ip: '192.0.2.1', result: 'permerror', problem: 'TOO_MANY_LOOKUPS' },
        { network: '198.51.100.0/24', ip: '198.51.100.1', result: 'softfail' },
      ];
    }),
    says: { status: 'FAIL', reason: 'SES_NOT_AUTHORIZED', severity: 'HIGH', cause: null },
  },
  {
    when: 'there are two records: SPF-01 is the cause',
    facts: spf((facts) => facts.records.push('v=spf1 mx -all')),
    says: { status: 'FAIL', reason: 'NO_SINGLE_RECORD', severity: 'HIGH', cause: SPF_01 },
  },
  {
    when: 'there is none, whatever SES’s networks are',
    facts: spf((facts) => {
      Object.assign(facts, { txt: nodata(), records: [] });
      delete facts.sesNetworks;
    }),
    says: {
      status: 'FAIL',
      reason: 'NO_SINGLE_RECORD',
      severity: 'HIGH',
      publish: [txt('v=spf1 include:amazonses.com ~all')],
      cause: SPF_01,
    },
  },
  {
    when: 'amazonses.com does not resolve',
    facts: spf((facts) => {
      delete facts.sesNetworks;
      facts.sesNetworksUnknown = 'SERVFAIL at amazonses.com';
    }),
    says: {
      status: 'UNKNOWN',
      reason: 'SES_NETWORKS_UNKNOWN',
      evidence: { unknown: 'SERVFAIL at amazonses.com' },
    },
  },
  {
    when: 'a term did not answer and the rest passes',
    facts: results('v=spf1 include:amazonses.com ~all', 'pass', 'temperror'),
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED' },
  },
  {
    when: 'a term did not answer and another network fails: failing either way',
    facts: results('v=spf1 include:amazonses.com ~all', 'pass', 'temperror', 'softfail'),
    says: { status: 'FAIL', reason: 'SPF_PARTIAL', severity: 'HIGH' },
  },
  {
    when: 'the record itself does not answer',
    facts: spf((facts) => Object.assign(facts, { txt: servfail(), records: [] })),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
]);
