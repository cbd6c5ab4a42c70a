/**
 * An SPF record judged without a sender: what holds for every client is said, what depends on the client or the
 * sender is listed as undecidable, and what DNS did not tell is unknown. Nothing is guessed.
 */
import type { DnsAnswer, DnsClient } from '../dns/types.ts';
import { nameExists } from '../dns/types.ts';
import { excerpt } from './names.ts';
import { costsLookup } from './spf-lint.ts';
import { parseSpfRecord } from './spf-parse.ts';
import { findSpfNearMisses, selectSpfRecords } from './spf-records.ts';
import { isDomainName, MAX_LOOKUPS, MAX_VOID_LOOKUPS, usesValidatedName } from './spf-session.ts';
import { checkTarget, noteHugeNetwork, reportMissing } from './spf-static-targets.ts';
import {
  MAX_COUNT,
  MAX_RECORDS,
  addCost,
  addTerm,
  ask,
  confirmed,
  limitReached,
  report,
  staticTarget,
  type FinalAll,
  type SpfAnalysis,
  type SpfStaticNode,
  type Walk,
} from './spf-static-walk.ts';
import type { DomainSpec, SpfDirective, SpfModifier, SpfRecord } from './spf-types.ts';

export type { FinalAll, SpfAnalysis, SpfStaticNode, UndecidableTerm } from './spf-static-walk.ts';

/**
 * Judges the record of `domain` (A-label form) and all that it includes or redirects to. Never throws. Absences that
 * make a problem are confirmed at the second opinion where the client has one.
 */
export async function analyseSpf(domain: string, dns: DnsClient): Promise<SpfAnalysis> {
  const tree: SpfStaticNode = { domain, status: 'none', worstCase: 0, terms: [] };
  const analysis: SpfAnalysis = {
    domain,
    status: 'none',
    records: [],
    nearMisses: [],
    valid: true,
    all: { qualifier: 'none', domain },
    hugeNetworks: [],
    worstCase: { lookups: 0, exact: true },
    voidTerms: 0,
    problems: [],
    undecidable: [],
    tree,
  };
  const walk: Walk = { root: domain, dns, analysis, path: [], done: new Map(), records: 0, questions: 0 };
  const answer = await ask(walk, domain, (name) => dns.txt(name));
  if (answer?.kind === 'found') {
    analysis.records = selectSpfRecords(answer.records);
    analysis.nearMisses = findSpfNearMisses(answer.records);
  }
  analysis.all = await walkDomain(walk, tree, true, answer);
  const { status } = tree;
  analysis.status = status === 'found' || status === 'multiple' || status === 'none' ? status : 'unknown';
  analysis.worstCase.lookups = tree.worstCase;
  addLimitProblems(walk);
  if (analysis.status === 'unknown') {
    analysis.valid = 'unknown';
    analysis.worstCase.exact = false;
  }
  if (analysis.problems.some(({ level }) => level === 'error')) analysis.valid = false;
  return analysis;
}

function addLimitProblems(walk: Walk): void {
  const { analysis } = walk;
  const { lookups } = analysis.worstCase;
  if (lookups > MAX_LOOKUPS) {
    const message = `A client that nothing matches early costs ${lookups} DNS terms; ${MAX_LOOKUPS} are allowed (section 4.6.4).`;
    analysis.problems.push({ code: 'TOO_MANY_LOOKUPS', level: 'warning', message, domain: walk.root });
  }
  if (analysis.voidTerms > MAX_VOID_LOOKUPS) {
    const message = `${analysis.voidTerms} terms ask for what does not exist; ${MAX_VOID_LOOKUPS} are allowed (section 4.6.4).`;
    analysis.problems.push({ code: 'TOO_MANY_VOID_LOOKUPS', level: 'warning', message, domain: walk.root });
  }
}

/** Reads one domain's record into `node`. @param passing whether what matches here passes for the root. */
async function walkDomain(
  walk: Walk,
  node: SpfStaticNode,
  passing: boolean,
  answer: DnsAnswer<string> | undefined,
): Promise<FinalAll> {
  const { domain } = node;
  const end = (status: SpfStaticNode['status'], qualifier: FinalAll['qualifier']): FinalAll => {
    node.status = status;
    return { qualifier, domain };
  };
  if (!answer) return end('skipped', 'unknown');
  if (answer.kind === 'unknown') {
    if (answer.because === 'INVALID_NAME') return end('none', 'none');
    return end('unknown', 'unknown');
  }
  const selected = answer.kind === 'found' ? selectSpfRecords(answer.records) : [];
  if (selected.length > 1) {
    const message = `${excerpt(domain)} has ${selected.length} SPF records; there may be one (section 4.5).`;
    report(walk, { code: 'MULTIPLE_RECORDS', level: 'error', message, domain });
    return end('multiple', 'unknown');
  }
  const [text] = selected;
  if (text === undefined) return end('none', 'none');
  node.record = text;
  node.status = 'found';
  const record = parseSpfRecord(text);
  const included = walk.path.length > 0;
  for (const problem of record.problems) {
    if (problem.code === 'NO_ALL' && included) continue;
    if (!passing && (problem.code === 'PASS_ALL' || problem.code === 'HUGE_NETWORK')) continue;
    report(walk, { ...problem, domain });
  }
  walk.path.push(domain.toLowerCase());
  const voidsBefore = walk.analysis.voidTerms;
  const all = await walkTerms(walk, node, record, passing);
  walk.path.pop();
  const voidTerms = walk.analysis.voidTerms - voidsBefore;
  walk.done.set(doneKey(domain, passing), { node, all, voidTerms });
  return all;
}

