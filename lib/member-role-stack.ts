/**
 * The role that lets the scanner read SES in one account. The StackSet puts it into every account of the organization;
 * where a StackSet does not reach (the management account) this stack is deployed by hand.
 */
import { Aws, CfnOutput, CfnParameter, DefaultStackSynthesizer, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AccountPrincipal,
  PolicyDocument,
  PolicyStatement,
  PrincipalWithConditions,
  Role,
} from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { memberActions, SCANNER_ROLE_NAME } from '../lambda/contract.ts';
import { acknowledge, ANY_RESOURCE } from './nag.ts';
import type { Settings } from './settings.ts';

/** Parameter of the template: the StackSet fills it in, `cdk deploy --parameters` does by hand. */
export const SCANNER_ACCOUNT_PARAMETER = 'ScannerAccountId';

export interface MemberRoleStackProps extends StackProps {
  settings: Settings;
}

export class MemberRoleStack extends Stack {
  constructor(scope: Construct, id: string, props: MemberRoleStackProps) {
    // Without CDK's bootstrap rule: a member account is not bootstrapped, and the template holds no asset that would need it.
    super(scope, id, {
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
      ...props,
    });
    const { settings } = props;
    const scannerAccountId = new CfnParameter(this, SCANNER_ACCOUNT_PARAMETER, {
      description: 'The 12-digit id of the account that the scanner stack is deployed to.',
      allowedPattern: '^[0-9]{12}$',
      constraintDescription: 'must be a 12-digit account id',
      ...(settings.scannerAccountId ? { default: settings.scannerAccountId } : {}),
    }).valueAsString;
    const role = new Role(this, 'MemberRole', {
      roleName: settings.memberRoleName,
      description: 'Lets the ses-posture scanner read the SES identities of this account. Reads only.',
      assumedBy: scannerPrincipal(scannerAccountId, settings),
      inlinePolicies: { 'read-ses': readSes(settings) },
    });
    if (settings.trustedPrincipals.length > 0) role.assumeRolePolicy?.addStatements(trustOperators(settings));
    acknowledge(role, {
      [ANY_RESOURCE]:
        'The scanner lists what it does not know yet: every SES identity and configuration set, and the Regions of the account. All actions are reads.',
    });
    new CfnOutput(this, 'MemberRoleArn', { value: role.roleArn });
  }
}

/**
 * The scanner's one role. The account is the principal, not the role: a role named as principal becomes a dead id when
 * it is deleted, and every member would have to be deployed again. The condition names the role all the same.
 */
function scannerPrincipal(accountId: string, settings: Settings): PrincipalWithConditions {
  return new PrincipalWithConditions(new AccountPrincipal(accountId), {
    ArnEquals: { 'aws:PrincipalArn': `arn:${Aws.PARTITION}:iam::${accountId}:role/${SCANNER_ROLE_NAME}` },
    StringEquals: callerConditions(settings),
  });
}

/** People who scan from a laptop: ArnLike, because the names of SSO roles end in a random suffix. */
function trustOperators(settings: Settings): PolicyStatement {
  const accountIds = new Set(settings.trustedPrincipals.map((arn) => arn.split(':')[4]));
  return new PolicyStatement({
    sid: 'Operators',
    actions: ['sts:AssumeRole'],
    principals: [...accountIds].map((accountId) => new AccountPrincipal(accountId)),
    conditions: {
      ArnLike: { 'aws:PrincipalArn': settings.trustedPrincipals },
      StringEquals: callerConditions(settings),
    },
  });
}

function callerConditions(settings: Settings): { [key: string]: string } {
  return { 'sts:ExternalId': settings.externalId, 'aws:PrincipalOrgID': settings.organizationId };
}

function readSes({ permissions }: Settings): PolicyDocument {
  return new PolicyDocument({
    statements: [
      new PolicyStatement({ sid: 'ReadSes', actions: memberActions(permissions), resources: ['*'] }),
    ],
  });
}
