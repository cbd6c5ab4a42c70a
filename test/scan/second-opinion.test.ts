/** SCAN-05 in a whole scan: what two resolvers say of the same world, and one line where the second is out of reach. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENV } from '../../lambda/contract.ts';
import { startDnsServer, type DnsServer } from '../../local/dns/server.ts';
import type { World } from '../../local/organization/types.ts';
import { domain } from '../../local/organization/vocabulary.ts';
import { findingsOf, flat, mailsOf, smallWorld, startSandbox, type Sandbox } from './support.ts';

/** Two accounts, in each of which one DKIM record of a domain is gone. */
function worldWith(faults: 'dkim-cname-missing'[]): World {
  return smallWorld([
    {
      id: '222222222222',
      name: 'shop',
      targets: { 'eu-west-1': { identities: [domain('shop.example', { faults })] } },
    },
    {
      id: '333333333333',
      name: 'news',
      targets: { 'us-east-1': { identities: [domain('news.example', { faults })] } },
    },
  ]);
}

const SHOP = {
  kind: 'identity',
  accountId: '222222222222',
  region: 'eu-west-1',
  name: 'shop.example',
} as const;
const TARGET = { kind: 'target', accountId: '222222222222', region: 'eu-west-1' } as const;

let sandbox: Sandbox;
let healthy: DnsServer;

beforeAll(async () => {
  sandbox = await startSandbox(worldWith(['dkim-cname-missing']));
  healthy = await startDnsServer({ world: worldWith([]) });
}, 60_000);

afterAll(async () => {
  await healthy?.close();
  await sandbox?.close();
});

/** Scans with the second opinion at `server`; `stack.close` puts the variable back. */
async function scanWith(server: string) {
  process.env[ENV.secondOpinionServers] = server;
  const { execution, scan } = await sandbox.scan();
  expect(execution.status).toBe('SUCCEEDED');
  return {
    problems: scan?.problems ?? [],
    dkim: (await findingsOf(sandbox.table, SHOP, 'DKIM-05'))[0]?.latest,
    agreement: (await findingsOf(sandbox.table, TARGET, 'SCAN-05'))[0]?.latest,
  };
}

describe('a scan', () => {
  it('whose second resolver sees what the first does not takes nothing for lost', async () => {
    const { problems, dkim, agreement } = await scanWith(healthy.address);
    expect(dkim).toMatchObject({ status: 'UNKNOWN', reason: 'DNS_INCONSISTENT' });
    expect(agreement).toMatchObject({ status: 'UNKNOWN', reason: 'DNS_INCONSISTENT' });
    expect(problems).toEqual([]);
  });

  it('whose second resolver cannot be reached goes by the first, and says so in one line of the digest', async () => {
    const gone = await startDnsServer({ world: worldWith([]) });
    await gone.close();
    const { problems, dkim, agreement } = await scanWith(gone.address);
    expect(dkim).toMatchObject({ status: 'FAIL', evidence: { unconfirmed: true } });
    expect(agreement).toMatchObject({ status: 'NOT_APPLICABLE', reason: 'SECOND_OPINION_UNAVAILABLE' });
    expect(problems).toEqual([expect.stringContaining('SECOND_OPINION_UNAVAILABLE')]);
    expect(flat(mailsOf(sandbox.stack).at(-1)?.body)).toContain(
      'the second DNS resolver could not be reached',
    );
  });

  it('without a second resolver says neither', async () => {
    const { problems, dkim, agreement } = await scanWith('none');
    expect(dkim).toMatchObject({ status: 'FAIL' });
    expect(dkim?.evidence).not.toHaveProperty('unconfirmed');
    expect(agreement).toMatchObject({ status: 'NOT_APPLICABLE', reason: 'NO_SECOND_OPINION' });
    expect(problems).toEqual([]);
  });
});
