/** `npm run docs:permissions`: docs/permissions.md, who may do what, read from the synthesized templates. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import {
  memberActions,
  PERMISSION_GROUP_NAMES,
  PERMISSION_GROUPS,
  scanSettingsSchema,
  type MemberAction,
  type PermissionGroup,
} from '../lambda/contract.ts';
import { CATALOGUE } from '../lambda/controls/catalogue.ts';
import type { Control } from '../lambda/controls/types.ts';
import { addStacks } from '../lib/app.ts';
import { publish } from './generated-doc.ts';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource?: unknown;
  Condition?: { [operator: string]: { [key: string]: unknown } };
  Principal?: { [kind: string]: unknown } | string;
}
interface Resource {
  Type: string;
  Properties: { [name: string]: unknown };
}
interface Template {
  Resources: { [logicalId: string]: Resource };
}

/** An organization of documentation: placeholders would put CDK's warning into every run. */
const SETTINGS = {
  organizationId: 'o-a1b2c3d4e5',
  targetOuIds: ['r-ab12'],
  alertAddresses: ['security@example.org'],
};

const DEFAULTS = scanSettingsSchema.parse({}).permissions;
const ALL_ON = Object.fromEntries(PERMISSION_GROUP_NAMES.map((group) => [group, true])) as typeof DEFAULTS;

/** What an action is needed for beside the controls that read it. */
const BESIDE_CONTROLS: { [action in MemberAction]?: string } = {
  'account:ListRegions': 'Which Regions of the account are on',
  'ses:GetEmailIdentity': 'Every identity and the domains of its mail',
  'ses:GetSendStatistics': 'Whether a target is in use: the severity shown of all its findings',
  'ses:ListEmailIdentities': 'Which identities there are',
};

const idle = unneeded();
if (idle.length > 0) {
  console.error(
    `No control reads ${idle.join(', ')}. Name it in a control's \`reads\`, or take it out of lambda/contract.ts.`,
  );
  process.exitCode = 1;
} else {
  await publish('docs/permissions.md', page(synthesize()), 'docs:permissions');
}

