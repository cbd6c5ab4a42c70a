import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OrganizationsClient, ListRootsCommand } from '@aws-sdk/client-organizations';
import { GetSendStatisticsCommand, SESClient } from '@aws-sdk/client-ses';
import { GetAccountCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type GatewayOptions, renderCounts } from '../../local/gateway/server.ts';
import { refusalOf, type Sandbox, startSandbox } from './harness.ts';
import { makeWorld, MANAGEMENT, MEMBER, memberKeys } from './world.ts';

async function sandboxForTest(options: Partial<GatewayOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

const v2 = (sandbox: Sandbox, region = 'eu-west-1', keys = memberKeys): SESv2Client =>
  new SESv2Client(sandbox.config(keys, region));
const v1 = (sandbox: Sandbox, region = 'eu-west-1'): SESClient =>
  new SESClient(sandbox.config(memberKeys, region));
const getAccount = new GetAccountCommand({});
const getStatistics = new GetSendStatisticsCommand({});

describe('The server', () => {
  it('listens on 127.0.0.1 only, on any free port', async () => {
    const { gateway } = await sandboxForTest({ dnsAddress: '127.0.0.1:5353' });
    expect(gateway.url).toBe(`http://127.0.0.1:${gateway.port}`);
    expect(gateway.dnsAddress).toBe('127.0.0.1:5353');
  });

  it('names a port that is in use', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    await expect(startSandbox({ port })).rejects.toThrow(`Port ${port} of 127.0.0.1 is in use.`);
    await new Promise((resolve) => holder.close(resolve));
  });

  it('ends connections that are open or unanswered when it closes', async () => {
    const sandbox = await startSandbox();
    await v2(sandbox).send(getAccount);
    sandbox.gateway.inject({ match: { service: 'sesv2' }, respond: 'hang' });
    const unanswered = refusalOf(v2(sandbox).send(getAccount));
    await expect.poll(() => sandbox.gateway.counts()[0]?.calls).toBe(2);
    await sandbox.close();
    expect((await unanswered).status).toBeUndefined();
  });

  it('answers from the World that it was given last', async () => {
    const sandbox = await sandboxForTest();
    const production = async (): Promise<boolean | undefined> =>
      (await v2(sandbox).send(getAccount)).ProductionAccessEnabled;
    expect(await production()).toBe(true);
    const world = makeWorld();
    for (const account of world.accounts) account.targets = {};
    sandbox.gateway.setWorld(world);
    expect(await production()).toBe(false);
  });
});

describe('The rate of SES calls', () => {
  it('is held per account and Region, v1 and v2 together, and refills', async () => {
    let now = 0;
    const sandbox = await sandboxForTest({ requestsPerSecond: 1, monotonicMs: () => now });
    await v2(sandbox).send(getAccount);
    expect(await refusalOf(v2(sandbox).send(getAccount))).toMatchObject({
      name: 'TooManyRequestsException',
      status: 429,
    });
    expect(await refusalOf(v1(sandbox).send(getStatistics))).toMatchObject({
      name: 'Throttling',
      status: 400,
    });
    await v2(sandbox, 'us-east-1').send(getAccount);
    await v2(sandbox, 'eu-west-1', sandbox.config().credentials as typeof memberKeys).send(getAccount);
    now = 999;
    expect((await refusalOf(v1(sandbox).send(getStatistics))).name).toBe('Throttling');
    now = 1000;
    await v1(sandbox).send(getStatistics);
  });

  it('holds no other service', async () => {
    const sandbox = await sandboxForTest({ requestsPerSecond: 1, monotonicMs: () => 0 });
    const sts = new STSClient(sandbox.config());
    for (let call = 0; call < 3; call += 1) await sts.send(new GetCallerIdentityCommand({}));
    expect(sandbox.gateway.counts()).toMatchObject([{ calls: 3, errors: 0 }]);
  });

  it('is not held unless it is set', async () => {
    const sandbox = await sandboxForTest();
    for (let call = 0; call < 5; call += 1) await v2(sandbox).send(getAccount);
    expect(sandbox.gateway.counts()).toMatchObject([{ calls: 5, errors: 0 }]);
  });
});

