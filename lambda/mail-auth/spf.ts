/** SPF, RFC 7208: check_host() with the tree of what it did, and what to know of a record without a sender. */
import { domainToASCII } from 'node:url';
import type { DnsClient } from '../dns/types.ts';
import { evaluateDomain, type Evaluated } from './spf-evaluate.ts';
import { expandDomainSpec, expandText, parseMacroString, usesLetter } from './spf-macro.ts';
import { parseAddress, unmapped, type IpAddress } from './spf-network.ts';
import {
  SpfAbort,
  createSession,
  isTargetName,
  resolveValidatedName,
  timeLimit,
  usesValidatedName,
  type SpfSession,
} from './spf-session.ts';
import type { SpfNode, SpfProblem, SpfResultName } from './spf-types.ts';

export { analyseSpf, type SpfAnalysis, type SpfStaticNode, type UndecidableTerm } from './spf-static.ts';
export { expandNetworks, type ExpandedNetworks } from './spf-expand.ts';
export { addressInside } from './spf-network.ts';
export { findSpfNearMisses, selectSpfRecords } from './spf-records.ts';
export { parseSpfRecord } from './spf-parse.ts';
export type * from './spf-types.ts';

export interface SpfQuery {
  /** Of the SMTP client: IPv4, IPv6, or IPv4-mapped IPv6. */
  ip: string;
  /** The domain of the MAIL FROM or HELO identity; U-labels are converted (RFC 8616 section 4). Empty for the null sender: HELO's. */
  domain: string;
  /** `local@domain`; without local part `postmaster` is put in (section 4.3), when empty `postmaster@helo`. */
  sender: string;
  /** The `h` macro; `unknown` where it is missing. */
  helo?: string;
}

export interface SpfCheck {
  result: SpfResultName;
  /** Only with `fail`, and only where the domain publishes a usable one (section 6.2). Third-party text. */
  explanation?: string;
  /** Terms that count toward the ten of section 4.6.4. */
  lookups: number;
  voidLookups: number;
  /** What is wrong in the records that were read; the first of level `error` decided. */
  problems: SpfProblem[];
  /** What was evaluated, in order, with what each term cost. */
  tree: SpfNode;
}

export interface SpfOptions {
  /** Milliseconds for the whole evaluation, beyond which it is temperror; at least 20 s by section 4.6.4. */
  timeLimitMs?: number;
  /** The `r` macro in explanations. */
  receiver?: string;
}

const DEFAULT_TIME_LIMIT_MS = 20_000;

/**
 * check_host() of RFC 7208 section 4. Never throws, whatever records, names or addresses hold; every failure of DNS
 * other than absence is `temperror`. An `ip` that is none is `temperror`, too, with problem INVALID_IP.
 *
 * A name that DNS cannot hold after macro expansion (an empty label, a label over 63 octets) does not exist: the term
 * does not match and asks nothing; as an include's or redirect's target it has no record.
 *
 * @example
 * const spf = await checkHost({ ip: '192.0.2.1', domain: 'example.com', sender: 'a@example.com' }, dns);
 */
export async function checkHost(
  query: SpfQuery,
  dns: DnsClient,
  options: SpfOptions = {},
): Promise<SpfCheck> {
  const address = clientAddress(query.ip.trim());
  const nullSender = query.domain === '' && query.sender === '';
  const domain = toALabels((nullSender ? (query.helo ?? '') : query.domain).replace(/\.$/, ''));
  const tree: SpfNode = { domain, result: 'none', terms: [] };
  if (!address) {
    const message = `"${query.ip.slice(0, 80)}" is not an IP address.`;
    const problem: SpfProblem = { code: 'INVALID_IP', level: 'error', message };
    const result = 'temperror';
    return { result, lookups: 0, voidLookups: 0, problems: [problem], tree: { ...tree, result } };
  }
  const session = createSession({ ip: unmapped(address), ...identityOf(query, domain, options) }, dns);
  const evaluated = await withinTime(session, options.timeLimitMs ?? DEFAULT_TIME_LIMIT_MS, tree);
  const check: SpfCheck = {
    result: evaluated.result,
    lookups: session.lookups,
    voidLookups: session.voidLookups,
    problems: session.problems,
    tree,
  };
  if (evaluated.text !== undefined) check.explanation = evaluated.text;
  return check;
}

