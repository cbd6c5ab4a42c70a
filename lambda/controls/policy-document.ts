/**
 * Whom an identity's policies let in. Reads the JSON of a resource policy (IAM user guide, "IAM JSON policy elements
 * reference") as far as the question needs: each Allow, its principals, and the conditions that narrow them. Never
 * throws; what it does not understand it says.
 */

/** SES bounds a policy to 4 KB; more than this is not read. */
const MAX_POLICY_CHARS = 65_536;
const MAX_STATEMENTS = 200;
const MAX_VALUES = 500;

/** Somebody whom a statement lets in. */
export type Grant = { policy: string; sid?: string } & (
  | { to: 'everybody' }
  /** Everybody who meets a condition that is not evaluated here (an IP address, a VPC, a tag). */
  | { to: 'conditioned'; keys: string[] }
  | { to: 'account'; account: string }
  | { to: 'organization'; organization: string }
  /** An AWS service acting for whomever it likes. */
  | { to: 'service'; service: string }
);

export interface PolicyReading {
  grants: Grant[];
  /** Policies that could not be read, or hold something not understood, with the reason. */
  unreadable: { policy: string; why: string }[];
}

/** What the Allow statements of all policies grant. Deny statements are left aside: they only ever take away. */
export function readPolicies(policies: { readonly [name: string]: string }): PolicyReading {
  const reading: PolicyReading = { grants: [], unreadable: [] };
  for (const [policy, text] of Object.entries(policies)) {
    const unreadable = (error: unknown): void => {
      const why = error instanceof Unreadable ? error.message : 'it is no JSON';
      reading.unreadable.push({ policy, why });
    };
    // A statement that is not understood must not hide what another one grants.
    for (const statement of attempt(() => statementsOf(text), unreadable) ?? []) {
      const grants = attempt(() => grantsOf(statement), unreadable) ?? [];
      reading.grants.push(...grants.map((grant) => ({ policy, ...grant })));
    }
  }
  return reading;
}

function attempt<T>(work: () => T, failed: (error: unknown) => void): T | undefined {
  try {
    return work();
  } catch (error) {
    failed(error);
    return undefined;
  }
}

/** Accounts that the policies name, sorted: whoever gathers facts has to learn whether they belong to the organization. */
export function accountsNamed(policies: { readonly [name: string]: string }): string[] {
  const accounts = readPolicies(policies).grants.flatMap((grant) =>
    grant.to === 'account' ? [grant.account] : [],
  );
  return [...new Set(accounts)].sort();
}

class Unreadable extends Error {}

type JsonObject = { readonly [key: string]: unknown };
/** Distributes over the union, so that what is left out of each member is just the policy's name. */
type NamelessGrant = Grant extends infer One ? (One extends Grant ? Omit<One, 'policy'> : never) : never;

function statementsOf(text: string): JsonObject[] {
  if (text.length > MAX_POLICY_CHARS) throw new Unreadable(`it has more than ${MAX_POLICY_CHARS} characters`);
  const document: unknown = JSON.parse(text);
  if (!isObject(document)) throw new Unreadable('it is no JSON object');
  const statements = listOf(memberOf(document, 'Statement'));
  if (statements.length === 0) throw new Unreadable('it has no Statement');
  if (statements.length > MAX_STATEMENTS)
    throw new Unreadable(`it has more than ${MAX_STATEMENTS} statements`);
  return statements.map((statement) => {
    if (!isObject(statement)) throw new Unreadable('a statement is no JSON object');
    return statement;
  });
}

function grantsOf(statement: JsonObject): NamelessGrant[] {
  const effect = memberOf(statement, 'Effect');
  if (effect === 'Deny') return [];
  if (effect !== 'Allow') throw new Unreadable('a statement has no Effect of Allow or Deny');
  const sid = memberOf(statement, 'Sid');
  const named = typeof sid === 'string' && sid !== '' ? { sid: sid.slice(0, 100) } : {};
  const restriction = restrictionOf(memberOf(statement, 'Condition'));
  return principalsOf(statement).flatMap((principal) =>
    narrowed(principal, restriction).map((grant) => ({ ...named, ...grant })),
  );
}

type Principal =
  { to: 'everybody' } | { to: 'account'; account: string } | { to: 'service'; service: string };

function principalsOf(statement: JsonObject): Principal[] {
  // An Allow with NotPrincipal lets in everybody but the few it names.
  if (memberOf(statement, 'NotPrincipal') !== undefined) return [{ to: 'everybody' }];
  const principal = memberOf(statement, 'Principal');
  if (principal === '*') return [{ to: 'everybody' }];
  if (!isObject(principal) || Object.keys(principal).length === 0) {
    throw new Unreadable('a statement has no Principal that IAM knows');
  }
  return Object.entries(principal).flatMap(([kind, values]) =>
    textsOf(values, 'a Principal').flatMap((value) => principalOf(kind.toLowerCase(), value)),
  );
}

