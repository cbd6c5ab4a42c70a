/**
 * The settings that apply to mail From an identity (docs/judgement.md, "Settings in effect"). Pure; knows identities of one account and Region.
 * @see https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html (verifying a domain, inheritance)
 */
import type { EffectiveSettings, SesIdentity } from '../facts/types.ts';
import { domainOf } from './names.ts';

type EffectiveDkim = EffectiveSettings['dkim'];

/** The identities of one target that were described: addresses verbatim, domains by their normal form. */
interface IdentityIndex {
  addresses: ReadonlyMap<string, SesIdentity>;
  domains: ReadonlyMap<string, SesIdentity>;
}

/**
 * The names that may lend their settings to `name`, nearest first and `name` itself left out: for an address the same
 * without its `+label`, then its domain and every name above it; for a domain every name above it. Those among them that
 * are identities of the target have to be described before `effectiveSettings` can tell.
 *
 * @example ancestorsOf('a+b@mail.example.com')
 * // ['a@mail.example.com', 'mail.example.com', 'example.com', 'com']
 */
export function ancestorsOf(name: string): string[] {
  const at = name.lastIndexOf('@');
  if (at < 0) return parentsOf(domainOf(name));
  const local = name.slice(0, at);
  const plus = local.indexOf('+');
  const domain = domainOf(name);
  return [...(plus > 0 ? [`${local.slice(0, plus)}${name.slice(at)}`] : []), domain, ...parentsOf(domain)];
}

/**
 * What applies to mail From `identity` (an address identity: From that address).
 *
 * SES takes configuration set, MAIL FROM, DKIM and notifications from the most granular *verified* identity. Where a
 * nearer one may send without being verified, both readings are evaluated; if they differ, the DKIM is `unproven` or
 * `undecided` names what differs. Where nothing is verified, the identity itself is evaluated and there is no `winner`.
 *
 * @param known the identities of the same account and Region that were described, by name; `identity` may be among them
 */
export function effectiveSettings(
  identity: SesIdentity,
  known: ReadonlyMap<string, SesIdentity>,
): EffectiveSettings {
  const index = indexIdentities(identity, known);
  const candidates = candidatesOf(identity, index);
  const position = candidates.findIndex(isVerified);
  const winner = candidates[position];
  const nearer = candidates.slice(0, Math.max(0, position)).find((candidate) => candidate.verifiedForSending);
  const decided = evaluate(winner ?? identity, identity, index);
  const domains = candidates.filter(({ type }) => type === 'DOMAIN');
  const verifiedDomain = domains.find(isVerified);
  return {
    ...(winner ? { winner: winner.name } : {}),
    ...(verifiedDomain ? { verifiedDomain: verifiedDomain.name } : {}),
    ...(domains[0] ? { domainIdentity: domains[0].name } : {}),
    ...decided,
    ...(winner && nearer ? compared(decided, evaluate(nearer, identity, index), winner, nearer) : {}),
  };
}

/** From nearest to farthest, the identity itself first. */
function candidatesOf(identity: SesIdentity, index: IdentityIndex): SesIdentity[] {
  const ancestors = ancestorsOf(identity.name).flatMap((name) => {
    const candidate = name.includes('@') ? index.addresses.get(name) : index.domains.get(name);
    return candidate ? [candidate] : [];
  });
  return [identity, ...ancestors];
}

function evaluate(
  from: SesIdentity,
  subject: SesIdentity,
  index: IdentityIndex,
): Pick<EffectiveSettings, 'dkim' | 'mailFrom'> {
  const dkim = dkimOf(from, index);
  const { mailFrom } = from;
  return {
    dkim: signs(dkim) ? { ...dkim, kind: dkim.signer === subject.name ? 'own' : 'inherited' } : dkim,
    ...(mailFrom ? { mailFrom: { identity: from.name, ...mailFrom } } : {}),
  };
}

