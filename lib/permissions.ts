/** Who may do what: every permission of every Lambda, as data. docs/permissions.md is generated from what this makes. */
import { Aws } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { HandlerName, ScanFunctions } from './functions.ts';
import { acknowledge, ANY_RESOURCE, everythingUnder } from './nag.ts';
import type { Settings } from './settings.ts';

export interface GrantedResources {
  settings: Settings;
  table: ITable;
  reportBucket: IBucket;
  findingsTopic: ITopic;
  operationsTopic: ITopic;
  topicKey: IKey;
}

/** Prefixes of everything that WriteReport puts into the bucket: the pages, and the SQL export. */
export const REPORT_PREFIX = 'reports/';
export const EXPORT_PREFIX = 'exports/';

const READ_ITEMS = ['dynamodb:GetItem', 'dynamodb:Query'];
const WRITE_ITEMS = ['dynamodb:PutItem', 'dynamodb:UpdateItem'];
const DELETE_ITEMS = ['dynamodb:DeleteItem'];

/** What each handler does with the table. Nobody scans it; only those who release dependents, passes or the outbox delete. */
const TABLE_ACTIONS: Record<HandlerName, string[]> = {
  'list-accounts': [...READ_ITEMS, ...WRITE_ITEMS],
  'survey-account': [...READ_ITEMS, ...WRITE_ITEMS, ...DELETE_ITEMS], // deletes nothing, but shares its role with the next
  'scan-region': [...READ_ITEMS, ...WRITE_ITEMS, ...DELETE_ITEMS],
  'record-failure': [...READ_ITEMS, ...WRITE_ITEMS],
  'judge-domains': [...READ_ITEMS, ...WRITE_ITEMS, ...DELETE_ITEMS],
  'conclude-scan': [...READ_ITEMS, ...WRITE_ITEMS, ...DELETE_ITEMS],
  'write-report': READ_ITEMS,
  'watch-scans': READ_ITEMS,
};

/** Reading the organization. These actions know no resource but the organization itself, and ListRoots not even that. */
const ORGANIZATION_READS = [
  'organizations:DescribeOrganization',
  'organizations:ListAccounts',
  'organizations:ListAccountsForParent',
  'organizations:ListOrganizationalUnitsForParent',
  'organizations:ListRoots',
];

const SES_REGIONS_PARAMETER = 'parameter/aws/service/global-infrastructure/services/ses/regions';

/** Grants each function its own statements, and nothing else. */
export function grantPermissions(functions: ScanFunctions, resources: GrantedResources): void {
  const extra = extraStatements(resources);
  for (const [name, lambda] of Object.entries(functions.byName) as [
    HandlerName,
    ScanFunctions['byName'][HandlerName],
  ][]) {
    const table = statement('Table', TABLE_ACTIONS[name], resources.table.tableArn);
    for (const granted of [table, ...(extra[name] ?? [])]) lambda.addToRolePolicy(granted);
  }
  acknowledgeWildcards(functions, resources);
}

function extraStatements(resources: GrantedResources): Partial<Record<HandlerName, PolicyStatement[]>> {
  const { settings, reportBucket, findingsTopic, operationsTopic, topicKey } = resources;
  const parameter = `arn:${Aws.PARTITION}:ssm:*::${SES_REGIONS_PARAMETER}`;
  const assume = statement('MemberRole', ['sts:AssumeRole'], memberRoleArns(settings));
  return {
    'list-accounts': [
      statement('Organization', ORGANIZATION_READS, '*'),
      statement('SesRegions', ['ssm:GetParametersByPath'], parameter),
    ],
    // Both in the shared role, which so holds the statement once: identical statements are merged at synth.
    'survey-account': [assume],
    'scan-region': [assume],
    'conclude-scan': [
      statement('Digest', ['sns:Publish'], findingsTopic.topicArn),
      statement('DigestKey', ['kms:Decrypt', 'kms:GenerateDataKey'], topicKey.keyArn),
    ],
    'write-report': [
      statement(
        'Report',
        ['s3:PutObject'],
        reportBucket.arnForObjects(`${REPORT_PREFIX}*`),
        reportBucket.arnForObjects(`${EXPORT_PREFIX}*`),
      ),
      listExports(reportBucket),
    ],
    'watch-scans': [
      statement(
        'Subscriptions',
        ['sns:ListSubscriptionsByTopic'],
        findingsTopic.topicArn,
        operationsTopic.topicArn,
      ),
    ],
  };
}

/** A scan exported once more empties the parts that it no longer needs, so it has to learn of them. */
function listExports(reportBucket: IBucket): PolicyStatement {
  const statement = new PolicyStatement({
    sid: 'OwnExports',
    actions: ['s3:ListBucket'],
    resources: [reportBucket.bucketArn],
  });
  statement.addCondition('StringLike', { 's3:prefix': `${EXPORT_PREFIX}*` });
  return statement;
}

/** The member role in every account: the accounts are not known before the organization is read. */
function memberRoleArns(settings: Settings): string {
  return `arn:${Aws.PARTITION}:iam::*:role/${settings.memberRoleName}`;
}

function acknowledgeWildcards(functions: ScanFunctions, { settings, reportBucket }: GrantedResources): void {
  acknowledge(functions.byName['write-report'].role!, {
    [everythingUnder(reportBucket, `/${REPORT_PREFIX}*`)]:
      'Every scan writes a report under a name of its own.',
    [everythingUnder(reportBucket, `/${EXPORT_PREFIX}*`)]:
      'Every scan exports its findings under names of its own.',
  });
  acknowledge(functions.scannerRole, {
    [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:iam::*:role/${settings.memberRoleName}]`]:
      'One role name in every account of the organization; the member roles decide by organization, external id and exact principal.',
  });
  acknowledge(functions.byName['list-accounts'].role!, {
    [ANY_RESOURCE]:
      'Listing an organization names no resource: AWS defines none for ListAccounts, ListRoots and DescribeOrganization. X-Ray likewise.',
    [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:*::${SES_REGIONS_PARAMETER}]`]:
      'AWS serves its public parameters in some Regions only, so another Region is asked when the first does not know it.',
  });
}

function statement(sid: string, actions: string[], ...resources: string[]): PolicyStatement {
  return new PolicyStatement({ sid, actions, resources });
}
