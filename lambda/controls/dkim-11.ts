import { primaryRegion } from '../facts/primary-region.ts';
import type { IdentityFacts, PrimaryFacts } from '../facts/types.ts';
import { exemption, exemptReasons, type ExemptReason } from './exemption.ts';
import { commandFix, restartDkim, startEasyDkim } from './fixes.ts';
import { say } from './say.ts';
import { identityCause } from './subjects.ts';
import type { Control, Finding, Fix, ReasonSpec } from './types.ts';
import { unseenReasons, type UnseenTargetReason } from './unknowns.ts';

/** SES's own words for why a replica gets no key (VerificationInfo.ErrorType), one reason each. */
const REPLICATION_ERRORS = {
  REPLICATION_ACCESS_DENIED: 'the replica may not read the DKIM key of the Region that it follows',
  REPLICATION_PRIMARY_NOT_FOUND: 'the identity that it follows is gone',
  REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED:
    'the identity that it follows brings its own key, which cannot be replicated',
  REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED: 'the identity that it follows is a replica itself',
  REPLICATION_PRIMARY_INVALID_REGION: 'the Region that it follows cannot be followed',
} as const;
type ReplicationError = keyof typeof REPLICATION_ERRORS;

type Reason =
  | 'REPLICA_FOLLOWS'
  | 'NOT_A_REPLICA'
  | ReplicationError
  | 'PRIMARY_GONE'
  | 'PRIMARY_NOT_EASY_DKIM'
  | 'PRIMARY_IS_REPLICA'
  | 'PRIMARY_NOT_VERIFIED'
  | 'PRIMARY_REGION_NOT_SCANNED'
  | ExemptReason
  | UnseenTargetReason;

export const dkim11: Control<IdentityFacts, Reason> = {
  id: 'DKIM-11',
  revision: 1,
  title: 'A DKIM replica follows a sound identity',
  subject: 'identity',
  tier: 2,
  severity: 'HIGH',
  reads: ['ses:GetEmailIdentity'],
  asserts:
    'The identity whose key a replica (Deterministic Easy DKIM) signs with is there, uses Easy DKIM of its own and is verified, and SES reports no replication error.',
  why: 'A replica has no key of its own: what breaks in the Region that it follows breaks its signatures, too, where nobody looks.',
  evidence: 'The origin, SES’s error type, and the state of the identity in the Region that is followed.',
  remedy: 'The command for the Region where the fault is.',
  sources: [
    'Amazon SES developer guide: Using Deterministic Easy DKIM (DEED) in Amazon SES',
    'Amazon SES API v2: VerificationInfo.ErrorType, DkimAttributes.SigningAttributesOrigin',
  ],
  reasons: {
    REPLICA_FOLLOWS: { statuses: ['PASS'], means: 'The identity that is followed is verified and signs.' },
    NOT_A_REPLICA: { statuses: ['NOT_APPLICABLE'], means: 'The identity is no replica.' },
    ...replicationReasons(),
    PRIMARY_GONE: {
      statuses: ['FAIL'],
      class: 1,
      means: 'The Region that is followed has no such identity.',
    },
    PRIMARY_NOT_EASY_DKIM: {
      statuses: ['FAIL'],
      class: 1,
      means: 'The identity that is followed brings its own key.',
    },
    PRIMARY_IS_REPLICA: {
      statuses: ['FAIL'],
      class: 1,
      means: 'The identity that is followed is a replica itself; chains do not work.',
    },
    PRIMARY_NOT_VERIFIED: { statuses: ['FAIL'], means: 'The identity that is followed is not verified.' },
    PRIMARY_REGION_NOT_SCANNED: {
      statuses: ['UNKNOWN'],
      means: 'The Region that is followed is not among those of the scan.',
    },
    ...exemptReasons,
    ...unseenReasons,
  },
  judge(facts, context) {
    const exempt = exemption(dkim11, facts, context);
    if (exempt) return [exempt];
    const region = primaryRegion(facts.ses.dkim.origin);
    if (region === undefined) {
      const summary = `${facts.name} is no replica of another Region's identity`;
      return [say(dkim11, { status: 'NOT_APPLICABLE', reason: 'NOT_A_REPLICA', summary })];
    }
    return [replicationError(facts, region) ?? judgePrimary(facts, region)];
  },
};

function replicationReasons(): Record<ReplicationError, ReasonSpec> {
  const specs = Object.entries(REPLICATION_ERRORS).map(([type, because]): [string, ReasonSpec] => [
    type,
    {
      statuses: ['WARN', 'FAIL'],
      otherSeverities: ['MEDIUM'],
      class: 2,
      means: `SES says that ${because}; a warning, and MEDIUM, while DKIM is still verified.`,
    },
  ]);
  return Object.fromEntries(specs) as Record<ReplicationError, ReasonSpec>;
}

