import { dkim04 } from '../../lambda/controls/dkim-04.ts';
import type { IdentityFacts } from '../../lambda/facts/types.ts';
import { addressFacts, byodkim, contextOf, identityFacts, REGION } from './facts.ts';
import { NO_OWN_TOKENS } from './dkim-scope-cases.ts';
import { describeControl } from './paired.ts';

const bits = (current: number | undefined, next = current, change?: (facts: IdentityFacts) => void) =>
  identityFacts((facts) => {
    delete facts.ses.dkim.currentKeyBits;
    delete facts.ses.dkim.nextKeyBits;
    Object.assign(facts.ses.dkim, current === undefined ? {} : { currentKeyBits: current });
    Object.assign(facts.ses.dkim, next === undefined ? {} : { nextKeyBits: next });
    change?.(facts);
  });
const command = (region: string) =>
  `aws sesv2 put-email-identity-dkim-signing-attributes --email-identity example.com --signing-attributes-origin AWS_SES --signing-attributes NextSigningKeyLength=RSA_2048_BIT --region ${region}`;

describeControl(dkim04, [
  {
    when: 'the key has 2048 bits',
    facts: bits(2048),
    says: { status: 'PASS', reason: 'KEY_2048', tracked: { value: '2048 bits', rank: 2048 } },
  },
  {
    when: 'SES is changing from 1024 to 2048 bits',
    facts: bits(1024, 2048),
    says: { status: 'PASS', reason: 'KEY_ROTATING', tracked: { value: '1024 bits', rank: 1024 } },
  },
  {
    when: 'the key has 1024 bits',
    facts: bits(1024),
    says: {
      status: 'WARN',
      reason: 'KEY_1024',
      severity: 'MEDIUM',
      summary: 'The DKIM key of example.com has 1024 bits, where 2048 are wanted',
      command: command(REGION),
      tracked: { value: '1024 bits', rank: 1024 },
      cause: null,
    },
  },
  {
    when: 'somebody asked SES to change to 1024 bits',
    facts: bits(2048, 1024),
    says: { status: 'WARN', reason: 'KEY_1024', severity: 'MEDIUM', summary: /is about to have 1024 bits/ },
  },
  {
    when: 'the short key is that of the Region that a replica follows',
    facts: bits(1024, 1024, (facts) => (facts.ses.dkim.origin = 'AWS_SES_US_EAST_1')),
    says: {
      status: 'WARN',
      reason: 'KEY_1024',
      severity: 'MEDIUM',
      command: command('us-east-1'),
      fixText: /in us-east-1, whose key is used here/,
    },
  },
  {
    when: 'SES does not tell',
    facts: bits(undefined),
    says: { status: 'UNKNOWN', reason: 'KEY_LENGTH_UNKNOWN' },
  },
  {
    when: 'the identity brings its own key',
    facts: identityFacts(byodkim),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_EASY_DKIM' },
  },
  {
    when: 'the identity is an address that SES shows no signer for',
    facts: addressFacts((facts) => (facts.effective.dkim = { kind: 'unsigned', by: 'sales@example.com' })),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_OWN_TOKENS' },
  },
  {
    when: 'mail is signed before it reaches SES, and SES does not sign',
    facts: bits(1024, 1024, (facts) => (facts.effective.dkim = { kind: 'unsigned', by: 'example.com' })),
    context: contextOf({ settings: { selfSigned: [{ domain: 'example.com', selectors: ['s1'] }] } }),
    says: { status: 'NOT_APPLICABLE', reason: 'SELF_SIGNED' },
  },
  {
    when: 'mail is signed before it reaches SES, and SES signs it again',
    facts: bits(1024),
    context: contextOf({ settings: { selfSigned: [{ domain: 'example.com', selectors: ['s1'] }] } }),
    says: { status: 'WARN', reason: 'KEY_1024', severity: 'MEDIUM' },
  },
  ...NO_OWN_TOKENS,
]);
