import { afterEach, describe, expect, it } from 'vitest';
import { createDnsClient, type DnsClientOptions, type WireDnsClient } from '../../lambda/dns/client.ts';
import { nameExists } from '../../lambda/dns/types.ts';
import { RCODE, startDnsServer, type DnsServer, type DnsServerOptions } from '../support/dns-server.ts';
import type { Zone } from '../support/zone.ts';

const servers: DnsServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(zone: Zone, options?: DnsServerOptions): Promise<DnsServer> {
  const server = await startDnsServer(zone, options);
  servers.push(server);
  return server;
}

function client(addresses: string[], options: DnsClientOptions = {}): WireDnsClient {
  return createDnsClient({ servers: addresses, timeoutMs: 120, attempts: 2, retryPauseMs: 1, ...options });
}

/** A server over the zone and a client of it. */
async function pair(zone: Zone, options?: DnsServerOptions, clientOptions?: DnsClientOptions) {
  const server = await serve(zone, options);
  return { server, dns: client([server.address], clientOptions) };
}

describe('what an answer holds', () => {
  const zone: Zone = {
    'example.com': {
      TXT: ['v=spf1 -all', ['two ', 'chunks'], Buffer.from([0x63, 0xe9]), 'caf\u00e9'],
      MX: [
        [20, 'Mail.Example.com'],
        [0, ''],
      ],
      A: ['192.0.2.1', '192.0.2.2'],
      AAAA: ['2001:db8::1'],
      NS: ['ns.example.com'],
      ttl: 120,
    },
    'alias.example.com': { CNAME: 'Second.Example.com', ttl: 60 },
    'second.example.com': { CNAME: 'example.com', ttl: 30 },
    '192.0.2.1': { PTR: ['Host.Example.com'] },
    '2001:db8::1': { PTR: ['six.example.com'] },
  };

  it('TXT joined, UTF-8 where valid, else latin-1', async () => {
    const { dns, server } = await pair(zone);
    expect(await dns.txt('Example.COM.')).toEqual({
      kind: 'found',
      name: 'example.com',
      type: 'TXT',
      records: ['v=spf1 -all', 'two chunks', 'c\u00e9', 'caf\u00e9'],
      aliases: [],
      ttl: 120,
      rcode: 'NOERROR',
      server: server.address,
      authenticated: false,
    });
  });

  it('MX with hosts in lower case, the null MX as an empty one', async () => {
    const { dns } = await pair(zone);
    expect(await dns.mx('example.com')).toMatchObject({
      kind: 'found',
      records: [
        { preference: 20, exchange: 'mail.example.com' },
        { preference: 0, exchange: '' },
      ],
    });
  });

  it('addresses and names', async () => {
    const { dns } = await pair(zone);
    expect(await dns.a('example.com')).toMatchObject({ records: ['192.0.2.1', '192.0.2.2'] });
    expect(await dns.ptr('::192.0.2.1')).toMatchObject({
      name: `1.0.2.0.0.0.0.c.${'0.'.repeat(24)}ip6.arpa`,
    });
    expect(await dns.aaaa('example.com')).toMatchObject({ records: ['2001:db8::1'] });
    expect(await dns.ptr('192.0.2.1')).toMatchObject({
      name: '1.2.0.192.in-addr.arpa',
      records: ['host.example.com'],
    });
    expect(await dns.ptr('2001:db8::1')).toMatchObject({ records: ['six.example.com'] });
    expect(await dns.cname('alias.example.com')).toMatchObject({
      records: ['second.example.com'],
      aliases: [],
    });
  });

  it('the whole alias chain, and the smallest TTL on it', async () => {
    const { dns, server } = await pair(zone);
    expect(await dns.a('alias.example.com')).toMatchObject({
      kind: 'found',
      aliases: [
        { name: 'alias.example.com', target: 'second.example.com' },
        { name: 'second.example.com', target: 'example.com' },
      ],
      ttl: 30,
    });
    expect(server.asked).toHaveLength(1);
  });

  it('the same chain where the server follows none of it', async () => {
    const { dns, server } = await pair(zone, { followAliases: false });
    expect(await dns.a('alias.example.com')).toMatchObject({
      kind: 'found',
      name: 'alias.example.com',
      aliases: [{ target: 'second.example.com' }, { target: 'example.com' }],
      ttl: 30,
    });
    expect(server.asked.map(({ name }) => name)).toEqual([
      'alias.example.com',
      'second.example.com',
      'example.com',
    ]);
  });

  it('the end of a chain, though the answer holds the SOA of where it began', async () => {
    const zone2: Zone = { 'a.begin.test': { CNAME: 'b.end.test' }, 'b.end.test': { TXT: ['end'] } };
    const data = { mname: 'ns.begin.test', rname: 'admin.begin.test', minimum: 60 };
    const { dns } = await pair(zone2, {
      followAliases: false,
      bend: (reply) => ({ ...reply, authorities: [{ type: 'SOA', name: 'begin.test', ttl: 60, data }] }),
    });
    expect(await dns.txt('a.begin.test')).toMatchObject({ kind: 'found', records: ['end'] });
  });

  it('the AD bit', async () => {
    const { dns } = await pair(zone, {
      bend: (reply) => ({ ...reply, flags: (reply.flags ?? 0) | (1 << 5) }),
    });
    expect(await dns.a('example.com')).toMatchObject({ authenticated: true });
  });

  it('names with octets that are no host names', async () => {
    const name = "foo:bar/baz%_jumpin' jupiter.example.com";
    const { dns } = await pair({ [name]: { A: ['192.0.2.9'] } });
    expect(await dns.a(name)).toMatchObject({ kind: 'found', records: ['192.0.2.9'] });
  });
});

