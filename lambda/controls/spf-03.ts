import type { DomainFacts, SpfFacts } from '../facts/types.ts';
import { mailFromScope, mailFromScopeReasons, type MailFromScopeReason } from './from-domain.ts';
import { spfOutcome, type SpfOutcome } from './mail-from.ts';
import { listed, say } from './say.ts';
import { permerrorControl } from './spf-faults.ts';
import { spfFix } from './spf-fixes.ts';
import { domainCause } from './subjects.ts';
import type { Control, Finding, JudgeContext, Json } from './types.ts';
import { dnsReasons, dnsUnknown, type DnsReason } from './unknowns.ts';

/** Dedicated addresses in the evidence. */
const MAX_SHOWN = 20;

type Reason =
  | 'SES_PASSES'
  | 'SPF_PARTIAL'
  | 'SES_NOT_AUTHORIZED'
  | 'SPF_PERMERROR'
  | 'NO_SINGLE_RECORD'
  | 'SES_NETWORKS_UNKNOWN'
  | 'DEDICATED_IPS_UNREAD'
  | MailFromScopeReason
  | DnsReason;

export const spf03: Control<DomainFacts, Reason> = {
  id: 'SPF-03',
  revision: 2,
  title: 'SPF of the MAIL FROM domain passes for SES',
  subject: 'domain',
  tier: 1,
  severity: 'HIGH',
  reads: ['ses:GetDedicatedIps'],
  asserts:
    'SPF evaluates to "pass" for an address of every network in amazonses.com’s own record, and for each dedicated address of the targets whose identities use the domain as MAIL FROM: the first 50 of a target, 100 in all.',
  why: 'What SPF does not pass is not aligned by it, and many receivers hold a failing SPF against the mail.',
  evidence:
    'The records, the result for an address of each network of SES, and the look-ups that it took; of the dedicated addresses the results, those that fail first, how many there are, and whose were not read.',
  remedy:
    'A record with SES’s include first, a term for each dedicated address that the include does not let pass, and the terms of today after them, where the name is SES’s alone; else advice.',
  sources: [
    'RFC 7208 section 4 (check_host)',
    'Amazon SES developer guide: Authenticating Email with SPF in Amazon SES',
    'Amazon SES developer guide: Virtual Deliverability Manager advisor (SPF)',
    'Amazon SES developer guide: Dedicated IP addresses for Amazon SES',
  ],
  reasons: {
    SES_PASSES: { statuses: ['PASS'], means: 'Every network of SES and every dedicated address passes.' },
    SPF_PARTIAL: {
      statuses: ['FAIL'],
      class: 1,
      means: 'Some networks of SES pass and some do not, or a dedicated address does not.',
    },
    SES_NOT_AUTHORIZED: {
      statuses: ['FAIL'],
      class: 2,
      means: 'No network of SES is known to pass: none does, or some do not and DNS left the others open.',
    },
    SPF_PERMERROR: { statuses: ['FAIL'], class: 2, means: 'The record ends in a permanent error for SES.' },
    NO_SINGLE_RECORD: {
      statuses: ['FAIL'],
      class: 2,
      means: 'There is no record, or several; SPF-01 speaks.',
    },
    SES_NETWORKS_UNKNOWN: {
      statuses: ['UNKNOWN'],
      means: 'The networks of amazonses.com could not be learned from DNS.',
    },
    DEDICATED_IPS_UNREAD: {
      statuses: ['UNKNOWN'],
      means: 'All that is known passes, but the dedicated addresses of some target could not be read.',
    },
    ...mailFromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = mailFromScope(spf03, facts);
    if ('finding' in scope) return [scope.finding];
    const { name } = facts;
    const { spf } = scope.mailFrom;
    const outcome = spfOutcome(spf);
    const evidence = evidenceOf(spf);
    switch (outcome.kind) {
      case 'pass': {
        const addresses = spf.dedicated?.addresses.length ?? 0;
        const more = addresses === 0 ? '' : ` and for ${dedicatedOf(addresses)}`;
        const summary = `SPF of ${name} passes for every network of SES${more}`;
        return [say(spf03, { status: 'PASS', reason: 'SES_PASSES', summary, evidence })];
      }
      case 'unknown':
        return [notKnown(name, outcome.because, evidence)];
      case 'none':
      case 'multiple':
        return [
          say(spf03, {
            status: 'FAIL',
            reason: 'NO_SINGLE_RECORD',
            summary: `SPF of ${name} cannot pass for SES: it has ${outcome.kind === 'none' ? 'no SPF record' : 'more than one SPF record'}`,
            evidence,
            fix: spfFix(facts, context, {
              text: 'Have exactly this one SPF record.',
              advice: 'Have exactly one SPF record, which includes amazonses.com.',
            }),
            cause: domainCause(name, 'SPF-01'),
          }),
        ];
      case 'partial':
      case 'fail':
      case 'permerror':
        return [notPassing(facts, spf, outcome, context)];
    }
  },
};

