/** What is said only because the operator said something: owned domains, owners, targets, attestations, permissions. */
import {
  ATTESTATION_TOPICS,
  PERMISSION_GROUP_NAMES,
  type PermissionGroup,
  type ScanSettings,
} from '../../../lambda/contract.ts';
import { publicKeyFor } from '../../../local/organization/dkim-keys.ts';
import { address, domain } from '../../../local/organization/vocabulary.ts';
import { on, type Place, type Scenario } from '../scenario.ts';
import {
  deny,
  each,
  ELSEWHERE,
  fail,
  inOneRegion,
  notApplicable,
  own,
  pass,
  REGION,
  saidBy,
  targetOf,
  unknown,
  warn,
} from './subjects.ts';

const NAMES = {
  owned: 'a declared domain, its owner named, attested for, sending in bulk',
  foreign: 'an address of somebody else’s domain',
  shadow: 'a domain that the account is not the owner of',
  used: 'a parked domain that an identity sends with',
  parked: 'a parked domain without a lock',
  locked: 'a parked domain that is locked',
  silent: 'a parked domain that does not answer',
  inheritedLock: 'a parked domain whose DMARC record a subdomain inherits that sends',
  subdomains: 'From domains below an identity, one of them strict',
  aligned: 'From domains below an identity, all of them aligned',
  unasked: 'From domains below an identity that do not answer',
  selfSigned: 'mail signed before it reaches SES',
  target: 'DMARC below the policy that the settings ask for',
  bulk: 'a bulk domain that is not ready',
  bulkByDkim: 'a declared bulk domain whose mail aligns by DKIM alone',
  notBulk: 'a domain declared as no bulk sender, whatever it sends',
  lapsed: 'attestations that lapsed',
  production: 'a sandbox in an account declared as production',
  delegated: 'a delegated subtree that is not cut off',
  delegatedBeside: 'a delegated subtree beside the From domain, which inherits',
  delegatedStrict: 'a delegated subtree beside the From domain, under strict alignment',
  unclear: 'an address of a declared domain, where nobody may say whether SES is in the sandbox',
  unread: 'a declared bulk domain that does not answer',
} as const;

