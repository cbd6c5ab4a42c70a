import { beforeAll, describe, expect, it } from 'vitest';
import { SCANNER_ROLE_NAME } from '../../lambda/contract.ts';
import { FUNCTIONS, type HandlerName } from '../../lib/functions.ts';
import {
  asText,
  COMPLETE_SETTINGS,
  resourcesOf,
  type Statement,
  synthesize,
  type Synthesized,
} from './synthesized.ts';

let app: Synthesized;
beforeAll(() => {
  app = synthesize({ ...COMPLETE_SETTINGS, memberRoleName: 'custom-member' });
});

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** Every statement of the policies attached to the role with this logical id, resources as text without CDK's hashes. */
function statementsOfRole(roleId: string): Statement[] {
  return Object.values(resourcesOf(app.scanner, 'AWS::IAM::Policy'))
    .filter(({ Properties }) => JSON.stringify(Properties['Roles']).includes(`"${roleId}"`))
    .flatMap(({ Properties }) => (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement)
    .map((statement) => asText(statement) as Statement);
}

function roleOf(handler: HandlerName): string {
  const lambda = Object.values(resourcesOf(app.scanner, 'AWS::Lambda::Function')).find(
    ({ Properties }) => Properties['FunctionName'] === `ses-posture-${handler}`,
  )!;
  return (lambda.Properties['Role'] as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'][0];
}

/** `action resource` pairs of a function's own permissions; logs and traces, which all have alike, are left out. */
function grantsOf(handler: HandlerName): string[] {
  return statementsOfRole(roleOf(handler))
    .filter(({ Action }) => !list(Action).some((action) => /^(logs|xray):/.test(action)))
    .flatMap(({ Action, Resource, Effect }) =>
      list(Action).flatMap((action) =>
        list(Resource).map((resource) => `${Effect} ${action} ${shorten(String(resource))}`),
      ),
    )
    .sort();
}

/** `${StorageTableB43FDCE7.Arn}` to `${StorageTable}`. */
function shorten(resource: string): string {
  return resource.replace(/\$\{([A-Za-z]+?)[0-9A-F]{8}(\.Arn)?\}/g, '${$1}');
}

const table = (...actions: string[]): string[] =>
  actions.map((action) => `Allow dynamodb:${action} \${StorageTable}`);
const READ = table('GetItem', 'Query');
const READ_WRITE = [...READ, ...table('PutItem', 'UpdateItem')];
const READ_WRITE_DELETE = [...READ_WRITE, ...table('DeleteItem')];
const SCANNER = [
  ...READ_WRITE_DELETE,
  'Allow sts:AssumeRole arn:${AWS::Partition}:iam::*:role/custom-member',
];
const DEAD_LETTERS = 'Allow sqs:SendMessage ${DeadLettersQueue}';

describe('what each function may do', () => {
  it.each<[HandlerName, string[]]>([
    [
      'list-accounts',
      [
        ...READ_WRITE,
        'Allow organizations:DescribeOrganization *',
        'Allow organizations:ListAccounts *',
        'Allow organizations:ListAccountsForParent *',
        'Allow organizations:ListOrganizationalUnitsForParent *',
        'Allow organizations:ListRoots *',
        'Allow ssm:GetParametersByPath arn:${AWS::Partition}:ssm:*::parameter/aws/service/global-infrastructure/services/ses/regions',
      ],
    ],
    ['survey-account', SCANNER],
    ['scan-region', SCANNER],
    ['judge-domains', READ_WRITE_DELETE],
    [
      'conclude-scan',
      [
        ...READ_WRITE_DELETE,
        'Allow sns:Publish ${TopicsFindings}',
        'Allow kms:Decrypt ${TopicsKey}',
        'Allow kms:GenerateDataKey ${TopicsKey}',
      ],
    ],
    [
      'write-report',
      [
        ...READ,
        'Allow s3:PutObject ${StorageReports}/reports/*',
        'Allow s3:PutObject ${StorageReports}/exports/*',
        'Allow s3:ListBucket ${StorageReports}',
      ],
    ],
    ['record-failure', [...READ_WRITE, DEAD_LETTERS]],
    [
      'watch-scans',
      [
        ...READ,
        DEAD_LETTERS,
        'Allow sns:ListSubscriptionsByTopic ${TopicsFindings}',
        'Allow sns:ListSubscriptionsByTopic ${TopicsOperations}',
      ],
    ],
  ])('%s', (handler, expected) => {
    expect(grantsOf(handler)).toEqual([...expected].sort());
  });

  it('is logging to its own groups and tracing, besides', () => {
    for (const handler of Object.keys(FUNCTIONS) as HandlerName[]) {
      const common = statementsOfRole(roleOf(handler)).filter(({ Action }) =>
        list(Action).some((action) => /^(logs|xray):/.test(action)),
      );
      expect(common.map(({ Action }) => Action)).toEqual([
        ['logs:CreateLogStream', 'logs:PutLogEvents'],
        ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
      ]);
      expect(JSON.stringify(common[0]!.Resource)).not.toContain('*');
    }
  });
});

describe('the scanner role', () => {
  it('has the fixed name that members trust, and is shared by SurveyAccount and ScanRegion alone', () => {
    const holders = (Object.keys(FUNCTIONS) as HandlerName[]).filter(
      (handler) => roleOf(handler) === roleOf('scan-region'),
    );
    expect(holders).toEqual(['survey-account', 'scan-region']);
    const role = resourcesOf(app.scanner, 'AWS::IAM::Role')[roleOf('scan-region')]!;
    expect(role.Properties['RoleName']).toBe(SCANNER_ROLE_NAME);
  });

  it('is the only role that may assume another', () => {
    const assuming = Object.entries(resourcesOf(app.scanner, 'AWS::IAM::Policy')).filter(([, policy]) =>
      JSON.stringify(policy.Properties['PolicyDocument']).includes('sts:AssumeRole'),
    );
    expect(assuming).toHaveLength(1);
  });
});

describe('all identity policies', () => {
  it('hold no wildcard action, no Deny that hides one, and no managed policy', () => {
    for (const { Properties } of Object.values(resourcesOf(app.scanner, 'AWS::IAM::Policy'))) {
      const { Statement } = Properties['PolicyDocument'] as { Statement: Statement[] };
      for (const { Action, Effect } of Statement) {
        expect(Effect).toBe('Allow');
        expect(list(Action).filter((action) => action.includes('*'))).toEqual([]);
      }
    }
    for (const role of Object.values(resourcesOf(app.scanner, 'AWS::IAM::Role'))) {
      expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
      expect(role.Properties).not.toHaveProperty('Policies');
    }
  });

  it('are assumed by the services that run them, schedules for this account only', () => {
    const trusts = Object.values(resourcesOf(app.scanner, 'AWS::IAM::Role')).flatMap(
      ({ Properties }) => (Properties['AssumeRolePolicyDocument'] as { Statement: Statement[] }).Statement,
    );
    const services = trusts.map(({ Principal }) => (Principal as { Service: string }).Service);
    expect(new Set(services)).toEqual(
      new Set(['lambda.amazonaws.com', 'states.amazonaws.com', 'scheduler.amazonaws.com']),
    );
    const confusable = trusts.filter(
      ({ Principal }) => (Principal as { Service: string }).Service !== 'lambda.amazonaws.com',
    );
    for (const trust of confusable) expect(JSON.stringify(trust.Condition)).toContain('aws:SourceAccount');
  });
});
