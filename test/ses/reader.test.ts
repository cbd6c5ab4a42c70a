import { afterEach, describe, expect, it } from 'vitest';
import { createSesReader, type SesReader, type SesReaderOptions } from '../../lambda/ses/reader.ts';
import { TimeBudgetExceeded } from '../../lambda/ses/pacing.ts';
import {
  awsError,
  queryError,
  startStandIn,
  type StandIn,
  type StandInAnswer,
  type StandInRequest,
} from '../organization-reader/stand-in.ts';

let standIn: StandIn | undefined;
let reader: SesReader | undefined;
afterEach(async () => {
  reader?.close();
  await standIn?.close();
});

/** A reader that neither waits between requests nor between tries. */
async function open(
  answer: (request: StandInRequest) => StandInAnswer,
  options: Partial<SesReaderOptions> = {},
): Promise<SesReader> {
  standIn = await startStandIn(answer);
  reader = createSesReader({
    credentials: { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 's' },
    accountId: '222222222222',
    region: 'eu-south-1',
    requestsPerSecond: 10_000,
    deadline: () => 60_000,
    clients: standIn.clients,
    clock: { now: () => performance.now(), sleep: () => Promise.resolve(), random: () => 0 },
    ...options,
  });
  return reader;
}

function page(names: string[], next?: string): StandInAnswer {
  const EmailIdentities = names.map((IdentityName) => ({
    IdentityName,
    IdentityType: IdentityName.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN',
  }));
  return { json: { EmailIdentities, ...(next ? { NextToken: next } : {}) } };
}

describe('the listing', () => {
  it('holds every page, each name once, in code-unit order', async () => {
    const { listIdentities } = await open(({ json }) => {
      if (json['NextToken'] === 'a') return page([], 'b');
      return json['NextToken'] === 'b'
        ? page(['example.com', 'Zoe@Example.com'])
        : page(['example.org', 'example.com', 'a@example.com'], 'a');
    });
    expect(await listIdentities()).toEqual([
      { name: 'Zoe@Example.com', type: 'EMAIL_ADDRESS', domain: 'example.com' },
      { name: 'a@example.com', type: 'EMAIL_ADDRESS', domain: 'example.com' },
      { name: 'example.com', type: 'DOMAIN', domain: 'example.com' },
      { name: 'example.org', type: 'DOMAIN', domain: 'example.org' },
    ]);
  });

  it('asks in the target’s Region for 1,000 a page, or as many as told', async () => {
    await (await open(() => page([]))).listIdentities();
    await (await open(() => page([]), { pageSize: 2 })).listIdentities();
    expect(standIn?.requests.map(({ json, region }) => [json, region])).toEqual([
      [{ PageSize: 2 }, 'eu-south-1'],
    ]);
  });

  it.each<[title: string, second: StandInAnswer]>([
    ['is denied', awsError('AccessDeniedException', 'not authorized', 403)],
    ['hands out its own token again', page(['b.example'], 'a')],
    ['holds an identity without a name', { json: { EmailIdentities: [{ IdentityType: 'DOMAIN' }] } }],
  ])('is an error, never a part, when the second page %s', async (_title, second) => {
    const { listIdentities } = await open(({ json }) =>
      json['NextToken'] ? second : page(['a.example'], 'a'),
    );
    await expect(listIdentities()).rejects.toThrow();
  });

  it('goes on after throttling', async () => {
    let throttled = 0;
    const { listIdentities } = await open(() =>
      throttled++ < 3 ? awsError('TooManyRequestsException', 'Rate exceeded', 429) : page(['example.com']),
    );
    expect(await listIdentities()).toHaveLength(1);
  });
});

describe('an identity', () => {
  it('is described by its name', async () => {
    const { describeIdentity } = await open(() => ({
      json: {
        IdentityType: 'DOMAIN',
        VerificationStatus: 'SUCCESS',
        VerifiedForSendingStatus: true,
        DkimAttributes: { SigningEnabled: true, Status: 'SUCCESS', Tokens: ['t1', 't2', 't3'] },
      },
    }));
    expect(await describeIdentity('example.com')).toMatchObject({
      name: 'example.com',
      dkim: { tokens: ['t1', 't2', 't3'], hostedZone: 'dkim.eu-south-1.amazonses.com' },
    });
  });

  it('that was deleted since is gone', async () => {
    const { describeIdentity } = await open(() => awsError('NotFoundException', 'does not exist', 404));
    expect(await describeIdentity('example.com')).toBe('gone');
  });

  it.each<[title: string, answer: StandInAnswer, name: string]>([
    ['denied', awsError('AccessDeniedException', 'not authorized', 403), 'AccessDeniedException'],
    ['in a state unknown to this version', { json: { VerificationStatus: 'REVOKED' } }, 'UnexpectedAnswer'],
  ])('%s is an error, never gone', async (_title, answer, name) => {
    const { describeIdentity } = await open(() => answer);
    await expect(describeIdentity('example.com')).rejects.toMatchObject({ name });
  });
});

