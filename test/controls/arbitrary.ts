/** Arbitrary facts built from the unions of lambda/facts/types.ts: consistent in themselves, in any combination. */
import fc from 'fast-check';
import type { FindingBefore, JudgeContext, SubjectBefore } from '../../lambda/controls/types.ts';
import type { MxRecord, UnknownReason } from '../../lambda/dns/types.ts';
import type {
  AccountFacts,
  CoverageOutcome,
  DkimRecordFacts,
  DmarcFacts,
  DnsFact,
  DomainFacts,
  IdentityFacts,
  IdentitySummary,
  SpfFacts,
  SpfResultName,
  TargetFacts,
  VerificationStatus,
  ZoneRecord,
} from '../../lambda/facts/types.ts';
import {
  ACCOUNT,
  addressFacts,
  bareTxt,
  before,
  byodkim,
  contextOf,
  dmarcFacts,
  dmarcUnknown,
  easyRecord,
  found,
  fromDomainFacts,
  gone,
  hoursAgo,
  identityFacts,
  inheritedDmarc,
  loneAddressFacts,
  mailFromDomainFacts,
  NOW,
  nodata,
  nxdomain,
  pointsTo,
  REGION,
  servfail,
  silent,
  spfFacts,
  subdomainFacts,
  targetFacts,
  TOKENS,
  withoutDmarc,
  withoutMailFrom,
} from './facts.ts';

const STATUSES = ['PENDING', 'SUCCESS', 'FAILED', 'TEMPORARY_FAILURE', 'NOT_STARTED'] as const;
const REASONS: UnknownReason[] = [
  'TIMEOUT',
  'SERVFAIL',
  'REFUSED',
  'NETWORK_ERROR',
  'MALFORMED_ANSWER',
  'ALIAS_LOOP',
  'OTHER_RCODE',
  'INVALID_NAME',
  'DNS_INCONSISTENT',
  'RESOLVER_UNUSABLE',
  'QUERY_BUDGET_EXHAUSTED',
];

/** Text as the outside world sends it: long, with control characters, quotes, other scripts. */
export const hostileText = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('\u0007\u001b[31mred', 'x'.repeat(5000), '“v=spf1”', '\u202eevil', '\ud800', 'a\r\nb: c'),
);

const unknownFact = fc
  .constantFrom(...REASONS)
  .map((because) => ({ kind: 'unknown' as const, because, detail: 'detail' }));

function dnsFact<T>(records: fc.Arbitrary<T[]>): fc.Arbitrary<DnsFact<T>> {
  return fc.oneof(
    records.map((list): DnsFact<T> => found(list)),
    fc.constantFrom<DnsFact<T>>(nxdomain(), nodata(), nxdomain(['dead.example'])),
    unknownFact,
  );
}

const mxHosts = fc.constantFrom(
  `feedback-smtp.${REGION}.amazonses.com`,
  'feedback-smtp.us-east-1.amazonses.com',
  'feedback-smtp.eu-west-1.amazonaws.com',
  'mx.example.com',
  '',
);
const mxFact: fc.Arbitrary<DnsFact<MxRecord>> = dnsFact(
  fc.array(fc.record({ preference: fc.nat(100), exchange: mxHosts }), { minLength: 1, maxLength: 3 }),
);

const recordShape: fc.Arbitrary<(record: DkimRecordFacts) => void> = fc.oneof(
  fc.constantFrom<(record: DkimRecordFacts) => void>(
    () => undefined,
    gone,
    silent,
    pointsTo('elsewhere.example'),
    bareTxt('p=OTHER', found(['p=KEY'])),
    bareTxt('p=KEY', found(['p=KEY'])),
    bareTxt('p=KEY', servfail()),
    (record) => (record.txt = servfail()),
    (record) => (record.txt = nxdomain([`${record.token}.dkim.amazonses.com`])),
    (record) => {
      gone(record);
      Object.assign(record, { txt: nodata(), hasAddress: true });
    },
    (record) => (record.txt = found(['p=1', 'p=2'], [`${record.token}.dkim.amazonses.com`])),
    (record) => {
      if (record.key) Object.assign(record.key, { usable: false, revoked: true });
    },
    (record) => {
      if (record.key) record.key.testMode = true;
    },
    (record) => delete record.key,
  ),
  hostileText.map((text) => (record: DkimRecordFacts) => {
    record.txt = found([text], [text || 'alias.example']);
    delete record.cnameTarget;
  }),
);

