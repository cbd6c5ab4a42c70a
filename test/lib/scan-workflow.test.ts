import { getLanguageService, TextDocument } from 'amazon-states-language-service';
import aslValidator from 'asl-validator';
import { beforeAll, describe, expect, it } from 'vitest';
import { SCAN_TIMEOUT_SECONDS } from '../../lambda/contract.ts';
import { FUNCTIONS, type HandlerName } from '../../lib/functions.ts';
import { mapConcurrency } from '../../lib/concurrency.ts';
import {
  type FlowDefinition,
  type ScanWorkflowDefinition,
  type StateDefinition,
  synthesizeScanWorkflow,
} from '../../local/workflow/definition.ts';

let workflow: ScanWorkflowDefinition;
let states: { [name: string]: StateDefinition };

/** The states of a flow, those inside its Maps included. */
function allStates(flow: FlowDefinition): [string, StateDefinition][] {
  return Object.entries(flow.States).flatMap(([name, state]) => [
    [name, state] as [string, StateDefinition],
    ...(state.ItemProcessor ? allStates(state.ItemProcessor) : []),
  ]);
}

function state(name: string): StateDefinition {
  const found = states[name];
  if (!found) throw new Error(`no state ${name}`);
  return found;
}

beforeAll(async () => {
  workflow = await synthesizeScanWorkflow();
  states = Object.fromEntries(allStates(workflow.definition));
});

