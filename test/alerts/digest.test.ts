import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderDigest, type DigestHeader } from '../../lambda/alerts/digest.ts';
import { SEVERITIES, type Subject } from '../../lambda/controls/types.ts';
import type { Change, ChangeKind, DigestEntry } from '../../lambda/findings/types.ts';
import { NEWS, SHOP, change, entry, headerFor, identity } from './support.ts';

function render(entries: DigestEntry[], more: Partial<DigestHeader> = {}) {
  return renderDigest({ header: headerFor(entries, more), entries });
}

/** The whole mail as it was read and found good; a change of it is made by hand. */
function golden(name: string): string {
  return readFileSync(new URL(`golden/${name}.txt`, import.meta.url), 'utf8');
}

function whole({ subject, body }: { subject: string; body: string }): string {
  return `Subject: ${subject}\n\n${body}`;
}

/** One of three CNAMEs lost in a DNS move, seen from three targets, with what follows from it. */
function lostDkim(): DigestEntry[] {
  const places = [
    { region: 'eu-west-1', ...SHOP },
    { region: 'us-east-1', ...SHOP },
    { region: 'eu-west-1', ...NEWS },
  ];
  return places.map(({ region, accountId }) => {
    const subject = identity('example.com', region, accountId);
    return entry([
      change(subject, 'DKIM-05', 'REGRESSED', {
        severity: 'MEDIUM',
        summary: 'One of three DKIM CNAME records is missing.',
        fix: {
          text: 'Publish the CNAME record again.',
          publish: [
            {
              name: 'abcdefghijklmnopqrstuvwxyz012345._domainkey.example.com',
              type: 'CNAME',
              value: 'abcdefghijklmnopqrstuvwxyz012345.dkim.amazonses.com',
            },
          ],
        },
      }),
      change(subject, 'ALIGN-01', 'WEAKENED', {
        summary: 'Mail From example.com aligns by SPF alone.',
        cause: { controlId: 'DKIM-05', subject },
      }),
    ]);
  });
}

function aWeekLater(): DigestEntry[] {
  const bounce = { kind: 'domain', name: 'bounce.example.com' } as const;
  return [
    ...lostDkim(),
    entry(
      [
        change(bounce, 'SPF-01', 'REGRESSED', {
          summary: 'bounce.example.com publishes 2 SPF records, so SPF ends in permerror.',
          fix: {
            text: 'Keep one record.',
            remove: [{ name: 'bounce.example.com', type: 'TXT', value: 'v=spf1 include:old.example ~all' }],
          },
        }),
      ],
      { users: [{ ...SHOP, region: 'eu-west-1', identity: 'example.com', use: 'MAIL_FROM' }], userCount: 1 },
    ),
    entry([
      change(identity('shop.example', 'eu-west-1'), 'IDENT-01', 'OPENED', {
        severity: 'CRITICAL',
        summary: 'SES could not verify shop.example.',
        fix: {
          text: 'Restore the records, then ask SES to verify again.',
          command: 'aws sesv2 get-email-identity --email-identity shop.example --region eu-west-1',
        },
      }),
    ]),
    entry([
      change({ kind: 'account', accountId: NEWS.accountId }, 'SCAN-01', 'REGRESSED', {
        summary: 'The member role could not be assumed (ROLE_MISSING).',
        fix: { text: 'Deploy the member role into the account.' },
      }),
    ]),
    entry([
      change(identity('old.example'), 'MF-01', 'RESOLVED', {
        summary: 'old.example has a MAIL FROM of its own.',
      }),
      change(identity('old.example'), 'DMARC-06', 'NOTED'),
    ]),
    entry([change(identity('gone.example'), 'DKIM-01', 'RETIRED', { summary: 'It is no longer there.' })]),
    entry([change(identity('better.example'), 'DKIM-02', 'EASED')]),
  ];
}

function firstScan(): DigestEntry[] {
  const names = Array.from({ length: 14 }, (_, index) => `shop${String(index).padStart(2, '0')}.example`);
  return names.map((name, index) =>
    entry([
      change(identity(name), 'DKIM-01', 'BASELINE', {
        severity: SEVERITIES[index % 4] ?? 'LOW',
        summary: `Mail from ${name} is not signed.`,
      }),
    ]),
  );
}

