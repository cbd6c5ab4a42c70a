import type { IdentityFacts } from '../facts/types.ts';
import { gaveUpCause, ownRecordsCause } from './causes.ts';
import { inState, recordsAreRight, verifyingDkim } from './dkim-tokens.ts';
import { commandFix, dkimStrays, missingCnames, restartDkim, startEasyDkim } from './fixes.ts';
import { keyGenerationOf, pendingAge } from './grace.ts';
import { say } from './say.ts';
import type { Control, Finding, Fix, JudgeContext, ReasonSpec } from './types.ts';
import { dnsReasons, type DnsReason } from './unknowns.ts';

/** SES's own words for why verification fails (VerificationInfo.ErrorType), one reason each. */
const ERROR_TYPES = {
  SERVICE_ERROR: 'SES met an error of its own.',
  DNS_SERVER_ERROR: 'The domain’s name servers did not answer SES.',
  HOST_NOT_FOUND: 'The names of the DKIM records do not exist.',
  TYPE_NOT_FOUND: 'The names exist, but hold no CNAME.',
  INVALID_VALUE: 'The records hold another value than SES expects.',
  REPLICATION_ACCESS_DENIED: 'The replica may not read the DKIM key of its parent Region.',
  REPLICATION_PRIMARY_NOT_FOUND: 'The identity that the replica follows is gone from its parent Region.',
  REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED: 'The parent identity uses BYODKIM, which cannot be replicated.',
  REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED: 'The parent identity is a replica itself.',
  REPLICATION_PRIMARY_INVALID_REGION: 'The replica names a parent Region that cannot be one.',
} as const;
type ErrorType = keyof typeof ERROR_TYPES;

type Reason =
  | 'VERIFIED'
  | 'VERIFICATION_PENDING'
  | 'VERIFICATION_NOT_STARTED'
  | 'VERIFICATION_TEMP_FAILURE'
  | 'VERIFICATION_FAILED'
  | `VERIFICATION_FAILED_${ErrorType}`
  | DnsReason;

export const ident01: Control<IdentityFacts, Reason> = {
  id: 'IDENT-01',
  revision: 1,
  title: 'The identity is verified',
  subject: 'identity',
  tier: 1,
  severity: 'HIGH',
  reads: ['ses:GetEmailIdentity'],
  asserts: 'SES holds the identity as verified.',
  why: 'SES refuses to send from an identity that is not verified, and gives up a domain whose records stay away for 72 hours.',
  evidence:
    'The verification status, whether SES lets it send, its error type and last looks; while pending since when, and then and after FAILED whether it worked before.',
  remedy:
    'The CNAME records of its own that DNS lacks, even where another identity signs for it, and the command that restarts the verification; for an address the command that sends the link again, which a person has to follow.',
  sources: [
    'Amazon SES API v2: GetEmailIdentity, VerificationStatus, VerificationInfo.ErrorType',
    'Amazon SES API: GetIdentityVerificationAttributes (24 hours for an address, 72 for a domain)',
    'Amazon SES developer guide: Creating and verifying identities in Amazon SES',
  ],
  reasons: {
    VERIFIED: { statuses: ['PASS'], means: 'VerificationStatus is SUCCESS.' },
    VERIFICATION_PENDING: {
      statuses: ['WARN', 'FAIL'],
      severity: 'MEDIUM',
      means: 'SES is still looking; a warning within the grace period, a failure after it.',
    },
    VERIFICATION_NOT_STARTED: {
      statuses: ['FAIL'],
      severity: 'MEDIUM',
      means: 'Verification was never asked for.',
    },
    VERIFICATION_TEMP_FAILURE: {
      statuses: ['WARN', 'FAIL'],
      otherSeverities: ['MEDIUM'],
      means:
        'SES could not confirm the identity; MEDIUM where its DNS records are right, a failure where live DNS is wrong, too: it becomes FAILED within 72 hours.',
    },
    VERIFICATION_FAILED: {
      statuses: ['FAIL'],
      otherSeverities: ['MEDIUM'],
      means: 'SES gave up, without saying why. MEDIUM where it never worked.',
    },
    ...failedReasons(),
    ...dnsReasons,
  },
  judge(facts, context) {
    const { ses } = facts;
    const evidence = evidenceOf(facts);
    switch (ses.verificationStatus) {
      case 'SUCCESS':
        return [
          say(ident01, { status: 'PASS', reason: 'VERIFIED', summary: `${ses.name} is verified`, evidence }),
        ];
      case 'PENDING':
        return [pending(facts, context)];
      case 'TEMPORARY_FAILURE':
        return [temporaryFailure(facts)];
      case 'FAILED':
        return [failed(facts, context)];
      case 'NOT_STARTED': {
        const summary = `Verification of ${ses.name} was never started`;
        return [
          say(ident01, {
            status: 'FAIL',
            reason: 'VERIFICATION_NOT_STARTED',
            summary,
            evidence,
            fix: fixFor(facts),
          }),
        ];
      }
    }
  },
};

