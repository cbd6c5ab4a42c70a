/** What Route 53 hosted zones hold for SES, and who still needs it; the read is off unless settings ask for it. */
import { scanSettingsSchema, type ScanSettings } from '../../../lambda/contract.ts';
import { on, type Place, type Scenario, type Scene } from '../scenario.ts';
import {
  deny,
  fail,
  inOneRegion,
  notApplicable,
  pass,
  REGION,
  unknown,
  warn,
  type Said,
  own,
} from './subjects.ts';

const OLD_TOKEN = 'oldoldoldoldoldoldoldoldoldoldol';
const oldMailFrom = ({ domain: name }: Place): string => `return.${name}`;
const feedbackHost = `feedback-smtp.${REGION}.amazonses.com`;

const ofOldMailFrom = (place: Place, ...said: Said[]) =>
  said.map((one) => ({ subject: on.domain(oldMailFrom(place)), ...one }));

/** A MAIL FROM of earlier days, with its SPF. */
function leaveMailFrom(scene: Scene): void {
  scene.publish(oldMailFrom(scene), { type: 'MX', data: feedbackHost });
  scene.publish(oldMailFrom(scene), { type: 'TXT', data: 'v=spf1 include:amazonses.com ~all' });
}

const READ: Scenario[] = [
  inOneRegion(
    'a zone whose records all belong to the identity',
    own,
    {
      domain: () => [
        pass('DANG-01', 'DKIM_OF_IDENTITY'),
        notApplicable('DANG-02', 'NO_ZONE_RECORD'),
        notApplicable('DANG-03', 'NO_ZONE_RECORD'),
      ],
      mailFrom: () => [
        notApplicable('DANG-01', 'NO_ZONE_RECORD'),
        pass('DANG-02', 'MX_OF_MAIL_FROM'),
        pass('DANG-03', 'MAIL_FROM_IN_USE'),
      ],
    },
    { nothingElse: true },
  ),
  inOneRegion(
    'a zone with what an identity and a MAIL FROM left behind',
    own,
    {},
    {
      change(scene) {
        const name = `${OLD_TOKEN}._domainkey.${scene.domain}`;
        scene.publish(name, { type: 'CNAME', data: `${OLD_TOKEN}.dkim.amazonses.com` });
        leaveMailFrom(scene);
      },
      says: (place) => [
        {
          subject: on.domain(place.domain),
          ...warn('DANG-01', 'DKIM_DANGLING', {
            severity: 'MEDIUM',
            key: `DANG-01#${OLD_TOKEN}._domainkey.${place.domain}`,
            // Deleting is advice: the plan only adds.
            publish: [],
            cause: null,
          }),
        },
        ...ofOldMailFrom(
          place,
          warn('DANG-02', 'MAIL_FROM_DANGLING', { severity: 'MEDIUM', publish: [], cause: null }),
          warn('DANG-03', 'SPF_LEFT_BEHIND', { severity: 'MEDIUM', cause: 'DANG-02' }),
        ),
      ],
    },
  ),
  inOneRegion(
    'a MAIL FROM given up, below a domain that aligns by SPF alone',
    own,
    {},
    {
      change(scene) {
        leaveMailFrom(scene);
        const { dkim } = scene.identity(REGION);
        if (dkim) dkim.signingEnabled = false;
      },
      says: (place) =>
        ofOldMailFrom(place, fail('DANG-03', 'SPF_LEFT_BEHIND_RELIED_ON', { severity: 'HIGH', cause: null })),
    },
  ),
];

const UNREAD: Scenario = inOneRegion(
  'a zone that could be read once and cannot any more',
  own,
  {
    domain: () => [unknown('DANG-01', 'ZONE_UNREAD')],
    mailFrom: () => [unknown('DANG-02', 'ZONE_UNREAD'), unknown('DANG-03', 'ZONE_UNREAD')],
  },
  { later: (scene) => deny(scene, 'route53:ListHostedZones') },
);

const settings: Partial<ScanSettings> = {
  permissions: { ...scanSettingsSchema.parse({}).permissions, hostedZones: true },
};

export const ZONE_CONTROLS = { scenarios: READ, settings };
export const UNREAD_ZONE_CONTROLS = { scenarios: [UNREAD], settings };
