/** DMARC policy discovery: RFC 9989 section 4.10.1. */
import type { DnsClient } from '../dns/types.ts';
import { nameExists } from '../dns/types.ts';
import type {
  DmarcDiscovery,
  DmarcDiscoveryProblemCode,
  DmarcPolicy,
  DmarcRecord,
  PolicyTag,
  ProblemSeverity,
} from './dmarc-types.ts';
import { findDmarcNearMisses } from './dmarc-near-miss.ts';
import type { RecordLookup, TreeWalk, WalkedRecord } from './dmarc-walk.ts';
import { createRecordLookup, findUnconfirmed, walkTree } from './dmarc-walk.ts';
import { excerpt, toAsciiName } from './names.ts';
import { selectOrganizationalDomain } from './organizational-domain.ts';

/** Section 4.7 `t`: the policy one level below. */
export const POLICY_IN_TEST_MODE: Readonly<Record<DmarcPolicy, DmarcPolicy>> = {
  reject: 'quarantine',
  quarantine: 'none',
  none: 'none',
};

/**
 * Finds the DMARC policy that applies to mail From `authorDomain`. Never throws for what DNS says; at most eight TXT
 * questions, and one for the Author Domain's existence where the inherited record has an `np` tag.
 *
 * @param authorDomain in Unicode or A-label form
 * @returns status `none` only on known absence; a question that DNS leaves open and that the policy depends on is `temperror`
 */
export async function discoverDmarc(authorDomain: string, dns: DnsClient): Promise<DmarcDiscovery> {
  return discoverDmarcBy(authorDomain, dns, createRecordLookup(dns));
}

/** As `discoverDmarc`, with look-ups shared among the walks of one message. */
export async function discoverDmarcBy(
  authorDomain: string,
  dns: DnsClient,
  lookup: RecordLookup,
): Promise<DmarcDiscovery> {
  const author = toAsciiName(authorDomain);
  if (author === undefined) return invalidDomain(authorDomain);
  const walk = await walkTree(author, lookup);
  const found = startOf(walk);
  const applying = recordThatApplies(walk);
  if (applying !== undefined) {
    await applyRecord(found, applying, dns);
  } else if (walk.errorAt === undefined) {
    note(found, `No DMARC record stands at ${author} or above it that applies.`);
  } else {
    leaveOpen(found, walk.errorAt);
  }
  if (found.status === 'none') {
    const unconfirmed = await findUnconfirmed(walk, dns);
    if (unconfirmed !== undefined) leaveOpen(found, unconfirmed);
  }
  return found;
}

/** That DMARC does not apply is a verdict: it takes known answers all the way. */
function leaveOpen(discovery: DmarcDiscovery, name: string): void {
  discovery.status = 'temperror';
  if (discovery.errorAt === undefined) {
    discovery.errorAt = name;
    delete discovery.organizationalDomain;
    delete discovery.unprocessed;
    addProblem(discovery, 'DNS_ERROR', 'error', `A second resolver does not confirm the answer for ${name}.`);
  }
  note(discovery, `${name} has no answer to rely on, so the policy is unknown.`);
}

/** Section 4.10.1: the Author Domain's record before the Organizational Domain's before the Public Suffix Domain's. */
function recordThatApplies(walk: TreeWalk): WalkedRecord | undefined {
  const [first] = walk.records;
  if (first?.domain === walk.start) return first;
  if (walk.errorAt !== undefined) return undefined;
  const organization = selectOrganizationalDomain(walk);
  return (
    walk.records.find(({ domain }) => domain === organization) ??
    walk.records.find(({ record }) => record.tags.psd === 'y')
  );
}

