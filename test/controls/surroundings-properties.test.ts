/** What surrounds an identity (probes, declared selectors, the Region that is followed, names): an error is never an answer. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeDomain, judgeIdentity } from '../../lambda/controls/judge.ts';
import type { Finding, JudgeContext } from '../../lambda/controls/types.ts';
import type {
  DkimMistake,
  DkimProbeFacts,
  DkimRecordFacts,
  DnsFact,
  DomainFacts,
  IdentityFacts,
  PrimaryFacts,
} from '../../lambda/facts/types.ts';
import { arbitraryContext, arbitraryDomain, arbitraryIdentity, hostileText } from './arbitrary.ts';
import { easyRecord, found, gone, nxdomain, REGION, servfail, silent } from './facts.ts';

const RUNS = { numRuns: 150 };
const SELECTORS = ['s1', 's2'];

const selector = (token: string, shape: (record: DkimRecordFacts) => void): DkimRecordFacts =>
  easyRecord(token, (record) => {
    delete record.expectedTarget;
    delete record.cnameTarget;
    record.txt = found(['p=KEY']);
    shape(record);
  });
const shapes = fc.constantFrom<(record: DkimRecordFacts) => void>(
  gone,
  silent,
  () => undefined,
  (record) => Object.assign(record.key ?? {}, { usable: false, revoked: true }),
  (record) => Object.assign(record.key ?? {}, { keyType: 'ed25519', keyBits: 256 }),
);
const mistakes = fc.constantFrom<DkimMistake>('ZONE_APPENDED', 'DOMAINKEY_MISSING', 'CHILD_ZONE');
const probes: fc.Arbitrary<DkimProbeFacts[]> = fc.array(
  fc
    .record({
      mistake: mistakes,
      name: hostileText,
      value: hostileText,
      type: fc.constantFrom('CNAME', 'TXT'),
    })
    .chain((hit) => fc.constantFrom<DkimProbeFacts['hits']>([], [hit]))
    .map((hits) => ({ token: 'tokena', hits, asked: 4 })),
  { maxLength: 1 },
);
const primary = fc.constantFrom<PrimaryFacts['identity'] | undefined>(
  undefined,
  { kind: 'gone' },
  { kind: 'not-scanned' },
  { kind: 'unseen', because: 'THROTTLED', detail: 'ses:GetEmailIdentity' },
);

const surrounded: fc.Arbitrary<IdentityFacts> = fc
  .record({
    facts: arbitraryIdentity,
    selectors: fc.option(fc.tuple(shapes, shapes), { nil: undefined }),
    probes: fc.option(probes, { nil: undefined }),
    primary,
    replica: fc.boolean(),
    bits: fc.option(fc.constantFrom(512, 1024, 2048), { nil: undefined }),
    behavior: fc.constantFrom('USE_DEFAULT_VALUE', 'REJECT_MESSAGE'),
    atMailFrom: fc.option(fc.constantFrom<string[]>([], ['bounce.example.com']), { nil: undefined }),
    receives: fc.option(fc.constantFrom<string[]>([], ['bounce.example.com'], ['.example.com']), {
      nil: undefined,
    }),
  })
  .map((draw) => {
    const facts = structuredClone(draw.facts);
    if (draw.selectors) {
      const records = SELECTORS.map((token, n) => selector(token, draw.selectors?.[n] ?? silent));
      facts.selfSigned = { domain: facts.ses.domain, records };
    }
    if (draw.probes) facts.dkimProbes = draw.probes;
    if (draw.replica && facts.ses.type === 'DOMAIN') {
      facts.ses.dkim.origin = 'AWS_SES_US_EAST_1';
      if (draw.primary) facts.primary = { region: 'us-east-1', identity: draw.primary };
    }
    for (const dkim of [facts.ses.dkim, facts.signer]) {
      if (dkim && draw.bits !== undefined) dkim.currentKeyBits = draw.bits;
    }
    if (facts.effective.mailFrom) facts.effective.mailFrom.behaviorOnMxFailure = draw.behavior;
    if (draw.atMailFrom) facts.identitiesAtMailFrom = draw.atMailFrom;
    if (draw.receives) facts.receiptDomains = { kind: 'seen', value: draw.receives };
    return facts;
  });

const context: fc.Arbitrary<JudgeContext> = fc
  .record({
    context: arbitraryContext,
    declared: fc.boolean(),
    owned: fc.subarray(['example.com', 'example.net']),
  })
  .map(({ context: base, declared, owned }) => ({
    ...base,
    settings: {
      ...base.settings,
      ownedDomains: owned,
      selfSigned: declared ? [{ domain: 'example.com', selectors: SELECTORS }] : [],
    },
  }));

const FORGET: { [what: string]: (facts: IdentityFacts) => void } = {
  'the first declared selector': (facts) => facts.selfSigned?.records.slice(0, 1).forEach(silent),
  'every declared selector': (facts) => facts.selfSigned?.records.forEach(silent),
  'the probes': (facts) => delete facts.dkimProbes,
  'the identity that it follows': (facts) => delete facts.primary,
  'the names at its MAIL FROM': (facts) => delete facts.identitiesAtMailFrom,
  'the receipt rules': (facts) => delete facts.receiptDomains,
  'the length of its key': (facts) => delete facts.ses.dkim.currentKeyBits,
};

const wildcard = fc.constantFrom<DnsFact<string>>(
  nxdomain(),
  nxdomain(['parked.example']),
  found(['v=DKIM1; p=']),
  found(['x']),
  servfail(),
);
const probedDomain: fc.Arbitrary<DomainFacts> = fc
  .record({
    facts: arbitraryDomain,
    domainkey: wildcard,
    domain: wildcard,
    used: fc.constantFrom<boolean | 'unknown'>(true, false, 'unknown'),
    hit: fc.boolean(),
  })
  .map((draw) => {
    const facts = structuredClone(draw.facts);
    if (facts.from) {
      facts.from.wildcards = { label: 'unlikely', domainkey: draw.domainkey, domain: draw.domain };
      const hit = { name: 'bounce.example.com', region: REGION, used: draw.used };
      facts.from.mailFromProbes = { hits: draw.hit ? [hit] : [], unanswered: [] };
    }
    return facts;
  });

const FORGET_OF_DOMAIN: { [what: string]: (facts: DomainFacts) => void } = {
  'what answers under _domainkey': (facts) => {
    if (facts.from?.wildcards) facts.from.wildcards.domainkey = servfail();
  },
  'who uses a MAIL FROM': (facts) =>
    facts.from?.mailFromProbes?.hits.forEach((hit) => (hit.used = 'unknown')),
  'every probe': (facts) => {
    delete facts.from?.wildcards;
    delete facts.from?.mailFromProbes;
  },
};

/** The controls that read these facts themselves. */
const READING = /^(DKIM-|MF-0[5679]|IDENT-(02|06|11)|ALIGN-01)/;

function expectOnlyForgets(whole: Finding[], less: Finding[]): void {
  const full = new Map(whole.map(({ key, status }) => [key, status]));
  for (const { key, status, reason } of less.filter((one) => READING.test(one.key))) {
    const before = full.get(key);
    if (before !== undefined && status !== 'UNKNOWN')
      expect(`${status} ${key} ${reason}`).toContain(`${before} ${key}`);
  }
}

describe('an error is never an answer', () => {
  it.each(Object.entries(FORGET))('an identity without %s', (_what, forget) => {
    fc.assert(
      fc.property(surrounded, context, (facts, judging) => {
        const less = structuredClone(facts);
        forget(less);
        expectOnlyForgets(judgeIdentity(facts, judging), judgeIdentity(less, judging));
      }),
      RUNS,
    );
  });

  it.each(Object.entries(FORGET_OF_DOMAIN))('a domain without %s', (_what, forget) => {
    fc.assert(
      fc.property(probedDomain, context, (facts, judging) => {
        const less = structuredClone(facts);
        forget(less);
        expectOnlyForgets(judgeDomain(facts, judging), judgeDomain(less, judging));
      }),
      RUNS,
    );
  });
});
