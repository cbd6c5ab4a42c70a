/** What is said of a target: the account's standing, its configuration sets, event destinations, topics and addresses. */
import { FAULTS } from '../../../local/organization/faults/index.ts';
import type { TargetFaultName } from '../../../local/organization/faults/index.ts';
import { healthyStream } from '../../../local/organization/ses-preset.ts';
import type { WorldStream } from '../../../local/organization/types.ts';
import { domain } from '../../../local/organization/vocabulary.ts';
import { on, type Place, type Scenario, type Scene } from '../scenario.ts';
import {
  defaultSetOf,
  deny,
  ELSEWHERE,
  fail,
  inOneRegion,
  notApplicable,
  pass,
  REGION,
  saidBy,
  targetOf,
  unknown,
  warn,
  own,
} from './subjects.ts';
import { endpoint, replica } from './controls-endpoints.ts';

const topic = ({ accountId }: Place, name: string): string => `arn:aws:sns:${REGION}:${accountId}:${name}`;
const stream = ({ accountId }: Place, name: string, region = REGION): string =>
  `arn:aws:firehose:${region}:${accountId}:deliverystream/${name}`;

/** The default set also puts what is sent into these streams. */
function putInto(scene: Scene, ...arns: string[]): void {
  const roleArn = `arn:aws:iam::${scene.accountId}:role/ses-to-firehose`;
  for (const [index, streamArn] of arns.entries()) {
    const destination = { name: `stream-${index}`, enabled: true, matchingEventTypes: ['SEND'] };
    defaultSetOf(scene).eventDestinations.push({ ...destination, firehose: { streamArn, roleArn } });
  }
}

/** As the sandbox's own fault of that name changes the target. */
function breakTarget(scene: Scene, ...names: TargetFaultName[]): void {
  const site = { accountId: scene.accountId, region: REGION, dedicatedIps: [], domains: [], now: scene.now };
  for (const name of names) FAULTS.target[name].ses?.(targetOf(scene), site);
}

const HEALTHY: Scenario = inOneRegion('a healthy account', own, {
  target: () => [
    pass('SCAN-02', 'READ_WHOLLY'),
    pass('SCAN-03', 'ALL_JUDGED'),
    pass('SCAN-04', 'ALL_ANSWERED'),
    notApplicable('SCAN-05', 'NO_SECOND_OPINION'),
    pass('ACCT-01', 'PRODUCTION_ACCESS'),
    pass('ACCT-02', 'HEALTHY'),
    pass('ACCT-03', 'SENDING_ENABLED'),
    pass('ACCT-04', 'QUOTA_AMPLE'),
    notApplicable('ACCT-05', 'NOT_IN_SANDBOX'),
    pass('ACCT-06', 'RATE_LOW'),
    pass('ACCT-07', 'RATE_LOW', { summary: /Gmail not included/ }),
    pass('ACCT-08', 'VDM_OFF'),
    notApplicable('ACCT-09', 'VDM_OFF'),
    pass('ACCT-10', 'SUPPRESSES_BOTH'),
    pass('ACCT-11', 'ALARMS_SET'),
    notApplicable('ACCT-12', 'NO_ENTITIES'),
    notApplicable('ACCT-13', 'NO_ENDPOINT'),
    pass('IDENT-05', 'OWN_DOMAINS_ONLY'),
    pass('CS-01', 'TLS_REQUIRED', { key: 'CS-01#default' }),
    pass('CS-02', 'SET_SENDS', { key: 'CS-02#default' }),
    pass('CS-03', 'REPUTATION_METRICS_ON', { key: 'CS-03#default' }),
    pass('CS-04', 'SUPPRESSES_BOTH', { key: 'CS-04#default' }),
    notApplicable('CS-05', 'NO_TRACKING_DOMAIN'),
    pass('EVT-04', 'TOPIC_HEARD'),
    pass('EVT-05', 'EVENTS_COVERED', { key: 'EVT-05#default' }),
    pass('EVT-05', 'DESTINATION_ENABLED', { key: 'EVT-05#default/bounces-and-complaints' }),
    notApplicable('IP-01', 'SHARED_POOL'),
  ],
});

