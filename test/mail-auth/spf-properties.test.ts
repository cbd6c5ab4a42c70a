import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DnsAnswer, DnsClient } from '../../lambda/dns/types.ts';
import {
  analyseSpf,
  checkHost,
  expandNetworks,
  findSpfNearMisses,
  parseSpfRecord,
  selectSpfRecords,
  type SpfNode,
} from '../../lambda/mail-auth/spf.ts';
import { spfSender, spfZone } from '../support/spf-zones.ts';
import { zoneResolver } from '../support/zone-resolver.ts';

const RESULTS = ['none', 'neutral', 'pass', 'fail', 'softfail', 'temperror', 'permerror'];

/** Text made of what SPF is made of, in any order, and of anything else. */
const piece = fc.constantFrom(
  ...['v=spf1', ' ', 'a', 'mx', 'ptr', 'exists', 'include', 'all', 'ip4', 'ip6', 'redirect=', 'exp='],
  ...[
    ':',
    '/',
    '//',
    '.',
    '..',
    '%',
    '%%',
    '%_',
    '%-',
    '%{',
    '}',
    '%{i}',
    '%{S1r-+/=_}',
    '%{p}',
    '%{d99999999r}',
  ],
  ...['-', '~', '?', '+', '=', '0', '24', '129', '192.0.2.10', '::', '::ffff:1.2.3.4', 'a.test', 'test'],
  ...['\t', '\r\n', '\0', '\u00e9', '\u{1f600}', '"', 'a'.repeat(64), '9'.repeat(400)],
);
const spfLike = fc.array(fc.oneof({ weight: 9, arbitrary: piece }, { weight: 1, arbitrary: fc.string() }), {
  maxLength: 40,
});
const recordText = fc.oneof(
  spfLike.map((pieces) => `v=spf1 ${pieces.join('')}`),
  spfLike.map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

describe('SPF with arbitrary records', () => {
  it('always ends in one of the seven results, and never throws', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(recordText, { maxLength: 2 }),
        recordText,
        spfSender,
        async (texts, other, sender) => {
          const zone = {
            'a.test': { TXT: texts, A: ['192.0.2.10'] },
            test: { TXT: [other] },
            'b.test': { TXT: [other] },
          };
          const dns = zoneResolver(zone);
          const check = await checkHost({ ...sender, domain: 'a.test' }, dns);
          expect(RESULTS).toContain(check.result);
          expect(check.lookups).toBeLessThanOrEqual(11);
          expect(check.voidLookups).toBeLessThanOrEqual(3);
          const analysis = await analyseSpf('a.test', dns);
          if (!analysis.problems.some(({ level }) => level === 'error')) {
            expect(analysis.valid).not.toBe(false);
          }
          await expandNetworks('a.test', dns);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('takes any sender, domain, HELO and address', async () => {
    const dns = zoneResolver({
      'a.test': { TXT: ['v=spf1 exists:%{s}.%{h}.%{l9r-}.test exp=%{S}.test -all'] },
    });
    const text = fc.string({ unit: 'binary', maxLength: 400 });
    await fc.assert(
      fc.asyncProperty(text, text, text, text, async (ip, domain, sender, helo) => {
        expect((await checkHost({ ip, domain, sender, helo }, dns)).result).toMatch(/^(none|temperror)$/);
        const check = await checkHost({ ip: '192.0.2.1', domain: 'a.test', sender, helo }, dns);
        expect(check.result).toBe('fail');
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['%{l1}', '%{s1}', '%{h1r}', '%{S}'])(
    'is done in no time with %s ten thousand times and a megabyte of sender',
    async (macro) => {
      const record = `v=spf1 exists:${macro.repeat(10_000)}.test ~all`;
      for (const char of ['.', 'x', '@']) {
        const long = char.repeat(1_000_000);
        const dns = zoneResolver({ 'a.test': { TXT: [record] } });
        const query = { ip: '192.0.2.1', domain: 'a.test', sender: `${long}@a.test`, helo: long };
        const started = performance.now();
        expect((await checkHost(query, dns)).result).toBe('softfail');
        expect(performance.now() - started).toBeLessThan(2000);
      }
    },
  );

  it('points at places that are in the text', () => {
    fc.assert(
      fc.property(recordText, (text) => {
        for (const { start = 0, end = 0, message } of parseSpfRecord(text).problems) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(start).toBeLessThanOrEqual(end);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(message.length).toBeLessThan(400);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('never calls one text both a record and a near miss', () => {
    fc.assert(
      fc.property(recordText, (text) => {
        expect(selectSpfRecords([text]).length + findSpfNearMisses([text]).length).toBeLessThan(2);
      }),
    );
  });

  it.each([
    ['one term of 16,000 characters', `v=spf1 a:${'%{s}'.repeat(4000)}`],
    ['a macro that never closes', `v=spf1 a:%{d${'-'.repeat(16_000)}`],
    ['16,000 digits', `v=spf1 a:x.${'1'.repeat(16_000)}`],
    ['16,000 slashes', `v=spf1 a${'/'.repeat(16_000)}`],
    ['a hyphenated top label', `v=spf1 a:x.${'a-'.repeat(8000)}`],
    ['a modifier name', `v=spf1 ${'a'.repeat(16_000)}`],
    ['5,000 terms', `v=spf1 ${'all '.repeat(4000)}`],
    ['a megabyte', `v=spf1 ${'ip4:192.0.2.1 '.repeat(70_000)}`],
    ['a megabyte of blanks', ' '.repeat(1_000_000)],
    ['a megabyte of quotes', '"'.repeat(1_000_000)],
  ])('reads %s within 200 ms', async (_, text) => {
    const dns = zoneResolver({ 'a.test': { TXT: [text] } });
    const sender = `${'x'.repeat(1000)}@a.test`;
    let best = Number.POSITIVE_INFINITY;
    // The best of five: the machine may be busy, the text is the same.
    for (let run = 0; run < 5 && best >= 200; run++) {
      const started = performance.now();
      parseSpfRecord(text);
      findSpfNearMisses([text]);
      await checkHost({ ip: '192.0.2.1', domain: 'a.test', sender }, dns);
      best = Math.min(best, performance.now() - started);
    }
    expect(best).toBeLessThan(200);
  });
});

describe('SPF over generated zones', () => {
  it('tells by its tree what it counted', async () => {
    await fc.assert(
      fc.asyncProperty(spfZone, spfSender, async (zone, sender) => {
        const domain = sender.sender.slice(sender.sender.lastIndexOf('@') + 1);
        const check = await checkHost({ ...sender, domain }, zoneResolver(zone));
        expect(costOf(check.tree)).toBe(check.lookups);
        expect(check.tree.result).toBe(check.result);
        const errors = check.problems.filter(({ level }) => level === 'error');
        expect(errors.length > 0).toBe(check.result === 'permerror' || check.result === 'temperror');
      }),
      { numRuns: 2000 },
    );
  });

  it('is never worse than the static worst case, where that is exact', async () => {
    await fc.assert(
      fc.asyncProperty(spfZone, spfSender, async (zone, sender) => {
        const analysis = await analyseSpf('a.test', zoneResolver(zone));
        const check = await checkHost(
          { ...sender, domain: 'a.test', sender: 'user@a.test' },
          zoneResolver(zone),
        );
        if (!analysis.worstCase.exact) return;
        expect(check.lookups).toBeLessThanOrEqual(analysis.worstCase.lookups);
        if (analysis.undecidable.length > 0) return;
        // Limits depend on the client; every other permerror is seen without one.
        const limited = check.problems.some(({ code }) => code.startsWith('TOO_MANY'));
        if (check.result === 'permerror' && !limited) expect(analysis.valid).not.toBe(true);
        if (check.result === 'pass' && analysis.all.qualifier === '-' && analysis.all.domain === 'a.test') {
          expect(analysis.status).toBe('found');
        }
      }),
      { numRuns: 2000 },
    );
  });
});

function costOf(node: SpfNode): number {
  return node.terms.reduce((sum, term) => sum + term.cost + (term.child ? costOf(term.child) : 0), 0);
}

describe('the null sender without a domain', () => {
  it('is checked by its HELO name', async () => {
    const dns = zoneResolver({ 'mail.test': { TXT: ['v=spf1 exists:%{s}.test -all'] } });
    const query = { ip: '192.0.2.1', domain: '', sender: '' };
    expect((await checkHost({ ...query, helo: 'mail.test' }, dns)).result).toBe('fail');
    expect(dns.queries).toEqual(['TXT mail.test', 'A postmaster@mail.test.test']);
    expect((await checkHost(query, dns)).result).toBe('none');
    expect((await checkHost({ ...query, sender: 'a@mail.test', helo: 'mail.test' }, dns)).result).toBe(
      'none',
    );
  });
});

describe('a resolver that misbehaves', () => {
  const never = new Promise<never>(() => undefined);
  const answer: DnsAnswer<string> = {
    kind: 'found',
    name: 'a.test',
    type: 'TXT',
    aliases: [],
    records: ['v=spf1 a:slow.test -all'],
    ttl: 1,
  };
  const client = (a: () => Promise<DnsAnswer<string>>): DnsClient => ({
    ...zoneResolver({}),
    txt: () => Promise.resolve(answer),
    a,
  });
  const query = { ip: '192.0.2.1', domain: 'a.test', sender: 'x@a.test' };

  it('and never answers is temperror when the time is up', async () => {
    const check = await checkHost(
      query,
      client(() => never),
      { timeLimitMs: 20 },
    );
    expect(check.result).toBe('temperror');
    expect(check.problems.map(({ code }) => code)).toEqual(['TIME_LIMIT']);
  });

  it('and rejects is temperror', async () => {
    const check = await checkHost(
      query,
      client(() => Promise.reject(new Error('broken'))),
    );
    expect(check).toMatchObject({ result: 'temperror', problems: [{ code: 'DNS_FAILURE' }] });
  });

  it('and throws is temperror', async () => {
    const broken = client(() => {
      throw new Error('broken');
    });
    expect((await checkHost(query, broken)).result).toBe('temperror');
  });
});

describe('the tree and the problems of one evaluation', () => {
  it('say what was asked, what it cost and what it found', async () => {
    const dns = zoneResolver({
      'a.test': { TXT: ['v=spf1 a:gone.test include:b.test mx ~all'] },
      'b.test': { TXT: ['v=spf1 exists:%{ir}.list.test ip4:192.0.2.0/24'] },
    });
    const check = await checkHost({ ip: '192.0.2.1', domain: 'a.test', sender: 'x@a.test' }, dns);
    expect(check).toMatchObject({ result: 'pass', lookups: 3, voidLookups: 2 });
    expect(check.tree).toEqual({
      domain: 'a.test',
      record: 'v=spf1 a:gone.test include:b.test mx ~all',
      result: 'pass',
      terms: [
        {
          term: 'a:gone.test',
          start: 7,
          end: 18,
          cost: 1,
          outcome: 'no-match',
          target: 'gone.test',
          void: true,
        },
        {
          term: 'include:b.test',
          start: 19,
          end: 33,
          cost: 1,
          outcome: 'match',
          target: 'b.test',
          child: {
            domain: 'b.test',
            record: 'v=spf1 exists:%{ir}.list.test ip4:192.0.2.0/24',
            result: 'pass',
            terms: [
              {
                term: 'exists:%{ir}.list.test',
                start: 7,
                end: 29,
                cost: 1,
                outcome: 'no-match',
                target: '1.2.0.192.list.test',
                void: true,
              },
              { term: 'ip4:192.0.2.0/24', start: 30, end: 46, cost: 0, outcome: 'match' },
            ],
          },
        },
      ],
    });
  });

  it('name the term that broke it', async () => {
    const dns = zoneResolver({ 'a.test': { TXT: ['v=spf1 ip4:10.0.0.1 include:gone.test -all'] } });
    const check = await checkHost({ ip: '192.0.2.1', domain: 'a.test', sender: 'x@a.test' }, dns);
    expect(check.problems).toEqual([
      {
        code: 'TARGET_WITHOUT_RECORD',
        level: 'error',
        message: 'gone.test has no SPF record, so "include:gone.test" breaks the whole record.',
        domain: 'a.test',
        start: 20,
        end: 37,
      },
    ]);
    expect(check.tree.terms.map(({ outcome }) => outcome)).toEqual(['no-match', 'permerror']);
  });
});
