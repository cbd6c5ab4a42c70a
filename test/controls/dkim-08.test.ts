import { dkim08 } from '../../lambda/controls/dkim-08.ts';
import type { DkimKeyFacts, IdentityFacts } from '../../lambda/facts/types.ts';
import {
  bareTxt,
  byodkim,
  found,
  gone,
  identityFacts,
  nodata,
  nxdomain,
  pointsTo,
  recordOf,
  servfail,
  silent,
} from './facts.ts';
import { NO_OWN_TOKENS } from './dkim-scope-cases.ts';
import { describeControl } from './paired.ts';

const key = (change: Partial<DkimKeyFacts>) => (facts: IdentityFacts) => {
  const { key } = recordOf(facts, 0);
  if (key) Object.assign(key, change);
};
const own = (change?: (facts: IdentityFacts) => void) =>
  identityFacts((facts) => {
    byodkim(facts);
    change?.(facts);
  });
const SELECTOR = 'corp._domainkey.example.com';

describeControl(dkim08, [
  {
    when: 'each name holds a key',
    facts: identityFacts(),
    says: { status: 'PASS', reason: 'DKIM_KEYS_VALID' },
  },
  { when: 'the own selector holds a key', facts: own(), says: { status: 'PASS', reason: 'DKIM_KEYS_VALID' } },
  {
    when: 't=s is set',
    facts: identityFacts(key({ problems: ['STRICT_IDENTITY'] })),
    says: { status: 'PASS', reason: 'DKIM_STRICT_IDENTITY' },
  },
  {
    when: 'the own key is revoked',
    facts: own((facts) => {
      recordOf(facts, 0).txt = found(['v=DKIM1; k=rsa; p=']);
      key({ usable: false, revoked: true })(facts);
    }),
    says: {
      status: 'FAIL',
      reason: 'DKIM_KEY_REVOKED',
      severity: 'HIGH',
      summary: `1 DKIM name holds a revoked key (empty p=) (${SELECTOR})`,
      remove: [{ name: SELECTOR, type: 'TXT', value: 'v=DKIM1; k=rsa; p=' }],
      fixText: /corp\._domainkey\.example\.com the TXT v=DKIM1; k=rsa; p=/,
    },
  },
  {
    when: 'the key behind a right CNAME is revoked: SES has to make new ones',
    facts: identityFacts(key({ usable: false, revoked: true })),
    says: {
      status: 'FAIL',
      reason: 'DKIM_KEY_REVOKED',
      severity: 'HIGH',
      command:
        'aws sesv2 put-email-identity-dkim-signing-attributes --email-identity example.com --signing-attributes-origin AWS_SES --signing-attributes NextSigningKeyLength=RSA_2048_BIT --region eu-west-1',
    },
  },
  {
    when: 'two TXT stand at the own selector',
    facts: own((facts) => {
      recordOf(facts, 0).txt = found(['p=ONE', 'p=TWO']);
      delete recordOf(facts, 0).key;
    }),
    says: {
      status: 'FAIL',
      reason: 'DKIM_MULTIPLE_TXT',
      severity: 'HIGH',
      fixText: /exactly one TXT/,
      remove: [],
    },
  },
  {
    when: 'the text at the own selector is no key',
    facts: own(key({ usable: false, problems: ['KEY_NOT_BASE64'] })),
    says: { status: 'FAIL', reason: 'DKIM_KEY_INVALID', severity: 'HIGH' },
  },
  {
    when: 'the key is of Ed25519, with which SES does not sign',
    facts: own(key({ keyType: 'ed25519', keyBits: 256 })),
    says: { status: 'FAIL', reason: 'DKIM_KEY_INVALID', severity: 'HIGH' },
  },
  {
    when: 'nothing stands at the own selector',
    facts: own((facts) => gone(recordOf(facts, 0))),
    says: { status: 'FAIL', reason: 'DKIM_KEY_MISSING', severity: 'HIGH', summary: /holds no record at all/ },
  },
  {
    when: 'the own selector exists without TXT',
    facts: own((facts) => (recordOf(facts, 0).txt = nodata())),
    says: { status: 'FAIL', reason: 'DKIM_KEY_MISSING', severity: 'HIGH' },
  },
  {
    when: 'a right CNAME leads to a target without key',
    facts: identityFacts((facts) => {
      recordOf(facts, 0).txt = nxdomain(['tokena.dkim.amazonses.com']);
      delete recordOf(facts, 0).key;
    }),
    says: { status: 'WARN', reason: 'DKIM_TARGET_WITHOUT_KEY', severity: 'MEDIUM' },
  },
  {
    when: 'the own key is in test mode',
    facts: own(key({ testMode: true })),
    says: { status: 'WARN', reason: 'DKIM_TEST_MODE', severity: 'MEDIUM', fixText: /Take t=y out/ },
  },
  {
    when: 'the own key is a bare PKCS#1 key',
    facts: own(key({ problems: ['KEY_PKCS1'] })),
    says: { status: 'WARN', reason: 'KEY_PKCS1', severity: 'MEDIUM' },
  },
  {
    when: 'one key is revoked and another does not answer: failing either way',
    facts: identityFacts((facts) => {
      key({ usable: false, revoked: true })(facts);
      silent(recordOf(facts, 1));
    }),
    says: { status: 'FAIL', reason: 'DKIM_KEY_REVOKED', severity: 'HIGH' },
  },
  {
    when: 'one key is in test mode and another does not answer: it could be worse',
    facts: identityFacts((facts) => {
      key({ testMode: true })(facts);
      recordOf(facts, 1).txt = servfail();
    }),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'one is gone and one points elsewhere: DKIM-05 and -06 speak of them alone',
    facts: identityFacts((facts) => {
      gone(recordOf(facts, 0));
      pointsTo('elsewhere.example')(recordOf(facts, 1));
    }),
    says: { status: 'PASS', reason: 'DKIM_KEYS_VALID' },
  },
  {
    when: 'a copied key is judged as a key, too, and the copy goes',
    facts: identityFacts((facts) => {
      bareTxt('p=KEYOFtokena', found(['p=KEYOFtokena']))(recordOf(facts, 0));
      key({ testMode: true })(facts);
    }),
    says: {
      status: 'WARN',
      reason: 'DKIM_TEST_MODE',
      severity: 'MEDIUM',
      remove: [{ name: 'tokena._domainkey.example.com', type: 'TXT', value: 'p=KEYOFtokena' }],
    },
  },
  {
    when: 'SES does not tell the selector',
    facts: own((facts) => {
      facts.ses.dkim.tokens = [];
      facts.dkimRecords = [];
    }),
    says: { status: 'UNKNOWN', reason: 'SELECTOR_NOT_GIVEN' },
  },
  {
    when: 'no record leads to a key',
    facts: identityFacts((facts) => facts.dkimRecords.forEach(gone)),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_TOKEN_ANSWERS' },
  },
  {
    when: 'the resolver is unusable',
    facts: identityFacts((facts) => Object.assign(facts, { dnsUnusable: 'no answer', dkimRecords: [] })),
    says: { status: 'UNKNOWN', reason: 'RESOLVER_UNUSABLE' },
  },
  ...NO_OWN_TOKENS,
]);
