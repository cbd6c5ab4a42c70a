/** Causes and consequences: one lost key is one line, not six. Which control speaks for a missing leg. */
import type { IdentityFacts } from '../facts/types.ts';
import { inState, ownDkim, signerDkim, type OwnDkim } from './dkim-tokens.ts';
import { effectiveMailFrom, mxState, spfOutcome } from './mail-from.ts';
import { permerrorControl } from './spf-faults.ts';
import { sesSigns } from './self-signed.ts';
import { domainCause, identityCause, type Cause } from './subjects.ts';

/** The control that speaks of what is wrong in DNS at the DKIM names; `undefined` when nothing is known to be wrong. */
export function dkimRecordsControl(dkim: OwnDkim): 'DKIM-05' | 'DKIM-06' | 'DKIM-08' | undefined {
  if (!('tokens' in dkim)) return undefined;
  if (dkim.kind === 'EASY') {
    if (inState(dkim.tokens, 'MISSING', 'HIDDEN').length > 0) return 'DKIM-05';
    if (inState(dkim.tokens, 'WRONG_TARGET', 'TXT_INSTEAD').length > 0) return 'DKIM-06';
  }
  return dkim.tokens.some((token) => token.live === 'dead') ? 'DKIM-08' : undefined;
}

/** The identity's own records as cause of what SES says about them. */
export function ownRecordsCause(facts: IdentityFacts): Cause | undefined {
  const controlId = dkimRecordsControl(ownDkim(facts));
  return controlId && identityCause(facts, controlId);
}

/**
 * Once SES gave up, the records and the verification are mended in one act: publish, then restart. DKIM-02 says both, and
 * what else is wrong with the same records stands beneath it.
 */
export function gaveUpCause(facts: IdentityFacts): Cause | undefined {
  const { type, dkim } = facts.ses;
  return type === 'DOMAIN' && dkim.status === 'FAILED' ? identityCause(facts, 'DKIM-02') : undefined;
}

/**
 * Signing is off at a subdomain that has no keys of its own, under a verified identity that signs: switching it on is all
 * that it takes (docs/judgement.md, "Settings in effect"), and keys of its own are not needed.
 */
export function wouldInherit({ name, ses, effective, parent }: IdentityFacts): boolean {
  const { dkim } = effective;
  return (
    ses.type === 'DOMAIN' &&
    dkim.kind === 'unsigned' &&
    dkim.by === name &&
    ses.dkim.status === 'NOT_STARTED' &&
    parent?.ses.dkim.signingEnabled === true &&
    parent.ses.dkim.status === 'SUCCESS'
  );
}

/** Why no DKIM signature aligns; `undefined` when signing works (and alignment itself is the matter). */
export function dkimLegCause(facts: IdentityFacts): Cause | undefined {
  const { effective, ses } = facts;
  // Who signs before SES does has only the declared keys to mend.
  if (facts.selfSigned !== undefined && !sesSigns(facts)) return identityCause(facts, 'DKIM-08');
  switch (effective.dkim.kind) {
    case 'unproven':
      return undefined;
    case 'unsigned':
      return identityCause(
        facts,
        ses.dkim.status === 'NOT_STARTED' && !wouldInherit(facts) ? 'DKIM-02' : 'DKIM-01',
        effective.dkim.by,
      );
    case 'none':
      return ses.type === 'EMAIL_ADDRESS' ? addressCause(facts) : signerCause(facts, facts.name);
    case 'own':
    case 'inherited':
      return signerCause(facts, effective.dkim.signer);
  }
}

function addressCause(facts: IdentityFacts): Cause {
  const { verifiedDomain } = facts.effective;
  if (verifiedDomain === undefined) return identityCause(facts, 'IDENT-03');
  return identityCause(facts, facts.ses.dkim.signingEnabled ? 'DKIM-02' : 'DKIM-01', verifiedDomain);
}

function signerCause(facts: IdentityFacts, signer: string): Cause | undefined {
  const dkim = facts.signer ?? facts.ses.dkim;
  if (dkim.status === 'NOT_STARTED') return identityCause(facts, 'DKIM-02', signer);
  if (!dkim.signingEnabled) return identityCause(facts, 'DKIM-01', signer);
  const records = dkimRecordsControl(signerDkim(facts));
  if (records !== undefined) return identityCause(facts, records, signer);
  return dkim.status === 'SUCCESS' ? undefined : identityCause(facts, 'DKIM-02', signer);
}

/** Why SPF does not align; `undefined` when it works. Records in DNS before SES's view of them. */
export function spfLegCause(facts: IdentityFacts): Cause | undefined {
  const setting = effectiveMailFrom(facts);
  if (setting.kind === 'NONE') return identityCause(facts, 'MF-01', setting.owner);
  const live = facts.mailFrom;
  if (live) {
    const mx = mxState(live.mx).kind;
    if (mx === 'missing' || mx === 'multiple') return domainCause(live.domain, 'MF-03');
    if (mx === 'alias' || mx === 'null' || mx === 'other')
      return identityCause(facts, 'MF-04', setting.owner);
  }
  if (setting.status !== 'SUCCESS') return identityCause(facts, 'MF-02', setting.owner);
  const spf = live && spfOutcome(live.spf).kind;
  if (live && (spf === 'none' || spf === 'multiple')) return domainCause(live.domain, 'SPF-01');
  if (live && (spf === 'partial' || spf === 'fail' || spf === 'permerror'))
    return domainCause(live.domain, permerrorControl(live.spf) ?? 'SPF-03');
  return undefined;
}
