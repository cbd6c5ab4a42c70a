/** What the mere names of a target's identities tell of one among them. */
import { getDomain } from 'tldts';
import { looksLike, skeletonOf } from '../mail-auth/confusables.ts';
import { isAtOrBelow } from '../mail-auth/names.ts';
import { domainOf } from '../ses/names.ts';

const MOST = 10;

/** Made once a listing, which may hold 10,000 names. */
interface ListingIndex {
  byDomain: ReadonlyMap<string, string[]>;
  /** Registrable names of domain identities, by what they look like; made when first asked for. */
  bySkeleton?: ReadonlyMap<string, string[]>;
}
const indexes = new WeakMap<ReadonlySet<string>, ListingIndex>();

/**
 * The identities that are this domain, or addresses at it, as they were listed; at most 10.
 *
 * @param listed verbatim
 * @param domain lower case, A-labels
 */
export function identitiesAt(listed: ReadonlySet<string>, domain: string): string[] {
  return (indexOf(listed).byDomain.get(domain) ?? []).slice(0, MOST);
}

/**
 * Registrable names of the target's domain identities that the domain looks like without being at or below them; at most
 * 10. An ASCII name looks like nothing but itself here.
 */
export function lookAlikesAmong(listed: ReadonlySet<string>, domain: string): string[] {
  if (!domain.includes('xn--')) return [];
  const index = indexOf(listed);
  index.bySkeleton ??= registrableNames(index);
  const own = registrableOf(domain);
  return (index.bySkeleton.get(skeletonOf(own)) ?? [])
    .filter((name) => !isAtOrBelow(domain, name) && looksLike(domain, name))
    .slice(0, MOST);
}

function indexOf(listed: ReadonlySet<string>): ListingIndex {
  const known = indexes.get(listed);
  if (known) return known;
  const byDomain = new Map<string, string[]>();
  for (const name of listed) {
    const domain = domainOf(name);
    const names = byDomain.get(domain);
    if (names) names.push(name);
    else byDomain.set(domain, [name]);
  }
  const index = { byDomain };
  indexes.set(listed, index);
  return index;
}

function registrableNames({ byDomain }: ListingIndex): Map<string, string[]> {
  const names = new Set<string>();
  for (const [domain, identities] of byDomain) {
    if (identities.some((name) => !name.includes('@'))) names.add(registrableOf(domain));
  }
  const bySkeleton = new Map<string, string[]>();
  for (const name of names) {
    const skeleton = skeletonOf(name);
    bySkeleton.set(skeleton, [...(bySkeleton.get(skeleton) ?? []), name]);
  }
  return bySkeleton;
}

function registrableOf(domain: string): string {
  return getDomain(domain, { extractHostname: false, validateHostname: false }) ?? domain;
}
