import { mf10 } from '../../lambda/controls/mf-10.ts';
import type { DnsFact } from '../../lambda/facts/types.ts';
import { found, fromDomainFacts, mailFromDomainFacts, nodata, servfail } from './facts.ts';
import { describeControl } from './paired.ts';

const root = (rootTxt: DnsFact<string>) => fromDomainFacts(({ from }) => (from.rootTxt = rootTxt));

describeControl(mf10, [
  {
    when: 'its record names others',
    facts: fromDomainFacts(),
    says: { status: 'PASS', reason: 'SES_NOT_INCLUDED' },
  },
  { when: 'it has no record', facts: root(nodata()), says: { status: 'PASS', reason: 'SES_NOT_INCLUDED' } },
  {
    when: 'its record includes SES: a note, no finding',
    facts: root(found(['v=spf1 include:AmazonSES.com. mx -all'])),
    says: { status: 'PASS', reason: 'SES_INCLUDED_AT_FROM', summary: /aligns nothing/ },
  },
  {
    when: 'its record includes a name that only ends alike',
    facts: root(found(['v=spf1 include:amazonses.com.example -all'])),
    says: { status: 'PASS', reason: 'SES_NOT_INCLUDED' },
  },
  {
    when: 'an identity uses the name as MAIL FROM',
    facts: fromDomainFacts((facts) => {
      const { mailFrom } = mailFromDomainFacts();
      if (mailFrom) facts.mailFrom = mailFrom;
    }),
    says: { status: 'NOT_APPLICABLE', reason: 'IS_MAIL_FROM_DOMAIN' },
  },
  {
    when: 'DNS does not answer',
    facts: root(servfail()),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
]);
