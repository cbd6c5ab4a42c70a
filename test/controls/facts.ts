/** Healthy facts to break: each builder hands out a fresh copy and lets the test change it. */
import { scanSettingsSchema, type ScanSettings } from '../../lambda/contract.ts';
import { findDmarcNearMisses, selectDmarcRecords } from '../../lambda/mail-auth/dmarc-near-miss.ts';
import type {
  AccountFacts,
  ConfigurationSetFacts,
  ConfigurationSetsFacts,
  DkimRecordFacts,
  DmarcFacts,
  DnsFact,
  DomainFacts,
  IdentityFacts,
  NotificationFacts,
  SpfFacts,
  TargetFacts,
  StreamFacts,
  TopicFacts,
} from '../../lambda/facts/types.ts';
import type { FindingBefore, JudgeContext, SubjectBefore } from '../../lambda/controls/types.ts';

export const ACCOUNT = '111111111111';
export const REGION = 'eu-west-1';
export const NOW = '2026-11-21T06:00:00.000Z';
export const TOKENS = ['tokena', 'tokenb', 'tokenc'] as const;

type Change<T> = (facts: T) => void;

function built<T>(facts: T, change?: Change<T>): T {
  change?.(facts);
  return facts;
}

export function hoursAgo(hours: number): string {
  return new Date(Date.parse(NOW) - hours * 3_600_000).toISOString();
}

/** A later scan of nothing special; `settings` are merged over the defaults. */
export function contextOf(
  change: Partial<Omit<JudgeContext, 'settings'>> & { settings?: Partial<ScanSettings> } = {},
): JudgeContext {
  const { settings, ...rest } = change;
  const defaults = scanSettingsSchema.parse({ reportMailbox: 'dmarc@example.com' });
  return { settings: { ...defaults, ...settings }, scanStartTime: NOW, full: true, ...rest };
}

/** What was stored of one finding, for `contextOf({ before })`. */
export function before(
  findings: { [key: string]: Partial<FindingBefore> },
  firstSeen = hoursAgo(1000),
): SubjectBefore {
  const stored = Object.entries(findings).map(([key, finding]): [string, FindingBefore] => [
    key,
    { status: 'PASS', reason: 'ANY', unknownScans: 0, ...finding },
  ]);
  return { firstSeen, findings: Object.fromEntries(stored) };
}

export const found = <T>(records: T[], aliases: string[] = []): DnsFact<T> => ({
  kind: 'found',
  records,
  aliases,
});
export const nxdomain = (aliases: string[] = []): DnsFact<never> => ({
  kind: 'absent',
  because: 'NXDOMAIN',
  aliases,
});
export const nodata = (): DnsFact<never> => ({ kind: 'absent', because: 'NODATA', aliases: [] });
export const servfail = (): DnsFact<never> => ({ kind: 'unknown', because: 'SERVFAIL', detail: 'SERVFAIL' });

/** The record of an Easy DKIM token as it should be. */
export function easyRecord(
  token: string,
  change?: Change<DkimRecordFacts>,
  domain = 'example.com',
): DkimRecordFacts {
  const target = `${token}.dkim.amazonses.com`;
  return built<DkimRecordFacts>(
    {
      token,
      name: `${token}._domainkey.${domain}`,
      expectedTarget: target,
      cnameTarget: target,
      txt: found([`p=KEYOF${token}`], [target]),
      key: { usable: true, keyType: 'rsa', keyBits: 2048, revoked: false, testMode: false, problems: [] },
    },
    change,
  );
}

/** The name is gone from DNS. */
export function gone(record: DkimRecordFacts): void {
  record.txt = nxdomain();
  delete record.cnameTarget;
  delete record.key;
}

/** The name answers SERVFAIL. */
export function silent(record: DkimRecordFacts): void {
  record.txt = servfail();
  delete record.cnameTarget;
  delete record.key;
}

/** The CNAME leads to `target`, where there is nothing. */
export function pointsTo(target: string): Change<DkimRecordFacts> {
  return (record) => {
    record.txt = nxdomain([target]);
    record.cnameTarget = target;
    delete record.key;
  };
}

/** TXT stands at the name itself. */
export function bareTxt(text: string, expected: DnsFact<string>): Change<DkimRecordFacts> {
  return (record) => {
    record.txt = found([text]);
    record.expectedTxt = expected;
    delete record.cnameTarget;
  };
}

/** The nth DKIM record of the facts, to be changed. */
export function recordOf(facts: IdentityFacts, n: 0 | 1 | 2): DkimRecordFacts {
  const record = facts.dkimRecords[n];
  if (record === undefined) throw new Error(`The facts hold no DKIM record ${n}.`);
  return record;
}

