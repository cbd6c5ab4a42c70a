import { dmarc01 } from '../../lambda/controls/dmarc-01.ts';
import {
  brokenRecordAbove,
  contextOf,
  dmarcUnknown,
  found,
  fromDomainFacts,
  inheritedDmarc,
  mailFromDomainFacts,
  nxdomain,
  withoutDmarc,
} from './facts.ts';
import { describeControl } from './paired.ts';

const txt = (name: string, value: string) => ({ name, type: 'TXT' as const, value });
const START = 'v=DMARC1; p=none; rua=mailto:dmarc@example.com';

/** mail.example.com, where nothing stands, beneath example.com with these texts. */
const above = (texts: string[], unprocessed?: 'unprocessed') =>
  fromDomainFacts((facts) => {
    facts.name = 'mail.example.com';
    withoutDmarc(facts.from.dmarc);
    brokenRecordAbove(facts.from.dmarc, 'example.com', texts, unprocessed);
  });
const of = (controlId: string) => ({ controlId, subject: { kind: 'domain', name: 'example.com' } }) as const;

describeControl(dmarc01, [
  { when: 'it has a record', facts: fromDomainFacts(), says: { status: 'PASS', reason: 'DMARC_OWN' } },
  {
    when: 'it inherits the parent’s',
    facts: fromDomainFacts((facts) => {
      facts.name = 'news.example.com';
      inheritedDmarc('example.com', 'reject')(facts.from.dmarc);
    }),
    says: {
      status: 'PASS',
      reason: 'DMARC_INHERITED',
      summary: 'The DMARC record of example.com applies to news.example.com',
    },
  },
  {
    when: 'no record applies',
    facts: fromDomainFacts(({ from }) => withoutDmarc(from.dmarc)),
    says: {
      status: 'FAIL',
      reason: 'DMARC_MISSING',
      severity: 'HIGH',
      publish: [txt('_dmarc.example.com', START)],
      cause: null,
    },
  },
  {
    when: '_dmarc is an alias that leads nowhere: DMARC-11 gives the record in its place',
    facts: fromDomainFacts(({ from }) => {
      withoutDmarc(from.dmarc);
      from.dmarc.ownTxt = nxdomain(['gone.vendor.example']);
    }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_MISSING',
      severity: 'HIGH',
      publish: [],
      cause: { controlId: 'DMARC-11', subject: { kind: 'domain', name: 'example.com' } },
    },
  },
  {
    when: 'no record applies to a subdomain: the record belongs at the registrable name',
    facts: fromDomainFacts((facts) => {
      facts.name = 'news.shop.example.co.uk';
      withoutDmarc(facts.from.dmarc);
    }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_MISSING',
      severity: 'HIGH',
      publish: [txt('_dmarc.example.co.uk', START)],
    },
  },
  {
    when: 'no record applies and the settings name no report mailbox',
    facts: fromDomainFacts(({ from }) => withoutDmarc(from.dmarc)),
    context: (() => {
      const context = contextOf();
      delete context.settings.reportMailbox;
      return context;
    })(),
    says: {
      status: 'FAIL',
      reason: 'DMARC_MISSING',
      severity: 'HIGH',
      publish: [txt('_dmarc.example.com', 'v=DMARC1; p=none')],
      fixText: /Set reportMailbox/,
    },
  },
  {
    when: 'a text meant to be a record: DMARC-02 is the cause',
    facts: fromDomainFacts(({ from }) => {
      withoutDmarc(from.dmarc);
      from.dmarc.nearMisses = ['v=dmarc1; p=reject'];
    }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_MISSING',
      severity: 'HIGH',
      cause: { controlId: 'DMARC-02', subject: { kind: 'domain', name: 'example.com' } },
    },
  },
  {
    when: 'two records are discarded and nothing is inherited: DMARC-02 is the cause',
    facts: fromDomainFacts(({ from }) => {
      withoutDmarc(from.dmarc);
      from.dmarc.ownRecords = ['v=DMARC1; p=none', 'v=DMARC1; p=reject'];
    }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_MISSING',
      severity: 'HIGH',
      cause: { controlId: 'DMARC-02', subject: { kind: 'domain', name: 'example.com' } },
    },
  },
  {
    when: 'the record’s policy is broken and it asks for no reports',
    facts: fromDomainFacts(({ from }) => {
      withoutDmarc(from.dmarc);
      Object.assign(from.dmarc, { ownTxt: found(['v=DMARC1; p=rejct']), ownRecords: ['v=DMARC1; p=rejct'] });
    }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_RECORD_NOT_PROCESSED',
      severity: 'HIGH',
      publish: [txt('_dmarc.example.com', START)],
      remove: [txt('_dmarc.example.com', 'v=DMARC1; p=rejct')],
      cause: null,
    },
  },
  {
    when: 'the record above is not processed: it is replaced there, and no second one is put beside it',
    facts: above(['v=DMARC1; p=rejct', 'of the vendor'], 'unprocessed'),
    says: {
      status: 'FAIL',
      reason: 'DMARC_RECORD_NOT_PROCESSED',
      severity: 'HIGH',
      publish: [txt('_dmarc.example.com', START)],
      remove: [txt('_dmarc.example.com', 'v=DMARC1; p=rejct')],
      keep: [txt('_dmarc.example.com', 'of the vendor')],
      cause: of('DMARC-01'),
    },
  },
  {
    when: 'the name above holds two records, which count as none: DMARC-02 has them there',
    facts: above(['v=DMARC1; p=none', 'v=DMARC1; p=reject']),
    says: {
      status: 'FAIL',
      reason: 'DMARC_MISSING',
      severity: 'HIGH',
      summary: /_dmarc\.example\.com holds several records, which count as none$/,
      publish: [],
      cause: of('DMARC-02'),
    },
  },
  {
    when: 'a text at the name above meant to be a record: DMARC-02 has it there',
    facts: above(['v=dmarc1; p=reject']),
    says: { status: 'FAIL', reason: 'DMARC_MISSING', severity: 'HIGH', publish: [], cause: of('DMARC-02') },
  },
  {
    when: '_dmarc of the name above is an alias that leads nowhere: no record can stand beside it',
    facts: above([]),
    says: { status: 'FAIL', reason: 'DMARC_MISSING', severity: 'HIGH', publish: [], cause: of('DMARC-11') },
  },
  {
    when: 'at the name above stands a text of another purpose, which stays',
    facts: above(['of the vendor']),
    says: {
      status: 'FAIL',
      reason: 'DMARC_MISSING',
      severity: 'HIGH',
      publish: [txt('_dmarc.example.com', START)],
      keep: [txt('_dmarc.example.com', 'of the vendor')],
      cause: null,
    },
  },
  {
    when: 'its _dmarc is an alias of a name with other texts: the record belongs behind it',
    facts: fromDomainFacts(({ from }) => {
      withoutDmarc(from.dmarc);
      from.dmarc.ownTxt = found(['of the vendor'], ['d.vendor.example']);
    }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_MISSING',
      severity: 'HIGH',
      publish: [],
      fixText: /alias of d\.vendor\.example/,
    },
  },
  {
    when: 'the record of the suffix’s operator is not processed: only the name’s own counts beneath it',
    facts: fromDomainFacts((facts) => {
      facts.name = 'mail.example.com';
      withoutDmarc(facts.from.dmarc);
      brokenRecordAbove(facts.from.dmarc, 'com', ['v=DMARC1; p=rejct'], 'unprocessed');
    }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_MISSING',
      severity: 'HIGH',
      publish: [txt('_dmarc.mail.example.com', START)],
      cause: null,
    },
  },
  {
    when: 'its own name does not answer',
    facts: fromDomainFacts(({ from }) => dmarcUnknown(from.dmarc)),
    says: {
      status: 'UNKNOWN',
      reason: 'DNS_SERVFAIL',
      summary: 'Not judged: DNS gave no answer for _dmarc.example.com',
    },
  },
  {
    when: 'a name above does not answer',
    facts: fromDomainFacts(({ from }) => {
      dmarcUnknown(from.dmarc);
      from.dmarc.errorAt = 'com';
    }),
    says: { status: 'UNKNOWN', reason: 'DNS_UNANSWERED', summary: /_dmarc\.com$/ },
  },
  {
    when: 'it is a MAIL FROM domain only',
    facts: mailFromDomainFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_A_FROM_DOMAIN' },
  },
]);
