import type { IdentityFacts } from '../facts/types.ts';
import { dkimLegCause } from './causes.ts';
import { dkimScopeReasons, outsideDkimScope, type DkimScopeReason } from './dkim-scope.ts';
import { commandFix, registrableDomain, restartDkim, startEasyDkim, tokenCnames } from './fixes.ts';
import { cannotSendYet } from './exemption.ts';
import { say } from './say.ts';
import { strictnessCause } from './strictness.ts';
import type { Control, Finding, Fix } from './types.ts';
import { dnsReasons, type DnsReason } from './unknowns.ts';
import { verdictOf } from './verdict.ts';

type Reason =
  | 'SIGNING_DOMAIN_ALIGNED'
  | 'NO_DMARC'
  | 'NOT_SIGNED'
  | 'SIGNING_DOMAIN_NOT_ALIGNED'
  | 'APEX_IDENTITY'
  | 'NOT_YET_VERIFIED'
  | DkimScopeReason
  | DnsReason;

export const dkim03: Control<IdentityFacts, Reason> = {
  id: 'DKIM-03',
  revision: 1,
  title: 'An address or subdomain is signed by a domain that aligns',
  subject: 'identity',
  tier: 1,
  severity: 'HIGH',
  reads: ['ses:GetEmailIdentity'],
  asserts:
    'The domain that SES signs with (d=) for an address or subdomain is known and aligns with the From domain.',
  why: 'An address has no key of its own, and a subdomain often none: whose signature their mail carries, and whether it counts for DMARC, depends on other identities.',
  evidence: 'The From domain, the signing domain and identity, and the mode of alignment (adkim).',
  remedy: 'A command that sets up DKIM for the identity’s own domain.',
  sources: [
    'RFC 9989 section 4.4.1',
    'Amazon SES developer guide: Authenticating Email with DKIM in Amazon SES',
    'Amazon SES developer guide: Creating and verifying identities in Amazon SES (inheritance)',
  ],
  reasons: {
    SIGNING_DOMAIN_ALIGNED: { statuses: ['PASS'], means: 'The signing domain aligns with the From domain.' },
    NO_DMARC: {
      statuses: ['PASS'],
      means: 'A domain above signs; as long as no DMARC record applies, nothing has to align.',
    },
    NOT_SIGNED: {
      statuses: ['FAIL'],
      class: 2,
      means: 'Nothing signs, neither the identity nor a domain identity above it.',
    },
    SIGNING_DOMAIN_NOT_ALIGNED: {
      statuses: ['FAIL'],
      class: 1,
      means: 'A domain above signs, which does not align: adkim is strict, or psd=n cuts it off.',
    },
    NOT_YET_VERIFIED: {
      statuses: ['NOT_APPLICABLE'],
      means: 'The identity waits for its first verification: no mail can leave yet.',
    },
    APEX_IDENTITY: {
      statuses: ['NOT_APPLICABLE'],
      means:
        'The identity is a registered domain, which signs for itself or not at all; DKIM-01 and DKIM-02 speak.',
    },
    ...dkimScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const outside = outsideDkimScope(dkim03, facts, context);
    if (outside) return [outside];
    if (facts.ses.type === 'DOMAIN' && registrableDomain(facts.ses.domain) === facts.ses.domain) {
      const summary = `${facts.name} is no subdomain`;
      return [say(dkim03, { status: 'NOT_APPLICABLE', reason: 'APEX_IDENTITY', summary })];
    }
    if (cannotSendYet(facts)) {
      const summary = `${facts.name} waits for verification: no mail can leave yet`;
      return [say(dkim03, { status: 'NOT_APPLICABLE', reason: 'NOT_YET_VERIFIED', summary })];
    }
    return [judgeSigner(facts)];
  },
};

