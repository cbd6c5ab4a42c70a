import { describe, expect, it } from 'vitest';
import { withSecondOpinion } from '../../lambda/dns/second-opinion.ts';
import { analyseSpf, type SpfAnalysis, type SpfProblem } from '../../lambda/mail-auth/spf.ts';
import type { Zone } from '../support/zone.ts';
import { zoneResolver } from '../support/zone-resolver.ts';

const record = (terms: string) => ({ TXT: [`v=spf1 ${terms}`] });
const analyse = (zone: Zone) => analyseSpf('example.com', zoneResolver(zone));
const codes = ({ problems }: SpfAnalysis) => problems.map(({ code }) => code);

/** The text at a problem's place, in the record it names. */
function placeOf(analysis: SpfAnalysis, zone: Zone, code: SpfProblem['code']): string | undefined {
  const problem = analysis.problems.find((one) => one.code === code);
  const entry = zone[problem?.domain ?? ''];
  const text = typeof entry === 'object' && Array.isArray(entry.TXT) ? String(entry.TXT[0]) : '';
  return text.slice(problem?.start, problem?.end);
}

describe('the status of a domain', () => {
  it.each<[string, Zone, SpfAnalysis['status'], boolean | 'unknown']>([
    ['one record', { 'example.com': record('-all') }, 'found', true],
    ['none', { 'example.com': {} }, 'none', true],
    ['no such name', {}, 'none', true],
    ['two', { 'example.com': { TXT: ['v=spf1 -all', 'v=spf1 ~all'] } }, 'multiple', false],
    ['SERVFAIL', { 'example.com': 'SERVFAIL' }, 'unknown', 'unknown'],
    ['a broken one', { 'example.com': record('ip4:1.2.3 -all') }, 'found', false],
  ])('%s', async (_, zone, status, valid) => {
    expect(await analyse(zone)).toMatchObject({ status, valid });
  });

  it('lists what meant to be a record', async () => {
    const zone = { 'example.com': { TXT: ['v-spf1 -all', 'google-site-verification=x'] } };
    expect(await analyse(zone)).toMatchObject({ records: [], nearMisses: ['v-spf1 -all'] });
  });
});

describe('the all that ends the evaluation', () => {
  const zone: Zone = {
    'soft.test': record('~all'),
    'open.test': record('+all'),
    'none.test': record('ip4:192.0.2.1'),
    'chain.test': record('redirect=soft.test'),
    'silent.test': 'TIMEOUT',
  };
  it.each([
    ['-all', '-', 'example.com'],
    ['all', '+', 'example.com'],
    ['?all +all', '?', 'example.com'],
    ['ip4:192.0.2.1', 'none', 'example.com'],
    ['redirect=soft.test', '~', 'soft.test'],
    ['redirect=chain.test', '~', 'soft.test'],
    ['redirect=soft.test -all', '-', 'example.com'],
    ['include:open.test -all', '-', 'example.com'],
    ['include:soft.test redirect=soft.test', '~', 'soft.test'],
    ['redirect=none.test', 'none', 'none.test'],
    ['redirect=silent.test', 'unknown', 'silent.test'],
    ['redirect=%{i}.test', 'undecidable', 'example.com'],
  ])('%s -> %s at %s', async (terms, qualifier, domain) => {
    const { all } = await analyse({ ...zone, 'example.com': record(terms) });
    expect(all).toEqual({ qualifier, domain });
  });
});

describe('what passes too much', () => {
  const zone: Zone = {
    'open.test': record('+all'),
    'shut.test': record('-all +all'),
    'wide.test': record('ip4:10.0.0.0/7 -all'),
    'host.test': { A: ['192.0.2.1'] },
  };
  it.each<[string, string[], boolean]>([
    ['ip4:0.0.0.0/0 -all', ['0.0.0.0/0'], false],
    ['ip4:10.1.2.3/8 -all', ['10.0.0.0/8'], false],
    ['ip4:10.0.0.0/9 -all', [], false],
    ['ip6:2000::/3 -all', ['2000::/3'], false],
    ['a:host.test/0 -all', ['a:host.test/0'], false],
    ['-ip4:0.0.0.0/0 -all', [], false],
    ['include:wide.test -all', ['10.0.0.0/7'], false],
    ['?include:wide.test -all', [], false],
    ['-all ip4:0.0.0.0/0', [], false],
    ['+all', [], true],
    ['include:open.test -all', [], true],
    ['~include:open.test -all', [], false],
    ['-all +all', [], false],
    ['include:shut.test -all', [], false],
  ])('%s', async (terms, hugeNetworks, passAll) => {
    const analysis = await analyse({ ...zone, 'example.com': record(terms) });
    expect(analysis.hugeNetworks).toEqual(hugeNetworks);
    expect(codes(analysis).includes('PASS_ALL')).toBe(passAll);
  });
});

