import { dmarc11 } from '../../lambda/controls/dmarc-11.ts';
import {
  dmarcUnknown,
  found,
  fromDomainFacts,
  inheritedDmarc,
  nxdomain,
  servfail,
  withoutDmarc,
} from './facts.ts';
import { describeControl } from './paired.ts';
import { dmarcDomain, dmarcTxt } from './record-cases.ts';

const RUA = 'rua=mailto:d@example.com';
const VENDOR = 'example.com.dmarc.vendor.example';
const ALIAS = [{ name: '_dmarc.example.com', type: 'CNAME' as const, value: VENDOR }];

describeControl(dmarc11, [
  {
    when: 'there is nothing to say',
    facts: fromDomainFacts(),
    says: { status: 'PASS', reason: 'DMARC_TIDY' },
  },
  {
    when: 'no record stands there, and nothing out of place',
    facts: fromDomainFacts(({ from }) => withoutDmarc(from.dmarc)),
    says: { status: 'PASS', reason: 'DMARC_TIDY' },
  },
  {
    when: 'the name is an alias that leads to a record',
    facts: fromDomainFacts(({ from }) => (from.dmarc.ownTxt = found(from.dmarc.ownRecords, [VENDOR]))),
    says: {
      status: 'PASS',
      reason: 'DMARC_ALIASED',
      summary: new RegExp(`alias of ${VENDOR}: whoever holds`),
    },
  },
  {
    when: 'the record has tags of its own making',
    facts: dmarcDomain(`v=DMARC1; p=reject; ${RUA}; x=1`),
    says: { status: 'PASS', reason: 'DMARC_UNKNOWN_TAGS' },
  },
  {
    when: 'the alias leads nowhere, and nothing else applies',
    facts: fromDomainFacts(({ from }) => {
      withoutDmarc(from.dmarc);
      from.dmarc.ownTxt = nxdomain([VENDOR]);
    }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_ALIAS_DANGLING',
      severity: 'MEDIUM',
      publish: [dmarcTxt('v=DMARC1; p=none; rua=mailto:dmarc@example.com')],
      remove: ALIAS,
    },
  },
  {
    when: 'the alias leads nowhere, and a parent’s record applies',
    facts: fromDomainFacts(({ from }) => {
      inheritedDmarc('example', 'reject')(from.dmarc);
      from.dmarc.ownTxt = nxdomain([VENDOR]);
    }),
    says: { status: 'FAIL', reason: 'DMARC_ALIAS_DANGLING', severity: 'MEDIUM', publish: [], remove: ALIAS },
  },
  {
    when: 'p stands twice (V1 26): of the two the weaker is given',
    facts: dmarcDomain(`v=DMARC1; p=quarantine; p=reject; ${RUA}`),
    says: {
      status: 'FAIL',
      reason: 'DMARC_DUPLICATE_POLICY',
      severity: 'HIGH',
      reasonClass: 2,
      publish: [dmarcTxt(`v=DMARC1; p=quarantine; ${RUA}`)],
    },
  },
  {
    when: 'another tag stands twice',
    facts: dmarcDomain(`v=DMARC1; p=reject; adkim=s; adkim=r; ${RUA}`),
    says: {
      status: 'WARN',
      reason: 'DMARC_DUPLICATE_TAG',
      severity: 'MEDIUM',
      publish: [dmarcTxt(`v=DMARC1; p=reject; ${RUA}`)],
    },
  },
  {
    when: 'the record ends in garbage',
    facts: dmarcDomain(`v=DMARC1; p=reject; ${RUA}; and so on`),
    says: {
      status: 'WARN',
      reason: 'DMARC_GARBAGE',
      severity: 'LOW',
      summary: /"and so on" is no tag=value pair/,
      publish: [dmarcTxt(`v=DMARC1; p=reject; ${RUA}`)],
    },
  },
  {
    when: 'a DMARC record stands at the name itself',
    facts: fromDomainFacts(({ from }) => (from.rootTxt = found(['v=DMARC1; p=reject']))),
    says: {
      status: 'WARN',
      reason: 'DMARC_STRAY_AT_ROOT',
      severity: 'LOW',
      publish: [],
      remove: [{ name: 'example.com', type: 'TXT', value: 'v=DMARC1; p=reject' }],
    },
  },
  {
    when: 'a DMARC record stands at the name itself, and none where it belongs',
    facts: fromDomainFacts(({ from }) => {
      withoutDmarc(from.dmarc);
      from.rootTxt = found(['v=DMARC1; p=reject']);
    }),
    says: {
      status: 'WARN',
      reason: 'DMARC_STRAY_AT_ROOT',
      severity: 'LOW',
      fixText: /belongs at _dmarc\.example\.com/,
    },
  },
  {
    when: 'SPF stands beside the record (V1 16)',
    facts: dmarcDomain(`v=DMARC1; p=reject; ${RUA}`, (dmarc) => {
      dmarc.unrelatedTexts = 1;
      dmarc.ownTxt = found([...dmarc.ownRecords, 'v=spf1 -all']);
    }),
    says: {
      status: 'WARN',
      reason: 'DMARC_UNRELATED_TXT',
      severity: 'LOW',
      publish: [],
      remove: [dmarcTxt('v=spf1 -all')],
      evidence: { unrelated: ['v=spf1 -all'] },
    },
  },
  {
    when: 'a text of another purpose stands behind an alias: it is not removed at the name',
    facts: dmarcDomain(`v=DMARC1; p=reject; ${RUA}`, (dmarc) => {
      dmarc.unrelatedTexts = 1;
      dmarc.ownTxt = found([...dmarc.ownRecords, 'v=spf1 -all'], ['d.vendor.example']);
    }),
    says: { status: 'WARN', reason: 'DMARC_UNRELATED_TXT', severity: 'LOW', publish: [], remove: [] },
  },
  {
    when: 'beside the record stands a text that meant to be one',
    facts: dmarcDomain(`v=DMARC1; p=none; ${RUA}`, (dmarc) => {
      dmarc.nearMisses = ['“v=DMARC1; p=reject”'];
      dmarc.ownTxt = found([...dmarc.ownRecords, ...dmarc.nearMisses]);
    }),
    says: {
      status: 'WARN',
      reason: 'DMARC_NEAR_MISS_BESIDE',
      severity: 'LOW',
      summary: /which receivers ignore: “v=DMARC1; p=reject”$/,
      publish: [],
      remove: [dmarcTxt('“v=DMARC1; p=reject”')],
      cause: null,
    },
  },
  {
    when: 'a text that meant to be a record stands alone: DMARC-02 speaks',
    facts: fromDomainFacts(({ from }) => {
      withoutDmarc(from.dmarc);
      from.dmarc.nearMisses = ['v=dmarc1; p=reject'];
    }),
    says: { status: 'PASS', reason: 'DMARC_TIDY' },
  },
  {
    when: 'DNS does not answer at _dmarc',
    facts: fromDomainFacts(({ from }) => dmarcUnknown(from.dmarc)),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'DNS does not answer at the name itself, and the record is tidy',
    facts: fromDomainFacts(({ from }) => (from.rootTxt = servfail())),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'DNS does not answer at the name itself, and the record is at fault',
    facts: dmarcDomain(`v=DMARC1; p=none; p=reject; ${RUA}`, (_dmarc, { from }) => {
      if (from) from.rootTxt = servfail();
    }),
    says: { status: 'FAIL', reason: 'DMARC_DUPLICATE_POLICY', severity: 'HIGH' },
  },
]);