export function spfFacts(change?: Change<SpfFacts>): SpfFacts {
  const record = 'v=spf1 include:amazonses.com ~all';
  return built<SpfFacts>(
    {
      txt: found([record]),
      records: [record],
      nearMisses: [],
      sesNetworks: [
        { network: '192.0.2.0/25', ip: '192.0.2.1', result: 'pass' },
        { network: '198.51.100.0/24', ip: '198.51.100.1', result: 'pass' },
      ],
      all: '~',
      hugeNetworks: [],
      lookups: 1,
      voidLookups: 0,
      problems: [],
      worstCase: { lookups: 1, exact: true },
      voidTerms: 0,
      terms: [{ term: 'include:amazonses.com', cost: 1 }],
      unread: [],
      undecidable: [],
    },
    change,
  );
}

export function dmarcFacts(change?: Change<DmarcFacts>, name = 'example.com'): DmarcFacts {
  const record = 'v=DMARC1; p=reject; rua=mailto:dmarc@example.com';
  return built<DmarcFacts>(
    {
      status: 'found',
      recordDomain: name,
      record,
      policy: 'reject',
      policyTag: 'p',
      appliedPolicy: 'reject',
      organizationalDomain: name,
      adkim: 'r',
      aspf: 'r',
      rua: ['mailto:dmarc@example.com'],
      ownTxt: found([record]),
      ownRecords: [record],
      nearMisses: [],
      ownPolicies: { p: 'reject', sp: 'reject', np: 'reject' },
      problems: [],
      queries: [`_dmarc.${name}`],
      unrelatedTexts: 0,
      legacy: { status: 'found', organizationalDomain: name, recordDomain: name, policy: 'reject' },
      reportHosts: [{ host: 'example.com', tags: ['rua'], receives: true, authorization: 'internal' }],
    },
    change,
  );
}

/** No record applies to example.com. */
export function withoutDmarc(dmarc: DmarcFacts): void {
  dmarc.status = 'none';
  dmarc.ownTxt = nxdomain();
  dmarc.ownRecords = [];
  delete dmarc.recordDomain;
  delete dmarc.record;
  delete dmarc.policy;
  delete dmarc.policyTag;
  delete dmarc.appliedPolicy;
  delete dmarc.ownPolicies;
  delete dmarc.reportHosts;
  dmarc.legacy = { status: 'none', organizationalDomain: 'example.com' };
}

/** Nothing applies, because of what stands at `_dmarc` of a name above; without texts an alias that leads nowhere. */
export function brokenRecordAbove(
  dmarc: DmarcFacts,
  domain: string,
  texts: string[],
  unprocessed?: 'unprocessed',
): void {
  const txt = texts.length > 0 ? found(texts) : nxdomain(['gone.vendor.example']);
  const [records, nearMisses] = [selectDmarcRecords(texts), findDmarcNearMisses(texts)];
  dmarc.above = [{ domain, txt, records, nearMisses: nearMisses.map(({ text }) => text) }];
  if (unprocessed) dmarc.unprocessedAt = domain;
}

/** The record of `parent` applies. */
export function inheritedDmarc(parent: string, policy: 'none' | 'quarantine' | 'reject'): Change<DmarcFacts> {
  return (dmarc) => {
    Object.assign(dmarc, {
      recordDomain: parent,
      organizationalDomain: parent,
      policy,
      appliedPolicy: policy,
    });
    dmarc.policyTag = 'sp';
    dmarc.ownTxt = nxdomain();
    dmarc.ownRecords = [];
    delete dmarc.ownPolicies;
    delete dmarc.reportHosts;
    dmarc.legacy = { status: 'found', organizationalDomain: parent, recordDomain: parent, policy };
  };
}

/** DNS did not answer the walk. */
export function dmarcUnknown(dmarc: DmarcFacts): void {
  withoutDmarc(dmarc);
  dmarc.status = 'temperror';
  dmarc.errorAt = 'example.com';
  dmarc.ownTxt = servfail();
  dmarc.legacy = { status: 'temperror', organizationalDomain: 'example.com', errorAt: '_dmarc.example.com' };
}

/** A read that the settings switch off. */
export const OFF = { kind: 'off' } as const;

export const seen = <T>(value: T): { kind: 'seen'; value: T } => ({ kind: 'seen', value });

/** The value of a read that was seen, to be changed. */
export function seenIn<T>(read: { kind: 'seen'; value: T } | { kind: string } | undefined): T {
  if (read === undefined || !('value' in read)) throw new Error('The facts do not hold this.');
  return read.value;
}