function failedReasons(): Record<`VERIFICATION_FAILED_${ErrorType}`, ReasonSpec> {
  const specs = Object.entries(ERROR_TYPES).map(([type, because]) => {
    const spec: ReasonSpec = {
      statuses: ['FAIL'],
      otherSeverities: ['MEDIUM'],
      means: `SES gave up: ${because} MEDIUM where it never worked.`,
    };
    return [`VERIFICATION_FAILED_${type}`, spec];
  });
  return Object.fromEntries(specs) as Record<`VERIFICATION_FAILED_${ErrorType}`, ReasonSpec>;
}

function evidenceOf({ ses }: IdentityFacts): Finding['evidence'] {
  return {
    verificationStatus: ses.verificationStatus,
    verifiedForSending: ses.verifiedForSending,
    ...(ses.errorType ? { errorType: ses.errorType } : {}),
    ...(ses.lastChecked ? { lastChecked: ses.lastChecked } : {}),
    ...(ses.lastSuccess ? { lastSuccess: ses.lastSuccess } : {}),
  };
}

function pending(facts: IdentityFacts, context: JudgeContext): Finding<Reason> {
  const { ses } = facts;
  const { pendingGraceHours, addressGraceHours } = context.settings.thresholds;
  const isAddress = ses.type === 'EMAIL_ADDRESS';
  const graceHours = isAddress ? addressGraceHours : pendingGraceHours;
  const keyGeneration = isAddress ? undefined : keyGenerationOf(ses.dkim);
  const age = pendingAge(
    { controlId: 'IDENT-01', reason: 'VERIFICATION_PENDING', graceHours, keyGeneration },
    context,
  );
  const waits = isAddress ? 'its link was not followed' : 'its DNS records were not seen';
  const cause = ownRecordsCause(facts);
  return say(ident01, {
    status: age.inGrace ? 'WARN' : 'FAIL',
    reason: 'VERIFICATION_PENDING',
    summary: `${ses.name} waits for verification for ${Math.floor(age.hours)} hours: ${waits}`,
    evidence: {
      ...evidenceOf(facts),
      pendingSince: age.since,
      graceHours,
      ...(workedBefore(facts, context) ? { workedBefore: true } : {}),
    },
    fix: fixFor(facts),
    ...(cause ? { cause } : {}),
  });
}

function temporaryFailure(facts: IdentityFacts): Finding<Reason> {
  const { ses } = facts;
  const evidence = evidenceOf(facts);
  const own = verifyingDkim(facts);
  const right = 'tokens' in own ? recordsAreRight(own.tokens) : 'DNS_NOT_ASKED';
  if (typeof right === 'string') {
    const reason = facts.dnsUnusable === undefined ? right : 'RESOLVER_UNUSABLE';
    const summary = `Not judged: SES could not confirm ${ses.name}, and whether DNS is right is not known`;
    return say(ident01, { status: 'UNKNOWN', reason, summary, evidence });
  }
  if (right) {
    const summary = `SES could not confirm ${ses.name} lately, though its DNS records are right`;
    const fix = {
      text: 'Wait for SES to look again; if it stays, see whether the name servers answer from everywhere.',
    };
    return say(ident01, {
      status: 'WARN',
      reason: 'VERIFICATION_TEMP_FAILURE',
      severity: 'MEDIUM',
      summary,
      evidence,
      fix,
    });
  }
  const cause = ownRecordsCause(facts);
  return say(ident01, {
    status: 'FAIL',
    reason: 'VERIFICATION_TEMP_FAILURE',
    summary: `SES can no longer confirm ${ses.name}: its DNS records are gone or wrong, and within 72 hours it gives up`,
    evidence,
    fix: fixFor(facts),
    ...(cause ? { cause } : {}),
  });
}