/** Everything that an account may have beyond, and all of it in order. */
const FURNISHED: Scenario = {
  name: 'an account with VDM, tenants, a global endpoint, dedicated addresses and a tracking domain',
  targets: ({ domain: name }) => ({
    [REGION]: [domain(name, { tracksClicks: true })],
    [ELSEWHERE]: [replica(name)],
  }),
  change(scene) {
    const target = targetOf(scene);
    target.vdm = true;
    const reference = `arn:aws:ses:${REGION}:${scene.accountId}:tenant/quiet/tn-quiet`;
    target.reputationEntities = [{ reference, type: 'RESOURCE', sendingStatus: 'ENABLED', impact: 'LOW' }];
    target.multiRegionEndpoints = [endpoint([REGION, ELSEWHERE])];
    target.dedicatedIps = [{ ip: '192.0.2.201', warmupStatus: 'DONE', warmupPercentage: 100, pool: 'own' }];
    const host = `e2-201.smtp-out.${REGION}.amazonses.com`;
    scene.publish(host, { type: 'A', data: '192.0.2.201' });
    scene.publish('201.2.0.192.in-addr.arpa', { type: 'PTR', data: host });
  },
  says: saidBy({
    target: ({ domain: name }) => [
      pass('ACCT-08', 'VDM_ON'),
      pass('ACCT-09', 'NO_HIGH_RECOMMENDATION'),
      pass('ACCT-12', 'ENTITY_HEALTHY'),
      pass('ACCT-13', 'ENDPOINT_COMPLETE', { key: 'ACCT-13#global' }),
      pass('IP-01', 'REVERSE_DNS_CONFIRMED', { key: 'IP-01#192.0.2.201' }),
      pass('CS-05', 'TRACKING_LIVE', { key: `CS-05#tracking-${name.replace('.', '-')}` }),
    ],
    domain: () => [pass('BULK-05', 'READY')],
  }),
};

const TROUBLED: Scenario[] = [
  inOneRegion(
    'an account under review, paused, nearly at its quota',
    own,
    {
      target: () => [
        fail('ACCT-02', 'PROBATION', { severity: 'HIGH' }),
        fail('ACCT-03', 'SENDING_PAUSED', {
          severity: 'HIGH',
          command: `aws sesv2 put-account-sending-attributes --sending-enabled --region ${REGION}`,
        }),
        warn('ACCT-04', 'QUOTA_NEARLY_USED', {
          severity: 'MEDIUM',
          command: /request-service-quota-increase/,
        }),
        fail('ACCT-06', 'RATE_HIGH', { severity: 'HIGH', summary: /6 %/ }),
        fail('ACCT-07', 'RATE_HIGH', { severity: 'HIGH' }),
        fail('ACCT-10', 'SUPPRESSION_OFF', {
          severity: 'MEDIUM',
          command: `aws sesv2 put-account-suppression-attributes --suppressed-reasons BOUNCE COMPLAINT --region ${REGION}`,
        }),
        warn('ACCT-11', 'ALARM_MISSING', { severity: 'LOW', command: /aws cloudwatch put-metric-alarm/ }),
        fail('ACCT-12', 'ENTITY_DISABLED', { severity: 'HIGH' }),
        warn('ACCT-09', 'HIGH_RECOMMENDATION', { severity: 'MEDIUM' }),
      ],
    },
    {
      change(scene) {
        breakTarget(scene, 'probation', 'sending-paused', 'quota-nearly-used', 'bounce-rate-high');
        breakTarget(scene, 'complaint-rate-high', 'suppression-off', 'alarms-missing');
        breakTarget(scene, 'reputation-entity-disabled', 'vdm-recommends');
      },
    },
  ),
  inOneRegion(
    'a global endpoint that could not be created',
    own,
    {
      target: () => [
        fail('ACCT-13', 'ENDPOINT_FAILED', { severity: 'MEDIUM', command: /get-multi-region-endpoint/ }),
      ],
    },
    {
      change: (scene) =>
        void (targetOf(scene).multiRegionEndpoints = [endpoint([REGION, ELSEWHERE], 'FAILED')]),
    },
  ),
  inOneRegion(
    'an account that AWS shut down',
    own,
    { target: () => [fail('ACCT-02', 'SHUTDOWN', { severity: 'CRITICAL' })] },
    { change: (scene) => void (targetOf(scene).enforcementStatus = 'SHUTDOWN') },
  ),
  inOneRegion(
    'a dedicated address without reverse DNS',
    own,
    {
      target: () => [fail('IP-01', 'NO_REVERSE_DNS', { severity: 'MEDIUM', key: 'IP-01#192.0.2.202' })],
      domain: () => [
        fail('BULK-01', 'NO_REVERSE_DNS', { severity: 'HIGH', cause: 'IP-01' }),
        fail('BULK-05', 'NO_REVERSE_DNS', {
          severity: 'MEDIUM',
          cause: 'IP-01',
          publish: [],
          evidence: { because: ['NO_REVERSE_DNS'] },
        }),
      ],
    },
    {
      change(scene) {
        const dedicated = { ip: '192.0.2.202', warmupStatus: 'DONE', warmupPercentage: 100 } as const;
        targetOf(scene).dedicatedIps = [dedicated];
      },
    },
  ),
];

