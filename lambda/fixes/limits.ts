/**
 * What a plan may hold: it only adds records, or changes records that only SES uses (docs/judgement.md, "What a fix may
 * hold"). The controls keep to that; the plan holds every fix against it once more, whoever wrote it.
 */
import type { DnsRecordToPublish, Fix } from '../controls/types.ts';
import { findDmarcNearMisses } from '../mail-auth/dmarc-near-miss.ts';
import { isDmarcRecord, parseDmarcRecord } from '../mail-auth/dmarc-record.ts';
import { isPlannable, parseCommand } from './commands.ts';
import { canonicalName, canonicalValue } from './names.ts';
import type { OpenFinding, PlanInput } from './types.ts';

/** Why a fix is advice, as the sentence that says which evidence to gather first. */
export const FIRST = {
  nothingToApply: 'It takes a decision or a value that only you have.',
  beyondDomain:
    'It is a setting of the account or Region, which other domains share: see who else sends there before you change it.',
  notShown:
    'Some of its records are too many, too long or not printable: read them with dig and change them by hand.',
  fromDomainSpf:
    'SPF of a From domain is never in the plan: list everybody who sends with it as envelope sender first (DMARC aggregate reports of some weeks, mail server logs, contracts), because what the record leaves out fails.',
  policy:
    'A policy that receivers act on is never raised by the plan: read the aggregate reports until every stream of the domain aligns, then raise it one level at a time (RFC 9989 section 5.1.6).',
  dmarcInForce:
    'The DMARC record in force is used by more than SES: change it by hand, and watch the aggregate reports after it.',
  othersRecord:
    'The record is not one that only SES uses: find out who relies on it (query logs, the zone’s owner) before you change it.',
  senders:
    'A term of the SPF record would go, and it may stand for somebody who sends with the name: find out who that is (DMARC aggregate reports of some weeks, mail server logs) before you drop it.',
  otherMail:
    'An MX that is not of SES would go: whoever put it there may receive or send with the name. Ask first, or give SES a MAIL FROM name of its own.',
  removal:
    'Nothing replaces what would be removed: make sure that nobody uses it any more (query logs of the zone, sending statistics, every account and Region) before you remove it.',
  nullMx:
    'A null MX stops all mail to the name: make sure that it neither receives nor sends (query logs of the zone, DMARC reports) first.',
  deletion:
    'A deletion cannot be taken back: make sure that nobody sends with it any more (sending statistics, CloudTrail) first.',
  otherCommand:
    'The command wants a value of yours, or reaches beyond the identity: read it, and what it names, before you run it.',
  partOfIt:
    'The command is a part of it, or a way round it: do first what the findings of the identities named say, then look again.',
} as const;

/**
 * @returns why the finding's fix is advice only; undefined where all of it may be in a plan
 */
export function beyondLimits(one: OpenFinding, input: Pick<PlanInput, 'fromDomains'>): string | undefined {
  const { subject, finding } = one;
  const { fix } = finding;
  const records = [...(fix?.publish ?? []), ...(fix?.remove ?? []), ...(fix?.keep ?? [])];
  if (subject.kind === 'target' || subject.kind === 'account') return FIRST.beyondDomain;
  if (fix?.incomplete || records.some(({ inexact }) => inexact)) return FIRST.notShown;
  if (fix === undefined || ((fix.publish ?? []).length === 0 && noRemoval(fix) && fix.command === undefined))
    return /^DMARC-05/.test(finding.key) ? FIRST.policy : FIRST.nothingToApply;
  return beyondLimitsOfCommand(fix, one) ?? beyondLimitsOfRecords(fix, input);
}

function noRemoval(fix: Fix): boolean {
  return (fix.remove ?? []).length === 0;
}

/**
 * Their command mends one of several aspects (IDENT-04), or lets mail leave while the fault stays (MF-07). What a domain
 * subject's command mends is one of several targets.
 */
const PARTS: readonly string[] = ['IDENT-04', 'MF-07'];
/** Where they follow from another finding, that one's fix does, and theirs is a way round it. */
const WAYS_ROUND: readonly string[] = ['MF-06'];

function beyondLimitsOfCommand(fix: Fix, { subject, finding }: OpenFinding): string | undefined {
  if (fix.command === undefined) return undefined;
  const command = parseCommand(fix.command);
  if (command !== undefined && / (?:delete|remove|terminate)-/.test(command.operation)) return FIRST.deletion;
  const wayRound = finding.cause !== undefined && WAYS_ROUND.includes(finding.controlId);
  if (subject.kind === 'domain' || PARTS.includes(finding.controlId) || wayRound) return FIRST.partOfIt;
  return command !== undefined && isPlannable(command) ? undefined : FIRST.otherCommand;
}

function beyondLimitsOfRecords(
  fix: Fix,
  { fromDomains }: Pick<PlanInput, 'fromDomains'>,
): string | undefined {
  const from = new Set(fromDomains.map(canonicalName));
  for (const name of new Set(
    [...(fix.publish ?? []), ...(fix.remove ?? [])].map((one) => canonicalName(one.name)),
  )) {
    const at = (records: DnsRecordToPublish[] | undefined): DnsRecordToPublish[] =>
      (records ?? []).filter((one) => canonicalName(one.name) === name);
    const [publish, remove, keep] = [at(fix.publish), at(fix.remove), at(fix.keep)];
    const because = name.startsWith('_dmarc.')
      ? beyondDmarc(publish, remove, keep)
      : from.has(name) && publish.some(isSpf)
        ? FIRST.fromDomainSpf
        : beyondSes({ name, publish, remove, fix, fromDomains: from });
    if (because !== undefined) return because;
  }
  return undefined;
}

