/** check_host() of RFC 7208 section 4: one domain's record against one client, includes and redirects followed. */
import { excerpt } from './names.ts';
import { expandDomainSpec, usesLetter } from './spf-macro.ts';
import { contains } from './spf-network.ts';
import { cachedSpfRecord } from './spf-parse.ts';
import { selectSpfRecords } from './spf-records.ts';
import {
  SpfAbort,
  countLookup,
  countVoid,
  dnsFailure,
  includesClient,
  isDomainName,
  isHostName,
  isTargetName,
  isValidated,
  MAX_MX_NAMES,
  MAX_PTR_NAMES,
  placed,
  recordsOrNone,
  resolveValidatedName,
  usesValidatedName,
  type CurrentTerm,
  type SpfSession,
} from './spf-session.ts';
import type {
  DomainSpec,
  SpfDirective,
  SpfModifier,
  SpfNode,
  SpfQualifier,
  SpfRecord,
  SpfResultName,
  SpfTermNode,
} from './spf-types.ts';

/** Terms kept in the tree for one record; the rest is counted. */
const MAX_TREE_TERMS = 200;

const RESULT_OF: Record<SpfQualifier, SpfResultName> = {
  '+': 'pass',
  '-': 'fail',
  '~': 'softfail',
  '?': 'neutral',
};

export interface Evaluated {
  result: SpfResultName;
  /** Of the record whose directive said `fail`: where the explanation stands (section 6.2). */
  explanation?: { spec: DomainSpec; domain: string };
}

/**
 * Evaluates `node.domain` and fills in the node as it goes, so that it tells how far it came when it is aborted.
 * @param parent the include or redirect that led here
 * @throws SpfAbort for permerror and temperror of the whole evaluation.
 */
export async function evaluateDomain(
  session: SpfSession,
  node: SpfNode,
  parent?: CurrentTerm,
): Promise<Evaluated> {
  try {
    const evaluated = await evaluateRecord(session, node, parent);
    node.result = evaluated.result;
    return evaluated;
  } catch (error) {
    if (error instanceof SpfAbort) {
      node.result = error.result;
      const last = node.terms.at(-1);
      if (last) last.outcome = error.result;
    }
    throw error;
  }
}

async function evaluateRecord(session: SpfSession, node: SpfNode, parent?: CurrentTerm): Promise<Evaluated> {
  const { domain } = node;
  if (!isDomainName(domain)) return { result: 'none' };
  const answer = await session.txt(domain);
  if (answer.kind === 'unknown') throw dnsFailure(answer, parent);
  if (answer.kind === 'absent' && parent) countVoid(session, parent);
  const selected = answer.kind === 'found' ? selectSpfRecords(answer.records) : [];
  const [text] = selected;
  if (text === undefined) return { result: 'none' };
  if (selected.length > 1) {
    const message = `${excerpt(domain)} has ${selected.length} SPF records; there may be one (section 4.5).`;
    throw new SpfAbort('permerror', { code: 'MULTIPLE_RECORDS', level: 'error', message, domain });
  }
  node.record = text;
  const record = cachedSpfRecord(text);
  const problems = record.problems.map((problem) => ({ ...problem, domain }));
  if (!record.valid) {
    const first = problems.findIndex(({ level }) => level === 'error');
    const [error] = problems.splice(first, 1);
    session.problems.push(...problems);
    throw new SpfAbort('permerror', error!);
  }
  session.problems.push(...problems);
  return evaluateTerms(session, node, record);
}

async function evaluateTerms(
  session: SpfSession,
  node: SpfNode,
  record: Readonly<SpfRecord>,
): Promise<Evaluated> {
  for (const directive of record.directives) {
    const term = enter(node, directive);
    if (!(await matches(session, term, directive))) continue;
    term.node.outcome = 'match';
    const result = RESULT_OF[directive.qualifier];
    if (result !== 'fail' || !record.exp) return { result };
    return { result, explanation: { spec: record.exp.spec, domain: node.domain } };
  }
  const ignored = record.directives.some(({ mechanism }) => mechanism === 'all');
  return record.redirect && !ignored ? redirect(session, node, record.redirect) : { result: 'neutral' };
}

/** Puts the term into the tree before it is evaluated. */
function enter(node: SpfNode, term: { text: string; start: number; end: number }): CurrentTerm {
  const { text, start, end } = term;
  const entry: SpfTermNode = { term: text.slice(0, 200), start, end, cost: 0, outcome: 'no-match' };
  if (node.terms.length < MAX_TREE_TERMS) node.terms.push(entry);
  else node.omitted = (node.omitted ?? 0) + 1;
  return { domain: node.domain, node: entry };
}

async function matches(session: SpfSession, term: CurrentTerm, directive: SpfDirective): Promise<boolean> {
  switch (directive.mechanism) {
    case 'all':
      return true;
    case 'ip4':
    case 'ip6':
      return contains(directive.network, session.ip);
    case 'include':
      return matchesInclude(session, term, directive.spec);
    case 'a': {
      const target = await targetName(session, term, directive.spec);
      const prefix = session.ip.family === 4 ? directive.prefix4 : directive.prefix6;
      return target !== undefined && matchesHost(session, term, target, prefix);
    }
    case 'mx': {
      const target = await targetName(session, term, directive.spec);
      const prefix = session.ip.family === 4 ? directive.prefix4 : directive.prefix6;
      return target !== undefined && matchesMx(session, term, target, prefix);
    }
    case 'exists': {
      const target = await targetName(session, term, directive.spec);
      if (target === undefined) return false;
      // Always A, whatever the client's address (section 5.7).
      const answer = await session.a(target);
      const found = recordsOrNone(term, answer).length > 0;
      if (!found) countVoid(session, term);
      return found;
    }
    case 'ptr': {
      const target = await targetName(session, term, directive.spec);
      return target !== undefined && matchesPtr(session, term, target);
    }
  }
}

