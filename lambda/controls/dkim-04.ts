import type { IdentityFacts } from '../facts/types.ts';
import { primaryRegion } from '../facts/primary-region.ts';
import { outsideDkimScope, ownTokensReasons, type OwnTokensReason } from './dkim-scope.ts';
import { commandFix, startEasyDkim } from './fixes.ts';
import { say } from './say.ts';
import type { Control, Finding, Fix } from './types.ts';

type Reason =
  'KEY_2048' | 'KEY_ROTATING' | 'KEY_1024' | 'KEY_LENGTH_UNKNOWN' | 'NOT_EASY_DKIM' | OwnTokensReason;

/** RFC 8301 section 3.2. */
const GOOD_BITS = 2048;

export const dkim04: Control<IdentityFacts, Reason> = {
  id: 'DKIM-04',
  revision: 1,
  title: 'The Easy DKIM key has 2048 bits',
  subject: 'identity',
  tier: 1,
  severity: 'MEDIUM',
  reads: ['ses:GetEmailIdentity'],
  asserts: 'The key that SES signs with has 2048 bits, or the next one will.',
  why: 'Receivers rate a key of 1024 bits as weak, and RFC 8301 wants 2048; a change of length costs no DNS record.',
  evidence:
    'Both key lengths, and when SES last made a key. The length is tracked: its fall is a change of its own.',
  remedy: 'A command that lets SES make keys of 2048 bits; the CNAMEs stay as they are.',
  sources: [
    'RFC 8301 section 3.2',
    'Amazon SES API v2: DkimAttributes.CurrentSigningKeyLength, NextSigningKeyLength',
    'Amazon SES developer guide: Easy DKIM in Amazon SES (changing the key length)',
  ],
  reasons: {
    KEY_2048: { statuses: ['PASS'], means: 'The key has 2048 bits or more.' },
    KEY_ROTATING: {
      statuses: ['PASS'],
      means: 'The key is shorter, but the next one, which SES is already changing to, is not.',
    },
    KEY_1024: { statuses: ['WARN'], means: 'The key has fewer than 2048 bits, or the next one will.' },
    KEY_LENGTH_UNKNOWN: { statuses: ['UNKNOWN'], means: 'SES does not tell the length of the key.' },
    NOT_EASY_DKIM: {
      statuses: ['NOT_APPLICABLE'],
      means: 'The identity brings its own DKIM key; DKIM-09 speaks.',
    },
    ...ownTokensReasons,
  },
  judge(facts, context) {
    const outside = outsideDkimScope(dkim04, facts, context) ?? withoutOwnKey(facts);
    return [outside ?? judgeLength(facts)];
  },
};

function withoutOwnKey({ name, ses, effective }: IdentityFacts): Finding<Reason> | undefined {
  const notApplicable = (reason: Reason, summary: string): Finding<Reason> =>
    say(dkim04, { status: 'NOT_APPLICABLE', reason, summary });
  if (effective.dkim.kind === 'inherited') {
    return notApplicable('INHERITED', `${name} is signed by ${effective.dkim.signer}`);
  }
  if (ses.dkim.origin === 'EXTERNAL') {
    return notApplicable('NOT_EASY_DKIM', `${name} brings its own DKIM key`);
  }
  return ses.type === 'EMAIL_ADDRESS' || ses.dkim.tokens.length === 0
    ? notApplicable('NO_OWN_TOKENS', `${name} has no DKIM key of its own`)
    : undefined;
}

function judgeLength(facts: IdentityFacts): Finding<Reason> {
  const { currentKeyBits: current, nextKeyBits: next = current, lastKeyGeneration } = facts.ses.dkim;
  const evidence = { currentBits: current, nextBits: next, lastKeyGeneration };
  if (current === undefined || next === undefined) {
    const summary = `Not judged: SES does not tell the length of the DKIM key of ${facts.name}`;
    return say(dkim04, { status: 'UNKNOWN', reason: 'KEY_LENGTH_UNKNOWN', summary, evidence });
  }
  const tracked = { name: 'DKIM key length', value: `${current} bits`, rank: current };
  if (next < GOOD_BITS) {
    const will = current < GOOD_BITS ? 'has' : 'is about to have';
    const bits = Math.min(current, next);
    return say(dkim04, {
      status: 'WARN',
      reason: 'KEY_1024',
      summary: `The DKIM key of ${facts.name} ${will} ${bits} bits, where 2048 are wanted`,
      evidence,
      fix: fixFor(facts),
      tracked,
    });
  }
  const rotating = current < GOOD_BITS || current !== next;
  const summary = rotating
    ? `SES is changing the DKIM key of ${facts.name} from ${current} to ${next} bits`
    : `The DKIM key of ${facts.name} has ${current} bits`;
  return say(dkim04, {
    status: 'PASS',
    reason: rotating ? 'KEY_ROTATING' : 'KEY_2048',
    summary,
    evidence,
    tracked,
  });
}

/** A DEED replica has the key of the Region that it follows. */
function fixFor(facts: IdentityFacts): Fix {
  const primary = primaryRegion(facts.ses.dkim.origin);
  const where = primary === undefined ? '' : ` in ${primary}, whose key is used here`;
  return commandFix(
    { accountId: facts.accountId, region: primary ?? facts.region },
    `Let SES change to keys of 2048 bits${where}: it signs on with the old one meanwhile, and the CNAMEs stay.`,
    startEasyDkim(facts.ses.domain),
  );
}
