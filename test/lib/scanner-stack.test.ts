import { execSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { ENV } from '../../lambda/contract.ts';
import { TABLE_KEYS, tableDefinition } from '../../lambda/findings/schema.ts';
import { FUNCTIONS, settingsBesideTheCode } from '../../lib/functions.ts';
import { readSettings, toScanSettings } from '../../lib/settings.ts';
import {
  asText,
  COMPLETE_SETTINGS,
  resourcesOf,
  synthesize,
  type Synthesized,
  theOnly,
} from './synthesized.ts';

let app: Synthesized;
beforeAll(() => {
  app = synthesize({
    ...COMPLETE_SETTINGS,
    schedule: { expression: 'cron(30 7 ? * TUE *)', timeZone: 'Europe/Berlin' },
    logRetentionDays: 30,
  });
});

describe('the table', () => {
  it('is on demand, recoverable, protected and kept', () => {
    const table = theOnly(app.scanner, 'AWS::DynamoDB::Table');
    expect(table.DeletionPolicy).toBe('Retain');
    expect(table.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: TABLE_KEYS.ttl, Enabled: true },
    });
  });

  it('has the keys and the index that the code reads and writes', () => {
    const { Properties } = theOnly(app.scanner, 'AWS::DynamoDB::Table');
    const { AttributeDefinitions, GlobalSecondaryIndexes, KeySchema } = tableDefinition('any');
    expect(Properties).toMatchObject({ AttributeDefinitions, GlobalSecondaryIndexes, KeySchema });
  });
});

describe('the report bucket', () => {
  it('is private, encrypted, versioned and kept', () => {
    const bucket = theOnly(app.scanner, 'AWS::S3::Bucket');
    expect(bucket.DeletionPolicy).toBe('Retain');
    expect(bucket.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      LifecycleConfiguration: {
        Rules: [
          {
            ExpirationInDays: 365,
            NoncurrentVersionExpiration: { NoncurrentDays: 30 },
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
            Status: 'Enabled',
          },
        ],
      },
    });
  });

  it('refuses what comes without TLS 1.2', () => {
    app.scanner.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 's3:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
          Match.objectLike({
            Effect: 'Deny',
            Action: 's3:*',
            Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } },
          }),
        ]),
      },
    });
  });
});

describe('each function', () => {
  const functions = () => Object.values(resourcesOf(app.scanner, 'AWS::Lambda::Function'));

  it('stands beside its description, one for each handler and no other', () => {
    const names = functions().map(({ Properties }) => Properties['FunctionName']);
    expect(names.sort()).toEqual(
      Object.keys(FUNCTIONS)
        .map((name) => `ses-posture-${name}`)
        .sort(),
    );
    expect(functions().every(({ Properties }) => Properties['Description'])).toBe(true);
  });

  it('runs on Node.js 24, arm64, traced, outside a VPC', () => {
    for (const { Properties } of functions()) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        Handler: 'index.handler',
      });
      expect(Properties).not.toHaveProperty('VpcConfig');
    }
  });

  it('gets names and ARNs in its environment, far from the 4 KB that it may hold', () => {
    for (const { Properties } of functions()) {
      const { Variables } = Properties['Environment'] as { Variables: { [name: string]: unknown } };
      expect(Object.keys(Variables).sort()).toEqual(
        [
          ENV.tableName,
          ENV.findingsTopicArn,
          ENV.operationsTopicArn,
          ENV.reportBucketName,
          ENV.stateMachineArn,
          ENV.settingsFile,
          'NODE_OPTIONS',
          'POWERTOOLS_SERVICE_NAME',
          'POWERTOOLS_METRICS_NAMESPACE',
          'POWERTOOLS_LOG_LEVEL',
        ].sort(),
      );
      expect(Variables).toMatchObject({
        NODE_OPTIONS: '--enable-source-maps',
        SETTINGS_FILE: '/var/task/settings.json',
      });
      expect(JSON.stringify(Variables).length).toBeLessThan(2000);
    }
  });

  it('writes to a log group of its own that forgets', () => {
    const groups = Object.values(resourcesOf(app.scanner, 'AWS::Logs::LogGroup')).map(
      ({ Properties }) => Properties,
    );
    expect(groups.map((group) => group['LogGroupName']).sort()).toEqual(
      [
        ...Object.keys(FUNCTIONS).map((name) => `/aws/lambda/ses-posture-${name}`),
        '/aws/vendedlogs/states/ses-posture-scan',
      ].sort(),
    );
    expect(groups.every((group) => group['RetentionInDays'] === 30)).toBe(true);
    for (const { Properties } of functions()) expect(Properties).toHaveProperty('LoggingConfig.LogGroup');
  });

  it('may run for the 15 minutes that a Region can take', () => {
    app.scanner.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'ses-posture-scan-region',
      Timeout: 900,
    });
  });
});

