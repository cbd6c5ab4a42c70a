import { afterEach, describe, expect, it } from 'vitest';
import { checkResolver } from '../../lambda/dns/check-resolver.ts';
import { startDnsServer, type DnsServer, type DnsServerOptions } from '../support/dns-server.ts';
import type { Zone } from '../support/zone.ts';

const LARGE: Zone = {
  'large.test': { TXT: Array.from({ length: 20 }, (_, n) => `${n} ${'x'.repeat(200)}`) },
};

let server: DnsServer | undefined;
afterEach(() => server?.close());

async function check(zone: Zone, options?: DnsServerOptions) {
  server = await startDnsServer(zone, options);
  return checkResolver({ servers: [server.address], name: 'large.test', timeoutMs: 120, attempts: 2 });
}

describe('a resolver is usable', () => {
  it('when it answers over UDP and over TCP', async () => {
    expect(await check(LARGE)).toEqual({ usable: true });
    expect(new Set(server?.asked.map(({ transport }) => transport))).toEqual(new Set(['udp', 'tcp']));
  });

  it('when the second try answers', async () => {
    let drops = 2;
    expect(await check(LARGE, { bend: (reply) => (drops-- > 0 ? undefined : reply) })).toEqual({
      usable: true,
    });
  });
});

describe('a resolver is not usable, and it is said why', () => {
  it.each<[string, DnsServerOptions, RegExp]>([
    [
      'without TCP',
      { bend: (reply, { transport }) => (transport === 'tcp' ? undefined : reply) },
      /over TCP: .*no answer/,
    ],
    [
      'without UDP',
      { bend: (reply, { transport }) => (transport === 'udp' ? undefined : reply) },
      /over UDP: .*no answer/,
    ],
    ['that is silent', { bend: () => undefined }, /over UDP: .*; TXT large\.test over TCP: /],
  ])('%s', async (_, options, detail) => {
    const checked = await check(LARGE, options);
    expect(checked).toEqual({ usable: false, detail: expect.stringMatching(detail) as string });
  });

  it.each<[string, Zone, RegExp]>([
    ['that refuses', { 'large.test': 'REFUSED' }, /answered REFUSED/],
    ['that does not know the name', {}, /answered NXDOMAIN/],
    ['that has no record', { 'large.test': {} }, /answered without a record/],
  ])('%s', async (_, zone, detail) => {
    expect(await check(zone)).toEqual({ usable: false, detail: expect.stringMatching(detail) as string });
  });

  it('where nothing listens', async () => {
    server = await startDnsServer({});
    await server.close();
    const checked = await checkResolver({
      servers: [server.address],
      name: 'large.test',
      timeoutMs: 120,
      attempts: 1,
    });
    expect(checked).toEqual({ usable: false, detail: expect.stringMatching(/ECONNREFUSED/) as string });
  });
});
