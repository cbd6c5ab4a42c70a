import { primaryRegion } from '../facts/primary-region.ts';
import type { IdentityFacts } from '../facts/types.ts';
import { ownRecordsCause, unverifiedDomainCause, wouldInherit } from './causes.ts';
import { dkimScopeReasons, outsideDkimScope, selfSigned, type DkimScopeReason } from './dkim-scope.ts';
import { ownDkim, recordsAreRight } from './dkim-tokens.ts';
import { commandFix, missingCnames, restartDkim, seeThere, startEasyDkim } from './fixes.ts';
import { dkimPendingAge } from './grace.ts';
import { say } from './say.ts';
import { identityCause, type Cause } from './subjects.ts';
import type { Control, Finding, Fix, JudgeContext } from './types.ts';
import { dnsReasons, type DnsReason } from './unknowns.ts';

type Reason =
  | 'DKIM_VERIFIED'
  | 'DKIM_VERIFIED_BUT_DISABLED'
  | 'DKIM_NOT_STARTED'
  | 'DKIM_PENDING'
  | 'DKIM_TEMP_FAILURE'
  | 'DKIM_FAILED'
  | 'INHERITED'
  | DkimScopeReason
  | DnsReason;

export const dkim02: Control<IdentityFacts, Reason> = {
  id: 'DKIM-02',
  revision: 1,
  title: 'SES has verified the DKIM records',
  subject: 'identity',
  tier: 1,
  severity: 'HIGH',
  reads: ['ses:GetEmailIdentity'],
  asserts: 'The DKIM status of the identity is SUCCESS.',
  why: 'SES signs only after it has seen the records; after 72 hours without them it gives up and no longer looks.',
  evidence:
    'The DKIM status, the origin of the key with its tokens, when the key was made, and what SES says of its last look.',
  remedy:
    'The CNAME records that DNS lacks, and after FAILED the command that makes SES look again. A key of your own you have to give to SES again yourself, and an address is mended at its domain.',
  sources: [
    'Amazon SES API v2: DkimAttributes.Status',
    'Amazon SES developer guide: Easy DKIM in Amazon SES',
    'Amazon SES developer guide: Domain and Email address verification problems',
  ],
  reasons: {
    DKIM_VERIFIED: { statuses: ['PASS'], means: 'The status is SUCCESS.' },
    DKIM_VERIFIED_BUT_DISABLED: {
      statuses: ['PASS'],
      means: 'The status is SUCCESS, but signing is switched off; DKIM-01 speaks.',
    },
    DKIM_NOT_STARTED: { statuses: ['FAIL'], means: 'DKIM was never set up.' },
    DKIM_PENDING: {
      statuses: ['WARN', 'FAIL'],
      severity: 'MEDIUM',
      means: 'SES is still looking; a warning within the grace period, a failure after it.',
    },
    DKIM_TEMP_FAILURE: {
      statuses: ['WARN', 'FAIL'],
      otherSeverities: ['MEDIUM'],
      means:
        'SES could not see the records lately; MEDIUM where DNS has them, a failure where live DNS is wrong, too: it becomes FAILED within 72 hours.',
    },
    DKIM_FAILED: { statuses: ['FAIL'], means: 'SES gave up and no longer looks.' },
    INHERITED: {
      statuses: ['NOT_APPLICABLE'],
      means:
        'A parent identity signs, or would once signing is switched on (DKIM-01); its own tokens are not judged.',
    },
    ...dkimScopeReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const outside = outsideDkimScope(dkim02, facts, context) ?? selfSigned<Reason>(dkim02, facts, context);
    if (outside) return [outside];
    if (facts.effective.dkim.kind === 'inherited') {
      const summary = `${facts.effective.dkim.signer} signs for ${facts.name}`;
      return [say(dkim02, { status: 'NOT_APPLICABLE', reason: 'INHERITED', summary })];
    }
    if (wouldInherit(facts)) {
      const summary = `${facts.name} needs no keys of its own: with signing on, ${facts.parent?.signer} signs for it`;
      return [say(dkim02, { status: 'NOT_APPLICABLE', reason: 'INHERITED', summary })];
    }
    return [judgeStatus(facts, context)];
  },
};

