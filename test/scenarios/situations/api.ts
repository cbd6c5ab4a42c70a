/** V2, the API: what AWS refuses, holds back or leaves out. */
import { domain } from '../../../local/organization/vocabulary.ts';
import { on, type Scenario } from '../scenario.ts';

const REGION = 'us-east-1';
const ELSEWHERE = 'eu-west-1';

export const API_SITUATIONS: Scenario[] = [
  {
    name: 'V2 API: an identity on page 2',
    targets: (place) => ({
      [REGION]: [1, 2, 3].map((n) => domain(`page${n}.${place.domain}`)),
    }),
    change(scene) {
      const target = scene.account.targets[REGION];
      if (target) target.listPageSize = 1;
      scene.remove(scene.dkim(REGION, `page3.${scene.domain}`)[0]!.name);
    },
    says: (place) => [
      {
        subject: on.target(place, REGION),
        control: 'SCAN-03',
        status: 'PASS',
        reason: 'ALL_JUDGED',
        evidence: { listed: 3 },
      },
      {
        subject: on.identity(place, REGION, `page3.${place.domain}`),
        control: 'DKIM-05',
        status: 'FAIL',
        reason: 'DKIM_CNAME_MISSING',
        severity: 'MEDIUM',
        fixText: /Publish the CNAME record/,
      },
    ],
  },
  {
    name: 'V2 API: a service control policy denies one Region',
    targets: (place) => ({ [REGION]: [domain(place.domain)], [ELSEWHERE]: [domain(`eu.${place.domain}`)] }),
    change: (scene) => void scene.account.deniedRegions.push({ region: ELSEWHERE }),
    says: (place) => [
      {
        subject: on.target(place, ELSEWHERE),
        control: 'SCAN-02',
        status: 'FAIL',
        reason: 'DENIED_BY_POLICY',
        severity: 'MEDIUM',
        fixText: /service control policies/,
      },
      { subject: on.target(place, REGION), control: 'SCAN-02', status: 'PASS', reason: 'READ_WHOLLY' },
      { subject: on.account(place), control: 'SCAN-01', status: 'PASS', reason: 'SURVEYED' },
    ],
  },
  {
    name: 'V2 API: throttled for a while, and then answered',
    targets: (place) => ({ [REGION]: [domain(place.domain)] }),
    change: (scene) =>
      scene.awsFault({
        match: { service: 'sesv2', action: 'GetEmailIdentity' },
        times: 2,
        respond: { status: 429, code: 'TooManyRequestsException', message: 'Rate exceeded' },
      }),
    says: (place) => [
      { subject: on.target(place, REGION), control: 'SCAN-02', status: 'PASS', reason: 'READ_WHOLLY' },
      {
        subject: on.identity(place, REGION, place.domain),
        control: 'ALIGN-01',
        status: 'PASS',
        reason: 'BOTH_ALIGNED',
      },
    ],
  },
  {
    name: 'V2 API: an identity deleted between listing and reading',
    targets: (place) => ({ [REGION]: [domain(place.domain), domain(`late.${place.domain}`)] }),
    change: (scene) =>
      scene.awsFault({
        match: { service: 'sesv2', action: 'GetEmailIdentity' },
        times: 1,
        respond: { status: 404, code: 'NotFoundException', message: 'Email identity does not exist.' },
      }),
    says: (place) => [
      {
        subject: on.target(place, REGION),
        control: 'SCAN-03',
        status: 'PASS',
        reason: 'ALL_JUDGED',
        evidence: { listed: 2, judged: 1, vanished: 1 },
      },
    ],
  },
  {
    name: 'V2 API: the account view is denied',
    targets: (place) => ({ [REGION]: [domain(place.domain)] }),
    change: (scene) =>
      scene.awsFault({
        match: { service: 'sesv2', action: 'GetAccount' },
        respond: {
          status: 403,
          code: 'AccessDeniedException',
          message: 'no identity-based policy allows it',
        },
      }),
    says: (place) =>
      ['ACCT-01', 'ACCT-02', 'ACCT-03', 'ACCT-04', 'ACCT-10'].map((control) => ({
        subject: on.target(place, REGION),
        control,
        status: 'UNKNOWN' as const,
        reason: 'ACCESS_DENIED',
      })),
  },
  {
    name: 'V2 API: a bounce topic that API v1 alone knows',
    targets: (place) => ({ [REGION]: [domain(place.domain)] }),
    change(scene) {
      const identity = scene.identity(REGION);
      delete identity.configurationSet;
      identity.feedbackForwarding = true;
      const topic = `arn:aws:sns:${REGION}:${scene.accountId}:ses-events`;
      Object.assign(identity, { bounceTopic: topic, complaintTopic: undefined });
    },
    says: (place) => [
      {
        subject: on.identity(place, REGION, place.domain),
        control: 'EVT-01',
        status: 'PASS',
        reason: 'OWN_TOPIC',
      },
    ],
  },
  {
    name: 'V2 API: SuppressedReasons left out inherits the account’s list',
    targets: (place) => ({ [REGION]: [domain(place.domain)] }),
    change(scene) {
      for (const set of scene.account.targets[REGION]?.configurationSets ?? []) delete set.suppressedReasons;
    },
    says: (place) => [
      {
        subject: on.target(place, REGION),
        control: 'CS-04',
        key: 'CS-04#default',
        status: 'PASS',
        reason: 'INHERITS_ACCOUNT',
      },
    ],
  },
  {
    name: 'V2 API: SuppressedReasons empty overrides the account’s list',
    targets: (place) => ({ [REGION]: [domain(place.domain)] }),
    change(scene) {
      for (const set of scene.account.targets[REGION]?.configurationSets ?? []) set.suppressedReasons = [];
    },
    says: (place) => [
      {
        subject: on.target(place, REGION),
        control: 'CS-04',
        key: 'CS-04#default',
        status: 'WARN',
        reason: 'SUPPRESSION_OFF',
        severity: 'MEDIUM',
        command: /put-configuration-set-suppression-options .*--suppressed-reasons BOUNCE COMPLAINT/,
      },
    ],
  },
];
