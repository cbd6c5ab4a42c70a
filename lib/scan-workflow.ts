/**
 * The state machine. JSONPath only, and nothing that an embedded interpreter does not know: the definition that is
 * synthesized here is the one that runs on a laptop (local/workflow/).
 */
import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  type Chain,
  Choice,
  Condition,
  DefinitionBody,
  DistributedMap,
  type IChainable,
  type INextable,
  JsonPath,
  LogLevel,
  Map as InlineMap,
  Pass,
  Result,
  type State,
  StateMachine,
  StateMachineType,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { SCAN_TIMEOUT_SECONDS, STATE_MACHINE_NAME } from '../lambda/contract.ts';
import { mapConcurrency } from './concurrency.ts';
import { FUNCTIONS, type HandlerName, type ScanFunctions } from './functions.ts';
import { lambdaTask, type LambdaTaskOptions } from './lambda-task.ts';
import { acknowledge, ANY_RESOURCE, everythingUnder } from './nag.ts';
import type { Settings } from './settings.ts';

const ALL_ERRORS = { errors: ['States.ALL'], resultPath: '$.error' };

/** `ses-posture-scan`: see docs/workflow.md, generated from its definition. */
export class ScanWorkflow extends Construct {
  readonly stateMachine: StateMachine;
  private readonly functions: ScanFunctions['byName'];
  private readonly concurrency: ReturnType<typeof mapConcurrency>;