const spfResult = fc.constantFrom<SpfResultName>(
  'none',
  'neutral',
  'pass',
  'fail',
  'softfail',
  'temperror',
  'permerror',
);
export const arbitrarySpf: fc.Arbitrary<SpfFacts> = fc
  .record({
    records: fc.array(fc.oneof(fc.constant('v=spf1 include:amazonses.com ~all'), hostileText), {
      maxLength: 3,
    }),
    nearMisses: fc.array(hostileText, { maxLength: 2 }),
    silent: fc.boolean(),
    results: fc.option(fc.array(spfResult, { maxLength: 4 }), { nil: undefined }),
    all: fc.option(fc.constantFrom('+', '-', '~', '?', 'none', 'unknown'), { nil: undefined }),
    huge: fc.boolean(),
  })
  .map(({ records, nearMisses, silent: noAnswer, results, all, huge }) =>
    spfFacts((spf) => {
      spf.txt = noAnswer ? servfail() : found([...records, ...nearMisses]);
      spf.records = noAnswer ? [] : records;
      spf.nearMisses = noAnswer ? [] : nearMisses;
      if (results)
        spf.sesNetworks = results.map((result, n) => ({ network: `n${n}`, ip: '192.0.2.1', result }));
      else delete spf.sesNetworks;
      if (all) spf.all = all as NonNullable<SpfFacts['all']>;
      else delete spf.all;
      spf.hugeNetworks = huge ? ['0.0.0.0/1'] : [];
    }),
  );

const policies = fc.constantFrom<'none' | 'quarantine' | 'reject'>('none', 'quarantine', 'reject');
export const arbitraryDmarc: fc.Arbitrary<DmarcFacts> = fc
  .record({
    shape: fc.constantFrom('own', 'inherited', 'none', 'unknown'),
    p: policies,
    sp: policies,
    texts: fc.array(hostileText, { maxLength: 3 }),
    near: fc.array(hostileText, { maxLength: 2 }),
    record: fc.constantFrom('v=DMARC1; p=reject', 'v=DMARC1; p=reject; t=y'),
  })
  .map(({ shape, p, sp, texts, near, record }) =>
    dmarcFacts((dmarc) => {
      Object.assign(dmarc, { policy: p, appliedPolicy: p, ownPolicies: { p, sp, np: sp }, record });
      if (shape === 'inherited') inheritedDmarc('example', p)(dmarc);
      if (shape === 'none') withoutDmarc(dmarc);
      if (shape === 'unknown') dmarcUnknown(dmarc);
      if (shape === 'none' || shape === 'inherited') {
        Object.assign(dmarc, { ownRecords: texts, nearMisses: near });
        if (texts.length + near.length > 0) dmarc.ownTxt = found([...texts, ...near]);
      }
    }),
  );

const aligns = fc.constantFrom<boolean | 'unknown'>(true, false, 'unknown');
const legs = fc.record({ real: aligns, relaxed: aligns });
const effectiveDkim = fc.constantFrom<IdentityFacts['effective']['dkim'] | 'as built'>(
  'as built',
  'as built',
  'as built',
  { kind: 'unsigned', by: 'example.com' },
  { kind: 'none' },
  { kind: 'unproven', detail: 'why' },
);

