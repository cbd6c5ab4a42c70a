import type { IdentityFacts } from '../facts/types.ts';
import { exemption, exemptReasons, type ExemptReason } from './exemption.ts';
import { ownedDomain } from './owned-domains.ts';
import { say } from './say.ts';
import type { Control, Finding } from './types.ts';

type Reason =
  | 'DOMAIN_OWNED'
  | 'DOMAIN_CONTROLLED'
  | 'FOREIGN_ADDRESS'
  | 'NOT_CONFIGURED'
  | 'DOMAIN_IDENTITY'
  | Exclude<ExemptReason, 'FOREIGN_DOMAIN'>;

const { FREEMAIL_DOMAIN, SANDBOX_RECIPIENT, PRODUCTION_ACCESS_UNKNOWN } = exemptReasons;

export const ident06: Control<IdentityFacts, Reason> = {
  id: 'IDENT-06',
  revision: 1,
  title: 'An address belongs to a domain of the organization',
  subject: 'identity',
  tier: 2,
  severity: 'MEDIUM',
  reads: ['ses:GetEmailIdentity', 'ses:ListEmailIdentities'],
  asserts:
    'The address’s domain is declared as owned, or a verified domain identity proves that its DNS is in our hands.',
  why: 'Without its DNS nothing can sign for the domain: mail From it can never align, and under the owner’s DMARC policy it is dropped.',
  evidence: 'The domain and, where there is one, the owned domain that it belongs to.',
  remedy:
    'Which domain to send from, or which setting to complete; it takes the owner of the sending system.',
  sources: [
    'RFC 9989 section 4.4',
    'Amazon SES developer guide: Creating and verifying identities in Amazon SES',
  ],
  reasons: {
    DOMAIN_OWNED: {
      statuses: ['PASS'],
      means: 'The domain is, or lies below, one that the settings declare.',
    },
    DOMAIN_CONTROLLED: {
      statuses: ['PASS'],
      means: 'The settings do not name the domain, but it is verified here as a domain identity.',
    },
    FOREIGN_ADDRESS: { statuses: ['WARN'], means: 'The domain is somebody else’s.' },
    NOT_CONFIGURED: { statuses: ['NOT_APPLICABLE'], means: 'The setting `ownedDomains` is empty.' },
    DOMAIN_IDENTITY: { statuses: ['NOT_APPLICABLE'], means: 'The identity is a domain itself.' },
    FREEMAIL_DOMAIN,
    SANDBOX_RECIPIENT,
    PRODUCTION_ACCESS_UNKNOWN,
  },
  judge(facts, context) {
    const { ses, effective, accountId, region } = facts;
    const { settings } = context;
    if (settings.ownedDomains.length === 0) {
      const summary = 'The settings declare no owned domains';
      return [say(ident06, { status: 'NOT_APPLICABLE', reason: 'NOT_CONFIGURED', summary })];
    }
    if (ses.type === 'DOMAIN') {
      const summary = 'The identity is a domain';
      return [say(ident06, { status: 'NOT_APPLICABLE', reason: 'DOMAIN_IDENTITY', summary })];
    }
    // Declared or not, what is a recipient or a mailbox provider's is left to others.
    const undeclared = { ...context, settings: { ...settings, ownedDomains: [] } };
    const asAny = { ...ident06, reasons: { ...ident06.reasons, ...exemptReasons } };
    const exempt = exemption(asAny, facts, undeclared);
    if (exempt) return [exempt as Finding<Reason>];
    const owned = ownedDomain(ses.domain, settings);
    const evidence = { domain: ses.domain, ownedDomain: owned, verifiedDomain: effective.verifiedDomain };
    if (owned !== undefined) {
      const summary = `${ses.domain} belongs to the owned domain ${owned}`;
      return [say(ident06, { status: 'PASS', reason: 'DOMAIN_OWNED', summary, evidence })];
    }
    if (effective.verifiedDomain !== undefined) {
      const summary = `${ses.domain} is verified here by the domain identity ${effective.verifiedDomain}`;
      return [say(ident06, { status: 'PASS', reason: 'DOMAIN_CONTROLLED', summary, evidence })];
    }
    return [
      say(ident06, {
        status: 'WARN',
        reason: 'FOREIGN_ADDRESS',
        summary: `${ses.name} is of the domain ${ses.domain}, which is not the organization's`,
        evidence,
        fix: {
          text:
            `Let what sends as ${ses.name} (account ${accountId}, ${region}) send from a domain of the organization, with the ` +
            `address in Reply-To. If ${ses.domain} is the organization's, add it to the setting ownedDomains and create its domain identity.`,
        },
      }),
    ];
  },
};
