/** Acknowledgements of cdk-nag's findings: each with the id of one finding and its reason. */
import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The finding "a statement of this policy names every resource". */
export const ANY_RESOURCE = 'AwsSolutions-IAM5[Resource::*]';

/** @param reasons by finding id, such as `AwsSolutions-IAM5[Resource::*]`; they hold for the construct and all beneath it. */
export function acknowledge(construct: IConstruct, reasons: { [findingId: string]: string }): void {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(construct).acknowledge({ id, reason });
}

/** The finding "a statement names everything under this resource's ARN". */
export function everythingUnder(construct: IConstruct, suffix: string): string {
  const element = (construct.node.defaultChild ?? construct) as CfnElement;
  const logicalId = Stack.of(construct).resolve(element.logicalId) as string;
  return `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>${suffix}]`;
}
