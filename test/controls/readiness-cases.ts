/** What the controls of readiness have in common: who is judged at all, and what is not known. */
import type { DomainFacts, IdentitySummary, TargetSummary } from '../../lambda/facts/types.ts';
import type { ReadinessReason } from '../../lambda/controls/readiness.ts';
import {
  bulkVolume,
  defaultMailFrom,
  domainWith,
  elsewhere,
  neverSigned,
  OTHER_REGION,
  summary,
} from './domain-identities.ts';
import {
  ACCOUNT,
  brokenRecordAbove,
  contextOf,
  mailFromDomainFacts,
  nxdomain,
  REGION,
  servfail,
  withoutDmarc,
} from './facts.ts';
import type { Case } from './paired.ts';

export const here = { kind: 'identity', accountId: ACCOUNT, region: REGION, name: 'example.com' } as const;
export const theDomain = { kind: 'domain', name: 'example.com' } as const;

type Change = (facts: DomainFacts & { from: NonNullable<DomainFacts['from']> }) => unknown;

/** A bulk sender with these identities. */
export const bulk = (identities: IdentitySummary[] = [summary()], ...changes: Change[]): DomainFacts =>
  domainWith(identities, (facts) => {
    bulkVolume(facts);
    changes.forEach((change) => change(facts));
  });

export const unknownDkim = (one: IdentitySummary): void => {
  Object.assign(one.dkim, { leg: 'unknown', aligned: 'unknown' });
  one.verdict = 'unknown';
};

/** SPF of the MAIL FROM domain fails. */
export const brokenSpf = (one: IdentitySummary): void => {
  one.spf = { leg: 'none', aligned: false, cause: { controlId: 'SPF-03', domain: 'bounce.example.com' } };
  one.verdict = one.dkim.aligned === true ? 'DKIM_ONLY' : 'NONE';
};

/** Cases that every one of BULK-01 to -05 passes alike. */
export const COMMON: Case<DomainFacts, ReadinessReason>[] = [
  {
    when: 'DKIM and SPF pass in every target',
    facts: bulk([summary(), elsewhere()]),
    says: {
      status: 'PASS',
      reason: 'READY',
      evidence: { because: [], identities: 2, spf: 'own', oldestFact: 'this scan' },
    },
  },
  {
    when: 'an identity that waits for verification is no matter',
    facts: bulk([
      summary(),
      elsewhere((one) => {
        neverSigned(one);
        one.verified = false;
      }),
    ]),
    says: { status: 'PASS', reason: 'READY', evidence: { identities: 1 } },
  },
  {
    when: 'no identity is verified',
    facts: bulk([summary((one) => (one.verified = false))]),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_SENDER' },
  },
  {
    when: 'of one identity nothing is known',
    facts: bulk([summary()], (facts) => (facts.identitiesUnread = 1)),
    says: { status: 'UNKNOWN', reason: 'IDENTITIES_UNREAD' },
  },
  {
    when: 'the known identities are not verified, and of another nothing is known',
    facts: bulk([summary((one) => (one.verified = false))], (facts) => (facts.identitiesUnread = 1)),
    says: { status: 'UNKNOWN', reason: 'IDENTITIES_UNREAD' },
  },
  {
    when: 'DNS could not be asked at all',
    facts: bulk([summary()], (facts) => (facts.dnsUnusable = 'no answer')),
    says: { status: 'UNKNOWN', reason: 'RESOLVER_UNUSABLE' },
  },
  {
    when: 'it is a MAIL FROM domain alone',
    facts: mailFromDomainFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_A_FROM_DOMAIN' },
  },
  {
    when: 'it is a mailbox provider’s domain: IDENT-05 speaks',
    facts: bulk([summary()], (facts) => (facts.name = 'gmail.com')),
    says: { status: 'NOT_APPLICABLE', reason: 'FREEMAIL_DOMAIN' },
  },
];

/** The second Region sends from a dedicated address; IP-01's stored word on it. */
const dedicated = (stored: Partial<TargetSummary>): DomainFacts =>
  bulk([summary(), elsewhere()], ({ targets }) => {
    const target = targets?.find(({ region }) => region === OTHER_REGION);
    Object.assign(target ?? {}, { dedicatedIps: { ips: ['192.0.2.1'] } }, stored);
  });

