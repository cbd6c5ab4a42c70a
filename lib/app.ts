/** Puts the three stacks together, and cdk-nag over them. */
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { MemberRoleStack } from './member-role-stack.ts';
import { MemberRoleStackSetStack } from './member-role-stack-set-stack.ts';
import { refuseDeploymentWithPlaceholders } from './placeholders.ts';
import { ScannerStack } from './scanner-stack.ts';
import { readSettings, SETTINGS_CONTEXT_KEY, type ReadOptions } from './settings.ts';

export interface SesPostureStacks {
  scanner: ScannerStack;
  memberRole: MemberRoleStack;
  memberRoleStackSet: MemberRoleStackSetStack;
}

/**
 * Fills the app from its context.
 * @throws SettingsError when the settings cannot be used.
 */
export function addStacks(app: App, options: ReadOptions = {}): SesPostureStacks {
  const context: unknown = app.node.tryGetContext(SETTINGS_CONTEXT_KEY);
  const { settings, placeholders } = readSettings(context, options);
  const stacks: SesPostureStacks = {
    scanner: new ScannerStack(app, 'ses-posture-scanner', {
      settings,
      description:
        'ses-posture: scans the SES identities of the organization every week and mails what regressed.',
      // Deployed by mistake from another account, the scanner would be trusted by nobody: let the CLI refuse.
      ...(settings.scannerAccountId ? { env: { account: settings.scannerAccountId } } : {}),
    }),
    memberRole: new MemberRoleStack(app, 'ses-posture-member-role', {
      settings,
      description: 'ses-posture: the member role, by hand, for an account that the StackSet does not reach.',
    }),
    memberRoleStackSet: new MemberRoleStackSetStack(app, 'ses-posture-member-role-stack-set', {
      settings,
      description: 'ses-posture: puts the member role into every account of the organization.',
    }),
  };
  for (const stack of Object.values(stacks)) refuseDeploymentWithPlaceholders(stack, placeholders);
  return stacks;
}

/** Makes `app.synth()` fail on every finding of the AwsSolutions pack that is not acknowledged where it arises. */
export function checkWithNag(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