describe('the account', () => {
  const ACCOUNT = {
    ProductionAccessEnabled: true,
    EnforcementStatus: 'HEALTHY',
    SendingEnabled: true,
    SendQuota: { Max24HourSend: -1, MaxSendRate: 14, SentLast24Hours: 3 },
    Details: { ReviewDetails: { Status: 'GRANTED' } },
    SuppressionAttributes: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    VdmAttributes: { VdmEnabled: 'ENABLED' },
    PricingAttributes: { CurrentPlan: 'ESSENTIALS' },
  };

  it('is seen whole', async () => {
    const { getAccount } = await open(() => ({ json: ACCOUNT }));
    expect(await getAccount()).toEqual({
      account: {
        kind: 'seen',
        value: {
          productionAccess: true,
          reviewStatus: 'GRANTED',
          enforcementStatus: 'HEALTHY',
          sendingEnabled: true,
          max24HourSend: -1,
          maxSendRate: 14,
          sentLast24Hours: 3,
        },
      },
      suppressedReasons: { kind: 'seen', value: ['BOUNCE', 'COMPLAINT'] },
      vdmEnabled: { kind: 'seen', value: true },
      pricingPlan: 'ESSENTIALS',
    });
  });

  it.each<[title: string, answer: StandInAnswer, because: string]>([
    ['a denial', awsError('AccessDeniedException', 'not authorized', 403), 'ACCESS_DENIED'],
    ['endless throttling', awsError('TooManyRequestsException', 'Rate exceeded', 429), 'THROTTLED'],
  ])('is unseen in all its parts after %s', async (_title, answer, because) => {
    const { getAccount } = await open(() => answer);
    const unseen = expect.objectContaining({ kind: 'unseen', because }) as unknown;
    expect(await getAccount()).toEqual({ account: unseen, suppressedReasons: unseen, vdmEnabled: unseen });
  });

  it.each<[title: string, member: object, part: string]>([
    ['SendingEnabled', { SendingEnabled: undefined }, 'account'],
    ['the quota', { SendQuota: undefined }, 'account'],
    ['SuppressionAttributes', { SuppressionAttributes: undefined }, 'suppressedReasons'],
  ])('is unseen in that part alone when SES leaves out %s', async (_title, member, part) => {
    const { getAccount } = await open(() => ({ json: { ...ACCOUNT, ...member } }));
    const parts = Object.entries(await getAccount()).filter(([, read]) => typeof read === 'object');
    const unseen = parts.filter(([, read]) => (read as { kind: string }).kind === 'unseen');
    expect(unseen).toEqual([[part, expect.objectContaining({ because: 'FAILED' })]]);
  });

  it.each<[title: string, member: object, expected: object]>([
    [
      'no suppressed reasons: none is on',
      { SuppressionAttributes: {} },
      { suppressedReasons: { kind: 'seen', value: [] } },
    ],
    ['no VDM: off', { VdmAttributes: undefined }, { vdmEnabled: { kind: 'seen', value: false } }],
    [
      'a VDM state unknown to this version',
      { VdmAttributes: { VdmEnabled: 'TRIAL' } },
      { vdmEnabled: { kind: 'unseen', because: 'FAILED' } },
    ],
  ])('is read with %s', async (_title, member, expected) => {
    const { getAccount } = await open(() => ({ json: { ...ACCOUNT, ...member } }));
    expect(await getAccount()).toMatchObject({ account: { kind: 'seen' }, ...expected });
  });

  it('is not unseen, but put off, when the time is over', async () => {
    const { getAccount } = await open(() => ({ json: ACCOUNT }), { deadline: () => 0 });
    await expect(getAccount()).rejects.toThrow(TimeBudgetExceeded);
  });
});