const REVERSE_DNS_UNKNOWN: [why: string, stored: Partial<TargetSummary>][] = [
  ['DNS did not tell', { reverseDns: 'unknown' }],
  ['it was not judged yet', {}],
  ['which addresses there are could not be read', { dedicatedIps: 'unknown' }],
];

/** Cases of those that ask for reverse DNS: all but Outlook.com. */
export const REVERSE_DNS: Case<DomainFacts, ReadinessReason | 'NO_REVERSE_DNS'>[] = [
  {
    when: 'dedicated addresses have confirmed reverse DNS',
    facts: dedicated({ reverseDns: 'confirmed' }),
    says: { status: 'PASS', reason: 'READY' },
  },
  {
    when: 'a dedicated address of one target has none',
    facts: dedicated({ reverseDns: 'missing' }),
    says: {
      status: 'FAIL',
      reason: 'NO_REVERSE_DNS',
      summary: /a dedicated address that it is sent from has no reverse DNS/,
      evidence: {
        because: ['NO_REVERSE_DNS'],
        failing: [`${ACCOUNT} ${OTHER_REGION} example.com`],
      },
      fixText: /IP-01/,
      publish: [],
      cause: { controlId: 'IP-01', subject: { kind: 'target', accountId: ACCOUNT, region: OTHER_REGION } },
    },
  },
  ...REVERSE_DNS_UNKNOWN.map(([why, stored]) => ({
    when: `whether dedicated addresses have reverse DNS is not known: ${why}`,
    facts: dedicated(stored),
    says: {
      status: 'UNKNOWN' as const,
      reason: 'READINESS_UNKNOWN' as const,
      evidence: { unknown: ['NO_REVERSE_DNS'] },
    },
  })),
  {
    when: 'nothing is stored of the target: what it sends from is not known',
    facts: bulk([summary()], (facts) => (facts.targets = [])),
    says: { status: 'UNKNOWN', reason: 'READINESS_UNKNOWN' },
  },
  {
    when: 'dedicated addresses may not be read: none is considered',
    facts: bulk([summary()], ({ targets }) => targets?.forEach((target) => delete target.dedicatedIps)),
    says: { status: 'PASS', reason: 'READY' },
  },
];

/** Cases of those that want DKIM and SPF and DMARC. */
export const COMMON_OF_BULK: Case<
  DomainFacts,
  ReadinessReason | 'DKIM_MISSING' | 'SPF_MISSING' | 'DMARC_MISSING' | 'NOT_ALIGNED'