describe('the worst case over all branches', () => {
  const zone: Zone = {
    'host.test': { A: ['192.0.2.1'], MX: [[1, 'host.test']] },
    'two.test': record('a:host.test mx:host.test -all'),
    'four.test': record('include:two.test exists:host.test'),
    'loop.test': record('include:example.com'),
    'silent.test': 'TIMEOUT',
  };
  it.each<[string, number, boolean]>([
    ['ip4:192.0.2.1 -all', 0, true],
    ['a:host.test mx:host.test exists:host.test -all', 3, true],
    ['include:two.test -all', 3, true],
    ['include:two.test include:two.test -all', 6, true],
    ['include:four.test -all', 5, true],
    ['include:two.test redirect=four.test', 8, true],
    ['-all include:two.test', 0, true],
    ['include:two.test -all redirect=four.test', 3, true],
    ['include:%{i}.test -all', 1, false],
    ['include:silent.test -all', 1, false],
    ['ptr -all', 1, true],
    ['exists:%{p}.list.test -all', 2, true],
    ['ptr:%{p2} -all', 2, true],
    ['include:%{p}.test -all', 2, false],
  ])('%s costs %i', async (terms, lookups, exact) => {
    const { worstCase } = await analyse({ ...zone, 'example.com': record(terms) });
    expect(worstCase).toEqual({ lookups, exact });
  });

  it('is not exact where the record itself could not be read', async () => {
    const { worstCase } = await analyse({ 'example.com': 'SERVFAIL' });
    expect(worstCase).toEqual({ lookups: 0, exact: false });
  });

  it('warns above ten, though no single client may meet it', async () => {
    const terms = `${'include:two.test '.repeat(4)}-all`;
    const analysis = await analyse({ ...zone, 'example.com': record(terms) });
    expect(analysis.worstCase.lookups).toBe(12);
    expect(codes(analysis)).toContain('TOO_MANY_LOOKUPS');
  });

  it('ends at a loop, which is an error', async () => {
    const analysis = await analyse({ ...zone, 'example.com': record('include:loop.test -all') });
    expect(analysis.valid).toBe(false);
    expect(codes(analysis)).toContain('INCLUDE_LOOP');
  });

  it('ends at records that double at every level', async () => {
    const deep: Zone = { 'example.com': record('include:n0.test -all') };
    for (let n = 0; n < 50; n++) {
      deep[`n${n}.test`] = record(`include:n${n + 1}.test include:N${n + 1}.test -all`);
    }
    deep['n50.test'] = record('-all');
    expect((await analyse(deep)).worstCase.lookups).toBe(1000);
  });

  it('stops after sixty records, and says so', async () => {
    const wide: Zone = { 'example.com': record(range(70, (n) => `include:i${n}.test`)) };
    for (let n = 0; n < 70; n++) wide[`i${n}.test`] = record('-all');
    const analysis = await analyse(wide);
    expect(codes(analysis)).toContain('ANALYSIS_LIMIT');
    expect(analysis).toMatchObject({ valid: 'unknown', worstCase: { exact: false } });
  });

  it('stops after two hundred questions, and says so', async () => {
    const dns = zoneResolver({ 'example.com': record(range(300, (n) => `a:h${n}.test`)) });
    const analysis = await analyseSpf('example.com', dns);
    expect(codes(analysis)).toContain('ANALYSIS_LIMIT');
    expect(dns.queries.length).toBeLessThanOrEqual(200);
  });
});

function range(count: number, term: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => term(n)).join(' ');
}

