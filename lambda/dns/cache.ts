/** Answers by name and type while their TTL lasts, and one question at a time for each. */
import type { DnsAnswer } from './types.ts';

/** A cached answer is never older than this, whatever its TTL: a client lives for one invocation. */
const MAX_TTL_SECONDS = 86_400;
/** For negative answers without an SOA and for failures (RFC 9520 section 3.2 asks resolvers for at least one second). */
const DEFAULT_NEGATIVE_SECONDS = 5;
/** Entries; the oldest leave first. At about 500 bytes each, 25 MB. */
const MAX_ENTRIES = 50_000;

interface Entry {
  answer: DnsAnswer<unknown>;
  /** Milliseconds of the given clock. */
  expires: number;
}

export interface AnswerCache {
  /** The cached answer, the one being fetched, or what `fetch` brings. The key names the type, so the types agree. */
  get<T>(key: string, fetch: () => Promise<DnsAnswer<T>>): Promise<DnsAnswer<T>>;
}

/** @param now milliseconds; a monotonic clock. */
export function createAnswerCache(now: () => number): AnswerCache {
  const entries = new Map<string, Entry>();
  const fetching = new Map<string, Promise<DnsAnswer<unknown>>>();

  function store(key: string, answer: DnsAnswer<unknown>): void {
    const seconds = secondsToKeep(answer);
    if (seconds <= 0) return;
    entries.delete(key);
    entries.set(key, { answer, expires: now() + seconds * 1000 });
    if (entries.size <= MAX_ENTRIES) return;
    for (const oldest of entries.keys()) {
      entries.delete(oldest);
      break;
    }
  }

  return {
    get<T>(key: string, fetch: () => Promise<DnsAnswer<T>>): Promise<DnsAnswer<T>> {
      const cached = entries.get(key);
      if (cached && cached.expires > now()) return Promise.resolve(cached.answer as DnsAnswer<T>);
      const running = fetching.get(key);
      if (running) return running as Promise<DnsAnswer<T>>;
      const promise = fetch()
        .then((answer) => {
          store(key, answer);
          return answer;
        })
        .finally(() => fetching.delete(key));
      fetching.set(key, promise);
      return promise;
    },
  };
}

function secondsToKeep(answer: DnsAnswer<unknown>): number {
  switch (answer.kind) {
    case 'found':
      return Math.min(answer.ttl, MAX_TTL_SECONDS);
    case 'absent':
      return Math.min(answer.ttl ?? DEFAULT_NEGATIVE_SECONDS, MAX_TTL_SECONDS);
    case 'unknown':
      return answer.because === 'INVALID_NAME' ? MAX_TTL_SECONDS : DEFAULT_NEGATIVE_SECONDS;
  }
}
