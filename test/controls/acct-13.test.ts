import { acct13 } from '../../lambda/controls/acct-13.ts';
import type { RegionComparison, RegionGap, TargetFacts } from '../../lambda/facts/types.ts';
import { seen, targetFacts } from './facts.ts';
import { describeControl, type Case } from './paired.ts';
import { readCases } from './target-cases.ts';

type Endpoint = Extract<NonNullable<TargetFacts['multiRegionEndpoints']>, { kind: 'seen' }>['value'][number];
type Reason = keyof typeof acct13.reasons;
const key = 'ACCT-13#global';
const HERE = 'eu-west-1';
const THERE = 'eu-central-1';

function endpoint(change: Partial<Endpoint>): TargetFacts {
  return targetFacts((facts) => {
    facts.multiRegionEndpoints = seen([
      { name: 'global', status: 'READY', regions: [HERE, THERE], ...change },
    ]);
  });
}

function compared(gaps: RegionGap[], more: Partial<RegionComparison> = {}): TargetFacts {
  return endpoint({ comparison: { gaps, gapCount: gaps.length, uncompared: [], ...more } });
}

/** The other Region falls short of this one. */
const there = { identity: 'example.com', type: 'DOMAIN', region: THERE, other: HERE } as const;
const address = { ...there, identity: 'news@example.com', type: 'EMAIL_ADDRESS' } as const;
const SIGNS = { enabled: true, status: 'SUCCESS' };
const BOUNCE = {
  domain: 'bounce.example.com',
  status: 'SUCCESS',
  behaviorOnMxFailure: 'USE_DEFAULT_VALUE',
};

/** Each gap alone: what is said, and the exact command for it. */
const GAPS: { when: string; facts: TargetFacts; summary: RegExp; command: string; fixText?: RegExp }[] = [
  {
    when: 'the other Region lacks a domain whose key is SES’s',
    facts: compared([{ ...there, differs: 'MISSING' }], { origin: 'AWS_SES' }),
    summary: /^The Regions of the global endpoint global differ: eu-central-1 lacks example\.com$/,
    command:
      'aws sesv2 create-email-identity --email-identity example.com --dkim-signing-attributes DomainSigningAttributesOrigin=AWS_SES_EU_WEST_1 --region eu-central-1',
    fixText: /DEED replica.*credentials of account/,
  },
  {
    when: 'this Region lacks a domain of the other, which is a replica itself: both follow the same',
    facts: compared([{ ...there, region: HERE, other: THERE, differs: 'MISSING' }], {
      origin: 'AWS_SES_US_EAST_1',
    }),
    summary: /eu-west-1 lacks example\.com/,
    command:
      'aws sesv2 create-email-identity --email-identity example.com --dkim-signing-attributes DomainSigningAttributesOrigin=AWS_SES_US_EAST_1 --region eu-west-1',
  },
  {
    when: 'the other Region lacks a domain with a key of its own: BYODKIM has no replicas',
    facts: compared([{ ...there, differs: 'MISSING' }], { origin: 'EXTERNAL' }),
    summary: /lacks/,
    command: 'aws sesv2 create-email-identity --email-identity example.com --region eu-central-1',
    fixText: /selector and private key of eu-west-1/,
  },
  {
    when: 'the other Region lacks a domain, and whose key it has was not told',
    facts: compared([{ ...there, differs: 'MISSING' }]),
    summary: /lacks/,
    command: 'aws sesv2 create-email-identity --email-identity example.com --region eu-central-1',
    fixText: /DKIM records that SES prints/,
  },
  {
    when: 'the other Region lacks an address',
    facts: compared([{ ...address, differs: 'MISSING' }]),
    summary: /eu-central-1 lacks news@example\.com/,
    command: 'aws sesv2 create-email-identity --email-identity news@example.com --region eu-central-1',
    fixText: /link/,
  },
  {
    when: 'the other Region has not verified an address',
    facts: compared([{ ...address, differs: 'UNVERIFIED' }]),
    summary: /eu-central-1 has not verified news@example\.com/,
    command: 'aws ses verify-email-identity --email-address news@example.com --region eu-central-1',
  },
  {
    when: 'the other Region has not verified a domain',
    facts: compared([{ ...there, differs: 'UNVERIFIED' }], { origin: 'AWS_SES' }),
    summary: /eu-central-1 has not verified example\.com/,
    command:
      'aws sesv2 put-email-identity-dkim-signing-attributes --email-identity example.com --signing-attributes-origin AWS_SES_EU_WEST_1 --region eu-central-1',
  },
  {
    when: 'DKIM is switched off in the other Region',
    facts: compared([
      { ...there, differs: 'DKIM', found: { enabled: false, status: 'SUCCESS' }, wanted: SIGNS },
    ]),
    summary: /eu-central-1 has other DKIM for example\.com/,
    command:
      'aws sesv2 put-email-identity-dkim-attributes --email-identity example.com --signing-enabled --region eu-central-1',
  },
  {
    when: 'DKIM failed in the other Region',
    facts: compared(
      [{ ...there, differs: 'DKIM', found: { enabled: true, status: 'FAILED' }, wanted: SIGNS }],
      { origin: 'AWS_SES' },
    ),
    summary: /other DKIM/,
    command:
      'aws sesv2 put-email-identity-dkim-signing-attributes --email-identity example.com --signing-attributes-origin AWS_SES_EU_WEST_1 --region eu-central-1',
    fixText: /DKIM-02/,
  },
  {
    when: 'DKIM failed in the other Region, whose replica this one is: it cannot follow itself',
    facts: compared(
      [{ ...there, differs: 'DKIM', found: { enabled: true, status: 'FAILED' }, wanted: SIGNS }],
      { origin: 'AWS_SES_EU_CENTRAL_1' },
    ),
    summary: /other DKIM/,
    command: 'aws sesv2 get-email-identity --email-identity example.com --region eu-central-1',
  },
  {
    when: 'the other Region has no MAIL FROM',
    facts: compared([
      {
        ...there,
        differs: 'MAIL_FROM',
        found: { behaviorOnMxFailure: 'USE_DEFAULT_VALUE' },
        wanted: { ...BOUNCE, behaviorOnMxFailure: 'REJECT_MESSAGE' },
      },
    ]),
    summary: /eu-central-1 has another MAIL FROM for example\.com/,
    command:
      'aws sesv2 put-email-identity-mail-from-attributes --email-identity example.com --mail-from-domain bounce.example.com --behavior-on-mx-failure USE_DEFAULT_VALUE --region eu-central-1',
    fixText: /one MX serves both Regions\. When SES has verified it.*REJECT_MESSAGE/,
  },
];