const DECLARED: Scenario[] = [
  inOneRegion(NAMES.owned, ({ domain: name }) => [domain(name), address(`billing@${name}`)], {
    identity: () => [notApplicable('IDENT-06', 'DOMAIN_IDENTITY')],
    of: { 'billing@': () => [pass('IDENT-06', 'DOMAIN_OWNED')] },
    domain: () => [
      pass('IDENT-10', 'OWNERS_ONLY'),
      notApplicable('DMARC-14', 'NOT_PARKED'),
      pass('BULK-07', 'BULK_DECLARED'),
      pass('BULK-02', 'READY'),
      pass('BULK-04', 'READY'),
      ...ATTESTATION_TOPICS.map((topic) => pass('BULK-06', 'ATTESTED', { key: `BULK-06#${topic}` })),
    ],
  }),
  inOneRegion(
    NAMES.foreign,
    ({ tld }) => [address(`sales@partner.${tld}`)],
    {},
    {
      apexes: ({ tld }) => [tld],
      says: (place) => [
        {
          subject: on.identity(place, REGION, `sales@partner.${place.tld}`),
          ...warn('IDENT-06', 'FOREIGN_ADDRESS', { severity: 'MEDIUM' }),
        },
        {
          subject: on.identity(place, REGION, `sales@partner.${place.tld}`),
          ...notApplicable('IDENT-03', 'FOREIGN_DOMAIN'),
        },
      ],
    },
  ),
  inOneRegion(
    NAMES.unclear,
    ({ domain: name }) => [address(`billing@${name}`)],
    { of: { 'billing@': () => [unknown('IDENT-06', 'PRODUCTION_ACCESS_UNKNOWN')] } },
    { change: (scene) => deny(scene, 'ses:GetAccount') },
  ),
  inOneRegion(NAMES.shadow, own, {
    domain: (place) => [
      warn('IDENT-10', 'ACCOUNT_NOT_OWNER', {
        severity: 'MEDIUM',
        fixText: new RegExp(place.accountId),
      }),
    ],
  }),
  inOneRegion(NAMES.used, own, {
    domain: () => [warn('DMARC-14', 'PARKED_SENDS', { severity: 'LOW' })],
  }),
  inOneRegion(
    NAMES.parked,
    ({ tld }) => [domain(`used.${tld}`)],
    {
      domain: ({ domain: name }) => [
        warn('DMARC-14', 'PARKED_UNPROTECTED', {
          severity: 'LOW',
          publish: [],
          fixText: new RegExp(`p=reject.*_dmarc\\.${name}`),
        }),
      ],
    },
    {
      apexes: ({ domain: name, tld }) => [name, tld],
      change: (scene) => scene.publish(scene.domain, { type: 'A', data: '198.51.100.200' }),
    },
  ),
  inOneRegion(
    NAMES.locked,
    ({ tld }) => [domain(`used.${tld}`)],
    { domain: () => [pass('DMARC-14', 'PARKED_LOCKED')] },
    {
      apexes: ({ domain: name, tld }) => [name, tld],
      change(scene) {
        scene.publish(scene.domain, { type: 'TXT', data: 'v=spf1 -all' });
        scene.publish(scene.domain, { type: 'MX', preference: 0, data: '' });
        scene.publish(`_dmarc.${scene.domain}`, { type: 'TXT', data: 'v=DMARC1; p=reject' });
      },
    },
  ),
  inOneRegion(
    NAMES.inheritedLock,
    ({ domain: name }) => [domain(`mail.${name}`)],
    { domain: () => [pass('DMARC-14', 'PARKED_LOCKED')] },
    {
      change(scene) {
        scene.publish(scene.domain, { type: 'TXT', data: 'v=spf1 -all' });
        scene.publish(scene.domain, { type: 'MX', preference: 0, data: '' });
      },
    },
  ),
  inOneRegion(
    NAMES.silent,
    ({ tld }) => [domain(`used.${tld}`)],
    { domain: () => [unknown('DMARC-14', 'DNS_SERVFAIL')] },
    {
      apexes: ({ tld }) => [tld],
      change: (scene) => scene.dnsFault({ suffix: scene.domain, behaviour: 'servfail' }),
    },
  ),
  inOneRegion(NAMES.aligned, own, {
    identity: () => [pass('ALIGN-05', 'SUBDOMAINS_ALIGN')],
  }),
  inOneRegion(
    NAMES.subdomains,
    own,
    {
      identity: ({ domain: name }) => [
        warn('ALIGN-05', 'SUBDOMAIN_UNALIGNED', { severity: 'LOW', summary: new RegExp(`shop\\.${name}`) }),
      ],
    },
    {
      change: (scene) =>
        scene.publish(`_dmarc.shop.${scene.domain}`, {
          type: 'TXT',
          data: 'v=DMARC1; p=reject; adkim=s; aspf=s',
        }),
    },
  ),
  inOneRegion(
    NAMES.unasked,
    own,
    { identity: () => [unknown('ALIGN-05', 'LEG_UNKNOWN')] },
    { change: (scene) => scene.dnsFault({ suffix: `_dmarc.shop.${scene.domain}`, behaviour: 'servfail' }) },
  ),
  {
    name: NAMES.selfSigned,
    targets: ({ domain: name }) => ({
      [REGION]: [domain(name)],
      [ELSEWHERE]: [domain(name, { mailFrom: `eu.${name}` })],
    }),
    change(scene) {
      for (const region of [REGION, ELSEWHERE]) {
        scene.identity(region).dkim = { signingEnabled: false, status: 'NOT_STARTED', origin: 'AWS_SES' };
      }
      scene.publish(`mta._domainkey.${scene.domain}`, {
        type: 'TXT',
        data: `v=DKIM1; k=rsa; p=${publicKeyFor(`mta.${scene.domain}`, 2048)}`,
      });
    },
    says: saidBy({
      identity: () => [
        notApplicable('DKIM-01', 'SELF_SIGNED'),
        notApplicable('DKIM-02', 'SELF_SIGNED'),
        pass('DKIM-08', 'DKIM_KEYS_VALID'),
        pass('ALIGN-01', 'BOTH_ALIGNED'),
      ],
      domain: () => [notApplicable('DKIM-13', 'SELF_SIGNED')],
    }),
  },
  inOneRegion(
    NAMES.target,
    own,
    { domain: () => [fail('DMARC-05', 'DMARC_BELOW_TARGET', { severity: 'MEDIUM', publish: [] })] },
    {
      change: (scene) =>
        scene.publish(`_dmarc.${scene.domain}`, {
          type: 'TXT',
          data: `v=DMARC1; p=quarantine; rua=mailto:d@${scene.domain}`,
        }),
    },
  ),
  inOneRegion(
    NAMES.bulk,
    own,
    {
      domain: () => [
        fail('BULK-02', 'DKIM_MISSING', { severity: 'HIGH', cause: 'DKIM-01' }),
        fail('BULK-04', 'DKIM_MISSING', { severity: 'HIGH', cause: 'DKIM-01' }),
        warn('BULK-06', 'NEVER_ATTESTED', { severity: 'MEDIUM', key: 'BULK-06#POSTMASTER_TOOLS' }),
      ],
    },
    {
      change(scene) {
        const { dkim } = scene.identity(REGION);
        if (dkim) dkim.signingEnabled = false;
      },
    },
  ),
  inOneRegion(
    NAMES.bulkByDkim,
    own,
    {
      identity: ({ domain: name }) => [
        warn('ALIGN-01', 'DKIM_ONLY', {
          severity: 'MEDIUM',
          cause: 'MF-01',
          tracked: 'DKIM_ONLY',
          summary: /sends in bulk, where both should align/,
          evidence: { bothLegs: { requireBothLegs: false, bulk: 'BULK_DECLARED', bulkDomain: name } },
        }),
        warn('MF-01', 'MAIL_FROM_DEFAULT', { severity: 'LOW', cause: null }),
      ],
      domain: () => [
        pass('BULK-02', 'READY_SPF_NOT_YOURS'),
        warn('BULK-04', 'SPF_NOT_YOURS', { severity: 'HIGH', cause: 'MF-01' }),
      ],
    },
    { change: (scene) => void delete scene.identity(REGION).mailFrom },
  ),
  inOneRegion(
    NAMES.notBulk,
    own,
    {
      identity: () => [pass('ALIGN-01', 'DKIM_ONLY')],
      domain: () => [
        pass('BULK-07', 'NOT_BULK_DECLARED'),
        ...each(['BULK-02', 'BULK-04'], (control) => notApplicable(control, 'NOT_BULK')),
      ],
    },
    {
      change(scene) {
        delete scene.identity(REGION).mailFrom;
        targetOf(scene).sentLast24Hours = 90_000;
      },
    },
  ),
  inOneRegion(NAMES.lapsed, own, {
    domain: () => [
      warn('BULK-06', 'ATTESTATION_LAPSED', {
        severity: 'MEDIUM',
        key: 'BULK-06#SPAM_RATE',
        fixText: /Postmaster Tools/,
      }),
    ],
  }),
  inOneRegion(
    NAMES.production,
    own,
    { target: () => [fail('ACCT-01', 'SANDBOX_IN_PRODUCTION_ACCOUNT', { severity: 'MEDIUM' })] },
    { change: (scene) => void (targetOf(scene).productionAccess = false) },
  ),
  inOneRegion(NAMES.delegated, own, {
    domain: () => [
      warn('DMARC-12', 'DELEGATED_SUBTREE_ALIGNS', { severity: 'MEDIUM', publish: [], summary: /partner\./ }),
    ],
  }),
  // One finding, where the record stands that all who inherit it share.
  inOneRegion(NAMES.delegatedBeside, ({ domain: name }) => [domain(`mail.${name}`)], {
    domain: () => [
      warn('DMARC-12', 'DELEGATED_SUBTREE_ALIGNS', { severity: 'MEDIUM', publish: [], summary: /partner\./ }),
    ],
  }),
  inOneRegion(
    NAMES.delegatedStrict,
    ({ domain: name }) => [domain(`mail.${name}`)],
    {
      domain: () => [pass('DMARC-12', 'ONE_READING')],
    },
    {
      change(scene) {
        scene.publish(`_dmarc.${scene.domain}`, {
          type: 'TXT',
          data: `v=DMARC1; p=reject; adkim=s; aspf=s; rua=mailto:d@${scene.domain}`,
        });
      },
    },
  ),
  inOneRegion(
    NAMES.unread,
    own,
    { domain: () => each(['BULK-02', 'BULK-04'], (control) => unknown(control, 'READINESS_UNKNOWN')) },
    { change: (scene) => scene.dnsFault({ suffix: scene.domain, behaviour: 'servfail' }) },
  ),
];

