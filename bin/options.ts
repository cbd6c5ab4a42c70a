/** Reading option values that several commands share; a bad one is refused with what would be right. */
import { domainToASCII } from 'node:url';
import { InvalidArgumentError } from 'commander';
import { accountIdSchema, dnsServerSchema, domainSchema, regionSchema } from '../lambda/contract.ts';

/** Where scans without a deployment keep their table, mails and reports. */
export const DEFAULT_FOLDER = '.ses-posture/organization';
export const SANDBOX_FOLDER = '.ses-posture/sandbox';

/** `111111111111,222222222222` */
export function accountList(text: string): string[] {
  return list(
    text,
    (id) => accountIdSchema.safeParse(id).success,
    'is no account id: give 12 digits, separated by commas',
  );
}

/** `eu-west-1,us-east-1` */
export function regionList(text: string): string[] {
  return list(
    text,
    (name) => regionSchema.safeParse(name).success,
    'is no Region: give names such as eu-west-1, separated by commas',
  );
}

/** Any words separated by commas. */
export function commaList(text: string): string[] {
  return list(text, () => true, 'is empty: give at least one value');
}

/** `192.0.2.53,192.0.2.54:5353` */
export function dnsServerList(text: string): string[] {
  return list(
    text,
    (address) => dnsServerSchema.safeParse(address).success,
    'is no DNS server: give addresses such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:53, separated by commas',
  );
}

/** The same, or `none`. */
export function dnsServerListOrNone(text: string): string[] {
  return text === 'none' ? [] : dnsServerList(text);
}

export function oneAccount(text: string): string {
  if (text.includes(',')) throw new InvalidArgumentError(`"${text}" is more than one account: give one.`);
  return accountList(text)[0] ?? '';
}

export function oneRegion(text: string): string {
  if (text.includes(',')) throw new InvalidArgumentError(`"${text}" is more than one Region: give one.`);
  return regionList(text)[0] ?? '';
}

/** A domain in any letter case, as U- or A-labels, with or without final dot; as the table has it. */
export function domainName(text: string): string {
  // Underscores are no part of host names, but of domains.
  const name = text.trim().replace(/\.$/, '').toLowerCase();
  const ascii = /^[\x20-\x7e]*$/.test(name) ? name : domainToASCII(name);
  if (domainSchema.safeParse(ascii).success) return ascii;
  throw new InvalidArgumentError(`"${text}" is no domain name: give one such as example.com.`);
}

/** A whole number in [min, max]. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`"${text}" is not a whole number from ${min} to ${max}.`);
  };
}

/** A number above zero. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError(`"${text}" is not a number above 0.`);
}

/** One of the words, in any letter case. */
export function oneOf<T extends string>(words: readonly T[]): (text: string) => T {
  return (text) => {
    const wanted = text.toUpperCase().replaceAll('-', '_');
    const word = words.find((candidate) => candidate.toUpperCase() === wanted);
    if (word) return word;
    throw new InvalidArgumentError(
      `"${text}" is none of ${words.map((candidate) => candidate.toLowerCase()).join(', ')}.`,
    );
  };
}

function list(text: string, isValid: (item: string) => boolean, what: string): string[] {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
  const bad = items.length === 0 ? text : items.find((item) => !isValid(item));
  if (bad !== undefined) throw new InvalidArgumentError(`"${bad}" ${what}.`);
  return items;
}
