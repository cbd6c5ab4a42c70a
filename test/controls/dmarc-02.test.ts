import { dmarc02 } from '../../lambda/controls/dmarc-02.ts';
import { contextOf, found, fromDomainFacts, inheritedDmarc, servfail, withoutDmarc } from './facts.ts';
import { describeControl } from './paired.ts';

const txt = (value: string, name = '_dmarc.example.com') => ({ name, type: 'TXT' as const, value });

describeControl(dmarc02, [
  {
    when: 'one record stands there',
    facts: fromDomainFacts(),
    says: { status: 'PASS', reason: 'DMARC_SINGLE' },
  },
  {
    when: 'two stand there and nothing is inherited: the fix keeps the one that enforces least',
    facts: fromDomainFacts(({ from }) => {
      withoutDmarc(from.dmarc);
      const records = ['v=DMARC1; p=quarantine', 'v=DMARC1; p=none; rua=mailto:d@example.com'];
      Object.assign(from.dmarc, { ownTxt: found(records), ownRecords: records });
    }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_MULTIPLE',
      severity: 'HIGH',
      summary: '2 DMARC records stand at _dmarc.example.com, so receivers discard them all',
      publish: [txt('v=DMARC1; p=none; rua=mailto:d@example.com')],
      remove: [txt('v=DMARC1; p=quarantine')],
    },
  },
  {
    when: 'two stand at a subdomain and the parent’s applies: they go, and nothing changes',
    facts: fromDomainFacts((facts) => {
      facts.name = 'news.example.com';
      inheritedDmarc('example.com', 'reject')(facts.from.dmarc);
      facts.from.dmarc.ownRecords = ['v=DMARC1; p=none', 'v=DMARC1; p=none'];
    }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_MULTIPLE',
      severity: 'HIGH',
      summary: /the record of example\.com applies instead$/,
      publish: [],
      remove: [
        txt('v=DMARC1; p=none', '_dmarc.news.example.com'),
        txt('v=DMARC1; p=none', '_dmarc.news.example.com'),
      ],
    },
  },
  {
    when: 'two stand there and both enforce: the fix enforces nothing, and keeps where reports go',
    facts: fromDomainFacts(({ from }) => {
      withoutDmarc(from.dmarc);
      const records = ['v=DMARC1; p=quarantine; rua=mailto:d@example.com', 'v=DMARC1; p=none; sp=reject'];
      Object.assign(from.dmarc, { ownTxt: found(records), ownRecords: records });
    }),
    context: contextOf({ settings: { reportMailbox: undefined } }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_MULTIPLE',
      severity: 'HIGH',
      publish: [txt('v=DMARC1; p=none; rua=mailto:d@example.com')],
      remove: [txt('v=DMARC1; p=quarantine; rua=mailto:d@example.com'), txt('v=DMARC1; p=none; sp=reject')],
    },
  },
  {
    when: 'the version is in lower case: the fix enforces nothing yet',
    facts: fromDomainFacts(({ from }) => {
      withoutDmarc(from.dmarc);
      from.dmarc.nearMisses = ['v=dmarc1; p=reject'];
    }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_NEAR_MISS',
      severity: 'HIGH',
      publish: [txt('v=DMARC1; p=none; rua=mailto:dmarc@example.com')],
      remove: [txt('v=dmarc1; p=reject')],
    },
  },
  {
    when: 'a near miss stands at a subdomain and the parent’s applies: it goes',
    facts: fromDomainFacts((facts) => {
      facts.name = 'news.example.com';
      inheritedDmarc('example.com', 'reject')(facts.from.dmarc);
      facts.from.dmarc.nearMisses = ['“v=DMARC1; p=none”'];
    }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_NEAR_MISS',
      severity: 'HIGH',
      publish: [],
      remove: [txt('“v=DMARC1; p=none”', '_dmarc.news.example.com')],
    },
  },
  {
    when: 'a near miss stands beside two records: it goes with what goes, and what stays is kept',
    facts: fromDomainFacts(({ from }) => {
      withoutDmarc(from.dmarc);
      const records = ['v=DMARC1; p=none', 'v=DMARC1; p=reject'];
      const nearMisses = ['v=dmarc1; p=reject'];
      Object.assign(from.dmarc, {
        ownTxt: found([...records, ...nearMisses]),
        ownRecords: records,
        nearMisses,
      });
    }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_MULTIPLE',
      severity: 'HIGH',
      publish: [txt('v=DMARC1; p=none')],
      remove: [txt('v=DMARC1; p=reject'), txt('v=dmarc1; p=reject')],
      keep: [txt('v=DMARC1; p=none')],
    },
  },
  {
    when: 'two stand behind an alias: no record can stand beside it, so they are mended there',
    facts: fromDomainFacts(({ from }) => {
      withoutDmarc(from.dmarc);
      const records = ['v=DMARC1; p=none', 'v=DMARC1; p=reject'];
      Object.assign(from.dmarc, { ownTxt: found(records, ['d.vendor.example']), ownRecords: records });
    }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_MULTIPLE',
      severity: 'HIGH',
      publish: [],
      remove: [],
      fixText: /alias of d\.vendor\.example.*“v=DMARC1; p=none”/,
    },
  },
  {
    when: 'nothing stands there',
    facts: fromDomainFacts(({ from }) => withoutDmarc(from.dmarc)),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_RECORD_HERE' },
  },
  {
    when: 'the name does not answer',
    facts: fromDomainFacts(({ from }) => (from.dmarc.ownTxt = servfail())),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'it is a mailbox provider’s',
    facts: fromDomainFacts((facts) => (facts.name = 'yahoo.co.jp')),
    says: { status: 'NOT_APPLICABLE', reason: 'FREEMAIL_DOMAIN' },
  },
]);
