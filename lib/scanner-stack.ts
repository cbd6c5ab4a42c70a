/** Everything that runs: the workflow, its functions, what they keep and whom they tell. One a organization. */
import { ArnFormat, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ENV, SETTINGS_FILE_NAME, STATE_MACHINE_NAME } from '../lambda/contract.ts';
import { ScanAlarms } from './alarms.ts';
import { ScanDashboard } from './dashboard.ts';
import { ScanFunctions } from './functions.ts';
import { grantPermissions } from './permissions.ts';
import { ScanWorkflow } from './scan-workflow.ts';
import type { Settings } from './settings.ts';
import { Storage } from './storage.ts';
import { AlertTopics } from './topics.ts';
import { DeadLetters, Triggers } from './triggers.ts';

export interface ScannerStackProps extends StackProps {
  settings: Settings;
}

export class ScannerStack extends Stack {
  readonly workflow: ScanWorkflow;
  readonly functions: ScanFunctions;

  constructor(scope: Construct, id: string, props: ScannerStackProps) {
    super(scope, id, props);
    const { settings } = props;
    const storage = new Storage(this, 'Storage', { settings });
    const topics = new AlertTopics(this, 'Topics', { settings });
    const deadLetters = new DeadLetters(this, 'DeadLetters').queue;
    this.functions = new ScanFunctions(this, 'Functions', {
      settings,
      deadLetters,
      environment: this.functionEnvironment(storage, topics),
    });
    const functions = this.functions;
    grantPermissions(functions, {
      settings,
      table: storage.table,
      reportBucket: storage.reportBucket,
      findingsTopic: topics.findings,
      operationsTopic: topics.operations,
      topicKey: topics.key,
    });
    this.workflow = new ScanWorkflow(this, 'Workflow', { functions, settings });
    const { stateMachine } = this.workflow;
    new Triggers(this, 'Triggers', { settings, stateMachine, functions, deadLetters });
    const alarms = new ScanAlarms(this, 'Alarms', { settings, stateMachine, topics, deadLetters });
    new ScanDashboard(this, 'Dashboard', { stateMachine, functions, alarms });
    this.output(
      'StateMachineArn',
      stateMachine.stateMachineArn,
      'Start a scan: start-execution with input {}.',
    );
    this.output(
      'ReportBucketName',
      storage.reportBucket.bucketName,
      'Where the reports and the SQL exports are.',
    );
    this.output(
      'FindingsTopicArn',
      topics.findings.topicArn,
      'Confirm its subscriptions, or nobody gets a digest.',
    );
    this.output(
      'OperationsTopicArn',
      topics.operations.topicArn,
      'Confirm its subscriptions, or nobody gets an alarm.',
    );
    this.output(
      'ScannerRoleArn',
      functions.scannerRole.roleArn,
      'The only role that the member roles trust.',
    );
  }

  private functionEnvironment(storage: Storage, topics: AlertTopics): { [name: string]: string } {
    return {
      [ENV.tableName]: storage.table.tableName,
      [ENV.reportBucketName]: storage.reportBucket.bucketName,
      [ENV.findingsTopicArn]: topics.findings.topicArn,
      [ENV.operationsTopicArn]: topics.operations.topicArn,
      // Written out: a reference would make functions and state machine depend on each other.
      [ENV.stateMachineArn]: this.formatArn({
        service: 'states',
        resource: 'stateMachine',
        resourceName: STATE_MACHINE_NAME,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
      [ENV.settingsFile]: `/var/task/${SETTINGS_FILE_NAME}`,
    };
  }

  private output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }
}
