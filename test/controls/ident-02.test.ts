import { ident02 } from '../../lambda/controls/ident-02.ts';
import type { IdentityFacts, VerificationStatus } from '../../lambda/facts/types.ts';
import { ACCOUNT, before, contextOf, hoursAgo, identityFacts, NOW, REGION } from './facts.ts';
import { describeControl } from './paired.ts';

const status = (verificationStatus: VerificationStatus, change?: (facts: IdentityFacts) => void) =>
  identityFacts((facts) => {
    facts.ses.verificationStatus = verificationStatus;
    change?.(facts);
  });
const daysAgo = (days: number) => hoursAgo(24 * days);
const noted = (days: number) =>
  contextOf({ before: before({ 'IDENT-02': { evidence: { unverifiedSince: daysAgo(days) } } }) });

describeControl(ident02, [
  { when: 'it is verified', facts: identityFacts(), says: { status: 'PASS', reason: 'VERIFIED' } },
  {
    when: 'it was verified until lately',
    facts: status('TEMPORARY_FAILURE'),
    context: noted(90),
    says: { status: 'PASS', reason: 'VERIFIED' },
  },
  {
    when: 'it is new',
    facts: status('PENDING'),
    says: { status: 'PASS', reason: 'UNVERIFIED_LATELY', evidence: { unverifiedSince: NOW } },
  },
  {
    when: 'it is pending for 29 days',
    facts: status('PENDING'),
    context: noted(29),
    says: { status: 'PASS', reason: 'UNVERIFIED_LATELY', evidence: { unverifiedSince: daysAgo(29) } },
  },
  {
    when: 'it is pending for 31 days',
    facts: status('PENDING'),
    context: noted(31),
    says: {
      status: 'FAIL',
      reason: 'IDENTITY_STALE',
      severity: 'LOW',
      summary: `example.com is unverified (PENDING) at least since ${daysAgo(31).slice(0, 10)}, more than 30 days`,
      cause: {
        controlId: 'IDENT-01',
        subject: { kind: 'identity', accountId: ACCOUNT, region: REGION, name: 'example.com' },
      },
    },
  },
  {
    when: 'verification was never started, and the threshold of the settings is lower',
    facts: status('NOT_STARTED'),
    context: contextOf({
      before: before({ 'IDENT-02': { evidence: { unverifiedSince: daysAgo(8) } } }),
      settings: { thresholds: { ...contextOf().settings.thresholds, staleIdentityDays: 7 } },
    }),
    says: { status: 'FAIL', reason: 'IDENTITY_STALE', severity: 'LOW' },
  },
  {
    when: 'SES gave up and last looked 40 days ago, though we see it for the first time',
    facts: status('FAILED', (facts) => (facts.ses.lastChecked = daysAgo(40))),
    says: { status: 'FAIL', reason: 'IDENTITY_STALE', severity: 'LOW' },
  },
  {
    when: 'SES looked 40 days ago at what is pending again since: that says nothing',
    facts: status('PENDING', (facts) => (facts.ses.lastChecked = daysAgo(40))),
    says: { status: 'PASS', reason: 'UNVERIFIED_LATELY', evidence: { unverifiedSince: NOW } },
  },
  {
    when: 'this control is new, and IDENT-01 knew it as unverified since the first scan',
    facts: status('PENDING'),
    context: contextOf({
      before: before({ 'IDENT-01': { knownReason: 'VERIFICATION_PENDING' } }, daysAgo(60)),
    }),
    says: { status: 'FAIL', reason: 'IDENTITY_STALE', severity: 'LOW' },
  },
  {
    when: 'this control is new, and IDENT-01 knew it as verified',
    facts: status('FAILED'),
    context: contextOf({ before: before({ 'IDENT-01': { knownReason: 'VERIFIED' } }, daysAgo(60)) }),
    says: { status: 'PASS', reason: 'UNVERIFIED_LATELY', evidence: { unverifiedSince: NOW } },
  },
  {
    when: 'it was verified at the last scan',
    facts: status('FAILED'),
    context: contextOf({ before: before({ 'IDENT-02': { reason: 'VERIFIED', evidence: {} } }, daysAgo(60)) }),
    says: { status: 'PASS', reason: 'UNVERIFIED_LATELY', evidence: { unverifiedSince: NOW } },
  },
  {
    when: 'what is stored is no time',
    facts: status('PENDING'),
    context: contextOf({ before: before({}, 'no time') }),
    says: { status: 'UNKNOWN', reason: 'AGE_UNKNOWN' },
  },
]);
