import { dkim09 } from '../../lambda/controls/dkim-09.ts';
import type { IdentityFacts } from '../../lambda/facts/types.ts';
import {
  ACCOUNT,
  byodkim,
  gone,
  identityFacts,
  nxdomain,
  pointsTo,
  recordOf,
  REGION,
  silent,
} from './facts.ts';
import { NO_OWN_TOKENS } from './dkim-scope-cases.ts';
import { describeControl } from './paired.ts';

const live = (facts: IdentityFacts, n: 0 | 1 | 2, keyBits: number) => {
  const { key } = recordOf(facts, n);
  if (key) Object.assign(key, { keyBits, usable: keyBits >= 1024 });
};
const own = (keyBits: number, change?: (facts: IdentityFacts) => void) =>
  identityFacts((facts) => {
    byodkim(facts);
    delete facts.ses.dkim.currentKeyBits;
    live(facts, 0, keyBits);
    change?.(facts);
  });
const NEW_KEY = `aws sesv2 put-email-identity-dkim-signing-attributes --email-identity example.com --signing-attributes-origin EXTERNAL --signing-attributes file://signing-attributes.json --region ${REGION}`;

describeControl(dkim09, [
  {
    when: 'the own key has 2048 bits',
    facts: own(2048),
    says: { status: 'PASS', reason: 'LIVE_KEY_LONG', tracked: { value: '2048 bits', rank: 2048 } },
  },
  {
    when: 'the own key has 4096 bits',
    facts: own(4096),
    says: { status: 'PASS', reason: 'LIVE_KEY_LONG', tracked: { value: '4096 bits', rank: 4096 } },
  },
  {
    when: 'the own key has 1024 bits',
    facts: own(1024),
    says: {
      status: 'WARN',
      reason: 'LIVE_KEY_SHORT',
      severity: 'MEDIUM',
      summary: 'The DKIM key at corp._domainkey.example.com has 1024 bits',
      command: NEW_KEY,
      fixText: /Keep the TXT of the selector corp/,
      tracked: { value: '1024 bits', rank: 1024 },
    },
  },
  {
    when: 'the own key has 768 bits',
    facts: own(768),
    says: {
      status: 'FAIL',
      reason: 'LIVE_KEY_TOO_SHORT',
      severity: 'HIGH',
      reasonClass: 1,
      command: NEW_KEY,
      cause: {
        controlId: 'DKIM-08',
        subject: { kind: 'identity', accountId: ACCOUNT, region: REGION, name: 'example.com' },
      },
    },
  },
  {
    when: 'one live key is shorter than SES says',
    facts: identityFacts((facts) => live(facts, 1, 1024)),
    says: {
      status: 'WARN',
      reason: 'LIVE_KEY_SHORT',
      severity: 'MEDIUM',
      summary: 'The DKIM key at tokenb._domainkey.example.com has 1024 bits, though SES says 2048',
      command: `aws sesv2 put-email-identity-dkim-signing-attributes --email-identity example.com --signing-attributes-origin AWS_SES --signing-attributes NextSigningKeyLength=RSA_2048_BIT --region ${REGION}`,
    },
  },
  {
    when: 'one live key is far too short and another does not answer: failing either way',
    facts: identityFacts((facts) => {
      live(facts, 1, 512);
      silent(recordOf(facts, 0));
    }),
    says: { status: 'FAIL', reason: 'LIVE_KEY_TOO_SHORT', severity: 'HIGH' },
  },
  {
    when: 'a live key is longer than SES says',
    facts: identityFacts((facts) =>
      Object.assign(facts.ses.dkim, { currentKeyBits: 1024, nextKeyBits: 1024 }),
    ),
    says: { status: 'PASS', reason: 'LIVE_KEY_LONG' },
  },
  {
    when: 'the live keys are as SES says',
    facts: identityFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'KEY_AS_DECLARED' },
  },
  {
    when: 'SES is changing keys, and one of each length is live',
    facts: identityFacts((facts) => {
      facts.ses.dkim.nextKeyBits = 1024;
      live(facts, 0, 1024);
    }),
    says: { status: 'NOT_APPLICABLE', reason: 'KEY_AS_DECLARED' },
  },
  {
    when: 'every record is gone: DKIM-05 speaks',
    facts: identityFacts((facts) => facts.dkimRecords.forEach(gone)),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_LIVE_KEY' },
  },
  {
    when: 'the keys stand behind foreign targets: DKIM-06 speaks',
    facts: identityFacts((facts) =>
      facts.dkimRecords.forEach((record) => pointsTo('t.dkim.elsewhere.example')(record)),
    ),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_LIVE_KEY' },
  },
  {
    when: 'a key does not answer',
    facts: identityFacts((facts) => silent(recordOf(facts, 2))),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'SES does not tell the selector',
    facts: own(2048, (facts) => {
      facts.ses.dkim.tokens = [];
      recordOf(facts, 0).txt = nxdomain();
    }),
    says: { status: 'UNKNOWN', reason: 'SELECTOR_NOT_GIVEN' },
  },
  ...NO_OWN_TOKENS,
]);
