import { align03 } from '../../lambda/controls/align-03.ts';
import type { DnsFact, IdentityFacts } from '../../lambda/facts/types.ts';
import {
  addressFacts,
  dmarcUnknown,
  easyRecord,
  found,
  gone,
  identityFacts,
  servfail,
  silent,
  withoutDmarc,
  withoutMailFrom,
} from './facts.ts';
import { describeControl } from './paired.ts';

type Change = (facts: IdentityFacts) => unknown;
const facts = (...changes: Change[]) => identityFacts((one) => changes.forEach((change) => change(one)));
/** psd=n at the subdomain: the walk ends there, the Public Suffix List does not know of it. */
const cutOff: Change = ({ alignment }) => {
  alignment.authorDomain = 'x.sub.example.com';
  alignment.organizationalDomain = 'sub.example.com';
  alignment.dkim = { domain: 'example.com', real: false, relaxed: false };
  alignment.spf = { domain: 'bounce.sub.example.com', real: true, relaxed: true };
};
/** A registry with a record without psd: the walk takes it for the organization of all its customers. */
const underRegistry: Change = ({ alignment }) => {
  alignment.authorDomain = 'shop.co.uk';
  alignment.organizationalDomain = 'co.uk';
  alignment.dkim = { domain: 'other.co.uk', real: true, relaxed: true };
  alignment.spf = { domain: 'bounce.shop.co.uk', real: true, relaxed: true };
};

/** Somebody signs as the From domain before SES gets the mail; what stands at the selector. */
const signedAs =
  (txt: DnsFact<string>): Change =>
  (one) => {
    const record = easyRecord('corp', (key) => {
      key.txt = txt;
      delete key.expectedTarget;
      delete key.cnameTarget;
      if (txt.kind !== 'found') delete key.key;
    });
    one.selfSigned = { domain: one.alignment.authorDomain, records: [record] };
  };

describeControl(align03, [
  {
    when: 'both readings align both legs',
    facts: facts(),
    says: {
      status: 'PASS',
      reason: 'SAME_VERDICT',
      evidence: { byWalk: 'example.com', byList: 'example.com' },
    },
  },
  {
    when: 'strict modes: both compare names alone',
    facts: facts(({ alignment }) => {
      alignment.aspf = 's';
      alignment.spf = { domain: 'bounce.example.com', real: false, relaxed: true };
    }),
    says: { status: 'PASS', reason: 'SAME_VERDICT' },
  },
  {
    when: 'psd=n cuts the From domain off from what signs',
    facts: facts(cutOff),
    says: {
      status: 'WARN',
      reason: 'ORG_DOMAIN_DIVERGENCE',
      severity: 'MEDIUM',
      summary:
        'Receivers of RFC 9989 and of RFC 7489 differ on whether DKIM aligns with x.sub.example.com, which belongs to sub.example.com by the one and to example.com by the other',
      evidence: {
        dkim: { byWalk: false, byList: true, listDomain: 'example.com' },
        spf: { byWalk: true, byList: true },
      },
      fixText: /psd=n/,
      publish: [],
    },
  },
  {
    when: 'the same, but who signs before SES does so as the very From domain',
    facts: facts(cutOff, signedAs(found(['v=DKIM1; k=rsa; p=OWNKEY']))),
    says: { status: 'PASS', reason: 'SAME_VERDICT' },
  },
  {
    when: 'the same, and SES signs nothing: who signs before it is no matter of d= of SES',
    facts: facts(
      cutOff,
      (one) => one.dkimRecords.forEach(gone),
      signedAs(found(['v=DKIM1; k=rsa; p=OWNKEY'])),
    ),
    says: { status: 'PASS', reason: 'SAME_VERDICT' },
  },
  {
    when: 'the same, and the key of whoever signs before SES is not known',
    facts: facts(cutOff, signedAs(servfail())),
    says: { status: 'UNKNOWN', reason: 'LEG_UNKNOWN' },
  },
  {
    when: 'a registry’s record makes one organization of all its customers',
    facts: facts(underRegistry),
    says: {
      status: 'WARN',
      reason: 'ORG_DOMAIN_DIVERGENCE',
      severity: 'MEDIUM',
      evidence: { dkim: { byWalk: true, byList: false } },
    },
  },
  {
    when: 'the leg that the readings differ on does not stand',
    facts: facts(cutOff, (one) => one.dkimRecords.forEach(gone)),
    says: { status: 'PASS', reason: 'SAME_VERDICT', evidence: { dkim: null } },
  },
  {
    when: 'whether that leg stands is not known',
    facts: facts(cutOff, (one) => one.dkimRecords.forEach(silent)),
    says: { status: 'UNKNOWN', reason: 'LEG_UNKNOWN' },
  },
  {
    when: 'a leg that both readings align is not known to stand',
    facts: facts((one) => one.mailFrom && (one.mailFrom.mx = servfail())),
    says: { status: 'PASS', reason: 'SAME_VERDICT' },
  },
  {
    when: 'DNS left the walk open',
    facts: facts(({ alignment }) => {
      alignment.dkim = { domain: 'mail.example.com', real: 'unknown', relaxed: 'unknown' };
    }),
    says: { status: 'UNKNOWN', reason: 'LEG_UNKNOWN' },
  },
  {
    when: 'the mode is unknown and decides by the list, too',
    facts: facts(withoutMailFrom, ({ alignment }) => {
      alignment.adkim = 'unknown';
      alignment.dkim = { domain: 'mail.example.com', real: true, relaxed: true };
    }),
    says: { status: 'UNKNOWN', reason: 'LEG_UNKNOWN' },
  },
  {
    when: 'no DMARC record applies: by RFC 9989 each name is its own organization, and nobody asks',
    facts: facts(
      (one) => withoutDmarc(one.dmarc),
      ({ alignment }) => (alignment.spf = { domain: 'bounce.example.com', real: false, relaxed: false }),
    ),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_DMARC' },
  },
  {
    when: 'DNS did not tell whether one applies',
    facts: facts(cutOff, (one) => dmarcUnknown(one.dmarc)),
    says: { status: 'UNKNOWN', reason: 'DMARC_UNKNOWN' },
  },
  {
    when: 'the identifier is of another organization by one reading alone',
    facts: facts(({ alignment }) => {
      alignment.spf = { domain: 'bounce.example.com', real: false, relaxed: false };
    }),
    says: {
      status: 'WARN',
      reason: 'ORG_DOMAIN_DIVERGENCE',
      severity: 'MEDIUM',
      summary: 'Receivers of RFC 9989 and of RFC 7489 differ on whether SPF aligns with example.com',
    },
  },
  {
    when: 'the identity waits for its first verification',
    facts: facts(cutOff, (one) => {
      Object.assign(one.ses, { verificationStatus: 'PENDING', verifiedForSending: false });
      delete one.effective.winner;
    }),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_YET_VERIFIED' },
  },
  {
    when: 'the address is a sandbox recipient',
    facts: addressFacts((one) => (one.target.productionAccess = false)),
    says: { status: 'NOT_APPLICABLE', reason: 'SANDBOX_RECIPIENT' },
  },
]);