type PlaceOf = (name: string) => Place;
const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

function declaredSettings(place: PlaceOf): Partial<ScanSettings> {
  const at = (name: keyof typeof NAMES): string => place(NAMES[name]).domain;
  const attest = (name: keyof typeof NAMES, expires: string): ScanSettings['attestations'] =>
    ATTESTATION_TOPICS.map((topic) => ({ domain: at(name), topic, owner: 'Mail team', expires }));
  return {
    ownedDomains: Object.values(NAMES).map((name) => place(name).domain),
    domainOwners: {
      [at('owned')]: [place(NAMES.owned).accountId],
      [at('shadow')]: [place(NAMES.owned).accountId],
    },
    parkedDomains: [at('used'), at('parked'), at('locked'), at('silent'), at('inheritedLock')],
    fromDomains: [`shop.${at('subdomains')}`, `shop.${at('aligned')}`, `shop.${at('unasked')}`],
    selfSigned: [{ domain: at('selfSigned'), selectors: ['mta'] }],
    policyTargets: { [at('target')]: 'reject' },
    bulkDomains: {
      ...{ [at('owned')]: true, [at('bulk')]: true, [at('unread')]: true },
      ...{ [at('bulkByDkim')]: true, [at('notBulk')]: false },
    },
    attestations: [...attest('owned', day(180)), ...attest('lapsed', day(-30))],
    productionAccounts: [place(NAMES.production).accountId],
    delegatedSubtrees: (['delegated', 'delegatedBeside', 'delegatedStrict'] as const).map(
      (name) => `partner.${at(name)}`,
    ),
  };
}

