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
  zone?(zone: ZoneDraft, site: IdentitySite): void;
  dns?(site: IdentitySite): DnsFault[];
  /** Every FAIL, WARN and UNKNOWN that it causes among the core controls, and what is remarkable besides. */
  expects(site: IdentitySite): Expectation[];
}

export interface TargetSite {
  accountId: string;
  region: string;
}

export interface TargetFault {
  about: string;
  ses(target: WorldTarget, site: TargetSite): void;
  expects(site: TargetSite): Expectation[];
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