describe('the whole text', () => {
  const first = { scan: { name: 'first', startTime: '2026-11-14T06:00:00.000Z', full: true, first: true } };
  it.each([
    { name: 'a-week-later', digest: render(aWeekLater()) },
    {
      name: 'first-scan',
      digest: render(firstScan(), { ...first, number: 1, date: '2026-11-14T06:20:00.000Z' }),
    },
    { name: 'all-quiet', digest: render([]) },
    {
      name: 'all-quiet-but-broken',
      digest: render([], { problems: ['Domains of shard 3 could not be judged: timeout'] }),
    },
  ])('of $name', ({ name, digest }) => {
    expect(whole(digest)).toBe(golden(name));
  });
});

describe('the subject line', () => {
  it('counts problems, not the targets they show in nor their consequences', () => {
    expect(render(lostDkim()).subject).toBe('[SES posture] 1 regressed - Example Corp, 21 Nov 2026');
  });

  it('names what is minor only where nothing weightier is said', () => {
    const eased = entry([change(identity('example.com'), 'DKIM-02', 'EASED')]);
    expect(render([eased]).subject).toBe('[SES posture] 1 eased - Example Corp, 21 Nov 2026');
  });

  it.each([
    { organizationName: 'Müller & Søn', shown: 'Muller & Sn' },
    { organizationName: '株式会社', shown: 'AWS Organization' },
    { organizationName: 'Evil\r\nBcc: all@example.com', shown: 'Evil Bcc: all@example.com' },
  ])('writes $organizationName in ASCII on one line', ({ organizationName, shown }) => {
    expect(render([], { organizationName }).subject).toBe(`[SES posture] all quiet - ${shown}, 21 Nov 2026`);
  });

  it('keeps below 100 characters whatever the name', () => {
    const { subject } = render(aWeekLater(), {
      organizationName: 'An Organization with a Name of Sixty Characters in All, Ltd.',
    });
    expect(subject.length).toBeLessThan(100);
    expect(subject).toMatch(/^\[SES posture\] 2 regressed.* and more - An Organization .*, 21 Nov 2026$/);
  });
});

describe('causes and consequences', () => {
  const subject = identity('example.com');
  const cause = change(subject, 'DKIM-05', 'REGRESSED');
  const follows = change(subject, 'DKIM-12', 'REGRESSED', { cause: { controlId: 'DKIM-05', subject } });

  it('puts a consequence of a consequence under the first cause', () => {
    const last = change(subject, 'ALIGN-01', 'REGRESSED', { cause: { controlId: 'DKIM-12', subject } });
    const { subject: line, body } = render([entry([last, follows, cause])]);
    expect(line).toContain('1 regressed');
    expect(body).toMatch(
      /From this follows:\n {6}- DKIM-12 .*\n {6}- ALIGN-01|From this follows:\n {6}- ALIGN-01 .*\n {6}- DKIM-12/,
    );
  });

  it('lets a consequence stand by itself when its cause is no news', () => {
    expect(render([entry([follows])]).body).toContain('* HIGH DKIM-12 regressed: example.com');
  });

  it('names the cause of such a line, and that it is waived', () => {
    const elsewhere = { kind: 'account', accountId: NEWS.accountId } as const;
    const other = {
      ...change(subject, 'DANG-01', 'REGRESSED', { cause: { controlId: 'SCAN-01', subject: elsewhere } }),
    };
    const { body } = render([
      entry([{ ...follows, causeWaived: { owner: 'Mail team', expires: '2026-11-30' } }, other]),
    ]);
    const text = body.replace(/\s+/g, ' ');
    expect(text).toContain(
      'Follows from DKIM-05 of example.com, which is waived by Mail team until 30 Nov 2026.',
    );
    expect(text).toContain(`Follows from SCAN-01 of the account in ${NEWS.accountId}.`);
    expect(render([entry([cause, follows])]).body).not.toContain('Follows from');
  });

  it('marks the consequence that makes the line graver than its own finding is', () => {
    const mild = change(subject, 'DKIM-05', 'REGRESSED', { severity: 'MEDIUM' });
    const grave = change(subject, 'ALIGN-01', 'REGRESSED', {
      severity: 'CRITICAL',
      cause: { controlId: 'DKIM-05', subject },
    });
    const { body } = render([entry([mild, follows, grave])]);
    expect(body).toContain('* CRITICAL DKIM-05 regressed: example.com');
    expect(body).toContain('      - ALIGN-01 (CRITICAL) example.com');
    expect(body).toContain('      - DKIM-12 example.com');
  });

  it('shows causes in a ring one by one rather than not at all', () => {
    const ring = change(subject, 'DKIM-05', 'REGRESSED', { cause: { controlId: 'DKIM-12', subject } });
    const { body } = render([entry([ring, follows])]);
    expect(body).toContain('DKIM-05');
    expect(body).toContain('DKIM-12');
  });
});