export const arbitraryIdentity: fc.Arbitrary<IdentityFacts> = fc
  .record({
    build: fc.constantFrom(
      identityFacts,
      identityFacts,
      identityFacts,
      addressFacts,
      loneAddressFacts,
      subdomainFacts,
    ),
    verification: fc.constantFrom(...STATUSES, 'SUCCESS' as const, 'SUCCESS' as const),
    dkimStatus: fc.constantFrom(...STATUSES, 'SUCCESS' as const, 'SUCCESS' as const),
    signingEnabled: fc.boolean(),
    effective: effectiveDkim,
    winner: fc.boolean(),
    shapes: fc.tuple(recordShape, recordShape, recordShape),
    healthy: fc.boolean(),
    own: fc.boolean(),
    mailFromStatus: fc.option(fc.constantFrom(...STATUSES), { nil: undefined }),
    mx: mxFact,
    spf: arbitrarySpf,
    dmarc: arbitraryDmarc,
    dkimAligns: legs,
    spfAligns: legs,
    productionAccess: fc.constantFrom<boolean | 'unknown'>(true, true, false, 'unknown'),
    keyAge: fc.option(fc.nat(200), { nil: undefined }),
    errorType: fc.option(fc.oneof(hostileText, fc.constant('HOST_NOT_FOUND')), { nil: undefined }),
    shared: fc.constantFrom<string[] | 'unknown'>([], ['us-east-1'], 'unknown'),
    bulk: fc.constantFrom(undefined, 'BULK_DECLARED' as const, 'BULK_BY_VOLUME' as const),
    modes: fc.constantFrom(undefined, undefined, 'adkim', 'aspf', 'both'),
  })
  .map((draw) =>
    draw.build((facts) => {
      const { ses, effective } = facts;
      Object.assign(ses, { verificationStatus: draw.verification, verifiedForSending: draw.winner });
      if (draw.errorType !== undefined) ses.errorType = draw.errorType;
      facts.target.productionAccess = draw.productionAccess;
      for (const [n, shape] of draw.shapes.entries()) {
        const record = facts.dkimRecords[n];
        if (record && !draw.healthy) shape(record);
      }
      if (draw.own && ses.type === 'DOMAIN') byodkim(facts);
      Object.assign(ses.dkim, { status: draw.dkimStatus, signingEnabled: draw.signingEnabled });
      if (draw.keyAge === undefined) delete ses.dkim.lastKeyGeneration;
      else ses.dkim.lastKeyGeneration = hoursAgo(draw.keyAge);
      if (draw.effective !== 'as built') effective.dkim = draw.effective;
      if (!draw.winner) delete effective.winner;
      if (facts.mailFrom) {
        Object.assign(facts.mailFrom, { mx: draw.mx, spf: draw.spf, alsoUsedInRegions: draw.shared });
      }
      if (draw.mailFromStatus === undefined) withoutMailFrom(facts);
      else if (effective.mailFrom) effective.mailFrom.status = draw.mailFromStatus;
      facts.dmarc = draw.dmarc;
      if (facts.alignment.dkim) Object.assign(facts.alignment.dkim, draw.dkimAligns);
      if (facts.alignment.spf) Object.assign(facts.alignment.spf, draw.spfAligns);
      if (draw.bulk) facts.bulk = { because: draw.bulk, registrable: 'example.com' };
      makeStrict(facts, draw.modes);
    }),
  );

/** Strict modes that turn off what relaxed ones align. */
function makeStrict({ alignment }: IdentityFacts, modes: 'adkim' | 'aspf' | 'both' | undefined): void {
  const lost = { real: false, relaxed: true };
  if (modes === 'adkim' || modes === 'both') {
    alignment.adkim = 's';
    if (alignment.dkim) Object.assign(alignment.dkim, lost);
  }
  if (modes === 'aspf' || modes === 'both') {
    alignment.aspf = 's';
    if (alignment.spf) Object.assign(alignment.spf, lost);
  }
}

