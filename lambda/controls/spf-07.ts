import type { DomainFacts, SpfFacts } from '../facts/types.ts';
import { mailFromScope, mailFromScopeReasons, type MailFromScopeReason } from './from-domain.ts';
import { listed, say } from './say.ts';
import { problemsOf } from './spf-faults.ts';
import { spfFix } from './spf-fixes.ts';
import type { Control, Finding, Fix, JudgeContext } from './types.ts';
import { dnsReasons, dnsUnknown, unknownDns, type DnsReason } from './unknowns.ts';

type Reason =
  | 'SPF_ENDS_CLOSED'
  | 'SPF_ENDS_NEUTRAL'
  | 'SPF_WITHOUT_ALL'
  | 'SPF_PASSES_ALL'
  | 'SPF_HUGE_NETWORK'
  | 'NO_SINGLE_RECORD'
  | 'SPF_END_UNKNOWN'
  | MailFromScopeReason
  | DnsReason;

export const spf07: Control<DomainFacts, Reason> = {
  id: 'SPF-07',
  revision: 1,
  title: 'SPF of the MAIL FROM domain shuts others out',
  subject: 'domain',
  tier: 1,
  severity: 'HIGH',
  asserts:
    'The record (or the one it redirects to) ends with -all or ~all, and neither it nor what it includes lets everybody or a huge network pass.',
  why: 'A record that lets everybody pass lets anybody send with an aligned SPF; Gmail refuses such records as suspicious.',
  evidence:
    'The record, how it ends, the included records that let everybody pass, and the networks that are too large.',
  remedy:
    'The record ending with ~all, or without the network or include at fault, where the name is SES’s alone; else, and after a redirect, advice.',
  sources: [
    'RFC 7208 section 5.1',
    'RFC 7208 section 4.7',
    'Google: Gmail SMTP errors and codes (answer 3726730), 5.7.24',
    'Internet.nl: SPF policy',
  ],
  reasons: {
    SPF_ENDS_CLOSED: { statuses: ['PASS'], means: 'It ends with -all or ~all.' },
    SPF_ENDS_NEUTRAL: {
      statuses: ['WARN'],
      severity: 'MEDIUM',
      means: 'It ends with ?all: it protects nothing.',
    },
    SPF_WITHOUT_ALL: {
      statuses: ['WARN'],
      severity: 'MEDIUM',
      means: 'It has no all: what matches nothing is neutral.',
    },
    SPF_PASSES_ALL: {
      statuses: ['FAIL'],
      class: 1,
      means: 'It, or a record that it includes, ends with +all: everybody passes.',
    },
    SPF_HUGE_NETWORK: { statuses: ['FAIL'], class: 1, means: 'It passes a network of prefix 0 to 8.' },
    NO_SINGLE_RECORD: {
      statuses: ['NOT_APPLICABLE'],
      means: 'There is no record, or several; SPF-01 speaks.',
    },
    SPF_END_UNKNOWN: { statuses: ['UNKNOWN'], means: 'The record that it redirects to could not be read.' },
    ...mailFromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = mailFromScope(spf07, facts);
    if ('finding' in scope) return [scope.finding];
    const { spf } = scope.mailFrom;
    const because = unknownDns(spf.txt);
    if (because !== undefined) return [dnsUnknown(spf07, because, `the SPF of ${facts.name}`)];
    const [record] = spf.records;
    if (record === undefined || spf.records.length > 1) {
      const summary = `${facts.name} does not have exactly one SPF record`;
      return [say(spf07, { status: 'NOT_APPLICABLE', reason: 'NO_SINGLE_RECORD', summary })];
    }
    return [judgeEnd(facts, record, spf, context)];
  },
};

function judgeEnd(facts: DomainFacts, record: string, spf: SpfFacts, context: JudgeContext): Finding<Reason> {
  const { name } = facts;
  const { all, hugeNetworks } = spf;
  // An include passes whatever its record passes, whatever the record that includes it ends with.
  const open = problemsOf(spf, 'PASS_ALL').flatMap(({ own, domain }) => (own ? [] : (domain ?? [])));
  const evidence = {
    record,
    all: all ?? 'unknown',
    hugeNetworks,
    ...(open.length > 0 ? { openIncludes: open } : {}),
  };
  const fix = fixFor(facts, record, context);
  if (all === '+') {
    const summary = `SPF of ${name} ends with +all: everybody may send as it`;
    return say(spf07, { status: 'FAIL', reason: 'SPF_PASSES_ALL', summary, evidence, fix });
  }
  if (open.length > 0) {
    const summary = `SPF of ${name} includes a record that ends with +all (${listed(open)}): everybody may send as it`;
    const closed = spfFix(facts, context, {
      text: 'Replace the SPF record by the one given, which leaves the include out.',
      advice: 'Take the include out, and list the hosts that it was meant for.',
    });
    return say(spf07, { status: 'FAIL', reason: 'SPF_PASSES_ALL', summary, evidence, fix: closed });
  }
  if (hugeNetworks.length > 0) {
    const summary = `SPF of ${name} lets a huge part of the Internet pass (${listed(hugeNetworks)})`;
    const narrowed = spfFix(facts, context, {
      text: 'Replace the SPF record by the one given, which leaves the network out.',
      advice: 'Find out which hosts the network was meant for and list those instead.',
    });
    return say(spf07, { status: 'FAIL', reason: 'SPF_HUGE_NETWORK', summary, evidence, fix: narrowed });
  }
  switch (all) {
    case '-':
    case '~': {
      const summary = `SPF of ${name} ends with ${all}all`;
      return say(spf07, { status: 'PASS', reason: 'SPF_ENDS_CLOSED', summary, evidence });
    }
    case '?': {
      const summary = `SPF of ${name} ends with ?all: it protects nothing`;
      return say(spf07, { status: 'WARN', reason: 'SPF_ENDS_NEUTRAL', summary, evidence, fix });
    }
    case 'none': {
      const summary = `SPF of ${name} has no "all": what matches nothing is neutral`;
      return say(spf07, { status: 'WARN', reason: 'SPF_WITHOUT_ALL', summary, evidence, fix });
    }
    case 'unknown':
    case undefined: {
      const summary = `Not judged: where the SPF of ${name} ends is not known`;
      return say(spf07, { status: 'UNKNOWN', reason: 'SPF_END_UNKNOWN', summary, evidence });
    }
  }
}

/** A redirect hands the end to another record: an `all` beside it would put the redirect out of force (RFC 7208 section 6.1). */
function fixFor(facts: DomainFacts, record: string, context: JudgeContext): Fix {
  if (/(?:^|[ \t])redirect=/i.test(record)) {
    return { text: 'End the record that the redirect names with ~all or -all.' };
  }
  return spfFix(facts, context, {
    text: 'Replace the SPF record by the one given, which ends with ~all.',
    advice: 'End the record with ~all.',
  });
}
