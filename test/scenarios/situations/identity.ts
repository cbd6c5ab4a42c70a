/** V2, identities: who wins, what is inherited, what no mail can be sent from. */
import { address, domain, type IdentitySpec } from '../../../local/organization/vocabulary.ts';
import { on, type Expected, type Place, type Scenario, type Scene } from '../scenario.ts';

const REGION = 'us-east-1';

type Says = Omit<Expected, 'subject'> & { of?: string | 'target'; domain?: string };

/** Identities of one Region; `of` names the identity (or the target) and `domain` the domain that is spoken of. */
function ofIdentities(
  name: string,
  identities: (place: Place) => IdentitySpec[],
  says: (place: Place) => Says[],
  more: Partial<Scenario> = {},
): Scenario {
  return {
    name: `V2 identity: ${name}`,
    targets: (place) => ({ [REGION]: identities(place) }),
    says: (place) =>
      says(place).map(({ of, domain: name, ...one }) => ({
        subject: name
          ? on.domain(name)
          : of === 'target'
            ? on.target(place, REGION)
            : on.identity(place, REGION, of ?? place.domain),
        ...one,
      })),
    ...more,
  };
}

const inSandbox = (scene: Scene): void => {
  const target = scene.account.targets[REGION];
  if (target) Object.assign(target, { productionAccess: false, max24HourSend: 200, maxSendRate: 1 });
};

