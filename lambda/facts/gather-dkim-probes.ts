/**
 * Where a missing DKIM record may have landed instead (DKIM-07): the usual slips at DNS providers. The questions belong
 * to no verdict, so nobody counts those that stay unanswered.
 */
import { getDomain } from 'tldts';
import type { DnsAnswer, DnsClient } from '../dns/types.ts';
import { fitsDns } from '../mail-auth/names.ts';
import type { DkimMistake, DkimProbeFacts, DkimRecordFacts, SesIdentity } from './types.ts';
import { unlikelyLabel } from './unlikely-label.ts';

/** Easy DKIM has three tokens. */
const MAX_TOKENS = 3;
const MAX_NAMES = 6;
const MAX_VALUE = 500;

/**
 * Asks the usual wrong names of every token whose own name holds nothing. A record that a wildcard gives is no hit.
 *
 * @param owner the identity whose own tokens the records are
 * @returns one entry a missing token; `undefined` where none is missing, or the identity has no CNAMEs to publish
 */
export async function gatherDkimProbes(
  owner: SesIdentity,
  records: readonly DkimRecordFacts[],
  dns: DnsClient,
): Promise<DkimProbeFacts[] | undefined> {
  if (owner.dkim.origin === 'EXTERNAL') return undefined;
  const missing = records.filter(isMissing).slice(0, MAX_TOKENS);
  if (missing.length === 0) return undefined;
  return Promise.all(missing.map((record) => probeToken(record.token.toLowerCase(), owner, dns)));
}

/** Nothing at the name, nor an address that a proxy put there. */
function isMissing({ txt, cnameTarget, hasAddress }: DkimRecordFacts): boolean {
  return (
    txt.kind === 'absent' && txt.aliases.length === 0 && cnameTarget === undefined && hasAddress !== true
  );
}

async function probeToken(token: string, owner: SesIdentity, dns: DnsClient): Promise<DkimProbeFacts> {
  const candidates = wrongNames(token, owner);
  const answers = await Promise.all(candidates.map(({ name }) => dns.txt(name)));
  const hits: DkimProbeFacts['hits'] = [];
  for (const [index, answer] of answers.entries()) {
    const candidate = candidates[index];
    const seen = recordIn(answer);
    if (!candidate || !seen || !concernsToken(seen.value, token)) continue;
    if (await isWildcard(candidate.name, token, seen, dns)) continue;
    hits.push({ ...candidate, type: seen.type, value: seen.value.slice(0, MAX_VALUE) });
  }
  const silent = answers.find((answer) => answer.kind === 'unknown' && answer.aliases.length === 0);
  return {
    token,
    hits,
    asked: candidates.length,
    ...(silent?.kind === 'unknown' ? { unanswered: { name: silent.name, because: silent.because } } : {}),
  };
}

/** Each name once, the likeliest first. */
function wrongNames(token: string, owner: SesIdentity): { mistake: DkimMistake; name: string }[] {
  const { domain } = owner;
  const registrable = getDomain(domain, { extractHostname: false, validateHostname: false }) ?? domain;
  const below = domain === registrable ? [] : [registrable];
  const child = owner.mailFrom?.domain;
  const names: { mistake: DkimMistake; name: string }[] = [
    ...[...below, domain].map((zone) => ({
      mistake: 'ZONE_APPENDED' as const,
      name: `${token}._domainkey.${domain}.${zone}`,
    })),
    { mistake: 'DOMAINKEY_MISSING', name: `${token}.${domain}` },
    { mistake: 'UNDERSCORE_MISSING', name: `${token}.domainkey.${domain}` },
    ...below.map((parent) => ({
      mistake: 'PARENT_ZONE' as const,
      name: `${token}._domainkey.${parent}`,
    })),
    ...(child?.endsWith(`.${domain}`)
      ? [{ mistake: 'CHILD_ZONE' as const, name: `${token}._domainkey.${child}` }]
      : []),
  ];
  return names.filter(({ name }) => fitsDns(name)).slice(0, MAX_NAMES);
}

interface Seen {
  type: 'CNAME' | 'TXT';
  value: string;
}

/** The alias at the name itself, else the first TXT. An alias into a dead zone is unknown, yet it stands there. */
function recordIn(answer: DnsAnswer<string>): Seen | undefined {
  const alias = answer.aliases.find(({ name }) => name === answer.name);
  if (alias) return { type: 'CNAME', value: alias.target };
  const text = answer.kind === 'found' ? answer.records[0] : undefined;
  return text === undefined ? undefined : { type: 'TXT', value: text };
}

/** A target of this token, whatever follows it, or a key or target pasted as text. Other records are somebody else's. */
function concernsToken(value: string, token: string): boolean {
  const text = value.trim().toLowerCase();
  return text.startsWith(`${token}.`) || /(^|[;\s])p\s*=/.test(text.slice(0, MAX_VALUE));
}

async function isWildcard(name: string, token: string, seen: Seen, dns: DnsClient): Promise<boolean> {
  const other = recordIn(await dns.txt(unlikelyLabel(name) + name.slice(token.length)));
  return other?.type === seen.type && other.value === seen.value;
}
