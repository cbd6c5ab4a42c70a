import { ip01 } from '../../lambda/controls/ip-01.ts';
import type { DnsFact, TargetFacts } from '../../lambda/facts/types.ts';
import { found, nxdomain, seen, servfail, targetFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { readCases } from './target-cases.ts';

const key = 'IP-01#192.0.2.10';

function address(
  names: DnsFact<string>,
  back: boolean | 'unknown' = true,
  more?: (facts: TargetFacts) => void,
): TargetFacts {
  return targetFacts((facts) => {
    facts.dedicatedIps = seen([{ ip: '192.0.2.10', pool: 'own', warmup: 'DONE', names, back }]);
    more?.(facts);
  });
}

const command = 'aws sesv2 get-dedicated-ip --ip 192.0.2.10 --region eu-west-1';

describeControl(ip01, [
  {
    when: 'the PTR leads back',
    facts: address(found(['e1.smtp-out.amazonses.com'])),
    says: { key, status: 'PASS', reason: 'REVERSE_DNS_CONFIRMED' },
  },
  {
    when: 'there is no PTR',
    facts: address(nxdomain(), false),
    says: { key, status: 'FAIL', reason: 'NO_REVERSE_DNS', severity: 'MEDIUM', command },
  },
  {
    when: 'the PTR leads elsewhere',
    facts: address(found(['e1.smtp-out.amazonses.com']), false),
    says: { key, status: 'FAIL', reason: 'REVERSE_DNS_UNCONFIRMED', severity: 'MEDIUM', command },
  },
  {
    when: 'the PTR was not answered',
    facts: address(servfail(), 'unknown'),
    says: { key, status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'where the PTR leads was not answered',
    facts: address(found(['e1.smtp-out.amazonses.com']), 'unknown'),
    says: { key, status: 'UNKNOWN', reason: 'DNS_UNANSWERED' },
  },
  {
    when: 'the resolver failed its own test',
    facts: address(nxdomain(), false, (facts) => (facts.dnsUnusable = 'no TCP')),
    says: { status: 'UNKNOWN', reason: 'RESOLVER_UNUSABLE' },
  },
  {
    when: 'there are no dedicated addresses',
    facts: targetFacts(),
    says: {
      status: 'NOT_APPLICABLE',
      reason: 'SHARED_POOL',
      evidence: { dedicatedIps: 0, sharedAddresses: 'those of the SPF record of amazonses.com' },
    },
  },
  ...readCases('dedicatedIps'),
]);