function synthesize(): { scanner: Template; memberRole: Template } {
  const outdir = mkdtempSync(join(tmpdir(), 'ses-posture-permissions-'));
  try {
    const file = join(import.meta.dirname, '..', 'cdk.json');
    const { context } = JSON.parse(readFileSync(file, 'utf8')) as { context: { [key: string]: unknown } };
    const app = new App({
      outdir,
      context: { ...context, 'ses-posture': SETTINGS, 'aws:cdk:bundling-stacks': [] },
      builtinCloudFormationValidation: false,
    });
    const { scanner, memberRole } = addStacks(app);
    const assembly = app.synth();
    const template = (name: string): Template => assembly.getStackByName(name).template as Template;
    return { scanner: template(scanner.stackName), memberRole: template(memberRole.stackName) };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function page({ scanner, memberRole }: { scanner: Template; memberRole: Template }): string {
  const role = ofType(memberRole, 'AWS::IAM::Role')[0]![1].Properties;
  const inline = (role['Policies'] as { PolicyDocument: unknown }[]).flatMap((policy) =>
    statements(policy.PolicyDocument),
  );
  return [
    '# Permissions',
    '',
    '<!-- Generated from the synthesized templates by `npm run docs:permissions`. Do not edit. -->',
    '',
    'Everything that ses-posture may do, statement by statement. `${...}` stands for the ARN of a resource of the stack.',
    'No role holds a wildcard action. Where the resource is `*`, AWS defines none for the action, or the scanner lists what it cannot know yet; the reason stands beside the acknowledgement in the code (`lib/`).',
    '',
    '## In each member account: the member role',
    '',
    ...table(inline),
    '',
    '### What each action is for',
    '',
    'An optional group is switched off, or on, under `permissions` of the settings; then the member role has to be deployed again, because the role and the session policy hold exactly what the settings permit. Of a group that is off nothing is called, and a control that cannot do without it says NOT_APPLICABLE `NOT_PERMITTED_BY_SETTINGS`; one that only uses it goes on with what else it reads.',
    '',
    ...memberActionTable(),
    '',
    '### Who may assume it',
    '',
    'Every AssumeRole of the scanner also passes a session policy of just these reads, so that an over-broad role is cut down.',
    '',
    ...table(statements(role['AssumeRolePolicyDocument'])),
    '',
    '## In the scanner account: the roles',
    '',
    ...roles(scanner).flatMap(([name, granted]) => [`### ${name}`, '', ...table(granted), '']),
    '## In the scanner account: resource policies',
    '',
    ...resourcePolicies(scanner).flatMap(([name, granted]) => [`### ${name}`, '', ...table(granted), '']),
  ].join('\n');
}

/** Every action that the settings can permit, those that are off by default as well. */
function memberActionTable(): string[] {
  return [
    '| Action | Group | To switch it off | Needed by |',
    '| --- | --- | --- | --- |',
    ...memberActions(ALL_ON).map((action) => {
      const group = groupOf(action);
      return `| \`${action}\` | ${group ? `\`${group}\`` : 'always'} | ${switchOf(group)} | ${neededBy(action)} |`;
    }),
  ];
}

function groupOf(action: MemberAction): PermissionGroup | undefined {
  return PERMISSION_GROUP_NAMES.find((group) =>
    (PERMISSION_GROUPS[group] as readonly MemberAction[]).includes(action),
  );
}

function switchOf(group: PermissionGroup | undefined): string {
  if (!group) return 'not possible';
  return DEFAULTS[group]
    ? `\`"permissions": { "${group}": false }\``
    : `off unless \`"permissions": { "${group}": true }\``;
}

function neededBy(action: MemberAction): string {
  const group = groupOf(action);
  const controls = Object.values(CATALOGUE).flat() as Control<never>[];
  const readers = controls.filter(({ reads }) => reads?.includes(action));
  const needs = readers.filter(({ permissions }) => !group || permissions?.includes(group));
  const others = readers.filter((control) => !needs.includes(control));
  const used = group ? `${needs.length > 0 ? 'Used, too, by' : 'Used by'} ${usedBy(others, group)}` : '';
  const words = [BESIDE_CONTROLS[action], idsOf(needs), others.length > 0 ? used : ''];
  return words.filter(Boolean).join('. ');
}

function idsOf(controls: readonly Control<never>[]): string {
  return [...new Set(controls.map(({ id }) => id))].sort().join(', ');
}

/** Controls that take what the group tells where they may, and are judged without it, too. */
function usedBy(controls: readonly Control<never>[], group: PermissionGroup): string {
  const actions = PERMISSION_GROUPS[group] as readonly MemberAction[];
  const left = controls.map(({ reads }) =>
    (reads ?? []).filter((action) => !actions.includes(action)).map((action) => `\`${action}\``),
  );
  const alike =
    left.length > 0 &&
    new Set(left.map((reads) => reads.join(' and '))).size === 1 &&
    (left[0]?.length ?? 0) <= 2;
  const by = alike ? left[0]!.join(' and ') || 'DNS alone' : 'the other reads of each';
  return `${idsOf(controls)}; switched off, ${controls.length === 1 ? 'it is' : 'they are'} judged by ${by}`;
}

/** What nothing needs has no place in the member role. */
function unneeded(): MemberAction[] {
  return memberActions(ALL_ON).filter((action) => neededBy(action) === '');
}

/** Each role, named after what runs in it, with all statements of its policies. */
function roles(template: Template): [string, Statement[]][] {
  return ofType(template, 'AWS::IAM::Role').map(([id, { Properties }]) => {
    const granted = ofType(template, 'AWS::IAM::Policy')
      .filter(([, policy]) => JSON.stringify(policy.Properties['Roles']).includes(`"${id}"`))
      .flatMap(([, policy]) => statements(policy.Properties['PolicyDocument']));
    const runs = ofType(template, 'AWS::Lambda::Function')
      .filter(([, lambda]) => JSON.stringify(lambda.Properties['Role']).includes(`"${id}"`))
      .map(([, lambda]) => `\`${String(lambda.Properties['FunctionName'])}\``);
    return [
      runs.join(' and ') || String(Properties['Description'] ?? 'The state machine').replace(/\.$/, ''),
      granted,
    ];
  });
}

function resourcePolicies(template: Template): [string, Statement[]][] {
  const documents: [string, string][] = [
    ['AWS::KMS::Key', 'KeyPolicy'],
    ['AWS::SNS::TopicPolicy', 'PolicyDocument'],
    ['AWS::SQS::QueuePolicy', 'PolicyDocument'],
    ['AWS::S3::BucketPolicy', 'PolicyDocument'],
  ];
  return documents.flatMap(([type, property]) =>
    ofType(template, type).map(
      ([id, { Properties }]) =>
        [`${withoutHash(id)} (${type})`, statements(Properties[property])] as [string, Statement[]],
    ),
  );
}

function table(granted: Statement[]): string[] {
  const cell = (value: unknown): string =>
    list(value)
      .map((item) => `\`${asText(item)}\``)
      .join('<br>');
  return [
    '| Effect | Who | Actions | Resources | Conditions |',
    '| --- | --- | --- | --- | --- |',
    ...granted.map((statement) => {
      const who =
        typeof statement.Principal === 'object'
          ? Object.values(statement.Principal).flatMap(list)
          : statement.Principal;
      return `| ${statement.Effect} | ${who === undefined ? '' : cell(who)} | ${cell(statement.Action)} | ${statement.Resource === undefined ? '' : cell(statement.Resource)} | ${conditions(statement)} |`;
    }),
  ];
}

function conditions({ Condition = {} }: Statement): string {
  return Object.entries(Condition)
    .flatMap(([operator, tests]) =>
      Object.entries(tests).map(
        ([key, value]) =>
          `${operator} \`${key}\` = ${list(value)
            .map((item) => `\`${asText(item)}\``)
            .join(' or ')}`,
      ),
    )
    .join('<br>');
}

function statements(document: unknown): Statement[] {
  return (document as { Statement: Statement[] }).Statement;
}

function ofType(template: Template, type: string): [string, Resource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** `StorageTableB43FDCE7` to `StorageTable`. */
function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}

/** A CloudFormation value as readable text. */
function asText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[intrinsic, argument] = ['', '']] = Object.entries(value as { [intrinsic: string]: unknown });
  if (intrinsic === 'Fn::Join') return (argument as [string, unknown[]])[1].map(asText).join('');
  if (intrinsic === 'Ref') return `\${${withoutHash(String(argument))}}`;
  if (intrinsic === 'Fn::GetAtt') return `\${${withoutHash((argument as [string, string])[0])}}`;
  // The name of the state machine, taken out of its ARN.
  if (intrinsic === 'Fn::Select') return '${name}';
  return JSON.stringify(value);
}
