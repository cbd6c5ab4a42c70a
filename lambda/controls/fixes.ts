/**
 * What to do about a finding: exact records and commands, within docs/judgement.md, "What a fix may hold": they add
 * records, or change those that only SES uses (MAIL FROM names, DKIM tokens). They touch no SPF of a From domain, raise
 * no DMARC policy and add no null MX.
 */
import { getDomain } from 'tldts';
import type { DnsFact, SesIdentity } from '../facts/types.ts';
import { parseDmarcRecord } from '../mail-auth/dmarc-record.ts';
import { parseSpfRecord } from '../mail-auth/spf-parse.ts';
import type { TokenView } from './dkim-tokens.ts';
import { feedbackHost } from './mail-from.ts';
import type { DnsRecordToPublish, Finding, Fix } from './types.ts';

interface Target {
  accountId: string;
  region: string;
}

/** SPF of a MAIL FROM domain as the Amazon SES developer guide gives it. */
export const SES_SPF = 'v=spf1 include:amazonses.com ~all';

export function txt(name: string, value: string): DnsRecordToPublish {
  return { name, type: 'TXT', value };
}

export function mxRecord(name: string, region: string): DnsRecordToPublish {
  return { name, type: 'MX', value: `10 ${feedbackHost(region)}` };
}

/** The CNAME of each token; tokens without a known target are left out. */
export function dkimCnames(tokens: readonly TokenView[]): DnsRecordToPublish[] {
  return tokens.flatMap(({ name, expected }) =>
    expected === undefined ? [] : [{ name, type: 'CNAME', value: expected }],
  );
}

/** The CNAMEs of an identity's own tokens where nobody looked at their names: another identity's are in effect. */
export function tokenCnames({ domain, dkim }: Pick<SesIdentity, 'domain' | 'dkim'>): DnsRecordToPublish[] {
  return dkim.tokens.map((token) => ({
    name: `${token.toLowerCase()}._domainkey.${domain}`,
    type: 'CNAME',
    value: `${token.toLowerCase()}.${dkim.hostedZone}`,
  }));
}

/** Of those only the ones that DNS does not show as they have to be. */
export function missingCnames(tokens: readonly TokenView[]): DnsRecordToPublish[] {
  return dkimCnames(tokens.filter(({ state }) => state !== 'EXPECTED'));
}

/** What stands at the tokens' names now and has to give way. */
export function dkimStrays(tokens: readonly TokenView[]): DnsRecordToPublish[] {
  return tokens.flatMap(({ name, record }): DnsRecordToPublish[] => {
    const target =
      record?.cnameTarget ?? (record && 'aliases' in record.txt ? record.txt.aliases[0] : undefined);
    // The TXT at the end of an alias is not the name's own.
    if (target !== undefined) return [{ name, type: 'CNAME', value: target }];
    return record?.txt.kind === 'found' ? record.txt.records.map((value) => txt(name, value)) : [];
  });
}

/** A command of AWS CLI version 2 for one target; arguments that need it are quoted for a POSIX shell. */
export function awsCommand(target: Target, ...words: string[]): string {
  return ['aws', ...words.map(quoted), '--region', target.region].join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}

/** The fix with the command and, in its text, the account whose credentials it needs. */
export function commandFix(
  target: Target,
  text: string,
  words: string[],
  more: Omit<Fix, 'text' | 'command'> = {},
): Fix {
  return {
    text: `${text} Run the command with credentials of account ${target.accountId}.`,
    ...more,
    command: awsCommand(target, ...words),
    account: target.accountId,
  };
}

/** Where another finding's subject is mended: its own fix says how. */
export function seeThere({ controlId, subject }: NonNullable<Finding['cause']>): Fix {
  const name = 'name' in subject ? subject.name : '';
  return { text: `Mend DKIM of the domain identity ${name} as ${controlId} there says.` };
}

/** After FAILED, SES looks again only when asked to: v1 VerifyDomainDkim begins DKIM verification and prints the tokens. */
export function restartDkim(domain: string): string[] {
  return ['ses', 'verify-domain-dkim', '--domain', domain];
}

/** Begins Easy DKIM with a key of 2048 bits, or makes SES create new keys. */
export function startEasyDkim(domain: string): string[] {
  return [
    'sesv2',
    'put-email-identity-dkim-signing-attributes',
    '--email-identity',
    domain,
    '--signing-attributes-origin',
    'AWS_SES',
    '--signing-attributes',
    'NextSigningKeyLength=RSA_2048_BIT',
  ];
}