describe('The counts', () => {
  it('tell service, action, account and Region of every accepted signature', async () => {
    const sandbox = await sandboxForTest();
    await v2(sandbox).send(getAccount);
    await v2(sandbox).send(getAccount);
    await v1(sandbox, 'us-east-1').send(getStatistics);
    await refusalOf(v2(sandbox, 'eu-west-3').send(getAccount));
    await refusalOf(
      v2(sandbox, 'eu-west-1', { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' }).send(getAccount),
    );
    const row = { accountId: MEMBER, errors: 0 };
    expect(sandbox.gateway.counts()).toEqual([
      { ...row, service: 'ses', action: 'GetSendStatistics', region: 'us-east-1', calls: 1 },
      { ...row, service: 'sesv2', action: 'GetAccount', region: 'eu-west-1', calls: 2 },
      { ...row, service: 'sesv2', action: 'GetAccount', region: 'eu-west-3', calls: 1, errors: 1 },
    ]);
    sandbox.gateway.resetCounts();
    expect(sandbox.gateway.counts()).toEqual([]);
  });

  it('can be printed', () => {
    const row = {
      service: 'sesv2',
      action: 'GetAccount',
      accountId: MEMBER,
      region: 'eu-west-1',
      calls: 12,
      errors: 3,
    };
    expect(renderCounts([row, { ...row, service: 'sts', action: 'AssumeRole', calls: 1, errors: 0 }])).toBe(
      [
        'service  action      account       region     calls  errors',
        'sesv2    GetAccount  222222222222  eu-west-1     12       3',
        'sts      AssumeRole  222222222222  eu-west-1      1       0',
        'total                                            13       3',
      ].join('\n'),
    );
  });
});

describe('An injected fault', () => {
  const busy = { status: 503, code: 'ServiceUnavailable', message: 'Try later' };

  it('answers in the shape of the service, so often as it says', async () => {
    const sandbox = await sandboxForTest();
    sandbox.gateway.inject({ match: { action: 'GetAccount' }, times: 2, respond: busy });
    sandbox.gateway.inject({ match: { service: 'ses' }, times: 1, respond: busy });
    for (const call of [
      () => v2(sandbox).send(getAccount),
      () => v1(sandbox).send(getStatistics),
      () => v2(sandbox).send(getAccount),
    ]) {
      expect(await refusalOf(call())).toMatchObject({
        name: 'ServiceUnavailable',
        message: 'Try later',
        status: 503,
      });
    }
    await v2(sandbox).send(getAccount);
    await v1(sandbox).send(getStatistics);
  });

  it('hits only what it matches, until it is disposed', async () => {
    const sandbox = await sandboxForTest();
    const match = { service: 'sesv2', action: 'GetAccount', accountId: MEMBER, region: 'eu-west-1' };
    const dispose = sandbox.gateway.inject({ match, respond: busy });
    await v2(sandbox, 'us-east-1').send(getAccount);
    await v2(sandbox, 'eu-west-1', sandbox.config().credentials as typeof memberKeys).send(getAccount);
    expect((await refusalOf(v2(sandbox).send(getAccount))).name).toBe('ServiceUnavailable');
    dispose();
    await v2(sandbox).send(getAccount);
  });

  it('can reset the connection, or let the caller wait', async () => {
    const sandbox = await sandboxForTest();
    sandbox.gateway.inject({ match: {}, times: 1, respond: 'reset' });
    const { message } = await refusalOf(v2(sandbox).send(getAccount));
    expect(message).toMatch(/ECONNRESET|socket hang up/);
    sandbox.gateway.inject({ match: {}, times: 1, respond: 'hang' });
    const abortSignal = AbortSignal.timeout(100);
    expect((await refusalOf(v2(sandbox).send(getAccount, { abortSignal }))).name).toBe('AbortError');
    await v2(sandbox).send(getAccount);
  });
});

describe('Without strict signatures', () => {
  it('takes any key as the management account’s, in any Region', async () => {
    const sandbox = await sandboxForTest({ strictSignatures: false });
    const config = sandbox.config(
      { accessKeyId: 'AKIAREAL', secretAccessKey: 'x', sessionToken: 'y' },
      'mx-central-1',
    );
    expect(await new STSClient(config).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: MANAGEMENT,
    });
    await expect(new OrganizationsClient(config).send(new ListRootsCommand({}))).resolves.toBeDefined();
  });

  it('still knows the World’s own keys by their account', async () => {
    const sandbox = await sandboxForTest({ strictSignatures: false });
    const config = sandbox.config({ ...memberKeys, secretAccessKey: 'whatever' });
    expect(await new STSClient(config).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: MEMBER,
    });
  });
});