export const IDENTITY_SITUATIONS: Scenario[] = [
  ofIdentities(
    'gmail.com address in the sandbox',
    () => [address('team@gmail.com')],
    () => [
      { of: 'target', control: 'IDENT-05', status: 'NOT_APPLICABLE', reason: 'SANDBOX_RECIPIENT' },
      { of: 'team@gmail.com', control: 'ALIGN-01', status: 'NOT_APPLICABLE', reason: 'SANDBOX_RECIPIENT' },
      {
        of: 'target',
        control: 'ACCT-01',
        status: 'WARN',
        reason: 'SANDBOX',
        severity: 'MEDIUM',
        command: /--production-access-enabled/,
      },
    ],
    { change: inSandbox },
  ),
  ofIdentities(
    'gmail.com address in production',
    () => [address('team@gmail.com')],
    () => [
      {
        of: 'target',
        control: 'IDENT-05',
        status: 'FAIL',
        reason: 'FREEMAIL_IDENTITY',
        severity: 'HIGH',
        key: 'IDENT-05#gmail.com',
        fixText: /domain of your own/,
      },
      { of: 'team@gmail.com', control: 'ALIGN-01', status: 'NOT_APPLICABLE', reason: 'FREEMAIL_DOMAIN' },
      { of: 'team@gmail.com', control: 'IDENT-03', status: 'NOT_APPLICABLE', reason: 'FREEMAIL_DOMAIN' },
    ],
  ),
  ofIdentities(
    'subdomain without tokens of its own under a signing parent',
    ({ domain: name }) => [domain(name), domain(`news.${name}`, { inheritsDkim: true })],
    ({ domain: name }) => [
      { of: `news.${name}`, control: 'DKIM-01', status: 'PASS', reason: 'SIGNING_INHERITED' },
      { of: `news.${name}`, control: 'ALIGN-01', status: 'PASS', reason: 'BOTH_ALIGNED' },
    ],
    { nothingElse: true },
  ),
  ofIdentities(
    'address under a grandparent only',
    ({ domain: name }) => [domain(name), address(`a@mail.${name}`)],
    ({ domain: name }) => [
      { of: `a@mail.${name}`, control: 'IDENT-03', status: 'PASS', reason: 'DOMAIN_VERIFIED' },
      { of: `a@mail.${name}`, control: 'DKIM-01', status: 'UNKNOWN', reason: 'INHERITANCE_UNPROVEN' },
    ],
  ),
  ofIdentities(
    'From domain with a null MX',
    ({ domain: name }) => [domain(name)],
    ({ domain: name }) => [
      {
        domain: name,
        control: 'IDENT-13',
        status: 'FAIL',
        reason: 'FROM_NULL_MX',
        severity: 'HIGH',
        publish: [],
        fixText: /null MX/,
      },
    ],
    { change: (scene) => scene.publish(scene.domain, { type: 'MX', preference: 0, data: '' }) },
  ),
  ofIdentities(
    'From domain without any address',
    ({ domain: name }) => [domain(name)],
    ({ domain: name }) => [
      {
        domain: name,
        control: 'IDENT-13',
        status: 'WARN',
        reason: 'FROM_UNRESOLVABLE',
        severity: 'MEDIUM',
        fixText: /Publish an MX/,
      },
    ],
    {
      change(scene) {
        scene.remove(scene.domain, 'MX');
        scene.remove(scene.domain, 'A');
      },
    },
  ),
  ofIdentities(
    'From domain that is not registered',
    ({ domain: name }) => [domain(name)],
    ({ domain: name }) => [
      {
        domain: name,
        control: 'IDENT-13',
        status: 'FAIL',
        reason: 'DOMAIN_UNREGISTERED',
        severity: 'CRITICAL',
        fixText: /Register/,
      },
    ],
    { change: (scene) => scene.dnsFault({ suffix: scene.domain, behaviour: 'nxdomain' }) },
  ),
  ofIdentities(
    'From domain that does not answer',
    ({ domain: name }) => [domain(name)],
    ({ domain: name }) => [
      { domain: name, control: 'IDENT-13', status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
      { domain: name, control: 'DMARC-01', status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
      { control: 'ALIGN-01', status: 'UNKNOWN', reason: 'LEG_UNKNOWN' },
    ],
    { change: (scene) => scene.dnsFault({ suffix: scene.domain, behaviour: 'servfail' }) },
  ),
  ofIdentities(
    'address with a verified parent',
    ({ domain: name }) => [domain(name), address(`billing@${name}`)],
    ({ domain: name }) => [
      { of: `billing@${name}`, control: 'IDENT-03', status: 'PASS', reason: 'DOMAIN_VERIFIED' },
      { of: `billing@${name}`, control: 'ALIGN-01', status: 'PASS', reason: 'BOTH_ALIGNED' },
    ],
    { nothingElse: true },
  ),
  ofIdentities(
    'address without a parent',
    ({ domain: name }) => [address(`billing@${name}`)],
    ({ domain: name }) => [
      {
        of: `billing@${name}`,
        control: 'IDENT-03',
        status: 'FAIL',
        reason: 'NO_DOMAIN_IDENTITY',
        severity: 'MEDIUM',
        command: new RegExp(`create-email-identity .*${name}`),
      },
      {
        of: `billing@${name}`,
        control: 'ALIGN-01',
        status: 'FAIL',
        reason: 'NONE_ALIGNED_ENFORCED',
        severity: 'CRITICAL',
        fixText: /DKIM.*SPF/,
        cause: 'IDENT-03',
      },
      { of: `billing@${name}`, control: 'DKIM-01', status: 'NOT_APPLICABLE', reason: 'NO_DOMAIN_IDENTITY' },
    ],
  ),
  ofIdentities(
    'subdomain with DKIM off under a good parent',
    ({ domain: name }) => [domain(name), domain(`news.${name}`, { faults: ['dkim-disabled'] })],
    ({ domain: name }) => [
      {
        of: `news.${name}`,
        control: 'DKIM-01',
        status: 'FAIL',
        reason: 'DKIM_VERIFIED_BUT_DISABLED',
        severity: 'HIGH',
        command: `aws sesv2 put-email-identity-dkim-attributes --email-identity news.${name} --signing-enabled --region ${REGION}`,
      },
      {
        of: `news.${name}`,
        control: 'IDENT-04',
        status: 'FAIL',
        reason: 'DKIM_LOST',
        severity: 'HIGH',
        command: /put-email-identity-dkim-attributes .*--signing-enabled/,
      },
      { of: name, control: 'DKIM-01', status: 'PASS', reason: 'SIGNING_ENABLED' },
    ],
  ),
  {
    name: 'V2 identity: the same domain in two Regions with different key lengths',
    targets: (place) => ({
      [REGION]: [domain(place.domain)],
      'eu-west-1': [domain(place.domain, { faults: ['dkim-1024'], mailFrom: `eu.${place.domain}` })],
    }),
    says: (place) => [
      {
        subject: on.domain(place.domain),
        control: 'IDENT-09',
        status: 'WARN',
        reason: 'SETTINGS_DIVERGE',
        severity: 'MEDIUM',
        command: /NextSigningKeyLength=RSA_2048_BIT --region eu-west-1/,
        summary: /key/i,
      },
      {
        subject: on.identity(place, 'eu-west-1', place.domain),
        control: 'DKIM-04',
        status: 'WARN',
        reason: 'KEY_1024',
        severity: 'MEDIUM',
        command: /NextSigningKeyLength=RSA_2048_BIT --region eu-west-1/,
      },
    ],
  },
];