/** Sets the MAIL FROM domain (again): SES then looks for its MX anew. */
export function putMailFrom(identity: string, mailFromDomain: string, behavior: string): string[] {
  return [
    'sesv2',
    'put-email-identity-mail-from-attributes',
    '--email-identity',
    identity,
    '--mail-from-domain',
    mailFromDomain,
    '--behavior-on-mx-failure',
    behavior,
  ];
}

/**
 * A MAIL FROM to begin with: a name of its own in each Region, because its MX names the Region; a plain "bounce" may be
 * another sender's already.
 *
 * @param taken the name that has to be left
 */
export function newMailFromName(domain: string, region: string, taken?: string): string {
  const name = `bounce-${region}.${domain}`;
  return name === taken ? `mailfrom-${region}.${domain}` : name;
}

/**
 * `keep` of a fix: what else stands at `name`. Whoever writes the whole record set of the name must not lose it.
 *
 * @param others records of the name that the fix publishes or removes
 */
export function keptTxt(
  name: string,
  txtFact: DnsFact<string>,
  ...others: (readonly DnsRecordToPublish[] | undefined)[]
): { keep?: DnsRecordToPublish[] } {
  if (txtFact.kind === 'unknown') return {};
  // What stands at the end of an alias is another name's.
  const there = txtFact.kind === 'found' && txtFact.aliases.length === 0 ? txtFact.records : [];
  const named = new Set(others.flatMap((records) => records?.map(({ value }) => value) ?? []));
  return { keep: there.filter((value) => !named.has(value)).map((value) => txt(name, value)) };
}

/**
 * One SPF record that says what all of `records` say and lets SES send: their terms once each, SES's include first, so
 * that nothing before it can decide, and one `all` at the end. A term that is none (RFC 7208 section 4.6: it makes the whole
 * record a permanent error, so nothing in it works today) is left out.
 *
 * @param own terms that stand right behind SES's include, so that nothing decides before them
 */
export function mergedSpf(records: readonly string[], own: readonly string[] = []): string {
  const terms = records
    .flatMap((record) =>
      bareText(record)
        .split(/[ \t]+/)
        .slice(1),
    )
    .filter((term) => term !== '');
  const alls = terms.filter(isAll);
  const others = terms
    .filter((term) => !isAll(term))
    .map((term) => term.replace(/^redirect=/i, 'include:'))
    .filter((term) => !/^[-+~?]?include:amazonses\.com\.?$/i.test(term))
    .filter((term) => parseSpfRecord(`v=spf1 ${term}`).valid);
  const strictest = alls.length > 0 && alls.every((all) => all.startsWith('-')) ? '-all' : '~all';
  return ['v=spf1', 'include:amazonses.com', ...new Set([...own, ...others]), strictest].join(' ');
}

function isAll(term: string): boolean {
  return /^[-+~?]?all$/i.test(term);
}

/** Without the quotes and blanks that made a near miss of it. */
function bareText(record: string): string {
  return record.replace(/["'`\u2018-\u201f]/g, '').trim();
}

/**
 * The record that begins DMARC: it asks for reports and enforces nothing. RFC 9989 section 5.1.6: a policy is raised
 * when the streams are in order.
 *
 * @param meant texts that receivers ignore and the record replaces: without a `reportMailbox` their report addresses stay
 */
export function startingDmarc(
  domain: string,
  reportMailbox: string | undefined,
  meant: readonly string[] = [],
): DnsRecordToPublish {
  const addresses = reportMailbox ? [`mailto:${reportMailbox}`] : reportAddresses(meant);
  const reports = addresses.length > 0 ? `; rua=${addresses.join(',')}` : '';
  return txt(`_dmarc.${domain}`, `v=DMARC1; p=none${reports}`);
}

/** The deliverable addresses that the texts' `rua` names, at most two: receivers need not heed more (RFC 9990 section 4). */
function reportAddresses(texts: readonly string[]): string[] {
  const named = texts.flatMap((text) => {
    const tags = text.replace(/["'`\u2018-\u201f]/g, '').replace(/^[^;]*;?/, 'v=DMARC1;');
    return parseDmarcRecord(tags).uris.rua;
  });
  return [...new Set(named.filter(({ deliverable }) => deliverable).map(({ uri }) => uri))].slice(0, 2);
}

/** Where a first DMARC record belongs: the registrable name, because no record yet says otherwise. */
export function registrableDomain(domain: string): string {
  return getDomain(domain, { allowPrivateDomains: true }) ?? domain;
}
