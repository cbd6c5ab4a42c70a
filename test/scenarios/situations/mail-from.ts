/** V2, MAIL FROM: its MX, its SPF, and what SES made of them. */
import { domain, type IdentityOptions } from '../../../local/organization/vocabulary.ts';
import { on, type Expected, type Place, type Scenario, type Scene } from '../scenario.ts';

const REGION = 'us-east-1';
const bounce = (place: Place): string => `bounce.${place.domain}`;

type Says = Omit<Expected, 'subject'> & { of?: 'domain' };

/** One domain identity with `bounce.<domain>` as MAIL FROM; `of: 'domain'` speaks of the MAIL FROM domain. */
function ofMailFrom(
  name: string,
  change: (scene: Scene) => void,
  says: (place: Place) => Says[],
  more: Partial<Scenario> & { identity?: IdentityOptions } = {},
): Scenario {
  const { identity, ...rest } = more;
  return {
    name: `V2 MAIL FROM: ${name}`,
    targets: (place) => ({ [REGION]: [domain(place.domain, identity)] }),
    change,
    says: (place) =>
      says(place).map(({ of, ...one }) => ({
        subject: of ? on.domain(bounce(place)) : on.identity(place, REGION, place.domain),
        ...one,
      })),
    ...rest,
  };
}

const mailFromOf = (scene: Scene) => {
  const { mailFrom } = scene.identity(REGION);
  if (!mailFrom) throw new Error('The identity has no MAIL FROM.');
  return mailFrom;
};
const spf = (scene: Scene, ...texts: string[]): void =>
  scene.publish(bounce(scene), ...texts.map((data) => ({ type: 'TXT' as const, data })));
const setAgain = (place: Place, behaviour: string): string =>
  `aws sesv2 put-email-identity-mail-from-attributes --email-identity ${place.domain} --mail-from-domain ${bounce(place)} ` +
  `--behavior-on-mx-failure ${behaviour} --region ${REGION}`;
const SES_ALONE = 'v=spf1 include:amazonses.com ~all';
const publishSpf = (place: Place, value = SES_ALONE): Says['publish'] => [
  { name: bounce(place), type: 'TXT', value },
];
const dkimOnly: Says = { control: 'ALIGN-01', status: 'PASS', reason: 'DKIM_ONLY', tracked: 'DKIM_ONLY' };