function startOf(walk: TreeWalk): DmarcDiscovery {
  const { answer, records } = walk.own;
  const txt = answer.kind === 'found' ? answer.txt : [];
  const discovery: DmarcDiscovery = {
    authorDomain: walk.start,
    status: 'none',
    adkim: 'r',
    aspf: 'r',
    own: { answer, records, nearMisses: txt.length === records.length ? [] : findDmarcNearMisses(txt) },
    queries: walk.queries,
    answers: walk.answers,
    derivation: [],
    problems: [],
  };
  if (walk.errorAt === undefined) discovery.organizationalDomain = selectOrganizationalDomain(walk);
  else discovery.errorAt = walk.errorAt;
  addWalkProblems(discovery, walk);
  return discovery;
}

function addWalkProblems(discovery: DmarcDiscovery, walk: TreeWalk): void {
  for (const domain of walk.multipleAt) {
    const message = `_dmarc.${domain} has several DMARC records, which count as none (RFC 9989 section 4.10).`;
    addProblem(discovery, 'MULTIPLE_RECORDS', 'error', message, domain);
    discovery.derivation.push(
      `${domain} has several records, which are all discarded; the walk goes on above it.`,
    );
  }
  const { answer, records, nearMisses } = discovery.own;
  for (const miss of nearMisses) addProblem(discovery, 'NEAR_MISS', 'error', miss.message, walk.start);
  if (answer.kind === 'found' && answer.txt.length > records.length + nearMisses.length) {
    const message = `_dmarc.${walk.start} holds TXT of another purpose, which receivers skip.`;
    addProblem(discovery, 'UNRELATED_TXT', 'warning', message, walk.start);
  }
  if (walk.errorAt !== undefined) {
    addProblem(discovery, 'DNS_ERROR', 'error', `DNS did not answer for ${walk.errorAt}.`);
  }
}

async function applyRecord(
  discovery: DmarcDiscovery,
  applying: WalkedRecord,
  dns: DnsClient,
): Promise<DmarcDiscovery> {
  const { domain, record } = applying;
  for (const problem of record.problems) discovery.problems.push({ ...problem, domain });
  const inherited = domain !== discovery.authorDomain;
  discovery.derivation.push(
    inherited
      ? `${discovery.authorDomain} has no record of its own; the record of ${domain} applies.`
      : `The record of ${domain} itself applies.`,
  );
  if (!inherited) noteIgnoredSubdomainTags(discovery, record);
  if (discovery.errorAt !== undefined) {
    const message = `The Organizational Domain of ${discovery.authorDomain} is unknown.`;
    addProblem(discovery, 'ORGANIZATIONAL_DOMAIN_UNKNOWN', 'warning', message);
  }
  if (record.effect.kind === 'not-processed') {
    discovery.unprocessed = { domain, record };
    return note(
      discovery,
      `Its ${record.effect.because} is missing or invalid and no valid rua is there, so DMARC does not apply.`,
    );
  }
  discovery.status = 'found';
  discovery.recordDomain = domain;
  discovery.record = record;
  discovery.adkim = record.tags.adkim;
  discovery.aspf = record.tags.aspf;
  return inherited ? inheritPolicy(discovery, record, dns) : ownPolicy(discovery, record);
}

function ownPolicy(discovery: DmarcDiscovery, record: DmarcRecord): DmarcDiscovery {
  if (record.effect.kind !== 'as-published') return actAsNone(discovery, record);
  return settle(discovery, record, record.effect.p, 'p');
}

/** `sp` for a domain that exists, `np` for one that does not (Appendix A.4), falling back np, sp, p (section 4.7). */
async function inheritPolicy(
  discovery: DmarcDiscovery,
  record: DmarcRecord,
  dns: DnsClient,
): Promise<DmarcDiscovery> {
  if (record.effect.kind !== 'as-published') return actAsNone(discovery, record);
  const { p, sp, np } = record.effect;
  const subdomain: [DmarcPolicy, PolicyTag] = sp === undefined ? [p, 'p'] : [sp, 'sp'];
  if (np === undefined) return settle(discovery, record, ...subdomain);
  const exists = await authorExists(discovery.authorDomain, dns);
  discovery.authorDomainExists = exists;
  if (exists === false) {
    discovery.derivation.push(`${discovery.authorDomain} does not exist, so np counts.`);
    return settle(discovery, record, np, 'np');
  }
  if (exists === true || np === subdomain[0]) return settle(discovery, record, ...subdomain);
  const message = `Whether ${discovery.authorDomain} exists is unknown, so ${subdomain[1]}=${subdomain[0]} or np=${np} applies.`;
  addProblem(discovery, 'EXISTENCE_UNKNOWN', 'error', message);
  discovery.status = 'temperror';
  discovery.errorAt = discovery.authorDomain;
  return note(discovery, message);
}