/** The tracking domain becomes an alias of the first, which is one of the second. */
function trackOver(scene: Scene, ...hops: string[]): void {
  for (const [index, data] of hops.entries()) {
    scene.publish(hops[index - 1] ?? `click.${scene.domain}`, { type: 'CNAME', data });
  }
}

const TRACKED: Scenario[] = [
  inOneRegion(
    'a tracking domain behind a content delivery network',
    ({ domain: name }) => [domain(name, { tracksClicks: true })],
    { target: () => [pass('CS-05', 'TRACKING_BEHIND_CDN')] },
    {
      change(scene) {
        trackOver(scene, `cdn.${scene.domain}`);
        scene.publish(`cdn.${scene.domain}`, { type: 'A', data: '192.0.2.80' });
      },
    },
  ),
  inOneRegion(
    'a tracking domain whose content delivery network knows it no more',
    ({ domain: name }) => [domain(name, { tracksClicks: true })],
    {
      target: ({ domain: name }) => [
        fail('CS-05', 'TRACKING_DOMAIN_MISSING', {
          severity: 'MEDIUM',
          summary: /leads to gone\..*, which has no address/,
          publish: [{ name: `click.${name}`, type: 'CNAME', value: `r.${REGION}.awstrack.me` }],
          remove: [{ name: `click.${name}`, type: 'CNAME', value: `gone.${name}` }],
        }),
      ],
    },
    { change: (scene) => trackOver(scene, `gone.${scene.domain}`) },
  ),
  inOneRegion(
    'a tracking domain that leads to SES over an alias of its own',
    ({ domain: name }) => [domain(name, { tracksClicks: true })],
    { target: () => [pass('CS-05', 'TRACKING_LIVE')] },
    { change: (scene) => trackOver(scene, `track.${scene.domain}`, `r.${REGION}.awstrack.me`) },
  ),
];