describe('absent', () => {
  const zone: Zone = {
    'example.com': { A: ['192.0.2.1'] },
    'dangling.example.com': { CNAME: 'gone.example.com' },
    'tonodata.example.com': { CNAME: 'example.com' },
  };

  it.each([
    ['gone.example.com', 'NXDOMAIN', [], false],
    ['example.com', 'NODATA', [], true],
    ['dangling.example.com', 'NXDOMAIN', ['gone.example.com'], true],
    ['tonodata.example.com', 'NODATA', ['example.com'], true],
  ])('%s is %s', async (name, because, targets, exists) => {
    for (const followAliases of [true, false]) {
      const { dns } = await pair(zone, { followAliases, negativeTtl: 45 });
      const answer = await dns.txt(name);
      expect(answer).toMatchObject({ kind: 'absent', because, ttl: 45 });
      expect(answer.aliases.map(({ target }) => target)).toEqual(targets);
      expect(nameExists(answer)).toBe(exists);
    }
  });

  it('without an SOA is absent, too', async () => {
    const { dns } = await pair(zone, { negativeTtl: false });
    const answer = await dns.txt('example.com');
    expect(answer).toMatchObject({ kind: 'absent', because: 'NODATA' });
    expect('ttl' in answer).toBe(false);
  });

  it('is not said by an answer about other names', async () => {
    const { dns } = await pair(zone, {
      bend: (reply) => ({
        ...reply,
        answers: [{ type: 'TXT', name: 'evil.example.net', ttl: 9, data: 'x' }],
      }),
    });
    expect(await dns.txt('example.com')).toMatchObject({ kind: 'absent' });
  });
});

