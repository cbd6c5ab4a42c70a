/** What is said of an identity: verification, DKIM, MAIL FROM, alignment, feedback, who may send as it. */
import { address, domain } from '../../../local/organization/vocabulary.ts';
import { on, type Scenario } from '../scenario.ts';
import {
  deny,
  each,
  ELSEWHERE,
  fail,
  inOneRegion,
  notApplicable,
  own,
  pass,
  REGION,
  saidBy,
  targetOf,
  unknown,
  warn,
} from './subjects.ts';

const DKIM = ['DKIM-01', 'DKIM-02', 'DKIM-03', 'DKIM-04', 'DKIM-05', 'DKIM-06', 'DKIM-07', 'DKIM-08'];
const ALL_DKIM = [...DKIM, 'DKIM-09', 'DKIM-10', 'DKIM-11', 'DKIM-12'];
const MAIL_FROM = ['MF-01', 'MF-02', 'MF-04', 'MF-05', 'MF-06', 'MF-07'];
const ALIGN = ['ALIGN-01', 'ALIGN-02', 'ALIGN-03', 'ALIGN-04', 'ALIGN-05'];
const FEEDBACK = ['EVT-01', 'EVT-02', 'EVT-03', 'EVT-06', 'EVT-07'];

const SOUND: Scenario[] = [
  inOneRegion(
    'a domain, a subdomain and an address, all in order',
    ({ domain: name }) => [domain(name), domain(`news.${name}`), address(`billing@${name}`)],
    {
      account: () => [pass('SCAN-01', 'SURVEYED')],
      identity: () => [
        pass('IDENT-01', 'VERIFIED'),
        pass('IDENT-02', 'VERIFIED'),
        notApplicable('IDENT-03', 'DOMAIN_IDENTITY'),
        notApplicable('IDENT-04', 'NO_PARENT_IDENTITY'),
        notApplicable('IDENT-06', 'NOT_CONFIGURED'),
        pass('IDENT-07', 'NO_POLICIES'),
        pass('IDENT-08', 'DEFAULT_SET_ASSIGNED'),
        pass('IDENT-11', 'ASCII_NAME'),
        pass('DKIM-01', 'SIGNING_ENABLED'),
        pass('DKIM-02', 'DKIM_VERIFIED'),
        notApplicable('DKIM-03', 'APEX_IDENTITY'),
        pass('DKIM-04', 'KEY_2048'),
        pass('DKIM-05', 'DKIM_CNAMES_PUBLISHED'),
        pass('DKIM-06', 'DKIM_CNAMES_RIGHT'),
        notApplicable('DKIM-07', 'NOTHING_MISSING'),
        pass('DKIM-08', 'DKIM_KEYS_VALID'),
        notApplicable('DKIM-09', 'KEY_AS_DECLARED'),
        notApplicable('DKIM-10', 'NOT_BYODKIM'),
        notApplicable('DKIM-11', 'NOT_A_REPLICA'),
        pass('DKIM-12', 'DKIM_AGREES'),
        pass('MF-01', 'CUSTOM_MAIL_FROM'),
        pass('MF-02', 'MAIL_FROM_VERIFIED'),
        pass('MF-04', 'MX_THIS_REGION'),
        pass('MF-05', 'MAIL_FROM_ALIGNS'),
        pass('MF-06', 'MAIL_FROM_ALONE'),
        pass('MF-07', 'FALLS_BACK'),
        pass('ALIGN-01', 'BOTH_ALIGNED', { tracked: 'BOTH' }),
        pass('ALIGN-02', 'MODES_COST_NOTHING'),
        pass('ALIGN-03', 'SAME_VERDICT'),
        pass('ALIGN-04', 'SECOND_LEG_STANDS'),
        notApplicable('ALIGN-05', 'NOT_CONFIGURED'),
        pass('EVT-01', 'DEFAULT_SET'),
        pass('EVT-02', 'DEFAULT_SET'),
        pass('EVT-03', 'ONE_WAY'),
        pass('EVT-06', 'NO_DELIVERY_TOPIC'),
        notApplicable('EVT-07', 'NO_PARENT_IDENTITY'),
      ],
      of: {
        news: () => [
          pass('DKIM-03', 'SIGNING_DOMAIN_ALIGNED'),
          pass('IDENT-04', 'NOTHING_LOST'),
          pass('EVT-07', 'FEEDBACK_KEPT'),
        ],
        'billing@': () => [
          pass('IDENT-03', 'DOMAIN_VERIFIED'),
          pass('IDENT-04', 'NOTHING_LOST'),
          pass('DKIM-01', 'SIGNING_INHERITED'),
          ...each(['DKIM-02', 'DKIM-04', 'DKIM-05', 'DKIM-06', 'DKIM-08', 'DKIM-12'], (control) =>
            notApplicable(control, 'INHERITED'),
          ),
        ],
      },
    },
    { nothingElse: true },
  ),
  inOneRegion(
    'a key of the organization’s own',
    ({ domain: name }) => [domain(name, { byodkim: 'corp2026' })],
    {
      identity: () => [
        ...each(['DKIM-04', 'DKIM-05', 'DKIM-06', 'DKIM-07'], (control) =>
          notApplicable(control, 'NOT_EASY_DKIM'),
        ),
        pass('DKIM-09', 'LIVE_KEY_LONG'),
        pass('DKIM-10', 'KEY_FRESH'),
      ],
    },
    { nothingElse: true },
  ),
  {
    name: 'a DEED replica of a sound identity',
    targets: ({ domain: name }) => ({
      [REGION]: [domain(name, { replicaOf: ELSEWHERE, mailFrom: `us.${name}` })],
      [ELSEWHERE]: [domain(name)],
    }),
    says: saidBy({
      identity: () => [pass('DKIM-11', 'REPLICA_FOLLOWS'), pass('DKIM-05', 'DKIM_CNAMES_PUBLISHED')],
    }),
    nothingElse: true,
  },
  inOneRegion(
    'topics of its own, beside e-mail, for deliveries, too',
    own,
    {
      identity: () => [
        pass('EVT-01', 'OWN_TOPIC'),
        pass('EVT-02', 'OWN_TOPIC'),
        pass('EVT-03', 'TOLD_TWICE'),
        pass('EVT-06', 'DELIVERY_TOPIC'),
      ],
    },
    {
      change(scene) {
        const topic = `arn:aws:sns:${REGION}:${scene.accountId}:ses-events`;
        Object.assign(scene.identity(REGION), {
          bounceTopic: topic,
          complaintTopic: topic,
          deliveryTopic: topic,
        });
      },
    },
  ),
];

