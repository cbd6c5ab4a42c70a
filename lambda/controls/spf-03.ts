import type { DomainFacts, SpfFacts } from '../facts/types.ts';
import { mailFromScope, mailFromScopeReasons, type MailFromScopeReason } from './from-domain.ts';
import { spfOutcome, type SpfOutcome } from './mail-from.ts';
import { listed, say } from './say.ts';
import { permerrorControl } from './spf-faults.ts';
import { spfFix } from './spf-fixes.ts';
import { domainCause } from './subjects.ts';
import type { Control, Finding, JudgeContext, Json } from './types.ts';
import { dnsReasons, dnsUnknown, type DnsReason } from './unknowns.ts';

type Reason =
  | 'SES_PASSES'
  | 'SPF_PARTIAL'
  | 'SES_NOT_AUTHORIZED'
  | 'SPF_PERMERROR'
  | 'NO_SINGLE_RECORD'
  | 'SES_NETWORKS_UNKNOWN'
  | MailFromScopeReason
  | DnsReason;

export const spf03: Control<DomainFacts, Reason> = {
  id: 'SPF-03',
  revision: 1,
  title: 'SPF of the MAIL FROM domain passes for SES',
  subject: 'domain',
  tier: 1,
  severity: 'HIGH',
  asserts:
    'SPF evaluates to "pass" for an address of every network in amazonses.com’s own record. Dedicated addresses outside those networks are not evaluated.',
  why: 'What SPF does not pass is not aligned by it, and many receivers hold a failing SPF against the mail.',
  evidence: 'The records, the result for an address of each network of SES, and the look-ups that it took.',
  remedy:
    'A record with SES’s include first and the terms of today after it, where the name is SES’s alone; else advice.',
  sources: [
    'RFC 7208 section 4 (check_host)',
    'Amazon SES developer guide: Authenticating Email with SPF in Amazon SES',
    'Amazon SES developer guide: Virtual Deliverability Manager advisor (SPF)',
  ],
  reasons: {
    SES_PASSES: { statuses: ['PASS'], means: 'Every network of SES passes.' },
    SPF_PARTIAL: { statuses: ['FAIL'], class: 1, means: 'Some networks of SES pass and some do not.' },
    SES_NOT_AUTHORIZED: { statuses: ['FAIL'], class: 2, means: 'No network of SES passes.' },
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
        const summary = `SPF of ${name} passes for every network of SES`;
        return [say(spf03, { status: 'PASS', reason: 'SES_PASSES', summary, evidence })];
      }
      case 'unknown': {
        if (outcome.because !== 'SES_NETWORKS_UNKNOWN') {
          return [dnsUnknown(spf03, outcome.because, `the SPF of ${name}`, evidence)];
        }
        const summary = 'Not judged: the networks of amazonses.com could not be learned from DNS';
        return [say(spf03, { status: 'UNKNOWN', reason: 'SES_NETWORKS_UNKNOWN', summary, evidence })];
      }
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
  { kind, failing, total }: NotPassing,
  context: JudgeContext,
): Finding<Reason> {
  const { name } = facts;
  const culprit = permerrorControl(spf);
  const problem = spf.sesNetworks?.find((network) => network.problem !== undefined)?.problem;
  const sentences = {
    partial: `SPF of ${name} does not pass for ${failing.length} of SES's ${total} networks (${listed(failing)})`,
    fail: `SPF of ${name} does not pass for SES: amazonses.com is not included, or something before it decides`,
    permerror: `SPF of ${name} is a permanent error for SES${problem ? ` (${problem})` : ''}`,
  };
  const text =
    kind === 'permerror'
      ? 'Replace the SPF record by the one given: SES’s include first, so that no term after it can spoil the result; terms at fault are left out, so see what they meant.'
      : 'Replace the SPF record by the one given: SES’s include first, the terms of today after it.';
  return say(spf03, {
    status: 'FAIL',
    reason: REASONS[kind],
    summary: sentences[kind],
    evidence: evidenceOf(spf),
    fix: spfFix(facts, context, {
      text,
      advice:
        'Put include:amazonses.com into the record, before any term that decides, and mend what is broken.',
    }),
    ...(culprit ? { cause: domainCause(name, culprit) } : {}),
  });
}

function evidenceOf(spf: SpfFacts): { [key: string]: Json } {
  return {
    records: spf.records,
    networks: (spf.sesNetworks ?? []).map(({ network, ip, result }) => `${network} (${ip}): ${result}`),
    ...(spf.sesNetworksUnknown ? { unknown: spf.sesNetworksUnknown } : {}),
    ...(spf.lookups === undefined ? {} : { lookups: spf.lookups }),
    ...(spf.voidLookups === undefined ? {} : { voidLookups: spf.voidLookups }),
  };
}
