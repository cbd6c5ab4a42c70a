import { spf08 } from '../../lambda/controls/spf-08.ts';
import { mailFromDomainFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { spfDomain, spfScopeCases, spfTxt } from './record-cases.ts';

const LONG = `v=spf1 include:amazonses.com ${Array.from({ length: 25 }, (_, n) => `ip4:203.0.113.${100 + n}`).join(' ')} -all`;
const untidy = (
  reason: 'SPF_PTR_USED' | 'SPF_TERM_AFTER_ALL' | 'SPF_REDIRECT_IGNORED' | 'SPF_DUPLICATE_TERM',
  record: string,
  tidy: string,
) => ({
  when: record,
  facts: spfDomain(record),
  says: {
    status: 'WARN' as const,
    reason,
    severity: 'LOW' as const,
    publish: [spfTxt(tidy)],
    remove: [spfTxt(record)],
  },
});

describeControl(spf08, [
  {
    when: 'there is nothing to say',
    facts: mailFromDomainFacts(),
    says: { status: 'PASS', reason: 'SPF_TIDY' },
  },
  untidy('SPF_PTR_USED', 'v=spf1 include:amazonses.com ptr -all', 'v=spf1 include:amazonses.com -all'),
  untidy(
    'SPF_TERM_AFTER_ALL',
    'v=spf1 include:amazonses.com ~all ip4:203.0.113.7',
    'v=spf1 include:amazonses.com ~all',
  ),
  untidy(
    'SPF_REDIRECT_IGNORED',
    'v=spf1 include:amazonses.com -all redirect=_spf.example.com',
    'v=spf1 include:amazonses.com -all',
  ),
  untidy(
    'SPF_DUPLICATE_TERM',
    'v=spf1 ip4:203.0.113.7 include:amazonses.com ip4:203.0.113.7 -all',
    'v=spf1 include:amazonses.com ip4:203.0.113.7 -all',
  ),
  {
    when: 'it has more than 450 characters: only advice can shorten it',
    facts: spfDomain(LONG),
    says: {
      status: 'WARN',
      reason: 'SPF_RECORD_LONG',
      severity: 'LOW',
      publish: [],
      fixText: /^Tidy the record up/,
    },
  },
  {
    when: 'several remarks are one finding, named by the first',
    facts: spfDomain('v=spf1 include:amazonses.com ptr -all mx'),
    says: {
      status: 'WARN',
      reason: 'SPF_PTR_USED',
      severity: 'LOW',
      summary: /"ptr" is slow.* and "mx" stands after "all"/,
    },
  },
  ...spfScopeCases<'NO_SINGLE_RECORD' | 'NOT_A_MAIL_FROM_DOMAIN' | 'DNS_SERVFAIL'>(),
]);
