/**
 * The stand-ins as clients of other makers see them: the AWS CLI and boto3, where they are installed. The calls are few,
 * and cover every service; their own paginators follow the tokens.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTable, type Table } from '../../local/table/table.ts';
import { type Sandbox, startSandbox } from './harness.ts';
import {
  EXTERNAL_ID,
  makeWorld,
  MANAGEMENT,
  managementKeys,
  MEMBER,
  MEMBER_ROLE_ARN,
  SCANNER_ROLE_ARN,
} from './world.ts';

const run = promisify(execFile);
const has = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { timeout: 20_000 }).status === 0;
const hasCli = has('aws', '--version');
const hasBoto3 = has('python3', '-c', 'import boto3');
if (!hasCli) console.warn('Skipped: the AWS CLI is not on the PATH.');
if (!hasBoto3) console.warn('Skipped: python3 with boto3 is not on the PATH.');

let sandbox: Sandbox;
let table: Table;
let environment: Record<string, string>;

beforeAll(async () => {
  table = await startTable();
  const functions = {
    double: async (event: unknown): Promise<unknown> =>
      Promise.resolve({ doubled: Number((event as { n: number }).n) * 2 }),
    fails: async (): Promise<unknown> => Promise.reject(new TypeError('No such thing.')),
  };
  sandbox = await startSandbox({ table, functions });
  environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: sandbox.folder,
    AWS_ENDPOINT_URL: sandbox.gateway.url,
    AWS_ACCESS_KEY_ID: managementKeys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: managementKeys.secretAccessKey,
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_MAX_ATTEMPTS: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
  };
  await new DynamoDBClient(sandbox.config()).send(
    new CreateTableCommand({
      TableName: 'posture',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    }),
  );
});
afterAll(async () => {
  await sandbox.close();
  await table.close();
});

async function aws(command: string, extra: string[] = [], env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await run('aws', [...command.split(' '), ...extra], {
    env: { ...environment, ...env },
    timeout: 30_000,
  });
  return stdout;
}
async function awsJson<T>(
  command: string,
  extra: string[] = [],
  env: Record<string, string> = {},
): Promise<T> {
  return JSON.parse(await aws(`${command} --output json`, extra, env)) as T;
}

describe.skipIf(!hasCli)('The AWS CLI', () => {
  it('lists all accounts of the organization', async () => {
    const { Accounts } = await awsJson<{ Accounts: { Id: string; State: string }[] }>(
      'organizations list-accounts',
    );
    expect(Accounts.map(({ Id }) => Id)).toEqual(makeWorld().accounts.map(({ id }) => id));
    expect(Accounts[2]).toMatchObject({ State: 'SUSPENDED' });
  });

  it('assumes roles, and reads the member’s SES with the session', async () => {
    type Issued = { Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string } };
    const environmentOf = ({ Credentials: c }: Issued): Record<string, string> => ({
      AWS_ACCESS_KEY_ID: c.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: c.SecretAccessKey,
      AWS_SESSION_TOKEN: c.SessionToken,
    });
    const scanner = await awsJson<Issued>(
      `sts assume-role --role-arn ${SCANNER_ROLE_ARN} --role-session-name cli`,
    );
    const command = `sts assume-role --role-arn ${MEMBER_ROLE_ARN} --role-session-name cli --external-id ${EXTERNAL_ID}`;
    const member = environmentOf(await awsJson<Issued>(command, [], environmentOf(scanner)));
    expect(await awsJson('sts get-caller-identity', [], member)).toMatchObject({ Account: MEMBER });
    const listed = await awsJson<{ EmailIdentities: unknown[] }>(
      'sesv2 list-email-identities --page-size 2',
      [],
      member,
    );
    expect(listed.EmailIdentities.length).toBeGreaterThanOrEqual(2);
    const identity = await awsJson(
      'sesv2 get-email-identity --email-identity Team+News@example.com',
      [],
      member,
    );
    expect(identity).toMatchObject({
      IdentityType: 'EMAIL_ADDRESS',
      DkimAttributes: { Status: 'NOT_STARTED' },
    });
    const denied = aws('ses list-identities', [], member);
    await expect(denied).rejects.toThrow(
      /\(AccessDenied\).*because no identity-based policy allows the ses:ListIdentities/,
    );
  });

  it('publishes, and the mail lands in the outbox', async () => {
    const command = `sns publish --topic-arn arn:aws:sns:eu-west-1:${MANAGEMENT}:findings`;
    await aws(command, ['--subject', 'From the CLI', '--message', 'Ein Gruß']);
    expect(readdirSync(sandbox.outboxFolder)).toContain('0001-findings.txt');
  });

  it('copies a file to a bucket and back, and lists it', async () => {
    const [there, back] = [join(sandbox.folder, 'there.txt'), join(sandbox.folder, 'back')];
    mkdirSync(back);
    writeFileSync(there, 'x'.repeat(100_000));
    await aws('s3 cp', [there, 's3://cli-bucket/folder/a b.txt']);
    expect(await aws('s3 ls --recursive s3://cli-bucket')).toMatch(/100000 folder\/a b\.txt\n$/);
    await aws('s3 cp', ['s3://cli-bucket/folder/a b.txt', back]);
    expect(readdirSync(back)).toEqual(['a b.txt']);
  });

  it('is told of wrong credentials in AWS’s words', async () => {
    const wrong = aws('sts get-caller-identity', [], { AWS_SECRET_ACCESS_KEY: 'wrong' });
    await expect(wrong).rejects.toThrow('(SignatureDoesNotMatch)');
  });
});

const BOTO3 = `
import json, boto3, botocore
out = {}
ses = boto3.client('sesv2', region_name='eu-west-1')
acct = boto3.client('account')
out['regions'] = [r['RegionName'] for p in acct.get_paginator('list_regions').paginate(PaginationConfig={'PageSize': 5}) for r in p['Regions']]
path = '/aws/service/global-infrastructure/services/ses/regions'
out['ses_regions'] = [p['Value'] for page in boto3.client('ssm').get_paginator('get_parameters_by_path').paginate(Path=path) for p in page['Parameters']]
out['quota'] = ses.get_account()['SendQuota']['Max24HourSend']
out['sets'] = ses.list_configuration_sets()['ConfigurationSets']
v1 = boto3.client('ses')
out['dkim'] = v1.get_identity_dkim_attributes(Identities=['absent.example'])['DkimAttributes']
out['points'] = v1.get_send_statistics()['SendDataPoints']
sns = boto3.client('sns')
out['subscriptions'] = sns.list_subscriptions_by_topic(TopicArn='arn:aws:sns:eu-west-1:${MANAGEMENT}:findings')['Subscriptions'][0]['Protocol']
s3 = boto3.client('s3')
s3.put_object(Bucket='boto-bucket', Key='a/ä b', Body=b'content')
out['object'] = s3.get_object(Bucket='boto-bucket', Key='a/ä b')['Body'].read().decode()
out['keys'] = [o['Key'] for o in s3.list_objects_v2(Bucket='boto-bucket')['Contents']]
fn = boto3.client('lambda')
out['lambda'] = json.loads(fn.invoke(FunctionName='double', Payload=b'{"n": 21}')['Payload'].read())
failed = fn.invoke(FunctionName='fails')
out['failed'] = [failed['FunctionError'], json.loads(failed['Payload'].read())['errorType']]
ddb = boto3.client('dynamodb')
ddb.put_item(TableName='posture', Item={'pk': {'S': 'x'}})
out['item'] = ddb.get_item(TableName='posture', Key={'pk': {'S': 'x'}})['Item']
org = boto3.client('organizations')
out['parents'] = org.list_parents(ChildId='${MEMBER}')['Parents'][0]['Type']
errors = {}
def refused(name, call):
    try:
        call()
        errors[name] = None
    except botocore.exceptions.ClientError as e:
        errors[name] = [e.response['Error']['Code'], e.response['ResponseMetadata']['HTTPStatusCode']]
refused('identity', lambda: ses.get_email_identity(EmailIdentity='absent.example'))
refused('key', lambda: s3.get_object(Bucket='boto-bucket', Key='absent'))
refused('function', lambda: fn.invoke(FunctionName='absent'))
refused('account', lambda: org.describe_account(AccountId='999999999999'))
refused('region', lambda: boto3.client('sesv2', region_name='ca-west-1').get_account())
refused('topic', lambda: sns.publish(TopicArn='arn:aws:sns:eu-west-1:${MANAGEMENT}:findings', Message=''))
refused('stream', lambda: boto3.client('firehose').describe_delivery_stream(DeliveryStreamName='absent'))
refused('role', lambda: boto3.client('sts').assume_role(RoleArn='arn:aws:iam::${MEMBER}:role/absent', RoleSessionName='boto'))
out['errors'] = errors
print(json.dumps(out))
`;

describe.skipIf(!hasBoto3)('boto3', () => {
  it('reads every service, and each one’s errors', async () => {
    const { stdout } = await run('python3', ['-c', BOTO3], { env: environment, timeout: 60_000 });
    expect(JSON.parse(stdout)).toEqual({
      regions: makeWorld().regions.map(({ name }) => name),
      ses_regions: makeWorld().sesRegions,
      quota: 200,
      sets: [],
      dkim: {},
      points: [],
      subscriptions: 'email',
      object: 'content',
      keys: ['a/ä b'],
      lambda: { doubled: 42 },
      failed: ['Unhandled', 'TypeError'],
      item: { pk: { S: 'x' } },
      parents: 'ORGANIZATIONAL_UNIT',
      errors: {
        identity: ['NotFoundException', 404],
        key: ['NoSuchKey', 404],
        function: ['ResourceNotFoundException', 404],
        account: ['AccountNotFoundException', 400],
        region: ['UnrecognizedClientException', 403],
        topic: ['InvalidParameter', 400],
        stream: ['ResourceNotFoundException', 400],
        role: ['AccessDenied', 403],
      },
    });
  });
});
