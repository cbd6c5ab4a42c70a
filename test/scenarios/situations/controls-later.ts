/** What one scan cannot show: what changed, what stayed, what is lost, and where two resolvers differ. */
import { scanSettingsSchema, type ScanSettings } from '../../../lambda/contract.ts';
import { domain } from '../../../local/organization/vocabulary.ts';
import { on, type Place, type Scenario } from '../scenario.ts';
import { LATER_COVERAGE, LOST_COVERAGE } from './controls-target.ts';
import {
  ELSEWHERE,
  fail,
  inOneRegion,
  notApplicable,
  pass,
  REGION,
  saidBy,
  targetOf,
  unknown,
  warn,
  own,
} from './subjects.ts';

const LATER: Scenario[] = [
  inOneRegion(
    'a name that gives no answer in two scans running',
    own,
    {
      target: () => [
        warn('SCAN-04', 'NAMES_STAY_UNANSWERED', {
          severity: 'MEDIUM',
          fixText: /name server|resolver|delegation/i,
        }),
      ],
      domain: () => [warn('SCAN-04', 'NAMES_STAY_UNANSWERED', { severity: 'MEDIUM' })],
    },
    { change: (scene) => scene.dnsFault({ suffix: scene.domain, behaviour: 'servfail' }) },
  ),
  inOneRegion(
    'an own key that is older than allowed',
    ({ domain: name }) => [domain(name, { byodkim: 'corp2019' })],
    { identity: () => [warn('DKIM-10', 'KEY_OLD', { severity: 'MEDIUM', fixText: /selector/ })] },
  ),
  inOneRegion(
    'SES gives up on a domain that it could not confirm before, and tells of no earlier success',
    own,
    {
      identity: () => [
        fail('IDENT-01', 'VERIFICATION_FAILED', { severity: 'HIGH', evidence: { workedBefore: true } }),
      ],
    },
    {
      change(scene) {
        const identity = scene.identity(REGION);
        identity.verificationStatus = 'TEMPORARY_FAILURE';
        delete identity.verificationInfo;
        Object.assign(identity.dkim ?? {}, { status: 'TEMPORARY_FAILURE' });
      },
      later(scene) {
        const identity = scene.identity(REGION);
        identity.verificationStatus = 'FAILED';
        Object.assign(identity.dkim ?? {}, { status: 'FAILED' });
      },
    },
  ),
  inOneRegion(
    'a DMARC policy that fell',
    own,
    {
      domain: () => [
        pass('DMARC-06', 'DMARC_POLICY_TRACKED', { tracked: 'none' }),
        warn('DMARC-05', 'DMARC_POLICY_NONE', { severity: 'MEDIUM' }),
      ],
    },
    {
      later: (scene) =>
        scene.publish(`_dmarc.${scene.domain}`, {
          type: 'TXT',
          data: `v=DMARC1; p=none; rua=mailto:d@${scene.domain}`,
        }),
    },
  ),
  inOneRegion(
    'a domain that once sent in bulk',
    own,
    { domain: () => [pass('BULK-07', 'BULK_BEFORE')] },
    {
      change: (scene) => void Object.assign(scene.account.targets[REGION] ?? {}, { sentLast24Hours: 9_000 }),
      later: (scene) => void Object.assign(scene.account.targets[REGION] ?? {}, { sentLast24Hours: 10 }),
    },
  ),
  {
    name: 'a domain that sends in bulk over two Regions together, without a MAIL FROM of its own',
    targets: ({ domain: name }) => ({ [REGION]: [domain(name)], [ELSEWHERE]: [domain(name)] }),
    change(scene) {
      for (const region of [REGION, ELSEWHERE]) {
        delete scene.identity(region).mailFrom;
        targetOf(scene, region).sentLast24Hours = 3_000;
      }
    },
    // The first scan finds the sum when its targets have been judged; the second knows it. Meanwhile less may be sent.
    later: (scene) => void (targetOf(scene).sentLast24Hours = 10),
    says: saidBy({
      identity: ({ domain: name }) => [
        warn('ALIGN-01', 'DKIM_ONLY', {
          severity: 'MEDIUM',
          cause: 'MF-01',
          evidence: { bothLegs: { requireBothLegs: false, bulk: 'BULK_BEFORE', bulkDomain: name } },
        }),
        warn('MF-01', 'MAIL_FROM_DEFAULT', { severity: 'LOW', cause: null }),
      ],
      domain: () => [
        pass('BULK-07', 'BULK_BEFORE'),
        warn('BULK-04', 'SPF_NOT_YOURS', { severity: 'HIGH', cause: 'MF-01' }),
      ],
    }),
  },
  {
    name: 'a Region that the account switches off later',
    targets: ({ domain: name }) => ({ [REGION]: [domain(name)], 'eu-south-1': [domain(`eu.${name}`)] }),
    account: { optedInRegions: ['eu-south-1'] },
    later: (scene) => void (scene.account.optedInRegions = []),
    says: (place) =>
      [
        notApplicable('SCAN-02', 'REGION_DISABLED'),
        notApplicable('SCAN-03', 'NOT_COVERED'),
        notApplicable('ACCT-02', 'NOT_COVERED'),
      ].map((said) => ({
        subject: on.target(place, 'eu-south-1'),
        ...said,
      })),
  },
  ...LATER_COVERAGE,
];