describe('what is resolved', () => {
  it('counts and lists causes; what followed from them stands beneath', () => {
    const subject = identity('example.com');
    const cause = change(subject, 'DKIM-02', 'RESOLVED');
    const over = change(subject, 'ALIGN-01', 'RESOLVED', { wasCause: { controlId: 'DKIM-02', subject } });
    const { subject: line, body } = render([entry([over, cause])]);
    expect(line).toContain('1 resolved');
    expect(body).toMatch(/\n {2}\* DKIM-02 example\.com in .*\n {4}With it:\n {6}- ALIGN-01 example\.com/);
  });

  it('lists a consequence by itself where its cause is not over', () => {
    const subject = identity('example.com');
    const over = change(subject, 'ALIGN-01', 'RESOLVED', { wasCause: { controlId: 'DKIM-02', subject } });
    expect(render([entry([over])]).body).toContain('  * ALIGN-01 example.com in ');
  });

  it('does not put what got worse beneath a cause of the past', () => {
    const subject = identity('example.com');
    const cause = change(subject, 'DKIM-02', 'REGRESSED');
    const fell = change(subject, 'ALIGN-01', 'WEAKENED', { wasCause: { controlId: 'DKIM-02', subject } });
    expect(render([entry([cause, fell])]).subject).toContain('1 regressed, 1 weakened');
  });
});

describe('severity by use', () => {
  const idle = { use: { inUse: false, productionAccess: true } as const };
  const sandbox = { use: { inUse: false, productionAccess: false } as const };

  it('is what is shown and sorted by, with what it would be', () => {
    const { body } = render([
      entry([change(identity('idle.example'), 'DKIM-01', 'REGRESSED', { severity: 'CRITICAL' })], sandbox),
      entry([change(identity('quiet.example'), 'DKIM-01', 'REGRESSED')], idle),
      entry([change(identity('busy.example'), 'DKIM-01', 'REGRESSED')]),
    ]);
    expect([...body.matchAll(/^ {2}\* .*$/gm)].map(([line]) => line)).toEqual([
      '  * HIGH DKIM-01 regressed: busy.example',
      '  * MEDIUM DKIM-01 regressed: quiet.example (idle; HIGH when in use)',
      '  * LOW DKIM-01 regressed: idle.example (SES sandbox; CRITICAL in production)',
    ]);
  });

  it('is the highest of the targets of one line', () => {
    const { body } = render([
      entry([change(identity('example.com', 'eu-west-1'), 'DKIM-01', 'REGRESSED')], idle),
      entry([change(identity('example.com', 'us-east-1'), 'DKIM-01', 'REGRESSED')]),
    ]);
    expect(body).toContain('  * HIGH DKIM-01 regressed: example.com\n');
  });

  it('counts the baseline, causes apart from consequences', () => {
    const subject = identity('example.com');
    const cause = change(subject, 'DKIM-05', 'BASELINE', { severity: 'MEDIUM' });
    const follows = change(subject, 'ALIGN-01', 'BASELINE', { cause: { controlId: 'DKIM-05', subject } });
    const { subject: line, body } = render([entry([cause, follows], idle)]);
    expect(line).toContain('1 as baseline');
    expect(body.replace(/\s+/g, ' ')).toContain(
      '1 open finding: 1 low, and 1 consequence (1 medium). The worst of it, each as grave as what follows from it:',
    );
    expect(body).toContain(
      '    * MEDIUM DKIM-05 example.com in Shop Production (111111111111), eu-west-1 (idle;',
    );
    expect(body).toContain('      From this follows ALIGN-01 (MEDIUM) example.com in Shop');
  });

  it('names the cause of a line of the baseline that stands beneath nothing', () => {
    const subject = identity('desk@partner.example');
    const follows = change(subject, 'ALIGN-01', 'BASELINE', {
      severity: 'CRITICAL',
      cause: { controlId: 'IDENT-03', subject },
    });
    const { body } = render([entry([follows])]);
    expect(body).toContain('1 consequence (1 critical).');
    expect(body).toContain('      ALIGN-01 says so.\n      Follows from IDENT-03 of desk@partner.example.\n');
  });
});

