import type { DomainFacts } from '../facts/types.ts';
import { fromScope, fromScopeReasons, type FromScopeReason } from './from-domain.ts';
import { mxText } from './mail-from.ts';
import { say } from './say.ts';
import type { Control, Finding } from './types.ts';
import { dnsReasons, dnsUnknown, unknownDns, type DnsReason } from './unknowns.ts';

type Reason =
  | 'FROM_RECEIVES'
  | 'FROM_RECEIVES_BY_ADDRESS'
  | 'DOMAIN_UNREGISTERED'
  | 'FROM_NXDOMAIN'
  | 'FROM_NULL_MX'
  | 'FROM_UNRESOLVABLE'
  | FromScopeReason
  | DnsReason;

type From = NonNullable<DomainFacts['from']>;

export const ident13: Control<DomainFacts, Reason> = {
  id: 'IDENT-13',
  revision: 1,
  title: 'The From domain exists and can receive',
  subject: 'domain',
  tier: 1,
  severity: 'HIGH',
  asserts: 'The From domain exists and has an MX or an address.',
  why: 'Receivers refuse mail whose From domain does not exist or says that it takes no mail; an unregistered one can be bought by anybody.',
  evidence: 'The MX found, whether the name has an address, and whether the registrable name exists.',
  remedy:
    'Advice: what to register or publish, or to send from a name that receives. Whoever takes the domain’s mail has to name the host, so no record is given.',
  sources: [
    'RFC 7505 section 4.2',
    'RFC 5321 section 5.1',
    'Google: Gmail SMTP errors and codes (answer 3726730), 5.7.27',
    'Yahoo Sender Hub: Sender Best Practices',
    'Microsoft Defender for Office 365 blog: Strengthening Email Ecosystem: Outlook’s New Requirements for High-Volume Senders',
  ],
  reasons: {
    FROM_RECEIVES: { statuses: ['PASS'], means: 'The domain has an MX.' },
    FROM_RECEIVES_BY_ADDRESS: {
      statuses: ['PASS'],
      means: 'The domain has no MX, but an address, which counts as one (RFC 5321 section 5.1).',
    },
    DOMAIN_UNREGISTERED: {
      statuses: ['FAIL'],
      severity: 'CRITICAL',
      class: 2,
      means: 'The registrable name itself does not exist: whoever registers it owns the From address.',
    },
    FROM_NXDOMAIN: { statuses: ['FAIL'], class: 1, means: 'The From domain does not exist in DNS.' },
    FROM_NULL_MX: {
      statuses: ['FAIL'],
      class: 1,
      means: 'The domain says that it takes no mail (RFC 7505).',
    },
    FROM_UNRESOLVABLE: {
      statuses: ['WARN'],
      severity: 'MEDIUM',
      means: 'The domain has neither MX nor address.',
    },
    ...fromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = fromScope(ident13, facts, context, ['FROM']);
    if ('finding' in scope) return [scope.finding];
    const { from } = scope;
    if (existence(from) === false) return [missing(facts.name, from)];
    const { mx } = from;
    if (mx.kind === 'found') return [judgeMx(facts.name, mx.records)];
    const because = unknownDns(mx);
    if (because !== undefined) return [dnsUnknown(ident13, because, `the MX of ${facts.name}`)];
    return [judgeAddress(facts.name, from)];
  },
};

/** The MX answer tells of the name, too, where its own question stayed open. */
function existence({ exists, mx }: From): boolean | 'unknown' {
  if (exists !== 'unknown') return exists;
  if (mx.kind === 'found') return true;
  if (mx.kind === 'unknown') return 'unknown';
  return mx.because === 'NODATA' || mx.aliases.length > 0;
}

function missing(name: string, from: From): Finding<Reason> {
  const { registrable } = from;
  const evidence = { domain: name, registrable: registrable?.name, registrableExists: registrable?.exists };
  const advice = 'Stop sending as it, or publish it again with an MX.';
  if (registrable?.exists === false) {
    return say(ident13, {
      status: 'FAIL',
      reason: 'DOMAIN_UNREGISTERED',
      summary: `${registrable.name} is not registered: anybody may buy it and send and receive as ${name}`,
      evidence,
      fix: { text: `Register ${registrable.name} again at once, or delete the identities. ${advice}` },
    });
  }
  return say(ident13, {
    status: 'FAIL',
    reason: 'FROM_NXDOMAIN',
    summary: `The From domain ${name} does not exist in DNS: receivers refuse its mail`,
    evidence,
    fix: { text: advice },
  });
}

function judgeMx(name: string, records: { preference: number; exchange: string }[]): Finding<Reason> {
  const evidence = { mx: records.map(mxText) };
  if (records.some(({ exchange }) => exchange !== '')) {
    return say(ident13, {
      status: 'PASS',
      reason: 'FROM_RECEIVES',
      summary: `${name} receives mail`,
      evidence,
    });
  }
  return say(ident13, {
    status: 'FAIL',
    reason: 'FROM_NULL_MX',
    summary: `${name} publishes a null MX (“0 .”): it says it takes no mail, and receivers refuse mail from it`,
    evidence,
    fix: {
      text: `Send from a name that receives, or, if ${name} is to receive, replace the null MX by the MX of the host that takes its mail.`,
    },
  });
}

function judgeAddress(name: string, { hasAddress }: From): Finding<Reason> {
  if (hasAddress === undefined || hasAddress === 'unknown') {
    const reason = hasAddress === undefined ? 'DNS_NOT_ASKED' : 'DNS_UNANSWERED';
    return dnsUnknown(ident13, reason, `the address of ${name}, which has no MX`);
  }
  const evidence = { mx: [], hasAddress };
  if (hasAddress) {
    const summary = `${name} has no MX, but an address`;
    return say(ident13, { status: 'PASS', reason: 'FROM_RECEIVES_BY_ADDRESS', summary, evidence });
  }
  return say(ident13, {
    status: 'WARN',
    reason: 'FROM_UNRESOLVABLE',
    summary: `${name} has neither MX nor address: replies and bounces to it are lost, and some receivers refuse its mail`,
    evidence,
    fix: {
      text: `Publish an MX at ${name} that names the host that takes its mail, or send from a name that receives.`,
    },
  });
}