export const MAIL_FROM_SITUATIONS: Scenario[] = [
  ofMailFrom(
    'none',
    (scene) => {
      delete scene.identity(REGION).mailFrom;
      scene.remove(bounce(scene));
    },
    (place) => [
      {
        control: 'MF-01',
        status: 'WARN',
        reason: 'MAIL_FROM_DEFAULT',
        severity: 'LOW',
        command: new RegExp(`put-email-identity-mail-from-attributes --email-identity ${place.domain}`),
        cause: null,
      },
      { control: 'MF-02', status: 'NOT_APPLICABLE', reason: 'NO_MAIL_FROM' },
      dkimOnly,
    ],
  ),
  ofMailFrom(
    'PENDING',
    (scene) => {
      mailFromOf(scene).status = 'PENDING';
    },
    () => [
      {
        control: 'MF-02',
        status: 'WARN',
        reason: 'MAIL_FROM_PENDING',
        severity: 'MEDIUM',
        fixText: /72 hours/,
      },
      dkimOnly,
    ],
  ),
  ofMailFrom(
    'FAILED and REJECT_MESSAGE',
    (scene) => {
      Object.assign(mailFromOf(scene), { status: 'FAILED', behaviorOnMxFailure: 'REJECT_MESSAGE' });
      scene.remove(bounce(scene), 'MX');
    },
    (place) => [
      {
        control: 'MF-03',
        of: 'domain',
        status: 'FAIL',
        reason: 'MX_MISSING',
        severity: 'HIGH',
        publish: [{ name: bounce(place), type: 'MX', value: `10 feedback-smtp.${REGION}.amazonses.com` }],
      },
      {
        control: 'MF-02',
        status: 'FAIL',
        reason: 'MAIL_FROM_FAILED',
        severity: 'HIGH',
        command: setAgain(place, 'REJECT_MESSAGE'),
      },
      {
        control: 'MF-07',
        status: 'FAIL',
        reason: 'MAIL_REFUSED',
        severity: 'HIGH',
        command: setAgain(place, 'USE_DEFAULT_VALUE'),
      },
    ],
  ),
  ofMailFrom(
    'two MX',
    (scene) =>
      scene.publish(
        bounce(scene),
        { type: 'MX', data: `feedback-smtp.${REGION}.amazonses.com` },
        { type: 'MX', preference: 20, data: `mail.${scene.domain}` },
      ),
    (place) => [
      {
        control: 'MF-03',
        of: 'domain',
        status: 'FAIL',
        reason: 'MX_MULTIPLE',
        severity: 'HIGH',
        remove: [{ name: bounce(place), type: 'MX', value: `20 mail.${place.domain}` }],
      },
      { control: 'MF-04', status: 'NOT_APPLICABLE', reason: 'NOT_ONE_MX' },
      dkimOnly,
    ],
  ),
  ofMailFrom(
    'MX of another Region, SES says SUCCESS',
    () => undefined,
    (place) => [
      {
        control: 'MF-04',
        status: 'WARN',
        reason: 'MX_OTHER_REGION',
        severity: 'MEDIUM',
        publish: [{ name: bounce(place), type: 'MX', value: `10 feedback-smtp.${REGION}.amazonses.com` }],
      },
    ],
    { identity: { mxRegion: 'eu-west-1' } },
  ),
  ofMailFrom(
    'MX of another Region, SES says FAILED',
    (scene) => {
      mailFromOf(scene).status = 'FAILED';
    },
    (place) => [
      {
        control: 'MF-04',
        status: 'FAIL',
        reason: 'MX_OTHER_REGION',
        severity: 'HIGH',
        publish: [{ name: bounce(place), type: 'MX', value: `10 feedback-smtp.${REGION}.amazonses.com` }],
        remove: [{ name: bounce(place), type: 'MX', value: '10 feedback-smtp.eu-west-1.amazonses.com' }],
      },
    ],
    { identity: { mxRegion: 'eu-west-1' } },
  ),
  {
    name: 'V2 MAIL FROM: shared between Regions',
    targets: (place) => ({
      [REGION]: [domain(place.domain)],
      'eu-west-1': [domain(place.domain, { mxRegion: REGION })],
    }),
    says: (place) => [
      {
        subject: on.identity(place, REGION, place.domain),
        control: 'MF-04',
        status: 'PASS',
        reason: 'MX_THIS_REGION',
      },
      {
        subject: on.identity(place, 'eu-west-1', place.domain),
        control: 'MF-04',
        status: 'PASS',
        reason: 'MX_SHARED_REGION',
      },
      { subject: on.domain(bounce(place)), control: 'MF-08', status: 'PASS', reason: 'SHARED_BY_REGIONS' },
    ],
    change(scene) {
      scene.publish(bounce(scene), { type: 'MX', data: `feedback-smtp.${REGION}.amazonses.com` });
    },
    nothingElse: true,
  },
  ofMailFrom(
    'MX at amazonaws.com',
    (scene) =>
      scene.publish(bounce(scene), { type: 'MX', data: 'feedback-smtp.ap-northeast-1.amazonaws.com' }),
    (place) => [
      {
        control: 'MF-04',
        status: 'FAIL',
        reason: 'MX_WRONG_HOST',
        severity: 'HIGH',
        publish: [{ name: bounce(place), type: 'MX', value: `10 feedback-smtp.${REGION}.amazonses.com` }],
        remove: [{ name: bounce(place), type: 'MX', value: '10 feedback-smtp.ap-northeast-1.amazonaws.com' }],
      },
      dkimOnly,
    ],
  ),
  ofMailFrom(
    'SPF duplicated',
    (scene) => spf(scene, 'v=spf1 include:amazonses.com ~all', 'v=spf1 ip4:203.0.113.9 -all'),
    (place) => [
      {
        control: 'SPF-01',
        of: 'domain',
        status: 'FAIL',
        reason: 'SPF_MULTIPLE',
        severity: 'HIGH',
        publish: [
          { name: bounce(place), type: 'TXT', value: 'v=spf1 include:amazonses.com ip4:203.0.113.9 ~all' },
        ],
        cause: null,
      },
      {
        control: 'SPF-03',
        of: 'domain',
        status: 'FAIL',
        reason: 'NO_SINGLE_RECORD',
        severity: 'HIGH',
        publish: publishSpf(place, 'v=spf1 include:amazonses.com ip4:203.0.113.9 ~all'),
        cause: 'SPF-01',
      },
      dkimOnly,
    ],
  ),
  ofMailFrom(
    'SPF nested beyond ten look-ups',
    (scene) => {
      const list = (from: number): string =>
        [0, 1, 2, 3].map((n) => `include:n${from + n}.${scene.domain}`).join(' ');
      spf(scene, `v=spf1 ${list(0)} include:amazonses.com ~all`);
      scene.publish(`n0.${scene.domain}`, { type: 'TXT', data: `v=spf1 ${list(4)} ?all` });
      scene.publish(`n4.${scene.domain}`, { type: 'TXT', data: `v=spf1 ${list(8)} ?all` });
      for (const n of [1, 2, 3, 5, 6, 7, 8, 9, 10, 11]) {
        scene.publish(`n${n}.${scene.domain}`, { type: 'TXT', data: 'v=spf1 ip4:203.0.113.9 ?all' });
      }
    },
    (place) => [
      {
        control: 'SPF-04',
        of: 'domain',
        status: 'FAIL',
        reason: 'SPF_TOO_MANY_LOOKUPS',
        severity: 'HIGH',
        publish: publishSpf(place),
        cause: null,
      },
      {
        control: 'SPF-03',
        of: 'domain',
        status: 'FAIL',
        reason: 'SPF_PERMERROR',
        severity: 'HIGH',
        publish: publishSpf(place),
        cause: 'SPF-04',
      },
      dkimOnly,
    ],
  ),
  ofMailFrom(
    'three void look-ups',
    (scene) =>
      spf(
        scene,
        `v=spf1 ${[1, 2, 3].map((n) => `a:gone${n}.${scene.domain}`).join(' ')} include:amazonses.com ~all`,
      ),
    (place) => [
      {
        control: 'SPF-05',
        of: 'domain',
        status: 'FAIL',
        reason: 'SPF_TOO_MANY_VOID_LOOKUPS',
        severity: 'MEDIUM',
        publish: publishSpf(place),
      },
      dkimOnly,
    ],
  ),
  ofMailFrom(
    'include:amazonses.com missing',
    (scene) => spf(scene, 'v=spf1 ip4:203.0.113.9 -all'),
    (place) => [
      {
        control: 'SPF-03',
        of: 'domain',
        status: 'FAIL',
        reason: 'SES_NOT_AUTHORIZED',
        severity: 'HIGH',
        cause: null,
        publish: [
          { name: bounce(place), type: 'TXT', value: 'v=spf1 include:amazonses.com ip4:203.0.113.9 -all' },
        ],
      },
      dkimOnly,
    ],
  ),
  ofMailFrom(
    '-all before the include',
    (scene) => spf(scene, 'v=spf1 -all include:amazonses.com'),
    (place) => [
      {
        control: 'SPF-03',
        of: 'domain',
        status: 'FAIL',
        reason: 'SES_NOT_AUTHORIZED',
        severity: 'HIGH',
        publish: publishSpf(place, 'v=spf1 include:amazonses.com -all'),
      },
      dkimOnly,
    ],
  ),
  ofMailFrom(
    'SPF is almost one',
    (scene) => spf(scene, '“v-spf1 include:amazonses.com ~all”'),
    (place) => [
      {
        control: 'SPF-01',
        of: 'domain',
        status: 'FAIL',
        reason: 'SPF_NEAR_MISS',
        severity: 'HIGH',
        publish: [{ name: bounce(place), type: 'TXT', value: 'v=spf1 include:amazonses.com ~all' }],
      },
    ],
  ),
  ofMailFrom(
    'the MX does not answer',
    (scene) => scene.dnsFault({ suffix: bounce(scene), behaviour: 'servfail' }),
    () => [
      { control: 'MF-03', of: 'domain', status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
      { control: 'MF-04', status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
      { control: 'SPF-01', of: 'domain', status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
    ],
  ),
];
