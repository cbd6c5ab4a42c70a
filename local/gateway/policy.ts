/** IAM session policies: parsed strictly, then evaluated. Conditions are not offered, and refused rather than ignored. */
import { AwsError } from './errors.ts';

export interface PolicyStatement {
  effect: 'Allow' | 'Deny';
  actions: string[];
  /** `NotAction` was given. */
  actionsInverted: boolean;
  resources: string[];
  resourcesInverted: boolean;
}

/** @throws AwsError MalformedPolicyDocument, naming what is wrong */
export function parsePolicy(text: string): PolicyStatement[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw malformed('is not JSON');
  }
  if (!isObject(document)) throw malformed('is not an object');
  if (document['Version'] !== '2012-10-17') throw malformed('needs "Version": "2012-10-17"');
  const statements = [document['Statement']].flat();
  if (statements.length === 0) throw malformed('has no Statement');
  return statements.map(parseStatement);
}

function parseStatement(statement: unknown): PolicyStatement {
  if (!isObject(statement)) throw malformed('has a Statement that is not an object');
  const known = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource'];
  const unknown = Object.keys(statement).find((key) => !known.includes(key));
  if (unknown !== undefined) throw malformed(`has ${unknown}, which the stand-in does not evaluate`);
  const effect = statement['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny')
    throw malformed('has a Statement whose Effect is not Allow or Deny');
  const action = listOf(statement, 'Action');
  const resource = listOf(statement, 'Resource');
  return {
    effect,
    actions: action.values,
    actionsInverted: action.inverted,
    resources: resource.values,
    resourcesInverted: resource.inverted,
  };
}

function listOf(statement: Record<string, unknown>, key: string): { values: string[]; inverted: boolean } {
  const inverted = `Not${key}` in statement;
  if (inverted === key in statement) throw malformed(`needs either ${key} or Not${key} in each Statement`);
  const values = [statement[inverted ? `Not${key}` : key]].flat();
  if (values.length > 0 && values.every((value) => typeof value === 'string')) return { values, inverted };
  throw malformed(`has a ${key} that is not a list of strings`);
}

function malformed(what: string): AwsError {
  return new AwsError('MalformedPolicyDocument', `The policy ${what}.`, 400);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the statements say of one action on one resource; a Deny beats every Allow. */
export function evaluatePolicy(
  statements: PolicyStatement[],
  action: string,
  resource: string,
): 'allowed' | 'denied' | 'silent' {
  const matching = statements.filter(
    (statement) =>
      statement.actions.some((pattern) => matchesAction(pattern, action)) !== statement.actionsInverted &&
      statement.resources.some((pattern) => matchesPattern(pattern, resource)) !==
        statement.resourcesInverted,
  );
  if (matching.some(({ effect }) => effect === 'Deny')) return 'denied';
  return matching.length > 0 ? 'allowed' : 'silent';
}

/** Action names are compared without regard to case. */
export function matchesAction(pattern: string, action: string): boolean {
  return matchesPattern(pattern.toLowerCase(), action.toLowerCase());
}

/** IAM's wildcards: `*` for any characters, `?` for one. Greedy with one way back, so never exponential. */
export function matchesPattern(pattern: string, text: string): boolean {
  let [p, t, star, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
