import type { IdentityFacts } from '../facts/types.ts';
import { commandFix } from './fixes.ts';
import { readPolicies, type Grant, type PolicyReading } from './policy-document.ts';
import { listed, say } from './say.ts';
import type { Control, Finding, Fix, JudgeContext } from './types.ts';

type Reason =
  | 'NO_POLICIES'
  | 'OWN_ACCOUNTS_ONLY'
  | 'PUBLIC_PRINCIPAL'
  | 'OUTSIDE_ACCOUNT'
  | 'OUTSIDE_ORGANIZATION'
  | 'PUBLIC_UNDER_CONDITIONS'
  | 'SERVICE_FOR_ANYBODY'
  | 'ORGANIZATION_UNKNOWN'
  | 'POLICY_UNREADABLE'
  | 'POLICIES_UNSEEN';

export const ident07: Control<IdentityFacts, Reason> = {
  id: 'IDENT-07',
  revision: 1,
  title: 'No policy lets strangers send',
  subject: 'identity',
  tier: 2,
  severity: 'HIGH',
  reads: ['ses:GetEmailIdentity'],
  asserts:
    'No policy of the identity allows everybody, or an account outside the organization that the settings do not list.',
  why: 'Whoever a policy lets in sends signed, aligned mail in your name; no DMARC policy stops it. Deny statements are not counted as a cure.',
  evidence: 'Whom the policies let in, by policy and statement.',
  remedy: 'Names the policy and the statement to narrow, and the command that stores the narrowed policy.',
  sources: [
    'Amazon SES developer guide: Using sending authorization with Amazon SES',
    'IAM user guide: AWS JSON policy elements: Principal; Condition; NotPrincipal',
    'IAM user guide: AWS global condition context keys (aws:PrincipalOrgID, aws:SourceAccount, ...IfExists)',
  ],
  reasons: {
    NO_POLICIES: { statuses: ['PASS'], means: 'The identity has no policy.' },
    OWN_ACCOUNTS_ONLY: {
      statuses: ['PASS'],
      means:
        'The policies let in accounts of the organization, and those that the setting `trustedAccounts` lists.',
    },
    PUBLIC_PRINCIPAL: {
      statuses: ['FAIL'],
      severity: 'CRITICAL',
      class: 3,
      means:
        'A statement allows everybody (`*`, or NotPrincipal), and no condition says who: ses:FromAddress does not.',
    },
    OUTSIDE_ACCOUNT: {
      statuses: ['FAIL'],
      class: 2,
      means:
        'A statement allows an account outside the organization that the setting `trustedAccounts` does not list.',
    },
    OUTSIDE_ORGANIZATION: {
      statuses: ['FAIL'],
      class: 2,
      means: 'A statement allows another organization.',
    },
    PUBLIC_UNDER_CONDITIONS: {
      statuses: ['WARN'],
      class: 1,
      means:
        'A statement allows everybody who meets a condition that does not say who they are, such as an IP address.',
    },
    SERVICE_FOR_ANYBODY: {
      statuses: ['WARN'],
      severity: 'MEDIUM',
      means:
        'A statement allows an AWS service without saying for which account it may act (aws:SourceAccount).',
    },
    ORGANIZATION_UNKNOWN: {
      statuses: ['UNKNOWN'],
      means: 'Whether an account or organization that a policy names is the own one is not known.',
    },
    POLICY_UNREADABLE: { statuses: ['UNKNOWN'], means: 'A policy could not be understood.' },
    POLICIES_UNSEEN: { statuses: ['UNKNOWN'], means: 'The policies of the identity were not read.' },
  },
  judge(facts, context) {
    const { policies } = facts.ses;
    if (policies === undefined) {
      const summary = `Not judged: the policies of ${facts.name} were not read`;
      return [say(ident07, { status: 'UNKNOWN', reason: 'POLICIES_UNSEEN', summary })];
    }
    if (Object.keys(policies).length === 0) {
      const summary = `${facts.name} has no policy`;
      return [say(ident07, { status: 'PASS', reason: 'NO_POLICIES', summary })];
    }
    return [judgeReading(facts, readPolicies(policies), context)];
  },
};

/** Gravest first. What is not known comes after what is FAIL and before what is WARN, because it may turn out worse. */
const ORDER: readonly Reason[] = [
  'PUBLIC_PRINCIPAL',
  'OUTSIDE_ACCOUNT',
  'OUTSIDE_ORGANIZATION',
  'POLICY_UNREADABLE',
  'ORGANIZATION_UNKNOWN',
  'PUBLIC_UNDER_CONDITIONS',
  'SERVICE_FOR_ANYBODY',
  'OWN_ACCOUNTS_ONLY',
];

