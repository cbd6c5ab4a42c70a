import type { DomainFacts, ZoneRecord } from '../facts/types.ts';
import { placeOf } from './across-targets.ts';
import { say } from './say.ts';
import { identityCause } from './subjects.ts';
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

type Reason = 'MX_OF_MAIL_FROM' | 'MAIL_FROM_DANGLING' | 'MAIL_FROM_INACTIVE' | ZoneScopeReason;

export const dang02: Control<DomainFacts, Reason> = {
  id: 'DANG-02',
  revision: 1,
  title: 'No MX of a MAIL FROM domain is left behind',
  subject: 'domain',
  tier: 3,
  severity: 'MEDIUM',
  reads: ['route53:ListHostedZones', 'route53:ListResourceRecordSets', 'ses:GetEmailIdentity'],
  permissions: ['hostedZones'],
  asserts:
    'Every MX to an SES feedback host in the organization’s hosted zones belongs to a MAIL FROM domain that an identity uses and SES has verified.',
  why: 'The MX of a MAIL FROM domain that was given up still takes mail for the name to Amazon SES, and is all that SES asks before an identity may use the name as MAIL FROM again.',
  evidence:
    'The record with its hosted zone and account, and the identity that uses the name; of one left behind the change for Route 53 that deletes it.',
  remedy:
    'The exact record to delete with its hosted zone, and what to make sure of first; where an identity waits for the name, MF-02’s fix.',
  sources: [
    'Amazon SES developer guide: Using a custom MAIL FROM domain',
    'Amazon Route 53 API reference: ChangeResourceRecordSets',
  ],
  reasons: {
    MX_OF_MAIL_FROM: { statuses: ['PASS'], means: 'An identity uses the name, and SES has verified it.' },
    MAIL_FROM_DANGLING: {
      statuses: ['WARN'],
      means: 'No identity in any account and Region of the scan has the name as MAIL FROM.',
    },
    MAIL_FROM_INACTIVE: {
      statuses: ['WARN'],
      means: 'An identity has the name as MAIL FROM, but SES has not verified it; MF-02 judges that.',
    },
    ...zoneScopeReasons,
  },
  judge(facts, context) {
    const scope = zoneScope(dang02, facts, context, 'MX');
    if ('finding' in scope) return [scope.finding];
    const read = readNow<Reason>(dang02, scope.records);
    if ('finding' in read) return [read.finding];
    return [judgeMx(facts, read.current)];
  },
};

function judgeMx(facts: DomainFacts, records: readonly ZoneRecord[]): Finding<Reason> {
  const { name } = facts;
  const owner = mailFromOwner(facts);
  const evidence = { records: zoneRows(records), usedBy: 'by' in owner ? placeOf(owner.by) : null };
  switch (owner.kind) {
    case 'active': {
      const summary = `The MX at ${name} belongs to the MAIL FROM domain of ${owner.by.name}`;
      return say(dang02, { status: 'PASS', reason: 'MX_OF_MAIL_FROM', summary, evidence });
    }
    case 'unknown': {
      const { reason, because, cause } = owner.unproven;
      const summary = `Not judged: no identity that was seen uses ${name} as active MAIL FROM, but ${because}`;
      return say(dang02, { status: 'UNKNOWN', reason, summary, evidence, ...(cause && { cause }) });
    }
    case 'inactive':
      return say(dang02, {
        status: 'WARN',
        reason: 'MAIL_FROM_INACTIVE',
        summary: `The MX at ${name} stands for the MAIL FROM domain of ${owner.by.name}, which SES has not verified`,
        evidence,
        fix: {
          text: `Make SES verify the MAIL FROM domain as MF-02 of ${owner.by.name} says; or, if it was given up, remove it from the identity and then this MX.`,
        },
        cause: identityCause(owner.by, 'MF-02'),
      });
    case 'nobody':
      return say(dang02, {
        status: 'WARN',
        reason: 'MAIL_FROM_DANGLING',
        summary: `SES’s MX stands at ${name}, but no identity uses it as MAIL FROM`,
        evidence: { ...evidence, deletion: deletionChanges(records) },
        fix: deletion(
          records,
          `Make sure that no account outside the organization, and none that the settings leave out, uses ${name} as MAIL FROM; if an identity was meant to, set it there instead (MF-01).`,
        ),
      });
  }
}
