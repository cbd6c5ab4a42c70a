import type { DomainFacts } from '../facts/types.ts';
import { findSpfNearMisses, selectSpfRecords } from '../mail-auth/spf-records.ts';
import { parseSpfRecord } from '../mail-auth/spf-parse.ts';
import { fromScope, fromScopeReasons, type FromScopeReason } from './from-domain.ts';
import { listed, say } from './say.ts';
import type { Control } from './types.ts';
import { dnsReasons, dnsUnknown, unknownDns, type DnsReason } from './unknowns.ts';

type Reason =
  | 'FROM_SPF_VALID'
  | 'FROM_SPF_MISSING'
  | 'FROM_SPF_MULTIPLE'
  | 'FROM_SPF_INVALID'
  | 'IS_MAIL_FROM_DOMAIN'
  | FromScopeReason
  | DnsReason;

export const spf09: Control<DomainFacts, Reason> = {
  id: 'SPF-09',
  revision: 1,
  title: 'The From domain has an SPF record of its own',
  subject: 'domain',
  tier: 2,
  severity: 'LOW',
  asserts: 'The From domain has one SPF record that follows the grammar. What it includes is not followed.',
  why: 'SPF of mail through SES is that of the MAIL FROM domain, but other mail uses the name as envelope, and some receivers look at it all the same.',
  evidence: 'The SPF records of the name, and what meant to be one.',
  remedy: 'Advice: a list of who sends with the name comes first.',
  sources: ['RFC 7208 section 2.4', 'RFC 7208 section 4.5', 'RFC 9989 section 4.4.2'],
  reasons: {
    FROM_SPF_VALID: { statuses: ['PASS'], means: 'One valid SPF record stands there.' },
    FROM_SPF_MISSING: { statuses: ['WARN'], means: 'No SPF record stands there.' },
    FROM_SPF_MULTIPLE: { statuses: ['WARN'], means: 'More than one stands there: a permanent error.' },
    FROM_SPF_INVALID: { statuses: ['WARN'], means: 'The record has a syntax error: a permanent error.' },
    IS_MAIL_FROM_DOMAIN: {
      statuses: ['NOT_APPLICABLE'],
      means: 'The name is a MAIL FROM domain, too; SPF-01 to SPF-08 speak.',
    },
    ...fromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = fromScope(spf09, facts, context, ['FROM']);
    if ('finding' in scope) return [scope.finding];
    const { name } = facts;
    if (facts.mailFrom !== undefined) {
      const summary = `${name} is a MAIL FROM domain, too`;
      return [say(spf09, { status: 'NOT_APPLICABLE', reason: 'IS_MAIL_FROM_DOMAIN', summary })];
    }
    const { rootTxt } = scope.from;
    const because = unknownDns(rootTxt);
    if (because !== undefined) return [dnsUnknown(spf09, because, `the TXT of ${name}`)];
    const texts = rootTxt?.kind === 'found' ? rootTxt.records : [];
    const records = selectSpfRecords(texts);
    const evidence = { records, nearMisses: findSpfNearMisses(texts) };
    const text = `Make a list of everybody who sends with ${name} as envelope sender first (DMARC reports, mail logs, contracts), then publish one SPF record that names them all.`;
    const warn = (reason: 'FROM_SPF_MISSING' | 'FROM_SPF_MULTIPLE' | 'FROM_SPF_INVALID', summary: string) => [
      say(spf09, { status: 'WARN', reason, summary, evidence, fix: { text } }),
    ];
    const [record, second] = records;
    if (record === undefined)
      return warn('FROM_SPF_MISSING', `The From domain ${name} has no SPF record of its own`);
    if (second !== undefined) {
      return warn(
        'FROM_SPF_MULTIPLE',
        `The From domain ${name} has ${records.length} SPF records, which is a permanent error`,
      );
    }
    // A record longer than a fact keeps was cut; its last term is no fault of the domain.
    const errors = parseSpfRecord(record).problems.filter(
      ({ level, end = 0 }) => level === 'error' && (record.length < MAX_TEXT || end < record.length),
    );
    if (errors.length > 0) {
      const told = listed(errors.map(({ message }) => message));
      return warn('FROM_SPF_INVALID', `The SPF record of the From domain ${name} is broken: ${told}`);
    }
    const summary = `The From domain ${name} has an SPF record of its own`;
    return [say(spf09, { status: 'PASS', reason: 'FROM_SPF_VALID', summary, evidence })];
  },
};

/** Characters of a TXT that a fact keeps. */
const MAX_TEXT = 2_048;
