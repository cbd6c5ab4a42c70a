import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ident07 } from '../../lambda/controls/ident-07.ts';
import { accountsNamed, readPolicies } from '../../lambda/controls/policy-document.ts';
import type { IdentityFacts } from '../../lambda/facts/types.ts';
import { contextOf, identityFacts } from './facts.ts';
import { describeControl } from './paired.ts';

const ORGANIZATION = 'o-a1b2c3d4e5';
const OWN = '111111111111';
const SISTER = '222222222222';
const STRANGER = '999999999999';

type Statement = { [element: string]: unknown };

/** One policy named `partner`; it lets `Principal` send, under `Condition`. */
function policy(...statements: Statement[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({
      Effect: 'Allow',
      Action: ['ses:SendEmail', 'ses:SendRawEmail'],
      Resource: '*',
      ...statement,
    })),
  });
}

function withPolicy(text: string, change?: (facts: IdentityFacts) => void): IdentityFacts {
  return identityFacts((facts) => {
    facts.ses.policies = { partner: text };
    facts.organization = { id: ORGANIZATION, accounts: { [SISTER]: true, [STRANGER]: false } };
    change?.(facts);
  });
}

const everybody = { Principal: '*' };
const pass = { status: 'PASS', reason: 'OWN_ACCOUNTS_ONLY' } as const;
const open = { status: 'FAIL', reason: 'PUBLIC_PRINCIPAL', severity: 'CRITICAL', reasonClass: 3 } as const;
const outside = { status: 'FAIL', reason: 'OUTSIDE_ACCOUNT', severity: 'HIGH', reasonClass: 2 } as const;

