/** What is said of the DMARC record of a From domain beyond the vectors of V1. */
import { domain } from '../../../local/organization/vocabulary.ts';
import { on, type Place, type RecordDraft, type Scenario, type Scene } from '../scenario.ts';
import {
  fail,
  inOneRegion,
  notApplicable,
  pass,
  REGION,
  warn,
  type Said,
  type Speech,
  own,
  each,
} from './subjects.ts';

const withDmarc = (
  name: string,
  record: (place: Place) => string,
  domainSays: Speech['domain'],
  change: (scene: Scene) => void = () => undefined,
): Scenario =>
  inOneRegion(
    name,
    own,
    { ...(domainSays ? { domain: domainSays } : {}) },
    {
      change(scene) {
        scene.publish(`_dmarc.${scene.domain}`, { type: 'TXT', data: record(scene) });
        change(scene);
      },
    },
  );

/** `mail` below a registrable name that sends nothing, and that holds these records at `_dmarc`. */
const brokenParent = (
  name: string,
  records: RecordDraft[],
  says: (place: Place) => { child: Said[]; parent: Said[] },
): Scenario => ({
  name,
  targets: (place) => ({ [REGION]: [domain(`mail.${place.domain}`)] }),
  change(scene) {
    scene.remove(`_dmarc.${scene.domain}`);
    scene.publish(`_dmarc.${scene.domain}`, ...records);
  },
  says(place) {
    const { child, parent } = says(place);
    return [
      ...child.map((one) => ({ subject: on.domain(`mail.${place.domain}`), ...one })),
      ...parent.map((one) => ({ subject: on.domain(place.domain), ...one })),
    ];
  },
});

