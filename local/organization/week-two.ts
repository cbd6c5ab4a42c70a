/** What happens to Example Corp within a week, and what the second digest has to make of it. */
import type { ChangeKind } from '../../lambda/findings/types.ts';
import type { Subject } from '../../lambda/controls/types.ts';
import { LOYALTY_ACCOUNT } from './description.ts';
import { unjudgeable } from './faults/dmarc.ts';
import type { AccountFaultName, IdentityFaultName } from './faults/index.ts';
import { domain, type AccountSpec, type IdentitySpec, type OrganizationSpec } from './vocabulary.ts';

interface Place {
  accountId: string;
  region: string;
  name: string;
}

/** A line of the second digest; UNKNOWN is no change but "could not be judged". */
export interface ExpectedChange {
  kind: ChangeKind | 'UNKNOWN';
  subject: Subject;
  controlId: string;
  /** Shown beneath its cause, not as a line of its own. */
  consequence?: true;
}

export type WeekTwoEvent = {
  /** What happened, in one sentence. */
  about: string;
  expects: ExpectedChange[];
} & (
  | { event: 'identity breaks'; at: Place; fault: IdentityFaultName }
  | { event: 'identity is mended'; at: Place; fault: IdentityFaultName }
  | { event: 'identity is created'; accountId: string; region: string; identity: IdentitySpec }
  | { event: 'identity is deleted'; at: Place }
  | { event: 'account breaks'; accountId: string; fault: AccountFaultName }
  | { event: 'account is created'; account: AccountSpec }
);

const CHECKOUT = { accountId: '222222222222', region: 'us-east-1', name: 'checkout.example' };
const GIFTCARDS = { accountId: '222222222222', region: 'eu-west-1', name: 'giftcards.example' };
const VOUCHER = { accountId: '222222222222', region: 'eu-west-1', name: 'voucher.example' };
const STATEMENTS = { accountId: '444444444444', region: 'us-east-1', name: 'statements.example' };
const PARIS = { accountId: '555555555555', region: 'eu-west-3', name: 'paris.example' };
const OSAKA = { accountId: '666666666666', region: 'ap-northeast-3', name: 'osaka.example' };
const KYOTO = { accountId: '666666666666', region: 'ap-northeast-1', name: 'kyoto.example' };
const OLDNEWS = { accountId: '141414141414', region: 'us-east-1', name: 'oldnews.example' };
/** Pending in the first week: SES looks for 72 hours, so a week later nothing can be pending any more. */
const NAGOYA = { accountId: '666666666666', region: 'ap-northeast-1', name: 'nagoya.example' };
const SAPPORO = { accountId: '666666666666', region: 'ap-northeast-1', name: 'sapporo.example' };
const NEWCOMER = { accountId: '777777777777', region: 'us-east-1', name: 'newcomer@helpdesk.example' };
const POINTS = { accountId: LOYALTY_ACCOUNT.id, region: 'us-east-1', name: 'points.example' };

