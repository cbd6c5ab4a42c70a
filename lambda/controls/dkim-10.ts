import { createHash } from 'node:crypto';
import type { IdentityFacts } from '../facts/types.ts';
import { newKeyFix } from './byodkim.ts';
import { ownTokens, ownTokensReasons, type OwnTokensReason } from './dkim-scope.ts';
import { keyText, type TokenView } from './dkim-tokens.ts';
import { say } from './say.ts';
import type { Control, Finding, JudgeContext } from './types.ts';
import { dnsReasons, dnsUnknown, resolverUnusable, unknownDns, type DnsReason } from './unknowns.ts';

type Reason =
  | 'KEY_FRESH'
  | 'ROTATION_ADVISED'
  | 'KEY_OLD'
  | 'NO_VALID_KEY'
  | 'SELECTOR_NOT_GIVEN'
  | 'NOT_BYODKIM'
  | OwnTokensReason
  | DnsReason;

const DAY_MS = 86_400_000;
/** M3AAWG advises a new key every six months: half of the year that the default threshold allows. */
const ADVISED_SHARE = 0.5;

export const dkim10: Control<IdentityFacts, Reason> = {
  id: 'DKIM-10',
  revision: 1,
  title: 'The identity’s own DKIM key is rotated',
  subject: 'identity',
  tier: 2,
  severity: 'MEDIUM',
  reads: ['ses:GetEmailIdentity'],
  asserts:
    'The key that the identity brings itself was first seen no longer ago than thresholds.dkimKeyMaxAgeDays, a year by default.',
  why: 'AWS rotates the keys of Easy DKIM, but never one that was brought: the longer it signs, the more copies of it there are.',
  evidence: 'The selector, a fingerprint of the public key, and when this software first saw it there.',
  remedy: 'How to bring a new key under a new selector.',
  sources: [
    'Amazon SES developer guide: Provide your own DKIM authentication token (BYODKIM)',
    'M3AAWG DKIM Key Rotation Best Common Practices',
  ],
  reasons: {
    KEY_FRESH: { statuses: ['PASS'], means: 'The key was first seen less than half the allowed age ago.' },
    ROTATION_ADVISED: {
      statuses: ['PASS'],
      means: 'The key is older than half the allowed age: plan its rotation.',
    },
    KEY_OLD: { statuses: ['WARN'], means: 'The key is older than allowed.' },
    NO_VALID_KEY: {
      statuses: ['NOT_APPLICABLE'],
      means: 'Not exactly one key stands at the selector; DKIM-08 speaks.',
    },
    SELECTOR_NOT_GIVEN: {
      statuses: ['UNKNOWN'],
      means: 'SES does not tell the selector of the identity’s own key.',
    },
    NOT_BYODKIM: { statuses: ['NOT_APPLICABLE'], means: 'SES makes the key and rotates it.' },
    ...ownTokensReasons,
    ...dnsReasons,
  },
  judge(facts, context) {
    const own = ownTokens(dkim10, facts, context);
    if (own.kind === 'finding') return [own.finding];
    if (own.kind === 'EASY') {
      const summary = `SES makes and rotates the DKIM key of ${facts.name}`;
      return [say(dkim10, { status: 'NOT_APPLICABLE', reason: 'NOT_BYODKIM', summary })];
    }
    // What is remembered of the key outlives a scan that could not see it.
    const remembered = rememberedKey(context);
    if (own.kind === 'SELECTOR_NOT_GIVEN') {
      const summary = `Not judged: SES does not tell the selector of ${facts.name}'s own key`;
      const evidence = { ...remembered };
      return [say(dkim10, { status: 'UNKNOWN', reason: 'SELECTOR_NOT_GIVEN', summary, evidence })];
    }
    const [token] = own.tokens;
    if (token === undefined) return [dnsUnknown(dkim10, 'DNS_NOT_ASKED', 'the selector', { ...remembered })];
    const unusable = resolverUnusable(dkim10, facts);
    if (unusable) return [{ ...unusable, evidence: { ...unusable.evidence, ...remembered } }];
    return [judgeAge(facts, token, remembered, context)];
  },
};

interface KnownKey {
  selector: string;
  fingerprint: string;
  firstSeen: string;
}

function rememberedKey({ before }: JudgeContext): KnownKey | undefined {
  const { selector, fingerprint, firstSeen } = before?.findings[dkim10.id]?.evidence ?? {};
  const texts = [selector, fingerprint, firstSeen];
  if (!texts.every((text) => typeof text === 'string')) return undefined;
  return Number.isFinite(Date.parse(String(firstSeen)))
    ? { selector: String(selector), fingerprint: String(fingerprint), firstSeen: String(firstSeen) }
    : undefined;
}

function judgeAge(
  facts: IdentityFacts,
  token: TokenView,
  remembered: KnownKey | undefined,
  context: JudgeContext,
): Finding<Reason> {
  const { record } = token;
  const because = unknownDns(record?.txt);
  if (because !== undefined)
    return dnsUnknown(dkim10, because, `the key at ${token.name}`, { ...remembered });
  const texts = record?.txt.kind === 'found' ? record.txt.records : [];
  const key = texts.length === 1 ? keyText(texts[0]) : undefined;
  if (!key) {
    const summary = `Not exactly one key stands at ${token.name}`;
    const evidence = { ...remembered };
    return say(dkim10, { status: 'NOT_APPLICABLE', reason: 'NO_VALID_KEY', summary, evidence });
  }
  const fingerprint = createHash('sha256').update(key).digest('hex').slice(0, 32);
  const firstSeen = remembered?.fingerprint === fingerprint ? remembered.firstSeen : context.scanStartTime;
  const evidence = { selector: token.token, fingerprint, firstSeen };
  const days = (Date.parse(context.scanStartTime) - Date.parse(firstSeen)) / DAY_MS;
  const most = context.settings.thresholds.dkimKeyMaxAgeDays;
  const since = firstSeen.slice(0, 10);
  if (days > most) {
    return say(dkim10, {
      status: 'WARN',
      reason: 'KEY_OLD',
      summary: `The DKIM key at ${token.name} is the same since ${since}, longer than the ${most} days allowed`,
      evidence,
      fix: newKeyFix(facts, token.token),
    });
  }
  const advised = days > most * ADVISED_SHARE;
  const summary = `The DKIM key at ${token.name} is the same since ${since}${advised ? ': plan its rotation' : ''}`;
  return say(dkim10, {
    status: 'PASS',
    reason: advised ? 'ROTATION_ADVISED' : 'KEY_FRESH',
    summary,
    evidence,
  });
}
