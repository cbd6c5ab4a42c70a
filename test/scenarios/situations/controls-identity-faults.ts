/** What is wrong with an identity: its DKIM, its MAIL FROM, its feedback, who may send as it. */
import { publicKeyFor } from '../../../local/organization/dkim-keys.ts';
import { domain } from '../../../local/organization/vocabulary.ts';
import { on, type Scenario, type Scene } from '../scenario.ts';
import {
  fail,
  inOneRegion,
  notApplicable,
  pass,
  REGION,
  targetOf,
  unknown,
  warn,
  own,
  each,
} from './subjects.ts';

const DKIM_FAULTS: Scenario[] = [
  inOneRegion(
    'a subdomain cut off by psd=n from the parent that signs for it',
    ({ domain: name }) => [domain(name), domain(`x.sub.${name}`, { inheritsDkim: true })],
    {},
    {
      change(scene) {
        const record = (at: string, tags: string) =>
          scene.publish(`_dmarc.${at}`, {
            type: 'TXT',
            data: `v=DMARC1; ${tags}; rua=mailto:d@${scene.domain}`,
          });
        record(scene.domain, 'p=reject');
        record(`sub.${scene.domain}`, 'p=none; psd=n');
      },
      says: (place) =>
        [
          fail('DKIM-03', 'SIGNING_DOMAIN_NOT_ALIGNED', { severity: 'HIGH', cause: null }),
          warn('ALIGN-01', 'SPF_ONLY', { severity: 'MEDIUM', cause: 'DKIM-03', tracked: 'SPF_ONLY' }),
          warn('ALIGN-03', 'ORG_DOMAIN_DIVERGENCE', { severity: 'MEDIUM' }),
        ].map((said) => ({ subject: on.identity(place, REGION, `x.sub.${place.domain}`), ...said })),
    },
  ),
  inOneRegion(
    'an own key of 1024 bits',
    ({ domain: name }) => [domain(name, { byodkim: 'corp2019' })],
    {
      identity: ({ domain: name }) => [
        warn('DKIM-09', 'LIVE_KEY_SHORT', {
          severity: 'MEDIUM',
          command: new RegExp(`put-email-identity-dkim-signing-attributes --email-identity ${name} `),
        }),
      ],
    },
    {
      change: (scene) =>
        scene.publish(`corp2019._domainkey.${scene.domain}`, {
          type: 'TXT',
          data: `v=DKIM1; k=rsa; p=${publicKeyFor(scene.domain, 1024)}`,
        }),
    },
  ),
  inOneRegion(
    'DKIM records under the usual wrong names',
    own,
    {
      identity: ({ domain: name }) => [
        pass('DKIM-07', 'RECORD_MISPLACED', { summary: new RegExp(name) }),
        fail('DKIM-05', 'DKIM_CNAME_MISSING', { severity: 'MEDIUM' }),
      ],
    },
    {
      change(scene) {
        const [first, second] = scene.dkim(REGION);
        if (!first || !second) throw new Error('The identity has no tokens.');
        scene.remove(first.name);
        scene.remove(second.name);
        scene.publish(`${first.token}.${scene.domain}`, { type: 'CNAME', data: first.target });
        scene.publish(`${second.name}.${scene.domain}`, { type: 'CNAME', data: second.target });
      },
    },
  ),
  inOneRegion(
    'no DKIM record answers',
    own,
    { identity: () => each(['DKIM-06', 'DKIM-08'], (control) => notApplicable(control, 'NO_TOKEN_ANSWERS')) },
    {
      change(scene) {
        for (const { name } of scene.dkim(REGION)) scene.remove(name);
      },
    },
  ),
];

