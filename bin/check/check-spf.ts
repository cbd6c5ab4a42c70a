/** The SPF section of `check`. */
import type { DnsClient } from '../../lambda/dns/types.ts';
import { excerpt } from '../../lambda/mail-auth/names.ts';
import type {
  SpfAnalysis,
  SpfStaticNode,
  UndecidableTerm,
  SpfNode,
  SpfProblem,
  SpfResultName,
  SpfTermNode,
} from '../../lambda/mail-auth/spf.ts';
import { analyseSpf, checkHost } from '../../lambda/mail-auth/spf.ts';
import type { CheckNode, CheckStatus } from './report.ts';
import { node, problem } from './report.ts';

const MAX_LOOKUPS = 10;
/** Terms of one record, and terms that depend on the sender: more are not listed. */
const MAX_BRANCHES = 40;
const MAX_UNDECIDABLE = 20;

const STATUS_OF_RESULT: Readonly<Record<SpfResultName, CheckStatus>> = {
  pass: 'pass',
  neutral: 'warn',
  softfail: 'warn',
  fail: 'fail',
  none: 'fail',
  permerror: 'fail',
  temperror: 'unknown',
};

export async function checkSpf(
  domain: string,
  { ip, sender }: { ip?: string | undefined; sender: string },
  dns: DnsClient,
): Promise<CheckNode[]> {
  const analysis = await analyseSpf(domain, dns);
  const nodes = recordNodes(analysis);
  if (ip !== undefined) nodes.push(await evaluationNode(ip, sender, analysis, dns));
  return nodes;
}

function recordNodes(analysis: SpfAnalysis): CheckNode[] {
  const misses = analysis.nearMisses.map((text) =>
    node('fail', `Meant as SPF but is not: "${excerpt(text, 200)}"`),
  );
  switch (analysis.status) {
    case 'unknown':
      return [node('unknown', 'The record is unknown: DNS did not answer.')];
    case 'none':
      return [node('fail', `${analysis.domain} has no SPF record.`), ...misses];
    case 'multiple':
      return [
        node('fail', `${analysis.domain} has ${analysis.records.length} SPF records, which is a permerror.`),
      ];
    case 'found':
      return [
        node('info', `${analysis.domain} TXT "${excerpt(analysis.records[0] ?? '', 500)}"`),
        ...misses,
        allNode(analysis),
        lookupsNode(analysis),
        ...analysis.problems.map(problemNode),
        ...analysis.undecidable.slice(0, MAX_UNDECIDABLE).map(undecidableNode),
      ];
  }
}

function allNode({ all }: SpfAnalysis): CheckNode {
  const where = `at ${all.domain}`;
  switch (all.qualifier) {
    case '-':
    case '~':
      return node('pass', `Ends with ${all.qualifier}all ${where}.`);
    case '+':
      return node('fail', `Ends with +all ${where}: anybody passes.`);
    case '?':
      return node('warn', `Ends with ?all ${where}, which protects nothing.`);
    case 'none':
      return node('warn', `Ends without all ${where}, which protects nothing.`);
    case 'undecidable':
      return node('info', 'How it ends depends on the sender.');
    case 'unknown':
      return node('unknown', 'How it ends is unknown: DNS did not answer.');
  }
}

function lookupsNode({ worstCase, tree }: SpfAnalysis): CheckNode {
  const { lookups, exact } = worstCase;
  const text = `DNS terms at worst: ${exact ? '' : 'at least '}${lookups} of ${MAX_LOOKUPS}.`;
  const branches = branchNodes(tree);
  if (lookups > MAX_LOOKUPS) return node('fail', text, branches);
  return node(exact ? 'pass' : 'unknown', text, branches);
}

/** The terms that ask DNS, each with what its whole branch costs. */
function branchNodes(tree: SpfStaticNode): CheckNode[] {
  return tree.terms
    .filter(({ cost }) => cost > 0)
    .slice(0, MAX_BRANCHES)
    .map(({ term, cost, child }) => {
      const again = child?.repeated ? ', as above' : '';
      const text = `${excerpt(term, 100)} (${cost + (child?.worstCase ?? 0)}${again})`;
      return node('info', text, child === undefined ? [] : branchNodes(child));
    });
}

function undecidableNode({ domain, term, because }: UndecidableTerm): CheckNode {
  return node(
    'info',
    `"${excerpt(term, 100)}" at ${excerpt(domain)} cannot be judged without a sender: ${because}.`,
  );
}

function problemNode({ code, level, message }: SpfProblem): CheckNode {
  const unknown = code === 'DNS_FAILURE' || code === 'TIME_LIMIT' || code === 'ANALYSIS_LIMIT';
  const status = unknown ? 'unknown' : level === 'error' ? 'fail' : 'warn';
  return problem(status, excerpt(message, 300), code);
}

/** The result for one sender, with what only the evaluation met: the record's own faults stand above it. */
async function evaluationNode(
  ip: string,
  sender: string,
  analysis: SpfAnalysis,
  dns: DnsClient,
): Promise<CheckNode> {
  const check = await checkHost({ ip, domain: analysis.domain, sender }, dns);
  const told = new Set(analysis.problems.map(placeOf));
  const problems = check.problems.filter((problem) => !told.has(placeOf(problem)));
  const cost = `DNS terms: ${check.lookups}, void: ${check.voidLookups}`;
  return node(STATUS_OF_RESULT[check.result], `${excerpt(ip, 45)}: ${check.result} (${cost})`, [
    ...termNodes(check.tree),
    ...(check.explanation === undefined
      ? []
      : [node('info', `Explanation: ${excerpt(check.explanation, 200)}`)]),
    ...problems.map(problemNode),
  ]);
}

function placeOf({ code, domain, start }: SpfProblem): string {
  return `${code} ${domain} ${start}`;
}

/** The path that was walked; what did not match is told without weight. */
function termNodes(tree: SpfNode): CheckNode[] {
  return tree.terms.map((term) =>
    node('info', termText(term), term.child === undefined ? [] : termNodes(term.child)),
  );
}

function termText({ term, outcome, cost }: SpfTermNode): string {
  return `${excerpt(term, 100)}: ${outcome}${cost > 0 ? ` (${cost})` : ''}`;
}
