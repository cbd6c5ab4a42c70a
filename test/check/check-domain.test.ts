/** `check` for one domain: what is said, how it is drawn, what the shell learns. */
import { describe, expect, it } from 'vitest';
import { checkDomain, CheckInputError } from '../../bin/check/check-domain.ts';
import type { CheckNode, CheckReport } from '../../bin/check/check-domain.ts';
import { renderCheckReport } from '../../bin/check/render.ts';
import { rsaPublicKey } from '../mail-auth/der.ts';
import type { Zone } from '../support/zone.ts';
import { withSecondOpinion } from '../../lambda/dns/second-opinion.ts';
import { zoneResolver } from '../support/zone-resolver.ts';

const healthy: Zone = {
  'example.com': { TXT: ['v=spf1 ip4:192.0.2.0/24 -all'] },
  '_dmarc.example.com': { TXT: ['v=DMARC1; p=reject; rua=mailto:d@example.com'] },
  's1._domainkey.example.com': { TXT: [`v=DKIM1; k=rsa; p=${rsaPublicKey(2048).toString('base64')}`] },
};
const options = { domain: 'example.com', selectors: ['s1'] };

function statements(report: CheckReport): string[] {
  const lines: string[] = [];
  const visit = ({ status, text, children }: CheckNode): void => {
    lines.push(`${status} ${text}`);
    children.forEach(visit);
  };
  report.sections.forEach(({ nodes }) => nodes.forEach(visit));
  return lines;
}

describe('checkDomain', () => {
  it('passes a healthy domain', async () => {
    const report = await checkDomain({ ...options, ip: '192.0.2.1', dns: zoneResolver(healthy) });
    const judged = statements(report).filter((line) => !line.startsWith('info'));
    expect(judged).toEqual([
      'pass Failing mail: reject, from p at example.com.',
      'pass rua mailto:d@example.com: within the organization.',
      'pass Ends with -all at example.com.',
      'pass DNS terms at worst: 0 of 10.',
      'pass 192.0.2.1: pass (DNS terms: 0, void: 0)',
      'pass s1._domainkey.example.com: usable, rsa 2048 bits.',
      'pass DKIM d=example.com and From example.com, relaxed: aligned.',
      'pass MAIL FROM example.com and From example.com, relaxed: aligned.',
    ]);
    expect(report.exitStatus).toBe(0);
  });

  it.each<[string, Zone, Partial<Parameters<typeof checkDomain>[0]>, string, 0 | 1 | 2]>([
    ['no DMARC', { ...healthy, '_dmarc.example.com': {} }, {}, 'fail DMARC does not apply: no policy.', 1],
    [
      'p=none',
      { ...healthy, '_dmarc.example.com': { TXT: ['v=DMARC1; p=none; rua=mailto:d@example.com'] } },
      {},
      'warn Failing mail: none, from p at example.com.',
      1,
    ],
    [
      'DMARC unknown',
      { ...healthy, '_dmarc.example.com': 'SERVFAIL' },
      {},
      'unknown The policy is unknown: DNS did not answer.',
      2,
    ],
    ['no SPF', { ...healthy, 'example.com': {} }, {}, 'fail example.com has no SPF record.', 1],
    [
      'SPF unknown',
      { ...healthy, 'example.com': 'TIMEOUT' },
      {},
      'unknown The record is unknown: DNS did not answer.',
      2,
    ],
    ['another sender', healthy, { ip: '203.0.113.1' }, 'fail 203.0.113.1: fail (DNS terms: 0, void: 0)', 1],
    ['no key', healthy, { selectors: ['s2'] }, 'fail s2._domainkey.example.com: no record (NXDOMAIN).', 1],
    [
      'a dangling alias',
      { ...healthy, 's1._domainkey.example.com': { CNAME: 'gone.example.net' } },
      {},
      'fail s1._domainkey.example.com: its alias leads to no record (NXDOMAIN).',
      1,
    ],
    [
      'a key unknown',
      { ...healthy, 's1._domainkey.example.com': 'SERVFAIL' },
      {},
      'unknown s1._domainkey.example.com: DNS did not answer (SERVFAIL).',
      2,
    ],
    [
      'a revoked key',
      { ...healthy, 's1._domainkey.example.com': { TXT: ['v=DKIM1; p='] } },
      {},
      'fail s1._domainkey.example.com: revoked, rsa.',
      1,
    ],
    [
      'two keys',
      { ...healthy, 's1._domainkey.example.com': { TXT: ['v=DKIM1; p=', 'x'] } },
      {},
      'fail s1._domainkey.example.com: 2 records, which verifiers take as they like.',
      1,
    ],
    [
      'MAIL FROM elsewhere',
      { ...healthy, 'bounce.example.net': { TXT: ['v=spf1 -all'] } },
      { mailFrom: 'b@bounce.example.net' },
      'fail MAIL FROM bounce.example.net and From example.com, relaxed: not aligned.',
      1,
    ],
    [
      'reports to nobody',
      { ...healthy, '_dmarc.example.com': { TXT: ['v=DMARC1; p=reject; rua=mailto:d@example.net'] } },
      {},
      'warn rua mailto:d@example.net: no reports are sent, example.com._report._dmarc.example.net holds no v=DMARC1.',
      1,
    ],
    [
      'old receivers differ',
      {
        ...healthy,
        '_dmarc.sub.example.com': { TXT: ['v=DMARC1; p=none; psd=n; rua=mailto:d@sub.example.com'] },
      },
      { from: 'x.sub.example.com' },
      'warn Receivers of RFC 7489: reject, Organizational Domain example.com. They differ.',
      1,
    ],
    [
      'a known failure outranks the unknown',
      { ...healthy, 'example.com': {}, '_dmarc.example.com': 'SERVFAIL' },
      {},
      'fail example.com has no SPF record.',
      1,
    ],
    [
      'no selector is no failure',
      healthy,
      { selectors: [] },
      'info No selector given, so no key was read: name them with --selector.',
      0,
    ],
  ])('%s', async (_, zone, more, statement, exitStatus) => {
    const report = await checkDomain({ ...options, ...more, dns: zoneResolver(zone) });
    expect(statements(report)).toContain(statement);
    expect(report.exitStatus).toBe(exitStatus);
  });

  it('takes names in Unicode', async () => {
    const report = await checkDomain({ domain: '例え.jp', selectors: [], dns: zoneResolver({}) });
    expect(report.domain).toBe('xn--r8jz45g.jp');
  });

  it('refuses what is no name with a sentence', async () => {
    await expect(checkDomain({ ...options, from: 'not a name', dns: zoneResolver({}) })).rejects.toThrow(
      new CheckInputError('--from "not a name" holds no domain name: give one such as example.com.'),
    );
  });
});