describe('waivers', () => {
  const waived = { owner: 'Mail team', expires: '2026-11-20' };
  const ended = (more: object = {}): DigestEntry =>
    entry([
      change(identity('example.com'), 'DKIM-04', 'WAIVER_ENDED', {
        summary: 'The key of example.com has 1024 bits.',
        from: { status: 'FAIL', reason: 'KEY_SHORT', reasonClass: 0, waived: { ...waived, ...more } },
      }),
    ]);
  const use = (more: object = {}, open = 3) => ({
    waiver: {
      ...{ control: 'DKIM-04', account: '222222222222', region: 'eu-*', subject: '*.shop.example' },
      ...{ reason: 'old keys until the move', owner: 'Mail team', expires: '2026-11-30' },
      ...more,
    },
    open,
  });

  it('that have expired alert again', () => {
    const { subject, body } = render([ended()]);
    expect(subject).toContain('1 no longer waived');
    expect(body).toContain('* HIGH DKIM-04 no longer waived: example.com');
    expect(body).toContain('    The waiver by Mail team expired on 20 Nov 2026: still FAIL.\n');
  });

  it('that were removed say so', () => {
    expect(render([ended({ expires: '2027-01-01' })]).body).toContain(
      'The waiver by Mail team until 1 Jan 2027 was removed from the settings: still FAIL.',
    );
  });

  it('are counted apart from what is open', () => {
    const { totals } = headerFor([]);
    const more = { totals: { ...totals, waived: 2, consequences: { HIGH: 3 } } };
    const { body } = render([ended()], more);
    expect(body).toContain(
      '  Open now: 1 critical, 12 high, 16 medium, and 3 consequences (3 high).\n  Waived: 2.\n',
    );
    expect(render([], more).body).toContain('29 open and 3 consequences, 2 waived as before;');
  });

  it('are followed by the attestations that end soon, a line each, in a quiet mail as well', () => {
    const attestations = [
      {
        domain: 'example.com',
        topic: 'POSTMASTER_TOOLS',
        owner: 'Mail team',
        expires: '2026-11-30',
      } as const,
    ];
    const waivers = { endSoon: [], ended: [], attestations };
    const quiet = render([], { waivers });
    expect(quiet.subject).toBe('[SES posture] attestations end - Example Corp, 21 Nov 2026');
    for (const { body } of [quiet, render([ended()], { waivers })]) {
      expect(body).toContain(
        [
          'ATTESTATIONS THAT END SOON (then BULK-06 warns that nobody vouches any more)',
          '  - POSTMASTER_TOOLS of example.com: by Mail team, until 30 Nov 2026',
        ].join('\n'),
      );
    }
    expect(render([], { waivers: { ...waivers, endSoon: [use()] } }).subject).toContain('waivers end');
  });

  it('that end soon, or have ended, are announced, in a quiet mail as well', () => {
    const waivers = {
      endSoon: [use()],
      ended: [use({ account: '*', region: '*', expires: '2026-11-20' }, 1)],
    };
    const quiet = render([], { waivers });
    expect(quiet.subject).toBe('[SES posture] waivers end - Example Corp, 21 Nov 2026');
    for (const { body } of [quiet, render([ended()], { waivers })]) {
      expect(body).toContain(
        [
          'WAIVERS THAT END SOON (then these findings alert again)',
          '  - DKIM-04 of *.shop.example in account 222222222222, eu-*: by Mail team, until 30 Nov 2026; 3 open',
          '    findings',
          '    old keys until the move',
          '',
          'WAIVERS THAT HAVE ENDED (renew them, or take them out of the settings)',
          '  - DKIM-04 of *.shop.example: by Mail team, ended on 20 Nov 2026; 1 open finding',
        ].join('\n'),
      );
    }
  });

  it('beyond twenty are counted', () => {
    const { body } = render([], { waivers: { endSoon: Array.from({ length: 25 }, () => use()), ended: [] } });
    expect(body.match(/by Mail team/g)).toHaveLength(20);
    expect(body).toContain('  - and 5 more\n');
  });
});

