/**
 * A row of the SQL export as one line of JSON, the way Athena's JSON SerDe reads it: one flat object with every column of
 * its table, in order. Text of others is printable and bounded; a value that must not be cut is left out whole.
 */
import { printable, shortened } from '../controls/bounds.ts';

export type Cell = string | number | boolean | null;

export interface Column<Row> {
  /** Snake case, for SQL; once published it keeps its name and meaning. */
  name: string;
  /** As Hive's DDL has it. */
  type: 'string' | 'boolean' | 'int';
  of: (row: Row) => Cell;
}

/** What nothing above names otherwise: ids, names, reasons. UTF-16 units. */
const MAX_TEXT = 400;
/** Of JSON inside a column; a longer one is left out. UTF-16 units. */
export const MAX_JSON_TEXT = 16_384;
/** UTF-8 bytes, the line break included; what the columns' own bounds come to at worst. */
export const MAX_LINE_BYTES = 224 * 1024;

/** Everything but ASCII that is printed; as `\u....` it means the same inside JSON. */
const UNPRINTABLE = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

/** A column of text: printable, and cut at `most` UTF-16 units. */
export function text<Row>(name: string, of: (row: Row) => string | undefined, most = MAX_TEXT): Column<Row> {
  const cell = (value: string | undefined): Cell =>
    value === undefined ? null : shortened(printable(value), most);
  return { name, type: 'string', of: (row) => cell(of(row)) };
}

/** A column of text that is wrong when it is cut or changed: a command, JSON. Unfit, it is null. */
export function exactText<Row>(
  name: string,
  of: (row: Row) => string | undefined,
  most: number,
): Column<Row> {
  const cell = (value: string | undefined): Cell => (fits(value, most) ? value : null);
  return { name, type: 'string', of: (row) => cell(of(row)) };
}

/** Whether an exact text can stand in its column. */
export function fits(value: string | undefined, most: number): value is string {
  return value !== undefined && value.length <= most && printable(value) === value;
}

/** As JSON in which every control and invisible character is an escape. */
export function jsonText(value: unknown): string | undefined {
  return (JSON.stringify(value) as string | undefined)?.replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export function flag<Row>(name: string, of: (row: Row) => boolean | 'unknown' | undefined): Column<Row> {
  const cell = (value: boolean | 'unknown' | undefined): Cell =>
    value === undefined || value === 'unknown' ? null : value;
  return { name, type: 'boolean', of: (row) => cell(of(row)) };
}

export function count<Row>(name: string, of: (row: Row) => number | undefined): Column<Row> {
  return { name, type: 'int', of: (row) => of(row) ?? null };
}

/** @returns the row's line, its break included. */
export function lineOf<Row>(columns: readonly Column<Row>[], row: Row): string {
  return `${JSON.stringify(Object.fromEntries(columns.map(({ name, of }) => [name, of(row)])))}\n`;
}
