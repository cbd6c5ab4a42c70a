/** Who uses which domain: kept beside the identities, so that each domain is judged once a scan for all of them. */
import type { Scan } from '../contract.ts';
import { brokenAbove } from '../controls/dmarc-missing.ts';
import { isJudgedAsSender } from '../controls/exemption.ts';
import { registrableDomain } from '../controls/fixes.ts';
import type { Json, Subject } from '../controls/types.ts';
import type { Dependent, IdentityFacts } from '../facts/types.ts';
import type { Runtime } from './runtime.ts';

type IdentitySubject = Extract<Subject, { kind: 'identity' }>;
/** `REGISTRABLE`: the identity counts to the volume of the registrable domain (BULK-07), which need not be a subject. */
type Use = { domain: string; use: Dependent['use'] | 'REGISTRABLE' };

/** The domains that an identity's mail depends on. Addresses of mailbox providers and sandbox recipients send no mail of ours. */
export function domainsOf(facts: IdentityFacts, runtime: Pick<Runtime, 'settings'>): Use[] {
  if (!isJudgedAsSender(facts, runtime.settings)) return [];
  const uses: Use[] = [{ domain: facts.ses.domain, use: 'FROM' }];
  const mailFrom = facts.ses.mailFrom?.domain ?? facts.effective.mailFrom?.domain;
  if (mailFrom) uses.push({ domain: mailFrom, use: 'MAIL_FROM' });
  // A broken record above is judged where it stands, like one that applies.
  const recordDomain = facts.dmarc.recordDomain ?? brokenAbove(facts.ses.domain, facts.dmarc)?.domain;
  if (recordDomain && recordDomain !== facts.ses.domain)
    uses.push({ domain: recordDomain, use: 'DMARC_RECORD' });
  uses.push({ domain: registrableDomain(facts.ses.domain), use: 'REGISTRABLE' });
  return uses;
}

/**
 * Writes what changed of an identity's domains and names them to this scan. New rows before old ones go, and both before
 * the identity itself is recorded: a crash in between is mended by the retry.
 * @returns the list to store with the identity.
 */
export async function registerDependents(scan: Scan, runtime: Runtime, facts: IdentityFacts): Promise<Json> {
  const { accountId, region, name } = facts;
  const now = domainsOf(facts, runtime);
  const identity = { accountId, region, identity: name };
  const before = await storedUses(runtime, { kind: 'identity', accountId, region, name });
  for (const { domain, use } of now) {
    const isNew = !before.some((old) => same(old, { domain, use }));
    if (use === 'REGISTRABLE') {
      if (isNew) await runtime.table.putUnder(domain, identity);
      continue;
    }
    if (isNew) await runtime.table.putDependent(domain, { ...identity, use });
    await runtime.table.addScanDomain(scan.id, domain);
  }
  for (const old of before) {
    if (!now.some((use) => same(old, use))) await remove(scan, runtime, old, { accountId, region, name });
  }
  return now.map(({ domain, use }) => ({ domain, use }));
}

/** Removes every dependency of a retired identity. */
export async function unregisterDependents(
  scan: Scan,
  runtime: Runtime,
  subject: IdentitySubject,
): Promise<void> {
  for (const old of await storedUses(runtime, subject)) await remove(scan, runtime, old, subject);
}

async function remove(
  scan: Scan,
  runtime: Runtime,
  old: Use,
  identity: { accountId: string; region: string; name: string },
): Promise<void> {
  const { accountId, region, name } = identity;
  const row = { accountId, region, identity: name };
  if (old.use === 'REGISTRABLE') {
    await runtime.table.removeUnder(old.domain, row);
    return;
  }
  await runtime.table.removeDependent(old.domain, { ...row, use: old.use });
  // Asked for once more, so that a domain that nobody uses now is retired in this scan.
  await runtime.table.addScanDomain(scan.id, old.domain);
}

async function storedUses(runtime: Runtime, subject: IdentitySubject): Promise<Use[]> {
  const stored = (await runtime.table.readSubject(subject))?.facts?.['dependsOn'];
  return Array.isArray(stored) ? (stored as unknown as Use[]) : [];
}

function same(left: Use, right: Use): boolean {
  return left.domain === right.domain && left.use === right.use;
}
