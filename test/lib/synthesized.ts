/** The app, synthesized once for a test file: without bundling and without cdk-nag (app.test.ts has it). */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { addStacks, type SesPostureStacks } from '../../lib/app.ts';

/** What a deployment needs, and nothing else. */
export const COMPLETE_SETTINGS = {
  organizationId: 'o-a1b2c3d4e5',
  targetOuIds: ['r-ab12'],
  alertAddresses: { findings: ['mail-team@example.com'], operations: ['on-call@example.com'] },
};

/** app.test.ts synthesizes once with the built-in validation, which is slow. */
const QUICK = { analyticsReporting: false, builtinCloudFormationValidation: false };

export interface Synthesized {
  stacks: SesPostureStacks;
  scanner: Template;
  memberRole: Template;
  memberRoleStackSet: Template;
  /** Messages of the synth, by stack. */
  warnings: { [stackName: string]: string[] };
}

/** cdk.json's own context, without bundling: it takes seconds and changes nothing but hashes. */
export function appContext(settings: unknown): { [key: string]: unknown } {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: { [key: string]: unknown } };
  return { ...context, 'ses-posture': settings, 'aws:cdk:bundling-stacks': [] };
}

export function synthesize(settings: unknown = COMPLETE_SETTINGS): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), 'ses-posture-test-'));
  try {
    const app = new App({ outdir, context: appContext(settings), ...QUICK });
    const stacks = addStacks(app);
    const messages = app
      .synth()
      .stacks.map(({ stackName, messages: all }) => [stackName, all.map(({ entry }) => String(entry.data))]);
    return {
      stacks,
      warnings: Object.fromEntries(messages) as Synthesized['warnings'],
      scanner: Template.fromStack(stacks.scanner),
      memberRole: Template.fromStack(stacks.memberRole),
      memberRoleStackSet: Template.fromStack(stacks.memberRoleStackSet),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

export interface Resource {
  Type: string;
  Properties: { [name: string]: unknown };
  DeletionPolicy?: string;
}

/** Resources of a type, by logical id. */
export function resourcesOf(template: Template, type: string): { [logicalId: string]: Resource } {
  return template.findResources(type) as { [logicalId: string]: Resource };
}

/** The one resource of a type. */
export function theOnly(template: Template, type: string): Resource {
  const found = Object.values(resourcesOf(template, type));
  if (found.length !== 1) throw new Error(`${found.length} resources of type ${type}`);
  return found[0]!;
}

export interface Statement {
  Sid?: string;
  Effect: string;
  Action: string | string[];
  Resource?: unknown;
  Principal?: unknown;
  Condition?: unknown;
}

/**
 * A CloudFormation value as readable text: `Fn::Join` joined, references as `${...}`, so that an expected policy reads
 * like the policy.
 */
export function asText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asText);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as { [key: string]: unknown });
  const [name, argument] = entries[0] ?? [];
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map(asText).join('');
  if (name === 'Ref') return `\${${String(argument)}}`;
  if (name === 'Fn::GetAtt') return `\${${(argument as string[]).join('.')}}`;
  return Object.fromEntries(entries.map(([key, inner]) => [key, asText(inner)]));
}
