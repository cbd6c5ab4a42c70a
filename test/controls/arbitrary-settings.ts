/** Arbitrary facts on notifications, configuration sets and a target's settings, laid over those of arbitrary.ts. */
import fc from 'fast-check';
import type {
  ConfigurationSetFacts,
  ConfigurationSetsFacts,
  IdentityFacts,
  NotificationFacts,
  Permitted,
  RegionComparison,
  RegionGap,
  TargetFacts,
  StreamFacts,
  TopicFacts,
} from '../../lambda/facts/types.ts';
import { arbitraryIdentity, arbitraryTarget, hostileText } from './arbitrary.ts';
import {
  found,
  identityFacts,
  nodata,
  nxdomain,
  OFF,
  seen,
  servfail,
  STREAM,
  TOPIC,
  UNSEEN,
} from './facts.ts';

/** Seen, switched off, denied, or never read. */
function read<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Permitted<T> | undefined> {
  return fc.oneof(
    { weight: 6, arbitrary: value.map(seen) },
    { weight: 1, arbitrary: fc.constantFrom<Permitted<T> | undefined>(OFF, UNSEEN, undefined) },
  );
}

const arn = fc.oneof(fc.constantFrom(TOPIC, TOPIC.replace('eu-west-1', 'us-east-1')), hostileText);
const name = fc.oneof(fc.constantFrom('main', 'other'), hostileText);
const flag = fc.boolean();

const notifications: fc.Arbitrary<NotificationFacts> = fc.record(
  { bounceTopic: arn, complaintTopic: arn, deliveryTopic: arn, forwarding: flag },
  { requiredKeys: ['forwarding'] },
);

const configurationSet: fc.Arbitrary<ConfigurationSetFacts> = fc.record(
  {
    name,
    tlsPolicy: fc.constantFrom('REQUIRE', 'OPTIONAL'),
    sendingEnabled: flag,
    reputationMetrics: flag,
    suppressedReasons: fc.subarray(['BOUNCE', 'COMPLAINT']),
    sendingPool: hostileText,
    tracking: fc.record({
      domain: fc.constantFrom('click.example.com', 'click.example.org'),
      httpsPolicy: fc.constantFrom('REQUIRE', 'REQUIRE_OPEN_ONLY', 'OPTIONAL'),
      cname: fc.oneof(
        fc.constantFrom(found(['r.eu-west-1.awstrack.me']), nxdomain(), nodata(), servfail()),
        hostileText.map((text) => found([text])),
      ),
    }),
    destinations: fc.array(
      fc.record({
        name,
        enabled: flag,
        types: fc.subarray(['BOUNCE', 'COMPLAINT', 'REJECT', 'DELIVERY']),
        kind: fc.constantFrom('SNS', 'FIREHOSE', 'EVENTBRIDGE', 'UNKNOWN'),
        arn,
      }),
      { maxLength: 3 },
    ),
    isDefault: fc.constantFrom<boolean | 'unknown'>(true, false, 'unknown'),
  },
  { requiredKeys: ['name', 'tlsPolicy', 'sendingEnabled', 'reputationMetrics', 'destinations'] },
);

const configurationSets: fc.Arbitrary<ConfigurationSetsFacts> = fc
  .record({
    sets: fc.array(configurationSet, { maxLength: 4 }),
    more: fc.nat(2),
    missing: fc.subarray(['main', 'gone']),
  })
  .map(({ sets, more, missing }) => ({ sets, listed: sets.length + more, missing }));

const policies = fc.dictionary(
  fc.constantFrom('partner', 'everybody', '__proto__'),
  fc.oneof(hostileText, fc.json(), fc.constant('{"Statement":{"Effect":"Allow","Principal":"*"}}')),
);

