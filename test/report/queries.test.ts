/**
 * docs/queries.md held against the export: its DDL has the columns that the export writes, and its queries run as they
 * stand, in SQLite, over the files that two scans of a small organization left in the bucket. Nothing of the queries is
 * replaced: they keep to what SQLite and Athena's Trino share. SQLite has no booleans: true is 1, as its own TRUE is.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import initSqlJs, { type Database } from 'sql.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COVERAGE_COLUMNS, FINDING_COLUMNS } from '../../lambda/report/export-columns.ts';
import { DATASETS, EXPORT_FOLDER, type Dataset } from '../../lambda/report/location.ts';
import type { World } from '../../local/organization/types.ts';
import { address, domain } from '../../local/organization/vocabulary.ts';
import type { ScanOutcome } from '../../local/run-scan.ts';
import { rowsOf, type Row } from '../scan/export.ts';
import { smallWorld, startSandbox } from '../scan/support.ts';

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'queries.md'), 'utf8');
const SHOP = '222222222222';
const NEWS = '333333333333';

interface Ddl {
  table: string;
  columns: { name: string; type: string; about: string }[];
  /** What follows the columns. */
  rest: string;
}

function ddlOf(dataset: Dataset): Ddl {
  const [block] = sqlBlocks(PAGE).filter((sql) =>
    sql.startsWith(`CREATE EXTERNAL TABLE ses_posture_${dataset} (`),
  );
  if (!block) throw new Error(`docs/queries.md has no CREATE EXTERNAL TABLE of ${dataset}.`);
  const [head = '', ...lines] = block.split('\n');
  const end = lines.indexOf(')');
  const columns = lines.slice(0, end).map((line) => {
    const match = /^ {2}([a-z_]+) (string|boolean|int) COMMENT '([^'\\;]{1,255})',?$/.exec(line);
    if (!match) throw new Error(`No column that Athena takes: ${line}`);
    const [, name = '', type = '', about = ''] = match;
    return { name, type, about };
  });
  return { table: head.split(' ')[3] ?? '', columns, rest: lines.slice(end + 1).join('\n') };
}

function sqlBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/```sql\n([\s\S]*?)\n```/g)].map(([, sql = '']) => sql);
}

/** The query under a heading. */
function queryOf(heading: string): string {
  const start = PAGE.indexOf(`### ${heading}\n`);
  if (start < 0) throw new Error(`docs/queries.md has no query "${heading}".`);
  return sqlBlocks(PAGE.slice(start))[0] ?? '';
}

describe('the DDL of the page', () => {
  it.each([
    ['findings', FINDING_COLUMNS],
    ['coverage', COVERAGE_COLUMNS],
  ] as const)('of %s has exactly the columns of the export, in their order and types', (dataset, columns) => {
    const documented = ddlOf(dataset).columns.map(({ name, type }) => ({ name, type }));
    expect(documented).toEqual(columns.map(({ name, type }) => ({ name, type })));
  });

  it.each(DATASETS)('of %s reads where the export writes, day by day', (dataset) => {
    const { rest } = ddlOf(dataset);
    const folder = `s3://REPORT_BUCKET/${EXPORT_FOLDER}/${dataset}/`;
    expect(rest).toContain('PARTITIONED BY (scan_date string)');
    expect(rest).toContain(`LOCATION '${folder}'`);
    expect(rest).toContain(`'storage.location.template' = '${folder}scan_date=\${scan_date}/'`);
    expect(rest).toContain("'projection.scan_date.format' = 'yyyy-MM-dd'");
  });
});

