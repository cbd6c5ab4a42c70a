import { describe, expect, it } from 'vitest';
import { dkim06 } from '../../lambda/controls/dkim-06.ts';
import {
  ACCOUNT,
  bareTxt,
  byodkim,
  contextOf,
  dkimStatus,
  found,
  gone,
  identityFacts,
  nxdomain,
  pointsTo,
  recordOf,
  REGION,
  servfail,
  silent,
} from './facts.ts';
import { NO_OWN_TOKENS } from './dkim-scope-cases.ts';
import { describeControl } from './paired.ts';

const NAME = 'tokena._domainkey.example.com';
const RIGHT = { name: NAME, type: 'CNAME' as const, value: 'tokena.dkim.amazonses.com' };
const wrong = (target: string) => identityFacts((facts) => pointsTo(target)(recordOf(facts, 0)));
const txt = (text: string, expected = found(['k=rsa; p=KEYOFtokena'])) =>
  identityFacts((facts) => bareTxt(text, expected)(recordOf(facts, 0)));

describeControl(dkim06, [
  { when: 'all lead to SES', facts: identityFacts(), says: { status: 'PASS', reason: 'DKIM_CNAMES_RIGHT' } },
  {
    when: 'one is missing: DKIM-05 speaks of it alone',
    facts: identityFacts((facts) => gone(recordOf(facts, 0))),
    says: { status: 'PASS', reason: 'DKIM_CNAMES_RIGHT' },
  },
  {
    when: 'one says amazonaws.com',
    facts: wrong('tokena.dkim.amazonaws.com'),
    says: {
      status: 'FAIL',
      reason: 'DKIM_CNAME_WRONG_TARGET',
      severity: 'HIGH',
      reasonClass: 1,
      summary:
        '1 of 3 DKIM records is pointing elsewhere (tokena._domainkey.example.com: the target says amazonaws.com instead of amazonses.com)',
      publish: [RIGHT],
      remove: [{ name: NAME, type: 'CNAME', value: 'tokena.dkim.amazonaws.com' }],
    },
  },
  {
    when: 'the provider appended the zone to the target',
    facts: wrong('tokena.dkim.amazonses.com.example.com'),
    says: {
      status: 'FAIL',
      reason: 'DKIM_CNAME_WRONG_TARGET',
      severity: 'HIGH',
      summary: /appended the zone/,
      publish: [RIGHT],
    },
  },
  {
    when: 'the target is cut short',
    facts: wrong('tokena.dkim.amazonses'),
    says: { status: 'FAIL', reason: 'DKIM_CNAME_WRONG_TARGET', severity: 'HIGH', summary: /cut short/ },
  },
  {
    when: 'all three point into another Region’s zone',
    facts: identityFacts((facts) => {
      facts.ses.dkim.hostedZone = 'dkim.eu-south-1.amazonses.com';
      for (const record of facts.dkimRecords) {
        record.expectedTarget = `${record.token}.dkim.eu-south-1.amazonses.com`;
        pointsTo(`${record.token}.dkim.amazonses.com`)(record);
      }
    }),
    says: {
      status: 'FAIL',
      reason: 'DKIM_CNAME_WRONG_TARGET',
      severity: 'HIGH',
      reasonClass: 3,
      summary: /another zone than dkim\.eu-south-1\.amazonses\.com/,
      publish: ['tokena', 'tokenb', 'tokenc'].map((token) => ({
        name: `${token}._domainkey.example.com`,
        type: 'CNAME' as const,
        value: `${token}.dkim.eu-south-1.amazonses.com`,
      })),
    },
  },
  {
    when: 'a TXT holds another key than SES’s',
    facts: txt('v=DKIM1; p=OTHER'),
    says: {
      status: 'FAIL',
      reason: 'DKIM_TXT_INSTEAD_OF_CNAME',
      severity: 'HIGH',
      publish: [RIGHT],
      remove: [{ name: NAME, type: 'TXT', value: 'v=DKIM1; p=OTHER' }],
    },
  },
  {
    when: 'a TXT stands there and SES’s target has no key',
    facts: txt('p=KEYOFtokena', nxdomain()),
    says: { status: 'FAIL', reason: 'DKIM_TXT_INSTEAD_OF_CNAME', severity: 'HIGH' },
  },
  {
    when: 'a TXT holds SES’s key of today, written otherwise',
    facts: txt('v=DKIM1; k=rsa; p=KEYOF tokena'),
    says: {
      status: 'WARN',
      reason: 'DKIM_KEY_COPIED',
      severity: 'MEDIUM',
      publish: [RIGHT],
      remove: [{ name: NAME, type: 'TXT', value: 'v=DKIM1; k=rsa; p=KEYOF tokena' }],
    },
  },
  {
    when: 'a TXT holds SES’s key, and SES gave up: to publish and to restart is one act, which DKIM-02 says',
    facts: identityFacts((facts) => {
      bareTxt('p=KEYOFtokena', found(['p=KEYOFtokena']))(recordOf(facts, 0));
      dkimStatus(facts, 'FAILED');
    }),
    says: {
      status: 'WARN',
      reason: 'DKIM_KEY_COPIED',
      severity: 'MEDIUM',
      cause: {
        controlId: 'DKIM-02',
        subject: { kind: 'identity', accountId: ACCOUNT, region: REGION, name: 'example.com' },
      },
    },
  },
  {
    when: 'a TXT stands there and SES’s target does not answer',
    facts: txt('p=KEYOFtokena', servfail()),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'one points elsewhere and another does not answer: failing either way',
    facts: identityFacts((facts) => {
      pointsTo('elsewhere.example')(recordOf(facts, 0));
      silent(recordOf(facts, 1));
    }),
    says: {
      status: 'FAIL',
      reason: 'DKIM_CNAME_WRONG_TARGET',
      severity: 'HIGH',
      summary: /leads to elsewhere\.example/,
    },
  },
  {
    when: 'one points elsewhere, but the chain could not be followed to its end',
    facts: identityFacts((facts) =>
      Object.assign(recordOf(facts, 0), { cnameTarget: 'hop.example', txt: servfail() }),
    ),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'none answers: DKIM-05 speaks',
    facts: identityFacts((facts) => facts.dkimRecords.forEach(gone)),
    says: { status: 'NOT_APPLICABLE', reason: 'NO_TOKEN_ANSWERS' },
  },
  {
    when: 'the identity brings its own key',
    facts: identityFacts(byodkim),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_EASY_DKIM' },
  },
  ...NO_OWN_TOKENS,
]);

describe('DKIM-06', () => {
  it('shows what is there and what is expected, token by token', () => {
    const [finding] = dkim06.judge(wrong('elsewhere.example'), contextOf());
    expect(finding?.evidence['records']).toContainEqual({
      name: NAME,
      state: 'WRONG_TARGET',
      found: 'CNAME elsewhere.example',
      expected: 'tokena.dkim.amazonses.com',
      mistake: 'it leads to elsewhere.example',
    });
  });
});