/** Two readings of who is the most granular verified identity. */
function compared(
  decided: Pick<EffectiveSettings, 'dkim' | 'mailFrom'>,
  other: Pick<EffectiveSettings, 'dkim' | 'mailFrom'>,
  winner: SesIdentity,
  nearer: SesIdentity,
): Partial<EffectiveSettings> {
  const dkim = signingDomain(decided.dkim) !== signingDomain(other.dkim);
  const mailFrom = mailFromKey(decided.mailFrom) !== mailFromKey(other.mailFrom);
  if (!dkim && !mailFrom) return {};
  const detail = `${nearer.name} may send although it is not verified, and ${winner.name} is; their settings differ, and AWS does not say whose apply`;
  return {
    undecided: {
      between: [nearer.name, winner.name],
      differs: [...(dkim ? (['dkim'] as const) : []), ...(mailFrom ? (['mailFrom'] as const) : [])],
    },
    ...(dkim ? { dkim: { kind: 'unproven', detail } } : {}),
  };
}

function dkimOf(identity: SesIdentity, index: IdentityIndex): EffectiveDkim {
  return identity.type === 'DOMAIN' ? dkimOfDomain(identity, index) : dkimOfAddress(identity, index);
}

/** A domain's own DKIM; else, unless it is switched off, that of the nearest verified domain above. */
function dkimOfDomain(identity: SesIdentity, index: IdentityIndex): EffectiveDkim {
  const { signingEnabled, status } = identity.dkim;
  if (!signingEnabled) return { kind: 'unsigned', by: identity.name };
  if (status === 'SUCCESS') {
    return { kind: 'own', signer: identity.name, signingDomain: identity.domain };
  }
  return dkimOfNearestDomain(parentsOf(identity.domain), index);
}

/**
 * An address has no key of its own, so what the API shows for it is the observation (AWS's pages differ).
 * The API is known to show the DKIM of the exact domain only; what an identity further up does is then unproven.
 */
function dkimOfAddress(identity: SesIdentity, index: IdentityIndex): EffectiveDkim {
  const { signingEnabled, status } = identity.dkim;
  const ofDomain = dkimOfNearestDomain([identity.domain, ...parentsOf(identity.domain)], index);
  if (status === 'SUCCESS' && !signingEnabled) {
    // Switched off at the domain: enabling the address alone would change nothing.
    return ofDomain.kind === 'unsigned' ? ofDomain : { kind: 'unsigned', by: identity.name };
  }
  if (status === 'SUCCESS') {
    if (signs(ofDomain)) return ofDomain;
    return unproven(`SES shows DKIM for ${identity.name}, but no identity of its domain is seen to sign`);
  }
  if (!signs(ofDomain)) return ofDomain;
  if (ofDomain.signingDomain !== identity.domain) {
    return unproven(
      `SES shows no DKIM for ${identity.name}, and only ${ofDomain.signer}, above its domain, signs`,
    );
  }
  return signingEnabled ? ofDomain : { kind: 'unsigned', by: identity.name };
}

function dkimOfNearestDomain(names: readonly string[], index: IdentityIndex): EffectiveDkim {
  for (const name of names) {
    const candidate = index.domains.get(name);
    if (candidate && isVerified(candidate)) return dkimOfDomain(candidate, index);
  }
  return { kind: 'none' };
}

function unproven(detail: string): EffectiveDkim {
  return { kind: 'unproven', detail };
}

function signs(dkim: EffectiveDkim): dkim is Extract<EffectiveDkim, { signer: string }> {
  return dkim.kind === 'own' || dkim.kind === 'inherited';
}

function signingDomain(dkim: EffectiveDkim): string | undefined {
  return signs(dkim) ? dkim.signingDomain : undefined;
}

function mailFromKey(mailFrom: EffectiveSettings['mailFrom']): string {
  return mailFrom ? `${mailFrom.domain} ${mailFrom.status} ${mailFrom.behaviorOnMxFailure}` : '';
}

function isVerified(identity: SesIdentity): boolean {
  return identity.verificationStatus === 'SUCCESS';
}

function indexIdentities(identity: SesIdentity, known: ReadonlyMap<string, SesIdentity>): IdentityIndex {
  const addresses = new Map<string, SesIdentity>();
  const domains = new Map<string, SesIdentity>();
  for (const each of [...known.values(), identity]) {
    if (each.type === 'DOMAIN') domains.set(each.domain, each);
    else addresses.set(each.name, each);
  }
  return { addresses, domains };
}

function parentsOf(domain: string): string[] {
  const labels = domain.split('.');
  return labels.slice(1).map((_, index) => labels.slice(index + 1).join('.'));
}
