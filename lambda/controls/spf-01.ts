import type { DomainFacts } from '../facts/types.ts';
import { mailFromScope, mailFromScopeReasons, type MailFromScopeReason } from './from-domain.ts';
import { say } from './say.ts';
import { spfFix } from './spf-fixes.ts';
import type { Control } from './types.ts';
import { dnsReasons, dnsUnknown, unknownDns, type DnsReason } from './unknowns.ts';

type Reason =
  'SPF_SINGLE' | 'SPF_MISSING' | 'SPF_NEAR_MISS' | 'SPF_MULTIPLE' | MailFromScopeReason | DnsReason;

export const spf01: Control<DomainFacts, Reason> = {
  id: 'SPF-01',
  revision: 1,
  title: 'The MAIL FROM domain has exactly one SPF record',
  subject: 'domain',
  tier: 1,
  severity: 'HIGH',
  asserts: 'Exactly one TXT at the MAIL FROM domain is an SPF record.',
  why: 'Without a record SPF says "none", with two it is a permanent error: either way nothing passes and nothing aligns.',
  evidence: 'The SPF records at the name, and the texts that meant to be one.',
  remedy:
    'The one SPF record in place of what stands there, where the name is SES’s alone; else advice: whatever sends with the name has to be listed first.',
  sources: ['RFC 7208 section 4.5', 'RFC 7208 section 3.2'],
  reasons: {
    SPF_SINGLE: { statuses: ['PASS'], means: 'There is one SPF record.' },
    SPF_MISSING: { statuses: ['FAIL'], means: 'There is none.' },
    SPF_NEAR_MISS: {
      statuses: ['FAIL'],
      means:
        'There is none, but a TXT that meant to be one: v-spf1, v=spf, a leading blank, quotes in the text.',
    },
    SPF_MULTIPLE: { statuses: ['FAIL'], means: 'There is more than one: a permanent error.' },
    ...mailFromScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const scope = mailFromScope(spf01, facts);
    if ('finding' in scope) return [scope.finding];
    const { name } = facts;
    const { spf } = scope.mailFrom;
    const because = unknownDns(spf.txt);
    if (because !== undefined) return [dnsUnknown(spf01, because, `the TXT of ${name}`)];
    const { records, nearMisses } = spf;
    const evidence = { records, nearMisses };
    if (records.length === 1) {
      return [
        say(spf01, { status: 'PASS', reason: 'SPF_SINGLE', summary: `${name} has one SPF record`, evidence }),
      ];
    }
    if (records.length > 1) {
      const summary = `The MAIL FROM domain ${name} has ${records.length} SPF records: that is a permanent error, so SPF never passes`;
      const fix = spfFix(facts, context, {
        text: `Replace the SPF records by the one given; it says what all of them say.${endKept(records)}`,
        advice: 'Merge the SPF records into one that says what all of them say.',
      });
      return [say(spf01, { status: 'FAIL', reason: 'SPF_MULTIPLE', summary, evidence, fix })];
    }
    const [nearMiss] = nearMisses;
    if (nearMiss !== undefined) {
      const summary = `The MAIL FROM domain ${name} has no SPF record, only a text that meant to be one: ${nearMiss}`;
      const fix = spfFix(facts, context, {
        text: 'Replace the text by the SPF record given, without quotes and blanks before it.',
        advice: 'Publish the text as an SPF record: v=spf1 first, without quotes and blanks before it.',
      });
      return [say(spf01, { status: 'FAIL', reason: 'SPF_NEAR_MISS', summary, evidence, fix })];
    }
    const summary = `The MAIL FROM domain ${name} has no SPF record`;
    const fix = spfFix(facts, context, {
      text: 'Publish the SPF record.',
      advice: 'Publish an SPF record that names amazonses.com and all else that sends with the name.',
    });
    return [say(spf01, { status: 'FAIL', reason: 'SPF_MISSING', summary, evidence, fix })];
  },
};

/** Two records that end differently: the merged one keeps the softer end, which refuses less. */
function endKept(records: readonly string[]): string {
  const ends = new Set(records.map((record) => /(?:^|\s)([-~?+]?)all(?:\s|$)/i.exec(record)?.[1] ?? 'none'));
  if (ends.size < 2 || !ends.has('-')) return '';
  return ' They end differently: the softer end, ~all, is kept; make it -all once nothing else sends with the name.';
}
