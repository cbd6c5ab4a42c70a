/** Mail from dedicated addresses: what SPF of the MAIL FROM domain says of each, and what that makes of the verdict. */
import { domain } from '../../../local/organization/vocabulary.ts';
import type { Scenario, Scene } from '../scenario.ts';
import {
  deny,
  ELSEWHERE,
  fail,
  inOneRegion,
  own,
  pass,
  REGION,
  saidBy,
  targetOf,
  unknown,
} from './subjects.ts';

/** The simulated SES sends from 203.0.113.0/26, among others. */
const INSIDE = '203.0.113.30';
const OUTSIDE = '203.0.113.101';

function sendFrom(scene: Scene, ips: string[], region = REGION): void {
  targetOf(scene, region).dedicatedIps = ips.map((ip) => ({
    ip,
    warmupStatus: 'DONE',
    warmupPercentage: 100,
    pool: 'own',
  }));
}

const publishSpf = (scene: Scene, data: string): void =>
  scene.publish(`bounce.${scene.domain}`, { type: 'TXT', data });

export const DEDICATED_CONTROLS: readonly Scenario[] = [
  inOneRegion(
    'dedicated addresses that SPF lets pass: one of SES’s networks, one that the record lists',
    own,
    {
      mailFrom: () => [
        pass('SPF-03', 'SES_PASSES', {
          summary: /2 dedicated addresses/,
          evidence: { dedicated: [`${OUTSIDE}: pass`, `${INSIDE}: pass`] },
        }),
      ],
      identity: () => [pass('ALIGN-01', 'BOTH_ALIGNED')],
    },
    {
      change(scene) {
        sendFrom(scene, [INSIDE, OUTSIDE]);
        publishSpf(scene, `v=spf1 include:amazonses.com ip4:${OUTSIDE} ~all`);
      },
    },
  ),
  {
    name: 'a dedicated address of one Region that SPF does not let pass, under a MAIL FROM domain of two Regions',
    targets: ({ domain: name }) => ({
      [REGION]: [domain(name)],
      [ELSEWHERE]: [domain(name, { mxRegion: REGION })],
    }),
    change: (scene) => sendFrom(scene, [INSIDE, OUTSIDE], ELSEWHERE),
    says: (place) => [
      ...saidBy({
        mailFrom: ({ domain: name }) => [
          fail('SPF-03', 'SPF_PARTIAL', {
            severity: 'HIGH',
            cause: null,
            summary: /does not pass for 1 dedicated address \(203\.0\.113\.101\)/,
            publish: [
              {
                name: `bounce.${name}`,
                type: 'TXT',
                value: `v=spf1 include:amazonses.com ip4:${OUTSIDE} ~all`,
              },
            ],
          }),
          pass('SPF-04', 'LOOKUPS_WITHIN_LIMIT'),
        ],
        // Mail of this Region does not come from there.
        identity: () => [pass('ALIGN-01', 'BOTH_ALIGNED')],
      })(place),
      {
        subject: { kind: 'identity', accountId: place.accountId, region: ELSEWHERE, name: place.domain },
        ...pass('ALIGN-01', 'DKIM_ONLY'),
      },
    ],
  },
  inOneRegion(
    'dedicated addresses that may not be read, where SES’s own networks pass',
    own,
    {
      mailFrom: () => [unknown('SPF-03', 'DEDICATED_IPS_UNREAD', { summary: /dedicated addresses/ })],
      identity: () => [pass('ALIGN-01', 'BOTH_ALIGNED', { evidence: { possible: ['DKIM_ONLY', 'BOTH'] } })],
    },
    { change: (scene) => deny(scene, 'ses:GetDedicatedIps') },
  ),
  inOneRegion(
    'dedicated addresses that may not be read, where SES’s own networks fail',
    own,
    { mailFrom: () => [fail('SPF-03', 'SES_NOT_AUTHORIZED', { severity: 'HIGH' })] },
    {
      change(scene) {
        deny(scene, 'ses:GetDedicatedIps');
        publishSpf(scene, 'v=spf1 -all');
      },
    },
  ),
];