describe('the queries of the page', () => {
  let database: Database;
  let scans: ScanOutcome[];
  beforeAll(async () => {
    const sandbox = await startSandbox(world(1));
    try {
      const first = await sandbox.scan();
      sandbox.stack.setWorld(world(2));
      scans = [first, await sandbox.scan(), await sandbox.scan({ input: { accounts: [SHOP] } })];
      const { Database: SqlDatabase } = await initSqlJs();
      database = new SqlDatabase();
      for (const dataset of DATASETS) load(database, ddlOf(dataset), rowsOf(sandbox.stack, dataset));
    } finally {
      await sandbox.close();
    }
  });
  afterAll(() => database.close());

  const ask = (heading: string): Row[] => {
    const [result] = database.exec(queryOf(heading));
    return (result?.values ?? []).map(
      (values) =>
        Object.fromEntries(values.map((value, index) => [result?.columns[index] ?? '', value])) as Row,
    );
  };

  it('are all tried here', () => {
    const tried = [
      ...[
        'Coverage by week',
        'Domains whose mail does not align',
        'Regressions between the last two full scans',
      ],
      ...['Drift of DKIM', 'Who sends from domains without DMARC', 'Open criticals, and what to do'],
    ];
    expect([...PAGE.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading)).toEqual(tried);
    expect(sqlBlocks(PAGE)).toHaveLength(tried.length + DATASETS.length);
  });

  it('tell coverage scan by scan', () => {
    const [first, second] = scans.map(({ scan }) => scan?.totals);
    const rows = ask('Coverage by week');
    // The narrowed scan is left out.
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ accounts: 3, accounts_not_seen: 0, regions_not_seen: 0 });
    expect(rows[1]).toMatchObject({ accounts: 3, accounts_not_seen: 1 });
    expect(rows.map((row) => row['identities_judged'])).toEqual([
      first?.identitiesJudged,
      second?.identitiesJudged,
    ]);
  });

  it('tell which domains do not align', () => {
    expect(ask('Domains whose mail does not align')).toMatchObject([
      { registrable_domain: 'only.example', subject_name: 'hello@only.example', account_id: SHOP },
    ]);
  });

  it('tell what regressed', () => {
    const rows = ask('Regressions between the last two full scans');
    const told = rows.map(
      (row) => `${row['control_id']} ${row['subject_id']} ${row['was']} ${row['became']}`,
    );
    expect(told).toContain(`DKIM-05 ${SHOP}/eu-west-1/shop.example PASS FAIL`);
    expect(told).toContain(`SCAN-01 ${NEWS} PASS FAIL`);
    for (const row of rows)
      expect(String(row['subject_id'])).toMatch(/shop\.example|^222222222222\/|^333333333333/);
  });

  it('tell how DKIM drifts', () => {
    const dkim05 = ask('Drift of DKIM').filter((row) => row['control_id'] === 'DKIM-05');
    // In the first scan nothing was wrong with it.
    expect(dkim05).toEqual([
      expect.objectContaining({ open_findings: 1, domains_affected: 1, scan_date: today(scans[1]) }),
    ]);
    expect(Number(dkim05[0]?.['passing'])).toBeGreaterThan(0);
  });

  it('tell who sends without DMARC, and what to publish', () => {
    expect(ask('Who sends from domains without DMARC')).toEqual([
      {
        ...{ domain_name: 'bare.example', account_id: SHOP, account_name: 'shop', region: 'eu-west-1' },
        identity_name: 'bare.example',
        records_to_publish: expect.stringContaining('_dmarc.bare.example') as string,
      },
    ]);
  });

  it('tell what is critical, with the fix of its cause', () => {
    expect(ask('Open criticals, and what to do')).toMatchObject([
      {
        ...{ subject_id: `${SHOP}/eu-west-1/hello@only.example`, control_id: 'ALIGN-01' },
        ...{ mend_first: 'IDENT-03', fix_text: expect.stringMatching(/\w/) as string },
      },
    ]);
  });
});

/** In the second week shop.example loses a DKIM record, and the account of the newsletter its role. */
function world(week: 1 | 2): World {
  const later = week === 2;
  return smallWorld([
    {
      ...{ id: SHOP, name: 'shop' },
      targets: {
        'eu-west-1': {
          identities: [
            domain('shop.example', later ? { faults: ['dkim-cname-missing'] } : {}),
            domain('bare.example', { faults: ['dmarc-absent'] }),
            domain('fine.example'),
            address('hello@only.example', { faults: ['address-without-domain'] }),
          ],
        },
      },
    },
    {
      ...{ id: NEWS, name: 'news', ...(later ? { faults: ['no-member-role' as const] } : {}) },
      targets: { 'us-west-2': { identities: [domain('news.example')] } },
    },
  ]);
}

/** A table with the columns of the DDL, and nothing else, filled from the exported lines. */
function load(database: Database, { table, columns }: Ddl, rows: Row[]): void {
  const names = [...columns.map(({ name }) => name), 'scan_date'];
  const types = new Map(columns.map(({ name, type }) => [name, type === 'string' ? 'TEXT' : 'INTEGER']));
  database.run(
    `CREATE TABLE ${table} (${names.map((name) => `${name} ${types.get(name) ?? 'TEXT'}`).join(', ')})`,
  );
  const insert = database.prepare(`INSERT INTO ${table} VALUES (${names.map(() => '?').join(', ')})`);
  for (const row of rows) {
    const cell = (value: Row[string] | undefined): string | number | null =>
      typeof value === 'boolean' ? Number(value) : (value ?? null);
    insert.run(names.map((name) => cell(row[name])));
  }
  insert.free();
}

function today(outcome: ScanOutcome | undefined): string | undefined {
  return outcome?.scan?.startTime.slice(0, 10);
}
