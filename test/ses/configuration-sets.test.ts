import { afterEach, describe, expect, it } from 'vitest';
import { memoizeConfigurationSets, toConfigurationSet } from '../../lambda/ses/configuration-sets.ts';
import { awsError, type StandInAnswer, type StandInRequest } from '../organization-reader/stand-in.ts';
import { openReader, type OpenReader } from './support.ts';

let opened: OpenReader | undefined;
afterEach(() => opened?.close());

/** A target with these sets, each answered as AWS does; `gone` is deleted after it was listed. */
function target(sets: { [name: string]: object }, destinations: object[] = []) {
  return ({ url, json }: StandInRequest): StandInAnswer => {
    if (url.includes('list-configuration-sets')) {
      const names = Object.keys(sets);
      const from = Number(json['NextToken'] ?? 0);
      const next = from + 100 < names.length ? String(from + 100) : undefined;
      return { json: { ConfigurationSets: names.slice(from, from + 100), NextToken: next } };
    }
    const [, name = '', rest] = /configuration-sets\/([^/?]+)(\/event-destinations)?/.exec(url) ?? [];
    const set = sets[decodeURIComponent(name)];
    if (!set || name === 'gone') return awsError('NotFoundException', 'does not exist', 404);
    return { json: rest ? { EventDestinations: destinations } : { ConfigurationSetName: name, ...set } };
  };
}

const read = async (answer: (request: StandInRequest) => StandInAnswer) => {
  opened = await openReader(answer);
  return memoizeConfigurationSets(opened.reader.configurationSets);
};

describe('a configuration set', () => {
  it('that says nothing has what SES gives: TLS where it can be had, sending on, metrics off', () => {
    expect(toConfigurationSet('news', {}, [])).toEqual({
      name: 'news',
      tlsPolicy: 'OPTIONAL',
      sendingEnabled: true,
      reputationMetrics: false,
      destinations: [],
    });
  });

  it('is read with all its options', async () => {
    const sets = await read(
      target({
        news: {
          DeliveryOptions: { TlsPolicy: 'REQUIRE', SendingPoolName: 'warm' },
          ReputationOptions: { ReputationMetricsEnabled: true },
          SendingOptions: { SendingEnabled: false },
          TrackingOptions: { CustomRedirectDomain: 'Click.Example.com', HttpsPolicy: 'REQUIRE' },
        },
      }),
    );
    expect((await sets([])).sets).toEqual([
      {
        name: 'news',
        tlsPolicy: 'REQUIRE',
        sendingEnabled: false,
        reputationMetrics: true,
        sendingPool: 'warm',
        tracking: { domain: 'click.example.com', httpsPolicy: 'REQUIRE' },
        destinations: [],
      },
    ]);
  });

  it.each<[title: string, options: object, expected: string[] | undefined]>([
    ['no options: the account’s list applies', {}, undefined],
    ['options without reasons', { SuppressionOptions: {} }, undefined],
    ['a scope only', { SuppressionOptions: { SuppressionScope: 'TENANT' } }, undefined],
    ['reasons that are null', { SuppressionOptions: { SuppressedReasons: null } }, undefined],
    ['an empty list: nothing is suppressed', { SuppressionOptions: { SuppressedReasons: [] } }, []],
    ['one reason', { SuppressionOptions: { SuppressedReasons: ['BOUNCE'] } }, ['BOUNCE']],
  ])('keeps absent and empty suppression apart: %s', async (_title, set, expected) => {
    const sets = await read(target({ news: set }));
    expect((await sets([])).sets[0]?.suppressedReasons).toEqual(expected);
  });

  it('is refused with a TLS policy that this version does not know', async () => {
    const sets = await read(target({ news: { DeliveryOptions: { TlsPolicy: 'REQUIRE_TLS13' } } }));
    await expect(sets([])).rejects.toMatchObject({
      name: 'UnexpectedAnswer',
      message: expect.stringContaining('"REQUIRE_TLS13" for DeliveryOptions.TlsPolicy') as unknown,
    });
  });
});

describe('event destinations', () => {
  const arn = 'arn:aws:sns:eu-south-1:222222222222:bounces';
  it.each<[kind: string, destination: object, expected: object]>([
    ['SNS', { SnsDestination: { TopicArn: arn } }, { kind: 'SNS', arn }],
    [
      'Firehose',
      { KinesisFirehoseDestination: { DeliveryStreamArn: 'arn:x', IamRoleArn: 'arn:r' } },
      { kind: 'FIREHOSE', arn: 'arn:x', roleArn: 'arn:r' },
    ],
    ['CloudWatch', { CloudWatchDestination: { DimensionConfigurations: [] } }, { kind: 'CLOUDWATCH' }],
    [
      'EventBridge',
      { EventBridgeDestination: { EventBusArn: 'arn:e' } },
      { kind: 'EVENTBRIDGE', arn: 'arn:e' },
    ],
    ['Pinpoint', { PinpointDestination: { ApplicationArn: 'arn:p' } }, { kind: 'PINPOINT', arn: 'arn:p' }],
    ['a kind of a later day', { S3Destination: { BucketArn: 'arn:s' } }, { kind: 'UNKNOWN' }],
  ])('of every kind are told: %s', async (_kind, destination, expected) => {
    const types = ['BOUNCE', 'A_TYPE_OF_A_LATER_DAY'];
    const sets = await read(
      target({ news: {} }, [{ Name: 'd', Enabled: true, MatchingEventTypes: types, ...destination }]),
    );
    expect((await sets([])).sets[0]?.destinations).toEqual([
      { name: 'd', enabled: true, types, ...expected },
    ]);
  });

  it('without any member are off and carry nothing', async () => {
    const sets = await read(target({ news: {} }, [{}]));
    expect((await sets([])).sets[0]?.destinations).toEqual([
      { name: '', enabled: false, types: [], kind: 'UNKNOWN' },
    ]);
  });
});

describe('the sets of a target', () => {
  const many = Object.fromEntries(
    Array.from({ length: 230 }, (_, n) => [`set-${String(n).padStart(3, '0')}`, {}]),
  );

  it('are listed whole, the first 50 described, a default beyond them, too, and each once', async () => {
    const sets = await read(target(many));
    const [one, other] = await Promise.all([sets(['set-229']), sets(['set-003', 'set-229'])]);
    expect(one.listed).toBe(230);
    expect(one.sets.map(({ name }) => name)).toEqual([...Object.keys(many).slice(0, 50), 'set-229']);
    expect(other.sets).toHaveLength(51);
    expect(opened?.standIn.requests).toHaveLength(3 + 2 * 51);
  });

  it('miss the defaults that were deleted, before the listing or after it', async () => {
    const sets = await read(target({ kept: {}, gone: {} }));
    expect(await sets(['gone', 'older', 'kept'])).toMatchObject({
      sets: [{ name: 'kept' }],
      listed: 1,
      missing: ['gone', 'older'],
    });
  });

  it('are an error, never a part, when one of them is denied', async () => {
    const whole = target({ a: {}, b: {} });
    const sets = await read((request) =>
      request.url.includes('/b/event') ? awsError('AccessDeniedException', 'no', 403) : whole(request),
    );
    await expect(sets([])).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
