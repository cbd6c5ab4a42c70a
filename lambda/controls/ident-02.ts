import type { IdentityFacts, VerificationStatus } from '../facts/types.ts';
import { say } from './say.ts';
import { identityCause } from './subjects.ts';
import type { Control, Finding, JudgeContext } from './types.ts';

type Reason = 'VERIFIED' | 'UNVERIFIED_LATELY' | 'IDENTITY_STALE' | 'AGE_UNKNOWN';

const DAY_MS = 86_400_000;
/** TEMPORARY_FAILURE was verified until lately, and becomes FAILED within 72 hours. */
const UNVERIFIED: ReadonlySet<VerificationStatus> = new Set(['PENDING', 'FAILED', 'NOT_STARTED']);

export const ident02: Control<IdentityFacts, Reason> = {
  id: 'IDENT-02',
  revision: 1,
  title: 'No identity stays unverified for long',
  subject: 'identity',
  tier: 2,
  severity: 'LOW',
  reads: ['ses:GetEmailIdentity'],
  asserts:
    'The identity has not been seen unverified for more than thresholds.staleIdentityDays, 30 by default.',
  why: 'An identity that nobody ever verified is forgotten: whoever gets hold of the domain, or of its DNS, can bring it to life.',
  evidence: 'The verification status and since when the identity is known to be unverified.',
  remedy: 'Whether to verify or to give up is the owner’s choice; nothing is deleted by plan.',
  sources: [
    'Amazon SES API v2: GetEmailIdentity, VerificationStatus, VerificationInfo.LastCheckedTimestamp',
    'Amazon SES developer guide: Creating and verifying identities in Amazon SES',
  ],
  reasons: {
    VERIFIED: { statuses: ['PASS'], means: 'The identity is verified, or was until lately.' },
    UNVERIFIED_LATELY: {
      statuses: ['PASS'],
      means: 'It is not verified, but is not known to be so for long; IDENT-01 speaks.',
    },
    IDENTITY_STALE: {
      statuses: ['FAIL'],
      means: 'It is known to be unverified for longer than the threshold.',
    },
    AGE_UNKNOWN: {
      statuses: ['UNKNOWN'],
      means: 'It is not verified, and what is stored does not tell since when.',
    },
  },
  judge(facts, context) {
    const { ses } = facts;
    const evidence = { verificationStatus: ses.verificationStatus };
    if (!UNVERIFIED.has(ses.verificationStatus)) {
      const summary = `${ses.name} is no unverified identity`;
      return [say(ident02, { status: 'PASS', reason: 'VERIFIED', summary, evidence })];
    }
    const since = unverifiedSince(facts, context);
    if (since === undefined) {
      const summary = `Not judged: since when ${ses.name} is unverified is not known`;
      return [say(ident02, { status: 'UNKNOWN', reason: 'AGE_UNKNOWN', summary, evidence })];
    }
    return [judgeAge(facts, since, context)];
  },
};

function judgeAge(facts: IdentityFacts, since: string, context: JudgeContext): Finding<Reason> {
  const { ses } = facts;
  const most = context.settings.thresholds.staleIdentityDays;
  const evidence = { verificationStatus: ses.verificationStatus, unverifiedSince: since };
  const day = since.slice(0, 10);
  if (Date.parse(context.scanStartTime) - Date.parse(since) <= most * DAY_MS) {
    const summary = `${ses.name} is known to be unverified since ${day}`;
    return say(ident02, { status: 'PASS', reason: 'UNVERIFIED_LATELY', summary, evidence });
  }
  return say(ident02, {
    status: 'FAIL',
    reason: 'IDENTITY_STALE',
    summary: `${ses.name} is unverified (${ses.verificationStatus}) at least since ${day}, more than ${most} days`,
    evidence,
    fix: {
      text:
        `Ask the owner of account ${facts.accountId} whether anybody needs ${ses.name} in ${facts.region}. If so, verify it as ` +
        'IDENT-01 says; if not, have them delete the identity, and its records from DNS.',
    },
    cause: identityCause(facts, 'IDENT-01'),
  });
}

/**
 * The earliest moment from which on the identity is known to be unverified: what an earlier scan noted while it was, or that
 * scan's own time. FAILED is final, so SES's last look at it counts, too.
 */
function unverifiedSince({ ses }: IdentityFacts, context: JudgeContext): string | undefined {
  const known = knownSince(context);
  const lastLook = ses.verificationStatus === 'FAILED' ? timeOf(ses.lastChecked) : undefined;
  const times = [known, lastLook].flatMap((time) => time ?? []);
  return times.sort((left, right) => Date.parse(left) - Date.parse(right))[0];
}

function knownSince({ before, scanStartTime }: JudgeContext): string | undefined {
  if (before === undefined) return scanStartTime;
  const own = before.findings[ident02.id];
  if (own?.evidence?.['unverifiedSince'] !== undefined) return timeOf(own.evidence['unverifiedSince']);
  // First judged by this control: IDENT-01 remembers whether it was verified meanwhile.
  const verified = own?.reason === 'VERIFIED' || before.findings['IDENT-01']?.knownReason === 'VERIFIED';
  return verified ? scanStartTime : timeOf(before.firstSeen);
}

function timeOf(value: unknown): string | undefined {
  return typeof value === 'string' && Number.isFinite(Date.parse(value)) ? value : undefined;
}
