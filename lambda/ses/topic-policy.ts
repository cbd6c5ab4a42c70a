/**
 * Whether a topic's policy lets Amazon SES publish. Pure. What a policy says in words that are not evaluated here is
 * `unknown`, never a guess.
 * @see https://docs.aws.amazon.com/ses/latest/dg/configure-sns-notifications.html
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html (aws:SourceOwner, aws:SourceAccount)
 */
import { z } from 'zod';

export interface TopicPolicyContext {
  topicArn: string;
  /** Of the identities that publish, and of the topic. */
  accountId: string;
  region: string;
  /** ARNs of the identities and configuration sets that publish. */
  sources: readonly string[];
}

type Answer = boolean | 'unknown';

const texts = z.union([z.string(), z.array(z.string())]);
const statementSchema = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.string(), z.record(z.string(), texts)]).optional(),
  NotPrincipal: z.unknown().optional(),
  Action: texts.optional(),
  NotAction: z.unknown().optional(),
  Resource: texts.optional(),
  NotResource: z.unknown().optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.union([texts, z.boolean()]))).optional(),
});
const policySchema = z.object({ Statement: z.union([statementSchema, z.array(statementSchema)]) });
type Statement = z.infer<typeof statementSchema>;

/** SNS takes policies of 30 KB. */
const MAX_POLICY = 64 * 1024;
const SES = 'ses.amazonaws.com';

/**
 * Whether every source may publish: true, false where one is shut out for certain, `unknown` where nothing is certain.
 * @param text the attribute `Policy`, JSON
 */
export function admitsSes(text: string | undefined, context: TopicPolicyContext): Answer {
  const policy = parse(text);
  if (!policy) return 'unknown';
  const statements = [policy.Statement].flat();
  const sources = context.sources.length > 0 ? context.sources : [undefined];
  return every(sources.map((source) => admits(statements, context, source)));
}

function parse(text: string | undefined): z.infer<typeof policySchema> | undefined {
  if (!text || text.length > MAX_POLICY) return undefined;
  try {
    return policySchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** IAM's order: an explicit denial first, then any allowance. */
function admits(
  statements: readonly Statement[],
  context: TopicPolicyContext,
  source: string | undefined,
): Answer {
  const applying = (effect: Statement['Effect']): Answer[] =>
    statements.filter((one) => one.Effect === effect).map((statement) => applies(statement, context, source));
  const denied = some(applying('Deny'));
  if (denied === true) return false;
  const allowed = some(applying('Allow'));
  if (allowed === false) return false;
  return denied === 'unknown' ? 'unknown' : allowed;
}

function applies(statement: Statement, context: TopicPolicyContext, source: string | undefined): Answer {
  const { NotPrincipal, NotAction, NotResource, Action, Resource, Condition = {} } = statement;
  if ([NotPrincipal, NotAction, NotResource].some((part) => part !== undefined)) return 'unknown';
  const action = listOf(Action).some((pattern) => matches('sns:publish', pattern.toLowerCase()));
  const resource =
    Resource === undefined || listOf(Resource).some((pattern) => matches(context.topicArn, pattern));
  if (!action || !resource || !namesSes(statement.Principal)) return false;
  return every(
    Object.entries(Condition).flatMap(([operator, tests]) =>
      Object.entries(tests).map(([key, value]) =>
        holds(operator, key.toLowerCase(), listOf(value), context, source),
      ),
    ),
  );
}

function namesSes(principal: Statement['Principal']): boolean {
  if (typeof principal === 'string') return principal === '*';
  const { AWS: accounts, Service: services } = principal ?? {};
  return listOf(services).some((one) => one === SES || one === '*') || listOf(accounts).includes('*');
}

const EQUALS = /^(String(Equals(IgnoreCase)?|Like)|Arn(Equals|Like))$/;

/** SES publishes over TLS and names itself by account and source; what else a condition asks for is not known here. */
function holds(
  operator: string,
  key: string,
  values: readonly string[],
  context: TopicPolicyContext,
  source: string | undefined,
): Answer {
  if (key === 'aws:securetransport' && operator === 'Bool') return values.includes('true');
  if (!EQUALS.test(operator)) return 'unknown';
  const like = operator !== 'StringEquals' && operator !== 'StringEqualsIgnoreCase';
  const equals = (actual: string): boolean =>
    values.some((value) => (like ? matches(actual, value) : actual === value));
  // The default policy of every topic asks for aws:SourceOwner, which SES still sends.
  if (key === 'aws:sourceaccount' || key === 'aws:sourceowner') return equals(context.accountId);
  if (key === 'aws:sourcearn') return source === undefined ? 'unknown' : equals(source);
  return 'unknown';
}

function listOf(value: string | string[] | boolean | undefined): string[] {
  return value === undefined ? [] : [value].flat().map(String);
}

function every(answers: readonly Answer[]): Answer {
  if (answers.includes(false)) return false;
  return answers.includes('unknown') ? 'unknown' : true;
}

function some(answers: readonly Answer[]): Answer {
  if (answers.includes(true)) return true;
  return answers.includes('unknown') ? 'unknown' : false;
}

/** IAM's `*` and `?`. One pass with one step back: linear in text times pattern, whatever the pattern. */
export function matches(text: string, pattern: string): boolean {
  let [at, position, star, resume] = [0, 0, -1, 0];
  while (at < text.length) {
    if (pattern[position] === '*') {
      star = position++;
      resume = at;
    } else if (pattern[position] === '?' || pattern[position] === text[at]) {
      at += 1;
      position += 1;
    } else if (star >= 0) {
      position = star + 1;
      at = ++resume;
    } else return false;
  }
  while (pattern[position] === '*') position += 1;
  return position === pattern.length;
}