  constructor(scope: Construct, id: string, props: { functions: ScanFunctions; settings: Settings }) {
    super(scope, id);
    this.functions = props.functions.byName;
    this.concurrency = mapConcurrency(props.settings.lambdaConcurrency);
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: STATE_MACHINE_NAME,
      stateMachineType: StateMachineType.STANDARD,
      comment:
        'Judges the mail-authentication posture of every SES identity of the organization. Start it with {}.',
      definitionBody: DefinitionBody.fromChainable(this.definition()),
      timeout: Duration.seconds(SCAN_TIMEOUT_SECONDS),
      tracingEnabled: true,
      logs: { destination: this.logGroup(props.settings), level: LogLevel.ALL, includeExecutionData: false },
    });
    this.acknowledgeWildcards();
  }

  /** No Catch at this level: a broken execution stays broken, so that a redrive resumes where it broke. */
  private definition(): IChainable {
    const listAccounts = this.task('ListAccounts', 'list-accounts', {
      comment:
        'Validates the input, lists the accounts in scope and opens the scan with a PENDING row for each.',
      payload: {
        input: JsonPath.objectAt('$$.Execution.Input'),
        execution: {
          id: JsonPath.stringAt('$$.Execution.Id'),
          name: JsonPath.stringAt('$$.Execution.Name'),
          startTime: JsonPath.stringAt('$$.Execution.StartTime'),
        },
      },
    });
    const scan = this.scanAccounts()
      .next(this.scanDomains())
      .next(
        this.onlyTheScan(
          'AllJudged',
          'Leaves the account ids behind: the cursor loops hand their whole state on.',
        ),
      )
      .next(this.conclusion());
    const isDuplicate = new Choice(this, 'Duplicate?', { comment: 'Was this scheduled time already served?' })
      .when(Condition.booleanEquals('$.duplicate', true), new Succeed(this, 'AlreadyScanned'))
      .otherwise(scan);
    return listAccounts.next(isDuplicate);
  }

  private scanAccounts(): DistributedMap {
    const map = new DistributedMap(this, 'ScanAccounts', {
      comment:
        'One child execution an account. A child that fails is a gap in coverage, never the end of the scan.',
      itemsPath: '$.accounts',
      // Within a child, the context object is the child's own: the scan has to travel with the item.
      itemSelector: { accountId: JsonPath.stringAt('$$.Map.Item.Value'), scan: JsonPath.objectAt('$.scan') },
      mapExecutionType: StateMachineType.STANDARD,
      toleratedFailurePercentage: 100,
      maxConcurrency: this.concurrency.accounts,
      resultPath: JsonPath.DISCARD,
    });
    const survey = this.task('SurveyAccount', 'survey-account', {
      comment: 'Assumes the member role and asks each Region whether it holds identities.',
      resultPath: '$.survey',
    });
    const accountDone = this.nothing('AccountDone');
    const recordFailure = this.recordFailure('RecordAccountFailure', {
      scan: JsonPath.objectAt('$.scan'),
      accountId: JsonPath.stringAt('$.accountId'),
      stage: 'SurveyAccount',
    }).next(accountDone);
    survey.addCatch(recordFailure, ALL_ERRORS);
    map.itemProcessor(survey.next(this.scanRegions(accountDone)));
    return map;
  }

  private scanRegions(accountDone: State): Chain {
    const map = new InlineMap(this, 'ScanRegions', {
      comment: 'The Regions that hold identities or have stored subjects.',
      itemsPath: '$.survey.regions',
      itemSelector: {
        scan: JsonPath.objectAt('$.scan'),
        accountId: JsonPath.stringAt('$.accountId'),
        region: JsonPath.stringAt('$$.Map.Item.Value'),
      },
      maxConcurrency: this.concurrency.regions,
      resultPath: JsonPath.DISCARD,
    });
    const regionDone = this.nothing('RegionDone');
    const scanRegion = this.task('ScanRegion', 'scan-region', {
      comment: 'Gathers, judges and records; hands back a cursor when its time budget ends.',
    });
    const recordFailure = this.recordFailure('RecordRegionFailure', {
      scan: JsonPath.objectAt('$.scan'),
      accountId: JsonPath.stringAt('$.accountId'),
      region: JsonPath.stringAt('$.region'),
      stage: 'ScanRegion',
    });
    scanRegion.addCatch(recordFailure.next(regionDone), ALL_ERRORS);
    map.itemProcessor(this.untilDone(scanRegion, 'RegionFinished?', regionDone));
    map.addCatch(
      this.recordFailure('RecordRegionsFailure', {
        scan: JsonPath.objectAt('$.scan'),
        accountId: JsonPath.stringAt('$.accountId'),
        stage: 'ScanRegions',
      }).next(accountDone),
      ALL_ERRORS,
    );
    return map.next(accountDone);
  }

  private scanDomains(): InlineMap {
    const map = new InlineMap(this, 'ScanDomains', {
      comment: 'Each domain once a scan, in shards.',
      itemsPath: '$.shards',
      itemSelector: { scan: JsonPath.objectAt('$.scan'), shard: JsonPath.stringAt('$$.Map.Item.Value') },
      maxConcurrency: this.concurrency.shards,
      resultPath: JsonPath.DISCARD,
    });
    const shardDone = this.nothing('ShardDone');
    const judgeDomains = this.task('JudgeDomains', 'judge-domains', {
      comment: 'Each domain once: DMARC and reachability of a From domain, MX and SPF of a MAIL FROM domain.',
    });
    const recordFailure = this.recordFailure('RecordDomainsFailure', {
      scan: JsonPath.objectAt('$.scan'),
      shard: JsonPath.stringAt('$.shard'),
      stage: 'JudgeDomains',
    });
    judgeDomains.addCatch(recordFailure.next(shardDone), ALL_ERRORS);
    map.itemProcessor(this.untilDone(judgeDomains, 'ShardFinished?', shardDone));
    return map;
  }

  /** ConcludeScan, then WriteReport: a report that fails is told by its alarm and fails no scan. */
  private conclusion(): IChainable {
    const finished = new Succeed(this, 'ScanFinished');
    const concludeScan = this.task('ConcludeScan', 'conclude-scan', {
      comment: 'What is still PENDING has failed; totals; the digest; metrics.',
    });
    const writeReport = this.task('WriteReport', 'write-report', {
      comment: 'The HTML report and the SQL export to S3.',
    });
    const recordFailure = this.recordFailure('RecordReportFailure', {
      scan: JsonPath.objectAt('$.scan'),
      stage: 'WriteReport',
    });
    writeReport.addCatch(recordFailure.next(finished), ALL_ERRORS);
    const report = this.onlyTheScan('Concluded', 'The report starts with a cursor of its own.').next(
      this.untilDone(writeReport, 'ReportFinished?', finished),
    );
    return this.untilDone(concludeScan, 'ScanConcluded?', report);
  }

  /** Goes round with the task's output as its next input until the output says `done`. The handlers bound the rounds (MAX_ROUNDS). */
  private untilDone(task: LambdaInvoke, question: string, then: IChainable): IChainable {
    return task.next(
      new Choice(this, question, { comment: 'Or once more, from the cursor?' })
        .when(Condition.booleanEquals('$.done', true), then)
        .otherwise(task),
    );
  }

  private task(name: string, handler: HandlerName, options: LambdaTaskOptions): LambdaInvoke {
    return lambdaTask(this, name, this.functions[handler], FUNCTIONS[handler].timeout, options);
  }

  private recordFailure(name: string, what: { [key: string]: unknown }): LambdaInvoke {
    return this.task(name, 'record-failure', {
      comment: 'Writes down what could not be seen, and why.',
      payload: { ...what, error: JsonPath.objectAt('$.error') },
      resultPath: JsonPath.DISCARD,
    });
  }

  /** Children hand back `{}`: 10,000 results must fit one state's 262,144 bytes. */
  private nothing(name: string): Pass {
    return new Pass(this, name, { result: Result.fromObject({}) });
  }

  private onlyTheScan(name: string, comment: string): Pass & INextable {
    return new Pass(this, name, { comment, parameters: { scan: JsonPath.objectAt('$.scan') } });
  }

  private logGroup(settings: Settings): LogGroup {
    return new LogGroup(this, 'Log', {
      // The prefix spares CloudWatch Logs' resource policy, which is limited in size, a statement for every log group.
      logGroupName: `/aws/vendedlogs/states/${STATE_MACHINE_NAME}`,
      retention: settings.logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  private acknowledgeWildcards(): void {
    const machine = this.stateMachine;
    for (const lambda of Object.values(this.functions)) {
      acknowledge(machine, {
        [everythingUnder(lambda, ':*')]:
          'The form that CDK grants invocation in; the functions have no versions.',
      });
    }
    // A name made of a reference has no text at synth: cdk-nag shows the expression itself.
    const arn = Stack.of(this).splitArn(machine.stateMachineArn, ArnFormat.COLON_RESOURCE_NAME);
    const name = JSON.stringify(Stack.of(this).resolve(arn.resourceName));
    const executions = `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${name}`;
    const reason =
      'Children of the Distributed Map are executions of this machine; their names are made at run time.';
    acknowledge(machine, {
      [ANY_RESOURCE]:
        "CDK's statements for log delivery (logs:*LogDelivery, DescribeLogGroups) and X-Ray: neither service defines a resource for them.",
      [`AwsSolutions-IAM5[Resource::${executions}:*]`]: reason,
      [`AwsSolutions-IAM5[Resource::${executions}/*:*]`]: reason,
    });
  }
}
