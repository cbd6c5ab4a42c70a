/** Any record value reads back from every format as the same octets, and nothing hostile gets out of its place. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DnsRecordToPublish } from '../../lambda/controls/types.ts';
import { hclString } from '../../lambda/fixes/escape.ts';
import { renderBind } from '../../lambda/fixes/render-bind.ts';
import { renderRoute53 } from '../../lambda/fixes/render-route53.ts';
import { renderTerraform } from '../../lambda/fixes/render-terraform.ts';
import { renderText } from '../../lambda/fixes/render-text.ts';
import type { Plan, RecordSetChange } from '../../lambda/fixes/types.ts';
import { changesOf, readBatches, readMasterFile, readTerraform, wantedSets } from './read-back.ts';
import { cname, identity, mx, open, planOf, SES_MX, SPF, txt } from './plans.ts';

const HOSTILE = [
  '"',
  '\\',
  ';',
  '${path.root}',
  '$${x}',
  '%{ if true }',
  '%%{',
  '\n',
  '\r\n; evil. 300 IN TXT "x"',
  '\u001b[2J',
  '\u202e',
  '\u0000',
  "'",
  '$(id)',
  '`id`',
  '\ud800',
  'é',
  '日本',
  '(',
  ')',
  '@',
  '\t',
];
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 700 }),
  fc
    .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 300 })), { maxLength: 8 })
    .map((parts) => parts.join('')),
);
/** What UTF-8 can carry: a lone surrogate reads back as U+FFFD. */
const carried = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

/** A plan that changes these sets, whatever the limits would say: the formats must hold anything. */
function planWith(changes: Partial<RecordSetChange>[], words = ''): Plan {
  const plan = planOf([open(identity(`${words}example.com`), 'SPF-01')]);
  const full = changes.map((change) => ({
    name: 'bounce.example.com',
    type: 'TXT' as const,
    values: [],
    found: [],
    displaces: [],
    ...change,
  }));
  const [advice] = plan.advice;
  if (!advice) throw new Error('The plan has no advice.');
  return {
    ...plan,
    domain: `${words}example.com`,
    steps: [
      {
        kind: 'dns',
        title: `MAIL FROM ${words}`,
        wrong: [words],
        heals: [advice.finding],
        serves: [],
        notes: [words],
        check: [words],
        changes: full,
      },
    ],
    conflicts: [{ about: words, wishes: [{ finding: advice.finding, wants: words }] }],
    notJudged: [{ subject: identity(), key: words, reason: words, summary: words }],
  };
}