describe('unknown', () => {
  it.each<[string, Zone['x'], string, boolean | 'unknown']>([
    ['SERVFAIL', 'SERVFAIL', 'SERVFAIL', 'unknown'],
    ['REFUSED', 'REFUSED', 'REFUSED', 'unknown'],
    ['silence', 'TIMEOUT', 'TIMEOUT', 'unknown'],
    ['a loop of aliases', { CNAME: 'x.test' }, 'ALIAS_LOOP', true],
    ['an alias to what nobody answers for', { CNAME: 'broken.test' }, 'SERVFAIL', true],
  ])('for %s', async (_, entry, because, exists) => {
    const zone: Zone = { 'x.test': entry, 'broken.test': 'SERVFAIL' };
    const { dns } = await pair(zone, { followAliases: false });
    const answer = await dns.txt('x.test');
    expect(answer).toMatchObject({ kind: 'unknown', because });
    expect(nameExists(answer)).toBe(exists);
  });

  it.each([true, false])('for a loop over several names (server follows: %s)', async (followAliases) => {
    const zone: Zone = {
      'a.test': { CNAME: 'b.test' },
      'b.test': { CNAME: 'c.test' },
      'c.test': { CNAME: 'a.test' },
    };
    const { dns } = await pair(zone, { followAliases });
    expect(await dns.txt('a.test')).toMatchObject({ kind: 'unknown', because: 'ALIAS_LOOP' });
  });

  it.each([true, false])('for a chain of more than ten (server follows: %s)', async (followAliases) => {
    const zone: Zone = { 'n11.test': { A: ['192.0.2.1'] } };
    for (let n = 0; n < 11; n++) zone[`n${n}.test`] = { CNAME: `n${n + 1}.test` };
    const { dns } = await pair(zone, { followAliases });
    expect(await dns.a('n0.test')).toMatchObject({ kind: 'unknown', because: 'ALIAS_LOOP' });
    expect(await dns.a('n1.test')).toMatchObject({ kind: 'found' });
  });

  it('for a chain whose end is not answered', async () => {
    const zone: Zone = { 'a.test': { CNAME: 'b.test' }, 'b.test': 'SERVFAIL' };
    const { dns } = await pair(zone, { followAliases: false });
    expect(await dns.txt('a.test')).toMatchObject({
      kind: 'unknown',
      because: 'SERVFAIL',
      aliases: [{ name: 'a.test', target: 'b.test' }],
    });
  });

  it('for other response codes, by name', async () => {
    const { dns } = await pair({}, { bend: (reply) => ({ ...reply, flags: 9 }) });
    expect(await dns.txt('x.test')).toMatchObject({
      kind: 'unknown',
      because: 'OTHER_RCODE',
      rcode: 'NOTAUTH',
    });
  });

  it('for a referral: no word on whether the record exists', async () => {
    const { dns } = await pair(
      {},
      {
        bend: (reply) => ({
          ...reply,
          flags: 0,
          authorities: [{ type: 'NS', name: 'x.test', data: 'ns.x.test' }],
        }),
      },
    );
    expect(await dns.txt('x.test')).toMatchObject({ kind: 'unknown', because: 'OTHER_RCODE' });
  });

  it('for a port where nothing listens, at once', async () => {
    const { dns, server } = await pair({});
    await server.close();
    expect(await dns.txt('x.test')).toMatchObject({ kind: 'unknown', because: 'NETWORK_ERROR' });
  });

  it.each([
    ['', 'empty'],
    ['.', 'empty'],
    ['a..test', 'empty label'],
    ['a\n.test', 'control character'],
    ['a\ud800.test', 'half a character'],
    [`${'a'.repeat(64)}.test`, '63 octets'],
    [`${'abc.'.repeat(64)}test`, '253 octets'],
  ])('for the name %j, without a question', async (name, detail) => {
    const { dns, server } = await pair({});
    const answer = await dns.txt(name);
    expect(answer).toMatchObject({ kind: 'unknown', because: 'INVALID_NAME' });
    expect(answer.kind === 'unknown' && answer.detail).toContain(detail);
    expect(server.asked).toEqual([]);
  });

  it('for an address that is none', async () => {
    const { dns } = await pair({});
    for (const ip of ['nonsense', '1.2.3', '1', '']) {
      expect(await dns.ptr(ip)).toMatchObject({ kind: 'unknown', because: 'INVALID_NAME' });
    }
  });

  it('once the questions allowed are used up', async () => {
    const { dns, server } = await pair({ 'x.test': { A: ['192.0.2.1'] } }, {}, { maxQuestions: 1 });
    expect(await dns.a('x.test')).toMatchObject({ kind: 'found' });
    expect(await dns.a('y.test')).toMatchObject({ kind: 'unknown', because: 'QUERY_BUDGET_EXHAUSTED' });
    expect(server.asked).toHaveLength(1);
  });
});