describe('the SPF section', () => {
  const zone: Zone = {
    ...healthy,
    'example.com': { TXT: ['v=spf1 include:in.example.com exists:%{ir}.list.example.com ptr -all'] },
    'in.example.com': { TXT: ['v=spf1 a:host.example.com ip4:192.0.2.0/24 -all'] },
    'host.example.com': { A: ['192.0.2.1'] },
  };

  it('shows the terms that ask DNS, each with the cost of its branch, and what depends on the sender', async () => {
    const report = await checkDomain({ ...options, dns: zoneResolver(zone) });
    const lines = statements(report);
    const from = lines.indexOf('pass DNS terms at worst: 4 of 10.');
    expect(lines.slice(from + 1, from + 5)).toEqual([
      'info include:in.example.com (2)',
      'info a:host.example.com (1)',
      'info exists:%{ir}.list.example.com (1)',
      'info ptr (1)',
    ]);
    expect(lines).toContain(
      'info "exists:%{ir}.list.example.com" at example.com cannot be judged without a sender: its name depends on the client\'s address.',
    );
  });

  it.each<[title: string, record: string, more: Zone, lines: string[]]>([
    [
      'a record met again costs as much again, and is told where it was met first',
      'v=spf1 include:in.example.com include:in.example.com -all',
      {},
      [
        'pass DNS terms at worst: 4 of 10.',
        'info include:in.example.com (2)',
        'info a:host.example.com (1)',
        'info include:in.example.com (2, as above)',
      ],
    ],
    [
      'a p macro costs a PTR question beside its own',
      'v=spf1 exists:%{p}.list.example.com -all',
      {},
      ['pass DNS terms at worst: 2 of 10.', 'info exists:%{p}.list.example.com (2)'],
    ],
    [
      'a redirect is a branch as an include is',
      'v=spf1 redirect=in.example.com',
      {},
      [
        'pass DNS terms at worst: 2 of 10.',
        'info redirect=in.example.com (2)',
        'info a:host.example.com (1)',
      ],
    ],
    [
      'a loop costs more than is allowed',
      'v=spf1 include:loop.example.com -all',
      { 'loop.example.com': { TXT: ['v=spf1 include:example.com -all'] } },
      [
        'fail DNS terms at worst: at least 13 of 10.',
        'info include:loop.example.com (13)',
        'info include:example.com (12)',
      ],
    ],
    [
      'a branch that did not answer may cost anything',
      'v=spf1 include:silent.example.com -all',
      { 'silent.example.com': 'SERVFAIL' },
      ['unknown DNS terms at worst: at least 1 of 10.', 'info include:silent.example.com (1)'],
    ],
    [
      'terms without a cost are no branches',
      'v=spf1 ip4:192.0.2.1 -all',
      {},
      ['pass DNS terms at worst: 0 of 10.'],
    ],
  ])('%s', async (_title, record, more, expected) => {
    const dns = zoneResolver({ ...zone, ...more, 'example.com': { TXT: [record] } });
    const lines = statements(await checkDomain({ ...options, dns }));
    const from = lines.findIndex((line) => line.includes('DNS terms at worst'));
    expect(lines.slice(from, from + expected.length)).toEqual(expected);
  });

  it('lists forty branches of one record and twenty terms that depend on the sender, and no more', async () => {
    const many = Array.from({ length: 60 }, (_, n) => `exists:%{i}.${n}.example.com`).join(' ');
    const dns = zoneResolver({ ...zone, 'example.com': { TXT: [`v=spf1 ${many} -all`] } });
    const lines = statements(await checkDomain({ ...options, dns }));
    expect(lines).toContain('fail DNS terms at worst: 60 of 10.');
    expect(lines.filter((line) => /^info exists:.* \(1\)$/.test(line))).toHaveLength(40);
    expect(lines.filter((line) => line.includes('cannot be judged without a sender'))).toHaveLength(20);
  });

  it('shows hostile terms printable and cut', async () => {
    const long = `exists:%{i}.${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.example.com`;
    const dns = zoneResolver({ ...zone, 'example.com': { TXT: [`v=spf1 ${long} -all`] } });
    const lines = statements(await checkDomain({ ...options, dns }));
    const about = lines.filter((line) => line.includes('exists:') && !line.includes('TXT "'));
    expect(about).toHaveLength(2);
    for (const line of about) expect(line.length).toBeLessThan(260);
  });

  it('gives problems their code as data', async () => {
    const report = await checkDomain({ ...options, dns: zoneResolver(zone) });
    const nodes = report.sections.flatMap((section) => section.nodes);
    expect(nodes.filter(({ code }) => code !== undefined)).toMatchObject([
      { code: 'PTR_USED', status: 'warn' },
    ]);
  });
});

