/** Identities below others: what SES verifies them by, who signs for them, and where what is wrong is to be mended. */
import { publicKeyFor } from '../../../local/organization/dkim-keys.ts';
import type { WorldIdentity } from '../../../local/organization/types.ts';
import { address, domain } from '../../../local/organization/vocabulary.ts';
import { on, type Place, type Scenario, type Scene } from '../scenario.ts';
import { ELSEWHERE, fail, inOneRegion, notApplicable, own, pass, REGION, unknown, warn } from './subjects.ts';

/** A domain and `news.` below it, each with tokens of its own. */
const withNews = ({ domain: name }: Place) => [domain(name), domain(`news.${name}`)];
const news = (scene: Scene): WorldIdentity => scene.identity(REGION, `news.${scene.domain}`);

/** What SES says of the verification, and so of DKIM; it may be sent all the same, because the domain above is verified. */
function verification(identity: WorldIdentity, status: WorldIdentity['verificationStatus']): void {
  identity.verificationStatus = status;
  if (identity.dkim) identity.dkim.status = status;
}

function copyKeys(scene: Scene): void {
  for (const { name, token } of scene.dkim(REGION)) {
    scene.remove(name);
    scene.publish(name, { type: 'TXT', data: `p=${publicKeyFor(token, 2048)}` });
  }
}

const UNCONFIRMED: Scenario[] = [
  inOneRegion(
    'a subdomain that its parent signs for is not confirmed any more, and a record of its own is gone',
    withNews,
    {
      of: {
        news: ({ domain: name }) => [
          fail('IDENT-01', 'VERIFICATION_TEMP_FAILURE', {
            severity: 'HIGH',
            fixText: /^Publish the CNAME records/,
            command: `aws ses verify-domain-dkim --domain news.${name} --region ${REGION}`,
            cause: null,
          }),
          notApplicable('DKIM-05', 'INHERITED'),
          pass('DKIM-01', 'SIGNING_INHERITED'),
        ],
      },
    },
    {
      change(scene) {
        verification(news(scene), 'TEMPORARY_FAILURE');
        scene.remove(scene.dkim(REGION, `news.${scene.domain}`)[0]!.name);
      },
    },
  ),
  inOneRegion(
    'a subdomain that its parent signs for is not confirmed any more, though its own records are right',
    withNews,
    { of: { news: () => [warn('IDENT-01', 'VERIFICATION_TEMP_FAILURE', { severity: 'MEDIUM' })] } },
    { change: (scene) => verification(news(scene), 'TEMPORARY_FAILURE') },
  ),
  inOneRegion(
    'a subdomain that its parent signs for is not confirmed any more, and its own records do not answer',
    withNews,
    { of: { news: () => [unknown('IDENT-01', 'DNS_SERVFAIL')] } },
    {
      change(scene) {
        verification(news(scene), 'TEMPORARY_FAILURE');
        scene.dnsFault({ suffix: `_domainkey.news.${scene.domain}`, behaviour: 'servfail' });
      },
    },
  ),
  inOneRegion(
    'SES gave up on a subdomain that its parent signs for, in place of whose records TXT stands',
    withNews,
    {
      of: {
        news: () => [
          fail('IDENT-01', 'VERIFICATION_FAILED', {
            severity: 'HIGH',
            fixText: /^Publish the CNAME records/,
            cause: null,
          }),
        ],
      },
    },
    {
      change(scene) {
        verification(news(scene), 'FAILED');
        const { name } = scene.dkim(REGION, `news.${scene.domain}`)[0]!;
        scene.remove(name);
        scene.publish(name, { type: 'TXT', data: 'v=DKIM1; p=other' });
      },
    },
  ),
  inOneRegion(
    'SES no longer sees DKIM records that are copies of its key',
    own,
    {
      identity: () => [
        fail('DKIM-02', 'DKIM_TEMP_FAILURE', { severity: 'HIGH', cause: 'DKIM-06' }),
        warn('DKIM-06', 'DKIM_KEY_COPIED', { severity: 'MEDIUM', cause: null }),
        fail('ALIGN-01', 'SPF_ONLY_UNDER_REJECT', { severity: 'HIGH', cause: 'DKIM-06' }),
      ],
    },
    {
      change(scene) {
        Object.assign(scene.identity(REGION).dkim ?? {}, { status: 'TEMPORARY_FAILURE' });
        copyKeys(scene);
      },
    },
  ),
  inOneRegion(
    'SES gave up on DKIM records that are copies of its key',
    own,
    {
      identity: () => [
        fail('DKIM-02', 'DKIM_FAILED', { severity: 'HIGH', fixText: /^Publish the CNAME records/ }),
        warn('DKIM-06', 'DKIM_KEY_COPIED', { severity: 'MEDIUM', cause: 'DKIM-02' }),
        pass('DKIM-12', 'DKIM_AGREES'),
      ],
    },
    {
      change(scene) {
        Object.assign(scene.identity(REGION).dkim ?? {}, { status: 'FAILED' });
        copyKeys(scene);
      },
    },
  ),
  inOneRegion(
    'a domain whose records are gone and whose signing is switched off',
    own,
    { identity: () => [notApplicable('DKIM-12', 'SIGNING_OFF')] },
    {
      change(scene) {
        Object.assign(scene.identity(REGION).dkim ?? {}, { signingEnabled: false });
        for (const { name } of scene.dkim(REGION)) scene.remove(name);
      },
    },
  ),
  {
    name: 'a second Region where the domain waits for its first verification',
    targets: ({ domain: name }) => ({ [REGION]: [domain(name)], [ELSEWHERE]: [domain(name)] }),
    change(scene) {
      const waiting = scene.identity(ELSEWHERE);
      verification(waiting, 'PENDING');
      waiting.verifiedForSending = false;
      Object.assign(waiting.dkim ?? {}, { lastKeyGeneration: scene.now.toISOString() });
    },
    says: (place) => [
      { subject: on.domain(place.domain), ...notApplicable('DKIM-13', 'ONE_REGION') },
      {
        subject: on.identity(place, ELSEWHERE, place.domain),
        ...warn('DKIM-02', 'DKIM_PENDING', { severity: 'MEDIUM' }),
      },
    ],
  },
];