describe('retries', () => {
  const zone: Zone = { 'x.test': { A: ['192.0.2.1'] } };
  /** Bends the first `count` replies. */
  const first = (count: number, bend: NonNullable<DnsServerOptions['bend']>): DnsServerOptions => ({
    bend: (reply, asked) => (count-- > 0 ? bend(reply, asked) : reply),
  });

  it.each<[string, NonNullable<DnsServerOptions['bend']>]>([
    ['SERVFAIL', (reply) => ({ ...reply, flags: RCODE.SERVFAIL, answers: [] })],
    ['silence', () => undefined],
    ['garbage behind the header', (reply, { id }) => garbage(id, reply.questions?.[0]?.name ?? '')],
  ])('after %s', async (_, bend) => {
    const { dns, server } = await pair(zone, first(1, bend));
    expect(await dns.a('x.test')).toMatchObject({ kind: 'found' });
    expect(server.asked).toHaveLength(2);
  });

  it('as often as allowed', async () => {
    const { dns, server } = await pair({ 'x.test': 'SERVFAIL' }, {}, { attempts: 3 });
    await dns.a('x.test');
    expect(server.asked).toHaveLength(3);
  });

  it('not after REFUSED, which does not pass', async () => {
    const { dns, server } = await pair({ 'x.test': 'REFUSED' });
    await dns.a('x.test');
    expect(server.asked).toHaveLength(1);
  });

  it('not after NXDOMAIN, which is an answer', async () => {
    const { dns, server } = await pair(zone);
    await dns.a('gone.test');
    expect(server.asked).toHaveLength(1);
  });

  it.each<['SERVFAIL' | 'REFUSED' | 'TIMEOUT']>([['SERVFAIL'], ['REFUSED'], ['TIMEOUT']])(
    'at the next server after %s, before the first is asked again',
    async (failure) => {
      const bad = await serve({ 'x.test': failure });
      const good = await serve(zone);
      const dns = client([bad.address, good.address]);
      expect(await dns.a('x.test')).toMatchObject({ kind: 'found', server: good.address });
      expect([bad.asked.length, good.asked.length]).toEqual([1, 1]);
    },
  );

  it('begin at the server that answered last', async () => {
    const dead = await serve({ test: 'TIMEOUT', 'x.test': 'TIMEOUT', 'y.test': 'TIMEOUT' });
    const good = await serve({ ...zone, 'y.test': { A: ['192.0.2.2'] } });
    const dns = client([dead.address, good.address]);
    await dns.a('x.test');
    await dns.a('y.test');
    expect([dead.asked.length, good.asked.length]).toEqual([1, 2]);
  });

  it('tell what a server said rather than that another was silent', async () => {
    const silent = await serve({ 'x.test': 'TIMEOUT' });
    const failing = await serve({ 'x.test': 'SERVFAIL' });
    const dns = client([failing.address, silent.address]);
    expect(await dns.a('x.test')).toMatchObject({ because: 'SERVFAIL', rcode: 'SERVFAIL' });
  });
});

/** A header that fits the question, and then nonsense. */
function garbage(id: number, name: string): Buffer {
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
  const header = [id >> 8, id & 255, 0x81, 0x80, 0, 1, 0, 9, 0, 0, 0, 0];
  return Buffer.from([...header, ...labels, 0, 0, 1, 0, 1, 0xff, 0xff, 0xff]);
}

