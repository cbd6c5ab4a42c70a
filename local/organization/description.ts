/**
 * Example Corp, the simulated organization, as it stands in the first week. Read it as the cast of the demo: whatever is
 * not said here is healthy, and each fault is explained in faults/.
 */
import { furtherAccounts } from './further-accounts.ts';
import { address, domain, type AccountSpec, type OrganizationSpec, type UnitSpec } from './vocabulary.ts';

const ROOT = 'r-exmp';
const SECURITY = 'ou-exmp-security';
const WORKLOADS = 'ou-exmp-workloads';
const PRODUCTION = 'ou-exmp-production';
const COMMERCE = 'ou-exmp-commerce';
const REGIONAL = 'ou-exmp-regional';
const STAGING = 'ou-exmp-preproduction';
const SANDBOXES = 'ou-exmp-sandboxes';
const SUSPENDED = 'ou-exmp-suspended';

const UNITS: UnitSpec[] = [
  { id: SECURITY, name: 'Security', in: ROOT },
  { id: WORKLOADS, name: 'Workloads', in: ROOT },
  { id: PRODUCTION, name: 'Production', in: WORKLOADS },
  { id: COMMERCE, name: 'Commerce', in: PRODUCTION },
  { id: REGIONAL, name: 'Regional', in: PRODUCTION },
  { id: STAGING, name: 'Staging', in: WORKLOADS },
  { id: SANDBOXES, name: 'Sandboxes', in: ROOT },
  { id: SUSPENDED, name: 'Suspended', in: ROOT },
];

/** How many brands the newsletter account sends for: at five a page, four pages of identities. */
const BRANDS = 16;

const COMMERCE_ACCOUNTS: AccountSpec[] = [
  {
    id: '222222222222',
    name: 'shop-production',
    in: COMMERCE,
    targets: {
      'us-east-1': {
        identities: [
          domain('shop.example'),
          domain('mail.shop.example'),
          domain('cart.shop.example', { inheritsDkim: true }),
          address('orders@shop.example'),
          domain('checkout.example'),
          domain('returns.example', { faults: ['dkim-cname-missing'] }),
        ],
      },
      'eu-west-1': {
        identities: [
          domain('shop.example', { mailFrom: 'bounce-eu.shop.example' }),
          domain('voucher.example', { faults: ['dkim-cname-wrong-target'] }),
          domain('wishlist.example', { faults: ['dkim-cname-chain'] }),
        ],
      },
    },
  },
  {
    id: '333333333333',
    name: 'newsletter-production',
    in: COMMERCE,
    targets: {
      'us-west-2': {
        listPageSize: 5,
        vdm: true,
        dedicatedIps: ['203.0.113.10', '203.0.113.11'],
        identities: [domain('campaigns.example'), ...brands(BRANDS)],
      },
      'eu-west-2': { faults: ['probation'], identities: [domain('lottery.example')] },
    },
  },
  {
    id: '444444444444',
    name: 'billing-production',
    in: COMMERCE,
    deniedRegions: ['us-west-1'],
    faults: ['region-denied'],
    targets: {
      'us-east-1': {
        identities: [
          domain('billing.example'),
          domain('statements.example'),
          domain('invoice.example', { faults: ['mail-from-failed'] }),
          domain('receipt.example', { faults: ['spf-doubled'] }),
          domain('reminder.example', { faults: ['spf-without-ses'] }),
          domain('refund.example', { faults: ['mail-from-mx-amazonaws'] }),
        ],
      },
      'eu-central-1': {
        identities: [
          domain('billing.example', {
            mailFrom: 'bounce.billing.example',
            mxRegion: 'us-east-1',
            faults: ['mail-from-shared'],
          }),
          domain('payment.example', { faults: ['mail-from-stray-region'] }),
          domain('tax.example', { faults: ['spf-pass-all'] }),
        ],
      },
    },
  },
];

const REGIONAL_ACCOUNTS: AccountSpec[] = [
  {
    id: '555555555555',
    name: 'emea-production',
    in: REGIONAL,
    optedInRegions: ['eu-south-1', 'af-south-1'],
    targets: {
      'eu-south-1': {
        identities: [domain('milano.example'), domain('torino.example', { faults: ['dkim-wrong-zone'] })],
      },
      'af-south-1': { identities: [domain('capetown.example')] },
      'eu-west-3': {
        identities: [domain('paris.example'), domain('lyon.example', { faults: ['dmarc-absent'] })],
      },
      'eu-central-1': {
        identities: [
          domain('berlin.example', { byodkim: 'corp2026' }),
          domain('hamburg.example', { byodkim: 'corp2024', faults: ['byodkim-revoked'] }),
          domain('bremen.example', { faults: ['dkim-flattened'] }),
        ],
      },
    },
  },
  {
    id: '666666666666',
    name: 'apac-production',
    in: REGIONAL,
    targets: {
      'ap-northeast-1': {
        identities: [
          domain('tokyo.example'),
          domain('kyoto.example'),
          domain('nagoya.example', { faults: ['dkim-pending'] }),
          domain('sapporo.example', { faults: ['mail-from-pending'] }),
        ],
      },
      'ap-northeast-3': { identities: [domain('osaka.example')] },
      'ap-southeast-2': {
        identities: [
          domain('tokyo.example', { replicaOf: 'ap-northeast-1', mailFrom: 'bounce-sydney.tokyo.example' }),
          domain('sydney.example', { faults: ['dkim-1024'] }),
        ],
      },
    },
  },
];