describe('what was sent', () => {
  const statistics = (points: { [member: string]: string | number }[]): StandInAnswer => ({
    xml: `<GetSendStatisticsResponse><GetSendStatisticsResult><SendDataPoints>${points
      .map((point) => Object.entries(point).map(([name, value]) => `<${name}>${value}</${name}>`))
      .map((members) => `<member>${members.join('')}</member>`)
      .join('')}</SendDataPoints></GetSendStatisticsResult></GetSendStatisticsResponse>`,
  });

  it('is summed over all data points, with the last day of use', async () => {
    const { sendStatistics } = await open(() =>
      statistics([
        { Timestamp: '2026-11-20T23:45:00Z', DeliveryAttempts: 5, Bounces: 1, Complaints: 0, Rejects: 2 },
        { Timestamp: '2026-11-18T10:00:00Z', DeliveryAttempts: 7, Bounces: 0, Complaints: 3, Rejects: 0 },
        { Timestamp: '2026-11-21T08:00:00Z', DeliveryAttempts: 0 },
      ]),
    );
    expect(await sendStatistics()).toEqual({
      kind: 'seen',
      value: { sums: { attempts: 12, bounces: 1, complaints: 3, rejects: 2 }, lastUsed: '2026-11-20' },
    });
  });

  it('is nothing where there is no data point', async () => {
    const { sendStatistics } = await open(() => statistics([]));
    expect(await sendStatistics()).toEqual({
      kind: 'seen',
      value: { sums: { attempts: 0, bounces: 0, complaints: 0, rejects: 0 } },
    });
  });

  it('is unseen when denied', async () => {
    const { sendStatistics } = await open(() => queryError('AccessDenied', 'not authorized'));
    expect(await sendStatistics()).toMatchObject({ kind: 'unseen', because: 'ACCESS_DENIED' });
  });
});

describe('the batch calls of API v1', () => {
  const VIEWS: { [action: string]: [wrapper: string, view: string] } = {
    GetIdentityNotificationAttributes: [
      'NotificationAttributes',
      '<ForwardingEnabled>true</ForwardingEnabled>',
    ],
    GetIdentityDkimAttributes: [
      'DkimAttributes',
      '<DkimEnabled>true</DkimEnabled><DkimVerificationStatus>Success</DkimVerificationStatus>',
    ],
    GetIdentityMailFromDomainAttributes: [
      'MailFromDomainAttributes',
      '<MailFromDomain>b.example</MailFromDomain><MailFromDomainStatus>Pending</MailFromDomainStatus>',
    ],
  };

  /** Answers for every name it is asked for but one. */
  function attributes({ form }: StandInRequest): StandInAnswer {
    const action = form.get('Action') ?? '';
    const names = [...form.entries()]
      .filter(([key]) => key.startsWith('Identities.member.'))
      .map(([, value]) => value);
    const [wrapper, view] = VIEWS[action] ?? ['Nothing', ''];
    const entries = names
      .filter((name) => name !== 'gone.example')
      .map((name) => `<entry><key>${name}</key><value>${view}</value></entry>`);
    return {
      xml: `<${action}Response><${action}Result><${wrapper}>${entries.join('')}</${wrapper}></${action}Result></${action}Response>`,
    };
  }
  const names = Array.from({ length: 250 }, (_, index) => `${index}.example`);

  it.each([
    ['notification', { ForwardingEnabled: true }],
    ['dkim', { DkimEnabled: true, DkimVerificationStatus: 'Success' }],
    ['mailFrom', { MailFromDomain: 'b.example', MailFromDomainStatus: 'Pending' }],
  ] as const)('%s: asks for 100 names at once and puts the answers together', async (call, view) => {
    const { batch } = await open(attributes);
    const views = await batch[call](names);
    expect([...views.keys()]).toEqual(names);
    expect(views.get('0.example')).toMatchObject(view);
    expect(standIn?.requests).toHaveLength(3);
  });

  it.each(['notification', 'dkim', 'mailFrom'] as const)('%s: leaves out what is gone', async (call) => {
    const { batch } = await open(attributes);
    const views = await batch[call](['example.com', 'gone.example']);
    expect([...views.keys()]).toEqual(['example.com']);
  });

  it.each(['notification', 'dkim', 'mailFrom'] as const)('%s: is an error, never a part', async (call) => {
    let calls = 0;
    const { batch } = await open((request) =>
      ++calls === 2 ? queryError('AccessDenied', 'not authorized') : attributes(request),
    );
    await expect(batch[call](names)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
