import { acct12 } from '../../lambda/controls/acct-12.ts';
import type { TargetFacts } from '../../lambda/facts/types.ts';
import { ACCOUNT, REGION, seen, targetFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { readCases } from './target-cases.ts';

const ARN = `arn:aws:ses:${REGION}:${ACCOUNT}:tenant/shop/tn-1`;
const key = `ACCT-12#${ARN}`;

function entity(sendingStatus: string, impact?: string): TargetFacts {
  return targetFacts((facts) => {
    const one = { arn: ARN, type: 'RESOURCE', sendingStatus, ...(impact ? { impact } : {}) };
    facts.reputationEntities = seen([one]);
  });
}

describeControl(acct12, [
  {
    when: 'a tenant may send',
    facts: entity('ENABLED', 'LOW'),
    says: { key, status: 'PASS', reason: 'ENTITY_HEALTHY' },
  },
  {
    when: 'a tenant was reinstated',
    facts: entity('REINSTATED'),
    says: { key, status: 'PASS', reason: 'ENTITY_HEALTHY' },
  },
  {
    when: 'a tenant is disabled',
    facts: entity('DISABLED', 'HIGH'),
    says: {
      key,
      status: 'FAIL',
      reason: 'ENTITY_DISABLED',
      severity: 'HIGH',
      summary: 'Sending is disabled for the entity shop/tn-1',
      command: `aws sesv2 get-reputation-entity --reputation-entity-type RESOURCE --reputation-entity-reference ${ARN} --region eu-west-1`,
    },
  },
  {
    when: 'findings on it weigh heavily',
    facts: entity('ENABLED', 'HIGH'),
    says: { key, status: 'FAIL', reason: 'REPUTATION_IMPACT_HIGH', severity: 'HIGH' },
  },
  {
    when: 'there are no tenants',
    facts: targetFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_ENTITIES' },
  },
  ...readCases('reputationEntities'),
]);
