/** Who else uses a MAIL FROM domain: another Region of the account, and identities of other targets that send as it. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Dependent, SesIdentity } from '../../lambda/facts/types.ts';
import {
  sendersElsewhere,
  sharedMailFromRegions,
  type SharedMailFromQuestion,
} from '../../lambda/scan/shared-mail-from.ts';
import { TimeBudgetExceeded } from '../../lambda/ses/pacing.ts';
import type { SesReader } from '../../lambda/ses/reader.ts';
import { domain } from '../../local/organization/vocabulary.ts';
import { identityFacts } from '../controls/facts.ts';
import { findingsOf, says, smallWorld, startSandbox, type Sandbox } from './support.ts';

const HERE = { accountId: '111111111111', region: 'eu-west-1' };
const NAMED = 'us-east-1';
const BOUNCE = 'bounce.example.com';

const user = (identity: string, more: Partial<Dependent> = {}): Dependent => ({
  accountId: HERE.accountId,
  region: NAMED,
  identity,
  use: 'MAIL_FROM',
  ...more,
});
const using = (mailFrom: string): SesIdentity => {
  const { ses } = identityFacts();
  return {
    ...ses,
    mailFrom: { domain: mailFrom, status: 'SUCCESS', behaviorOnMxFailure: 'USE_DEFAULT_VALUE' },
  };
};

interface Situation {
  exchange?: string;
  regions?: string[];
  stored?: Dependent[];
  /** What SES says in the other Region; of who is not named: gone. */
  there?: { [name: string]: SesIdentity | Error };
}

async function ask(situation: Situation): Promise<{ answer: string[] | 'unknown'; asked: string[] }> {
  const { exchange = `feedback-smtp.${NAMED}.amazonses.com`, regions = [HERE.region, NAMED] } = situation;
  const asked: string[] = [];
  const makeReader = (region: string) =>
    ({
      describeIdentity(name: string) {
        asked.push(`${name} in ${region}`);
        const said = situation.there?.[name] ?? 'gone';
        return said instanceof Error ? Promise.reject(said) : Promise.resolve(said);
      },
    }) as unknown as SesReader;
  const answer = await sharedMailFromRegions({
    ...HERE,
    exchange,
    mailFromDomain: BOUNCE,
    identityName: 'example.com',
    scan: { regions } as SharedMailFromQuestion['scan'],
    makeReader,
    usersOf: () => Promise.resolve(situation.stored ?? []),
  });
  return { answer, asked };
}

describe('the Region that the MX names shares the MAIL FROM', () => {
  it.each<[when: string, situation: Situation, answer: string[] | 'unknown', asked: string[]]>([
    [
      'where the identity of the same name uses it',
      { there: { 'example.com': using(BOUNCE) } },
      [NAMED],
      ['example.com'],
    ],
    [
      'where an identity of another name uses it, as the table knows and SES confirms',
      { stored: [user('mail.example.com')], there: { 'mail.example.com': using(BOUNCE) } },
      [NAMED],
      ['example.com', 'mail.example.com'],
    ],
    [
      'where one user confirms it, though another could not be asked',
      {
        stored: [user('mail.example.com')],
        there: { 'example.com': new Error('denied'), 'mail.example.com': using(BOUNCE) },
      },
      [NAMED],
      ['example.com', 'mail.example.com'],
    ],
    [
      'as the table knows, where it is outside this scan',
      { regions: [HERE.region], stored: [user('mail.example.com')] },
      [NAMED],
      [],
    ],
    [
      'as nobody knows, where it is outside this scan and nothing is stored',
      { regions: [HERE.region] },
      'unknown',
      [],
    ],
    [
      'as nobody knows, where SES does not answer there',
      { there: { 'example.com': new Error('denied') } },
      'unknown',
      ['example.com'],
    ],
    ['not, where no identity is there', {}, [], ['example.com']],
    [
      'not, where whoever used it has another one now',
      { stored: [user('mail.example.com')], there: { 'mail.example.com': using('bounce.example.net') } },
      [],
      ['example.com', 'mail.example.com'],
    ],
    [
      'not for another account’s users, nor those of a third Region, nor who sends as it',
      {
        stored: [
          user('a.example', { accountId: '222222222222' }),
          user('b.example', { region: 'us-west-2' }),
          user('c.example', { use: 'FROM' }),
        ],
      },
      [],
      ['example.com'],
    ],
    ['not, where it is this one', { exchange: `feedback-smtp.${HERE.region}.amazonses.com` }, [], []],
    ['not, where the MX names no host of SES', { exchange: 'mx.example.com' }, [], []],
  ])('%s', async (_when, situation, answer, asked) => {
    expect(await ask(situation)).toEqual({ answer, asked: asked.map((name) => `${name} in ${NAMED}`) });
  });

  it('as nobody knows, after ten were asked in vain: domains before addresses', async () => {
    const addresses = Array.from({ length: 20 }, (_, n) => user(`u${n}@example.com`));
    const { answer, asked } = await ask({ stored: [...addresses, user('mail.example.com')] });
    expect(answer).toBe('unknown');
    expect(asked).toHaveLength(10);
    expect(asked.slice(0, 3)).toEqual(
      ['example.com', 'mail.example.com', 'u0@example.com'].map((name) => `${name} in ${NAMED}`),
    );
  });

  it('is asked in the next round where no time is left', async () => {
    const late = new TimeBudgetExceeded('GetEmailIdentity');
    await expect(ask({ there: { 'example.com': late } })).rejects.toBe(late);
  });
});

