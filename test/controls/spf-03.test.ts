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

describeControl(spf03, [
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