const ABOVE: Scenario[] = [
  inOneRegion(
    'an address whose domain is switched off: enabling the address would change nothing',
    ({ domain: name }) => [domain(name), address(`billing@${name}`)],
    {
      identity: () => [fail('DKIM-01', 'DKIM_VERIFIED_BUT_DISABLED', { severity: 'HIGH', cause: null })],
      of: {
        'billing@': ({ domain: name }) => [
          fail('DKIM-01', 'DKIM_VERIFIED_BUT_DISABLED', {
            severity: 'HIGH',
            command: `aws sesv2 put-email-identity-dkim-attributes --email-identity ${name} --signing-enabled --region ${REGION}`,
            cause: 'DKIM-01',
          }),
        ],
      },
    },
    {
      change(scene) {
        for (const name of [scene.domain, `billing@${scene.domain}`]) {
          Object.assign(scene.identity(REGION, name).dkim ?? {}, { signingEnabled: false });
        }
      },
    },
  ),
  inOneRegion(
    'an address below a verified domain whose DKIM is pending',
    ({ domain: name }) => [domain(name), address(`a@mail.${name}`)],
    {
      identity: () => [warn('DKIM-02', 'DKIM_PENDING', { severity: 'MEDIUM' })],
      of: {
        'a@mail': () => [
          fail('DKIM-01', 'DKIM_DISABLED', {
            severity: 'HIGH',
            fixText: /^Mend DKIM of the domain identity/,
            cause: 'DKIM-02',
          }),
          fail('DKIM-02', 'DKIM_NOT_STARTED', {
            severity: 'HIGH',
            fixText: /^Mend DKIM of the domain identity/,
            cause: 'DKIM-02',
          }),
          fail('ALIGN-01', 'NONE_ALIGNED_ENFORCED', { severity: 'CRITICAL', cause: 'DKIM-02' }),
        ],
      },
    },
    {
      change(scene) {
        const { dkim } = scene.identity(REGION);
        Object.assign(dkim ?? {}, { status: 'PENDING', lastKeyGeneration: scene.now.toISOString() });
      },
    },
  ),
  {
    name: 'a subdomain switched off below one that inherits its signature itself',
    targets: ({ domain: name }) => ({
      [REGION]: [
        domain(name),
        domain(`b.${name}`, { inheritsDkim: true }),
        domain(`a.b.${name}`, { faults: ['child-unsigned'] }),
      ],
    }),
    says: (place) =>
      [
        fail('DKIM-01', 'DKIM_DISABLED', { severity: 'HIGH', cause: null }),
        notApplicable('DKIM-02', 'INHERITED', { summary: new RegExp(` ${place.domain} signs for it$`) }),
        fail('IDENT-04', 'DKIM_LOST', { severity: 'HIGH', cause: 'DKIM-01' }),
      ].map((said) => ({ subject: on.identity(place, REGION, `a.b.${place.domain}`), ...said })),
  },
  inOneRegion(
    'a subdomain that may send unverified, with the settings of its parent',
    withNews,
    { of: { news: () => [warn('IDENT-08', 'NO_DEFAULT_SET', { severity: 'LOW' })] } },
    {
      change(scene) {
        verification(news(scene), 'PENDING');
        for (const name of [scene.domain, `news.${scene.domain}`]) {
          delete scene.identity(REGION, name).configurationSet;
        }
      },
    },
  ),
];

export const INHERITANCE_CONTROLS: readonly Scenario[] = [...UNCONFIRMED, ...ABOVE];
