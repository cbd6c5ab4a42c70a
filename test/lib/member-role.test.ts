import { beforeAll, describe, expect, it } from 'vitest';
import {
  memberActions,
  PERMISSION_GROUP_NAMES,
  PERMISSION_GROUPS,
  scanSettingsSchema,
  SCANNER_ROLE_NAME,
} from '../../lambda/contract.ts';
import { MAX_TEMPLATE_BYTES, memberTemplateBody } from '../../lib/member-role-stack-set-stack.ts';
import { readSettings } from '../../lib/settings.ts';
import {
  asText,
  COMPLETE_SETTINGS,
  type Statement,
  synthesize,
  type Synthesized,
  theOnly,
} from './synthesized.ts';

const AUDITOR = 'arn:aws:iam::222222222222:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Audit_*';
const SETTINGS = {
  ...COMPLETE_SETTINGS,
  targetOuIds: ['ou-ab12-11111111', 'ou-ab12-22222222'],
  externalId: 'our-external-id',
  callAs: 'DELEGATED_ADMIN',
};

let app: Synthesized;
let trusting: Synthesized;
beforeAll(() => {
  app = synthesize(SETTINGS);
  trusting = synthesize({ ...SETTINGS, trustedPrincipals: [AUDITOR], scannerAccountId: '333333333333' });
});

function trustOf({ memberRole }: Synthesized): Statement[] {
  const role = theOnly(memberRole, 'AWS::IAM::Role').Properties;
  return (role['AssumeRolePolicyDocument'] as { Statement: Statement[] }).Statement.map(
    (statement) => asText(statement) as Statement,
  );
}

const SCANNER_TRUST: Statement = {
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal: { AWS: 'arn:${AWS::Partition}:iam::${ScannerAccountId}:root' },
  Condition: {
    ArnEquals: {
      'aws:PrincipalArn': `arn:\${AWS::Partition}:iam::\${ScannerAccountId}:role/${SCANNER_ROLE_NAME}`,
    },
    StringEquals: { 'sts:ExternalId': 'our-external-id', 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
  },
};

describe('the member role', () => {
  it("trusts the scanner's one role, with external id and organization, and nobody else", () => {
    expect(trustOf(app)).toEqual([SCANNER_TRUST]);
  });

  it('trusts operators only where they are set, under the same conditions', () => {
    expect(trustOf(trusting)).toEqual([
      SCANNER_TRUST,
      {
        Sid: 'Operators',
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: 'arn:${AWS::Partition}:iam::222222222222:root' },
        Condition: {
          ArnLike: { 'aws:PrincipalArn': [AUDITOR] },
          StringEquals: { 'sts:ExternalId': 'our-external-id', 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
        },
      },
    ]);
  });

  it('may do exactly what the contract lists for its settings, and has no managed policy', () => {
    const role = theOnly(app.memberRole, 'AWS::IAM::Role').Properties;
    expect(statementsOf(app)).toEqual([
      {
        Sid: 'ReadSes',
        Effect: 'Allow',
        Action: memberActions(scanSettingsSchema.parse({}).permissions),
        Resource: '*',
      },
    ]);
    expect(role).not.toHaveProperty('ManagedPolicyArns');
    expect(role['RoleName']).toBe('ses-posture-member');
  });

  it('lacks the actions of every group that is switched off, and only those', () => {
    const off = Object.fromEntries(PERMISSION_GROUP_NAMES.map((group) => [group, false]));
    const optional = Object.values(PERMISSION_GROUPS).flat();
    const bare = statementsOf(synthesize({ ...COMPLETE_SETTINGS, permissions: off }))[0]?.Action;
    expect(bare).toEqual([
      'account:ListRegions',
      'ses:GetAccount',
      'ses:GetEmailIdentity',
      'ses:GetSendStatistics',
      'ses:ListEmailIdentities',
    ]);
    const whole = statementsOf(app)[0]?.Action as string[];
    expect(whole.filter((action) => !(bare as string[]).includes(action))).toEqual(
      optional.filter((action) => !action.startsWith('route53:')).sort(),
    );
  });

  it("asks by hand for the scanner's account, unless the settings name it", () => {
    const parameters = (synthesized: Synthesized) =>
      synthesized.memberRole.findParameters('ScannerAccountId');
    expect(parameters(app)['ScannerAccountId']).not.toHaveProperty('Default');
    expect(parameters(trusting)['ScannerAccountId']).toMatchObject({ Default: '333333333333' });
  });
});

function statementsOf(synthesized: Synthesized): Statement[] {
  const { Policies } = theOnly(synthesized.memberRole, 'AWS::IAM::Role').Properties;
  return (Policies as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );
}

describe('the stack set', () => {
  const stackSet = (synthesized: Synthesized) =>
    theOnly(synthesized.memberRoleStackSet, 'AWS::CloudFormation::StackSet').Properties;

  it('is service-managed, follows accounts as they join and leave, and goes on past any that refuses', () => {
    expect(stackSet(app)).toMatchObject({
      PermissionModel: 'SERVICE_MANAGED',
      CallAs: 'DELEGATED_ADMIN',
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
      OperationPreferences: { FailureTolerancePercentage: 100, MaxConcurrentPercentage: 100 },
      StackInstancesGroup: [
        {
          DeploymentTargets: { OrganizationalUnitIds: ['ou-ab12-11111111', 'ou-ab12-22222222'] },
          Regions: [{ Ref: 'AWS::Region' }],
        },
      ],
    });
  });

  it("tells members the scanner's account: its own, unless the settings name another", () => {
    const parameter = (value: unknown) => [{ ParameterKey: 'ScannerAccountId', ParameterValue: value }];
    expect(stackSet(app)['Parameters']).toEqual(parameter({ Ref: 'AWS::AccountId' }));
    expect(stackSet(trusting)['Parameters']).toEqual(parameter('333333333333'));
  });

  it('carries the same role that is deployed by hand', () => {
    const inner = JSON.parse(stackSet(trusting)['TemplateBody'] as string) as { Resources: object };
    const byHand = trusting.memberRole.toJSON() as { Resources: object };
    expect(Object.values(inner.Resources)).toEqual(Object.values(byHand.Resources));
  });

  it('carries a template that a member account can take: one role, no bootstrap, no analytics', () => {
    const template = JSON.parse(stackSet(app)['TemplateBody'] as string) as { [section: string]: object };
    expect(
      Object.values(template['Resources']!).map((resource) => (resource as { Type: string }).Type),
    ).toEqual(['AWS::IAM::Role']);
    expect(Object.keys(template).sort()).toEqual(['Description', 'Outputs', 'Parameters', 'Resources']);
    expect(JSON.stringify(template)).not.toContain('BootstrapVersion');
  });
});

describe("the template's size", () => {
  it('stays far below what a stack set takes in line', () => {
    const many = Array.from(
      { length: 20 },
      (_, index) => `arn:aws:iam::${111111111111 + index}:role/${'x'.repeat(64)}`,
    );
    const { settings } = readSettings({ ...SETTINGS, trustedPrincipals: many });
    expect(Buffer.byteLength(memberTemplateBody(settings))).toBeLessThan(MAX_TEMPLATE_BYTES / 4);
  });

  it('is an error that names the setting when it outgrows that', () => {
    const { settings } = readSettings(SETTINGS);
    const long = {
      ...settings,
      trustedPrincipals: [`arn:aws:iam::111111111111:role/${'x'.repeat(MAX_TEMPLATE_BYTES)}`],
    };
    expect(() => memberTemplateBody(long)).toThrow(/a StackSet takes 51200\. Shorten trustedPrincipals/);
  });
});
