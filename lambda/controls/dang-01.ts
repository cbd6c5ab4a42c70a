import type { DomainFacts, ZoneRecord } from '../facts/types.ts';
import { asSeenOn, inOrder, oldestFact, placeOf } from './across-targets.ts';
import { say } from './say.ts';
import { boundedFindings, subKeyOf } from './sub-keys.ts';
import type { Control, Finding, JudgeContext } from './types.ts';
import {
  deletion,
  deletionChanges,
  readNow,
  unprovenAbsence,
  zoneRows,
  zoneScope,
  zoneScopeReasons,
  type ZoneScopeReason,
} from './zone-records.ts';

type Reason = 'DKIM_OF_IDENTITY' | 'DKIM_DANGLING' | ZoneScopeReason;

export const dang01: Control<DomainFacts, Reason> = {
  id: 'DANG-01',
  revision: 1,
  title: 'No DKIM CNAME is left behind',
  subject: 'domain',
  tier: 3,
  severity: 'MEDIUM',
  reads: ['route53:ListHostedZones', 'route53:ListResourceRecordSets', 'ses:GetEmailIdentity'],
  permissions: ['hostedZones'],
  asserts:
    'Every DKIM CNAME to SES in the organization’s hosted zones belongs to a token of an identity that the scan saw.',
  why: 'The CNAME hands the key at this name to Amazon SES for ever. Left behind, it keeps a name signed for that nobody looks after, and hides in every review which records are still needed.',
  evidence:
    'The record with its hosted zone and account, and the tokens that identities of the domain have; of one left behind the change for Route 53 that deletes it.',
  remedy: 'The exact record to delete with its hosted zone, and what to make sure of first.',
  sources: [
    'RFC 6376 section 3.6.2.1',
    'Amazon SES developer guide: Easy DKIM in Amazon SES',
    'Amazon Route 53 API reference: ChangeResourceRecordSets',
  ],
  reasons: {
    DKIM_OF_IDENTITY: { statuses: ['PASS'], means: 'An identity of the domain has the token.' },
    DKIM_DANGLING: {
      statuses: ['WARN'],
      means: 'No identity of the domain in any account and Region of the scan has the token.',
    },
    ...zoneScopeReasons,
  },
  judge(facts, context) {
    const scope = zoneScope(dang01, facts, context, 'CNAME');
    if ('finding' in scope) return [scope.finding];
    const byName = new Map<string, ZoneRecord[]>();
    for (const record of scope.records) byName.set(record.name, [...(byName.get(record.name) ?? []), record]);
    const findings = [...byName].map(([name, records]) => judgeName(facts, context, name, records));
    return boundedFindings(findings, context, 'DKIM CNAMEs');
  },
};

function judgeName(
  facts: DomainFacts,
  context: JudgeContext,
  name: string,
  records: ZoneRecord[],
): Finding<Reason> {
  const subKey = subKeyOf(name);
  const read = readNow<Reason>(dang01, records, subKey);
  if ('finding' in read) return read.finding;
  const token = name.slice(0, name.indexOf('.'));
  const identities = inOrder(facts.identities ?? []).filter(
    ({ type, domain }) => type === 'DOMAIN' && domain === facts.name,
  );
  const owners = identities.filter(({ dkim }) => dkim.tokens.some((one) => one.toLowerCase() === token));
  const evidence = {
    records: zoneRows(read.current),
    identities: (owners.length > 0 ? owners : identities).slice(0, 10).map((one) => placeOf(one)),
  };
  if (owners.length > 0) {
    const summary = `The DKIM CNAME ${name} belongs to the identity ${facts.name}${asSeenOn(oldestFact(owners, context))}`;
    return say(dang01, { status: 'PASS', reason: 'DKIM_OF_IDENTITY', summary, evidence, subKey });
  }
  const unproven = unprovenAbsence(facts);
  if (unproven) {
    const summary = `Not judged: no identity that was seen has the token of ${name}, but ${unproven.because}`;
    const { reason, cause } = unproven;
    return say(dang01, { status: 'UNKNOWN', reason, summary, evidence, subKey, ...(cause && { cause }) });
  }
  return say(dang01, {
    status: 'WARN',
    reason: 'DKIM_DANGLING',
    summary: `The DKIM CNAME ${name} belongs to no identity: ${identities.length > 0 ? `those of ${facts.name} have other tokens` : `there is none of ${facts.name}`}`,
    evidence: { ...evidence, deletion: deletionChanges(read.current) },
    subKey,
    fix: deletion(
      read.current,
      `Make sure that no account outside the organization, and none that the settings leave out, has an identity ${facts.name} with this token, and that nobody is about to make it again.`,
    ),
  });
}
