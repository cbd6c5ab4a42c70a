import { acct13 } from '../../lambda/controls/acct-13.ts';
import type { TargetFacts } from '../../lambda/facts/types.ts';
import { seen, targetFacts } from './facts.ts';
import { describeControl } from './paired.ts';
import { readCases } from './target-cases.ts';

type Endpoint = Extract<NonNullable<TargetFacts['multiRegionEndpoints']>, { kind: 'seen' }>['value'][number];
const key = 'ACCT-13#global';

function endpoint(change: Partial<Endpoint>): TargetFacts {
  return targetFacts((facts) => {
    const whole: Endpoint = {
      name: 'global',
      status: 'READY',
      regions: ['eu-west-1', 'eu-central-1'],
      ...change,
    };
    facts.multiRegionEndpoints = seen([whole]);
  });
}

describeControl(acct13, [
  {
    when: 'both Regions are alike',
    facts: endpoint({ gaps: [] }),
    says: { key, status: 'PASS', reason: 'ENDPOINT_COMPLETE', evidence: { pricingPlan: 'ESSENTIALS' } },
  },
  {
    when: 'the other Region lacks an identity',
    facts: endpoint({ gaps: [{ identity: 'example.com', region: 'eu-central-1', differs: 'MISSING' }] }),
    says: {
      key,
      status: 'FAIL',
      reason: 'IDENTITY_GAP',
      severity: 'MEDIUM',
      command: 'aws sesv2 create-email-identity --email-identity example.com --region eu-central-1',
    },
  },
  {
    when: 'the other Region has no MAIL FROM',
    facts: endpoint({ gaps: [{ identity: 'example.com', region: 'eu-central-1', differs: 'MAIL_FROM' }] }),
    says: {
      key,
      status: 'FAIL',
      reason: 'IDENTITY_GAP',
      severity: 'MEDIUM',
      command: 'aws sesv2 get-email-identity --email-identity example.com --region eu-central-1',
    },
  },
  {
    when: 'the endpoint failed',
    facts: endpoint({ status: 'FAILED' }),
    says: { key, status: 'FAIL', reason: 'ENDPOINT_FAILED', severity: 'MEDIUM' },
  },
  {
    when: 'the endpoint is being made',
    facts: endpoint({ status: 'CREATING' }),
    says: {
      key,
      status: 'WARN',
      reason: 'ENDPOINT_NOT_READY',
      severity: 'MEDIUM',
      command: 'aws sesv2 get-multi-region-endpoint --endpoint-name global --region eu-west-1',
    },
  },
  {
    when: 'the Regions were not compared',
    facts: endpoint({}),
    says: { key, status: 'UNKNOWN', reason: 'IDENTITIES_NOT_COMPARED' },
  },
  { when: 'there is none', facts: targetFacts(), says: { status: 'NOT_APPLICABLE', reason: 'NO_ENDPOINT' } },
  ...readCases('multiRegionEndpoints'),
]);
