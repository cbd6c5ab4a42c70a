/**
 * Accounts of Example Corp in which what surrounds an identity is wrong: the target's reputation, configuration sets and
 * topics, details of SPF and DMARC records. Each healthy but for the faults that it names.
 */
import { OWN_ADDRESS } from './faults/spf.ts';
import { address, domain, type AccountSpec } from './vocabulary.ts';

/** Each Region of the account has its own trouble with quota, reputation or sending addresses. */
const MARKETING: Omit<AccountSpec, 'in'> = {
  id: '191919191919',
  name: 'marketing-production',
  targets: {
    'us-east-1': { faults: ['quota-nearly-used'], identities: [domain('promo.example')] },
    'us-east-2': { faults: ['vdm-recommends'], identities: [domain('coupons.example')] },
    'us-west-2': { faults: ['bounce-rate-high'], identities: [domain('winback.example')] },
    'eu-west-1': { faults: ['complaint-rate-high'], identities: [domain('flashsale.example')] },
    'eu-north-1': { faults: ['suppression-off'], identities: [domain('nordic.example')] },
    'ap-south-1': { faults: ['alarms-missing'], identities: [domain('bazaar.example')] },
    'ap-northeast-2': { faults: ['reputation-entity-disabled'], identities: [domain('seoul.example')] },
    'ap-southeast-1': {
      dedicatedIps: ['203.0.113.20', '203.0.113.21', OWN_ADDRESS],
      faults: ['dedicated-ip-without-ptr'],
      identities: [
        domain('merlion.example', { spfAddresses: [OWN_ADDRESS] }),
        domain('orchid.example', { faults: ['spf-without-dedicated-ip'] }),
      ],
    },
    'ca-central-1': { faults: ['endpoint-failed'], identities: [domain('maple.example')] },
    'eu-central-1': {
      endpointWith: 'eu-west-3',
      faults: ['endpoint-one-sided'],
      identities: [domain('alpen.example'), domain('donau.example')],
    },
    'eu-west-3': {
      identities: [
        domain('alpen.example', {
          replicaOf: 'eu-central-1',
          mailFrom: 'bounce.alpen.example',
          mxRegion: 'eu-central-1',
          faults: ['mail-from-shared'],
        }),
      ],
    },
  },
};

/** Configuration sets, event destinations, topics, policies; and subdomains that take away what their parent has. */
const MEDIA: Omit<AccountSpec, 'in'> = {
  id: '202020202020',
  name: 'media-production',
  targets: {
    'us-east-1': {
      identities: [
        domain('films.example', { faults: ['set-tls-optional'] }),
        domain('series.example', { faults: ['set-paused'] }),
        domain('trailers.example', { faults: ['set-without-reputation-metrics'] }),
        domain('premieres.example', { faults: ['set-suppresses-nothing'] }),
        domain('tickets.example', { tracksClicks: true, faults: ['tracking-domain-dangling'] }),
        domain('studio.example', { faults: ['topic-unconfirmed'] }),
        domain('festival.example', { faults: ['default-set-deleted'] }),
        domain('casting.example', { faults: ['policy-public'] }),
        domain('posters.example', { faults: ['policy-foreign'] }),
        domain('soundtrack.example', { sharedWith: '222222222222' }),
      ],
    },
    'us-west-2': {
      identities: [
        domain('press.example', { faults: ['events-to-stream'] }),
        address('editor@press.example'),
        domain('news.press.example', { inheritsDkim: true, faults: ['child-weaker'] }),
        domain('alerts.press.example', { inheritsDkim: true, faults: ['child-unsigned'] }),
      ],
    },
    'eu-west-1': { identities: [domain('cinema.example', { faults: ['complaints-unwired'] })] },
    'eu-central-1': {
      identities: [
        domain('kino.example', { tracksClicks: true }),
        domain('abspann.example', { faults: ['set-inherits-suppression'] }),
        domain('leinwand.example', { faults: ['topic-missing'] }),
        domain('vorfilm.example', { faults: ['destination-disabled'] }),
      ],
    },
  },
};

/** Brands whose records were written by many hands. */
const PORTFOLIO: Omit<AccountSpec, 'in'> = {
  id: '212121212121',
  name: 'brand-portfolio',
  targets: {
    'us-east-1': {
      identities: [
        domain('plum.example', { faults: ['spf-syntax-error'] }),
        domain('cherry.example', { faults: ['spf-too-many-lookups'] }),
        domain('quince.example', { faults: ['spf-void-lookups'] }),
        domain('fig.example', { faults: ['spf-include-unregistered'] }),
        domain('date.example', { faults: ['spf-ptr'] }),
        domain('olive.example', { faults: ['from-without-spf'] }),
      ],
    },
    'us-west-2': {
      identities: [
        domain('birch.example', { faults: ['dmarc-report-host-without-mx'] }),
        domain('cedar.example', { faults: ['dmarc-reports-unauthorized'] }),
        domain('elm.example', { faults: ['dmarc-reports-authorized'] }),
        domain('oak.example', { faults: ['dmarc-testing'] }),
        domain('pine.example', { faults: ['dmarc-sampled'] }),
        domain('willow.example', { faults: ['dmarc-tag-doubled'] }),
        domain('alder.example', { faults: ['dmarc-subdomains-weaker'] }),
        domain('ash.example', { faults: ['dmarc-failure-reports'] }),
      ],
    },
    'eu-west-2': {
      identities: [
        domain('lynx.example', { faults: ['dkim-wildcard'] }),
        domain('otter.example', { byodkim: 'corp2020', faults: ['byodkim-1024'] }),
        domain('heron.example', { faults: ['verification-record-left'] }),
        domain('stork.example', { faults: ['mail-from-not-activated'] }),
        domain('crane.example', { faults: ['identity-stale'] }),
        domain('robin.example'),
        domain('wren.example', { faults: ['stream-missing'] }),
      ],
    },
    'eu-west-1': {
      identities: [
        domain('robin.example', {
          mailFrom: 'bounce-ie.robin.example',
          faults: ['dkim-1024-in-one-region'],
        }),
      ],
    },
  },
};

/** Sends as a brand that belongs to the account above. */
const INNOVATION_LAB: Omit<AccountSpec, 'in'> = {
  id: '232323232323',
  name: 'innovation-lab',
  targets: {
    'us-east-1': {
      identities: [
        domain('wren.example', { mailFrom: 'bounce-lab.wren.example', faults: ['shadow-account'] }),
      ],
    },
  },
};

/** Who may hold which domain: the setting `domainOwners`. */
export const EXAMPLE_CORP_DOMAIN_OWNERS: { [domain: string]: string[] } = { 'wren.example': [PORTFOLIO.id] };

/** The accounts under the units of these ids. */
export function furtherAccounts(units: {
  commerce: string;
  production: string;
  sandboxes: string;
}): AccountSpec[] {
  return [
    { ...MARKETING, in: units.commerce },
    { ...MEDIA, in: units.production },
    { ...PORTFOLIO, in: units.production },
    { ...INNOVATION_LAB, in: units.sandboxes },
  ];
}
