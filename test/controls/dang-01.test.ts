import { expect, it } from 'vitest';
import { dang01 } from '../../lambda/controls/dang-01.ts';
import type { DomainFacts, ZoneRecord } from '../../lambda/facts/types.ts';
import { elsewhere, LAST_WEEK, summary } from './domain-identities.ts';
import { contextOf } from './facts.ts';
import { describeControl } from './paired.ts';
import { cname, deletes, TOKENS, ZONE, ZONE_ACCOUNT, zoneDomain, zoneScopeCases } from './zone-cases.ts';

const OLD = 'oldtoken';
const KEY = `DANG-01#${OLD}._domainkey.example.com`;
const RECORD = { name: cname(OLD).name, type: 'CNAME' as const, value: cname(OLD).value };

const domain = (records: ZoneRecord[], identities = [summary()]) =>
  zoneDomain('example.com', records, identities);

describeControl(dang01, [
  {
    when: 'the identity has the token',
    facts: domain([cname(TOKENS[0])]),
    says: {
      status: 'PASS',
      reason: 'DKIM_OF_IDENTITY',
      key: `DANG-01#${TOKENS[0]}._domainkey.example.com`,
      evidence: { identities: ['111111111111 eu-west-1'] },
    },
  },
  {
    when: 'one in another Region, last seen a week ago, has it; what was not seen does not matter',
    facts: zoneDomain(
      'example.com',
      [cname(OLD)],
      [
        summary(),
        elsewhere((one) => {
          one.dkim.tokens = [OLD.toUpperCase()];
          one.observedAt = LAST_WEEK;
        }),
      ],
      (facts) => {
        facts.coverageComplete = false;
        facts.identitiesUnread = 3;
      },
    ),
    says: {
      status: 'PASS',
      reason: 'DKIM_OF_IDENTITY',
      key: KEY,
      summary: `The DKIM CNAME ${cname(OLD).name} belongs to the identity example.com (as last seen on 2026-11-14)`,
    },
  },
  {
    when: 'the identity was made anew and has other tokens',
    facts: domain([cname(TOKENS[0]), cname(OLD)]),
    says: {
      status: 'WARN',
      reason: 'DKIM_DANGLING',
      severity: 'MEDIUM',
      key: KEY,
      summary: /: those of example\.com have other tokens$/,
      evidence: {
        records: [{ ...RECORD, account: ZONE_ACCOUNT, zone: ZONE }],
        deletion: [deletes(cname(OLD))],
      },
      remove: [RECORD],
      publish: [],
      fixText:
        /^Make sure that no account outside the organization.* hosted zone Z0000000000EXAMPLE of account 333333333333 delete the record given/,
      cause: null,
    },
  },
  {
    when: 'the identity is gone, and a routing policy chooses the record: no change can be given',
    facts: domain([cname(OLD, { alone: false })], []),
    says: {
      status: 'WARN',
      reason: 'DKIM_DANGLING',
      severity: 'MEDIUM',
      key: KEY,
      summary: /: there is none of example\.com$/,
      remove: [RECORD],
      evidence: { deletion: [{ account: ZONE_ACCOUNT, hostedZoneId: ZONE, changeBatch: null }] },
    },
  },
  {
    when: 'only an address of the domain is left, whose tokens are its domain’s',
    facts: domain(
      [cname(TOKENS[0])],
      [
        summary((one) => {
          one.type = 'EMAIL_ADDRESS';
          one.name = 'app@example.com';
        }),
      ],
    ),
    says: {
      status: 'WARN',
      reason: 'DKIM_DANGLING',
      severity: 'MEDIUM',
      key: `DANG-01#${TOKENS[0]}._domainkey.example.com`,
    },
  },
  {
    when: 'nothing is known of the identities',
    facts: zoneDomain('example.com', [cname(OLD)], [], (facts) => delete facts.identities),
    says: { status: 'UNKNOWN', reason: 'IDENTITIES_UNREAD', key: KEY },
  },
  ...zoneScopeCases((change: (facts: DomainFacts) => void) => {
    const facts = domain([cname(OLD)], []);
    change(facts);
    return facts;
  }, KEY),
]);

it('counts what two zones say of one name once, and bounds the names of a domain', () => {
  const twice = dang01.judge(domain([cname(OLD), cname(OLD, { zoneId: 'Z2' })], []), contextOf());
  expect(twice.map(({ key }) => key)).toEqual([KEY]);
  expect(twice[0]?.fix?.remove).toEqual([RECORD]);
  expect(twice[0]?.evidence['deletion']).toHaveLength(2);
  const many = Array.from({ length: 100 }, (_, index) => cname(`t${index}`));
  expect(dang01.judge(domain(many, []), contextOf())).toHaveLength(41);
});