describe('what made a change', () => {
  it.each([
    { because: 'SETTING', says: 'by a change of the settings' },
    { because: 'RELEASE', says: 'by a release of this software' },
  ] as const)('$because is said', ({ because, says }) => {
    expect(
      render([entry([change(identity('example.com'), 'DMARC-05', 'REGRESSED', { because })])]).body,
    ).toContain(says);
  });
});

describe('coverage', () => {
  it('says so where the outcomes do not add up', () => {
    const header = headerFor(aWeekLater());
    const totals = { ...header.totals, accounts: 16 };
    expect(render(aWeekLater(), { totals }).body).toContain(
      '16 accounts: 12 scanned, 2 excluded, 1 role missing, 1 not accounted for.',
    );
  });
});

describe('what was not seen or not judged', () => {
  it('is named with its account, and what stands unseen is counted', () => {
    const { totals } = headerFor([]);
    const { body } = render(aWeekLater(), {
      totals: {
        ...totals,
        openUnseen: 4,
        unknownCauses: [
          {
            controlId: 'SCAN-01',
            subject: { kind: 'account', accountId: '666666666666' },
            accountName: 'Legacy',
            count: 45,
            subjects: 15,
            reasons: ['COVERAGE_INCOMPLETE'],
          },
          {
            controlId: 'SCAN-02',
            subject: { kind: 'target', accountId: '222222222222', region: 'us-east-1' },
            count: 25,
            subjects: 1,
            reasons: ['TARGET_UNSEEN'],
          },
        ],
        unknownSubjects: [
          { subject: identity('example.com'), accountName: 'Shop', count: 2, reasons: ['DNS_TIMEOUT'] },
          {
            subject: { kind: 'target', accountId: '222222222222', region: 'eu-west-1' },
            count: 1,
            reasons: ['TARGET_UNSEEN'],
          },
        ],
      },
    });
    expect(body).toContain(
      '    - Legacy (666666666666) is out of sight (SCAN-01): 45 findings of 15 subjects,\n      COVERAGE_INCOMPLETE\n',
    );
    expect(body).toContain(
      '    - 222222222222, us-east-1 is out of sight (SCAN-02): 25 findings, TARGET_UNSEEN\n',
    );
    expect(body).toContain('    - example.com in Shop (111111111111), eu-west-1: 2 findings, DNS_TIMEOUT\n');
    expect(body).toContain('    - 222222222222, eu-west-1: 1 finding, TARGET_UNSEEN\n');
    expect(body.replace(/\s+/g, ' ')).toContain(
      'Not seen by this scan: 4 open findings of accounts and Regions that could not be read stand as last seen.',
    );
  });
});

