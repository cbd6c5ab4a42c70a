/** The StackSet that puts the member role into every account of the target units, now and when accounts join. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Aws, CfnOutput, CfnStackSet, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { MemberRoleStack, SCANNER_ACCOUNT_PARAMETER } from './member-role-stack.ts';
import type { Settings } from './settings.ts';

/** What CloudFormation takes as TemplateBody, in bytes. */
export const MAX_TEMPLATE_BYTES = 51_200;

export interface MemberRoleStackSetStackProps extends StackProps {
  settings: Settings;
}

export class MemberRoleStackSetStack extends Stack {
  constructor(scope: Construct, id: string, props: MemberRoleStackSetStackProps) {
    super(scope, id, props);
    const { settings } = props;
    const stackSet = new CfnStackSet(this, 'StackSet', {
      stackSetName: 'ses-posture-member-role',
      description: 'The role through which ses-posture reads SES in each account.',
      permissionModel: 'SERVICE_MANAGED',
      callAs: settings.callAs,
      capabilities: ['CAPABILITY_NAMED_IAM'],
      templateBody: memberTemplateBody(settings),
      parameters: [
        {
          parameterKey: SCANNER_ACCOUNT_PARAMETER,
          parameterValue: settings.scannerAccountId ?? Aws.ACCOUNT_ID,
        },
      ],
      // An account that leaves takes no role of ours with it.
      autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
      managedExecution: { Active: true },
      operationPreferences: {
        // One account that refuses (an SCP, a role of that name) must not stop the others; the scan reports it as ROLE_MISSING.
        failureTolerancePercentage: 100,
        maxConcurrentPercentage: 100,
        regionConcurrencyType: 'PARALLEL',
      },
      stackInstancesGroup: [
        // IAM is global: one Region is enough, and the scanner's own is one that the organization allows.
        { deploymentTargets: { organizationalUnitIds: settings.targetOuIds }, regions: [this.region] },
      ],
    });
    new CfnOutput(this, 'StackSetId', { value: stackSet.attrStackSetId });
  }
}

/**
 * The member role's template as one string, without CDK's analytics resource.
 * @throws Error when it outgrows what a StackSet takes in line.
 */
export function memberTemplateBody(settings: Settings): string {
  const outdir = mkdtempSync(join(tmpdir(), 'ses-posture-member-'));
  try {
    // Validated as the stack that is deployed by hand, which is the same.
    const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false });
    const stack = new MemberRoleStack(app, 'MemberRole', {
      settings,
      description: 'ses-posture: lets the scanner read the SES identities of this account.',
    });
    const body = JSON.stringify(app.synth().getStackByName(stack.stackName).template);
    if (Buffer.byteLength(body) > MAX_TEMPLATE_BYTES) {
      throw new Error(
        `The template of the member role has ${Buffer.byteLength(body)} bytes, a StackSet takes ${MAX_TEMPLATE_BYTES}. Shorten trustedPrincipals in cdk.json.`,
      );
    }
    return body;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