const MAIL_FROM_FAULTS: Scenario[] = [
  inOneRegion(
    'strict SPF alignment, and a MAIL FROM that is a subdomain',
    own,
    {
      identity: () => [
        warn('MF-05', 'STRICT_SPF', { severity: 'MEDIUM', cause: 'ALIGN-02' }),
        warn('ALIGN-02', 'ASPF_STRICT', { severity: 'MEDIUM', cause: null }),
        pass('ALIGN-01', 'DKIM_ONLY', { cause: 'ALIGN-02', tracked: 'DKIM_ONLY' }),
        pass('ALIGN-04', 'ONE_LEG_STEADY'),
      ],
    },
    {
      change: (scene) =>
        scene.publish(`_dmarc.${scene.domain}`, {
          type: 'TXT',
          data: `v=DMARC1; p=reject; aspf=s; rua=mailto:d@${scene.domain}`,
        }),
    },
  ),
  inOneRegion(
    'strict alignment of both kinds, under which a parent signs for its subdomain: strictness is the one line',
    ({ domain: name }) => [domain(name), domain(`news.${name}`, { inheritsDkim: true })],
    {
      of: {
        news: () => [
          fail('ALIGN-02', 'BOTH_STRICT', { severity: 'HIGH', cause: null, fixText: /Easy DKIM of its own/ }),
          fail('ALIGN-01', 'NONE_ALIGNED_ENFORCED', { severity: 'CRITICAL', cause: 'ALIGN-02' }),
          fail('DKIM-03', 'SIGNING_DOMAIN_NOT_ALIGNED', { severity: 'HIGH', cause: 'ALIGN-02' }),
          warn('MF-05', 'STRICT_SPF', { severity: 'MEDIUM', cause: 'ALIGN-02' }),
          warn('MF-07', 'FALLBACK_UNALIGNED', { severity: 'MEDIUM', cause: 'DKIM-03' }),
        ],
      },
    },
    {
      change: (scene) =>
        scene.publish(`_dmarc.${scene.domain}`, {
          type: 'TXT',
          data: `v=DMARC1; p=reject; adkim=s; aspf=s; rua=mailto:d@${scene.domain}`,
        }),
    },
  ),
  inOneRegion(
    'a target that alone sends in bulk, with DKIM alone',
    own,
    {
      identity: () => [
        warn('ALIGN-01', 'DKIM_ONLY', {
          severity: 'MEDIUM',
          cause: 'MF-01',
          evidence: { bothLegs: { bulk: 'BULK_BY_VOLUME' } },
        }),
      ],
      domain: () => [pass('BULK-07', 'BULK_BY_VOLUME')],
    },
    {
      change(scene) {
        delete scene.identity(REGION).mailFrom;
        targetOf(scene).sentLast24Hours = 5_000;
      },
    },
  ),
  inOneRegion(
    'a MAIL FROM domain that is an identity, too',
    ({ domain: name }) => [domain(name), domain(`bounce.${name}`, { mailFrom: `return.${name}` })],
    { identity: () => [fail('MF-06', 'MAIL_FROM_IS_IDENTITY', { severity: 'MEDIUM' })] },
  ),
  inOneRegion(
    'the MAIL FROM falls back while a key is rotated',
    own,
    {
      identity: () => [
        warn('ALIGN-04', 'SINGLE_POINT_OF_FAILURE', { severity: 'MEDIUM' }),
        pass('DKIM-04', 'KEY_ROTATING'),
      ],
    },
    {
      change(scene) {
        const identity = scene.identity(REGION);
        if (identity.mailFrom) identity.mailFrom.status = 'PENDING';
        Object.assign(identity.dkim ?? {}, { currentKeyLength: 'RSA_1024_BIT' });
        for (const { target, token } of scene.dkim(REGION)) {
          scene.publish(target, { type: 'TXT', data: `p=${publicKeyFor(token, 1024)}` });
        }
      },
    },
  ),
  inOneRegion(
    'neither leg stands',
    own,
    { identity: () => [notApplicable('ALIGN-04', 'NOTHING_STANDS')] },
    {
      change(scene) {
        const identity = scene.identity(REGION);
        if (identity.dkim) identity.dkim.signingEnabled = false;
        delete identity.mailFrom;
      },
    },
  ),
];