/** What is stored of an identity, in one of a few targets. */
const arbitrarySummary: fc.Arbitrary<IdentitySummary> = fc
  .record({
    accountId: fc.constantFrom(ACCOUNT, '222222222222'),
    region: fc.constantFrom(REGION, 'us-east-1'),
    observedAt: fc.constantFrom(NOW, hoursAgo(168), 'no time'),
    use: fc.constantFrom<IdentitySummary['use']>('FROM', 'FROM', 'MAIL_FROM'),
    type: fc.constantFrom<IdentitySummary['type']>('DOMAIN', 'EMAIL_ADDRESS'),
    verified: fc.boolean(),
    kind: fc.constantFrom<IdentitySummary['dkim']['kind']>(
      'own',
      'inherited',
      'unsigned',
      'none',
      'unproven',
    ),
    status: fc.constantFrom<VerificationStatus>('SUCCESS', 'PENDING', 'FAILED', 'NOT_STARTED'),
    origin: fc.constantFrom('AWS_SES', 'EXTERNAL', 'AWS_SES_EU_WEST_1'),
    keyBits: fc.constantFrom(undefined, 768, 1024, 2048),
    dkimLeg: fc.constantFrom<IdentitySummary['dkim']['leg']>('live', 'at-risk', 'none', 'unknown'),
    dkimAligned: aligns,
    mailFrom: fc.constantFrom(undefined, 'USE_DEFAULT_VALUE', 'REJECT_MESSAGE'),
    spfLeg: fc.constantFrom<IdentitySummary['spf']['leg']>('live', 'none', 'unknown'),
    spfAligned: aligns,
    configurationSet: fc.constantFrom(undefined, 'main'),
    tlsPolicy: fc.constantFrom<IdentitySummary['tlsPolicy']>(undefined, 'REQUIRE', 'OPTIONAL'),
    name: fc.constantFrom('example.com', 'sales@example.com'),
    exempt: fc.constantFrom(false, false, true),
  })
  .map((draw) => ({
    accountId: draw.accountId,
    region: draw.region,
    name: draw.name,
    observedAt: draw.observedAt,
    use: draw.use,
    type: draw.type,
    domain: 'example.com',
    verified: draw.verified,
    dkim: {
      kind: draw.kind,
      status: draw.status,
      origin: draw.origin,
      tokens: [],
      ...(draw.keyBits === undefined ? {} : { keyBits: draw.keyBits }),
      leg: draw.dkimLeg,
      aligned: draw.dkimAligned,
      cause: { controlId: 'DKIM-02', identity: draw.name },
    },
    ...(draw.mailFrom === undefined
      ? {}
      : {
          mailFrom: {
            domain: 'bounce.example.com',
            status: draw.status,
            behaviorOnMxFailure: draw.mailFrom,
          },
        }),
    spf: {
      leg: draw.spfLeg,
      aligned: draw.spfAligned,
      cause: { controlId: 'SPF-03', domain: 'example.com' },
    },
    verdict: 'unknown' as const,
    ...(draw.configurationSet === undefined ? {} : { configurationSet: draw.configurationSet }),
    ...(draw.tlsPolicy === undefined ? {} : { tlsPolicy: draw.tlsPolicy }),
    exempt: draw.exempt,
  }));

const arbitraryOutOfSight = fc.record(
  {
    accountId: fc.constant('666666666666'),
    region: fc.constantFrom('eu-west-1', 'us-east-1'),
    outcome: fc.constantFrom('ROLE_MISSING' as const, 'DENIED_BY_POLICY' as const, 'EXCLUDED' as const),
    others: fc.constantFrom(0, 1, 7),
  },
  { requiredKeys: ['accountId', 'outcome', 'others'] },
);

const arbitraryZoneRecord: fc.Arbitrary<ZoneRecord> = fc.record(
  {
    zoneAccount: fc.constant(ACCOUNT),
    zoneId: fc.constantFrom('Z1', 'Z2'),
    name: fc.oneof(
      hostileText,
      fc.constantFrom('tokena', 'gone').map((token) => `${token}._domainkey.example.com`),
    ),
    type: fc.constantFrom<ZoneRecord['type']>('CNAME', 'MX', 'TXT'),
    value: fc.oneof(hostileText, fc.constant('v=spf1 include:amazonses.com ~all')),
    ttl: fc.constant(300),
    alone: fc.boolean(),
    unseen: fc.oneof(
      fc.constant({ because: 'THROTTLED' as const, detail: 'Rate exceeded' }),
      arbitraryOutOfSight.map((outOfSight) => ({ outOfSight })),
    ),
  },
  { requiredKeys: ['zoneAccount', 'zoneId', 'name', 'type', 'value', 'alone'] },
);

