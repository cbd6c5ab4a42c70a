/** An SPF analysis reduced to bounded facts: each problem with the own record's terms that lead to it. */
import { excerpt } from '../mail-auth/names.ts';
import type { SpfAnalysis, SpfStaticNode } from '../mail-auth/spf.ts';
import type { SpfFacts, SpfProblemFacts } from './types.ts';

const MAX_PROBLEMS = 30;
const MAX_PLACES = 5;
const MAX_TERMS = 40;
const MAX_NAMES = 10;
const MAX_MESSAGE = 300;

type AnalysisFacts = Pick<
  SpfFacts,
  'problems' | 'worstCase' | 'voidTerms' | 'terms' | 'unread' | 'undecidable'
>;

/** What the analysis tells beside the records and their end. */
export function analysisFacts(analysis: SpfAnalysis): AnalysisFacts {
  const { tree, worstCase, voidTerms, undecidable } = analysis;
  const nodes = nodesByDomain(tree);
  const unread = [...nodes.values()]
    .filter((sameName) => sameName.some(({ status }) => status === 'unknown' || status === 'skipped'))
    .map(([first]) => first?.domain ?? '');
  return {
    problems: problemFacts(analysis, nodes),
    worstCase,
    voidTerms,
    terms: tree.terms
      .filter(({ cost }) => cost > 0)
      .slice(0, MAX_TERMS)
      .map(({ term, cost, child }) => ({ term: excerpt(term, 100), cost: cost + (child?.worstCase ?? 0) })),
    unread: unread.slice(0, MAX_NAMES),
    undecidable: undecidable.slice(0, MAX_NAMES).map(({ term }) => excerpt(term, 100)),
  };
}

type Nodes = ReadonlyMap<string, SpfStaticNode[]>;

/** Every node of the tree by its name in lower case. One met again has no terms of its own: the first has them. */
function nodesByDomain(root: SpfStaticNode): Nodes {
  const nodes = new Map<string, SpfStaticNode[]>();
  const visit = (node: SpfStaticNode): void => {
    const key = node.domain.toLowerCase();
    nodes.set(key, [...(nodes.get(key) ?? []), node]);
    for (const { child } of node.terms) if (child) visit(child);
  };
  visit(root);
  return nodes;
}

function problemFacts({ problems, tree, domain }: SpfAnalysis, nodes: Nodes): SpfProblemFacts[] {
  const branches = tree.terms.flatMap(({ start, end, child }) =>
    child ? [{ place: [start, end] as [number, number], domains: domainsBelow(child, nodes) }] : [],
  );
  const placesOf = (problem: SpfAnalysis['problems'][number]): [number, number][] => {
    const { start, end } = problem;
    const whose = problem.domain?.toLowerCase();
    if (whose === undefined) return [];
    if (whose === domain.toLowerCase()) return start === undefined || end === undefined ? [] : [[start, end]];
    return branches.filter(({ domains }) => domains.has(whose)).map(({ place }) => place);
  };
  return [...problems]
    .sort((left, right) => (left.level === right.level ? 0 : left.level === 'error' ? -1 : 1))
    .slice(0, MAX_PROBLEMS)
    .map((problem) => ({
      code: problem.code,
      level: problem.level,
      message: excerpt(problem.message, MAX_MESSAGE),
      own: problem.domain === undefined || problem.domain.toLowerCase() === domain.toLowerCase(),
      ...(problem.domain === undefined ? {} : { domain: excerpt(problem.domain, 255) }),
      ...(problem.target === undefined ? {} : { target: excerpt(problem.target, 255) }),
      places: placesOf(problem).slice(0, MAX_PLACES),
    }));
}

/** The names of the branch, in lower case. */
function domainsBelow(branch: SpfStaticNode, nodes: Nodes): ReadonlySet<string> {
  const seen = new Set<string>();
  const visit = (domain: string): void => {
    const key = domain.toLowerCase();
    if (seen.has(key)) return;
    seen.add(key);
    for (const { terms } of nodes.get(key) ?? []) {
      for (const { child } of terms) if (child) visit(child.domain);
    }
  };
  visit(branch.domain);
  return seen;
}
