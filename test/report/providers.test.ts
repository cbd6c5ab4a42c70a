import { describe, expect, it } from 'vitest';
import type { Finding, Subject } from '../../lambda/controls/types.ts';
import { providerMatrix } from '../../lambda/report/provider-matrix.ts';
import { readProviders, renderProviders } from '../../lambda/report/providers.ts';
import type { StoredSubject } from '../../lambda/findings/types.ts';

const domain = (name: string): Subject => ({ kind: 'domain', name });
const word = (controlId: string, more: Partial<Finding>): Finding => ({
  key: controlId,
  controlId,
  revision: 1,
  status: 'PASS',
  reason: 'READY',
  reasonClass: 0,
  severity: 'INFO',
  summary: 'A sentence',
  evidence: {},
  ...more,
});
const failing = word('BULK-03', {
  status: 'FAIL',
  reason: 'DKIM_MISSING',
  evidence: { because: ['DKIM_MISSING', 'NO_REPORT_ADDRESS'] },
});

describe('the provider matrix', () => {
  it('has a row a From domain, in order, and a column a provider', () => {
    const rows = providerMatrix([
      { subject: domain('b.example'), finding: word('BULK-01', {}) },
      { subject: domain('a.example'), finding: word('BULK-01', { reason: 'READY_SPF_NOT_YOURS' }) },
      {
        subject: domain('a.example'),
        finding: word('BULK-02', {
          status: 'NOT_APPLICABLE',
          reason: 'NOT_BULK',
          summary: 'a.example does not send in bulk',
        }),
      },
      { subject: domain('a.example'), finding: failing },
      {
        subject: domain('a.example'),
        finding: word('BULK-04', {
          status: 'UNKNOWN',
          reason: 'READINESS_UNKNOWN',
          evidence: { unknown: ['DKIM_MISSING'] },
        }),
      },
    ]);
    expect(rows.map((row) => row.domain)).toEqual(['a.example', 'b.example']);
    expect(rows[0]?.cells).toEqual({
      Gmail: {
        state: 'ready',
        reason: 'READY_SPF_NOT_YOURS',
        because: ['SPF passes for amazonses.com, not for a domain of yours'],
      },
      'Gmail, bulk': {
        state: 'not applicable',
        reason: 'NOT_BULK',
        because: ['a.example does not send in bulk'],
      },
      Yahoo: {
        state: 'not ready',
        reason: 'DKIM_MISSING',
        because: [
          'DKIM does not pass',
          'the DMARC record names no address that reports can be sent to (rua)',
        ],
      },
      'Outlook.com, bulk': {
        state: 'unknown',
        reason: 'READINESS_UNKNOWN',
        because: ['whether DKIM passes'],
      },
      'iCloud Mail': { state: 'unknown', reason: 'NOT_JUDGED', because: ['not judged yet'] },
    });
  });

  it('leaves out names that are no From domain, other subjects and other controls', () => {
    const rows = providerMatrix([
      {
        subject: domain('bounce.example'),
        finding: word('BULK-01', { status: 'NOT_APPLICABLE', reason: 'NOT_A_FROM_DOMAIN' }),
      },
      { subject: { kind: 'account', accountId: '111111111111' }, finding: word('BULK-01', {}) },
      { subject: domain('a.example'), finding: word('BULK-07', {}) },
    ]);
    expect(rows).toEqual([]);
  });

  it('falls back to the sentence where the evidence was cut', () => {
    const cut = word('BULK-01', {
      status: 'FAIL',
      evidence: { truncated: true },
      summary: 'Not ready at all',
    });
    const [row] = providerMatrix([{ subject: domain('a.example'), finding: cut }]);
    expect(row?.cells.Gmail.because).toEqual(['Not ready at all']);
  });
});

describe('the providers of the report', () => {
  const rows = providerMatrix([
    { subject: domain('a.example'), finding: word('BULK-01', {}) },
    { subject: domain('<b>.example'), finding: failing },
  ]);

  it('show what is not ready first, and why', () => {
    const html = renderProviders(rows);
    expect(html.indexOf('&lt;b&gt;.example')).toBeLessThan(html.indexOf('a.example'));
    expect(html).toContain('<span class="high">not ready</span><br><small>DKIM does not pass; ');
    expect(html).not.toContain('<b>.example');
  });

  it('are left out where there is none', () => {
    expect(renderProviders([])).toBe('');
  });
});

describe('reading the providers', () => {
  const stored = (name: string, more: Partial<StoredSubject> = {}): StoredSubject => ({
    subject: domain(name),
    firstSeen: '2026-11-01T00:00:00.000Z',
    observedAt: '2026-11-21T00:00:00.000Z',
    scanId: 's',
    version: 1,
    findings: { 'BULK-01': { latest: word('BULK-01', {}), unknownScans: 0 } },
    ...more,
  });
  const subjects: { [name: string]: StoredSubject } = {
    'example.com': stored('example.com'),
    'news.example.com': stored('news.example.com'),
    'anexample.com': stored('anexample.com'),
    'old.example.com': stored('old.example.com', { retiredAt: '2026-11-20T00:00:00.000Z' }),
  };
  const table = {
    listStoredDomains: (shard: number | string) =>
      Promise.resolve(shard === '3' ? Object.keys(subjects) : []),
    readSubject: (subject: Subject) =>
      Promise.resolve('name' in subject ? subjects[subject.name] : undefined),
  };

  it.each([
    [undefined, ['anexample.com', 'example.com', 'news.example.com']],
    ['example.com', ['example.com', 'news.example.com']],
    ['elsewhere.example', []],
  ])('of %s gives the live ones at and below it', async (wanted, expected) => {
    expect((await readProviders(table, wanted)).map((row) => row.domain)).toEqual(expected);
  });
});
