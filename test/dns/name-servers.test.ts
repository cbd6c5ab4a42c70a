import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkResolver } from '../../lambda/dns/check-resolver.ts';
import { createDnsClient, type WireDnsClient } from '../../lambda/dns/client.ts';
import { nameExists } from '../../lambda/dns/types.ts';
import { checkHost } from '../../lambda/mail-auth/spf.ts';
import { findProgram, startNsd, startUnbound, type NameServer } from '../support/name-servers.ts';

const LARGE = Array.from({ length: 30 }, (_, n) => `"${n} ${'x'.repeat(200)}"`);

const MASTER_FILE = `
$ORIGIN lab.test.
$TTL 300
@        IN SOA ns admin 1 3600 600 86400 77
@        IN NS  ns
ns       IN A   127.0.0.1
@        IN TXT "v=spf1 a:foo:bar/baz.lab.test include:inc.lab.test -all"
@        IN MX  10 mail
mail     IN A   192.0.2.10
mail     IN AAAA 2001:db8::10
chunks   IN TXT "v=spf1 ip4:192.0" ".2.10 -all"
bytes    IN TXT "caf\\233"
large    IN TXT ${LARGE[0]}
${LARGE.slice(1)
  .map((text) => `large IN TXT ${text}`)
  .join('\n')}
alias    IN CNAME second
second   IN CNAME mail
dangling IN CNAME gone
outside  IN CNAME elsewhere.other.test.
loop     IN CNAME loop2
loop2    IN CNAME loop
x.ent    IN A   192.0.2.11
*.wild   IN TXT "wild"
foo:bar/baz IN A 192.0.2.10
inc      IN TXT "v=spf1 exists:%{ir}.list.lab.test ~all"
20.2.0.192.list IN A 127.0.0.2
nullmx   IN MX 0 .
`;
const OTHER_ZONE = `
$ORIGIN other.test.
$TTL 60
@ IN SOA ns admin 1 3600 600 86400 60
@ IN NS ns.lab.test.
elsewhere IN TXT "there"
`;

const nsdPath = findProgram('nsd');
const unboundPath = findProgram('unbound');
if (!nsdPath || !unboundPath) {
  console.log('skipped: nsd and unbound are not both installed (Debian: apt-get install nsd unbound)');
}

describe.skipIf(!nsdPath || !unboundPath).each(['nsd', 'unbound'] as const)('the client at %s', (kind) => {
  let nsd: NameServer;
  let unbound: NameServer | undefined;
  let dns: WireDnsClient;
  let address: string;

  beforeAll(async () => {
    nsd = await startNsd(nsdPath!, { 'lab.test': MASTER_FILE, 'other.test': OTHER_ZONE });
    address = nsd.address;
    if (kind === 'unbound') {
      // nsd knows no dead.test and refuses: the resolver says SERVFAIL.
      unbound = await startUnbound(unboundPath!, {
        'lab.test': nsd.address,
        'other.test': nsd.address,
        'dead.test': nsd.address,
      });
      address = unbound.address;
    }
    dns = createDnsClient({ servers: [address], timeoutMs: 2000 });
  });
  afterAll(async () => {
    await unbound?.stop();
    await nsd?.stop();
  });

  it('finds records', async () => {
    expect(await dns.mx('lab.test')).toMatchObject({
      records: [{ preference: 10, exchange: 'mail.lab.test' }],
      ttl: 300,
    });
    expect(await dns.aaaa('mail.lab.test')).toMatchObject({ records: ['2001:db8::10'] });
    expect(await dns.txt('chunks.lab.test')).toMatchObject({ records: ['v=spf1 ip4:192.0.2.10 -all'] });
    expect(await dns.txt('bytes.lab.test')).toMatchObject({ records: ['caf\u00e9'] });
    expect(await dns.mx('nullmx.lab.test')).toMatchObject({ records: [{ preference: 0, exchange: '' }] });
    expect(await dns.txt('anything.wild.lab.test')).toMatchObject({ records: ['wild'] });
  });

  it("tells NXDOMAIN, NODATA and an empty non-terminal apart, with the SOA's TTL", async () => {
    const gone = await dns.txt('gone.lab.test');
    expect(gone).toMatchObject({ kind: 'absent', because: 'NXDOMAIN', ttl: 77 });
    expect(await dns.txt('mail.lab.test')).toMatchObject({ kind: 'absent', because: 'NODATA' });
    const empty = await dns.txt('ent.lab.test');
    expect(empty).toMatchObject({ kind: 'absent', because: 'NODATA' });
    expect([nameExists(gone), nameExists(empty)]).toEqual([false, true]);
  });

  it('follows aliases, and tells one that leads nowhere', async () => {
    expect(await dns.a('alias.lab.test')).toMatchObject({
      records: ['192.0.2.10'],
      aliases: [{ target: 'second.lab.test' }, { target: 'mail.lab.test' }],
    });
    expect(await dns.txt('outside.lab.test')).toMatchObject({ records: ['there'], ttl: 60 });
    const dangling = await dns.txt('dangling.lab.test');
    expect(dangling).toMatchObject({ kind: 'absent', because: 'NXDOMAIN' });
    expect(nameExists(dangling)).toBe(true);
    expect((await dns.txt('loop.lab.test')).kind).toBe('unknown');
  });

  it('gets what does not fit UDP over TCP', async () => {
    const answer = await dns.txt('large.lab.test');
    expect(answer.kind === 'found' && answer.records).toHaveLength(LARGE.length);
    expect(dns.counts.tcp).toBeGreaterThan(0);
    expect(await checkResolver({ servers: [address], name: 'large.lab.test' })).toEqual({ usable: true });
  });

  it('does not take a server that will not or cannot answer for absence', async () => {
    const name = kind === 'nsd' ? 'nobody.example' : 'x.dead.test';
    const because = kind === 'nsd' ? 'REFUSED' : 'SERVFAIL';
    expect(await dns.txt(name)).toMatchObject({ kind: 'unknown', because });
  });

  it('evaluates SPF', async () => {
    const check = (ip: string) => checkHost({ ip, domain: 'lab.test', sender: 'a@lab.test' }, dns);
    expect((await check('192.0.2.10')).result).toBe('pass');
    expect((await check('192.0.2.20')).result).toBe('pass');
    expect((await check('192.0.2.30')).result).toBe('fail');
  });
});