describe('EDNS', () => {
  const zone: Zone = { 'x.test': { A: ['192.0.2.1'] }, 'y.test': { A: ['192.0.2.2'] } };

  it.each(['FORMERR', 'NOTIMP'] as const)('is left out after %s, from then on', async (code) => {
    const { dns, server } = await pair(zone, {
      bend: (reply, { edns }) =>
        edns ? { ...reply, flags: RCODE[code], answers: [], additionals: [] } : reply,
    });
    expect(await dns.a('x.test')).toMatchObject({ kind: 'found' });
    expect(await dns.a('y.test')).toMatchObject({ kind: 'found' });
    expect(server.asked.map(({ edns }) => edns)).toEqual([true, false, false]);
  });

  it('is left out after FORMERR without a question', async () => {
    const { dns } = await pair(zone, {
      bend: (reply, { edns }) =>
        edns ? { ...reply, flags: RCODE.FORMERR, questions: [], answers: [], additionals: [] } : reply,
    });
    expect(await dns.a('x.test')).toMatchObject({ kind: 'found' });
  });

  it('of a higher version (BADVERS) is no answer without records', async () => {
    const { dns } = await pair(zone, {
      bend: (reply, { edns }) => {
        if (!edns) return reply;
        const additionals = reply.additionals?.map((opt) => ({ ...opt, extendedRcode: 1 }));
        return { ...reply, answers: [], additionals: additionals ?? [] };
      },
    });
    expect(await dns.a('x.test')).toMatchObject({ kind: 'found' });
  });

  it('is left out in the last round where all before was silence', async () => {
    const { dns, server } = await pair(zone, { bend: (reply, { edns }) => (edns ? undefined : reply) });
    expect(await dns.a('x.test')).toMatchObject({ kind: 'found' });
    expect(server.asked.map(({ edns }) => edns)).toEqual([true, false]);
  });
});

