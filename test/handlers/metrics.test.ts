/** What the handlers really print as EMF, held against the alarms of the synthesized template. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  METRIC,
  METRICS_NAMESPACE,
  METRICS_SERVICE,
  type ListAccountsOutput,
} from '../../lambda/contract.ts';
import { ScannerStack } from '../../lib/scanner-stack.ts';
import { readSettings } from '../../lib/settings.ts';
import { handlers } from '../../local/handlers.ts';
import { buildWorld } from '../../local/organization/build-world.ts';
import { startStack, type Stack } from '../../local/stack.ts';
import { lambdaContext } from '../../local/workflow/lambda-context.ts';

interface Emf {
  _aws: { CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[] };
  [key: string]: unknown;
}

const folder = mkdtempSync(join(tmpdir(), 'ses-posture-metrics-'));
let stack: Stack;
const printed: Emf[] = [];

async function invoke(name: string, event: unknown): Promise<unknown> {
  return handlers[name]?.(event as never, lambdaContext(name));
}

beforeAll(async () => {
  stack = await startStack({
    folder,
    inMemory: true,
    world: buildWorld({ week: 1, now: new Date() }),
    settings: { requestsPerSecond: 1_000 },
  });
  delete process.env['POWERTOOLS_METRICS_DISABLED'];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    for (const line of String(chunk).split('\n'))
      if (line.includes('"_aws"')) printed.push(JSON.parse(line) as Emf);
    return true;
  });
  const started = new Date().toISOString();
  const input = {
    input: {},
    execution: {
      id: 'arn:aws:states:us-east-1:111111111111:execution:x:metrics',
      name: 'metrics',
      startTime: started,
    },
  };
  const { scan } = (await invoke('list-accounts', input)) as ListAccountsOutput;
  await invoke('scan-region', { scan, accountId: '222222222222', region: 'us-east-1' });
  await invoke('conclude-scan', { scan });
  await invoke('write-report', { scan });
  await invoke('record-failure', { scan, stage: 'WriteReport', error: { Error: 'Boom', Cause: 'test' } });
  await invoke('watch-scans', {});
  write.mockRestore();
});

afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('EMF of the handlers', () => {
  it('holds every metric of the contract, a number with the one dimension', () => {
    for (const name of Object.values(METRIC)) {
      const entry = printed.find(({ _aws }) =>
        _aws.CloudWatchMetrics.some(({ Metrics }) => Metrics.some(({ Name }) => Name === name)),
      );
      expect(entry, name).toBeDefined();
      expect(entry?.['service'], name).toBe(METRICS_SERVICE);
      expect([entry?.[name]].flat()[0], name).toEqual(expect.any(Number));
      expect(entry?._aws.CloudWatchMetrics[0], name).toMatchObject({
        Namespace: METRICS_NAMESPACE,
        Dimensions: [['service']],
      });
    }
  });

  it('is what the alarms look at', () => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    const template = Template.fromStack(
      new ScannerStack(app, 'metrics', { settings: readSettings({}).settings }),
    );
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
      ({ Properties }) =>
        Properties as {
          Namespace?: string;
          MetricName?: string;
          Dimensions?: { Name: string; Value: string }[];
        },
    );
    const own = alarms.filter(({ Namespace }) => Namespace === METRICS_NAMESPACE);
    expect(own.length).toBeGreaterThanOrEqual(5);
    const emitted = new Set(
      printed.flatMap(({ _aws }) =>
        _aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)),
      ),
    );
    for (const { MetricName, Dimensions } of own) {
      expect(emitted, MetricName).toContain(MetricName);
      expect(Dimensions, MetricName).toEqual([{ Name: 'service', Value: METRICS_SERVICE }]);
    }
  });
});
