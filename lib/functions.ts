/** The Lambdas: one bundle, one log group and one least-privilege role each. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy, Stage } from 'aws-cdk-lib';
import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import {
  type ICommandHooks,
  NodejsFunction,
  OutputFormat,
  SourceMapMode,
} from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  METRICS_NAMESPACE,
  METRICS_SERVICE,
  SCANNER_ROLE_NAME,
  SETTINGS_FILE_NAME,
} from '../lambda/contract.ts';
import { acknowledge, ANY_RESOURCE } from './nag.ts';
import { toScanSettings, type Settings } from './settings.ts';

const PROJECT_ROOT = join(import.meta.dirname, '..');

/** What a handler needs beside its code. */
interface FunctionSpec {
  description: string;
  timeout: Duration;
  memoryMiB: number;
  /** Runs in the one role that members trust. */
  assumesMemberRole?: boolean;
  /** Also invoked asynchronously, so an event that fails for good has to go somewhere. */
  asynchronous?: boolean;
}

// Nearly all of a handler's time is waiting for SES and DNS. 512 MiB buys the CPU for TLS and JSON of 27 Regions at once;
// the concluding stages hold the whole organization's changes and rows, hence more.
export const FUNCTIONS = {
  'list-accounts': {
    description: 'Lists the accounts in scope and opens the scan: one PENDING coverage row for each.',
    timeout: Duration.minutes(15), // 10,000 accounts: 500 serial pages of ListAccounts and as many rows
    memoryMiB: 512,
  },
  'survey-account': {
    description:
      'Assumes the member role of one account and asks every SES Region whether it holds identities.',
    timeout: Duration.minutes(5),
    memoryMiB: 512,
    assumesMemberRole: true,
  },
  'scan-region': {
    description:
      'Reads, judges and records the SES identities of one account and Region; hands back a cursor before its time ends.',
    timeout: Duration.minutes(15),
    memoryMiB: 512,
    assumesMemberRole: true,
  },
  'record-failure': {
    description:
      'Writes down what failed: an account, a Region, a domain shard, the report or the whole execution.',
    timeout: Duration.minutes(2),
    memoryMiB: 256,
    asynchronous: true,
  },
  'judge-domains': {
    description: 'Judges each domain of one shard once: DMARC, SPF and what compares accounts and Regions.',
    timeout: Duration.minutes(15),
    memoryMiB: 512,
  },
  'conclude-scan': {
    description: 'Closes the scan: totals, the digest to the findings topic, metrics.',
    timeout: Duration.minutes(15),
    memoryMiB: 1024,
  },
  'write-report': {
    description: 'Writes the HTML report of the scan and the SQL export to S3.',
    timeout: Duration.minutes(15),
    memoryMiB: 1024,
  },
  'watch-scans': {
    description: 'Once a day: age of the last full scan, confirmed subscriptions of both topics.',
    timeout: Duration.minutes(2),
    memoryMiB: 256,
    asynchronous: true,
  },
} as const satisfies { [name: string]: FunctionSpec };

export type HandlerName = keyof typeof FUNCTIONS;
export const HANDLER_NAMES = Object.keys(FUNCTIONS) as HandlerName[];

/** Prefix of everything that has a fixed name. */
export const NAME_PREFIX = 'ses-posture';

export interface ScanFunctionsProps {
  settings: Settings;
  /** Names and ARNs only: all environment variables together hold 4 KB. */
  environment: { [name: string]: string };
  deadLetters: IQueue;
}

/** All Lambdas of the scanner, by the name of their handler file. */
export class ScanFunctions extends Construct {
  readonly byName: Readonly<Record<HandlerName, NodejsFunction>>;
  /** The role that SurveyAccount and ScanRegion share; its ARN stands in every member's trust policy. */
  readonly scannerRole: Role;
  private readonly props: ScanFunctionsProps;
  private readonly hooks: ICommandHooks;

