/** What is said of a domain: SPF and MX of the MAIL FROM domain, DMARC of the From domain, leftovers. */
import { publicKeyFor } from '../../../local/organization/dkim-keys.ts';
import { domain } from '../../../local/organization/vocabulary.ts';
import type { Place, Scenario } from '../scenario.ts';
import {
  ELSEWHERE,
  fail,
  inOneRegion,
  notApplicable,
  pass,
  REGION,
  saidBy,
  unknown,
  warn,
  type Speech,
  own,
  each,
} from './subjects.ts';

const MAIL_FROM_CONTROLS = [
  'MF-03',
  'SPF-01',
  'SPF-02',
  'SPF-03',
  'SPF-04',
  'SPF-05',
  'SPF-06',
  'SPF-07',
  'SPF-08',
];
const FROM_CONTROLS = [
  ...['DMARC-01', 'DMARC-02', 'DMARC-03', 'DMARC-04', 'DMARC-05', 'DMARC-06', 'DMARC-07', 'DMARC-08'],
  ...['DMARC-09', 'DMARC-10', 'DMARC-11', 'DMARC-12', 'DMARC-13', 'DNS-04', 'DKIM-14', 'MF-09', 'MF-10'],
  ...['IDENT-13', 'SPF-09'],
];

const HEALTHY: Scenario = inOneRegion(
  'a healthy domain',
  own,
  {
    domain: () => [
      pass('SCAN-04', 'ALL_ANSWERED'),
      notApplicable('SCAN-05', 'NO_SECOND_OPINION'),
      pass('IDENT-13', 'FROM_RECEIVES'),
      pass('SPF-09', 'FROM_SPF_VALID'),
      pass('DMARC-01', 'DMARC_OWN'),
      pass('DMARC-02', 'DMARC_SINGLE'),
      pass('DMARC-03', 'DMARC_OWN_RECORD'),
      pass('DMARC-04', 'DMARC_VALUES_VALID'),
      pass('DMARC-05', 'DMARC_ENFORCED'),
      pass('DMARC-06', 'DMARC_POLICY_TRACKED', { tracked: 'reject' }),
      pass('DMARC-07', 'SUBDOMAINS_COVERED'),
      pass('DMARC-08', 'RUA_DELIVERABLE'),
      pass('DMARC-09', 'REPORT_HOSTS_TAKE_REPORTS'),
      pass('DMARC-10', 'POLICY_UNREDUCED'),
      pass('DMARC-11', 'DMARC_TIDY'),
      pass('DMARC-12', 'ONE_READING'),
      pass('DMARC-13', 'NO_FAILURE_REPORTS'),
      notApplicable('DMARC-14', 'NOT_CONFIGURED'),
      pass('DNS-04', 'NO_LEGACY_VERIFICATION'),
      notApplicable('IDENT-09', 'ONE_TARGET'),
      notApplicable('IDENT-10', 'NOT_CONFIGURED'),
      notApplicable('DKIM-13', 'ONE_REGION'),
      pass('DKIM-14', 'NO_WILDCARD'),
      pass('MF-09', 'NO_IDLE_MAIL_FROM'),
      pass('MF-10', 'SES_NOT_INCLUDED'),
      pass('BULK-01', 'READY'),
      notApplicable('BULK-02', 'NOT_BULK'),
      pass('BULK-03', 'READY'),
      notApplicable('BULK-04', 'NOT_BULK'),
      pass('BULK-05', 'READY'),
      pass('BULK-06', 'NEVER_ATTESTED', { key: 'BULK-06#SPAM_RATE' }),
      pass('BULK-07', 'BELOW_BULK_VOLUME'),
      // No identity uses the From domain as MAIL FROM.
      ...each([...MAIL_FROM_CONTROLS, 'MF-08'], (control) =>
        notApplicable(control, 'NOT_A_MAIL_FROM_DOMAIN'),
      ),
    ],
    mailFrom: () => [
      pass('MF-03', 'ONE_MX'),
      pass('MF-08', 'ONE_REGION'),
      pass('SPF-01', 'SPF_SINGLE'),
      pass('SPF-02', 'SPF_SYNTAX_VALID'),
      pass('SPF-03', 'SES_PASSES'),
      pass('SPF-04', 'LOOKUPS_WITHIN_LIMIT'),
      pass('SPF-05', 'VOID_LOOKUPS_WITHIN_LIMIT'),
      pass('SPF-06', 'SPF_TARGETS_SOUND'),
      pass('SPF-07', 'SPF_ENDS_CLOSED'),
      pass('SPF-08', 'SPF_TIDY'),
      // No identity sends From the MAIL FROM domain.
      ...each([...FROM_CONTROLS, 'IDENT-09', 'DKIM-13'], (control) =>
        notApplicable(control, 'NOT_A_FROM_DOMAIN'),
      ),
      ...each(['BULK-01', 'BULK-02', 'BULK-03', 'BULK-04', 'BULK-05', 'BULK-06', 'BULK-07'], (control) =>
        notApplicable(control, 'NOT_A_FROM_DOMAIN'),
      ),
    ],
  },
  { nothingElse: true },
);