const OTHER_PRODUCTION_ACCOUNTS: AccountSpec[] = [
  {
    id: '777777777777',
    name: 'support-production',
    in: PRODUCTION,
    targets: {
      'us-east-1': {
        identities: [
          domain('helpdesk.example'),
          address('agent@helpdesk.example'),
          address('newcomer@helpdesk.example', { faults: ['address-link-unclicked'] }),
          address('desk@partner.example', { faults: ['address-without-domain'] }),
          address('example.support@gmail.com', { faults: ['freemail-in-production'] }),
        ],
      },
    },
  },
  {
    id: '999999999999',
    name: 'data-platform',
    in: PRODUCTION,
    targets: {
      'ca-central-1': {
        identities: [
          domain('dashboards.example'),
          domain('metrics.example', { faults: ['mail-from-absent'] }),
          domain('exports.example', { faults: ['dkim-key-copied'] }),
        ],
      },
    },
  },
  {
    id: '141414141414',
    name: 'legacy-applications',
    in: PRODUCTION,
    targets: {
      'us-east-1': {
        identities: [
          domain('intranet.example', { faults: ['dkim-not-started'] }),
          domain('timesheet.example', { faults: ['dkim-disabled'] }),
          domain('payroll.example', { faults: ['dkim-failed'] }),
          domain('forum.example', { faults: ['dkim-cname-doubled-zone'] }),
          domain('wiki.example', { faults: ['dkim-reverify'] }),
          domain('archive.example', { faults: ['dkim-lost'] }),
          domain('oldnews.example', { faults: ['mail-from-absent'] }),
        ],
      },
      'us-east-2': { faults: ['sending-paused'], identities: [domain('bulletin.example')] },
    },
  },
  {
    id: '151515151515',
    name: 'acquired-company',
    in: PRODUCTION,
    targets: {
      'sa-east-1': {
        identities: [
          domain('acquired.example', { faults: ['dmarc-none'] }),
          domain('fusion.example'),
          domain('mail.fusion.example', { faults: ['dmarc-doubled'] }),
          domain('strict.example', { faults: ['dmarc-strict'] }),
          domain('news.strict.example', { inheritsDkim: true, faults: ['dmarc-strict-inherited'] }),
          domain('typo.example', { faults: ['dmarc-near-miss'] }),
          domain('noreply.example', { faults: ['from-null-mx'] }),
          domain('announce.example', { faults: ['from-unresolvable'] }),
          domain('quotes.example', { faults: ['spf-near-miss'] }),
          domain('lists.example', { faults: ['spf-partial'] }),
          domain('drafts.example', { faults: ['spf-neutral-all'] }),
          domain('relay.example', { faults: ['mail-from-two-mx'] }),
        ],
      },
    },
  },
];

export const EXAMPLE_CORP: OrganizationSpec = {
  id: 'o-examplecorp',
  name: 'Example Corp',
  rootId: ROOT,
  managementAccountId: '111111111111',
  units: UNITS,
  accounts: [
    {
      id: '111111111111',
      name: 'management',
      in: ROOT,
      targets: { 'us-east-1': { identities: [domain('example.com')] } },
    },
    ...COMMERCE_ACCOUNTS,
    ...REGIONAL_ACCOUNTS,
    ...OTHER_PRODUCTION_ACCOUNTS,
    {
      id: '888888888888',
      name: 'shop-staging',
      in: STAGING,
      targets: {
        'eu-west-1': {
          faults: ['sandbox'],
          identities: [
            domain('staging.test'),
            address('example.tester@gmail.com', { faults: ['freemail-as-recipient'] }),
          ],
        },
      },
    },
    { id: '121212121212', name: 'log-archive', in: SECURITY, faults: ['no-member-role'], targets: {} },
    { id: '131313131313', name: 'security-tooling', in: SECURITY, targets: {} },
    { id: '171717171717', name: 'developer-sandbox', in: SANDBOXES, targets: {} },
    {
      id: '161616161616',
      name: 'closed-shop',
      in: SUSPENDED,
      faults: ['suspended'],
      targets: { 'us-east-1': { identities: [domain('closed.example')] } },
    },
    ...furtherAccounts({ commerce: COMMERCE, production: PRODUCTION, sandboxes: SANDBOXES }),
  ],
};

/** Opens in the second week. */
export const LOYALTY_ACCOUNT: AccountSpec = {
  id: '181818181818',
  name: 'loyalty-production',
  in: COMMERCE,
  targets: {
    'us-east-1': {
      identities: [domain('loyalty.example'), domain('points.example', { faults: ['mail-from-absent'] })],
    },
  },
};

function brands(count: number): ReturnType<typeof domain>[] {
  return Array.from({ length: count }, (_, i) =>
    domain(`brand-${String(i + 1).padStart(2, '0')}.campaigns.example`),
  );
}