  constructor(scope: Construct, id: string, props: ScanFunctionsProps) {
    super(scope, id);
    this.props = props;
    this.hooks = settingsBesideTheCode(Stage.of(this)?.outdir ?? '.', props.settings);
    this.scannerRole = new Role(this, 'ScannerRole', {
      roleName: SCANNER_ROLE_NAME,
      description: 'SurveyAccount and ScanRegion of ses-posture: the only role that the member roles trust.',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    acknowledgeTracing(this.scannerRole);
    const made = HANDLER_NAMES.map((name) => [name, this.make(name, FUNCTIONS[name])] as const);
    this.byName = Object.fromEntries(made) as Record<HandlerName, NodejsFunction>;
  }

  private make(name: HandlerName, spec: FunctionSpec): NodejsFunction {
    const functionName = `${NAME_PREFIX}-${name}`;
    const logGroup = new LogGroup(this, `${name}-log`, {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: this.props.settings.logRetentionDays as RetentionDays,
      // The name is fixed: kept log groups would block the next deployment.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = spec.assumesMemberRole ? this.scannerRole : this.roleOf(name);
    logGroup.grantWrite(role);
    return new NodejsFunction(this, name, {
      functionName,
      description: spec.description,
      entry: join(PROJECT_ROOT, 'lambda', 'handlers', `${name}.ts`),
      handler: 'handler',
      projectRoot: PROJECT_ROOT,
      depsLockFilePath: join(PROJECT_ROOT, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: spec.memoryMiB,
      timeout: spec.timeout,
      role,
      logGroup,
      tracing: Tracing.ACTIVE,
      environment: this.environment(),
      ...(spec.asynchronous ? { deadLetterQueue: this.props.deadLetters } : {}),
      bundling: {
        minify: true,
        sourceMap: true,
        sourceMapMode: SourceMapMode.DEFAULT,
        sourcesContent: false,
        target: 'node24',
        format: OutputFormat.CJS,
        // The SDK that was tested, not the one that the runtime happens to hold.
        externalModules: [],
        // Error types are read by name in logs and in the console; minifying must not shorten them.
        keepNames: true,
        commandHooks: this.hooks,
      },
    });
  }

  private roleOf(name: HandlerName): IRole {
    const role = new Role(this, `${name}-role`, {
      description: `${name} of ses-posture.`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    acknowledgeTracing(role);
    return role;
  }

  private environment(): { [name: string]: string } {
    return {
      ...this.props.environment,
      NODE_OPTIONS: '--enable-source-maps',
      POWERTOOLS_SERVICE_NAME: METRICS_SERVICE,
      POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
      POWERTOOLS_LOG_LEVEL: 'INFO',
    };
  }
}

/**
 * Puts settings.json beside index.js in every asset. The file is written to the cloud assembly and copied by a command
 * after esbuild, so that it is part of what the asset's hash is made of: changed settings deploy changed functions.
 * @param outdir folder of the cloud assembly.
 */
export function settingsBesideTheCode(outdir: string, settings: Settings): ICommandHooks {
  const file = join(outdir, SETTINGS_FILE_NAME);
  writeFileSync(file, `${JSON.stringify(toScanSettings(settings), undefined, 2)}\n`);
  return {
    beforeBundling: () => [],
    beforeInstall: () => [],
    afterBundling: (_inputDirectory, outputDirectory) => [
      // Node instead of cp: the command also runs where the shell is cmd.exe.
      `node -e "require('fs').copyFileSync(process.argv[1], process.argv[2])" "${file}" "${join(outputDirectory, SETTINGS_FILE_NAME)}"`,
    ],
  };
}

function acknowledgeTracing(role: Role): void {
  acknowledge(role, {
    [ANY_RESOURCE]:
      'xray:PutTraceSegments and xray:PutTelemetryRecords have no resource to name; CDK grants them for active tracing.',
  });
}
