/**
 * The vocabulary of DANG-01..03: records of SES in the organization's Route 53 zones, whose they are, and what to do with
 * one that is nobody's. Nothing is deleted by a plan (docs/judgement.md, "What a fix may hold"): the exact record, the
 * change, and what to look at first are advice.
 */
import type { DomainFacts, IdentitySummary, ZoneRecord } from '../facts/types.ts';
import { inOrder } from './across-targets.ts';
import { freemailProvider } from './freemail.ts';
import { outOfSightCause, outOfSightWords } from './out-of-sight.ts';
import { permitted, permittedReasons, type PermittedReason } from './permitted.ts';
import { listed, say, type ControlData } from './say.ts';
import type { Cause } from './subjects.ts';
import type { Finding, Fix, Json, JudgeContext, ReasonSpec } from './types.ts';

export type ZoneScopeReason =
  | 'NO_ZONE_RECORD'
  | 'FREEMAIL_DOMAIN'
  | 'ZONE_UNREAD'
  | 'COVERAGE_INCOMPLETE'
  | 'IDENTITIES_UNREAD'
  | PermittedReason;

/** Spread into the reasons of DANG-*. */
export const zoneScopeReasons: Record<ZoneScopeReason, ReasonSpec> = {
  ...permittedReasons,
  NO_ZONE_RECORD: {
    statuses: ['NOT_APPLICABLE'],
    means: 'The hosted zones that were read hold no such record for the domain.',
  },
  FREEMAIL_DOMAIN: {
    statuses: ['NOT_APPLICABLE'],
    means: 'The settings call the domain a mailbox provider’s, so its identities are not compared.',
  },
  ZONE_UNREAD: {
    statuses: ['UNKNOWN'],
    means:
      'An earlier scan saw the record; in this one Route 53 did not give the account’s zones, or not to their end.',
  },
  COVERAGE_INCOMPLETE: {
    statuses: ['UNKNOWN'],
    means:
      'An account or Region was not seen (SCAN-01, SCAN-02), which may hold the zone of the name or the identity that needs the record.',
  },
  IDENTITIES_UNREAD: {
    statuses: ['UNKNOWN'],
    means: 'Of some identity that uses the domain nothing is stored yet that could be compared.',
  },
};

/** The domain's records of the type, or the finding that there are none to judge. */
export function zoneScope<Reason extends string>(
  control: ControlData<Reason | ZoneScopeReason>,
  facts: DomainFacts,
  context: JudgeContext,
  type: ZoneRecord['type'],
): { records: ZoneRecord[]; all: ZoneRecord[] } | { finding: Finding<Reason | ZoneScopeReason> } {
  type All = Reason | ZoneScopeReason;
  const { name, zoneRecords } = facts;
  if (zoneRecords?.kind === 'outOfSight') {
    const { outOfSight } = zoneRecords;
    const summary = `Not judged: ${outOfSightWords(outOfSight)}, and the hosted zone of ${name} may be there`;
    const cause = outOfSightCause(outOfSight);
    return {
      finding: say<All>(control, { status: 'UNKNOWN', reason: 'COVERAGE_INCOMPLETE', summary, ...cause }),
    };
  }
  const read = permitted<ZoneRecord[], All>(control, zoneRecords, 'the hosted zones');
  if ('finding' in read) return read;
  const records = read.seen.filter((record) => record.type === type);
  if (records.length === 0) {
    const what = type === 'CNAME' ? 'DKIM CNAME' : type;
    const summary = `The hosted zones that were read hold no ${what} of SES for ${name}`;
    return { finding: say<All>(control, { status: 'NOT_APPLICABLE', reason: 'NO_ZONE_RECORD', summary }) };
  }
  if (freemailProvider(name, context.settings.freemailDomains)) {
    const summary = `The settings call ${name} a mailbox provider's`;
    return { finding: say<All>(control, { status: 'NOT_APPLICABLE', reason: 'FREEMAIL_DOMAIN', summary }) };
  }
  return { records, all: read.seen };
}

/** Those that this scan read; the finding where none of them is. */
export function readNow<Reason extends string>(
  control: ControlData<Reason | ZoneScopeReason>,
  records: readonly ZoneRecord[],
  subKey?: string,
): { current: ZoneRecord[] } | { finding: Finding<Reason | ZoneScopeReason> } {
  const current = records.filter(({ unseen }) => unseen === undefined);
  const [first] = records;
  if (current.length > 0 || first === undefined) return { current };
  const keyed = subKey === undefined ? {} : { subKey };
  const rows = zoneRows(records);
  const { unseen } = first;
  const held = `the hosted zone that held the ${first.type} at ${first.name}`;
  if (unseen && 'outOfSight' in unseen) {
    const { outOfSight } = unseen;
    const finding = say<Reason | ZoneScopeReason>(control, {
      status: 'UNKNOWN',
      reason: 'COVERAGE_INCOMPLETE',
      summary: `Not judged: ${outOfSightWords(outOfSight)}, and with it ${held}`,
      evidence: { records: rows },
      ...outOfSightCause(outOfSight),
      ...keyed,
    });
    return { finding };
  }
  const finding = say<Reason | ZoneScopeReason>(control, {
    status: 'UNKNOWN',
    reason: 'ZONE_UNREAD',
    summary: `Not judged: ${held} could not be read in this scan`,
    evidence: { records: rows, because: unseen?.because, detail: unseen?.detail },
    ...keyed,
  });
  return { finding };
}