const DENIED = 'the same domain in two Regions, one of which is denied';

/** Beside a Region that is denied from the start: what was not seen may differ. */
const UNSEEN: Scenario[] = [
  {
    name: DENIED,
    targets: ({ domain: name }) => ({
      [REGION]: [domain(name)],
      [ELSEWHERE]: [domain(name, { mailFrom: `eu.${name}` })],
    }),
    change: (scene) => void scene.account.deniedRegions.push({ region: ELSEWHERE }),
    says: (place) => [
      ...saidBy({
        domain: () => [unknown('IDENT-10', 'COVERAGE_INCOMPLETE')],
      })(place),
      {
        subject: on.target(place, ELSEWHERE),
        ...fail('SCAN-02', 'DENIED_BY_POLICY', { severity: 'MEDIUM' }),
      },
      { subject: on.target(place, ELSEWHERE), ...unknown('SCAN-03', 'TARGET_UNSEEN') },
    ],
  },
  {
    name: 'the same domain in two Regions, where a third is not seen',
    targets: ({ domain: name }) => ({
      [REGION]: [domain(name)],
      [ELSEWHERE]: [domain(name, { mailFrom: `eu.${name}` })],
    }),
    says: saidBy({
      domain: () => [unknown('IDENT-09', 'COVERAGE_INCOMPLETE'), unknown('DKIM-13', 'COVERAGE_INCOMPLETE')],
    }),
  },
];

const TWO_RESOLVERS: Scenario[] = [
  inOneRegion(
    'both resolvers miss a DKIM record',
    own,
    {
      identity: () => [fail('DKIM-05', 'DKIM_CNAME_MISSING', { severity: 'MEDIUM' })],
      target: () => [pass('SCAN-05', 'RESOLVERS_AGREE')],
    },
    { change: (scene) => scene.remove(scene.dkim(REGION)[0]?.name ?? '') },
  ),
  inOneRegion(
    'only the first resolver misses a DKIM record',
    own,
    {
      identity: () => [unknown('DKIM-05', 'DNS_INCONSISTENT')],
      target: () => [unknown('SCAN-05', 'DNS_INCONSISTENT')],
    },
    {
      change: (scene) => scene.remove(scene.dkim(REGION)[0]?.name ?? ''),
      elsewhere(scene) {
        const [first] = scene.dkim(REGION);
        if (first) scene.publish(first.name, { type: 'CNAME', data: first.target });
      },
    },
  ),
  inOneRegion('nothing that would have to be confirmed', own, {
    target: () => [pass('SCAN-05', 'NOTHING_TO_CONFIRM')],
  }),
];

export const LATER_CONTROLS = {
  scenarios: LATER,
  // A key seen in the first scan is too old in the second.
  settings: {
    thresholds: { ...scanSettingsSchema.parse({}).thresholds, dkimKeyMaxAgeDays: 1e-9 },
  },
};
export const UNSEEN_CONTROLS = {
  scenarios: [...UNSEEN, ...LOST_COVERAGE],
  settings: (place: (name: string) => Place): Partial<ScanSettings> => {
    const { domain: name, accountId } = place(DENIED);
    return { domainOwners: { [name]: [accountId] } };
  },
};
export const TWO_RESOLVER_CONTROLS = TWO_RESOLVERS;