describe('identities elsewhere that send as a MAIL FROM domain', () => {
  it('are those of other targets, with their places', () => {
    const users = [
      user(BOUNCE, { ...HERE, use: 'FROM' }),
      user(BOUNCE, { use: 'FROM' }),
      user(`a@${BOUNCE}`, { accountId: '222222222222', region: HERE.region, use: 'FROM' }),
      user('example.com'),
    ];
    expect(sendersElsewhere(users, HERE)).toEqual([
      `${BOUNCE} in 111111111111 us-east-1`,
      `a@${BOUNCE} in 222222222222 eu-west-1`,
    ]);
  });
});

describe('a scan of two accounts', () => {
  const SHOP = '222222222222';
  let sandbox: Sandbox | undefined;
  afterEach(() => sandbox?.close());
  const saidOf = async (region: string, name: string, control: string) => {
    if (!sandbox) throw new Error('No sandbox was started.');
    const subject = { kind: 'identity', accountId: SHOP, region, name } as const;
    return says((await findingsOf(sandbox.table, subject, control))[0]?.latest);
  };

  it('knows from the table who shares a MAIL FROM under another name, and who sends as it', async () => {
    const world = smallWorld([
      {
        id: SHOP,
        name: 'shop',
        targets: {
          'eu-west-1': { identities: [domain('example.com'), domain('example.net')] },
          'us-east-1': {
            identities: [domain('mail.example.com', { mailFrom: BOUNCE, mxRegion: 'eu-west-1' })],
          },
        },
      },
      {
        id: '333333333333',
        name: 'stray',
        targets: { 'us-west-2': { identities: [domain('bounce.example.net')] } },
      },
    ]);
    sandbox = await startSandbox(world);
    for (let scans = 0; scans < 2; scans += 1) {
      expect((await sandbox.scan()).execution.status).toBe('SUCCEEDED');
    }
    expect(await saidOf('eu-west-1', 'example.com', 'MF-04')).toBe('PASS MX_THIS_REGION');
    expect(await saidOf('us-east-1', 'mail.example.com', 'MF-04')).toBe('PASS MX_SHARED_REGION');
    expect(await saidOf('eu-west-1', 'example.net', 'MF-06')).toBe('FAIL MAIL_FROM_IS_IDENTITY');
    expect(await saidOf('eu-west-1', 'example.com', 'MF-06')).toBe('PASS MAIL_FROM_ALONE');
    await sandbox.scan({ input: { regions: ['us-east-1'] } });
    expect(await saidOf('us-east-1', 'mail.example.com', 'MF-04')).toBe('PASS MX_SHARED_REGION');
  }, 120_000);
});
