/** Mail that somebody signs before it reaches SES (setting `selfSigned`): whose, and whether its keys are live. */
import type { ScanSettings } from '../contract.ts';
import type { DkimRecordFacts, IdentityFacts } from '../facts/types.ts';
import { viewOwnKey, type TokenView } from './dkim-tokens.ts';

type Declared = ScanSettings['selfSigned'][number];

/**
 * What the settings declare for mail From `domain`: for exactly this name, because whoever signs a domain need not sign
 * what is sent From the names below it.
 */
export function selfSignedBy(domain: string, { selfSigned }: ScanSettings): Declared | undefined {
  return selfSigned.find((one) => one.domain === domain);
}

/** Whether SES signs what the identity sends, as its own settings have it. */
export function sesSigns({ effective }: IdentityFacts): boolean {
  return effective.dkim.kind === 'own' || effective.dkim.kind === 'inherited';
}

/** The declared selectors' names with what stands there; those that nobody asked are unknown. */
export function selectorViews(facts: IdentityFacts, declared: Declared): TokenView[] {
  const records = facts.selfSigned?.domain === declared.domain ? facts.selfSigned.records : [];
  const unusable = facts.dnsUnusable !== undefined;
  return declared.selectors.map((selector) => viewOwnKey(selector, declared.domain, records, unusable));
}

/**
 * The declared leg. The signer uses one selector at a time, so one live key carries it; with none it is gone, and an unknown
 * one leaves it open. Absent where nothing is declared: facts hold the declared selectors only then.
 */
export function selfSignedLeg({ selfSigned }: IdentityFacts): 'live' | 'none' | 'unknown' | undefined {
  if (selfSigned === undefined) return undefined;
  const lives = selfSigned.records.map((record: DkimRecordFacts) => {
    return viewOwnKey(record.token, selfSigned.domain, [record], false).live;
  });
  if (lives.includes('live')) return 'live';
  return lives.every((live) => live === 'dead') ? 'none' : 'unknown';
}