/** A zone index (`fe80::1%eth0`, RFC 4007 section 11) is the receiving host's own affair and no part of the address. */
function clientAddress(text: string): IpAddress | undefined {
  const zone = text.indexOf('%');
  if (zone < 0) return parseAddress(text);
  if (zone === text.length - 1) return undefined;
  const address = parseAddress(text.slice(0, zone));
  return address?.family === 6 ? address : undefined;
}

/**
 * Characters of the sender and of the HELO name that macros can stand for; what is longer loses its beginning, as long
 * names do (section 7.3). SMTP allows 256 and 255 (RFC 5321 section 4.5.3.1), and a record can name each a thousand times.
 */
const MAX_IDENTITY_LENGTH = 1024;

function identityOf(query: SpfQuery, domain: string, options: SpfOptions) {
  const helo = query.helo?.slice(-MAX_IDENTITY_LENGTH);
  const sender =
    query.sender === '' ? `postmaster@${helo ?? domain}` : query.sender.slice(-MAX_IDENTITY_LENGTH);
  const at = sender.lastIndexOf('@');
  const localPart = at > 0 ? sender.slice(0, at) : 'postmaster';
  const senderDomain = toALabels(sender.slice(at + 1));
  return {
    sender: `${localPart}@${senderDomain}`,
    localPart,
    senderDomain,
    helo: helo ?? 'unknown',
    receiver: options.receiver ?? 'unknown',
  };
}

/** Only names outside ASCII are touched: what stands in ASCII is judged as it came. */
function toALabels(domain: string): string {
  if (!/[^\x00-\x7f]/.test(domain)) return domain;
  return domainToASCII(domain) || domain;
}

async function withinTime(
  session: SpfSession,
  limitMs: number,
  tree: SpfNode,
): Promise<{ result: SpfResultName; text?: string | undefined }> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      session.expired = true;
      reject(timeLimit());
    }, limitMs);
  });
  try {
    return await Promise.race([evaluate(session, tree), tooLate]);
  } catch (error) {
    if (!(error instanceof SpfAbort)) throw error;
    session.problems.unshift(error.problem);
    tree.result = error.result;
    return { result: error.result };
  } finally {
    clearTimeout(timer);
  }
}

async function evaluate(
  session: SpfSession,
  tree: SpfNode,
): Promise<{ result: SpfResultName; text?: string | undefined }> {
  const evaluated = await evaluateDomain(session, tree);
  if (!evaluated.explanation) return { result: evaluated.result };
  try {
    return { result: evaluated.result, text: await explain(session, evaluated.explanation) };
  } catch (error) {
    // Out of time for the explanation: the result stands without it.
    if (!(error instanceof SpfAbort)) throw error;
    return { result: evaluated.result };
  }
}

/** Section 6.2: one TXT, US-ASCII, right syntax; anything else means no explanation, never another result. */
async function explain(
  session: SpfSession,
  { spec, domain }: NonNullable<Evaluated['explanation']>,
): Promise<string | undefined> {
  const values = session.values(domain);
  if (session.localPartUnusable && usesLetter(spec.tokens, 'sl')) return undefined;
  if (usesValidatedName(spec)) values.validatedName = await resolveValidatedName(session, domain);
  const target = expandDomainSpec(spec, values);
  const unusable = (why: string): undefined => {
    const message = `The explanation at ${target.slice(0, 80)} cannot be used: ${why}.`;
    session.problems.push({ code: 'EXPLANATION_UNUSABLE', level: 'warning', message, domain });
    return undefined;
  };
  if (!isTargetName(target)) return unusable('no such name can exist');
  const answer = await session.txt(target);
  if (answer.kind !== 'found') return unusable(answer.because);
  const [text] = answer.records;
  if (text === undefined || answer.records.length > 1) return unusable('there is more than one record');
  const syntax = parseMacroString(text, { blanks: true, explanationLetters: true });
  if (!syntax.ok) return unusable(syntax.message);
  if (session.localPartUnusable && usesLetter(syntax.tokens, 'sl')) return undefined;
  if (usesLetter(syntax.tokens, 'p')) values.validatedName ??= await resolveValidatedName(session, domain);
  return expandText(syntax.tokens, values);
}