describe('the settings file', () => {
  it('is put beside the code by the command that runs after bundling', () => {
    const assembly = mkdtempSync(join(tmpdir(), 'ses posture assembly '));
    const asset = mkdtempSync(join(tmpdir(), 'ses posture asset '));
    try {
      const { settings } = readSettings({ ...COMPLETE_SETTINGS, organizationName: `Quotes " ' $(x) Corp` });
      const [command] = settingsBesideTheCode(assembly, settings).afterBundling('.', asset);
      execSync(command!, { shell: 'bash' });
      const written: unknown = JSON.parse(readFileSync(join(asset, 'settings.json'), 'utf8'));
      expect(written).toEqual(toScanSettings(settings));
    } finally {
      rmSync(assembly, { recursive: true });
      rmSync(asset, { recursive: true });
    }
  });
});

describe('the state machine', () => {
  it('is a traced Standard machine of a fixed name that logs everything but the data', () => {
    expect(theOnly(app.scanner, 'AWS::StepFunctions::StateMachine').Properties).toMatchObject({
      StateMachineName: 'ses-posture-scan',
      StateMachineType: 'STANDARD',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
    });
  });
});

describe('what starts by itself', () => {
  it("the scan, in the operator's time zone, with the scheduled time as input", () => {
    app.scanner.hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'ses-posture-scan',
      ScheduleExpression: 'cron(30 7 ? * TUE *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 60 },
      State: 'ENABLED',
      Target: {
        Input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}',
        DeadLetterConfig: Match.anyValue(),
      },
    });
  });

  it('the watch, every day', () => {
    app.scanner.hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'ses-posture-watch-scans',
      ScheduleExpression: 'cron(0 12 * * ? *)',
      Target: { DeadLetterConfig: Match.anyValue() },
    });
  });

  it('the closing of a scan whose execution died', () => {
    const rule = theOnly(app.scanner, 'AWS::Events::Rule').Properties;
    expect(asText(rule['EventPattern'])).toEqual({
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: {
        status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        stateMachineArn: [expect.stringMatching(/^\$\{WorkflowStateMachine/) as unknown],
      },
    });
    expect(rule['Targets']).toMatchObject([
      {
        InputTransformer: { InputPathsMap: { detail: '$.detail' }, InputTemplate: '{"detail":<detail>}' },
        DeadLetterConfig: { Arn: expect.anything() as unknown },
      },
    ]);
  });

  it('leaves no event behind that failed: asynchronous functions have a dead-letter queue', () => {
    for (const name of ['ses-posture-record-failure', 'ses-posture-watch-scans']) {
      app.scanner.hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: name,
        DeadLetterConfig: { TargetArn: Match.anyValue() },
      });
    }
  });

  it('the dead-letter queue is encrypted, keeps two weeks and speaks TLS only', () => {
    expect(theOnly(app.scanner, 'AWS::SQS::Queue').Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 24 * 3600,
    });
    app.scanner.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });
});

describe('the dashboard', () => {
  it('shows every alarm', () => {
    const body = JSON.stringify(
      theOnly(app.scanner, 'AWS::CloudWatch::Dashboard').Properties['DashboardBody'],
    );
    for (const logicalId of Object.keys(resourcesOf(app.scanner, 'AWS::CloudWatch::Alarm'))) {
      expect(body).toContain(logicalId);
    }
  });
});
