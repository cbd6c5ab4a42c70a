/** The state of a static analysis of SPF: what was found so far, how far it may go, and how it asks. */
import type { DnsAnswer, DnsClient } from '../dns/types.ts';
import { excerpt } from './names.ts';
import { expandDomainSpec, type MacroValues } from './spf-macro.ts';
import type { DomainSpec, SpfProblem, SpfQualifier } from './spf-types.ts';

/** The `all` that ends the evaluation, redirects followed, and whose record it stands in. */
export interface FinalAll {
  qualifier: SpfQualifier | 'none' | 'undecidable' | 'unknown';
  domain: string;
}

export interface UndecidableTerm {
  domain: string;
  term: string;
  start: number;
  end: number;
  /** What it depends on, as a sentence. */
  because: string;
}

/** One record of the tree. A domain met again is `repeated`: its record is told where it was met first. */
export interface SpfStaticNode {
  domain: string;
  status: 'found' | 'none' | 'multiple' | 'unknown' | 'loop' | 'skipped';
  record?: string;
  repeated?: true;
  /** Terms that ask DNS at most, the whole branch; 1000 stands for that and more. */
  worstCase: number;
  /** At most 200. */
  terms: { term: string; start: number; end: number; cost: number; child?: SpfStaticNode }[];
}

export interface SpfAnalysis {
  domain: string;
  status: 'found' | 'none' | 'multiple' | 'unknown';
  /** SPF records at the domain (section 4.5). */
  records: string[];
  nearMisses: string[];
  /**
   * `false`: a record of the tree is broken, so that whoever comes that far is answered permerror. `unknown`: DNS did not
   * answer for a part of the tree. The limits are told apart from it, by `worstCase` and `voidTerms`.
   */
  valid: boolean | 'unknown';
  all: FinalAll;
  /** Networks of prefix 0 to 8 that pass: `0.0.0.0/0`, or the term where it has no network of its own. */
  hugeNetworks: string[];
  /** Section 4.6.4, when no term matches before the end; not `exact` where a branch could not be read. */
  worstCase: { lookups: number; exact: boolean };
  /** Terms of the whole tree whose question finds nothing, whoever sends; a branch met twice counts twice. */
  voidTerms: number;
  problems: SpfProblem[];
  undecidable: UndecidableTerm[];
  tree: SpfStaticNode;
}

/** Records read, names asked about, problems and branches told: beyond, the analysis says ANALYSIS_LIMIT. */
export const MAX_RECORDS = 60;
const MAX_QUESTIONS = 200;
const MAX_PROBLEMS = 200;
/** A loop, or doubling at every level, would count without end. */
export const MAX_COUNT = 1000;

export interface Walk {
  root: string;
  dns: DnsClient;
  analysis: SpfAnalysis;
  /** Domains from the root to here. */
  path: string[];
  /** Finished branches by domain, the `all` that ends them, and how many of their terms find nothing. */
  done: Map<string, { node: SpfStaticNode; all: FinalAll; voidTerms: number }>;
  records: number;
  questions: number;
}

/** Terms kept in the tree for one record. */
const MAX_TREE_TERMS = 200;

export function addTerm(
  node: SpfStaticNode,
  term: { text: string; start: number; end: number },
  cost: number,
): SpfStaticNode['terms'][number] {
  const { text, start, end } = term;
  const entry = { term: excerpt(text, 200), start, end, cost };
  if (node.terms.length < MAX_TREE_TERMS) node.terms.push(entry);
  addCost(node, cost);
  return entry;
}

export function addCost(node: SpfStaticNode, cost: number): void {
  node.worstCase = Math.min(MAX_COUNT, node.worstCase + cost);
}

/**
 * The target where only `d` and `o` stand in it: `o` is the root, since check_host() begins with the sender's domain
 * (section 4.1). Otherwise undefined, and the term is undecidable.
 */
export function staticTarget(
  walk: Walk,
  domain: string,
  term: { text: string; start: number; end: number },
  spec: DomainSpec,
): string | undefined {
  const letters = spec.tokens.flatMap((token) => (token.kind === 'macro' ? [token.letter] : []));
  const dynamic = letters.filter((letter) => letter !== 'd' && letter !== 'o');
  if (dynamic.length > 0) {
    const because = `its name depends on ${[...new Set(dynamic)].map((letter) => DEPENDS_ON[letter]).join(', ')}`;
    addUndecidable(walk, domain, term, because);
    return undefined;
  }
  const values: MacroValues = {
    ip: { family: 4, words: [0] },
    sender: '',
    localPart: '',
    senderDomain: walk.root,
    domain,
    helo: '',
    receiver: '',
    now: () => 0,
  };
  return expandDomainSpec(spec, values);
}

const DEPENDS_ON: Record<string, string> = {
  s: 'the sender',
  l: "the sender's local part",
  i: "the client's address",
  p: "the client's name",
  h: "the client's HELO",
  v: "the client's address family",
};

export function addUndecidable(
  walk: Walk,
  domain: string,
  term: { text: string; start: number; end: number },
  because: string,
): void {
  const { text, start, end } = term;
  if (walk.analysis.undecidable.length >= MAX_PROBLEMS) return;
  walk.analysis.undecidable.push({ domain, term: excerpt(text, 200), start, end, because });
}

export function report(walk: Walk, problem: SpfProblem): void {
  if (walk.analysis.problems.length < MAX_PROBLEMS) walk.analysis.problems.push(problem);
}

export function limitReached(walk: Walk, what: string): void {
  walk.analysis.worstCase.exact = false;
  walk.analysis.valid = 'unknown';
  if (walk.analysis.problems.some(({ code }) => code === 'ANALYSIS_LIMIT')) return;
  const message = `The record leads to ${what}; the analysis stopped there.`;
  walk.analysis.problems.push({ code: 'ANALYSIS_LIMIT', level: 'warning', message, domain: walk.root });
}

export async function ask<T>(
  walk: Walk,
  name: string,
  query: (name: string) => Promise<DnsAnswer<T>>,
): Promise<DnsAnswer<T> | undefined> {
  if (++walk.questions > MAX_QUESTIONS) {
    limitReached(walk, `more than ${MAX_QUESTIONS} questions`);
    return undefined;
  }
  return query(name);
}

export async function confirmed<T>(
  walk: Walk,
  name: string,
  query: (name: string) => Promise<DnsAnswer<T>>,
): Promise<DnsAnswer<T> | undefined> {
  const answer = await ask(walk, name, query);
  return answer?.kind === 'absent' && walk.dns.confirm ? walk.dns.confirm(answer) : answer;
}
