/** What stands at a MAIL FROM domain: the vocabulary of MF-01..04, SPF-01, -03 and of the verdict. */
import type { MxRecord } from '../dns/types.ts';
import type { DnsFact, IdentityFacts, SpfFacts, SpfResultName } from '../facts/types.ts';
import { unknownDns, type DnsReason } from './unknowns.ts';

/** SES takes bounces at `feedback-smtp.<region>.amazonses.com` (Amazon SES developer guide, custom MAIL FROM). */
const FEEDBACK_HOST = /^feedback-smtp\.([a-z]{2,4}(?:-[a-z]{2,9}){1,3}-\d)\.amazonses\.com$/;

export type MxState =
  | { kind: 'unknown'; because: DnsReason }
  | { kind: 'missing' }
  | { kind: 'multiple' }
  /** The MAIL FROM name is an alias: its MX is somebody else's. */
  | { kind: 'alias'; target: string }
  | { kind: 'null' }
  | { kind: 'ses'; region: string }
  | { kind: 'other'; host: string };

export function mxState(mx: DnsFact<MxRecord>): MxState {
  const because = unknownDns(mx);
  if (because !== undefined || mx.kind === 'unknown')
    return { kind: 'unknown', because: because ?? 'DNS_NOT_ASKED' };
  const alias = mx.aliases[0];
  if (alias !== undefined) return { kind: 'alias', target: alias };
  if (mx.kind === 'absent') return { kind: 'missing' };
  const [only, second] = mx.records;
  if (only === undefined) return { kind: 'missing' };
  if (second !== undefined) return { kind: 'multiple' };
  const host = only.exchange.toLowerCase().replace(/\.$/, '');
  if (host === '') return { kind: 'null' };
  const region = feedbackRegion(host);
  return region === undefined ? { kind: 'other', host } : { kind: 'ses', region };
}

/** The Region whose feedback host it is; `undefined` where it is none. Lower case, no trailing dot. */
export function feedbackRegion(host: string): string | undefined {
  return FEEDBACK_HOST.exec(host)?.[1];
}

/**
 * How the Region that SES's MX names stands to the identity: its own, one that shares the MAIL FROM, one where nobody uses it
 * (the MX is wrong), or one of which nobody knows.
 */
export function namedRegion(
  named: string,
  own: string,
  alsoUsedInRegions: readonly string[] | 'unknown',
): 'own' | 'shared' | 'stray' | 'unseen' {
  if (named === own) return 'own';
  if (alsoUsedInRegions === 'unknown') return 'unseen';
  return alsoUsedInRegions.includes(named) ? 'shared' : 'stray';
}

export function feedbackHost(region: string): string {
  return `feedback-smtp.${region}.amazonses.com`;
}

/** `10 host`; the null MX reads `0 .`. */
export function mxText({ preference, exchange }: MxRecord): string {
  return `${preference} ${exchange === '' ? '.' : exchange}`;
}

export type SpfOutcome =
  | { kind: 'pass' }
  | { kind: 'unknown'; because: DnsReason | 'SES_NETWORKS_UNKNOWN' | 'DEDICATED_IPS_UNREAD' }
  /** No record, or several (RFC 7208 section 4.5): SPF-01's matter. */
  | { kind: 'none' | 'multiple' }
  /** `failing`: networks of SES, of `total`; `dedicated`: addresses. What fails for addresses alone is `partial`. */
  | { kind: 'partial' | 'fail' | 'permerror'; failing: string[]; total: number; dedicated: string[] };

/**
 * What SPF says of whatever the mail may come from: SES's own networks and the dedicated addresses (SPF-03). What DNS left
 * open, and addresses that could not be read, count against PASS only; addresses that the settings keep from being read do
 * not count.
 */
export function spfOutcome(spf: SpfFacts): SpfOutcome {
  const because = unknownDns(spf.txt);
  if (because !== undefined) return { kind: 'unknown', because };
  if (spf.records.length !== 1) return { kind: spf.records.length === 0 ? 'none' : 'multiple' };
  const networks = spf.sesNetworks ?? [];
  if (networks.length === 0) return { kind: 'unknown', because: 'SES_NETWORKS_UNKNOWN' };
  const { addresses = [], unread = [] } = spf.dedicated ?? {};
  const failing = networks.filter(fails);
  const dedicated = addresses.filter(fails).map(({ ip }) => ip);
  if (failing.length + dedicated.length > 0) {
    const some = failing.length === 0 || networks.some(({ result }) => result === 'pass');
    const broken = failing.every(({ result }) => result === 'permerror');
    const kind = some ? 'partial' : broken ? 'permerror' : 'fail';
    return { kind, failing: failing.map(({ network }) => network), total: networks.length, dedicated };
  }
  if ([...networks, ...addresses].some(({ result }) => result === 'temperror')) {
    return { kind: 'unknown', because: 'DNS_UNANSWERED' };
  }
  return unread.length > 0 ? { kind: 'unknown', because: 'DEDICATED_IPS_UNREAD' } : { kind: 'pass' };
}

function fails({ result }: { result: SpfResultName }): boolean {
  return result !== 'pass' && result !== 'temperror';
}

/** The MAIL FROM in effect for the identity, and whose setting it is. */
export type EffectiveMailFrom =
  | { kind: 'NONE'; owner: string }
  | {
      kind: 'CUSTOM';
      owner: string;
      domain: string;
      status: string;
      behaviorOnMxFailure: string;
    };

/**
 * The winner's MAIL FROM. Where no identity is verified yet, the identity's own setting is what will
 * count once it is.
 */
export function effectiveMailFrom(facts: IdentityFacts): EffectiveMailFrom {
  const { winner, mailFrom } = facts.effective;
  if (mailFrom) {
    const { identity: owner, domain, status, behaviorOnMxFailure } = mailFrom;
    return { kind: 'CUSTOM', owner, domain, status, behaviorOnMxFailure };
  }
  if (winner === undefined && facts.ses.mailFrom) {
    return { kind: 'CUSTOM', owner: facts.name, ...facts.ses.mailFrom };
  }
  return { kind: 'NONE', owner: winner ?? facts.name };
}