function judgeSigner(facts: IdentityFacts): Finding<Reason> {
  const { effective, alignment } = facts;
  const from = alignment.authorDomain;
  const { dkim } = effective;
  if (dkim.kind !== 'own' && dkim.kind !== 'inherited') {
    const cause = dkimLegCause(facts);
    return say(dkim03, {
      status: 'FAIL',
      reason: 'NOT_SIGNED',
      summary: `No domain signs for mail From ${from} of ${facts.name}`,
      evidence: { from, by: dkim.kind },
      fix: cause
        ? {
            text: `Mend DKIM of the domain identity ${'name' in cause.subject ? cause.subject.name : from} as ${cause.controlId} there says.`,
          }
        : ownKeyFix(facts),
      ...(cause ? { cause } : {}),
    });
  }
  const { signingDomain, signer, kind } = dkim;
  const aligned = alignment.dkim?.real ?? 'unknown';
  const evidence = { from, signingDomain, signer, by: kind, adkim: alignment.adkim, aligned };
  // What does not align matters only where a record applies.
  if (aligned === 'unknown' || (!aligned && facts.dmarc.status === 'temperror')) {
    const reason = facts.dnsUnusable === undefined ? 'DNS_UNANSWERED' : 'RESOLVER_UNUSABLE';
    const summary = `Not judged: whether d=${signingDomain} aligns with ${from} is not known`;
    return say(dkim03, { status: 'UNKNOWN', reason, summary, evidence });
  }
  if (aligned) {
    const summary = `Mail From ${from} is signed with d=${signingDomain}, which aligns`;
    return say(dkim03, { status: 'PASS', reason: 'SIGNING_DOMAIN_ALIGNED', summary, evidence });
  }
  // Without any record every name is its own Organizational Domain (RFC 9989 section 4.10.2): DMARC-01 is the matter.
  if (facts.dmarc.status === 'none') {
    const summary = `Mail From ${from} is signed with d=${signingDomain}; no DMARC record asks for alignment yet`;
    return say(dkim03, { status: 'PASS', reason: 'NO_DMARC', summary, evidence });
  }
  const why = alignment.adkim === 's' ? 'adkim is strict' : 'DMARC records part the two names';
  const cause = strictnessCause(facts, verdictOf(facts), 'dkim');
  return say(dkim03, {
    status: 'FAIL',
    reason: 'SIGNING_DOMAIN_NOT_ALIGNED',
    summary: `Mail From ${from} is signed with d=${signingDomain}, which does not align: ${why}`,
    evidence,
    fix: ownKeyFix(facts),
    ...(cause ? { cause } : {}),
  });
}

/** A domain identity of the From domain itself signs with d= of exactly that name, which aligns in any mode. */
function ownKeyFix(facts: IdentityFacts): Fix {
  const { ses } = facts;
  const { status, tokens, origin } = ses.dkim;
  if (ses.type === 'DOMAIN' && tokens.length > 0 && origin !== 'EXTERNAL') {
    const records = { publish: tokenCnames(ses), unseen: true } as const;
    if (status !== 'FAILED') {
      return {
        text: `Publish the CNAME records of ${ses.domain} itself; SES then signs with it.`,
        ...records,
      };
    }
    const text = `Publish the CNAME records of ${ses.domain} itself, then restart the verification.`;
    return commandFix(facts, text, restartDkim(ses.domain), records);
  }
  if (ses.type === 'DOMAIN') {
    const text = `Set up Easy DKIM for ${ses.domain} itself and publish a CNAME for each token that the command prints.`;
    return commandFix(facts, text, startEasyDkim(ses.domain));
  }
  const exists = facts.effective.domainIdentity === ses.domain;
  if (exists) {
    return {
      text: `Mend DKIM of the domain identity ${ses.domain}: DKIM-01 to DKIM-12 of that identity say how.`,
    };
  }
  return commandFix(
    facts,
    `Create the domain identity ${ses.domain} and publish a CNAME for each token that the command prints.`,
    ['sesv2', 'create-email-identity', '--email-identity', ses.domain],
  );
}
