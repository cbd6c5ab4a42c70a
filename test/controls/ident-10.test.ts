import { ident10 } from '../../lambda/controls/ident-10.ts';
import {
  ACCOUNT_LOST,
  accountLost,
  domainWith,
  LAST_WEEK,
  OTHER_ACCOUNT,
  summary,
} from './domain-identities.ts';
import { ACCOUNT, contextOf } from './facts.ts';
import { describeControl } from './paired.ts';

const owned = contextOf({ settings: { domainOwners: { 'example.com': [ACCOUNT] } } });
const stranger = (change?: Parameters<typeof summary>[0]) =>
  summary((one) => {
    one.accountId = OTHER_ACCOUNT;
    change?.(one);
  });

describeControl(ident10, [
  {
    when: 'the one account that holds it owns it',
    facts: domainWith([summary()]),
    context: owned,
    says: {
      status: 'PASS',
      reason: 'OWNERS_ONLY',
      evidence: { owners: [ACCOUNT], oldestFact: 'this scan' },
    },
  },
  {
    when: 'another account holds it',
    facts: domainWith([summary(), stranger()]),
    context: owned,
    says: {
      status: 'WARN',
      reason: 'ACCOUNT_NOT_OWNER',
      severity: 'MEDIUM',
      summary: 'An account not on the list of owners can send as example.com',
      evidence: { identities: [{ place: '222222222222 eu-west-1', identity: 'example.com' }] },
      command: 'aws sesv2 get-email-identity --email-identity example.com --region eu-west-1',
      fixText: /222222222222.*domainOwners/,
    },
  },
  {
    when: 'another account held it when it was last seen, and not everything was seen',
    facts: domainWith(
      [stranger((one) => (one.observedAt = LAST_WEEK))],
      (facts) => (facts.coverageComplete = false),
    ),
    context: owned,
    says: {
      status: 'WARN',
      reason: 'ACCOUNT_NOT_OWNER',
      severity: 'MEDIUM',
      summary: /as last seen on 2026-11-14/,
    },
  },
  {
    when: 'another account waits for its verification: it cannot send',
    facts: domainWith([summary(), stranger((one) => (one.verified = false))]),
    context: owned,
    says: { status: 'PASS', reason: 'OWNERS_ONLY' },
  },
  {
    when: 'a nearer entry of the settings lets the other account in',
    facts: domainWith([stranger()]),
    context: contextOf({ settings: { domainOwners: { com: [ACCOUNT], 'example.com': [OTHER_ACCOUNT] } } }),
    says: { status: 'PASS', reason: 'OWNERS_ONLY', evidence: { ownersOf: 'example.com' } },
  },
  {
    when: 'an entry above holds for what is below it',
    facts: domainWith([stranger()], (facts) => (facts.name = 'news.example.com')),
    context: owned,
    says: { status: 'WARN', reason: 'ACCOUNT_NOT_OWNER', severity: 'MEDIUM' },
  },
  {
    when: 'only owners were seen, but not everything was',
    facts: domainWith([summary()], accountLost),
    context: owned,
    says: { status: 'UNKNOWN', reason: 'COVERAGE_INCOMPLETE', cause: ACCOUNT_LOST },
  },
  {
    when: 'of one identity nothing is known',
    facts: domainWith([summary()], (facts) => (facts.identitiesUnread = 1)),
    context: owned,
    says: { status: 'UNKNOWN', reason: 'IDENTITIES_UNREAD' },
  },
  {
    when: 'no owners are declared',
    facts: domainWith([stranger()]),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_CONFIGURED' },
  },
  {
    when: 'owners of another domain are declared, whose name ends alike',
    facts: domainWith([stranger()], (facts) => (facts.name = 'anexample.com')),
    context: owned,
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_CONFIGURED' },
  },
]);
