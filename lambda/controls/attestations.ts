/** Attestations of the settings: which one speaks for a domain, and which are to be said again. */
import type { Attestation } from '../contract.ts';
import { isAtOrBelow } from '../mail-auth/names.ts';
import { endsSoon, hasEnded } from './waivers.ts';

/** Of the domain or one above it; of several the one that lasts longest. */
export function attestationFor(
  topic: Attestation['topic'],
  name: string,
  attestations: readonly Attestation[],
): Attestation | undefined {
  return attestations
    .filter((one) => one.topic === topic && isAtOrBelow(name, one.domain))
    .sort((left, right) => (left.expires < right.expires ? 1 : -1))[0];
}

/**
 * Those that lapse within the days given, first come first; without those that another one outlasts. What has lapsed
 * already is BULK-06's to tell.
 *
 * @param time ISO 8601
 */
export function attestationsEndingSoon(
  attestations: readonly Attestation[],
  time: string,
  noticeDays: number,
): Attestation[] {
  return attestations
    .filter((one) => endsSoon(one, time, noticeDays))
    .filter((one) => attestationFor(one.topic, one.domain, attestations)?.expires === one.expires)
    .sort((left, right) => (left.expires < right.expires ? -1 : left.expires > right.expires ? 1 : 0));
}

/** In words, for a list of all. */
export function attestationState(
  one: Attestation,
  when: { time: string; noticeDays: number },
): 'in force' | 'ends soon' | 'has ended' {
  if (hasEnded(one, when.time)) return 'has ended';
  return endsSoon(one, when.time, when.noticeDays) ? 'ends soon' : 'in force';
}
