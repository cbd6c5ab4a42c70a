/** The words of SPF (RFC 7208) as types: terms, problems, the tree of an evaluation. */

/** RFC 7208 section 2.6. */
export type SpfResultName = 'none' | 'neutral' | 'pass' | 'fail' | 'softfail' | 'temperror' | 'permerror';

export type SpfQualifier = '+' | '-' | '~' | '?';

export type SpfMechanismName = 'all' | 'include' | 'a' | 'mx' | 'ptr' | 'ip4' | 'ip6' | 'exists';

/** Each makes the record's result permerror (RFC 7208 section 4.6). */
export type SpfSyntaxCode =
  | 'UNKNOWN_MECHANISM'
  | 'BAD_MODIFIER_NAME'
  | 'BAD_NETWORK'
  | 'BAD_PREFIX'
  | 'BAD_DOMAIN'
  | 'BAD_MACRO'
  | 'MISSING_VALUE'
  | 'UNEXPECTED_VALUE'
  | 'DUPLICATE_MODIFIER'
  | 'INVALID_CHARACTER'
  | 'RECORD_TOO_LONG';

/** Met while evaluating or walking the record. */
export type SpfEvaluationCode =
  | 'INVALID_IP'
  | 'INVALID_DOMAIN'
  | 'NO_RECORD'
  | 'MULTIPLE_RECORDS'
  | 'TARGET_WITHOUT_RECORD'
  | 'TARGET_MISSING'
  | 'TARGET_DOMAIN_UNREGISTERED'
  | 'DEAD_TERM'
  | 'TOO_MANY_LOOKUPS'
  | 'TOO_MANY_VOID_LOOKUPS'
  | 'TOO_MANY_MX'
  | 'TOO_MANY_PTR'
  | 'INCLUDE_LOOP'
  | 'DNS_FAILURE'
  | 'TIME_LIMIT'
  | 'EXPLANATION_UNUSABLE'
  | 'ANALYSIS_LIMIT';

/** The record works, but not as its author thinks, or not well. */
export type SpfLintCode =
  | 'TERM_AFTER_ALL'
  | 'REDIRECT_BESIDE_ALL'
  | 'DUPLICATE_TERM'
  | 'PTR_USED'
  | 'RECORD_SIZE'
  | 'PASS_ALL'
  | 'HUGE_NETWORK'
  | 'NO_ALL'
  | 'UNKNOWN_MODIFIER';

export interface SpfProblem {
  code: SpfSyntaxCode | SpfEvaluationCode | SpfLintCode;
  /** `error`: by itself it makes the result permerror or temperror where it is met. */
  level: 'error' | 'warning';
  /** One sentence. Outside text in it is cut to 80 characters. */
  message: string;
  /** Whose record; missing where there is none. */
  domain?: string;
  /** The name that the term leads to, where that is what is at fault. */
  target?: string;
  /** Place in that record's text: from `start` up to, not including, `end`. */
  start?: number;
  end?: number;
}

/** A piece of a macro-string (RFC 7208 section 7.1). */
export type MacroToken =
  /** `escaped`: written as `%%`, `%_` or `%-`, which may end a domain-spec as a macro may. */
  | { kind: 'text'; text: string; escaped?: true }
  | {
      kind: 'macro';
      /** Lower case. */
      letter: MacroLetter;
      /** Upper-case letters are URL-escaped. */
      escape: boolean;
      /** Right-hand parts to keep; undefined: all. */
      keep?: number;
      reverse: boolean;
      /** Characters to split at; `.` when none is given. */
      delimiters: string;
    };

export type MacroLetter = 's' | 'l' | 'o' | 'd' | 'i' | 'p' | 'h' | 'c' | 'r' | 't' | 'v';

export interface DomainSpec {
  text: string;
  tokens: MacroToken[];
}

interface Place {
  text: string;
  start: number;
  end: number;
}

export interface IpNetwork {
  family: 4 | 6;
  /** 32-bit words, most significant first: one for IPv4, four for IPv6. */
  words: number[];
  prefix: number;
}

export type SpfDirective = Place & { qualifier: SpfQualifier } & (
    | { mechanism: 'all' }
    | { mechanism: 'include'; spec: DomainSpec }
    | { mechanism: 'exists'; spec: DomainSpec }
    | { mechanism: 'ptr'; spec?: DomainSpec }
    | { mechanism: 'a' | 'mx'; spec?: DomainSpec; prefix4: number; prefix6: number }
    | { mechanism: 'ip4' | 'ip6'; network: IpNetwork }
  );

export type SpfModifier = Place & { name: string; spec: DomainSpec };

export interface SpfRecord {
  text: string;
  directives: SpfDirective[];
  redirect?: SpfModifier;
  exp?: SpfModifier;
  problems: SpfProblem[];
  /** False: the whole record is a permerror, whatever would have matched before the error. */
  valid: boolean;
}

/** One term that was evaluated. */
export interface SpfTermNode {
  /** As written, at most 200 characters. */
  term: string;
  start: number;
  end: number;
  /** What it adds to the ten terms of section 4.6.4, its children not counted. */
  cost: number;
  /** The name it asked about, macros expanded. */
  target?: string;
  outcome: 'match' | 'no-match' | SpfResultName;
  /** Its question was answered with NXDOMAIN or no records. */
  void?: true;
  /** Of include and redirect. */
  child?: SpfNode;
}

/** One check_host() call: the record of one domain. */
export interface SpfNode {
  domain: string;
  record?: string;
  result: SpfResultName;
  /** At most MAX_TREE_TERMS; `omitted` counts the rest. */
  terms: SpfTermNode[];
  omitted?: number;
}
