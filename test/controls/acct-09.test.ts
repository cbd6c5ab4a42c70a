import { acct09 } from '../../lambda/controls/acct-09.ts';
import type { TargetFacts } from '../../lambda/facts/types.ts';
import { ACCOUNT, OFF, REGION, seen, targetFacts, UNSEEN } from './facts.ts';
import { describeControl } from './paired.ts';
import { unseenCases } from './target-cases.ts';

type Recommendation = { type: string; impact: 'LOW' | 'HIGH'; description: string; resource: string };

function advised(...recommendations: Partial<Recommendation>[]): TargetFacts {
  return targetFacts((facts) => {
    facts.vdmEnabled = seen(true);
    facts.recommendations = seen(
      recommendations.map((one) => ({
        type: 'DKIM',
        impact: 'HIGH' as const,
        description: 'DKIM verification is not enabled.',
        resource: `arn:aws:ses:${REGION}:${ACCOUNT}:identity/example.com`,
        ...one,
      })),
    );
  });
}

const subject = { kind: 'identity', accountId: ACCOUNT, region: REGION, name: 'example.com' } as const;
const target = { kind: 'target', accountId: ACCOUNT, region: REGION } as const;
const open = { status: 'WARN', reason: 'HIGH_RECOMMENDATION', severity: 'MEDIUM' } as const;

describeControl(acct09, [
  {
    when: 'nothing is recommended',
    facts: advised(),
    says: { status: 'PASS', reason: 'NO_HIGH_RECOMMENDATION' },
  },
  {
    when: 'what is recommended is of low impact',
    facts: advised({ impact: 'LOW' }),
    says: { status: 'PASS', reason: 'NO_HIGH_RECOMMENDATION', evidence: { ofLowImpact: 1 } },
  },
  {
    when: 'DKIM is not set up: our own DKIM-02 of the identity is the cause',
    facts: advised({}),
    says: {
      ...open,
      key: 'ACCT-09#DKIM:example.com',
      summary: 'Amazon SES recommends (DKIM, example.com): DKIM verification is not enabled.',
      command: 'aws sesv2 list-recommendations --filter STATUS=OPEN,IMPACT=HIGH --region eu-west-1',
      cause: { controlId: 'DKIM-02', subject },
    },
  },
  {
    when: 'the DKIM key is short',
    facts: advised({ description: 'The DKIM signing key length is below 2048 bits.' }),
    says: { ...open, key: 'ACCT-09#DKIM:example.com', cause: { controlId: 'DKIM-04', subject } },
  },
  {
    when: 'the SPF record for SES is missing',
    facts: advised({ type: 'SPF' }),
    says: { ...open, key: 'ACCT-09#SPF:example.com', cause: { controlId: 'MF-01', subject } },
  },
  {
    when: 'there is no DMARC record: that is said of the domain',
    facts: advised({ type: 'DMARC' }),
    says: {
      ...open,
      key: 'ACCT-09#DMARC:example.com',
      cause: { controlId: 'DMARC-01', subject: { kind: 'domain', name: 'example.com' } },
    },
  },
  {
    when: 'too much bounces',
    facts: advised({ type: 'BOUNCE', resource: 'account' }),
    says: { ...open, key: 'ACCT-09#BOUNCE:account', cause: { controlId: 'ACCT-06', subject: target } },
  },
  {
    when: 'too many complain',
    facts: advised({ type: 'COMPLAINT', resource: 'account' }),
    says: { ...open, key: 'ACCT-09#COMPLAINT:account', cause: { controlId: 'ACCT-07', subject: target } },
  },
  {
    when: 'no control of ours judges it',
    facts: advised({ type: 'BIMI' }),
    says: { ...open, key: 'ACCT-09#BIMI:example.com', cause: null },
  },
  {
    when: 'the advisor is off',
    facts: targetFacts((facts) => (facts.recommendations = OFF)),
    says: { status: 'NOT_APPLICABLE', reason: 'VDM_OFF' },
  },
  {
    when: 'the advisor is on, and the settings do not permit asking it',
    facts: targetFacts((facts) => Object.assign(facts, { vdmEnabled: seen(true), recommendations: OFF })),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_PERMITTED_BY_SETTINGS' },
  },
  {
    when: 'the recommendations were denied',
    facts: targetFacts((facts) => Object.assign(facts, { vdmEnabled: seen(true), recommendations: UNSEEN })),
    says: { status: 'UNKNOWN', reason: 'ACCESS_DENIED' },
  },
  ...unseenCases('vdmEnabled'),
]);