/** What the controls that compare targets read. */
const arbitraryShared: fc.Arbitrary<Partial<DomainFacts>> = fc.record(
  {
    identities: fc.array(arbitrarySummary, { maxLength: 5 }),
    identitiesUnread: fc.constantFrom(0, 0, 2),
    coverageComplete: fc.boolean(),
    outOfSight: arbitraryOutOfSight,
    volume: fc.record(
      {
        registrable: fc.constant('example.com'),
        targets: fc.array(
          fc.record(
            {
              accountId: fc.constant(ACCOUNT),
              region: fc.constant(REGION),
              observedAt: fc.constant(NOW),
              sentLast24Hours: fc.nat(4000),
              productionAccess: fc.constant(true),
              inUse: fc.constant(true),
            },
            { requiredKeys: ['accountId', 'region', 'observedAt', 'productionAccess', 'inUse'] },
          ),
          { maxLength: 3 },
        ),
        unread: fc.constantFrom(0, 0, 1),
        bulkSince: fc.constant(hoursAgo(500)),
      },
      { requiredKeys: ['registrable', 'targets', 'unread'] },
    ),
    zoneRecords: fc.oneof(
      fc.constant({ kind: 'off' as const }),
      fc.constant({ kind: 'unseen' as const, because: 'ACCESS_DENIED' as const, detail: 'denied' }),
      arbitraryOutOfSight.map((outOfSight) => ({ kind: 'outOfSight' as const, outOfSight })),
      fc.array(arbitraryZoneRecord, { maxLength: 50 }).map((value) => ({ kind: 'seen' as const, value })),
    ),
    sendersBySpf: fc.record({
      identities: fc.array(hostileText, { maxLength: 3 }),
      unread: fc.constantFrom(0, 1),
    }),
  },
  { requiredKeys: [] },
);

const use = fc.constantFrom<'FROM' | 'MAIL_FROM' | 'DMARC_RECORD'>('FROM', 'MAIL_FROM', 'DMARC_RECORD');
export const arbitraryDomain: fc.Arbitrary<DomainFacts> = fc
  .record({
    name: fc.constantFrom('example.com', 'news.example.com', 'gmail.com'),
    sides: fc.constantFrom('from', 'mailFrom', 'both'),
    uses: fc.array(use, { maxLength: 4 }),
    dmarc: arbitraryDmarc,
    exists: fc.constantFrom<boolean | 'unknown'>(true, false, 'unknown'),
    mx: mxFact,
    hasAddress: fc.option(aligns, { nil: undefined }),
    registrable: fc.option(aligns, { nil: undefined }),
    mailFromMx: mxFact,
    spf: arbitrarySpf,
    regions: fc.subarray(['us-east-1', 'eu-west-1']),
    unanswered: fc.array(hostileText, { maxLength: 50 }),
    shared: arbitraryShared,
  })
  .map((draw) => {
    const facts = fromDomainFacts(({ from }) => {
      Object.assign(from, { dmarc: draw.dmarc, exists: draw.exists, mx: draw.mx });
      if (draw.hasAddress !== undefined) from.hasAddress = draw.hasAddress;
      if (draw.registrable !== undefined)
        from.registrable = { name: 'example.com', exists: draw.registrable };
    });
    const { mailFrom } = mailFromDomainFacts((one) =>
      Object.assign(one.mailFrom, { mx: draw.mailFromMx, spf: draw.spf, regions: draw.regions }),
    );
    facts.name = draw.name;
    facts.dependents = draw.uses.map((one) => ({
      accountId: ACCOUNT,
      region: REGION,
      identity: 'a@b.example.com',
      use: one,
    }));
    facts.unansweredNames = draw.unanswered.map((name) => ({ name, type: 'TXT', because: 'TIMEOUT' }));
    Object.assign(facts, draw.shared);
    if (draw.sides !== 'from' && mailFrom) facts.mailFrom = mailFrom;
    if (draw.sides === 'mailFrom') delete facts.from;
    return facts;
  });

export const OUTCOMES: CoverageOutcome[] = [
  'PENDING',
  'SCANNED',
  'EMPTY',
  'PARTIAL',
  'REGION_DISABLED',
  'NOT_OFFERED',
  'EXPECTED_DENIAL',
  'EXCLUDED',
  'ROLE_MISSING',
  'ACCESS_DENIED',
  'DENIED_BY_POLICY',
  'THROTTLED',
  'TIMED_OUT',
  'FAILED',
];
const outcome = fc.constantFrom(...OUTCOMES, 'SCANNED' as const, 'SCANNED' as const, 'SCANNED' as const);