function replicationError(facts: IdentityFacts, region: string): Finding<Reason> | undefined {
  const { errorType, dkim } = facts.ses;
  if (errorType === undefined || !Object.hasOwn(REPLICATION_ERRORS, errorType)) return undefined;
  const reason = errorType as ReplicationError;
  const signs = dkim.status === 'SUCCESS';
  return say(dkim11, {
    status: signs ? 'WARN' : 'FAIL',
    reason,
    severity: signs ? 'MEDIUM' : 'HIGH',
    summary: `${facts.name} follows ${region}, but ${REPLICATION_ERRORS[reason]}${signs ? '; SES still signs with the key it has' : ''}`,
    evidence: evidenceOf(facts),
    fix: errorFix(facts, region, reason),
  });
}

function evidenceOf({ ses, primary }: IdentityFacts): {
  [key: string]: Finding['evidence'][string] | undefined;
} {
  const seen = primary?.identity.kind === 'seen' ? primary.identity.value : undefined;
  return {
    origin: ses.dkim.origin,
    status: ses.dkim.status,
    errorType: ses.errorType,
    primary: seen
      ? { verification: seen.verificationStatus, dkim: seen.dkim.status, origin: seen.dkim.origin }
      : primary?.identity.kind,
  };
}

function errorFix(facts: IdentityFacts, region: string, reason: ReplicationError): Fix {
  if (reason === 'REPLICATION_PRIMARY_NOT_FOUND') return createFix(facts, region);
  if (reason !== 'REPLICATION_ACCESS_DENIED') return ownKeyFix(facts);
  return commandFix(
    facts,
    `Grant ses:ReplicateEmailIdentityDKIMSigningKey on the identity in ${region} to whoever sets up the replica, then set it up again.`,
    [
      'sesv2',
      'put-email-identity-dkim-signing-attributes',
      '--email-identity',
      facts.ses.name,
      '--signing-attributes-origin',
      facts.ses.dkim.origin,
    ],
  );
}

function judgePrimary(facts: IdentityFacts, region: string): Finding<Reason> {
  const identity: PrimaryFacts['identity'] | undefined = facts.primary?.identity;
  const evidence = evidenceOf(facts);
  if (identity === undefined || identity.kind === 'unseen') {
    const reason = identity?.because ?? 'TARGET_UNSEEN';
    const summary = `Not judged: the identity that ${facts.name} follows in ${region} could not be read`;
    return say(dkim11, { status: 'UNKNOWN', reason, summary, evidence });
  }
  if (identity.kind === 'not-scanned') {
    const summary = `Not judged: ${facts.name} follows ${region}, which is not scanned`;
    return say(dkim11, { status: 'UNKNOWN', reason: 'PRIMARY_REGION_NOT_SCANNED', summary, evidence });
  }
  const fails = (reason: Reason, what: string, fix: Fix, more: Partial<Finding> = {}): Finding<Reason> => ({
    ...say(dkim11, {
      status: 'FAIL',
      reason,
      summary: `The DKIM key of ${facts.name} is that of ${region}, where ${what}`,
      evidence,
      fix,
    }),
    ...(more.cause ? { cause: more.cause } : {}),
  });
  if (identity.kind === 'gone')
    return fails('PRIMARY_GONE', 'there is no such identity', createFix(facts, region));
  const { dkim, verificationStatus } = identity.value;
  if (dkim.origin === 'EXTERNAL') {
    return fails('PRIMARY_NOT_EASY_DKIM', 'the identity brings its own key', ownKeyFix(facts));
  }
  if (primaryRegion(dkim.origin) !== undefined) {
    return fails('PRIMARY_IS_REPLICA', 'the identity is a replica itself', ownKeyFix(facts));
  }
  if (dkim.status !== 'SUCCESS' || verificationStatus !== 'SUCCESS') {
    const what = `SES says ${dkim.status} of DKIM and ${verificationStatus} of the identity`;
    const cause = identityCause({ ...facts, region }, dkim.status === 'SUCCESS' ? 'IDENT-01' : 'DKIM-02');
    return fails('PRIMARY_NOT_VERIFIED', what, verifyFix(facts, region), { cause });
  }
  const summary = `${facts.name} signs with the key of ${region}, where it is verified`;
  return say(dkim11, { status: 'PASS', reason: 'REPLICA_FOLLOWS', summary, evidence });
}

/** Easy DKIM of the Region itself depends on no other; its tokens are new ones. */
function ownKeyFix(facts: IdentityFacts): Fix {
  const text =
    'Give the identity an Easy DKIM key of its own and publish a CNAME for each token that the command prints.';
  return commandFix(facts, text, startEasyDkim(facts.ses.domain));
}

function createFix(facts: IdentityFacts, region: string): Fix {
  return commandFix(
    { accountId: facts.accountId, region },
    `Create the identity in ${region} again and publish a CNAME for each token that the command prints, or give the replica an Easy DKIM key of its own.`,
    ['sesv2', 'create-email-identity', '--email-identity', facts.ses.domain],
  );
}

function verifyFix(facts: IdentityFacts, region: string): Fix {
  return commandFix(
    { accountId: facts.accountId, region },
    `Publish the CNAMEs of the identity in ${region} (DKIM-05 there gives them), then restart its verification.`,
    restartDkim(facts.ses.domain),
  );
}