/** An account id, an ARN with one, `*`, or a service. */
function principalOf(kind: string, value: string): Principal[] {
  if (value === '*') return [{ to: 'everybody' }];
  if (kind === 'service') return [{ to: 'service', service: value.slice(0, 200) }];
  if (kind !== 'aws') throw new Unreadable(`it names a principal of the kind ${kind.slice(0, 40)}`);
  const account = accountOf(value);
  if (account !== undefined) return [{ to: 'account', account }];
  // IAM writes the unique id of a user or role that was deleted in place of its ARN: nobody comes in by it.
  if (/^A[A-Z]{3}[A-Z0-9]{12,124}$/.test(value)) return [];
  throw new Unreadable(`it names the principal ${value.slice(0, 100)}`);
}

function accountOf(value: string): string | undefined {
  if (/^\d{12}$/.test(value)) return value;
  const account = value.startsWith('arn:') ? value.split(':')[4] : undefined;
  return account !== undefined && /^\d{12}$/.test(account) ? account : undefined;
}

/** What all conditions of a statement leave of a principal that is not narrow by itself. */
interface Restriction {
  /** Only these accounts; absent: not narrowed so. */
  accounts?: string[];
  organizations?: string[];
  /** Keys that narrow in a way not evaluated here. */
  others: string[];
}

const ORGANIZATION_KEYS: ReadonlySet<string> = new Set([
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
]);
const ACCOUNT_KEYS: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:sourceaccount',
  'aws:sourceowner',
  'aws:sourcearn',
]);
/** They say how or what is sent, or when, not by whom: a public principal stays public. */
const NOT_ABOUT_WHO =
  /^(?:ses:|aws:(?:securetransport|currenttime|epochtime|tokenissuetime|useragent|referer|requestedregion|multifactorauth|viaawsservice|calledvia|principaltype$|resource))/;
/** True also where the request lacks the key: they keep nobody out who does not bring it. */
const LENIENT = /ifexists$|^forallvalues:/;
const POSITIVE = /^(?:foranyvalue:)?(?:string(?:equals|equalsignorecase|like)|arn(?:equals|like))$/;
const NEGATED = /not/;

function restrictionOf(condition: unknown): Restriction {
  const restriction: Restriction = { others: [] };
  if (condition === undefined) return restriction;
  if (!isObject(condition)) throw new Unreadable('a Condition is no JSON object');
  for (const [writtenOperator, keys] of Object.entries(condition)) {
    const operator = writtenOperator.toLowerCase();
    if (!isObject(keys)) throw new Unreadable('a Condition is no JSON object');
    for (const [writtenKey, values] of Object.entries(keys)) {
      restrict(restriction, operator, writtenKey.toLowerCase(), values);
    }
  }
  return restriction;
}

/** Conditions of one statement are ANDed: each may only narrow further, so the first that names somebody is enough. */
function restrict(restriction: Restriction, operator: string, key: string, values: unknown): void {
  if (NOT_ABOUT_WHO.test(key) || LENIENT.test(operator) || NEGATED.test(operator) || operator === 'null')
    return;
  const isOrganization = ORGANIZATION_KEYS.has(key);
  if (!isOrganization && !ACCOUNT_KEYS.has(key)) {
    if (!openToAll(textsOrNothing(values))) restriction.others.push(key.slice(0, 60));
    return;
  }
  if (!POSITIVE.test(operator)) {
    restriction.others.push(key.slice(0, 60));
    return;
  }
  const texts = textsOf(values, 'a Condition');
  // Any of the values is let in: one wildcard among them leaves the condition open.
  if (isOrganization) {
    const organizations = texts.map((text) => text.split('/')[0] ?? '');
    if (organizations.every((one) => /^o-[a-z0-9]{10,32}$/.test(one)))
      restriction.organizations ??= organizations;
    return;
  }
  const accounts = texts.map(accountOf);
  if (accounts.every((account) => account !== undefined)) restriction.accounts ??= accounts;
}

/** `0.0.0.0/0` and `*` narrow nothing. */
function openToAll(values: string[]): boolean {
  return values.length > 0 && values.some((value) => value === '*' || /^(?:0\.0\.0\.0|::)\/0$/.test(value));
}

/** A principal that is one account already is not looked at further: who it is decides. */
function narrowed(principal: Principal, restriction: Restriction): NamelessGrant[] {
  if (principal.to === 'account') return [principal];
  const { accounts, organizations, others } = restriction;
  if (accounts) return [...new Set(accounts)].map((account) => ({ to: 'account', account }));
  if (organizations) {
    return [...new Set(organizations)].map((organization) => ({ to: 'organization', organization }));
  }
  if (others.length > 0 && principal.to === 'everybody')
    return [{ to: 'conditioned', keys: [...new Set(others)] }];
  return [principal];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** IAM takes the element names in any letter case but writes them so; an own property only, whatever the JSON holds. */
function memberOf(object: JsonObject, name: string): unknown {
  const key = Object.keys(object).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : object[key];
}

function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function textsOf(value: unknown, what: string): string[] {
  const texts = listOf(value);
  if (texts.length === 0 || texts.length > MAX_VALUES)
    throw new Unreadable(`${what} names nobody, or too many`);
  return texts.map((text) => {
    if (typeof text !== 'string') throw new Unreadable(`${what} holds something that is no text`);
    return text;
  });
}

function textsOrNothing(value: unknown): string[] {
  return listOf(value).filter((text): text is string => typeof text === 'string');
}
