import { align01 } from '../../lambda/controls/align-01.ts';
import type { IdentityFacts } from '../../lambda/facts/types.ts';
import {
  addressFacts,
  before,
  contextOf,
  dkimStatus,
  dmarcUnknown,
  found,
  freemailFacts,
  gone,
  identityFacts,
  loneAddressFacts,
  mailFromStatus,
  recordOf,
  servfail,
  silent,
  subdomainFacts,
  withoutDmarc,
  withoutMailFrom,
} from './facts.ts';
import { describeControl } from './paired.ts';

const identity = (name: string) =>
  ({ kind: 'identity', accountId: '111111111111', region: 'eu-west-1', name }) as const;
const onSelf = (controlId: string) => ({ controlId, subject: identity('example.com') });
const onMailFrom = (controlId: string) => ({
  controlId,
  subject: { kind: 'domain', name: 'bounce.example.com' } as const,
});

const facts = (...changes: ((facts: IdentityFacts) => void)[]) =>
  identityFacts((one) => changes.forEach((change) => change(one)));
const dkimLost = (one: IdentityFacts) => one.dkimRecords.forEach(gone);
const dkimSilent = (one: IdentityFacts) => one.dkimRecords.forEach(silent);
const policy = (value: 'none' | 'quarantine' | 'reject') => (one: IdentityFacts) =>
  void Object.assign(one.dmarc, { policy: value, appliedPolicy: value });
const noDmarc = (one: IdentityFacts) => withoutDmarc(one.dmarc);
const policyUnknown = (one: IdentityFacts) => dmarcUnknown(one.dmarc);
const spfSilent = (one: IdentityFacts) => {
  if (one.mailFrom) one.mailFrom.mx = servfail();
};
const bothLegs = contextOf({ settings: { requireBothLegs: true } });
const bulk =
  (because: 'BULK_DECLARED' | 'BULK_BY_VOLUME' | 'BULK_BEFORE') =>
  (one: IdentityFacts): void => {
    one.bulk = { because, registrable: 'example.com' };
  };
const known = (value: string, rank: number) =>
  contextOf({ before: before({ 'ALIGN-01': { tracked: { name: 'alignment verdict', value, rank } } }) });

