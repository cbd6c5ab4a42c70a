import { align05 } from '../../lambda/controls/align-05.ts';
import type { AlignmentFacts, DeclaredFromFacts, IdentityFacts } from '../../lambda/facts/types.ts';
import { ACCOUNT, easyRecord, found, identityFacts, REGION, silent } from './facts.ts';
import { describeControl } from './paired.ts';

const from = (authorDomain: string, change?: (alignment: AlignmentFacts) => void): AlignmentFacts => {
  const alignment: AlignmentFacts = {
    authorDomain,
    adkim: 'r',
    aspf: 'r',
    organizationalDomain: 'example.com',
    dkim: { domain: 'example.com', real: true, relaxed: true },
    spf: { domain: 'bounce.example.com', real: true, relaxed: true },
  };
  change?.(alignment);
  return alignment;
};
const strict = (alignment: AlignmentFacts): void => {
  Object.assign(alignment, { adkim: 's', aspf: 's' });
  alignment.dkim = { domain: 'example.com', real: false, relaxed: true };
  alignment.spf = { domain: 'bounce.example.com', real: false, relaxed: true };
};
const facts = (declaredFrom: DeclaredFromFacts[], change?: (one: IdentityFacts) => void) =>
  identityFacts((one) => {
    one.declaredFrom = declaredFrom;
    change?.(one);
  });

/** The key of whoever signs as the domain before SES gets the mail is live. */
const selfSigned = (domain: string): NonNullable<IdentityFacts['selfSigned']> => {
  const record = easyRecord('corp', (key) => {
    delete key.expectedTarget;
    delete key.cnameTarget;
    key.txt = found(['v=DKIM1; k=rsa; p=OWNKEY']);
  });
  return { domain, records: [record] };
};
const signedBeforehand = (one: IdentityFacts): void => {
  one.effective.dkim = { kind: 'none' };
  one.selfSigned = selfSigned('example.com');
};

describeControl(align05, [
  {
    when: 'mail From each declared subdomain aligns',
    facts: facts([from('news.example.com'), from('shop.example.com')]),
    says: {
      status: 'PASS',
      reason: 'SUBDOMAINS_ALIGN',
      summary: 'Mail From news.example.com and shop.example.com aligns as mail of example.com',
      evidence: { from: [{ from: 'news.example.com', verdict: 'BOTH' }, { verdict: 'BOTH' }] },
    },
  },
  {
    when: 'one leg is enough',
    facts: facts([
      from('news.example.com', (one) => (one.dkim = { domain: 'example.com', real: false, relaxed: true })),
    ]),
    says: { status: 'PASS', reason: 'SUBDOMAINS_ALIGN' },
  },
  {
    when: 'a subdomain has a strict record of its own',
    facts: facts([from('news.example.com', strict), from('shop.example.com')]),
    says: {
      status: 'WARN',
      reason: 'SUBDOMAIN_UNALIGNED',
      severity: 'LOW',
      summary: 'Mail From news.example.com, which example.com may send, aligns neither by DKIM nor by SPF',
      command: 'aws sesv2 create-email-identity --email-identity news.example.com --region eu-west-1',
      cause: {
        controlId: 'ALIGN-01',
        subject: { kind: 'identity', accountId: ACCOUNT, region: REGION, name: 'example.com' },
      },
    },
  },
  {
    when: 'one is unaligned and another unknown: what is known is enough',
    facts: facts([
      from('a.example.com', (one) => {
        strict(one);
        Object.assign(one.dkim ?? {}, { real: 'unknown' });
      }),
      from('b.example.com', strict),
    ]),
    says: { status: 'WARN', reason: 'SUBDOMAIN_UNALIGNED', severity: 'LOW' },
  },
  {
    when: 'whether DKIM is live is unknown and decides',
    facts: facts(
      [
        from('news.example.com', (one) => {
          strict(one);
          one.dkim = { domain: 'example.com', real: true, relaxed: true };
        }),
      ],
      (one) => one.dkimRecords.forEach(silent),
    ),
    says: { status: 'UNKNOWN', reason: 'LEG_UNKNOWN' },
  },
  {
    when: 'one leg aligns and the other is unknown: passing either way',
    facts: facts([from('news.example.com')], (one) => one.dkimRecords.forEach(silent)),
    says: { status: 'PASS', reason: 'SUBDOMAINS_ALIGN', evidence: { from: [{ verdict: 'unknown' }] } },
  },
  {
    when: 'somebody signs before SES as the identity’s own name, which is strict elsewhere: SES signs nothing',
    facts: facts([from('shop.example.com', strict)], signedBeforehand),
    says: {
      status: 'WARN',
      reason: 'SUBDOMAIN_UNALIGNED',
      severity: 'LOW',
      summary: /shop\.example\.com/,
      evidence: { from: [{ verdict: 'NONE' }] },
    },
  },
  {
    when: 'somebody signs before SES as the very subdomain',
    facts: facts(
      [{ ...from('shop.example.com', strict), selfSigned: selfSigned('shop.example.com') }],
      signedBeforehand,
    ),
    says: { status: 'PASS', reason: 'SUBDOMAINS_ALIGN', evidence: { from: [{ verdict: 'DKIM_ONLY' }] } },
  },
  {
    when: 'the settings declare none below it',
    facts: identityFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_CONFIGURED' },
  },
  {
    when: 'the identity waits for its first verification',
    facts: facts([from('news.example.com', strict)], (one) => {
      Object.assign(one.ses, { verificationStatus: 'PENDING', verifiedForSending: false });
      delete one.effective.winner;
    }),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_YET_VERIFIED' },
  },
]);