export const arbitraryTarget: fc.Arbitrary<TargetFacts> = fc
  .record({
    outcome,
    detail: fc.option(hostileText, { nil: undefined }),
    listed: fc.option(fc.nat(60), { nil: undefined }),
    judged: fc.option(fc.nat(60), { nil: undefined }),
    account: fc.option(
      fc.record({
        productionAccess: fc.boolean(),
        sendingEnabled: fc.boolean(),
        enforcementStatus: fc.constantFrom('HEALTHY', 'PROBATION', 'SHUTDOWN', 'NEW'),
      }),
      { nil: undefined },
    ),
    unseen: fc.boolean(),
    addresses: fc.option(
      fc.array(fc.constantFrom('gmail.com', 'yahoo.de', 'example.com'), { maxLength: 30 }),
      { nil: undefined },
    ),
    unanswered: fc.array(hostileText, { maxLength: 50 }),
  })
  .map((draw) =>
    targetFacts((facts) => {
      facts.outcome = draw.outcome;
      if (draw.detail !== undefined) facts.detail = draw.detail;
      if (draw.listed === undefined) delete facts.listed;
      else facts.listed = draw.listed;
      if (facts.listed !== undefined && draw.addresses)
        facts.listed = Math.max(facts.listed, draw.addresses.length);
      if (draw.judged !== undefined) facts.judged = draw.judged;
      if (draw.account === undefined) delete facts.account;
      else if (facts.account?.kind === 'seen') Object.assign(facts.account.value, draw.account);
      if (draw.unseen) facts.account = { kind: 'unseen', because: 'THROTTLED', detail: 'ses:GetAccount' };
      if (draw.addresses === undefined) delete facts.identities;
      else
        facts.identities = draw.addresses.map((domain, n) => ({
          name: `u${n}@${domain}`,
          type: 'EMAIL_ADDRESS',
          domain,
        }));
      facts.unansweredNames = draw.unanswered.map((name) => ({ name, type: 'MX', because: 'SERVFAIL' }));
    }),
  );

export const arbitraryAccount: fc.Arbitrary<AccountFacts> = fc.record(
  {
    accountId: fc.constant(ACCOUNT),
    observedAt: fc.constant(NOW),
    outcome,
    detail: hostileText,
    memberRoleName: fc.constant('ses-posture-member'),
  },
  { requiredKeys: ['accountId', 'observedAt', 'outcome', 'memberRoleName'] },
);

const stored: fc.Arbitrary<SubjectBefore> = fc
  .record({
    controlId: fc.constantFrom(
      'SCAN-04',
      'DKIM-02',
      'IDENT-01',
      'MF-02',
      'ALIGN-01',
      'DMARC-06',
      'IDENT-05#gmail.com',
    ),
    reason: fc.constantFrom('DKIM_PENDING', 'VERIFICATION_PENDING', 'MAIL_FROM_PENDING', 'OTHER'),
    evidence: fc.constantFrom(
      {},
      { pendingSince: hoursAgo(90) },
      { pendingSince: 'no time' },
      { unanswered: [{ question: 'TXT a', because: 'TIMEOUT', fullScans: 1 }, 7, null] },
    ),
    tracked: fc.option(fc.constant({ name: 'any', value: 'BOTH', rank: 3 }), { nil: undefined }),
    firstSeen: fc.constantFrom(hoursAgo(1000), 'no time'),
  })
  .map(({ controlId, reason, evidence, tracked, firstSeen }) =>
    before(
      {
        [controlId]: {
          status: 'FAIL',
          reason,
          evidence: evidence as FindingBefore['evidence'] & object,
          ...(tracked ? { tracked } : {}),
        },
      },
      firstSeen,
    ),
  );

export const arbitraryContext: fc.Arbitrary<JudgeContext> = fc
  .record({
    full: fc.boolean(),
    requireBothLegs: fc.boolean(),
    policyTargets: fc.oneof(
      fc.constant<JudgeContext['settings']['policyTargets']>({}),
      fc.constant<JudgeContext['settings']['policyTargets']>({ 'example.com': 'reject' }),
      fc.constant<JudgeContext['settings']['policyTargets']>({ 'example.com': 'none' }),
    ),
    domainOwners: fc.constantFrom<JudgeContext['settings']['domainOwners']>({}, { 'example.com': [ACCOUNT] }),
    bulkDomains: fc.constantFrom<JudgeContext['settings']['bulkDomains']>({}, {}, { 'example.com': true }),
    stored: fc.option(stored, { nil: undefined }),
  })
  .map(({ full, stored: known, ...settings }) =>
    contextOf({ full, settings, ...(known ? { before: known } : {}) }),
  );

export { easyRecord, TOKENS };
