import type { TargetFacts } from '../facts/types.ts';
import { commandFix } from './fixes.ts';
import { permitted, permittedReasons, type PermittedReason } from './permitted.ts';
import { say } from './say.ts';
import { boundedFindings, subKeyOf } from './sub-keys.ts';
import { notRead, notReadReasons, type NotReadReason } from './target-read.ts';
import type { Control, Finding } from './types.ts';

type Reason =
  | 'ENTITY_HEALTHY'
  | 'ENTITY_DISABLED'
  | 'REPUTATION_IMPACT_HIGH'
  | 'NO_ENTITIES'
  | PermittedReason
  | NotReadReason;
type Entity = Extract<NonNullable<TargetFacts['reputationEntities']>, { kind: 'seen' }>['value'][number];

export const acct12: Control<TargetFacts, Reason> = {
  id: 'ACCT-12',
  revision: 1,
  title: 'No tenant is disabled or harms the reputation',
  subject: 'target',
  tier: 3,
  severity: 'HIGH',
  reads: ['ses:ListReputationEntities'],
  permissions: ['reputationEntities'],
  asserts:
    'Every reputation entity (tenant) may send, and none has findings of high impact on its reputation.',
  why: 'SES or somebody else can stop one tenant while the account looks healthy: its mail is refused.',
  evidence: 'The entity, its sending status and the impact; one finding an entity.',
  remedy: 'Shows who disabled the entity and why.',
  sources: ['Amazon SES API v2: ListReputationEntities', 'Amazon SES developer guide: Managing tenants'],
  reasons: {
    ENTITY_HEALTHY: {
      statuses: ['PASS'],
      means: 'The entity may send, and no finding of high impact is open.',
    },
    ENTITY_DISABLED: { statuses: ['FAIL'], class: 1, means: 'Sending is disabled for the entity.' },
    REPUTATION_IMPACT_HIGH: {
      statuses: ['FAIL'],
      means: 'Findings on the entity have a high impact on its reputation.',
    },
    NO_ENTITIES: { statuses: ['NOT_APPLICABLE'], means: 'There are no tenants in this Region.' },
    ...permittedReasons,
    ...notReadReasons,
  },
  judge(facts, context) {
    const early = notRead<Reason>(acct12, facts);
    if (early) return [early];
    const read = permitted<Entity[], Reason>(acct12, facts.reputationEntities, 'the reputation entities');
    if ('finding' in read) return [read.finding];
    if (read.seen.length === 0) {
      const summary = 'There are no tenants in this Region';
      return [say(acct12, { status: 'NOT_APPLICABLE', reason: 'NO_ENTITIES', summary })];
    }
    return boundedFindings(
      read.seen.map((entity) => judgeEntity(facts, entity)),
      context,
      'reputation entities',
    );
  },
};

function judgeEntity(facts: TargetFacts, entity: Entity): Finding<Reason> {
  const { arn, type, sendingStatus, impact } = entity;
  const name = arn.slice(arn.indexOf('/') + 1);
  const common = { subKey: subKeyOf(arn), evidence: { entity: arn, type, sendingStatus, impact } };
  const command = [
    'sesv2',
    'get-reputation-entity',
    '--reputation-entity-type',
    type,
    '--reputation-entity-reference',
    arn,
  ];
  if (sendingStatus === 'DISABLED') {
    return say(acct12, {
      ...common,
      status: 'FAIL',
      reason: 'ENTITY_DISABLED',
      summary: `Sending is disabled for the entity ${name}`,
      fix: commandFix(
        facts,
        'See with the command who disabled it and for what reason; mend that, then reinstate it (update-reputation-entity-customer-managed-status).',
        command,
      ),
    });
  }
  if (impact === 'HIGH') {
    return say(acct12, {
      ...common,
      status: 'FAIL',
      reason: 'REPUTATION_IMPACT_HIGH',
      summary: `Findings on ${name} have a high impact on its reputation`,
      fix: commandFix(facts, 'Look at the entity and at the recommendations of Amazon SES for it.', command),
    });
  }
  const summary = `The entity ${name} may send`;
  return say(acct12, { ...common, status: 'PASS', reason: 'ENTITY_HEALTHY', summary });
}