>[] = [
  {
    when: 'DKIM is missing in one target of two: one is enough',
    facts: bulk([elsewhere(), summary(neverSigned)]),
    says: {
      status: 'FAIL',
      reason: 'DKIM_MISSING',
      summary: /is not ready for .*: DKIM does not pass/,
      evidence: { because: ['DKIM_MISSING'], failing: ['111111111111 eu-west-1 example.com'] },
      fixText: /Begin with example\.com in 111111111111 eu-west-1/,
      cause: { controlId: 'DKIM-02', subject: here },
    },
  },
  {
    when: 'SPF of the MAIL FROM domain fails',
    facts: bulk([summary(brokenSpf)]),
    says: {
      status: 'FAIL',
      reason: 'SPF_MISSING',
      cause: { controlId: 'SPF-03', subject: { kind: 'domain', name: 'bounce.example.com' } },
    },
  },
  {
    when: 'the MAIL FROM is not verified, and mail is refused meanwhile',
    facts: bulk([
      summary((one) => {
        brokenSpf(one);
        one.mailFrom = {
          domain: 'bounce.example.com',
          status: 'FAILED',
          behaviorOnMxFailure: 'REJECT_MESSAGE',
        };
      }),
    ]),
    says: { status: 'FAIL', reason: 'SPF_MISSING' },
  },
  {
    when: 'no DMARC record applies',
    facts: bulk([summary()], ({ from }) => {
      withoutDmarc(from.dmarc);
      from.dmarc.rua = [];
    }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_MISSING',
      publish: [
        { name: '_dmarc.example.com', type: 'TXT', value: 'v=DMARC1; p=none; rua=mailto:dmarc@example.com' },
      ],
      cause: { controlId: 'DMARC-01', subject: theDomain },
    },
  },
  {
    when: 'no DMARC record applies, because _dmarc is an alias that leads nowhere: no record can stand beside it',
    facts: bulk([summary()], ({ from }) => {
      withoutDmarc(from.dmarc);
      from.dmarc.ownTxt = nxdomain(['gone.vendor.example']);
    }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_MISSING',
      publish: [],
      remove: [],
      cause: { controlId: 'DMARC-01', subject: theDomain },
    },
  },
  {
    when: 'the record above is not processed: it is replaced, as DMARC-01 has it',
    facts: bulk([summary()], (facts) => {
      facts.name = 'mail.example.com';
      withoutDmarc(facts.from.dmarc);
      brokenRecordAbove(facts.from.dmarc, 'example.com', ['v=DMARC1; p=rejct'], 'unprocessed');
    }),
    says: {
      status: 'FAIL',
      reason: 'DMARC_MISSING',
      publish: [
        { name: '_dmarc.example.com', type: 'TXT', value: 'v=DMARC1; p=none; rua=mailto:dmarc@example.com' },
      ],
      remove: [{ name: '_dmarc.example.com', type: 'TXT', value: 'v=DMARC1; p=rejct' }],
      cause: { controlId: 'DMARC-01', subject: { kind: 'domain', name: 'mail.example.com' } },
    },
  },
  {
    when: 'both pass and neither aligns',
    facts: bulk([
      summary((one) => {
        one.dkim.aligned = false;
        one.spf.aligned = false;
        one.verdict = 'NONE';
      }),
    ]),
    says: { status: 'FAIL', reason: 'NOT_ALIGNED', cause: { controlId: 'ALIGN-01', subject: here } },
  },
  {
    when: 'whether DKIM passes is not known',
    facts: bulk([summary(unknownDkim)]),
    says: { status: 'UNKNOWN', reason: 'READINESS_UNKNOWN', evidence: { unknown: ['DKIM_MISSING'] } },
  },
  {
    when: 'whether DKIM passes is not known, and SPF fails: failing either way',
    facts: bulk([summary(unknownDkim), elsewhere(brokenSpf)]),
    says: { status: 'FAIL', reason: 'SPF_MISSING' },
  },
  {
    when: 'DNS did not tell whether a DMARC record applies',
    facts: bulk([summary()], ({ from }) => {
      from.dmarc.status = 'temperror';
      from.dmarc.ownTxt = servfail();
    }),
    says: { status: 'UNKNOWN', reason: 'READINESS_UNKNOWN' },
  },
];

export { defaultMailFrom, neverSigned, summary };

/** The same cases with the severity that the control gives what is open. */
export function withSeverity<Reason extends string>(
  cases: Case<DomainFacts, Reason>[],
  severity: 'HIGH' | 'MEDIUM',
): Case<DomainFacts, Reason>[] {
  return cases.map((one) => {
    const open = one.says.status === 'FAIL' || one.says.status === 'WARN';
    return open ? { ...one, says: { severity, ...one.says } } : one;
  });
}

/** Of the controls that speak of bulk senders alone. */
export const OF_BULK_SENDERS: Case<
  DomainFacts,
  ReadinessReason | 'NOT_BULK' | 'VOLUME_UNKNOWN' | 'DKIM_MISSING'
>[] = [
  {
    when: 'the domain sends little',
    facts: domainWith([summary(neverSigned)]),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_BULK' },
  },
  {
    when: 'whether it sends in bulk is not known, and so whether any of it applies',
    facts: domainWith([summary(neverSigned)], (facts) => delete facts.volume),
    says: { status: 'UNKNOWN', reason: 'VOLUME_UNKNOWN' },
  },
  {
    when: 'the settings say that it sends in bulk',
    facts: domainWith([summary(neverSigned)]),
    context: contextOf({ settings: { bulkDomains: { 'example.com': true } } }),
    says: { status: 'FAIL', reason: 'DKIM_MISSING', severity: 'HIGH' },
  },
];
