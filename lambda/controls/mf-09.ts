import type { Dependent, DomainFacts } from '../facts/types.ts';
import { commandFix, putMailFrom } from './fixes.ts';
import { fromScope, fromScopeReasons, type FromScopeReason } from './from-domain.ts';
import { outOfSightCause } from './out-of-sight.ts';
import { listed, say } from './say.ts';
import type { Control, Finding, Fix } from './types.ts';
import { dnsReason, dnsReasons, dnsUnknown, type DnsReason } from './unknowns.ts';

type Reason =
  'NO_IDLE_MAIL_FROM' | 'MAIL_FROM_NOT_ACTIVATED' | 'COVERAGE_INCOMPLETE' | FromScopeReason | DnsReason;

type Probes = NonNullable<NonNullable<DomainFacts['from']>['mailFromProbes']>;

export const mf09: Control<DomainFacts, Reason> = {
  id: 'MF-09',
  revision: 1,
  title: 'No prepared MAIL FROM is left unused',
  subject: 'domain',
  tier: 2,
  severity: 'LOW',
  asserts:
    'None of the usual MAIL FROM names below the domain has SES’s MX without an identity that uses it.',
  why: 'Somebody published the records and never set the MAIL FROM, so SPF still does not align; or it was given up, and whoever knows the name can use it.',
  evidence: 'The names that hold SES’s MX although no identity uses them.',
  remedy: 'The command that sets it, where one identity lacks a MAIL FROM; else what to find out.',
  sources: ['Amazon SES developer guide: Using a custom MAIL FROM domain'],
  reasons: {
    NO_IDLE_MAIL_FROM: { statuses: ['PASS'], means: 'None of the usual names holds an unused MX of SES.' },
    MAIL_FROM_NOT_ACTIVATED: {
      statuses: ['WARN'],
      means: 'SES’s MX stands at a name that no identity of the organization uses as MAIL FROM.',
    },
    COVERAGE_INCOMPLETE: {
      statuses: ['UNKNOWN'],
      means:
        'SES’s MX stands at a name; whether an identity uses it is not known, because not everything was seen.',
    },
    ...fromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = fromScope(mf09, facts, context, ['FROM']);
    if ('finding' in scope) return [scope.finding];
    const probes = scope.from.mailFromProbes;
    if (probes === undefined) {
      return [dnsUnknown(mf09, 'DNS_NOT_ASKED', `the usual MAIL FROM names of ${facts.name}`)];
    }
    return [judgeProbes(facts, probes)];
  },
};

function judgeProbes(facts: DomainFacts, { hits, unanswered }: Probes): Finding<Reason> {
  const inUse = new Set(facts.identities?.flatMap(({ mailFrom }) => mailFrom?.domain ?? []));
  const idle = hits.filter(({ name, used }) => used !== true && !inUse.has(name));
  const evidence = { names: idle.map(({ name, region }) => `${name} (${region})`) };
  const names = idle.map(({ name }) => name);
  if (idle.length > 0) {
    const unsure = facts.coverageComplete !== true || idle.some(({ used }) => used === 'unknown');
    if (unsure) {
      const summary = `Not judged: SES's MX stands at ${listed(names)}, but not every identity was seen that may use it`;
      const cause = outOfSightCause(facts.outOfSight);
      return say(mf09, { status: 'UNKNOWN', reason: 'COVERAGE_INCOMPLETE', summary, evidence, ...cause });
    }
    return say(mf09, {
      status: 'WARN',
      reason: 'MAIL_FROM_NOT_ACTIVATED',
      summary: `SES's MX stands at ${listed(names)}, but no identity uses it as MAIL FROM`,
      evidence,
      fix: fixFor(facts, idle),
    });
  }
  const [silent] = unanswered;
  if (silent) return dnsUnknown(mf09, dnsReason(silent.because), `the MX of ${silent.name}`);
  const summary = `No usual MAIL FROM name below ${facts.name} holds an unused MX of SES`;
  return say(mf09, { status: 'PASS', reason: 'NO_IDLE_MAIL_FROM', summary, evidence });
}

/** An identity of the domain in the MX's Region that has no MAIL FROM: for it the records were likely made. */
function fixFor(facts: DomainFacts, idle: Probes['hits']): Fix {
  const [first] = idle;
  const taker = first && takerOf(facts, first.region);
  const otherwise =
    'If it was given up, have the MX and the SPF record removed; DANG-02 lists all such names where Route 53 is read.';
  if (first === undefined || taker === undefined) {
    const text = `Find out for which identity of ${facts.name} the records were made, and set the MAIL FROM there. ${otherwise}`;
    return { text };
  }
  return commandFix(
    taker,
    `Set ${first.name} as MAIL FROM of ${taker.identity}, for which it was likely made. ${otherwise}`,
    putMailFrom(taker.identity, first.name, 'USE_DEFAULT_VALUE'),
  );
}

function takerOf({ dependents, identities = [], name }: DomainFacts, region: string): Dependent | undefined {
  return dependents.find((one) => {
    const known = identities.find(
      (summary) =>
        summary.accountId === one.accountId && summary.region === one.region && summary.name === one.identity,
    );
    const bare = known !== undefined && known.mailFrom === undefined;
    return one.use === 'FROM' && one.region === region && one.identity === name && bare;
  });
}
