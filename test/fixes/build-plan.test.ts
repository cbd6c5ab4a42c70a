import { describe, expect, it } from 'vitest';
import { FIRST } from '../../lambda/fixes/limits.ts';
import { isInOrder } from '../../lambda/fixes/own-words.ts';
import { renderText } from '../../lambda/fixes/render-text.ts';
import type { OpenFinding, Plan } from '../../lambda/fixes/types.ts';
import { ACCOUNT, cname, domain, identity, mx, open, planOf, REGION, SES_MX, SPF, txt } from './plans.ts';

const RESTART = `aws ses verify-domain-dkim --domain example.com --region ${REGION}`;
const setMailFrom = (behavior = 'USE_DEFAULT_VALUE', name = 'bounce.example.com'): string =>
  `aws sesv2 put-email-identity-mail-from-attributes --email-identity example.com --mail-from-domain ${name} --behavior-on-mx-failure ${behavior} --region ${REGION}`;
const command = (text: string): { text: string; command: string; account: string } => ({
  text: 'Run it.',
  command: text,
  account: ACCOUNT,
});
const titles = ({ steps }: Plan): string[] => steps.map(({ title }) => title);
const keys = (refs: { key: string }[]): string[] => refs.map(({ key }) => key);
const advised = ({ advice }: Plan): [string, string][] =>
  advice.map(({ finding, first }) => [finding.key, first]);

describe('whether the domain is in order', () => {
  const target = { kind: 'target', accountId: ACCOUNT, region: REGION } as const;
  const account = { kind: 'account', accountId: ACCOUNT } as const;
  const advice = { text: 'Create an alarm.' };

  it.each([
    { what: 'nothing open', plan: planOf([]), inOrder: true },
    {
      what: 'advice on a target that holds it',
      plan: planOf([open(target, 'ACCT-11', advice)]),
      inOrder: true,
    },
    { what: 'advice on the domain', plan: planOf([open(domain('example.com'), 'DMARC-05')]), inOrder: false },
    {
      what: 'both',
      plan: planOf([open(target, 'ACCT-11', advice), open(identity(), 'MF-01', advice)]),
      inOrder: false,
    },
    { what: 'an account that was not seen', plan: planOf([open(account, 'SCAN-01')]), inOrder: false },
    { what: 'a Region that was not seen', plan: planOf([open(target, 'SCAN-02')]), inOrder: false },
  ])('$what: $inOrder', ({ plan, inOrder }) => {
    expect(isInOrder(plan)).toBe(inOrder);
  });

  it('counts what names the domain, though it is said of a target', () => {
    const freemail = open(target, 'IDENT-05', advice);
    const named = { ...freemail, finding: { ...freemail.finding, key: 'IDENT-05#example.com' } };
    expect(isInOrder(planOf([freemail]))).toBe(true);
    expect(isInOrder(planOf([named]))).toBe(false);
  });

  it('counts what could not be judged of the domain, not of the target', () => {
    const unknown = (subject: Parameters<typeof open>[0], key: string) => ({
      ...planOf([]),
      notJudged: [{ subject, key, reason: 'ACCESS_DENIED', summary: '' }],
    });
    expect(isInOrder(unknown(target, 'ACCT-11'))).toBe(true);
    expect(isInOrder(unknown(identity(), 'DKIM-05'))).toBe(false);
  });

  it('is said first, and what follows is still there', () => {
    const text = renderText(planOf([open(target, 'ACCT-11', advice)])).replace(/\s+/g, ' ');
    expect(text).toContain('Nothing to fix: no finding of the domain itself is open. What follows is of the');
    expect(text).toContain('What to do: Create an alarm.');
  });
});

