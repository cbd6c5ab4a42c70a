import type { IdentityFacts } from '../facts/types.ts';
import { switchedOffCause, unverifiedDomainCause, wouldInherit } from './causes.ts';
import { dkimScopeReasons, outsideDkimScope, selfSigned, type DkimScopeReason } from './dkim-scope.ts';
import { commandFix, seeThere } from './fixes.ts';
import { say } from './say.ts';
import { identityCause, type Cause } from './subjects.ts';
import type { Control, Fix } from './types.ts';

type Reason =
  'SIGNING_ENABLED' | 'SIGNING_INHERITED' | 'DKIM_DISABLED' | 'DKIM_VERIFIED_BUT_DISABLED' | DkimScopeReason;

export const dkim01: Control<IdentityFacts, Reason> = {
  id: 'DKIM-01',
  revision: 1,
  title: 'DKIM signing is enabled',
  subject: 'identity',
  tier: 1,
  severity: 'HIGH',
  reads: ['ses:GetEmailIdentity'],
  asserts: 'SES signs what this identity sends, by its own setting or an inherited one.',
  why: 'Unsigned mail rests on SPF alone, which breaks at the first forwarder; Google Groups and bulk rules drop it silently.',
  evidence:
    'Whether signing is enabled and verified for the identity itself, and who signs in effect: it, a parent, or nobody.',
  remedy:
    'The command that enables signing, of the identity whose setting decides (it may be the parent). For an address whose domain is enabled but not verified, what DKIM-02 says there.',
  sources: [
    'Amazon SES API v2: DkimAttributes.SigningEnabled',
    'Amazon SES developer guide: Authenticating Email with DKIM in Amazon SES',
    'Google: Email sender guidelines (answer 81126)',
    'RFC 9989 section 8',
  ],
  reasons: {
    SIGNING_ENABLED: { statuses: ['PASS'], means: 'Signing is on for the identity itself.' },
    SIGNING_INHERITED: { statuses: ['PASS'], means: 'A verified parent identity signs for it.' },
    DKIM_DISABLED: { statuses: ['FAIL'], means: 'Signing is off.' },
    DKIM_VERIFIED_BUT_DISABLED: {
      statuses: ['FAIL'],
      means: 'SES has verified the DKIM records, but signing is switched off.',
    },
    ...dkimScopeReasons,
  },
  judge(facts, context) {
    const outside = outsideDkimScope(dkim01, facts, context) ?? selfSigned<Reason>(dkim01, facts, context);
    if (outside) return [outside];
    const { ses, effective } = facts;
    const { signingEnabled, status } = ses.dkim;
    const evidence = { signingEnabled, status, effective: { ...effective.dkim } };
    if (effective.dkim.kind === 'inherited') {
      const summary = `${effective.dkim.signer} signs for ${facts.name}`;
      return [say(dkim01, { status: 'PASS', reason: 'SIGNING_INHERITED', summary, evidence })];
    }
    if (effective.dkim.kind === 'own' || (effective.dkim.kind === 'none' && signingEnabled)) {
      const summary = `DKIM signing is enabled for ${facts.name}`;
      return [say(dkim01, { status: 'PASS', reason: 'SIGNING_ENABLED', summary, evidence })];
    }
    const verified = status === 'SUCCESS';
    const cause = causeOf(facts);
    return [
      say(dkim01, {
        status: 'FAIL',
        reason: verified ? 'DKIM_VERIFIED_BUT_DISABLED' : 'DKIM_DISABLED',
        summary: verified
          ? `DKIM of ${facts.name} is verified but switched off: its mail leaves unsigned`
          : `DKIM signing of ${facts.name} is off: its mail leaves unsigned`,
        evidence,
        fix: fixFor(facts),
        ...(cause ? { cause } : {}),
      }),
    ];
  },
};

/** Another identity's setting, or DKIM that was never set up (DKIM-02's matter). */
function causeOf(facts: IdentityFacts): Cause | undefined {
  const { dkim } = facts.effective;
  if (dkim.kind === 'unsigned' && dkim.by !== facts.name) return switchedOffCause(facts, dkim.by);
  if (facts.ses.type === 'EMAIL_ADDRESS') {
    return dkim.kind === 'unsigned' ? undefined : unverifiedDomainCause(facts);
  }
  if (wouldInherit(facts)) return undefined;
  return facts.ses.dkim.status === 'NOT_STARTED' ? identityCause(facts, 'DKIM-02') : undefined;
}

function fixFor(facts: IdentityFacts): Fix {
  const { dkim } = facts.effective;
  const cause = dkim.kind === 'none' ? unverifiedDomainCause(facts) : undefined;
  if (cause) return seeThere(cause);
  const identity = dkim.kind === 'unsigned' ? dkim.by : facts.name;
  return commandFix(facts, `Enable DKIM signing of ${identity}.`, [
    'sesv2',
    'put-email-identity-dkim-attributes',
    '--email-identity',
    identity,
    '--signing-enabled',
  ]);
}
