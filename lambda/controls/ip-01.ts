import type { TargetFacts } from '../facts/types.ts';
import { commandFix } from './fixes.ts';
import { permitted, permittedReasons, type PermittedReason } from './permitted.ts';
import { listed, say } from './say.ts';
import { boundedFindings, subKeyOf } from './sub-keys.ts';
import { notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Control, Finding } from './types.ts';
import { dnsReasons, resolverUnusable, unknownDns, type DnsReason } from './unknowns.ts';

type Reason =
  | 'REVERSE_DNS_CONFIRMED'
  | 'NO_REVERSE_DNS'
  | 'REVERSE_DNS_UNCONFIRMED'
  | 'SHARED_POOL'
  | PermittedReason
  | NotReadReason
  | DnsReason;
type DedicatedIp = Extract<NonNullable<TargetFacts['dedicatedIps']>, { kind: 'seen' }>['value'][number];

export const ip01: Control<TargetFacts, Reason> = {
  id: 'IP-01',
  revision: 1,
  title: 'Dedicated addresses have confirmed reverse DNS',
  subject: 'target',
  tier: 2,
  severity: 'MEDIUM',
  reads: ['ses:GetDedicatedIps'],
  permissions: ['dedicatedIps'],
  asserts:
    'Each dedicated IP address (of the first 50 of a target) has a PTR record whose name leads back to it (FCrDNS).',
  why: 'Gmail refuses mail from addresses without it (4.7.23, 5.7.25), and others distrust it. Of the shared pool AWS takes care.',
  evidence: 'The address, its pool and its PTR names; one finding an address.',
  remedy: 'Only AWS can set the PTR record: open a case.',
  sources: [
    'Google: Email sender guidelines (answer 81126)',
    'Amazon SES developer guide: Dedicated IP addresses for Amazon SES',
    'RFC 8601 section 2.7.3: forward-confirmed reverse DNS',
  ],
  reasons: {
    REVERSE_DNS_CONFIRMED: { statuses: ['PASS'], means: 'A PTR name leads back to the address.' },
    NO_REVERSE_DNS: { statuses: ['FAIL'], class: 1, means: 'The address has no PTR record.' },
    REVERSE_DNS_UNCONFIRMED: { statuses: ['FAIL'], means: 'No PTR name leads back to the address.' },
    SHARED_POOL: {
      statuses: ['NOT_APPLICABLE'],
      means: 'There are no dedicated addresses; AWS manages those of the shared pool.',
    },
    ...permittedReasons,
    ...notReadReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const early = notRead<Reason>(ip01, facts);
    if (early) return [early];
    const read = permitted<DedicatedIp[], Reason>(ip01, facts.dedicatedIps, 'the dedicated IP addresses');
    if ('finding' in read) return [read.finding];
    if (read.seen.length === 0) {
      const summary = 'SES sends from its shared pool, which AWS manages';
      const evidence = { dedicatedIps: 0, sharedAddresses: 'those of the SPF record of amazonses.com' };
      return [say(ip01, { status: 'NOT_APPLICABLE', reason: 'SHARED_POOL', summary, evidence })];
    }
    const unusable = resolverUnusable<Reason>(ip01, facts);
    if (unusable) return [unusable];
    return boundedFindings(
      read.seen.map((address) => judgeAddress(facts, address)),
      context,
      'addresses',
    );
  },
};

function judgeAddress(facts: TargetFacts, { ip, pool, warmup, names, back }: DedicatedIp): Finding<Reason> {
  const ptr = names.kind === 'found' ? names.records : names.kind;
  const common = { subKey: subKeyOf(ip), evidence: { ip, pool, warmup, ptr, back } };
  const unknown = unknownDns(names);
  if (unknown) {
    const summary = `Not judged: DNS gave no answer for the PTR of ${ip}`;
    return say(ip01, { ...common, status: 'UNKNOWN', reason: unknown, summary });
  }
  const fix = commandFix(
    facts,
    `Ask AWS Support to set the reverse DNS of ${ip}: AWS owns the address. The command shows it as SES has it.`,
    ['sesv2', 'get-dedicated-ip', '--ip', ip],
  );
  if (names.kind !== 'found') {
    const summary = `The dedicated address ${ip} has no PTR record`;
    return say(ip01, { ...common, status: 'FAIL', reason: 'NO_REVERSE_DNS', summary, fix });
  }
  if (back === 'unknown') {
    const summary = `Not judged: DNS gave no answer for what ${listed(names.records)} leads to`;
    return say(ip01, { ...common, status: 'UNKNOWN', reason: 'DNS_UNANSWERED', summary });
  }
  if (!back) {
    const summary = `The PTR of the dedicated address ${ip}, ${listed(names.records)}, does not lead back to it`;
    return say(ip01, { ...common, status: 'FAIL', reason: 'REVERSE_DNS_UNCONFIRMED', summary, fix });
  }
  const summary = `The dedicated address ${ip} is ${listed(names.records)}, which leads back to it`;
  return say(ip01, { ...common, status: 'PASS', reason: 'REVERSE_DNS_CONFIRMED', summary });
}
