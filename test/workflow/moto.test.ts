/**
 * The synthesized definition on an engine that is not ours: moto's, where `moto_server` is on the PATH. It calls the
 * sandbox's Lambda Invoke, and has to leave behind what the embedded interpreter leaves behind.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deriveWorld } from '../../local/organization/build-world.ts';
import { EXAMPLE_CORP } from '../../local/organization/description.ts';
import type { World } from '../../local/organization/types.ts';
import { synthesizeScanWorkflow, type FlowDefinition } from '../../local/workflow/definition.ts';
import { freePort } from '../cli/support.ts';
import { coverageOf, mailsOf, readItems, standing, startSandbox, type Sandbox } from '../scan/support.ts';

const installed = (process.env['PATH'] ?? '')
  .split(delimiter)
  .some((folder) => existsSync(join(folder, 'moto_server')));
if (!installed) console.warn('moto_server is not on the PATH: the definition is not tried on its engine.');

/** Healthy, broken, denied in a Region, without the role, suspended. */
const ACCOUNTS = ['111111111111', '222222222222', '444444444444', '121212121212', '161616161616'];

/** Moto signs its calls with these; here they are the management account's. */
const MOTO_KEYS = { accessKeyId: 'ak', secretAccessKey: 'sk' };

function world(): World {
  const accounts = EXAMPLE_CORP.accounts.filter(({ id }) => ACCOUNTS.includes(id));
  const derived = deriveWorld({ ...EXAMPLE_CORP, accounts }, { now: new Date() });
  for (const { credentials } of derived.accounts) if (credentials) Object.assign(credentials, MOTO_KEYS);
  return derived;
}

interface Left {
  standing: { [finding: string]: string };
  outcomes: { [account: string]: unknown };
  subjects: string[];
}

async function leftBehind(sandbox: Sandbox): Promise<Left> {
  const [scan] = await sandbox.table.listScans(1);
  const coverage = await coverageOf(sandbox.table, scan?.id ?? '');
  return {
    standing: standing(await readItems()),
    outcomes: Object.fromEntries(
      Object.entries(coverage).map(([id, { outcome, regions }]) => [
        id,
        [outcome, Object.fromEntries(Object.entries(regions).map(([region, it]) => [region, it.outcome]))],
      ]),
    ),
    subjects: mailsOf(sandbox.stack).map(({ subject }) => subject),
  };
}

/** Moto refuses an integer here, which Step Functions takes. */
function withoutTolerance(definition: FlowDefinition): FlowDefinition {
  const text = JSON.stringify(definition, (key, value: unknown) =>
    key === 'ToleratedFailurePercentage' ? undefined : value,
  );
  return JSON.parse(text) as FlowDefinition;
}

describe.skipIf(!installed)("on moto's engine the synthesized definition", () => {
  let moto: ChildProcess | undefined;
  let sandbox: Sandbox | undefined;
  let embedded: Left;
  let sfn: SFNClient;

  beforeAll(async () => {
    sandbox = await startSandbox(world());
    await sandbox.scan();
    embedded = await leftBehind(sandbox);
    await sandbox.close();
    sandbox = await startSandbox(world());
    const port = await freePort();
    moto = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
      env: { ...process.env, MOTO_PORT: String(sandbox.stack.gateway.port) },
      stdio: 'ignore',
    });
    const endpoint = `http://127.0.0.1:${port}`;
    await answers(moto, endpoint);
    await fetch(`${endpoint}/moto-api/config`, {
      method: 'POST',
      body: JSON.stringify({ stepfunctions: { execute_state_machine: true } }),
    });
    sfn = new SFNClient({ endpoint, region: 'us-east-1', credentials: MOTO_KEYS });
  }, 120_000);

  afterAll(async () => {
    sfn?.destroy();
    moto?.kill('SIGKILL');
    await sandbox?.close();
  });

  it('leaves behind the findings, the coverage and the mail that the embedded interpreter leaves', async () => {
    const { definition } = await synthesizeScanWorkflow();
    const { stateMachineArn } = await sfn.send(
      new CreateStateMachineCommand({
        name: 'ses-posture-scan',
        definition: JSON.stringify(withoutTolerance(definition)),
        roleArn: 'arn:aws:iam::111111111111:role/ses-posture-workflow',
      }),
    );
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, name: 'on-moto', input: '{}' }),
    );
    const ended = await end(sfn, executionArn);
    expect(ended, `${ended.error} ${ended.cause}`).toMatchObject({ status: 'SUCCEEDED' });
    if (!sandbox) throw new Error('No sandbox.');
    const left = await leftBehind(sandbox);
    expect(left.outcomes).toEqual(embedded.outcomes);
    expect(left.standing).toEqual(embedded.standing);
    expect(left.subjects).toEqual(embedded.subjects);
    expect(Object.keys(left.standing).length).toBeGreaterThan(100);
    const [scan] = await sandbox.table.listScans(1);
    expect(scan).toMatchObject({ name: 'on-moto', state: 'SUCCEEDED', problems: [] });
  }, 120_000);
});

/** Until it answers over HTTP. @throws Error when the server ends first */
async function answers(server: ChildProcess, endpoint: string): Promise<void> {
  const gone = new Promise<never>((_, failed) =>
    server.once('exit', (code) => failed(new Error(`moto_server ended with ${code}.`))),
  );
  const up = async (): Promise<void> => {
    while (!(await fetch(endpoint).catch(() => undefined))) await nextLook();
  };
  await Promise.race([up(), gone]);
}

async function end(
  sfn: SFNClient,
  executionArn: string | undefined,
): Promise<{ status?: string; error?: string; cause?: string }> {
  for (;;) {
    const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (execution.status !== 'RUNNING') return execution;
    await nextLook();
  }
}

/** Another process cannot be awaited otherwise than by looking. */
function nextLook(): Promise<void> {
  return new Promise((done) => setTimeout(done, 100));
}
