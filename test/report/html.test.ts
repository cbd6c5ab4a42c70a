import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../lambda/controls/types.ts';
import { escapeHtml, renderReport, type ReportData, type ReportRow } from '../../lambda/report/html.ts';
import { executionLink, reportLocation } from '../../lambda/report/location.ts';

const finding = (more: Partial<Finding> = {}): Finding => ({
  key: 'DKIM-05',
  controlId: 'DKIM-05',
  revision: 1,
  status: 'FAIL',
  reason: 'DKIM_CNAME_MISSING',
  reasonClass: 1,
  severity: 'MEDIUM',
  summary: '1 of 3 DKIM records is gone from DNS',
  evidence: {},
  ...more,
});

const identity = {
  kind: 'identity',
  accountId: '222222222222',
  region: 'eu-west-1',
  name: 'example.com',
} as const;

const data = (rows: ReportRow[], more: Partial<ReportData> = {}): ReportData => ({
  organizationName: 'Example Corp',
  scan: {
    id: '2026-11-21T00:00:00.000Z#x',
    name: 'x',
    executionArn: 'arn:aws:states:us-east-1:111111111111:execution:ses-posture-scan:x',
    startTime: '2026-11-21T00:00:00.000Z',
    state: 'SUCCEEDED',
    full: true,
    notify: true,
    input: {},
    accountsInScope: 1,
    problems: [],
  },
  totals: {
    accounts: 1,
    accountOutcomes: { SCANNED: 1 },
    targets: 2,
    targetOutcomes: { SCANNED: 1, EMPTY: 1 },
    identitiesListed: 1,
    identitiesJudged: 1,
    domainsJudged: 1,
    findings: {},
    open: { MEDIUM: 1 },
    unknown: 0,
  },
  coverage: [
    {
      accountId: '222222222222',
      accountName: 'shop',
      ouPath: 'Root/Shops',
      outcome: 'SCANNED',
      regions: { 'eu-west-1': { outcome: 'SCANNED' }, 'us-east-1': { outcome: 'EMPTY' } },
    },
  ],
  accountNames: { '222222222222': 'shop' },
  rows,
  rowCount: rows.length,
  ...more,
});

