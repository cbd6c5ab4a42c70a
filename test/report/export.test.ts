/** Rows of the SQL export as lines: what stands in which column, and that no text of others breaks a line. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding, Subject } from '../../lambda/controls/types.ts';
import type { ListedFinding } from '../../lambda/findings/table.ts';
import type { AccountCoverage, Known } from '../../lambda/findings/types.ts';
import {
  COVERAGE_COLUMNS,
  coverageRows,
  FINDING_COLUMNS,
  type FindingRow,
} from '../../lambda/report/export-columns.ts';
import { lineOf, MAX_LINE_BYTES } from '../../lambda/report/export-line.ts';
import { exportKey, exportPrefix } from '../../lambda/report/location.ts';
import { isUnseen } from '../../lambda/scan/totals.ts';
import { finding } from '../findings/support.ts';

const SCAN = { id: '2026-11-21T06:00:00.000Z#weekly', startTime: '2026-11-21T06:00:00.000Z', full: true };
const SHOP: Subject = {
  kind: 'identity',
  accountId: '222222222222',
  region: 'eu-west-1',
  name: 'news@mail.shop.example.co.uk',
};
const KNOWN: Known = {
  ...{ status: 'FAIL', reason: 'GONE_MISSING', reasonClass: 0, severity: 'HIGH', summary: 's' },
  ...{ since: '2026-11-01T06:00:00.000Z', observedAt: '2026-11-14T06:00:00.000Z', scanId: 's', revision: 1 },
};

function listed(latest: Finding, more: Partial<ListedFinding> & { known?: Known } = {}): ListedFinding {
  const { known, ...rest } = more;
  return {
    subject: SHOP,
    key: latest.key,
    finding: { latest, unknownScans: 0, ...(known && { known }) },
    firstSeen: '2026-10-01T06:00:00.000Z',
    observedAt: '2026-11-21T06:00:05.000Z',
    severity: latest.severity,
    ...rest,
  };
}

function parsed(row: Omit<FindingRow, 'scan'>): { [column: string]: unknown } {
  return JSON.parse(lineOf(FINDING_COLUMNS, { scan: SCAN, ...row })) as { [column: string]: unknown };
}

describe('the line of a finding', () => {
  it('names scan, place, word, severities, waiver, cause, fix and evidence', () => {
    const latest = finding('DKIM-05', 'FAIL', {
      severity: 'HIGH',
      cause: { controlId: 'DMARC-01', subject: { kind: 'domain', name: 'example.co.uk' } },
      tracked: { name: 'key bits', value: '1024', rank: 1 },
      evidence: { missing: ['a', 'b'] },
      fix: {
        text: 'Publish it.',
        publish: [{ name: 'a.example.co.uk', type: 'TXT', value: 'v=1 "x"' }],
        command: 'aws sesv2 get-email-identity',
        account: '222222222222',
      },
    });
    const waived = { owner: 'Mail team', expires: '2026-12-31', reason: 'the move' };
    const row = parsed({
      listed: listed(latest, {
        known: { ...KNOWN, waived },
        key: 'DKIM-05#token#1',
        severity: 'MEDIUM',
        use: { inUse: false, productionAccess: 'unknown' },
      }),
      account: { name: 'shop', ouPath: 'Root/Shops' },
    });
    expect(row).toMatchObject({
      ...{ scan_id: SCAN.id, scan_started_at: SCAN.startTime, scan_full: true },
      ...{ account_id: '222222222222', account_name: 'shop', ou_path: 'Root/Shops', region: 'eu-west-1' },
      subject_id: '222222222222/eu-west-1/news@mail.shop.example.co.uk',
      ...{ subject_kind: 'identity', subject_name: 'news@mail.shop.example.co.uk' },
      ...{ mail_domain: 'mail.shop.example.co.uk', registrable_domain: 'example.co.uk' },
      ...{ control_id: 'DKIM-05', sub_key: 'token#1', tier: 1, status: 'FAIL', reason: latest.reason },
      ...{ is_open: false, known_status: 'FAIL', severity: 'MEDIUM', catalogue_severity: 'HIGH' },
      ...{ in_use: false, production_access: null, since: KNOWN.since },
      ...{ waived_by: 'Mail team', waived_until: '2026-12-31', waived_reason: 'the move' },
      ...{ cause_control_id: 'DMARC-01', cause_subject_id: 'example.co.uk' },
      ...{ tracked_name: 'key bits', tracked_value: '1024', fix_text: 'Publish it.' },
      ...{ fix_command: 'aws sesv2 get-email-identity', fix_account_id: '222222222222' },
      records_to_publish: '[{"name":"a.example.co.uk","type":"TXT","value":"v=1 \\"x\\""}]',
      ...{ records_to_remove: null, fix_incomplete: false, evidence: '{"missing":["a","b"]}' },
      ...{ first_seen: '2026-10-01T06:00:00.000Z', observed_at: '2026-11-21T06:00:05.000Z' },
    });
  });

  it('of an UNKNOWN stays open with what is known, and has its severity', () => {
    const latest = finding('DKIM-05', 'UNKNOWN', { severity: 'LOW' });
    expect(parsed({ listed: listed(latest, { known: KNOWN }) })).toMatchObject({
      ...{ status: 'UNKNOWN', known_status: 'FAIL', is_open: true, catalogue_severity: 'HIGH' },
    });
    expect(parsed({ listed: listed(latest) })).toMatchObject({ known_status: null, is_open: false });
  });

  it.each<[Subject, string]>([
    [{ kind: 'target', accountId: '222222222222', region: 'eu-west-1' }, '222222222222/eu-west-1'],
    [{ kind: 'account', accountId: '222222222222' }, '222222222222'],
    [{ kind: 'domain', name: 'shop.example' }, 'shop.example'],
  ])('of %j calls the subject %s', (subject, id) => {
    expect(parsed({ listed: listed(finding('SCAN-02', 'PASS'), { subject }) })['subject_id']).toBe(id);
  });

  it('leaves a command or records out, rather than cut, and says so', () => {
    const record = { name: 'a.example', type: 'TXT', value: 'x'.repeat(3_900) } as const;
    const fix = {
      text: 't',
      publish: Array(20).fill(record) as (typeof record)[],
      command: 'x'.repeat(5_000),
    };
    expect(parsed({ listed: listed(finding('DKIM-05', 'FAIL', { fix })) })).toMatchObject({
      ...{ fix_text: 't', fix_command: null, records_to_publish: null, fix_incomplete: true },
    });
    const cut = { text: 't', incomplete: true } as const;
    expect(parsed({ listed: listed(finding('DKIM-05', 'FAIL', { fix: cut })) })).toMatchObject({
      ...{ fix_command: null, records_to_publish: null, fix_incomplete: true },
    });
    expect(parsed({ listed: listed(finding('DKIM-05', 'PASS')) })['fix_incomplete']).toBeNull();
  });
});

describe('any text of others', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 });
  const hostile = fc.oneof(
    text,
    fc.constantFrom('\n', '\r\n{"scan_id":"x"}', '\u2028', '\u0000', '\u001b[31m', '\ud800', '\u202e', '"}'),
    text.map((some) => `${some}\u2028"\\`.repeat(400)),
    text.map((some) => `\uffff${some}`.repeat(900)),
  );
  const record = fc.record({ name: hostile, type: fc.constant('TXT' as const), value: hostile });
  const row = fc
    .record({ names: fc.array(hostile, { minLength: 16, maxLength: 16 }), records: fc.array(record) })
    .map(({ names, records }): FindingRow => {
      const [a = '', b = '', c = '', d = '', e = '', f = '', g = '', h = '', i = '', j = ''] = names;
      const latest: Finding = {
        ...finding(a, 'FAIL', { summary: b, evidence: { [c]: [d, { [e]: f }], g } }),
        reason: g,
        fix: { text: h, publish: records, remove: records, command: i, account: j },
        cause: { controlId: d, subject: { kind: 'domain', name: e } },
        tracked: { name: f, value: h, rank: 0 },
      };
      const subject: Subject = { kind: 'identity', accountId: h, region: i, name: `${j}@${a}` };
      const waived = { owner: a, reason: b, expires: c };
      return {
        scan: { id: d, startTime: e, full: false },
        listed: listed(latest, { subject, key: `${f}#${g}`, known: { ...KNOWN, since: h, waived } }),
        account: { name: i, ouPath: j },
      };
    });

  it('makes one line with exactly the columns, each of its type, bounded and printable', () => {
    const names = FINDING_COLUMNS.map(({ name }) => name);
    let longest = 0;
    fc.assert(
      fc.property(row, (some) => {
        const line = lineOf(FINDING_COLUMNS, some);
        longest = Math.max(longest, Buffer.byteLength(line));
        expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]|\p{Cs}/u);
        expect(line.endsWith('}\n')).toBe(true);
        const cells = JSON.parse(line) as { [column: string]: unknown };
        expect(Object.keys(cells)).toEqual(names);
        for (const { name, type } of FINDING_COLUMNS) {
          const expected = { string: 'string', boolean: 'boolean', int: 'number' }[type];
          if (cells[name] !== null) expect(typeof cells[name], name).toBe(expected);
        }
        for (const json of ['evidence', 'records_to_publish', 'records_to_remove'])
          if (cells[json] !== null) JSON.parse(cells[json] as string);
      }),
      { numRuns: 150 },
    );
    expect(longest).toBeGreaterThan(20_000);
    expect(longest).toBeLessThanOrEqual(MAX_LINE_BYTES);
  });

  it('at its longest in every column stays below the bound of a line', () => {
    const long = '\uffff'.repeat(20_000);
    const of = (most: number): string => '\uffff'.repeat(most);
    const records = [{ name: 'a', type: 'TXT' as const, value: of(16_300) }];
    const latest: Finding = {
      ...finding(long, 'FAIL', { summary: long, evidence: { a: of(16_300) } }),
      reason: long,
      fix: { text: long, publish: records, remove: records, command: of(4_000), account: long },
      cause: { controlId: long, subject: { kind: 'domain', name: long } },
      tracked: { name: long, value: long, rank: 0 },
    };
    const waived = { owner: long, reason: long, expires: long };
    const line = lineOf(FINDING_COLUMNS, {
      scan: { id: long, startTime: long, full: true },
      listed: listed(latest, {
        ...{ subject: { kind: 'identity', accountId: long, region: long, name: long }, key: `x#${long}` },
        ...{ known: { ...KNOWN, since: long, waived }, firstSeen: long, observedAt: long },
      }),
      account: { name: long, ouPath: long },
    });
    expect(JSON.parse(line)).toMatchObject({ fix_incomplete: false, fix_command: of(4_000) });
    expect(Buffer.byteLength(line)).toBeGreaterThan(MAX_LINE_BYTES * 0.8);
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(MAX_LINE_BYTES);
  });
});

describe('the lines of an account’s coverage', () => {
  it('are its own and one a Region, with counts, and say which are gaps', () => {
    const account: AccountCoverage = {
      ...{ accountId: '222222222222', accountName: 'shop', ouPath: 'Root/Shops', outcome: 'SCANNED' },
      regions: {
        'us-east-1': { outcome: 'PARTIAL', detail: 'time\nended', listed: 20, judged: 10 },
        'eu-west-1': { outcome: 'EMPTY' },
      },
    };
    const lines = coverageRows(SCAN, account, isUnseen).map((row) => lineOf(COVERAGE_COLUMNS, row));
    const rows = lines.map((line) => JSON.parse(line) as { [column: string]: unknown });
    expect(rows.map((row) => [row['region'], row['outcome'], row['is_gap']])).toEqual([
      [null, 'SCANNED', false],
      ['eu-west-1', 'EMPTY', false],
      ['us-east-1', 'PARTIAL', true],
    ]);
    expect(rows[2]).toEqual({
      ...{ scan_id: SCAN.id, scan_started_at: SCAN.startTime, scan_full: true },
      ...{ account_id: '222222222222', account_name: 'shop', ou_path: 'Root/Shops', region: 'us-east-1' },
      ...{ outcome: 'PARTIAL', is_gap: true, detail: 'time\\x0aended' },
      ...{ identities_listed: 20, identities_judged: 10 },
    });
    for (const row of rows) expect(Object.keys(row)).toEqual(COVERAGE_COLUMNS.map(({ name }) => name));
  });
});

describe('the keys of an export', () => {
  const scan = (name: string, startTime = SCAN.startTime) => ({
    id: `${startTime}#${name}`,
    name,
    startTime,
  });

  it('are a Hive partition a day, and numbered parts whose names Athena does not pass over', () => {
    const key = exportKey(exportPrefix(scan('weekly'), 'findings'), 12);
    expect(key).toMatch(
      /^exports\/findings\/scan_date=2026-11-21\/scan-weekly-[0-9a-f]{12}-00012\.json\.gz$/,
    );
  });

  it('are the scan’s own, even where names read alike, come back, or begin another', () => {
    const prefixes = [
      ...['a.b', 'a_b', 'a', 'a-b', '../a', '_a'].map((name) => scan(name)),
      scan('a', '2026-11-21T07:00:00.000Z'),
      ...['x', 'y'].map((end) => scan('n'.repeat(79) + end)),
    ].map((each) => exportPrefix(each, 'coverage'));
    expect(new Set(prefixes).size).toBe(prefixes.length);
    for (const prefix of prefixes) {
      expect(prefix).toMatch(/^exports\/coverage\/scan_date=2026-11-21\/scan-[\w-]+$/);
      expect(prefixes.filter((other) => other.startsWith(`${prefix}-`))).toEqual([]);
    }
  });
});