export const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:feedback`;

/** Bounces and complaints go to a topic, nothing by e-mail. */
export function notificationFacts(change?: Change<NotificationFacts>): NotificationFacts {
  return built<NotificationFacts>({ bounceTopic: TOPIC, complaintTopic: TOPIC, forwarding: false }, change);
}

/** A set that requires TLS and publishes all that tells of trouble to a topic. */
export function configurationSet(
  change?: Change<ConfigurationSetFacts>,
  name = 'main',
): ConfigurationSetFacts {
  return built<ConfigurationSetFacts>(
    {
      name,
      tlsPolicy: 'REQUIRE',
      sendingEnabled: true,
      reputationMetrics: true,
      destinations: [
        {
          name: 'feedback',
          enabled: true,
          types: ['BOUNCE', 'COMPLAINT', 'REJECT', 'DELIVERY_DELAY', 'RENDERING_FAILURE'],
          kind: 'SNS',
          arn: TOPIC,
        },
      ],
      isDefault: true,
    },
    change,
  );
}

export function setsFacts(...sets: ConfigurationSetFacts[]): ConfigurationSetsFacts {
  const all = sets.length > 0 ? sets : [configurationSet()];
  return { sets: all, listed: all.length, missing: [] };
}

export function topicFacts(change?: Change<TopicFacts>): TopicFacts {
  return built<TopicFacts>({ arn: TOPIC, state: 'found', confirmed: 1, pending: 0, admitsSes: true }, change);
}

export const STREAM = `arn:aws:firehose:${REGION}:${ACCOUNT}:deliverystream/mail-events`;

export function streamFacts(change?: Change<StreamFacts>): StreamFacts {
  return built<StreamFacts>(
    { arn: STREAM, state: 'found', status: 'ACTIVE', source: 'DirectPut', destinations: ['S3'] },
    change,
  );
}

/** The domain identity example.com, verified, signed by Easy DKIM, with MAIL FROM bounce.example.com. */
export function identityFacts(change?: Change<IdentityFacts>): IdentityFacts {
  const dkim: IdentityFacts['ses']['dkim'] = {
    signingEnabled: true,
    status: 'SUCCESS',
    tokens: [...TOKENS],
    origin: 'AWS_SES',
    hostedZone: 'dkim.amazonses.com',
    currentKeyBits: 2048,
    nextKeyBits: 2048,
    lastKeyGeneration: hoursAgo(5000),
  };
  const facts: IdentityFacts = {
    accountId: ACCOUNT,
    region: REGION,
    name: 'example.com',
    observedAt: NOW,
    ses: {
      name: 'example.com',
      type: 'DOMAIN',
      domain: 'example.com',
      verificationStatus: 'SUCCESS',
      verifiedForSending: true,
      configurationSet: 'main',
      policies: {},
      dkim,
      mailFrom: { domain: 'bounce.example.com', status: 'SUCCESS', behaviorOnMxFailure: 'USE_DEFAULT_VALUE' },
    },
    target: { productionAccess: true, inUse: true },
    notifications: seen(notificationFacts()),
    configurationSets: seen(setsFacts()),
    fromReceives: true,
    effective: {
      winner: 'example.com',
      verifiedDomain: 'example.com',
      domainIdentity: 'example.com',
      dkim: { kind: 'own', signer: 'example.com', signingDomain: 'example.com' },
      mailFrom: {
        identity: 'example.com',
        domain: 'bounce.example.com',
        status: 'SUCCESS',
        behaviorOnMxFailure: 'USE_DEFAULT_VALUE',
      },
    },
    dkimRecords: TOKENS.map((token) => easyRecord(token)),
    signer: { ...dkim, tokens: [...TOKENS] },
    mailFrom: {
      domain: 'bounce.example.com',
      mx: found([{ preference: 10, exchange: `feedback-smtp.${REGION}.amazonses.com` }]),
      alsoUsedInRegions: [],
      spf: spfFacts(),
    },
    dmarc: dmarcFacts(),
    alignment: {
      authorDomain: 'example.com',
      adkim: 'r',
      aspf: 'r',
      organizationalDomain: 'example.com',
      dkim: { domain: 'example.com', real: true, relaxed: true },
      spf: { domain: 'bounce.example.com', real: true, relaxed: true },
    },
  };
  return built(facts, change);
}

/** SES's state of the identity's own DKIM, signer included. */
export function dkimStatus(facts: IdentityFacts, status: IdentityFacts['ses']['dkim']['status']): void {
  facts.ses.dkim.status = status;
  if (facts.signer) facts.signer.status = status;
  if (status !== 'SUCCESS') facts.effective.dkim = { kind: 'none' };
}

/** SES's state of the identity's own MAIL FROM. */
export function mailFromStatus(
  facts: IdentityFacts,
  status: 'PENDING' | 'FAILED' | 'TEMPORARY_FAILURE',
): void {
  if (facts.ses.mailFrom) facts.ses.mailFrom.status = status;
  if (facts.effective.mailFrom) facts.effective.mailFrom.status = status;
}

export function withoutMailFrom(facts: IdentityFacts): void {
  delete facts.ses.mailFrom;
  delete facts.effective.mailFrom;
  delete facts.mailFrom;
  delete facts.alignment.spf;
}

/** BYODKIM with the selector `corp`. */
export function byodkim(facts: IdentityFacts): void {
  Object.assign(facts.ses.dkim, { origin: 'EXTERNAL', tokens: ['corp'] });
  if (facts.signer) Object.assign(facts.signer, { origin: 'EXTERNAL', tokens: ['corp'] });
  const record = easyRecord('corp');
  delete record.expectedTarget;
  delete record.cnameTarget;
  record.txt = found(['v=DKIM1; k=rsa; p=OWNKEY']);
  facts.dkimRecords = [record];
}

/** The domain identity example.com, as the identities below it see it. */
function parentFacts(): NonNullable<IdentityFacts['parent']> {
  const { ses, notifications } = identityFacts();
  return { ses, ...(notifications ? { notifications } : {}), signer: 'example.com' };
}

/** A subdomain identity that example.com signs for. */
export function subdomainFacts(change?: Change<IdentityFacts>): IdentityFacts {
  return identityFacts((facts) => {
    facts.name = 'news.example.com';
    Object.assign(facts.ses, { name: 'news.example.com', domain: 'news.example.com' });
    Object.assign(facts.ses.dkim, { status: 'NOT_STARTED', tokens: [] });
    facts.effective.dkim = { kind: 'inherited', signer: 'example.com', signingDomain: 'example.com' };
    facts.effective.winner = 'news.example.com';
    facts.alignment.authorDomain = 'news.example.com';
    facts.parent = parentFacts();
    change?.(facts);
  });
}

/** A subdomain identity without keys of its own whose signing is off, below example.com, which signs. */
export function switchedOffSubdomainFacts(): IdentityFacts {
  return subdomainFacts((facts) => {
    facts.ses.dkim.signingEnabled = false;
    facts.effective.dkim = { kind: 'unsigned', by: 'news.example.com' };
    delete facts.signer;
  });
}

/** The address sales@example.com under the verified domain identity example.com. */
export function addressFacts(change?: Change<IdentityFacts>): IdentityFacts {
  return identityFacts((facts) => {
    facts.name = 'sales@example.com';
    Object.assign(facts.ses, { name: 'sales@example.com', type: 'EMAIL_ADDRESS' });
    facts.ses.dkim.tokens = [];
    facts.effective.dkim = { kind: 'inherited', signer: 'example.com', signingDomain: 'example.com' };
    facts.effective.winner = 'sales@example.com';
    if (facts.effective.mailFrom) facts.effective.mailFrom.identity = 'sales@example.com';
    facts.parent = parentFacts();
    change?.(facts);
  });
}

/** sales@mail.example.com, for which SES shows no DKIM, under the verified example.com alone, whose DKIM is PENDING. */
export function belowPendingDomain(): IdentityFacts {
  return addressFacts((facts) => {
    facts.name = 'sales@mail.example.com';
    Object.assign(facts.ses, { name: 'sales@mail.example.com', domain: 'mail.example.com' });
    Object.assign(facts.ses.dkim, { signingEnabled: false, status: 'NOT_STARTED' });
    if (facts.parent) facts.parent.ses.dkim.status = 'PENDING';
    delete facts.parent?.signer;
    delete facts.signer;
    delete facts.alignment.dkim;
    facts.alignment.authorDomain = 'mail.example.com';
    facts.effective.dkim = { kind: 'none' };
    facts.effective.winner = 'sales@mail.example.com';
  });
}

/** The same address without any domain identity above it. */
export function loneAddressFacts(change?: Change<IdentityFacts>): IdentityFacts {
  return addressFacts((facts) => {
    delete facts.effective.verifiedDomain;
    delete facts.effective.domainIdentity;
    delete facts.parent;
    delete facts.signer;
    delete facts.alignment.dkim;
    facts.effective.dkim = { kind: 'none' };
    Object.assign(facts.ses.dkim, { signingEnabled: false, status: 'NOT_STARTED' });
    facts.dkimRecords = [];
    change?.(facts);
  });
}

/** An address of a mailbox provider. */
export function freemailFacts(change?: Change<IdentityFacts>): IdentityFacts {
  return loneAddressFacts((facts) => {
    facts.name = 'someone@gmail.com';
    Object.assign(facts.ses, { name: 'someone@gmail.com', domain: 'gmail.com' });
    change?.(facts);
  });
}

export function accountFacts(change?: Change<AccountFacts>): AccountFacts {
  const facts: AccountFacts = {
    accountId: ACCOUNT,
    observedAt: NOW,
    outcome: 'SCANNED',
    memberRoleName: 'ses-posture-member',
  };
  return built(facts, change);
}

export function targetFacts(change?: Change<TargetFacts>): TargetFacts {
  const facts: TargetFacts = {
    accountId: ACCOUNT,
    region: REGION,
    observedAt: NOW,
    outcome: 'SCANNED',
    listed: 2,
    judged: 2,
    vanished: 0,
    account: {
      kind: 'seen',
      value: {
        productionAccess: true,
        enforcementStatus: 'HEALTHY',
        sendingEnabled: true,
        max24HourSend: 50_000,
        maxSendRate: 14,
        sentLast24Hours: 100,
      },
    },
    deliveryAttempts: { kind: 'seen', value: 1000 },
    sendStatistics: seen({ attempts: 10_000, bounces: 50, complaints: 1, rejects: 0 }),
    suppressedReasons: seen(['BOUNCE', 'COMPLAINT']),
    vdmEnabled: seen(false),
    pricingPlan: 'ESSENTIALS',
    reputation: seen({ bounceRate: 0.005, complaintRate: 0.0001, at: hoursAgo(1) }),
    reputationAlarms: seen([
      { name: 'bounces', metric: 'Reputation.BounceRate', threshold: 0.05, actions: true },
      { name: 'complaints', metric: 'Reputation.ComplaintRate', threshold: 0.001, actions: true },
    ]),
    configurationSets: seen(setsFacts()),
    topics: seen([topicFacts()]),
    topicUses: [{ arn: TOPIC, by: 'example.com' }],
    streams: seen([]),
    streamUses: [],
    dedicatedIps: seen([]),
    reputationEntities: seen([]),
    multiRegionEndpoints: seen([]),
    identities: [
      { name: 'example.com', type: 'DOMAIN', domain: 'example.com', verified: true },
      { name: 'sales@example.com', type: 'EMAIL_ADDRESS', domain: 'example.com', verified: true },
    ],
    unansweredNames: [],
  };
  return built(facts, change);
}

/** What GetAccount told of the target, to be changed. */
export function seenAccount(
  facts: TargetFacts,
): Extract<NonNullable<TargetFacts['account']>, { kind: 'seen' }>['value'] {
  if (facts.account?.kind !== 'seen') throw new Error('The facts hold no account settings.');
  return facts.account.value;
}

export const UNSEEN = { kind: 'unseen', because: 'ACCESS_DENIED', detail: 'ses:GetAccount' } as const;

/** The From domain example.com, used by one identity. */
export function fromDomainFacts(
  change?: Change<DomainFacts & { from: NonNullable<DomainFacts['from']> }>,
): DomainFacts {
  const facts = {
    name: 'example.com',
    observedAt: NOW,
    dependents: [{ accountId: ACCOUNT, region: REGION, identity: 'example.com', use: 'FROM' as const }],
    from: {
      dmarc: dmarcFacts(),
      exists: true as boolean | 'unknown',
      mx: found([{ preference: 10, exchange: 'mx.example.com' }]),
      rootTxt: found(['v=spf1 include:_spf.example.com -all']),
      legacyVerification: nxdomain(),
    },
    unansweredNames: [],
  };
  return built<DomainFacts & { from: NonNullable<DomainFacts['from']> }>(facts, change);
}

/** The MAIL FROM domain bounce.example.com, used by one identity. */
export function mailFromDomainFacts(
  change?: Change<DomainFacts & { mailFrom: NonNullable<DomainFacts['mailFrom']> }>,
): DomainFacts {
  const facts = {
    name: 'bounce.example.com',
    observedAt: NOW,
    dependents: [{ accountId: ACCOUNT, region: REGION, identity: 'example.com', use: 'MAIL_FROM' as const }],
    mailFrom: {
      mx: found([{ preference: 10, exchange: `feedback-smtp.${REGION}.amazonses.com` }]),
      spf: spfFacts(),
      regions: [REGION],
    },
    unansweredNames: [],
  };
  return built<DomainFacts & { mailFrom: NonNullable<DomainFacts['mailFrom']> }>(facts, change);
}