const SETTINGS_FAULTS: Scenario[] = [
  inOneRegion(
    'a subdomain identity without what its parent has',
    ({ domain: name }) => [domain(name), domain(`news.${name}`)],
    {
      of: {
        news: ({ domain: name }) => [
          warn('IDENT-04', 'FEEDBACK_LOST', { severity: 'MEDIUM' }),
          warn('IDENT-08', 'NO_DEFAULT_SET', {
            severity: 'LOW',
            command: new RegExp(
              `put-email-identity-configuration-set-attributes --email-identity news.${name}`,
            ),
          }),
          warn('EVT-07', 'FEEDBACK_SHADOWED', { severity: 'MEDIUM' }),
        ],
      },
    },
    {
      change(scene) {
        const child = scene.identity(REGION, `news.${scene.domain}`);
        delete child.mailFrom;
        delete child.configurationSet;
      },
    },
  ),
  inOneRegion(
    'everybody may send as the domain',
    own,
    {
      identity: ({ domain: name }) => [
        fail('IDENT-07', 'PUBLIC_PRINCIPAL', {
          severity: 'CRITICAL',
          command: new RegExp(`email-identity-policy --email-identity ${name} `),
        }),
      ],
    },
    { change: (scene) => allow(scene, '*') },
  ),
  inOneRegion(
    'an account outside the organization may send as the domain',
    own,
    { identity: () => [fail('IDENT-07', 'OUTSIDE_ACCOUNT', { severity: 'HIGH', summary: /909090909090/ })] },
    { change: (scene) => allow(scene, { AWS: 'arn:aws:iam::909090909090:root' }) },
  ),
  inOneRegion(
    'a policy that nobody can read',
    own,
    { identity: () => [unknown('IDENT-07', 'POLICY_UNREADABLE')] },
    {
      change: (scene) =>
        void (scene.identity(REGION).policies = { torn: '{"Version":"2012-10-17","Statement":[' }),
    },
  ),
  inOneRegion(
    'feedback by e-mail alone, to a domain that takes no mail',
    own,
    {
      identity: () => [
        warn('EVT-01', 'FORWARDING_UNDELIVERABLE', {
          severity: 'MEDIUM',
          command: /set-identity-notification-topic/,
        }),
        warn('EVT-02', 'FORWARDING_UNDELIVERABLE', { severity: 'MEDIUM' }),
      ],
    },
    {
      change(scene) {
        unwire(scene);
        scene.publish(scene.domain, { type: 'MX', preference: 0, data: '' });
      },
    },
  ),
  inOneRegion(
    'nobody is told of bounces and complaints',
    own,
    {
      identity: ({ domain: name }) => [
        fail('EVT-01', 'NO_FEEDBACK', {
          severity: 'HIGH',
          command: new RegExp(`set-identity-notification-topic --identity ${name}`),
        }),
        fail('EVT-02', 'NO_FEEDBACK', { severity: 'HIGH' }),
        pass('EVT-03', 'FORWARDING_OFF_WITHOUT_TOPIC'),
      ],
    },
    {
      change(scene) {
        unwire(scene);
        scene.identity(REGION).feedbackForwarding = false;
      },
    },
  ),
];

function unwire(scene: Scene): void {
  delete scene.identity(REGION).configurationSet;
  targetOf(scene).configurationSets = [];
}

function allow(scene: Scene, principal: '*' | { AWS: string }): void {
  const resource = `arn:aws:ses:${REGION}:${scene.accountId}:identity/${scene.domain}`;
  const statement = { Effect: 'Allow', Principal: principal, Action: 'ses:SendEmail', Resource: resource };
  scene.identity(REGION).policies = {
    agency: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
  };
}

export const IDENTITY_FAULTS: readonly Scenario[] = [...DKIM_FAULTS, ...MAIL_FROM_FAULTS, ...SETTINGS_FAULTS];
