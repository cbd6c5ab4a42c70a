/** Makes a deployment with placeholder settings impossible while `cdk synth` keeps working. */
import { Annotations, CfnParameter, CfnRule, Fn, type Stack } from 'aws-cdk-lib';

/**
 * Warns at synth and makes CloudFormation refuse the stack.
 *
 * A synth cannot know whether a deployment follows, so the refusal has to travel in the template: a rule (the template's
 * `Rules` section) is evaluated by CloudFormation when the change set is made, before any resource is touched. The rule
 * demands a value that its parameter cannot have (the one allowed value is the list of unset keys), so no
 * `--parameters` on the command line gets around it; setting the keys removes both from the template.
 */
export function refuseDeploymentWithPlaceholders(stack: Stack, placeholders: readonly string[]): void {
  if (placeholders.length === 0) return;
  const unset = placeholders.join(', ');
  const remedy = `Set ${unset} under the context key ses-posture in cdk.json (docs/deployment.md, "Settings").`;
  Annotations.of(stack).addWarningV2(
    'ses-posture:placeholders',
    `${unset}: not set, so placeholders are in the template and CloudFormation will refuse to deploy it. ${remedy}`,
  );
  const parameter = new CfnParameter(stack, 'UnsetSettings', {
    type: 'String',
    default: unset,
    allowedValues: [unset],
    description: 'Settings that still hold placeholders.',
  });
  new CfnRule(stack, 'SettingsAreComplete', {
    assertions: [{ assert: Fn.conditionEquals(parameter.valueAsString, 'none'), assertDescription: remedy }],
  });
}
