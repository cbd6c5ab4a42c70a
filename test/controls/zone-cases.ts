/** Domains with records of SES in a hosted zone, all of the organization seen, and the cases that DANG-01..03 share. */
import type { DomainFacts, IdentitySummary, ZoneRecord } from '../../lambda/facts/types.ts';
import type { Status } from '../../lambda/controls/types.ts';
import { ACCOUNT, contextOf, NOW, REGION, TOKENS } from './facts.ts';

export const ZONE_ACCOUNT = '333333333333';
export const ZONE = 'Z0000000000EXAMPLE';
export const BOUNCE = 'bounce.example.com';
export const SPF = 'v=spf1 include:amazonses.com ~all';

const at = (record: Pick<ZoneRecord, 'name' | 'type' | 'value'>): ZoneRecord => ({
  zoneAccount: ZONE_ACCOUNT,
  zoneId: ZONE,
  ttl: 300,
  alone: true,
  ...record,
});

export const cname = (token: string, change: Partial<ZoneRecord> = {}): ZoneRecord => ({
  ...at({
    name: `${token}._domainkey.example.com`,
    type: 'CNAME',
    value: `${token}.dkim.amazonses.com`,
  }),
  ...change,
});
export const mx = (change: Partial<ZoneRecord> = {}): ZoneRecord => ({
  ...at({ name: BOUNCE, type: 'MX', value: `10 feedback-smtp.${REGION}.amazonses.com` }),
  ...change,
});
export const spf = (value = SPF, change: Partial<ZoneRecord> = {}): ZoneRecord => ({
  ...at({ name: BOUNCE, type: 'TXT', value }),
  ...change,
});

/** The change that deletes the record set. */
export const deletes = ({ zoneAccount, zoneId, name, type, value }: ZoneRecord) => {
  const text = type === 'TXT' ? `"${value}"` : `${value}.`;
  const set = { Name: name, Type: type, TTL: 300, ResourceRecords: [{ Value: text }] };
  const changeBatch = { Changes: [{ Action: 'DELETE', ResourceRecordSet: set }] };
  return { account: zoneAccount, hostedZoneId: zoneId, changeBatch };
};

const UNREAD = {
  because: 'ACCESS_DENIED',
  detail: `Account ${ZONE_ACCOUNT}: AccessDenied`,
} as const;

/** What zones hold for the domain, and the identities that use it. */
export function zoneDomain(
  name: string,
  records: ZoneRecord[],
  identities: IdentitySummary[],
  change?: (facts: DomainFacts) => void,
): DomainFacts {
  const facts: DomainFacts = {
    name,
    observedAt: NOW,
    dependents: identities.map(({ accountId, region, name: identity, use }) => ({
      accountId,
      region,
      identity,
      use,
    })),
    identities,
    coverageComplete: true,
    zoneRecords: { kind: 'seen', value: records },
    unansweredNames: [],
  };
  change?.(facts);
  return facts;
}

/** How each of the three answers where there is nothing to compare. `dangling`: facts that are open when all was seen. */
export function zoneScopeCases(
  dangling: (change: (facts: DomainFacts) => void) => DomainFacts,
  key?: string,
) {
  const keyed = key === undefined ? {} : { key };
  const says = <Reason extends string>(status: Status, reason: Reason) => ({ status, reason });
  return [
    {
      when: 'the settings do not permit reading hosted zones',
      facts: dangling((facts) => (facts.zoneRecords = { kind: 'off' })),
      says: says('NOT_APPLICABLE', 'NOT_PERMITTED_BY_SETTINGS'),
    },
    {
      when: 'the zones hold nothing for the name',
      facts: dangling((facts) => (facts.zoneRecords = { kind: 'seen', value: [] })),
      says: says('NOT_APPLICABLE', 'NO_ZONE_RECORD'),
    },
    {
      when: 'nothing is known of the name, and an account denied its zones',
      facts: dangling(
        (facts) => (facts.zoneRecords = { kind: 'unseen', because: 'ACCESS_DENIED', detail: 'AccessDenied' }),
      ),
      says: says('UNKNOWN', 'ACCESS_DENIED'),
    },
    {
      when: 'the settings call the domain a mailbox provider’s',
      facts: dangling(() => undefined),
      context: contextOf({ settings: { freemailDomains: ['example.com'] } }),
      says: says('NOT_APPLICABLE', 'FREEMAIL_DOMAIN'),
    },
    {
      when: 'the record is of an earlier scan, and this one could not read the zone',
      facts: dangling((facts) => {
        if (facts.zoneRecords?.kind === 'seen')
          facts.zoneRecords.value = facts.zoneRecords.value.map((one) => ({ ...one, unseen: UNREAD }));
      }),
      says: { ...says('UNKNOWN', 'ZONE_UNREAD'), ...keyed, evidence: { because: 'ACCESS_DENIED' } },
    },
    {
      when: 'a Region was not seen',
      facts: dangling((facts) => (facts.coverageComplete = false)),
      says: { ...says('UNKNOWN', 'COVERAGE_INCOMPLETE'), ...keyed },
    },
    {
      when: 'an identity has not been read by this release yet',
      facts: dangling((facts) => (facts.identitiesUnread = 1)),
      says: { ...says('UNKNOWN', 'IDENTITIES_UNREAD'), ...keyed },
    },
  ] as const;
}

export { ACCOUNT, REGION, TOKENS };
