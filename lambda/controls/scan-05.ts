import type { DomainFacts, TargetFacts, UnansweredQuestion } from '../facts/types.ts';
import { listed, say, type ControlData } from './say.ts';
import { notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Control, Finding } from './types.ts';

type Reason =
  | 'RESOLVERS_AGREE'
  | 'NOTHING_TO_CONFIRM'
  | 'DNS_INCONSISTENT'
  | 'SECOND_OPINION_SILENT'
  | 'SECOND_OPINION_UNAVAILABLE'
  | 'NO_SECOND_OPINION'
  | 'RESOLVER_UNUSABLE'
  | NotReadReason;

/** Kept in evidence: with names of 253 characters no more would fit 4 KB. */
const MAX_NAMES = 10;

const data = {
  id: 'SCAN-05',
  revision: 1,
  title: 'Two independent resolvers agree on what fails',
  tier: 2,
  severity: 'LOW',
  asserts: 'Each DNS answer that would make a finding fail was given by a second, independent resolver, too.',
  why: 'One resolver may lag behind a change, filter, or be cut off from a zone: a failure that it alone sees may be none.',
  evidence: 'How many answers are not confirmed, and the first ten with what the two resolvers said.',
  remedy: 'none',
  sources: ['RFC 1034 section 4.3.5: secondary servers lag', 'Zonemaster: test case ZONE11'],
  reasons: {
    RESOLVERS_AGREE: { statuses: ['PASS'], means: 'The second resolver confirmed what it was asked about.' },
    NOTHING_TO_CONFIRM: { statuses: ['PASS'], means: 'No DNS answer would have made a finding fail.' },
    DNS_INCONSISTENT: {
      statuses: ['UNKNOWN'],
      means: 'The two resolvers answered differently; the controls that need the name are UNKNOWN.',
    },
    SECOND_OPINION_SILENT: {
      statuses: ['UNKNOWN'],
      means:
        'The second resolver is up, but gave no answer for a name; the controls that need it are UNKNOWN.',
    },
    SECOND_OPINION_UNAVAILABLE: {
      statuses: ['NOT_APPLICABLE'],
      means:
        'The second resolver could not be reached: failures rest on the first alone, and their evidence says "unconfirmed". ' +
        'The warning stands once in the scan’s digest, not at every name.',
    },
    NO_SECOND_OPINION: {
      statuses: ['NOT_APPLICABLE'],
      means: 'The settings name no second resolver (dns.secondOpinionServers).',
    },
    RESOLVER_UNUSABLE: {
      statuses: ['UNKNOWN'],
      means: 'The first resolver failed its own test, so there was nothing to confirm.',
    },
    ...notReadReasons,
  },
} as const satisfies Omit<Control<unknown, Reason>, 'subject' | 'judge'>;

/** What was asked for a target's identities. */
export const scan05OfTarget: Control<TargetFacts, Reason> = {
  ...data,
  subject: 'target',
  judge: (facts) => [notRead(scan05OfTarget, facts) ?? judgeAgreement(scan05OfTarget, facts)],
};

/** What was asked for a domain. */
export const scan05OfDomain: Control<DomainFacts, Reason> = {
  ...data,
  subject: 'domain',
  judge: (facts) => [judgeAgreement(scan05OfDomain, facts)],
};

type Asked = Pick<TargetFacts, 'unansweredNames' | 'secondOpinion' | 'dnsUnusable'>;

function judgeAgreement(control: ControlData<Reason>, facts: Asked): Finding<Reason> {
  if (facts.dnsUnusable !== undefined) {
    return say(control, {
      status: 'UNKNOWN',
      reason: 'RESOLVER_UNUSABLE',
      summary: 'Not judged: the DNS resolver failed its own test in this scan',
      evidence: { resolver: facts.dnsUnusable },
    });
  }
  const open = (facts.unansweredNames ?? []).filter(({ secondOpinion }) => secondOpinion);
  if (open.length > 0) return notAgreed(control, open);
  switch (facts.secondOpinion) {
    case 'reachable': {
      const summary = 'Two independent resolvers agree on every DNS answer that fails';
      return say(control, { status: 'PASS', reason: 'RESOLVERS_AGREE', summary });
    }
    case 'unused': {
      const summary = 'No DNS answer fails, so none had to be confirmed';
      return say(control, { status: 'PASS', reason: 'NOTHING_TO_CONFIRM', summary });
    }
    case 'unreachable': {
      const summary = 'The second DNS resolver could not be reached: failures rest on the first one alone';
      return say(control, {
        status: 'NOT_APPLICABLE',
        reason: 'SECOND_OPINION_UNAVAILABLE',
        summary,
        evidence: { unconfirmed: true },
      });
    }
    case 'none':
    case undefined: {
      const summary = 'No second DNS resolver is set';
      return say(control, { status: 'NOT_APPLICABLE', reason: 'NO_SECOND_OPINION', summary });
    }
  }
}

function notAgreed(control: ControlData<Reason>, open: readonly UnansweredQuestion[]): Finding<Reason> {
  const differing = open.filter(({ because }) => because === 'DNS_INCONSISTENT');
  const shown = differing.length > 0 ? differing : open;
  const names = listed(shown.map(({ name, type }) => `${type} ${name}`));
  return say(control, {
    status: 'UNKNOWN',
    reason: differing.length > 0 ? 'DNS_INCONSISTENT' : 'SECOND_OPINION_SILENT',
    summary:
      differing.length > 0
        ? `Two independent resolvers answer differently for ${names}: a name server lags behind, or an old answer has not run out`
        : `The second DNS resolver gave no answer for ${names}`,
    evidence: {
      count: open.length,
      names: open
        .slice(0, MAX_NAMES)
        .map(({ name, type, because, detail }) => `${type} ${name}: ${detail ?? because}`),
    },
  });
}
