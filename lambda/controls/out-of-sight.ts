/** What was lost from sight, in words and as the cause of what could not be judged for it: SCAN-01 and SCAN-02 say why. */
import type { OutOfSight } from '../facts/types.ts';
import { targetCause, type Cause } from './subjects.ts';

/** The account's own finding, or the Region's, to be spread; none where the settings leave the account out. */
export function outOfSightCause(lost: OutOfSight | undefined): { cause?: Cause } {
  if (lost === undefined || lost.outcome === 'EXCLUDED') return {};
  const { accountId, region } = lost;
  if (region !== undefined) return { cause: targetCause({ accountId, region }, 'SCAN-02') };
  return { cause: { controlId: 'SCAN-01', subject: { kind: 'account', accountId } } };
}

/** `account 111111111111 was not surveyed (ROLE_MISSING), nor were 2 other accounts or Regions seen` */
export function outOfSightWords({ accountId, region, outcome, others }: OutOfSight): string {
  const what =
    region === undefined
      ? `account ${accountId} was not surveyed (${outcome})`
      : `${region} of account ${accountId} was not seen (${outcome})`;
  if (others === 0) return what;
  return `${what}, nor ${others === 1 ? 'was 1 other account or Region' : `were ${others} other accounts or Regions`} seen`;
}
