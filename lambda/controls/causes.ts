/** Causes and consequences: one lost key is one line, not six. Which control speaks for a missing leg. */
import type { IdentityFacts } from '../facts/types.ts';
import { inState, ownDkim, signerDkim, type OwnDkim } from './dkim-tokens.ts';
import { effectiveMailFrom, mxState, spfOutcome } from './mail-from.ts';
import { permerrorControl } from './spf-faults.ts';
import { sesSigns } from './self-signed.ts';
import { strictnessCause } from './strictness.ts';
import { domainCause, identityCause, type Cause } from './subjects.ts';
import type { Verdict } from './verdict.ts';

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
  const controlId = unverifiedRecordsControl(ownDkim(facts));
  return controlId && identityCause(facts, controlId);
}

/** The same where SES has not verified them: it looks for CNAMEs, and a copy of its key is none (`recordsAreRight`). */
function unverifiedRecordsControl(dkim: OwnDkim): ReturnType<typeof dkimRecordsControl> {
  const copied = dkim.kind === 'EASY' && inState(dkim.tokens, 'KEY_COPIED').length > 0;
  return dkimRecordsControl(dkim) ?? (copied ? 'DKIM-06' : undefined);
}

/**
 * Once SES gave up, the records and the verification are mended in one act: publish, then restart. DKIM-02 says both, and
 * what else is wrong with the same records stands beneath it. While another identity signs, it says nothing of this one's.
 */
export function gaveUpCause(facts: IdentityFacts): Cause | undefined {
  const { effective, ses } = facts;
  if (ses.type !== 'DOMAIN' || effective.dkim.kind === 'inherited') return undefined;
  return ses.dkim.status === 'FAILED' ? identityCause(facts, 'DKIM-02') : undefined;
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
    parent?.signer !== undefined
  );
}

/** Signing is switched off at another identity than this one; DKIM that was never set up there is DKIM-02's matter. */
export function switchedOffCause(facts: IdentityFacts, by: string): Cause {
  const above = facts.parent?.ses;
  const neverSetUp = above?.name === by && above.dkim.status === 'NOT_STARTED';
  return identityCause(facts, neverSetUp ? 'DKIM-02' : 'DKIM-01', by);
}

/**
 * The verified domain above an address, where nothing signs for that: it is enabled, else it would be switched off, and SES
 * has not verified its records. `undefined` where there is none.
 */
export function unverifiedDomainCause(facts: IdentityFacts): Cause | undefined {
  const { verifiedDomain } = facts.effective;
  return verifiedDomain === undefined ? undefined : identityCause(facts, 'DKIM-02', verifiedDomain);
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
      if (effective.dkim.by !== facts.name) return switchedOffCause(facts, effective.dkim.by);
      return identityCause(
        facts,
        ses.dkim.status === 'NOT_STARTED' && !wouldInherit(facts) ? 'DKIM-02' : 'DKIM-01',
      );
    case 'none':
      return ses.type === 'EMAIL_ADDRESS'
        ? (unverifiedDomainCause(facts) ?? identityCause(facts, 'IDENT-03'))
        : signerCause(facts, facts.name);
    case 'own':
    case 'inherited':
      return signerCause(facts, effective.dkim.signer);
  }
}

function signerCause(facts: IdentityFacts, signer: string): Cause | undefined {
  const dkim = facts.signer ?? facts.ses.dkim;
  if (dkim.status === 'NOT_STARTED') return identityCause(facts, 'DKIM-02', signer);
  if (!dkim.signingEnabled) return identityCause(facts, 'DKIM-01', signer);
  const control = dkim.status === 'SUCCESS' ? dkimRecordsControl : unverifiedRecordsControl;
  const records = control(signerDkim(facts));
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

/**
 * Why a leg that stands does not align: strict modes, no record that would make the names one organization's, or names that
 * are parted. `undefined` where none of it is known.
 */
export function misalignmentCause(
  facts: IdentityFacts,
  verdict: Verdict,
  leg: 'dkim' | 'spf',
): Cause | undefined {
  const { alignment, dmarc } = facts;
  if (alignment[leg]?.relaxed !== false) return strictnessCause(facts, verdict, leg);
  // Without any record every name is its own Organizational Domain (RFC 9989 section 4.10.2).
  if (dmarc.status === 'none') return domainCause(alignment.authorDomain, 'DMARC-01');
  if (dmarc.status === 'temperror') return undefined;
  if (leg === 'dkim') return identityCause(facts, 'DKIM-03');
  // At another identity the same MAIL FROM may align.
  return effectiveMailFrom(facts).owner === facts.name ? identityCause(facts, 'MF-05') : undefined;
}