describeControl(ident07, [
  { when: 'there is no policy', facts: identityFacts(), says: { status: 'PASS', reason: 'NO_POLICIES' } },
  {
    when: 'everybody may send',
    facts: withPolicy(policy({ ...everybody, Sid: 'All' })),
    says: {
      ...open,
      summary: 'The policy partner lets everybody send as example.com',
      evidence: { grants: [{ policy: 'partner', sid: 'All', to: 'everybody', reason: 'PUBLIC_PRINCIPAL' }] },
      command:
        'aws sesv2 update-email-identity-policy --email-identity example.com --policy-name partner --policy file://policy.json --region eu-west-1',
      fixText: /partner \(All\)/,
    },
  },
  ...[
    { when: 'AWS: *', statement: { Principal: { AWS: '*' } } },
    { when: 'a list that holds *', statement: { Principal: { AWS: [OWN, '*'] } } },
    { when: 'NotPrincipal with Allow', statement: { NotPrincipal: { AWS: STRANGER } } },
    {
      when: 'any From address of the domain: says what, not who',
      statement: { ...everybody, Condition: { StringLike: { 'ses:FromAddress': 'news@example.com' } } },
    },
    {
      when: 'any organization',
      statement: { ...everybody, Condition: { StringLike: { 'aws:PrincipalOrgID': 'o-*' } } },
    },
    {
      when: 'IfExists: who is in no organization brings no such key',
      statement: {
        ...everybody,
        Condition: { StringEqualsIfExists: { 'aws:PrincipalOrgID': ORGANIZATION } },
      },
    },
    {
      when: 'ForAllValues: true without the key, too',
      statement: {
        ...everybody,
        Condition: { 'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': `${ORGANIZATION}/*` } },
      },
    },
    {
      when: 'everybody but one',
      statement: { ...everybody, Condition: { StringNotEquals: { 'aws:PrincipalAccount': STRANGER } } },
    },
    {
      when: 'roles of any account',
      statement: {
        ...everybody,
        Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/mailer' } },
      },
    },
    {
      when: 'one of the values is a wildcard',
      statement: { ...everybody, Condition: { StringLike: { 'aws:PrincipalAccount': [OWN, '*'] } } },
    },
    {
      when: 'every address of the internet',
      statement: { ...everybody, Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } },
    },
    { when: 'letters written otherwise', statement: { Principal: undefined, principal: '*' } },
  ].map(({ when, statement }) => ({ when, facts: withPolicy(policy(statement)), says: open })),
  ...[
    { when: 'the own account', statement: { Principal: { AWS: OWN } } },
    {
      when: 'a role of an account of the organization',
      statement: { Principal: { AWS: `arn:aws:iam::${SISTER}:role/mailer` } },
    },
    {
      when: 'everybody of the organization',
      statement: { ...everybody, Condition: { StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION } } },
    },
    {
      when: 'everybody of the organization, key in capitals',
      statement: { ...everybody, Condition: { stringequals: { 'AWS:PRINCIPALORGID': [ORGANIZATION] } } },
    },
    {
      when: 'a unit of the organization',
      statement: {
        ...everybody,
        Condition: { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': `${ORGANIZATION}/r-ab12/*` } },
      },
    },
    {
      when: 'everybody of one account of ours',
      statement: { ...everybody, Condition: { StringEquals: { 'aws:PrincipalAccount': SISTER } } },
    },
    {
      when: 'a service for the own account',
      statement: {
        Principal: { Service: 'email.cognito-idp.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': OWN },
          ArnLike: { 'aws:SourceArn': `arn:aws:cognito-idp:eu-west-1:${OWN}:userpool/*` },
        },
      },
    },
    { when: 'a user that was deleted', statement: { Principal: { AWS: 'AIDAJQABLZS4A3QDU576Q' } } },
    { when: 'nobody: a Deny', statement: { Effect: 'Deny', Principal: '*' } },
  ].map(({ when, statement }) => ({ when, facts: withPolicy(policy(statement)), says: pass })),
  {
    when: 'an account outside the organization',
    facts: withPolicy(policy({ Principal: { AWS: STRANGER } })),
    says: { ...outside, summary: 'The policy partner lets account 999999999999 send as example.com' },
  },
  {
    when: 'an account outside that the settings trust',
    facts: withPolicy(policy({ Principal: { AWS: STRANGER } })),
    context: contextOf({ settings: { trustedAccounts: [STRANGER] } }),
    says: pass,
  },
  {
    when: 'everybody of an account outside',
    facts: withPolicy(
      policy({
        ...everybody,
        Condition: { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${STRANGER}:role/x` } },
      }),
    ),
    says: outside,
  },
  {
    when: 'another organization',
    facts: withPolicy(
      policy({ ...everybody, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-zzzzzzzzzz' } } }),
    ),
    says: { status: 'FAIL', reason: 'OUTSIDE_ORGANIZATION', severity: 'HIGH' },
  },
  {
    when: 'everybody from some addresses',
    facts: withPolicy(policy({ ...everybody, Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } })),
    says: {
      status: 'WARN',
      reason: 'PUBLIC_UNDER_CONDITIONS',
      severity: 'HIGH',
      summary: 'The policy partner lets everybody who meets aws:sourceip send as example.com',
    },
  },
  {
    when: 'a service for anybody',
    facts: withPolicy(policy({ Principal: { Service: 'email.cognito-idp.amazonaws.com' } })),
    says: { status: 'WARN', reason: 'SERVICE_FOR_ANYBODY', severity: 'MEDIUM' },
  },
  {
    when: 'nothing is known of the organization',
    facts: withPolicy(policy({ Principal: { AWS: STRANGER } }), (facts) => delete facts.organization),
    says: { status: 'UNKNOWN', reason: 'ORGANIZATION_UNKNOWN' },
  },
  {
    when: 'nothing is known of the account',
    facts: withPolicy(policy({ Principal: { AWS: '333333333333' } })),
    says: { status: 'UNKNOWN', reason: 'ORGANIZATION_UNKNOWN' },
  },
  {
    when: 'the id of the organization is not known',
    facts: withPolicy(
      policy({ ...everybody, Condition: { StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION } } }),
      (facts) => delete facts.organization?.id,
    ),
    says: { status: 'UNKNOWN', reason: 'ORGANIZATION_UNKNOWN' },
  },
  {
    when: 'the policy is no JSON',
    facts: withPolicy('{"Statement":'),
    says: { status: 'UNKNOWN', reason: 'POLICY_UNREADABLE', summary: /cannot be understood: it is no JSON/ },
  },
  {
    when: 'a principal of another kind',
    facts: withPolicy(policy({ Principal: { Federated: 'accounts.example.com' } })),
    says: { status: 'UNKNOWN', reason: 'POLICY_UNREADABLE' },
  },
  {
    when: 'what cannot be read hides nothing: another statement is public',
    facts: withPolicy(policy({ Principal: { Federated: 'accounts.example.com' } }, everybody)),
    says: open,
  },
  {
    when: 'one policy cannot be read, another one is public',
    facts: withPolicy(
      policy(everybody),
      (facts) => (facts.ses.policies = { ...facts.ses.policies, broken: '[' }),
    ),
    says: open,
  },
  {
    when: 'the policies were not read',
    facts: identityFacts((facts) => delete facts.ses.policies),
    says: { status: 'UNKNOWN', reason: 'POLICIES_UNSEEN' },
  },
]);

describe('policies', () => {
  it('name the accounts whose membership has to be learned', () => {
    const text = policy(
      { Principal: { AWS: [STRANGER, `arn:aws:iam::${SISTER}:root`] } },
      { ...everybody, Condition: { StringEquals: { 'aws:SourceAccount': OWN } } },
    );
    expect(accountsNamed({ one: text, two: text })).toEqual([OWN, SISTER, STRANGER]);
  });

  it('of any text are read without throwing, the same twice', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json({ maxDepth: 6 }), fc.string({ unit: 'binary' })), (text) => {
        const facts = withPolicy(text);
        expect(ident07.judge(structuredClone(facts), contextOf())).toEqual(ident07.judge(facts, contextOf()));
      }),
      { numRuns: 300 },
    );
  });

  it('never leave an Allow unsaid: it grants something, or cannot be read', () => {
    fc.assert(
      fc.property(arbitraryStatement, (statement) => {
        const { grants, unreadable } = readPolicies({ one: JSON.stringify({ Statement: statement }) });
        expect(grants.length + unreadable.length > 0).toBe(statement.Effect === 'Allow');
      }),
      { numRuns: 300 },
    );
  });

  it('with a public principal and no condition on who are public, whatever else they hold', () => {
    fc.assert(
      fc.property(fc.array(arbitraryStatement, { maxLength: 5 }), fc.nat(5), (others, at) => {
        const statements: Statement[] = [...others];
        statements.splice(Math.min(at, statements.length), 0, { Effect: 'Allow', ...everybody });
        const facts = withPolicy(JSON.stringify({ Statement: statements }));
        expect(ident07.judge(facts, contextOf())).toMatchObject([open]);
      }),
      { numRuns: 300 },
    );
  });

  it('never pass while a statement allows somebody who is not known to be ours', () => {
    fc.assert(
      fc.property(fc.array(arbitraryStatement, { minLength: 1, maxLength: 5 }), (statements) => {
        const facts = withPolicy(JSON.stringify({ Statement: statements }));
        const [finding] = ident07.judge(facts, contextOf());
        const text = JSON.stringify(
          statements.filter(({ Effect }) => Effect === 'Allow').map(({ Principal }) => Principal),
        );
        if (text.includes(STRANGER)) expect(finding?.status).not.toBe('PASS');
      }),
      { numRuns: 300 },
    );
  });
});

const principals = fc.constantFrom<unknown>(
  '*',
  { AWS: '*' },
  { AWS: [OWN, STRANGER] },
  { AWS: `arn:aws:iam::${STRANGER}:root` },
  { Service: 'ses.amazonaws.com' },
  { Federated: 'x' },
  {},
  [],
  null,
  7,
  'somebody',
);
const conditions = fc.constantFrom<unknown>(
  undefined,
  { StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION } },
  { StringLike: { 'ses:FromAddress': '*' } },
  { IpAddress: { 'aws:SourceIp': ['192.0.2.0/24'] } },
  { Bool: { 'aws:SecureTransport': true } },
  { StringEquals: { 'aws:SourceAccount': 7 } },
  { StringEquals: [] },
  'none',
  { __proto__: null, constructor: { toString: 'x' } },
);
const arbitraryStatement = fc.record({
  Effect: fc.constantFrom('Allow', 'Deny'),
  Principal: principals,
  Condition: conditions,
});
