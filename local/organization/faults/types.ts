/** What a named fault is: how it shows in SES and in DNS, and what the scanner has to say about it. */
import type { Status, Subject } from '../../../lambda/controls/types.ts';
import type { DnsFault, WorldAccount, WorldIdentity, WorldTarget } from '../types.ts';
import type { ZoneDraft } from '../zone-draft.ts';

/** One sentence that a right scan says. */
export interface Expectation {
  subject: Subject;
  controlId: string;
  status: Status;
  /** Left out where any reason of the control will do. */
  reason?: string;
  /** It follows from another expectation of the same fault: shown beneath it, not as a line of its own. */
  consequence?: true;
  /** Said only where the scan saw every account and target in scope: absence means nothing otherwise. */
  needsCompleteCoverage?: true;
}

/** An identity in its place, with the names that its records stand at. */
export interface IdentitySite {
  accountId: string;
  region: string;
  /** The identity as SES spells it. */
  name: string;
  /** Its From domain. */
  domain: string;
  /** Easy DKIM tokens or the BYODKIM selector. */
  tokens: string[];
  /** Where the Easy DKIM CNAMEs have to point. */
  hostedZone: string;
  /** The custom MAIL FROM domain. */
  mailFrom: string;
  now: Date;
}

export interface IdentityFault {
  /** One sentence: what is the case. */
  about: string;
  ses?(identity: WorldIdentity, site: IdentitySite): void;
  /** What it does to the rest of the identity's target, such as its configuration sets. */
  target?(target: WorldTarget, identity: WorldIdentity, site: IdentitySite): void;
  zone?(zone: ZoneDraft, site: IdentitySite): void;
  dns?(site: IdentitySite): DnsFault[];
  /** Every FAIL, WARN and UNKNOWN that it causes among the core controls, and what is remarkable besides. */
  expects(site: IdentitySite): Expectation[];
}

export interface TargetSite {
  accountId: string;
  region: string;
}

/** A target in its place, with what faults of a whole target change. */
export interface TargetFaultSite extends TargetSite {
  dedicatedIps: readonly string[];
  /** The From domains of its identities. */
  domains: readonly string[];
  now: Date;
}

export interface TargetFault {
  about: string;
  ses?(target: WorldTarget, site: TargetFaultSite): void;
  zone?(zone: ZoneDraft, site: TargetFaultSite): void;
  expects(site: TargetFaultSite): Expectation[];
}

export interface AccountSite {
  accountId: string;
  deniedRegions: readonly string[];
}

export interface AccountFault {
  about: string;
  apply(account: WorldAccount, site: AccountSite): void;
  expects(site: AccountSite): Expectation[];
}

/** The names of a DKIM record: of token 1, 2 or 3. */
export function dkimName(site: IdentitySite, n: 1 | 2 | 3 = 1): string {
  return `${site.tokens[n - 1]}._domainkey.${site.domain}`;
}

export function onIdentity(site: { accountId: string; region: string; name: string }): Subject {
  return { kind: 'identity', accountId: site.accountId, region: site.region, name: site.name };
}

export function onTarget({ accountId, region }: TargetSite): Subject {
  return { kind: 'target', accountId, region };
}

export function onAccount({ accountId }: { accountId: string }): Subject {
  return { kind: 'account', accountId };
}

export function onDomain(name: string): Subject {
  return { kind: 'domain', name };
}

export function expectation(
  status: Status,
  subject: Subject,
  controlId: string,
  reason?: string,
): Expectation {
  return { subject, controlId, status, ...(reason !== undefined && { reason }) };
}

export const fail = (subject: Subject, controlId: string, reason?: string): Expectation =>
  expectation('FAIL', subject, controlId, reason);

export const warn = (subject: Subject, controlId: string, reason?: string): Expectation =>
  expectation('WARN', subject, controlId, reason);

/** Marks what stands beneath its cause. */
export const consequence = (of: Expectation): Expectation => ({ ...of, consequence: true });

/** Marks what only a scan that saw everything can say. */
export const withCompleteCoverage = (of: Expectation): Expectation => ({
  ...of,
  needsCompleteCoverage: true,
});

/** Yahoo and iCloud Mail ask for SPF, DKIM, DMARC and alignment, each of them, whatever the volume. */
export function notReady(site: { domain: string }): Expectation[] {
  return ['BULK-03', 'BULK-05'].map((id) => consequence(fail(onDomain(site.domain), id)));
}
