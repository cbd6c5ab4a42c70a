import { dkim05 } from '../../lambda/controls/dkim-05.ts';
import type { IdentityFacts } from '../../lambda/facts/types.ts';
import {
  addressFacts,
  bareTxt,
  byodkim,
  contextOf,
  dkimStatus,
  found,
  gone,
  hoursAgo,
  identityFacts,
  nodata,
  pointsTo,
  recordOf,
  servfail,
  silent,
  subdomainFacts,
} from './facts.ts';
import { NO_OWN_TOKENS } from './dkim-scope-cases.ts';
import { describeControl } from './paired.ts';

const cname = (token: string) => ({
  name: `${token}._domainkey.example.com`,
  type: 'CNAME' as const,
  value: `${token}.dkim.amazonses.com`,
});
const lost = (count: 1 | 2 | 3, change?: (facts: IdentityFacts) => void) =>
  identityFacts((facts) => {
    facts.dkimRecords.slice(0, count).forEach(gone);
    change?.(facts);
  });
const DOUBLED = 'tokena._domainkey.example.com.example.com';
const hidden = (facts: IdentityFacts, hasAddress: boolean) => {
  const record = recordOf(facts, 0);
  gone(record);
  Object.assign(record, { txt: nodata(), hasAddress });
};

describeControl(dkim05, [
  {
    when: 'all three are there',
    facts: identityFacts(),
    says: { status: 'PASS', reason: 'DKIM_CNAMES_PUBLISHED' },
  },
  {
    when: 'one of three is gone while SES says SUCCESS',
    facts: lost(1),
    says: {
      status: 'FAIL',
      reason: 'DKIM_CNAME_MISSING',
      severity: 'MEDIUM',
      reasonClass: 1,
      summary:
        '1 of 3 DKIM records is gone from DNS (tokena._domainkey.example.com); SES still reports SUCCESS',
      publish: [cname('tokena')],
      evidence: { sesStatus: 'SUCCESS', missing: 1, hidden: 0 },
      cause: null,
    },
  },
  {
    when: 'two of three are gone',
    facts: lost(2),
    says: {
      status: 'FAIL',
      reason: 'DKIM_CNAME_MISSING',
      severity: 'MEDIUM',
      reasonClass: 2,
      publish: [cname('tokena'), cname('tokenb')],
    },
  },
  {
    when: 'all three are gone',
    facts: lost(3),
    says: {
      status: 'FAIL',
      reason: 'DKIM_CNAME_MISSING',
      severity: 'HIGH',
      reasonClass: 3,
      publish: ['tokena', 'tokenb', 'tokenc'].map(cname),
    },
  },
  {
    when: 'one is gone and another does not answer: failing either way',
    facts: lost(1, (facts) => silent(recordOf(facts, 1))),
    says: { status: 'FAIL', reason: 'DKIM_CNAME_MISSING', severity: 'MEDIUM', reasonClass: 1 },
  },
  {
    when: 'the zone of the identity’s Region is another: its CNAME is what is to be published',
    facts: lost(1, (facts) => {
      facts.ses.dkim.hostedZone = 'dkim.eu-south-1.amazonses.com';
      recordOf(facts, 0).expectedTarget = 'tokena.dkim.eu-south-1.amazonses.com';
    }),
    says: {
      status: 'FAIL',
      reason: 'DKIM_CNAME_MISSING',
      severity: 'MEDIUM',
      publish: [{ ...cname('tokena'), value: 'tokena.dkim.eu-south-1.amazonses.com' }],
    },
  },
  {
    when: 'the provider proxies one: the name answers with addresses',
    facts: identityFacts((facts) => hidden(facts, true)),
    says: {
      status: 'FAIL',
      reason: 'DKIM_CNAME_HIDDEN',
      severity: 'MEDIUM',
      summary:
        '1 of 3 DKIM records is hidden in DNS (tokena._domainkey.example.com); SES still reports SUCCESS',
      publish: [cname('tokena')],
      fixText: /DNS only/,
    },
  },
  {
    when: 'a name exists without any record (NODATA)',
    facts: identityFacts((facts) => hidden(facts, false)),
    says: { status: 'FAIL', reason: 'DKIM_CNAME_HIDDEN', severity: 'MEDIUM', reasonClass: 1 },
  },
  {
    when: 'SES is still looking, within grace, and none is published',
    facts: lost(3, (facts) => {
      dkimStatus(facts, 'PENDING');
      facts.ses.dkim.lastKeyGeneration = hoursAgo(5);
    }),
    says: { status: 'WARN', reason: 'DKIM_CNAME_MISSING', severity: 'MEDIUM', summary: /are not yet in DNS/ },
  },
  {
    when: 'SES is still looking, within grace, and one is proxied',
    facts: identityFacts((facts) => {
      hidden(facts, true);
      dkimStatus(facts, 'PENDING');
      facts.ses.dkim.lastKeyGeneration = hoursAgo(5);
    }),
    says: { status: 'WARN', reason: 'DKIM_CNAME_HIDDEN', severity: 'MEDIUM' },
  },
  {
    when: 'the missing one was found under another name: the fix names the mistake',
    facts: lost(1, (facts) => {
      const hit = {
        mistake: 'ZONE_APPENDED',
        name: DOUBLED,
        type: 'CNAME',
        value: 'tokena.dkim.amazonses.com',
      } as const;
      facts.dkimProbes = [{ token: 'tokena', hits: [hit], asked: 4 }];
    }),
    says: {
      status: 'FAIL',
      reason: 'DKIM_CNAME_MISSING',
      severity: 'MEDIUM',
      publish: [cname('tokena')],
      remove: [{ name: DOUBLED, type: 'CNAME', value: 'tokena.dkim.amazonses.com' }],
      fixText:
        /One was published at tokena\._domainkey\.example\.com\.example\.com: the DNS provider appended the zone to the whole name\. Enter the name without the zone/,
    },
  },
  {
    when: 'SES is still looking, beyond grace',
    facts: lost(3, (facts) => {
      dkimStatus(facts, 'PENDING');
      facts.ses.dkim.lastKeyGeneration = hoursAgo(73);
    }),
    says: { status: 'FAIL', reason: 'DKIM_CNAME_MISSING', severity: 'HIGH' },
  },
  {
    when: 'one reaches its target over another alias',
    facts: identityFacts((facts) => {
      const record = recordOf(facts, 2);
      record.cnameTarget = 'alias.example.com';
      record.txt = found(['p=KEY'], ['alias.example.com', 'tokenc.dkim.amazonses.com']);
    }),
    says: { status: 'WARN', reason: 'CNAME_CHAIN', severity: 'LOW', publish: [cname('tokenc')] },
  },
  {
    when: 'the CNAME is right and the key behind it does not answer: nothing is missing',
    facts: identityFacts((facts) => (recordOf(facts, 0).txt = servfail())),
    says: { status: 'PASS', reason: 'DKIM_CNAMES_PUBLISHED' },
  },
  {
    when: 'upper case and a trailing dot make no difference',
    facts: identityFacts((facts) => {
      const record = recordOf(facts, 0);
      record.cnameTarget = 'TOKENA.dkim.AmazonSES.com.';
      record.txt = found(['p=KEY'], ['TOKENA.dkim.AmazonSES.com.']);
    }),
    says: { status: 'PASS', reason: 'DKIM_CNAMES_PUBLISHED' },
  },
  {
    when: 'one points elsewhere: DKIM-06 speaks of it alone',
    facts: identityFacts((facts) => pointsTo('tokena.dkim.amazonaws.com')(recordOf(facts, 0))),
    says: { status: 'PASS', reason: 'DKIM_CNAMES_PUBLISHED' },
  },
  {
    when: 'one is a TXT: DKIM-06 speaks of it alone',
    facts: identityFacts((facts) => bareTxt('p=OTHER', found(['p=KEYOFtokena']))(recordOf(facts, 0))),
    says: { status: 'PASS', reason: 'DKIM_CNAMES_PUBLISHED' },
  },
  {
    when: 'one does not answer',
    facts: identityFacts((facts) => silent(recordOf(facts, 0))),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'one was not asked',
    facts: identityFacts((facts) => facts.dkimRecords.pop()),
    says: { status: 'UNKNOWN', reason: 'DNS_NOT_ASKED' },
  },
  {
    when: 'the resolver is unusable',
    facts: identityFacts((facts) => Object.assign(facts, { dnsUnusable: 'no answer', dkimRecords: [] })),
    says: { status: 'UNKNOWN', reason: 'RESOLVER_UNUSABLE' },
  },
  {
    when: 'the identity brings its own key',
    facts: identityFacts(byodkim),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_EASY_DKIM' },
  },
  {
    when: 'a parent signs, whatever became of its own tokens',
    facts: subdomainFacts((facts) => (facts.ses.dkim.tokens = ['old1', 'old2', 'old3'])),
    says: { status: 'NOT_APPLICABLE', reason: 'INHERITED' },
  },
  {
    when: 'whether an address is a sandbox recipient is not known',
    facts: addressFacts((facts) => (facts.target.productionAccess = 'unknown')),
    context: contextOf(),
    says: { status: 'UNKNOWN', reason: 'PRODUCTION_ACCESS_UNKNOWN' },
  },
  ...NO_OWN_TOKENS,
]);
