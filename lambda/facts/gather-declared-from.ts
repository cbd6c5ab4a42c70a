/** From domains that the settings declare below an identity (ALIGN-05): how mail of the identity From each would align. */
import type { ScanSettings } from '../contract.ts';
import type { DnsClient } from '../dns/types.ts';
import { isAtOrBelow } from '../mail-auth/names.ts';
import { domainOf } from '../ses/names.ts';
import { gatherSelfSigned } from './gather-dkim.ts';
import { gatherDmarcAndAlignment } from './gather-dmarc.ts';
import type { DeclaredFromFacts, EffectiveSettings, SesIdentity } from './types.ts';

/** Each costs a walk of the tree or two. */
const MAX_DECLARED = 20;

export interface DeclaredFromOptions {
  /** The setting `fromDomains`. */
  declared: readonly string[];
  /** The setting `selfSigned`. */
  selfSigned: ScanSettings['selfSigned'];
  /** Every identity of the target, verbatim. */
  listed: ReadonlySet<string>;
}

/**
 * The alignment of mail From each declared domain for which the identity is the nearest one of its target; undefined
 * where there is none.
 *
 * @param dkimStands whether DKIM's part holds; where it does not, SPF alone has to align
 */
export async function gatherDeclaredFrom(
  identity: SesIdentity,
  sender: { effective: EffectiveSettings; dkimStands: boolean },
  { declared, listed, selfSigned }: DeclaredFromOptions,
  dns: DnsClient,
): Promise<DeclaredFromFacts[] | undefined> {
  if (identity.type !== 'DOMAIN' || declared.length === 0) return undefined;
  const below = declared.filter((name) => name !== identity.domain && isAtOrBelow(name, identity.domain));
  if (below.length === 0) return undefined;
  const nearer = [...listed]
    .filter((name) => !name.includes('@'))
    .map(domainOf)
    .filter((name) => name !== identity.domain && isAtOrBelow(name, identity.domain));
  const own = below.filter((name) => !nearer.some((domain) => isAtOrBelow(name, domain))).sort();
  if (own.length === 0) return undefined;
  return Promise.all(
    own.slice(0, MAX_DECLARED).map(async (name) => {
      const signer = selfSigned.find(({ domain }) => domain === name);
      const [{ alignment }, signed] = await Promise.all([
        gatherDmarcAndAlignment(name, sender.effective, sender.dkimStands, dns),
        signer ? gatherSelfSigned(signer, dns) : undefined,
      ]);
      return { ...alignment, ...(signed ? { selfSigned: signed } : {}) };
    }),
  );
}