describe('the order of a plan', () => {
  const plan = planOf([
    open(domain('example.com'), 'DMARC-01', {
      text: 'Publish.',
      publish: [txt('_dmarc.example.com', 'v=DMARC1; p=none')],
      keep: [],
    }),
    open(identity(), 'MF-02', {
      ...command(setMailFrom()),
      publish: [mx('bounce.example.com', SES_MX())],
    }),
    open(identity(), 'DKIM-02', { ...command(RESTART), publish: [cname('t1')] }),
    open(
      identity(),
      'DKIM-01',
      command(
        `aws sesv2 put-email-identity-dkim-attributes --email-identity example.com --signing-enabled --region ${REGION}`,
      ),
    ),
  ]);

  it('is DKIM and MAIL FROM records, waiting for DNS, commands, and DMARC last', () => {
    expect(titles(plan)).toEqual([
      'DKIM records of example.com',
      'MAIL FROM domain bounce.example.com',
      'Wait until DNS answers with the records',
      'Restart the DKIM verification of example.com',
      'Set DKIM signing of example.com',
      'Set the MAIL FROM domain of example.com',
      'DMARC record of example.com',
    ]);
  });

  it('claims a finding at the last step that it needs, and names it before', () => {
    expect(plan.steps.map(({ heals, serves }) => [keys(heals), keys(serves)])).toEqual([
      [[], ['DKIM-02']],
      [[], ['MF-02']],
      [[], []],
      [['DKIM-02'], []],
      [['DKIM-01'], []],
      [['MF-02'], []],
      [['DMARC-01'], []],
    ]);
  });

  it('does not depend on the order of the findings', () => {
    const findings = [
      open(identity(), 'DKIM-05', { text: 'Publish.', publish: [cname('t2'), cname('t1')] }),
      open(identity('example.com', 'us-east-1'), 'DKIM-05', { text: 'Publish.', publish: [cname('t3')] }),
      open(identity(), 'DKIM-02', { ...command(RESTART), publish: [cname('t1')] }),
    ];
    expect(planOf([...findings].reverse())).toEqual(planOf(findings));
  });
});

describe('merging', () => {
  it('gives a record that several findings want once', () => {
    const plan = planOf([
      open(identity(), 'DKIM-05', { text: 'Publish.', publish: [cname('t1')] }),
      open(identity(), 'DKIM-12', {
        text: 'Publish.',
        publish: [cname('t1', 'T1.dkim.AMAZONSES.com.'), cname('t2')],
      }),
    ]);
    const [step] = plan.steps;
    expect(step?.kind === 'dns' && step.changes.map(({ name, values }) => [name, values])).toEqual([
      ['t1._domainkey.example.com', ['t1.dkim.amazonses.com']],
      ['t2._domainkey.example.com', ['t2.dkim.amazonses.com']],
    ]);
    expect(keys(plan.heals)).toEqual(['DKIM-05', 'DKIM-12']);
  });

  it('gives a command that several findings want once', () => {
    const plan = planOf([
      open(identity(), 'DKIM-02', command(RESTART)),
      open(identity(), 'IDENT-01', command(RESTART)),
    ]);
    expect(plan.steps).toHaveLength(1);
    expect(keys(plan.heals)).toEqual(['DKIM-02', 'IDENT-01']);
  });

  it('keeps what else stands at a name, but not what another finding knows as wrong', () => {
    const plan = planOf([
      open(identity(), 'MF-02', {
        text: 'Publish.',
        publish: [txt('bounce.example.com', SPF)],
        keep: [txt('bounce.example.com', 'verify=1'), txt('bounce.example.com', 'v-spf1 -all')],
      }),
      open(domain('bounce.example.com'), 'SPF-01', {
        text: 'Replace.',
        publish: [txt('bounce.example.com', SPF)],
        remove: [txt('bounce.example.com', 'v-spf1 -all')],
        keep: [txt('bounce.example.com', 'verify=1')],
      }),
    ]);
    expect(plan.steps.flatMap((step) => (step.kind === 'dns' ? step.changes : []))).toEqual([
      {
        name: 'bounce.example.com',
        type: 'TXT',
        values: ['verify=1', SPF],
        found: ['verify=1', 'v-spf1 -all'],
        displaces: [],
      },
    ]);
  });

  it('replaces a CNAME by what belongs there, and the other way round, in one change', () => {
    const plan = planOf([
      open(identity(), 'MF-04', {
        text: 'Replace.',
        publish: [mx('bounce.example.com', SES_MX()), txt('bounce.example.com', SPF)],
        keep: [],
        remove: [{ name: 'bounce.example.com', type: 'CNAME', value: 'mail.other.example' }],
      }),
      open(identity(), 'DKIM-06', {
        text: 'Replace.',
        publish: [cname('t1')],
        remove: [txt('t1._domainkey.example.com', 'p=KEY')],
      }),
    ]);
    const changes = plan.steps.flatMap((step) => (step.kind === 'dns' ? step.changes : []));
    expect(
      changes.map(({ type, values, displaces }) => [type, values, displaces.map((one) => one.type)]),
    ).toEqual([
      ['CNAME', ['t1.dkim.amazonses.com'], ['TXT']],
      ['MX', [SES_MX()], ['CNAME']],
      ['TXT', [SPF], []],
    ]);
  });

  it('publishes no record again that a MAIL FROM domain in use has already', () => {
    const fix = {
      ...command(setMailFrom()),
      publish: [mx('bounce.example.com', SES_MX()), txt('bounce.example.com', SPF)],
      unseen: true as const,
    };
    const inPlace = [mx('bounce.example.com', SES_MX()), txt('bounce.example.com', SPF)];
    expect(titles(planOf([open(identity(), 'MF-01', fix)], { inPlace }))).toEqual([
      'Set the MAIL FROM domain of example.com',
    ]);
  });
});