describe('the definition', () => {
  it('is valid for asl-validator', () => {
    // A clone: the validator writes defaults into what it reads.
    const { isValid, errors } = aslValidator(structuredClone(workflow.definition));
    expect(errors).toEqual([]);
    expect(isValid).toBe(true);
  });

  it('is valid for the Amazon States Language service', async () => {
    const service = getLanguageService({});
    service.configure({ validate: true });
    const document = TextDocument.create('scan.asl.json', 'json', 1, JSON.stringify(workflow.definition));
    const problems = await service.doValidation(document, service.parseJSONDocument(document));
    expect(problems.map(({ message }) => message)).toEqual([]);
  });

  it('ends after twelve hours', () => {
    expect(workflow.definition.TimeoutSeconds).toBe(SCAN_TIMEOUT_SECONDS);
  });

  it('uses nothing that an embedded interpreter does not know', () => {
    const text = JSON.stringify(workflow.definition);
    for (const word of [
      'JSONata',
      '"Assign"',
      'ItemReader',
      'ItemBatcher',
      'ResultWriter',
      '"Output"',
      '"Arguments"',
    ]) {
      expect(text).not.toContain(word);
    }
  });

  it('has no Catch at the top, so that a redrive resumes where it broke, but for the report', () => {
    const catching = Object.entries(workflow.definition.States).flatMap(([name, { Catch }]) =>
      Catch ? [name] : [],
    );
    expect(catching).toEqual(['WriteReport']);
  });

  it('names each state once', () => {
    const names = allStates(workflow.definition).map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the context object', () => {
  it("of the execution is read before the Distributed Map only: in a child it is the child's own", () => {
    expect(JSON.stringify(state('ListAccounts'))).toContain('$$.Execution.Name');
    for (const [name, definition] of Object.entries(states)) {
      if (name !== 'ListAccounts') expect(JSON.stringify(definition), name).not.toContain('$$.Execution');
    }
  });

  it('hands ListAccounts the input as it came and the id, name and start of the execution', () => {
    expect(state('ListAccounts')['Parameters']).toEqual({
      'input.$': '$$.Execution.Input',
      execution: {
        'id.$': '$$.Execution.Id',
        'name.$': '$$.Execution.Name',
        'startTime.$': '$$.Execution.StartTime',
      },
    });
  });
});

describe('each Lambda task', () => {
  const tasks = (): [string, StateDefinition][] =>
    Object.entries(states).filter(([, { Type }]) => Type === 'Task');

  it('names a function of the scanner', () => {
    const handlers = new Set(tasks().map(([, { Resource }]) => workflow.functionOf(Resource!)));
    const inTheWorkflow = Object.keys(FUNCTIONS).filter((name) => name !== 'watch-scans');
    expect([...handlers].sort()).toEqual(inTheWorkflow.sort());
  });

  it('has a timeout that outlasts its function by little', () => {
    for (const [name, { Resource, TimeoutSeconds }] of tasks()) {
      const timeout = FUNCTIONS[workflow.functionOf(Resource!) as HandlerName].timeout.toSeconds();
      expect(TimeoutSeconds, name).toBe(timeout + 30);
    }
  });

  it('is tried again with full jitter when Lambda is busy, and once when the sandbox died', () => {
    for (const [name, { Retry }] of tasks()) {
      expect(Retry, name).toEqual([
        {
          ErrorEquals: expect.arrayContaining([
            'Lambda.TooManyRequestsException',
            'Lambda.ServiceException',
          ]) as unknown,
          IntervalSeconds: 2,
          BackoffRate: 2,
          MaxDelaySeconds: 60,
          MaxAttempts: 20,
          JitterStrategy: 'FULL',
        },
        expect.objectContaining({ ErrorEquals: ['Lambda.Unknown', 'Sandbox.Timedout'], MaxAttempts: 1 }),
      ]);
    }
  });

  it("is never tried again for an error that a handler threw: an operator's mistake fails the execution at once", () => {
    const retried = new Set(
      tasks().flatMap(([, { Retry }]) => Retry!.flatMap(({ ErrorEquals }) => ErrorEquals)),
    );
    expect([...retried].filter((error) => !/^(Lambda|Sandbox)\./.test(error))).toEqual([]);
  });
});

describe('the way of an account', () => {
  it('starts from bare ids; the scan travels with the item', () => {
    expect(state('ScanAccounts')).toMatchObject({
      ItemsPath: '$.accounts',
      ItemSelector: { 'accountId.$': '$$.Map.Item.Value', 'scan.$': '$.scan' },
      ToleratedFailurePercentage: 100,
      MaxConcurrency: 20,
      ResultPath: null,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'SurveyAccount',
      },
    });
  });

  it('goes on to the Regions that the survey named, five at once', () => {
    expect(state('SurveyAccount')).toMatchObject({ ResultPath: '$.survey', Next: 'ScanRegions' });
    expect(state('ScanRegions')).toMatchObject({
      ItemsPath: '$.survey.regions',
      ItemSelector: { 'scan.$': '$.scan', 'accountId.$': '$.accountId', 'region.$': '$$.Map.Item.Value' },
      MaxConcurrency: 5,
    });
  });

  it.each(['AccountDone', 'RegionDone', 'ShardDone'])('%s hands back {}', (name) => {
    expect(state(name)).toMatchObject({ Type: 'Pass', Result: {}, End: true });
  });

  it('ends nowhere but there', () => {
    const child = state('ScanAccounts').ItemProcessor!;
    const ends = allStates(child).flatMap(([name, { End }]) => (End ? [name] : []));
    expect(ends.sort()).toEqual(['AccountDone', 'RegionDone']);
  });
});

describe('a cursor loop', () => {
  it.each([
    ['ScanRegion', 'RegionFinished?', 'RegionDone'],
    ['JudgeDomains', 'ShardFinished?', 'ShardDone'],
    ['ConcludeScan', 'ScanConcluded?', 'Concluded'],
    ['WriteReport', 'ReportFinished?', 'ScanFinished'],
  ])('%s goes round with its output as next input until it is done', (task, choice, then) => {
    expect(state(task)).toMatchObject({ Next: choice });
    for (const field of ['Parameters', 'InputPath', 'OutputPath', 'ResultPath', 'ResultSelector']) {
      expect(state(task)).not.toHaveProperty(field);
    }
    expect(state(choice)).toMatchObject({
      Choices: [{ Variable: '$.done', BooleanEquals: true, Next: then }],
      Default: task,
    });
  });

  it.each(['AllJudged', 'Concluded'])(
    "starts anew after %s: neither account ids nor another loop's cursor",
    (name) => {
      expect(state(name)).toMatchObject({ Type: 'Pass', Parameters: { 'scan.$': '$.scan' } });
    },
  );
});

describe('a failure', () => {
  it.each([
    ['SurveyAccount', 'RecordAccountFailure', ['scan.$', 'accountId.$', 'stage', 'error.$'], 'AccountDone'],
    [
      'ScanRegion',
      'RecordRegionFailure',
      ['scan.$', 'accountId.$', 'region.$', 'stage', 'error.$'],
      'RegionDone',
    ],
    ['ScanRegions', 'RecordRegionsFailure', ['scan.$', 'accountId.$', 'stage', 'error.$'], 'AccountDone'],
    ['JudgeDomains', 'RecordDomainsFailure', ['scan.$', 'shard.$', 'stage', 'error.$'], 'ShardDone'],
    ['WriteReport', 'RecordReportFailure', ['scan.$', 'stage', 'error.$'], 'ScanFinished'],
  ])('of %s is written down by %s', (failing, recording, fields, then) => {
    expect(state(failing).Catch).toEqual([
      { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: recording },
    ]);
    expect(workflow.functionOf(state(recording).Resource!)).toBe('record-failure');
    const parameters = state(recording)['Parameters'] as { [field: string]: string };
    expect(Object.keys(parameters).sort()).toEqual([...fields].sort());
    expect(parameters['stage']).toBe(failing);
    expect(state(recording)).toMatchObject({ Next: then, ResultPath: null });
  });
});

describe('a scheduled time that was already served', () => {
  it('ends the execution before anything is scanned', () => {
    expect(state('ListAccounts').Next).toBe('Duplicate?');
    expect(state('Duplicate?')).toMatchObject({
      Choices: [{ Variable: '$.duplicate', BooleanEquals: true, Next: 'AlreadyScanned' }],
      Default: 'ScanAccounts',
    });
    expect(state('AlreadyScanned')).toEqual({ Type: 'Succeed' });
  });
});

describe('concurrency', () => {
  it.each([
    [10, { accounts: 2, regions: 2, shards: 4 }],
    [11, { accounts: 2, regions: 2, shards: 5 }],
    [50, { accounts: 6, regions: 4, shards: 16 }],
    [100, { accounts: 9, regions: 5, shards: 16 }],
    [1000, { accounts: 20, regions: 5, shards: 16 }],
    [100_000, { accounts: 20, regions: 5, shards: 16 }],
  ])('with %i concurrent executions stays below half of them', (lambdaConcurrency, expected) => {
    const { accounts, regions, shards } = mapConcurrency(lambdaConcurrency);
    expect({ accounts, regions, shards }).toEqual(expected);
    expect(accounts * regions).toBeLessThan(lambdaConcurrency / 2);
    expect(shards).toBeLessThan(lambdaConcurrency / 2);
  });

  it('follows the setting', async () => {
    const { definition } = await synthesizeScanWorkflow({ lambdaConcurrency: 10 });
    expect(definition.States['ScanAccounts']).toMatchObject({ MaxConcurrency: 2 });
  });
});