const LEFT_ALONE: Scenario[] = [
  inOneRegion(
    'an address in the sandbox is a recipient',
    ({ domain: name }) => [address(`tester@${name}`)],
    {
      of: {
        'tester@': () =>
          each(
            ['IDENT-03', 'IDENT-04', 'IDENT-08', ...ALL_DKIM, ...MAIL_FROM, ...ALIGN, ...FEEDBACK],
            (control) => notApplicable(control, 'SANDBOX_RECIPIENT'),
          ),
      },
    },
    {
      change: (scene) =>
        void Object.assign(targetOf(scene), {
          productionAccess: false,
          sentLast24Hours: 1,
          max24HourSend: 200,
        }),
    },
  ),
  inOneRegion(
    'an identity that waits for its first verification',
    own,
    {
      identity: () => [
        warn('IDENT-01', 'VERIFICATION_PENDING', { severity: 'MEDIUM' }),
        pass('IDENT-02', 'UNVERIFIED_LATELY'),
        warn('DKIM-02', 'DKIM_PENDING', { severity: 'MEDIUM' }),
        notApplicable('DKIM-12', 'DKIM_NOT_SETTLED'),
        ...each(ALIGN.slice(0, 4), (control) => notApplicable(control, 'NOT_YET_VERIFIED')),
        ...each(['IDENT-04', 'IDENT-08', ...FEEDBACK], (control) =>
          notApplicable(control, 'NOT_YET_VERIFIED'),
        ),
      ],
      domain: () => each(['BULK-01', 'BULK-03', 'BULK-05'], (control) => notApplicable(control, 'NO_SENDER')),
    },
    {
      change(scene) {
        const identity = scene.identity(REGION);
        Object.assign(identity, { verificationStatus: 'PENDING', verifiedForSending: false });
        Object.assign(identity.dkim ?? {}, { status: 'PENDING', lastKeyGeneration: scene.now.toISOString() });
      },
    },
  ),
  inOneRegion(
    'a custom MAIL FROM was never set',
    own,
    {
      identity: () =>
        each(['MF-02', 'MF-04', 'MF-05', 'MF-06', 'MF-07'], (control) =>
          notApplicable(control, 'NO_MAIL_FROM'),
        ),
    },
    {
      change(scene) {
        delete scene.identity(REGION).mailFrom;
        scene.remove(`bounce.${scene.domain}`);
      },
    },
  ),
];

