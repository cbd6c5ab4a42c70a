import type { DomainFacts } from '../facts/types.ts';
import type { DmarcRecord } from '../mail-auth/dmarc-types.ts';
import { ownRecordReasons, ownRecordScope, type OwnRecordReason } from './dmarc-own-record.ts';
import { say } from './say.ts';
import type { Control } from './types.ts';

type Reason =
  | 'POLICY_UNREDUCED'
  | 'LEGACY_TAGS'
  | 'REDUCING_TAG_IDLE'
  | 'DMARC_TEST_MODE'
  | 'DMARC_PCT_BELOW_100'
  | 'DMARC_PCT_ZERO'
  | OwnRecordReason;

export const dmarc10: Control<DomainFacts, Reason> = {
  id: 'DMARC-10',
  revision: 1,
  title: 'No tag takes the DMARC policy back',
  subject: 'domain',
  tier: 2,
  severity: 'MEDIUM',
  asserts: 'The record has neither t=y nor a pct below 100.',
  why: 'With t=y receivers apply the policy one level down; with pct the older ones apply it to a share of the mail, the newer ones to all.',
  evidence: 'The record and the tags that reduce it.',
  remedy: 'Advice: taking the tag away raises the policy, so the reports come first.',
  sources: ['RFC 9989 section 4.7', 'RFC 9989 Appendix A.6', 'RFC 7489 section 6.6.4'],
  reasons: {
    POLICY_UNREDUCED: { statuses: ['PASS'], means: 'No tag reduces the policy.' },
    LEGACY_TAGS: { statuses: ['PASS'], means: 'It has pct=100, rf or ri, which RFC 9989 removed.' },
    REDUCING_TAG_IDLE: {
      statuses: ['PASS'],
      means: 't=y or pct stands beside a policy of none, which it cannot lower.',
    },
    DMARC_TEST_MODE: { statuses: ['WARN'], means: 'It has t=y: the policy counts one level lower.' },
    DMARC_PCT_BELOW_100: {
      statuses: ['WARN'],
      means: 'It has a pct below 100: older receivers apply the policy to that share only.',
    },
    DMARC_PCT_ZERO: {
      statuses: ['WARN'],
      means: 'It has pct=0: older receivers apply the next lower policy to everything.',
    },
    ...ownRecordReasons,
  },
  judge(facts, context) {
    const scope = ownRecordScope<Reason>(dmarc10, facts, context);
    if ('finding' in scope) return [scope.finding];
    const { record } = scope;
    const { name } = facts;
    const { pct, rf, ri } = record.legacy;
    const evidence = { record: record.text, t: record.tags.t, pct, rf, ri };
    const reduced = reducingTag(record);
    if (reduced === undefined) {
      const legacy = [pct, rf, ri].some((value) => value !== undefined);
      const reason = legacy ? 'LEGACY_TAGS' : 'POLICY_UNREDUCED';
      const summary = `No tag reduces the DMARC policy of ${name}${legacy ? '; tags of RFC 7489 can go' : ''}`;
      return [say(dmarc10, { status: 'PASS', reason, summary, evidence })];
    }
    if (!enforces(record)) {
      const summary = `The tag ${reduced.tag} at _dmarc.${name} has no effect beside a policy of none`;
      return [say(dmarc10, { status: 'PASS', reason: 'REDUCING_TAG_IDLE', summary, evidence })];
    }
    const fix = {
      text: `Read the aggregate reports until every stream of ${name} aligns, then take ${reduced.tag} out of the record at _dmarc.${name}.`,
    };
    const summary = `The tag ${reduced.tag} at _dmarc.${name} takes the DMARC policy back: ${reduced.effect}`;
    return [say(dmarc10, { status: 'WARN', reason: reduced.reason, summary, evidence, fix })];
  },
};

function reducingTag({
  tags,
  legacy,
}: DmarcRecord):
  | { tag: string; reason: 'DMARC_TEST_MODE' | 'DMARC_PCT_BELOW_100' | 'DMARC_PCT_ZERO'; effect: string }
  | undefined {
  if (tags.t === 'y') {
    return { tag: 't=y', reason: 'DMARC_TEST_MODE', effect: 'receivers apply it one level lower' };
  }
  const { pct = 100 } = legacy;
  if (pct === 0) {
    return { tag: 'pct=0', reason: 'DMARC_PCT_ZERO', effect: 'older receivers apply it to nothing' };
  }
  if (pct >= 100) return undefined;
  const effect = `older receivers apply it to ${pct} % of the mail that fails`;
  return { tag: `pct=${pct}`, reason: 'DMARC_PCT_BELOW_100', effect };
}

/** Whether the record asks anybody to do anything. */
function enforces({ effect }: DmarcRecord): boolean {
  if (effect.kind !== 'as-published') return false;
  return [effect.p, effect.sp, effect.np].some((policy) => policy !== undefined && policy !== 'none');
}
