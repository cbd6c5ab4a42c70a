import type { DomainFacts } from '../facts/types.ts';
import { mxRecord } from './fixes.ts';
import { mailFromScope, mailFromScopeReasons, type MailFromScopeReason } from './from-domain.ts';
import { feedbackHost, mxText } from './mail-from.ts';
import { say } from './say.ts';
import type { Control, DnsRecordToPublish } from './types.ts';
import { dnsReasons, dnsUnknown, unknownDns, type DnsReason } from './unknowns.ts';

type Reason = 'ONE_MX' | 'MX_MISSING' | 'MX_MULTIPLE' | 'MX_ALIAS' | MailFromScopeReason | DnsReason;

export const mf03: Control<DomainFacts, Reason> = {
  id: 'MF-03',
  revision: 1,
  title: 'The MAIL FROM domain has exactly one MX',
  subject: 'domain',
  tier: 1,
  severity: 'HIGH',
  asserts: 'One MX, and only one, stands at the MAIL FROM domain.',
  why: 'SES takes the MAIL FROM domain only with a single MX; with none or several, setup fails and bounces go astray.',
  evidence: 'The MX records found, and the Regions that use the name.',
  remedy: 'The one MX record to publish, and those to remove; only the MAIL FROM name is touched.',
  sources: ['Amazon SES developer guide: Using a custom MAIL FROM domain'],
  reasons: {
    ONE_MX: { statuses: ['PASS'], means: 'One MX stands there; MF-04 judges its host.' },
    MX_MISSING: { statuses: ['FAIL'], means: 'There is no MX.' },
    MX_MULTIPLE: { statuses: ['FAIL'], means: 'There is more than one MX.' },
    MX_ALIAS: {
      statuses: ['NOT_APPLICABLE'],
      means: 'The name is an alias, so that any MX is another name’s; MF-04 speaks.',
    },
    ...mailFromScopeReasons,
    ...dnsReasons,
  },
  judge(facts) {
    const scope = mailFromScope(mf03, facts);
    if ('finding' in scope) return [scope.finding];
    const { name } = facts;
    const { mx, regions } = scope.mailFrom;
    const because = unknownDns(mx);
    if (because !== undefined || mx.kind === 'unknown') {
      return [dnsUnknown(mf03, because ?? 'DNS_NOT_ASKED', `the MX of ${name}`)];
    }
    const [alias] = mx.aliases;
    if (alias !== undefined) {
      const summary = `${name} is an alias of ${alias}: no MX can stand beside that`;
      return [say(mf03, { status: 'NOT_APPLICABLE', reason: 'MX_ALIAS', summary, evidence: { alias } })];
    }
    const records = mx.kind === 'found' ? mx.records : [];
    const evidence = { mx: records.map(mxText), usedInRegions: regions };
    if (records.length === 1) {
      return [say(mf03, { status: 'PASS', reason: 'ONE_MX', summary: `${name} has one MX`, evidence })];
    }
    const sorted = [...regions].sort();
    const used = records.map(({ exchange }) => exchange.toLowerCase());
    const region = sorted.find((one) => used.includes(feedbackHost(one))) ?? sorted[0];
    const publish = region === undefined ? [] : [mxRecord(name, region)];
    if (records.length === 0) {
      const misplaced = misplacedMx(facts);
      const summary = `The MAIL FROM domain ${name} has no MX: SES cannot use it, and bounces are lost`;
      const fix = {
        text: `Publish the MX record.${misplaced.length > 0 ? ` ${wrongName(misplaced)}` : ''}`,
        publish,
        ...(misplaced.length > 0 ? { remove: misplaced } : {}),
      };
      return [say(mf03, { status: 'FAIL', reason: 'MX_MISSING', summary, evidence, fix })];
    }
    const keep = publish[0]?.value.slice(3);
    const ours = records.find(({ exchange }) => exchange.toLowerCase() === keep);
    const remove = records
      .filter((record) => record !== ours)
      .map((record) => asRecord(name, mxText(record)));
    return [
      say(mf03, {
        status: 'FAIL',
        reason: 'MX_MULTIPLE',
        summary: `The MAIL FROM domain ${name} has ${records.length} MX records (${evidence.mx.slice(0, 3).join(', ')}), but SES takes exactly one`,
        evidence,
        fix: {
          text: `Leave the one MX record given. If another system takes mail at ${name}, give SES another MAIL FROM name instead.`,
          publish,
          remove,
        },
      }),
    ];
  },
};

function asRecord(name: string, value: string): DnsRecordToPublish {
  return { name, type: 'MX', value };
}

/** SES's MX at a name that the DNS provider made by appending the zone to the whole name. */
function misplacedMx({ mailFrom }: DomainFacts): DnsRecordToPublish[] {
  return (mailFrom?.misplacedMx ?? []).map((record) => asRecord(record.name, mxText(record)));
}

function wrongName(misplaced: DnsRecordToPublish[]): string {
  return (
    `It was published at ${misplaced[0]?.name ?? ''}: the DNS provider appended the zone to the whole name. ` +
    'Enter the name without the zone at its end, and remove the record there.'
  );
}