describe('conflicts', () => {
  const wants = (region: string, account: string): OpenFinding =>
    open(identity('example.com', region, account), 'MF-02', {
      text: 'Publish.',
      publish: [mx('bounce.example.com', SES_MX(region))],
    });

  it('are shown and not decided: two values at one name', () => {
    const plan = planOf([wants('eu-west-1', ACCOUNT), wants('us-east-1', '222222222222')]);
    expect(plan.steps).toEqual([]);
    expect(plan.conflicts).toMatchObject([
      {
        about: 'bounce.example.com',
        wishes: [{ wants: `MX ${SES_MX('eu-west-1')}` }, { wants: `MX ${SES_MX('us-east-1')}` }],
      },
    ]);
  });

  it('take the whole finding out, commands too, and leave the others in', () => {
    const torn = (region: string, behavior: string): OpenFinding =>
      open(identity(), behavior, {
        ...command(setMailFrom(behavior)),
        publish: [mx('bounce.example.com', SES_MX(region))],
      });
    const plan = planOf([
      torn('eu-west-1', 'USE_DEFAULT_VALUE'),
      torn('us-east-1', 'REJECT_MESSAGE'),
      open(identity(), 'DKIM-05', { text: 'Publish.', publish: [cname('t1')] }),
    ]);
    expect(titles(plan)).toEqual(['DKIM records of example.com']);
    expect(plan.conflicts.map(({ about }) => about)).toEqual([
      'bounce.example.com',
      `sesv2 put-email-identity-mail-from-attributes of example.com (${ACCOUNT} ${REGION})`,
    ]);
  });

  it('are none between a finding and what follows from it: the cause is mended', () => {
    const cause = { controlId: 'MF-02', subject: identity() };
    const plan = planOf([
      open(identity(), 'MF-02', command(setMailFrom('REJECT_MESSAGE'))),
      open(identity(), 'MF-99', command(setMailFrom('USE_DEFAULT_VALUE')), { cause }),
    ]);
    expect(plan.conflicts).toEqual([]);
    expect(keys(plan.heals)).toEqual(['MF-02']);
    expect(plan.follows).toMatchObject([{ finding: { key: 'MF-99' }, cause: { key: 'MF-02' } }]);
  });

  it('a CNAME beside anything else is one', () => {
    const plan = planOf([
      open(identity(), 'DKIM-05', { text: 'Publish.', publish: [cname('t1')] }),
      open(identity(), 'DKIM-99', {
        text: 'Publish.',
        publish: [txt('t1._domainkey.example.com', SPF)],
        keep: [],
      }),
    ]);
    expect(plan.conflicts.map(({ about }) => about)).toEqual(['t1._domainkey.example.com']);
  });
});