function judgeStatus(facts: IdentityFacts, context: JudgeContext): Finding<Reason> {
  const { name, ses } = facts;
  const evidence = evidenceOf(facts);
  const fromDomain = domainOfAddress(facts);
  const ownCause = fromDomain ?? replicaCause(facts);
  switch (ses.dkim.status) {
    case 'SUCCESS': {
      const reason = ses.dkim.signingEnabled ? 'DKIM_VERIFIED' : 'DKIM_VERIFIED_BUT_DISABLED';
      return say(dkim02, { status: 'PASS', reason, summary: `SES has verified DKIM of ${name}`, evidence });
    }
    case 'NOT_STARTED':
      return say(dkim02, {
        status: 'FAIL',
        reason: 'DKIM_NOT_STARTED',
        summary: `DKIM was never set up for ${name}`,
        evidence,
        fix: startFix(facts),
        ...(fromDomain ? { cause: fromDomain } : {}),
      });
    case 'PENDING': {
      const age = dkimPendingAge(ses.dkim, context);
      const cause = fromDomain ?? ownRecordsCause(facts) ?? replicaCause(facts);
      return say(dkim02, {
        status: age.inGrace ? 'WARN' : 'FAIL',
        reason: 'DKIM_PENDING',
        summary: `SES waits for the DKIM records of ${name} for ${Math.floor(age.hours)} hours; until it has seen them, mail leaves unsigned`,
        evidence: { ...evidence, pendingSince: age.since },
        fix: recordsFix(facts),
        ...(cause ? { cause } : {}),
      });
    }
    case 'TEMPORARY_FAILURE':
      return temporaryFailure(facts);
    case 'FAILED':
      // The records alone no longer mend it: restarting is an act of its own, so only a replica has a cause above this line.
      return say(dkim02, {
        status: 'FAIL',
        reason: 'DKIM_FAILED',
        summary: `SES gave up on the DKIM records of ${name}: it neither signs nor looks any more`,
        evidence,
        fix: recordsFix(facts),
        ...(ownCause ? { cause: ownCause } : {}),
      });
  }
}

function temporaryFailure(facts: IdentityFacts): Finding<Reason> {
  const { name } = facts;
  const evidence = evidenceOf(facts);
  const own = ownDkim(facts);
  const right = 'tokens' in own ? recordsAreRight(own.tokens) : 'DNS_NOT_ASKED';
  if (typeof right === 'string') {
    const reason = facts.dnsUnusable === undefined ? right : 'RESOLVER_UNUSABLE';
    const summary = `Not judged: SES could not see the DKIM records of ${name}, and whether DNS has them is not known`;
    return say(dkim02, { status: 'UNKNOWN', reason, summary, evidence });
  }
  if (right) {
    const summary = `SES could not see the DKIM records of ${name} lately, though DNS has them`;
    const fix = {
      text: 'Wait for SES to look again; if it stays, see whether the name servers answer from everywhere.',
    };
    return say(dkim02, {
      status: 'WARN',
      reason: 'DKIM_TEMP_FAILURE',
      severity: 'MEDIUM',
      summary,
      evidence,
      fix,
    });
  }
  const cause = ownRecordsCause(facts);
  return say(dkim02, {
    status: 'FAIL',
    reason: 'DKIM_TEMP_FAILURE',
    summary: `SES no longer sees the DKIM records of ${name}, and DNS lacks them: within 72 hours it gives up`,
    evidence,
    fix: recordsFix(facts),
    ...(cause ? { cause } : {}),
  });
}

/** A replica has no key of its own: what is wrong where the key is made (DKIM-11) comes first. */
function replicaCause(facts: IdentityFacts): Cause | undefined {
  return primaryRegion(facts.ses.dkim.origin) === undefined ? undefined : identityCause(facts, 'DKIM-11');
}

/** An address has no key of its own: its domain identity, which may be one further up, is to be mended. */
function domainOfAddress(facts: IdentityFacts): Cause | undefined {
  return facts.ses.type === 'EMAIL_ADDRESS' ? unverifiedDomainCause(facts) : undefined;
}

function evidenceOf({ ses }: IdentityFacts): Finding['evidence'] {
  const { status, signingEnabled, origin, tokens, lastKeyGeneration } = ses.dkim;
  return {
    status,
    signingEnabled,
    origin,
    tokens,
    ...(lastKeyGeneration ? { lastKeyGeneration } : {}),
    ...(ses.errorType ? { errorType: ses.errorType } : {}),
    ...(ses.lastChecked ? { lastChecked: ses.lastChecked } : {}),
  };
}

function startFix(facts: IdentityFacts): Fix {
  const there = domainOfAddress(facts);
  if (there) return seeThere(there);
  const text = 'Set up Easy DKIM and publish a CNAME for each token that the command prints.';
  return commandFix(facts, text, startEasyDkim(facts.ses.domain));
}

function recordsFix(facts: IdentityFacts): Fix {
  const there = domainOfAddress(facts);
  if (there) return seeThere(there);
  const own = ownDkim(facts);
  if (own.kind === 'BYODKIM' || own.kind === 'SELECTOR_NOT_GIVEN') {
    return {
      text: 'Publish the public key at your selector as DKIM-08 says, then give SES the selector and private key again.',
    };
  }
  const publish = own.kind === 'EASY' ? missingCnames(own.tokens) : [];
  const records = publish.length > 0 ? { publish } : {};
  if (facts.ses.dkim.status !== 'FAILED') {
    return publish.length > 0
      ? { text: 'Publish the CNAME records; SES looks for them for 72 hours.', ...records }
      : { text: 'Wait: DNS has the CNAME records, and SES looks for them for 72 hours.' };
  }
  const first =
    publish.length > 0
      ? 'Publish the CNAME records, then restart the verification'
      : 'Restart the verification; DNS has the CNAME records';
  return commandFix(
    facts,
    `${first} (it prints the tokens; they are those of the records unless SES made new ones).`,
    restartDkim(facts.ses.domain),
    records,
  );
}