describe('problems at their place', () => {
  const zone: Zone = {
    'host.test': { A: ['192.0.2.1'] },
    'inc.test': record('-all'),
    'norecord.test': {},
    'eleven.test': { MX: Array.from({ length: 11 }, (_, n): [number, string] => [n, 'host.test']) },
    test: {},
  };
  it.each<[string, SpfProblem['code'], string]>([
    ['moo:x -all', 'UNKNOWN_MECHANISM', 'moo:x'],
    ['-moo -all', 'UNKNOWN_MECHANISM', 'moo'],
    ['ip4:192.0.2 -all', 'BAD_NETWORK', '192.0.2'],
    ['ip4:192.0.2.0/33 -all', 'BAD_PREFIX', '/33'],
    ['a:%{z}.test -all', 'BAD_MACRO', '%{z}.test'],
    ['a:host -all', 'BAD_DOMAIN', 'host'],
    ['include -all', 'MISSING_VALUE', ''],
    ['-all:x', 'UNEXPECTED_VALUE', ':x'],
    ['exp=a.test exp=b.test -all', 'DUPLICATE_MODIFIER', 'exp=b.test'],
    ['1x=y -all', 'BAD_MODIFIER_NAME', '1x=y'],
    ['a:h\u00f6st.test -all', 'INVALID_CHARACTER', '\u00f6st.test'],
    ['-all ip4:192.0.2.1', 'TERM_AFTER_ALL', 'ip4:192.0.2.1'],
    ['redirect=inc.test -all', 'REDIRECT_BESIDE_ALL', 'redirect=inc.test'],
    ['include:inc.test include:INC.test -all', 'DUPLICATE_TERM', 'include:INC.test'],
    ['ptr -all', 'PTR_USED', 'ptr'],
    ['x=y -all', 'UNKNOWN_MODIFIER', 'x=y'],
    ['ip4:1.2.3.4', 'NO_ALL', 'v=spf1 ip4:1.2.3.4'],
    ['include:norecord.test -all', 'TARGET_WITHOUT_RECORD', 'include:norecord.test'],
    ['a:norecord.test -all', 'DEAD_TERM', 'a:norecord.test'],
    ['mx:eleven.test -all', 'TOO_MANY_MX', 'mx:eleven.test'],
    ['include:gone.test -all', 'TARGET_MISSING', 'include:gone.test'],
    ['include:mail.gone.test -all', 'TARGET_DOMAIN_UNREGISTERED', 'include:mail.gone.test'],
    ['a:mail.gone.test -all', 'TARGET_DOMAIN_UNREGISTERED', 'a:mail.gone.test'],
  ])('%s -> %s at "%s"', async (terms, code, place) => {
    const all: Zone = { ...zone, 'example.com': record(terms) };
    const analysis = await analyse(all);
    expect(codes(analysis)).toContain(code);
    expect(placeOf(analysis, all, code)).toBe(place);
  });

  it('does not call a missing name below an existing domain unregistered', async () => {
    const all: Zone = {
      'example.com': record('include:x.host.test -all'),
      'host.test': { A: ['192.0.2.1'] },
    };
    const analysis = await analyse(all);
    expect(codes(analysis)).toContain('TARGET_MISSING');
    expect(codes(analysis)).not.toContain('TARGET_DOMAIN_UNREGISTERED');
  });

  it('finds a large record', async () => {
    const analysis = await analyse({ 'example.com': record(`${range(40, (n) => `ip4:192.0.2.${n}`)} -all`) });
    expect(codes(analysis)).toEqual(['RECORD_SIZE']);
  });

  it('finds nothing in a good record', async () => {
    const analysis = await analyse({ ...zone, 'example.com': record('a:host.test include:inc.test ~all') });
    expect(analysis).toMatchObject({ problems: [], undecidable: [], valid: true, voidTerms: 0 });
  });

  it('says of an include that DNS did not tell that it is unknown, not wrong', async () => {
    const analysis = await analyse({ 'example.com': record('include:x.test -all'), 'x.test': 'SERVFAIL' });
    expect(codes(analysis)).toEqual(['DNS_FAILURE']);
    expect(analysis.valid).toBe('unknown');
  });
});

describe('what depends on the sender', () => {
  it.each([
    ['exists:%{i}.test -all', 'exists:%{i}.test', "the client's address"],
    ['include:%{l}.%{h}.test -all', 'include:%{l}.%{h}.test', "the sender's local part"],
    ['a:%{p} -all', 'a:%{p}', "the client's name"],
    ['ptr -all', 'ptr', "names behind the client's address"],
  ])('%s is undecidable', async (terms, term, because) => {
    const { undecidable, problems } = await analyse({ 'example.com': record(terms) });
    expect(undecidable).toHaveLength(1);
    expect(undecidable[0]).toMatchObject({ term, domain: 'example.com' });
    expect(undecidable[0]?.because).toContain(because);
    expect(problems.filter(({ code }) => code === 'DEAD_TERM')).toEqual([]);
  });

  it('expands %{d} and %{o}, which do not', async () => {
    const analysis = await analyse({
      'example.com': record('include:in.test -all'),
      'in.test': record('exists:%{o}.of.%{d} -all'),
      'example.com.of.in.test': { A: ['127.0.0.1'] },
    });
    expect(analysis).toMatchObject({ undecidable: [], problems: [] });
  });
});

describe('dead terms', () => {
  it('are those where neither A nor AAAA stands', async () => {
    const analysis = await analyse({
      'example.com': record('a:six.test a:gone.test exists:six.test mx:six.test -all'),
      'six.test': { AAAA: ['2001:db8::1'] },
    });
    expect(analysis.voidTerms).toBe(3);
    expect(codes(analysis)).toContain('TOO_MANY_VOID_LOOKUPS');
  });
});

describe('void terms', () => {
  it('count again in a branch that is met again', async () => {
    const analysis = await analyse({
      'example.com': record('include:in.test include:in.test -all'),
      'in.test': record('a:gone.test mx:gone.test -all'),
    });
    expect(analysis.voidTerms).toBe(4);
    expect(codes(analysis)).toContain('TOO_MANY_VOID_LOOKUPS');
  });
});

describe('a second opinion', () => {
  it('is asked before a missing target counts', async () => {
    const first = zoneResolver({ 'example.com': record('include:new.test -all') });
    const second = zoneResolver({ 'new.test': record('-all') });
    const analysis = await analyseSpf('example.com', withSecondOpinion(first, second));
    expect(codes(analysis)).toEqual(['DNS_FAILURE']);
    expect(analysis.valid).toBe('unknown');
  });
});
