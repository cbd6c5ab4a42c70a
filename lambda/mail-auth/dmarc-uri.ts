/** DMARC report URIs: RFC 9989 section 4.8 `dmarc-urilist`, RFC 3986 syntax, RFC 6068 `mailto:`. */
import { excerpt, toAsciiName } from './names.ts';
import type { DmarcProblem, DmarcRecordProblemCode, ProblemSeverity, ReportUri } from './dmarc-types.ts';

/** More entries than any record of a TXT's usual size holds; the rest is not looked at. */
const MAX_URIS = 100;

const SIZE_LIMIT = /!([0-9]{1,20}[kmgt]?)$/i;
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
/** `pchar`, `/` and `?` of RFC 3986 section 3.3 and 3.4: what path, query and fragment are made of. */
const URI_CHARACTERS = /^(?:[a-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*$/i;
const REG_NAME = /^(?:[a-z0-9\-._~!$&'()*+,;=]|%[0-9a-f]{2})*$/i;
const IP_LITERAL = /^\[[0-9a-fv:.]{2,80}\]$/i;
const PORT = /^[0-9]*$/;
const LOCAL_PART = /^[^\s@,\u0000-\u001f\u007f]{1,64}$/u;
/** A host of one label is no mail destination on the public Internet. */
const MAIL_HOST = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/;

export interface UriList {
  uris: ReportUri[];
  problems: DmarcProblem[];
}

/**
 * Reads the value of `rua` or `ruf`.
 *
 * @param tag for the problems' sentences
 * @returns every entry, valid or not, and what is wrong with each. Commas inside a URI must be percent-encoded.
 */
export function parseReportUris(tag: 'rua' | 'ruf', value: string): UriList {
  const uris: ReportUri[] = [];
  const problems = new UriProblems(tag);
  for (const piece of value.split(',', MAX_URIS)) {
    const raw = piece.trim();
    if (raw === '') {
      problems.report('URI_EMPTY', 'info', `${tag} has an empty entry between its commas.`);
      continue;
    }
    const uri = parseReportUri(raw);
    if (uris.some((other) => other.uri === uri.uri)) {
      problems.report('URI_DUPLICATE', 'info', `${tag} names ${excerpt(uri.uri)} twice.`);
    }
    uris.push(uri);
    reportUriProblems(tag, uri, problems);
  }
  return { uris, problems: problems.list };
}

class UriProblems {
  readonly list: DmarcProblem[] = [];
  private readonly tag: string;

  constructor(tag: string) {
    this.tag = tag;
  }

  report(code: DmarcRecordProblemCode, severity: ProblemSeverity, message: string): void {
    this.list.push({ code, severity, message, tag: this.tag });
  }
}

/** Reads one report URI. The obsolete `!size` (RFC 7489 section 6.2) is cut off, as RFC 9989 has it ignored. */
export function parseReportUri(raw: string): ReportUri {
  const sizeLimit = raw.includes('!') ? SIZE_LIMIT.exec(raw)?.[1] : undefined;
  const uri = sizeLimit === undefined ? raw : raw.slice(0, raw.length - sizeLimit.length - 1);
  const read: ReportUri = { raw, uri, valid: false, deliverable: false };
  if (sizeLimit !== undefined) read.sizeLimit = sizeLimit;
  const scheme = SCHEME.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined) return read;
  const rest = uri.slice(scheme.length + 1);
  if (!isUri(rest)) return read;
  read.valid = true;
  read.scheme = scheme;
  if (scheme === 'mailto') {
    readMailtoAddress(rest, read);
  } else {
    const host = hostOfAuthority(rest);
    if (host !== undefined) read.host = host;
  }
  return read;
}

/** RFC 3986 section 3, what follows the scheme: `hier-part [ "?" query ] [ "#" fragment ]`. */
function isUri(rest: string): boolean {
  const hash = rest.indexOf('#');
  const fragment = hash < 0 ? '' : rest.slice(hash + 1);
  const beforeFragment = hash < 0 ? rest : rest.slice(0, hash);
  if (!URI_CHARACTERS.test(fragment)) return false;
  if (!beforeFragment.startsWith('//')) return URI_CHARACTERS.test(beforeFragment);
  const authority = authorityOf(beforeFragment);
  return isAuthority(authority) && URI_CHARACTERS.test(beforeFragment.slice(2 + authority.length));
}

/** What stands between `//` and the next `/` or `?`. */
function authorityOf(rest: string): string {
  const end = rest.slice(2).search(/[/?#]/);
  return end < 0 ? rest.slice(2) : rest.slice(2, 2 + end);
}

function isAuthority(authority: string): boolean {
  const { userinfo, host, port } = splitAuthority(authority);
  return URI_CHARACTERS.test(userinfo) && (REG_NAME.test(host) || IP_LITERAL.test(host)) && PORT.test(port);
}

function splitAuthority(authority: string): { userinfo: string; host: string; port: string } {
  const at = authority.indexOf('@');
  const hostAndPort = authority.slice(at + 1);
  const colon = hostAndPort.lastIndexOf(':');
  const hasPort = colon > hostAndPort.lastIndexOf(']');
  return {
    userinfo: at < 0 ? '' : authority.slice(0, at),
    host: hasPort ? hostAndPort.slice(0, colon) : hostAndPort,
    port: hasPort ? hostAndPort.slice(colon + 1) : '',
  };
}

function hostOfAuthority(rest: string): string | undefined {
  return rest.startsWith('//') ? toAsciiName(splitAuthority(authorityOf(rest)).host) : undefined;
}

/** RFC 6068: the address is the percent-decoded part before `?`. One that nobody could deliver to has no address. */
function readMailtoAddress(rest: string, read: ReportUri): void {
  const end = rest.search(/[?#]/);
  const to = decodePercent(end < 0 ? rest : rest.slice(0, end));
  const at = to.lastIndexOf('@');
  const local = to.slice(0, Math.max(at, 0));
  // `mailto://d@example.com` is a slip for `mailto:d@...`, though "//d" may be a local part.
  if (!LOCAL_PART.test(local) || local.startsWith('//')) return;
  const host = toAsciiName(to.slice(at + 1));
  if (host === undefined || !MAIL_HOST.test(host)) return;
  read.address = `${local}@${host}`;
  read.host = host;
  read.deliverable = true;
}

function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function reportUriProblems(tag: 'rua' | 'ruf', uri: ReportUri, problems: UriProblems): void {
  if (uri.deliverable && !uri.raw.includes('!')) return;
  const shown = excerpt(uri.raw);
  if (!uri.valid) {
    const hasScheme = SCHEME.test(uri.uri);
    const message = hasScheme
      ? 'is no URI by RFC 3986; receivers ignore it.'
      : 'has no scheme: write mailto: before an address.';
    const code = hasScheme ? 'URI_INVALID' : 'URI_NO_SCHEME';
    problems.report(code, 'warning', `${tag} entry "${shown}" ${message}`);
    return;
  }
  if (uri.scheme !== 'mailto') {
    const message = `${tag} entry "${shown}": receivers must know mailto: only.`;
    problems.report('URI_UNSUPPORTED_SCHEME', 'warning', message);
  } else if (!uri.deliverable) {
    const message = `${tag} entry "${shown}" holds no address to send a report to.`;
    problems.report('URI_UNDELIVERABLE', 'warning', message);
  }
  if (uri.sizeLimit !== undefined) {
    const message = `${tag} entry "${shown}": the size limit is obsolete and ignored.`;
    problems.report('URI_SIZE_LIMIT', 'info', message);
  }
  if (uri.uri.includes('!')) {
    const message = `${tag} entry "${shown}": "!" must be written as %21 (RFC 9989 section 4.8).`;
    problems.report('URI_UNENCODED', 'info', message);
  }
}
