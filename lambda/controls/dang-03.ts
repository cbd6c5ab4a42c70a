import type { DomainFacts, ZoneRecord } from '../facts/types.ts';
import { parseSpfRecord } from '../mail-auth/spf-parse.ts';
import { listed, say } from './say.ts';
import { domainCause } from './subjects.ts';
import type { Control, Finding } from './types.ts';
import {
  deletion,
  deletionChanges,
  mailFromOwner,
  readNow,
  zoneRows,
  zoneScope,
  zoneScopeReasons,
  type ZoneScopeReason,
} from './zone-records.ts';

type Reason =
  'MAIL_FROM_IN_USE' | 'SPF_NOT_OF_SES' | 'SPF_LEFT_BEHIND' | 'SPF_LEFT_BEHIND_RELIED_ON' | ZoneScopeReason;

export const dang03: Control<DomainFacts, Reason> = {
  id: 'DANG-03',
  revision: 1,
  title: 'No MAIL FROM name that was given up still authorises SES',
  subject: 'domain',
  tier: 3,
  severity: 'HIGH',
  reads: ['route53:ListHostedZones', 'route53:ListResourceRecordSets', 'ses:GetEmailIdentity'],
  permissions: ['hostedZones'],
  asserts:
    'A name whose MX still leads to SES and that no identity uses as MAIL FROM authorises nobody by SPF.',
  why: 'SPF at the name still passes for every host of Amazon SES, and aligns with each From domain above it by relaxed alignment. Where a sender there relies on SPF alone, a pass from the name counts as much as its own mail.',
  evidence:
    'The SPF record with its hosted zone and account, and the identities above the name that align by SPF alone; of one left behind the change for Route 53 that deletes it.',
  remedy: 'The exact record to delete with its hosted zone, and what to make sure of first.',
  sources: [
    'RFC 7208 section 5.2',
    'RFC 9989 section 4.4.2',
    'Amazon SES developer guide: Using a custom MAIL FROM domain',
  ],
  reasons: {
    MAIL_FROM_IN_USE: { statuses: ['PASS'], means: 'An identity has the name as MAIL FROM.' },
    SPF_NOT_OF_SES: {
      statuses: ['PASS'],
      means: 'The zone holds no SPF record at the name that authorises SES.',
    },
    SPF_LEFT_BEHIND: {
      statuses: ['WARN'],
      severity: 'MEDIUM',
      means: 'No identity has the name as MAIL FROM, and its SPF record still authorises SES.',
    },
    SPF_LEFT_BEHIND_RELIED_ON: {
      statuses: ['FAIL'],
      severity: 'HIGH',
      means: 'The same, and an identity of a domain above it aligns by SPF alone.',
    },
    ...zoneScopeReasons,
  },
  judge(facts, context) {
    const scope = zoneScope(dang03, facts, context, 'MX');
    if ('finding' in scope) return [scope.finding];
    const read = readNow<Reason>(dang03, scope.records);
    if ('finding' in read) return [read.finding];
    const spf = scope.all.filter(({ type, unseen }) => type === 'TXT' && unseen === undefined);
    return [judgeSpf(facts, spf)];
  },
};

function judgeSpf(facts: DomainFacts, spf: ZoneRecord[]): Finding<Reason> {
  const { name } = facts;
  const authorising = spf.filter(({ value }) => authorisesSes(value));
  const { identities: relying, unread } = facts.sendersBySpf ?? { identities: [], unread: null };
  const evidence = { records: zoneRows(authorising), sendersBySpfAlone: relying, sendersUnread: unread };
  if (authorising.length === 0) {
    const summary = `The zone of ${name} holds no SPF record that authorises SES`;
    return say(dang03, { status: 'PASS', reason: 'SPF_NOT_OF_SES', summary, evidence });
  }
  const owner = mailFromOwner(facts);
  if (owner.kind === 'unknown') {
    const { reason, because, cause } = owner.unproven;
    const summary = `Not judged: no identity that was seen uses ${name} as MAIL FROM, but ${because}`;
    return say(dang03, { status: 'UNKNOWN', reason, summary, evidence, ...(cause && { cause }) });
  }
  if (owner.kind !== 'nobody') {
    const summary = `${owner.by.name} has ${name} as MAIL FROM`;
    return say(dang03, { status: 'PASS', reason: 'MAIL_FROM_IN_USE', summary, evidence });
  }
  const open = { ...evidence, deletion: deletionChanges(authorising) };
  const fix = deletion(
    authorising,
    `Make sure, as for the MX (DANG-02), that nothing sends with MAIL FROM ${name}: DMARC reports of the domains above it name the MAIL FROM domains in use.`,
  );
  const what = `No identity uses ${name} as MAIL FROM, but its SPF record still authorises SES`;
  if (relying.length > 0) {
    const summary = `${what}, and ${listed(relying, 2)} ${relying.length === 1 ? 'aligns' : 'align'} by SPF alone`;
    return say(dang03, { status: 'FAIL', reason: 'SPF_LEFT_BEHIND_RELIED_ON', summary, evidence: open, fix });
  }
  const cause = domainCause(name, 'DANG-02');
  return say(dang03, {
    status: 'WARN',
    reason: 'SPF_LEFT_BEHIND',
    summary: what,
    evidence: open,
    fix,
    cause,
  });
}

const OF_SES = /(?:^|\.)amazonses\.com\.?$/i;

/**
 * By its own terms: `+include` of amazonses.com, or of one of its names, or a `redirect` there that counts, which it does
 * without `all` alone (RFC 7208 section 6.1).
 */
function authorisesSes(record: string): boolean {
  const { directives, redirect } = parseSpfRecord(record);
  const included = directives.some(
    (term) => term.mechanism === 'include' && term.qualifier === '+' && OF_SES.test(term.spec.text),
  );
  if (included) return true;
  return (
    redirect !== undefined &&
    OF_SES.test(redirect.spec.text) &&
    !directives.some(({ mechanism }) => mechanism === 'all')
  );
}