/** Every optional read is switched off, and one account is left out. */
const OFF: Scenario[] = [
  inOneRegion(
    'every optional permission is off',
    ({ domain: name }) => [domain(name, { tracksClicks: true }), domain(`news.${name}`)],
    {
      target: () =>
        each(
          [
            'ACCT-09',
            'ACCT-11',
            'ACCT-12',
            'ACCT-13',
            'CS-01',
            'CS-02',
            'CS-03',
            'CS-04',
            'CS-05',
            'EVT-04',
            'EVT-05',
            'IP-01',
          ],
          (control) => notApplicable(control, 'NOT_PERMITTED_BY_SETTINGS'),
        ),
      of: {
        news: () =>
          each(['IDENT-08', 'EVT-01', 'EVT-02', 'EVT-03', 'EVT-06', 'EVT-07'], (control) =>
            notApplicable(control, 'NOT_PERMITTED_BY_SETTINGS'),
          ),
      },
      identity: () => [notApplicable('MF-06', 'NOT_PERMITTED_BY_SETTINGS')],
    },
    { change: (scene) => void (targetOf(scene).vdm = true) },
  ),
  {
    name: 'an account that the settings leave out',
    targets: (place) => ({ [REGION]: own(place) }),
    says: (place) => [{ subject: on.account(place), ...notApplicable('SCAN-01', 'EXCLUDED') }],
  },
];

const offSettings = (place: PlaceOf): Partial<ScanSettings> => ({
  permissions: Object.fromEntries(PERMISSION_GROUP_NAMES.map((group) => [group, false])) as Record<
    PermissionGroup,
    boolean
  >,
  scope: {
    ...{ accounts: [], organizationalUnits: [], excludedOrganizationalUnits: [], regions: [] },
    excludedAccounts: [place('an account that the settings leave out').accountId],
    expectedDeniedRegions: [],
  },
});

export const DECLARED_CONTROLS = { scenarios: DECLARED, settings: declaredSettings };
export const SWITCHED_OFF_CONTROLS = { scenarios: OFF, settings: offSettings };