export interface UnprovenAbsence {
  reason: 'COVERAGE_INCOMPLETE' | 'IDENTITIES_UNREAD';
  because: string;
  cause?: Cause;
}

/** Why that no identity was seen to need a record proves nothing; undefined where it proves that none does. */
export function unprovenAbsence(facts: DomainFacts): UnprovenAbsence | undefined {
  if (facts.identities === undefined || (facts.identitiesUnread ?? 0) > 0)
    return { reason: 'IDENTITIES_UNREAD', because: 'not every identity that uses the domain was read' };
  if (facts.coverageComplete === true) return undefined;
  const { outOfSight } = facts;
  if (!outOfSight) return { reason: 'COVERAGE_INCOMPLETE', because: 'not every account and Region was seen' };
  return {
    reason: 'COVERAGE_INCOMPLETE',
    because: outOfSightWords(outOfSight),
    ...outOfSightCause(outOfSight),
  };
}

export type MailFromOwner =
  | { kind: 'active'; by: IdentitySummary }
  /** Set by an identity, and not verified by SES. */
  | { kind: 'inactive'; by: { accountId: string; region: string; name: string } }
  | { kind: 'nobody' }
  | { kind: 'unknown'; unproven: UnprovenAbsence };

/** Whose MAIL FROM the name is. An active one anywhere decides; that there is none counts only where all was seen. */
export function mailFromOwner(facts: DomainFacts): MailFromOwner {
  const users = inOrder(facts.identities ?? []).filter(({ mailFrom }) => mailFrom?.domain === facts.name);
  const active = users.find(({ mailFrom }) => mailFrom?.status === 'SUCCESS');
  if (active) return { kind: 'active', by: active };
  const unproven = unprovenAbsence(facts);
  if (unproven) return { kind: 'unknown', unproven };
  const [waiting] = users;
  if (waiting) return { kind: 'inactive', by: waiting };
  const setting = facts.dependents.find(({ use }) => use === 'MAIL_FROM');
  if (setting === undefined) return { kind: 'nobody' };
  const { accountId, region, identity: name } = setting;
  return { kind: 'inactive', by: { accountId, region, name } };
}

const MAX_ROWS = 10;
const MAX_CHANGES = 5;

export function zoneRows(records: readonly ZoneRecord[]): {
  name: string;
  type: string;
  value: string;
  account: string;
  zone: string;
}[] {
  return records.slice(0, MAX_ROWS).map(({ name, type, value, zoneAccount, zoneId }) => ({
    name,
    type,
    value,
    account: zoneAccount,
    zone: zoneId,
  }));
}

/**
 * Looking first, then deleting; no command, because a fix holds none that deletes.
 *
 * @param first what to make sure of, as whole sentences
 */
export function deletion(records: readonly ZoneRecord[], first: string): Fix {
  const zones = [...new Set(records.map(({ zoneId, zoneAccount }) => `${zoneId} of account ${zoneAccount}`))];
  const text = `${first} Then have whoever holds hosted zone ${listed(zones)} delete the ${records.length === 1 ? 'record' : 'records'} given; the evidence holds the change for Route 53.`;
  const unique = new Map(
    records.map(({ name, type, value }) => [`${name} ${type} ${value}`, { name, type, value }]),
  );
  return { text, remove: [...unique.values()] };
}

/**
 * What `aws route53 change-resource-record-sets --change-batch` takes in the owner's account, a zone at a time. `null`
 * where the record set holds others, too, or is chosen by a routing policy: deleting it as a whole would be wrong.
 */
export function deletionChanges(records: readonly ZoneRecord[]): Json {
  return records.slice(0, MAX_CHANGES).map(({ zoneAccount, zoneId, name, type, value, ttl, alone }) => {
    const where = { account: zoneAccount, hostedZoneId: zoneId };
    if (!alone || ttl === undefined) return { ...where, changeBatch: null };
    const set = { Name: name, Type: type, TTL: ttl, ResourceRecords: [{ Value: inZone(type, value) }] };
    return { ...where, changeBatch: { Changes: [{ Action: 'DELETE', ResourceRecordSet: set }] } };
  });
}

/** As Route 53 wants values: names with their dot, TXT in quoted strings of at most 255 characters. */
function inZone(type: ZoneRecord['type'], value: string): string {
  if (type !== 'TXT') return `${value}.`;
  const chunks = value.match(/[\s\S]{1,255}/g) ?? [''];
  return chunks.map((chunk) => `"${chunk.replace(/["\\]/g, '\\$&')}"`).join(' ');
}
