/** From domains that the settings declare below an identity (ALIGN-05): how mail of the identity From each would align. */
import type { DnsClient } from '../dns/types.ts';
import { isAtOrBelow } from '../mail-auth/names.ts';
import { domainOf } from '../ses/names.ts';
import { gatherDmarcAndAlignment } from './gather-dmarc.ts';
import type { AlignmentFacts, EffectiveSettings, SesIdentity } from './types.ts';

/** Each costs a walk of the tree or two. */
const MAX_DECLARED = 20;

/**
 * The alignment of mail From each declared domain for which the identity is the nearest one of its target; undefined
 * where there is none.
 *
 * @param declared the setting `fromDomains`
 * @param listed every identity of the target, verbatim
 * @param dkimStands whether DKIM's part holds; where it does not, SPF alone has to align
 */
export async function gatherDeclaredFrom(
  identity: SesIdentity,
  sender: { effective: EffectiveSettings; dkimStands: boolean },
  { declared, listed }: { declared: readonly string[]; listed: ReadonlySet<string> },
  dns: DnsClient,
): Promise<AlignmentFacts[] | undefined> {
  if (identity.type !== 'DOMAIN' || declared.length === 0) return undefined;
  const below = declared.filter((name) => name !== identity.domain && isAtOrBelow(name, identity.domain));
  if (below.length === 0) return undefined;
  const nearer = [...listed]
    .filter((name) => !name.includes('@'))
    .map(domainOf)
    .filter((name) => name !== identity.domain && isAtOrBelow(name, identity.domain));
  const own = below.filter((name) => !nearer.some((domain) => isAtOrBelow(name, domain))).sort();
  if (own.length === 0) return undefined;
  const gathered = await Promise.all(
    own
      .slice(0, MAX_DECLARED)
      .map((name) => gatherDmarcAndAlignment(name, sender.effective, sender.dkimStands, dns)),
  );
  return gathered.map(({ alignment }) => alignment);
}