export const DMARC_CONTROLS: readonly Scenario[] = [
  withDmarc(
    'DMARC that lets subdomains off',
    ({ domain: name }) => `v=DMARC1; p=reject; sp=none; rua=mailto:d@${name}`,
    () => [warn('DMARC-07', 'DMARC_SP_WEAKER', { severity: 'MEDIUM', publish: [] })],
  ),
  withDmarc(
    'DMARC reports to a host that takes no mail',
    ({ domain: name }) => `v=DMARC1; p=reject; rua=mailto:d@reports.${name}`,
    () => [warn('DMARC-09', 'RUA_HOST_NO_MX', { severity: 'MEDIUM' })],
  ),
  withDmarc(
    'DMARC reports to an analyst who does not consent',
    () => 'v=DMARC1; p=reject; rua=mailto:x@gmail.com',
    ({ domain: name }) => [
      warn('DMARC-09', 'REPORTS_NOT_AUTHORIZED', {
        severity: 'MEDIUM',
        fixText: new RegExp(`${name}\\._report\\._dmarc\\.gmail\\.com`),
      }),
    ],
  ),
  withDmarc(
    'DMARC with failure reports, without an address for aggregate ones',
    ({ domain: name }) => `v=DMARC1; p=quarantine; ruf=mailto:d@${name}`,
    () => [
      pass('DMARC-13', 'FAILURE_REPORTS_ASKED'),
      warn('DMARC-08', 'RUA_MISSING', { severity: 'MEDIUM' }),
      warn('BULK-03', 'NO_REPORT_ADDRESS', { severity: 'MEDIUM' }),
    ],
  ),
  withDmarc(
    'DMARC reports asked for at no address (M0)',
    ({ domain: name }) => `v=DMARC1; p=reject; rua=mailto:${name}`,
    () => [
      fail('DMARC-08', 'RUA_UNDELIVERABLE', { severity: 'MEDIUM' }),
      warn('BULK-03', 'NO_REPORT_ADDRESS', { severity: 'MEDIUM', cause: 'DMARC-08' }),
    ],
  ),
  inOneRegion(
    'a DMARC record, and beside it a text that meant to be one',
    own,
    {
      domain: ({ domain: name }) => [
        pass('DMARC-02', 'DMARC_SINGLE'),
        warn('DMARC-11', 'DMARC_NEAR_MISS_BESIDE', {
          severity: 'LOW',
          publish: [],
          remove: [{ name: `_dmarc.${name}`, type: 'TXT', value: '“v=DMARC1; p=reject”' }],
        }),
      ],
    },
    {
      change: (scene) =>
        scene.publish(
          `_dmarc.${scene.domain}`,
          { type: 'TXT', data: `v=DMARC1; p=none; rua=mailto:d@${scene.domain}` },
          { type: 'TXT', data: '“v=DMARC1; p=reject”' },
        ),
    },
  ),
  brokenParent(
    'a DMARC record of a parent that sends nothing is not processed',
    [{ type: 'TXT', data: 'v=DMARC1; p=rejct' }],
    ({ domain: name }) => {
      const fix = {
        publish: [{ name: `_dmarc.${name}`, type: 'TXT' as const, value: 'v=DMARC1; p=none' }],
        remove: [{ name: `_dmarc.${name}`, type: 'TXT' as const, value: 'v=DMARC1; p=rejct' }],
      };
      const reason = 'DMARC_RECORD_NOT_PROCESSED';
      return {
        child: [
          fail('DMARC-01', reason, { severity: 'HIGH', cause: 'DMARC-01', ...fix }),
          fail('BULK-05', 'DMARC_MISSING', { severity: 'MEDIUM', cause: 'DMARC-01', ...fix }),
        ],
        parent: [
          fail('DMARC-01', reason, { severity: 'HIGH', cause: null, ...fix }),
          fail('DMARC-04', 'DMARC_POLICY_INVALID', { severity: 'HIGH', cause: 'DMARC-01' }),
        ],
      };
    },
  ),
  brokenParent(
    'a DMARC record of a parent that sends nothing stands twice',
    [
      { type: 'TXT', data: 'v=DMARC1; p=reject' },
      { type: 'TXT', data: 'v=DMARC1; p=none' },
    ],
    ({ domain: name }) => ({
      child: [
        fail('DMARC-01', 'DMARC_MISSING', { severity: 'HIGH', cause: 'DMARC-02', publish: [] }),
        fail('BULK-05', 'DMARC_MISSING', { severity: 'MEDIUM', cause: 'DMARC-01', publish: [] }),
      ],
      parent: [
        fail('DMARC-02', 'DMARC_MULTIPLE', {
          severity: 'HIGH',
          cause: null,
          publish: [{ name: `_dmarc.${name}`, type: 'TXT', value: 'v=DMARC1; p=none' }],
          remove: [{ name: `_dmarc.${name}`, type: 'TXT', value: 'v=DMARC1; p=reject' }],
        }),
      ],
    }),
  ),
  brokenParent(
    '_dmarc of a parent that sends nothing is an alias that leads nowhere',
    [{ type: 'CNAME', data: 'gone.vendor.example' }],
    ({ domain: name }) => ({
      child: [
        fail('DMARC-01', 'DMARC_MISSING', { severity: 'HIGH', cause: 'DMARC-11', publish: [] }),
        fail('BULK-05', 'DMARC_MISSING', { severity: 'MEDIUM', cause: 'DMARC-01', publish: [] }),
      ],
      parent: [
        fail('DMARC-11', 'DMARC_ALIAS_DANGLING', {
          severity: 'MEDIUM',
          publish: [{ name: `_dmarc.${name}`, type: 'TXT', value: 'v=DMARC1; p=none' }],
          remove: [{ name: `_dmarc.${name}`, type: 'CNAME', value: 'gone.vendor.example' }],
        }),
      ],
    }),
  ),
  inOneRegion(
    '_dmarc is an alias that leads nowhere',
    own,
    {
      domain: () => [
        fail('DMARC-11', 'DMARC_ALIAS_DANGLING', { severity: 'MEDIUM', cause: null }),
        fail('DMARC-01', 'DMARC_MISSING', { severity: 'HIGH', cause: 'DMARC-11', publish: [] }),
        fail('BULK-03', 'DMARC_MISSING', { severity: 'MEDIUM', cause: 'DMARC-01', publish: [] }),
        fail('BULK-05', 'DMARC_MISSING', { severity: 'MEDIUM', cause: 'DMARC-01', publish: [] }),
      ],
    },
    {
      change(scene) {
        scene.remove(`_dmarc.${scene.domain}`);
        scene.publish(`_dmarc.${scene.domain}`, { type: 'CNAME', data: 'gone.vendor.example' });
      },
    },
  ),
  inOneRegion(
    'a subdomain inherits DMARC',
    ({ domain: name }) => [domain(name), domain(`news.${name}`)],
    {},
    {
      says: ({ domain: name }) =>
        [
          ...each(
            ['DMARC-04', 'DMARC-05', 'DMARC-07', 'DMARC-08', 'DMARC-09', 'DMARC-10', 'DMARC-13'],
            (control) => notApplicable(control, 'INHERITED'),
          ),
          pass('DMARC-06', 'DMARC_INHERITED_TRACKED', { tracked: 'reject' }),
          notApplicable('DMARC-02', 'NO_RECORD_HERE'),
          pass('DMARC-03', 'DMARC_FROM_ORGANIZATION'),
        ].map((said) => ({ subject: on.domain(`news.${name}`), ...said })),
    },
  ),
  inOneRegion(
    'no DMARC record anywhere',
    own,
    {
      domain: ({ domain: name }) => [
        fail('DMARC-01', 'DMARC_MISSING', {
          severity: 'HIGH',
          cause: null,
          publish: [{ name: `_dmarc.${name}`, type: 'TXT', value: 'v=DMARC1; p=none' }],
        }),
        warn('DMARC-05', 'DMARC_ABSENT', { severity: 'MEDIUM', cause: 'DMARC-01' }),
        notApplicable('DMARC-03', 'NO_RECORD'),
        notApplicable('DMARC-12', 'NO_RECORD'),
        pass('DMARC-06', 'DMARC_ABSENT_TRACKED', { tracked: 'absent' }),
        fail('BULK-03', 'DMARC_MISSING', { severity: 'MEDIUM', cause: 'DMARC-01' }),
        fail('BULK-05', 'DMARC_MISSING', { severity: 'MEDIUM', cause: 'DMARC-01' }),
      ],
      identity: () => [notApplicable('ALIGN-03', 'NO_DMARC')],
    },
    { change: (scene) => scene.remove(`_dmarc.${scene.domain}`) },
  ),
  {
    name: 'DMARC that old and new receivers read differently',
    targets: ({ tld }) => ({ [REGION]: [domain(`shop.${tld}`)] }),
    apexes: ({ tld }) => [tld],
    // A suffix operator without psd=y: the walk ends there, the Public Suffix List one below.
    change(scene) {
      scene.remove(`_dmarc.shop.${scene.tld}`);
      scene.publish(`_dmarc.${scene.tld}`, {
        type: 'TXT',
        data: `v=DMARC1; p=reject; rua=mailto:d@shop.${scene.tld}`,
      });
    },
    says: ({ tld }) => [
      {
        subject: on.domain(`shop.${tld}`),
        ...warn('DMARC-12', 'DMARC_READINGS_DIFFER', { severity: 'MEDIUM', publish: [] }),
      },
    ],
  },
];