const SETS: Scenario[] = [
  inOneRegion(
    'a default configuration set with everything wrong',
    ({ domain: name }) => [domain(name, { tracksClicks: true })],
    {
      target: ({ domain: name }) => [
        warn('CS-01', 'TLS_OPTIONAL', {
          severity: 'LOW',
          key: 'CS-01#default',
          command: `aws sesv2 put-configuration-set-delivery-options --configuration-set-name default --tls-policy REQUIRE --region ${REGION}`,
        }),
        fail('CS-02', 'DEFAULT_SET_PAUSED', {
          severity: 'MEDIUM',
          key: `CS-02#tracking-${name.replace('.', '-')}`,
          command: /put-configuration-set-sending-options .*--sending-enabled/,
        }),
        warn('CS-03', 'REPUTATION_METRICS_OFF', {
          severity: 'LOW',
          key: 'CS-03#default',
          command: /put-configuration-set-reputation-options .*--reputation-metrics-enabled/,
        }),
        fail('CS-05', 'TRACKING_DOMAIN_MISSING', {
          severity: 'MEDIUM',
          publish: [{ name: `click.${name}`, type: 'CNAME', value: `r.${REGION}.awstrack.me` }],
        }),
        warn('EVT-05', 'DESTINATION_DISABLED', {
          severity: 'MEDIUM',
          key: 'EVT-05#default/bounces-and-complaints',
        }),
        fail('EVT-04', 'TOPIC_MISSING', { severity: 'MEDIUM', command: /aws sns create-topic/ }),
      ],
    },
    {
      change(scene) {
        const target = targetOf(scene);
        const [first, tracking] = target.configurationSets;
        if (!first || !tracking) throw new Error('The scenario needs two configuration sets.');
        Object.assign(first, { tlsPolicy: 'OPTIONAL', reputationMetricsEnabled: false });
        for (const destination of first.eventDestinations) destination.enabled = false;
        tracking.sendingEnabled = false;
        target.topics = [];
        scene.remove(`click.${scene.domain}`);
      },
    },
  ),
  inOneRegion(
    'neither configuration sets nor topics, and nothing sent',
    own,
    {
      target: () => [
        ...['CS-01', 'CS-02', 'CS-03', 'CS-04', 'CS-05', 'EVT-05'].map((control) =>
          notApplicable(control, 'NO_CONFIGURATION_SETS'),
        ),
        notApplicable('EVT-04', 'NO_TOPICS'),
        notApplicable('ACCT-06', 'VOLUME_TOO_LOW'),
        notApplicable('ACCT-07', 'VOLUME_TOO_LOW'),
      ],
    },
    {
      change(scene) {
        Object.assign(targetOf(scene), { configurationSets: [], topics: [], sendStatistics: [] });
        delete scene.identity(REGION).configurationSet;
      },
    },
  ),
  inOneRegion(
    'a topic that nobody confirmed',
    own,
    {
      target: (place) => [
        fail('EVT-04', 'NO_CONFIRMED_SUBSCRIPTION', {
          severity: 'MEDIUM',
          key: `EVT-04#${topic(place, 'ses-events')}`,
        }),
      ],
    },
    {
      change(scene) {
        for (const { subscriptions } of targetOf(scene).topics ?? [])
          for (const one of subscriptions) one.confirmed = false;
      },
    },
  ),
];