function judgeReading(
  facts: IdentityFacts,
  { grants, unreadable }: PolicyReading,
  context: JudgeContext,
): Finding<Reason> {
  const judged = grants.map((grant) => ({ grant, reason: reasonOf(grant, facts, context) }));
  const worst =
    ORDER.find((reason) =>
      reason === 'POLICY_UNREADABLE' ? unreadable.length > 0 : judged.some((one) => one.reason === reason),
    ) ?? 'OWN_ACCOUNTS_ONLY';
  const at = judged.filter(({ reason }) => reason === worst).map(({ grant }) => grant);
  const evidence = {
    grants: judged.map(({ grant: { policy, sid, ...to }, reason }) => ({
      policy,
      ...(sid === undefined ? {} : { sid }),
      to: whoOf({ policy, ...to }),
      reason,
    })),
    ...(unreadable.length > 0 ? { unreadable: unreadable.map((one) => ({ ...one })) } : {}),
  };
  const who = listed([...new Set(at.map(whoOf))]);
  switch (worst) {
    case 'OWN_ACCOUNTS_ONLY': {
      const summary = `The policies of ${facts.name} let in only accounts of the organization and trusted ones`;
      return say(ident07, { status: 'PASS', reason: worst, summary, evidence });
    }
    case 'POLICY_UNREADABLE': {
      const why = unreadable[0]?.why ?? '';
      const summary = `Not judged: the policy ${unreadable[0]?.policy ?? ''} of ${facts.name} cannot be understood: ${why}`;
      return say(ident07, { status: 'UNKNOWN', reason: worst, summary, evidence });
    }
    case 'ORGANIZATION_UNKNOWN': {
      const summary = `Not judged: whether ${who}, which may send as ${facts.name}, belongs to the organization is not known`;
      return say(ident07, { status: 'UNKNOWN', reason: worst, summary, evidence });
    }
    default: {
      const status = worst === 'PUBLIC_UNDER_CONDITIONS' || worst === 'SERVICE_FOR_ANYBODY' ? 'WARN' : 'FAIL';
      const summary = `The policy ${listed([...new Set(at.map(({ policy }) => policy))])} lets ${who} send as ${facts.name}`;
      return say(ident07, { status, reason: worst, summary, evidence, fix: fixFor(facts, at) });
    }
  }
}

function reasonOf(grant: Grant, facts: IdentityFacts, { settings }: JudgeContext): Reason {
  switch (grant.to) {
    case 'everybody':
      return 'PUBLIC_PRINCIPAL';
    case 'conditioned':
      return 'PUBLIC_UNDER_CONDITIONS';
    case 'service':
      return 'SERVICE_FOR_ANYBODY';
    case 'organization': {
      const own = facts.organization?.id;
      if (own === undefined) return 'ORGANIZATION_UNKNOWN';
      return own === grant.organization ? 'OWN_ACCOUNTS_ONLY' : 'OUTSIDE_ORGANIZATION';
    }
    case 'account': {
      const { account } = grant;
      if (account === facts.accountId || settings.trustedAccounts.includes(account))
        return 'OWN_ACCOUNTS_ONLY';
      const accounts = facts.organization?.accounts ?? {};
      if (!Object.hasOwn(accounts, account)) return 'ORGANIZATION_UNKNOWN';
      return accounts[account] === true ? 'OWN_ACCOUNTS_ONLY' : 'OUTSIDE_ACCOUNT';
    }
  }
}

function whoOf(grant: Grant): string {
  switch (grant.to) {
    case 'everybody':
      return 'everybody';
    case 'conditioned':
      return `everybody who meets ${grant.keys.join(', ')}`;
    case 'account':
      return `account ${grant.account}`;
    case 'organization':
      return `organization ${grant.organization}`;
    case 'service':
      return `the service ${grant.service} for anybody`;
  }
}

function fixFor(facts: IdentityFacts, grants: Grant[]): Fix {
  const [first] = grants;
  const statements = grants.map(({ policy, sid }) => (sid === undefined ? policy : `${policy} (${sid})`));
  return commandFix(
    facts,
    `Narrow the statement in ${listed([...new Set(statements)])}: name the accounts or roles that send, or add the condition StringEquals aws:PrincipalOrgID (for a service aws:SourceAccount). ` +
      'Save the narrowed policy as policy.json before you run the command. An account outside that may send belongs into the setting trustedAccounts.',
    [
      'sesv2',
      'update-email-identity-policy',
      '--email-identity',
      facts.name,
      '--policy-name',
      first?.policy ?? '',
      '--policy',
      'file://policy.json',
    ],
  );
}