/** Only what enforces nothing is published, and only where no record is in force that it would change. */
function beyondDmarc(
  publish: DnsRecordToPublish[],
  remove: DnsRecordToPublish[],
  keep: DnsRecordToPublish[],
): string | undefined {
  if ([...publish, ...remove].some(({ type }) => type !== 'TXT')) return FIRST.othersRecord;
  // A text of another purpose is somebody's, and nothing takes its place.
  const meant = ({ value }: DnsRecordToPublish): boolean =>
    isDmarcRecord(value) || findDmarcNearMisses([value]).length > 0;
  if (!remove.every(meant)) return FIRST.removal;
  // Then the record above would apply, which may enforce what nobody decided.
  if (publish.length === 0 && remove.some(({ value }) => isDmarcRecord(value))) return FIRST.policy;
  const now = [...remove, ...keep].map(({ value }) => value);
  const there = [...now, ...publish.map(({ value }) => value).filter((value) => now.includes(value))];
  const records = [...there.filter(isDmarcRecord)];
  const [only, ...more] = records;
  // Several are discarded by receivers, and one without a usable policy or report address is not processed.
  const inForce = only !== undefined && more.length === 0 && processed(only);
  if (inForce) return FIRST.dmarcInForce;
  return publish.every(({ value }) => enforcesNothing(value)) ? undefined : FIRST.policy;
}

function processed(record: string): boolean {
  return parseDmarcRecord(record).effect.kind !== 'not-processed';
}

function enforcesNothing(record: string): boolean {
  const { isDmarc, tags } = parseDmarcRecord(record);
  const weak = [tags.p, tags.sp, tags.np].every((policy) => (policy ?? 'none') === 'none');
  return isDmarc && weak && tags.psd === 'u';
}

/** Names that only SES uses: DKIM tokens, custom MAIL FROM domains, tracking domains. */
function beyondSes({
  name,
  publish,
  remove,
  fix,
  fromDomains,
}: {
  name: string;
  publish: DnsRecordToPublish[];
  remove: DnsRecordToPublish[];
  fix: Fix;
  fromDomains: ReadonlySet<string>;
}): string | undefined {
  if (publish.some(({ type, value }) => type === 'MX' && /^\d+ \.?$/.test(value.trim()))) return FIRST.nullMx;
  if (dropsTerm(publish, remove)) return FIRST.senders;
  if (remove.some(isForeignMx)) return FIRST.otherMail;
  if (publish.length === 0)
    return remove.every((record) => isMisplaced(record, fix)) ? undefined : FIRST.removal;
  if (!publish.every((record) => isOfSes(record))) return FIRST.othersRecord;
  if (fromDomains.has(name)) return FIRST.othersRecord;
  return undefined;
}

/** A plan adds SES to an SPF record and merges several; it never leaves out a term, whatever the term is worth. */
function dropsTerm(publish: readonly DnsRecordToPublish[], remove: readonly DnsRecordToPublish[]): boolean {
  const kept = new Set(publish.filter(isSpf).flatMap(termsOf));
  return (
    kept.size > 0 &&
    remove
      .filter(isSpf)
      .flatMap(termsOf)
      .some((term) => !kept.has(term))
  );
}

/** Without the version and `all`, whose softening lets more mail pass; a redirect is kept as the include it becomes. */
function termsOf({ value }: DnsRecordToPublish): string[] {
  return value
    .toLowerCase()
    .split(/[ \t]+/)
    .slice(1)
    .map((term) => term.replace(/^\+/, '').replace(/^redirect=/, 'include:'))
    .filter((term) => term !== '' && !/^[-~?]?all$/.test(term));
}

/** Neither SES's own nor a slip of the pen for it (`amazonaws.com`, a doubled zone), nor the null MX. */
function isForeignMx({ type, value }: DnsRecordToPublish): boolean {
  return type === 'MX' && !/amazon|feedback-smtp/i.test(value) && !/^\d{1,5} \.?$/.test(value.trim());
}

/** The record that the fix publishes at its right name, put under a wrong one by mistake (DKIM-07). */
function isMisplaced(record: DnsRecordToPublish, fix: Fix): boolean {
  const value = canonicalValue(record.type, record.value);
  return (fix.publish ?? []).some((right) => {
    const wanted = canonicalValue(right.type, right.value);
    const token = wanted.split('.')[0] ?? '';
    return record.type === 'CNAME' && right.type === 'CNAME' && value.split('.')[0] === token;
  });
}

const FEEDBACK_HOST = /^\d{1,5} feedback-smtp\.[a-z0-9-]{1,40}\.amazonses\.com$/;

function isOfSes(record: DnsRecordToPublish): boolean {
  const value = canonicalValue(record.type, record.value);
  switch (record.type) {
    case 'CNAME':
      return canonicalName(record.name).includes('._domainkey.')
        ? /\.amazonses\.com$/.test(value)
        : /\.awstrack\.me$/.test(value);
    case 'MX':
      return FEEDBACK_HOST.test(value);
    case 'TXT':
      // A MAIL FROM domain's: what is no From domain and includes SES.
      return isSpf(record) && /(?:^| )\+?include:amazonses\.com(?: |$)/i.test(record.value);
    case 'A':
    case 'AAAA':
      return false;
  }
}

function isSpf({ type, value }: DnsRecordToPublish): boolean {
  return type === 'TXT' && /^v=spf1(?: |$)/i.test(value);
}
