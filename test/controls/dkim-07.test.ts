import { dkim07 } from '../../lambda/controls/dkim-07.ts';
import type { DkimMistake, DkimProbeFacts, IdentityFacts } from '../../lambda/facts/types.ts';
import { byodkim, gone, identityFacts, nodata, recordOf, silent } from './facts.ts';
import { NO_OWN_TOKENS } from './dkim-scope-cases.ts';
import { describeControl } from './paired.ts';

type Hit = DkimProbeFacts['hits'][number];

const hit = (mistake: DkimMistake, name: string, change: Partial<Hit> = {}): Hit => ({
  mistake,
  name,
  type: 'CNAME',
  value: 'tokena.dkim.amazonses.com',
  ...change,
});
const lost = (hits: Hit[], change?: (facts: IdentityFacts) => void) =>
  identityFacts((facts) => {
    gone(recordOf(facts, 0));
    facts.dkimProbes = [{ token: 'tokena', hits, asked: 4 }];
    change?.(facts);
  });
const DOUBLED = 'tokena._domainkey.example.com.example.com';

const found = (mistake: DkimMistake, name: string, wrong: string, change: Partial<Hit> = {}) => ({
  when: `the record shows: ${wrong}`,
  facts: lost([hit(mistake, name, change)]),
  says: {
    status: 'PASS' as const,
    reason: 'RECORD_MISPLACED' as const,
    summary: `A missing DKIM record stands at ${name}: ${wrong}`,
  },
});

describeControl(dkim07, [
  found('ZONE_APPENDED', DOUBLED, 'the DNS provider appended the zone to the whole name'),
  found('DOMAINKEY_MISSING', 'tokena.example.com', '_domainkey is missing in the name'),
  found(
    'UNDERSCORE_MISSING',
    'tokena.domainkey.example.com',
    'the underscore of _domainkey is missing in the name',
  ),
  found('PARENT_ZONE', 'tokena._domainkey.example.com', 'it is named for the domain above'),
  found('CHILD_ZONE', 'tokena._domainkey.bounce.example.com', 'it is named for the MAIL FROM domain'),
  found(
    'ZONE_APPENDED',
    DOUBLED,
    'the DNS provider appended the zone to the whole name, and it is a TXT instead of a CNAME',
    { type: 'TXT' },
  ),
  found(
    'DOMAINKEY_MISSING',
    'tokena.example.com',
    '_domainkey is missing in the name, and its target says amazonaws.com instead of amazonses.com',
    { value: 'tokena.dkim.amazonaws.com' },
  ),
  found(
    'DOMAINKEY_MISSING',
    'tokena.example.com',
    '_domainkey is missing in the name, and its target is in another zone than dkim.amazonses.com',
    { value: 'tokena.dkim.eu-south-1.amazonses.com' },
  ),
  found(
    'ZONE_APPENDED',
    DOUBLED,
    'the DNS provider appended the zone to the whole name, and the provider appended the zone to its target, too',
    { value: 'tokena.dkim.amazonses.com.example.com' },
  ),
  {
    when: 'none of the usual names has it',
    facts: lost([]),
    says: { status: 'PASS', reason: 'NO_MISTAKE_SEEN', evidence: { asked: 4 } },
  },
  {
    when: 'one of the usual names does not answer',
    facts: lost([], (facts) => {
      facts.dkimProbes = [
        { token: 'tokena', hits: [], asked: 4, unanswered: { name: DOUBLED, because: 'TIMEOUT' } },
      ];
    }),
    says: { status: 'UNKNOWN', reason: 'DNS_TIMEOUT' },
  },
  {
    when: 'nobody asked',
    facts: lost([], (facts) => delete facts.dkimProbes),
    says: { status: 'UNKNOWN', reason: 'DNS_NOT_ASKED' },
  },
  {
    when: 'whether a record is missing is not known',
    facts: identityFacts((facts) => silent(recordOf(facts, 0))),
    says: { status: 'UNKNOWN', reason: 'DNS_SERVFAIL' },
  },
  {
    when: 'the resolver is unusable',
    facts: identityFacts((facts) => Object.assign(facts, { dnsUnusable: 'no answer', dkimRecords: [] })),
    says: { status: 'UNKNOWN', reason: 'RESOLVER_UNUSABLE' },
  },
  {
    when: 'all records are there',
    facts: identityFacts(),
    says: { status: 'NOT_APPLICABLE', reason: 'NOTHING_MISSING' },
  },
  {
    when: 'a proxy hides the one record, so that it is known where it is',
    facts: identityFacts((facts) => {
      gone(recordOf(facts, 0));
      Object.assign(recordOf(facts, 0), { txt: nodata(), hasAddress: true });
    }),
    says: { status: 'NOT_APPLICABLE', reason: 'NOTHING_MISSING' },
  },
  {
    when: 'the identity brings its own key',
    facts: identityFacts(byodkim),
    says: { status: 'NOT_APPLICABLE', reason: 'NOT_EASY_DKIM' },
  },
  ...NO_OWN_TOKENS,
]);
