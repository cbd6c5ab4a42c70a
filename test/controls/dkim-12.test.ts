import { dkim12 } from '../../lambda/controls/dkim-12.ts';
import type { DkimRecordFacts, IdentityFacts } from '../../lambda/facts/types.ts';
import {
  bareTxt,
  byodkim,
  dkimStatus,
  found,
  gone,
  identityFacts,
  pointsTo,
  recordOf,
  silent,
} from './facts.ts';
import { NO_OWN_TOKENS } from './dkim-scope-cases.ts';
import { describeControl } from './paired.ts';

const SELF = {
  kind: 'identity',
  accountId: '111111111111',
  region: 'eu-west-1',
  name: 'example.com',
} as const;
const CNAMES = ['tokena', 'tokenb', 'tokenc'].map((token) => ({
  name: `${token}._domainkey.example.com`,
  type: 'CNAME' as const,
  value: `${token}.dkim.amazonses.com`,
}));
const failed = (change?: (facts: IdentityFacts) => void) =>
  identityFacts((facts) => {
    dkimStatus(facts, 'FAILED');
    change?.(facts);
  });

/** TXT in place of the CNAME, with the key that SES publishes at its target. */
const copied = (record: DkimRecordFacts) =>
  bareTxt(`p=KEYOF${record.token}`, found([`p=KEYOF${record.token}`]))(record);

describeControl(dkim12, [
  {
    when: 'SES says SUCCESS and all is live',
    facts: identityFacts(),
    says: { status: 'PASS', reason: 'DKIM_AGREES' },
  },
  {
    when: 'SES says SUCCESS and one is dead: DKIM-05 speaks',
    facts: identityFacts((facts) => gone(recordOf(facts, 0))),
    says: { status: 'PASS', reason: 'DKIM_PARTLY_LIVE' },
  },
  {
    when: 'SES says SUCCESS and every name is NXDOMAIN',
    facts: identityFacts((facts) => facts.dkimRecords.forEach(gone)),
    says: {
      status: 'FAIL',
      reason: 'DKIM_DNS_LOST',
      severity: 'HIGH',
      publish: CNAMES,
      cause: { controlId: 'DKIM-05', subject: SELF },
    },
  },
  {
    when: 'SES says SUCCESS and all point elsewhere',
    facts: identityFacts((facts) => facts.dkimRecords.forEach(pointsTo('elsewhere.example'))),
    says: {
      status: 'FAIL',
      reason: 'DKIM_DNS_LOST',
      severity: 'HIGH',
      cause: { controlId: 'DKIM-06', subject: SELF },
    },
  },
  {
    when: 'SES says SUCCESS and the own key is revoked',
    facts: identityFacts((facts) => {
      byodkim(facts);
      recordOf(facts, 0).txt = found(['p=']);
      Object.assign(recordOf(facts, 0).key ?? {}, { usable: false, revoked: true });
    }),
    says: {
      status: 'FAIL',
      reason: 'DKIM_DNS_LOST',
      severity: 'HIGH',
      publish: [],
      cause: { controlId: 'DKIM-08', subject: SELF },
    },
  },
  {
    when: 'SES says SUCCESS, one is live, the others do not answer',
    facts: identityFacts((facts) => facts.dkimRecords.slice(1).forEach(silent)),
    says: { status: 'PASS', reason: 'DKIM_PARTLY_LIVE' },
  },
  {
    when: 'SES says SUCCESS, none is live and one does not answer',
    facts: identityFacts((facts) => {
      facts.dkimRecords.forEach(gone);
      silent(recordOf(facts, 2));
    }),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'SES gave up and all is live',
    facts: failed(),
    says: {
      status: 'FAIL',
      reason: 'DKIM_REVERIFY',
      severity: 'HIGH',
      command: 'aws ses verify-domain-dkim --domain example.com --region eu-west-1',
      cause: { controlId: 'DKIM-02', subject: SELF },
    },
  },
  {
    when: 'SES gave up on the own key, which is live',
    facts: failed(byodkim),
    says: { status: 'FAIL', reason: 'DKIM_REVERIFY', severity: 'HIGH', fixText: /origin EXTERNAL/ },
  },
  {
    when: 'SES gave up and a record is missing',
    facts: failed((facts) => {
      gone(recordOf(facts, 0));
      silent(recordOf(facts, 1));
    }),
    says: { status: 'PASS', reason: 'DKIM_AGREES' },
  },
  {
    when: 'SES gave up, none is dead and one does not answer',
    facts: failed((facts) => silent(recordOf(facts, 1))),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'SES gave up, and every record is a TXT with a copy of SES’s key: a restart alone would not help',
    facts: failed((facts) => facts.dkimRecords.forEach(copied)),
    says: { status: 'PASS', reason: 'DKIM_AGREES', summary: /not every record is right$/ },
  },
  {
    when: 'SES gave up, one record is a copy of the key and another does not answer',
    facts: failed((facts) => {
      copied(recordOf(facts, 0));
      silent(recordOf(facts, 1));
    }),
    says: { status: 'PASS', reason: 'DKIM_AGREES' },
  },
  {
    when: 'SES says SUCCESS and every record is a copy of the key: signatures verify',
    facts: identityFacts((facts) => facts.dkimRecords.forEach(copied)),
    says: { status: 'PASS', reason: 'DKIM_AGREES' },
  },
  {
    when: 'SES says SUCCESS and no record is there, but signing is switched off: no signature fails',
    facts: identityFacts((facts) => {
      facts.dkimRecords.forEach(gone);
      facts.ses.dkim.signingEnabled = false;
      facts.effective.dkim = { kind: 'unsigned', by: 'example.com' };
    }),
    says: { status: 'NOT_APPLICABLE', reason: 'SIGNING_OFF' },
  },
  {
    when: 'SES is still looking',
    facts: identityFacts((facts) => dkimStatus(facts, 'PENDING')),
    says: { status: 'NOT_APPLICABLE', reason: 'DKIM_NOT_SETTLED' },
  },
  {
    when: 'SES does not tell the selector',
    facts: identityFacts((facts) => {
      byodkim(facts);
      facts.ses.dkim.tokens = [];
    }),
    says: { status: 'UNKNOWN', reason: 'SELECTOR_NOT_GIVEN' },
  },
  {
    when: 'the resolver is unusable',
    facts: identityFacts((facts) => Object.assign(facts, { dnsUnusable: 'no answer', dkimRecords: [] })),
    says: { status: 'UNKNOWN', reason: 'RESOLVER_UNUSABLE' },
  },
  ...NO_OWN_TOKENS,
]);
