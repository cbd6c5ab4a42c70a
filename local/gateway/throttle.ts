/** A token bucket for each key: what SES does to the calls of one account in one Region. */

export interface Throttle {
  /** Takes one token, and tells whether there was one. */
  admits(key: string): boolean;
}

/**
 * @param perSecond tokens a second; the bucket holds one second's worth, at least one
 * @param nowMs a clock that never goes back
 */
export function createThrottle(perSecond: number, nowMs: () => number): Throttle {
  const capacity = Math.max(1, perSecond);
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    admits(key) {
      const now = nowMs();
      const bucket = buckets.get(key) ?? { tokens: capacity, at: now };
      const tokens = Math.min(capacity, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
      const admitted = tokens >= 1;
      buckets.set(key, { tokens: admitted ? tokens - 1 : tokens, at: now });
      return admitted;
    },
  };
}