/** Appendix A.4. Absence is confirmed by the second opinion, where there is one. */
async function authorExists(author: string, dns: DnsClient): Promise<boolean | 'unknown'> {
  const answer = await dns.a(author);
  const exists = nameExists(answer);
  if (exists !== false || dns.confirm === undefined) return exists;
  return nameExists(await dns.confirm(answer));
}

/** Section 4.10.1: as if a record containing `p=none` were retrieved. No tag gave that policy. */
function actAsNone(discovery: DmarcDiscovery, record: DmarcRecord): DmarcDiscovery {
  const because = record.effect.kind === 'as-published' ? 'p' : record.effect.because;
  discovery.policy = 'none';
  discovery.appliedPolicy = 'none';
  return note(
    discovery,
    `Its ${because} is missing or invalid; because it asks for reports it counts as p=none.`,
  );
}

function settle(
  discovery: DmarcDiscovery,
  record: DmarcRecord,
  policy: DmarcPolicy,
  policyTag: PolicyTag,
): DmarcDiscovery {
  const appliedPolicy = record.tags.t === 'y' ? POLICY_IN_TEST_MODE[policy] : policy;
  discovery.policy = policy;
  discovery.policyTag = policyTag;
  discovery.appliedPolicy = appliedPolicy;
  note(discovery, `Its ${policyTag} says ${policy}.`);
  return appliedPolicy === policy ? discovery : note(discovery, `t=y lowers that to ${appliedPolicy}.`);
}

/** Section 4.7 `sp`: ignored in a record below the Organizational Domain; nobody inherits from there. */
function noteIgnoredSubdomainTags(discovery: DmarcDiscovery, record: DmarcRecord): void {
  const organization = discovery.organizationalDomain;
  if (organization === undefined || organization === discovery.authorDomain) return;
  for (const tag of ['sp', 'np'] as const) {
    if (record.tags[tag] === undefined) continue;
    const message = `${tag} at ${discovery.authorDomain} has no effect: its Organizational Domain is ${organization}.`;
    addProblem(discovery, 'SUBDOMAIN_TAGS_IGNORED', 'info', message, discovery.authorDomain);
  }
}

function invalidDomain(authorDomain: string): DmarcDiscovery {
  const shown = excerpt(authorDomain);
  const discovery: DmarcDiscovery = {
    authorDomain: shown,
    status: 'none',
    adkim: 'r',
    aspf: 'r',
    own: {
      answer: { kind: 'absent', name: shown, because: 'NAME_TOO_LONG', aliases: [] },
      records: [],
      nearMisses: [],
    },
    queries: [],
    answers: [],
    derivation: [],
    problems: [],
  };
  addProblem(
    discovery,
    'INVALID_DOMAIN',
    'error',
    `"${shown}" is no domain name, so DMARC does not apply to it.`,
  );
  return discovery;
}

function addProblem(
  discovery: DmarcDiscovery,
  code: DmarcDiscoveryProblemCode,
  severity: ProblemSeverity,
  message: string,
  domain?: string,
): void {
  discovery.problems.push({ code, severity, message, ...(domain === undefined ? {} : { domain }) });
}

function note(discovery: DmarcDiscovery, sentence: string): DmarcDiscovery {
  discovery.derivation.push(sentence);
  return discovery;
}
