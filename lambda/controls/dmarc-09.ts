import type { DomainFacts, ReportHostFacts } from '../facts/types.ts';
import { ownRecordReasons, ownRecordScope, type OwnRecordReason } from './dmarc-own-record.ts';
import { txt } from './fixes.ts';
import { listed, say } from './say.ts';
import type { Control, Finding, Fix, JudgeContext } from './types.ts';
import { dnsUnknown } from './unknowns.ts';

type Fault = 'RUA_HOST_NO_MX' | 'REPORTS_NOT_AUTHORIZED' | 'REPORTS_MISDIRECTED';
type Reason = 'REPORT_HOSTS_TAKE_REPORTS' | 'NO_REPORT_HOST' | Fault | OwnRecordReason;

export const dmarc09: Control<DomainFacts, Reason> = {
  id: 'DMARC-09',
  revision: 1,
  title: 'Who is to get DMARC reports takes them',
  subject: 'domain',
  tier: 2,
  severity: 'MEDIUM',
  asserts:
    'Each host in rua and ruf receives mail and, where it belongs to somebody else, says that it takes reports for the domain.',
  why: 'Receivers send no report to a host of another organization that does not consent, and say nothing of it: the reports are just missing.',
  evidence: 'Each host (at most ten), whether it receives, and the name that holds its consent.',
  remedy:
    'Gives the consent record where the host’s domain is one of the organization’s, else says what to ask the receiver for.',
  sources: ['RFC 9990 section 4', 'RFC 7489 section 7.1', 'RFC 5321 section 5.1'],
  reasons: {
    REPORT_HOSTS_TAKE_REPORTS: { statuses: ['PASS'], means: 'Every host receives and consents.' },
    RUA_HOST_NO_MX: { statuses: ['WARN'], means: 'A host has neither MX nor address, or a null MX.' },
    REPORTS_NOT_AUTHORIZED: {
      statuses: ['WARN'],
      means: 'A host of another Organizational Domain does not say that it takes reports for the domain.',
    },
    REPORTS_MISDIRECTED: {
      statuses: ['WARN'],
      means: 'A host consents, but names a report address at yet another host, so receivers send nothing.',
    },
    NO_REPORT_HOST: { statuses: ['NOT_APPLICABLE'], means: 'No address is named; DMARC-08 speaks.' },
    ...ownRecordReasons,
  },
  judge(facts, context) {
    const scope = ownRecordScope<Reason>(dmarc09, facts, context);
    if ('finding' in scope) return [scope.finding];
    const hosts = scope.from.dmarc.reportHosts;
    if (hosts === undefined)
      return [dnsUnknown<Reason>(dmarc09, 'DNS_NOT_ASKED', 'the hosts that take reports')];
    return [judgeHosts(facts, hosts, context)];
  },
};

function judgeHosts(
  facts: DomainFacts,
  hosts: readonly ReportHostFacts[],
  context: JudgeContext,
): Finding<Reason> {
  const { name } = facts;
  if (hosts.length === 0) {
    const summary = `The DMARC record of ${name} names no address for reports`;
    return say(dmarc09, { status: 'NOT_APPLICABLE', reason: 'NO_REPORT_HOST', summary });
  }
  const evidence = { hosts: hosts.map(hostText) };
  for (const reason of FAULTS) {
    const concerned = hosts.filter((host) => HAS[reason](host));
    if (concerned.length === 0) continue;
    const names = listed(concerned.map(({ host }) => host));
    const summary = `DMARC reports of ${name} do not arrive at ${names}: ${WHY[reason]}`;
    return say(dmarc09, {
      status: 'WARN',
      reason,
      summary,
      evidence,
      fix: fixFor(reason, concerned, context),
    });
  }
  const open = hosts.filter(
    ({ receives, authorization }) => receives === 'unknown' || authorization === 'unknown',
  );
  if (open.length > 0) {
    const names = listed(open.map(({ host }) => host));
    return dnsUnknown<Reason>(dmarc09, 'DNS_UNANSWERED', `${names}, which is to get DMARC reports`, evidence);
  }
  const summary = `Every host that is to get DMARC reports of ${name} takes them`;
  return say(dmarc09, { status: 'PASS', reason: 'REPORT_HOSTS_TAKE_REPORTS', summary, evidence });
}

const FAULTS: readonly Fault[] = ['RUA_HOST_NO_MX', 'REPORTS_NOT_AUTHORIZED', 'REPORTS_MISDIRECTED'];

const HAS: Record<Fault, (host: ReportHostFacts) => boolean> = {
  RUA_HOST_NO_MX: ({ receives }) => receives === false,
  REPORTS_NOT_AUTHORIZED: ({ authorization }) => authorization === 'denied',
  REPORTS_MISDIRECTED: ({ authorization }) => authorization === 'misdirected',
};

const WHY: Record<Fault, string> = {
  RUA_HOST_NO_MX: 'no mail can be sent there',
  REPORTS_NOT_AUTHORIZED: 'its domain does not say that it takes them',
  REPORTS_MISDIRECTED: 'its consent names another host',
};

function fixFor(reason: Fault, hosts: readonly ReportHostFacts[], { settings }: JudgeContext): Fix {
  const names = listed(hosts.map(({ host }) => host));
  if (reason === 'RUA_HOST_NO_MX') {
    return { text: `Publish an MX at ${names}, or name an address in rua and ruf that receives mail.` };
  }
  const records = hosts.flatMap(({ authorizationName }) =>
    authorizationName === undefined ? [] : [txt(authorizationName, 'v=DMARC1')],
  );
  const wanted = records.map((record) => `“v=DMARC1” as TXT at ${record.name}`).join(', ');
  const mailboxHost = settings.reportMailbox?.split('@').at(-1)?.toLowerCase();
  const ours = hosts.every(({ host }) =>
    [...settings.ownedDomains, ...(mailboxHost === undefined ? [] : [mailboxHost])].some(
      (owned) => host === owned || host.endsWith(`.${owned}`),
    ),
  );
  if (reason === 'REPORTS_MISDIRECTED') {
    return { text: `Ask whoever runs ${names} to publish ${wanted}, with a rua at the same host or none.` };
  }
  if (!ours) return { text: `Ask whoever runs ${names} to publish ${wanted}, or name another address.` };
  return { text: `Publish the consent in the zone of ${names}.`, publish: records, keep: [] };
}

function hostText({ host, tags, receives, authorization, override }: ReportHostFacts): string {
  const mail = receives === 'unknown' ? 'not known to receive' : receives ? 'receives' : 'does not receive';
  const instead = override ? ` (${override.join(', ')})` : '';
  return `${host} (${tags.join(', ')}): ${mail}, ${authorization}${instead}`;
}
