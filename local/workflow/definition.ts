/** The synthesized state machine, for engines that run on a laptop: no second copy of the workflow exists. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { NAME_PREFIX } from '../../lib/functions.ts';
import { ScannerStack } from '../../lib/scanner-stack.ts';
import { readSettings } from '../../lib/settings.ts';

/** A state of the Amazon States Language, as far as this project reads it. */
export interface StateDefinition {
  Type: string;
  Resource?: string;
  Comment?: string;
  Next?: string;
  Default?: string;
  End?: boolean;
  Choices?: { Next: string; [key: string]: unknown }[];
  Catch?: { ErrorEquals: string[]; Next: string; ResultPath?: string }[];
  Retry?: { ErrorEquals: string[]; [key: string]: unknown }[];
  ItemProcessor?: FlowDefinition & { ProcessorConfig?: { Mode: string; ExecutionType?: string } };
  [key: string]: unknown;
}

/** A machine, or the inside of a Map. */
export interface FlowDefinition {
  StartAt: string;
  States: { [name: string]: StateDefinition };
}

export interface ScanWorkflowDefinition {
  /** Amazon States Language. Task resources are placeholder ARNs that end in the name of the handler's file. */
  definition: FlowDefinition & { Comment?: string; TimeoutSeconds?: number };
  /** `arn:aws:lambda:us-east-1:111111111111:function:list-accounts` to `list-accounts`. Throws for a resource that is no such ARN. */
  functionOf: (stateResource: string) => string;
}

const FUNCTION_ARN_PREFIX = 'arn:aws:lambda:us-east-1:111111111111:function:';

interface Template {
  Resources: { [logicalId: string]: { Type: string; Properties: { [name: string]: unknown } } };
}

/**
 * Synthesizes the scanner stack in process (no bundling, no network, no credentials; about a second) and takes the
 * definition out of its template.
 * @param settings the operator's settings, as in cdk.json; the defaults unless given.
 */
export function synthesizeScanWorkflow(settings: unknown = {}): Promise<ScanWorkflowDefinition> {
  const template = synthesizeTemplate(settings);
  const machine = Object.values(template.Resources).find(
    ({ Type }) => Type === 'AWS::StepFunctions::StateMachine',
  );
  if (!machine)
    throw new Error('The scanner stack holds no state machine; lib/scanner-stack.ts has to make one.');
  const text = resolveText(machine.Properties['DefinitionString'], template);
  return Promise.resolve({
    definition: JSON.parse(text) as ScanWorkflowDefinition['definition'],
    functionOf: handlerOfArn,
  });
}

function synthesizeTemplate(settings: unknown): Template {
  const outdir = mkdtempSync(join(tmpdir(), 'ses-posture-workflow-'));
  try {
    const context = { 'aws:cdk:bundling-stacks': [], ...recommendedFlags() };
    // The deployment's own synth validates the template; here it would only take time.
    const app = new App({
      outdir,
      context,
      analyticsReporting: false,
      builtinCloudFormationValidation: false,
    });
    const stack = new ScannerStack(app, 'ses-posture-scanner', { settings: readSettings(settings).settings });
    return app.synth().getStackByName(stack.stackName).template as Template;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The feature flags of cdk.json: with others, CDK might write the definition differently from what is deployed. */
function recommendedFlags(): { [flag: string]: unknown } {
  const file = join(import.meta.dirname, '..', '..', 'cdk.json');
  const { context } = JSON.parse(readFileSync(file, 'utf8')) as { context: { [key: string]: unknown } };
  return Object.fromEntries(Object.entries(context).filter(([key]) => key.startsWith('@aws-cdk')));
}

/** Evaluates what CloudFormation would: `Fn::Join`, the partition, and references to the stack's own functions. */
function resolveText(value: unknown, template: Template): string {
  if (typeof value === 'string') return value;
  const [[intrinsic, argument] = []] = Object.entries(value as { [intrinsic: string]: unknown });
  if (intrinsic === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map((part) => resolveText(part, template)).join(separator);
  }
  if (intrinsic === 'Ref' && argument === 'AWS::Partition') return 'aws';
  if (intrinsic === 'Fn::GetAtt') {
    const [logicalId, attribute] = argument as [string, string];
    const resource = template.Resources[logicalId];
    const name = resource?.Properties['FunctionName'];
    if (attribute === 'Arn' && typeof name === 'string')
      return FUNCTION_ARN_PREFIX + name.slice(NAME_PREFIX.length + 1);
  }
  throw new Error(
    `The definition holds ${JSON.stringify(value)}, which has no meaning outside AWS. Teach local/workflow/definition.ts to resolve it.`,
  );
}

function handlerOfArn(stateResource: string): string {
  if (stateResource.startsWith(FUNCTION_ARN_PREFIX)) return stateResource.slice(FUNCTION_ARN_PREFIX.length);
  throw new Error(`${stateResource} names no function of the synthesized workflow.`);
}