describe('renderCheckReport', () => {
  it('draws a tree and ends with the sum', async () => {
    const report = await checkDomain({ ...options, dns: zoneResolver(healthy) });
    const text = renderCheckReport(report, { colour: false });
    expect(text).toContain(
      'DMARC of example.com\n├─ ✔ Failing mail: reject, from p at example.com.\n│  ├─ · The record of example.com itself applies.\n',
    );
    expect(text).toContain(
      '\nDKIM keys of example.com\n└─ ✔ s1._domainkey.example.com: usable, rsa 2048 bits.\n',
    );
    expect(text.endsWith('✔ Everything passes.\n')).toBe(true);
    expect(text).not.toContain('\u001b');
  });

  it('colours where asked', async () => {
    const report = await checkDomain({ ...options, dns: zoneResolver(healthy) });
    expect(renderCheckReport(report, { colour: true })).toContain('\u001b[32m✔ Everything passes.');
  });

  it('lets no control character of the DNS through', async () => {
    const evil = '\u001b[2J\u0007\u202e';
    const zone: Zone = {
      'example.com': { TXT: [`v=spf1 ${evil} exp=${evil} -all`, `v=spf1${evil}`] },
      '_dmarc.example.com': { TXT: [`v=DMARC1; p=${evil}; rua=mailto:${evil}; ${evil}=1`] },
      's1._domainkey.example.com': { TXT: [`v=DKIM1; ${evil}; k=${evil}; p=${evil}`] },
    };
    const text = renderCheckReport(
      await checkDomain({ ...options, ip: '192.0.2.1', dns: zoneResolver(zone) }),
      { colour: false },
    );
    expect(text).toContain('DKIM keys');
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/u);
  });
});

describe('a second opinion', () => {
  const noDmarc: Zone = { ...healthy, '_dmarc.example.com': 'NXDOMAIN' };
  const PROBE: Zone = { 'probe.test': { TXT: ['up'] } };

  async function checkWith(first: Zone, second: Zone): Promise<{ report: CheckReport; asked: string[] }> {
    const other = zoneResolver({ ...PROBE, ...second });
    const dns = withSecondOpinion(zoneResolver(first), other, { probeName: 'probe.test' });
    return { report: await checkDomain({ ...options, dns }), asked: other.queries };
  }

  it('is not asked about a healthy domain', async () => {
    const { report, asked } = await checkWith(healthy, {});
    expect(report).toMatchObject({ status: 'pass', secondOpinion: 'unused' });
    expect(asked).toEqual([]);
  });

  it('confirms what fails', async () => {
    const { report } = await checkWith(noDmarc, noDmarc);
    expect(report).toMatchObject({ exitStatus: 1, secondOpinion: 'reachable' });
    expect(statements(report)).toContain('fail DMARC does not apply: no policy.');
  });

  it('that differs makes it unknown, and both answers are told', async () => {
    const { report } = await checkWith(noDmarc, healthy);
    expect(report).toMatchObject({ exitStatus: 2, status: 'unknown' });
    const [title, ...nodes] = [report.sections.at(-1)?.title, ...(report.sections.at(-1)?.nodes ?? [])];
    expect(title).toBe('Second opinion');
    expect(nodes[0]).toMatchObject({ status: 'unknown' });
    expect(nodes[0]).toHaveProperty(
      'text',
      expect.stringMatching(/^TXT _dmarc\.example\.com: .*NXDOMAIN.*v=DMARC1/) as unknown,
    );
  });

  it('that cannot be reached leaves the failure, and says so', async () => {
    const { report } = await checkWith(noDmarc, { 'probe.test': 'TIMEOUT', '_dmarc.example.com': 'TIMEOUT' });
    expect(report).toMatchObject({ exitStatus: 1, secondOpinion: 'unreachable' });
    expect(statements(report)).toContain(
      'info It could not be reached: what fails rests on the first resolver alone.',
    );
  });
});