/**
 * Whether SES ever had it verified, as it tells or as earlier scans saw. TEMPORARY_FAILURE befalls only what was; our own word
 * is carried on, because the scan that saw SUCCESS may be long ago.
 */
function workedBefore({ ses }: IdentityFacts, { before }: JudgeContext): boolean {
  const verification = before?.findings['IDENT-01'];
  const dkim = before?.findings['DKIM-02'];
  return (
    ses.lastSuccess !== undefined ||
    ses.dkim.status === 'SUCCESS' ||
    dkim?.knownStatus === 'PASS' ||
    dkim?.knownReason === 'DKIM_TEMP_FAILURE' ||
    verification?.knownStatus === 'PASS' ||
    verification?.knownReason === 'VERIFICATION_TEMP_FAILURE' ||
    verification?.evidence?.['workedBefore'] === true
  );
}

/** H where it worked before: then something that sends has stopped. */
function failed(facts: IdentityFacts, context: JudgeContext): Finding<Reason> {
  const { ses } = facts;
  const worked = workedBefore(facts, context);
  const known = ses.errorType !== undefined && Object.hasOwn(ERROR_TYPES, ses.errorType);
  const errorType = known ? (ses.errorType as ErrorType) : undefined;
  const because = errorType ? ` (${errorType}: ${ERROR_TYPES[errorType].replace(/\.$/, '')})` : '';
  const cause = gaveUpCause(facts);
  return say(ident01, {
    status: 'FAIL',
    reason: errorType ? `VERIFICATION_FAILED_${errorType}` : 'VERIFICATION_FAILED',
    severity: worked ? 'HIGH' : 'MEDIUM',
    reasonClass: worked ? 2 : 1,
    summary: `SES gave up verifying ${ses.name}${because}`,
    evidence: { ...evidenceOf(facts), workedBefore: worked },
    fix: fixFor(facts),
    ...(cause ? { cause } : {}),
  });
}

function fixFor(facts: IdentityFacts): Fix {
  const { ses } = facts;
  if (ses.type === 'EMAIL_ADDRESS') {
    return commandFix(
      facts,
      `Send the verification link to ${ses.name} again and have it followed within 24 hours.`,
      ['ses', 'verify-email-identity', '--email-address', ses.name],
    );
  }
  if (ses.dkim.origin === 'EXTERNAL') {
    return {
      text: 'Publish the public key at your selector, then give SES the selector and private key again.',
    };
  }
  if (ses.dkim.tokens.length === 0) {
    const text =
      'Set up Easy DKIM, which verifies the domain, too, and publish a CNAME for each token that it prints.';
    return commandFix(facts, text, startEasyDkim(ses.domain));
  }
  const own = verifyingDkim(facts);
  const tokens = own.kind === 'EASY' ? own.tokens : [];
  const publish = missingCnames(tokens);
  const remove = dkimStrays(inState(tokens, 'WRONG_TARGET', 'TXT_INSTEAD', 'KEY_COPIED'));
  const first =
    publish.length > 0
      ? 'Publish the CNAME records, then restart the verification'
      : 'Restart the verification; nothing is known to be wrong with the CNAME records';
  return commandFix(
    facts,
    `${first} (it prints the tokens; they are those of the records unless SES made new ones).`,
    restartDkim(ses.domain),
    publish.length > 0 ? { publish, ...(remove.length > 0 ? { remove } : {}) } : {},
  );
}
