import type { IdentityFacts } from '../facts/types.ts';
import { exemption, exemptReasons, type ExemptReason } from './exemption.ts';
import { commandFix } from './fixes.ts';
import { say } from './say.ts';
import { identityCause } from './subjects.ts';
import type { Control } from './types.ts';

type Reason =
  'DOMAIN_VERIFIED' | 'NO_DOMAIN_IDENTITY' | 'DOMAIN_NOT_VERIFIED' | 'DOMAIN_IDENTITY' | ExemptReason;

export const ident03: Control<IdentityFacts, Reason> = {
  id: 'IDENT-03',
  revision: 1,
  title: 'An address has a verified domain identity above it',
  subject: 'identity',
  tier: 1,
  severity: 'MEDIUM',
  reads: ['ses:GetEmailIdentity', 'ses:ListEmailIdentities'],
  asserts:
    'The address’s domain, or a parent of it, is a verified domain identity in the same account and Region.',
  why: 'Only a domain identity can sign with d= of the domain; an address alone is never DKIM-signed as its domain.',
  evidence: 'The address’s domain, the domain identity above it, and the verified one where there is one.',
  remedy:
    'The command that creates the domain identity, whose CNAME records it prints; where it exists unverified, IDENT-01 of that identity has the records.',
  sources: [
    'Amazon SES developer guide: Creating and verifying identities in Amazon SES',
    'Amazon SES developer guide: Authenticating Email with DKIM in Amazon SES',
  ],
  reasons: {
    DOMAIN_VERIFIED: { statuses: ['PASS'], means: 'A verified domain identity covers the address.' },
    NO_DOMAIN_IDENTITY: { statuses: ['FAIL'], means: 'No domain identity covers the address.' },
    DOMAIN_NOT_VERIFIED: {
      statuses: ['FAIL'],
      means: 'The domain identity above the address is not verified.',
    },
    DOMAIN_IDENTITY: { statuses: ['NOT_APPLICABLE'], means: 'The identity is a domain itself.' },
    ...exemptReasons,
  },
  judge(facts, context) {
    const { ses, effective } = facts;
    if (ses.type === 'DOMAIN') {
      const summary = 'The identity is a domain';
      return [say(ident03, { status: 'NOT_APPLICABLE', reason: 'DOMAIN_IDENTITY', summary })];
    }
    const exempt = exemption(ident03, facts, context);
    if (exempt) return [exempt];
    const { verifiedDomain, domainIdentity } = effective;
    const evidence = { domain: ses.domain, verifiedDomain, domainIdentity };
    if (verifiedDomain !== undefined) {
      const summary = `${ses.name} is covered by the domain identity ${verifiedDomain}`;
      return [say(ident03, { status: 'PASS', reason: 'DOMAIN_VERIFIED', summary, evidence })];
    }
    if (domainIdentity !== undefined) {
      return [
        say(ident03, {
          status: 'FAIL',
          reason: 'DOMAIN_NOT_VERIFIED',
          summary: `The domain identity ${domainIdentity} above ${ses.name} is not verified, so nothing signs for the domain`,
          evidence,
          fix: { text: `Verify ${domainIdentity}: IDENT-01 of that identity gives the records.` },
          cause: identityCause(facts, 'IDENT-01', domainIdentity),
        }),
      ];
    }
    return [
      say(ident03, {
        status: 'FAIL',
        reason: 'NO_DOMAIN_IDENTITY',
        summary: `${ses.name} has no domain identity above it, so nothing signs for ${ses.domain}`,
        evidence,
        fix: commandFix(
          facts,
          `Create the domain identity ${ses.domain} and publish a CNAME for each token that the command prints.`,
          ['sesv2', 'create-email-identity', '--email-identity', ses.domain],
        ),
      }),
    ];
  },
};