describe('TCP', () => {
  const large = Array.from({ length: 40 }, (_, n) => `${n} ${'x'.repeat(200)}`);

  it('brings what does not fit UDP', async () => {
    const { dns, server } = await pair({ 'x.test': { TXT: large } });
    expect(await dns.txt('x.test')).toMatchObject({ kind: 'found', records: large });
    expect(server.asked.map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
    expect(dns.counts).toEqual({ udp: 1, tcp: 1 });
  });

  it('is not needed up to 1,232 octets', async () => {
    const { dns, server } = await pair({ 'x.test': { TXT: large.slice(0, 5) } });
    expect(await dns.txt('x.test')).toMatchObject({ kind: 'found' });
    expect(server.asked).toHaveLength(1);
  });

  it('decides: nothing of a truncated answer counts', async () => {
    const { dns } = await pair(
      { 'x.test': { TXT: ['whole'] } },
      {
        bend: (reply, { transport }) =>
          transport === 'tcp'
            ? reply
            : {
                ...reply,
                flags: (reply.flags ?? 0) | (1 << 9),
                answers: [{ type: 'TXT', name: 'x.test', ttl: 5, data: 'part' }],
              },
      },
    );
    expect(await dns.txt('x.test')).toMatchObject({ records: ['whole'] });
  });

  it('that fails leaves the answer unknown', async () => {
    const { dns } = await pair(
      { 'x.test': { TXT: large } },
      { bend: (reply, { transport }) => (transport === 'tcp' ? undefined : reply) },
    );
    expect(await dns.txt('x.test')).toMatchObject({ kind: 'unknown', because: 'TIMEOUT' });
  });
});

describe('answers that are not ours', () => {
  const zone: Zone = { 'x.test': { A: ['192.0.2.1'] } };
  const forged = [{ type: 'A', name: 'x.test', ttl: 9, data: '203.0.113.66' }] as const;

  it.each<[string, NonNullable<DnsServerOptions['bend']>]>([
    ['another id', (reply) => ({ ...reply, id: ((reply.id ?? 0) + 1) % 65536, answers: [...forged] })],
    [
      'another name',
      (reply) => ({ ...reply, questions: [{ type: 'A', name: 'y.test' }], answers: [...forged] }),
    ],
    [
      'another type',
      (reply) => ({ ...reply, questions: [{ type: 'AAAA', name: 'x.test' }], answers: [...forged] }),
    ],
    ['no question', (reply) => ({ ...reply, questions: [], answers: [...forged] })],
    ['a query', (reply) => ({ ...reply, type: 'query', answers: [...forged] })],
  ])('are passed over: %s', async (_, forge) => {
    const { dns } = await pair(zone, {
      bend: (reply, asked) => [forge(reply, asked) as never, reply],
    });
    expect(await dns.a('x.test')).toMatchObject({ kind: 'found', records: ['192.0.2.1'] });
  });

  it('are taken in any letter case of the question', async () => {
    const { dns } = await pair(zone, {
      bend: (reply) => ({ ...reply, questions: [{ type: 'A', name: 'X.TEST' }] }),
    });
    expect(await dns.a('x.test')).toMatchObject({ kind: 'found' });
  });

  it('in a flood end the try', async () => {
    const { dns } = await pair(zone, {
      bend: (reply) => Array.from({ length: 40 }, () => ({ ...reply, id: ((reply.id ?? 0) + 1) % 65536 })),
    });
    expect(await dns.a('x.test')).toMatchObject({ kind: 'unknown', because: 'MALFORMED_ANSWER' });
  });

  it('are hard to forge: ids and ports change from question to question', async () => {
    const { dns, server } = await pair({});
    for (let n = 0; n < 20; n++) await dns.a(`n${n}.test`);
    expect(new Set(server.asked.map(({ id }) => id)).size).toBeGreaterThan(15);
    expect(new Set(server.asked.map(({ port }) => port)).size).toBeGreaterThan(10);
  });
});

describe('the cache', () => {
  it('asks once for one name and type, whatever the letter case', async () => {
    const { dns, server } = await pair({ 'x.test': { A: ['192.0.2.1'], TXT: ['x'] } });
    const answers = await Promise.all([dns.a('x.test'), dns.a('X.test.'), dns.a('x.test')]);
    await dns.a('x.test');
    await dns.txt('x.test');
    expect(answers.every(({ kind }) => kind === 'found')).toBe(true);
    expect(server.asked.map(({ type }) => type)).toEqual(['A', 'TXT']);
  });

  it('keeps absence as long as the SOA says', async () => {
    const { dns, server } = await pair({}, { negativeTtl: 60 });
    await dns.a('x.test');
    await dns.a('x.test');
    expect(server.asked).toHaveLength(1);
  });

  it('keeps a failure for a moment', async () => {
    const { dns, server } = await pair({ 'x.test': 'REFUSED' });
    await dns.a('x.test');
    await dns.a('x.test');
    expect(server.asked).toHaveLength(1);
  });

  it.each([
    ['a record', { 'x.test': { A: ['192.0.2.1'], ttl: 0 } }],
    ['an absence', {}],
  ])('keeps nothing with TTL 0: %s', async (_, zone) => {
    const { dns, server } = await pair(zone, { negativeTtl: 0 });
    await dns.a('x.test');
    await dns.a('x.test');
    expect(server.asked).toHaveLength(2);
  });
});

describe('many questions', () => {
  it('stay within the number allowed at once', async () => {
    const names = Array.from({ length: 200 }, (_, n) => `n${n}.test`);
    const { dns, server } = await pair({}, {}, { udpInFlight: 5, timeoutMs: 2000 });
    const answers = await Promise.all(names.map((name) => dns.a(name)));
    expect(answers.every(({ kind }) => kind === 'absent')).toBe(true);
    expect(server.asked).toHaveLength(200);
  });
});

describe('addresses of servers', () => {
  it.each(['127.0.0.1', '127.0.0.1:5353', '::1', '[::1]:5353'])('takes %s', (address) => {
    expect(createDnsClient({ servers: [address] }).servers).toHaveLength(1);
  });

  it.each(['localhost', '127.0.0.1:0', '127.0.0.1:65536', '127.0.0.1:x', '', '[::1'])(
    'refuses %j in a sentence',
    (address) => {
      expect(() => createDnsClient({ servers: [address] })).toThrow(/is not an address; write it as/);
    },
  );

  it("takes the system's where none is given", () => {
    expect(() => createDnsClient()).not.toThrow();
  });
});