describe('a TXT of any content', () => {
  it('reads back from the master file, the change batch and Terraform', () => {
    fc.assert(
      fc.property(hostile, hostile, (value, old) => {
        const plan = planWith([{ values: [value], found: [old] }]);
        const wanted = { 'bounce.example.com TXT': [carried(value)] };
        expect(readMasterFile(renderBind(plan))).toEqual(wanted);
        expect(readBatches(renderRoute53(plan)).sets).toEqual(wanted);
        expect(readTerraform(renderTerraform(plan))).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });

  it.each([0, 1, 254, 255, 256, 510, 511, 4000])('of %i octets is split at 255', (length) => {
    const value = 'x'.repeat(length);
    const plan = planWith([{ values: [value] }]);
    const strings = /TXT\t(.*)$/m.exec(renderBind(plan))?.[1]?.split('" "') ?? [];
    expect(strings).toHaveLength(Math.max(1, Math.ceil(length / 255)));
    expect(readTerraform(renderTerraform(plan))).toEqual({ 'bounce.example.com TXT': [value] });
    expect(renderTerraform(plan).includes('\\"\\"')).toBe(length > 255);
  });
});

describe('a name of any content', () => {
  const label = fc.oneof(
    fc.constantFrom(...HOSTILE.filter((text) => !text.includes('.'))),
    fc.string({ minLength: 1, maxLength: 20 }),
  );
  it('reads back, and adds no line', () => {
    fc.assert(
      fc.property(label, (text) => {
        fc.pre(!text.includes('.'));
        const name = `${text}.example.com`;
        const plan = planWith([
          { name, values: ['x'] },
          { name: 'ok.example.com', type: 'CNAME', values: [name] },
        ]);
        const wanted = { [`${carried(name)} TXT`]: ['x'], 'ok.example.com CNAME': [carried(name)] };
        expect(readMasterFile(renderBind(plan))).toEqual(wanted);
        expect(readBatches(renderRoute53(plan)).sets).toEqual(wanted);
        expect(readTerraform(renderTerraform(plan))).toEqual(wanted);
      }),
      { numRuns: 200 },
    );
  });
});

describe('hostile words anywhere in a plan', () => {
  const UNPRINTABLE =
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;
  it('leave no control character in any format, and no line that is not the format’s own', () => {
    fc.assert(
      fc.property(hostile, (words) => {
        const removed: DnsRecordToPublish = { name: 'bounce.example.com', type: 'CNAME', value: words };
        const plan = planWith([{ values: ['x'], found: [words], displaces: [removed] }], words);
        const bind = renderBind(plan);
        const terraform = renderTerraform(plan);
        for (const text of [renderText(plan), bind.replace(/\t/g, ' '), terraform.replace(/\t/g, ' ')])
          expect(text).not.toMatch(UNPRINTABLE);
        expect(readMasterFile(bind)).toEqual({ 'bounce.example.com TXT': ['x'] });
        expect(
          terraform
            .split('\n')
            .filter((line) => !/^(#.*|variable ".*" \{|resource ".*" \{|\}|| {2}.*)$/.test(line)),
        ).toEqual([]);
        expect(readTerraform(terraform)).toEqual({ 'bounce.example.com TXT': ['x'] });
        expect(() => JSON.stringify(renderRoute53(plan))).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});

/** One of everything: added, replaced, kept, displaced, removed, long, unseen. */
const EXAMPLE = planOf([
  open(identity(), 'DKIM-06', {
    text: 'Replace.',
    publish: [cname('t1'), cname('t2')],
    remove: [txt('t1._domainkey.example.com', 'p=KEY')],
  }),
  open(identity(), 'MF-04', {
    text: 'Replace.',
    publish: [mx('bounce.example.com', SES_MX()), txt('bounce.example.com', `${SPF} ${'x'.repeat(400)}`)],
    remove: [mx('bounce.example.com', '20 feedback-smtp.eu-west-1.amazonaws.com')],
    keep: [txt('bounce.example.com', 'a "quoted" \\ ; ${text} %{if}')],
  }),
  open(identity('news.example.com'), 'MF-01', {
    text: 'Publish.',
    publish: [
      mx('bounce-eu-west-1.news.example.com', SES_MX()),
      txt('bounce-eu-west-1.news.example.com', SPF),
    ],
    unseen: true,
  }),
]);

describe('the change batch', () => {
  const [only, ...more] = renderRoute53(EXAMPLE);
  const changes = only?.batch.Changes ?? [];

  it('is one a registrable domain, in the shape of ChangeResourceRecordSets', () => {
    expect(more).toEqual([]);
    expect(only?.zone).toBe('example.com');
    expect(only?.batch.Comment.length).toBeLessThanOrEqual(256);
    expect(
      changes.find(({ Action, ResourceRecordSet }) => Action === 'UPSERT' && ResourceRecordSet.Type === 'MX'),
    ).toEqual({
      Action: 'UPSERT',
      ResourceRecordSet: {
        Name: 'bounce.example.com.',
        Type: 'MX',
        TTL: 300,
        ResourceRecords: [{ Value: '10 feedback-smtp.eu-west-1.amazonses.com.' }],
      },
    });
  });

  it('deletes first what gives way at a name, and says that values and TTL must be exact', () => {
    const at = changes.filter(({ ResourceRecordSet }) => ResourceRecordSet.Name.startsWith('t1.'));
    expect(at.map(({ Action, ResourceRecordSet }) => `${Action} ${ResourceRecordSet.Type}`)).toEqual([
      'DELETE TXT',
      'UPSERT CNAME',
    ]);
    expect(only?.cautions.join()).toMatch(
      /DELETE of t1\._domainkey\.example\.com\. TXT needs the exact current values and TTL/,
    );
  });

  it('carries its cautions in its comment, each name where there is room, else their number', () => {
    expect(only?.batch.Comment).toBe(
      'ses-posture fix plan: example.com CAUTION: t1._domainkey.example.com. TXT DELETE: put in the current values and TTL, 300 is a guess; bounce-eu-west-1.news.example.com. CREATE: nobody looked at the name',
    );
    const names = Array.from({ length: 9 }, (_, n) => `bounce${n}.${'label.'.repeat(30)}example.com`);
    const unseen = planWith(names.map((name) => ({ name, values: ['x'], unseen: true, partial: true })));
    const [batch] = renderRoute53(unseen);
    expect(batch?.batch.Comment).toBe(
      'ses-posture fix plan: example.com CAUTION: 9 CREATE: nobody looked at the name; 9 TXT: others must stay',
    );
    expect(batch?.cautions).toHaveLength(18);
    const [calm] = renderRoute53(planWith([{ name: 'a.example.com', values: ['x'] }]));
    expect(calm?.batch.Comment).toBe('ses-posture fix plan: example.com');
  });

  it('keeps its comment within what Route 53 takes, whatever the plan', () => {
    const flag = fc.constantFrom(undefined, true as const);
    const change = fc.record({
      name: fc.constantFrom('a.example.com', `${'b'.repeat(63)}.example.com`, `x.${'c'.repeat(60)}.example`),
      values: fc.constantFrom([], ['x'], ['y'.repeat(900)]),
      unseen: flag,
      partial: flag,
      hidden: flag,
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        for (const { batch, cautions } of renderRoute53(planWith(changes as never))) {
          expect(batch.Comment.length).toBeLessThanOrEqual(256);
          expect(batch.Comment.includes('CAUTION'), 'never silent').toBe(cautions.length > 0);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('creates where nobody looked, so that nothing is overwritten', () => {
    const fresh = changes.filter(({ ResourceRecordSet }) => ResourceRecordSet.Name.startsWith('bounce-eu'));
    expect(fresh.map(({ Action }) => Action)).toEqual(['CREATE', 'CREATE']);
  });

  it('creates where other TXT may stand that nobody read, and replaces a set that was read', () => {
    const actionOf = (change: object): string[] =>
      renderRoute53(planWith([{ name: '_dmarc.example.com', values: ['x'], ...change }])).flatMap(
        ({ batch }) => batch.Changes.map(({ Action }) => Action),
      );
    expect(actionOf({ partial: true })).toEqual(['CREATE']);
    expect(actionOf({ partial: true, found: ['old'] })).toEqual(['UPSERT']);
    expect(actionOf({ found: [] })).toEqual(['UPSERT']);
  });

  it('is split where Route 53 would refuse it, names kept whole', () => {
    const many = Array.from({ length: 30 }, (_, n) => ({
      name: `n${n}.example.com`,
      values: ['y'.repeat(1500)],
    }));
    const plan = planWith([...many, { name: 'other.example', values: ['z'] }]);
    const batches = renderRoute53(plan);
    expect(batches.map(({ zone }) => zone)).toEqual([
      'example.com',
      'example.com',
      'example.com',
      'other.example',
    ]);
    expect(readBatches(batches).sets).toEqual(wantedSets(plan));
  });
});

describe('Terraform', () => {
  const text = renderTerraform(EXAMPLE);

  it('names resources alike in every run, and no two alike', () => {
    const names = [...text.matchAll(/^resource "aws_route53_record" "(.*)" \{$/gm)].map(([, name]) => name);
    expect(new Set(names).size).toBe(changesOf(EXAMPLE).length);
    expect(names[0]).toMatch(/^cname_t1__domainkey_example_com_[0-9a-f]{8}$/);
  });

  it('overwrites only where something was seen to stand', () => {
    const blocks = text
      .split('\n\n')
      .join('\n')
      .split(/^(?=resource)/m)
      .slice(1);
    const overwriting = blocks.filter((block) => block.includes('allow_overwrite = true'));
    expect(overwriting.map((block) => /"(\w+?)_bounce_example/.exec(block)?.[1])).toEqual(['mx', 'txt']);
  });

  const terraform = spawnSync('terraform', ['version']).status === 0;
  it.skipIf(!terraform)(
    'is read by Terraform itself as it was meant (skipped without the terraform program)',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'fix-terraform-'));
      try {
        writeFileSync(join(folder, 'plan.tf'), text);
        execFileSync('terraform', ['fmt', '-check', '-list=false', folder], { stdio: 'pipe' });
        const values = [
          'a "b" \\ ; ${c} $${d} %{e} %%{f}',
          '\u0001é日',
          ...HOSTILE.filter((one) => one !== '\ud800'),
        ];
        const asked = `jsonencode([${values.map(hclString).join(', ')}])`;
        const said = execFileSync('terraform', ['console'], {
          cwd: mkdtempSync(join(folder, 'empty-')),
          input: `base64encode(${asked})\n`,
          stdio: ['pipe', 'pipe', 'ignore'],
        });
        const decoded = Buffer.from(said.toString().trim().replace(/"/g, ''), 'base64').toString('utf8');
        expect(JSON.parse(decoded)).toEqual(values);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});

describe('the zone fragment', () => {
  const checkers = [
    { program: 'named-checkzone', args: (file: string) => ['example.com', file] },
    { program: 'nsd-checkzone', args: (file: string) => ['example.com', file] },
  ].filter(({ program }) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0);

  it.skipIf(checkers.length === 0)(
    'is taken by named-checkzone or nsd-checkzone within a zone (skipped without either program)',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'fix-zone-'));
      try {
        const values = HOSTILE.map((text) => `v=${text}`);
        const hostilePlan = planWith(
          [{ values }, { name: 'we"ird; la\\bel.example.com', values: ['x'] }],
          '\n',
        );
        const file = join(folder, 'zone');
        const head =
          'example.com. 300 IN SOA ns1.example.com. hostmaster.example.com. 1 7200 900 1209600 300\nexample.com. 300 IN NS ns1.example.com.\nns1.example.com. 300 IN A 192.0.2.1\n';
        for (const plan of [EXAMPLE, hostilePlan]) {
          writeFileSync(file, head + renderBind(plan));
          for (const { program, args } of checkers) {
            const { status, stdout, stderr } = spawnSync(program, args(file));
            expect(status, `${program}: ${stdout}${stderr}`).toBe(0);
          }
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});
