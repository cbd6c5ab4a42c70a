/** What is stored of an identity for the controls that compare targets (JudgeDomains): bounded, without times or counters. */
import type { ScanSettings } from '../contract.ts';
import { dkimLegCause, spfLegCause } from '../controls/causes.ts';
import { isJudgedAsSender } from '../controls/exemption.ts';
import type { Cause } from '../controls/subjects.ts';
import type { Json } from '../controls/types.ts';
import { verdictOf, type Verdict } from '../controls/verdict.ts';
import type { Dependent, IdentityFacts, IdentitySummary, SummaryCause } from './types.ts';

const MAX_TOKENS = 10;
/** The longest name that SES takes is an address of 320 characters. */
const MAX_NAME = 320;

/** As stored: when it was observed is the stored subject's own, and the use is each domain's. */
export type StoredSummary = Omit<IdentitySummary, 'observedAt' | 'use'>;

/** The summary of one identity's facts. Pure; the same facts make the same summary, so that nothing is rewritten. */
export function summaryOf(facts: IdentityFacts, settings: ScanSettings): StoredSummary {
  const { accountId, region, name, ses, effective } = facts;
  const verdict = verdictOf(facts);
  const tlsPolicy = tlsPolicyOf(facts);
  return {
    accountId,
    region,
    name: name.slice(0, MAX_NAME),
    type: ses.type,
    domain: ses.domain.slice(0, MAX_NAME),
    verified: effective.winner !== undefined || ses.verifiedForSending,
    dkim: dkimOf(facts, verdict),
    ...(effective.mailFrom ? { mailFrom: mailFromOf(effective.mailFrom) } : {}),
    spf: {
      leg: verdict.spfLeg,
      aligned: verdict.spfAligned,
      ...causeOf(verdict.spfLeg === 'none' ? spfLegCause(facts) : undefined),
    },
    verdict: verdict.verdict,
    ...(ses.configurationSet ? { configurationSet: ses.configurationSet.slice(0, MAX_NAME) } : {}),
    ...(tlsPolicy ? { tlsPolicy } : {}),
    exempt: !isJudgedAsSender(facts, settings),
  };
}

function dkimOf(facts: IdentityFacts, verdict: Verdict): IdentitySummary['dkim'] {
  const { dkim } = facts.effective;
  const keyBits = keyBitsOf(facts);
  return {
    kind: dkim.kind,
    ...('signingDomain' in dkim ? { signingDomain: dkim.signingDomain } : {}),
    status: facts.ses.dkim.status,
    origin: facts.ses.dkim.origin,
    tokens: facts.ses.dkim.tokens.slice(0, MAX_TOKENS),
    ...(keyBits === undefined ? {} : { keyBits }),
    leg: verdict.dkimLeg,
    aligned: verdict.dkimAligned,
    ...causeOf(verdict.dkimLeg === 'none' || verdict.dkimLeg === 'at-risk' ? dkimLegCause(facts) : undefined),
  };
}

/** As SES tells it of whoever signs; of a key that SES does not know (BYODKIM), the smallest that DNS holds. */
function keyBitsOf(facts: IdentityFacts): number | undefined {
  const declared = (facts.signer ?? facts.ses.dkim).currentKeyBits;
  if (declared !== undefined) return declared;
  const live = facts.dkimRecords.flatMap(({ key }) => key?.keyBits ?? []);
  return live.length > 0 ? Math.min(...live) : undefined;
}

function mailFromOf(
  setting: NonNullable<IdentityFacts['effective']['mailFrom']>,
): NonNullable<IdentitySummary['mailFrom']> {
  const { domain, status, behaviorOnMxFailure } = setting;
  return { domain, status, behaviorOnMxFailure };
}

function tlsPolicyOf({ ses, configurationSets }: IdentityFacts): IdentitySummary['tlsPolicy'] {
  if (configurationSets?.kind !== 'seen' || ses.configurationSet === undefined) return undefined;
  return configurationSets.value.sets.find(({ name }) => name === ses.configurationSet)?.tlsPolicy;
}

function causeOf(cause: Cause | undefined): { cause?: SummaryCause } {
  if (cause === undefined) return {};
  const { controlId, subject } = cause;
  if (subject.kind === 'identity') return { cause: { controlId, identity: subject.name } };
  return subject.kind === 'domain' ? { cause: { controlId, domain: subject.name } } : {};
}

/**
 * A stored summary for one domain.
 *
 * @returns undefined where none is stored, or one that an older release wrote differently
 */
export function readSummary(
  stored: Json | undefined,
  more: { observedAt: string; use: Dependent['use'] },
): IdentitySummary | undefined {
  if (stored === null || typeof stored !== 'object' || Array.isArray(stored)) return undefined;
  const { dkim, spf, verdict } = stored;
  if (typeof dkim !== 'object' || typeof spf !== 'object' || typeof verdict !== 'string') return undefined;
  return { ...(stored as unknown as StoredSummary), ...more };
}