const many: RegionGap[] = ['a', 'b', 'c'].map((name) => ({
  ...there,
  identity: `${name}.example`,
  differs: 'MISSING',
}));

describeControl(acct13, [
  {
    when: 'both Regions are alike',
    facts: compared([]),
    says: { key, status: 'PASS', reason: 'ENDPOINT_COMPLETE', evidence: { pricingPlan: 'ESSENTIALS' } },
  },
  ...GAPS.map(({ when, facts, ...said }): Case<TargetFacts, Reason> => ({
    when,
    facts,
    says: { key, status: 'FAIL', reason: 'IDENTITY_GAP', severity: 'MEDIUM', ...said },
  })),
  {
    when: 'there are many gaps, and not everything was compared: what was seen counts',
    facts: compared(many, { gapCount: 40, uncompared: ['MAIL FROM of 9 identities in eu-central-1 (no)'] }),
    says: {
      key,
      status: 'FAIL',
      reason: 'IDENTITY_GAP',
      severity: 'MEDIUM',
      reasonClass: 1,
      summary: /: eu-central-1 lacks a\.example; eu-central-1 lacks b\.example, and 38 more$/,
      fixText: /first of 40 gaps/,
      evidence: {
        gapCount: 40,
        gaps: many.map(({ identity }) => ({ identity, region: THERE, differs: 'MISSING' })),
        uncompared: ['MAIL FROM of 9 identities in eu-central-1 (no)'],
      },
    },
  },
  {
    when: 'a gap of a setting: the evidence holds both Regions’ words',
    facts: compared([
      { ...there, differs: 'DKIM', found: { enabled: false, status: 'PENDING' }, wanted: SIGNS },
    ]),
    says: {
      key,
      status: 'FAIL',
      reason: 'IDENTITY_GAP',
      severity: 'MEDIUM',
      evidence: {
        gaps: [
          {
            identity: 'example.com',
            region: THERE,
            differs: 'DKIM',
            found: 'signing off, PENDING',
            wanted: 'signing on, SUCCESS',
          },
        ],
      },
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
    when: 'no gap was seen, but the other Region is outside the scan',
    facts: compared([], {
      uncompared: [`${THERE}, which is outside the Regions of this scan`, 'something else'],
    }),
    says: {
      key,
      status: 'UNKNOWN',
      reason: 'IDENTITIES_NOT_COMPARED',
      summary: /not compared: eu-central-1, which is outside the Regions of this scan, and 1 more$/,
      evidence: {
        uncompared: [`${THERE}, which is outside the Regions of this scan`, 'something else'],
      },
    },
  },
  {
    when: 'nobody compared the Regions',
    facts: endpoint({}),
    says: { key, status: 'UNKNOWN', reason: 'IDENTITIES_NOT_COMPARED' },
  },
  { when: 'there is none', facts: targetFacts(), says: { status: 'NOT_APPLICABLE', reason: 'NO_ENDPOINT' } },
  ...readCases('multiRegionEndpoints'),
]);
