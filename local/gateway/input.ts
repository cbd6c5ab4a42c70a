/** An operation's input, read strictly and alike from JSON, from a path with query, and from Query parameters. */
import { CommonFailure } from './errors.ts';

export interface Input {
  /** @throws CommonFailure `malformed` where the member is no string */
  text(name: string): string | undefined;
  /** @throws CommonFailure `invalid` where the member is absent or empty */
  requiredText(name: string): string;
  /** @throws CommonFailure `malformed` where it is no integer, `invalid` outside the bounds */
  integer(name: string, least: number, most: number): number | undefined;
  /** A number that need not be whole, such as a timestamp. @throws CommonFailure `malformed` */
  number(name: string): number | undefined;
  texts(name: string): string[] | undefined;
  /** A structure within the input; JSON alone carries them. @throws CommonFailure `malformed` */
  record(name: string): Input | undefined;
  /** A list of structures. @throws CommonFailure `malformed` */
  records(name: string): Input[] | undefined;
  /** Names of all members given. */
  names(): string[];
}

/** @param values members by name; numbers may be text where `textual` (a query carries nothing else) */
export function createInput(values: Record<string, unknown>, textual: boolean): Input {
  const get = (name: string): unknown =>
    Object.hasOwn(values, name) ? (values[name] ?? undefined) : undefined;
  const text = (name: string): string | undefined => {
    const value = get(name);
    if (value === undefined || typeof value === 'string') return value;
    throw new CommonFailure('malformed', `'${name}' is not a string.`);
  };
  return {
    text,
    requiredText(name) {
      const value = text(name);
      if (value) return value;
      throw new CommonFailure('invalid', `The required parameter '${name}' is missing.`);
    },
    integer(name, least, most) {
      const value = get(name);
      if (value === undefined) return undefined;
      const number =
        textual && typeof value === 'string' && /^-?\d{1,12}$/.test(value) ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isInteger(number)) {
        throw new CommonFailure('malformed', `'${name}' is not an integer.`);
      }
      if (number >= least && number <= most) return number;
      throw new CommonFailure(
        'invalid',
        `1 validation error detected: Value '${number}' at '${name}' failed to satisfy constraint: ` +
          `Member must be between ${least} and ${most}`,
      );
    },
    number(name) {
      const value = get(name);
      if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value;
      throw new CommonFailure('malformed', `'${name}' is not a number.`);
    },
    record(name) {
      const value = get(name);
      if (value === undefined) return undefined;
      if (isRecord(value)) return createInput(value, textual);
      throw new CommonFailure('malformed', `'${name}' is not a structure.`);
    },
    records(name) {
      const value = get(name);
      if (value === undefined) return undefined;
      if (Array.isArray(value) && value.every(isRecord)) return value.map((one) => createInput(one, textual));
      throw new CommonFailure('malformed', `'${name}' is not a list of structures.`);
    },
    texts(name) {
      const value = get(name);
      if (value === undefined) return undefined;
      if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
      throw new CommonFailure('malformed', `'${name}' is not a list of strings.`);
    },
    names: () => Object.keys(values),
  };
}

/** Parses a JSON body into members. An empty body has none. @throws CommonFailure `malformed` */
export function jsonMembers(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new CommonFailure('malformed', 'The request body is not JSON.');
  }
  if (isRecord(value)) return { ...value };
  throw new CommonFailure('malformed', 'The request body is not a JSON object.');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses form parameters; `Name.member.1`, `.2`, ... become a list. */
export function formMembers(parameters: URLSearchParams): Record<string, unknown> {
  const members: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const lists = new Map<string, { index: number; value: string }[]>();
  for (const [name, value] of parameters) {
    const [, list, index] = /^(\w{1,100})\.member\.(\d{1,6})$/.exec(name) ?? [];
    if (list === undefined) members[name] = value;
    else lists.set(list, [...(lists.get(list) ?? []), { index: Number(index), value }].slice(0, 10_000));
  }
  for (const [name, entries] of lists) {
    members[name] = entries.sort((a, b) => a.index - b.index).map((entry) => entry.value);
  }
  return members;
}
