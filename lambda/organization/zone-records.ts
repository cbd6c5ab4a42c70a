/** Which record sets of a Route 53 zone are Amazon SES's: DKIM CNAMEs, the MX of a MAIL FROM domain, its SPF record. */
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { ZoneRecord } from '../facts/types.ts';
import { fitsDns } from '../mail-auth/names.ts';

/** `<token>._domainkey.<domain>`: RFC 6376 section 3.6.2.1; SES's tokens are one label. */
const DKIM_NAME = /^[a-z0-9-]{1,63}\._domainkey\.([a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+)$/;
/** `<token>.dkim.amazonses.com`, in newer Regions `<token>[.<zone>].dkim.<region>.amazonses.com`. */
const DKIM_TARGET = /^(?:[a-z0-9-]{1,63}\.){1,3}dkim\.(?:[a-z0-9-]{1,63}\.)?amazonses\.com$/;
const FEEDBACK_MX = /^\d{1,5} feedback-smtp\.[a-z0-9-]{1,63}\.amazonses\.com$/;
const PLAIN_NAME = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+$/;
const MAX_TEXT = 4_000;

/** Cheap, for thinning out pages: types and policies that can hold a record of SES. */
export function mayBeSes({ Type, ResourceRecords }: ResourceRecordSet): boolean {
  if (Type !== 'CNAME' && Type !== 'MX' && Type !== 'TXT') return false;
  return (ResourceRecords ?? []).some(({ Value }) => {
    const text = (Value ?? '').slice(0, MAX_TEXT).toLowerCase();
    return text.includes('amazonses.com') && (Type !== 'TXT' || text.startsWith('"v=spf1'));
  });
}

/** Those of one zone. SPF counts only where SES's MX stands at the same name: elsewhere it is a From domain's own. */
export function sesRecords(
  zoneAccount: string,
  zoneId: string,
  sets: readonly ResourceRecordSet[],
): ZoneRecord[] {
  const records = sets.flatMap((set) => recordsOf(set).map((record) => ({ zoneAccount, zoneId, ...record })));
  const mailFrom = new Set(records.filter(({ type }) => type === 'MX').map(({ name }) => name));
  return records.filter(({ type, name }) => type !== 'TXT' || mailFrom.has(name));
}

/** The domain that a record speaks of: whose DKIM it is, or the MAIL FROM domain itself. */
export function domainOfRecord({ type, name }: Pick<ZoneRecord, 'type' | 'name'>): string {
  return (type === 'CNAME' ? DKIM_NAME.exec(name)?.[1] : undefined) ?? name;
}

type Found = Omit<ZoneRecord, 'zoneAccount' | 'zoneId' | 'unseen'>;

function recordsOf(set: ResourceRecordSet): Found[] {
  const name = bare(set.Name ?? '');
  const type = set.Type;
  if ((type !== 'CNAME' && type !== 'MX' && type !== 'TXT') || !PLAIN_NAME.test(name) || !fitsDns(name))
    return [];
  const values = (set.ResourceRecords ?? []).flatMap(({ Value }) => Value ?? []);
  const alone = values.length === 1 && set.SetIdentifier === undefined;
  return values.flatMap((raw): Found[] => {
    const value = type === 'TXT' ? textOf(raw) : bare(raw);
    if (value === undefined || !isSes(name, type, value)) return [];
    return [{ name, type, value, alone, ...(set.TTL === undefined ? {} : { ttl: set.TTL }) }];
  });
}

function isSes(name: string, type: ZoneRecord['type'], value: string): boolean {
  if (type === 'CNAME') return DKIM_NAME.test(name) && DKIM_TARGET.test(value);
  if (type === 'MX') return FEEDBACK_MX.test(value);
  return /^v=spf1(?: |$)/i.test(value) && /amazonses\.com/i.test(value);
}

/** Names compare without case and without the dot at their end. */
function bare(text: string): string {
  return text.slice(0, 300).toLowerCase().replace(/\.$/, '');
}

/**
 * The text of quoted strings with escapes, joined without a blank (RFC 7208 section 3.3); undefined where it is too long or
 * something else.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#TXTFormat
 */
function textOf(raw: string): string | undefined {
  if (raw.length > MAX_TEXT) return undefined;
  const strings = raw.match(/"(?:[^"\\]|\\[0-3][0-7]{2}|\\.)*"/g);
  const joined = strings?.map((one) => one.slice(1, -1)).join('');
  return joined?.replace(/\\([0-3][0-7]{2}|.)/g, (_, escaped: string) =>
    escaped.length === 3 ? String.fromCharCode(Number.parseInt(escaped, 8)) : escaped,
  );
}