describe('bounds', () => {
  const SPELLED: readonly ChangeKind[] = [
    'REGRESSED',
    'WEAKENED',
    'OPENED',
    'WAIVER_ENDED',
    'RESOLVED',
    'RETIRED',
  ];
  const outside = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constant('\r\nSubject: forged\u0007\u202e\u200b\u2028'),
    fc.constant('x'.repeat(5000)),
  );
  const record = fc.record({ name: outside, type: fc.constant('TXT' as const), value: outside });
  const subjects: fc.Arbitrary<Subject> = fc.oneof(
    fc.record({
      kind: fc.constant('identity' as const),
      accountId: fc.constantFrom(SHOP.accountId, NEWS.accountId),
      region: fc.constantFrom('eu-west-1', 'us-east-1'),
      name: fc.oneof(fc.domain(), outside),
    }),
    fc.record({ kind: fc.constant('domain' as const), name: fc.domain() }),
    fc.record({ kind: fc.constant('account' as const), accountId: fc.constant(SHOP.accountId) }),
  );
  const changes: fc.Arbitrary<Change> = fc
    .record({
      subject: subjects,
      controlId: fc.constantFrom('DKIM-05', 'ALIGN-01', 'SCAN-01', 'MF-04'),
      kind: fc.constantFrom<ChangeKind>(...SPELLED, 'EASED', 'BASELINE', 'NOTED'),
      severity: fc.constantFrom(...SEVERITIES),
      summary: outside,
      text: outside,
      publish: fc.array(record, { maxLength: 3 }),
    })
    .map(({ subject, controlId, kind, severity, summary, text, publish }) =>
      change(subject, controlId, kind, {
        severity,
        summary,
        fix: { text, publish },
        ...(controlId === 'ALIGN-01' && { cause: { controlId: 'DKIM-05', subject } }),
      }),
    );
  const entries = fc.array(
    changes.map((it) => entry([it])),
    { maxLength: 300, size: 'max' },
  );

  it('sends nothing that SNS refuses or a reader cannot see, for any content', () => {
    fc.assert(
      fc.property(entries, outside, (list, organizationName) => {
        const { subject, body } = render(list, { organizationName, problems: [organizationName] });
        expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(262_144);
        expect(body.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(body).not.toContain('\nSubject: forged');
      }),
      { numRuns: 60 },
    );
  });

  const distinct = (count: number, kind: ChangeKind, value = ''): DigestEntry[] =>
    Array.from({ length: count }, (_, index) =>
      entry([
        change(identity(`shop${index}.example`), 'DKIM-05', kind, {
          fix: {
            text: 'Publish it.',
            publish: [{ name: `k.shop${index}.example`, type: 'TXT', value: value || `v${index}` }],
          },
        }),
      ]),
    );

  it('spells 200 changes out and counts the rest', () => {
    const { body } = render([...distinct(250, 'REGRESSED'), ...distinct(7, 'RESOLVED')]);
    expect(body.match(/\* HIGH DKIM-05/g)).toHaveLength(200);
    expect(body).toContain('Not spelled out above: 50 regressed, 7 resolved.');
  });

  it('counts what does not fit by its size', () => {
    const { body } = render(distinct(199, 'REGRESSED', 'x'.repeat(900).replaceAll('x', 'ü')));
    const spelled = body.match(/\* HIGH DKIM-05/g)?.length ?? 0;
    expect(spelled).toBeLessThan(199);
    expect(body).toContain(`Not spelled out above: ${199 - spelled} regressed.`);
  });

  it('counts the places of one problem that it does not name', () => {
    const many = Array.from({ length: 50 }, (_, index) =>
      entry([
        change(identity('example.com', 'eu-west-1', String(300000000000 + index)), 'DKIM-05', 'REGRESSED'),
      ]),
    );
    const { subject, body } = render(many);
    expect(subject).toContain('1 regressed');
    expect(body).toContain('in 50 targets:');
    expect(body).toContain('- and 30 more');
    expect(body).toContain('Not spelled out above: 30 regressed.');
  });

  it('accounts for every change: its account is named, or it is counted as not spelled out', () => {
    const kindsAndNames = fc.array(
      fc.record({
        kind: fc.constantFrom(...SPELLED),
        controlId: fc.constantFrom('DKIM-05', 'MF-04', 'SPF-01'),
        name: fc.constantFrom('example.com', 'mail.example.com', 'shop.example'),
      }),
      { minLength: 1, maxLength: 400, size: 'max' },
    );
    fc.assert(
      fc.property(kindsAndNames, (list) => {
        const accounts = list.map((_, index) => String(300000000000 + index));
        const told = list.map(({ kind, controlId, name }, index) =>
          entry([change(identity(name, 'eu-west-1', accounts[index]), controlId, kind)]),
        );
        const { body } = render(told);
        const named = accounts.filter((account) => body.includes(account)).length;
        const rest = body.match(/Not spelled out above: ([^.]*)\./s)?.[1] ?? '';
        const counted = [...rest.matchAll(/\d+/g)].reduce((sum, [count]) => sum + Number(count), 0);
        expect(named + counted).toBe(list.length);
        expect(named).toBeLessThanOrEqual(200);
      }),
      { numRuns: 60 },
    );
  });

  it('is the same text for the same digest', () => {
    fc.assert(
      fc.property(entries, (list) => {
        expect(render(structuredClone(list))).toEqual(render(list));
      }),
      { numRuns: 20 },
    );
  });
});
