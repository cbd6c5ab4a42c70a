/** AWS CLI commands of fixes: read back into words, told apart by what they set, put in an order that breaks nothing. */
import type { Subject } from '../controls/types.ts';

export interface AwsCommand {
  text: string;
  words: string[];
  /** `sesv2 put-email-identity-dkim-attributes` */
  operation: string;
  region: string;
  identity?: string;
}

/** Longer than any command that names one identity. */
const MAX_COMMAND_LENGTH = 4000;

/** Options by which the operations name their identity. */
const IDENTITY_OPTIONS = ['--email-identity', '--domain', '--email-address', '--identity'];

/**
 * Operations in the order of the plan: an identity exists before its keys, keys before their verification, a verification
 * before signing with them, and what chooses between legs comes when both can stand.
 */
const ORDER = [
  'sesv2 create-email-identity',
  'ses verify-email-identity',
  'sesv2 put-email-identity-dkim-signing-attributes',
  'ses verify-domain-dkim',
  'sesv2 put-email-identity-dkim-attributes',
  'sesv2 put-email-identity-mail-from-attributes',
];

/** Whether a plan may hold the command: it sets what one identity alone has, and needs no value that is not in it. */
export function isPlannable({ operation, words }: AwsCommand): boolean {
  if (!ORDER.includes(operation)) return false;
  // A key of one's own and a replica's parent Region are the operator's to give.
  return optionOf(words, '--signing-attributes-origin') === undefined || words.includes('AWS_SES');
}

/** These make SES look at DNS, once or for 72 hours: records have to be there first. */
const LOOKS = ['ses verify-domain-dkim', 'sesv2 put-email-identity-mail-from-attributes'];

export function looksAtDns({ operation }: AwsCommand): boolean {
  return LOOKS.includes(operation);
}

/** These print tokens whose records nobody can know before. */
const BEGINS = ['sesv2 create-email-identity', 'sesv2 put-email-identity-dkim-signing-attributes'];

/**
 * The words of a command as a POSIX shell reads them: blanks separate, single quotes hold, a backslash outside them takes
 * the next character. Fixes use no more of the shell than that.
 *
 * @returns undefined where the text is no single `aws` command in that form
 */
export function parseCommand(text: string): AwsCommand | undefined {
  const words = text.length <= MAX_COMMAND_LENGTH ? shellWords(text) : undefined;
  if (words?.[0] !== 'aws' || words.length < 3) return undefined;
  const region = optionOf(words, '--region');
  if (region === undefined) return undefined;
  const identity = IDENTITY_OPTIONS.map((option) => optionOf(words, option)).find((one) => one !== undefined);
  return {
    text,
    words,
    operation: `${words[1]} ${words[2]}`,
    region,
    ...(identity === undefined ? {} : { identity }),
  };
}

function shellWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) return undefined;
      word = (word ?? '') + text.slice(at + 1, end);
      at = end;
    } else if (character === '\\') {
      at += 1;
      if (at >= text.length) return undefined;
      word = (word ?? '') + text[at];
    } else if (character === ' ') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (/[^\w@%+=:,./-]/.test(character)) {
      return undefined;
    } else {
      word = (word ?? '') + character;
    }
  }
  return word === undefined ? words : [...words, word];
}

function optionOf(words: readonly string[], option: string): string | undefined {
  const at = words.indexOf(option);
  return at < 0 ? undefined : words[at + 1];
}

/** What the command sets: two commands with the same place and different words contradict each other. */
export function commandPlace(accountId: string, { operation, region, identity }: AwsCommand): string {
  return JSON.stringify([accountId, region, operation, identity ?? '']);
}

export function commandOrder({ operation }: AwsCommand): number {
  return ORDER.indexOf(operation);
}

export function beginsSomething({ operation }: AwsCommand): boolean {
  return BEGINS.includes(operation);
}

/** The account whose credentials the command needs; undefined where nobody says. */
export function accountOf(subject: Subject, account: string | undefined): string | undefined {
  return account ?? ('accountId' in subject ? subject.accountId : undefined);
}

/** How to see that the command worked: a read-only command, and what it has to print. */
export function checkOf({ operation, region, identity, words }: AwsCommand): string[] {
  const domain = optionOf(words, '--email-identity') ?? identity;
  if (domain === undefined) return [];
  const [query, expected] = queryOf(operation);
  if (query === undefined) return [];
  const name = /^[\w@%+=:,./-]+$/.test(domain) ? domain : `'${domain.replace(/'/g, `'\\''`)}'`;
  return [
    `aws sesv2 get-email-identity --email-identity ${name} --query ${query} --region ${region}  (expected: ${expected})`,
  ];
}

function queryOf(operation: string): [query: string | undefined, expected: string] {
  switch (operation) {
    case 'sesv2 put-email-identity-dkim-attributes':
      return ['DkimAttributes.SigningEnabled', 'true'];
    case 'ses verify-domain-dkim':
      return ['DkimAttributes.Status', '"SUCCESS", within 72 hours'];
    case 'sesv2 put-email-identity-dkim-signing-attributes':
      return ['DkimAttributes', 'tokens; their CNAMEs are in the plan after the next scan'];
    case 'sesv2 put-email-identity-mail-from-attributes':
      return ['MailFromAttributes.MailFromDomainStatus', '"SUCCESS", within 72 hours'];
    case 'sesv2 create-email-identity':
      return ['DkimAttributes.Tokens', 'three tokens; their CNAMEs are in the plan after the next scan'];
    case 'ses verify-email-identity':
      return ['VerificationStatus', '"SUCCESS", once the link in the mail was followed'];
    default:
      return [undefined, 'nothing to see'];
  }
}