const STREAMS: Scenario[] = [
  inOneRegion(
    'event destinations that put into streams in every state',
    own,
    {
      target: (place) => {
        const of = (name: string, region = REGION) => ({ key: `EVT-04#${stream(place, name, region)}` });
        const open = (name: string, command: RegExp) => ({
          ...{ severity: 'MEDIUM' as const, ...of(name), command },
        });
        const other = `EVT-04#${stream({ ...place, accountId: '999999999999' }, 'lake')}`;
        return [
          pass('EVT-04', 'STREAM_ACTIVE', { ...of('active'), evidence: { destinations: ['S3'] } }),
          fail(
            'EVT-04',
            'STREAM_MISSING',
            open('gone', /firehose create-delivery-stream .*--delivery-stream-name gone/),
          ),
          fail('EVT-04', 'STREAM_NOT_ACTIVE', open('deleting', /firehose describe-delivery-stream/)),
          warn('EVT-04', 'STREAM_NOT_ACTIVE', open('creating', /firehose describe-delivery-stream/)),
          fail(
            'EVT-04',
            'STREAM_OTHER_SOURCE',
            open('kinesis', /update-configuration-set-event-destination/),
          ),
          unknown('EVT-04', 'STREAM_UNDECIDED', of('later')),
          fail('EVT-04', 'STREAM_OTHER_REGION', {
            ...{ severity: 'MEDIUM', ...of('active', ELSEWHERE) },
            command: /update-configuration-set-event-destination .*ses-to-firehose/,
          }),
          notApplicable('EVT-04', 'FOREIGN_STREAM', { key: other }),
        ];
      },
    },
    {
      change(scene) {
        const made = (name: string, more: Partial<WorldStream> = {}): WorldStream => ({
          ...healthyStream(name, scene.accountId, scene.now),
          ...more,
        });
        targetOf(scene).streams = [
          made('active'),
          made('deleting', { status: 'DELETING' }),
          made('creating', { status: 'CREATING' }),
          made('kinesis', { source: 'KinesisStreamAsSource' }),
          made('later', { status: 'SUSPENDED' as 'ACTIVE' }),
        ];
        const names = ['active', 'gone', 'deleting', 'creating', 'kinesis', 'later'];
        putInto(scene, ...names.map((name) => stream(scene, name)), stream(scene, 'active', ELSEWHERE));
        putInto(scene, stream({ ...scene, accountId: '999999999999' }, 'lake'));
      },
    },
  ),
  inOneRegion(
    'bounces and complaints go into a stream that was deleted: one finding, not three',
    own,
    {
      target: (place) => [
        fail('EVT-04', 'STREAM_MISSING', {
          ...{ severity: 'MEDIUM', key: `EVT-04#${stream(place, 'feedback')}`, cause: null },
        }),
        pass('EVT-05', 'EVENTS_COVERED'),
      ],
      identity: () => [pass('EVT-01', 'DEFAULT_SET'), pass('EVT-02', 'DEFAULT_SET')],
    },
    {
      change(scene) {
        const roleArn = `arn:aws:iam::${scene.accountId}:role/ses-to-firehose`;
        for (const destination of defaultSetOf(scene).eventDestinations) {
          delete destination.snsTopicArn;
          destination.firehose = { streamArn: stream(scene, 'feedback'), roleArn };
        }
      },
      nothingElse: true,
    },
  ),
];

const SANDBOX: Scenario = inOneRegion(
  'an account in the SES sandbox',
  own,
  {
    target: () => [
      warn('ACCT-01', 'SANDBOX', {
        severity: 'MEDIUM',
        command: /put-account-details --production-access-enabled/,
      }),
      pass('ACCT-05', 'SANDBOX_LIMITS', { summary: /verified/ }),
    ],
  },
  {
    change: (scene) =>
      void Object.assign(targetOf(scene), {
        productionAccess: false,
        max24HourSend: 200,
        sentLast24Hours: 3,
      }),
  },
);

const UNREAD: Scenario[] = [
  inOneRegion(
    'every read but those of identities is denied',
    own,
    {
      target: () =>
        [
          ...['ACCT-01', 'ACCT-02', 'ACCT-03', 'ACCT-04', 'ACCT-05', 'ACCT-06', 'ACCT-07', 'ACCT-08'],
          ...['ACCT-09', 'ACCT-10', 'ACCT-11', 'ACCT-12', 'ACCT-13', 'IP-01'],
          ...['CS-01', 'CS-02', 'CS-03', 'CS-04', 'CS-05', 'EVT-04', 'EVT-05'],
        ].map((control) => unknown(control, 'ACCESS_DENIED')),
    },
    {
      change(scene) {
        deny(scene, 'ses:GetAccount', 'ses:GetSendStatistics', 'cloudwatch:GetMetricData');
        deny(scene, 'cloudwatch:DescribeAlarms', 'ses:ListRecommendations', 'ses:GetDedicatedIps');
        deny(scene, 'ses:ListReputationEntities', 'ses:ListMultiRegionEndpoints');
        deny(scene, 'ses:ListConfigurationSets');
      },
    },
  ),
  inOneRegion(
    'topics may not be looked at',
    own,
    {
      target: (place) => [
        unknown('EVT-04', 'ACCESS_DENIED', { key: `EVT-04#${topic(place, 'ses-events')}` }),
      ],
    },
    { change: (scene) => deny(scene, 'sns:GetTopicAttributes') },
  ),
  inOneRegion(
    'streams may not be looked at',
    own,
    {
      target: (place) => [
        unknown('EVT-04', 'ACCESS_DENIED', { key: `EVT-04#${stream(place, 'active')}` }),
        pass('EVT-04', 'TOPIC_HEARD', { key: `EVT-04#${topic(place, 'ses-events')}` }),
      ],
    },
    {
      change(scene) {
        putInto(scene, stream(scene, 'active'));
        deny(scene, 'firehose:DescribeDeliveryStream');
      },
    },
  ),
  inOneRegion(
    'a gmail.com address where nobody may say whether SES is in the sandbox',
    () => [{ type: 'EMAIL_ADDRESS', name: 'team@gmail.com' }],
    { target: () => [unknown('IDENT-05', 'ACCESS_DENIED')] },
    { change: (scene) => deny(scene, 'ses:GetAccount') },
  ),
  inOneRegion(
    'a tracking domain that does not answer',
    ({ domain: name }) => [domain(name, { tracksClicks: true })],
    {
      target: ({ domain: name }) => [
        unknown('CS-05', 'DNS_SERVFAIL', { key: `CS-05#tracking-${name.replace('.', '-')}` }),
        unknown('SCAN-04', 'NAMES_UNANSWERED'),
      ],
    },
    { change: (scene) => scene.dnsFault({ suffix: `click.${scene.domain}`, behaviour: 'servfail' }) },
  ),
];