describe('what a plan never holds, whoever proposes it', () => {
  const dmarc = (value: string, remove: string[] = [], keep: string[] = []): OpenFinding =>
    open(domain('example.com'), 'DMARC-99', {
      text: 'Publish.',
      publish: [txt('_dmarc.example.com', value)],
      remove: remove.map((one) => txt('_dmarc.example.com', one)),
      keep: keep.map((one) => txt('_dmarc.example.com', one)),
    });
  const records = (...publish: ReturnType<typeof txt>[]): OpenFinding =>
    open(identity(), 'ANY-99', { text: 'Publish.', publish });

  it.each<[string, OpenFinding, string]>([
    ['SPF of a From domain', records(txt('Example.com.', SPF)), FIRST.fromDomainSpf],
    ['any other record of a From domain', records(mx('example.com', SES_MX())), FIRST.othersRecord],
    [
      'a text of another purpose at _dmarc',
      dmarc('v=DMARC1; p=none', ['of the vendor'], ['v=DMARC1; p=rejct']),
      FIRST.removal,
    ],
    ['a raised policy', dmarc('v=DMARC1; p=quarantine'), FIRST.policy],
    ['a raised sp', dmarc('v=DMARC1; p=none; sp=reject'), FIRST.policy],
    ['a raised np', dmarc('v=DMARC1; p=none; np=reject'), FIRST.policy],
    ['psd', dmarc('v=DMARC1; p=none; psd=n'), FIRST.policy],
    [
      'another record for one in force',
      dmarc('v=DMARC1; p=none', ['v=DMARC1; p=reject']),
      FIRST.dmarcInForce,
    ],
    [
      'a second record beside one in force',
      dmarc('v=DMARC1; p=none', [], ['v=DMARC1; p=reject']),
      FIRST.dmarcInForce,
    ],
    ['a null MX', records(mx('bounce.example.com', '0 .')), FIRST.nullMx],
    ['an MX that is not SES’s', records(mx('bounce.example.com', '10 mx.other.example')), FIRST.othersRecord],
    ['a CNAME that is not SES’s', records(cname('t1', 't1.dkim.evil.example')), FIRST.othersRecord],
    [
      'an SPF record that loses a term',
      open(domain('bounce.example.com'), 'SPF-04', {
        text: 'Replace.',
        publish: [txt('bounce.example.com', SPF)],
        remove: [txt('bounce.example.com', 'v=spf1 include:_spf.vendor.example include:amazonses.com -all')],
      }),
      FIRST.senders,
    ],
    [
      'an MX of somebody else in place of SES’s',
      open(domain('bounce.example.com'), 'MF-03', {
        text: 'Remove.',
        publish: [mx('bounce.example.com', SES_MX())],
        remove: [mx('bounce.example.com', '20 mail.relay.example')],
      }),
      FIRST.otherMail,
    ],
    ['SPF without SES', records(txt('bounce.example.com', 'v=spf1 -all')), FIRST.othersRecord],
    ['a key of one’s own', records(txt('own._domainkey.example.com', 'v=DKIM1; p=KEY')), FIRST.othersRecord],
    [
      'a removal that nothing replaces',
      open(domain('example.com'), 'DANG-01', { text: 'Remove.', remove: [cname('t9')] }),
      FIRST.removal,
    ],
    [
      'a deletion',
      open(
        identity(),
        'IDENT-02',
        command(`aws sesv2 delete-email-identity --email-identity example.com --region ${REGION}`),
      ),
      FIRST.deletion,
    ],
    [
      'a command with a value to fill in',
      open(
        identity(),
        'IDENT-08',
        command(
          `aws sesv2 put-email-identity-configuration-set-attributes --email-identity example.com --configuration-set-name mine --region ${REGION}`,
        ),
      ),
      FIRST.otherCommand,
    ],
    [
      'a key of one’s own for SES',
      open(
        identity(),
        'DKIM-10',
        command(
          `aws sesv2 put-email-identity-dkim-signing-attributes --email-identity example.com --signing-attributes-origin EXTERNAL --region ${REGION}`,
        ),
      ),
      FIRST.otherCommand,
    ],
    [
      'a command that is none of ours',
      open(identity(), 'X-1', command(`aws ses verify-domain-dkim --domain $(id) --region ${REGION}`)),
      FIRST.otherCommand,
    ],
    [
      'a setting of the whole account and Region',
      open(
        { kind: 'target', accountId: ACCOUNT, region: REGION },
        'ACCT-03',
        command(`aws sesv2 put-account-sending-attributes --sending-enabled --region ${REGION}`),
      ),
      FIRST.beyondDomain,
    ],
    [
      'one command where several targets are meant',
      open(domain('example.com'), 'DKIM-13', command(RESTART)),
      FIRST.partOfIt,
    ],
    [
      'a record that cannot be shown as it is',
      open(identity(), 'SPF-01', {
        text: 'Replace.',
        publish: [txt('bounce.example.com', SPF)],
        remove: [{ ...txt('bounce.example.com', 'v=spf1\\x09-all'), inexact: true }],
      }),
      FIRST.notShown,
    ],
    [
      'what has no fix but words',
      open(domain('example.com'), 'DMARC-05', { text: 'Raise it.' }),
      FIRST.policy,
    ],
    ['what has no fix at all', open(identity(), 'ALIGN-01'), FIRST.nothingToApply],
  ])('%s', (_, finding, first) => {
    const plan = planOf([finding]);
    expect(plan.steps).toEqual([]);
    expect(advised(plan)).toEqual([[finding.finding.key, first]]);
  });

  it('but it mends DMARC that receivers ignore: one without a policy, two at once, a near miss', () => {
    const ignored = [
      dmarc('v=DMARC1; p=none', ['v=DMARC1; p=rejct']),
      dmarc('v=DMARC1; p=none', ['v=DMARC1; p=reject', 'v=DMARC1; p=none; fo=1']),
      dmarc('v=DMARC1; p=none', ['v=dmarc1; p=reject']),
    ];
    for (const finding of ignored) expect(keys(planOf([finding]).heals)).toEqual(['DMARC-99']);
  });

  it('and it takes away what was published under a wrong name, once it stands under the right one', () => {
    const wrong = { ...cname('t1'), name: 't1._domainkey.example.com.example.com' };
    const plan = planOf([
      open(identity(), 'DKIM-05', { text: 'Publish.', publish: [cname('t1')], remove: [wrong] }),
    ]);
    expect(titles(plan)).toEqual(['DKIM records of example.com', 'Records under wrong names']);
  });
});