const SILENT: Scenario[] = [
  inOneRegion(
    'a domain that does not answer',
    own,
    {
      domain: () => [
        unknown('SCAN-04', 'NAMES_UNANSWERED'),
        ...each(FROM_CONTROLS, (control) => unknown(control, 'DNS_SERVFAIL')),
        ...each(['BULK-01', 'BULK-03', 'BULK-05'], (control) => unknown(control, 'READINESS_UNKNOWN')),
      ],
      mailFrom: () => each(MAIL_FROM_CONTROLS, (control) => unknown(control, 'DNS_SERVFAIL')),
    },
    { change: (scene) => scene.dnsFault({ suffix: scene.domain, behaviour: 'servfail' }) },
  ),
  {
    name: 'a MAIL FROM domain that two Regions share and that does not answer',
    targets: ({ domain: name }) => ({
      [REGION]: [domain(name)],
      [ELSEWHERE]: [domain(name, { mxRegion: REGION })],
    }),
    change: (scene) => scene.dnsFault({ suffix: `bounce.${scene.domain}`, behaviour: 'servfail' }),
    says: saidBy({ mailFrom: () => [unknown('MF-08', 'DNS_SERVFAIL')] }),
  },
  inOneRegion(
    'what the account sends in a day may not be read',
    own,
    {
      domain: () => [
        ...each(['BULK-02', 'BULK-04', 'BULK-07'], (control) => unknown(control, 'VOLUME_UNKNOWN')),
        unknown('BULK-06', 'VOLUME_UNKNOWN', { key: 'BULK-06#SPAM_RATE' }),
      ],
    },
    {
      change: (scene) =>
        scene.awsFault({
          match: { service: 'sesv2', action: 'GetAccount' },
          respond: {
            status: 403,
            code: 'AccessDeniedException',
            message: 'no identity-based policy allows it',
          },
        }),
    },
  ),
];

/** The SPF record of the MAIL FROM domain. */
const withSpf = (name: string, record: (place: Place) => string, speech: Speech): Scenario =>
  inOneRegion(name, own, speech, {
    change: (scene) => scene.publish(`bounce.${scene.domain}`, { type: 'TXT', data: record(scene) }),
  });

const SPF: Scenario[] = [
  withSpf(
    'SPF with a mechanism that does not exist',
    () => 'v=spf1 ipv4:203.0.113.9 include:amazonses.com ~all',
    {
      mailFrom: ({ domain: name }) => [
        fail('SPF-02', 'SPF_SYNTAX_ERROR', { severity: 'HIGH', cause: null }),
        fail('SPF-03', 'SPF_PERMERROR', { severity: 'HIGH', cause: 'SPF-02' }),
        notApplicable('SPF-09', 'NOT_A_FROM_DOMAIN', { summary: new RegExp(name) }),
      ],
    },
  ),
  withSpf(
    'SPF that trusts a vendor whose domain nobody holds',
    () => 'v=spf1 include:amazonses.com include:spf.bankrupt-vendor.test ~all',
    {
      mailFrom: () => [
        fail('SPF-06', 'SPF_INCLUDE_HIJACKABLE', {
          severity: 'HIGH',
          cause: null,
          summary: /bankrupt-vendor\.test/,
        }),
        pass('SPF-03', 'SES_PASSES'),
      ],
    },
  ),
  withSpf('SPF that ends with ?all', () => 'v=spf1 include:amazonses.com ?all', {
    mailFrom: ({ domain: name }) => [
      warn('SPF-07', 'SPF_ENDS_NEUTRAL', {
        severity: 'MEDIUM',
        publish: [{ name: `bounce.${name}`, type: 'TXT', value: 'v=spf1 include:amazonses.com ~all' }],
      }),
    ],
  }),
  withSpf('SPF that lets everybody pass', () => 'v=spf1 include:amazonses.com +all', {
    mailFrom: () => [fail('SPF-07', 'SPF_PASSES_ALL', { severity: 'HIGH' })],
  }),
  withSpf('SPF with ptr', () => 'v=spf1 include:amazonses.com ptr ~all', {
    mailFrom: () => [warn('SPF-08', 'SPF_PTR_USED', { severity: 'LOW', summary: /ptr/ })],
  }),
  inOneRegion(
    'no SPF record at the MAIL FROM domain',
    own,
    {
      mailFrom: ({ domain: name }) => [
        fail('SPF-01', 'SPF_MISSING', {
          severity: 'HIGH',
          publish: [{ name: `bounce.${name}`, type: 'TXT', value: 'v=spf1 include:amazonses.com ~all' }],
        }),
        ...each(['SPF-02', 'SPF-04', 'SPF-05', 'SPF-06', 'SPF-07', 'SPF-08'], (control) =>
          notApplicable(control, 'NO_SINGLE_RECORD'),
        ),
      ],
    },
    { change: (scene) => scene.remove(`bounce.${scene.domain}`, 'TXT') },
  ),
  inOneRegion(
    'a From domain without SPF of its own',
    own,
    {
      domain: () => [
        warn('SPF-09', 'FROM_SPF_MISSING', {
          severity: 'LOW',
          publish: [],
          fixText: /sender|inventor|send/i,
        }),
      ],
    },
    { change: (scene) => scene.remove(scene.domain, 'TXT') },
  ),
  inOneRegion(
    'a From domain whose own SPF includes SES',
    own,
    { domain: () => [pass('MF-10', 'SES_INCLUDED_AT_FROM')] },
    {
      change: (scene) =>
        scene.publish(scene.domain, { type: 'TXT', data: 'v=spf1 include:amazonses.com mx -all' }),
    },
  ),
];