export const arbitrarySettingsIdentity: fc.Arbitrary<IdentityFacts> = fc
  .record({
    facts: arbitraryIdentity,
    notifications: read(notifications),
    sets: read(configurationSets),
    above: read(notifications),
    parent: flag,
    parentSigns: flag,
    set: fc.option(fc.constantFrom('main', 'gone'), { nil: undefined }),
    setAbove: fc.option(fc.constant('main'), { nil: undefined }),
    policies: fc.option(policies, { nil: undefined }),
    fromReceives: fc.constantFrom<boolean | 'unknown'>(true, false, 'unknown'),
  })
  .map((draw) => {
    const { facts } = draw;
    put(facts, 'notifications', draw.notifications);
    put(facts, 'configurationSets', draw.sets);
    put(facts.ses, 'configurationSet', draw.set);
    put(facts.ses, 'policies', draw.policies);
    facts.fromReceives = draw.fromReceives;
    delete facts.parent;
    if (draw.parent) {
      const { ses } = identityFacts();
      put(ses, 'configurationSet', draw.setAbove);
      facts.parent = {
        ses,
        ...(draw.above ? { notifications: draw.above } : {}),
        ...(draw.parentSigns ? { signer: ses.name } : {}),
      };
    }
    return facts;
  });

const topics: fc.Arbitrary<TopicFacts[]> = fc.array(
  fc.record(
    {
      arn,
      state: fc.constantFrom('found', 'missing', 'foreign', 'THROTTLED'),
      confirmed: fc.nat(2),
      pending: fc.nat(2),
      admitsSes: fc.constantFrom<boolean | 'unknown'>(true, false, 'unknown'),
    },
    { requiredKeys: ['arn', 'state'] },
  ),
  { maxLength: 4 },
);

/** Never a topic's ARN, too: they would share a key. */
const stream = fc.oneof(
  fc.constantFrom(STREAM, STREAM.replace('eu-west-1', 'us-east-1')),
  hostileText.map((text) => `arn:aws:firehose:${text}`),
);
const streams: fc.Arbitrary<StreamFacts[]> = fc.array(
  fc.record(
    {
      arn: stream,
      state: fc.constantFrom('found', 'missing', 'foreign', 'elsewhere', 'THROTTLED'),
      status: fc.oneof(fc.constantFrom('ACTIVE', 'CREATING', 'DELETING', 'constructor'), hostileText),
      source: fc.oneof(fc.constantFrom('DirectPut', 'MSKAsSource'), hostileText),
      destinations: fc.array(fc.constantFrom('S3', 'OTHER'), { maxLength: 2 }),
    },
    { requiredKeys: ['arn', 'state'] },
  ),
  { maxLength: 4 },
);

const fraction = fc.constantFrom(0, 0.0009, 0.001, 0.02, 0.05, 0.1, 1);

const places = { region: 'eu-west-1', other: 'eu-central-1' };
const gap: fc.Arbitrary<RegionGap> = fc
  .record({ identity: hostileText, type: fc.constantFrom('DOMAIN' as const, 'EMAIL_ADDRESS' as const) })
  .chain((who) =>
    fc.constantFrom<RegionGap>(
      { ...who, ...places, differs: 'MISSING' },
      { ...who, ...places, differs: 'UNVERIFIED' },
      {
        ...{ ...who, ...places, differs: 'DKIM' },
        ...{ found: { enabled: true, status: 'FAILED' }, wanted: { enabled: true, status: 'SUCCESS' } },
      },
      {
        ...{ ...who, ...places, differs: 'MAIL_FROM' },
        found: { behaviorOnMxFailure: 'USE_DEFAULT_VALUE' },
        wanted: { domain: 'b.example.com', status: 'SUCCESS', behaviorOnMxFailure: 'REJECT_MESSAGE' },
      },
    ),
  );
const comparison: fc.Arbitrary<RegionComparison> = fc
  .record({
    gaps: fc.array(gap, { maxLength: 20 }),
    more: fc.nat(3_000),
    uncompared: fc.array(hostileText, { maxLength: 3 }),
  })
  .map(({ gaps, more, uncompared }) => ({
    gaps,
    gapCount: gaps.length === 0 ? 0 : gaps.length + more,
    uncompared,
  }));

