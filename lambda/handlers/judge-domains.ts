/** State JudgeDomains: one shard of the domains that a scan met. */
import type { JudgeDomainsInput } from '../contract.ts';
import { judgeDomains } from '../scan/judge-domains.ts';
import { instrument } from './instrument.ts';

export const handler = instrument('JudgeDomains', (event: JudgeDomainsInput, { runtime, msLeft }) =>
  judgeDomains(event, runtime, msLeft),
);
