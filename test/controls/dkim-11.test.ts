import { dkim11 } from '../../lambda/controls/dkim-11.ts';
import type { IdentityFacts, PrimaryFacts, SesIdentity } from '../../lambda/facts/types.ts';
import { ACCOUNT, dkimStatus, freemailFacts, identityFacts, REGION } from './facts.ts';
import { describeControl } from './paired.ts';

const primaryDkim = (change: Partial<SesIdentity['dkim']> = {}): PrimaryFacts['identity'] => ({
  kind: 'seen',
  value: { verificationStatus: 'SUCCESS', dkim: { ...identityFacts().ses.dkim, ...change } },
});
const replica = (identity?: PrimaryFacts['identity'], change?: (facts: IdentityFacts) => void) =>
  identityFacts((facts) => {
    facts.ses.dkim.origin = 'AWS_SES_US_EAST_1';
    if (identity) facts.primary = { region: 'us-east-1', identity };
    change?.(facts);
  });
const OWN_KEY = `aws sesv2 put-email-identity-dkim-signing-attributes --email-identity example.com --signing-attributes-origin AWS_SES --signing-attributes NextSigningKeyLength=RSA_2048_BIT --region ${REGION}`;
const CREATE = 'aws sesv2 create-email-identity --email-identity example.com --region us-east-1';

const ERRORS = [
  [
    'REPLICATION_ACCESS_DENIED',
    `aws sesv2 put-email-identity-dkim-signing-attributes --email-identity example.com --signing-attributes-origin AWS_SES_US_EAST_1 --region ${REGION}`,
  ],
  ['REPLICATION_PRIMARY_NOT_FOUND', CREATE],
  ['REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED', OWN_KEY],
  ['REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED', OWN_KEY],
  ['REPLICATION_PRIMARY_INVALID_REGION', OWN_KEY],
] as const;

describeControl(dkim11, [
  {
    when: 'the identity that is followed is sound',
    facts: replica(primaryDkim()),
    says: {
      status: 'PASS',
      reason: 'REPLICA_FOLLOWS',
      evidence: {
        origin: 'AWS_SES_US_EAST_1',
        primary: { verification: 'SUCCESS', dkim: 'SUCCESS', origin: 'AWS_SES' },
      },
    },
  },
  ...ERRORS.map(([errorType, command]) => ({
    when: 'SES says so and does not sign',
    facts: replica(primaryDkim(), (facts) => {
      facts.ses.errorType = errorType;
      dkimStatus(facts, 'FAILED');
    }),
    says: { status: 'FAIL' as const, reason: errorType, severity: 'HIGH' as const, reasonClass: 2, command },
  })),
  ...ERRORS.map(([errorType, command]) => ({
    when: 'SES says so, but still signs',
    facts: replica(primaryDkim(), (facts) => (facts.ses.errorType = errorType)),
    says: { status: 'WARN' as const, reason: errorType, severity: 'MEDIUM' as const, command },
  })),
  {
    when: 'the identity that is followed was deleted',
    facts: replica({ kind: 'gone' }),
    says: { status: 'FAIL', reason: 'PRIMARY_GONE', severity: 'HIGH', reasonClass: 1, command: CREATE },
  },
  {
    when: 'the identity that is followed brings its own key',
    facts: replica(primaryDkim({ origin: 'EXTERNAL' })),
    says: { status: 'FAIL', reason: 'PRIMARY_NOT_EASY_DKIM', severity: 'HIGH', command: OWN_KEY },
  },
  {
    when: 'the identity that is followed is a replica',
    facts: replica(primaryDkim({ origin: 'AWS_SES_EU_CENTRAL_1' })),
    says: { status: 'FAIL', reason: 'PRIMARY_IS_REPLICA', severity: 'HIGH', command: OWN_KEY },
  },
  {
    when: 'DKIM of the identity that is followed failed',
    facts: replica(primaryDkim({ status: 'FAILED' })),
    says: {
      status: 'FAIL',
      reason: 'PRIMARY_NOT_VERIFIED',
      severity: 'HIGH',
      command: 'aws ses verify-domain-dkim --domain example.com --region us-east-1',
      cause: {
        controlId: 'DKIM-02',
        subject: { kind: 'identity', accountId: ACCOUNT, region: 'us-east-1', name: 'example.com' },
      },
    },
  },
  {
    when: 'the Region that is followed is not scanned',
    facts: replica({ kind: 'not-scanned' }),
    says: { status: 'UNKNOWN', reason: 'PRIMARY_REGION_NOT_SCANNED' },
  },
  {
    when: 'the Region that is followed denies the question',
    facts: replica({ kind: 'unseen', because: 'ACCESS_DENIED', detail: 'ses:GetEmailIdentity' }),
    says: { status: 'UNKNOWN', reason: 'ACCESS_DENIED' },
  },
  { when: 'nobody asked', facts: replica(), says: { status: 'UNKNOWN', reason: 'TARGET_UNSEEN' } },
  {
    when: 'the identity has a key of its own',
    facts: identityFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_A_REPLICA' },
  },
  {
    when: 'the identity is a mailbox provider’s',
    facts: freemailFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'FREEMAIL_DOMAIN' },
  },
]);
