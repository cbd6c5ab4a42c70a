import { describe, expect, it } from 'vitest';
import { confirmFailing } from '../../lambda/dns/confirming.ts';
import { withSecondOpinion } from '../../lambda/dns/second-opinion.ts';
import { independentOf, parseServerAddress } from '../../lambda/dns/servers.ts';
import type { DnsAnswer, DnsClient } from '../../lambda/dns/types.ts';
import type { Zone } from '../support/zone.ts';
import { zoneResolver } from '../support/zone-resolver.ts';

function client(first: Zone, second?: Zone) {
  const [one, other] = [
    zoneResolver(first),
    second && zoneResolver({ 'probe.test': { TXT: ['up'] }, ...second }),
  ];
  return { one, other, dns: withSecondOpinion(one, other, { probeName: 'probe.test' }) };
}

/** Two questions, of which the first decides whether the second is asked. */
async function evaluate(dns: DnsClient): Promise<DnsAnswer<unknown>[]> {
  const text = await dns.txt('x.test');
  return text.kind === 'absent' ? [text, await dns.mx('x.test')] : [text];
}
const isAbsent = ([text]: DnsAnswer<unknown>[]): boolean => text?.kind === 'absent';

describe('what does not fail', () => {
  it('is evaluated once and confirmed nowhere', async () => {
    const { one, other, dns } = client({ 'x.test': { TXT: ['a'] } }, {});
    const [text] = await confirmFailing(dns, evaluate, isAbsent);
    expect(text).toMatchObject({ kind: 'found' });
    expect(text).not.toHaveProperty('confirmation');
    expect([one.queries, other?.queries]).toEqual([['TXT x.test'], []]);
  });

  it('is not confirmed by an evaluation that confirms on its own', async () => {
    const { other, dns } = client({ 'x.test': { TXT: ['a'] } }, {});
    const confirms: (boolean | undefined)[] = [];
    await confirmFailing(
      dns,
      async (each) => confirms.push(each.confirm !== undefined),
      () => true,
    );
    expect(confirms).toEqual([false, false]);
    expect(other?.queries).toEqual([]);
  });
});

describe('what fails', () => {
  it('stands when the second opinion gives every answer alike', async () => {
    const { dns } = client({}, {});
    const answers = await confirmFailing(dns, evaluate, isAbsent);
    expect(answers).toMatchObject([
      { kind: 'absent', confirmation: 'confirmed' },
      { kind: 'absent', type: 'MX', confirmation: 'confirmed' },
    ]);
  });

  it('is evaluated anew over what the two agree on', async () => {
    const { dns } = client({}, { 'x.test': { TXT: ['a'] } });
    const answers = await confirmFailing(dns, evaluate, isAbsent);
    expect(answers).toMatchObject([{ kind: 'unknown', because: 'DNS_INCONSISTENT' }]);
  });

  it('by an alias is without that alias where the two differ', async () => {
    const { dns } = client({ 'x.test': { CNAME: 'gone.test' } }, { 'x.test': { TXT: ['a'] } });
    const [text] = await confirmFailing(dns, evaluate, isAbsent);
    expect(text).toMatchObject({ because: 'DNS_INCONSISTENT', aliases: [] });
  });

  it('stands unconfirmed when the second opinion cannot be reached', async () => {
    const { dns } = client({}, { 'probe.test': 'TIMEOUT', 'x.test': 'TIMEOUT' });
    const answers = await confirmFailing(dns, evaluate, isAbsent);
    expect(answers).toMatchObject([{ confirmation: 'unconfirmed' }, { confirmation: 'unconfirmed' }]);
  });

  it.each([
    ['the client has no second opinion', () => client({}).dns],
    ['the client knows of none', () => zoneResolver({})],
  ])('is evaluated once when %s', async (_title, make) => {
    let evaluations = 0;
    await confirmFailing(
      make(),
      (dns) => {
        evaluations++;
        return evaluate(dns);
      },
      isAbsent,
    );
    expect(evaluations).toBe(1);
  });

  it('may rest on a PTR, which nobody confirms', async () => {
    const { other, dns } = client({}, {});
    await confirmFailing(
      dns,
      (each) => each.ptr('192.0.2.1'),
      () => true,
    );
    expect(other?.queries).toEqual([]);
  });
});

describe('the servers of a second opinion', () => {
  const first = ['192.0.2.53', '[2001:db8::53]:53'].map(parseServerAddress);

  it.each([
    ['leave out one that the first client asks', ['192.0.2.53:53', '198.51.100.53'], ['198.51.100.53']],
    ['leave it out in any spelling', ['2001:db8::53', '198.51.100.53'], ['198.51.100.53']],
    ['stay as they are when nothing else would be left', ['192.0.2.53'], ['192.0.2.53']],
  ])('%s', (_title, others, left) => {
    expect(independentOf(first, others)).toEqual(left);
  });

  it('are refused in a sentence when one is no address', () => {
    expect(() => independentOf(first, ['resolver.example'])).toThrow(/"resolver.example" is not an address/);
  });
});