export const WEEK_TWO: WeekTwoEvent[] = [
  {
    about: 'checkout.example lost one of its three DKIM CNAMEs in a DNS move; SES still says SUCCESS.',
    event: 'identity breaks',
    at: CHECKOUT,
    fault: 'dkim-cname-missing',
    expects: [{ kind: 'REGRESSED', subject: identity(CHECKOUT), controlId: 'DKIM-05' }],
  },
  {
    about: 'The DMARC policy of statements.example was lowered from reject to none.',
    event: 'identity breaks',
    at: STATEMENTS,
    fault: 'dmarc-none',
    expects: [
      { kind: 'WEAKENED', subject: named('statements.example'), controlId: 'DMARC-05' },
      { kind: 'WEAKENED', subject: named('statements.example'), controlId: 'DMARC-06', consequence: true },
    ],
  },
  {
    about: 'The MX of bounce.paris.example now names a host outside SES.',
    event: 'identity breaks',
    at: PARIS,
    fault: 'mail-from-mx-outside',
    expects: [
      { kind: 'REGRESSED', subject: identity(PARIS), controlId: 'MF-04' },
      { kind: 'WEAKENED', subject: identity(PARIS), controlId: 'ALIGN-01', consequence: true },
      ...readiness('REGRESSED', 'paris.example'),
    ],
  },
  {
    about: 'A second SPF record appeared at bounce.osaka.example.',
    event: 'identity breaks',
    at: OSAKA,
    fault: 'spf-doubled',
    expects: [
      { kind: 'REGRESSED', subject: named('bounce.osaka.example'), controlId: 'SPF-01' },
      { kind: 'REGRESSED', subject: named('bounce.osaka.example'), controlId: 'SPF-03', consequence: true },
      { kind: 'WEAKENED', subject: identity(OSAKA), controlId: 'ALIGN-01', consequence: true },
      ...readiness('REGRESSED', 'osaka.example'),
    ],
  },
  {
    about: 'giftcards.example was created and never verified.',
    event: 'identity is created',
    accountId: GIFTCARDS.accountId,
    region: GIFTCARDS.region,
    identity: domain('giftcards.example', { faults: ['identity-failed'] }),
    expects: [
      { kind: 'OPENED', subject: identity(GIFTCARDS), controlId: 'IDENT-01', consequence: true },
      { kind: 'OPENED', subject: identity(GIFTCARDS), controlId: 'DKIM-02' },
      { kind: 'OPENED', subject: identity(GIFTCARDS), controlId: 'DKIM-05', consequence: true },
      { kind: 'OPENED', subject: identity(GIFTCARDS), controlId: 'MF-01', consequence: true },
      { kind: 'OPENED', subject: identity(GIFTCARDS), controlId: 'ALIGN-01', consequence: true },
    ],
  },
  {
    about: 'data-platform lost the member role.',
    event: 'account breaks',
    accountId: '999999999999',
    fault: 'no-member-role',
    expects: [
      {
        kind: 'REGRESSED',
        subject: { kind: 'account', accountId: '999999999999' },
        controlId: 'SCAN-01',
      },
    ],
  },
  {
    about: 'The wrong DKIM CNAME of voucher.example was corrected.',
    event: 'identity is mended',
    at: VOUCHER,
    fault: 'dkim-cname-wrong-target',
    expects: [{ kind: 'RESOLVED', subject: identity(VOUCHER), controlId: 'DKIM-06' }],
  },
  {
    about: 'SES found the DKIM records of nagoya.example.',
    event: 'identity is mended',
    at: NAGOYA,
    fault: 'dkim-pending',
    expects: [
      { kind: 'RESOLVED', subject: identity(NAGOYA), controlId: 'DKIM-02' },
      { kind: 'RESOLVED', subject: identity(NAGOYA), controlId: 'ALIGN-01', consequence: true },
      { kind: 'RESOLVED', subject: identity(NAGOYA), controlId: 'ALIGN-04', consequence: true },
      { kind: 'RESOLVED', subject: identity(NAGOYA), controlId: 'MF-07', consequence: true },
      ...readiness('RESOLVED', 'nagoya.example'),
    ],
  },
  {
    about: 'SES found the MX of bounce.sapporo.example.',
    event: 'identity is mended',
    at: SAPPORO,
    fault: 'mail-from-pending',
    expects: [
      { kind: 'RESOLVED', subject: identity(SAPPORO), controlId: 'MF-02' },
      { kind: 'RESOLVED', subject: identity(SAPPORO), controlId: 'ALIGN-04', consequence: true },
    ],
  },
  {
    about: 'The link in the mail to newcomer@helpdesk.example was followed.',
    event: 'identity is mended',
    at: NEWCOMER,
    fault: 'address-link-unclicked',
    expects: [{ kind: 'RESOLVED', subject: identity(NEWCOMER), controlId: 'IDENT-01' }],
  },
  {
    about: 'oldnews.example, which had no custom MAIL FROM, was deleted from SES.',
    event: 'identity is deleted',
    at: OLDNEWS,
    expects: [{ kind: 'RETIRED', subject: identity(OLDNEWS), controlId: 'MF-01' }],
  },
  {
    about: 'The name servers of kyoto.example answer SERVFAIL.',
    event: 'identity breaks',
    at: KYOTO,
    fault: 'zone-servfail',
    expects: unjudgeable({ ...KYOTO, domain: 'kyoto.example', mailFrom: 'bounce.kyoto.example' })
      .filter(({ needsCompleteCoverage }) => !needsCompleteCoverage)
      .map(({ subject, controlId }) => ({ kind: 'UNKNOWN', subject, controlId })),
  },
  {
    about: 'The account loyalty-production was opened; what is wrong in it is baseline.',
    event: 'account is created',
    account: LOYALTY_ACCOUNT,
    expects: [{ kind: 'BASELINE', subject: identity(POINTS), controlId: 'MF-01' }],
  },
];

/** The organization after these events; the one that is handed in stays as it is. */
export function aWeekLater(
  organization: OrganizationSpec,
  events: WeekTwoEvent[] = WEEK_TWO,
): OrganizationSpec {
  const later = structuredClone(organization);
  for (const event of events) happen(later, event);
  return later;
}

function happen(organization: OrganizationSpec, event: WeekTwoEvent): void {
  switch (event.event) {
    case 'account is created':
      organization.accounts.push(structuredClone(event.account));
      return;
    case 'account breaks': {
      const account = accountOf(organization, event.accountId);
      account.faults = [...(account.faults ?? []), event.fault];
      return;
    }
    case 'identity is created':
      targetOf(organization, event).identities.push(structuredClone(event.identity));
      return;
    case 'identity is deleted':
      identityOf(organization, event.at).deleted = true;
      return;
    case 'identity breaks': {
      const broken = identityOf(organization, event.at);
      broken.faults = [...(broken.faults ?? []), event.fault];
      return;
    }
    case 'identity is mended': {
      const mended = identityOf(organization, event.at);
      if (!mended.faults?.includes(event.fault))
        throw new Error(`${mended.name} has no fault ${event.fault}.`);
      mended.faults = mended.faults.filter((fault) => fault !== event.fault);
    }
  }
}

function accountOf(organization: OrganizationSpec, id: string): AccountSpec {
  const account = organization.accounts.find((one) => one.id === id);
  if (!account) throw new Error(`The description holds no account ${id}.`);
  return account;
}

function targetOf(organization: OrganizationSpec, at: { accountId: string; region: string }) {
  const target = accountOf(organization, at.accountId).targets[at.region];
  if (!target) throw new Error(`The description holds no target ${at.accountId} ${at.region}.`);
  return target;
}

function identityOf(organization: OrganizationSpec, at: Place): IdentitySpec {
  const found = targetOf(organization, at).identities.find((one) => one.name === at.name);
  if (!found)
    throw new Error(`The description holds no identity ${at.name} in ${at.accountId} ${at.region}.`);
  return found;
}

function identity(place: Place): Subject {
  return { kind: 'identity', ...place };
}

/** What the providers that ask for everything make of one missing leg. */
function readiness(kind: 'REGRESSED' | 'RESOLVED', domainName: string): ExpectedChange[] {
  return ['BULK-03', 'BULK-05'].map((controlId) => ({
    kind,
    subject: named(domainName),
    controlId,
    consequence: true,
  }));
}

function named(name: string): Subject {
  return { kind: 'domain', name };
}