describeControl(align01, [
  {
    when: 'DKIM and SPF align',
    facts: facts(),
    says: {
      status: 'PASS',
      reason: 'BOTH_ALIGNED',
      tracked: { value: 'BOTH', rank: 3 },
      cause: null,
      evidence: {
        from: 'example.com',
        mailFrom: 'bounce.example.com',
        organizationalDomain: 'example.com',
        adkim: 'r',
        aspf: 'r',
        policy: 'reject',
        verdict: 'BOTH',
        relaxedVerdict: 'BOTH',
        dkim: {
          leg: 'live',
          domain: 'example.com',
          organizationalDomain: 'example.com',
          aligned: true,
          by: 'own',
        },
        spf: {
          leg: 'live',
          domain: 'bounce.example.com',
          organizationalDomain: 'example.com',
          aligned: true,
        },
      },
    },
  },
  {
    when: 'one DKIM key of three is dead: it still counts as a leg',
    facts: facts((one) => gone(recordOf(one, 0))),
    says: { status: 'PASS', reason: 'BOTH_ALIGNED', tracked: { value: 'BOTH', rank: 3 } },
  },
  {
    when: 'no MAIL FROM is set: MF-01 stands above the verdict',
    facts: facts(withoutMailFrom),
    says: {
      status: 'PASS',
      reason: 'DKIM_ONLY',
      tracked: { value: 'DKIM_ONLY', rank: 2 },
      cause: onSelf('MF-01'),
    },
  },
  {
    when: 'the settings ask for both legs',
    facts: facts(withoutMailFrom),
    context: bothLegs,
    says: {
      status: 'WARN',
      reason: 'DKIM_ONLY',
      severity: 'MEDIUM',
      cause: onSelf('MF-01'),
      summary: /, and the settings ask for both$/,
      evidence: { bothLegs: { requireBothLegs: true } },
    },
  },
  {
    when: 'the From domain sends in bulk: providers ask for both, and MF-01 stands above the warning',
    facts: facts(withoutMailFrom, bulk('BULK_BY_VOLUME')),
    says: {
      status: 'WARN',
      reason: 'DKIM_ONLY',
      severity: 'MEDIUM',
      cause: onSelf('MF-01'),
      summary:
        'Only DKIM aligns with example.com; SPF does not, and example.com sends in bulk, where both should align',
      evidence: {
        bothLegs: { requireBothLegs: false, bulk: 'BULK_BY_VOLUME', bulkDomain: 'example.com' },
      },
      fixText: /MF-01 to MF-04/,
    },
  },
  {
    when: 'the From domain is a bulk sender by the memory of an earlier scan',
    facts: facts(withoutMailFrom, bulk('BULK_BEFORE')),
    says: { status: 'WARN', reason: 'DKIM_ONLY', severity: 'MEDIUM', cause: onSelf('MF-01') },
  },
  {
    when: 'a bulk sender has both',
    facts: facts(bulk('BULK_DECLARED')),
    says: { status: 'PASS', reason: 'BOTH_ALIGNED', evidence: { bothLegs: { bulk: 'BULK_DECLARED' } } },
  },
  {
    when: 'of a bulk sender it is not known whether SPF aligns',
    facts: facts(spfSilent, bulk('BULK_DECLARED')),
    says: { status: 'UNKNOWN', reason: 'LEG_UNKNOWN' },
  },
  {
    when: 'aspf=s keeps SPF of a bulk sender from aligning: strictness is the cause',
    facts: facts(bulk('BULK_DECLARED'), ({ alignment }) => {
      Object.assign(alignment, {
        aspf: 's',
        spf: { domain: 'bounce.example.com', real: false, relaxed: true },
      });
    }),
    says: { status: 'WARN', reason: 'DKIM_ONLY', severity: 'MEDIUM', cause: onSelf('ALIGN-02') },
  },
  {
    when: 'the MAIL FROM of a bulk sender is of another organization: MF-05 is the cause',
    facts: facts(bulk('BULK_DECLARED'), ({ alignment }) => {
      alignment.spf = { domain: 'elsewhere.example', real: false, relaxed: false };
    }),
    says: { status: 'WARN', reason: 'DKIM_ONLY', severity: 'MEDIUM', cause: onSelf('MF-05') },
  },
  {
    when: 'the MAIL FROM that does not align is set at another identity, where it may',
    facts: subdomainFacts((one) => {
      bulk('BULK_DECLARED')(one);
      one.alignment.spf = { domain: 'bounce.example.com', real: false, relaxed: false };
    }),
    says: { status: 'WARN', reason: 'DKIM_ONLY', severity: 'MEDIUM', cause: null },
  },
  {
    when: 'no DMARC record applies, so that the MAIL FROM is an organization of its own: DMARC-01 is the cause',
    facts: facts(bulk('BULK_DECLARED'), noDmarc, ({ alignment }) => {
      alignment.spf = { domain: 'bounce.example.com', real: false, relaxed: false };
    }),
    says: {
      status: 'WARN',
      reason: 'DKIM_ONLY',
      severity: 'MEDIUM',
      cause: { controlId: 'DMARC-01', subject: { kind: 'domain', name: 'example.com' } },
    },
  },
  {
    when: 'psd=n parts a subdomain from its parent’s signature: DKIM-03 is the cause',
    facts: subdomainFacts((one) => {
      one.alignment.dkim = { domain: 'example.com', real: false, relaxed: false };
      withoutMailFrom(one);
    }),
    says: {
      status: 'FAIL',
      reason: 'NONE_ALIGNED_ENFORCED',
      severity: 'CRITICAL',
      cause: { controlId: 'DKIM-03', subject: identity('news.example.com') },
    },
  },
  {
    when: 'two SPF records stand at the MAIL FROM: SPF-01 of that domain is the cause',
    facts: facts((one) => one.mailFrom?.spf.records.push('v=spf1 mx -all')),
    says: {
      status: 'PASS',
      reason: 'DKIM_ONLY',
      tracked: { value: 'DKIM_ONLY', rank: 2 },
      cause: onMailFrom('SPF-01'),
    },
  },
  {
    when: 'SPF of the MAIL FROM does not pass for SES',
    facts: facts((one) => one.mailFrom?.spf.sesNetworks?.forEach((network) => (network.result = 'fail'))),
    says: { status: 'PASS', reason: 'DKIM_ONLY', cause: onMailFrom('SPF-03') },
  },
  {
    when: 'the MAIL FROM has two MX',
    facts: facts((one) => {
      if (one.mailFrom?.mx.kind === 'found')
        one.mailFrom.mx.records.push({ preference: 20, exchange: 'mx.example' });
    }),
    says: { status: 'PASS', reason: 'DKIM_ONLY', cause: onMailFrom('MF-03') },
  },
  {
    when: 'the MX of the MAIL FROM names a host outside SES',
    facts: facts((one) => {
      if (one.mailFrom) one.mailFrom.mx = found([{ preference: 10, exchange: 'mx.example' }]);
    }),
    says: { status: 'PASS', reason: 'DKIM_ONLY', cause: onSelf('MF-04') },
  },
  {
    when: 'SES waits for the MAIL FROM',
    facts: facts((one) => mailFromStatus(one, 'PENDING')),
    says: { status: 'PASS', reason: 'DKIM_ONLY', cause: onSelf('MF-02') },
  },
  {
    when: 'DKIM is lost under p=none',
    facts: facts(dkimLost, policy('none')),
    says: {
      status: 'WARN',
      reason: 'SPF_ONLY',
      severity: 'MEDIUM',
      tracked: { value: 'SPF_ONLY', rank: 1 },
      cause: onSelf('DKIM-05'),
      fixText: /^DKIM: /,
    },
  },
  {
    when: 'DKIM is lost under p=quarantine',
    facts: facts(dkimLost, policy('quarantine')),
    says: { status: 'WARN', reason: 'SPF_ONLY', severity: 'MEDIUM' },
  },
  {
    when: 'DKIM is lost under p=reject (RFC 9989 section 8)',
    facts: facts(dkimLost),
    says: {
      status: 'FAIL',
      reason: 'SPF_ONLY_UNDER_REJECT',
      severity: 'HIGH',
      reasonClass: 1,
      cause: onSelf('DKIM-05'),
    },
  },
  {
    when: 'DKIM is lost and the policy is unknown, which decides',
    facts: facts(dkimLost, policyUnknown),
    says: { status: 'UNKNOWN', reason: 'POLICY_UNKNOWN', tracked: null },
  },
  {
    when: 'DKIM is switched off',
    facts: facts((one) => {
      one.ses.dkim.signingEnabled = false;
      one.effective.dkim = { kind: 'unsigned', by: 'example.com' };
    }),
    says: { status: 'FAIL', reason: 'SPF_ONLY_UNDER_REJECT', severity: 'HIGH', cause: onSelf('DKIM-01') },
  },
  {
    when: 'DKIM is pending with right records',
    facts: facts((one) => dkimStatus(one, 'PENDING')),
    says: { status: 'FAIL', reason: 'SPF_ONLY_UNDER_REJECT', severity: 'HIGH', cause: onSelf('DKIM-02') },
  },
  {
    when: 'neither aligns and no record applies',
    facts: facts(dkimLost, withoutMailFrom, noDmarc),
    says: {
      status: 'FAIL',
      reason: 'NONE_ALIGNED',
      severity: 'HIGH',
      reasonClass: 2,
      tracked: { value: 'NONE', rank: 0 },
      fixText: /^DKIM: .* SPF: /,
    },
  },
  {
    when: 'neither aligns and the policy is unknown: failing either way',
    facts: facts(dkimLost, withoutMailFrom, policyUnknown),
    says: { status: 'FAIL', reason: 'NONE_ALIGNED', severity: 'HIGH' },
  },
  {
    when: 'neither aligns under p=quarantine: the mail is being dropped',
    facts: facts(dkimLost, withoutMailFrom, policy('quarantine')),
    says: {
      status: 'FAIL',
      reason: 'NONE_ALIGNED_ENFORCED',
      severity: 'CRITICAL',
      reasonClass: 3,
      summary:
        'Neither DKIM nor SPF aligns with example.com, and its DMARC policy is quarantine: receivers drop the mail',
      cause: onSelf('DKIM-05'),
    },
  },
  {
    when: 'a subdomain under strict alignment is signed as its parent: strictness is the cause',
    facts: subdomainFacts((one) => {
      Object.assign(one.alignment, { adkim: 's', aspf: 's' });
      one.alignment.dkim = { domain: 'example.com', real: false, relaxed: true };
      one.alignment.spf = { domain: 'bounce.news.example.com', real: false, relaxed: true };
    }),
    says: {
      status: 'FAIL',
      reason: 'NONE_ALIGNED_ENFORCED',
      severity: 'CRITICAL',
      cause: { controlId: 'ALIGN-02', subject: identity('news.example.com') },
      evidence: { verdict: 'NONE', relaxedVerdict: 'BOTH' },
      fixText: /relax adkim.*relax aspf/,
    },
  },
  {
    when: 'the parent that signs has lost its records: the parent’s DKIM-05 is the cause',
    facts: subdomainFacts((one) => {
      dkimLost(one);
      withoutMailFrom(one);
    }),
    says: {
      status: 'FAIL',
      reason: 'NONE_ALIGNED_ENFORCED',
      severity: 'CRITICAL',
      cause: { controlId: 'DKIM-05', subject: identity('example.com') },
    },
  },
  {
    when: 'an address has no domain identity: IDENT-03 is the cause',
    facts: loneAddressFacts(withoutMailFrom),
    says: {
      status: 'FAIL',
      reason: 'NONE_ALIGNED_ENFORCED',
      severity: 'CRITICAL',
      cause: { controlId: 'IDENT-03', subject: identity('sales@example.com') },
    },
  },
  {
    when: 'the identity failed verification: nothing leaves, so nothing is dropped',
    facts: facts(dkimLost, withoutMailFrom, (one) => {
      Object.assign(one.ses, { verificationStatus: 'FAILED', verifiedForSending: false });
      delete one.effective.winner;
      dkimStatus(one, 'FAILED');
    }),
    says: { status: 'FAIL', reason: 'NONE_ALIGNED', severity: 'HIGH', cause: onSelf('DKIM-05') },
  },
  {
    when: 'the identity waits for its first verification',
    facts: facts(dkimLost, withoutMailFrom, (one) => {
      Object.assign(one.ses, { verificationStatus: 'PENDING', verifiedForSending: false });
      delete one.effective.winner;
    }),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_YET_VERIFIED' },
  },
  {
    when: 'DKIM aligns and SPF is unknown: passing either way, and the verdict of before stays remembered',
    facts: facts(spfSilent),
    context: known('BOTH', 3),
    says: { status: 'PASS', reason: 'BOTH_ALIGNED', tracked: { value: 'BOTH', rank: 3 } },
  },
  {
    when: 'SPF is unknown and nothing was remembered: nothing is',
    facts: facts(spfSilent),
    says: { status: 'PASS', reason: 'BOTH_ALIGNED', tracked: null },
  },
  {
    when: 'SPF is unknown and both legs are wanted',
    facts: facts(spfSilent),
    context: bothLegs,
    says: { status: 'UNKNOWN', reason: 'LEG_UNKNOWN' },
  },
  {
    when: 'SPF aligns and DKIM is unknown',
    facts: facts(dkimSilent),
    says: { status: 'UNKNOWN', reason: 'LEG_UNKNOWN', tracked: null },
  },
  {
    when: 'DKIM is lost and SPF is unknown under reject: failing either way, and the mildest is said',
    facts: facts(dkimLost, spfSilent),
    says: { status: 'FAIL', reason: 'SPF_ONLY_UNDER_REJECT', severity: 'HIGH', tracked: null },
  },
  {
    when: 'everything is unknown',
    facts: facts(dkimSilent, spfSilent),
    says: {
      status: 'UNKNOWN',
      reason: 'LEG_UNKNOWN',
      evidence: { possible: ['NONE', 'SPF_ONLY', 'DKIM_ONLY', 'BOTH'] },
    },
  },
  {
    when: 'DKIM is live and its alignment unknown, while SPF aligns under p=none',
    facts: facts(
      policy('none'),
      (one) => (one.alignment.dkim = { domain: 'example.com', real: 'unknown', relaxed: true }),
    ),
    says: { status: 'UNKNOWN', reason: 'LEG_UNKNOWN' },
  },
  {
    when: 'whether the address is signed is not proven, and SPF aligns',
    facts: addressFacts(
      (one) => (one.effective.dkim = { kind: 'unproven', detail: 'only a grandparent signs' }),
    ),
    says: { status: 'UNKNOWN', reason: 'LEG_UNKNOWN' },
  },
  {
    when: 'the address is of a mailbox provider',
    facts: freemailFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'FREEMAIL_DOMAIN' },
  },
  {
    when: 'the address is a sandbox recipient',
    facts: addressFacts((one) => (one.target.productionAccess = false)),
    says: { status: 'NOT_APPLICABLE', reason: 'SANDBOX_RECIPIENT' },
  },
  {
    when: 'DKIM is lost and whose MAIL FROM applies is not known, under p=none',
    facts: facts(dkimLost, withoutMailFrom, policy('none'), (one) => {
      one.effective.undecided = { between: ['news.example.com', 'example.com'], differs: ['mailFrom'] };
    }),
    says: { status: 'UNKNOWN', reason: 'LEG_UNKNOWN', evidence: { possible: ['NONE', 'SPF_ONLY'] } },
  },
]);
