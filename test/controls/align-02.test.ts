import { align02 } from '../../lambda/controls/align-02.ts';
import type { AlignmentFacts, DnsFact, IdentityFacts } from '../../lambda/facts/types.ts';
import {
  ACCOUNT,
  addressFacts,
  contextOf,
  easyRecord,
  found,
  freemailFacts,
  gone,
  identityFacts,
  nxdomain,
  REGION,
  servfail,
  silent,
  withoutMailFrom,
} from './facts.ts';
import { describeControl } from './paired.ts';

type Change = (facts: IdentityFacts) => unknown;
const facts = (...changes: Change[]) => identityFacts((one) => changes.forEach((change) => change(one)));
const dkimLost: Change = (one) => one.dkimRecords.forEach(gone);
const dkimSilent: Change = (one) => one.dkimRecords.forEach(silent);
const spfSilent: Change = (one) => one.mailFrom && (one.mailFrom.mx = servfail());
/** The parent signs, and the domain wants the very name. */
const adkimStrict: Change = ({ alignment }) => {
  alignment.adkim = 's';
  alignment.dkim = { domain: 'parent.example', real: false, relaxed: true };
};
const selfSignedAs =
  (txt: DnsFact<string>): Change =>
  (one) => {
    const record = easyRecord('corp', (key) => {
      key.txt = txt;
      delete key.expectedTarget;
      delete key.cnameTarget;
      if (txt.kind !== 'found') delete key.key;
    });
    one.selfSigned = { domain: 'example.com', records: [record] };
  };
const aspfStrict: Change = ({ alignment }) => {
  alignment.aspf = 's';
  alignment.spf = { domain: 'bounce.example.com', real: false, relaxed: true };
};
const modesUnknown: Change = ({ alignment }) => {
  Object.assign(alignment, { adkim: 'unknown', aspf: 'unknown' } satisfies Partial<AlignmentFacts>);
  if (alignment.spf) alignment.spf.real = 'unknown';
};
const on = (controlId: string) =>
  ({
    controlId,
    subject: { kind: 'identity', accountId: ACCOUNT, region: REGION, name: 'example.com' },
  }) as const;