describe('renderReport', () => {
  it('shows where, what, since when, what to do and the exact record', () => {
    const fix = {
      text: 'Publish the CNAME record.',
      publish: [
        { name: 'tok._domainkey.example.com', type: 'CNAME' as const, value: 'tok.dkim.amazonses.com' },
      ],
      remove: [{ name: 'tok.example.com', type: 'TXT' as const, value: 'x' }],
      command: 'aws sesv2 get-email-identity',
    };
    const html = renderReport(
      data([{ subject: identity, finding: finding({ fix }), since: '2026-11-14T06:00:00.000Z' }]),
    );
    for (const text of [
      'SES posture of Example Corp, 2026-11-21',
      '<b>1</b> medium',
      'shop (222222222222)',
      'since 2026-11-14',
      'Publish the CNAME record.',
      'tok._domainkey.example.com CNAME tok.dkim.amazonses.com',
      'remove: tok.example.com TXT x',
      'aws sesv2 get-email-identity',
      'EMPTY 1: us-east-1; SCANNED 1: eu-west-1',
    ])
      expect(html).toContain(text);
  });

  it('puts a consequence beneath its cause, not in a row of its own', () => {
    const cause = { subject: identity, finding: finding() };
    const follows = {
      subject: identity,
      finding: finding({
        key: 'ALIGN-01',
        controlId: 'ALIGN-01',
        severity: 'CRITICAL',
        summary: 'Nothing aligns',
        cause: { controlId: 'DKIM-05', subject: identity },
      }),
    };
    const html = renderReport(data([follows, cause]));
    expect(html.match(/<tr><td class=/g)).toHaveLength(1);
    expect(html).toMatch(/From this follows:.*ALIGN-01 example\.com: Nothing aligns/);
  });

  it('shows a consequence by itself when its cause is not open', () => {
    const orphan = finding({ controlId: 'ALIGN-01', cause: { controlId: 'DKIM-05', subject: identity } });
    expect(
      renderReport(data([{ subject: identity, finding: orphan }])).match(/<tr><td class=/g),
    ).toHaveLength(1);
  });

  describe('what one loss leaves unjudged', () => {
    const account = { kind: 'account', accountId: '666666666666' } as const;
    const cause = { controlId: 'SCAN-01', subject: account };
    const lost: ReportRow = {
      subject: account,
      finding: finding({ key: 'SCAN-01', controlId: 'SCAN-01', reason: 'ROLE_MISSING' }),
    };
    const unjudged = (name: string, controlId: string, more: Partial<ReportRow> = {}): ReportRow => ({
      subject: { kind: 'domain', name },
      finding: finding({
        key: controlId,
        controlId,
        status: 'UNKNOWN',
        reason: 'COVERAGE_INCOMPLETE',
        summary: `Not judged: ${name}`,
        cause,
      }),
      ...more,
    });
    const rows = ['b.example', 'a.example'].flatMap((name) => [
      unjudged(name, 'DANG-02'),
      unjudged(name, 'DANG-01'),
    ]);
    const rowsIn = (html: string): number => html.match(/<tr><td class=/g)?.length ?? 0;

    it('stands beneath it as one count', () => {
      const html = renderReport(data([...rows, lost]));
      expect(rowsIn(html)).toBe(1);
      expect(html).toContain(
        '<ul class="follows"><li>4 findings could not be judged (COVERAGE_INCOMPLETE): DANG-01 and DANG-02 of a.example and b.example</li></ul>',
      );
    });

    it('is one row where the loss is not among the findings (waived)', () => {
      const html = renderReport(data(rows));
      expect(rowsIn(html)).toBe(1);
      expect(html).toContain('Not judged for the same loss:');
      expect(html).toContain('3 findings could not be judged');
    });

    it('never hides what was open when it was last seen', () => {
      const html = renderReport(
        data([...rows, lost, unjudged('c.example', 'DANG-01', { openWhenSeen: true })]),
      );
      expect(rowsIn(html)).toBe(2);
      expect(html).toContain('<td>Not judged: c.example');
    });
  });

  it('shows a severity that use lowers, and what it would be', () => {
    const row = {
      subject: identity,
      finding: finding({ severity: 'HIGH' }),
      severity: 'MEDIUM' as const,
      use: { inUse: false, productionAccess: true },
    };
    expect(renderReport(data([row]))).toContain(
      '<td class="medium">medium<br><small>idle; HIGH when in use</small></td>',
    );
  });

  it('shows what is waived in a section of its own, with owner, reason and end', () => {
    const waived = { owner: 'Mail <team>', reason: 'old keys', expires: '2026-11-30' };
    const html = renderReport(
      data([
        { subject: identity, finding: finding({ key: 'DKIM-04', controlId: 'DKIM-04' }), waived },
        { subject: identity, finding: finding() },
      ]),
    );
    const [open, accepted] = html.split('<h2>Waived findings</h2>');
    expect(open).toContain('>DKIM-05<');
    expect(open).not.toContain('>DKIM-04<');
    expect(accepted).toContain('>DKIM-04<');
    expect(accepted).toContain('<td>FAIL, waived</td>');
    expect(accepted).toContain('Waived by Mail &lt;team&gt; until 2026-11-30: old keys');
  });

  it('lists every waiver with what it covers, and names the unused, the ending and the ended', () => {
    const waiver = (subject: string, expires: string) => ({
      ...{ control: 'DKIM-04', account: '*', region: '*', subject, reason: 'old keys', owner: 'o', expires },
    });
    const waivers = [
      { waiver: waiver('in-force.example', '2027-06-30'), open: 2 },
      { waiver: waiver('soon.example', '2026-11-30'), open: 1 },
      { waiver: waiver('over.example', '2026-11-20'), open: 1 },
      { waiver: waiver('nothing.example', '2027-06-30'), open: 0 },
    ];
    const html = renderReport(data([], { waivers, noticeDays: 14 }));
    const states = [...html.matchAll(/<td>([^<]+\.example)<\/td>.*<td>(\d)<\/td><td>([^<]*)<\/td><\/tr>/g)];
    expect(states.map(([, subject, open, state]) => [subject, open, state])).toEqual([
      ['in-force.example', '2', 'in force'],
      ['soon.example', '1', 'ends soon'],
      ['over.example', '1', 'has ended'],
      ['nothing.example', '0', 'in force, unused'],
    ]);
  });

  it('lists every attestation, and marks the ending and the ended', () => {
    const attestation = (domain: string, expires: string) =>
      ({ domain, topic: 'SPAM_RATE', owner: 'Mail <team>', expires }) as const;
    const html = renderReport(
      data([], {
        attestations: [
          attestation('a.example', '2027-06-30'),
          attestation('b.example', '2026-11-30'),
          attestation('c.example', '2026-11-20'),
        ],
        noticeDays: 14,
      }),
    );
    expect(html).toContain(
      '<td>b.example</td><td>SPAM_RATE</td><td>Mail &lt;team&gt;</td><td></td><td>2026-11-30</td><td>ends soon</td>',
    );
    expect(html).toMatch(/a\.example.*in force[^]*c\.example.*has ended/);
    expect(renderReport(data([]))).not.toContain('Attestations');
  });

  it('counts one as one', () => {
    expect(renderReport(data([]))).toContain('<p>1 identity and 1 domain judged.</p>');
  });

  it('counts consequences and waived findings apart from what is open', () => {
    const counted = data([]);
    counted.totals.consequences = { HIGH: 2, LOW: 1 };
    counted.totals.waived = 4;
    const html = renderReport(counted);
    expect(html).toContain('<li><b>3</b> consequences</li><li><b>4</b> waived</li>');
  });

  it('says how many rows were cut, what broke, and what was not judged', () => {
    const rows = [{ subject: identity, finding: finding() }];
    const broken = data(rows, { rowCount: 7 });
    broken.scan.problems.push('Domains of shard 3 could not be judged');
    broken.totals.identitiesListed = 3;
    const html = renderReport(broken);
    expect(html).toContain('6 more are in the table');
    expect(html).toContain('Domains of shard 3 could not be judged');
    expect(html).toContain('1 of 3 listed identities');
  });

  it('never lets outside text become markup', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const hostile = `${text}<script>alert(1)</script>"' onload=x`;
        const html = renderReport(
          data([
            {
              subject: { ...identity, name: hostile },
              finding: finding({ summary: hostile, reason: hostile }),
            },
          ]),
        );
        expect(html).not.toContain('<script');
        expect(html.match(/<tr><td class=/g)).toHaveLength(1);
      }),
      { numRuns: 100 },
    );
    expect(escapeHtml('<a href="x">\u0000\u001b[31m&\'')).toBe(
      '&lt;a href=&quot;x&quot;&gt;\ufffd\ufffd[31m&amp;&#39;',
    );
  });
});

describe('links', () => {
  it('name the report by day and execution, and never climb out of the folder', () => {
    const scan = { name: '../../x y', startTime: '2026-11-21T06:00:00.000Z' };
    const { key, link } = reportLocation(scan, 'bucket', 'eu-west-1');
    expect(key).toBe('reports/2026-11-21/______x_y/report.html');
    expect(link).toBe(
      'https://eu-west-1.console.aws.amazon.com/s3/object/bucket?region=eu-west-1&prefix=reports%2F2026-11-21%2F______x_y%2Freport.html',
    );
  });

  it('lead to the execution in its Region', () => {
    const arn = 'arn:aws:states:eu-west-1:111111111111:execution:ses-posture-scan:x';
    expect(executionLink(arn)).toBe(
      `https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/${encodeURIComponent(arn)}`,
    );
  });
});