/**
 * Counts the term and expands its target-name; undefined where it can name nothing, so that the term cannot match:
 * a name DNS cannot hold, or a local part that no name can hold (RFC 8616 section 4).
 */
async function targetName(
  session: SpfSession,
  term: CurrentTerm,
  spec: DomainSpec | undefined,
): Promise<string | undefined> {
  countLookup(session, term);
  const target = spec ? await expand(session, term, spec) : term.domain;
  if (target === undefined) return undefined;
  term.node.target = target;
  return isTargetName(target) ? target : undefined;
}

async function expand(session: SpfSession, term: CurrentTerm, spec: DomainSpec): Promise<string | undefined> {
  if (session.localPartUnusable && usesLetter(spec.tokens, 'sl')) return undefined;
  const values = session.values(term.domain);
  if (usesValidatedName(spec)) values.validatedName = await resolveValidatedName(session, term.domain, term);
  return expandDomainSpec(spec, values);
}

async function matchesHost(
  session: SpfSession,
  term: CurrentTerm,
  name: string,
  prefix: number,
): Promise<boolean> {
  const addresses = recordsOrNone(term, await session.addresses(name));
  if (addresses.length === 0) countVoid(session, term);
  return includesClient(session, addresses, prefix);
}

async function matchesMx(
  session: SpfSession,
  term: CurrentTerm,
  name: string,
  prefix: number,
): Promise<boolean> {
  const hosts = recordsOrNone(term, await session.mx(name));
  if (hosts.length === 0) countVoid(session, term);
  if (hosts.length > MAX_MX_NAMES) {
    const message = `${excerpt(name)} has ${hosts.length} MX records; "mx" may look at ${MAX_MX_NAMES} (section 4.6.4).`;
    throw new SpfAbort('permerror', placed(term, 'TOO_MANY_MX', message));
  }
  for (const { exchange } of [...hosts].sort((a, b) => a.preference - b.preference)) {
    // The null MX of RFC 7505 names no host.
    if (!isHostName(exchange)) continue;
    const addresses = recordsOrNone(term, await session.addresses(exchange));
    if (includesClient(session, addresses, prefix)) return true;
  }
  return false;
}

/** Section 5.5: errors never abort here, they only make the term not match. */
async function matchesPtr(session: SpfSession, term: CurrentTerm, target: string): Promise<boolean> {
  const answer = await session.reverseNames();
  if (answer.kind === 'absent') countVoid(session, term);
  if (answer.kind !== 'found') return false;
  if (answer.records.length > MAX_PTR_NAMES) {
    const message = `The client's address has ${answer.records.length} names; only ${MAX_PTR_NAMES} are looked at (section 4.6.4).`;
    session.problems.push({ ...placed(term, 'TOO_MANY_PTR', message), level: 'warning' });
  }
  const wanted = target.toLowerCase();
  // The comparison comes before the validation: it asks nothing, and the answer is the same.
  for (const name of answer.records.slice(0, MAX_PTR_NAMES)) {
    if (name !== wanted && !name.endsWith(`.${wanted}`)) continue;
    if (await isValidated(session, name)) return true;
  }
  return false;
}

async function matchesInclude(session: SpfSession, term: CurrentTerm, spec: DomainSpec): Promise<boolean> {
  countLookup(session, term);
  const target = await expand(session, term, spec);
  if (target === undefined) return false;
  const child = descend(term, target);
  const { result } = await evaluateDomain(session, child, term);
  term.node.outcome = result === 'pass' ? 'match' : 'no-match';
  if (result === 'none') throw targetWithoutRecord(term, target);
  return result === 'pass';
}

async function redirect(session: SpfSession, node: SpfNode, modifier: SpfModifier): Promise<Evaluated> {
  const term = enter(node, modifier);
  countLookup(session, term);
  const target = await expand(session, term, modifier.spec);
  if (target === undefined) throw targetWithoutRecord(term, modifier.spec.text);
  const evaluated = await evaluateDomain(session, descend(term, target), term);
  term.node.outcome = evaluated.result;
  if (evaluated.result === 'none') throw targetWithoutRecord(term, target);
  return evaluated;
}

function descend(term: CurrentTerm, target: string): SpfNode {
  const child: SpfNode = { domain: target, result: 'none', terms: [] };
  term.node.target = target;
  term.node.child = child;
  return child;
}

/** Sections 5.2 and 6.1: `none` of an include's or redirect's target is a permerror of the record that names it. */
function targetWithoutRecord(term: CurrentTerm, target: string): SpfAbort {
  const message = `${excerpt(target)} has no SPF record, so "${excerpt(term.node.term)}" breaks the whole record.`;
  return new SpfAbort('permerror', placed(term, 'TARGET_WITHOUT_RECORD', message));
}
