/** What ACCT-13 says of a global endpoint that is READY: both Regions are held against each other. */
import type { WorldMultiRegionEndpoint } from '../../../local/organization/types.ts';
import { address, domain, type IdentitySpec } from '../../../local/organization/vocabulary.ts';
import type { Place, Scenario, Scene } from '../scenario.ts';
import { deny, ELSEWHERE, fail, REGION, saidBy, targetOf, unknown, type Said } from './subjects.ts';

export const endpoint = (
  regions: string[],
  status: 'READY' | 'FAILED' = 'READY',
): WorldMultiRegionEndpoint => ({
  ...{ name: 'global', id: 'abcd1234.ef5', status, regions, created: '2026-01-01T00:00:00Z' },
});

/** As it should be in the second Region of a global endpoint: a DEED replica, and the one MAIL FROM of both. */
export const replica = (name: string): IdentitySpec =>
  domain(name, { replicaOf: REGION, mailFrom: `bounce.${name}`, mxRegion: REGION });

/** A global endpoint over both Regions, of which the second falls short in one thing. */
function behind(name: string, change: (scene: Scene) => void, says: (place: Place) => Said[]): Scenario {
  return {
    name: `a global endpoint: ${name}`,
    targets: ({ domain: own }) => ({
      [REGION]: [domain(own), address(`news@${own}`)],
      [ELSEWHERE]: [replica(own), address(`news@${own}`)],
    }),
    change(scene) {
      targetOf(scene).multiRegionEndpoints = [endpoint([REGION, ELSEWHERE])];
      change(scene);
    },
    says: saidBy({ target: says }),
  };
}

const withoutIdentity = (scene: Scene, region: string, name: string): void => {
  const target = targetOf(scene, region);
  target.identities = target.identities.filter((identity) => identity.name !== name);
};

const key = 'ACCT-13#global';
const gap = (summary: RegExp, command: string): Said =>
  fail('ACCT-13', 'IDENTITY_GAP', { key, severity: 'MEDIUM', summary, command });

const BEHIND: Scenario[] = [
  behind(
    'the second Region lacks the domain',
    (scene) => withoutIdentity(scene, ELSEWHERE, scene.domain),
    ({ domain: own }) => [
      gap(
        /eu-west-1 lacks s\d+\.test$/,
        `aws sesv2 create-email-identity --email-identity ${own} --dkim-signing-attributes DomainSigningAttributesOrigin=AWS_SES_US_EAST_1 --region ${ELSEWHERE}`,
      ),
    ],
  ),
  behind(
    'the first Region lacks an address of the second',
    (scene) => withoutIdentity(scene, REGION, `news@${scene.domain}`),
    ({ domain: own }) => [
      gap(
        /us-east-1 lacks news@/,
        `aws sesv2 create-email-identity --email-identity news@${own} --region ${REGION}`,
      ),
    ],
  ),
  behind(
    'the second Region has not verified an address',
    (scene) => void (scene.identity(ELSEWHERE, `news@${scene.domain}`).verificationStatus = 'PENDING'),
    ({ domain: own }) => [
      gap(
        /eu-west-1 has not verified news@/,
        `aws ses verify-email-identity --email-address news@${own} --region ${ELSEWHERE}`,
      ),
    ],
  ),
  behind(
    'the second Region does not sign',
    (scene) => void Object.assign(scene.identity(ELSEWHERE).dkim ?? {}, { signingEnabled: false }),
    ({ domain: own }) => [
      gap(
        /eu-west-1 has other DKIM for/,
        `aws sesv2 put-email-identity-dkim-attributes --email-identity ${own} --signing-enabled --region ${ELSEWHERE}`,
      ),
    ],
  ),
  behind(
    'DKIM failed in the second Region',
    (scene) => void Object.assign(scene.identity(ELSEWHERE).dkim ?? {}, { status: 'FAILED' }),
    ({ domain: own }) => [
      gap(
        /eu-west-1 has other DKIM for/,
        `aws sesv2 put-email-identity-dkim-signing-attributes --email-identity ${own} --signing-attributes-origin AWS_SES_US_EAST_1 --region ${ELSEWHERE}`,
      ),
    ],
  ),
  behind(
    'the second Region has no MAIL FROM',
    (scene) => void delete scene.identity(ELSEWHERE).mailFrom,
    ({ domain: own }) => [
      gap(
        /eu-west-1 has another MAIL FROM for/,
        `aws sesv2 put-email-identity-mail-from-attributes --email-identity ${own} --mail-from-domain bounce.${own} --behavior-on-mx-failure USE_DEFAULT_VALUE --region ${ELSEWHERE}`,
      ),
    ],
  ),
];

/** No gap is seen, and not everything was looked at. */
const NOT_COMPARED: Scenario[] = [
  behind(
    'the second Region is denied',
    (scene) => void scene.account.deniedRegions.push({ region: ELSEWHERE, actions: ['ses:List*'] }),
    () => [unknown('ACCT-13', 'IDENTITIES_NOT_COMPARED', { key, summary: /eu-west-1.*AccessDenied/ })],
  ),
  behind(
    'DKIM may not be asked for a hundred at once',
    (scene) => deny(scene, 'ses:GetIdentityDkimAttributes'),
    () => [
      unknown('ACCT-13', 'IDENTITIES_NOT_COMPARED', { key, summary: /DKIM of 1 identity in us-east-1/ }),
    ],
  ),
  behind(
    'its second Region is none of the scan’s',
    (scene) => void (targetOf(scene).multiRegionEndpoints = [endpoint([REGION, 'ap-southeast-9'])]),
    () => [
      unknown('ACCT-13', 'IDENTITIES_NOT_COMPARED', {
        key,
        summary: /ap-southeast-9, which is outside the Regions of this scan$/,
      }),
    ],
  ),
];

export const ENDPOINT_CONTROLS: readonly Scenario[] = [...BEHIND, ...NOT_COMPARED];