const WITHOUT_ROLE: Scenario = {
  name: 'an account without the member role',
  targets: (place) => ({ [REGION]: own(place) }),
  change: (scene) => void (scene.account.roles = []),
  says: (place) => [
    {
      subject: on.account(place),
      ...fail('SCAN-01', 'ROLE_MISSING', { severity: 'HIGH', fixText: /role/i }),
    },
  ],
};

const UNREADABLE: Scenario = inOneRegion(
  'an identity in a state that this version does not know',
  ({ domain: name }) => [domain(name), domain(`news.${name}`)],
  {
    target: () => [
      fail('SCAN-02', 'PARTIAL', { severity: 'MEDIUM', cause: null }),
      fail('SCAN-03', 'IDENTITIES_NOT_JUDGED', { severity: 'MEDIUM', evidence: { listed: 2, judged: 1 } }),
    ],
    identity: () => [pass('IDENT-01', 'VERIFIED')],
  },
  {
    change(scene) {
      scene.identity(REGION, `news.${scene.domain}`).verificationStatus = 'ALMOST' as 'SUCCESS';
    },
  },
);

/** A target that was seen before is lost: nothing of it is judged, and nothing of what was known is touched. */
const LOST: Scenario = {
  name: 'a Region that was seen and is denied later',
  targets: (place) => ({ [REGION]: own(place) }),
  later: (scene) => void scene.account.deniedRegions.push({ region: REGION }),
  says: (place) =>
    [
      'SCAN-03',
      'SCAN-04',
      'SCAN-05',
      'ACCT-01',
      'ACCT-04',
      'ACCT-10',
      'IDENT-05',
      'CS-01',
      'EVT-04',
      'IP-01',
    ].map((control) => ({ subject: on.target(place, REGION), ...unknown(control, 'TARGET_UNSEEN') })),
};

const EMPTIED: Scenario = inOneRegion(
  'a Region whose last identity is deleted later',
  own,
  {
    target: () => [
      pass('SCAN-02', 'READ_WHOLLY'),
      ...['SCAN-03', 'SCAN-04', 'ACCT-01', 'ACCT-03', 'ACCT-04', 'ACCT-08', 'ACCT-10', 'ACCT-11'].map(
        (control) => notApplicable(control, 'NO_IDENTITIES'),
      ),
    ],
  },
  { later: (scene) => void (targetOf(scene).identities = []) },
);

export const TARGET_CONTROLS: readonly Scenario[] = [
  HEALTHY,
  FURNISHED,
  ...TROUBLED,
  ...TRACKED,
  ...SETS,
  ...STREAMS,
  SANDBOX,
  ...UNREAD,
];

/** Scenarios in which coverage is lost: not beside those that need all of it. */
export const LOST_COVERAGE: readonly Scenario[] = [WITHOUT_ROLE, UNREADABLE];
export const LATER_COVERAGE: readonly Scenario[] = [LOST, EMPTIED];
