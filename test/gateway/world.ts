/** A small organization for the stand-ins' own tests; the real one is local/organization/'s business. */
import type { World, WorldAccount, WorldIdentity, WorldTarget } from '../../local/organization/types.ts';

export const MANAGEMENT = '111111111111';
export const MEMBER = '222222222222';
export const SUSPENDED = '333333333333';
export const WITHOUT_ROLE = '444444444444';
export const EXTERNAL_ID = 'posture-external-id';
export const SCANNER_ROLE_ARN = `arn:aws:iam::${MANAGEMENT}:role/scanner`;
export const MEMBER_ROLE_ARN = `arn:aws:iam::${MEMBER}:role/member`;

export const managementKeys = { accessKeyId: 'AKIAMANAGEMENT000001', secretAccessKey: 'management-secret' };
export const memberKeys = { accessKeyId: 'AKIAMEMBER0000000001', secretAccessKey: 'member-secret' };

export function makeIdentity(name: string, more: Partial<WorldIdentity> = {}): WorldIdentity {
  return {
    name,
    type: name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN',
    verificationStatus: 'SUCCESS',
    verifiedForSending: true,
    feedbackForwarding: true,
    ...more,
  };
}

export function makeTarget(more: Partial<WorldTarget> = {}): WorldTarget {
  return {
    productionAccess: true,
    enforcementStatus: 'HEALTHY',
    sendingEnabled: true,
    max24HourSend: 50_000,
    maxSendRate: 14,
    sentLast24Hours: 120,
    sendStatistics: [],
    identities: [],
    configurationSets: [],
    ...more,
  };
}

export const fullIdentity = makeIdentity('example.com', {
  verificationInfo: {
    errorType: 'HOST_NOT_FOUND',
    lastChecked: '2026-11-20T10:00:00Z',
    lastSuccess: '2026-11-01T00:00:00Z',
  },
  dkim: {
    signingEnabled: true,
    status: 'SUCCESS',
    tokens: ['tokenone', 'tokentwo', 'tokenthree'],
    origin: 'AWS_SES',
    hostedZone: 'dkim.amazonses.com',
    currentKeyLength: 'RSA_2048_BIT',
    nextKeyLength: 'RSA_2048_BIT',
    lastKeyGeneration: '2026-01-02T03:04:05Z',
  },
  mailFrom: {
    domain: 'bounce.example.com',
    status: 'TEMPORARY_FAILURE',
    behaviorOnMxFailure: 'REJECT_MESSAGE',
  },
  configurationSet: 'main',
  policies: { partner: '{"Version":"2012-10-17"}' },
  tags: { team: 'mail & <letters>' },
  bounceTopic: `arn:aws:sns:eu-west-1:${MEMBER}:bounces`,
});

function account(id: string, more: Partial<WorldAccount> = {}): WorldAccount {
  return {
    id,
    name: `Account ${id}`,
    email: `aws+${id}@example.com`,
    state: 'ACTIVE',
    parentId: 'ou-exam-workload',
    roles: [],
    optedInRegions: [],
    deniedRegions: [],
    targets: {},
    ...more,
  };
}

const memberRole = {
  name: 'member',
  trustedPrincipals: [SCANNER_ROLE_ARN],
  externalId: EXTERNAL_ID,
  allowedActions: ['ses:Get*', 'ses:ListEmailIdentities', 'account:ListRegions'],
};

/** Fresh each time, so that a test may change it. Beside the named accounts there are 41 plain ones. */
export function makeWorld(): World {
  const target = makeTarget({
    identities: [fullIdentity, makeIdentity('plain@example.com'), makeIdentity('Team+News@example.com')],
    configurationSets: [
      {
        name: 'main',
        sendingEnabled: true,
        reputationMetricsEnabled: false,
        tlsPolicy: 'REQUIRE',
        suppressedReasons: ['BOUNCE'],
        eventDestinations: [
          {
            name: 'to-sns',
            enabled: true,
            matchingEventTypes: ['BOUNCE'],
            snsTopicArn: `arn:aws:sns:eu-west-1:${MEMBER}:bounces`,
          },
        ],
      },
      {
        name: 'other',
        sendingEnabled: false,
        reputationMetricsEnabled: true,
        tlsPolicy: 'OPTIONAL',
        eventDestinations: [],
      },
    ],
    sendStatistics: [
      { timestamp: '2026-11-20T10:15:00Z', deliveryAttempts: 40, bounces: 1, complaints: 0, rejects: 2 },
    ],
    suppressedReasons: ['BOUNCE', 'COMPLAINT'],
    reviewStatus: 'GRANTED',
  });
  const region = (name: string, optIn = false): { name: string; optIn: boolean } => ({ name, optIn });
  return {
    organization: {
      id: 'o-exampleorg1',
      name: 'Example Corp',
      managementAccountId: MANAGEMENT,
      rootId: 'r-exam',
    },
    organizationalUnits: [
      { id: 'ou-exam-workload', name: 'Workloads', parentId: 'r-exam' },
      { id: 'ou-exam-nested00', name: 'Nested', parentId: 'ou-exam-workload' },
    ],
    accounts: [
      account(MANAGEMENT, {
        parentId: 'r-exam',
        credentials: { ...managementKeys, principalArn: `arn:aws:iam::${MANAGEMENT}:user/operator` },
        deniedRegions: [{ region: 'eu-west-3' }],
        roles: [
          {
            name: 'scanner',
            trustedPrincipals: [`arn:aws:iam::${MANAGEMENT}:root`],
            allowedActions: ['sts:AssumeRole'],
          },
        ],
      }),
      account(MEMBER, {
        credentials: { ...memberKeys, principalArn: `arn:aws:iam::${MEMBER}:user/developer` },
        roles: [memberRole],
        optedInRegions: ['eu-south-1'],
        deniedRegions: [{ region: 'eu-west-3' }, { region: 'eu-north-1', actions: ['ses:List*'] }],
        targets: { 'eu-west-1': target },
      }),
      account(SUSPENDED, { state: 'SUSPENDED', roles: [memberRole] }),
      account(WITHOUT_ROLE, { parentId: 'ou-exam-nested00' }),
      ...Array.from({ length: 41 }, (_, index) => account(String(500_000_000_000 + index))),
    ],
    sesRegions: [
      'us-east-1',
      'us-east-2',
      'us-west-1',
      'us-west-2',
      'eu-west-1',
      'eu-west-2',
      'eu-west-3',
      'eu-north-1',
      'eu-central-1',
      'eu-south-1',
      'ca-west-1',
      'ap-south-1',
      'sa-east-1',
    ],
    regions: [
      ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'eu-west-1', 'eu-west-2', 'eu-west-3'].map(
        (name) => region(name),
      ),
      ...['eu-north-1', 'eu-central-1', 'ap-south-1', 'sa-east-1'].map((name) => region(name)),
      ...['eu-south-1', 'ca-west-1', 'ap-east-1'].map((name) => region(name, true)),
    ],
    zones: [],
    dnsFaults: [],
    zoneApexes: [],
  };
}

/** The same organization with another target of the member in eu-west-1. */
export function worldWithTarget(more: Partial<WorldTarget>): World {
  const world = makeWorld();
  for (const account of world.accounts) {
    if (account.id === MEMBER) account.targets['eu-west-1'] = makeTarget(more);
  }
  return world;
}
