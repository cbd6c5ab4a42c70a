import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDnsClient } from '../../lambda/dns/client.ts';
import type { DnsClient } from '../../lambda/dns/types.ts';
import { checkHost } from '../../lambda/mail-auth/spf.ts';
import { startDnsServer, type DnsServer } from '../support/dns-server.ts';
import { zoneResolver } from '../support/zone-resolver.ts';
import { SPF_SECTIONS, type SpfCase } from './spf-cases.ts';

async function expectCase(one: SpfCase, dns: DnsClient): Promise<void> {
  const domain =
    one.domain ?? (one.from === '' ? (one.helo ?? '') : one.from.slice(one.from.lastIndexOf('@') + 1));
  const helo = one.helo === undefined ? {} : { helo: one.helo };
  const check = await checkHost({ ip: one.ip ?? '192.0.2.10', domain, sender: one.from, ...helo }, dns);
  const told = JSON.stringify(check.problems);
  expect(check.result, told).toBe(one.result);
  if ('explanation' in one) expect(check.explanation, told).toBe(one.explanation);
  if (one.lookups !== undefined) expect(check.lookups, 'lookups').toBe(one.lookups);
  if (one.voids !== undefined) expect(check.voidLookups, 'voids').toBe(one.voids);
  expect(check.tree.result).toBe(check.result);
}

describe.each(SPF_SECTIONS)('SPF, RFC 7208 section $title', ({ zone, cases }) => {
  it.each(cases)('$it ($from -> $result)', (one) => expectCase(one, zoneResolver(zone)));
});

describe.each(SPF_SECTIONS)('SPF through the wire: $title', ({ zone, cases }) => {
  let server: DnsServer;
  let dns: DnsClient;
  beforeAll(async () => {
    server = await startDnsServer(zone);
    dns = createDnsClient({ servers: [server.address], timeoutMs: 150, attempts: 2, retryPauseMs: 1 });
  });
  afterAll(() => server.close());

  it.each(cases)('$it ($from -> $result)', (one) => expectCase(one, dns));
});
