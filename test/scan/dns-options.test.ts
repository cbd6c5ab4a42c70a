/** Which resolvers a scan asks, and which it asks again: the settings, and the variables that override them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ENV } from '../../lambda/contract.ts';
import { runtimeFromEnvironment } from '../../lambda/scan/runtime.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dns-options-'));
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(folder, { recursive: true }));

function dnsOptions(dns: object, environment: { servers?: string; second?: string } = {}) {
  const file = join(folder, `${JSON.stringify([dns, environment]).replace(/[^a-z0-9]/gi, '')}.json`);
  writeFileSync(file, JSON.stringify({ dns }));
  const variables = {
    [ENV.settingsFile]: file,
    [ENV.tableName]: 'table',
    [ENV.findingsTopicArn]: 'arn:aws:sns:us-east-1:111111111111:findings',
    [ENV.reportBucketName]: 'reports',
    [ENV.dnsServers]: environment.servers ?? '',
    [ENV.secondOpinionServers]: environment.second ?? '',
    [ENV.dnsProbeName]: '',
    AWS_REGION: 'us-east-1',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const { servers, secondOpinion } = runtimeFromEnvironment().dnsOptions;
  return { servers, second: secondOpinion?.servers };
}

describe('the second opinion of a scan', () => {
  it.each<[string, Parameters<typeof dnsOptions>, string[] | undefined]>([
    ['is asked of two public resolvers by default', [{}], ['1.1.1.1', '8.8.8.8']],
    ['stands beside servers of the settings', [{ servers: ['192.0.2.53'] }], ['1.1.1.1', '8.8.8.8']],
    ['is asked where the settings say', [{ secondOpinionServers: ['192.0.2.54'] }], ['192.0.2.54']],
    ['is off with an empty list', [{ secondOpinionServers: [] }], undefined],
    ['is off by the word none', [{}, { second: 'none' }], undefined],
    [
      'is asked where the variable says',
      [{}, { second: '127.0.0.1:54,127.0.0.1:55' }],
      ['127.0.0.1:54', '127.0.0.1:55'],
    ],
    ['is off where the resolvers were replaced', [{}, { servers: '127.0.0.1:53' }], undefined],
    [
      'may be replaced with them',
      [{}, { servers: '127.0.0.1:53', second: '127.0.0.1:54' }],
      ['127.0.0.1:54'],
    ],
  ])('%s', (_title, given, second) => {
    expect(dnsOptions(...given).second).toEqual(second);
  });

  it('leaves the first resolvers to the system where nothing names them', () => {
    expect(dnsOptions({})).toMatchObject({ servers: undefined });
    expect(dnsOptions({}, { servers: '127.0.0.1:53' })).toMatchObject({ servers: ['127.0.0.1:53'] });
  });

  it('is refused in a sentence when an address is none', () => {
    expect(() => dnsOptions({ secondOpinionServers: ['dns.example'] })).toThrow(
      /dns\.secondOpinionServers\.0 is not the address of a DNS server/,
    );
  });
});