export const arbitrarySettingsTarget: fc.Arbitrary<TargetFacts> = fc
  .record({
    facts: arbitraryTarget,
    sets: read(configurationSets),
    topics: read(topics),
    streams: read(streams),
    streamUses: fc.array(fc.record({ arn: stream, by: hostileText }), { maxLength: 4 }),
    unreadUses: fc.constantFrom(undefined, 'THROTTLED', 'LIST_INCOMPLETE', 'NOT_PERMITTED_BY_SETTINGS'),
    uses: fc.array(fc.record({ arn, by: hostileText }), { maxLength: 4 }),
    statistics: read(
      fc.record({
        attempts: fc.constantFrom(0, 999, 10_000),
        bounces: fc.nat(2000),
        complaints: fc.nat(90),
        rejects: fc.nat(9),
      }),
    ),
    reputation: read(
      fc.record({ bounceRate: fraction, complaintRate: fraction, at: hostileText }, { requiredKeys: [] }),
    ),
    alarms: read(
      fc.array(
        fc.record({
          name: hostileText,
          metric: fc.constantFrom('Reputation.BounceRate' as const, 'Reputation.ComplaintRate' as const),
          threshold: fraction,
          actions: flag,
        }),
        { maxLength: 4 },
      ),
    ),
    vdm: read(flag),
    recommendations: read(
      fc.array(
        fc.record({
          type: fc.oneof(fc.constantFrom('DKIM', 'SPF', 'DMARC', 'BOUNCE', 'BIMI'), hostileText),
          impact: fc.constantFrom('LOW' as const, 'HIGH' as const),
          description: hostileText,
          resource: fc.oneof(
            hostileText,
            fc.constant('arn:aws:ses:eu-west-1:111111111111:identity/a@b.example'),
          ),
        }),
        { maxLength: 4 },
      ),
    ),
    suppressed: read(fc.subarray(['BOUNCE', 'COMPLAINT'])),
    ips: read(
      fc.array(
        fc.record({
          ip: fc.constantFrom('192.0.2.1', '192.0.2.2'),
          names: fc.oneof(
            fc.constantFrom(nxdomain(), servfail()),
            hostileText.map((text) => found([text])),
          ),
          back: fc.constantFrom<boolean | 'unknown'>(true, false, 'unknown'),
        }),
        { maxLength: 3 },
      ),
    ),
    entities: read(
      fc.array(
        fc.record(
          {
            arn,
            type: fc.constant('RESOURCE'),
            sendingStatus: fc.constantFrom('ENABLED', 'DISABLED'),
            impact: fc.constantFrom('LOW', 'HIGH'),
          },
          { requiredKeys: ['arn', 'type', 'sendingStatus'] },
        ),
        { maxLength: 3 },
      ),
    ),
    endpoints: read(
      fc.array(
        fc.record(
          {
            name,
            status: fc.constantFrom('READY', 'CREATING', 'FAILED'),
            regions: fc.constant<string[]>(['eu-west-1', 'eu-central-1']),
            comparison,
          },
          { requiredKeys: ['name', 'status', 'regions'] },
        ),
        { maxLength: 2 },
      ),
    ),
    dnsUnusable: fc.option(fc.constant('no TCP'), { nil: undefined, freq: 8 }),
  })
  .map((draw) => {
    const { facts } = draw;
    put(facts, 'configurationSets', draw.sets);
    put(facts, 'topics', draw.topics);
    facts.topicUses = draw.uses;
    put(facts, 'streams', draw.streams);
    facts.streamUses = draw.streamUses;
    put(facts, 'usesUnread', draw.unreadUses);
    put(facts, 'sendStatistics', neverOff(draw.statistics));
    put(facts, 'reputation', draw.reputation);
    put(facts, 'reputationAlarms', draw.alarms);
    put(facts, 'vdmEnabled', neverOff(draw.vdm));
    put(facts, 'recommendations', draw.recommendations);
    put(facts, 'suppressedReasons', neverOff(draw.suppressed));
    put(facts, 'dedicatedIps', draw.ips);
    put(facts, 'reputationEntities', draw.entities);
    put(facts, 'multiRegionEndpoints', draw.endpoints);
    put(facts, 'dnsUnusable', draw.dnsUnusable);
    return facts;
  });

function neverOff<T>(value: Permitted<T> | undefined): Exclude<Permitted<T>, { kind: 'off' }> | undefined {
  return value?.kind === 'off' ? undefined : value;
}

/** Sets the member, or leaves it out. */
function put<Facts extends object, Key extends keyof Facts>(
  facts: Facts,
  key: Key,
  value: Facts[Key] | undefined,
): void {
  if (value === undefined) delete facts[key];
  else facts[key] = value;
}
