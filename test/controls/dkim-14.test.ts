import { dkim14 } from '../../lambda/controls/dkim-14.ts';
import type { DnsFact } from '../../lambda/facts/types.ts';
import { found, fromDomainFacts, mailFromDomainFacts, nodata, nxdomain, servfail } from './facts.ts';
import { describeControl } from './paired.ts';

const probed = (domainkey: DnsFact<string>, domain: DnsFact<string> = nxdomain()) =>
  fromDomainFacts(({ from }) => (from.wildcards = { label: 'unlikely', domainkey, domain }));

describeControl(dkim14, [
  {
    when: 'nothing answers',
    facts: probed(nxdomain(), nodata()),
    says: { status: 'PASS', reason: 'NO_WILDCARD' },
  },
  {
    when: 'a wildcard TXT of the domain does not reach _domainkey',
    facts: probed(nxdomain(), found(['v=spf1 -all'])),
    says: { status: 'PASS', reason: 'WILDCARD_ELSEWHERE' },
  },
  {
    when: 'a wildcard revokes what is not published',
    facts: probed(found(['v=DKIM1; p='])),
    says: { status: 'PASS', reason: 'WILDCARD_REVOKES' },
  },
  {
    when: 'a wildcard alias answers under _domainkey',
    facts: probed(nxdomain(['parked.example.net'])),
    says: {
      status: 'WARN',
      reason: 'WILDCARD_AT_DOMAINKEY',
      severity: 'LOW',
      summary:
        'The wildcard *._domainkey.example.com answers for DKIM names that nobody made (CNAME parked.example.net)',
      evidence: { wildcard: '*._domainkey.example.com' },
      publish: [],
      remove: [],
    },
  },
  {
    when: 'a wildcard TXT of the whole domain answers under _domainkey, too',
    facts: probed(found(['v=spf1 -all']), found(['v=spf1 -all'])),
    says: {
      status: 'WARN',
      reason: 'WILDCARD_AT_DOMAINKEY',
      severity: 'LOW',
      evidence: { wildcard: '*.example.com' },
    },
  },
  {
    when: 'the name under _domainkey does not answer',
    facts: probed(servfail()),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  { when: 'nobody asked', facts: fromDomainFacts(), says: { status: 'UNKNOWN', reason: 'DNS_NOT_ASKED' } },
  {
    when: 'the domain is only a MAIL FROM',
    facts: mailFromDomainFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_A_FROM_DOMAIN' },
  },
]);
