/** Dedicated addresses as SPF is evaluated for them: those of one target, and those of all targets of a MAIL FROM domain. */
import { isIP } from 'node:net';
import type { DedicatedAddresses, Dependent, Permitted, StoredAddresses, TargetSummary } from './types.ts';

/** Of one target: an account begins with few, and each costs an evaluation of every MAIL FROM domain's SPF. */
export const MAX_IPS_OF_TARGET = 50;
/** Of all targets that send with one MAIL FROM domain. */
export const MAX_IPS_OF_DOMAIN = 100;
const MAX_UNREAD = 10;
const MAX_DETAIL = 300;

/** What GetDedicatedIps told of the identity's own target. */
export function addressesOfTarget(
  read: Permitted<readonly { ip: string }[]>,
  { accountId, region }: { accountId: string; region: string },
): DedicatedAddresses {
  switch (read.kind) {
    case 'off':
      return { ips: [], off: true };
    case 'unseen':
      return {
        ips: [],
        unread: [`${accountId} ${region}: ${read.because}, ${read.detail}`.slice(0, MAX_DETAIL)],
      };
    case 'seen':
      return bounded(ipsOf(read.value), MAX_IPS_OF_TARGET);
  }
}

/** For the target's stored summary: without times, so that the same addresses store the same. */
export function storedAddresses(
  read: Permitted<readonly { ip: string }[]>,
): Pick<TargetSummary, 'dedicatedIps'> {
  if (read.kind === 'off') return {};
  if (read.kind === 'unseen') return { dedicatedIps: 'unknown' };
  return { dedicatedIps: bounded(ipsOf(read.value), MAX_IPS_OF_TARGET) };
}

/**
 * Reads back what `storedAddresses` stored.
 *
 * @param summary the target's stored summary: outside data as far as this function goes. Without one, the target was never
 * read to its end, and what it sends from is not known; one without the addresses is of an older release, or of a scan that
 * was not to read them.
 */
export function readStoredAddresses(summary: unknown): Pick<TargetSummary, 'dedicatedIps'> {
  if (typeof summary !== 'object' || summary === null) return { dedicatedIps: 'unknown' };
  const { dedicatedIps: stored } = summary as { dedicatedIps?: unknown };
  if (stored === 'unknown') return { dedicatedIps: 'unknown' };
  if (typeof stored !== 'object' || stored === null) return {};
  const { ips, leftOut } = stored as { ips?: unknown; leftOut?: unknown };
  if (!Array.isArray(ips)) return {};
  const read = bounded(
    ips.flatMap((ip) => (typeof ip === 'string' && isIP(ip) !== 0 ? [ip] : [])),
    MAX_IPS_OF_TARGET,
  );
  return { dedicatedIps: typeof leftOut === 'number' ? { ...read, leftOut } : read };
}

/** The union over the targets whose identities use the domain as MAIL FROM. */
export function addressesOfDomain(
  dependents: readonly Dependent[],
  stored: readonly TargetSummary[],
  permitted: boolean,
): DedicatedAddresses {
  if (!permitted) return { ips: [], off: true };
  const senders = new Set(dependents.filter(({ use }) => use === 'MAIL_FROM').map(targetName));
  const targets = stored.filter((target) => senders.has(targetName(target)));
  const known = targets.flatMap(({ dedicatedIps }) =>
    typeof dedicatedIps === 'object' ? [dedicatedIps] : [],
  );
  const summarized = new Set(targets.map(targetName));
  const unread = [
    ...targets.filter(({ dedicatedIps }) => dedicatedIps === 'unknown').map(targetName),
    // Nothing stored that could be read, or beyond the bound of who is compared.
    ...[...senders].filter((sender) => !summarized.has(sender)),
  ].sort();
  const union = bounded(
    known.flatMap(({ ips }) => ips),
    MAX_IPS_OF_DOMAIN,
  );
  const leftOut = known.reduce((sum, { leftOut: more = 0 }) => sum + more, union.leftOut ?? 0);
  return {
    ips: union.ips,
    ...(leftOut > 0 ? { leftOut } : {}),
    ...(unread.length > 0 ? { unread: unread.slice(0, MAX_UNREAD) } : {}),
  };
}

function targetName({ accountId, region }: { accountId: string; region: string }): string {
  return `${accountId} ${region}`;
}

function ipsOf(views: readonly { ip: string }[]): string[] {
  return views.map(({ ip }) => ip);
}

function bounded(ips: readonly string[], most: number): StoredAddresses {
  const distinct = [...new Set(ips)].sort();
  const leftOut = distinct.length - most;
  return { ips: distinct.slice(0, most), ...(leftOut > 0 ? { leftOut } : {}) };
}