describe('what follows, what waits, what is waived, what is not known', () => {
  const mended = open(identity(), 'DKIM-05', { text: 'Publish.', publish: [cname('t1')] });

  it('a consequence ends with its cause, over any number of steps; a policy does not raise itself', () => {
    const chain = [
      mended,
      open(identity(), 'ALIGN-01', undefined, { cause: { controlId: 'DKIM-05', subject: identity() } }),
      open(domain('example.com'), 'BULK-02', undefined, {
        cause: { controlId: 'ALIGN-01', subject: identity() },
      }),
      open(
        domain('example.com'),
        'DMARC-05',
        { text: 'Raise it.' },
        {
          cause: { controlId: 'DKIM-05', subject: identity() },
        },
      ),
    ];
    const plan = planOf(chain);
    expect(plan.follows.map(({ finding, cause }) => `${finding.key} ${cause.key}`)).toEqual([
      'BULK-02 DKIM-05',
      'ALIGN-01 DKIM-05',
    ]);
    expect(keys(plan.advice.map(({ finding }) => finding))).toEqual(['DMARC-05']);
  });

  it('a consequence of advice stands beneath it, where it has nothing of its own to apply; the gravest comes first', () => {
    const of = (controlId: string) => ({ cause: { controlId, subject: identity() } });
    const plan = planOf([
      open(domain('other.example'), 'DMARC-08', { text: 'Add rua.' }),
      open(identity(), 'ALIGN-02', { text: 'Relax.' }, { severity: 'LOW' }),
      open(identity(), 'ALIGN-01', { text: 'Mend.' }, { ...of('ALIGN-02'), severity: 'CRITICAL' }),
      open(domain('example.com'), 'BULK-03', undefined, of('ALIGN-01')),
      open(identity(), 'DKIM-03', { text: 'Own key.', command: 'aws ses list-identities' }, of('ALIGN-02')),
    ]);
    expect(plan.steps).toEqual([]);
    const shown = plan.advice.map(({ severity, finding, ends }) => [severity, finding.key, ...keys(ends)]);
    expect(shown).toEqual([
      ['CRITICAL', 'ALIGN-02', 'BULK-03', 'ALIGN-01'],
      ['HIGH', 'DMARC-08'],
      ['HIGH', 'DKIM-03'],
    ]);
    expect(renderText(plan)).toContain(
      `Should end with it: BULK-03 of example.com, ALIGN-01 of example.com (${ACCOUNT} ${REGION})`,
    );
  });

  it('causes in a ring end', () => {
    const ring = [
      open(identity(), 'A-1', undefined, { cause: { controlId: 'B-1', subject: identity() } }),
      open(identity(), 'B-1', undefined, { cause: { controlId: 'A-1', subject: identity() } }),
    ];
    expect(keys(planOf(ring).advice.map(({ finding }) => finding))).toEqual(['A-1', 'B-1']);
  });

  it('what a command only begins is not claimed', () => {
    const start = `aws sesv2 create-email-identity --email-identity example.com --region ${REGION}`;
    const plan = planOf([open(identity('a@example.com'), 'IDENT-03', command(start))]);
    expect(keys(plan.heals)).toEqual([]);
    expect(keys(plan.begins)).toEqual(['IDENT-03']);
  });

  it('a waived finding is named and left alone', () => {
    const waived = { ...mended, waived: { owner: 'mail team', expires: '2026-12-31' } };
    const plan = planOf([], { waived: [waived] });
    expect(plan.steps).toEqual([]);
    expect(plan.waived).toMatchObject([{ finding: { key: 'DKIM-05' }, owner: 'mail team' }]);
  });

  it('what was seen earlier only says when', () => {
    const plan = planOf([{ ...mended, lastSeen: '2026-11-14T06:00:00.000Z' }]);
    expect(keys(plan.heals)).toEqual(['DKIM-05']);
    expect(plan.lastSeen).toMatchObject([{ finding: { key: 'DKIM-05' }, at: '2026-11-14T06:00:00.000Z' }]);
  });
});