describeControl(align02, [
  {
    when: 'the modes are relaxed',
    facts: facts(),
    says: {
      status: 'PASS',
      reason: 'MODES_COST_NOTHING',
      evidence: { verdict: 'BOTH', relaxedVerdict: 'BOTH' },
    },
  },
  {
    when: 'adkim=s, and DKIM signs as the very name',
    facts: facts(({ alignment }) => (alignment.adkim = 's')),
    says: { status: 'PASS', reason: 'MODES_COST_NOTHING' },
  },
  {
    when: 'aspf=s, and there is no MAIL FROM to lose',
    facts: facts(aspfStrict, withoutMailFrom),
    says: { status: 'PASS', reason: 'MODES_COST_NOTHING' },
  },
  {
    when: 'SPF does not align under relaxed modes either',
    facts: facts(({ alignment }) => {
      alignment.aspf = 's';
      alignment.spf = { domain: 'elsewhere.example', real: false, relaxed: false };
    }),
    says: { status: 'PASS', reason: 'MODES_COST_NOTHING' },
  },
  {
    when: 'aspf=s with a MAIL FROM of SES: DKIM is left',
    facts: facts(aspfStrict),
    says: {
      status: 'WARN',
      reason: 'ASPF_STRICT',
      severity: 'MEDIUM',
      summary: 'Strict alignment (aspf=s) turns SPF off for mail From example.com: only DKIM is left',
      fixText: /Take aspf=s out of the DMARC record at _dmarc\.example\.com/,
      publish: [],
      cause: null,
      evidence: { verdict: 'DKIM_ONLY', relaxedVerdict: 'BOTH' },
    },
  },
  {
    when: 'adkim=s under a parent’s signature: SPF is left',
    facts: facts(adkimStrict),
    says: { status: 'WARN', reason: 'ADKIM_STRICT', severity: 'HIGH', fixText: /Easy DKIM of its own/ },
  },
  {
    when: 'adkim=s for an address that another domain signs for: a domain identity of its own would align',
    facts: addressFacts((one) => adkimStrict(one)),
    says: { status: 'WARN', reason: 'ADKIM_STRICT', severity: 'HIGH', fixText: /domain identity of its own/ },
  },
  {
    when: 'adkim=s, but who signs before SES does so as the very name',
    facts: facts(adkimStrict, selfSignedAs(found(['v=DKIM1; k=rsa; p=OWNKEY']))),
    says: { status: 'PASS', reason: 'MODES_COST_NOTHING' },
  },
  {
    when: 'adkim=s, and the key of whoever signs before SES is not known',
    facts: facts(adkimStrict, selfSignedAs(servfail())),
    says: { status: 'UNKNOWN', reason: 'LEG_UNKNOWN' },
  },
  {
    when: 'adkim=s, SES signs nothing, and the key of whoever signs before it is not known: no mode costs either',
    facts: facts(adkimStrict, dkimLost, selfSignedAs(servfail())),
    says: { status: 'PASS', reason: 'MODES_COST_NOTHING' },
  },
  {
    when: 'adkim=s under a parent’s signature, without a MAIL FROM: nothing is left',
    facts: facts(adkimStrict, withoutMailFrom),
    says: {
      status: 'FAIL',
      reason: 'ADKIM_STRICT',
      severity: 'HIGH',
      summary: /nothing is left/,
      cause: null,
    },
  },
  {
    when: 'adkim=s under a parent’s signature, and the MX of the MAIL FROM is gone: that is the line',
    facts: facts(adkimStrict, (one) => one.mailFrom && (one.mailFrom.mx = nxdomain())),
    says: {
      status: 'FAIL',
      reason: 'ADKIM_STRICT',
      severity: 'HIGH',
      cause: { controlId: 'MF-03', subject: { kind: 'domain', name: 'bounce.example.com' } },
    },
  },
  {
    when: 'aspf=s while DKIM is lost: nothing is left, and the lost key is the line',
    facts: facts(aspfStrict, dkimLost),
    says: { status: 'FAIL', reason: 'ASPF_STRICT', severity: 'HIGH', cause: on('DKIM-05') },
  },
  {
    when: 'both are strict and both are lost by it',
    facts: facts(adkimStrict, aspfStrict),
    says: {
      status: 'FAIL',
      reason: 'BOTH_STRICT',
      severity: 'HIGH',
      summary: /adkim=s and aspf=s/,
      cause: null,
    },
  },
  {
    when: 'aspf=s costs SPF, and whether DKIM is left is not known',
    facts: facts(aspfStrict, dkimSilent),
    says: { status: 'UNKNOWN', reason: 'LEG_UNKNOWN' },
  },
  {
    when: 'aspf=s, and whether SPF stands is not known',
    facts: facts(aspfStrict, spfSilent),
    says: { status: 'UNKNOWN', reason: 'LEG_UNKNOWN' },
  },
  {
    when: 'DNS did not tell the modes',
    facts: facts(modesUnknown),
    says: { status: 'UNKNOWN', reason: 'LEG_UNKNOWN' },
  },
  {
    when: 'the identity waits for its first verification',
    facts: facts(aspfStrict, (one) => {
      Object.assign(one.ses, { verificationStatus: 'PENDING', verifiedForSending: false });
      delete one.effective.winner;
    }),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_YET_VERIFIED' },
  },
  {
    when: 'the address is of a mailbox provider',
    facts: freemailFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'FREEMAIL_DOMAIN' },
  },
  {
    when: 'the address may be a sandbox recipient',
    facts: addressFacts((one) => (one.target.productionAccess = 'unknown')),
    context: contextOf(),
    says: { status: 'UNKNOWN', reason: 'PRODUCTION_ACCESS_UNKNOWN' },
  },
]);
