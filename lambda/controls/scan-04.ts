import type { UnknownReason } from '../dns/types.ts';
import type { DomainFacts, TargetFacts } from '../facts/types.ts';
import { listed, say, type ControlData } from './say.ts';
import { notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Control, Finding, Json, JudgeContext } from './types.ts';

type Reason =
  'ALL_ANSWERED' | 'NAMES_UNANSWERED' | 'NAMES_STAY_UNANSWERED' | 'RESOLVER_UNUSABLE' | NotReadReason;

/** Kept in evidence: with names of 253 characters no more would fit 4 KB. */
const MAX_NAMES = 10;

const data = {
  id: 'SCAN-04',
  revision: 1,
  title: 'DNS answered for every name',
  tier: 1,
  severity: 'MEDIUM',
  asserts: 'Every DNS question that the controls need was answered, be it with "there is none".',
  why: 'A name that never answers hides every fault behind it: its controls stay UNKNOWN, and nobody is told.',
  evidence:
    'How many questions gave no answer, and the first ten: type and name, the error, and in how many full scans running.',
  remedy:
    'Advice: where to look by the kind of error. The fault is in the zone’s delegation or its name servers, which no record mends.',
  sources: ['RFC 2308 section 2: NXDOMAIN and NODATA', 'RFC 2308 section 7: failures are not absence'],
  reasons: {
    ALL_ANSWERED: { statuses: ['PASS'], means: 'Every question was answered.' },
    NAMES_UNANSWERED: {
      statuses: ['UNKNOWN'],
      means: 'Some names gave no answer; the controls that need them are UNKNOWN.',
    },
    NAMES_STAY_UNANSWERED: {
      statuses: ['WARN'],
      means: 'A name gave no answer in two full scans running: this is no passing disturbance.',
    },
    RESOLVER_UNUSABLE: {
      statuses: ['UNKNOWN'],
      means: 'The resolver failed its own test, so no DNS answer of this scan can be relied on.',
    },
    ...notReadReasons,
  },
} as const satisfies Omit<Control<unknown, Reason>, 'subject' | 'judge'>;

/** The names asked for a target's identities. */
export const scan04OfTarget: Control<TargetFacts, Reason> = {
  ...data,
  subject: 'target',
  judge(facts, context) {
    const early = notRead(scan04OfTarget, facts);
    return [early ?? judgeNames(scan04OfTarget, facts, context)];
  },
};

/** The names asked for a domain. */
export const scan04OfDomain: Control<DomainFacts, Reason> = {
  ...data,
  subject: 'domain',
  judge: (facts, context) => [judgeNames(scan04OfDomain, facts, context)],
};

/** A question without an answer, and in how many full scans running (this one included, if it is full). */
type Unanswered = { question: string; because: string; fullScans: number };

function judgeNames(
  control: ControlData<Reason>,
  facts: { unansweredNames?: { name: string; type: string; because: UnknownReason }[]; dnsUnusable?: string },
  context: JudgeContext,
): Finding<Reason> {
  const before = unansweredBefore(context);
  if (facts.dnsUnusable !== undefined) {
    return say(control, {
      status: 'UNKNOWN',
      reason: 'RESOLVER_UNUSABLE',
      summary: 'Not judged: the DNS resolver failed its own test in this scan',
      // Nothing was learned of any name, so what was counted stays.
      evidence: { resolver: facts.dnsUnusable, unanswered: before },
    });
  }
  const now = count(facts.unansweredNames ?? [], before, context.full);
  const stubborn = now.filter(({ fullScans }) => fullScans >= 2);
  if (stubborn.length > 0) return stayUnanswered(control, stubborn, now);
  if (now.length === 0) {
    return say(control, { status: 'PASS', reason: 'ALL_ANSWERED', summary: 'DNS answered for every name' });
  }
  return say(control, {
    status: 'UNKNOWN',
    reason: 'NAMES_UNANSWERED',
    summary: `DNS gave no answer for ${listed(now.map(({ question, because }) => `${question} (${because})`))}`,
    evidence: { count: now.length, unanswered: now.slice(0, MAX_NAMES) },
  });
}

function stayUnanswered(
  control: ControlData<Reason>,
  stubborn: Unanswered[],
  now: Unanswered[],
): Finding<Reason> {
  const first = stubborn[0];
  return say(control, {
    status: 'WARN',
    reason: 'NAMES_STAY_UNANSWERED',
    summary: `DNS gave no answer in ${first?.fullScans ?? 2} full scans running for ${listed(
      stubborn.map(({ question, because }) => `${question} (${because})`),
    )}`,
    evidence: { count: now.length, unanswered: now.slice(0, MAX_NAMES) },
    fix: {
      text:
        'Ask for the name at the zone’s own name servers (dig +trace shows the delegation): SERVFAIL points to a broken ' +
        'delegation, a missing zone or DNSSEC; a timeout to a name server that does not answer; REFUSED to a server ' +
        'that does not serve the zone.',
    },
  });
}

/** The longest unanswered come first, so that what is cut from evidence is what matters least. */
function count(
  names: { name: string; type: string; because: UnknownReason }[],
  before: Unanswered[],
  full: boolean,
): Unanswered[] {
  const counted = names.map(({ name, type, because }) => {
    const question = `${type} ${name}`;
    const sofar = before.find((one) => one.question === question)?.fullScans ?? 0;
    return { question, because, fullScans: sofar + (full ? 1 : 0) };
  });
  return counted.sort(
    (left, right) => right.fullScans - left.fullScans || (left.question < right.question ? -1 : 1),
  );
}

function unansweredBefore(context: JudgeContext): Unanswered[] {
  const stored = context.before?.findings['SCAN-04']?.evidence?.['unanswered'];
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((one: Json) => {
    if (one === null || typeof one !== 'object' || Array.isArray(one)) return [];
    const { question, because, fullScans } = one;
    if (typeof question !== 'string' || typeof because !== 'string' || typeof fullScans !== 'number')
      return [];
    return [{ question, because, fullScans }];
  });
}
