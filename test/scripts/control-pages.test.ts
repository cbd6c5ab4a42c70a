import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CONTROL_PAGES, type ControlPage } from '../../lambda/controls/catalogue.ts';
import { dnsReasons } from '../../lambda/controls/unknowns.ts';
import { indexText, pageText } from '../../scripts/control-page-text.ts';
import { complaints, controlDocuments, run, writeAll } from '../../scripts/control-documents.ts';

/** A control of no other purpose than its page. */
function controlPageOf(change: Partial<ControlPage> = {}): ControlPage {
  return {
    id: 'DKIM-77',
    revision: 3,
    title: 'The trial holds',
    tier: 2,
    severity: 'HIGH',
    subjects: ['identity'],
    asserts: 'Each name is a CNAME to <token>.<zone>.',
    why: 'Mail is lost; DKIM-05 tells more.',
    evidence: 'The names.',
    remedy: 'The records.',
    sources: ['RFC 6376 section 3.6.1'],
    reasons: {
      HOLDS: { statuses: ['PASS'], means: 'It holds.' },
      BROKEN: { statuses: ['WARN', 'FAIL'], otherSeverities: ['MEDIUM'], means: 'It does | not hold.' },
      ...dnsReasons,
    },
    ...change,
  };
}

describe('the page of a control', () => {
  it('has a section for each question that its reader has, in this order', () => {
    const headings = [...pageText(controlPageOf()).matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(headings).toEqual([
      'What PASS asserts',
      'Why it matters to delivery',
      'Statuses and reasons',
      'Severity by use',
      'Evidence',
      'Fix',
      'Permissions',
      'Sources',
    ]);
  });

  it('shows the reasons that open a finding first, each with every severity that it may have', () => {
    const rows = pageText(controlPageOf())
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(rows).toEqual([
      '| `BROKEN` | WARN, FAIL | HIGH or MEDIUM | It does \\| not hold. |',
      '| `HOLDS` | PASS |  | It holds. |',
    ]);
  });

  it('names the reasons of others in a line that leads to the index', () => {
    const text = pageText(controlPageOf());
    expect(text).not.toContain('DNS_SERVFAIL');
    expect(text).toContain('- [When DNS gives no answer](README.md#when-dns-gives-no-answer): UNKNOWN');
  });

  it('keeps a reason that has a shared one’s name and a meaning of its own', () => {
    const reasons = { DNS_INCONSISTENT: { statuses: ['UNKNOWN'] as const, means: 'Two say two things.' } };
    expect(pageText(controlPageOf({ reasons }))).toContain(
      '| `DNS_INCONSISTENT` | UNKNOWN |  | Two say two things. |',
    );
  });

  it('leads to the pages of other controls, and shows angle brackets to the letter', () => {
    const text = pageText(controlPageOf());
    expect(text).toContain('[DKIM-05](dkim-05.md) tells more.');
    expect(text).toContain('a CNAME to \\<token>.\\<zone>.');
  });

  it.each([
    ['by use', {}, '| HIGH | MEDIUM | LOW |'],
    ['never lowered', { id: 'IDENT-07' }, 'The same whatever the use: HIGH, MEDIUM.'],
    ['of an account, which has no use', { subjects: ['account' as const] }, 'The same whatever the use'],
    [
      'of a note',
      { reasons: { NOTED: { statuses: ['PASS' as const], means: 'It is so.' } } },
      'None: it notes',
    ],
  ])('tells the severity %s', (_case, change, said) => {
    expect(pageText(controlPageOf(change))).toContain(said);
  });

  it.each([
    [
      'a group that it needs',
      ['notifications' as const],
      '`notifications`: it then says `NOT_PERMITTED_BY_SETTINGS`',
    ],
    ['a group that it can do without', undefined, '`notifications`: it then judges without'],
  ])('tells which setting switches off %s', (_case, permissions, said) => {
    const reads = ['ses:GetIdentityNotificationAttributes' as const];
    const page = controlPageOf({ reads, ...(permissions ? { permissions } : {}) });
    expect(pageText(page)).toContain(`The setting \`permissions\` can switch off ${said}`);
  });
});

describe('the index of the controls', () => {
  it('leads to every page, to how they judge and to what they may read', () => {
    const text = indexText(CONTROL_PAGES);
    for (const { id } of CONTROL_PAGES) expect(text).toContain(`[${id}](${id.toLowerCase()}.md)`);
    expect(text).toContain('(../judgement.md)');
    expect(text).toContain('(../permissions.md)');
    expect(text).toContain(`${CONTROL_PAGES.length} controls.`);
  });

  it('refuses an id of a family that has no words', () => {
    expect(() => indexText([controlPageOf({ id: 'NEW-01' })])).toThrow(
      'NEW-01 is of no known family. Say in FAMILIES of scripts/control-page-text.ts what NEW is.',
    );
  });
});

describe('the pages of the catalogue', () => {
  let documents: Map<string, string>;
  beforeAll(async () => {
    documents = await controlDocuments(CONTROL_PAGES);
  });

  it('link only to pages, sections and documents that are there', () => {
    const anchors = new Map(
      [...documents].map(([name, text]) => [
        name,
        [...text.matchAll(/^#+ (.*)$/gm)].map(([, it]) => slug(it ?? '')),
      ]),
    );
    const broken = [...documents].flatMap(([name, text]) =>
      [...text.matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)]
        .filter(([, path = '', anchor]) => {
          const at = anchors.get(path) ?? headingsOf(path);
          return at === undefined || (anchor !== undefined && !at.includes(anchor));
        })
        .map(([link]) => `${name}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  it('leave no section empty', () => {
    const empty = [...documents].filter(([, text]) => /^## .*\n\n(?=##|$(?![\s\S]))/m.test(text));
    expect(empty.map(([name]) => name)).toEqual([]);
  });
});

describe('npm run docs:controls -- --check', () => {
  const controls = CONTROL_PAGES.filter(({ id }) => id === 'DKIM-05' || id === 'SPF-01');
  let folder: string;
  let documents: Map<string, string>;
  beforeAll(async () => {
    documents = await controlDocuments(controls);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'control-pages-'));
    writeAll(documents, folder);
    vi.spyOn(console, 'log').mockReturnValue();
    vi.spyOn(console, 'error').mockReturnValue();
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  it('succeeds on what was just written', async () => {
    expect(await run(['--check'], folder, controls)).toBe(0);
  });

  it.each([
    [
      'a stale page',
      () => writeFileSync(join(folder, 'dkim-05.md'), 'old'),
      'docs/controls/dkim-05.md is stale.',
    ],
    ['a missing page', () => rmSync(join(folder, 'dkim-05.md')), 'docs/controls/dkim-05.md is missing.'],
    [
      'a page of no control',
      () => writeFileSync(join(folder, 'dkim-77.md'), 'gone'),
      'docs/controls/dkim-77.md belongs to no control.',
    ],
    [
      'a stale index',
      () => writeFileSync(join(folder, 'README.md'), 'old'),
      'docs/controls/README.md is stale.',
    ],
  ])(
    'fails on %s, says which and changes nothing; without --check it is mended',
    async (_case, spoil, said) => {
      spoil();
      expect(complaints(documents, folder)).toEqual([said]);
      expect(await run(['--check'], folder, controls)).toBe(1);
      expect(complaints(documents, folder)).toEqual([said]);
      expect(await run([], folder, controls)).toBe(0);
      expect(complaints(documents, folder)).toEqual([]);
    },
  );
});

function headingsOf(path: string): string[] | undefined {
  if (!path.startsWith('../')) return undefined;
  try {
    const text = readFileSync(join('docs/controls', path), 'utf8');
    return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) => slug(title ?? ''));
  } catch {
    return undefined;
  }
}

function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