const FORGOTTEN: Scenario[] = [
  inOneRegion(
    'a domain that SES gave up months ago',
    own,
    {
      identity: () => [
        fail('IDENT-01', 'VERIFICATION_FAILED_HOST_NOT_FOUND', { severity: 'MEDIUM' }),
        fail('IDENT-02', 'IDENTITY_STALE', { severity: 'LOW', cause: 'IDENT-01' }),
      ],
    },
    {
      change(scene) {
        const lastChecked = new Date(scene.now.getTime() - 200 * 86_400_000).toISOString();
        const identity = scene.identity(REGION);
        Object.assign(identity, {
          verificationStatus: 'FAILED',
          verifiedForSending: false,
          verificationInfo: { errorType: 'HOST_NOT_FOUND', lastChecked },
        });
        delete identity.mailFrom;
        Object.assign(identity.dkim ?? {}, { status: 'FAILED' });
        for (const { name } of scene.dkim(REGION)) scene.remove(name);
        // Nothing was sent: nobody relied on it.
        Object.assign(targetOf(scene), { sendStatistics: [], sentLast24Hours: 0 });
      },
    },
  ),
  inOneRegion(
    'a name that a reader takes for the domain beside it',
    ({ domain: name }) => [domain(name), domain(lookAlike(name))],
    { identity: () => [pass('IDENT-11', 'ASCII_NAME')] },
    {
      says: (place) => [
        {
          subject: on.identity(place, REGION, lookAlike(place.domain)),
          ...warn('IDENT-11', 'LOOK_ALIKE', { severity: 'LOW', summary: new RegExp(place.domain) }),
        },
      ],
    },
  ),
  inOneRegion(
    'a name that is no name',
    ({ domain: name }) => [domain(`${TOO_LONG}.${name}`)],
    {},
    {
      says: (place) => [
        {
          subject: on.identity(place, REGION, `${TOO_LONG}.${place.domain}`),
          ...unknown('IDENT-11', 'NAME_NOT_CONVERTIBLE'),
        },
      ],
    },
  ),
];

/** One letter more than a label may have. */
const TOO_LONG = 'a'.repeat(64);

/** With a Cyrillic ѕ in place of the first letter, as an A-label. */
function lookAlike(name: string): string {
  return new URL(`http://\u0455${name.slice(1)}/`).hostname;
}

