/** V2, DKIM: what SES says of the keys, against what DNS says. */
import { publicKeyFor } from '../../../local/organization/dkim-keys.ts';
import { domain } from '../../../local/organization/vocabulary.ts';
import { on, type Expected, type Place, type Scenario, type Scene } from '../scenario.ts';

const REGION = 'us-east-1';

/** One domain identity in one Region, and what its own controls say. */
function ofDomain(
  name: string,
  change: (scene: Scene) => void,
  says: (place: Place) => Omit<Expected, 'subject'>[],
  more: Partial<Scenario> & { region?: string } = {},
): Scenario {
  const { region = REGION, ...rest } = more;
  return {
    name,
    targets: (place) => ({ [region]: [domain(place.domain)] }),
    change,
    says: (place) =>
      says(place).map((one) => ({ subject: on.identity(place, region, place.domain), ...one })),
    ...rest,
  };
}

const at = (token: 1 | 2 | 3) => token - 1;
const unsigned: Omit<Expected, 'subject'> = {
  control: 'ALIGN-01',
  status: 'FAIL',
  reason: 'SPF_ONLY_UNDER_REJECT',
  severity: 'HIGH',
  fixText: /DKIM/,
};

export const DKIM_SITUATIONS: Scenario[] = [
  ofDomain(
    'V2 DKIM: three of three good',
    () => undefined,
    () => [
      { control: 'DKIM-01', status: 'PASS', reason: 'SIGNING_ENABLED' },
      { control: 'DKIM-02', status: 'PASS', reason: 'DKIM_VERIFIED' },
      { control: 'DKIM-05', status: 'PASS', reason: 'DKIM_CNAMES_PUBLISHED' },
      { control: 'DKIM-06', status: 'PASS', reason: 'DKIM_CNAMES_RIGHT' },
      { control: 'DKIM-08', status: 'PASS', reason: 'DKIM_KEYS_VALID' },
      { control: 'DKIM-12', status: 'PASS', reason: 'DKIM_AGREES' },
      { control: 'ALIGN-01', status: 'PASS', reason: 'BOTH_ALIGNED', tracked: 'BOTH' },
    ],
    { nothingElse: true },
  ),
  ofDomain(
    'V2 DKIM: two of three',
    (scene) => scene.remove(scene.dkim(REGION)[at(3)]!.name),
    () => [
      {
        control: 'DKIM-05',
        status: 'FAIL',
        reason: 'DKIM_CNAME_MISSING',
        severity: 'MEDIUM',
        fixText: /Publish/i,
        cause: null,
      },
      { control: 'DKIM-12', status: 'PASS', reason: 'DKIM_PARTLY_LIVE' },
      { control: 'ALIGN-01', status: 'PASS', reason: 'BOTH_ALIGNED' },
    ],
    { nothingElse: true },
  ),
  ofDomain(
    'V2 DKIM: wrong zone for eu-south-1',
    (scene) => {
      for (const { name, token } of scene.dkim('eu-south-1')) {
        scene.publish(name, { type: 'CNAME', data: `${token}.dkim.amazonses.com` });
      }
    },
    () => [
      {
        control: 'DKIM-06',
        status: 'FAIL',
        reason: 'DKIM_CNAME_WRONG_TARGET',
        severity: 'HIGH',
        fixText: /Replace .* by the CNAME records/,
      },
      {
        control: 'DKIM-12',
        status: 'FAIL',
        reason: 'DKIM_DNS_LOST',
        severity: 'HIGH',
        fixText: /SES has not noticed yet/,
        cause: 'DKIM-06',
      },
      { ...unsigned, cause: 'DKIM-06' },
    ],
    { region: 'eu-south-1', account: { optedInRegions: ['eu-south-1'] } },
  ),
  ofDomain(
    'V2 DKIM: the zone doubled in the names',
    (scene) => {
      for (const { name, target } of scene.dkim(REGION)) {
        scene.remove(name);
        scene.publish(`${name}.${scene.domain}`, { type: 'CNAME', data: target });
      }
    },
    (place) => [
      {
        control: 'DKIM-05',
        status: 'FAIL',
        reason: 'DKIM_CNAME_MISSING',
        severity: 'HIGH',
        fixText: new RegExp(place.domain.replace('.', '\\.')),
      },
      { ...unsigned, cause: 'DKIM-05' },
    ],
  ),
  ofDomain(
    'V2 DKIM: a flattened CNAME shows the TXT',
    (scene) => {
      const { name, token } = scene.dkim(REGION)[at(1)]!;
      scene.remove(name);
      scene.publish(name, { type: 'TXT', data: `p=${publicKeyFor(token, 2048)}` });
    },
    () => [
      { control: 'DKIM-05', status: 'PASS', reason: 'DKIM_CNAMES_PUBLISHED' },
      {
        control: 'DKIM-06',
        status: 'WARN',
        reason: 'DKIM_KEY_COPIED',
        severity: 'MEDIUM',
        fixText: /by the CNAME record/,
      },
    ],
    { nothingElse: true },
  ),
  ofDomain(
    'V2 DKIM: another key as TXT in place of the CNAME',
    (scene) => {
      const { name } = scene.dkim(REGION)[at(1)]!;
      scene.remove(name);
      scene.publish(name, { type: 'TXT', data: `v=DKIM1; p=${publicKeyFor('somebody else', 1024)}` });
    },
    () => [
      {
        control: 'DKIM-06',
        status: 'FAIL',
        reason: 'DKIM_TXT_INSTEAD_OF_CNAME',
        severity: 'HIGH',
        fixText: /by the CNAME record/,
      },
    ],
  ),
  ofDomain(
    'V2 DKIM: a CDN answers with addresses',
    (scene) => {
      const { name } = scene.dkim(REGION)[at(2)]!;
      scene.remove(name);
      scene.publish(name, { type: 'A', data: '203.0.113.77' });
    },
    () => [
      {
        control: 'DKIM-05',
        status: 'FAIL',
        reason: 'DKIM_CNAME_HIDDEN',
        severity: 'MEDIUM',
        fixText: /DNS only.*flattening off/,
      },
    ],
    { nothingElse: true },
  ),
  ofDomain(
    'V2 DKIM: a revoked key',
    (scene) => {
      for (const { target } of scene.dkim(REGION))
        scene.publish(target, { type: 'TXT', data: 'v=DKIM1; p=' });
    },
    () => [
      {
        control: 'DKIM-08',
        status: 'FAIL',
        reason: 'DKIM_KEY_REVOKED',
        severity: 'HIGH',
        command: /NextSigningKeyLength=RSA_2048_BIT/,
        cause: null,
      },
      {
        control: 'DKIM-12',
        status: 'FAIL',
        reason: 'DKIM_DNS_LOST',
        severity: 'HIGH',
        fixText: /SES has not noticed yet/,
        cause: 'DKIM-08',
      },
      { ...unsigned, cause: 'DKIM-08' },
    ],
  ),
  ofDomain(
    'V2 DKIM: 1024 bits',
    (scene) => {
      const { dkim } = scene.identity(REGION);
      Object.assign(dkim ?? {}, { currentKeyLength: 'RSA_1024_BIT', nextKeyLength: 'RSA_1024_BIT' });
      for (const { target, token } of scene.dkim(REGION)) {
        scene.publish(target, { type: 'TXT', data: `p=${publicKeyFor(token, 1024)}` });
      }
    },
    ({ domain: name }) => [
      {
        control: 'DKIM-04',
        status: 'WARN',
        reason: 'KEY_1024',
        severity: 'MEDIUM',
        command: new RegExp(`put-email-identity-dkim-signing-attributes .*${name}.*RSA_2048_BIT`),
      },
      { control: 'DKIM-08', status: 'PASS', reason: 'DKIM_KEYS_VALID' },
    ],
    { nothingElse: true },
  ),
  ofDomain(
    'V2 DKIM: t=y',
    (scene) => {
      for (const { target, token } of scene.dkim(REGION)) {
        scene.publish(target, { type: 'TXT', data: `v=DKIM1; t=y; p=${publicKeyFor(token, 2048)}` });
      }
    },
    () => [
      {
        control: 'DKIM-08',
        status: 'WARN',
        reason: 'DKIM_TEST_MODE',
        severity: 'MEDIUM',
        command: /NextSigningKeyLength=RSA_2048_BIT/,
      },
    ],
  ),
  ofDomain(
    'V2 DKIM: SES says SUCCESS, DNS says NXDOMAIN',
    (scene) => {
      for (const { name } of scene.dkim(REGION)) scene.remove(name);
    },
    () => [
      { control: 'DKIM-02', status: 'PASS', reason: 'DKIM_VERIFIED' },
      {
        control: 'DKIM-05',
        status: 'FAIL',
        reason: 'DKIM_CNAME_MISSING',
        severity: 'HIGH',
        fixText: /Publish the CNAME records/,
        cause: null,
      },
      {
        control: 'DKIM-12',
        status: 'FAIL',
        reason: 'DKIM_DNS_LOST',
        severity: 'HIGH',
        fixText: /SES has not noticed yet/,
        cause: 'DKIM-05',
      },
      { ...unsigned, tracked: 'SPF_ONLY', cause: 'DKIM-05' },
    ],
  ),
  ofDomain(
    'V2 DKIM: SES says FAILED, DNS is fine',
    (scene) => {
      const { dkim } = scene.identity(REGION);
      if (dkim) dkim.status = 'FAILED';
    },
    ({ domain: name }) => [
      {
        control: 'DKIM-02',
        status: 'FAIL',
        reason: 'DKIM_FAILED',
        severity: 'HIGH',
        command: `aws ses verify-domain-dkim --domain ${name} --region ${REGION}`,
        cause: null,
      },
      { control: 'DKIM-05', status: 'PASS', reason: 'DKIM_CNAMES_PUBLISHED' },
      {
        control: 'DKIM-12',
        status: 'FAIL',
        reason: 'DKIM_REVERIFY',
        severity: 'HIGH',
        command: `aws ses verify-domain-dkim --domain ${name} --region ${REGION}`,
        cause: 'DKIM-02',
      },
      { ...unsigned, cause: 'DKIM-02' },
    ],
  ),
  {
    name: 'V2 DKIM: BYODKIM in split chunks',
    targets: (place) => ({ [REGION]: [domain(place.domain, { byodkim: 'corp2026' })] }),
    change(scene) {
      const [record] = scene.records(`corp2026._domainkey.${scene.domain}`);
      // The server splits at 255 octets: a key of 2,048 bits never fits one string.
      if (!record || record.type !== 'TXT' || record.data.length <= 255)
        throw new Error('The key fits one string.');
    },
    says: (place) => [
      {
        subject: on.identity(place, REGION, place.domain),
        control: 'DKIM-08',
        status: 'PASS',
        reason: 'DKIM_KEYS_VALID',
      },
      {
        subject: on.identity(place, REGION, place.domain),
        control: 'DKIM-05',
        status: 'NOT_APPLICABLE',
        reason: 'NOT_EASY_DKIM',
      },
      {
        subject: on.identity(place, REGION, place.domain),
        control: 'ALIGN-01',
        status: 'PASS',
        reason: 'BOTH_ALIGNED',
      },
    ],
    nothingElse: true,
  },
  {
    name: 'V2 DKIM: a DEED replica whose primary is missing',
    targets: (place) => ({
      'eu-west-1': [domain(place.domain, { replicaOf: REGION })],
      // The Region of the primary is scanned, but the identity is not there.
      [REGION]: [domain(`other.${place.domain}`)],
    }),
    change(scene) {
      const { dkim } = scene.identity('eu-west-1');
      if (dkim?.origin !== 'AWS_SES_US_EAST_1') throw new Error('The identity is no replica.');
      dkim.status = 'FAILED';
      const identity = scene.identity('eu-west-1');
      identity.verificationInfo = { errorType: 'REPLICATION_PRIMARY_NOT_FOUND' };
    },
    says: (place) => [
      {
        subject: on.identity(place, 'eu-west-1', place.domain),
        control: 'DKIM-11',
        status: 'FAIL',
        reason: 'REPLICATION_PRIMARY_NOT_FOUND',
        severity: 'HIGH',
        command: `aws sesv2 create-email-identity --email-identity ${place.domain} --region ${REGION}`,
      },
    ],
  },
  ofDomain(
    'V2 DKIM: one key does not answer',
    (scene) => scene.dnsFault({ suffix: scene.dkim(REGION)[at(1)]!.name, behaviour: 'servfail' }),
    () => [
      { control: 'DKIM-05', status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
      { control: 'DKIM-08', status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
    ],
  ),
];