const LEFTOVERS: Scenario[] = [
  inOneRegion(
    'a wildcard answers for every DKIM selector',
    own,
    {
      domain: ({ domain: name }) => [
        warn('DKIM-14', 'WILDCARD_AT_DOMAINKEY', {
          severity: 'LOW',
          fixText: new RegExp(`\\*\\._domainkey\\.${name}`),
        }),
      ],
    },
    {
      change: (scene) =>
        scene.publish(`*._domainkey.${scene.domain}`, {
          type: 'TXT',
          data: `v=DKIM1; p=${publicKeyFor('wildcard', 2048)}`,
        }),
    },
  ),
  inOneRegion(
    'a MAIL FROM prepared in DNS and never set',
    own,
    {
      domain: ({ domain: name }) => [
        warn('MF-09', 'MAIL_FROM_NOT_ACTIVATED', {
          severity: 'LOW',
          command: new RegExp(
            `put-email-identity-mail-from-attributes --email-identity ${name} --mail-from-domain bounce.${name}`,
          ),
        }),
      ],
    },
    { change: (scene) => void delete scene.identity(REGION).mailFrom },
  ),
  inOneRegion(
    'the verification TXT of old, no longer needed',
    own,
    { domain: () => [pass('DNS-04', 'LEGACY_VERIFICATION_STALE')] },
    { change: (scene) => scene.publish(`_amazonses.${scene.domain}`, { type: 'TXT', data: 'left over' }) },
  ),
  inOneRegion(
    'the verification TXT of old, perhaps the only proof',
    own,
    { domain: () => [notApplicable('DNS-04', 'LEGACY_VERIFICATION_IN_USE')] },
    {
      change(scene) {
        scene.publish(`_amazonses.${scene.domain}`, { type: 'TXT', data: 'still needed' });
        Object.assign(scene.identity(REGION), {
          dkim: { signingEnabled: false, status: 'NOT_STARTED', origin: 'AWS_SES' },
        });
      },
    },
  ),
];

const ACROSS: Scenario[] = [
  {
    name: 'the same domain, set up alike in two Regions',
    targets: ({ domain: name }) => ({
      [REGION]: [domain(name)],
      [ELSEWHERE]: [domain(name, { mailFrom: `eu.${name}` })],
    }),
    says: saidBy({
      domain: () => [pass('IDENT-09', 'SAME_EVERYWHERE'), pass('DKIM-13', 'SIGNED_IN_EVERY_REGION')],
    }),
  },
  {
    name: 'the same domain in two Regions, signed in one',
    targets: ({ domain: name }) => ({
      [REGION]: [domain(name)],
      [ELSEWHERE]: [domain(name, { mailFrom: `eu.${name}` })],
    }),
    change(scene) {
      const { dkim } = scene.identity(ELSEWHERE);
      if (dkim) dkim.signingEnabled = false;
    },
    says: saidBy({
      domain: () => [
        warn('IDENT-09', 'SETTINGS_DIVERGE', { severity: 'MEDIUM' }),
        warn('DKIM-13', 'REGION_WITHOUT_DKIM', { severity: 'MEDIUM', summary: /eu-west-1/ }),
      ],
    }),
  },
  inOneRegion(
    'a domain that no provider takes mail from',
    own,
    {
      identity: () => [fail('ALIGN-01', 'NONE_ALIGNED_ENFORCED', { severity: 'CRITICAL' })],
      domain: () => [
        fail('BULK-01', 'NOT_AUTHENTICATED', { severity: 'HIGH' }),
        fail('BULK-03', 'DKIM_MISSING', { severity: 'MEDIUM' }),
        fail('BULK-05', 'DKIM_MISSING', { severity: 'MEDIUM' }),
      ],
    },
    {
      change(scene) {
        const { dkim } = scene.identity(REGION);
        if (dkim) dkim.signingEnabled = false;
        scene.publish(`bounce.${scene.domain}`, { type: 'TXT', data: 'v=spf1 -all' });
      },
    },
  ),
];

export const DOMAIN_CONTROLS: readonly Scenario[] = [HEALTHY, ...SILENT, ...SPF, ...LEFTOVERS, ...ACROSS];