const UNREAD: Scenario[] = [
  inOneRegion(
    'everything below the domain answers SERVFAIL',
    ({ domain: name }) => [domain(name), domain(`news.${name}`, { inheritsDkim: true })],
    {
      identity: () => [
        ...each(['DKIM-05', 'DKIM-06', 'DKIM-07', 'DKIM-08', 'DKIM-09', 'DKIM-12'], (control) =>
          unknown(control, 'DNS_SERVFAIL'),
        ),
        ...each(['MF-04', 'MF-06'], (control) => unknown(control, 'DNS_SERVFAIL')),
        unknown('MF-05', 'DNS_UNANSWERED'),
        unknown('MF-07', 'DKIM_LEG_UNKNOWN'),
        ...each(['ALIGN-01', 'ALIGN-02', 'ALIGN-04'], (control) => unknown(control, 'LEG_UNKNOWN')),
        unknown('ALIGN-03', 'DMARC_UNKNOWN'),
      ],
      of: { news: () => [unknown('DKIM-03', 'DNS_UNANSWERED')] },
    },
    { change: (scene) => scene.dnsFault({ suffix: scene.domain, behaviour: 'servfail' }) },
  ),
  inOneRegion(
    'an own key that does not answer',
    ({ domain: name }) => [domain(name, { byodkim: 'corp2026' })],
    {
      identity: () =>
        each(['DKIM-08', 'DKIM-09', 'DKIM-10', 'DKIM-12'], (control) => unknown(control, 'DNS_SERVFAIL')),
    },
    { change: (scene) => scene.dnsFault({ suffix: `_domainkey.${scene.domain}`, behaviour: 'servfail' }) },
  ),
  inOneRegion(
    'SES could not look lately, and nobody else can',
    own,
    {
      identity: () => [
        unknown('IDENT-01', 'DNS_SERVFAIL'),
        unknown('DKIM-02', 'DNS_SERVFAIL'),
        unknown('MF-02', 'DNS_SERVFAIL'),
      ],
    },
    {
      change(scene) {
        const identity = scene.identity(REGION);
        identity.verificationStatus = 'TEMPORARY_FAILURE';
        if (identity.dkim) identity.dkim.status = 'TEMPORARY_FAILURE';
        if (identity.mailFrom) identity.mailFrom.status = 'TEMPORARY_FAILURE';
        scene.dnsFault({ suffix: scene.domain, behaviour: 'servfail' });
      },
    },
  ),
  inOneRegion(
    'SES does not tell the length of the key',
    own,
    { identity: () => [unknown('DKIM-04', 'KEY_LENGTH_UNKNOWN')] },
    {
      change(scene) {
        const { dkim } = scene.identity(REGION);
        delete dkim?.currentKeyLength;
        delete dkim?.nextKeyLength;
      },
    },
  ),
  inOneRegion(
    'an address, where nobody may say whether SES is in the sandbox',
    ({ domain: name }) => [domain(name), address(`billing@${name}`)],
    {
      of: {
        'billing@': () =>
          each(['IDENT-03', 'IDENT-04', 'IDENT-08', 'MF-01', 'DKIM-01', 'ALIGN-05'], (control) =>
            unknown(control, 'PRODUCTION_ACCESS_UNKNOWN'),
          ),
      },
    },
    { change: (scene) => deny(scene, 'ses:GetAccount') },
  ),
  inOneRegion(
    'notifications and configuration sets may not be read',
    ({ domain: name }) => [domain(name), domain(`news.${name}`)],
    {
      of: {
        news: () =>
          each(['IDENT-04', 'IDENT-08', 'MF-06', ...FEEDBACK], (control) =>
            unknown(control, 'ACCESS_DENIED'),
          ),
      },
    },
    {
      change: (scene) =>
        deny(
          scene,
          'ses:GetIdentityNotificationAttributes',
          'ses:ListConfigurationSets',
          'ses:DescribeActiveReceiptRuleSet',
        ),
    },
  ),
  {
    name: 'a DEED replica of a Region that the scan leaves out',
    targets: ({ domain: name }) => ({ [REGION]: [domain(name, { replicaOf: 'ap-south-1' })] }),
    says: saidBy({ identity: () => [unknown('DKIM-11', 'PRIMARY_REGION_NOT_SCANNED')] }),
  },
];

export const IDENTITY_CONTROLS: readonly Scenario[] = [...SOUND, ...LEFT_ALONE, ...FORGOTTEN, ...UNREAD];