function notKnown(
  name: string,
  because: Extract<SpfOutcome, { kind: 'unknown' }>['because'],
  evidence: Finding['evidence'],
): Finding<Reason> {
  const unseen = {
    SES_NETWORKS_UNKNOWN: 'the networks of amazonses.com could not be learned from DNS',
    DEDICATED_IPS_UNREAD: `the dedicated addresses that send with ${name} could not all be read`,
  };
  if (because !== 'SES_NETWORKS_UNKNOWN' && because !== 'DEDICATED_IPS_UNREAD') {
    return dnsUnknown<Reason>(spf03, because, `the SPF of ${name}`, evidence);
  }
  const summary = `Not judged: ${unseen[because]}`;
  return say(spf03, { status: 'UNKNOWN', reason: because, summary, evidence });
}

type NotPassing = Extract<SpfOutcome, { kind: 'partial' | 'fail' | 'permerror' }>;

const REASONS = {
  partial: 'SPF_PARTIAL',
  fail: 'SES_NOT_AUTHORIZED',
  permerror: 'SPF_PERMERROR',
} as const;

/** A permanent error is the word of the control that knows the reason; this one stands beneath it. */
function notPassing(
  facts: DomainFacts,
  spf: SpfFacts,
  outcome: NotPassing,
  context: JudgeContext,
): Finding<Reason> {
  const { name } = facts;
  const { kind, dedicated } = outcome;
  const culprit = permerrorControl(spf);
  const problem = spf.sesNetworks?.find((network) => network.problem !== undefined)?.problem;
  const sentences = {
    partial: `SPF of ${name} does not pass for ${partsOf(outcome)}`,
    fail: `SPF of ${name} does not pass for ${outcome.failing.length < outcome.total ? partsOf(outcome) : 'SES'}: amazonses.com is not included, or something before it decides`,
    permerror: `SPF of ${name} is a permanent error for SES${problem ? ` (${problem})` : ''}`,
  };
  const terms = dedicated.length === 0 ? '' : ', a term for each dedicated address that it does not let pass';
  const text =
    kind === 'permerror'
      ? `Replace the SPF record by the one given: SES’s include first${terms}, so that no term after it can spoil the result; terms at fault are left out, so see what they meant.`
      : `Replace the SPF record by the one given: SES’s include first${terms}, the terms of today after it.`;
  const beside = dedicated.length === 0 ? '' : ` List ${listed(dedicated)} as ip4 or ip6 beside it.`;
  return say(spf03, {
    status: 'FAIL',
    reason: REASONS[kind],
    summary: sentences[kind],
    evidence: evidenceOf(spf),
    fix: spfFix(facts, context, {
      text,
      advice: `Put include:amazonses.com into the record, before any term that decides, and mend what is broken.${beside}`,
    }),
    ...(culprit ? { cause: domainCause(name, culprit) } : {}),
  });
}

function partsOf({ failing, total, dedicated }: NotPassing): string {
  const networks =
    failing.length > 0 ? [`${failing.length} of SES's ${total} networks (${listed(failing)})`] : [];
  const addresses = dedicated.length > 0 ? [`${dedicatedOf(dedicated.length)} (${listed(dedicated)})`] : [];
  return [...networks, ...addresses].join(' and ');
}

function dedicatedOf(count: number): string {
  return `${count} dedicated address${count === 1 ? '' : 'es'}`;
}

function evidenceOf(spf: SpfFacts): { [key: string]: Json } {
  return {
    records: spf.records,
    networks: (spf.sesNetworks ?? []).map(({ network, ip, result }) => `${network} (${ip}): ${result}`),
    ...(spf.sesNetworksUnknown ? { unknown: spf.sesNetworksUnknown } : {}),
    ...(spf.lookups === undefined ? {} : { lookups: spf.lookups }),
    ...(spf.voidLookups === undefined ? {} : { voidLookups: spf.voidLookups }),
    ...dedicatedEvidence(spf.dedicated),
  };
}

function dedicatedEvidence(dedicated: SpfFacts['dedicated']): { [key: string]: Json } {
  if (dedicated === undefined) return {};
  const { addresses, leftOut, off, unread } = dedicated;
  if (off) return { dedicated: 'not read: the setting permissions.dedicatedIps is off' };
  const failing = addresses.filter(({ result }) => result !== 'pass');
  const shown = [...failing, ...addresses.filter(({ result }) => result === 'pass')];
  return {
    dedicated: shown.slice(0, MAX_SHOWN).map(({ ip, result }) => `${ip}: ${result}`),
    ...(addresses.length > MAX_SHOWN ? { dedicatedEvaluated: addresses.length } : {}),
    ...(leftOut === undefined ? {} : { dedicatedLeftOut: leftOut }),
    ...(unread === undefined ? {} : { dedicatedUnread: unread }),
  };
}
