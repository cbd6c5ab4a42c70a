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

const LOST_ACCOUNT = { accountId: '666666666666', outcome: 'ROLE_MISSING', others: 0 } as const;
const LOST_ACCOUNT_CAUSE = {
  controlId: 'SCAN-01',
  subject: { kind: 'account', accountId: '666666666666' },
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
      when: 'nothing is known of the name, and an account was not surveyed',
      facts: dangling((facts) => (facts.zoneRecords = { kind: 'outOfSight', outOfSight: LOST_ACCOUNT })),
      says: {
        ...says('UNKNOWN', 'COVERAGE_INCOMPLETE'),
        summary:
          /^Not judged: account 666666666666 was not surveyed \(ROLE_MISSING\), and the hosted zone of /,
        cause: LOST_ACCOUNT_CAUSE,
      },
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
      when: 'the record is of an earlier scan, and its account was not surveyed in this one',
      facts: dangling((facts) => {
        if (facts.zoneRecords?.kind === 'seen')
          facts.zoneRecords.value = facts.zoneRecords.value.map((one) => ({
            ...one,
            unseen: { outOfSight: LOST_ACCOUNT },
          }));
      }),
      says: {
        ...says('UNKNOWN', 'COVERAGE_INCOMPLETE'),
        ...keyed,
        summary:
          /account 666666666666 was not surveyed \(ROLE_MISSING\), and with it the hosted zone that held/,
        cause: LOST_ACCOUNT_CAUSE,
      },
    },
    {
      when: 'the record is of an earlier scan, and the settings now leave its account out: nothing is lost',
      facts: dangling((facts) => {
        if (facts.zoneRecords?.kind === 'seen')
          facts.zoneRecords.value = facts.zoneRecords.value.map((one) => ({
            ...one,
            unseen: { outOfSight: { ...LOST_ACCOUNT, outcome: 'EXCLUDED' as const } },
          }));
      }),
      says: { ...says('UNKNOWN', 'COVERAGE_INCOMPLETE'), ...keyed, cause: null },
    },
    {
      when: 'a Region was not seen, and two more',
      facts: dangling((facts) => {
        facts.coverageComplete = false;
        facts.outOfSight = {
          accountId: ZONE_ACCOUNT,
          region: REGION,
          outcome: 'DENIED_BY_POLICY',
          others: 2,
        };
      }),
      says: {
        ...says('UNKNOWN', 'COVERAGE_INCOMPLETE'),
        ...keyed,
        summary:
          /but eu-west-1 of account 333333333333 was not seen \(DENIED_BY_POLICY\), nor were 2 other accounts or Regions seen$/,
        cause: { controlId: 'SCAN-02', subject: { kind: 'target', accountId: ZONE_ACCOUNT, region: REGION } },
      },
    },
    {
      when: 'the scan was narrowed',
      facts: dangling((facts) => (facts.coverageComplete = false)),
      says: { ...says('UNKNOWN', 'COVERAGE_INCOMPLETE'), ...keyed, cause: null },
    },
    {
      when: 'an identity has not been read by this release yet',
      facts: dangling((facts) => (facts.identitiesUnread = 1)),
      says: { ...says('UNKNOWN', 'IDENTITIES_UNREAD'), ...keyed },
    },
  ] as const;
}

export { ACCOUNT, REGION, TOKENS };