async function walkTerms(
  walk: Walk,
  node: SpfStaticNode,
  record: SpfRecord,
  passing: boolean,
): Promise<FinalAll> {
  const { domain } = node;
  for (const directive of record.directives) {
    const passes = passing && directive.qualifier === '+';
    const cost = costOf(directive);
    const entry = addTerm(node, directive, cost);
    if (directive.mechanism === 'all') return { qualifier: directive.qualifier, domain };
    if (passes) noteHugeNetwork(walk, directive);
    if (directive.mechanism === 'include') {
      entry.child = await walkTarget(walk, node, directive, directive.spec, passes);
      if (entry.child) addCost(node, entry.child.worstCase);
    } else if (cost > 0) {
      await checkTarget(walk, node, directive);
    }
  }
  if (!record.redirect) return { qualifier: 'none', domain };
  const entry = addTerm(node, record.redirect, costOf(record.redirect));
  const holder: { all?: FinalAll } = {};
  entry.child = await walkTarget(walk, node, record.redirect, record.redirect.spec, passing, holder);
  if (!entry.child) return { qualifier: 'undecidable', domain };
  addCost(node, entry.child.worstCase);
  return holder.all ?? { qualifier: 'unknown', domain: entry.child.domain };
}

/** Of the ten of section 4.6.4: the term itself, and the PTR question of a `p` macro in it. */
function costOf(term: SpfDirective | SpfModifier): number {
  if ('mechanism' in term && !costsLookup(term)) return 0;
  return 'spec' in term && term.spec && usesValidatedName(term.spec) ? 2 : 1;
}

function doneKey(domain: string, passing: boolean): string {
  return `${passing ? '+' : '-'}${domain.toLowerCase()}`;
}

/** The branch of an include or redirect; undefined when its target depends on the sender. */
async function walkTarget(
  walk: Walk,
  node: SpfStaticNode,
  term: SpfDirective | SpfModifier,
  spec: DomainSpec,
  passing: boolean,
  holder: { all?: FinalAll } = {},
): Promise<SpfStaticNode | undefined> {
  const { analysis } = walk;
  const target = staticTarget(walk, node.domain, term, spec);
  if (target === undefined) {
    analysis.worstCase.exact = false;
    return undefined;
  }
  const place = { domain: node.domain, start: term.start, end: term.end };
  const child: SpfStaticNode = { domain: target, status: 'none', worstCase: 0, terms: [] };
  if (walk.path.includes(target.toLowerCase())) {
    const message = `"${excerpt(term.text)}" leads back to a record that it came from; the evaluation ends in permerror.`;
    report(walk, { code: 'INCLUDE_LOOP', level: 'error', message, target, ...place });
    analysis.worstCase.exact = false;
    return { ...child, status: 'loop', worstCase: MAX_LOOKUPS + 1 };
  }
  const before = walk.done.get(doneKey(target, passing));
  if (before) {
    holder.all = before.all;
    analysis.voidTerms = Math.min(MAX_COUNT, analysis.voidTerms + before.voidTerms);
    const { status, worstCase } = before.node;
    return { ...child, status, worstCase, repeated: true };
  }
  if (++walk.records > MAX_RECORDS) {
    limitReached(walk, `more than ${MAX_RECORDS} records`);
    return { ...child, status: 'skipped' };
  }
  const answer = isDomainName(target)
    ? await confirmed(walk, target, (name) => walk.dns.txt(name))
    : invalid(target);
  holder.all = await walkDomain(walk, child, passing, answer);
  if (child.status === 'unknown' || child.status === 'skipped') {
    analysis.worstCase.exact = false;
    analysis.valid = 'unknown';
    const message = `TXT ${excerpt(target)} could not be learned, so "${excerpt(term.text)}" could not be judged.`;
    report(walk, { code: 'DNS_FAILURE', level: 'warning', message, target, ...place });
  }
  if (child.status === 'none') {
    const message = `${excerpt(target)} has no SPF record, so "${excerpt(term.text)}" breaks the whole record (sections 5.2, 6.1).`;
    report(walk, { code: 'TARGET_WITHOUT_RECORD', level: 'error', message, target, ...place });
    if (answer && nameExists(answer) === false) await reportMissing(walk, target, term, place);
  }
  return child;
}

/** Section 4.8 of a name that cannot exist: nothing is asked, nothing is there. */
function invalid(name: string): DnsAnswer<string> {
  return { name, type: 'TXT', aliases: [], kind: 'absent', because: 'NXDOMAIN' };
}
